from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations import operations as ops

from server.domain.availability import MentoringFormat
from server.domain.preferences import ExclusionReason, Strength
from server.domain.waiting import OfferOutcome, WaitingState
from server.kit.clock import now
from server.kit.ids import new_id

# Whose matches change with a row of these tables, as in 0016_matching_changes.
_WATCHED = {"match_exclusion": "profile_id, other_id", "match_preference": "profile_id"}
_ROWS = {"insert": "NEW", "update": "NEW", "delete": "OLD"}


def _watch() -> str:
    return "".join(
        f"CREATE TRIGGER matching_{event} AFTER {event} ON {table} REFERENCING {rows} TABLE AS changed"
        f" FOR EACH STATEMENT EXECUTE FUNCTION note_matching_change({columns});"
        for table, columns in _WATCHED.items()
        for event, rows in _ROWS.items()
    )


def _unwatch() -> str:
    return "".join(f"DROP TRIGGER matching_{event} ON {table};" for table in _WATCHED for event in _ROWS)


class Migration(migrations.Migration):
    dependencies = [("alongside", "0022_programmes")]

    initial = False

    operations = [
        ops.CreateModel(
            name="MatchExclusion",
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
                        related_name="exclusions",
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
                        related_name="excluded_by",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "reason",
                    fields.CharEnumField(
                        description="CONFLICT_OF_INTEREST: conflict_of_interest\nKNOWN_PRIVATELY: known_privately\nDID_NOT_WORK: did_not_work\nOTHER: other",
                        enum_type=ExclusionReason,
                        max_length=24,
                    ),
                ),
            ],
            options={
                "table": "match_exclusion",
                "app": "alongside",
                "unique_together": (("profile_id", "other_id"),),
                "indexes": [Index(fields=["other_id"])],
                "pk_attr": "id",
                "table_description": "Two people who are not to be matched, because one of them said so. The other never hears of it.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="MatchPreference",
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
                        related_name="match_preferences",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("trait", fields.CharField(max_length=60)),
                (
                    "strength",
                    fields.CharEnumField(
                        description="MUST: must\nVERY: very\nSOMEWHAT: somewhat", enum_type=Strength, max_length=8
                    ),
                ),
            ],
            options={
                "table": "match_preference",
                "app": "alongside",
                "unique_together": (("profile_id", "trait"),),
                "pk_attr": "id",
                "table_description": "What somebody wishes of whom they are matched with: a trait, and how much it matters.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="SavedSearch",
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
                        related_name="saved_searches",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.CharField(max_length=60)),
                ("wanted", fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={
                "table": "saved_search",
                "app": "alongside",
                "unique_together": (("profile_id", "name"),),
                "indexes": [Index(fields=["profile_id", "created_at"])],
                "pk_attr": "id",
                "table_description": "A search of the directory that somebody keeps under a name.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="WaitingPlace",
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
                        related_name="waiting_places",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("skill_id", fields.CharField(max_length=80)),
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
                ("minutes_needed", fields.IntField()),
                ("is_first", fields.BooleanField()),
                (
                    "state",
                    fields.CharEnumField(
                        description="WAITING: waiting\nOFFERED: offered\nSERVED: served\nLEFT: left",
                        enum_type=WaitingState,
                        max_length=8,
                    ),
                ),
                ("request_id", fields.UUIDField(null=True)),
                ("continues_id", fields.UUIDField(null=True)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "waiting_place",
                "app": "alongside",
                "indexes": [
                    Index(fields=["profile_id", "created_at"]),
                    Index(fields=["request_id"]),
                    Index(fields=["skill_id", "format", "created_at"]),
                    PartialIndex(fields=["created_at", "id"], condition={"state": "waiting"}),
                ],
                "pk_attr": "id",
                "table_description": "Somebody's place in the line of a skill and a format, held since `created_at`.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="WaitingOffer",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "place",
                    fields.ForeignKeyField(
                        "alongside.WaitingPlace",
                        source_field="place_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="offers",
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
                        related_name="waiting_offers",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("request_id", fields.UUIDField()),
                ("until", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "outcome",
                    fields.CharEnumField(
                        description="OPEN: open\nACCEPTED: accepted\nREFUSED: refused\nPASSED_ON: passed_on\nCALLED_OFF: called_off",
                        enum_type=OfferOutcome,
                        max_length=12,
                    ),
                ),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "waiting_offer",
                "app": "alongside",
                "unique_together": (("place_id", "mentor_id"),),
                "indexes": [
                    Index(fields=["request_id"]),
                    Index(fields=["mentor_id"]),
                    PartialIndex(fields=["until"], condition={"outcome": "open"}),
                ],
                "pk_attr": "id",
                "table_description": "A mentor asked in the name of somebody in line, until `until`. What became of it is how a list is measured.",
            },
            bases=["DatedRow"],
        ),
        ops.AlterModelOptions(
            name="Mentorship",
            options={
                "table": "mentorship",
                "app": "alongside",
                "indexes": [Index(fields=["mentor_id", "created_at"]), Index(fields=["mentee_id", "created_at"])],
                "pk_attr": "id",
                "table_description": "Two people at work on a goal, in one format. `continues_id` is the mentee's earlier one that it goes on from.",
            },
        ),
        ops.AddField(
            model_name="Mentorship",
            name="continues_id",
            field=fields.UUIDField(null=True),
        ),
        ops.AddField(
            model_name="MentorshipRequest",
            name="continues_id",
            field=fields.UUIDField(null=True),
        ),
        ops.RunSQL(_watch(), reverse_sql=_unwatch()),
    ]
