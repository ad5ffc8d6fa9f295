"""Small asks: post one, offer fifteen minutes, agree, do it, say thanks, pass it on.

An ask is locked by its row. Each person is told of it on their own topic, and nothing is told across a block.
"""

from collections.abc import Iterable
from uuid import UUID

from server.domain import small_asks as rules
from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import NotFound
from server.domain.small_asks import HelpForm, SmallAskForm, SmallAskMoved, SmallAskState
from server.kit.clock import now
from server.models.small_asks import SmallAsk, SmallAskOffer, SmallAskPass
from server.queries import safety
from server.queries import small_asks as queries
from server.queries.profiles import visible_profiles
from server.queries.skills import vocabulary
from server.services import repeats
from server.services.standing import check_conduct
from server.services.transaction import Work, retrying, unit_of_work

_BATCH = 100
_ONE_AT_A_TIME = "SELECT id FROM profile WHERE id = $1 FOR NO KEY UPDATE"
_OPEN, _AGREED = SmallAskState.OPEN, SmallAskState.AGREED


@retrying
async def post(actor: Actor, *, form: SmallAskForm, idempotency_key: str | None = None) -> SmallAsk:
    """Ask for fifteen minutes. InvalidInput, LimitReached, NotAllowed without a verified address or consent."""
    mine = actor.require_verified()
    await check_conduct(actor)
    form = rules.cleaned(form, is_known_skill=form.skill_id in vocabulary().skills)
    async with unit_of_work() as work:
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "postSmallAsk", form)
        if once.previous:
            return await SmallAsk.get(id=once.previous)
        await work.connection.execute_query(_ONE_AT_A_TIME, [mine])
        at = now()
        rules.check_may_ask(await SmallAsk.filter(profile_id=mine, state=_OPEN, expires_at__gt=at).count())
        ask = await SmallAsk.create(
            profile_id=mine,
            text=form.text,
            topic=form.topic,
            skill_id=form.skill_id,
            state=_OPEN,
            created_at=at,
            expires_at=at + rules.LASTS,
        )
        await _tell(work, ask, [mine])
        await once.remember(ask.id)
    return ask


@retrying
async def offer_help(actor: Actor, *, ask_id: UUID, form: HelpForm) -> SmallAsk:
    """Offer one's fifteen minutes, or say another time for them. InvalidInput, NotFound, Conflict, LimitReached."""
    mine, form = actor.require_verified(), rules.cleaned_help(form, now())
    async with unit_of_work() as work:
        await work.connection.execute_query(_ONE_AT_A_TIME, [mine])
        ask = await _claim_of_other(actor, ask_id)
        rules.check_state(ask.state, _OPEN)
        row = await SmallAskOffer.get_or_none(ask_id=ask_id, profile_id=mine)
        if row is not None and (row.free_at, row.words) == (form.free_at, form.words):
            return ask
        if row is None:
            waiting = SmallAskOffer.filter(profile_id=mine, ask__state=_OPEN, ask__expires_at__gt=now())
            on_ask = await SmallAskOffer.filter(ask_id=ask_id).count()
            rules.check_may_offer(on_ask=on_ask, waiting=await waiting.count())
        row = row or SmallAskOffer(ask_id=ask_id, profile_id=mine)
        row.free_at, row.words = form.free_at, form.words
        await row.save()
        told = rules.SmallAskHelpOffered(
            small_ask_id=ask.id, profile_id=ask.profile_id, state=ask.state, version=ask.version, at=now()
        )
        work.record(told, to=[topics.user(ask.profile_id)])
    return ask


@retrying
async def take_offer_back(actor: Actor, *, ask_id: UUID) -> SmallAsk:
    """Take back an offer that was not taken yet. NotFound, Conflict."""
    mine = actor.require_user()
    async with unit_of_work():
        ask = await _claim_of_other(actor, ask_id)
        rules.check_state(ask.state, _OPEN)
        if not await SmallAskOffer.filter(ask_id=ask_id, profile_id=mine).delete():
            raise NotFound("offer")
    return ask


@retrying
async def agree(actor: Actor, *, ask_id: UUID, helper_id: UUID) -> SmallAsk:
    """Take the offer of somebody, for the time they said. The others are told that somebody helps.

    NotFound for no such offer, Conflict.
    """
    mine = actor.require_verified()
    async with unit_of_work() as work:
        ask = await _claim_own(actor, ask_id)
        rules.check_state(ask.state, _OPEN)
        offer = await SmallAskOffer.get_or_none(ask_id=ask_id, profile_id=helper_id)
        if offer is None or await safety.blocked_between({mine, helper_id}):
            raise NotFound("offer")
        ask.state, ask.helper_id, ask.meets_at = _AGREED, helper_id, offer.free_at
        await _save(ask)
        await _tell(work, ask, await _concerned(ask))
    return ask


@retrying
async def reopen(actor: Actor, *, ask_id: UUID) -> SmallAsk:
    """Say as one of the two that it cannot be after all: the ask is open again. NotFound, Conflict."""
    async with unit_of_work() as work:
        ask = await _claim_as_one_of_two(actor, ask_id)
        rules.check_state(ask.state, _AGREED)
        helper_id = ask.helper_id
        await SmallAskOffer.filter(ask_id=ask_id, profile_id=helper_id).delete()
        ask.state, ask.helper_id, ask.meets_at = _OPEN, None, None
        ask.expires_at = max(ask.expires_at, now() + rules.LASTS)
        await _save(ask)
        await _tell(work, ask, [ask.profile_id, *([] if helper_id is None else [helper_id])])
    return ask


@retrying
async def finish(actor: Actor, *, ask_id: UUID) -> SmallAsk:
    """Say as one of the two that it was done; again changes nothing. NotFound, Conflict."""
    async with unit_of_work() as work:
        ask = await _claim_as_one_of_two(actor, ask_id)
        if ask.state in (SmallAskState.DONE, SmallAskState.THANKED):
            return ask
        rules.check_state(ask.state, _AGREED)
        ask.state = SmallAskState.DONE
        await _save(ask)
        await _tell(work, ask, _two(ask))
    return ask


@retrying
async def thank(actor: Actor, *, ask_id: UUID, thanks: str) -> SmallAsk:
    """Thank the helper in a line, as who asked; it is done then, if it was not yet. NotFound, Conflict."""
    actor.require_verified()
    thanks = rules.thanks_of(thanks)
    async with unit_of_work() as work:
        ask = await _claim_own(actor, ask_id)
        rules.check_state(ask.state, _AGREED, SmallAskState.DONE)
        ask.state, ask.thanks = SmallAskState.THANKED, thanks
        await _save(ask)
        await _tell(work, ask, _two(ask))
    return ask


@retrying
async def withdraw(actor: Actor, *, ask_id: UUID) -> SmallAsk:
    """Take an own ask back; who offered is told. NotFound, Conflict."""
    async with unit_of_work() as work:
        ask = await _claim_own(actor, ask_id)
        rules.check_state(ask.state, _OPEN, _AGREED)
        ask.state = SmallAskState.WITHDRAWN
        await _save(ask)
        await _tell(work, ask, await _concerned(ask))
    return ask


async def remove(*, ask_id: UUID) -> None:
    """Take back for the desk what was reported, and empty its words; one that is done stays done."""
    async with unit_of_work() as work:
        ask = await SmallAsk.select_for_update().get_or_none(id=ask_id)
        if ask is None:
            return
        ask.text = ask.topic = ""
        if ask.state in (_OPEN, _AGREED):
            ask.state = SmallAskState.WITHDRAWN
        await _save(ask)
        await _tell(work, ask, await _concerned(ask))


@retrying
async def pass_on(actor: Actor, *, ask_id: UUID, to_id: UUID) -> SmallAsk:
    """Tell somebody of an ask that is for them; a second time changes nothing. NotFound, Conflict, LimitReached.

    When something parts that person and the asker, nobody is told anything.
    """
    mine = actor.require_verified()
    async with unit_of_work() as work:
        ask = await _claim_of_other(actor, ask_id)
        rules.check_state(ask.state, _OPEN)
        if to_id in (mine, ask.profile_id) or not await visible_profiles(actor, [to_id]):
            raise NotFound("profile")
        own = SmallAskPass.filter(ask_id=ask_id, profile_id=mine)
        if await own.filter(to_id=to_id).exists():
            return ask
        rules.check_may_pass_on(await own.count())
        await SmallAskPass.create(ask_id=ask_id, profile_id=mine, to_id=to_id)
        is_news = await SmallAskPass.filter(ask_id=ask_id, to_id=to_id).count() == 1
        if is_news and not await safety.blocked_between({to_id, ask.profile_id}):
            told = rules.SmallAskPassedOn(
                small_ask_id=ask.id, profile_id=to_id, state=ask.state, version=ask.version, at=now()
            )
            work.record(told, to=[topics.user(to_id)])
    return ask


@retrying
async def expire_due() -> int:
    """End a batch of the asks that nobody helped with in time. Return how many."""
    async with unit_of_work() as work:
        due = SmallAsk.filter(state=_OPEN, expires_at__lte=now()).order_by("id").limit(_BATCH)
        rows = await due.select_for_update(skip_locked=True)
        for ask in rows:
            ask.state = SmallAskState.EXPIRED
            await _save(ask)
            await _tell(work, ask, await _concerned(ask))
    return len(rows)


async def leave_all(actor: Actor) -> None:
    """Take back what the actor asks, and what they help with, as they leave the platform."""
    mine = actor.require_user()
    for ask in await SmallAsk.filter(profile_id=mine, state__in=[_OPEN, _AGREED]).order_by("id"):
        await withdraw(actor, ask_id=ask.id)
    for ask in await SmallAsk.filter(helper_id=mine, state=_AGREED).order_by("id"):
        async with unit_of_work() as work:
            row = await SmallAsk.select_for_update().get(id=ask.id)
            row.state, row.helper_id, row.meets_at = _OPEN, None, None
            row.expires_at = max(row.expires_at, now() + rules.LASTS)
            await _save(row)
            await _tell(work, row, [row.profile_id])


async def _claim(actor: Actor, ask_id: UUID) -> SmallAsk:
    actor.require_user()
    await SmallAsk.select_for_update().get_or_none(id=ask_id)
    # Read under the lock: what it says now is what it will say at the commit.
    ask = (await queries.visible(actor, [ask_id])).get(ask_id)
    if ask is None:
        raise NotFound("ask")
    return await SmallAsk.get(id=ask_id)


async def _claim_own(actor: Actor, ask_id: UUID) -> SmallAsk:
    """Lock an ask of the actor's. NotFound for another's."""
    ask = await _claim(actor, ask_id)
    if ask.profile_id != actor.user_id:
        raise NotFound("ask")
    return ask


async def _claim_of_other(actor: Actor, ask_id: UUID) -> SmallAsk:
    """Lock an ask of somebody else that the actor may see. NotFound for one's own."""
    ask = await _claim(actor, ask_id)
    if ask.profile_id == actor.user_id:
        raise NotFound("ask")
    return ask


async def _claim_as_one_of_two(actor: Actor, ask_id: UUID) -> SmallAsk:
    """Lock an ask as who asked or who helps. NotFound for others."""
    ask = await _claim(actor, ask_id)
    if actor.user_id not in (ask.profile_id, ask.helper_id):
        raise NotFound("ask")
    return ask


async def _save(ask: SmallAsk) -> None:
    ask.version += 1
    await ask.save()


def _two(ask: SmallAsk) -> list[UUID]:
    return [ask.profile_id, *([] if ask.helper_id is None else [ask.helper_id])]


async def _concerned(ask: SmallAsk) -> list[UUID]:
    """Return the asker, the helper and all who offered."""
    return [*_two(ask), *(row.profile_id for row in await SmallAskOffer.filter(ask_id=ask.id))]


async def _tell(work: Work, ask: SmallAsk, people: Iterable[UUID]) -> None:
    """Tell people where the ask stands now; nobody who has a block with the asker."""
    wanted = set(people)
    apart = await safety.blocked_between(wanted | {ask.profile_id})
    for profile_id in sorted(wanted):
        if frozenset((profile_id, ask.profile_id)) not in apart:
            told = SmallAskMoved(
                small_ask_id=ask.id,
                profile_id=profile_id,
                state=ask.state,
                version=ask.version,
                at=now(),
                is_mine=profile_id == ask.profile_id,
            )
            work.record(told, to=[topics.user(profile_id)])
