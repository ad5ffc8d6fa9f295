"""The one useful thing of a digest: what somebody could do this week that helps most. J9.

Others come before oneself only where they wait for an answer: an ask in one's circle, then an ask one could answer,
then a webinar to come.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from server.domain.actors import Actor
from server.domain.notifications import SubjectKind
from server.kit.clock import now
from server.kit.paging import PageRequest
from server.models.database import connection
from server.queries import circle_talk, open_asks, webinars

SOON = timedelta(days=7)
LOOKED_AT = 10

_UNHEARD = f"""
SELECT t.id FROM circle_thread t JOIN circle_seat s ON s.circle_id = t.circle_id AND s.profile_id = $1
WHERE s.state = 'seated' AND t.kind = 'ask' AND t.state IN ('open', 'stale') AND t.heard_at IS NULL
  AND t.author_id <> $1 ORDER BY t.created_at LIMIT {LOOKED_AT}
"""  # noqa: S608 - made of constants


@dataclass(frozen=True)
class Useful:
    """What could be done, in words, and where."""

    words: str
    subject: SubjectKind
    subject_id: UUID


async def useful_for(reader: Actor, *, known: Collection[UUID]) -> Useful | None:
    """Return the one thing for a reader, or None when there is none. What is `known` is not named again."""
    for look in (_asks_of_circles, _open_asks, _webinars):
        for useful in await look(reader):
            if useful.subject_id not in known:
                return useful
    return None


async def _asks_of_circles(reader: Actor) -> list[Useful]:
    _, rows = await connection().execute_query(_UNHEARD, [reader.user_id])
    seen = await circle_talk.visible_threads(reader, [row["id"] for row in rows])
    return [
        Useful(f"Nobody has answered this ask in your circle yet: “{one.title}”", SubjectKind.CIRCLE_THREAD, one.id)
        for one in sorted(seen.values(), key=lambda thread: thread.created_at)
    ]


async def _open_asks(reader: Actor) -> list[Useful]:
    page = await open_asks.fitting_page(reader, PageRequest(open_asks.OLDEST_ASKS, size=LOOKED_AT))
    return [
        Useful(f"You could answer this in about {ask.minutes} minutes: “{ask.goal}”", SubjectKind.OPEN_ASK, ask.id)
        for ask in page.items
    ]


async def _webinars(_reader: Actor) -> list[Useful]:
    page = await webinars.coming_page(PageRequest(webinars.SOONEST, size=LOOKED_AT))
    soon = now() + SOON
    return [
        Useful(f"A webinar this week: “{event.title}”", SubjectKind.WEBINAR, event.id)
        for event in page.items
        if now() <= event.starts_at <= soon
    ]
