from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from server.domain.availability import MentoringFormat
from server.domain.suggestions import MatchSide, SuggestionState
from server.kit.clock import now
from server.kit.ids import new_id


def _profile(name: str, related_name: str) -> tuple[str, Any]:
    return (
        name,
        fields.ForeignKeyField(
            "alongside.Profile",
            source_field=f"{name}_id",
            db_constraint=True,
            to_field="id",
            related_name=related_name,
            on_delete=OnDelete.CASCADE,
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("alongside", "0014_session_floor")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Suggestion",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                _profile("profile", "suggestions"),
                _profile("other", "suggested_to"),
                (
                    "side",
                    fields.CharEnumField(
                        description="LEARNER: learner\nMENTOR: mentor", enum_type=MatchSide, max_length=8
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
                (
                    "state",
                    fields.CharEnumField(
                        description="GENERATED: generated\nSHOWN: shown\nDISMISSED: dismissed\nSAVED: saved\nREQUESTED: requested\nEXPIRED: expired\nSUPERSEDED: superseded",
                        enum_type=SuggestionState,
                        max_length=12,
                    ),
                ),
                ("score", fields.FloatField()),
                ("shown_count", fields.IntField(default=0)),
                ("shown_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("request_id", fields.UUIDField(null=True)),
            ],
            options={
                "table": "suggestion",
                "app": "alongside",
                "unique_together": (("profile_id", "side", "format", "other_id"),),
                "indexes": [Index(fields=["other_id", "shown_at"]), Index(fields=["state", "shown_at"])],
                "pk_attr": "id",
                "table_description": "Somebody (`other`) put before somebody (`profile`), who would take the seat `side`.",
            },
            bases=["DatedRow"],
        ),
    ]
