"""A live layer for tests: a toy fact, a live worker in a real server on a real port, and clients for it."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, ClassVar
from uuid import UUID

import uvicorn

from server.config import LiveSettings
from server.domain import topics
from server.domain.actors import Actor, LoginId, UserId
from server.domain.errors import NotFound
from server.domain.facts import Fact
from server.domain.topics import Topic
from server.kit.ids import new_id
from server.queries import streams
from server.queries.snapshots import snapshot_of
from server.realtime.asgi import RawWebSocketProtocol
from server.realtime.desk import Following, Rules
from server.realtime.live import Live, LiveOptions
from server.services.audience import audience_of
from server.services.ports import NoPublisher, ports
from server.services.transaction import unit_of_work
from tests.live_client import PATIENCE, LiveClient

_worker = count(1)

QUICK = replace(
    LiveSettings(),
    feed_check_seconds=0.3,
    probe_idle_seconds=0.3,
    probe_answer_seconds=0.3,
    poll_seconds=0.1,
    reconnect_max_seconds=0.1,
    relay_sweep_seconds=0.05,
    hello_seconds=PATIENCE,
    pong_seconds=PATIENCE,
    handshakes_per_second=10_000,
    max_loop_lag_seconds=30,
)
"""The live layer's numbers, scaled so that a test sees each mechanism within a second."""


@dataclass(frozen=True, kw_only=True)
class ToySaid(Fact):
    """Something was said in a test."""

    kind: ClassVar[str] = "toy.said"
    text: str


@dataclass
class ToyRules:
    """Who may follow what in a test: everybody everything, but for `removed` people; `roles` by person.

    `ended` are the logins that are not open any more.
    """

    removed: set[UUID] = field(default_factory=set)
    roles: dict[UUID, str] = field(default_factory=dict)
    ended: set[LoginId] = field(default_factory=set)
    states: dict[str, Any] = field(default_factory=dict)
    asked: int = 0
    rev: int = 0

    async def audience(self, actor: Actor, topic: Topic) -> Following:
        self.asked += 1
        if actor.user_id in self.removed:
            raise NotFound("topic")
        return Following(self.roles.get(actor.require_user(), "participant"), self.rev)

    async def standing(self, logins: Collection[LoginId]) -> set[LoginId]:
        return set(logins) - self.ended

    async def snapshots(self, actor: Actor, topic: Topic) -> dict[str, Any] | None:
        if topic.name not in self.states:
            return None
        head = await streams.head_of(topic.name)
        return {"state": self.states[topic.name], "pos": {"epoch": head.epoch, "seq": head.seq, "chain": head.chain}}


class ServiceRules(ToyRules):
    """What the services say about topics."""

    async def audience(self, actor: Actor, topic: Topic) -> Following:
        right = await audience_of(actor, topic)
        return Following(right.role, right.rev)

    async def snapshots(self, actor: Actor, topic: Topic) -> dict[str, Any] | None:
        return await snapshot_of(actor, topic)


def someone() -> Actor:
    """Return somebody signed in, without a row."""
    return Actor(user_id=UserId(new_id()), login_id=LoginId(new_id()), is_verified=True)


def login_of(actor: Actor) -> LoginId:
    """Return the login somebody came with."""
    assert actor.login_id is not None
    return actor.login_id


async def say(topic: Topic, *texts: str) -> None:
    """Commit one entry per text."""
    for text in texts:
        async with unit_of_work() as work:
            work.record(ToySaid(text=text), to=[topic])


async def say_at_once(topic: Topic, number: int, size: int) -> None:
    """Commit many entries of a size together."""
    async with unit_of_work() as work:
        for _ in range(number):
            work.record(ToySaid(text="x" * size), to=[topic])


async def published(live: Live, topic: Topic, seq: int) -> None:
    """Wait until the window has an entry: commits return before."""
    async with asyncio.timeout(PATIENCE):
        while (top := (await live.broker.tops([topic.name]))[0]) is None or top.seq < seq:
            await asyncio.sleep(0.01)


async def book_of(topic: Topic, after: int = 0) -> list[tuple[int, str]]:
    """Return the seq and chain of each entry of a topic: what a client's log must equal."""
    return [(row.seq, row.chain) for row in await streams.entries_after(topic.name, after, 100_000)]


def log_of(client: LiveClient, topic: Topic) -> list[tuple[int, str]]:
    """Return the seq and chain of each entry a client applied."""
    return [(frame["s"], frame["c"]) for frame in client.places[topic.name].log]


def room() -> Topic:
    """Return the topic of a session nobody has used."""
    return topics.session(new_id())


@dataclass
class LiveServer:
    """A live worker behind a real port."""

    live: Live
    rules: ToyRules
    url: str
    server: uvicorn.Server

    def client(self, actor: Actor | None = None, **options: Any) -> LiveClient:
        """Return a client for somebody, not yet connected."""
        who = actor or someone()
        return LiveClient(self.url, lambda: self.live.issue_ticket(who, ""), **options)


@asynccontextmanager
async def live_server(
    redis_url: str,
    settings: LiveSettings = QUICK,
    *,
    is_raw: bool = True,
    rules: ToyRules | None = None,
    redis_timeout: float = 5.0,
) -> AsyncIterator[LiveServer]:
    """Serve a live worker. Its relay becomes the process's publisher while it runs.

    The patience with Redis is more than a worker of the product has: where nothing is wrong, a busy machine is none.
    """
    rules = rules or ToyRules()
    name = f"test-{next(_worker)}"
    options = LiveOptions(settings, redis_url, name, {"http://here.test"}, redis_timeout, rules.standing)
    live = Live(options, Rules(rules.audience, rules.snapshots))
    await live.start()
    ports.publisher = live.publisher
    config = uvicorn.Config(
        live.endpoint,
        port=0,
        lifespan="off",
        log_level="warning",
        ws=RawWebSocketProtocol if is_raw else "websockets-sansio",
        ws_ping_interval=None,
        ws_max_size=settings.frame_bytes,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    try:
        async with asyncio.timeout(PATIENCE):
            while not server.started:
                await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield LiveServer(live, rules, f"ws://127.0.0.1:{port}/live", server)
    finally:
        ports.publisher = NoPublisher()
        server.should_exit = True
        await serving
        await live.stop()


@asynccontextmanager
async def two_workers(redis_url: str, settings: LiveSettings = QUICK) -> AsyncIterator[tuple[LiveServer, LiveServer]]:
    """Serve two live workers with the same rules."""
    rules = ToyRules()
    async with (
        live_server(redis_url, settings, rules=rules) as one,
        live_server(redis_url, settings, rules=rules) as two,
    ):
        yield one, two
