from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("alongside", "0023_waiting_places")]

    initial = False

    operations: list[ops.Operation] = []
