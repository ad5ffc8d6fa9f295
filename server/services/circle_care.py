"""How a member is: a check for themselves alone, with where to turn when it is low."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from server.domain import circle_care as rules
from server.domain.actors import Actor
from server.domain.circle_care import Helpline
from server.models.circle_talk import CircleCheck
from server.models.profiles import Profile
from server.queries.helplines import helplines
from server.services import repeats
from server.services.circle_access import enter_as_member
from server.services.transaction import retrying, unit_of_work


@dataclass(frozen=True)
class CheckAnswer:
    """A check, and the helplines of one's country when it is low."""

    check: CircleCheck
    helplines: Sequence[Helpline]


@retrying
async def check_in(
    actor: Actor, *, circle_id: UUID, level: int, note: str = "", idempotency_key: str | None = None
) -> CheckAnswer:
    """Say how one is, 1 to 5, to oneself. No fact, no item, no number tells anybody. Requires a seat."""
    level, note = rules.check_words(level, note)
    async with unit_of_work() as work:
        content = [circle_id, level, note]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "checkInWithMyself", content)
        if once.previous:
            row = await CircleCheck.get(id=once.previous)
        else:
            scene = await enter_as_member(work, actor, circle_id)
            row = await CircleCheck.create(circle_id=circle_id, profile_id=scene.actor_id, level=level, note=note)
            await once.remember(row.id)
    if row.level > rules.LOW:
        return CheckAnswer(row, [])
    country = (await Profile.get(id=actor.require_user())).country
    return CheckAnswer(row, rules.lines_for(country, helplines()))


@retrying
async def forget_checks(actor: Actor) -> int:
    """Delete all one's own checks. Return how many there were."""
    return await CircleCheck.filter(profile_id=actor.require_user()).delete()
