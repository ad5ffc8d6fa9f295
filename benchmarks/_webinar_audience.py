"""An audience: many sockets of one process that follow a webinar, vote when they are told to, and note what comes.

Run as `python -m benchmarks._webinar_audience`; it reads orders from its input and tells what happened on its output,
a line of JSON each. Messages are counted by their frames' headers; only answers and what is watched is looked into.
"""

import asyncio
import json
import sys
import time
from itertools import count
from typing import Any

import uvloop

_HANDSHAKE = (
    b"GET /live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: MDEyMzQ1Njc4OTAxMjM0NQ==\r\nSec-WebSocket-Protocol: alongside.v1\r\n\r\n"
)
AT_ONCE = 50
_number = count(1)
SAMPLED = 10


def client_frame(frame: Any) -> bytes:
    """Return a frame as a client sends it; masked with zeros, which costs the sender nothing."""
    body = json.dumps(frame).encode()
    length = bytes((0x80 | len(body),)) if len(body) < 126 else b"\xfe" + len(body).to_bytes(2, "big")
    return b"\x81" + length + b"\0\0\0\0" + body


class Listener(asyncio.Protocol):
    """One socket. `answers` by frame id, `seen` the watched texts that came, `kept` all messages of a sample."""

    def __init__(self, crowd: "Crowd", number: int) -> None:
        self.crowd = crowd
        self.kept: list[bytes] | None = [] if number < SAMPLED else None
        self.following = asyncio.get_running_loop().create_future()
        self.answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.messages = self.bytes = 0
        self.seen: set[bytes] = set()
        self.is_lost = False
        self._buffer = b""
        self._is_open = False
        self._hello = b""

    async def come(self, port: int, ticket: str, topic: str) -> None:
        """Connect and follow."""
        self._hello = client_frame([{"type": "hello", "ticket": ticket}, {"type": "follow", "id": "1", "topic": topic}])
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", port)
        await self.following

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(_HANDSHAKE)

    def connection_lost(self, _exc: Exception | None) -> None:
        self.is_lost = True

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        if not self._is_open:
            head, found, buffer = buffer.partition(b"\r\n\r\n")
            if not found:
                self._buffer = head
                return
            assert head.startswith(b"HTTP/1.1 101"), head
            self._is_open = True
            self.transport.write(self._hello)
        start, size = 0, len(buffer)
        while size - start >= 2:
            length, body = buffer[start + 1], start + 2
            if length == 126:
                length, body = int.from_bytes(buffer[start + 2 : start + 4], "big"), start + 4
            elif length == 127:
                length, body = int.from_bytes(buffer[start + 2 : start + 10], "big"), start + 10
            if body > size or body + length > size:
                break
            self._take(buffer[body : body + length])
            start = body + length
        self._buffer = buffer[start:]

    def _take(self, message: bytes) -> None:
        self.messages += 1
        self.bytes += len(message)
        if self.kept is not None:
            self.kept.append(message)
        crowd = self.crowd
        if crowd.watched and message.startswith(b'{"type":"entry"'):
            for text in crowd.watched:
                # It comes again when it is answered: only its first coming counts.
                if text in message and text not in self.seen:
                    self.seen.add(text)
                    crowd.seen[text].append(time.monotonic())
        elif message.startswith((b'{"type":"ok"', b'{"type":"err"', b'{"type":"followed"', b'{"type":"ping"')):
            self._answered(json.loads(message))
        elif message.startswith(b"[") and (b'"type":"ok"' in message or b'"type":"err"' in message):
            for frame in json.loads(message):
                self._answered(frame)

    def _answered(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "ping":
            self.transport.write(client_frame({"type": "pong"}))
        elif frame["type"] == "followed":
            self.following.set_result(None)
        elif frame.get("id") in self.answers:
            self.answers.pop(frame["id"]).set_result(frame)
        elif frame.get("id") == "1":
            self.following.set_exception(RuntimeError(str(frame)))

    async def ask(self, op: str, args: dict[str, Any]) -> dict[str, Any]:
        """Send a command and return its answer."""
        frame_id = f"c{next(_number)}"
        answer = self.answers[frame_id] = asyncio.get_running_loop().create_future()
        command = {"type": "command", "id": frame_id, "cid": frame_id, "op": op, "args": args}
        self.transport.write(client_frame(command))
        async with asyncio.timeout(60):
            told: dict[str, Any] = await answer
        return told


class Crowd:
    """All sockets of this process."""

    def __init__(self, orders: dict[str, Any]) -> None:
        self.watched: list[bytes] = []
        self.seen: dict[bytes, list[float]] = {}
        self.listeners = [Listener(self, number) for number in range(len(orders["tickets"]))]
        self._orders = orders

    async def come(self) -> None:
        """Have everybody follow, some at a time, in turns at each serving process."""
        ports, topic, tickets = (self._orders[name] for name in ("ports", "topic", "tickets"))
        for first in range(0, len(tickets), AT_ONCE):
            share = range(first, min(first + AT_ONCE, len(tickets)))
            await asyncio.gather(*(self.listeners[n].come(ports[n % len(ports)], tickets[n], topic) for n in share))

    def count(self) -> dict[str, Any]:
        """Return how many messages and bytes came so far, and how many lines were lost."""
        return {
            "messages": sum(one.messages for one in self.listeners),
            "bytes": sum(one.bytes for one in self.listeners),
            "lost": sum(one.is_lost for one in self.listeners),
        }

    async def vote(self, votes: list[list[Any]]) -> dict[str, Any]:
        """Cast votes `[listener, question, seconds from now]`; return milliseconds and codes of the answers."""
        started = time.monotonic()

        async def cast(number: int, question: str, after: float) -> tuple[float, str]:
            await asyncio.sleep(max(0.0, started + after - time.monotonic()))
            sent = time.monotonic()
            answer = await self.listeners[number].ask("question.vote", {"questionId": question})
            return 1000 * (time.monotonic() - sent), answer.get("code", "ok")

        done = await asyncio.gather(*(cast(*one) for one in votes))
        return {
            "latencies": [spent for spent, _ in done],
            "codes": [code for _, code in done],
            "seconds": time.monotonic() - started,
        }

    def tallies(self) -> list[dict[str, list[int]]]:
        """Return what each sampled socket knows of the votes: question -> [revision, votes]."""
        return [_tallies(one.kept or []) for one in self.listeners if one.kept is not None]


def _tallies(messages: list[bytes]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for message in messages:
        told = json.loads(message)
        for frame in told if isinstance(told, list) else [told]:
            for key, revision, votes in _tallies_in(frame):
                found[key] = max(found.get(key, [-1, 0]), [revision, votes])
    return found


def _tallies_in(frame: dict[str, Any]) -> list[tuple[str, int, int]]:
    """Return the tallies a frame tells: question, revision, votes."""
    if frame["type"] == "signal" and frame["k"] == "question.votes":
        return [(frame["key"], frame["p"]["revision"], frame["p"]["votes"])]
    if frame["type"] == "followed":
        told = [{"questionId": key, **one} for key, one in frame["state"]["tallies"].items()]
    elif frame["type"] == "entry" and "tallies" in frame["p"]:
        told = frame["p"]["tallies"]
    elif frame["type"] == "entry" and "tally" in frame["p"]:
        told = [frame["p"]["tally"]]
    else:
        return []
    return [(one["questionId"], one["revision"], one["votes"]) for one in told]


async def main() -> None:
    """Obey until the input ends."""

    def tell(line: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()

    crowd = Crowd(json.loads(await asyncio.to_thread(sys.stdin.readline)))
    await crowd.come()
    tell({"following": len(crowd.listeners)})
    while line := await asyncio.to_thread(sys.stdin.readline):
        order = json.loads(line)
        if "votes" in order:
            before = crowd.count()
            done = await crowd.vote(order["votes"])
            tell({**done, "before": before, "after": crowd.count()})
        elif "watch" in order:
            crowd.watched = [text.encode() for text in order["watch"]]
            crowd.seen = {text: [] for text in crowd.watched}
            tell({"watching": len(crowd.watched)})
        elif "seen" in order:
            tell({"seen": {text.decode(): instants for text, instants in crowd.seen.items()}, **crowd.count()})
        else:
            tell({"tallies": crowd.tallies(), **crowd.count()})


if __name__ == "__main__":
    uvloop.run(main())
