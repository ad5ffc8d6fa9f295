from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from server.domain.calendars import EntryKind


class Migration(migrations.Migration):
    dependencies = [("alongside", "0038_help_between_people")]

    initial = False

    operations = [
        ops.AlterField(
            model_name="CalendarReminder",
            name="kind",
            field=fields.CharEnumField(
                description="MENTORSHIP: mentorship\nCIRCLE: circle\nWEBINAR: webinar\nGATHERING: gathering",
                enum_type=EntryKind,
                max_length=12,
            ),
        ),
    ]
