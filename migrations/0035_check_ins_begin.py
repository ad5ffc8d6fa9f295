from tortoise import migrations
from tortoise.migrations import operations as ops

# Mentorships from before there were check-ins count towards their first one from now.
_BEGIN = """
UPDATE mentorship SET check_in_from = now(), check_in_at = now() + interval '8 days'
WHERE state IN ('trial', 'active') AND check_in_from IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("alongside", "0034_road_of_mentorships")]

    initial = False

    operations: list[ops.Operation] = [ops.RunSQL(_BEGIN, reverse_sql="")]
