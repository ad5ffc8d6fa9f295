from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations import operations as ops

from server.domain.circles import CircleKind
from server.domain.introductions import IntroductionState
from server.domain.kudos import KudosPlace, KudosTie
from server.domain.moderation import SubjectKind
from server.domain.small_asks import SmallAskState
from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0037_gatherings")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Introduction",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "introducer",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="introducer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="introductions_offered",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "one",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="one_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="introductions_as_one",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "other",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="other_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="introductions_as_other",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("words", fields.TextField(default="", unique=False)),
                (
                    "state",
                    fields.CharEnumField(
                        description="OFFERED: offered\nMADE: made\nMET: met\nDECLINED: declined\nEXPIRED: expired\nWITHDRAWN: withdrawn",
                        enum_type=IntroductionState,
                        max_length=12,
                    ),
                ),
                ("one_agrees", fields.BooleanField(null=True)),
                ("other_agrees", fields.BooleanField(null=True)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("made_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "introduction",
                "app": "alongside",
                "indexes": [
                    Index(fields=["introducer_id", "created_at"]),
                    Index(fields=["one_id", "created_at"]),
                    Index(fields=["other_id", "created_at"]),
                    Index(fields=["closed_at", "expires_at"]),
                ],
                "pk_attr": "id",
                "table_description": "An introduction; `one_id` is the smaller of the two ids. `closed_at` is when everybody knew that it is over.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="Kudos",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "giver",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="giver_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="kudos_given",
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
                        related_name="kudos_received",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "tie",
                    fields.CharEnumField(
                        description="MENTORSHIP: mentorship\nSESSION: session\nQUESTION: question\nCIRCLE_MEETING: circle_meeting\nINTRODUCTION: introduction\nSMALL_ASK: small_ask\nGATHERING: gathering",
                        enum_type=KudosTie,
                        max_length=16,
                    ),
                ),
                ("tie_id", fields.UUIDField()),
                ("words", fields.CharField(max_length=280)),
                (
                    "place",
                    fields.CharEnumField(
                        default=KudosPlace.PRIVATE,
                        description="PRIVATE: private\nPUBLIC: public\nHIDDEN: hidden",
                        enum_type=KudosPlace,
                        max_length=8,
                    ),
                ),
                ("removed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "kudos",
                "app": "alongside",
                "unique_together": (("giver_id", "tie", "tie_id"),),
                "indexes": [Index(fields=["giver_id", "created_at"]), Index(fields=["receiver_id", "created_at"])],
                "pk_attr": "id",
                "table_description": "Thanks from one person to another for something that happened. With `removed_at` nobody reads them any more.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="SmallAsk",
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
                        related_name="small_asks",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("text", fields.CharField(max_length=300)),
                ("topic", fields.CharField(default="", max_length=40)),
                ("skill_id", fields.TextField(null=True, unique=False)),
                (
                    "state",
                    fields.CharEnumField(
                        description="OPEN: open\nAGREED: agreed\nDONE: done\nTHANKED: thanked\nWITHDRAWN: withdrawn\nEXPIRED: expired",
                        enum_type=SmallAskState,
                        max_length=12,
                    ),
                ),
                ("helper_id", fields.UUIDField(null=True)),
                ("meets_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("thanks", fields.CharField(default="", max_length=300)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "small_ask",
                "app": "alongside",
                "indexes": [
                    Index(fields=["profile_id", "created_at"]),
                    Index(fields=["helper_id"]),
                    PartialIndex(fields=["created_at", "id"], condition={"state": "open"}),
                ],
                "pk_attr": "id",
                "table_description": "Fifteen minutes that somebody asks for. `helper_id` and `meets_at` come with the offer that was taken.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="SmallAskOffer",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "ask",
                    fields.ForeignKeyField(
                        "alongside.SmallAsk",
                        source_field="ask_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="offers",
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
                        related_name="small_ask_offers",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("free_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("words", fields.CharField(default="", max_length=300)),
            ],
            options={
                "table": "small_ask_offer",
                "app": "alongside",
                "unique_together": (("ask_id", "profile_id"),),
                "indexes": [Index(fields=["profile_id"])],
                "pk_attr": "id",
                "table_description": "Somebody who would help, and when they are free for it.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="SmallAskPass",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "ask",
                    fields.ForeignKeyField(
                        "alongside.SmallAsk",
                        source_field="ask_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="passes",
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
                        related_name="small_asks_passed",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "to",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="to_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="small_asks_received",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "small_ask_pass",
                "app": "alongside",
                "unique_together": (("ask_id", "profile_id", "to_id"),),
                "indexes": [Index(fields=["profile_id"]), Index(fields=["to_id"])],
                "pk_attr": "id",
                "table_description": "An ask that somebody passed on to a person they trust with it.",
            },
            bases=["DatedRow"],
        ),
        ops.AlterField(
            model_name="Circle",
            name="kind",
            field=fields.CharEnumField(
                description="PEER: peer\nGROUP_MENTORING: group_mentoring\nALUMNI_NETWORK: alumni_network\nSUPPORT: support\nACCOUNTABILITY: accountability\nINTEREST: interest\nPRACTICE: practice\nCLUB: club\nVOLUNTEERING: volunteering",
                enum_type=CircleKind,
                max_length=16,
            ),
        ),
        ops.AlterField(
            model_name="SafetyCase",
            name="subject_kind",
            field=fields.CharEnumField(
                description="PROFILE: profile\nMESSAGE: message\nQUESTION: question\nSESSION: session\nCIRCLE_POST: circle_post\nGATHERING: gathering\nINTRODUCTION: introduction\nSMALL_ASK: small_ask\nKUDOS: kudos",
                enum_type=SubjectKind,
                max_length=16,
            ),
        ),
    ]
