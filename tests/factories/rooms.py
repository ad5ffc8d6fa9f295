"""A session's room behind live workers, with the rules of the product, and a front end for its notes."""

import asyncio
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from pycrdt import merge_updates
from websockets.exceptions import ConnectionClosed

from server.config import LiveSettings
from server.domain import topics
from server.domain.actors import Actor
from server.domain.topics import Topic
from server.queries.snapshots import snapshot_of
from server.realtime.commands import calls as call_commands
from server.realtime.commands import session_notes as notes_commands
from server.realtime.desk import Following
from server.services import sessions
from server.services.audience import audience_of
from tests.factories.live import QUICK, LiveServer, ToyRules, live_server
from tests.factories.mentorships import mentorship
from tests.factories.pads import Pad
from tests.factories.people import person
from tests.live_client import Answer, LiveClient

REGISTERED = (call_commands, notes_commands)
"""Importing them registers the commands."""

BUSY = replace(QUICK, commands_per_second=10_000, commands_burst=10_000, lease_seconds=1, lease_renew_seconds=0.2)
"""No limit on commands, and leases that end within a second."""


LOST = (Answer, ConnectionError, ConnectionClosed)
"""What a command ends with that was refused, or has no line to go by."""


class RoomRules(ToyRules):
    """The product's own rules on who may follow what."""

    async def audience(self, actor: Actor, topic: Topic) -> Following:
        right = await audience_of(actor, topic)
        return Following(right.role, right.rev)

    async def snapshots(self, actor: Actor, topic: Topic) -> Any:
        return await snapshot_of(actor, topic)


@asynccontextmanager
async def workers(redis_url: str, settings: LiveSettings = BUSY) -> AsyncIterator[tuple[LiveServer, LiveServer]]:
    """Serve two live workers with the product's rules."""
    async with (
        live_server(redis_url, settings, rules=RoomRules()) as one,
        live_server(redis_url, settings, rules=RoomRules()) as two,
    ):
        yield one, two


async def meeting() -> tuple[Actor, Actor, UUID]:
    """Return two people who are in a session, and its id."""
    ana, bola = await person("Ana"), await person("Bola")
    session = await sessions.open_session(ana, mentorship_id=(await mentorship(ana, bola)).id)
    await sessions.join_session(bola, session_id=session.id)
    return ana, bola, session.id


class FrontEnd:
    """Somebody's notes, kept as docs/protocol.md tells. Use as a context: it follows and keeps up until the end."""

    def __init__(self, client: LiveClient, session_id: UUID, pad: Pad | None = None) -> None:
        self.client = client
        self.pad = pad or Pad()
        self.number = 0
        self.syncs = 0
        self._session = str(session_id)
        self._topic = topics.session(session_id).name
        self._read = 0
        self._sending = asyncio.Lock()
        self._keeping: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "FrontEnd":
        await self.client.follow(self._topic)
        await self.sync()
        self._keeping = asyncio.create_task(self._keep_up())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._keeping is not None
        self._keeping.cancel()
        await asyncio.gather(self._keeping, return_exceptions=True)

    async def write(self, update: bytes, cid: str | None = None) -> int:
        """Send an update; return the number of updates after it."""
        args = {"sessionId": self._session, "update": b64encode(update).decode()}
        answer = await self.client.command("notes.write", args, cid)
        return int(answer["number"])

    async def send(self) -> None:
        """Send what was typed here and has no answer yet: all of it, so that none goes without what is before it."""
        async with self._sending:
            if waiting := tuple(self.pad.unanswered):
                await self.write(merge_updates(*waiting))
                del self.pad.unanswered[: len(waiting)]

    async def sync(self) -> None:
        """Fetch what is missing here, and send what is missing there.

        Not by the server's vector: it counts what was written, and is the same whether or not some of it was deleted.
        """
        self.syncs += 1
        args = {"sessionId": self._session, "vector": b64encode(self.pad.vector).decode()}
        answer = await self.client.command("notes.sync", args)
        self.pad.take(b64decode(answer["update"]))
        self.number = max(self.number, answer["number"])
        await self.send()

    async def _keep_up(self) -> None:
        while True:
            await self.client.until(lambda: len(self.client.frames) > self._read)
            fresh, self._read = self.client.frames[self._read :], len(self.client.frames)
            missing = [self._take(frame) for frame in fresh]
            if True in missing:
                await self._catch_up()

    async def _catch_up(self) -> None:
        """Synchronise, again while it is refused for the time being. A line that comes back brings a followed."""
        while True:
            try:
                return await self.sync()
            except (ConnectionError, ConnectionClosed):
                return None
            except Answer as refused:
                if not refused.frame["temporary"]:
                    return None
                await asyncio.sleep(refused.frame.get("retryAfter", 0.1))

    def _take(self, frame: dict[str, Any]) -> bool:
        """Take a frame; return whether something is missing."""
        if frame["type"] == "followed":
            return True
        if frame["type"] == "entry" and frame["k"] == "notes.written":
            return bool(frame["p"]["number"] > self.number)
        if frame["type"] != "signal" or frame["k"] != "notes":
            return False
        if frame["p"]["number"] == self.number + 1:
            self.pad.take(b64decode(frame["p"]["update"]))
            self.number += 1
        return bool(frame["p"]["number"] > self.number)
