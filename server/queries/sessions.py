"""Reading sessions: who may be in which room, what was said. What a person may not see is left out."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.sessions import SessionRole, SessionState
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.database import connection
from server.models.sessions import Session, SessionMessage, SessionParticipant

NEWEST_SESSIONS = Order("sessions.newest", (datetime, UUID), descending=True)
OLDEST_MESSAGES = Order("session_messages.oldest", (datetime, UUID))

# Whoever has a place, was not removed, is not blocked by the other or blocking them, and whose mentorship did not end
# for safety: the one rule of who sees a room.
ALLOWED = """
    p.removed_at IS NULL
    AND (m.end_reason IS NULL OR m.end_reason <> 'safety')
    AND NOT EXISTS (SELECT 1 FROM block b WHERE (b.blocker_id = m.mentor_id AND b.blocked_id = m.mentee_id)
                                             OR (b.blocker_id = m.mentee_id AND b.blocked_id = m.mentor_id))
"""
_PLACES = f"""
SELECT s.id, s.state, s.version, s.mentorship_id, p.role, p.joined_at
FROM session s
JOIN mentorship m ON m.id = s.mentorship_id
JOIN session_participant p ON p.session_id = s.id AND p.profile_id = $1
WHERE s.id = ANY($2) AND {ALLOWED}
"""  # noqa: S608 - made of constants
_OWN = """
SELECT s.* FROM session_participant p
JOIN session s ON s.id = p.session_id
JOIN mentorship m ON m.id = s.mentorship_id
WHERE p.profile_id = $1 AND {allowed} AND {bound}
ORDER BY s.created_at {direction}, s.id {direction} LIMIT {fetch}
"""
_MESSAGES = """
SELECT line.* FROM unnest($1::uuid[]) AS wanted (session_id)
CROSS JOIN LATERAL (
    SELECT * FROM session_message
    WHERE session_message.session_id = wanted.session_id AND {bound}
    ORDER BY created_at {direction}, id {direction} LIMIT {fetch}
) AS line
ORDER BY line.created_at {direction}, line.id {direction}
"""


@dataclass(frozen=True)
class Place:
    """Somebody's place in a session they may see, with the session's state and version."""

    session_id: UUID
    mentorship_id: UUID
    state: SessionState
    version: int
    role: SessionRole
    joined_at: datetime | None


async def places_of(actor: Actor, session_ids: Collection[UUID]) -> dict[UUID, Place]:
    """Return the actor's place in each of the sessions they may see; the others are left out."""
    if actor.user_id is None or not session_ids:
        return {}
    _, rows = await connection().execute_query(_PLACES, [actor.user_id, list(session_ids)])
    return {row["id"]: _place(row) for row in rows}


def _place(row: Mapping[str, Any]) -> Place:
    return Place(
        session_id=row["id"],
        mentorship_id=row["mentorship_id"],
        state=SessionState(row["state"]),
        version=row["version"],
        role=SessionRole(row["role"]),
        joined_at=row["joined_at"],
    )


async def visible(actor: Actor, session_ids: Collection[UUID]) -> dict[UUID, Session]:
    """Return the sessions the actor may see, by id."""
    places = await places_of(actor, session_ids)
    if not places:
        return {}
    return {row.id: row for row in await Session.filter(id__in=list(places))}


async def own_page(actor: Actor, page: PageRequest) -> Page[Session]:
    """Return a page of the actor's own sessions."""
    bound = f"(s.created_at, s.id) {page.comparison} ($2, $3)" if page.bound else "true"
    sql = _OWN.format(allowed=ALLOWED, bound=bound, direction=page.direction, fetch=page.fetch)
    _, rows = await connection().execute_query(sql, [actor.require_user(), *(page.bound or ())])
    return cut_page([Session(**dict(row)) for row in rows], page, session_key)


async def pages_of_mentorships(
    actor: Actor, mentorship_ids: Sequence[UUID], page: PageRequest
) -> dict[UUID, Page[Session]]:
    """Return a page of sessions for each mentorship, in one statement; sessions the actor may not see are left out."""
    bound = f"(s.created_at, s.id) {page.comparison} ($3, $4)" if page.bound else "true"
    sql = f"""
        SELECT found.* FROM unnest($1::uuid[]) AS wanted (mentorship_id)
        CROSS JOIN LATERAL (
            SELECT s.* FROM session s
            JOIN mentorship m ON m.id = s.mentorship_id
            JOIN session_participant p ON p.session_id = s.id AND p.profile_id = $2
            WHERE s.mentorship_id = wanted.mentorship_id AND {ALLOWED} AND {bound}
            ORDER BY s.created_at {page.direction}, s.id {page.direction} LIMIT {page.fetch}
        ) AS found
        ORDER BY found.created_at {page.direction}, found.id {page.direction}
    """  # noqa: S608 - made of constants
    values = [list(dict.fromkeys(mentorship_ids)), actor.user_id, *(page.bound or ())]
    _, rows = await connection().execute_query(sql, values)
    grouped: dict[UUID, list[Session]] = defaultdict(list)
    for row in rows:
        grouped[row["mentorship_id"]].append(Session(**dict(row)))
    return {key: cut_page(grouped[key], page, session_key) for key in mentorship_ids}


async def messages_of(actor: Actor, session_ids: Sequence[UUID], page: PageRequest) -> dict[UUID, Page[SessionMessage]]:
    """Return a page of the chat of each session, in one statement; an empty page where the actor may not read."""
    places = await places_of(actor, session_ids)
    grouped: dict[UUID, list[SessionMessage]] = defaultdict(list)
    if places:
        bound = f"(created_at, id) {page.comparison} ($2, $3)" if page.bound else "true"
        sql = _MESSAGES.format(bound=bound, direction=page.direction, fetch=page.fetch)
        _, rows = await connection().execute_query(sql, [list(places), *(page.bound or ())])
        for row in rows:
            grouped[row["session_id"]].append(SessionMessage(**dict(row)))
    return {key: cut_page(grouped[key], page, message_key) for key in session_ids}


async def visible_messages(actor: Actor, message_ids: Collection[UUID]) -> dict[UUID, SessionMessage]:
    """Return the lines of chat the actor may read, by id."""
    rows = await SessionMessage.filter(id__in=list(message_ids))
    places = await places_of(actor, {row.session_id for row in rows})
    return {row.id: row for row in rows if row.session_id in places}


async def places_in(actor: Actor, session_ids: Collection[UUID]) -> dict[UUID, list[SessionParticipant]]:
    """Return who has a place in each session the actor may see, first come first; nobody in the others."""
    shown = await places_of(actor, session_ids)
    return await participants_of(list(shown)) | {key: [] for key in session_ids if key not in shown}


async def participants_of(session_ids: Collection[UUID]) -> dict[UUID, list[SessionParticipant]]:
    """Return who has a place in each session, first come first. For the rules, not for the doors."""
    found: dict[UUID, list[SessionParticipant]] = {key: [] for key in session_ids}
    rows = await SessionParticipant.filter(session_id__in=list(session_ids), removed_at=None).order_by(
        "created_at", "id"
    )
    for row in rows:
        found[row.session_id].append(row)
    return found


def session_key(row: Session) -> tuple[datetime, UUID]:
    """Return the place of a session in the order of sessions."""
    return (row.created_at, row.id)


def message_key(row: SessionMessage) -> tuple[datetime, UUID]:
    """Return the place of a line in the order of the chat."""
    return (row.created_at, row.id)
