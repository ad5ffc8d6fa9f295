"""The resume ladder: from a client's position to how its follow starts. Ring, window, pages of the book, snapshot.

A position is believed only if the chain in it is the one this book has at that number: a number alone would look right
after a restore to an older day, and entries would be missing without a word.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import UNSET

from server.config import LiveSettings
from server.queries import streams
from server.realtime.feed import Feed
from server.realtime.frames import Mode, Position

Snapshot = Callable[[], Awaitable[Mapping[str, Any] | None]]
"""Reads `{state, pos}` of a topic, the position first. None: this kind of topic has no snapshot."""


@dataclass(frozen=True)
class Start:
    """How a follow starts: entries after `pos` come next; `state` replaces what the client had, unless UNSET."""

    mode: Mode
    pos: Position
    state: Any = UNSET


async def resume(feed: Feed, pos: Position | None, snapshot: Snapshot, settings: LiveSettings) -> Start:
    """Return the lowest rung that gives the client everything after its position."""
    if pos is None:
        return await _from_state(feed, snapshot, "live")
    if not await _is_known(feed, pos):
        return await _from_state(feed, snapshot, "snapshot")
    behind = feed.top - pos.seq
    if behind == 0:
        return Start("live", feed.position)
    known = Position(feed.epoch, pos.seq, pos.chain)
    if feed.known_since(pos.seq) or await feed.recent_after(pos.seq, 1) is not None:
        return Start("replay", known)
    if behind <= settings.replay_entries:
        return Start("pages", known)
    return await _from_state(feed, snapshot, "snapshot")


async def _is_known(feed: Feed, pos: Position) -> bool:
    """Tell whether the position is a place in this very stream."""
    # Whoever followed before the first entry was given no epoch; the chain says enough.
    if pos.seq == 0:
        return pos.chain == "" and pos.epoch in {"", feed.epoch}
    if pos.seq > feed.top:
        # Another worker may have shown the client an entry that this one has not heard of yet.
        head = await streams.head_of(feed.topic)
        if pos.epoch not in {"", head.epoch} or await streams.chain_at(feed.topic, pos.seq) != pos.chain:
            return False
        await feed.reach(pos.seq)
        return feed.top >= pos.seq
    return pos.epoch in {"", feed.epoch} and await feed.chain_at(pos.seq) == pos.chain


async def _from_state(feed: Feed, snapshot: Snapshot, without: Mode) -> Start:
    """Start from a snapshot, or from the newest entry where there is none: `without` says how that is called."""
    found = await snapshot()
    if found is None:
        return Start(without, feed.position, UNSET if without == "live" else None)
    pos = msgspec.convert(found["pos"], Position)
    await feed.reach(pos.seq)
    return Start("snapshot", pos, found["state"])
