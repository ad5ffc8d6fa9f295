from uuid import uuid4

from orjson import loads
from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations import operations as ops

from server.domain.profiles import Proficiency, SkillDirection, SkillLevel, SupportNeed, WorkPattern
from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0002_identity")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Profile",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("display_name", fields.CharField(max_length=80)),
                ("pseudonym", fields.CharField(null=True, max_length=40)),
                ("is_pseudonymous", fields.BooleanField(default=False)),
                ("headline", fields.CharField(default="", max_length=160)),
                ("bio", fields.TextField(default="", unique=False)),
                ("work_patterns", ArrayField(default=list, element_type="TEXT")),
                ("is_high_skill", fields.BooleanField(null=True)),
                ("interests", ArrayField(default=list, element_type="TEXT")),
                ("industries", ArrayField(default=list, element_type="TEXT")),
                ("goals", ArrayField(default=list, element_type="TEXT")),
                ("how_i_work", fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
                ("time_zone", fields.CharField(default="Etc/UTC", max_length=64)),
                ("city", fields.CharField(default="", max_length=80)),
                ("country", fields.CharField(default="", max_length=2)),
                ("meets_remotely", fields.BooleanField(default=True)),
                ("meets_within_km", fields.IntField(null=True)),
                ("visibility", fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
                ("search_document", fields.TextField(default="", unique=False)),
                ("is_listed", fields.BooleanField(default=True)),
                ("requests_paused_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "profile",
                "app": "alongside",
                "indexes": [PartialIndex(fields=["updated_at", "id"], condition={"is_listed": True})],
                "pk_attr": "id",
                "table_description": "What others may see of a person. `visibility` maps field names to Visibility values; absent means the default.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ContactDetail",
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
                        related_name="contacts",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharField(max_length=24)),
                ("value", fields.CharField(max_length=300)),
                ("visibility", fields.IntField(default=0)),
            ],
            options={
                "table": "contact_detail",
                "app": "alongside",
                "unique_together": (("profile_id", "kind", "value"),),
                "pk_attr": "id",
                "table_description": "A way to reach somebody, or a social link: A14. Seen by its visibility, or by those it was released to.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="ContactRelease",
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
                        related_name="releases",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "to_profile",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="to_profile_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="releases_received",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("revoked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "contact_release",
                "app": "alongside",
                "unique_together": (("profile_id", "to_profile_id"),),
                "indexes": [Index(fields=["to_profile_id"])],
                "pk_attr": "id",
                "table_description": "Contact details of one person opened to another, until revoked.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="ProfileLanguage",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                (
                    "profile",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="profile_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="languages",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("code", fields.CharField(max_length=16)),
                (
                    "proficiency",
                    fields.CharEnumField(
                        description="TEXT_ONLY: text_only\nBASIC: basic\nWORKING: working\nFLUENT: fluent\nNATIVE: native",
                        enum_type=Proficiency,
                        max_length=12,
                    ),
                ),
            ],
            options={
                "table": "profile_language",
                "app": "alongside",
                "unique_together": (("profile_id", "code"),),
                "indexes": [Index(fields=["code", "profile_id"])],
                "pk_attr": "id",
                "table_description": "A language somebody works in; `code` is a BCP 47 tag, `und` never.",
            },
            bases=["Row"],
        ),
        ops.CreateModel(
            name="ProfileSkill",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                (
                    "profile",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="profile_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="skills",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("skill_id", fields.CharField(max_length=80)),
                (
                    "direction",
                    fields.CharEnumField(
                        description="OFFERED: offered\nSOUGHT: sought", enum_type=SkillDirection, max_length=8
                    ),
                ),
                (
                    "level",
                    fields.IntEnumField(
                        description="CANNOT: 0\nWITH_HELP: 1\nALONE: 2\nWELL: 3\nCAN_TEACH: 4",
                        enum_type=SkillLevel,
                        generated=False,
                    ),
                ),
                ("priority", fields.IntField(default=1)),
                ("evidence_url", fields.CharField(null=True, max_length=500)),
            ],
            options={
                "table": "profile_skill",
                "app": "alongside",
                "unique_together": (("profile_id", "direction", "skill_id"),),
                "indexes": [Index(fields=["skill_id", "direction", "profile_id"])],
                "pk_attr": "id",
                "table_description": "A skill offered or sought: A4. `skill_id` is a key of the shipped vocabulary.",
            },
            bases=["Row"],
        ),
        ops.CreateModel(
            name="ProfileTag",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                (
                    "profile",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="profile_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="tags",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "direction",
                    fields.CharEnumField(
                        description="OFFERED: offered\nSOUGHT: sought", enum_type=SkillDirection, max_length=8
                    ),
                ),
                ("text", fields.CharField(max_length=80)),
            ],
            options={
                "table": "profile_tag",
                "app": "alongside",
                "unique_together": (("profile_id", "direction", "text"),),
                "pk_attr": "id",
                "table_description": "A skill in the person's own words that the vocabulary did not know when it was written.",
            },
            bases=["Row"],
        ),
        ops.CreateModel(
            name="Stint",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                (
                    "profile",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="profile_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="stints",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "pattern",
                    fields.CharEnumField(
                        description="GIG: gig\nFREELANCE: freelance\nSHORT_CONTRACT: short_contract\nON_DEMAND: on_demand\nREMOTE: remote\nJOBSEEKER: jobseeker\nCAREER_CHANGE: career_change\nALUMNUS: alumnus",
                        enum_type=WorkPattern,
                        max_length=20,
                    ),
                ),
                ("title", fields.CharField(max_length=120)),
                ("started_on", fields.DateField()),
                ("ended_on", fields.DateField(null=True)),
            ],
            options={
                "table": "stint",
                "app": "alongside",
                "indexes": [Index(fields=["profile_id", "started_on"])],
                "pk_attr": "id",
                "table_description": "A dated stretch of work, no employer needed: A2.",
            },
            bases=["Row"],
        ),
        ops.CreateModel(
            name="SupportEntry",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                (
                    "profile",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="profile_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="support",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "need",
                    fields.CharEnumField(
                        description="GUIDANCE: guidance\nREFERRALS: referrals\nEMOTIONAL: emotional\nPRACTICAL: practical",
                        enum_type=SupportNeed,
                        max_length=12,
                    ),
                ),
                ("is_offer", fields.BooleanField()),
                ("note", fields.CharField(default="", max_length=200)),
                ("met_by", fields.CharField(null=True, max_length=80)),
            ],
            options={
                "table": "support_entry",
                "app": "alongside",
                "unique_together": (("profile_id", "need", "is_offer"),),
                "pk_attr": "id",
                "table_description": "One cell of the support map: A11. A need may name who meets it; nobody named means nobody does.",
            },
            bases=["Row"],
        ),
        ops.CreateModel(
            name="Transition",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                (
                    "profile",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="profile_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="transitions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("from_work", fields.CharField(max_length=120)),
                ("to_work", fields.CharField(max_length=120)),
                ("year", fields.IntField()),
            ],
            options={
                "table": "transition",
                "app": "alongside",
                "indexes": [Index(fields=["profile_id"])],
                "pk_attr": "id",
                "table_description": "A change of trade somebody made: A3.",
            },
            bases=["Row"],
        ),
    ]
