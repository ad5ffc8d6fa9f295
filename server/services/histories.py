"""Stints and transitions: the work somebody did, and the changes of trade they made."""

from uuid import UUID

from server.domain.actors import Actor
from server.domain.errors import NotFound
from server.domain.profile_parts import StintDraft, TransitionDraft, clean_stint, clean_transition
from server.domain.profiles import MAX_STINTS, MAX_TRANSITIONS, check_count
from server.kit.clock import now
from server.models.profiles import Stint, Transition
from server.services import repeats
from server.services.profile_edit import editing
from server.services.transaction import retrying


@retrying
async def add_stint(actor: Actor, draft: StintDraft, *, idempotency_key: str | None = None) -> Stint:
    """Add a stretch of work to the profile."""
    cleaned = clean_stint(draft, today=now().date())
    async with editing(actor, "stints") as edit:
        once = await repeats.claim(edit.work, actor.require_user(), idempotency_key, "add_stint", cleaned)
        if once.previous:
            edit.skip()
            return await Stint.get(id=once.previous)
        check_count("stints", await Stint.filter(profile_id=edit.profile.id).count(), MAX_STINTS)
        stint = await Stint.create(profile_id=edit.profile.id, **vars(cleaned))
        await once.remember(stint.id)
    return stint


@retrying
async def change_stint(actor: Actor, draft: StintDraft, *, stint_id: UUID) -> Stint:
    """Write a stint anew, for instance when it ended."""
    cleaned = clean_stint(draft, today=now().date())
    async with editing(actor, "stints") as edit:
        stint = await Stint.get_or_none(id=stint_id, profile_id=edit.profile.id)
        if stint is None:
            raise NotFound("stint")
        await stint.update_from_dict(vars(cleaned)).save(update_fields=list(vars(cleaned)))
    return stint


@retrying
async def remove_stint(actor: Actor, *, stint_id: UUID) -> None:
    """Take a stint out of the profile."""
    async with editing(actor, "stints") as edit:
        if not await Stint.filter(id=stint_id, profile_id=edit.profile.id).delete():
            raise NotFound("stint")


@retrying
async def add_transition(actor: Actor, draft: TransitionDraft, *, idempotency_key: str | None = None) -> Transition:
    """Add a change of trade to the profile."""
    cleaned = clean_transition(draft, today=now().date())
    async with editing(actor, "transitions") as edit:
        once = await repeats.claim(edit.work, actor.require_user(), idempotency_key, "add_transition", cleaned)
        if once.previous:
            edit.skip()
            return await Transition.get(id=once.previous)
        check_count("transitions", await Transition.filter(profile_id=edit.profile.id).count(), MAX_TRANSITIONS)
        transition = await Transition.create(profile_id=edit.profile.id, **vars(cleaned))
        await once.remember(transition.id)
    return transition


@retrying
async def remove_transition(actor: Actor, *, transition_id: UUID) -> None:
    """Take a change of trade out of the profile."""
    async with editing(actor, "transitions") as edit:
        if not await Transition.filter(id=transition_id, profile_id=edit.profile.id).delete():
            raise NotFound("transition")
