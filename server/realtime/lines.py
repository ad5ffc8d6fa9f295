"""The client an address stands for: one server, the master that sentinels name, or a cluster.

`redis[s]://host:6379/0` · `unix://path` · `redis[s]+sentinel://[user:password@]host:26379,host/service/0` ·
`redis[s]+cluster://[user:password@]host:6379,host`. Which one it is makes no difference to what asks it: each script's
keys share a hash tag, and in a cluster every node hears what is published on any other.
"""

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from server.kit.addresses import hosts_of

LOST = (RedisError, OSError, TimeoutError, RuntimeError)
"""What a dead path raises. uvloop says RuntimeError of a transport that was reset before it is written to; the client
library passes that on, and takes such a connection out of its pool as sound."""

CONNECTIONS = 32
"""Connections that a worker asks over, to one server."""


@dataclass(frozen=True)
class Line:
    """A way to Redis: a client for questions, single connections for hearing, and the end of both."""

    redis: Any
    is_one_server: bool
    make_connection: Callable[[], AbstractConnection]
    close: Callable[[], Awaitable[None]]


def line_to(url: str, *, timeout_seconds: float, patience_seconds: float) -> Line:
    """Return the way to an address. `patience_seconds` is how long a question may wait for a connection."""
    address = urlsplit(url)
    kind = address.scheme.partition("+")[2]
    # RESP2: a reply is a plain list, and a subscribed connection speaks of nothing else.
    options: dict[str, Any] = {
        "protocol": 2,
        "socket_timeout": timeout_seconds,
        "socket_connect_timeout": timeout_seconds,
    }
    if kind:
        options |= _credentials(address)
    if kind == "cluster":
        return _to_cluster(address, options)
    options["retry"] = Retry(NoBackoff(), 1)
    if kind == "sentinel":
        return _to_sentinels(address, options)
    # A storm of newcomers waits for a connection here, instead of asking for a thousand.
    pool = BlockingConnectionPool.from_url(url, max_connections=CONNECTIONS, timeout=patience_seconds, **options)
    return _over(Redis(connection_pool=pool))


def _to_sentinels(address: SplitResult, options: dict[str, Any]) -> Line:
    service, _, number = address.path.strip("/").partition("/")
    # One that is down is passed over at once, for the next one.
    watchers = {name: options[name] for name in ("protocol", "socket_timeout", "socket_connect_timeout", "retry")}
    sentinel = Sentinel(  # type: ignore[no-untyped-call] # redis-py leaves it untyped
        hosts_of(_hosts(address), 26379), sentinel_kwargs=watchers, **options
    )
    master = sentinel.master_for(service, db=int(number or 0), max_connections=2 * CONNECTIONS)
    return _over(master, sentinel.sentinels)


def _over(redis: Redis, watchers: Sequence[Redis] = ()) -> Line:
    pool = redis.connection_pool

    async def close() -> None:
        await redis.aclose()
        await pool.disconnect()
        for watcher in watchers:
            await watcher.aclose()

    def make_connection() -> AbstractConnection:
        connection: AbstractConnection = pool.make_connection()  # type: ignore[no-untyped-call] # left untyped
        return connection

    return Line(redis, is_one_server=True, make_connection=make_connection, close=close)


def _to_cluster(address: SplitResult, options: dict[str, Any]) -> Line:
    starts = [ClusterNode(host, port) for host, port in hosts_of(_hosts(address), 6379)]
    cluster = RedisCluster(startup_nodes=starts, max_connections=2 * CONNECTIONS, **options)

    def make_connection() -> AbstractConnection:
        known = cluster.get_nodes() or list(cluster.nodes_manager.startup_nodes.values())
        node = random.choice(known)  # noqa: S311 - spreads the workers over the nodes
        connection: AbstractConnection = node.connection_class(**node.connection_kwargs)
        return connection

    return Line(cluster, is_one_server=False, make_connection=make_connection, close=cluster.aclose)


def _hosts(address: SplitResult) -> str:
    return address.netloc.rpartition("@")[2]


def _credentials(address: SplitResult) -> dict[str, Any]:
    user, _, password = address.netloc.rpartition("@")[0].partition(":")
    given: dict[str, Any] = {"ssl": True} if address.scheme.startswith("rediss") else {}
    if user:
        given["username"] = unquote(user)
    if password:
        given["password"] = unquote(password)
    return given
