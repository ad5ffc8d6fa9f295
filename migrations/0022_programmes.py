from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("alongside", "0021_calls_of_sessions")]

    initial = False

    operations: list[ops.Operation] = []
