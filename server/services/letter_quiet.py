"""When a letter may leave that is no notification: not while its reader is left alone."""

from datetime import datetime, timedelta
from uuid import UUID

from server.kit.clock import now
from server.queries.notifications import peace_of

LOOK_AGAIN = timedelta(hours=1)
"""The longest a letter waits before its reader's quiet is read anew: a gig may be over sooner than was said."""


async def held_until(profile_id: UUID, begins_at: datetime | None = None) -> datetime | None:
    """Return when to look at a letter again whose reader has quiet hours or a gig now; None: it may leave.

    Word of something that begins before the quiet ends does not wait.
    """
    at = now()
    peace = (await peace_of([profile_id])).get(profile_id)
    due_at = at if peace is None else peace.word_due_at(at, begins_at)
    if due_at == at:
        return None
    return at + LOOK_AGAIN if due_at is None else min(due_at, at + LOOK_AGAIN)
