from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("alongside", "0025_safety_desk")]

    initial = False

    operations: list[ops.Operation] = []
