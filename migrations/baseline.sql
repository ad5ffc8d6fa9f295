-- Written by `make schema` from the migrations. Do not edit.

-- migration 0001_streams
CREATE TABLE "command_record" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "actor_id" UUID NOT NULL,
    "command_id" VARCHAR(64) NOT NULL,
    "operation" VARCHAR(64) NOT NULL,
    "digest" VARCHAR(64) NOT NULL,
    "result_id" UUID,
    "at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "uid_command_rec_actor_i_21c7c0" UNIQUE ("actor_id", "command_id")
);
CREATE INDEX "idx_command_rec_at_e3a2a1" ON "command_record" ("at");
COMMENT ON TABLE "command_record" IS 'The first answer to a client''s command: a repeat under the same key is given it again.';
CREATE TABLE "fact_record" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "kind" VARCHAR(64) NOT NULL,
    "actor_id" UUID,
    "payload" TEXT NOT NULL,
    "at" TIMESTAMPTZ NOT NULL,
    "attempts" INT NOT NULL,
    "due_at" TIMESTAMPTZ NOT NULL,
    "reacted_at" TIMESTAMPTZ,
    "failure" TEXT
);
CREATE INDEX "idx_fact_record_reacted_d068b2" ON "fact_record" ("reacted_at", "due_at");
CREATE INDEX "idx_fact_record_kind_352571" ON "fact_record" ("kind", "at");
COMMENT ON TABLE "fact_record" IS 'A fact as the reactions read it, once each; kept as the record of what happened.';
CREATE TABLE "stream_entry" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "topic" VARCHAR(64) NOT NULL,
    "seq" BIGINT NOT NULL,
    "kind" VARCHAR(64) NOT NULL,
    "actor_id" UUID,
    "payload" TEXT NOT NULL,
    "chain" VARCHAR(16) NOT NULL,
    "command_id" VARCHAR(64),
    "at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "uid_stream_entr_topic_d8bbc4" UNIQUE ("topic", "seq"),
    CONSTRAINT "uid_stream_entr_topic_d78921" UNIQUE ("topic", "actor_id", "command_id")
);
COMMENT ON TABLE "stream_entry" IS 'A fact at its place in the order of one topic.';
CREATE TABLE "stream_head" (
    "topic" VARCHAR(64) NOT NULL  PRIMARY KEY,
    "epoch" VARCHAR(16) NOT NULL,
    "seq" BIGINT NOT NULL,
    "chain" VARCHAR(16) NOT NULL,
    "relayed_seq" BIGINT NOT NULL
);
COMMENT ON TABLE "stream_head" IS 'The last position of a topic: `seq` entries so far, `chain` over all of them, `relayed_seq` known to the bell.';

-- migration 0002_identity
CREATE TABLE "app_user" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "email" VARCHAR(254)  UNIQUE,
    "password_hash" VARCHAR(255),
    "verified_at" TIMESTAMPTZ,
    "locale" VARCHAR(16) NOT NULL,
    "erased_at" TIMESTAMPTZ
);
COMMENT ON TABLE "app_user" IS 'Somebody with credentials. Their profile has the same id.';
CREATE TABLE "login" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "token_hash" VARCHAR(64) NOT NULL UNIQUE,
    "carrier" VARCHAR(16) NOT NULL,
    "user_agent" VARCHAR(200) NOT NULL,
    "last_seen_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "revoked_at" TIMESTAMPTZ,
    "user_id" UUID NOT NULL REFERENCES "app_user" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_login_user_id_8e8e5f" ON "login" ("user_id", "expires_at");
COMMENT ON COLUMN "login"."carrier" IS 'BEARER: bearer\nCOOKIE: cookie';
COMMENT ON TABLE "login" IS 'A proof of identity that can be seen and revoked; only the token''s hash is kept.';
CREATE TABLE "mail_token" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "purpose" VARCHAR(20) NOT NULL,
    "token_hash" VARCHAR(64) NOT NULL UNIQUE,
    "new_email" VARCHAR(254),
    "expires_at" TIMESTAMPTZ NOT NULL,
    "used_at" TIMESTAMPTZ,
    "user_id" UUID NOT NULL REFERENCES "app_user" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_mail_token_user_id_c2028d" ON "mail_token" ("user_id", "purpose");
COMMENT ON COLUMN "mail_token"."purpose" IS 'VERIFY_MAIL: verify_mail\nRESET_PASSWORD: reset_password\nCHANGE_MAIL: change_mail\nUNDO_MAIL_CHANGE: undo_mail_change';
COMMENT ON TABLE "mail_token" IS 'A token sent by mail: one purpose, one use, an end.';
CREATE TABLE "role_grant" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "role" VARCHAR(32) NOT NULL,
    "granted_by" UUID,
    "user_id" UUID NOT NULL REFERENCES "app_user" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_role_grant_user_id_6e0cfd" UNIQUE ("user_id", "role")
);
COMMENT ON COLUMN "role_grant"."role" IS 'COMMUNITY_MANAGER: community_manager\nPROGRAM_MANAGER: program_manager\nSAFETY_TEAM: safety_team\nADMIN: admin';
COMMENT ON TABLE "role_grant" IS 'A platform-wide role somebody holds.';

-- migration 0003_profiles
CREATE TABLE "profile" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "display_name" VARCHAR(80) NOT NULL,
    "pseudonym" VARCHAR(40),
    "is_pseudonymous" BOOL NOT NULL,
    "headline" VARCHAR(160) NOT NULL,
    "bio" TEXT NOT NULL,
    "work_patterns" TEXT[] NOT NULL,
    "is_high_skill" BOOL,
    "interests" TEXT[] NOT NULL,
    "industries" TEXT[] NOT NULL,
    "goals" TEXT[] NOT NULL,
    "how_i_work" JSONB NOT NULL,
    "time_zone" VARCHAR(64) NOT NULL,
    "city" VARCHAR(80) NOT NULL,
    "country" VARCHAR(2) NOT NULL,
    "meets_remotely" BOOL NOT NULL,
    "meets_within_km" INT,
    "visibility" JSONB NOT NULL,
    "search_document" TEXT NOT NULL,
    "is_listed" BOOL NOT NULL,
    "requests_paused_until" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "version" INT NOT NULL
);
CREATE INDEX "idx_profile_updated_24dd99" ON "profile" ("updated_at", "id") WHERE is_listed = true;
COMMENT ON TABLE "profile" IS 'What others may see of a person. `visibility` maps field names to Visibility values; absent means the default.';
CREATE TABLE "contact_detail" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "kind" VARCHAR(24) NOT NULL,
    "value" VARCHAR(300) NOT NULL,
    "visibility" INT NOT NULL,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_contact_det_profile_063817" UNIQUE ("profile_id", "kind", "value")
);
COMMENT ON TABLE "contact_detail" IS 'A way to reach somebody, or a social link: A14. Seen by its visibility, or by those it was released to.';
CREATE TABLE "contact_release" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "revoked_at" TIMESTAMPTZ,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "to_profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_contact_rel_profile_2fe07e" UNIQUE ("profile_id", "to_profile_id")
);
CREATE INDEX "idx_contact_rel_to_prof_7f8c99" ON "contact_release" ("to_profile_id");
COMMENT ON TABLE "contact_release" IS 'Contact details of one person opened to another, until revoked.';
CREATE TABLE "profile_language" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "code" VARCHAR(16) NOT NULL,
    "proficiency" VARCHAR(12) NOT NULL,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_profile_lan_profile_523a98" UNIQUE ("profile_id", "code")
);
CREATE INDEX "idx_profile_lan_code_1cdefe" ON "profile_language" ("code", "profile_id");
COMMENT ON COLUMN "profile_language"."proficiency" IS 'TEXT_ONLY: text_only\nBASIC: basic\nWORKING: working\nFLUENT: fluent\nNATIVE: native';
COMMENT ON TABLE "profile_language" IS 'A language somebody works in; `code` is a BCP 47 tag, `und` never.';
CREATE TABLE "profile_skill" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "skill_id" VARCHAR(80) NOT NULL,
    "direction" VARCHAR(8) NOT NULL,
    "level" SMALLINT NOT NULL,
    "priority" INT NOT NULL,
    "evidence_url" VARCHAR(500),
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_profile_ski_profile_9d01d5" UNIQUE ("profile_id", "direction", "skill_id")
);
CREATE INDEX "idx_profile_ski_skill_i_be03be" ON "profile_skill" ("skill_id", "direction", "profile_id");
COMMENT ON COLUMN "profile_skill"."direction" IS 'OFFERED: offered\nSOUGHT: sought';
COMMENT ON COLUMN "profile_skill"."level" IS 'CANNOT: 0\nWITH_HELP: 1\nALONE: 2\nWELL: 3\nCAN_TEACH: 4';
COMMENT ON TABLE "profile_skill" IS 'A skill offered or sought: A4. `skill_id` is a key of the shipped vocabulary.';
CREATE TABLE "profile_tag" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "direction" VARCHAR(8) NOT NULL,
    "text" VARCHAR(80) NOT NULL,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_profile_tag_profile_a90225" UNIQUE ("profile_id", "direction", "text")
);
COMMENT ON COLUMN "profile_tag"."direction" IS 'OFFERED: offered\nSOUGHT: sought';
COMMENT ON TABLE "profile_tag" IS 'A skill in the person''s own words that the vocabulary did not know when it was written.';
CREATE TABLE "stint" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "pattern" VARCHAR(20) NOT NULL,
    "title" VARCHAR(120) NOT NULL,
    "started_on" DATE NOT NULL,
    "ended_on" DATE,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_stint_profile_464327" ON "stint" ("profile_id", "started_on");
COMMENT ON COLUMN "stint"."pattern" IS 'GIG: gig\nFREELANCE: freelance\nSHORT_CONTRACT: short_contract\nON_DEMAND: on_demand\nREMOTE: remote\nJOBSEEKER: jobseeker\nCAREER_CHANGE: career_change\nALUMNUS: alumnus';
COMMENT ON TABLE "stint" IS 'A dated stretch of work, no employer needed: A2.';
CREATE TABLE "support_entry" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "need" VARCHAR(12) NOT NULL,
    "is_offer" BOOL NOT NULL,
    "note" VARCHAR(200) NOT NULL,
    "met_by" VARCHAR(80),
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_support_ent_profile_e4d117" UNIQUE ("profile_id", "need", "is_offer")
);
COMMENT ON COLUMN "support_entry"."need" IS 'GUIDANCE: guidance\nREFERRALS: referrals\nEMOTIONAL: emotional\nPRACTICAL: practical';
COMMENT ON TABLE "support_entry" IS 'One cell of the support map: A11. A need may name who meets it; nobody named means nobody does.';
CREATE TABLE "transition" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "from_work" VARCHAR(120) NOT NULL,
    "to_work" VARCHAR(120) NOT NULL,
    "year" INT NOT NULL,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_transition_profile_038ec3" ON "transition" ("profile_id");
COMMENT ON TABLE "transition" IS 'A change of trade somebody made: A3.';

-- migration 0004_safety
CREATE TABLE "block" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "blocked_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "blocker_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_block_blocker_73e82d" UNIQUE ("blocker_id", "blocked_id")
);
CREATE INDEX "idx_block_blocked_e04ae3" ON "block" ("blocked_id");
COMMENT ON TABLE "block" IS 'One person does not want to meet another; each is hidden from the other.';

-- migration 0005_availability
CREATE TABLE "availability_exception" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "day" DATE NOT NULL,
    "start_minute" SMALLINT NOT NULL,
    "end_minute" SMALLINT NOT NULL,
    "is_open" BOOL NOT NULL,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_availabilit_profile_178709" ON "availability_exception" ("profile_id", "day");
COMMENT ON TABLE "availability_exception" IS 'A dated exception in local wall time: open where the week is not, or closed where it is.';
CREATE TABLE "availability_rule" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "buffer_minutes" SMALLINT NOT NULL,
    "notice_minutes" INT NOT NULL,
    "profile_id" UUID NOT NULL UNIQUE REFERENCES "profile" ("id") ON DELETE CASCADE
);
COMMENT ON TABLE "availability_rule" IS 'How somebody wants to be booked: minutes kept free around meetings, and the notice they need.';
CREATE TABLE "capacity_account" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "format" VARCHAR(12) NOT NULL,
    "allowed" INT NOT NULL,
    "used" INT NOT NULL,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_capacity_ac_profile_b7d03e" UNIQUE ("profile_id", "kind", "format")
);
COMMENT ON COLUMN "capacity_account"."kind" IS 'CONCURRENT: concurrent\nNEW_REQUESTS: new_requests\nMINUTES: minutes';
COMMENT ON TABLE "capacity_account" IS 'One account of the ledger. CONCURRENT has one per format; the others have no format ('''').';
CREATE TABLE "capacity_entry" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "delta" INT NOT NULL,
    "reason" VARCHAR(40) NOT NULL,
    "reference" UUID,
    "account_id" UUID NOT NULL REFERENCES "capacity_account" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_capacity_en_account_66b45c" ON "capacity_entry" ("account_id", "created_at");
CREATE INDEX "idx_capacity_en_referen_d41acb" ON "capacity_entry" ("reference");
COMMENT ON TABLE "capacity_entry" IS 'A line of the ledger: `delta` units, why, and for what (a request or a mentorship). Never changed.';
CREATE TABLE "stretch" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "kind" VARCHAR(10) NOT NULL,
    "started_at" TIMESTAMPTZ NOT NULL,
    "ended_at" TIMESTAMPTZ,
    "note" VARCHAR(120) NOT NULL,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_stretch_profile_4972f8" ON "stretch" ("profile_id", "started_at");
COMMENT ON COLUMN "stretch"."kind" IS 'ON_GIG: on_gig\nBLACKOUT: blackout';
COMMENT ON TABLE "stretch" IS 'A stretch of somebody''s rhythm, in UTC; an open end means until they say so.';
CREATE TABLE "weekly_window" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "weekday" SMALLINT NOT NULL,
    "start_minute" SMALLINT NOT NULL,
    "end_minute" SMALLINT NOT NULL,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_weekly_wind_profile_25ded4" UNIQUE ("profile_id", "weekday", "start_minute")
);
COMMENT ON TABLE "weekly_window" IS 'A weekly window in the profile''s wall time: weekday 0 is Monday, minutes of the day, end exclusive.';

-- migration 0006_mentorships
CREATE TABLE "mentorship_request" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "format" VARCHAR(12) NOT NULL,
    "aspect" VARCHAR(12) NOT NULL,
    "goal" VARCHAR(300) NOT NULL,
    "message" TEXT NOT NULL,
    "skill_ids" JSONB NOT NULL,
    "minutes_needed" INT NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "state_reason" VARCHAR(40) NOT NULL,
    "decline_reason" VARCHAR(24),
    "note" TEXT NOT NULL,
    "sent_at" TIMESTAMPTZ,
    "viewed_at" TIMESTAMPTZ,
    "answered_at" TIMESTAMPTZ,
    "expires_at" TIMESTAMPTZ,
    "remind_at" TIMESTAMPTZ,
    "reminders_sent" SMALLINT NOT NULL,
    "waitlisted_at" TIMESTAMPTZ,
    "version" INT NOT NULL,
    "mentee_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "mentor_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "receiver_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "referred_from_id" UUID REFERENCES "mentorship_request" ("id") ON DELETE CASCADE,
    "sender_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_mentorship__sender__fdb472" ON "mentorship_request" ("sender_id", "created_at");
CREATE INDEX "idx_mentorship__receive_a953fe" ON "mentorship_request" ("receiver_id", "created_at");
CREATE INDEX "idx_mentorship__mentor__9a827e" ON "mentorship_request" ("mentor_id", "mentee_id");
CREATE INDEX "idx_mentorship__waitlis_60cc60" ON "mentorship_request" ("waitlisted_at") WHERE state = 'waitlisted';
CREATE INDEX "idx_mentorship__expires_84c8a6" ON "mentorship_request" ("expires_at");
CREATE INDEX "idx_mentorship__remind__a5490d" ON "mentorship_request" ("remind_at");
COMMENT ON COLUMN "mentorship_request"."format" IS 'CLASSIC: classic\nMICRO: micro\nLONG_ARC: long_arc\nREVERSE: reverse\nPEER: peer\nGROUP: group';
COMMENT ON COLUMN "mentorship_request"."state" IS 'DRAFT: draft\nSENT: sent\nVIEWED: viewed\nINFO_REQUESTED: info_requested\nACCEPTED: accepted\nDECLINED: declined\nWITHDRAWN: withdrawn\nEXPIRED: expired\nINVALIDATED: invalidated\nREFERRED: referred\nWAITLISTED: waitlisted';
COMMENT ON COLUMN "mentorship_request"."decline_reason" IS 'NO_TIME: no_time\nNOT_MY_FIELD: not_my_field\nSOMEBODY_FITS_BETTER: somebody_fits_better\nFORMAT_DOES_NOT_SUIT: format_does_not_suit\nMISFIT: misfit\nOTHER: other';
COMMENT ON TABLE "mentorship_request" IS 'A request from one person to another; either side may ask, so sender and mentor are told apart.';
CREATE TABLE "mentorship" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "format" VARCHAR(12) NOT NULL,
    "aspect" VARCHAR(12) NOT NULL,
    "goal" VARCHAR(300) NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "end_reason" VARCHAR(16),
    "ended_at" TIMESTAMPTZ,
    "version" INT NOT NULL,
    "mentee_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "mentor_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "request_id" UUID  UNIQUE REFERENCES "mentorship_request" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_mentorship_mentor__8a4547" ON "mentorship" ("mentor_id", "created_at");
CREATE INDEX "idx_mentorship_mentee__a82cac" ON "mentorship" ("mentee_id", "created_at");
COMMENT ON COLUMN "mentorship"."format" IS 'CLASSIC: classic\nMICRO: micro\nLONG_ARC: long_arc\nREVERSE: reverse\nPEER: peer\nGROUP: group';
COMMENT ON COLUMN "mentorship"."state" IS 'PROPOSED: proposed\nTRIAL: trial\nACTIVE: active\nPAUSED: paused\nCLOSING: closing\nCOMPLETED: completed\nENDED_EARLY: ended_early\nTRANSFERRED: transferred\nRENEWED: renewed';
COMMENT ON COLUMN "mentorship"."end_reason" IS 'NO_FAULT: no_fault\nMISFIT: misfit\nUNRESPONSIVE: unresponsive\nMOVED: moved\nSAFETY: safety';
COMMENT ON TABLE "mentorship" IS 'Two people at work on a goal, in one format.';
CREATE TABLE "request_event" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "actor_id" UUID,
    "state" VARCHAR(16) NOT NULL,
    "text" TEXT NOT NULL,
    "request_id" UUID NOT NULL REFERENCES "mentorship_request" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_request_eve_request_df44e8" ON "request_event" ("request_id", "created_at");
COMMENT ON COLUMN "request_event"."state" IS 'DRAFT: draft\nSENT: sent\nVIEWED: viewed\nINFO_REQUESTED: info_requested\nACCEPTED: accepted\nDECLINED: declined\nWITHDRAWN: withdrawn\nEXPIRED: expired\nINVALIDATED: invalidated\nREFERRED: referred\nWAITLISTED: waitlisted';
COMMENT ON TABLE "request_event" IS 'A line of a request''s history: a move to a state, or a message while more was asked.';

-- migration 0007_sessions
CREATE TABLE "session" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "title" VARCHAR(120) NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "opened_by" UUID NOT NULL,
    "started_at" TIMESTAMPTZ,
    "ended_at" TIMESTAMPTZ,
    "version" INT NOT NULL,
    "mentorship_id" UUID NOT NULL REFERENCES "mentorship" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_session_mentors_b264da" ON "session" ("mentorship_id", "created_at");
COMMENT ON COLUMN "session"."state" IS 'SCHEDULED: scheduled\nLOBBY: lobby\nLIVE: live\nENDED: ended\nRECAPPED: recapped';
COMMENT ON TABLE "session" IS 'A meeting of a mentorship.';
CREATE TABLE "session_message" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "text" TEXT NOT NULL,
    "edited_at" TIMESTAMPTZ,
    "deleted_at" TIMESTAMPTZ,
    "author_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "session_id" UUID NOT NULL REFERENCES "session" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_session_mes_session_1662df" ON "session_message" ("session_id", "created_at", "id");
COMMENT ON TABLE "session_message" IS 'A line of a session''s chat. An empty text with `deleted_at` is a line taken back.';
CREATE TABLE "session_participant" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "role" VARCHAR(12) NOT NULL,
    "joined_at" TIMESTAMPTZ,
    "removed_at" TIMESTAMPTZ,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "session_id" UUID NOT NULL REFERENCES "session" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_session_par_session_4d46ce" UNIQUE ("session_id", "profile_id")
);
CREATE INDEX "idx_session_par_profile_56c24c" ON "session_participant" ("profile_id", "created_at");
COMMENT ON COLUMN "session_participant"."role" IS 'HOST: host\nPARTICIPANT: participant\nGUEST: guest';
COMMENT ON TABLE "session_participant" IS 'Somebody''s place in a session, whether or not they are connected now.';

-- migration 0008_search_index
CREATE INDEX profile_search_document_idx ON profile USING gin (to_tsvector('simple', search_document));
CREATE UNIQUE INDEX mentorship_request_one_open_idx ON mentorship_request (sender_id, receiver_id, format) WHERE state IN ('sent', 'viewed', 'info_requested', 'waitlisted');
CREATE INDEX stream_head_behind_idx ON stream_head (topic) WHERE seq > relayed_seq;
CREATE UNIQUE INDEX session_one_live_idx ON session (mentorship_id) WHERE state IN ('lobby', 'live');

-- migration 0009_request_choices
ALTER TABLE "mentorship_request" ADD COLUMN "paused_spans" JSONB;
ALTER TABLE "mentorship_request" ADD COLUMN "siblings" VARCHAR(8) NOT NULL DEFAULT 'keep';

-- migration 0010_webinars
CREATE TABLE "webinar" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "title" VARCHAR(120) NOT NULL,
    "description" TEXT NOT NULL,
    "created_by" UUID NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "starts_at" TIMESTAMPTZ NOT NULL,
    "ends_at" TIMESTAMPTZ,
    "capacity" INT,
    "languages" JSONB NOT NULL,
    "stages" JSONB NOT NULL,
    "labels" JSONB NOT NULL,
    "questions_open" BOOL NOT NULL,
    "review" BOOL NOT NULL,
    "anonymity" VARCHAR(8) NOT NULL,
    "slow_seconds" INT NOT NULL,
    "highlighted_id" UUID,
    "next_number" INT NOT NULL,
    "frozen_at" TIMESTAMPTZ,
    "burst_at" TIMESTAMPTZ,
    "started_at" TIMESTAMPTZ,
    "ended_at" TIMESTAMPTZ,
    "sealed_until" TIMESTAMPTZ,
    "staff_version" INT NOT NULL,
    "version" INT NOT NULL
);
CREATE INDEX "idx_webinar_state_e3f3d8" ON "webinar" ("state", "starts_at");
CREATE INDEX "idx_webinar_sealed__ed3830" ON "webinar" ("sealed_until");
COMMENT ON COLUMN "webinar"."state" IS 'DRAFT: draft\nPUBLISHED: published\nOPEN: open\nLIVE: live\nENDED: ended\nARCHIVED: archived';
COMMENT ON COLUMN "webinar"."anonymity" IS 'NAMED: named\nOPTIONAL: optional\nFORCED: forced';
COMMENT ON TABLE "webinar" IS 'An event with an audience. `next_number` is the number the next shown question gets.';
CREATE TABLE "webinar_event" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "actor_id" UUID,
    "action" VARCHAR(24) NOT NULL,
    "version" INT NOT NULL,
    "detail" JSONB NOT NULL,
    "webinar_id" UUID NOT NULL REFERENCES "webinar" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_webinar_eve_webinar_350dd1" ON "webinar_event" ("webinar_id", "id");
COMMENT ON TABLE "webinar_event" IS 'A line of an event''s history: who did what to it.';
CREATE TABLE "webinar_key" (
    "webinar_id" UUID NOT NULL  PRIMARY KEY,
    "key" BYTEA NOT NULL
);
COMMENT ON TABLE "webinar_key" IS 'The secret that pseudonyms of one event are made with. Its destruction is what makes them untraceable.';
CREATE TABLE "webinar_pace" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "profile_id" UUID NOT NULL,
    "pace" VARCHAR(8) NOT NULL,
    "webinar_id" UUID NOT NULL REFERENCES "webinar" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_webinar_pac_webinar_e61cc4" UNIQUE ("webinar_id", "profile_id")
);
COMMENT ON COLUMN "webinar_pace"."pace" IS 'SLOWER: slower\nFINE: fine\nFASTER: faster';
COMMENT ON TABLE "webinar_pace" IS 'What a listener wishes of the speaker now; read only as a sum.';
CREATE TABLE "webinar_reaction" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "kind" VARCHAR(12) NOT NULL,
    "total" INT NOT NULL,
    "webinar_id" UUID NOT NULL REFERENCES "webinar" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_webinar_rea_webinar_63fe15" UNIQUE ("webinar_id", "kind")
);
COMMENT ON TABLE "webinar_reaction" IS 'How often a reaction was given. Who gave it is not kept.';
CREATE TABLE "webinar_registration" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "queued_at" TIMESTAMPTZ NOT NULL,
    "joined_at" TIMESTAMPTZ,
    "left_at" TIMESTAMPTZ,
    "version" INT NOT NULL,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "webinar_id" UUID NOT NULL REFERENCES "webinar" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_webinar_reg_webinar_a01667" UNIQUE ("webinar_id", "profile_id")
);
CREATE INDEX "idx_webinar_reg_webinar_c560d9" ON "webinar_registration" ("webinar_id", "state", "queued_at", "id");
CREATE INDEX "idx_webinar_reg_profile_24fae6" ON "webinar_registration" ("profile_id", "created_at");
COMMENT ON COLUMN "webinar_registration"."state" IS 'REGISTERED: registered\nWAITLISTED: waitlisted\nCANCELLED: cancelled\nREMOVED: removed';
COMMENT ON TABLE "webinar_registration" IS 'Somebody''s place in the audience, or in the line for one. `queued_at` orders the line.';
CREATE TABLE "webinar_restriction" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "kind" VARCHAR(8) NOT NULL,
    "shown_as" VARCHAR(40) NOT NULL,
    "put_by" UUID NOT NULL,
    "until" TIMESTAMPTZ,
    "lifted_at" TIMESTAMPTZ,
    "version" INT NOT NULL,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "webinar_id" UUID NOT NULL REFERENCES "webinar" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_webinar_res_webinar_75c8d3" ON "webinar_restriction" ("webinar_id", "profile_id");
COMMENT ON COLUMN "webinar_restriction"."kind" IS 'TIME_OUT: time_out\nBAN: ban';
COMMENT ON TABLE "webinar_restriction" IS 'Somebody who may not ask until an instant, or was sent out. `shown_as` is all the staff is told of who.';
CREATE TABLE "webinar_staff" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "role" VARCHAR(12) NOT NULL,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "webinar_id" UUID NOT NULL REFERENCES "webinar" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_webinar_sta_webinar_8eefa4" UNIQUE ("webinar_id", "profile_id")
);
CREATE INDEX "idx_webinar_sta_profile_901bc0" ON "webinar_staff" ("profile_id", "created_at");
COMMENT ON COLUMN "webinar_staff"."role" IS 'ATTENDEE: attendee\nPANELIST: panelist\nMODERATOR: moderator\nCOHOST: cohost\nHOST: host\nMANAGER: manager';
COMMENT ON TABLE "webinar_staff" IS 'Somebody on the staff. Of two co-hosts, the one appointed first takes over from a lost host.';
CREATE TABLE "webinar_talk" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "author_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "webinar_id" UUID NOT NULL REFERENCES "webinar" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_webinar_tal_webinar_18bf28" ON "webinar_talk" ("webinar_id", "id");
COMMENT ON TABLE "webinar_talk" IS 'A line the staff says among itself.';

-- migration 0011_questions
CREATE TABLE "question" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "author_id" UUID,
    "pseudonym" VARCHAR(20) NOT NULL,
    "shown_as" VARCHAR(10) NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "number" INT,
    "is_shown" BOOL NOT NULL,
    "text" VARCHAR(300) NOT NULL,
    "original_text" VARCHAR(300) NOT NULL,
    "language" VARCHAR(12) NOT NULL,
    "edited_by" UUID,
    "lease_by" UUID,
    "lease_until" TIMESTAMPTZ,
    "stage" VARCHAR(30),
    "answering_by" UUID,
    "queue_rank" INT,
    "merged_into" UUID,
    "before" VARCHAR(12),
    "kinds" JSONB NOT NULL,
    "labels" JSONB NOT NULL,
    "screened" JSONB NOT NULL,
    "dismiss_reason" VARCHAR(16),
    "staff_note" TEXT NOT NULL,
    "author_note" TEXT NOT NULL,
    "dismissal_suggested_by" UUID,
    "shown_at" TIMESTAMPTZ,
    "live_since" TIMESTAMPTZ,
    "exposed_seconds" DOUBLE PRECISION NOT NULL,
    "answered_at" TIMESTAMPTZ,
    "shown_version" INT NOT NULL,
    "version" INT NOT NULL,
    "webinar_id" UUID NOT NULL REFERENCES "webinar" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_question_webinar_f0be2c" ON "question" ("webinar_id", "shown_at", "id");
CREATE INDEX "idx_question_webinar_26bbab" ON "question" ("webinar_id", "state", "created_at", "id");
CREATE INDEX "idx_question_webinar_395b8d" ON "question" ("webinar_id", "author_id");
CREATE INDEX "idx_question_author__6f4e1a" ON "question" ("author_id", "created_at");
CREATE INDEX "idx_question_merged__73b3bc" ON "question" ("merged_into");
COMMENT ON COLUMN "question"."shown_as" IS 'NAME: name\nPSEUDONYM: pseudonym\nNOBODY: nobody';
COMMENT ON COLUMN "question"."state" IS 'PENDING: pending\nRETURNED: returned\nLIVE: live\nANSWERING: answering\nANSWERED: answered\nDISMISSED: dismissed\nMERGED: merged\nWITHDRAWN: withdrawn\nARCHIVED: archived';
COMMENT ON COLUMN "question"."before" IS 'PENDING: pending\nRETURNED: returned\nLIVE: live\nANSWERING: answering\nANSWERED: answered\nDISMISSED: dismissed\nMERGED: merged\nWITHDRAWN: withdrawn\nARCHIVED: archived';
COMMENT ON COLUMN "question"."dismiss_reason" IS 'DUPLICATE: duplicate\nOFF_TOPIC: off_topic\nUNCLEAR: unclear\nPERSONAL: personal\nDISRESPECTFUL: disrespectful\nADVERTISING: advertising\nNO_TIME: no_time\nOTHER: other';
COMMENT ON TABLE "question" IS 'A question. Its key is random: a key that sorts by birth would tell the audience when it was asked.';
CREATE TABLE "question_answer" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "kind" VARCHAR(4) NOT NULL,
    "text" TEXT NOT NULL,
    "is_public" BOOL NOT NULL,
    "by_id" UUID NOT NULL,
    "offset_seconds" INT,
    "question_id" UUID NOT NULL REFERENCES "question" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_question_an_questio_afb803" ON "question_answer" ("question_id", "id");
COMMENT ON COLUMN "question_answer"."kind" IS 'LIVE: live\nTEXT: text';
COMMENT ON TABLE "question_answer" IS 'An answer: in text, public or for the author alone, or on stage with its offset into the event.';
CREATE TABLE "question_event" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "action" VARCHAR(20) NOT NULL,
    "actor_id" UUID,
    "is_authors" BOOL NOT NULL,
    "from_state" VARCHAR(12),
    "to_state" VARCHAR(12) NOT NULL,
    "version" INT NOT NULL,
    "detail" JSONB NOT NULL,
    "question_id" UUID NOT NULL REFERENCES "question" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_question_ev_questio_07ef2a" ON "question_event" ("question_id", "version");
COMMENT ON COLUMN "question_event"."action" IS 'SUBMIT: submit\nCLAIM: claim\nRELEASE_CLAIM: release_claim\nAPPROVE: approve\nUNDO_EDIT: undo_edit\nRETURN: return\nREWORD: reword\nDISMISS: dismiss\nSUGGEST_DISMISSAL: suggest_dismissal\nHIDE: hide\nQUEUE: queue\nSTART: start\nRELEASE: release\nANSWER_LIVE: answer_live\nANSWER_TEXT: answer_text\nREOPEN: reopen\nMERGE: merge\nUNMERGE: unmerge\nWITHDRAW: withdraw\nREVEAL_NAME: reveal_name\nREMOVE_NAME: remove_name\nFOLLOW_UP: follow_up\nLABEL: label\nARCHIVE: archive\nREDACT: redact';
COMMENT ON COLUMN "question_event"."from_state" IS 'PENDING: pending\nRETURNED: returned\nLIVE: live\nANSWERING: answering\nANSWERED: answered\nDISMISSED: dismissed\nMERGED: merged\nWITHDRAWN: withdrawn\nARCHIVED: archived';
COMMENT ON COLUMN "question_event"."to_state" IS 'PENDING: pending\nRETURNED: returned\nLIVE: live\nANSWERING: answering\nANSWERED: answered\nDISMISSED: dismissed\nMERGED: merged\nWITHDRAWN: withdrawn\nARCHIVED: archived';
COMMENT ON TABLE "question_event" IS 'A line of a question''s history. `actor_id` is empty where its author acted: `is_authors` says so.';
CREATE TABLE "question_follow_up" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "owner_id" UUID NOT NULL,
    "due_at" TIMESTAMPTZ NOT NULL,
    "note" TEXT NOT NULL,
    "done_at" TIMESTAMPTZ,
    "question_id" UUID NOT NULL UNIQUE REFERENCES "question" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_question_fo_due_at_75d66b" ON "question_follow_up" ("due_at");
COMMENT ON TABLE "question_follow_up" IS 'A promise to come back to a question: whose, and until when. Afterwards it becomes an open ask.';
CREATE TABLE "question_tally" (
    "question_id" UUID NOT NULL  PRIMARY KEY,
    "votes" INT NOT NULL,
    "revision" BIGINT NOT NULL,
    "heat" DOUBLE PRECISION NOT NULL,
    "frozen_votes" INT,
    "frozen_heat" DOUBLE PRECISION
);
COMMENT ON TABLE "question_tally" IS 'What the votes of a question add up to, changed by the database in the transaction of each vote.';
CREATE TABLE "question_vote" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "voter_id" UUID NOT NULL,
    "question_id" UUID NOT NULL REFERENCES "question" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_question_vo_questio_3413b6" UNIQUE ("question_id", "voter_id")
);
CREATE INDEX "idx_question_vo_voter_i_72f11e" ON "question_vote" ("voter_id");
COMMENT ON TABLE "question_vote" IS 'One person''s vote for one question. A merge moves none: the union is counted, so undoing it is exact.';
CREATE UNIQUE INDEX question_one_on_stage_idx ON question (webinar_id, stage) WHERE state = 'answering';
CREATE UNIQUE INDEX question_number_idx ON question (webinar_id, number);

-- migration 0012_polls
CREATE TABLE "poll" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "kind" VARCHAR(12) NOT NULL,
    "prompt" VARCHAR(300) NOT NULL,
    "options" JSONB NOT NULL,
    "correct" JSONB NOT NULL,
    "most_choices" INT NOT NULL,
    "scale" INT NOT NULL,
    "state" VARCHAR(8) NOT NULL,
    "results_shown" BOOL NOT NULL,
    "created_by" UUID NOT NULL,
    "opened_at" TIMESTAMPTZ,
    "closed_at" TIMESTAMPTZ,
    "version" INT NOT NULL,
    "webinar_id" UUID NOT NULL REFERENCES "webinar" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_poll_webinar_13a524" ON "poll" ("webinar_id", "created_at", "id");
COMMENT ON COLUMN "poll"."kind" IS 'SINGLE: single\nMULTIPLE: multiple\nRATING: rating\nRANKING: ranking\nWORD_CLOUD: word_cloud\nQUIZ: quiz';
COMMENT ON COLUMN "poll"."state" IS 'DRAFT: draft\nOPEN: open\nCLOSED: closed';
COMMENT ON TABLE "poll" IS 'A poll of a webinar.';
CREATE TABLE "poll_count" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "key" VARCHAR(40) NOT NULL,
    "count" INT NOT NULL,
    "poll_id" UUID NOT NULL REFERENCES "poll" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_poll_count_poll_id_735181" UNIQUE ("poll_id", "key")
);
COMMENT ON TABLE "poll_count" IS 'How often something was said in a poll, by anybody.';
CREATE TABLE "poll_participation" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "profile_id" UUID NOT NULL,
    "poll_id" UUID NOT NULL REFERENCES "poll" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_poll_partic_poll_id_8f8f31" UNIQUE ("poll_id", "profile_id")
);
COMMENT ON TABLE "poll_participation" IS 'Somebody who took part in a poll: that they did, not when, not with what.';

-- migration 0013_full_accounts
CREATE INDEX capacity_account_full_idx ON capacity_account (profile_id, format) WHERE kind = 'concurrent' AND used >= allowed;

-- migration 0014_session_floor
ALTER TABLE "session_participant" ADD COLUMN "hand_raised_at" TIMESTAMPTZ;
CREATE TABLE "session_floor" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "given_by" UUID NOT NULL,
    "ended_at" TIMESTAMPTZ,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "session_id" UUID NOT NULL REFERENCES "session" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_session_flo_session_de7821" ON "session_floor" ("session_id", "created_at");
COMMENT ON TABLE "session_floor" IS 'A time somebody had the floor, from `created_at` until `ended_at`; one at a time has it.';
CREATE UNIQUE INDEX session_floor_one_speaker_idx ON session_floor (session_id) WHERE ended_at IS NULL;

-- migration 0015_suggestions
CREATE TABLE "suggestion" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "side" VARCHAR(8) NOT NULL,
    "format" VARCHAR(12) NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "score" DOUBLE PRECISION NOT NULL,
    "shown_count" INT NOT NULL,
    "shown_at" TIMESTAMPTZ,
    "decided_at" TIMESTAMPTZ,
    "request_id" UUID,
    "other_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_suggestion_profile_6fd6a0" UNIQUE ("profile_id", "side", "format", "other_id")
);
CREATE INDEX "idx_suggestion_other_i_28fa92" ON "suggestion" ("other_id", "shown_at");
CREATE INDEX "idx_suggestion_state_ffc34d" ON "suggestion" ("state", "shown_at");
COMMENT ON COLUMN "suggestion"."side" IS 'LEARNER: learner\nMENTOR: mentor';
COMMENT ON COLUMN "suggestion"."format" IS 'CLASSIC: classic\nMICRO: micro\nLONG_ARC: long_arc\nREVERSE: reverse\nPEER: peer\nGROUP: group';
COMMENT ON COLUMN "suggestion"."state" IS 'GENERATED: generated\nSHOWN: shown\nDISMISSED: dismissed\nSAVED: saved\nREQUESTED: requested\nEXPIRED: expired\nSUPERSEDED: superseded';
COMMENT ON TABLE "suggestion" IS 'Somebody (`other`) put before somebody (`profile`), who would take the seat `side`.';

-- migration 0016_matching_changes
CREATE TABLE matching_change (
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    profile_id uuid NOT NULL,
    xid bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX matching_change_xid_idx ON matching_change (xid);
CREATE FUNCTION note_matching_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    column_name text;
BEGIN
    FOREACH column_name IN ARRAY TG_ARGV LOOP
        EXECUTE format('INSERT INTO matching_change (profile_id) SELECT DISTINCT %I FROM changed', column_name);
    END LOOP;
    RETURN NULL;
END $$;
CREATE FUNCTION note_matching_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO matching_change (profile_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER matching_account AFTER UPDATE ON app_user FOR EACH ROW
    WHEN (OLD.verified_at IS DISTINCT FROM NEW.verified_at OR OLD.erased_at IS DISTINCT FROM NEW.erased_at)
    EXECUTE FUNCTION note_matching_account();

CREATE TRIGGER matching_insert AFTER insert ON profile REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(id);

CREATE TRIGGER matching_update AFTER update ON profile REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(id);

CREATE TRIGGER matching_delete AFTER delete ON profile REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(id);

CREATE TRIGGER matching_insert AFTER insert ON profile_skill REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id);

CREATE TRIGGER matching_update AFTER update ON profile_skill REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id);

CREATE TRIGGER matching_delete AFTER delete ON profile_skill REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id);

CREATE TRIGGER matching_insert AFTER insert ON profile_language REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id);

CREATE TRIGGER matching_update AFTER update ON profile_language REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id);

CREATE TRIGGER matching_delete AFTER delete ON profile_language REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id);

CREATE TRIGGER matching_insert AFTER insert ON weekly_window REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id);

CREATE TRIGGER matching_update AFTER update ON weekly_window REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id);

CREATE TRIGGER matching_delete AFTER delete ON weekly_window REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id);

CREATE TRIGGER matching_insert AFTER insert ON availability_exception REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id);

CREATE TRIGGER matching_update AFTER update ON availability_exception REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id);

CREATE TRIGGER matching_delete AFTER delete ON availability_exception REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id);

CREATE TRIGGER matching_insert AFTER insert ON stretch REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id);

CREATE TRIGGER matching_update AFTER update ON stretch REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id);

CREATE TRIGGER matching_delete AFTER delete ON stretch REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id);

CREATE TRIGGER matching_insert AFTER insert ON capacity_account REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id);

CREATE TRIGGER matching_update AFTER update ON capacity_account REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id);

CREATE TRIGGER matching_delete AFTER delete ON capacity_account REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id);

CREATE TRIGGER matching_insert AFTER insert ON block REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(blocker_id, blocked_id);

CREATE TRIGGER matching_update AFTER update ON block REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(blocker_id, blocked_id);

CREATE TRIGGER matching_delete AFTER delete ON block REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(blocker_id, blocked_id);

CREATE TRIGGER matching_insert AFTER insert ON mentorship REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(mentor_id, mentee_id);

CREATE TRIGGER matching_update AFTER update ON mentorship REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(mentor_id, mentee_id);

CREATE TRIGGER matching_delete AFTER delete ON mentorship REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(mentor_id, mentee_id);

CREATE TRIGGER matching_insert AFTER insert ON mentorship_request REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(mentor_id, mentee_id);

CREATE TRIGGER matching_update AFTER update ON mentorship_request REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(mentor_id, mentee_id);

CREATE TRIGGER matching_delete AFTER delete ON mentorship_request REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(mentor_id, mentee_id);

-- migration 0017_session_agenda
ALTER TABLE "session" ADD COLUMN "current_item_id" UUID;
ALTER TABLE "session" ADD COLUMN "timer_started_at" TIMESTAMPTZ;
ALTER TABLE "session" ADD COLUMN "timer_ends_at" TIMESTAMPTZ;
ALTER TABLE "session" ADD COLUMN "timer_left_seconds" INT;
CREATE TABLE "session_agenda_item" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "written_by" UUID NOT NULL,
    "title" VARCHAR(120) NOT NULL,
    "minutes" INT NOT NULL,
    "rank" INT NOT NULL,
    "done_at" TIMESTAMPTZ,
    "session_id" UUID NOT NULL REFERENCES "session" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_session_age_session_1cf4f0" ON "session_agenda_item" ("session_id", "rank");
CREATE INDEX "idx_session_age_written_96c12b" ON "session_agenda_item" ("written_by");
COMMENT ON TABLE "session_agenda_item" IS 'An item of a session''s agenda, at its place in the order. `written_by` put it into these words.';
CREATE TABLE "session_link" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "added_by" UUID NOT NULL,
    "url" VARCHAR(500) NOT NULL,
    "title" VARCHAR(120) NOT NULL,
    "session_id" UUID NOT NULL REFERENCES "session" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_session_lin_session_8094af" ON "session_link" ("session_id", "created_at");
CREATE INDEX "idx_session_lin_added_b_a07558" ON "session_link" ("added_by");
COMMENT ON TABLE "session_link" IS 'A web address that somebody put into the room.';
CREATE TABLE "session_action" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "written_by" UUID NOT NULL,
    "text" VARCHAR(500) NOT NULL,
    "due_on" DATE,
    "done_at" TIMESTAMPTZ,
    "owner_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "session_id" UUID NOT NULL REFERENCES "session" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_session_act_session_6bd036" ON "session_action" ("session_id", "created_at", "id");
CREATE INDEX "idx_session_act_written_ce1cb7" ON "session_action" ("written_by");
CREATE INDEX "idx_session_act_owner_i_7a5b84" ON "session_action" ("owner_id");
COMMENT ON TABLE "session_action" IS 'What somebody will do after a session. `written_by` put it into these words.';

-- migration 0018_open_asks
CREATE TABLE "open_ask" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "goal" VARCHAR(300) NOT NULL,
    "message" TEXT NOT NULL,
    "minutes" SMALLINT NOT NULL,
    "skill_ids" TEXT[] NOT NULL,
    "reach" TEXT[] NOT NULL,
    "is_anonymous" BOOL NOT NULL,
    "origin" VARCHAR(12) NOT NULL,
    "origin_id" UUID,
    "state" VARCHAR(12) NOT NULL,
    "held_by" UUID,
    "held_since" TIMESTAMPTZ,
    "lease_until" TIMESTAMPTZ,
    "answer" TEXT NOT NULL,
    "answered_by" UUID,
    "ended_at" TIMESTAMPTZ,
    "request_id" UUID,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "version" INT NOT NULL,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_open_ask_origin_72d53c" UNIQUE ("origin", "origin_id")
);
CREATE INDEX "idx_open_ask_profile_0667c2" ON "open_ask" ("profile_id", "created_at");
CREATE INDEX "idx_open_ask_held_by_58ddd1" ON "open_ask" ("held_by");
CREATE INDEX "idx_open_ask_answere_f74a9b" ON "open_ask" ("answered_by");
CREATE INDEX "idx_open_ask_created_269dc4" ON "open_ask" ("created_at", "id") WHERE state = 'open';
COMMENT ON COLUMN "open_ask"."origin" IS 'WORKER: worker\nWEBINAR: webinar\nFOLLOW_UP: follow_up';
COMMENT ON COLUMN "open_ask"."state" IS 'OPEN: open\nANSWERED: answered\nREQUESTED: requested\nWITHDRAWN: withdrawn\nEXPIRED: expired';
COMMENT ON TABLE "open_ask" IS 'A question that a mentor may take up. `reach` are the skills whose mentors see it; empty: every mentor does.';
CREATE TABLE "ask_draft" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "text" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "ask_id" UUID NOT NULL REFERENCES "open_ask" ("id") ON DELETE CASCADE,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_ask_draft_ask_id_5cf088" UNIQUE ("ask_id", "profile_id")
);
CREATE INDEX "idx_ask_draft_profile_7bb63d" ON "ask_draft" ("profile_id", "updated_at");
COMMENT ON TABLE "ask_draft" IS 'What a mentor wrote for an ask: theirs to keep, also when their lease lapsed or somebody else answered.';

-- migration 0019_answers_of_commands_are_kept
ALTER TABLE "command_record" ADD COLUMN "answer" TEXT;

-- migration 0020_notes_of_sessions
CREATE TABLE "session_notes" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "state" BYTEA NOT NULL,
    "state_number" BIGINT NOT NULL,
    "number" BIGINT NOT NULL,
    "told_number" BIGINT NOT NULL,
    "text" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ NOT NULL,
    "session_id" UUID NOT NULL UNIQUE REFERENCES "session" ("id") ON DELETE CASCADE
);
COMMENT ON TABLE "session_notes" IS 'The notes of one session. `state` is the Yjs document after update `state_number`; later updates are rows.';
CREATE TABLE "session_notes_update" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "number" BIGINT NOT NULL,
    "author_id" UUID NOT NULL,
    "update_data" BYTEA NOT NULL,
    "session_id" UUID NOT NULL REFERENCES "session" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_session_not_session_103784" UNIQUE ("session_id", "number")
);
CREATE INDEX "idx_session_not_author__67a92f" ON "session_notes_update" ("author_id");
COMMENT ON TABLE "session_notes_update" IS 'An update of a session''s notes that is not part of their state yet, as the Yjs client sent it.';
CREATE TABLE "session_notes_pen" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "client_id" BIGINT NOT NULL,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "session_id" UUID NOT NULL REFERENCES "session" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_session_not_session_fb913a" UNIQUE ("session_id", "client_id")
);
CREATE INDEX "idx_session_not_profile_c9624e" ON "session_notes_pen" ("profile_id");
COMMENT ON TABLE "session_notes_pen" IS 'A Yjs client id in a session''s notes, and whose it is: nobody else''s updates may write under it.';
CREATE INDEX session_notes_untold ON session_notes (changed_at) WHERE told_number < number;

-- migration 0021_calls_of_sessions
CREATE TABLE "call_seat" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "connection_id" VARCHAR(64) NOT NULL,
    "worker_id" VARCHAR(64) NOT NULL,
    "microphone" BOOL NOT NULL,
    "camera" BOOL NOT NULL,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "session_id" UUID NOT NULL REFERENCES "session" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_call_seat_session_47ad22" UNIQUE ("session_id", "profile_id")
);
CREATE INDEX "idx_call_seat_connect_df220c" ON "call_seat" ("connection_id");
CREATE INDEX "idx_call_seat_worker__4ce2e8" ON "call_seat" ("worker_id");
CREATE INDEX "idx_call_seat_profile_c920a9" ON "call_seat" ("profile_id");
COMMENT ON TABLE "call_seat" IS 'Somebody in the call of a session since `created_at`. It ends with the connection, or with its worker.';

-- migration 0022_programmes
CREATE TABLE "programme" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "title" VARCHAR(120) NOT NULL,
    "about" TEXT NOT NULL,
    "format" VARCHAR(12) NOT NULL,
    "learners" VARCHAR(12) NOT NULL,
    "mentors" VARCHAR(12) NOT NULL,
    "list_length" SMALLINT NOT NULL,
    "weights" JSONB NOT NULL,
    "starts_on" DATE,
    "ends_on" DATE,
    "created_by" UUID,
    "version" INT NOT NULL
);
CREATE INDEX "idx_programme_created_c57120" ON "programme" ("created_by");
COMMENT ON COLUMN "programme"."format" IS 'CLASSIC: classic\nMICRO: micro\nLONG_ARC: long_arc\nREVERSE: reverse\nPEER: peer\nGROUP: group';
COMMENT ON COLUMN "programme"."learners" IS 'EVERYBODY: everybody\nMEMBERS: members';
COMMENT ON COLUMN "programme"."mentors" IS 'EVERYBODY: everybody\nMEMBERS: members';
COMMENT ON TABLE "programme" IS 'Who is matched with whom, and how pairs are weighed: `weights` by side and part.';
CREATE TABLE "cohort_run" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "started_by" UUID,
    "seed" INT NOT NULL,
    "weights" JSONB NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "stage" VARCHAR(12) NOT NULL,
    "done" INT NOT NULL,
    "total" INT NOT NULL,
    "attempts" SMALLINT NOT NULL,
    "lease_until" TIMESTAMPTZ,
    "snapshot_hash" VARCHAR(64) NOT NULL,
    "report" JSONB,
    "previewed_at" TIMESTAMPTZ,
    "published_at" TIMESTAMPTZ,
    "expires_at" TIMESTAMPTZ,
    "ended_at" TIMESTAMPTZ,
    "replaces_id" UUID,
    "version" INT NOT NULL,
    "programme_id" UUID NOT NULL REFERENCES "programme" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_cohort_run_program_c4b245" ON "cohort_run" ("programme_id", "created_at");
CREATE INDEX "idx_cohort_run_state_e62e7b" ON "cohort_run" ("state", "lease_until");
CREATE INDEX "idx_cohort_run_started_224408" ON "cohort_run" ("started_by");
COMMENT ON COLUMN "cohort_run"."state" IS 'DRAFT: draft\nPREVIEW: preview\nPUBLISHED: published\nSUPERSEDED: superseded\nROLLED_BACK: rolled_back\nEXPIRED: expired\nFAILED: failed';
COMMENT ON COLUMN "cohort_run"."stage" IS 'WAITING: waiting\nREADING: reading\nCANDIDATES: candidates\nASSIGNMENT: assignment\nLISTS: lists\nREPORT: report\nWRITING: writing\nDONE: done';
COMMENT ON TABLE "cohort_run" IS 'One matching of a whole cohort. `weights`, `seed` and `snapshot_hash` say what it was made of.';
CREATE TABLE "cohort_plot" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "name" VARCHAR(24) NOT NULL,
    "svg" TEXT NOT NULL,
    "run_id" UUID NOT NULL REFERENCES "cohort_run" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_cohort_plot_run_id_6ca193" UNIQUE ("run_id", "name")
);
COMMENT ON TABLE "cohort_plot" IS 'A drawing of a run''s report, as SVG.';
CREATE TABLE "cohort_proposal" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "place" SMALLINT NOT NULL,
    "is_assigned" BOOL NOT NULL,
    "score" DOUBLE PRECISION NOT NULL,
    "contested" DOUBLE PRECISION NOT NULL,
    "learner_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "mentor_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "run_id" UUID NOT NULL REFERENCES "cohort_run" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_cohort_prop_run_id_1a3c1a" UNIQUE ("run_id", "learner_id", "mentor_id")
);
CREATE INDEX "idx_cohort_prop_learner_e03ee6" ON "cohort_proposal" ("learner_id");
CREATE INDEX "idx_cohort_prop_mentor__22cc17" ON "cohort_proposal" ("mentor_id");
COMMENT ON TABLE "cohort_proposal" IS 'A mentor at a place in a learner''s list, 0 first; `is_assigned`: the one whom the assignment found.';
CREATE TABLE "programme_manager" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "programme_id" UUID NOT NULL REFERENCES "programme" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_programme_m_profile_aa366c" UNIQUE ("profile_id", "programme_id")
);
COMMENT ON TABLE "programme_manager" IS 'Somebody who may manage a programme, as long as they are a programme manager of the platform.';
CREATE TABLE "programme_member" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "side" VARCHAR(8) NOT NULL,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "programme_id" UUID NOT NULL REFERENCES "programme" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_programme_m_program_250b95" UNIQUE ("programme_id", "side", "profile_id")
);
CREATE INDEX "idx_programme_m_profile_b4264e" ON "programme_member" ("profile_id");
COMMENT ON COLUMN "programme_member"."side" IS 'LEARNER: learner\nMENTOR: mentor';
COMMENT ON TABLE "programme_member" IS 'Somebody put into a side of a programme.';
CREATE TABLE "programme_pair" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "rule" VARCHAR(12) NOT NULL,
    "reason" VARCHAR(300) NOT NULL,
    "made_by" UUID,
    "lifted_at" TIMESTAMPTZ,
    "lifted_by" UUID,
    "learner_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "mentor_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "programme_id" UUID NOT NULL REFERENCES "programme" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_programme_p_program_df7dc1" ON "programme_pair" ("programme_id", "created_at");
CREATE INDEX "idx_programme_p_learner_825a43" ON "programme_pair" ("learner_id");
CREATE INDEX "idx_programme_p_mentor__6ad228" ON "programme_pair" ("mentor_id");
CREATE INDEX "idx_programme_p_made_by_97b11f" ON "programme_pair" ("made_by");
COMMENT ON COLUMN "programme_pair"."rule" IS 'LOCKED: locked\nFORBIDDEN: forbidden';
COMMENT ON TABLE "programme_pair" IS 'A pair that a manager locked or forbade, and why; it holds until it is lifted.';

-- migration 0023_waiting_places
CREATE TABLE "match_exclusion" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "reason" VARCHAR(24) NOT NULL,
    "other_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_match_exclu_profile_b280f2" UNIQUE ("profile_id", "other_id")
);
CREATE INDEX "idx_match_exclu_other_i_b906d5" ON "match_exclusion" ("other_id");
COMMENT ON COLUMN "match_exclusion"."reason" IS 'CONFLICT_OF_INTEREST: conflict_of_interest\nKNOWN_PRIVATELY: known_privately\nDID_NOT_WORK: did_not_work\nOTHER: other';
COMMENT ON TABLE "match_exclusion" IS 'Two people who are not to be matched, because one of them said so. The other never hears of it.';
CREATE TABLE "match_preference" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "trait" VARCHAR(60) NOT NULL,
    "strength" VARCHAR(8) NOT NULL,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_match_prefe_profile_a7e8e9" UNIQUE ("profile_id", "trait")
);
COMMENT ON COLUMN "match_preference"."strength" IS 'MUST: must\nVERY: very\nSOMEWHAT: somewhat';
COMMENT ON TABLE "match_preference" IS 'What somebody wishes of whom they are matched with: a trait, and how much it matters.';
CREATE TABLE "saved_search" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "name" VARCHAR(60) NOT NULL,
    "wanted" JSONB NOT NULL,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_saved_searc_profile_0bb4e9" UNIQUE ("profile_id", "name")
);
CREATE INDEX "idx_saved_searc_profile_df982d" ON "saved_search" ("profile_id", "created_at");
COMMENT ON TABLE "saved_search" IS 'A search of the directory that somebody keeps under a name.';
CREATE TABLE "waiting_place" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "skill_id" VARCHAR(80) NOT NULL,
    "format" VARCHAR(12) NOT NULL,
    "aspect" VARCHAR(12) NOT NULL,
    "goal" VARCHAR(300) NOT NULL,
    "message" TEXT NOT NULL,
    "minutes_needed" INT NOT NULL,
    "is_first" BOOL NOT NULL,
    "state" VARCHAR(8) NOT NULL,
    "request_id" UUID,
    "continues_id" UUID,
    "ended_at" TIMESTAMPTZ,
    "version" INT NOT NULL,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_waiting_pla_profile_de5edc" ON "waiting_place" ("profile_id", "created_at");
CREATE INDEX "idx_waiting_pla_request_17b205" ON "waiting_place" ("request_id");
CREATE INDEX "idx_waiting_pla_skill_i_40f441" ON "waiting_place" ("skill_id", "format", "created_at");
CREATE INDEX "idx_waiting_pla_created_05117f" ON "waiting_place" ("created_at", "id") WHERE state = 'waiting';
COMMENT ON COLUMN "waiting_place"."format" IS 'CLASSIC: classic\nMICRO: micro\nLONG_ARC: long_arc\nREVERSE: reverse\nPEER: peer\nGROUP: group';
COMMENT ON COLUMN "waiting_place"."state" IS 'WAITING: waiting\nOFFERED: offered\nSERVED: served\nLEFT: left';
COMMENT ON TABLE "waiting_place" IS 'Somebody''s place in the line of a skill and a format, held since `created_at`.';
CREATE TABLE "waiting_offer" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "request_id" UUID NOT NULL,
    "until" TIMESTAMPTZ NOT NULL,
    "outcome" VARCHAR(12) NOT NULL,
    "decided_at" TIMESTAMPTZ,
    "mentor_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "place_id" UUID NOT NULL REFERENCES "waiting_place" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_waiting_off_place_i_788af3" UNIQUE ("place_id", "mentor_id")
);
CREATE INDEX "idx_waiting_off_request_1b9013" ON "waiting_offer" ("request_id");
CREATE INDEX "idx_waiting_off_mentor__3dfe11" ON "waiting_offer" ("mentor_id");
CREATE INDEX "idx_waiting_off_until_73b55c" ON "waiting_offer" ("until") WHERE outcome = 'open';
COMMENT ON COLUMN "waiting_offer"."outcome" IS 'OPEN: open\nACCEPTED: accepted\nREFUSED: refused\nPASSED_ON: passed_on\nCALLED_OFF: called_off';
COMMENT ON TABLE "waiting_offer" IS 'A mentor asked in the name of somebody in line, until `until`. What became of it is how a list is measured.';
ALTER TABLE "mentorship" ADD COLUMN "continues_id" UUID;
ALTER TABLE "mentorship_request" ADD COLUMN "continues_id" UUID;
CREATE TRIGGER matching_insert AFTER insert ON match_exclusion REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id, other_id);CREATE TRIGGER matching_update AFTER update ON match_exclusion REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id, other_id);CREATE TRIGGER matching_delete AFTER delete ON match_exclusion REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id, other_id);CREATE TRIGGER matching_insert AFTER insert ON match_preference REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id);CREATE TRIGGER matching_update AFTER update ON match_preference REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id);CREATE TRIGGER matching_delete AFTER delete ON match_preference REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change(profile_id);

-- migration 0024_circles
CREATE TABLE "circle" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "name" VARCHAR(80) NOT NULL,
    "theme" VARCHAR(60) NOT NULL,
    "purpose" TEXT NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "state_since" TIMESTAMPTZ NOT NULL,
    "active_at" TIMESTAMPTZ NOT NULL,
    "join_mode" VARCHAR(12) NOT NULL,
    "confidentiality" VARCHAR(12) NOT NULL,
    "naming" VARCHAR(12) NOT NULL,
    "facilitation" VARCHAR(12) NOT NULL,
    "with_mentor" BOOL NOT NULL,
    "least" INT NOT NULL,
    "most" INT NOT NULL,
    "is_listed" BOOL NOT NULL,
    "created_by" UUID NOT NULL,
    "norms_number" INT NOT NULL,
    "norms_asked_at" TIMESTAMPTZ,
    "seats_version" INT NOT NULL,
    "version" INT NOT NULL
);
CREATE INDEX "idx_circle_state_8837bc" ON "circle" ("state", "active_at");
CREATE INDEX "idx_circle_created_49c98e" ON "circle" ("created_at", "id");
CREATE INDEX "idx_circle_created_83aa1d" ON "circle" ("created_by");
COMMENT ON COLUMN "circle"."kind" IS 'PEER: peer\nGROUP_MENTORING: group_mentoring\nALUMNI_NETWORK: alumni_network\nSUPPORT: support\nACCOUNTABILITY: accountability\nINTEREST: interest\nPRACTICE: practice';
COMMENT ON COLUMN "circle"."state" IS 'PROPOSED: proposed\nFORMING: forming\nACTIVE: active\nDORMANT: dormant\nCLOSING: closing\nALUMNI: alumni';
COMMENT ON COLUMN "circle"."join_mode" IS 'OPEN: open\nAPPROVE: approve\nINVITE: invite\nWAITLIST: waitlist\nCLOSED: closed';
COMMENT ON COLUMN "circle"."confidentiality" IS 'OPEN: open\nUNATTRIBUTED: unattributed\nSEALED: sealed';
COMMENT ON COLUMN "circle"."naming" IS 'PROFILES: profiles\nNICKNAMES: nicknames';
COMMENT ON COLUMN "circle"."facilitation" IS 'LEAD: lead\nCO_LEAD: co_lead\nROTATING: rotating';
COMMENT ON TABLE "circle" IS 'A circle. `norms_number` is the newest version of its norms, 0 for none; `seats_version` grows with each seat.';
CREATE TABLE "circle_check" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "level" INT NOT NULL,
    "note" TEXT NOT NULL,
    "circle_id" UUID NOT NULL REFERENCES "circle" ("id") ON DELETE CASCADE,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_circle_chec_profile_c80202" ON "circle_check" ("profile_id", "created_at", "id");
CREATE INDEX "idx_circle_chec_circle__25cddb" ON "circle_check" ("circle_id");
COMMENT ON TABLE "circle_check" IS 'How somebody was, said to themselves: 1 very bad to 5 very well. Read by nobody else, in no number either.';
CREATE TABLE "circle_item" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "kind" VARCHAR(12) NOT NULL,
    "subject_id" UUID NOT NULL,
    "circle_id" UUID NOT NULL REFERENCES "circle" ("id") ON DELETE CASCADE,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_circle_item_circle__fb5299" ON "circle_item" ("circle_id", "created_at", "id");
CREATE INDEX "idx_circle_item_profile_89d10c" ON "circle_item" ("profile_id");
CREATE INDEX "idx_circle_item_subject_92b737" ON "circle_item" ("subject_id");
COMMENT ON COLUMN "circle_item"."kind" IS 'SEATED: seated\nNORMS: norms\nMEETING: meeting\nRECAP: recap\nTHREAD: thread\nASK: ask\nRESOURCE: resource';
COMMENT ON TABLE "circle_item" IS 'A line of a circle''s feed: whose doing it tells of, and of what (`subject_id`).';
CREATE TABLE "circle_meeting" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "series_id" UUID,
    "title" VARCHAR(120) NOT NULL,
    "starts_at" TIMESTAMPTZ NOT NULL,
    "minutes" INT NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "cap" INT,
    "turn_seconds" INT NOT NULL,
    "facilitator_id" UUID,
    "planned_by" UUID NOT NULL,
    "notes" TEXT NOT NULL,
    "notes_by" UUID,
    "recap" TEXT NOT NULL,
    "recap_by" UUID,
    "started_at" TIMESTAMPTZ,
    "ended_at" TIMESTAMPTZ,
    "talk_version" INT NOT NULL,
    "version" INT NOT NULL,
    "circle_id" UUID NOT NULL REFERENCES "circle" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_circle_meet_circle__fa8521" ON "circle_meeting" ("circle_id", "starts_at", "id");
CREATE INDEX "idx_circle_meet_state_b214ea" ON "circle_meeting" ("state", "starts_at");
CREATE INDEX "idx_circle_meet_facilit_e645eb" ON "circle_meeting" ("facilitator_id");
CREATE INDEX "idx_circle_meet_planned_4d2044" ON "circle_meeting" ("planned_by");
CREATE INDEX "idx_circle_meet_notes_b_33331a" ON "circle_meeting" ("notes_by");
CREATE INDEX "idx_circle_meet_recap_b_2b50e2" ON "circle_meeting" ("recap_by");
COMMENT ON COLUMN "circle_meeting"."state" IS 'PLANNED: planned\nLIVE: live\nHELD: held\nMISSED: missed\nCANCELLED: cancelled';
COMMENT ON TABLE "circle_meeting" IS 'A meeting. Those of a series share `series_id`; `talk_version` grows with everything in its room.';
CREATE TABLE "circle_merge" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "offered_by" UUID NOT NULL,
    "answered_by" UUID,
    "answered_at" TIMESTAMPTZ,
    "is_agreed" BOOL,
    "circle_id" UUID NOT NULL REFERENCES "circle" ("id") ON DELETE CASCADE,
    "into_id" UUID NOT NULL REFERENCES "circle" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_circle_merg_circle__58f962" ON "circle_merge" ("circle_id");
CREATE INDEX "idx_circle_merg_into_id_fe0e67" ON "circle_merge" ("into_id");
CREATE INDEX "idx_circle_merg_offered_807614" ON "circle_merge" ("offered_by");
CREATE INDEX "idx_circle_merg_answere_a26674" ON "circle_merge" ("answered_by");
COMMENT ON TABLE "circle_merge" IS 'An offer to join one circle to another. `answered_at` empty: it waits.';
CREATE TABLE "circle_norms" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "number" INT NOT NULL,
    "text" TEXT NOT NULL,
    "written_by" UUID NOT NULL,
    "circle_id" UUID NOT NULL REFERENCES "circle" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_circle_norm_circle__fbe196" UNIQUE ("circle_id", "number")
);
CREATE INDEX "idx_circle_norm_written_f8137c" ON "circle_norms" ("written_by");
COMMENT ON TABLE "circle_norms" IS 'A version of a circle''s norms, as its members agreed or will.';
CREATE TABLE "circle_resource" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "added_by" UUID NOT NULL,
    "url" VARCHAR(500) NOT NULL,
    "title" VARCHAR(120) NOT NULL,
    "note" VARCHAR(500) NOT NULL,
    "circle_id" UUID NOT NULL REFERENCES "circle" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_circle_reso_circle__ceb6b9" ON "circle_resource" ("circle_id", "created_at", "id");
CREATE INDEX "idx_circle_reso_added_b_75de6a" ON "circle_resource" ("added_by");
COMMENT ON TABLE "circle_resource" IS 'A web address that helps, with who put it there and why.';
CREATE TABLE "circle_rsvp" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "state" VARCHAR(12),
    "queued_at" TIMESTAMPTZ NOT NULL,
    "was_there" BOOL,
    "here_since" TIMESTAMPTZ,
    "hand_raised_at" TIMESTAMPTZ,
    "meeting_id" UUID NOT NULL REFERENCES "circle_meeting" ("id") ON DELETE CASCADE,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_circle_rsvp_meeting_0d8398" UNIQUE ("meeting_id", "profile_id")
);
CREATE INDEX "idx_circle_rsvp_meeting_d33719" ON "circle_rsvp" ("meeting_id", "state", "queued_at", "id");
CREATE INDEX "idx_circle_rsvp_profile_24370d" ON "circle_rsvp" ("profile_id");
COMMENT ON COLUMN "circle_rsvp"."state" IS 'COMING: coming\nWAITING: waiting\nDECLINED: declined';
COMMENT ON TABLE "circle_rsvp" IS 'Somebody''s answer to a meeting, whether they came, and where they are in its room.';
CREATE TABLE "circle_seat" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "role" VARCHAR(8) NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "nickname" VARCHAR(40) NOT NULL,
    "message" VARCHAR(500) NOT NULL,
    "invited_by" UUID,
    "guest_meeting_id" UUID,
    "queued_at" TIMESTAMPTZ NOT NULL,
    "seated_at" TIMESTAMPTZ,
    "left_at" TIMESTAMPTZ,
    "paused_until" TIMESTAMPTZ,
    "norms_number" INT NOT NULL,
    "norms_agreed_at" TIMESTAMPTZ,
    "version" INT NOT NULL,
    "circle_id" UUID NOT NULL REFERENCES "circle" ("id") ON DELETE CASCADE,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_circle_seat_circle__2ba7cc" UNIQUE ("circle_id", "profile_id")
);
CREATE INDEX "idx_circle_seat_circle__67a884" ON "circle_seat" ("circle_id", "state", "queued_at", "id");
CREATE INDEX "idx_circle_seat_profile_cb5045" ON "circle_seat" ("profile_id", "state");
COMMENT ON COLUMN "circle_seat"."role" IS 'LEAD: lead\nCO_LEAD: co_lead\nMENTOR: mentor\nMEMBER: member\nGUEST: guest';
COMMENT ON COLUMN "circle_seat"."state" IS 'INVITED: invited\nAPPLIED: applied\nWAITLISTED: waitlisted\nSEATED: seated\nDECLINED: declined\nLEFT: left\nREMOVED: removed';
COMMENT ON TABLE "circle_seat" IS 'How somebody stands to a circle. `queued_at` orders the line; `norms_number` is what they agreed to last.';

-- migration 0025_safety_desk
CREATE TABLE "audit_entry" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "seq" BIGINT NOT NULL UNIQUE,
    "actor_id" UUID,
    "act" VARCHAR(40) NOT NULL,
    "subject_id" UUID,
    "detail" TEXT NOT NULL,
    "previous" VARCHAR(64) NOT NULL,
    "hash" VARCHAR(64) NOT NULL UNIQUE
);
CREATE INDEX "idx_audit_entry_actor_i_89ae59" ON "audit_entry" ("actor_id");
CREATE INDEX "idx_audit_entry_subject_595d7e" ON "audit_entry" ("subject_id");
COMMENT ON TABLE "audit_entry" IS 'An act, chained: `hash` is over this entry and the hash before it. `detail` is JSON without anybody''s words.';
CREATE TABLE "conduct_consent" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "number" INT NOT NULL,
    "user_id" UUID NOT NULL REFERENCES "app_user" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_conduct_con_user_id_9fe662" UNIQUE ("user_id", "number")
);
COMMENT ON TABLE "conduct_consent" IS 'Somebody agreed to a version of the code of conduct.';
CREATE TABLE "conduct_version" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "number" INT NOT NULL UNIQUE,
    "text" TEXT NOT NULL,
    "summary" VARCHAR(500) NOT NULL,
    "published_by" UUID
);
COMMENT ON TABLE "conduct_version" IS 'A version of the code of conduct, in force from when it was made until the next one.';
CREATE TABLE "mute" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "muted_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "muter_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_mute_muter_i_424eb3" UNIQUE ("muter_id", "muted_id")
);
CREATE INDEX "idx_mute_muted_i_5fca55" ON "mute" ("muted_id");
COMMENT ON TABLE "mute" IS 'One person wants no word of another''s doing; the other is told nothing and sees no difference.';
CREATE TABLE "safety_case" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "subject_kind" VARCHAR(16) NOT NULL,
    "subject_id" UUID NOT NULL,
    "reason" VARCHAR(24) NOT NULL,
    "words" TEXT NOT NULL,
    "evidence" TEXT NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "lease_by" UUID,
    "lease_until" TIMESTAMPTZ,
    "decision" VARCHAR(12),
    "decision_reason" TEXT NOT NULL,
    "decided_by" UUID,
    "decided_at" TIMESTAMPTZ,
    "appeal_words" TEXT NOT NULL,
    "appealed_at" TIMESTAMPTZ,
    "appeal_outcome" VARCHAR(12),
    "appeal_reason" TEXT NOT NULL,
    "appeal_decided_by" UUID,
    "closed_at" TIMESTAMPTZ,
    "version" INT NOT NULL,
    "accused_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "reporter_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_safety_case_state_0db61b" ON "safety_case" ("state", "created_at", "id");
CREATE INDEX "idx_safety_case_reporte_0eec5d" ON "safety_case" ("reporter_id", "created_at");
CREATE INDEX "idx_safety_case_accused_984331" ON "safety_case" ("accused_id", "created_at");
COMMENT ON COLUMN "safety_case"."subject_kind" IS 'PROFILE: profile\nMESSAGE: message\nQUESTION: question\nSESSION: session\nCIRCLE_POST: circle_post';
COMMENT ON COLUMN "safety_case"."reason" IS 'HARASSMENT: harassment\nHATE: hate\nTHREAT: threat\nSEXUAL: sexual\nSCAM: scam\nSPAM: spam\nIMPERSONATION: impersonation\nPRIVACY: privacy\nSELF_HARM: self_harm\nMINOR: minor\nOTHER: other';
COMMENT ON COLUMN "safety_case"."state" IS 'OPEN: open\nIN_REVIEW: in_review\nDECIDED: decided\nAPPEALED: appealed\nCLOSED: closed';
COMMENT ON COLUMN "safety_case"."decision" IS 'NOTHING: nothing\nWARN: warn\nREMOVE: remove\nSUSPEND: suspend\nBAN: ban';
COMMENT ON COLUMN "safety_case"."appeal_outcome" IS 'UPHELD: upheld\nOVERTURNED: overturned';
COMMENT ON TABLE "safety_case" IS 'What somebody reported, as it was then, and what became of it.';
CREATE TABLE "sanction" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "kind" VARCHAR(12) NOT NULL,
    "until" TIMESTAMPTZ,
    "lifted_at" TIMESTAMPTZ,
    "case_id" UUID NOT NULL REFERENCES "safety_case" ("id") ON DELETE CASCADE,
    "user_id" UUID NOT NULL REFERENCES "app_user" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_sanction_user_id_abfc1a" ON "sanction" ("user_id", "created_at");
COMMENT ON COLUMN "sanction"."kind" IS 'WARNING: warning\nSUSPENSION: suspension\nBAN: ban';
COMMENT ON TABLE "sanction" IS 'What was laid on somebody. A suspension has an end, a ban has none; both hold until lifted.';
CREATE TABLE "talk_opening" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "opened_by" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "case_id" UUID NOT NULL REFERENCES "safety_case" ("id") ON DELETE CASCADE,
    "session_id" UUID NOT NULL REFERENCES "session" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_talk_openin_session_3506bd" ON "talk_opening" ("session_id");
CREATE INDEX "idx_talk_openin_opened__8e7b5d" ON "talk_opening" ("opened_by");
COMMENT ON TABLE "talk_opening" IS 'Somebody of the safety team reads a private talk, for a reason, until an instant; those read are told.';
CREATE FUNCTION audit_refuse() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END $$ LANGUAGE plpgsql;
CREATE TRIGGER audit_entry_kept BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_entry_whole BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

-- migration 0026_suggestions_by_programmes
COMMENT ON COLUMN "suggestion"."state" IS 'GENERATED: generated\nSHOWN: shown\nDISMISSED: dismissed\nSAVED: saved\nREQUESTED: requested\nEXPIRED: expired\nSUPERSEDED: superseded\nPUBLISHED: published';

-- migration 0027_hosts_seen
ALTER TABLE "webinar" ADD COLUMN "host_seen_at" TIMESTAMPTZ;
ALTER TABLE "webinar" ADD COLUMN "host_missing_since" TIMESTAMPTZ;

-- migration 0028_talk_of_circles
CREATE TABLE "circle_thread" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "kind" VARCHAR(8) NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "theme" VARCHAR(40) NOT NULL,
    "title" VARCHAR(120) NOT NULL,
    "heard_at" TIMESTAMPTZ,
    "stale_at" TIMESTAMPTZ,
    "changed_at" TIMESTAMPTZ NOT NULL,
    "version" INT NOT NULL,
    "author_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "circle_id" UUID NOT NULL REFERENCES "circle" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_circle_thre_circle__1626c2" ON "circle_thread" ("circle_id", "changed_at", "id");
CREATE INDEX "idx_circle_thre_author__b9d391" ON "circle_thread" ("author_id");
CREATE INDEX "idx_circle_thre_state_1ab431" ON "circle_thread" ("state", "stale_at");
COMMENT ON COLUMN "circle_thread"."kind" IS 'TALK: talk\nASK: ask';
COMMENT ON COLUMN "circle_thread"."state" IS 'OPEN: open\nANSWERED: answered\nSTALE: stale\nCLOSED: closed';
COMMENT ON TABLE "circle_thread" IS 'A discussion. `heard_at` is the last word of anybody but its author; `changed_at` the last change in it.';
CREATE TABLE "circle_post" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "text" TEXT NOT NULL,
    "edited_at" TIMESTAMPTZ,
    "deleted_at" TIMESTAMPTZ,
    "author_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "thread_id" UUID NOT NULL REFERENCES "circle_thread" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_circle_post_thread__a7e658" ON "circle_post" ("thread_id", "created_at", "id");
CREATE INDEX "idx_circle_post_author__cc0c72" ON "circle_post" ("author_id");
COMMENT ON TABLE "circle_post" IS 'A post. An empty text with `deleted_at` is one taken back.';
CREATE TABLE "circle_reaction" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "kind" VARCHAR(12) NOT NULL,
    "post_id" UUID NOT NULL REFERENCES "circle_post" ("id") ON DELETE CASCADE,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_circle_reac_post_id_7e256e" UNIQUE ("post_id", "profile_id", "kind")
);
CREATE INDEX "idx_circle_reac_profile_7777fb" ON "circle_reaction" ("profile_id");
COMMENT ON COLUMN "circle_reaction"."kind" IS 'HEART: heart\nTHANKS: thanks\nSAME_HERE: same_here\nSTRENGTH: strength\nIDEA: idea';
COMMENT ON TABLE "circle_reaction" IS 'Somebody''s reaction to a post.';
CREATE TABLE "circle_turn" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "given_by" UUID NOT NULL,
    "round" INT NOT NULL,
    "ends_at" TIMESTAMPTZ NOT NULL,
    "ended_at" TIMESTAMPTZ,
    "meeting_id" UUID NOT NULL REFERENCES "circle_meeting" ("id") ON DELETE CASCADE,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_circle_turn_meeting_6d2a86" ON "circle_turn" ("meeting_id", "created_at");
CREATE INDEX "idx_circle_turn_profile_560bb8" ON "circle_turn" ("profile_id");
CREATE INDEX "idx_circle_turn_given_b_4c33fc" ON "circle_turn" ("given_by");
COMMENT ON TABLE "circle_turn" IS 'Somebody''s turn to speak, from `created_at`; due to end at `ends_at`, ended at `ended_at`.';
CREATE TABLE "circle_veil" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "circle_id" UUID NOT NULL REFERENCES "circle" ("id") ON DELETE CASCADE,
    "hidden_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_circle_veil_circle__8f625d" UNIQUE ("circle_id", "profile_id", "hidden_id")
);
CREATE INDEX "idx_circle_veil_profile_bd5609" ON "circle_veil" ("profile_id");
CREATE INDEX "idx_circle_veil_hidden__64dc38" ON "circle_veil" ("hidden_id");
COMMENT ON TABLE "circle_veil" IS 'Somebody hid another member from themselves, and themselves from them, in a circle of nicknames.';

-- migration 0029_notifications
CREATE TABLE "notification_inbox" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "version" INT NOT NULL,
    "mail_key" VARCHAR(64) NOT NULL,
    "quiet_start" SMALLINT,
    "quiet_end" SMALLINT,
    "is_quiet_on_gig" BOOL NOT NULL,
    "digest" VARCHAR(8) NOT NULL,
    "digest_weekday" SMALLINT NOT NULL,
    "digest_hour" SMALLINT NOT NULL,
    "next_digest_at" TIMESTAMPTZ,
    "profile_id" UUID NOT NULL UNIQUE REFERENCES "profile" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_notificatio_next_di_033c59" ON "notification_inbox" ("next_digest_at");
COMMENT ON COLUMN "notification_inbox"."digest" IS 'NEVER: never\nDAILY: daily\nWEEKLY: weekly';
COMMENT ON TABLE "notification_inbox" IS 'How somebody wants to be left alone and when their digest comes, and the lock on all that is told to them.';
CREATE TABLE "notification_letter" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "is_digest" BOOL NOT NULL,
    "state" VARCHAR(8) NOT NULL,
    "tried_at" TIMESTAMPTZ NOT NULL,
    "sent_at" TIMESTAMPTZ,
    "useful_id" UUID,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_notificatio_profile_7c7636" ON "notification_letter" ("profile_id", "created_at");
CREATE INDEX "idx_notificatio_tried_a_e7a309" ON "notification_letter" ("tried_at") WHERE state = 'due';
COMMENT ON COLUMN "notification_letter"."state" IS 'DUE: due\nSENDING: sending\nSENT: sent\nDROPPED: dropped';
COMMENT ON TABLE "notification_letter" IS 'A mail of notifications, or a digest. Its words are made when it is sent; `tried_at` is when that was last.';
CREATE TABLE "notification" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "source_id" UUID NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "by_id" UUID,
    "subject_kind" VARCHAR(24) NOT NULL,
    "subject_id" UUID NOT NULL,
    "detail" JSONB NOT NULL,
    "state" VARCHAR(10) NOT NULL,
    "is_shown" BOOL NOT NULL,
    "is_quiet" BOOL NOT NULL,
    "mail" VARCHAR(8) NOT NULL,
    "mail_due_at" TIMESTAMPTZ,
    "letter_id" UUID REFERENCES "notification_letter" ("id") ON DELETE CASCADE,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_notificatio_profile_093fce" UNIQUE ("profile_id", "source_id")
);
CREATE INDEX "idx_notificatio_profile_d8b2f4" ON "notification" ("profile_id", "created_at", "id");
CREATE INDEX "idx_notificatio_source__d9f508" ON "notification" ("source_id");
CREATE INDEX "idx_notificatio_by_id_73a5aa" ON "notification" ("by_id");
CREATE INDEX "idx_notificatio_letter__676b1d" ON "notification" ("letter_id");
CREATE INDEX "idx_notificatio_created_0db009" ON "notification" ("created_at");
CREATE INDEX "idx_notificatio_profile_ab2347" ON "notification" ("profile_id") WHERE state = 'unread';
CREATE INDEX "idx_notificatio_mail_du_5da2a5" ON "notification" ("mail_due_at") WHERE mail = 'waiting';
COMMENT ON COLUMN "notification"."kind" IS 'one of NotificationKind';
COMMENT ON COLUMN "notification"."subject_kind" IS 'one of SubjectKind';
COMMENT ON COLUMN "notification"."state" IS 'UNREAD: unread\nREAD: read\nDISMISSED: dismissed';
COMMENT ON COLUMN "notification"."mail" IS 'NONE: none\nWAITING: waiting\nDIGEST: digest\nTAKEN: taken\nDROPPED: dropped';
COMMENT ON TABLE "notification" IS 'Somebody is told of something, once for each `source_id`: a fact, or an occasion that a job made one of.';
CREATE TABLE "notification_preference" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "in_app" BOOL NOT NULL,
    "mail" VARCHAR(12) NOT NULL,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_notificatio_profile_b80d88" UNIQUE ("profile_id", "kind")
);
COMMENT ON COLUMN "notification_preference"."kind" IS 'one of NotificationKind';
COMMENT ON COLUMN "notification_preference"."mail" IS 'IMMEDIATE: immediate\nDIGEST: digest\nOFF: off';
COMMENT ON TABLE "notification_preference" IS 'How somebody wants to hear of a kind; without a row, as MANNERS has it.';

-- migration 0030_mentorship_papers
CREATE TABLE "agreement" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "number" INT NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "purpose" VARCHAR(500) NOT NULL,
    "format" VARCHAR(12) NOT NULL,
    "mentor_role" TEXT NOT NULL,
    "mentee_role" TEXT NOT NULL,
    "meet_every_days" INT NOT NULL,
    "meeting_minutes" INT NOT NULL,
    "channel" VARCHAR(12) NOT NULL,
    "answer_within_hours" INT NOT NULL,
    "confidentiality" VARCHAR(16) NOT NULL,
    "confidentiality_limit" TEXT NOT NULL,
    "boundaries" TEXT NOT NULL,
    "ending" TEXT NOT NULL,
    "mentor_signed_at" TIMESTAMPTZ,
    "mentee_signed_at" TIMESTAMPTZ,
    "in_force_at" TIMESTAMPTZ,
    "mentorship_id" UUID NOT NULL REFERENCES "mentorship" ("id") ON DELETE CASCADE,
    "written_by_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_agreement_mentors_dcdce1" UNIQUE ("mentorship_id", "number")
);
CREATE INDEX "idx_agreement_mentors_32526f" ON "agreement" ("mentorship_id", "created_at", "id");
CREATE INDEX "idx_agreement_written_b0154a" ON "agreement" ("written_by_id");
COMMENT ON COLUMN "agreement"."state" IS 'PROPOSED: proposed\nIN_FORCE: in_force\nREPLACED: replaced\nDROPPED: dropped';
COMMENT ON COLUMN "agreement"."format" IS 'CLASSIC: classic\nMICRO: micro\nLONG_ARC: long_arc\nREVERSE: reverse\nPEER: peer\nGROUP: group';
COMMENT ON COLUMN "agreement"."channel" IS 'ROOM: room\nMESSAGES: messages\nCALL: call\nIN_PERSON: in_person';
COMMENT ON COLUMN "agreement"."confidentiality" IS 'BETWEEN_US: between_us\nWITHOUT_NAMES: without_names\nOPEN: open';
COMMENT ON TABLE "agreement" IS 'A version of an agreement; its words never change. In force with both signatures, until a later one is.';
CREATE TABLE "mentorship_goal" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "title" VARCHAR(160) NOT NULL,
    "outcomes" JSONB NOT NULL,
    "baseline" VARCHAR(300) NOT NULL,
    "baseline_level" SMALLINT NOT NULL,
    "weight" SMALLINT NOT NULL,
    "due_on" DATE,
    "state" VARCHAR(8) NOT NULL,
    "settled_at" TIMESTAMPTZ,
    "level" SMALLINT,
    "carried_from" UUID,
    "version" INT NOT NULL,
    "mentorship_id" UUID NOT NULL REFERENCES "mentorship" ("id") ON DELETE CASCADE,
    "written_by_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_mentorship__mentors_3d0536" ON "mentorship_goal" ("mentorship_id", "created_at", "id");
CREATE INDEX "idx_mentorship__written_c18e78" ON "mentorship_goal" ("written_by_id");
COMMENT ON COLUMN "mentorship_goal"."state" IS 'OPEN: open\nREACHED: reached\nLET_GO: let_go';
COMMENT ON TABLE "mentorship_goal" IS 'A goal: `outcomes` are the five from -2 to +2, `level` where it stood when somebody looked last.';
CREATE TABLE "goal_attainment" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "level" SMALLINT NOT NULL,
    "note" TEXT NOT NULL,
    "goal_id" UUID NOT NULL REFERENCES "mentorship_goal" ("id") ON DELETE CASCADE,
    "said_by_id" UUID REFERENCES "profile" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_goal_attain_goal_id_a6218d" ON "goal_attainment" ("goal_id", "created_at", "id");
CREATE INDEX "idx_goal_attain_said_by_75b9ab" ON "goal_attainment" ("said_by_id");
COMMENT ON TABLE "goal_attainment" IS 'Where a goal stood, as one of the two saw it. Nobody named: somebody of an earlier mentorship.';
CREATE TABLE "mentorship_idea" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "text" TEXT NOT NULL,
    "state" VARCHAR(8) NOT NULL,
    "tried_by" UUID,
    "tried_at" TIMESTAMPTZ,
    "trial" TEXT NOT NULL,
    "result_by" UUID,
    "result_at" TIMESTAMPTZ,
    "result" VARCHAR(16),
    "result_note" TEXT NOT NULL,
    "version" INT NOT NULL,
    "author_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "mentorship_id" UUID NOT NULL REFERENCES "mentorship" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_mentorship__mentors_eb08d2" ON "mentorship_idea" ("mentorship_id", "created_at", "id");
CREATE INDEX "idx_mentorship__author__ace8af" ON "mentorship_idea" ("author_id");
CREATE INDEX "idx_mentorship__tried_b_115a55" ON "mentorship_idea" ("tried_by");
CREATE INDEX "idx_mentorship__result__7bdaff" ON "mentorship_idea" ("result_by");
COMMENT ON COLUMN "mentorship_idea"."state" IS 'IDEA: idea\nTRIED: tried\nRESULT: result';
COMMENT ON COLUMN "mentorship_idea"."result" IS 'HELPED: helped\nHELPED_IN_PART: helped_in_part\nDID_NOT_HELP: did_not_help';
COMMENT ON TABLE "mentorship_idea" IS 'An idea, to its author''s credit whoever tries it; who tried it, and who said what came of it.';
CREATE TABLE "mentorship_note" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "reach" VARCHAR(8) NOT NULL,
    "text" TEXT NOT NULL,
    "edited_by" UUID NOT NULL,
    "changed_at" TIMESTAMPTZ NOT NULL,
    "version" INT NOT NULL,
    "author_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "mentorship_id" UUID NOT NULL REFERENCES "mentorship" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_mentorship__mentors_383c5e" ON "mentorship_note" ("mentorship_id", "created_at", "id");
CREATE INDEX "idx_mentorship__author__6ab0cd" ON "mentorship_note" ("author_id");
CREATE INDEX "idx_mentorship__edited__d78466" ON "mentorship_note" ("edited_by");
COMMENT ON COLUMN "mentorship_note"."reach" IS 'MINE: mine\nSHARED: shared';
COMMENT ON TABLE "mentorship_note" IS 'A note, read by its author alone or by both. `edited_by` put it into these words.';

-- migration 0031_mentorship_outcomes
CREATE TABLE "mentorship_outcome" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "side" VARCHAR(8) NOT NULL,
    "moment" VARCHAR(8) NOT NULL,
    "due_at" TIMESTAMPTZ NOT NULL,
    "closes_at" TIMESTAMPTZ NOT NULL,
    "told_at" TIMESTAMPTZ,
    "answered_at" TIMESTAMPTZ,
    "skill_before" SMALLINT,
    "skill_after" SMALLINT,
    "confidence_before" SMALLINT,
    "confidence_after" SMALLINT,
    "ties" SMALLINT,
    "clients" SMALLINT,
    "version" INT NOT NULL,
    "mentorship_id" UUID NOT NULL REFERENCES "mentorship" ("id") ON DELETE CASCADE,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_mentorship__mentors_401d44" UNIQUE ("mentorship_id", "profile_id", "moment")
);
CREATE INDEX "idx_mentorship__profile_4e8b4c" ON "mentorship_outcome" ("profile_id", "due_at", "id");
CREATE INDEX "idx_mentorship__moment_7efd68" ON "mentorship_outcome" ("moment", "side", "due_at");
CREATE INDEX "idx_mentorship__told_at_acb53b" ON "mentorship_outcome" ("told_at", "due_at");
COMMENT ON COLUMN "mentorship_outcome"."side" IS 'MENTOR: mentor\nMENTEE: mentee';
COMMENT ON COLUMN "mentorship_outcome"."moment" IS 'END: end\nDAY_30: day_30\nDAY_90: day_90';
COMMENT ON TABLE "mentorship_outcome" IS 'Questions to one side at one moment, due at `due_at` and open until `closes_at`; empty answers were left out.';

-- migration 0032_actions_beside_sessions
ALTER TABLE "session_action" ALTER COLUMN "session_id" DROP NOT NULL;
ALTER TABLE "session_action" ADD COLUMN "mentorship_id" UUID REFERENCES "mentorship" ("id") ON DELETE CASCADE;
ALTER TABLE "session_action" ADD COLUMN "version" INT NOT NULL DEFAULT 1;
CREATE INDEX "idx_session_act_mentors_7dd06e" ON "session_action" ("mentorship_id", "created_at", "id");

-- migration 0033_meetings_of_mentorships
CREATE TABLE "calendar_feed" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "token_hash" VARCHAR(64) NOT NULL UNIQUE,
    "content_hash" VARCHAR(64) NOT NULL,
    "changed_at" TIMESTAMPTZ NOT NULL,
    "profile_id" UUID NOT NULL UNIQUE REFERENCES "profile" ("id") ON DELETE CASCADE
);
COMMENT ON TABLE "calendar_feed" IS 'The secret address of a calendar, kept as a hash. `content_hash` is of what it last said, since `changed_at`.';
CREATE TABLE "calendar_reminder" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "kind" VARCHAR(12) NOT NULL,
    "subject_id" UUID NOT NULL,
    "starts_at" TIMESTAMPTZ NOT NULL,
    "step" VARCHAR(8) NOT NULL,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_calendar_re_profile_b9029e" UNIQUE ("profile_id", "subject_id", "starts_at", "step")
);
CREATE INDEX "idx_calendar_re_starts__18eebe" ON "calendar_reminder" ("starts_at");
COMMENT ON COLUMN "calendar_reminder"."kind" IS 'MENTORSHIP: mentorship\nCIRCLE: circle\nWEBINAR: webinar';
COMMENT ON COLUMN "calendar_reminder"."step" IS 'FIRST: first\nLAST: last';
COMMENT ON TABLE "calendar_reminder" IS 'A reminder that was given. Something that moves is another thing to be reminded of.';
CREATE TABLE "meeting" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "series_id" UUID,
    "title" VARCHAR(120) NOT NULL,
    "note" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ NOT NULL,
    "occurs_at" TIMESTAMPTZ NOT NULL,
    "minutes" INT NOT NULL,
    "time_zone" VARCHAR(64) NOT NULL,
    "every_days" SMALLINT,
    "state" VARCHAR(12) NOT NULL,
    "planned_by" UUID NOT NULL,
    "cancelled_by" UUID,
    "cancel_reason" VARCHAR(16),
    "cancel_note" TEXT NOT NULL,
    "sequence" INT NOT NULL,
    "changed_at" TIMESTAMPTZ NOT NULL,
    "version" INT NOT NULL,
    "mentorship_id" UUID NOT NULL REFERENCES "mentorship" ("id") ON DELETE CASCADE,
    "session_id" UUID REFERENCES "session" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_meeting_mentors_3bdc8f" ON "meeting" ("mentorship_id", "starts_at", "id");
CREATE INDEX "idx_meeting_state_e66c3c" ON "meeting" ("state", "starts_at");
CREATE INDEX "idx_meeting_series__082679" ON "meeting" ("series_id");
CREATE INDEX "idx_meeting_planned_557c8c" ON "meeting" ("planned_by");
CREATE INDEX "idx_meeting_cancell_a618d5" ON "meeting" ("cancelled_by");
CREATE INDEX "idx_meeting_session_1e9447" ON "meeting" ("session_id");
COMMENT ON COLUMN "meeting"."state" IS 'SCHEDULED: scheduled\nHELD: held\nMISSED: missed\nLAPSED: lapsed\nCANCELLED: cancelled';
COMMENT ON COLUMN "meeting"."cancel_reason" IS 'CANNOT_COME: cannot_come\nON_GIG: on_gig\nNOT_NEEDED: not_needed\nOTHER: other\nENDED: ended';
COMMENT ON TABLE "meeting" IS 'An appointment of the two. Meetings of a series share `series_id`; `occurs_at` is when each was first to be.';
CREATE TABLE "meeting_proposal" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "proposed_by" UUID NOT NULL,
    "title" VARCHAR(120) NOT NULL,
    "note" TEXT NOT NULL,
    "starts" JSONB NOT NULL,
    "last_start" TIMESTAMPTZ NOT NULL,
    "chosen" TIMESTAMPTZ,
    "minutes" INT NOT NULL,
    "time_zone" VARCHAR(64) NOT NULL,
    "times" SMALLINT NOT NULL,
    "every_days" SMALLINT NOT NULL,
    "skips_gigs" BOOL NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "answered_at" TIMESTAMPTZ,
    "version" INT NOT NULL,
    "counters_id" UUID REFERENCES "meeting_proposal" ("id") ON DELETE CASCADE,
    "meeting_id" UUID REFERENCES "meeting" ("id") ON DELETE CASCADE,
    "mentorship_id" UUID NOT NULL REFERENCES "mentorship" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_meeting_pro_mentors_0472be" ON "meeting_proposal" ("mentorship_id", "created_at", "id");
CREATE INDEX "idx_meeting_pro_state_6c3f77" ON "meeting_proposal" ("state", "last_start");
CREATE INDEX "idx_meeting_pro_meeting_e7f74d" ON "meeting_proposal" ("meeting_id");
CREATE INDEX "idx_meeting_pro_propose_5570f2" ON "meeting_proposal" ("proposed_by");
COMMENT ON COLUMN "meeting_proposal"."state" IS 'OPEN: open\nACCEPTED: accepted\nCOUNTERED: countered\nWITHDRAWN: withdrawn\nDECLINED: declined\nEXPIRED: expired';
COMMENT ON TABLE "meeting_proposal" IS 'Starts that one of the two offers the other. `starts` are ISO instants in UTC; `meeting` is the one to move.';
CREATE TABLE "meeting_seat" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "confirmed_at" TIMESTAMPTZ,
    "outcome" VARCHAR(16),
    "marked_at" TIMESTAMPTZ,
    "appealed_at" TIMESTAMPTZ,
    "appeal_words" TEXT NOT NULL,
    "appeal_decided_at" TIMESTAMPTZ,
    "appeal_decided_by" UUID,
    "meeting_id" UUID NOT NULL REFERENCES "meeting" ("id") ON DELETE CASCADE,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_meeting_sea_meeting_ffa29c" UNIQUE ("meeting_id", "profile_id")
);
CREATE INDEX "idx_meeting_sea_profile_2de747" ON "meeting_seat" ("profile_id", "created_at");
CREATE INDEX "idx_meeting_sea_outcome_963afc" ON "meeting_seat" ("outcome", "appealed_at");
CREATE INDEX "idx_meeting_sea_appeal__4c5404" ON "meeting_seat" ("appeal_decided_by");
COMMENT ON COLUMN "meeting_seat"."outcome" IS 'CAME: came\nMISSED_FOR_GIG: missed_for_gig\nNO_SHOW: no_show\nEXCUSED: excused';
COMMENT ON TABLE "meeting_seat" IS 'One of the two at a meeting: whether they said again that they come, how it went, and an appeal against that.';

-- migration 0034_road_of_mentorships
CREATE TABLE "check_in" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "kind" VARCHAR(12) NOT NULL,
    "state" VARCHAR(8) NOT NULL,
    "stretch_id" UUID,
    "counted_from" TIMESTAMPTZ NOT NULL,
    "cadence_days" SMALLINT NOT NULL,
    "due_at" TIMESTAMPTZ,
    "closes_at" TIMESTAMPTZ,
    "settled_at" TIMESTAMPTZ,
    "mentorship_id" UUID NOT NULL REFERENCES "mentorship" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_check_in_mentors_724552" UNIQUE ("mentorship_id", "kind", "stretch_id")
);
CREATE INDEX "idx_check_in_mentors_2a6428" ON "check_in" ("mentorship_id", "created_at", "id");
CREATE INDEX "idx_check_in_state_aea395" ON "check_in" ("state", "closes_at");
COMMENT ON COLUMN "check_in"."kind" IS 'CADENCE: cadence\nGIG_START: gig_start\nGIG_MIDDLE: gig_middle\nGIG_END: gig_end';
COMMENT ON COLUMN "check_in"."state" IS 'OPEN: open\nDONE: done\nLAPSED: lapsed';
COMMENT ON TABLE "check_in" IS 'A check-in. `due_at` and `closes_at` are counted with every gig known now; empty while one has no end.';
CREATE TABLE "check_in_part" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "steps_told" SMALLINT NOT NULL,
    "next_step_at" TIMESTAMPTZ,
    "answered_at" TIMESTAMPTZ,
    "useful" SMALLINT,
    "is_next_step_clear" BOOL,
    "is_wrong" BOOL,
    "words" TEXT NOT NULL,
    "wants_look" BOOL NOT NULL,
    "check_in_id" UUID NOT NULL REFERENCES "check_in" ("id") ON DELETE CASCADE,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_check_in_pa_check_i_6d1adb" UNIQUE ("check_in_id", "profile_id")
);
CREATE INDEX "idx_check_in_pa_profile_febdaa" ON "check_in_part" ("profile_id");
CREATE INDEX "idx_check_in_pa_next_st_1d7d06" ON "check_in_part" ("next_step_at");
COMMENT ON TABLE "check_in_part" IS 'What one person is asked, how often their silence was met, and what they said.';
CREATE TABLE "mentorship_feedback" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "given_at" TIMESTAMPTZ NOT NULL,
    "released_at" TIMESTAMPTZ,
    "useful" SMALLINT NOT NULL,
    "went_well" TEXT NOT NULL,
    "could_be_better" TEXT NOT NULL,
    "takeaway" TEXT NOT NULL,
    "kudos" VARCHAR(300) NOT NULL,
    "next_need" VARCHAR(300) NOT NULL,
    "author_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "mentorship_id" UUID NOT NULL REFERENCES "mentorship" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_mentorship__mentors_05c6a8" UNIQUE ("mentorship_id", "author_id")
);
CREATE INDEX "idx_mentorship__author__6b49ed" ON "mentorship_feedback" ("author_id");
CREATE INDEX "idx_mentorship__release_b56e21" ON "mentorship_feedback" ("released_at", "given_at");
COMMENT ON TABLE "mentorship_feedback" IS 'What one of the two said at the end. Its key is drawn by lot: one made of time would tell who gave first.';
ALTER TABLE "mentorship" ADD COLUMN "brief_by" UUID;
ALTER TABLE "mentorship" ADD COLUMN "cadence_days" SMALLINT;
ALTER TABLE "mentorship" ADD COLUMN "check_in_at" TIMESTAMPTZ;
ALTER TABLE "mentorship" ADD COLUMN "check_in_from" TIMESTAMPTZ;
ALTER TABLE "mentorship" ADD COLUMN "closing_since" TIMESTAMPTZ;
ALTER TABLE "mentorship" ADD COLUMN "deliver_by" DATE;
ALTER TABLE "mentorship" ADD COLUMN "deliverable" VARCHAR(300) NOT NULL DEFAULT '';
ALTER TABLE "mentorship" ADD COLUMN "delivered_at" TIMESTAMPTZ;
ALTER TABLE "mentorship" ADD COLUMN "holds_place" BOOL NOT NULL DEFAULT TRUE;
ALTER TABLE "mentorship" ADD COLUMN "look_at" TIMESTAMPTZ;
ALTER TABLE "mentorship" ADD COLUMN "pause_reason" VARCHAR(12);
ALTER TABLE "mentorship" ADD COLUMN "paused_at" TIMESTAMPTZ;
ALTER TABLE "mentorship" ADD COLUMN "paused_by" UUID;
ALTER TABLE "mentorship" ADD COLUMN "paused_until" TIMESTAMPTZ;
ALTER TABLE "mentorship" ADD COLUMN "place_kept_until" TIMESTAMPTZ;
ALTER TABLE "mentorship" ADD COLUMN "trial_until" TIMESTAMPTZ;
CREATE INDEX "idx_mentorship_look_at_c7b011" ON "mentorship" ("look_at");
CREATE INDEX "idx_mentorship_check_i_d11477" ON "mentorship" ("check_in_at");

-- migration 0035_check_ins_begin
UPDATE mentorship SET check_in_from = now(), check_in_at = now() + interval '8 days'
WHERE state IN ('trial', 'active') AND check_in_from IS NULL;

-- migration 0036_next_versions
CREATE TABLE "mentorship_proposal" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "kind" VARCHAR(12) NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "proposed_by" UUID NOT NULL,
    "asked_id" UUID NOT NULL,
    "to_id" UUID,
    "format" VARCHAR(12) NOT NULL,
    "goal" VARCHAR(300) NOT NULL,
    "minutes" INT NOT NULL,
    "words" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "decided_at" TIMESTAMPTZ,
    "next_mentorship_id" UUID,
    "mentorship_id" UUID NOT NULL REFERENCES "mentorship" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_mentorship__mentors_a6a973" ON "mentorship_proposal" ("mentorship_id", "created_at");
CREATE INDEX "idx_mentorship__propose_d263ed" ON "mentorship_proposal" ("proposed_by");
CREATE INDEX "idx_mentorship__asked_i_a1a76b" ON "mentorship_proposal" ("asked_id");
CREATE INDEX "idx_mentorship__to_id_642f61" ON "mentorship_proposal" ("to_id");
CREATE INDEX "idx_mentorship__state_b8c1b5" ON "mentorship_proposal" ("state", "expires_at");
COMMENT ON COLUMN "mentorship_proposal"."kind" IS 'RENEWAL: renewal\nCONVERSION: conversion\nHAND_OVER: hand_over';
COMMENT ON COLUMN "mentorship_proposal"."state" IS 'ASKED: asked\nACCEPTED: accepted\nDECLINED: declined\nWITHDRAWN: withdrawn\nLAPSED: lapsed';
COMMENT ON COLUMN "mentorship_proposal"."format" IS 'CLASSIC: classic\nMICRO: micro\nLONG_ARC: long_arc\nREVERSE: reverse\nPEER: peer\nGROUP: group';
COMMENT ON TABLE "mentorship_proposal" IS 'A next version that somebody proposed. `asked_id` is whose yes is waited for; `to_id` the next mentor, if any.';

-- migration 0037_gatherings
CREATE TABLE "gathering" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "heir_id" UUID,
    "audience" VARCHAR(12) NOT NULL,
    "title" VARCHAR(120) NOT NULL,
    "about" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ NOT NULL,
    "ends_at" TIMESTAMPTZ NOT NULL,
    "time_zone" VARCHAR(64) NOT NULL,
    "is_online" BOOL NOT NULL,
    "place" VARCHAR(200) NOT NULL,
    "city" VARCHAR(80) NOT NULL,
    "country" VARCHAR(2) NOT NULL,
    "link" VARCHAR(500) NOT NULL,
    "interests" TEXT[] NOT NULL,
    "cap" SMALLINT NOT NULL,
    "code_key" VARCHAR(64) NOT NULL,
    "cancelled_at" TIMESTAMPTZ,
    "announced_at" TIMESTAMPTZ NOT NULL,
    "reminded" SMALLINT NOT NULL,
    "version" INT NOT NULL,
    "circle_id" UUID REFERENCES "circle" ("id") ON DELETE CASCADE,
    "host_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "programme_id" UUID REFERENCES "programme" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_gathering_starts__79c7cc" ON "gathering" ("starts_at", "id");
CREATE INDEX "idx_gathering_host_id_c38070" ON "gathering" ("host_id", "starts_at");
CREATE INDEX "idx_gathering_heir_id_9fbe13" ON "gathering" ("heir_id");
CREATE INDEX "idx_gathering_circle__f53924" ON "gathering" ("circle_id");
CREATE INDEX "idx_gathering_program_65c538" ON "gathering" ("programme_id");
COMMENT ON COLUMN "gathering"."audience" IS 'MEMBERS: members\nCIRCLE: circle\nPROGRAMME: programme';
COMMENT ON TABLE "gathering" IS 'A community event. Its state is worked out of its times and `cancelled_at`; `code_key` makes its check-in codes.';
CREATE TABLE "gathering_answer" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "queued_at" TIMESTAMPTZ NOT NULL,
    "came_at" TIMESTAMPTZ,
    "came_by" VARCHAR(8),
    "gathering_id" UUID NOT NULL REFERENCES "gathering" ("id") ON DELETE CASCADE,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_gathering_a_gatheri_d4524b" UNIQUE ("gathering_id", "profile_id")
);
CREATE INDEX "idx_gathering_a_gatheri_a680ab" ON "gathering_answer" ("gathering_id", "state", "queued_at", "id");
CREATE INDEX "idx_gathering_a_profile_ccd432" ON "gathering_answer" ("profile_id", "state");
COMMENT ON COLUMN "gathering_answer"."state" IS 'GOING: going\nWAITING: waiting\nMAYBE: maybe\nNOT_GOING: not_going\nGONE: gone';
COMMENT ON COLUMN "gathering_answer"."came_by" IS 'HOST: host\nCODE: code';
COMMENT ON TABLE "gathering_answer" IS 'Somebody''s answer to a gathering. `queued_at` orders the line; `came_at` is when they were checked in.';

-- migration 0038_help_between_people
CREATE TABLE "introduction" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "words" TEXT NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "one_agrees" BOOL,
    "other_agrees" BOOL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "made_at" TIMESTAMPTZ,
    "closed_at" TIMESTAMPTZ,
    "introducer_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "one_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "other_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_introductio_introdu_4bbcad" ON "introduction" ("introducer_id", "created_at");
CREATE INDEX "idx_introductio_one_id_bb1257" ON "introduction" ("one_id", "created_at");
CREATE INDEX "idx_introductio_other_i_8f250c" ON "introduction" ("other_id", "created_at");
CREATE INDEX "idx_introductio_closed__f65131" ON "introduction" ("closed_at", "expires_at");
COMMENT ON COLUMN "introduction"."state" IS 'OFFERED: offered\nMADE: made\nMET: met\nDECLINED: declined\nEXPIRED: expired\nWITHDRAWN: withdrawn';
COMMENT ON TABLE "introduction" IS 'An introduction; `one_id` is the smaller of the two ids. `closed_at` is when everybody knew that it is over.';
CREATE TABLE "kudos" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "tie" VARCHAR(16) NOT NULL,
    "tie_id" UUID NOT NULL,
    "words" VARCHAR(280) NOT NULL,
    "place" VARCHAR(8) NOT NULL,
    "removed_at" TIMESTAMPTZ,
    "giver_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "receiver_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_kudos_giver_i_025a17" UNIQUE ("giver_id", "tie", "tie_id")
);
CREATE INDEX "idx_kudos_giver_i_60050a" ON "kudos" ("giver_id", "created_at");
CREATE INDEX "idx_kudos_receive_1aea4e" ON "kudos" ("receiver_id", "created_at");
COMMENT ON COLUMN "kudos"."tie" IS 'MENTORSHIP: mentorship\nSESSION: session\nQUESTION: question\nCIRCLE_MEETING: circle_meeting\nINTRODUCTION: introduction\nSMALL_ASK: small_ask\nGATHERING: gathering';
COMMENT ON COLUMN "kudos"."place" IS 'PRIVATE: private\nPUBLIC: public\nHIDDEN: hidden';
COMMENT ON TABLE "kudos" IS 'Thanks from one person to another for something that happened. With `removed_at` nobody reads them any more.';
CREATE TABLE "small_ask" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "text" VARCHAR(300) NOT NULL,
    "topic" VARCHAR(40) NOT NULL,
    "skill_id" TEXT,
    "state" VARCHAR(12) NOT NULL,
    "helper_id" UUID,
    "meets_at" TIMESTAMPTZ,
    "thanks" VARCHAR(300) NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "version" INT NOT NULL,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_small_ask_profile_ccf3c7" ON "small_ask" ("profile_id", "created_at");
CREATE INDEX "idx_small_ask_helper__2039b4" ON "small_ask" ("helper_id");
CREATE INDEX "idx_small_ask_created_e5b3da" ON "small_ask" ("created_at", "id") WHERE state = 'open';
COMMENT ON COLUMN "small_ask"."state" IS 'OPEN: open\nAGREED: agreed\nDONE: done\nTHANKED: thanked\nWITHDRAWN: withdrawn\nEXPIRED: expired';
COMMENT ON TABLE "small_ask" IS 'Fifteen minutes that somebody asks for. `helper_id` and `meets_at` come with the offer that was taken.';
CREATE TABLE "small_ask_offer" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "free_at" TIMESTAMPTZ NOT NULL,
    "words" VARCHAR(300) NOT NULL,
    "ask_id" UUID NOT NULL REFERENCES "small_ask" ("id") ON DELETE CASCADE,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_small_ask_o_ask_id_da0ec7" UNIQUE ("ask_id", "profile_id")
);
CREATE INDEX "idx_small_ask_o_profile_2d3a2a" ON "small_ask_offer" ("profile_id");
COMMENT ON TABLE "small_ask_offer" IS 'Somebody who would help, and when they are free for it.';
CREATE TABLE "small_ask_pass" (
    "id" UUID NOT NULL  PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "ask_id" UUID NOT NULL REFERENCES "small_ask" ("id") ON DELETE CASCADE,
    "profile_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    "to_id" UUID NOT NULL REFERENCES "profile" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_small_ask_p_ask_id_dc8ac8" UNIQUE ("ask_id", "profile_id", "to_id")
);
CREATE INDEX "idx_small_ask_p_profile_3e1334" ON "small_ask_pass" ("profile_id");
CREATE INDEX "idx_small_ask_p_to_id_b8008c" ON "small_ask_pass" ("to_id");
COMMENT ON TABLE "small_ask_pass" IS 'An ask that somebody passed on to a person they trust with it.';
COMMENT ON COLUMN "circle"."kind" IS 'PEER: peer\nGROUP_MENTORING: group_mentoring\nALUMNI_NETWORK: alumni_network\nSUPPORT: support\nACCOUNTABILITY: accountability\nINTEREST: interest\nPRACTICE: practice\nCLUB: club\nVOLUNTEERING: volunteering';
COMMENT ON COLUMN "safety_case"."subject_kind" IS 'PROFILE: profile\nMESSAGE: message\nQUESTION: question\nSESSION: session\nCIRCLE_POST: circle_post\nGATHERING: gathering\nINTRODUCTION: introduction\nSMALL_ASK: small_ask\nKUDOS: kudos';

-- migration 0039_gatherings_in_calendars
COMMENT ON COLUMN "calendar_reminder"."kind" IS 'MENTORSHIP: mentorship\nCIRCLE: circle\nWEBINAR: webinar\nGATHERING: gathering';
