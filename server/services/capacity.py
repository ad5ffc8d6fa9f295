"""The capacity ledger's only writer: lock, debit, credit, and the owner's limits.

`lock`, `debit`, `credit` and `release` run inside the caller's unit of work and hold the accounts until its commit.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from server.domain import topics
from server.domain.actors import Actor, ProfileId
from server.domain.availability import CapacityKind, MentoringFormat
from server.domain.capacity import (
    WINDOWS,
    AccountKey,
    CapacityLimitChanged,
    Posting,
    check_limit,
    check_room,
    default_limit,
    every_account,
)
from server.domain.errors import invalid
from server.kit.clock import now
from server.kit.ids import new_id
from server.models.availability import CapacityAccount
from server.services.transaction import Work, retrying, unit_of_work

# Inserted and locked in one order everywhere, so that no two units of work wait for each other in a ring.
_CREATE = """
INSERT INTO capacity_account (id, created_at, profile_id, kind, format, allowed, used)
SELECT id, $1, profile_id, kind, format, allowed, 0
FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::int[]) AS fresh (id, profile_id, kind, format, allowed)
ORDER BY profile_id, kind, format
ON CONFLICT (profile_id, kind, format) DO NOTHING
"""
_LOCK_ALL = """
SELECT id FROM capacity_account WHERE profile_id = ANY($1::uuid[]) ORDER BY profile_id, kind, format FOR UPDATE
"""
_LOCK_ONE = """
SELECT id, kind, allowed, used FROM capacity_account WHERE profile_id = $1 AND kind = $2 AND format = $3 FOR UPDATE
"""
_USED_SINCE = """
SELECT coalesce(sum(delta), 0)::int AS used FROM capacity_entry WHERE account_id = $1 AND created_at > $2
"""
_ENTER = """
INSERT INTO capacity_entry (id, created_at, account_id, delta, reason, reference) VALUES ($1, $2, $3, $4, $5, $6)
"""
_MOVE = "UPDATE capacity_account SET used = used + $2 WHERE id = $1"
_TAKEN_FOR = """
SELECT a.id, a.kind, sum(e.delta)::int AS units, min(e.created_at) AS at
FROM capacity_entry e JOIN capacity_account a ON a.id = e.account_id
WHERE e.reference = $1 GROUP BY a.id, a.kind HAVING sum(e.delta) > 0
"""
_LOCK_BY_ID = "SELECT id FROM capacity_account WHERE id = ANY($1::uuid[]) ORDER BY profile_id, kind, format FOR UPDATE"
_SET_LIMIT = "UPDATE capacity_account SET allowed = $2 WHERE id = $1"


async def lock(work: Work, profile_ids: Collection[ProfileId]) -> None:
    """Lock every account of these people until the commit, making those that are missing."""
    ids = sorted(set(profile_ids))
    keys = [key for one in ids for key in every_account(one)]
    _, rows = await work.connection.execute_query(_LOCK_ALL, [ids])
    if len(rows) < len(keys):
        await _create(work, keys)
        await work.connection.execute_query(_LOCK_ALL, [ids])


async def debit(work: Work, key: AccountKey, posting: Posting) -> None:
    """Take units from an account, or refuse with CapacityFull. The account stays locked until the commit."""
    account = await _locked(work, key)
    check_room(key, allowed=account["allowed"], used=await _used(work, key, account), units=posting.units)
    await _post(work, account, posting.units, posting, at=now())


async def credit(work: Work, key: AccountKey, posting: Posting) -> None:
    """Give back units that were taken for the posting's reference. Giving back more than that: ValueError."""
    account = await _locked(work, key)
    for taken in await _taken_for(work, posting.reference):
        if taken["id"] == account["id"] and taken["units"] >= posting.units:
            await _give_back(work, taken, posting)
            return
    message = f"{posting.units} units of {key.kind} were never taken for {posting.reference}"
    raise ValueError(message)


async def release(work: Work, *, reference: UUID, reason: str, kinds: Collection[CapacityKind], spent: int = 0) -> None:
    """Give back what is still taken for a reference in accounts of these kinds, in each all but the units `spent`.

    Twice is as good as once.
    """
    rows = await _taken_for(work, reference)
    await work.connection.execute_query(_LOCK_BY_ID, [[row["id"] for row in rows]])
    # Read again under the locks: somebody may have given it back in between.
    for taken in await _taken_for(work, reference):
        left = taken["units"] - spent
        if CapacityKind(taken["kind"]) in kinds and left > 0:
            await _give_back(work, taken, Posting(left, reason, reference))


@retrying
async def set_limit(
    actor: Actor, *, kind: CapacityKind, allowed: int, mentoring_format: MentoringFormat | None = None
) -> CapacityAccount:
    """Change how much the actor takes on. Lowering it below what is used ends nothing."""
    profile_id = actor.require_profile()
    if (kind is CapacityKind.CONCURRENT) != (mentoring_format is not None):
        raise invalid("format", "mismatch", "Give a format for concurrent places, and only for them.")
    check_limit(kind, allowed)
    async with unit_of_work() as work:
        account = await _locked(work, AccountKey(profile_id, kind, mentoring_format))
        await work.connection.execute_query(_SET_LIMIT, [account["id"], allowed])
        work.record(
            CapacityLimitChanged(profile_id=profile_id, account=kind, format=mentoring_format, allowed=allowed),
            to=[topics.user(profile_id)],
            actor=actor,
        )
        return await CapacityAccount.get(id=account["id"])


async def _locked(work: Work, key: AccountKey) -> Any:
    """Return the row of an account, locked; made when it is missing."""
    place = [key.profile_id, key.kind, key.format or ""]
    _, rows = await work.connection.execute_query(_LOCK_ONE, place)
    if not rows:
        await _create(work, [key])
        _, rows = await work.connection.execute_query(_LOCK_ONE, place)
    return rows[0]


async def _create(work: Work, keys: list[AccountKey]) -> None:
    await work.connection.execute_query(
        _CREATE,
        [
            now(),
            [new_id() for _ in keys],
            [key.profile_id for key in keys],
            [key.kind for key in keys],
            [key.format or "" for key in keys],
            [default_limit(key.kind, key.format) for key in keys],
        ],
    )


async def _used(work: Work, key: AccountKey, account: Any) -> int:
    """Return what is taken of a locked account now."""
    if key.kind not in WINDOWS:
        return int(account["used"])
    since: datetime = now() - WINDOWS[key.kind]
    _, rows = await work.connection.execute_query(_USED_SINCE, [account["id"], since])
    return int(rows[0]["used"])


async def _taken_for(work: Work, reference: UUID | None) -> Any:
    """Return what is still taken for a reference: account id, kind, units, and when it was taken."""
    _, rows = await work.connection.execute_query(_TAKEN_FOR, [reference])
    return rows


async def _give_back(work: Work, taken: Any, posting: Posting) -> None:
    # Dated like the taking: both leave a rolling window together, or the giving back would make room twice.
    await _post(work, taken, -posting.units, posting, at=taken["at"])


async def _post(work: Work, account: Any, delta: int, posting: Posting, *, at: datetime) -> None:
    await work.connection.execute_query(_ENTER, [new_id(), at, account["id"], delta, posting.reason, posting.reference])
    if CapacityKind(account["kind"]) not in WINDOWS:
        await work.connection.execute_query(_MOVE, [account["id"], delta])
