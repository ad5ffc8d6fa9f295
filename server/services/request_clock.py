"""Keeping the clocks of requests right: set when one is sent, set again when the receiver's rhythm changes.

The columns `expires_at` and `remind_at` say when to look; whether the time is over is counted afresh then.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from server.domain.actors import ProfileId
from server.domain.mentorships import RequestState
from server.domain.request_clock import Stop, clock, with_pause
from server.domain.request_facts import ClockMoved
from server.kit.clock import now
from server.models.mentorships import MentorshipRequest, RequestEvent
from server.models.profiles import Profile
from server.queries import requests as request_queries
from server.services.request_moves import moved, tell
from server.services.request_policy import policy
from server.services.transaction import retrying, unit_of_work

RUNNING = (RequestState.SENT, RequestState.VIEWED)
"""The states in which the clock of a request runs."""

_SLACK = timedelta(milliseconds=1)


async def set_clock(request: MentorshipRequest) -> bool:
    """Count the clock of a locked request afresh, into its columns but not yet the database. Tell if it moved."""
    before = request.expires_at
    sent_at = request.sent_at or now()
    receiver = await Profile.get(id=request.receiver_id)
    pauses = with_pause(_spans_of(request), now(), receiver.requests_paused_until)
    request.paused_spans = [[span.start.isoformat(), span.end.isoformat()] for span in pauses if span.end]
    stretches = await request_queries.stretches_of(request.receiver_id, sent_at)
    history = (await request_queries.history_of([request.id]))[request.id]
    stops = [*stretches, *pauses, *_waits_for_sender(history)]
    numbers = policy.numbers
    reminders_left = numbers.reminders[request.reminders_sent :]
    counted = clock(sent_at, numbers.allowance(request.format), stops, reminders_left)
    request.expires_at, request.remind_at = counted.expires_at, counted.remind_at
    return _differs(before, counted.expires_at)


@retrying
async def recompute_clocks(profile_id: ProfileId) -> int:
    """Count the clocks of all that a person has received afresh. For the reaction to a change of rhythm or pause.

    Returns how many moved; a second call moves none.
    """
    moves = 0
    async with unit_of_work() as work:
        # In the order of their ids, like everybody who locks several requests.
        rows = MentorshipRequest.filter(receiver_id=profile_id, state__in=list(RUNNING)).order_by("id")
        for request in await rows.select_for_update():
            has_moved = await set_clock(request)
            request.version += has_moved
            await request.save(update_fields=["expires_at", "remind_at", "paused_spans", "version"])
            if has_moved:
                moves += 1
                tell(work, request, ClockMoved(**moved(request)))
    return moves


def _spans_of(request: MentorshipRequest) -> list[Stop]:
    spans = request.paused_spans or []
    return [Stop(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in spans]


def _waits_for_sender(history: Sequence[RequestEvent]) -> list[Stop]:
    """Return the stops in which the receiver waited for the sender to tell more."""
    nexts: list[datetime | None] = [event.created_at for event in history[1:]]
    return [
        Stop(event.created_at, end)
        for event, end in zip(history, [*nexts, None], strict=False)
        if event.state is RequestState.INFO_REQUESTED
    ]


def _differs(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return one is not other
    return abs(one - other) > _SLACK
