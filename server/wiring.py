"""Settings become running parts: database, live layer, ports, doors. Used by app, worker and the command line alone.

Everything is opened here in order and closed in reverse; nothing here decides anything about mentoring.
"""

import asyncio
import os
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import uvloop
from starlette.types import ASGIApp

from server.config import Settings, signing_key
from server.domain.actors import Actor
from server.domain.calls import IceSettings
from server.domain.request_numbers import RequestNumbers
from server.domain.topics import Topic
from server.embedded import ServerUrls
from server.models.database import connection, database
from server.observability.health import Health, Status, Trouble, watched_loop
from server.observability.logs import get_logger
from server.outbound.mail import mail_sender
from server.queries import skills
from server.queries.snapshots import snapshot_of
from server.reactions import REACTIONS, Surroundings, Table
from server.realtime.asgi import RawWebSocketProtocol
from server.realtime.buckets import CostBudget
from server.realtime.commands import calls as call_commands
from server.realtime.commands import circles as circle_commands
from server.realtime.commands import questions as question_commands
from server.realtime.commands import session_agenda as agenda_commands
from server.realtime.commands import session_notes as notes_commands
from server.realtime.commands import session_room as room_commands
from server.realtime.commands import sessions as session_commands
from server.realtime.commands import webinars as webinar_commands
from server.realtime.desk import Rules
from server.realtime.listening import listen
from server.realtime.live import Check, Live, LiveOptions
from server.schema.authentication import Authenticator, LoginCookie
from server.schema.core.documents import TrustMode
from server.schema.core.execution import Engine
from server.schema.core.limits import Limits
from server.schema.core.options import EndpointOptions, SocketLimits
from server.schema.endpoint import GraphQLEndpoint
from server.schema.live import TicketOffice
from server.schema.root import schema
from server.schema.socket import GraphQLSocket
from server.schema.subscriptions import AtOnce, Heard, LiveTopics, Place
from server.services import (
    calendar_feeds,
    calendar_reminders,
    calls,
    identity_policy,
    logins,
    request_policy,
    rsvp,
)
from server.services.audience import audience_of
from server.services.matching_snapshot import engine_running
from server.services.ports import NoBuckets, NoPublisher, NoRooms, ports
from server.site import Site

log = get_logger(__name__)

COMMANDS = (
    session_commands,
    room_commands,
    agenda_commands,
    notes_commands,
    call_commands,
    webinar_commands,
    question_commands,
    circle_commands,
)
"""The modules whose commands /live takes: importing one registers them."""


@dataclass(frozen=True)
class Wiring:
    """The parts of a serving process."""

    settings: Settings
    worker_id: str
    live: Live
    health: Health
    graphql_http: ASGIApp
    graphql_socket: ASGIApp
    site: Site | None = None

    @property
    def websocket_class(self) -> type[RawWebSocketProtocol]:
        """The class uvicorn makes its WebSocket connections of."""
        return RawWebSocketProtocol

    async def drain(self) -> None:
        """Take no more traffic, and ask the live layer's clients to move."""
        self.health.drain()
        await self.live.drain(self.settings.live.drain_seconds)


@dataclass(frozen=True)
class WorkerWiring:
    """The parts of a background worker."""

    settings: Settings
    live: Live
    reactions: Table
    surroundings: Surroundings


def event_loop() -> asyncio.AbstractEventLoop:
    """Return a new event loop, the faster kind."""
    return uvloop.new_event_loop()


@asynccontextmanager
async def wired_server(settings: Settings, urls: ServerUrls) -> AsyncIterator[Wiring]:
    """Open everything a serving process needs, for the length of the block."""
    async with AsyncExitStack() as stack:
        live = await stack.enter_async_context(_wired(settings, urls))
        # Built now, so that no request waits for it.
        await asyncio.to_thread(skills.skill_index)
        # Prepared beside the first requests: until then suggestions are refused for a moment, and nothing else waits.
        await stack.enter_async_context(engine_running())
        lag = await stack.enter_async_context(watched_loop())
        health = Health(lag)
        _watch_over(health, live)
        site = None if settings.web_path is None else Site(settings.web_path)
        graphql = settings.graphql
        budget = CostBudget(
            live.buckets, capacity=graphql.cost_capacity, refill_per_second=graphql.cost_refill_per_second
        )
        stack.push_async_callback(budget.stop)
        options = _graphql_options(settings, live, site, budget)
        engine = Engine(schema, options)
        yield Wiring(
            settings,
            live.options.worker_id,
            live,
            health,
            GraphQLEndpoint(schema, options, engine=engine),
            GraphQLSocket(schema, options, engine=engine),
            site,
        )


@asynccontextmanager
async def wired_worker(settings: Settings, urls: ServerUrls) -> AsyncIterator[WorkerWiring]:
    """Open everything background work needs, for the length of the block."""
    async with _wired(settings, urls) as live:
        surroundings = Surroundings(mail_sender(settings), settings.public_url)
        yield WorkerWiring(settings, live, REACTIONS, surroundings)


@asynccontextmanager
async def _wired(settings: Settings, urls: ServerUrls) -> AsyncIterator[Live]:
    """Open the database and the live layer, and hand the services their ports."""
    pool = settings.pool
    _set_policies(settings)
    async with database(
        urls.database_url,
        min_connections=pool.database_min,
        max_connections=pool.database_max,
        statement_timeout_seconds=pool.statement_timeout_seconds,
    ):
        worker_id = f"{os.getpid()}-{secrets.token_hex(4)}"
        options = LiveOptions(
            settings.live,
            urls.redis_url,
            worker_id,
            settings.origins,
            redis_timeout_seconds=pool.redis_timeout_seconds,
            standing=logins.standing,
        )
        live = Live(options, Rules(audience_of, snapshot_of))
        await live.start()
        ports.publisher, ports.buckets, ports.rooms = live.publisher, live.buckets, live
        try:
            yield live
        finally:
            ports.publisher, ports.buckets, ports.rooms = NoPublisher(), NoBuckets(), NoRooms()
            await live.stop()


def _set_policies(settings: Settings) -> None:
    """Hand the services the numbers of this deployment."""
    product = settings.product
    identity_policy.policy.login, identity_policy.policy.rate = settings.login, settings.rate
    calendar_feeds.policy.rate, rsvp.policy.key = settings.rate, signing_key(settings)
    reminding = calendar_reminders.policy
    reminding.first, reminding.last = product.meeting_reminder_first, product.meeting_reminder_last
    call = settings.call
    calls.policy.ice = IceSettings(call.stun_urls, call.turn_urls, call.turn_secret, call.turn_lifetime)
    request_policy.policy.numbers = RequestNumbers(
        max_open=product.max_open_requests,
        allowance_micro=product.request_expires_micro,
        allowance_long=product.request_expires_long,
        reminders=(product.reminder_first_percent, product.reminder_last_percent),
        cooling_off_decline=product.cooling_off_decline,
        cooling_off_misfit=product.cooling_off_misfit,
        equity_every=product.waiting_equity_every,
    )


def _watch_over(health: Health, live: Live) -> None:
    """Add what a serving process depends on. Without the database nobody is served; a dead bell only slows word."""

    async def book() -> None:
        await connection().execute_query("SELECT 1")

    def telling(check: Check) -> Callable[[], Awaitable[None]]:
        async def probe() -> None:
            trouble = await check()
            if trouble is not None:
                raise Trouble(trouble)

        return probe

    health.add("database", book, when_down=Status.FAILED)
    for name, check in live.checks().items():
        health.add(name, telling(check), when_down=Status.DEGRADED)


def _manifest(path: Path) -> dict[str, str]:
    """Return the trusted documents of a manifest file, a JSON object from SHA-256 to text."""
    return msgspec.json.decode(path.read_bytes(), type=dict[str, str])


def _topics_of(live: Live) -> LiveTopics:
    """Return the live layer as subscriptions use it."""

    def subscribe(
        actor: Actor, topic: Topic, after: Place | None, at_once: AtOnce | None = None
    ) -> AsyncGenerator[Heard, None]:
        return listen(live.subscribe, actor, topic, after, at_once)

    return LiveTopics(subscribe)


def _graphql_options(settings: Settings, live: Live, site: Site | None, budget: CostBudget) -> EndpointOptions:
    graphql = settings.graphql
    manifest = {} if graphql.trusted_documents_path is None else _manifest(graphql.trusted_documents_path)
    trust = TrustMode(graphql.trusted_documents.value)
    if site is not None and trust is TrustMode.OFF:
        # The pages ask by the hashes of their documents; whoever writes their own may go on doing so.
        trust = TrustMode.ALLOW
    cookie = LoginCookie(settings.cookie_name, is_secure=settings.cookie_secure)
    return EndpointOptions(
        authenticate=Authenticator(cookie),
        tools={TicketOffice: live, LiveTopics: _topics_of(live), LoginCookie: cookie},
        limits=Limits(
            source_bytes=graphql.source_bytes,
            tokens=graphql.max_tokens,
            depth=graphql.max_depth,
            aliases=graphql.max_aliases,
            directives=graphql.max_directives,
            root_fields=graphql.max_root_fields,
            root_mutations=graphql.max_root_mutations,
            list_items=graphql.max_list_items,
            cost=graphql.max_cost,
        ),
        socket=SocketLimits(operations=graphql.max_socket_operations, connections=graphql.max_sockets_per_user),
        deadline=graphql.deadline_seconds,
        cost_budget=budget,
        trust_mode=trust,
        trusted_documents=manifest | ({} if site is None else site.documents),
        allowed_origins=settings.origins,
        development=settings.graphiql,
        compiled=graphql.compiled,
        body_bytes=graphql.body_bytes,
    )
