"""Nobody is booked twice: whatever takes up somebody's time takes that person's turn first, and looks then.

A lock per person, taken in one order, and held to the end of the unit of work. It comes after the locks on what is
planned (a mentorship, a circle, a webinar) and after those on pairs of people, so that nobody waits in a ring.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from server.domain.availability import Interval
from server.domain.bookings import DoubleBooked
from server.queries import bookings
from server.services.transaction import Work

# The keys are sorted before the first lock is taken: OFFSET keeps the two steps apart.
_TAKE_TURNS = """
SELECT pg_advisory_xact_lock(key) FROM (
    SELECT DISTINCT hashtextextended('time:' || id, 0) AS key FROM unnest($1::text[]) AS people (id)
    ORDER BY key OFFSET 0
) AS turns
"""


async def take_time(work: Work, profile_ids: Collection[UUID]) -> None:
    """Wait until nobody else books these people, and hold that. Once in a unit of work, for all it is about."""
    await work.connection.execute_query(_TAKE_TURNS, [[str(one) for one in profile_ids]])


@dataclass(frozen=True)
class Booking:
    """Time that is to be taken up: of whom, when, and in whose words it is refused ("You have")."""

    profile_ids: Collection[UUID]
    spans: Sequence[Interval]
    who: str = "One of you has"


async def book(work: Work, asked: Booking, *, leaving_out: Collection[UUID] = ()) -> None:
    """Take the turns of these people and refuse with DoubleBooked when one of them has something else then.

    `leaving_out` are ids of what does not count: the meeting that is to move.
    """
    await take_time(work, asked.profile_ids)
    found = await bookings.taken(asked.profile_ids, asked.spans, leaving_out=leaving_out)
    if found:
        raise DoubleBooked(min(times[0].start for times in found.values()), asked.who)
