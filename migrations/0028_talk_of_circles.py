from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("alongside", "0027_hosts_seen")]

    initial = False

    operations: list[ops.Operation] = []
