from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations import operations as ops

from server.domain.availability import MentoringFormat
from server.domain.mentorships import DeclineReason, EndReason, MentorshipState, RequestState
from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0005_availability")]

    initial = False

    operations = [
        ops.CreateModel(
            name="MentorshipRequest",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "sender",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="sender_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="requests_sent",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "receiver",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="receiver_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="requests_received",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "mentor",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="mentor_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="requests_as_mentor",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "mentee",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="mentee_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="requests_as_mentee",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "format",
                    fields.CharEnumField(
                        description="CLASSIC: classic\nMICRO: micro\nLONG_ARC: long_arc\nREVERSE: reverse\nPEER: peer\nGROUP: group",
                        enum_type=MentoringFormat,
                        max_length=12,
                    ),
                ),
                ("aspect", fields.CharField(default="", max_length=12)),
                ("goal", fields.CharField(max_length=300)),
                ("message", fields.TextField(default="", unique=False)),
                ("skill_ids", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ("minutes_needed", fields.IntField()),
                (
                    "state",
                    fields.CharEnumField(
                        description="DRAFT: draft\nSENT: sent\nVIEWED: viewed\nINFO_REQUESTED: info_requested\nACCEPTED: accepted\nDECLINED: declined\nWITHDRAWN: withdrawn\nEXPIRED: expired\nINVALIDATED: invalidated\nREFERRED: referred\nWAITLISTED: waitlisted",
                        enum_type=RequestState,
                        max_length=16,
                    ),
                ),
                ("state_reason", fields.CharField(default="", max_length=40)),
                (
                    "decline_reason",
                    fields.CharEnumField(
                        null=True,
                        description="NO_TIME: no_time\nNOT_MY_FIELD: not_my_field\nSOMEBODY_FITS_BETTER: somebody_fits_better\nFORMAT_DOES_NOT_SUIT: format_does_not_suit\nMISFIT: misfit\nOTHER: other",
                        enum_type=DeclineReason,
                        max_length=24,
                    ),
                ),
                ("note", fields.TextField(default="", unique=False)),
                ("sent_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("viewed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("answered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("remind_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("reminders_sent", fields.SmallIntField(default=0)),
                (
                    "referred_from",
                    fields.ForeignKeyField(
                        "alongside.MentorshipRequest",
                        source_field="referred_from_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="referrals",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("waitlisted_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "mentorship_request",
                "app": "alongside",
                "indexes": [
                    Index(fields=["sender_id", "created_at"]),
                    Index(fields=["receiver_id", "created_at"]),
                    Index(fields=["mentor_id", "mentee_id"]),
                    PartialIndex(fields=["waitlisted_at"], condition={"state": "waitlisted"}),
                    Index(fields=["expires_at"]),
                    Index(fields=["remind_at"]),
                ],
                "pk_attr": "id",
                "table_description": "A request from one person to another; either side may ask, so sender and mentor are told apart.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="Mentorship",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "mentor",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="mentor_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="mentoring",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "mentee",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="mentee_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="mentored",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "request",
                    fields.OneToOneField(
                        "alongside.MentorshipRequest",
                        source_field="request_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="mentorship",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "format",
                    fields.CharEnumField(
                        description="CLASSIC: classic\nMICRO: micro\nLONG_ARC: long_arc\nREVERSE: reverse\nPEER: peer\nGROUP: group",
                        enum_type=MentoringFormat,
                        max_length=12,
                    ),
                ),
                ("aspect", fields.CharField(default="", max_length=12)),
                ("goal", fields.CharField(max_length=300)),
                (
                    "state",
                    fields.CharEnumField(
                        description="PROPOSED: proposed\nTRIAL: trial\nACTIVE: active\nPAUSED: paused\nCLOSING: closing\nCOMPLETED: completed\nENDED_EARLY: ended_early\nTRANSFERRED: transferred\nRENEWED: renewed",
                        enum_type=MentorshipState,
                        max_length=16,
                    ),
                ),
                (
                    "end_reason",
                    fields.CharEnumField(
                        null=True,
                        description="NO_FAULT: no_fault\nMISFIT: misfit\nUNRESPONSIVE: unresponsive\nMOVED: moved\nSAFETY: safety",
                        enum_type=EndReason,
                        max_length=16,
                    ),
                ),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "mentorship",
                "app": "alongside",
                "indexes": [Index(fields=["mentor_id", "created_at"]), Index(fields=["mentee_id", "created_at"])],
                "pk_attr": "id",
                "table_description": "Two people at work on a goal, in one format.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="RequestEvent",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "request",
                    fields.ForeignKeyField(
                        "alongside.MentorshipRequest",
                        source_field="request_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("actor_id", fields.UUIDField(null=True)),
                (
                    "state",
                    fields.CharEnumField(
                        description="DRAFT: draft\nSENT: sent\nVIEWED: viewed\nINFO_REQUESTED: info_requested\nACCEPTED: accepted\nDECLINED: declined\nWITHDRAWN: withdrawn\nEXPIRED: expired\nINVALIDATED: invalidated\nREFERRED: referred\nWAITLISTED: waitlisted",
                        enum_type=RequestState,
                        max_length=16,
                    ),
                ),
                ("text", fields.TextField(default="", unique=False)),
            ],
            options={
                "table": "request_event",
                "app": "alongside",
                "indexes": [Index(fields=["request_id", "created_at"])],
                "pk_attr": "id",
                "table_description": "A line of a request's history: a move to a state, or a message while more was asked.",
            },
            bases=["DatedRow"],
        ),
    ]
