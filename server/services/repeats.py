"""Repeats: the same command sent twice is done once, and the second sending is given the first answer."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

import msgspec

from server.domain.actors import Actor, UserId
from server.domain.errors import Conflict, invalid
from server.kit.text import is_storable
from server.models.streams import CommandRecord
from server.services.transaction import Work, retrying, unit_of_work

MAX_KEY_LENGTH = 64

# Read back through WITH: Tortoise takes the row count of a bare INSERT from the wrong word, and it is always 0.
_CLAIM = """
WITH fresh AS (
    INSERT INTO command_record (id, actor_id, command_id, operation, digest, at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (actor_id, command_id) DO NOTHING RETURNING id
)
SELECT id FROM fresh
"""


_FORGET = "UPDATE command_record SET answer = NULL WHERE actor_id = $1 AND position($2 IN answer) > 0"
_FORGET_AROUND = """
UPDATE command_record SET answer = NULL
WHERE answer IS NOT NULL AND actor_id IN (
    SELECT other.profile_id FROM session_participant own
    JOIN session_participant other ON other.session_id = own.session_id
    WHERE own.profile_id = $1
)
"""


@dataclass(frozen=True)
class Once:
    """A claim on a command's key inside a unit of work.

    Of a repeat, `previous` is the id that the first sending made and `answer` the JSON it answered, if it kept any.
    """

    is_repeat: bool = False
    previous: UUID | None = None
    answer: str | None = None
    _record: CommandRecord | None = field(default=None, repr=False)

    async def remember(self, result_id: UUID) -> None:
        """Keep the id of what was made, for the repeats. In the same unit of work as the making."""
        if self._record is not None:
            await CommandRecord.filter(id=self._record.id).update(result_id=result_id)

    async def remember_answer(self, answer: str) -> None:
        """Keep an answer as it is, for the repeats. In the same unit of work as the doing."""
        if self._record is not None:
            await CommandRecord.filter(id=self._record.id).update(answer=answer)


async def claim(work: Work, actor_id: UserId, key: str | None, operation: str, content: object) -> Once:
    """Claim a command's key, waiting for a sending of the same that is under way.

    `content` is what was asked, so that a key used again for something else is refused with Conflict. Without a key
    nothing is claimed and nothing is a repeat.
    """
    if key is None:
        return Once()
    if not 1 <= len(key) <= MAX_KEY_LENGTH or not is_storable(key):
        raise invalid("idempotencyKey", "length", f"An idempotency key has 1 to {MAX_KEY_LENGTH} plain characters.")
    digest = hashlib.sha256(msgspec.json.encode([operation, content])).hexdigest()
    fresh = CommandRecord(actor_id=actor_id, command_id=key, operation=operation, digest=digest)
    inserted, _ = await work.connection.execute_query(_CLAIM, [fresh.id, actor_id, key, operation, digest, fresh.at])
    if inserted:
        return Once(_record=fresh)
    first = await CommandRecord.get(actor_id=actor_id, command_id=key)
    if first.digest != digest:
        raise Conflict("This idempotency key was used for another request. Use a new key.", current=first.operation)
    return Once(is_repeat=True, previous=first.result_id, answer=first.answer)


Deed = Callable[[], Awaitable[str]]
"""Does something in the open unit of work and returns its answer as JSON."""


@retrying
async def done_once(actor: Actor, deed: Deed, *, key: str, operation: str, content: object) -> str:
    """Do a deed under a key and return its answer; a repeat is given that answer and does nothing.

    What the deed refuses was not done: nothing is kept of it, and the key may be used again. Conflict: the key was
    used for something else, or the words of its answer were taken back since.
    """
    async with unit_of_work() as work:
        once = await claim(work, actor.require_user(), key, operation, content)
        if not once.is_repeat:
            answer = await deed()
            await once.remember_answer(answer)
            return answer
        if once.answer is None:
            raise Conflict("This was done. What was answered to it is no longer kept.", current="done")
        return once.answer


async def forget_answers(work: Work, actor_id: UserId, mention: UUID) -> None:
    """Forget the answers to somebody's commands that mention an id: the words in them were taken back."""
    await work.connection.execute_query(_FORGET, [actor_id, str(mention)])


async def forget_answers_around(work: Work, user_id: UserId) -> None:
    """Forget the answers to all who were in a session with somebody: they may repeat words that are erased."""
    await work.connection.execute_query(_FORGET_AROUND, [user_id])
