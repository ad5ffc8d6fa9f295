"""Snapshots: what a follower of a topic needs to start from, as JSON values, with the position it belongs to.

The position is read before the state, so the state is at least as new: folding the entries after the position over
it (domain/pictures.py) ends at the same picture as a later snapshot.
"""

from typing import Any
from uuid import UUID

import msgspec

from server.domain.actors import Actor
from server.domain.errors import NotFound
from server.domain.mentorships import GOING_ON
from server.domain.pictures import MENTORSHIP_FIELDS, MESSAGES_IN_PICTURE, REQUEST_FIELDS
from server.domain.requests import OPEN_STATES as OPEN_REQUESTS
from server.domain.session_floor import Hand
from server.domain.sessions import OPEN_STATES as OPEN_SESSIONS
from server.domain.topics import Topic, TopicKind
from server.kit.flights import Flights
from server.kit.naming import camel_keys
from server.models.database import connection
from server.models.sessions import Session, SessionMessage, SessionParticipant
from server.queries import circle_pictures, notifications, session_room, sessions, streams, webinar_pictures

MAX_ROWS = 500
"""Rows of one kind that a person's picture holds at most; nobody is near it."""

_REQUESTS = f"""
SELECT id, {", ".join(REQUEST_FIELDS)} FROM mentorship_request
WHERE (sender_id = $1 OR receiver_id = $1) AND state = ANY($2) ORDER BY created_at DESC, id DESC LIMIT {MAX_ROWS}
"""  # noqa: S608 - made of constants
_MENTORSHIPS = f"""
SELECT id, {", ".join(MENTORSHIP_FIELDS)} FROM mentorship
WHERE (mentor_id = $1 OR mentee_id = $1) AND state = ANY($2) ORDER BY created_at DESC, id DESC LIMIT {MAX_ROWS}
"""  # noqa: S608 - made of constants
_ROOMS = f"""
SELECT s.id, s.mentorship_id, s.opened_by, s.state, s.version FROM session_participant p
JOIN session s ON s.id = p.session_id
WHERE p.profile_id = $1 AND p.removed_at IS NULL AND s.state = ANY($2)
ORDER BY s.created_at DESC, s.id DESC LIMIT {MAX_ROWS}
"""  # noqa: S608 - made of constants


async def snapshot_of(actor: Actor, topic: Topic) -> dict[str, Any]:
    """Return `{state, pos}` of a topic; `pos` is {epoch, seq, chain}. NotFound when the actor may not follow it."""
    if topic.kind is TopicKind.USER and actor.user_id == topic.id:
        pos = await _position(topic)
        return {"state": _plain(await _user_state(topic.id)), "pos": pos}
    if topic.kind is TopicKind.SESSION:
        pos = await _position(topic)
        return {"state": _plain(await _session_state(actor, topic.id)), "pos": pos}
    if topic.kind is TopicKind.WEBINAR:
        await webinar_pictures.check_audience(actor, topic.id)
        # The same for everybody there, and thousands come in at once when an event begins.
        return await _audiences.join(topic, lambda: _audience(topic))
    if topic.kind is TopicKind.WEBINAR_STAFF:
        pos = await _position(topic)
        return {"state": _plain(await webinar_pictures.staff_state(actor, topic.id)), "pos": pos}
    if topic.kind is TopicKind.CIRCLE:
        pos = await _position(topic)
        return {"state": _plain(await circle_pictures.circle_state(actor, topic.id)), "pos": pos}
    raise NotFound("topic")


_audiences: Flights[Topic, dict[str, Any]] = Flights()


async def _audience(topic: Topic) -> dict[str, Any]:
    pos = await _position(topic)
    return {"state": _plain(await webinar_pictures.audience_state(topic.id)), "pos": pos}


async def _position(topic: Topic) -> dict[str, Any]:
    head = await streams.head_of(topic.name)
    return {"epoch": head.epoch, "seq": head.seq, "chain": head.chain}


async def _user_state(user_id: UUID) -> dict[str, Any]:
    return {
        "requests": await _by_id(_REQUESTS, user_id, OPEN_REQUESTS),
        "mentorships": await _by_id(_MENTORSHIPS, user_id, GOING_ON),
        "sessions": await _by_id(_ROOMS, user_id, OPEN_SESSIONS),
        "notifications": await notifications.picture_of(user_id),
    }


async def _by_id(sql: str, user_id: UUID, states: frozenset[Any]) -> dict[UUID, Any]:
    _, rows = await connection().execute_query(sql, [user_id, [state.value for state in states]])
    found = [dict(row) for row in rows]
    return {row.pop("id"): row for row in found}


async def _session_state(actor: Actor, session_id: UUID) -> dict[str, Any]:
    session = (await sessions.visible(actor, [session_id])).get(session_id)
    if session is None:
        raise NotFound("topic")
    people = (await sessions.participants_of([session_id]))[session_id]
    talk = (await session_room.talks_in([session_id]))[session_id]
    newest = (
        await SessionMessage.filter(session_id=session_id).order_by("-created_at", "-id").limit(MESSAGES_IN_PICTURE)
    )
    return {
        "session": _session_picture(session),
        "participants": {
            row.profile_id: _place(row, talk.hands[row.profile_id]) for row in people if row.profile_id in talk.hands
        },
        "messages": [_line(row) for row in reversed(newest)],
        **await session_room.room_state(session, talk),
    }


def _place(row: SessionParticipant, hand: Hand) -> dict[str, Any]:
    return {
        "role": row.role,
        "joined_at": row.joined_at,
        "hand_raised_at": hand.raised_at,
        "times_heard": hand.times,
        "seconds_heard": hand.seconds,
    }


def _session_picture(row: Session) -> dict[str, Any]:
    return {
        "id": row.id,
        "mentorship_id": row.mentorship_id,
        "title": row.title,
        "state": row.state,
        "opened_by": row.opened_by,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
        "version": row.version,
    }


def _line(row: SessionMessage) -> dict[str, Any]:
    return {
        "id": row.id,
        "author_id": row.author_id,
        "text": row.text,
        "at": row.created_at,
        "edited_at": row.edited_at,
        "deleted_at": row.deleted_at,
    }


def _plain(state: dict[str, Any]) -> Any:
    """Return a state as JSON values, written the way facts are."""
    return camel_keys(msgspec.to_builtins(state, str_keys=True))
