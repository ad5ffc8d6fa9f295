from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from server.domain.circle_facts import ItemKind
from server.domain.circle_meetings import MeetingState, RsvpState
from server.domain.circles import (
    CircleKind,
    CircleState,
    Confidentiality,
    Facilitation,
    JoinMode,
    Naming,
    SeatRole,
    SeatState,
)
from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0023_waiting_places")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Circle",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("name", fields.CharField(max_length=80)),
                ("theme", fields.CharField(default="", max_length=60)),
                ("purpose", fields.TextField(default="", unique=False)),
                (
                    "kind",
                    fields.CharEnumField(
                        description="PEER: peer\nGROUP_MENTORING: group_mentoring\nALUMNI_NETWORK: alumni_network\nSUPPORT: support\nACCOUNTABILITY: accountability\nINTEREST: interest\nPRACTICE: practice",
                        enum_type=CircleKind,
                        max_length=16,
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        description="PROPOSED: proposed\nFORMING: forming\nACTIVE: active\nDORMANT: dormant\nCLOSING: closing\nALUMNI: alumni",
                        enum_type=CircleState,
                        max_length=12,
                    ),
                ),
                ("state_since", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("active_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "join_mode",
                    fields.CharEnumField(
                        description="OPEN: open\nAPPROVE: approve\nINVITE: invite\nWAITLIST: waitlist\nCLOSED: closed",
                        enum_type=JoinMode,
                        max_length=12,
                    ),
                ),
                (
                    "confidentiality",
                    fields.CharEnumField(
                        description="OPEN: open\nUNATTRIBUTED: unattributed\nSEALED: sealed",
                        enum_type=Confidentiality,
                        max_length=12,
                    ),
                ),
                (
                    "naming",
                    fields.CharEnumField(
                        description="PROFILES: profiles\nNICKNAMES: nicknames", enum_type=Naming, max_length=12
                    ),
                ),
                (
                    "facilitation",
                    fields.CharEnumField(
                        description="LEAD: lead\nCO_LEAD: co_lead\nROTATING: rotating",
                        enum_type=Facilitation,
                        max_length=12,
                    ),
                ),
                ("with_mentor", fields.BooleanField(default=False)),
                ("least", fields.IntField()),
                ("most", fields.IntField()),
                ("is_listed", fields.BooleanField(default=True)),
                ("created_by", fields.UUIDField()),
                ("norms_number", fields.IntField(default=0)),
                ("norms_asked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("seats_version", fields.IntField(default=1)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "circle",
                "app": "alongside",
                "indexes": [
                    Index(fields=["state", "active_at"]),
                    Index(fields=["created_at", "id"]),
                    Index(fields=["created_by"]),
                ],
                "pk_attr": "id",
                "table_description": "A circle. `norms_number` is the newest version of its norms, 0 for none; `seats_version` grows with each seat.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="CircleCheck",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "circle",
                    fields.ForeignKeyField(
                        "alongside.Circle",
                        source_field="circle_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="checks",
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
                        related_name="circle_checks",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("level", fields.IntField()),
                ("note", fields.TextField(default="", unique=False)),
            ],
            options={
                "table": "circle_check",
                "app": "alongside",
                "indexes": [Index(fields=["profile_id", "created_at", "id"]), Index(fields=["circle_id"])],
                "pk_attr": "id",
                "table_description": "How somebody was, said to themselves: 1 very bad to 5 very well. Read by nobody else, in no number either.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="CircleItem",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "circle",
                    fields.ForeignKeyField(
                        "alongside.Circle",
                        source_field="circle_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="items",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="SEATED: seated\nNORMS: norms\nMEETING: meeting\nRECAP: recap\nTHREAD: thread\nASK: ask\nRESOURCE: resource",
                        enum_type=ItemKind,
                        max_length=12,
                    ),
                ),
                (
                    "profile",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="profile_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="circle_items",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("subject_id", fields.UUIDField()),
            ],
            options={
                "table": "circle_item",
                "app": "alongside",
                "indexes": [
                    Index(fields=["circle_id", "created_at", "id"]),
                    Index(fields=["profile_id"]),
                    Index(fields=["subject_id"]),
                ],
                "pk_attr": "id",
                "table_description": "A line of a circle's feed: whose doing it tells of, and of what (`subject_id`).",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="CircleMeeting",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "circle",
                    fields.ForeignKeyField(
                        "alongside.Circle",
                        source_field="circle_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="meetings",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("series_id", fields.UUIDField(null=True)),
                ("title", fields.CharField(max_length=120)),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("minutes", fields.IntField(default=60)),
                (
                    "state",
                    fields.CharEnumField(
                        description="PLANNED: planned\nLIVE: live\nHELD: held\nMISSED: missed\nCANCELLED: cancelled",
                        enum_type=MeetingState,
                        max_length=12,
                    ),
                ),
                ("cap", fields.IntField(null=True)),
                ("turn_seconds", fields.IntField(default=180)),
                ("facilitator_id", fields.UUIDField(null=True)),
                ("planned_by", fields.UUIDField()),
                ("notes", fields.TextField(default="", unique=False)),
                ("notes_by", fields.UUIDField(null=True)),
                ("recap", fields.TextField(default="", unique=False)),
                ("recap_by", fields.UUIDField(null=True)),
                ("started_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("talk_version", fields.IntField(default=0)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "circle_meeting",
                "app": "alongside",
                "indexes": [
                    Index(fields=["circle_id", "starts_at", "id"]),
                    Index(fields=["state", "starts_at"]),
                    Index(fields=["facilitator_id"]),
                    Index(fields=["planned_by"]),
                    Index(fields=["notes_by"]),
                    Index(fields=["recap_by"]),
                ],
                "pk_attr": "id",
                "table_description": "A meeting. Those of a series share `series_id`; `talk_version` grows with everything in its room.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="CircleMerge",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "circle",
                    fields.ForeignKeyField(
                        "alongside.Circle",
                        source_field="circle_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="merges",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "into",
                    fields.ForeignKeyField(
                        "alongside.Circle",
                        source_field="into_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="merges_in",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("offered_by", fields.UUIDField()),
                ("answered_by", fields.UUIDField(null=True)),
                ("answered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("is_agreed", fields.BooleanField(null=True)),
            ],
            options={
                "table": "circle_merge",
                "app": "alongside",
                "indexes": [
                    Index(fields=["circle_id"]),
                    Index(fields=["into_id"]),
                    Index(fields=["offered_by"]),
                    Index(fields=["answered_by"]),
                ],
                "pk_attr": "id",
                "table_description": "An offer to join one circle to another. `answered_at` empty: it waits.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="CircleNorms",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "circle",
                    fields.ForeignKeyField(
                        "alongside.Circle",
                        source_field="circle_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="norms",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("number", fields.IntField()),
                ("text", fields.TextField(unique=False)),
                ("written_by", fields.UUIDField()),
            ],
            options={
                "table": "circle_norms",
                "app": "alongside",
                "unique_together": (("circle_id", "number"),),
                "indexes": [Index(fields=["written_by"])],
                "pk_attr": "id",
                "table_description": "A version of a circle's norms, as its members agreed or will.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="CircleResource",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "circle",
                    fields.ForeignKeyField(
                        "alongside.Circle",
                        source_field="circle_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="resources",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("added_by", fields.UUIDField()),
                ("url", fields.CharField(max_length=500)),
                ("title", fields.CharField(max_length=120)),
                ("note", fields.CharField(default="", max_length=500)),
            ],
            options={
                "table": "circle_resource",
                "app": "alongside",
                "indexes": [Index(fields=["circle_id", "created_at", "id"]), Index(fields=["added_by"])],
                "pk_attr": "id",
                "table_description": "A web address that helps, with who put it there and why.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="CircleRsvp",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "meeting",
                    fields.ForeignKeyField(
                        "alongside.CircleMeeting",
                        source_field="meeting_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="rsvps",
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
                        related_name="circle_rsvps",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        null=True,
                        description="COMING: coming\nWAITING: waiting\nDECLINED: declined",
                        enum_type=RsvpState,
                        max_length=12,
                    ),
                ),
                ("queued_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("was_there", fields.BooleanField(null=True)),
                ("here_since", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("hand_raised_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "circle_rsvp",
                "app": "alongside",
                "unique_together": (("meeting_id", "profile_id"),),
                "indexes": [Index(fields=["meeting_id", "state", "queued_at", "id"]), Index(fields=["profile_id"])],
                "pk_attr": "id",
                "table_description": "Somebody's answer to a meeting, whether they came, and where they are in its room.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="CircleSeat",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "circle",
                    fields.ForeignKeyField(
                        "alongside.Circle",
                        source_field="circle_id",
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
                        related_name="circle_seats",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "role",
                    fields.CharEnumField(
                        description="LEAD: lead\nCO_LEAD: co_lead\nMENTOR: mentor\nMEMBER: member\nGUEST: guest",
                        enum_type=SeatRole,
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        description="INVITED: invited\nAPPLIED: applied\nWAITLISTED: waitlisted\nSEATED: seated\nDECLINED: declined\nLEFT: left\nREMOVED: removed",
                        enum_type=SeatState,
                        max_length=12,
                    ),
                ),
                ("nickname", fields.CharField(default="", max_length=40)),
                ("message", fields.CharField(default="", max_length=500)),
                ("invited_by", fields.UUIDField(null=True)),
                ("guest_meeting_id", fields.UUIDField(null=True)),
                ("queued_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("seated_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("left_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("paused_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("norms_number", fields.IntField(default=0)),
                ("norms_agreed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "circle_seat",
                "app": "alongside",
                "unique_together": (("circle_id", "profile_id"),),
                "indexes": [
                    Index(fields=["circle_id", "state", "queued_at", "id"]),
                    Index(fields=["profile_id", "state"]),
                ],
                "pk_attr": "id",
                "table_description": "How somebody stands to a circle. `queued_at` orders the line; `norms_number` is what they agreed to last.",
            },
            bases=["DatedRow"],
        ),
    ]
