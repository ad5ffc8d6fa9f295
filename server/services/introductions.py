"""Introductions: offer, answer, say that one met, take back, let run out.

A no, and a block between the two, look alike to whoever did not say it: the offer waits and runs out. Each person is
told what they are shown, on their own topic, and nothing across a block.
"""

from uuid import UUID

from server.domain import introductions as rules
from server.domain import topics
from server.domain.actors import SYSTEM, Actor, ProfileId
from server.domain.errors import NotFound
from server.domain.introductions import IntroductionMoved, IntroductionOffered, IntroductionState
from server.kit.clock import now
from server.models.introductions import Introduction
from server.queries import introductions as queries
from server.queries import safety
from server.queries.profiles import visible_profiles
from server.queries.standing import trust_of
from server.services import repeats
from server.services.contacts import release_contacts
from server.services.standing import check_conduct
from server.services.transaction import Work, retrying, unit_of_work

_ONE_AT_A_TIME = "SELECT id FROM profile WHERE id = $1 FOR NO KEY UPDATE"
_BATCH = 100


@retrying
async def offer(
    actor: Actor, *, one_id: UUID, other_id: UUID, words: str, idempotency_key: str | None = None
) -> Introduction:
    """Offer to introduce two people the actor sees. What parts the two is told to nobody: then it just runs out.

    InvalidInput; NotFound for somebody the actor does not see; LimitReached by trust; Conflict for a pair again.
    """
    mine, words = actor.require_verified(), rules.words_of(words)
    await check_conduct(actor)
    one_id, other_id = sorted((one_id, other_id))
    rules.check_three(mine, one_id, other_id)
    async with unit_of_work() as work:
        content = [one_id, other_id, words]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "offerIntroduction", content)
        if once.previous:
            return await Introduction.get(id=once.previous)
        await work.connection.execute_query(_ONE_AT_A_TIME, [mine])
        if len(await visible_profiles(actor, [one_id, other_id])) < 2:
            raise NotFound("profile")
        at = now()
        own = Introduction.filter(introducer_id=mine)
        lately = await own.filter(one_id=one_id, other_id=other_id).order_by("-created_at").first()
        rules.check_not_lately(None if lately is None else lately.created_at, at)
        rules.check_may_offer(await own.filter(created_at__gt=at - rules.WEEK).count(), await trust_of(mine))
        row = await Introduction.create(
            introducer_id=mine,
            one_id=one_id,
            other_id=other_id,
            words=words,
            state=IntroductionState.OFFERED,
            created_at=at,
            expires_at=at + rules.LASTS,
        )
        await _tell(work, row, {one_id, other_id}, IntroductionOffered)
        await once.remember(row.id)
    return row


@retrying
async def answer(actor: Actor, *, introduction_id: UUID, agree: bool) -> queries.IntroductionView:
    """Say yes or no to being introduced, once. Two yeses make it, and open contact details both ways."""
    mine = actor.require_verified()
    async with unit_of_work() as work:
        row, view = await _claim(actor, introduction_id)
        if view.part is not rules.Part.SIDE:
            raise NotFound("introduction")
        rules.check_answerable(view.state, view.own_answer)
        if row.one_id == mine:
            row.one_agrees = agree
        else:
            row.other_agrees = agree
        if not agree:
            # The other side may be the one who said no before: then nothing is news to anybody.
            is_first = row.state is IntroductionState.OFFERED
            row.state = IntroductionState.DECLINED
            await row.save()
            await _tell(work, row, {row.introducer_id} if is_first else set())
        elif row.one_agrees and row.other_agrees:
            row.state, row.made_at, row.closed_at = IntroductionState.MADE, now(), now()
            await row.save()
            await release_contacts(work, ProfileId(row.one_id), ProfileId(row.other_id))
            await _tell(work, row, _three(row))
        else:
            await row.save()
    return queries.view_of(row, mine)


@retrying
async def note_met(actor: Actor, *, introduction_id: UUID) -> queries.IntroductionView:
    """Say as one of the two that they met. Saying it again changes nothing. NotFound, Conflict before it is made."""
    mine = actor.require_user()
    async with unit_of_work() as work:
        row, view = await _claim(actor, introduction_id)
        if view.part is not rules.Part.SIDE:
            raise NotFound("introduction")
        rules.check_meetable(view.state)
        if row.state is IntroductionState.MADE:
            row.state = IntroductionState.MET
            await row.save(update_fields=["state"])
            await _tell(work, row, _three(row))
    return queries.view_of(row, mine)


@retrying
async def withdraw(actor: Actor, *, introduction_id: UUID) -> queries.IntroductionView:
    """Take an offer back, as who offered it. NotFound, Conflict when it is made or over."""
    mine = actor.require_user()
    async with unit_of_work() as work:
        row, view = await _claim(actor, introduction_id)
        if view.part is not rules.Part.INTRODUCER:
            raise NotFound("introduction")
        rules.check_withdrawable(view.state)
        row.state, row.closed_at = IntroductionState.WITHDRAWN, now()
        await row.save()
        await _tell(work, row, {row.one_id, row.other_id})
    return queries.view_of(row, mine)


async def remove(*, introduction_id: UUID) -> None:
    """Take back for the desk what was reported, and empty its words; one that is made stays made."""
    async with unit_of_work() as work:
        row = await Introduction.select_for_update().get_or_none(id=introduction_id)
        if row is None:
            return
        row.words = ""
        told: set[UUID] = set()
        if row.state is IntroductionState.OFFERED:
            row.state, row.closed_at, told = IntroductionState.WITHDRAWN, now(), _three(row)
        await row.save()
        await _tell(work, row, told)


@retrying
async def expire_due() -> int:
    """Let the offers run out whose time is over; one that was declined runs out like any other. Return how many."""
    async with unit_of_work() as work:
        due = Introduction.filter(closed_at=None, expires_at__lte=now()).order_by("id").limit(_BATCH)
        rows = await due.select_for_update(skip_locked=True)
        for row in rows:
            told = {key for key in (row.one_id, row.other_id) if _answer_of(row, key) is not False}
            if row.state is IntroductionState.OFFERED:
                row.state = IntroductionState.EXPIRED
                told.add(row.introducer_id)
            row.closed_at = now()
            await row.save()
            await _tell(work, row, told)
    return len(rows)


async def leave_all(actor: Actor) -> None:
    """Let what the actor is part of come to nothing, as they leave the platform: offers of theirs are taken back."""
    mine = actor.require_user()
    async with unit_of_work() as work:
        await work.connection.execute_query(_ONE_AT_A_TIME, [mine])
        # What has run out is over already, also while the job has not come by.
        waiting = Introduction.filter(introducer_id=mine, state=IntroductionState.OFFERED, expires_at__gt=now())
        for row in await waiting.order_by("id"):
            await withdraw(actor, introduction_id=row.id)


async def _claim(actor: Actor, introduction_id: UUID) -> tuple[Introduction, queries.IntroductionView]:
    """Lock an introduction the actor is part of and sees. NotFound."""
    actor.require_user()
    row = await Introduction.select_for_update().get_or_none(id=introduction_id)
    view = (await queries.visible(actor, [introduction_id])).get(introduction_id)
    if row is None or view is None:
        raise NotFound("introduction")
    return row, view


async def _tell(
    work: Work,
    row: Introduction,
    people: set[UUID],
    kind: type[IntroductionOffered | IntroductionMoved] = IntroductionMoved,
) -> None:
    """Tell people where the introduction stands for them; nobody who has a block with one of the other two."""
    three = _three(row)
    apart = await safety.blocked_between(three)
    for profile_id in sorted(people):
        if any(profile_id in pair for pair in apart):
            continue
        view = queries.view_of(row, profile_id)
        told = kind(introduction_id=row.id, profile_id=profile_id, state=view.state, at=now())
        work.record(told, to=[topics.user(profile_id)], actor=SYSTEM)


def _three(row: Introduction) -> set[UUID]:
    return {row.introducer_id, row.one_id, row.other_id}


def _answer_of(row: Introduction, profile_id: UUID) -> bool | None:
    return row.one_agrees if profile_id == row.one_id else row.other_agrees
