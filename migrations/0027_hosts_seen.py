from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("alongside", "0026_suggestions_by_programmes")]

    initial = False

    operations: list[ops.Operation] = []
