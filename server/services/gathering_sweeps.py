"""What time and blocks do to gatherings: reminders go out, and those it is no longer for lose their place.

Run by a job and by reactions.
"""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from server.domain import gatherings as rules
from server.domain import topics
from server.domain.actors import SYSTEM
from server.domain.gatherings import HOLDING, AnswerState, GatheringState
from server.kit.clock import now
from server.models.gatherings import Gathering, GatheringAnswer
from server.services.gatherings import Scene, lock
from server.services.transaction import retrying, unit_of_work

_BATCH = 100


async def let_go_of(*, profile_ids: Collection[UUID]) -> int:
    """Look again at all that these people answered or host, after a block between them. For reactions."""
    own = Gathering.filter(cancelled_at=None, ends_at__gt=now())
    hosted = await own.filter(host_id__in=list(profile_ids))
    answered = await own.filter(answers__profile_id__in=list(profile_ids), answers__state__in=list(HOLDING))
    return await _look_at({row.id for row in [*hosted, *answered]})


async def let_go_in(*, circle_id: UUID | None = None, programme_id: UUID | None = None) -> int:
    """Look again at what a circle or a programme gathers for, after somebody left it. For reactions."""
    own = Gathering.filter(cancelled_at=None, ends_at__gt=now())
    mine = own.filter(programme_id=programme_id) if circle_id is None else own.filter(circle_id=circle_id)
    return await _look_at({row.id for row in await mine})


async def _look_at(gathering_ids: Collection[UUID]) -> int:
    done = 0
    for gathering_id in sorted(gathering_ids):
        done += await _look_again(gathering_id)
    return done


@retrying
async def _look_again(gathering_id: UUID) -> int:
    async with unit_of_work() as work:
        await lock(gathering_id)
        scene = Scene(work, SYSTEM, await Gathering.get(id=gathering_id))
        return await scene.let_go()


async def remind_due() -> int:
    """Remind those who go to gatherings that begin soon, and their hosts. Return how many gatherings."""
    at = now()
    ahead = at + max(rules.REMINDED_BEFORE)
    due = Gathering.filter(
        cancelled_at=None, starts_at__gt=at, starts_at__lte=ahead, reminded__lt=len(rules.REMINDED_BEFORE)
    )
    done = 0
    for row in await due.order_by("starts_at").limit(_BATCH):
        done += await _remind(row.id)
    return done


@retrying
async def _remind(gathering_id: UUID) -> int:
    async with unit_of_work() as work:
        await lock(gathering_id)
        row = await Gathering.get(id=gathering_id)
        scene, at = Scene(work, SYSTEM, row), now()
        count = rules.reminder_due(row.starts_at, row.reminded, row.announced_at, at)
        if scene.state is not GatheringState.ANNOUNCED or count == row.reminded:
            return 0
        await scene.let_go()
        row.reminded = count
        await row.save(update_fields=["reminded"])
        going = GatheringAnswer.filter(gathering_id=row.id, state=AnswerState.GOING)
        people = {answer.profile_id for answer in await going} | {row.host_id}
        minutes = (row.starts_at - at) // timedelta(minutes=1)
        for profile_id in sorted(people):
            told = rules.GatheringReminded(**vars(scene.news(profile_id)), minutes=minutes)
            work.record(told, to=[topics.user(profile_id)])
    return 1
