"""A serving process of live_storm: the whole live layer, with rules that let everybody in, and buttons at /press.

Run as `python -m benchmarks._storm_server PORT DATABASE_URL REDIS_URL`.
"""

import asyncio
import logging
import sys
from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import parse_qs

import orjson
import uvicorn
import uvloop

from server.config import LiveSettings
from server.domain.actors import Actor, UserId
from server.domain.facts import Fact
from server.domain.topics import Topic, parse
from server.kit import garbage
from server.kit.ids import new_id
from server.models.database import database
from server.observability import metrics
from server.queries import streams
from server.realtime.asgi import RawWebSocketProtocol
from server.realtime.desk import Following, Rules
from server.realtime.live import Live, LiveOptions
from server.services.ports import ports
from server.services.transaction import unit_of_work

WRITER = "the writer"
_who: ContextVar[str] = ContextVar("who", default="")
SETTINGS = LiveSettings(handshakes_per_second=1e6, max_loop_lag_seconds=60)


@dataclass(frozen=True, kw_only=True)
class Told(Fact):
    """A line of the benchmark."""

    kind: ClassVar[str] = "bench.told"
    text: str


async def audience(_actor: Actor, _topic: Topic) -> Following:
    """Let everybody in."""
    return Following("participant", 0)


async def snapshots(_actor: Actor, _topic: Topic) -> None:
    """Have no snapshot: whoever cannot resume shows in the counts."""


class Ear(logging.Handler):
    """Counts statements: the writer's, and others by the name of the task that sent them."""

    def __init__(self, heard: Counter[str]) -> None:
        super().__init__(logging.DEBUG)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        """Count one."""
        task = asyncio.current_task()
        # Tortoise logs each statement with its values; whatever else it says has another shape.
        if record.msg == "%s: %s" and task is not None:
            self._heard[_who.get() or task.get_name()] += 1


class Bench:
    """The application: /live, and what the benchmark asks for."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self.saying: asyncio.Task[None] | None = None
        self.people: list[Actor] = []
        self.statements: Counter[str] = Counter()
        log = logging.getLogger("tortoise.db_client")
        log.setLevel(logging.DEBUG)
        log.propagate = False
        log.addHandler(Ear(self.statements))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.live.endpoint(scope, receive, send)
            return
        asked = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
        body = await self.press(asked)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"connection", b"close")]})
        await send({"type": "http.response.body", "body": orjson.dumps(body)})

    async def press(self, asked: dict[str, str]) -> Any:
        """Give tickets, say lines, start or stop saying, tell the counts."""
        if "tickets" in asked:
            # The same people each time: those who come back are not seen to have gone.
            self.people += [Actor(user_id=UserId(new_id())) for _ in range(int(asked["tickets"]) - len(self.people))]
            return [await self.live.issue_ticket(person, "") for person in self.people]
        if "say" in asked:
            for number in range(int(asked["say"])):
                await _say(parse(asked["topic"]), number)
        if "rate" in asked:
            self.saying = asyncio.create_task(
                self._keep_saying(parse(asked["topic"]), float(asked["rate"])), name=WRITER
            )
        if "stop" in asked and self.saying is not None:
            self.saying.cancel()
        if "rate" in asked:
            self.statements.clear()
        if "head" in asked:
            return {"head": (await streams.head_of(asked["head"])).seq}
        if "present" in asked:
            return {"present": len(await self.live.presence_of(parse(asked["present"])))}
        reads = metrics.LIVE_CATCH_UP_READS
        follows = {m: _value(metrics.LIVE_FOLLOWS.labels(m)) for m in ("live", "replay", "pages", "snapshot")}
        return {
            "window": _value(reads.labels("window")),
            "book": _value(reads.labels("book")),
            **follows,
            "is_heard": self.live.broker.reader.connected,
            "sql": self.statements,
        }

    async def _keep_saying(self, topic: Topic, rate: float) -> None:
        loop = asyncio.get_running_loop()
        due, number = loop.time(), 0
        while True:
            await _say(topic, number)
            number, due = number + 1, due + 1 / rate
            await asyncio.sleep(max(0.0, due - loop.time()))


async def _say(topic: Topic, number: int) -> None:
    _who.set(WRITER)
    async with unit_of_work() as work:
        work.record(Told(text=f"line {number}"), to=[topic])


def _value(metric: Any) -> float:
    return float(next(iter(metric.collect())).samples[0].value)


async def main(port: int, database_url: str, redis_url: str) -> None:
    """Serve until killed."""
    async with database(database_url, max_connections=10):
        live = Live(LiveOptions(SETTINGS, redis_url, f"bench-{port}"), Rules(audience, snapshots))
        await live.start()
        ports.publisher = live.publisher
        config = uvicorn.Config(
            Bench(live), port=port, lifespan="off", log_level="error", ws=RawWebSocketProtocol, ws_ping_interval=None
        )
        # As server/app.py does: what lives as long as the process is no business of the collector.
        garbage.leave_what_stays()
        await uvicorn.Server(config).serve()
        await live.stop()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
