"""Reading meetings of circles: when, who comes, whose turn, how much each was heard, how the circle does.

Seats stand for people everywhere; whom a viewer does not see has an unnamed seat, and notes of theirs are not read.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from server.domain import circle_meetings as rules
from server.domain.actors import Actor
from server.domain.circle_facts import MeetingShown, TalkShown, TurnShown
from server.domain.circle_health import HealthLine, attendance, turn_equity, unanswered
from server.domain.circle_meetings import TURN_HISTORY, Heard, MeetingState, RsvpState, turn_order
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.circle_meetings import CircleMeeting, CircleRsvp, CircleTurn
from server.models.database import connection
from server.queries import circles

NEXT_MEETINGS = Order("circle_meetings.starts", (datetime, UUID))

_PAGES = """
SELECT found.* FROM unnest($1::uuid[]) AS wanted (circle_id)
CROSS JOIN LATERAL (
    SELECT * FROM circle_meeting WHERE circle_meeting.circle_id = wanted.circle_id
    AND ($2::text[] IS NULL OR state = ANY($2)) AND {bound}
    ORDER BY starts_at {direction}, id {direction} LIMIT {fetch}
) AS found
ORDER BY found.starts_at {direction}, found.id {direction}
"""
_GUEST_MEETINGS = """
SELECT m.* FROM circle_seat s JOIN circle_meeting m ON m.id = s.guest_meeting_id
WHERE s.profile_id = $1 AND s.circle_id = ANY($2)
  AND s.state IN ('invited', 'waitlisted', 'seated') AND m.state IN ('planned', 'live')
"""
_COUNTS = """
SELECT m.id, count(r.id) FILTER (WHERE r.state = 'coming') AS coming,
       count(r.id) FILTER (WHERE r.state = 'waiting') AS waiting,
       (SELECT s.id FROM circle_seat s
        WHERE s.circle_id = m.circle_id AND s.profile_id = m.facilitator_id) AS facilitator
FROM circle_meeting m LEFT JOIN circle_rsvp r ON r.meeting_id = m.id
WHERE m.id = ANY($1) GROUP BY m.id
"""
# Whole seconds of the sum, not the sum of whole seconds. Only those inside now are in the order.
_HEARD = """
WITH wanted AS (SELECT id, circle_id FROM circle_meeting WHERE id = ANY($1)),
recent AS (
    SELECT one.circle_id, last.id FROM (SELECT DISTINCT circle_id FROM wanted) AS one
    CROSS JOIN LATERAL (
        SELECT m.id FROM circle_meeting m WHERE m.circle_id = one.circle_id AND m.started_at IS NOT NULL
        ORDER BY m.started_at DESC, m.id DESC LIMIT {history}
    ) AS last
)
SELECT wanted.id AS meeting_id, s.id AS seat_id, r.profile_id, r.hand_raised_at,
       coalesce(s.seated_at, s.created_at) AS since,
       count(t.id) FILTER (WHERE t.meeting_id = wanted.id) AS turns_now, count(t.id) AS turns,
       coalesce(floor(sum(extract(epoch FROM coalesce(t.ended_at, t.created_at) - t.created_at))), 0)::bigint AS seconds
FROM wanted JOIN circle_rsvp r ON r.meeting_id = wanted.id AND r.here_since IS NOT NULL
JOIN circle_seat s ON s.circle_id = wanted.circle_id AND s.profile_id = r.profile_id AND s.state = 'seated'
LEFT JOIN circle_turn t ON t.profile_id = r.profile_id
    AND t.meeting_id IN (SELECT recent.id FROM recent WHERE recent.circle_id = wanted.circle_id)
GROUP BY wanted.id, s.id, r.profile_id, r.hand_raised_at
"""
_HISTORY = """
SELECT s.id AS seat_id, m.circle_id, count(t.id) AS turns,
       coalesce(floor(sum(extract(epoch FROM coalesce(t.ended_at, t.created_at) - t.created_at))), 0)::bigint AS seconds
FROM circle_meeting m JOIN circle_turn t ON t.meeting_id = m.id
JOIN circle_seat s ON s.circle_id = m.circle_id AND s.profile_id = t.profile_id AND s.state = 'seated'
WHERE m.circle_id = ANY($1) AND m.id IN (
    SELECT recent.id FROM circle_meeting recent WHERE recent.circle_id = m.circle_id AND recent.started_at IS NOT NULL
    ORDER BY recent.started_at DESC, recent.id DESC LIMIT {history})
GROUP BY s.id, m.circle_id ORDER BY seconds DESC, s.id
"""
_CAME = """
SELECT m.circle_id, m.id, count(*) FILTER (WHERE r.was_there) AS came,
       count(*) FILTER (WHERE r.was_there OR r.state = 'coming') AS expected
FROM circle_meeting m LEFT JOIN circle_rsvp r ON r.meeting_id = m.id
WHERE m.circle_id = ANY($1) AND m.state IN ('held', 'missed') GROUP BY m.circle_id, m.id, m.starts_at
ORDER BY m.starts_at DESC, m.id DESC
"""
_ASKS = """
SELECT circle_id, count(*) AS asks, count(*) FILTER (WHERE state = 'stale') AS stale
FROM circle_thread WHERE circle_id = ANY($1) AND kind = 'ask' GROUP BY circle_id
"""


@dataclass
class MeetingTalk:
    """How the talk of a meeting goes. `turn` is the open one; `people` leads from seats to profiles."""

    heard: list[Heard] = field(default_factory=list)
    people: dict[UUID, UUID] = field(default_factory=dict)
    turn: CircleTurn | None = None
    version: int = 0

    @property
    def queue(self) -> list[UUID]:
        """Return who speaks next and after, as seats; who has the turn is not in it."""
        speaking = None if self.turn is None else self.turn.profile_id
        return [seat for seat in turn_order(self.heard) if self.people[seat] != speaking]

    def shown(self) -> TalkShown:
        """Return the talk as facts and pictures have it."""
        seats = {profile_id: seat_id for seat_id, profile_id in self.people.items()}
        raised = [one for one in self.heard if one.hand_raised_at is not None]
        turn = self.turn
        seat_id = None if turn is None else seats.get(turn.profile_id)
        return TalkShown(
            here=sorted(self.people),
            hands=[one.seat_id for one in sorted(raised, key=lambda one: (one.hand_raised_at, one.seat_id))],
            queue=self.queue,
            turn=None
            if turn is None or seat_id is None
            else TurnShown(seat_id=seat_id, since=turn.created_at, ends_at=turn.ends_at, round=turn.round),
            version=self.version,
        )


async def talk_in(meeting: CircleMeeting) -> MeetingTalk:
    """Return how the talk of a meeting goes. For the rules and the picture."""
    return (await talks_in([meeting]))[meeting.id]


async def talks_in(meetings: Sequence[CircleMeeting]) -> dict[UUID, MeetingTalk]:
    """Return how the talk of each meeting goes, in two statements. For the rules and the picture."""
    found = {row.id: MeetingTalk(version=row.talk_version) for row in meetings}
    _, rows = await connection().execute_query(_HEARD.format(history=TURN_HISTORY), [list(found)])
    for row in rows:
        talk = found[row["meeting_id"]]
        talk.people[row["seat_id"]] = row["profile_id"]
        talk.heard.append(
            Heard(row["seat_id"], row["turns_now"], row["turns"], row["seconds"], row["since"], row["hand_raised_at"])
        )
    for turn in await CircleTurn.filter(meeting_id__in=list(found), ended_at=None):
        found[turn.meeting_id].turn = turn
    return found


async def talks_of(actor: Actor, meeting_ids: Collection[UUID]) -> dict[UUID, TalkShown]:
    """Return the talk of each live meeting the actor may see; the others are left out."""
    shown = await visible_meetings(actor, meeting_ids)
    live = [row for row in shown.values() if row.state is MeetingState.LIVE]
    return {key: talk.shown() for key, talk in (await talks_in(live)).items()} if live else {}


async def visible_meetings(actor: Actor, meeting_ids: Collection[UUID]) -> dict[UUID, CircleMeeting]:
    """Return the meetings the actor may see, by id: members all, a guest theirs. Hidden people's notes are left out."""
    rows = await CircleMeeting.filter(id__in=list(meeting_ids))
    standings = await circles.standings_of(actor, {row.circle_id for row in rows})
    mine = [row for row in rows if _may_see(standings.get(row.circle_id), row.id)]
    return {row.id: row for row in await without_hidden_notes(actor, mine)}


def _may_see(standing: circles.Standing | None, meeting_id: UUID) -> bool:
    return standing is not None and (standing.is_member or (standing.is_inside and standing.guest_of == meeting_id))


async def guest_meetings_of(actor: Actor, circle_ids: Collection[UUID]) -> dict[UUID, CircleMeeting]:
    """Return the one meeting of each circle that the actor is, or is invited as, a guest of, until it is over.

    For its title and its time: of somebody who has not said yes yet more is not theirs to read.
    """
    if actor.user_id is None:
        return {}
    _, rows = await connection().execute_query(_GUEST_MEETINGS, [actor.user_id, list(circle_ids)])
    return {row["circle_id"]: CircleMeeting(**dict(row)) for row in rows}


async def may_facilitate(actor: Actor, meetings: Mapping[UUID, UUID]) -> set[UUID]:
    """Return those of the meetings (meeting -> circle) that the actor may lead: as a lead, or by turn."""
    standings = await circles.standings_of(actor, set(meetings.values()))
    rows = await CircleMeeting.filter(id__in=list(meetings)).values_list("id", "circle_id", "facilitator_id")
    return {
        key
        for key, circle_id, facilitator_id in rows
        if (standing := standings.get(circle_id)) is not None
        and standing.is_inside
        and rules.may_facilitate(leads=standing.leads, facilitator_id=facilitator_id, who=actor.require_user())
    }


async def without_hidden_notes(actor: Actor, rows: Sequence[CircleMeeting]) -> Sequence[CircleMeeting]:
    """Return meetings whose notes and recaps by people the actor does not see are empty."""
    hidden = await circles.hidden_in(actor, {row.circle_id for row in rows}) if rows else set()
    for row in rows:
        if (row.circle_id, row.notes_by) in hidden:
            row.notes = ""
        if (row.circle_id, row.recap_by) in hidden:
            row.recap = ""
    return rows


async def pages_of(
    actor: Actor, circle_ids: Sequence[UUID], page: PageRequest, states: Sequence[str] | None = None
) -> dict[UUID, Page[CircleMeeting]]:
    """Return a page of the meetings of each circle, in one statement; an empty page where the actor is no member.

    With `states` only meetings in these.
    """
    members = await circles.memberships_of(actor, circle_ids)
    grouped: dict[UUID, list[CircleMeeting]] = defaultdict(list)
    if members:
        bound = f"(starts_at, id) {page.comparison} ($3, $4)" if page.bound else "true"
        sql = _PAGES.format(bound=bound, direction=page.direction, fetch=page.fetch)
        _, rows = await connection().execute_query(sql, [list(members), states, *(page.bound or ())])
        for row in await without_hidden_notes(actor, [CircleMeeting(**dict(row)) for row in rows]):
            grouped[row.circle_id].append(row)
    return {key: cut_page(grouped[key], page, lambda row: (row.starts_at, row.id)) for key in circle_ids}


@dataclass(frozen=True)
class Crowd:
    """How many come and wait, and the facilitator's seat."""

    coming: int
    waiting: int
    facilitator: UUID | None


async def crowds_of(meeting_ids: Collection[UUID]) -> dict[UUID, Crowd]:
    """Return how many come to each meeting. For meetings the caller was shown."""
    _, rows = await connection().execute_query(_COUNTS, [list(meeting_ids)])
    return {row["id"]: Crowd(row["coming"], row["waiting"], row["facilitator"]) for row in rows}


async def shown(rows: Sequence[CircleMeeting]) -> dict[UUID, MeetingShown]:
    """Return meetings as facts and pictures have them."""
    crowds = await crowds_of([row.id for row in rows])
    return {row.id: _shown(row, crowds[row.id]) for row in rows}


def _shown(row: CircleMeeting, crowd: Crowd) -> MeetingShown:
    return MeetingShown(
        id=row.id,
        title=row.title,
        starts_at=row.starts_at,
        minutes=row.minutes,
        state=row.state,
        cap=row.cap,
        coming=crowd.coming,
        waiting=crowd.waiting,
        facilitator=crowd.facilitator,
        version=row.version,
    )


@dataclass(frozen=True)
class RsvpView:
    """An answer to a meeting, with the seat it is from; unnamed for whom the viewer does not see."""

    seat: circles.SeatView
    state: RsvpState | None
    was_there: bool | None


async def rsvps_of(actor: Actor, meetings: Mapping[UUID, UUID]) -> dict[UUID, list[RsvpView]]:
    """Return the answers to meetings (meeting -> circle) the actor was shown, of those they see, first answer first."""
    rows = await CircleRsvp.filter(meeting_id__in=list(meetings)).order_by("queued_at", "id")
    seats = await circles.seats_by_people(actor, set(meetings.values()), {row.profile_id for row in rows})
    found: dict[UUID, list[RsvpView]] = {key: [] for key in meetings}
    for row in rows:
        seat = seats.get((meetings[row.meeting_id], row.profile_id))
        if seat is not None:
            found[row.meeting_id].append(RsvpView(seat, row.state, row.was_there))
    return found


async def own_rsvps(actor: Actor, meeting_ids: Collection[UUID]) -> dict[UUID, CircleRsvp]:
    """Return the actor's own answer to each meeting they answered."""
    if actor.user_id is None:
        return {}
    rows = await CircleRsvp.filter(meeting_id__in=list(meeting_ids), profile_id=actor.user_id)
    return {row.meeting_id: row for row in rows}


@dataclass(frozen=True)
class HeardLine:
    """How much a seat was heard over the last meetings."""

    seat_id: UUID
    turns: int
    seconds: int


async def turn_history_of(actor: Actor, circle_ids: Collection[UUID]) -> dict[UUID, list[HeardLine]]:
    """Return how much each seat was heard over the last meetings, most first; none where the actor is no member."""
    members = await circles.memberships_of(actor, circle_ids)
    return {key: [] for key in circle_ids} | await _histories(members)


async def _histories(circle_ids: Collection[UUID]) -> dict[UUID, list[HeardLine]]:
    found: dict[UUID, list[HeardLine]] = {key: [] for key in circle_ids}
    _, rows = await connection().execute_query(_HISTORY.format(history=TURN_HISTORY), [list(circle_ids)])
    for row in rows:
        found[row["circle_id"]].append(HeardLine(row["seat_id"], row["turns"], row["seconds"]))
    return found


async def health_of(actor: Actor, circle_ids: Collection[UUID]) -> dict[UUID, list[HealthLine]]:
    """Return how each circle does, with reasons and next steps; nothing where the actor is no member."""
    members = await circles.memberships_of(actor, circle_ids)
    found: dict[UUID, list[HealthLine]] = {key: [] for key in circle_ids}
    if not members:
        return found
    histories = await _histories(members)
    came = await _rows_by_circle(_CAME, members)
    asks = await _rows_by_circle(_ASKS, members)
    for key in members:
        meetings = came[key][:TURN_HISTORY]
        talks = histories[key]
        wanted = asks[key][0] if asks[key] else {"stale": 0, "asks": 0}
        found[key] = [
            turn_equity([one.seconds for one in talks], sum(one.turns for one in talks)),
            attendance([one["came"] for one in meetings], [one["expected"] for one in meetings]),
            unanswered(wanted["stale"], wanted["asks"]),
        ]
    return found


async def _rows_by_circle(sql: str, circle_ids: Collection[UUID]) -> dict[UUID, list[Any]]:
    grouped: dict[UUID, list[Any]] = defaultdict(list)
    _, rows = await connection().execute_query(sql, [list(circle_ids)])
    for row in rows:
        grouped[row["circle_id"]].append(row)
    return grouped
