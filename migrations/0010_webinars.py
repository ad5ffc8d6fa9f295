from uuid import uuid4

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from server.domain.webinars import AnonymityMode, Pace, RegistrationState, RestrictionKind, WebinarRole, WebinarState
from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0009_request_choices")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Webinar",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("title", fields.CharField(max_length=120)),
                ("description", fields.TextField(default="", unique=False)),
                ("created_by", fields.UUIDField()),
                (
                    "state",
                    fields.CharEnumField(
                        description="DRAFT: draft\nPUBLISHED: published\nOPEN: open\nLIVE: live\nENDED: ended\nARCHIVED: archived",
                        enum_type=WebinarState,
                        max_length=12,
                    ),
                ),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("capacity", fields.IntField(null=True)),
                ("languages", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ("stages", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ("labels", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ("questions_open", fields.BooleanField(default=True)),
                ("review", fields.BooleanField(default=True)),
                (
                    "anonymity",
                    fields.CharEnumField(
                        default=AnonymityMode.OPTIONAL,
                        description="NAMED: named\nOPTIONAL: optional\nFORCED: forced",
                        enum_type=AnonymityMode,
                        max_length=8,
                    ),
                ),
                ("slow_seconds", fields.IntField(default=0)),
                ("highlighted_id", fields.UUIDField(null=True)),
                ("next_number", fields.IntField(default=1)),
                ("frozen_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("burst_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("started_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("sealed_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("staff_version", fields.IntField(default=1)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "webinar",
                "app": "alongside",
                "indexes": [Index(fields=["state", "starts_at"]), Index(fields=["sealed_until"])],
                "pk_attr": "id",
                "table_description": "An event with an audience. `next_number` is the number the next shown question gets.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="WebinarEvent",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "webinar",
                    fields.ForeignKeyField(
                        "alongside.Webinar",
                        source_field="webinar_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("actor_id", fields.UUIDField(null=True)),
                ("action", fields.CharField(max_length=24)),
                ("version", fields.IntField()),
                ("detail", fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={
                "table": "webinar_event",
                "app": "alongside",
                "indexes": [Index(fields=["webinar_id", "id"])],
                "pk_attr": "id",
                "table_description": "A line of an event's history: who did what to it.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="WebinarKey",
            fields=[
                ("webinar_id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("key", fields.BinaryField()),
            ],
            options={
                "table": "webinar_key",
                "app": "alongside",
                "pk_attr": "webinar_id",
                "table_description": "The secret that pseudonyms of one event are made with. Its destruction is what makes them untraceable.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="WebinarPace",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "webinar",
                    fields.ForeignKeyField(
                        "alongside.Webinar",
                        source_field="webinar_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="paces",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("profile_id", fields.UUIDField()),
                (
                    "pace",
                    fields.CharEnumField(
                        description="SLOWER: slower\nFINE: fine\nFASTER: faster", enum_type=Pace, max_length=8
                    ),
                ),
            ],
            options={
                "table": "webinar_pace",
                "app": "alongside",
                "unique_together": (("webinar_id", "profile_id"),),
                "pk_attr": "id",
                "table_description": "What a listener wishes of the speaker now; read only as a sum.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="WebinarReaction",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "webinar",
                    fields.ForeignKeyField(
                        "alongside.Webinar",
                        source_field="webinar_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="reactions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharField(max_length=12)),
                ("total", fields.IntField(default=0)),
            ],
            options={
                "table": "webinar_reaction",
                "app": "alongside",
                "unique_together": (("webinar_id", "kind"),),
                "pk_attr": "id",
                "table_description": "How often a reaction was given. Who gave it is not kept.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="WebinarRegistration",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "webinar",
                    fields.ForeignKeyField(
                        "alongside.Webinar",
                        source_field="webinar_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="registrations",
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
                        related_name="webinar_registrations",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        description="REGISTERED: registered\nWAITLISTED: waitlisted\nCANCELLED: cancelled\nREMOVED: removed",
                        enum_type=RegistrationState,
                        max_length=12,
                    ),
                ),
                ("queued_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("joined_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("left_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "webinar_registration",
                "app": "alongside",
                "unique_together": (("webinar_id", "profile_id"),),
                "indexes": [
                    Index(fields=["webinar_id", "state", "queued_at", "id"]),
                    Index(fields=["profile_id", "created_at"]),
                ],
                "pk_attr": "id",
                "table_description": "Somebody's place in the audience, or in the line for one. `queued_at` orders the line.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="WebinarRestriction",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "webinar",
                    fields.ForeignKeyField(
                        "alongside.Webinar",
                        source_field="webinar_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="restrictions",
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
                        related_name="webinar_restrictions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="TIME_OUT: time_out\nBAN: ban", enum_type=RestrictionKind, max_length=8
                    ),
                ),
                ("shown_as", fields.CharField(max_length=40)),
                ("put_by", fields.UUIDField()),
                ("until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("lifted_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "webinar_restriction",
                "app": "alongside",
                "indexes": [Index(fields=["webinar_id", "profile_id"])],
                "pk_attr": "id",
                "table_description": "Somebody who may not ask until an instant, or was sent out. `shown_as` is all the staff is told of who.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="WebinarStaff",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "webinar",
                    fields.ForeignKeyField(
                        "alongside.Webinar",
                        source_field="webinar_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="staff",
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
                        related_name="webinar_staff",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "role",
                    fields.CharEnumField(
                        description="ATTENDEE: attendee\nPANELIST: panelist\nMODERATOR: moderator\nCOHOST: cohost\nHOST: host\nMANAGER: manager",
                        enum_type=WebinarRole,
                        max_length=12,
                    ),
                ),
            ],
            options={
                "table": "webinar_staff",
                "app": "alongside",
                "unique_together": (("webinar_id", "profile_id"),),
                "indexes": [Index(fields=["profile_id", "created_at"])],
                "pk_attr": "id",
                "table_description": "Somebody on the staff. Of two co-hosts, the one appointed first takes over from a lost host.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="WebinarTalk",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "webinar",
                    fields.ForeignKeyField(
                        "alongside.Webinar",
                        source_field="webinar_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="talk",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("author_id", fields.UUIDField()),
                ("text", fields.TextField(unique=False)),
            ],
            options={
                "table": "webinar_talk",
                "app": "alongside",
                "indexes": [Index(fields=["webinar_id", "id"])],
                "pk_attr": "id",
                "table_description": "A line the staff says among itself.",
            },
            bases=["DatedRow"],
        ),
    ]
