from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("alongside", "0017_session_agenda")]

    initial = False

    operations: list[ops.Operation] = []
