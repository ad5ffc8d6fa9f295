"""Getting hold of a session to act in it: the actor's place is looked at under a lock on the session's row."""

from dataclasses import dataclass
from uuid import UUID

from server.domain import topics
from server.domain.actors import Actor, UserId
from server.domain.errors import NotFound
from server.domain.session_agenda import check_party
from server.domain.sessions import check_open
from server.models.database import connection
from server.models.sessions import Session, SessionParticipant
from server.queries import sessions as session_queries

_LOCK_SHARED = "SELECT id FROM session WHERE id = $1 FOR SHARE"


@dataclass(frozen=True)
class Inside:
    """A session under lock, and the actor's place in it."""

    session: Session
    place: session_queries.Place
    actor_id: UserId


async def claim(actor: Actor, session_id: UUID) -> Inside:
    """Lock a session the actor has a place in, to change it; NotFound when they have none."""
    await Session.select_for_update().get_or_none(id=session_id)
    return await _inside(actor, session_id)


async def claim_open(actor: Actor, session_id: UUID) -> Inside:
    """Lock a session the actor has a place in, to change it. Conflict when it is not open."""
    inside = await claim(actor, session_id)
    check_open(inside.session.state)
    return inside


async def claim_as_party(actor: Actor, session_id: UUID) -> Inside:
    """Lock an open session of which the actor is one of the two. NotFound, NotAllowed for a guest, Conflict."""
    inside = await claim_open(actor, session_id)
    check_party(inside.place.role)
    return inside


async def look_in(actor: Actor, session_id: UUID) -> Inside:
    """Lock a session the actor has a place in against changes; others may look in at the same time."""
    await connection().execute_query(_LOCK_SHARED, [session_id])
    return await _inside(actor, session_id)


async def _inside(actor: Actor, session_id: UUID) -> Inside:
    actor_id = actor.require_user()
    place = (await session_queries.places_of(actor, [session_id])).get(session_id)
    if place is None:
        raise NotFound("session")
    return Inside(await Session.get(id=session_id), place, actor_id)


async def everybody(session_id: UUID) -> list[topics.Topic]:
    """Return the session's topic and the topics of those who have a place in it."""
    people = await SessionParticipant.filter(session_id=session_id, removed_at=None).order_by("created_at")
    return [topics.session(session_id), *(topics.user(row.profile_id) for row in people)]
