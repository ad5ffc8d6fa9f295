from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("alongside", "0019_answers_of_commands_are_kept")]

    initial = False

    operations: list[ops.Operation] = []
