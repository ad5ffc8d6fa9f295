"""The guests of a gathering: yes, maybe or no, the line, and who came."""

from uuid import UUID

from server.domain import gatherings as rules
from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import NotFound, RateLimited
from server.domain.gatherings import AnswerState, CameBy, Rsvp
from server.kit.clock import now
from server.models.gatherings import Gathering, GatheringAnswer
from server.queries import safety
from server.services.gatherings import Scene, enter, enter_as_host
from server.services.ports import ports
from server.services.transaction import retrying, unit_of_work


@retrying
async def answer(actor: Actor, *, gathering_id: UUID, rsvp: Rsvp) -> Gathering:
    """Say yes, maybe or no: a place, one in the line when it is full, or none. Saying it again changes nothing.

    NotFound, Conflict when it is over, LimitReached when too many answered.
    """
    actor.require_verified()
    async with unit_of_work() as work:
        scene = await enter(work, actor, gathering_id)
        rules.check_to_come(scene.state)
        row = await _answer_of(scene, scene.actor_id)
        if rules.is_same_answer(None if row is None else row.state, rsvp):
            return scene.gathering
        answers = GatheringAnswer.filter(gathering_id=gathering_id, state__in=list(rules.HOLDING))
        if rsvp is not Rsvp.NO and (row is None or row.state not in rules.HOLDING):
            rules.check_may_answer(await answers.count())
        row = row or GatheringAnswer(gathering_id=gathering_id, profile_id=scene.actor_id)
        taken = await answers.filter(state=AnswerState.GOING).count()
        row.queued_at = now()
        await scene.set_answer(row, rules.answer_for(rsvp, cap=scene.gathering.cap, going=taken))
        await scene.fill_places()
    return scene.gathering


async def _answer_of(scene: Scene, profile_id: UUID) -> GatheringAnswer | None:
    return await GatheringAnswer.get_or_none(gathering_id=scene.gathering.id, profile_id=profile_id)


@retrying
async def check_in(actor: Actor, *, gathering_id: UUID, code: str) -> Gathering:
    """Say that one is there, with the code the host shows. Whoever has no place gets one as long as there are any.

    NotFound, InvalidInput for a wrong code, Conflict before and after, LimitReached when it is full, RateLimited.
    """
    mine = actor.require_verified()
    async with unit_of_work() as work:
        scene = await enter(work, actor, gathering_id)
        row = scene.gathering
        if row.cancelled_at is not None:
            rules.check_to_come(scene.state)
        rules.check_open_door(row.starts_at, row.ends_at, now())
        # Counted before the code is looked at, or a million codes could be tried.
        wait = await ports.buckets.take(
            f"check-in:{gathering_id}:{mine}", capacity=rules.CODE_TRIES, per_seconds=rules.CODE_TRIES_SECONDS
        )
        if wait:
            raise RateLimited(wait)
        rules.check_code(row.code_key, code, now())
        await _note(scene, mine, CameBy.CODE)
    return row


@retrying
async def note_guest(actor: Actor, *, gathering_id: UUID, profile_id: UUID, came: bool) -> Gathering:
    """Say as its host who came, or that they did not after all. NotFound, NotAllowed, Conflict, LimitReached."""
    async with unit_of_work() as work:
        scene = await enter_as_host(work, actor, gathering_id)
        row = scene.gathering
        known = await _answer_of(scene, profile_id)
        if known is None or await safety.blocked_between({scene.actor_id, profile_id}):
            raise NotFound("guest")
        if row.cancelled_at is not None:
            rules.check_to_come(scene.state)
        rules.check_countable(row.starts_at, row.ends_at, now())
        if came:
            await _note(scene, profile_id, CameBy.HOST)
        elif known.came_at is not None:
            known.came_at = known.came_by = None
            await known.save(update_fields=["came_at", "came_by"])
            _tell(scene, profile_id, came=False)
    return row


async def _note(scene: Scene, profile_id: UUID, by: CameBy) -> None:
    """Keep that somebody came; who waited, or did not say, has a place from now on."""
    row = await _answer_of(scene, profile_id)
    if row is not None and row.came_at is not None:
        return
    rules.check_room_at_the_door(None if row is None else row.state, cap=scene.gathering.cap, going=await scene.going())
    row = row or GatheringAnswer(gathering_id=scene.gathering.id, profile_id=profile_id)
    row.state, row.came_at, row.came_by = AnswerState.GOING, now(), by
    await row.save()
    _tell(scene, profile_id, came=True)


def _tell(scene: Scene, profile_id: UUID, *, came: bool) -> None:
    told = rules.GatheringCheckedIn(**vars(scene.news(profile_id)), came=came)
    scene.work.record(told, to=[topics.user(profile_id)])
