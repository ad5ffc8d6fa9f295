"""Blocking and muting, and taking either back. The other side gets no word, no fact and no different answer."""

from uuid import UUID

from server.domain import topics
from server.domain.actors import Actor, ProfileId
from server.domain.errors import LimitReached, NotFound
from server.domain.safety import (
    MAX_BLOCKS,
    MAX_MUTES,
    ProfileBlocked,
    ProfileMuted,
    ProfileUnblocked,
    ProfileUnmuted,
    check_blockable,
    check_mutable,
)
from server.models.profiles import Profile
from server.models.safety import Block, Mute
from server.queries.profiles import visible_profiles
from server.services.transaction import Work, retrying, unit_of_work

_TAKE_TURN = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"


async def take_turn(work: Work, one: UUID, other: UUID) -> None:
    """Wait until nobody else decides about these two, and hold that to the end of the unit of work.

    What a block forbids takes its turn before it looks for one, and so does a block: of a yes and a block at the same
    moment the later sees the earlier. Taken after ledgers, never before them.
    """
    pair = ":".join(sorted([str(one), str(other)]))
    await work.connection.execute_query(_TAKE_TURN, [f"pair:{pair}"])


@retrying
async def block(actor: Actor, *, profile_id: ProfileId) -> None:
    """Hide two people from each other, everywhere. Blocking twice is as good as once."""
    mine = actor.require_profile()
    check_blockable(mine, profile_id)
    async with unit_of_work() as work:
        # The blocker's own profile is the lock: one block at a time, and the limit holds.
        await Profile.filter(id=mine).select_for_update(no_key=True).get()
        if await Block.exists(blocker_id=mine, blocked_id=profile_id):
            return
        await take_turn(work, mine, profile_id)
        if not await visible_profiles(actor, [profile_id]):
            raise NotFound("profile")
        if await Block.filter(blocker_id=mine).count() >= MAX_BLOCKS:
            raise LimitReached(f"At most {MAX_BLOCKS} people can be blocked.", limit=MAX_BLOCKS)
        await Block.create(blocker_id=mine, blocked_id=profile_id)
        work.record(ProfileBlocked(profile_id=mine, blocked_id=profile_id), to=[topics.user(mine)], actor=actor)


@retrying
async def unblock(actor: Actor, *, profile_id: ProfileId) -> None:
    """Take a block back."""
    mine = actor.require_profile()
    async with unit_of_work() as work:
        if not await Block.filter(blocker_id=mine, blocked_id=profile_id).delete():
            raise NotFound("block")
        work.record(ProfileUnblocked(profile_id=mine, blocked_id=profile_id), to=[topics.user(mine)], actor=actor)


@retrying
async def mute(actor: Actor, *, profile_id: ProfileId) -> None:
    """Hear no more of somebody's doing by notice or mail. They are told nothing. Muting twice is as good as once."""
    mine = actor.require_profile()
    check_mutable(mine, profile_id)
    async with unit_of_work() as work:
        await Profile.filter(id=mine).select_for_update(no_key=True).get()
        if await Mute.exists(muter_id=mine, muted_id=profile_id):
            return
        if not await visible_profiles(actor, [profile_id]):
            raise NotFound("profile")
        if await Mute.filter(muter_id=mine).count() >= MAX_MUTES:
            raise LimitReached(f"At most {MAX_MUTES} people can be muted.", limit=MAX_MUTES)
        await Mute.create(muter_id=mine, muted_id=profile_id)
        work.record(ProfileMuted(profile_id=mine, muted_id=profile_id), to=[topics.user(mine)], actor=actor)


@retrying
async def unmute(actor: Actor, *, profile_id: ProfileId) -> None:
    """Hear of somebody again."""
    mine = actor.require_profile()
    async with unit_of_work() as work:
        if not await Mute.filter(muter_id=mine, muted_id=profile_id).delete():
            raise NotFound("mute")
        work.record(ProfileUnmuted(profile_id=mine, muted_id=profile_id), to=[topics.user(mine)], actor=actor)
