from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from server.domain.suggestions import SuggestionState


class Migration(migrations.Migration):
    dependencies = [("alongside", "0025_safety_desk")]

    initial = False

    operations = [
        ops.AlterField(
            model_name="Suggestion",
            name="state",
            field=fields.CharEnumField(
                description="GENERATED: generated\nSHOWN: shown\nDISMISSED: dismissed\nSAVED: saved\nREQUESTED: requested\nEXPIRED: expired\nSUPERSEDED: superseded\nPUBLISHED: published",
                enum_type=SuggestionState,
                max_length=12,
            ),
        ),
    ]
