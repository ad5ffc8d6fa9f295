"""A real serving process with the toy room of tests/factories/live.py, which can be told to kill itself at a step.

It then ends by SIGKILL after that step of a command whose text is LAST_WORDS. The hooks are here, not in the product.
"""

import os
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import uvicorn
import uvloop

from server.config import LiveSettings
from server.models.database import database
from server.realtime import relay
from server.realtime.asgi import RawWebSocketProtocol
from server.realtime.broker import Broker
from server.realtime.desk import Rules
from server.realtime.live import Live, LiveOptions
from server.realtime.relay import Relay
from server.realtime.scripts import PUBLISH
from server.realtime.serving import DrainingServer
from server.services import book
from server.services.ports import CommittedEntry, ports
from tests.conftest import Servers
from tests.factories.live import QUICK, ToyRules
from tests.factories.rooms import REGISTERED
from tests.realtime.test_moving import toy_say

LAST_WORDS = "last words"
STOPPED_IN_ORDER = 17
assert toy_say  # registers the command toy.say
assert REGISTERED


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def is_last(entries: Sequence[CommittedEntry]) -> bool:
    return any(LAST_WORDS in entry.payload for entry in entries)


def die_after(step: str) -> None:
    """Have the process killed after a step of writing LAST_WORDS."""
    insert, committed, publish = book._insert, Relay.committed, relay.publish_through

    async def locked(connection: Any, entries: Sequence[CommittedEntry], sources: Any) -> None:
        if step == "lock" and is_last(entries):
            die()
        await insert(connection, entries, sources)
        if step == "insert" and is_last(entries):
            die()

    def handed_over(self: Relay, entries: Sequence[CommittedEntry]) -> None:
        if step == "commit" and is_last(entries):
            die()
        committed(self, entries)

    async def published(broker: Broker, entry: CommittedEntry) -> None:
        if step == "xadd" and is_last([entry]):
            # One script adds and publishes, so between the two is: added, and told to nobody.
            broker._publish = broker.redis.register_script(PUBLISH.replace("redis.call(ARGV[7], KEYS[3], ARGV[4])", ""))
        await publish(broker, entry)
        if step in {"xadd", "publish"} and is_last([entry]):
            die()

    book._insert, Relay.committed, relay.publish_through = locked, handed_over, published  # type: ignore[method-assign]


def serve(listener: socket.socket, urls: Servers, settings: dict[str, Any], step: str) -> None:
    """Serve until SIGTERM, then drain. Settings go on top of QUICK; an empty step is none to die after."""
    if step:
        die_after(step)
    uvloop.run(_serve(listener, urls, replace(QUICK, **settings)))


async def _serve(listener: socket.socket, urls: Servers, settings: LiveSettings) -> None:
    rules = ToyRules()
    async with database(urls.database_url, max_connections=5):
        options = LiveOptions(settings, urls.redis_url, f"process-{os.getpid()}", standing=rules.standing)
        live = Live(options, Rules(rules.audience, rules.snapshots))
        await live.start()
        ports.publisher = live.publisher
        config = uvicorn.Config(
            live.endpoint,
            lifespan="off",
            log_level="warning",
            ws=RawWebSocketProtocol,
            ws_ping_interval=None,
            ws_max_size=settings.frame_bytes,
            timeout_graceful_shutdown=1,
        )
        with listener:
            await DrainingServer(config, lambda: live.drain(settings.drain_seconds)).serve([listener])
        await live.stop()
    sys.exit(STOPPED_IN_ORDER)
