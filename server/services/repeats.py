"""Repeats: the same command sent twice is done once, and the second sending is given the first answer."""

import hashlib
from uuid import UUID

import msgspec

from server.domain.actors import UserId
from server.domain.errors import Conflict, invalid
from server.kit.text import is_storable
from server.models.streams import CommandRecord
from server.services.transaction import Work

MAX_KEY_LENGTH = 64

# Read back through WITH: Tortoise takes the row count of a bare INSERT from the wrong word, and it is always 0.
_CLAIM = """
WITH fresh AS (
    INSERT INTO command_record (id, actor_id, command_id, operation, digest, at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (actor_id, command_id) DO NOTHING RETURNING id
)
SELECT id FROM fresh
"""


class Once:
    """A claim on a command's key inside a unit of work. `previous` is the id that the first sending made, if any."""

    def __init__(self, record: CommandRecord | None, previous: UUID | None) -> None:
        self._record = record
        self.previous = previous

    async def remember(self, result_id: UUID) -> None:
        """Keep the id of what was made, for the repeats. In the same unit of work as the making."""
        if self._record is not None:
            await CommandRecord.filter(id=self._record.id).update(result_id=result_id)


async def claim(work: Work, actor_id: UserId, key: str | None, operation: str, content: object) -> Once:
    """Claim a command's key, waiting for a sending of the same that is under way.

    `content` is what was asked, so that a key used again for something else is refused with Conflict. Without a key
    nothing is claimed and nothing is a repeat.
    """
    if key is None:
        return Once(None, None)
    if not 1 <= len(key) <= MAX_KEY_LENGTH or not is_storable(key):
        raise invalid("idempotencyKey", "length", f"An idempotency key has 1 to {MAX_KEY_LENGTH} plain characters.")
    digest = hashlib.sha256(msgspec.json.encode([operation, content])).hexdigest()
    fresh = CommandRecord(actor_id=actor_id, command_id=key, operation=operation, digest=digest)
    inserted, _ = await work.connection.execute_query(_CLAIM, [fresh.id, actor_id, key, operation, digest, fresh.at])
    if inserted:
        return Once(fresh, None)
    first = await CommandRecord.get(actor_id=actor_id, command_id=key)
    if first.digest != digest:
        raise Conflict("This idempotency key was used for another request. Use a new key.", current=first.operation)
    return Once(None, first.result_id)
