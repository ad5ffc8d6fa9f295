from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("alongside", "0018_open_asks")]

    initial = False

    operations = [ops.AddField(model_name="CommandRecord", name="answer", field=fields.TextField(null=True))]
