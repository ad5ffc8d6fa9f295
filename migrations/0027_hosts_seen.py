from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("alongside", "0026_suggestions_by_programmes")]

    initial = False

    operations: list[ops.Operation] = [
        ops.AddField(model_name="Webinar", name="host_seen_at", field=fields.DatetimeField(null=True)),
        ops.AddField(model_name="Webinar", name="host_missing_since", field=fields.DatetimeField(null=True)),
    ]
