"""Tickets: how a socket proves who it is. Good once, for a minute, for one person and one origin; never in a URL."""

from collections.abc import Awaitable, Callable, Collection
from uuid import UUID

import msgspec
from msgspec import Struct

from server.config import LiveSettings
from server.domain.actors import Actor, LoginId, Role, UserId
from server.kit.tokens import new_token, token_hash
from server.realtime.broker import Broker

Standing = Callable[[Collection[LoginId]], Awaitable[Collection[LoginId]]]
"""Which of these logins are open still."""


async def all_stand(logins: Collection[LoginId]) -> Collection[LoginId]:
    """Take every login for open: for a live layer that knows no accounts."""
    return logins


class Grant(Struct, frozen=True):
    """Who a ticket is for, as kept in Redis until it is used."""

    user: UUID
    login: UUID | None
    roles: list[str]
    is_verified: bool
    origin: str


class Tickets:
    """Issues and redeems tickets. Both raise BellSilent when Redis is away."""

    def __init__(self, broker: Broker, settings: LiveSettings, standing: Standing) -> None:
        self._broker = broker
        self._standing = standing
        self._milliseconds = int(settings.ticket_seconds * 1000)

    async def issue(self, actor: Actor, origin: str) -> str:
        """Return a ticket for a signed-in actor; `origin` is the Origin header of who asks, empty without one."""
        grant = Grant(
            actor.require_user(), actor.login_id, sorted(role.value for role in actor.roles), actor.is_verified, origin
        )
        ticket = new_token()
        await self._broker.asker.run("SET", _key(ticket), msgspec.json.encode(grant), "PX", self._milliseconds)
        return ticket

    async def redeem(self, ticket: str, origin: str) -> Actor | None:
        """Use a ticket up. Return whom it is for.

        None when it is unknown, used, too old, of another origin, or of a login that has ended since.
        """
        kept = await self._broker.asker.run("GETDEL", _key(ticket))
        if kept is None:
            return None
        grant = msgspec.json.decode(kept, type=Grant)
        if grant.origin != origin:
            return None
        actor = Actor(
            user_id=UserId(grant.user),
            login_id=None if grant.login is None else LoginId(grant.login),
            roles=frozenset(Role(role) for role in grant.roles),
            is_verified=grant.is_verified,
        )
        return None if await self.ended([actor]) else actor

    async def ended(self, actors: Collection[Actor]) -> set[LoginId]:
        """Return the logins of these actors that have ended."""
        logins = {actor.login_id for actor in actors if actor.login_id is not None}
        return logins - set(await self._standing(logins)) if logins else set()


def _key(ticket: str) -> str:
    return f"rt:ticket:{token_hash(ticket)}"
