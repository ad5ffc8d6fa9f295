"""Kudos: give some for what somebody did, decide as their receiver who reads them, take them back.

They are counted once, for the day's allowance of their giver, and nowhere else.
"""

from dataclasses import dataclass
from uuid import UUID

from server.domain import kudos as rules
from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import Conflict, NotFound
from server.domain.kudos import KudosPlace, KudosTie
from server.kit.clock import now
from server.models.kudos import Kudos
from server.queries import kudos as queries
from server.queries.profiles import visible_profiles
from server.services import repeats
from server.services.standing import check_conduct
from server.services.transaction import retrying, unit_of_work

_ONE_AT_A_TIME = "SELECT id FROM profile WHERE id = $1 FOR NO KEY UPDATE"


@dataclass(frozen=True)
class KudosForm:
    """To whom, for what, and in which words."""

    receiver_id: UUID
    tie: KudosTie
    tie_id: UUID
    words: str


@retrying
async def give(actor: Actor, *, form: KudosForm, idempotency_key: str | None = None) -> Kudos:
    """Thank somebody for something both took part in: once for each thing, three times a day.

    InvalidInput; NotFound for a person one does not see, or a thing that did not happen with them; Conflict for a
    second time; LimitReached.
    """
    mine, words = actor.require_verified(), rules.words_of(form.words)
    rules.check_other(mine, form.receiver_id)
    await check_conduct(actor)
    async with unit_of_work() as work:
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "giveKudos", form)
        if once.previous:
            return await Kudos.get(id=once.previous)
        await work.connection.execute_query(_ONE_AT_A_TIME, [mine])
        if not await visible_profiles(actor, [form.receiver_id]):
            raise NotFound("profile")
        if not await queries.happened(form.tie, form.tie_id, giver_id=mine, receiver_id=form.receiver_id):
            raise NotFound(form.tie.value)
        if await Kudos.exists(giver_id=mine, tie=form.tie, tie_id=form.tie_id):
            raise Conflict("You gave kudos for this already.", current="given")
        at = now()
        rules.check_allowance(await Kudos.filter(giver_id=mine, created_at__gt=at - rules.DAY).count())
        row = await Kudos.create(
            giver_id=mine,
            receiver_id=form.receiver_id,
            tie=form.tie,
            tie_id=form.tie_id,
            words=words,
            created_at=at,
        )
        told = rules.KudosGiven(kudos_id=row.id, profile_id=row.receiver_id, tie=row.tie, at=at)
        work.record(told, to=[topics.user(row.receiver_id)])
        await once.remember(row.id)
    return row


@retrying
async def place(actor: Actor, *, kudos_id: UUID, where: KudosPlace) -> Kudos:
    """Decide who reads kudos one received: oneself, all, or nobody any more. NotFound, NotAllowed."""
    mine = actor.require_user()
    async with unit_of_work() as work:
        row = await _claim(actor, kudos_id)
        rules.check_receiver(is_receiver=row.receiver_id == mine)
        if row.place is not where:
            row.place = where
            await row.save(update_fields=["place"])
            told = rules.KudosPlaced(kudos_id=row.id, profile_id=mine, place=where, at=now())
            work.record(told, to=[topics.user(mine)], actor=actor)
    return row


@retrying
async def take_back(actor: Actor, *, kudos_id: UUID) -> None:
    """Take back kudos one gave: nobody reads them any more, the allowance stays used. NotFound, NotAllowed."""
    mine = actor.require_user()
    async with unit_of_work():
        row = await _claim(actor, kudos_id)
        rules.check_giver(is_giver=row.giver_id == mine)
        await remove(kudos_id=kudos_id)


async def remove(*, kudos_id: UUID) -> None:
    """Take kudos away for everybody and for good; gone already is as good. In the caller's unit of work."""
    await Kudos.filter(id=kudos_id, removed_at=None).update(words="", removed_at=now())


async def _claim(actor: Actor, kudos_id: UUID) -> Kudos:
    actor.require_user()
    await Kudos.select_for_update().get_or_none(id=kudos_id)
    row = (await queries.visible(actor, [kudos_id])).get(kudos_id)
    if row is None:
        raise NotFound("kudos")
    return await Kudos.get(id=kudos_id)
