"""The picture of a circle's topic, as its followers get it: seats and numbers, the same for all of them."""

from typing import Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.circle_meetings import TO_COME, MeetingState
from server.domain.circle_pictures import ITEMS_IN_PICTURE
from server.domain.circles import SeatState
from server.domain.errors import NotFound
from server.models.circle_meetings import CircleMeeting
from server.models.circle_talk import CircleThread
from server.models.circles import Circle, CircleItem, CircleSeat
from server.queries import circle_meetings, circles


async def circle_state(actor: Actor, circle_id: UUID) -> dict[str, Any]:
    """Return the state that a circle's followers start from; NotFound for everybody else."""
    standing = (await circles.standings_of(actor, [circle_id])).get(circle_id)
    if standing is None or not standing.is_inside:
        raise NotFound("topic")
    circle = await Circle.get(id=circle_id)
    seats = await CircleSeat.filter(circle_id=circle_id, state=SeatState.SEATED)
    meetings = await CircleMeeting.filter(circle_id=circle_id, state__in=list(TO_COME))
    shown = await circle_meetings.shown(meetings)
    live = [row for row in meetings if row.state is MeetingState.LIVE]
    items = await CircleItem.filter(circle_id=circle_id).order_by("-created_at", "-id").limit(ITEMS_IN_PICTURE)
    threads = await CircleThread.filter(circle_id=circle_id).order_by("-changed_at", "-id").limit(ITEMS_IN_PICTURE)
    return {
        "circle": circles.circle_shown(circle),
        "seats": {row.id: circles.seat_shown(row) for row in seats},
        "meetings": shown,
        "talks": {key: talk.shown() for key, talk in (await circle_meetings.talks_in(live)).items()},
        "items": [{"id": row.id, "item": row.kind, "at": row.created_at} for row in items],
        "threads": [{"id": row.id, "version": row.version, "at": row.changed_at} for row in threads],
    }
