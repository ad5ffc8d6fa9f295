"""Every module with rows, and the Tortoise configuration made of them."""

from typing import Any

from tortoise.backends.base.config_generator import expand_db_url

from server.models import client
from server.models.base import APP

MODULES = (
    "server.models.streams",
    "server.models.identity",
    "server.models.profiles",
    "server.models.safety",
    "server.models.availability",
    "server.models.mentorships",
    "server.models.mentorship_papers",
    "server.models.outcomes",
    "server.models.check_ins",
    "server.models.mentorship_proposals",
    "server.models.sessions",
    "server.models.session_room",
    "server.models.session_notes",
    "server.models.meetings",
    "server.models.calls",
    "server.models.webinars",
    "server.models.questions",
    "server.models.polls",
    "server.models.matching",
    "server.models.circles",
    "server.models.circle_meetings",
    "server.models.circle_talk",
    "server.models.calendars",
    "server.models.asks",
    "server.models.waiting",
    "server.models.programmes",
    "server.models.gatherings",
    "server.models.introductions",
    "server.models.small_asks",
    "server.models.kudos",
    "server.models.moderation",
    "server.models.audit",
    "server.models.notifications",
)


def tortoise_config(database_url: str, **pool: Any) -> dict[str, Any]:
    """Return the Tortoise configuration ; `pool` goes to asyncpg (minsize, maxsize, command_timeout)."""
    connection = expand_db_url(database_url)
    connection["engine"] = client.__name__
    connection["credentials"].update(pool)
    return {
        "connections": {"default": connection},
        "apps": {APP: {"models": list(MODULES), "default_connection": "default", "migrations": "migrations"}},
        "use_tz": True,
        "timezone": "UTC",
    }
