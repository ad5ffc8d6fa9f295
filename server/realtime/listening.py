"""A topic as subscriptions hear it: a snapshot where one is needed, then entries in order, until the rights end.

    async for heard in listen(live.subscribe, actor, topic, after): ...

NotFound: the actor may not, or may no longer, follow the topic.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Protocol

import msgspec

from server.domain.actors import Actor
from server.domain.errors import Conflict, NotFound
from server.domain.topics import Topic
from server.realtime.frames import Position
from server.realtime.streams import Started, Stream, StreamEntry


class Place(Protocol):
    """A position, in whatever shape the caller has it."""

    @property
    def epoch(self) -> str:
        """Return the stream's epoch."""

    @property
    def seq(self) -> int:
        """Return the number of the last entry."""

    @property
    def chain(self) -> str:
        """Return the chain over all entries so far."""


Heard = StreamEntry
"""An entry, or the whole state of the topic when `kind` is "snapshot"; `payload` is JSON."""

Open = Callable[[Actor, Topic, Position | None], Awaitable[Stream]]
AtOnce = Callable[[Heard], bool]


async def listen(
    open_stream: Open, actor: Actor, topic: Topic, after: Place | None, at_once: AtOnce | None = None
) -> AsyncGenerator[Heard, None]:
    """Yield a topic from a position on; from a snapshot without one, and again whenever it cannot go on.

    `at_once` is offered each entry that comes while the next is awaited: one it takes, with True, is not yielded.
    """
    position = None if after is None else Position(after.epoch, after.seq, after.chain)
    while True:
        stream = await open_stream(actor, topic, position)
        stream.at_once = at_once
        async with stream:
            try:
                async for event in stream:
                    if not isinstance(event, Started):
                        yield event
                    elif event.state is not None:
                        yield Heard("snapshot", event.pos, msgspec.json.encode(event.state))
            except Conflict:
                # The place is lost: another history, or read too slowly. A snapshot starts it anew.
                position = None
                continue
        # A stream ends by itself only with the rights to it.
        raise NotFound("topic")
