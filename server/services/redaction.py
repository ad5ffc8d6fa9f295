"""Taking words out of the book, at once and for good, while its order and its chain stay as they are.

Whoever takes words out records a fact that `redacts` on the same topic: with it every process and the live store
forget the entries they keep, so that a resume reads the book.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from server.domain.facts import Fact, fact_of, payload_of
from server.domain.identity_erasure import without_free_text
from server.domain.topics import Topic
from server.services.transaction import Work

_ENTRIES = """
SELECT id, kind, payload FROM stream_entry WHERE topic = $1 AND kind = ANY($2) AND position($3 IN payload) > 0
"""
_FACTS = "SELECT id, kind, payload FROM fact_record WHERE at >= $1 AND kind = ANY($2) AND position($3 IN payload) > 0"
_REWRITE_ENTRIES = """
UPDATE stream_entry SET payload = fresh.payload
FROM unnest($1::uuid[], $2::text[]) AS fresh (id, payload) WHERE stream_entry.id = fresh.id
"""
_REWRITE_FACTS = """
UPDATE fact_record SET payload = fresh.payload, failure = NULL
FROM unnest($1::uuid[], $2::text[]) AS fresh (id, payload) WHERE fact_record.id = fresh.id
"""


async def take_out(work: Work, topic: Topic, kinds: Collection[type[Fact]], *, mention: UUID, since: datetime) -> None:
    """Empty every free text of the facts of these kinds that mention an id, in a topic and in the record of facts.

    `since` is when the thing with that id was made: no fact about it is older.
    """
    names, db = [kind.kind for kind in kinds], work.connection
    entries = await db.execute_query_dict(_ENTRIES, [topic.name, names, str(mention)])
    await db.execute_query(_REWRITE_ENTRIES, _without_words(entries))
    facts = await db.execute_query_dict(_FACTS, [since, names, str(mention)])
    await db.execute_query(_REWRITE_FACTS, _without_words(facts))


def _without_words(rows: Sequence[Any]) -> list[list[Any]]:
    return [[row["id"] for row in rows], [_emptied(row["kind"], row["payload"]) for row in rows]]


def _emptied(kind: str, payload: str) -> str:
    try:
        return payload_of(without_free_text(fact_of(kind, payload)))
    except msgspec.ValidationError:
        # A shape of former times: nobody can read it any more, so nobody misses it.
        return "{}"
