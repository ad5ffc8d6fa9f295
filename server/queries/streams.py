"""Reads of the book: heads and entries of topics. Visibility is decided before, by who may follow a topic."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from server.models.database import connection

_HEADS = "SELECT topic, epoch, seq, chain FROM stream_head WHERE topic = ANY($1)"
_AFTER = """
SELECT entry.topic, head.epoch, entry.seq, entry.chain, entry.kind, entry.payload,
       entry.id AS entry_id
FROM stream_entry AS entry JOIN stream_head AS head ON head.topic = entry.topic
WHERE entry.topic = $1 AND entry.seq > $2 ORDER BY entry.seq LIMIT $3
"""
_CHAIN = "SELECT chain FROM stream_entry WHERE topic = $1 AND seq = $2"
_UNRELAYED = """
SELECT topic, epoch, seq, relayed_seq FROM stream_head WHERE seq > relayed_seq ORDER BY topic LIMIT $1
"""


@dataclass(frozen=True)
class Head:
    """Where a topic's order ends. A topic nobody wrote to has an empty epoch and 0 entries."""

    topic: str
    epoch: str
    seq: int
    chain: str


@dataclass(frozen=True)
class WrittenEntry:
    """An entry as the book has it; `payload` is JSON text."""

    topic: str
    epoch: str
    seq: int
    chain: str
    kind: str
    payload: str
    entry_id: UUID


@dataclass(frozen=True)
class Backlog:
    """A topic whose entries after `relayed_seq` may not have reached the bell."""

    topic: str
    epoch: str
    seq: int
    relayed_seq: int


async def heads_of(topics: Collection[str]) -> dict[str, Head]:
    """Return the head of each topic; of one never written to an empty head."""
    _, rows = await connection().execute_query(_HEADS, [list(topics)])
    found = {row["topic"]: Head(row["topic"], row["epoch"], row["seq"], row["chain"]) for row in rows}
    return {topic: found.get(topic) or Head(topic, "", 0, "") for topic in topics}


async def head_of(topic: str) -> Head:
    """Return the head of one topic."""
    return (await heads_of([topic]))[topic]


async def entries_after(topic: str, seq: int, limit: int) -> Sequence[WrittenEntry]:
    """Return up to `limit` entries of a topic after number `seq`, in order."""
    _, rows = await connection().execute_query(_AFTER, [topic, seq, limit])
    return [WrittenEntry(*(row[name] for name in _ENTRY_COLUMNS)) for row in rows]


async def chain_at(topic: str, seq: int) -> str | None:
    """Return the chain after entry `seq`: empty text before the first entry, None if there is no such entry."""
    if seq == 0:
        return ""
    _, rows = await connection().execute_query(_CHAIN, [topic, seq])
    return rows[0]["chain"] if rows else None


async def unrelayed(limit: int) -> list[Backlog]:
    """Return up to `limit` topics with entries that the bell is not known to have."""
    _, rows = await connection().execute_query(_UNRELAYED, [limit])
    return [Backlog(row["topic"], row["epoch"], row["seq"], row["relayed_seq"]) for row in rows]


_ENTRY_COLUMNS = ("topic", "epoch", "seq", "chain", "kind", "payload", "entry_id")
