"""Blocks and mutes as others need to know them: is there one between these people, and whom did I block or mute."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.domain.actors import Actor, ProfileId
from server.models.database import connection
from server.models.safety import Mute
from server.queries.visibility import SEEN, asked

_BETWEEN = (
    "SELECT blocker_id, blocked_id FROM block WHERE blocker_id = ANY($1::uuid[]) AND blocked_id = ANY($1::uuid[])"
)
_MINE = """
SELECT b.blocked_id, b.created_at, CASE WHEN p.is_pseudonymous THEN p.pseudonym ELSE p.display_name END AS name
FROM block b JOIN profile p ON p.id = b.blocked_id WHERE b.blocker_id = $1 ORDER BY b.created_at DESC, b.id DESC
"""
_MUTED = f"""
{SEEN}
SELECT seen.id, m.created_at, CASE WHEN seen.is_pseudonymous THEN seen.pseudonym ELSE seen.display_name END AS name
FROM mute m JOIN seen ON seen.id = m.muted_id WHERE m.muter_id = $1::uuid ORDER BY m.created_at DESC, m.id DESC
"""  # noqa: S608 - made of constants


@dataclass(slots=True)
class BlockView:
    """A block or a mute of one's own: whom, by the name that strangers read, and since when."""

    profile_id: ProfileId
    name: str
    since: datetime


async def blocked_between(ids: Collection[UUID]) -> set[frozenset[UUID]]:
    """Return the pairs among these people of whom either blocked the other."""
    _, rows = await connection().execute_query(_BETWEEN, [list(ids)])
    return {frozenset((blocker, blocked)) for blocker, blocked in rows}


async def blocks_of(actor: Actor) -> list[BlockView]:
    """Return whom the actor blocked, latest first. Refuses a visitor."""
    _, rows = await connection().execute_query(_MINE, [actor.require_profile()])
    return [BlockView(profile_id, name, since) for profile_id, since, name in rows]


async def mutes_of(actor: Actor) -> list[BlockView]:
    """Return whom the actor muted, latest first; those they may not see any more are left out. Refuses a visitor."""
    mine = actor.require_profile()
    muted = await muted_by(mine)
    _, rows = await connection().execute_query(_MUTED, asked(actor, muted))
    return [BlockView(profile_id, name, since) for profile_id, since, name in rows]


async def muted_by(profile_id: UUID) -> set[UUID]:
    """Return the ids of those whom somebody muted: no notice or mail goes to them about these people's doing."""
    return {row.muted_id for row in await Mute.filter(muter_id=profile_id)}
