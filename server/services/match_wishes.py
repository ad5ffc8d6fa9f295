"""What somebody tells the matching: wishes with their cost (C4), whom they rule out (C12), a pause of requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.domain import topics
from server.domain.actors import Actor, ProfileId
from server.domain.availability import MentoringFormat
from server.domain.errors import LimitReached, NotFound, invalid
from server.domain.preferences import MAX_EXCLUSIONS, ExclusionReason, Strength, Wish, clean_wishes
from server.domain.request_facts import RequestsPauseChanged
from server.domain.request_numbers import LONGEST_PAUSE
from server.kit.clock import now
from server.models.matching import MatchExclusion, MatchPreference
from server.models.profiles import Profile
from server.queries.profiles import visible_profiles
from server.services.matching_snapshot import running
from server.services.transaction import retrying, unit_of_work


@dataclass(frozen=True)
class WishCost:
    """What a must leaves out, of those whom every other rule allows."""

    trait: str
    removes: int


@dataclass(frozen=True)
class WishCosts:
    """How many mentors are possible in a format without any must, with all of them, and what each removes."""

    possible: int
    left: int
    musts: list[WishCost]


@retrying
async def set_wishes(actor: Actor, *, wishes: Sequence[Wish]) -> list[Wish]:
    """Replace what the actor wishes of whom they are matched with. LimitReached past a dozen."""
    mine, kept = actor.require_profile(), clean_wishes(wishes)
    async with unit_of_work():
        await Profile.filter(id=mine).select_for_update(no_key=True).get()
        await MatchPreference.filter(profile_id=mine).delete()
        for one in kept:
            await MatchPreference.create(profile_id=mine, trait=one.trait, strength=one.strength)
    return kept


async def wishes_of(actor: Actor) -> list[Wish]:
    """Return what the actor wishes, the first said first."""
    rows = await MatchPreference.filter(profile_id=actor.require_profile()).order_by("created_at", "id")
    return [Wish(row.trait, row.strength) for row in rows]


async def costs_of(actor: Actor, *, kind: MentoringFormat) -> WishCosts:
    """Return what each of the actor's musts costs in a format. SuggestionsPreparing just after a start."""
    mine = actor.require_verified()
    musts = [one.trait for one in await wishes_of(actor) if one.strength is Strength.MUST]
    found = await running.ask(lambda picture: picture.musts(mine, kind, musts), mine)
    return WishCosts(found.possible, found.left, [WishCost(one, found.removed[one]) for one in musts])


@retrying
async def exclude(actor: Actor, *, profile_id: UUID, reason: ExclusionReason) -> None:
    """Rule somebody out of one's matches, both ways and silently; saying it again changes the reason.

    NotFound for somebody the actor cannot see, LimitReached past 200.
    """
    mine = actor.require_profile()
    if profile_id == mine:
        raise invalid("profileId", "self", "You cannot rule yourself out.")
    async with unit_of_work():
        await Profile.filter(id=mine).select_for_update(no_key=True).get()
        if not await visible_profiles(actor, [profile_id]):
            raise NotFound("profile")
        if await MatchExclusion.filter(profile_id=mine, other_id=profile_id).update(reason=reason):
            return
        if await MatchExclusion.filter(profile_id=mine).count() >= MAX_EXCLUSIONS:
            raise LimitReached(f"At most {MAX_EXCLUSIONS} people can be ruled out.", limit=MAX_EXCLUSIONS)
        await MatchExclusion.create(profile_id=mine, other_id=profile_id, reason=reason)


@retrying
async def readmit(actor: Actor, *, profile_id: UUID) -> None:
    """Take an exclusion of one's own back. NotFound when there is none."""
    async with unit_of_work():
        if not await MatchExclusion.filter(profile_id=actor.require_profile(), other_id=profile_id).delete():
            raise NotFound("exclusion")


async def exclusions_of(actor: Actor) -> list[MatchExclusion]:
    """Return whom the actor ruled out, latest first."""
    rows = MatchExclusion.filter(profile_id=actor.require_profile()).order_by("-created_at", "-id")
    return list(await rows)


@retrying
async def pause_requests(actor: Actor, *, until: datetime | None) -> datetime | None:
    """Take no new requests until an instant, 90 days away at most; None ends a pause. Open ones stand still.

    Return until when, or None.
    """
    mine, at = actor.require_profile(), now()
    if until is not None and not at < until <= at + LONGEST_PAUSE:
        raise invalid("until", "out_of_range", f"In the future, and at most {LONGEST_PAUSE.days} days away.")
    async with unit_of_work() as work:
        profile = await Profile.filter(id=mine).select_for_update(no_key=True).get()
        profile.requests_paused_until = until
        await profile.save(update_fields=["requests_paused_until"])
        fact = RequestsPauseChanged(profile_id=ProfileId(mine), until=until, at=at)
        work.record(fact, to=[topics.user(mine)], actor=actor)
    return until
