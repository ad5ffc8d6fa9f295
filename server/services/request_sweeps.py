"""What the worker does with requests as time passes: run out, remind, serve those who wait in line.

Each takes a batch with SKIP LOCKED, counts the clock afresh, and may run twice or beside itself.
"""

from datetime import datetime
from uuid import UUID

from server.domain import topics
from server.domain.actors import ProfileId
from server.domain.capacity import DEFAULT_PLACES, CapacityFull
from server.domain.errors import NotAllowed, NotFound, Refusal
from server.domain.mentorships import RequestState
from server.domain.request_clock import EXPIRIES_BEFORE_PAUSE, KIND_PAUSE
from server.domain.request_facts import ClockMoved, RequestExpired, RequestReminded, RequestsPaused
from server.domain.requests import InvalidationReason
from server.kit.clock import now
from server.models.mentorships import MentorshipRequest
from server.models.profiles import Profile
from server.queries.requests import room_of
from server.services import capacity
from server.services.matching import invalidate, send
from server.services.request_clock import RUNNING, recompute_clocks, set_clock
from server.services.request_moves import Claim, enter, moved, tell
from server.services.request_policy import policy
from server.services.transaction import Work, retrying, unit_of_work

BATCH = 50

_ANSWERED = [RequestState.ACCEPTED, RequestState.DECLINED, RequestState.REFERRED, RequestState.EXPIRED]
# The oldest in each line whose mentor has a place that no open request may still take; blocked lines are not read.
_SERVABLE = """
SELECT id, mentor_id FROM (
    SELECT r.id, r.mentor_id, r.waitlisted_at,
           row_number() OVER (PARTITION BY r.mentor_id, r.format ORDER BY r.waitlisted_at, r.id) AS place,
           coalesce(a.allowed - a.used, d.places)
           - (SELECT count(*) FROM mentorship_request o WHERE o.mentor_id = r.mentor_id AND o.format = r.format
              AND o.state IN ('sent', 'viewed', 'info_requested')) AS room
    FROM mentorship_request r
    JOIN unnest($1::text[], $2::int[]) AS d (format, places) ON d.format = r.format
    JOIN profile p ON p.id = r.receiver_id
    LEFT JOIN capacity_account a ON a.profile_id = r.mentor_id AND a.kind = 'concurrent' AND a.format = r.format
    WHERE r.state = 'waitlisted' AND (p.requests_paused_until IS NULL OR p.requests_paused_until <= $3)
) AS line
WHERE room > 0 AND NOT id = ANY($4) AND NOT mentor_id = ANY($5)
ORDER BY place, waitlisted_at LIMIT $6
"""


async def expire_due(at: datetime | None = None) -> int:
    """Let the requests run out whose time is over at an instant, by default now. Returns how many ran out."""
    total, found = 0, BATCH
    while found == BATCH:
        found, expired = await _expire_batch(at or now())
        total += expired
    return total


@retrying
async def _expire_batch(at: datetime) -> tuple[int, int]:
    """Return how many requests were looked at, and how many of them ran out."""
    silent: set[UUID] = set()
    expired = 0
    async with unit_of_work() as work:
        rows = await _take(expires_at__lte=at)
        for request in rows:
            if await _is_over(work, request, at):
                expired += 1
                await enter(request, RequestState.EXPIRED, actor=None)
                tell(work, request, RequestExpired(**moved(request)))
                silent |= {request.receiver_id} & {request.mentor_id}
        for mentor_id in sorted(silent):
            await _pause_if_silent(work, mentor_id, at)
    return len(rows), expired


async def _take(**due: datetime) -> list[MentorshipRequest]:
    """Lock a batch of requests whose clock runs, leaving out those that somebody holds."""
    rows = MentorshipRequest.filter(state__in=list(RUNNING), **due).order_by("id").limit(BATCH)
    return await rows.select_for_update(skip_locked=True)


async def _is_over(work: Work, request: MentorshipRequest, at: datetime) -> bool:
    """Count the clock afresh. When time is left after all, keep the new end and tell it."""
    has_moved = await set_clock(request)
    if request.expires_at is not None and request.expires_at <= at:
        return True
    request.version += has_moved
    await request.save(update_fields=["expires_at", "remind_at", "paused_spans", "version"])
    if has_moved:
        tell(work, request, ClockMoved(**moved(request)))
    return False


async def _pause_if_silent(work: Work, mentor_id: UUID, at: datetime) -> None:
    """Give a mentor a rest who let requests run out in a row since their last one."""
    profile = await Profile.select_for_update().get(id=mentor_id)
    if profile.requests_paused_until is not None and profile.requests_paused_until > at:
        return
    answered = MentorshipRequest.filter(receiver_id=mentor_id, mentor_id=mentor_id, state__in=_ANSWERED)
    if profile.requests_paused_until is not None:
        answered = answered.filter(sent_at__gte=profile.requests_paused_until)
    last = await answered.order_by("-answered_at", "-id").limit(EXPIRIES_BEFORE_PAUSE)
    if len(last) < EXPIRIES_BEFORE_PAUSE or any(row.state is not RequestState.EXPIRED for row in last):
        return
    profile.requests_paused_until = at + KIND_PAUSE
    await profile.save(update_fields=["requests_paused_until"])
    paused = RequestsPaused(profile_id=mentor_id, until=profile.requests_paused_until, at=now())
    work.record(paused, to=[topics.user(mentor_id)])
    await recompute_clocks(ProfileId(mentor_id))


async def remind_due(at: datetime | None = None) -> int:
    """Remind the receivers whose time is half or nearly over. Returns how many reminders went out."""
    total, found = 0, BATCH
    while found == BATCH:
        found, reminded = await _remind_batch(at or now())
        total += reminded
    return total


@retrying
async def _remind_batch(at: datetime) -> tuple[int, int]:
    reminded = 0
    async with unit_of_work() as work:
        rows = await _take(remind_at__lte=at)
        for request in rows:
            before = request.reminders_sent
            await set_clock(request)
            # A worker that comes late sends the last reminder that is due, not all of them.
            while request.remind_at is not None and request.remind_at <= at:
                request.reminders_sent += 1
                await set_clock(request)
            await request.save(update_fields=["expires_at", "remind_at", "paused_spans", "reminders_sent"])
            if request.reminders_sent > before:
                reminded += 1
                work.record(_reminder(request), to=[topics.user(request.receiver_id)])
    return len(rows), reminded


def _reminder(request: MentorshipRequest) -> RequestReminded:
    return RequestReminded(
        request_id=request.id,
        receiver_id=request.receiver_id,
        percent=policy.numbers.reminders[request.reminders_sent - 1],
        expires_at=request.expires_at,
        at=now(),
    )


async def serve_waitlist() -> int:
    """Send the requests at the head of each line whose mentor has room. Returns how many were sent.

    One whose guards do not hold now keeps its place, and the next in line is looked at.
    """
    served, tried, full = 0, list[UUID](), list[UUID]()
    while found := await _servable(tried, full):
        for request_id, mentor_id in found:
            tried.append(request_id)
            try:
                served += mentor_id not in full and await _serve(request_id)
            except CapacityFull:
                # A full week holds up the whole line: nobody behind is tried in vain.
                full.append(mentor_id)
    return served


async def _servable(tried: list[UUID], full: list[UUID]) -> list[tuple[UUID, UUID]]:
    """Return requests that may be served, each with its mentor."""
    async with unit_of_work() as work:
        formats = [one.value for one in DEFAULT_PLACES]
        values = [formats, list(DEFAULT_PLACES.values()), now(), tried, full, BATCH]
        _, rows = await work.connection.execute_query(_SERVABLE, values)
    return [(row["id"], row["mentor_id"]) for row in rows]


async def _serve(request_id: UUID) -> bool:
    """Send one waiting request if its mentor still has room and the guards hold. CapacityFull: a full week."""
    try:
        return await _serve_now(request_id)
    except (NotFound, NotAllowed):
        await _drop(request_id)
    except CapacityFull:
        raise
    except Refusal:
        # Cooling off, or too many open requests: it keeps its place.
        return False
    return False


@retrying
async def _serve_now(request_id: UUID) -> bool:
    async with unit_of_work() as work:
        waiting = await MentorshipRequest.get(id=request_id)
        await capacity.lock(work, [ProfileId(waiting.sender_id), ProfileId(waiting.receiver_id)])
        request = await _waiting(request_id)
        if request is None or (await room_of(request.mentor_id, request.format)).unclaimed < 1:
            return False
        request.waitlisted_at = None
        await send(work, None, Claim(request, RequestState.SENT))
    return True


async def _waiting(request_id: UUID) -> MentorshipRequest | None:
    rows = MentorshipRequest.filter(id=request_id, state=RequestState.WAITLISTED)
    return await rows.select_for_update(skip_locked=True).get_or_none()


@retrying
async def _drop(request_id: UUID) -> None:
    """Take a request out of the line whose two can no longer meet."""
    async with unit_of_work() as work:
        request = await _waiting(request_id)
        if request is not None:
            await invalidate(work, request, InvalidationReason.UNAVAILABLE)
