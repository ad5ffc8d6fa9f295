"""Tickets: how a socket proves who it is. Good once, for a minute, for one person and one origin; never in a URL."""

from uuid import UUID

import msgspec
from msgspec import Struct

from server.config import LiveSettings
from server.domain.actors import Actor, LoginId, Role, UserId
from server.kit.tokens import new_token, token_hash
from server.realtime.broker import Broker


class Grant(Struct, frozen=True):
    """Who a ticket is for, as kept in Redis until it is used."""

    user: UUID
    login: UUID | None
    roles: list[str]
    is_verified: bool
    origin: str


class Tickets:
    """Issues and redeems tickets. Both raise BellSilent when Redis is away."""

    def __init__(self, broker: Broker, settings: LiveSettings) -> None:
        self._broker = broker
        self._milliseconds = int(settings.ticket_seconds * 1000)

    async def issue(self, actor: Actor, origin: str) -> str:
        """Return a ticket for a signed-in actor; `origin` is the Origin header of who asks, empty without one."""
        grant = Grant(
            actor.require_user(), actor.login_id, sorted(role.value for role in actor.roles), actor.is_verified, origin
        )
        ticket = new_token()
        await self._broker.ask(self._broker.redis.set(_key(ticket), msgspec.json.encode(grant), px=self._milliseconds))
        return ticket

    async def redeem(self, ticket: str, origin: str) -> Actor | None:
        """Use a ticket up. Return whom it is for, or None: unknown, used, too old, or of another origin."""
        kept = await self._broker.ask(self._broker.redis.getdel(_key(ticket)))
        if kept is None:
            return None
        grant = msgspec.json.decode(kept, type=Grant)
        if grant.origin != origin:
            return None
        return Actor(
            user_id=UserId(grant.user),
            login_id=None if grant.login is None else LoginId(grant.login),
            roles=frozenset(Role(role) for role in grant.roles),
            is_verified=grant.is_verified,
        )


def _key(ticket: str) -> str:
    return f"rt:ticket:{token_hash(ticket)}"
