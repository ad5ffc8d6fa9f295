from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from server.domain.calendars import EntryKind, ReminderStep
from server.domain.meetings import CancelReason, MentorshipMeetingState, ProposalState, SeatOutcome
from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0032_actions_beside_sessions")]

    initial = False

    operations = [
        ops.CreateModel(
            name="CalendarFeed",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "profile",
                    fields.OneToOneField(
                        "alongside.Profile",
                        source_field="profile_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="calendar_feed",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("token_hash", fields.CharField(unique=True, max_length=64)),
                ("content_hash", fields.CharField(default="", max_length=64)),
                ("changed_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "calendar_feed",
                "app": "alongside",
                "pk_attr": "id",
                "table_description": "The secret address of a calendar, kept as a hash. `content_hash` is of what it last said, since `changed_at`.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="CalendarReminder",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "profile",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="profile_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="calendar_reminders",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="MENTORSHIP: mentorship\nCIRCLE: circle\nWEBINAR: webinar",
                        enum_type=EntryKind,
                        max_length=12,
                    ),
                ),
                ("subject_id", fields.UUIDField()),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "step",
                    fields.CharEnumField(description="FIRST: first\nLAST: last", enum_type=ReminderStep, max_length=8),
                ),
            ],
            options={
                "table": "calendar_reminder",
                "app": "alongside",
                "unique_together": (("profile_id", "subject_id", "starts_at", "step"),),
                "indexes": [Index(fields=["starts_at"])],
                "pk_attr": "id",
                "table_description": "A reminder that was given. Something that moves is another thing to be reminded of.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="Meeting",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "mentorship",
                    fields.ForeignKeyField(
                        "alongside.Mentorship",
                        source_field="mentorship_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="meetings",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("series_id", fields.UUIDField(null=True)),
                ("title", fields.CharField(default="", max_length=120)),
                ("note", fields.TextField(default="", unique=False)),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("occurs_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("minutes", fields.IntField()),
                ("time_zone", fields.CharField(max_length=64)),
                ("every_days", fields.SmallIntField(null=True)),
                (
                    "state",
                    fields.CharEnumField(
                        description="SCHEDULED: scheduled\nHELD: held\nMISSED: missed\nLAPSED: lapsed\nCANCELLED: cancelled",
                        enum_type=MentorshipMeetingState,
                        max_length=12,
                    ),
                ),
                ("planned_by", fields.UUIDField()),
                ("cancelled_by", fields.UUIDField(null=True)),
                (
                    "cancel_reason",
                    fields.CharEnumField(
                        null=True,
                        description="CANNOT_COME: cannot_come\nON_GIG: on_gig\nNOT_NEEDED: not_needed\nOTHER: other\nENDED: ended",
                        enum_type=CancelReason,
                        max_length=16,
                    ),
                ),
                ("cancel_note", fields.TextField(default="", unique=False)),
                (
                    "session",
                    fields.ForeignKeyField(
                        "alongside.Session",
                        source_field="session_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="meetings",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("sequence", fields.IntField(default=0)),
                ("changed_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "meeting",
                "app": "alongside",
                "indexes": [
                    Index(fields=["mentorship_id", "starts_at", "id"]),
                    Index(fields=["state", "starts_at"]),
                    Index(fields=["series_id"]),
                    Index(fields=["planned_by"]),
                    Index(fields=["cancelled_by"]),
                    Index(fields=["session_id"]),
                ],
                "pk_attr": "id",
                "table_description": "An appointment of the two. Meetings of a series share `series_id`; `occurs_at` is when each was first to be.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="MeetingProposal",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "mentorship",
                    fields.ForeignKeyField(
                        "alongside.Mentorship",
                        source_field="mentorship_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="meeting_proposals",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "meeting",
                    fields.ForeignKeyField(
                        "alongside.Meeting",
                        source_field="meeting_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="proposals",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "counters",
                    fields.ForeignKeyField(
                        "alongside.MeetingProposal",
                        source_field="counters_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="countered_by",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("proposed_by", fields.UUIDField()),
                ("title", fields.CharField(default="", max_length=120)),
                ("note", fields.TextField(default="", unique=False)),
                ("starts", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("last_start", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("chosen", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("minutes", fields.IntField()),
                ("time_zone", fields.CharField(max_length=64)),
                ("times", fields.SmallIntField(default=1)),
                ("every_days", fields.SmallIntField(default=7)),
                ("skips_gigs", fields.BooleanField(default=False)),
                (
                    "state",
                    fields.CharEnumField(
                        description="OPEN: open\nACCEPTED: accepted\nCOUNTERED: countered\nWITHDRAWN: withdrawn\nDECLINED: declined\nEXPIRED: expired",
                        enum_type=ProposalState,
                        max_length=12,
                    ),
                ),
                ("answered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "meeting_proposal",
                "app": "alongside",
                "indexes": [
                    Index(fields=["mentorship_id", "created_at", "id"]),
                    Index(fields=["state", "last_start"]),
                    Index(fields=["meeting_id"]),
                    Index(fields=["proposed_by"]),
                ],
                "pk_attr": "id",
                "table_description": "Starts that one of the two offers the other. `starts` are ISO instants in UTC; `meeting` is the one to move.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="MeetingSeat",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "meeting",
                    fields.ForeignKeyField(
                        "alongside.Meeting",
                        source_field="meeting_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="seats",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "profile",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="profile_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="meeting_seats",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("confirmed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "outcome",
                    fields.CharEnumField(
                        null=True,
                        description="CAME: came\nMISSED_FOR_GIG: missed_for_gig\nNO_SHOW: no_show\nEXCUSED: excused",
                        enum_type=SeatOutcome,
                        max_length=16,
                    ),
                ),
                ("marked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("appealed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("appeal_words", fields.TextField(default="", unique=False)),
                ("appeal_decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("appeal_decided_by", fields.UUIDField(null=True)),
            ],
            options={
                "table": "meeting_seat",
                "app": "alongside",
                "unique_together": (("meeting_id", "profile_id"),),
                "indexes": [
                    Index(fields=["profile_id", "created_at"]),
                    Index(fields=["outcome", "appealed_at"]),
                    Index(fields=["appeal_decided_by"]),
                ],
                "pk_attr": "id",
                "table_description": "One of the two at a meeting: whether they said again that they come, how it went, and an appeal against that.",
            },
            bases=["DatedRow"],
        ),
    ]
