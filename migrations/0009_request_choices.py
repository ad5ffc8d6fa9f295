from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops

from server.domain.requests import SiblingChoice


class Migration(migrations.Migration):
    """What a request's clock and its acceptance need to remember."""

    dependencies = [("alongside", "0008_search_index")]

    initial = False

    operations = [
        ops.AddField(
            model_name="MentorshipRequest",
            name="paused_spans",
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name="MentorshipRequest",
            name="siblings",
            field=fields.CharEnumField(
                description="KEEP: keep\nLET_GO: let_go",
                enum_type=SiblingChoice,
                default=SiblingChoice.KEEP,
                db_default="keep",
                max_length=8,
            ),
        ),
    ]
