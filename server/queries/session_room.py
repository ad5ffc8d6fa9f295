"""Reading what a session's room holds beside its chat. For those with a place in it, and nobody else."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.session_agenda import AgendaItemView, Timer
from server.domain.session_floor import Hand, speaking_order
from server.domain.session_papers import ActionView, LinkView
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.database import connection
from server.models.session_room import AgendaItem, SessionAction, SessionFloor, SessionLink
from server.models.sessions import Session
from server.queries import mentorships, sessions
from server.queries.calls import calls_in
from server.queries.mentorship_papers import TOGETHER
from server.queries.session_notes import notes_in

NEWEST_ACTIONS = Order("session_actions.newest", (datetime, UUID), descending=True)

# Whole seconds of the sum, not the sum of whole seconds.
_HANDS = """
SELECT p.session_id, p.profile_id, p.hand_raised_at, count(f.id) AS times,
       coalesce(floor(sum(extract(epoch FROM f.ended_at - f.created_at))), 0)::bigint AS seconds
FROM session_participant p
LEFT JOIN session_floor f ON f.session_id = p.session_id AND f.profile_id = p.profile_id
WHERE p.session_id = ANY($1) AND p.removed_at IS NULL
GROUP BY p.session_id, p.profile_id, p.hand_raised_at
"""
# Shown like the session it was agreed in, or like the papers of the mentorship.
_ACTIONS = f"""
SELECT found.*, wanted.id AS wanted_id FROM unnest($2::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    (SELECT a.* FROM session_action a
    JOIN session s ON s.id = a.session_id
    JOIN mentorship m ON m.id = s.mentorship_id
    JOIN session_participant p ON p.session_id = s.id AND p.profile_id = $1
    WHERE s.mentorship_id = wanted.id AND {sessions.ALLOWED} AND {{bound}}
    ORDER BY a.created_at {{direction}}, a.id {{direction}} LIMIT {{fetch}})
    UNION ALL
    (SELECT a.* FROM session_action a JOIN mentorship m ON m.id = a.mentorship_id
    WHERE a.mentorship_id = wanted.id AND {TOGETHER} AND {{bound}}
    ORDER BY a.created_at {{direction}}, a.id {{direction}} LIMIT {{fetch}})
    ORDER BY created_at {{direction}}, id {{direction}} LIMIT {{fetch}}
) AS found
ORDER BY found.created_at {{direction}}, found.id {{direction}}
"""  # noqa: S608 - made of constants


@dataclass
class Talk:
    """How the talk of a session goes: everybody's hand, and who has the floor."""

    hands: dict[UUID, Hand] = field(default_factory=dict)
    floor: SessionFloor | None = None

    @property
    def queue(self) -> list[UUID]:
        """Return who speaks next, the least heard first."""
        return speaking_order(self.hands.values())


async def talks_of(actor: Actor, session_ids: Collection[UUID]) -> dict[UUID, Talk]:
    """Return how the talk goes in each session the actor may see; an empty one for the others."""
    shown = await sessions.places_of(actor, session_ids)
    return {key: Talk() for key in session_ids} | await talks_in(list(shown))


async def talks_in(session_ids: Collection[UUID]) -> dict[UUID, Talk]:
    """Return how the talk goes in each session. For the rules, not for the doors."""
    found = {key: Talk() for key in session_ids}
    _, rows = await connection().execute_query(_HANDS, [list(session_ids)])
    for row in rows:
        hand = Hand(row["profile_id"], row["hand_raised_at"], row["times"], row["seconds"])
        found[row["session_id"]].hands[hand.profile_id] = hand
    for floor in await SessionFloor.filter(session_id__in=list(session_ids), ended_at=None):
        found[floor.session_id].floor = floor
    return found


async def visible_items(actor: Actor, item_ids: Collection[UUID]) -> dict[UUID, AgendaItem]:
    """Return the items of agendas the actor may see, by id."""
    rows = await AgendaItem.filter(id__in=list(item_ids))
    shown = await sessions.places_of(actor, {row.session_id for row in rows})
    return {row.id: row for row in rows if row.session_id in shown}


async def visible_links(actor: Actor, link_ids: Collection[UUID]) -> dict[UUID, SessionLink]:
    """Return the links the actor may see, by id."""
    rows = await SessionLink.filter(id__in=list(link_ids))
    shown = await sessions.places_of(actor, {row.session_id for row in rows})
    return {row.id: row for row in rows if row.session_id in shown}


async def visible_actions(actor: Actor, action_ids: Collection[UUID]) -> dict[UUID, SessionAction]:
    """Return the actions the actor may see, by id."""
    rows = await SessionAction.filter(id__in=list(action_ids))
    rooms = await sessions.places_of(actor, {row.session_id for row in rows if row.session_id})
    beside = {row.mentorship_id for row in rows if row.mentorship_id}
    ties = await mentorships.meetable(actor, beside) if beside else {}
    return {row.id: row for row in rows if row.session_id in rooms or row.mentorship_id in ties}


async def agendas_of(actor: Actor, session_ids: Collection[UUID]) -> dict[UUID, list[AgendaItem]]:
    """Return the agenda of each session in its order; an empty one where the actor has no place."""
    found: dict[UUID, list[AgendaItem]] = {key: [] for key in session_ids}
    shown = await sessions.places_of(actor, session_ids)
    for row in await AgendaItem.filter(session_id__in=list(shown)).order_by("rank"):
        found[row.session_id].append(row)
    return found


async def links_of(actor: Actor, session_ids: Collection[UUID]) -> dict[UUID, list[SessionLink]]:
    """Return the links of each session, first added first; none where the actor has no place."""
    found: dict[UUID, list[SessionLink]] = {key: [] for key in session_ids}
    shown = await sessions.places_of(actor, session_ids)
    for row in await SessionLink.filter(session_id__in=list(shown)).order_by("created_at", "id"):
        found[row.session_id].append(row)
    return found


async def actions_of(actor: Actor, session_ids: Collection[UUID]) -> dict[UUID, list[SessionAction]]:
    """Return the actions of each session, first added first; none where the actor has no place."""
    found: dict[UUID, list[SessionAction]] = {key: [] for key in session_ids}
    shown = await sessions.places_of(actor, session_ids)
    for row in await SessionAction.filter(session_id__in=list(shown)).order_by("created_at", "id"):
        if row.session_id is not None:
            found[row.session_id].append(row)
    return found


async def actions_of_mentorships(
    actor: Actor, mentorship_ids: Sequence[UUID], page: PageRequest
) -> dict[UUID, Page[SessionAction]]:
    """Return a page of what was agreed on in each mentorship, in its sessions and beside them, in one statement.

    None the actor may not see.
    """
    bound = f"(a.created_at, a.id) {page.comparison} ($3, $4)" if page.bound else "true"
    sql = _ACTIONS.format(bound=bound, direction=page.direction, fetch=page.fetch)
    values = [actor.user_id, list(dict.fromkeys(mentorship_ids)), *(page.bound or ())]
    _, rows = await connection().execute_query(sql, values)
    grouped: dict[UUID, list[SessionAction]] = {key: [] for key in mentorship_ids}
    for row in rows:
        columns = dict(row)
        grouped[columns.pop("wanted_id")].append(SessionAction(**columns))
    return {key: cut_page(grouped[key], page, _action_key) for key in mentorship_ids}


def _action_key(row: SessionAction) -> tuple[datetime, UUID]:
    return (row.created_at, row.id)


def timer_of(session: Session) -> Timer:
    """Return a session's timer."""
    return Timer(session.timer_started_at, session.timer_ends_at, session.timer_left_seconds)


def item_view(row: AgendaItem) -> AgendaItemView:
    """Return an item as facts and pictures have it."""
    return AgendaItemView(row.id, row.title, row.minutes, row.done_at, row.written_by)


def link_view(row: SessionLink) -> LinkView:
    """Return a link as facts and pictures have it."""
    return LinkView(row.id, row.url, row.title, row.added_by, row.created_at)


def action_view(row: SessionAction) -> ActionView:
    """Return an action as facts and pictures have it."""
    return ActionView(row.id, row.text, row.owner_id, row.due_on, row.done_at, row.written_by, row.created_at)


async def room_state(session: Session, talk: Talk) -> dict[str, Any]:
    """Return what a session's picture holds beside its people and its chat."""
    items = await AgendaItem.filter(session_id=session.id).order_by("rank")
    links = await SessionLink.filter(session_id=session.id)
    actions = await SessionAction.filter(session_id=session.id)
    notes = (await notes_in([session.id]))[session.id]
    seats = (await calls_in([session.id]))[session.id]
    return {
        "floor": _floor_picture(talk.floor),
        "queue": talk.queue,
        "agenda": {
            "items": {row.id: item_view(row) for row in items},
            "order": [row.id for row in items],
            "current_id": session.current_item_id,
        },
        "timer": timer_of(session),
        "links": {row.id: link_view(row) for row in links},
        "actions": {row.id: action_view(row) for row in actions},
        # As told in the order of the room: what was written since is asked for by state vector.
        "notes": {"number": notes.told_number},
        "call": {seat.profile_id: seat for seat in seats},
    }


def _floor_picture(row: SessionFloor | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"profile_id": row.profile_id, "given_by": row.given_by, "since": row.created_at}
