"""Open asks: put one, take it up under a lease, write, answer, make more of it, take it back.

An ask is locked by its row. What a mentor wrote is kept in a draft of theirs, whatever becomes of the ask.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from server.domain import open_asks as rules
from server.domain import topics
from server.domain.actors import Actor, ProfileId
from server.domain.availability import MentoringFormat
from server.domain.errors import Conflict, NotFound, RateLimited
from server.domain.open_asks import AskForm, AskOrigin, AskState, Lease
from server.domain.requests import MIN_MINUTES, RequestContent
from server.kit.clock import now
from server.kit.ids import new_id
from server.models.asks import AskDraft, OpenAsk
from server.queries import open_asks as queries
from server.queries.skills import vocabulary
from server.services import repeats
from server.services.matching import NewRequest, send_request
from server.services.ports import ports
from server.services.transaction import Work, retrying, unit_of_work

_BATCH = 100


# A draft has one row, however many tabs write it.
_KEEP = """
INSERT INTO ask_draft (id, created_at, ask_id, profile_id, text, updated_at) VALUES ($1, $2, $3, $4, $5, $2)
ON CONFLICT (ask_id, profile_id) DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at
"""
_BEGIN = """
INSERT INTO ask_draft (id, created_at, ask_id, profile_id, text, updated_at) VALUES ($1, $2, $3, $4, '', $2)
ON CONFLICT (ask_id, profile_id) DO NOTHING
"""
_ONE_AT_A_TIME = "SELECT id FROM profile WHERE id = $1 FOR NO KEY UPDATE"


class Moved(TypedDict):
    """The fields that every fact about an ask has."""

    ask_id: UUID
    state: AskState
    lease_until: datetime | None
    version: int
    at: datetime


@dataclass(frozen=True)
class Origin:
    """What an ask came of. With `owner_id`, who promised an answer holds it first, until `until`."""

    kind: AskOrigin
    id: UUID
    owner_id: UUID | None = None
    until: datetime | None = None


@retrying
async def post_ask(actor: Actor, *, form: AskForm, idempotency_key: str | None = None) -> OpenAsk:
    """Put an ask. InvalidInput, TooManyAsks, RateLimited; NotAllowed without a verified address."""
    mine = actor.require_verified()
    form = form.clean(vocabulary().skills)
    async with unit_of_work() as work:
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "postAsk", form)
        if once.previous:
            return await OpenAsk.get(id=once.previous)
        await work.connection.execute_query(_ONE_AT_A_TIME, [mine])
        rules.check_may_ask(await OpenAsk.filter(profile_id=mine, state=AskState.OPEN, origin=AskOrigin.WORKER).count())
        wait = await ports.buckets.take(f"ask:{mine}", capacity=rules.ASKS_A_DAY, per_seconds=rules.DAY_SECONDS)
        if wait:
            raise RateLimited(wait)
        ask = await _open(work, mine, form, None)
        await once.remember(ask.id)
    return ask


@retrying
async def create(author_id: UUID, *, form: AskForm, origin: Origin) -> OpenAsk:
    """Make an ask of what somebody asked elsewhere and nobody answered; the same origin gives the same ask again.

    Joins the caller's unit of work. The limits of people do not hold; InvalidInput does. Skills may be none: then
    every mentor sees it. With `form.is_anonymous` nobody ever learns whose it is.
    """
    form = form.clean(vocabulary().skills)
    async with unit_of_work() as work:
        known = await OpenAsk.get_or_none(origin=origin.kind, origin_id=origin.id)
        return known or await _open(work, ProfileId(author_id), form, origin)


async def _open(work: Work, author_id: ProfileId, form: AskForm, origin: Origin | None) -> OpenAsk:
    at, owner = now(), origin.owner_id if origin else None
    ask = await OpenAsk.create(
        profile_id=author_id,
        goal=form.goal,
        message=form.message,
        minutes=form.minutes,
        skill_ids=list(form.skill_ids),
        reach=reach_of(form.skill_ids),
        is_anonymous=form.is_anonymous,
        origin=origin.kind if origin else AskOrigin.WORKER,
        origin_id=origin.id if origin else None,
        state=AskState.OPEN,
        held_by=owner,
        held_since=at if owner else None,
        lease_until=origin.until if origin and owner else None,
        created_at=at,
        expires_at=at + rules.LASTS,
    )
    opened = rules.AskOpened(
        ask_id=ask.id,
        state=ask.state,
        lease_until=ask.lease_until,
        version=ask.version,
        at=at,
        goal=ask.goal,
        minutes=ask.minutes,
    )
    work.record(opened, to=[topics.user(author_id)])
    return ask


def reach_of(skill_ids: tuple[str, ...]) -> list[str]:
    """Return the skills whose mentors see an ask: those asked for, and those related to them."""
    known = vocabulary().skills
    found = [(one.id, *one.related_ids) for one in known.values() if one.id in set(skill_ids)]
    return sorted({str(one) for ids in found for one in ids})


@retrying
async def take_ask(actor: Actor, *, ask_id: UUID) -> OpenAsk:
    """Take an ask up for half an hour; while one holds it, taking it again changes nothing.

    NotFound, AskTaken, TooManyAsks, Conflict when it is over.
    """
    mine = actor.require_verified()
    async with unit_of_work() as work:
        await work.connection.execute_query(_ONE_AT_A_TIME, [mine])
        ask = await _claim(actor, ask_id)
        at = now()
        lease = rules.taken(_lease(ask), mine, at)
        if lease == _lease(ask):
            return ask
        rules.check_may_take(
            await OpenAsk.filter(held_by=mine, state=AskState.OPEN, lease_until__gt=at).exclude(id=ask_id).count()
        )
        await _hold(work, actor, ask, lease)
        # From now on what they write for it is theirs to keep, whatever becomes of the ask.
        await work.connection.execute_query(_BEGIN, [new_id(), at, ask_id, mine])
    return ask


@retrying
async def renew_lease(actor: Actor, *, ask_id: UUID) -> OpenAsk:
    """Hold an ask for half an hour from now, four hours at most in all. A lapsed one is taken anew if it is free."""
    mine = actor.require_verified()
    async with unit_of_work() as work:
        ask = await _claim(actor, ask_id)
        rules.check_holds(_lease(ask), mine, now())
        await _hold(work, actor, ask, rules.renewed(_lease(ask), mine, now()))
    return ask


@retrying
async def release_ask(actor: Actor, *, ask_id: UUID) -> OpenAsk:
    """Give an ask back, so that somebody else can take it at once. What was written stays in the draft."""
    mine = actor.require_user()
    async with unit_of_work() as work:
        ask = await _claim(actor, ask_id)
        rules.check_holds(_lease(ask), mine, now())
        await _hold(work, actor, ask, None)
    return ask


@retrying
async def keep_draft(actor: Actor, *, ask_id: UUID, text: str) -> AskDraft:
    """Keep what the actor wrote for an ask, also when it is no longer theirs to answer.

    NotFound for an ask they neither may see nor wrote for before.
    """
    mine, text = actor.require_user(), rules.draft_text(text)
    async with unit_of_work() as work:
        if not await AskDraft.exists(ask_id=ask_id, profile_id=mine):
            ask = (await queries.visible(actor, [ask_id])).get(ask_id)
            if ask is None or ask.profile_id == mine:
                raise NotFound("ask")
        await work.connection.execute_query(_KEEP, [new_id(), now(), ask_id, mine, text])
        return await AskDraft.get(ask_id=ask_id, profile_id=mine)


async def answer_ask(actor: Actor, *, ask_id: UUID, text: str) -> OpenAsk:
    """Answer an ask one holds, or held while nobody else took it. The text is kept as a draft when it cannot be."""
    text = rules.answer_text(text)
    try:
        return await _answer(actor, ask_id, text)
    except Conflict:
        await keep_draft(actor, ask_id=ask_id, text=text)
        raise


@retrying
async def _answer(actor: Actor, ask_id: UUID, text: str) -> OpenAsk:
    mine = actor.require_verified()
    async with unit_of_work() as work:
        ask = await _claim(actor, ask_id)
        rules.check_holds(_lease(ask), mine, now())
        ask.answer, ask.answered_by = text, mine
        await _end(ask, AskState.ANSWERED)
        await AskDraft.filter(ask_id=ask_id, profile_id=mine).delete()
        work.record(rules.AskAnswered(**_moved(ask), text=text), to=_both(ask), actor=actor)
    return ask


@retrying
async def request_from_ask(actor: Actor, *, ask_id: UUID, message: str = "") -> OpenAsk:
    """Offer the author a micro mentoring in the place of an answer, under the guards of any request.

    Conflict for an anonymous ask: a request would tell whose it is.
    """
    mine = actor.require_verified()
    async with unit_of_work() as work:
        ask = await _claim(actor, ask_id)
        rules.check_holds(_lease(ask), mine, now())
        if ask.is_anonymous:
            raise Conflict("This ask is anonymous. Answer it in text.", current="anonymous")
        content = RequestContent(
            format=MentoringFormat.MICRO,
            goal=ask.goal,
            minutes_needed=max(MIN_MINUTES, ask.minutes),
            message=message,
            skill_ids=tuple(ask.skill_ids),
        )
        request = await send_request(actor, asked=NewRequest(ask.profile_id, content, as_mentor=True))
        ask.request_id = request.id
        await _end(ask, AskState.REQUESTED)
        work.record(rules.AskRequested(**_moved(ask), request_id=request.id), to=_both(ask), actor=actor)
    return ask


@retrying
async def withdraw_ask(actor: Actor, *, ask_id: UUID) -> OpenAsk:
    """Take an own ask back. Whoever holds it is told; what they wrote stays in their drafts."""
    mine = actor.require_user()
    async with unit_of_work() as work:
        ask = await OpenAsk.select_for_update().get_or_none(id=ask_id, profile_id=mine)
        if ask is None:
            raise NotFound("ask")
        rules.check_open(ask.state)
        await _end(ask, AskState.WITHDRAWN)
        work.record(rules.AskClosed(**_moved(ask)), to=_both(ask), actor=actor)
    return ask


@retrying
async def expire_due() -> int:
    """End a batch of the asks that nobody answered in time. Return how many."""
    async with unit_of_work() as work:
        due = OpenAsk.filter(state=AskState.OPEN, expires_at__lte=now()).order_by("id").limit(_BATCH)
        rows = await due.select_for_update(skip_locked=True)
        for ask in rows:
            await _end(ask, AskState.EXPIRED)
            work.record(rules.AskClosed(**_moved(ask)), to=_both(ask))
    return len(rows)


async def _claim(actor: Actor, ask_id: UUID) -> OpenAsk:
    """Lock an open ask of somebody else that the actor may see; NotFound when they may not."""
    await OpenAsk.select_for_update().get_or_none(id=ask_id)
    # Read under the lock: what it says now is what it will say at the commit.
    ask = (await queries.visible(actor, [ask_id])).get(ask_id)
    if ask is None or ask.profile_id == actor.user_id:
        if ask is None and await AskDraft.exists(ask_id=ask_id, profile_id=actor.require_user()):
            raise Conflict("This ask is over.", current="over")
        raise NotFound("ask")
    rules.check_open(ask.state)
    return ask


def _lease(ask: OpenAsk) -> Lease | None:
    if ask.held_by is None or ask.held_since is None or ask.lease_until is None:
        return None
    return Lease(ask.held_by, ask.held_since, ask.lease_until)


async def _hold(work: Work, actor: Actor, ask: OpenAsk, lease: Lease | None) -> None:
    told = _both(ask)
    ask.held_by, ask.held_since, ask.lease_until = (
        (lease.held_by, lease.since, lease.until) if lease else (None, None, None)
    )
    ask.version += 1
    await ask.save(update_fields=["held_by", "held_since", "lease_until", "version"])
    told += [one for one in _both(ask) if one not in told]
    work.record(rules.AskLeaseMoved(**_moved(ask)), to=told, actor=actor)


async def _end(ask: OpenAsk, state: AskState) -> None:
    ask.state, ask.ended_at, ask.version = state, now(), ask.version + 1
    ask.lease_until = None
    await ask.save(update_fields=["state", "ended_at", "version", "lease_until", "answer", "answered_by", "request_id"])


def _both(ask: OpenAsk) -> list[topics.Topic]:
    """Return the topics of the author and of who holds the ask."""
    people = [ask.profile_id, *([ask.held_by] if ask.held_by is not None else [])]
    return [topics.user(one) for one in people]


def _moved(ask: OpenAsk) -> Moved:
    return Moved(ask_id=ask.id, state=ask.state, lease_until=ask.lease_until, version=ask.version, at=now())
