"""A reference client of alongside.v1: keeps its positions, comes back after a loss, moves over when asked to.

It keeps a log per topic of what was applied, which the tests compare with the book.
"""

import asyncio
import contextlib
import json
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

Json = dict[str, Any]
_number = count(1)

PATIENCE = 90.0
"""Seconds that a wait may take on a machine with much else to do."""


class Answer(Exception):  # noqa: N818
    """A command was refused."""

    def __init__(self, frame: Json) -> None:
        super().__init__(frame["code"])
        self.frame = frame


class Place:
    """What a client keeps of a topic."""

    def __init__(self) -> None:
        self.pos: Json | None = None
        self.state: Any = None
        self.role: str | None = None
        self.modes: list[str] = []
        self.log: list[Json] = []
        self.repeats = 0
        self.holes = 0


class LiveClient:
    """One person's client. `places` by topic; `frames` is everything that came, `closes` every close code.

    `haste` is the part of a drain's time it takes at most.
    """

    def __init__(self, url: str, ticket: Callable[[], Awaitable[str]], **options: Any) -> None:
        self.url = url
        self.ticket = ticket
        self.options = options
        self.places: dict[str, Place] = defaultdict(Place)
        self.wanted: set[str] = set()
        self.frames: list[Json] = []
        self.closes: list[int] = []
        self.backoff = (0.5, 20.0)
        self.moves = 0
        self.haste = 1.0
        self.may_return = asyncio.Event()
        self.may_return.set()
        self._answers: dict[str, asyncio.Future[Json]] = {}
        self._changed = asyncio.Event()
        self._socket: ClientConnection | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def __aenter__(self) -> "LiveClient":
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def open(self) -> None:
        """Connect and be welcomed."""
        self._socket = await self._connect()
        self._spawn(self._stay(self._socket))

    async def stop(self) -> None:
        """Leave for good."""
        self._stopping = True
        if self._socket is not None:
            await self._socket.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def cut(self) -> None:
        """Lose the line as a dead network does: no close frame."""
        assert self._socket is not None
        self._socket.transport.abort()
        await asyncio.sleep(0)

    async def follow(self, topic: str, pos: Json | None = None, timeout: float = PATIENCE) -> Json:
        """Follow a topic from the known position, or from `pos`. Return the answer; raise Answer if refused."""
        assert self._socket is not None
        self.wanted.add(topic)
        return await asyncio.wait_for(self._follow(self._socket, topic, pos or self.places[topic].pos), timeout)

    async def command(self, op: str, args: Json, cid: str | None = None, timeout: float = PATIENCE) -> Any:
        """Ask for something; return the result or raise Answer."""
        assert self._socket is not None
        cid = cid or f"c{next(_number)}"
        return (await asyncio.wait_for(self._ask(self._socket, type="command", cid=cid, op=op, args=args), timeout))[
            "result"
        ]

    async def send(self, frame: Any) -> None:
        """Send a frame as it is."""
        assert self._socket is not None
        await self._socket.send(json.dumps(frame))

    async def until(self, condition: Callable[[], Any], timeout: float = PATIENCE) -> Any:
        """Wait until something holds that frames bring about."""
        async with asyncio.timeout(timeout):
            while not (found := condition()):
                self._changed.clear()
                await self._changed.wait()
            return found

    async def until_seq(self, topic: str, seq: int, timeout: float = PATIENCE) -> None:
        """Wait until a topic was applied up to a number."""
        place = self.places[topic]
        await self.until(lambda: place.pos is not None and place.pos["seq"] >= seq, timeout)

    def of_type(self, kind: str) -> list[Json]:
        """Return the frames of a type that came."""
        return [frame for frame in self.frames if frame["type"] == kind]

    async def _connect(self) -> ClientConnection:
        options = {"ping_interval": None, "open_timeout": PATIENCE, **self.options}
        socket = await connect(self.url, subprotocols=["alongside.v1"], **options)
        try:
            await socket.send(json.dumps({"type": "hello", "ticket": await self.ticket()}))
            self._take(json.loads(await socket.recv()))
        except BaseException:
            await socket.close()
            raise
        return socket

    async def _follow(self, socket: ClientConnection, topic: str, pos: Json | None) -> Json:
        fields = {} if pos is None else {"pos": pos}
        return await self._ask(socket, type="follow", topic=topic, **fields)

    async def _ask(self, socket: ClientConnection, **fields: Any) -> Json:
        frame_id = f"f{next(_number)}"
        answer = self._answers[frame_id] = asyncio.get_running_loop().create_future()
        await socket.send(json.dumps({"id": frame_id, **fields}))
        frame = await answer
        if frame["type"] == "err":
            raise Answer(frame)
        return frame

    async def _stay(self, socket: ClientConnection) -> None:
        """Read a socket to its end; come back if it is the newest and may."""
        try:
            async for message in socket:
                batch = json.loads(message)
                for frame in batch if isinstance(batch, list) else [batch]:
                    if self._take(frame):
                        await self._react(socket, frame)
        except ConnectionClosed:
            pass
        code = socket.close_code or 1006
        self.closes.append(code)
        self._fail_answers()
        self._changed.set()
        if socket is self._socket and not self._stopping and code < 4500:
            await self._come_back()

    async def _react(self, socket: ClientConnection, frame: Json) -> None:
        with contextlib.suppress(ConnectionClosed):
            if frame["type"] == "ping":
                await socket.send('{"type":"pong"}')
            elif frame["type"] == "resync" and frame["t"] in self.wanted:
                self._spawn(self._follow_again(socket, frame["t"]))
            elif frame["type"] == "drain":
                self._spawn(self._move(socket, frame["inMs"] / 1000))

    async def _follow_again(self, socket: ClientConnection, topic: str) -> None:
        with contextlib.suppress(Answer, ConnectionClosed):
            await self._follow(socket, topic, self.places[topic].pos)

    async def _move(self, old: ClientConnection, seconds: float) -> None:
        """Open the next socket, follow there, then close the old one: at no time is there none."""
        await asyncio.sleep(seconds * random.random() * self.haste)
        with contextlib.suppress(OSError, InvalidHandshake, ConnectionClosed, TimeoutError):
            self._socket = await self._connect()
            self.moves += 1
            self._spawn(self._stay(self._socket))
            await self._follow_all(self._socket)
            await old.close()

    async def _come_back(self) -> None:
        least, most = self.backoff
        for attempt in count():
            await self.may_return.wait()
            await asyncio.sleep(random.uniform(0, min(most, least * 2**attempt)))
            try:
                self._socket = await self._connect()
            except (OSError, InvalidHandshake, ConnectionClosed, TimeoutError):
                continue
            self._spawn(self._stay(self._socket))
            with contextlib.suppress(ConnectionClosed, Answer):
                await self._follow_all(self._socket)
            return

    async def _follow_all(self, socket: ClientConnection) -> None:
        await asyncio.gather(*(self._follow(socket, topic, self.places[topic].pos) for topic in sorted(self.wanted)))

    def _take(self, frame: Json) -> bool:
        """Apply a frame. Return whether it may want an answer."""
        self.frames.append(frame)
        kind = frame["type"]
        if kind == "entry":
            self._apply(frame)
        elif kind == "followed":
            self._begin(frame)
        elif kind == "rights" and frame["role"] is None:
            self.wanted.discard(frame["t"])
        if "id" in frame and frame["id"] in self._answers:
            answer = self._answers.pop(frame["id"])
            if not answer.done():
                answer.set_result(frame)
        self._changed.set()
        return kind in {"ping", "resync", "drain"}

    def _begin(self, frame: Json) -> None:
        place = self.places[frame["topic"]]
        place.role = frame["role"]
        place.modes.append(frame["mode"])
        if frame["mode"] == "snapshot":
            place.state = frame.get("state")
        if frame["mode"] == "snapshot" or place.pos is None:
            place.pos = dict(frame["pos"])
        # Before a topic's first entry its epoch is not known; and another socket may have brought us further already.
        place.pos["epoch"] = frame["pos"]["epoch"]

    def _apply(self, frame: Json) -> None:
        """Apply an entry exactly once: what is known already is left out, what comes too early is counted."""
        place = self.places[frame["t"]]
        assert place.pos is not None
        if frame["s"] <= place.pos["seq"]:
            place.repeats += 1
            return
        if frame["s"] != place.pos["seq"] + 1:
            place.holes += 1
        place.log.append(frame)
        place.pos = {"epoch": place.pos["epoch"], "seq": frame["s"], "chain": frame["c"]}

    def _fail_answers(self) -> None:
        answers, self._answers = self._answers, {}
        for answer in answers.values():
            if not answer.done():
                answer.set_exception(ConnectionError("the line was lost"))
                answer.exception()

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
