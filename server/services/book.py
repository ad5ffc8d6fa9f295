"""Writing entries into the book: the last step of a unit of work. Nothing else writes stream_head or stream_entry."""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from tortoise.backends.base.client import BaseDBAsyncClient

from server.domain.facts import Fact, payload_of
from server.domain.topics import Topic
from server.kit.clock import now
from server.kit.ids import new_id
from server.models import database
from server.services.ports import CommittedEntry

_INSERT_HEADS = """
INSERT INTO stream_head (topic, epoch, seq, chain, relayed_seq)
SELECT topic, epoch, 0, '', 0 FROM unnest($1::text[], $2::text[]) AS fresh (topic, epoch)
ON CONFLICT (topic) DO NOTHING
"""
# Heads are locked in the order of their names, whatever order the facts came in: no two units wait in a ring.
_LOCK_HEADS = "SELECT topic, epoch, seq, chain FROM stream_head WHERE topic = ANY($1) ORDER BY topic FOR UPDATE"
_INSERT_ENTRIES = """
INSERT INTO stream_entry (id, topic, seq, kind, actor_id, payload, chain, command_id, at)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[],
                     $9::timestamptz[])
"""
_MOVE_HEADS = """
UPDATE stream_head SET seq = moved.seq, chain = moved.chain
FROM unnest($1::text[], $2::bigint[], $3::text[]) AS moved (topic, seq, chain)
WHERE stream_head.topic = moved.topic
"""
# Skips heads that a writer holds: waiting here in no order could close a ring, and the next mark takes them along.
_MARK_RELAYED = """
UPDATE stream_head SET relayed_seq = GREATEST(stream_head.relayed_seq, done.seq)
FROM unnest($1::text[], $2::bigint[]) AS done (topic, seq)
WHERE stream_head.topic = done.topic
  AND stream_head.topic IN (SELECT topic FROM stream_head WHERE topic = ANY($1) FOR UPDATE SKIP LOCKED)
"""
_INSERT_FACTS = """
INSERT INTO fact_record (id, kind, actor_id, payload, at, attempts, due_at)
SELECT id, kind, actor_id, payload, at, 0, at
FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::timestamptz[]) AS f (id, kind, actor_id, payload, at)
"""


@dataclass(frozen=True)
class Recorded:
    """A fact on its way into the book: who did it, the topics it goes to, the command it answers."""

    fact: Fact
    topics: tuple[Topic, ...]
    actor_id: UUID | None
    command_id: str | None


def next_chain(previous: str, seq: int, entry_id: UUID) -> str:
    """Return the chain after an entry: 64 bits in hex over the chain before it, its number and its id."""
    digest = hashlib.blake2b(previous.encode() + seq.to_bytes(8, "big") + entry_id.bytes, digest_size=8)
    return digest.hexdigest()


async def write(connection: BaseDBAsyncClient, recorded: Sequence[Recorded]) -> list[CommittedEntry]:
    """Write facts for the reactions and entries for the topics. Return the entries, in the order of each topic."""
    at = now()
    payloads = [payload_of(item.fact) for item in recorded]
    await connection.execute_query(
        _INSERT_FACTS,
        [
            [new_id() for _ in recorded],
            [item.fact.kind for item in recorded],
            [item.actor_id for item in recorded],
            payloads,
            [at] * len(recorded),
        ],
    )
    by_topic: dict[str, list[tuple[Recorded, str]]] = defaultdict(list)
    for item, payload in zip(recorded, payloads, strict=True):
        for topic in dict.fromkeys(item.topics):
            by_topic[topic.name].append((item, payload))
    if not by_topic:
        return []
    return await _append(connection, by_topic)


async def mark_relayed(relayed: Mapping[str, int]) -> None:
    """Note how far each topic is known to have reached the bell. One left out is asked for again by the sweep."""
    await database.connection().execute_query(_MARK_RELAYED, [list(relayed), list(relayed.values())])


async def _append(
    connection: BaseDBAsyncClient, by_topic: dict[str, list[tuple[Recorded, str]]]
) -> list[CommittedEntry]:
    """Lock the heads, number the entries, move the heads."""
    names = sorted(by_topic)
    _, heads = await connection.execute_query(_LOCK_HEADS, [names])
    if len(heads) < len(names):
        await connection.execute_query(_INSERT_HEADS, [names, [secrets.token_hex(8) for _ in names]])
        _, heads = await connection.execute_query(_LOCK_HEADS, [names])
    entries: list[CommittedEntry] = []
    sources: list[Recorded] = []
    ends: list[tuple[str, int, str]] = []
    for head in heads:
        seq, chain = head["seq"], head["chain"]
        for item, payload in by_topic[head["topic"]]:
            seq, entry_id = seq + 1, new_id()
            chain = next_chain(chain, seq, entry_id)
            entries.append(CommittedEntry(head["topic"], head["epoch"], seq, chain, item.fact.kind, payload, entry_id))
            sources.append(item)
        ends.append((head["topic"], seq, chain))
    await _insert(connection, entries, sources)
    await connection.execute_query(_MOVE_HEADS, [list(column) for column in zip(*ends, strict=True)])
    return entries


async def _insert(
    connection: BaseDBAsyncClient, entries: Sequence[CommittedEntry], sources: Sequence[Recorded]
) -> None:
    at = now()
    await connection.execute_query(
        _INSERT_ENTRIES,
        [
            [entry.entry_id for entry in entries],
            [entry.topic for entry in entries],
            [entry.seq for entry in entries],
            [entry.kind for entry in entries],
            [source.actor_id for source in sources],
            [entry.payload for entry in entries],
            [entry.chain for entry in entries],
            [source.command_id for source in sources],
            [at] * len(entries),
        ],
    )
