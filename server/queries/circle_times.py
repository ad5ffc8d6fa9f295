"""A time for a circle's next meeting, that spares whom the last ones hurt."""

from uuid import UUID

from server.domain.actors import Actor
from server.domain.availability import LONGEST_SEARCH, Interval
from server.domain.circle_meetings import MAX_MINUTES, MeetingState
from server.domain.circles import SeatRole, SeatState
from server.domain.errors import NotFound, invalid
from server.domain.group_times import GroupTime
from server.models.circle_meetings import CircleMeeting
from server.models.circles import CircleSeat
from server.queries.circles import standings_of
from server.queries.group_times import times_for

PAST_MEETINGS = 12
"""The last meetings that count when it is asked who bore a painful hour."""


async def times_of(actor: Actor, circle_id: UUID, search: Interval, minutes: int) -> list[GroupTime]:
    """Return the best starts for a circle's members, best first. NotFound for others than members; InvalidInput."""
    standing = (await standings_of(actor, [circle_id])).get(circle_id)
    if standing is None or not standing.is_member:
        actor.require_user()
        raise NotFound("circle")
    if not 5 <= minutes <= MAX_MINUTES:
        raise invalid("minutes", "out_of_range", f"A number from 5 to {MAX_MINUTES}.")
    if search.end <= search.start or search.end - search.start > LONGEST_SEARCH:
        raise invalid("end", "out_of_range", f"A time after the start, at most {LONGEST_SEARCH.days} days later.")
    seats = await CircleSeat.filter(circle_id=circle_id, state=SeatState.SEATED, role__not=SeatRole.GUEST)
    held = CircleMeeting.filter(
        circle_id=circle_id, state__in=[MeetingState.HELD, MeetingState.PLANNED, MeetingState.LIVE]
    )
    past = await held.order_by("-starts_at").limit(PAST_MEETINGS)
    return await times_for([row.profile_id for row in seats], search, minutes, [row.starts_at for row in past])
