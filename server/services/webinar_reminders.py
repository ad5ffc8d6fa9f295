"""Telling those registered for a webinar that it starts soon. No fact says so: time does."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from server.domain.notification_kinds import NotificationKind
from server.domain.notifications import Notice, SubjectKind
from server.domain.webinars import WebinarState
from server.kit.clock import now
from server.models.database import connection
from server.models.webinars import Webinar
from server.services.notices import when
from server.services.notifications import Occasion, tell

SOON = timedelta(hours=1)

_NOT_TOLD = """
SELECT r.profile_id FROM webinar_registration r WHERE r.webinar_id = $1 AND r.state = 'registered'
  AND NOT EXISTS (SELECT FROM notification n WHERE n.profile_id = r.profile_id AND n.source_id = $2)
"""


async def remind_due() -> int:
    """Tell who is registered for what starts within an hour, once for each time it is given. Return how many."""
    at = now()
    soon = Webinar.filter(state__in=[WebinarState.PUBLISHED, WebinarState.OPEN], starts_at__gt=at)
    return sum([await _remind(row.id, row.starts_at) for row in await soon.filter(starts_at__lte=at + SOON)])


async def _remind(webinar_id: UUID, starts_at: datetime) -> int:
    occasion = Occasion(uuid5(webinar_id, f"starts soon {starts_at.isoformat()}"), now())
    _, rows = await connection().execute_query(_NOT_TOLD, [webinar_id, occasion.id])
    subject = (SubjectKind.WEBINAR, webinar_id)
    notices = [
        Notice(row["profile_id"], NotificationKind.WEBINAR_SOON, *subject, detail=when(starts_at)) for row in rows
    ]
    return await tell(occasion, notices)
