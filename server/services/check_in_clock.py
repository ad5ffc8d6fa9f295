"""When check-ins open and when silence is met, counted with the gigs known now.

Columns say when to look; before anything opens or is told, it is counted afresh, as with the clock of requests.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from server.domain.check_ins import DEFAULT_CADENCE_DAYS, Window, step_at, window
from server.domain.request_clock import Stop
from server.models.check_ins import CheckIn, CheckInPart
from server.models.mentorships import Mentorship
from server.models.profiles import Profile
from server.queries.requests import stretches_of


async def count_from(mentorship: Mentorship, last: datetime) -> None:
    """Begin to count towards the next check-in, into the columns of a mentorship but not yet the database."""
    mentorship.cadence_days = mentorship.cadence_days or DEFAULT_CADENCE_DAYS[mentorship.format]
    mentorship.check_in_from = last
    mentorship.check_in_at = (await window_of(mentorship)).opens_at


async def window_of(mentorship: Mentorship) -> Window:
    """Return the window of the next check-in, counted with the gigs of both."""
    last = mentorship.check_in_from or mentorship.created_at
    cadence = mentorship.cadence_days or DEFAULT_CADENCE_DAYS[mentorship.format]
    return window(last, cadence, await stops_of([mentorship.mentor_id, mentorship.mentee_id], last))


async def stops_of(profile_ids: Collection[UUID], since: datetime) -> list[Stop]:
    """Return all stretches of these people that reach past an instant."""
    return [stop for one in profile_ids for stop in await stretches_of(one, since)]


async def next_step_of(check_in: CheckIn, part: CheckInPart) -> datetime | None:
    """Return when the silence of one person is met next."""
    if check_in.due_at is None or part.answered_at is not None:
        return None
    profile = await Profile.get(id=part.profile_id)
    own = await stretches_of(part.profile_id, check_in.due_at)
    return step_at(check_in.due_at, check_in.cadence_days, part.steps_told, own, ZoneInfo(profile.time_zone))
