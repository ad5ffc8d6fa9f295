"""Reading requests: each is seen by its sender and, once it was sent, by its receiver. Nobody else finds it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise.expressions import Q

from server.domain.actors import Actor
from server.domain.availability import CapacityKind, MentoringFormat
from server.domain.capacity import DEFAULT_PLACES
from server.domain.mentorships import GOING_ON, RequestState
from server.domain.request_clock import Stop
from server.domain.requests import OPEN_STATES, Standing
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.availability import Stretch
from server.models.database import connection
from server.models.mentorships import MentorshipRequest, RequestEvent
from server.queries.visibility import SEEN, asked, sees

NEWEST_REQUESTS = Order("requests.newest", (datetime, UUID), descending=True)


class Box(StrEnum):
    """Which side of a request the actor is on."""

    SENT = "sent"
    RECEIVED = "received"


_PERSON = {
    Box.SENT: "sender_id = $1",
    Box.RECEIVED: "receiver_id = $1 AND (sent_at IS NOT NULL OR waitlisted_at IS NOT NULL)",
}
_OWN = """
SELECT * FROM mentorship_request
WHERE {person} AND (cardinality($2::text[]) = 0 OR state = ANY($2)) AND {bound}
ORDER BY created_at {direction}, id {direction} LIMIT {fetch}
"""
_MAY_ASK = f"{SEEN} SELECT seen.id FROM seen WHERE {sees()}"  # noqa: S608 - made of constants
_PAIR = "((sender_id = $1 AND receiver_id = $2) OR (sender_id = $2 AND receiver_id = $1))"
_STANDING = f"""
SELECT
    (SELECT verified_at IS NOT NULL AND erased_at IS NULL FROM app_user WHERE id = $1) AS is_sender_eligible,
    (SELECT verified_at IS NOT NULL AND erased_at IS NULL FROM app_user WHERE id = $2) AS is_receiver_eligible,
    EXISTS (SELECT 1 FROM block WHERE (blocker_id = $1 AND blocked_id = $2) OR (blocker_id = $2 AND blocked_id = $1))
        AS is_blocked,
    EXISTS (SELECT 1 FROM match_exclusion WHERE profile_id = $2 AND other_id = $1) AS is_excluded,
    EXISTS (SELECT 1 FROM mentorship WHERE $6 <> '' AND mentee_id = $1 AND $7 = $1 AND aspect = $6
            AND state = ANY($8)) AS is_seat_taken,
    (SELECT requests_paused_until FROM profile WHERE id = $2) AS paused_until,
    (SELECT count(*) FROM mentorship_request WHERE sender_id = $1 AND state = ANY($3) AND id <> $5) AS open_requests,
    EXISTS (SELECT 1 FROM mentorship_request
            WHERE sender_id = $1 AND receiver_id = $2 AND format = $4 AND state = ANY($3) AND id <> $5)
        AS has_open_to_receiver,
    (SELECT max(answered_at) FROM mentorship_request
     WHERE sender_id = $1 AND receiver_id = $2 AND state = 'declined') AS declined_at,
    greatest(
        (SELECT max(answered_at) FROM mentorship_request
         WHERE {_PAIR} AND state = 'declined' AND decline_reason = 'misfit'),
        (SELECT max(ended_at) FROM mentorship
         WHERE end_reason IN ('misfit', 'safety')
           AND ((mentor_id = $1 AND mentee_id = $2) OR (mentor_id = $2 AND mentee_id = $1)))
    ) AS misfit_at
"""  # noqa: S608 - made of constants
_POSITIONS = """
SELECT ahead.id, 1 + (
    SELECT count(*) FROM mentorship_request other
    WHERE other.state = 'waitlisted' AND other.mentor_id = ahead.mentor_id AND other.format = ahead.format
      AND (other.waitlisted_at, other.id) < (ahead.waitlisted_at, ahead.id)
) AS position
FROM mentorship_request ahead
WHERE ahead.id = ANY($1) AND ahead.state = 'waitlisted' AND $2 IN (ahead.sender_id, ahead.receiver_id)
"""
# A mentor's room for people who wait: open places, less the requests that may still take them.
_ROOM = """
SELECT coalesce((SELECT allowed - used FROM capacity_account WHERE profile_id = $1 AND kind = $2 AND format = $3), $4)
     - (SELECT count(*) FROM mentorship_request
        WHERE mentor_id = $1 AND format = $3 AND state IN ('sent', 'viewed', 'info_requested')) AS room,
       coalesce((SELECT allowed - used FROM capacity_account WHERE profile_id = $1 AND kind = $2 AND format = $3), $4)
       AS places
"""


@dataclass(frozen=True)
class Room:
    """What a mentor has left in a format: open places, and places that no open request may still take."""

    places: int
    unclaimed: int


async def visible(actor: Actor, request_ids: Collection[UUID]) -> dict[UUID, MentorshipRequest]:
    """Return the requests among these ids that the actor is a side of, by id."""
    if actor.user_id is None:
        return {}
    # A draft that was thrown away is no draft any more, and still was never shown.
    was_shown = Q(sent_at__isnull=False) | Q(waitlisted_at__isnull=False)
    own = Q(sender_id=actor.user_id) | (Q(receiver_id=actor.user_id) & was_shown)
    return {row.id: row for row in await MentorshipRequest.filter(own, id__in=list(request_ids))}


async def own_page(
    actor: Actor, page: PageRequest, *, box: Box, states: Collection[RequestState] = ()
) -> Page[MentorshipRequest]:
    """Return a page of the requests the actor sent or received, in these states or in any."""
    bound = f"(created_at, id) {page.comparison} ($3, $4)" if page.bound else "true"
    sql = _OWN.format(person=_PERSON[box], bound=bound, direction=page.direction, fetch=page.fetch)
    values = [actor.require_user(), [state.value for state in states], *(page.bound or ())]
    _, rows = await connection().execute_query(sql, values)
    return cut_page([MentorshipRequest(**dict(row)) for row in rows], page, lambda row: (row.created_at, row.id))


async def events_of(actor: Actor, request_ids: Sequence[UUID]) -> dict[UUID, list[RequestEvent]]:
    """Return the history of each request the actor is a side of, oldest first; an empty one for the others."""
    shown = await visible(actor, request_ids)
    return await history_of(list(shown)) | {key: [] for key in request_ids if key not in shown}


async def history_of(request_ids: Collection[UUID]) -> dict[UUID, list[RequestEvent]]:
    """Return the history of requests, oldest first, whoever asks. For the rules, not for the doors."""
    found: dict[UUID, list[RequestEvent]] = defaultdict(list)
    for row in await RequestEvent.filter(request_id__in=list(request_ids)).order_by("created_at", "id"):
        found[row.request_id].append(row)
    return {key: found[key] for key in request_ids}


async def waiting_positions_of(actor: Actor, request_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the place in the mentor's line, from 1, of the actor's requests that wait; the others are left out."""
    _, rows = await connection().execute_query(_POSITIONS, [list(request_ids), actor.user_id])
    return {row["id"]: row["position"] for row in rows}


async def may_ask(actor: Actor, profile_id: UUID) -> bool:
    """Tell whether the actor sees this person at all; whom one does not see, one cannot ask."""
    _, rows = await connection().execute_query(_MAY_ASK, asked(actor, [profile_id]))
    return bool(rows) and profile_id != actor.user_id


async def standing_of(request: MentorshipRequest) -> Standing:
    """Return what the guards of sending look at, leaving the request itself out of the counts."""
    states = [state.value for state in OPEN_STATES]
    going_on = [state.value for state in GOING_ON]
    pair: list[Any] = [request.sender_id, request.receiver_id]
    values = [*pair, states, request.format.value, request.id, request.aspect, request.mentee_id, going_on]
    _, rows = await connection().execute_query(_STANDING, values)
    found = dict(rows[0])
    return Standing(**found | {key: bool(found[key]) for key in ("is_sender_eligible", "is_receiver_eligible")})


def between(one: UUID, others: Collection[UUID]) -> Q:
    """Return the condition on requests between a person and any of the others, whoever asked."""
    return Q(sender_id=one, receiver_id__in=list(others)) | Q(receiver_id=one, sender_id__in=list(others))


async def room_of(mentor_id: UUID, mentoring_format: MentoringFormat) -> Room:
    """Return what a mentor has left in a format."""
    default = DEFAULT_PLACES[mentoring_format]
    values = [mentor_id, CapacityKind.CONCURRENT.value, mentoring_format.value, default]
    _, rows = await connection().execute_query(_ROOM, values)
    return Room(places=rows[0]["places"], unclaimed=rows[0]["room"])


async def stretches_of(profile_id: UUID, since: datetime) -> list[Stop]:
    """Return the stretches of a person's rhythm that reach past an instant, as stops of a clock."""
    reaching = Q(ended_at=None) | Q(ended_at__gt=since)
    rows = await Stretch.filter(reaching, profile_id=profile_id).order_by("started_at")
    return [Stop(row.started_at, row.ended_at) for row in rows]
