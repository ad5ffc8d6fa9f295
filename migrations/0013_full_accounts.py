from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """Index of the accounts without an open place: the directory leaves out whoever has no other."""

    dependencies = [("alongside", "0012_polls")]

    initial = False

    operations = [
        ops.RunSQL(
            "CREATE INDEX capacity_account_full_idx ON capacity_account (profile_id, format)"
            " WHERE kind = 'concurrent' AND used >= allowed",
            reverse_sql="DROP INDEX capacity_account_full_idx",
        ),
    ]
