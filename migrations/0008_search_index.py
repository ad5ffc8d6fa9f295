from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """Full-text index of what members may read of a profile, and of open requests per pair."""

    dependencies = [("alongside", "0007_sessions")]

    initial = False

    operations = [
        ops.RunSQL(
            "CREATE INDEX profile_search_document_idx ON profile USING gin (to_tsvector('simple', search_document))",
            reverse_sql="DROP INDEX profile_search_document_idx",
        ),
        ops.RunSQL(
            "CREATE UNIQUE INDEX mentorship_request_one_open_idx ON mentorship_request (sender_id, receiver_id, format)"
            " WHERE state IN ('sent', 'viewed', 'info_requested', 'waitlisted')",
            reverse_sql="DROP INDEX mentorship_request_one_open_idx",
        ),
        ops.RunSQL(
            "CREATE INDEX stream_head_behind_idx ON stream_head (topic) WHERE seq > relayed_seq",
            reverse_sql="DROP INDEX stream_head_behind_idx",
        ),
        ops.RunSQL(
            "CREATE UNIQUE INDEX session_one_live_idx ON session (mentorship_id) WHERE state IN ('lobby', 'live')",
            reverse_sql="DROP INDEX session_one_live_idx",
        ),
    ]
