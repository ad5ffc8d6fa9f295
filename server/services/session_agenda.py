"""The agenda and the timer of a session: either of the two changes them while the room is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from server.domain import session_agenda as rules
from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import NotFound
from server.domain.session_agenda import Timer, TimerAction
from server.kit.clock import now
from server.models.session_room import AgendaItem
from server.models.sessions import Session
from server.queries.session_room import item_view, timer_of, visible_items
from server.services import repeats
from server.services.session_access import Inside, claim_as_party
from server.services.transaction import Work, retrying, unit_of_work

_REORDER = """
UPDATE session_agenda_item SET rank = fresh.rank
FROM unnest($1::uuid[]) WITH ORDINALITY AS fresh (id, rank) WHERE session_agenda_item.id = fresh.id
"""


@dataclass(frozen=True)
class ItemForm:
    """An item as somebody words it."""

    title: str
    minutes: int
    is_done: bool = False


@retrying
async def add_item(actor: Actor, *, session_id: UUID, form: ItemForm, idempotency_key: str | None = None) -> AgendaItem:
    """Put an item at the end of the agenda. NotFound, NotAllowed, Conflict, LimitReached."""
    title, minutes = rules.agenda_item(form.title, form.minutes)
    async with unit_of_work() as work:
        content = [session_id, title, minutes]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "addAgendaItem", content)
        if once.previous:
            return await _item_made(once.previous)
        inside = await claim_as_party(actor, session_id)
        order = await _order_of(session_id)
        rules.check_room_for_item(len(order))
        row = await AgendaItem.create(
            session_id=session_id,
            written_by=inside.actor_id,
            title=title,
            minutes=minutes,
            rank=len(order) + 1,
            done_at=now() if form.is_done else None,
        )
        await once.remember(row.id)
        added = rules.AgendaItemAdded(session_id=session_id, item=item_view(row), order=[*order, row.id])
        work.record(added, to=[topics.session(session_id)], actor=actor, command_id=idempotency_key)
    return row


@retrying
async def edit_item(actor: Actor, *, item_id: UUID, form: ItemForm) -> AgendaItem:
    """Put an item differently, or mark it done or not done. NotFound, NotAllowed, Conflict."""
    title, minutes = rules.agenda_item(form.title, form.minutes)
    async with unit_of_work() as work:
        row, inside = await _claim_item(actor, item_id)
        is_reworded = row.title != title
        if is_reworded:
            row.title, row.written_by = title, inside.actor_id
        row.minutes, row.done_at = minutes, (row.done_at or now()) if form.is_done else None
        await row.save(update_fields=["title", "written_by", "minutes", "done_at"])
        edited = rules.AgendaItemEdited(
            session_id=row.session_id,
            item_id=row.id,
            title=title if is_reworded else None,
            minutes=minutes,
            done_at=row.done_at,
            written_by=row.written_by,
        )
        work.record(edited, to=[topics.session(row.session_id)], actor=actor)
    return row


@retrying
async def move_item(actor: Actor, *, item_id: UUID, position: int) -> AgendaItem:
    """Put an item at another place, counted from 0. NotFound, NotAllowed, Conflict, InvalidInput."""
    async with unit_of_work() as work:
        row, _ = await _claim_item(actor, item_id)
        order = rules.moved(await _order_of(row.session_id), item_id, position)
        await _reorder(work, order)
        fact = rules.AgendaItemMoved(session_id=row.session_id, item_id=item_id, order=order)
        work.record(fact, to=[topics.session(row.session_id)], actor=actor)
    return row


@retrying
async def remove_item(actor: Actor, *, item_id: UUID) -> Session:
    """Take an item off the agenda; return its session. NotFound, NotAllowed, Conflict."""
    async with unit_of_work() as work:
        row, inside = await _claim_item(actor, item_id)
        session = inside.session
        order = [key for key in await _order_of(session.id) if key != item_id]
        await row.delete()
        await _reorder(work, order)
        if session.current_item_id == item_id:
            session.current_item_id = None
            await session.save(update_fields=["current_item_id"])
        removed = rules.AgendaItemRemoved(
            session_id=session.id, item_id=item_id, order=order, current_id=session.current_item_id
        )
        work.record(removed, to=[topics.session(session.id)], actor=actor)
    return session


@retrying
async def take_up_item(actor: Actor, *, item_id: UUID) -> Session:
    """Make an item the one that is talked about; return its session. NotFound, NotAllowed, Conflict."""
    async with unit_of_work() as work:
        _, inside = await _claim_item(actor, item_id)
        session = inside.session
        if session.current_item_id != item_id:
            session.current_item_id = item_id
            await session.save(update_fields=["current_item_id"])
            taken = rules.AgendaItemTakenUp(session_id=session.id, item_id=item_id)
            work.record(taken, to=[topics.session(session.id)], actor=actor)
    return session


@retrying
async def set_timer(
    actor: Actor,
    *,
    session_id: UUID,
    action: TimerAction,
    seconds: int | None = None,
    idempotency_key: str | None = None,
) -> Session:
    """Start, pause, resume or stop the timer; return the session. NotFound, NotAllowed, Conflict, InvalidInput."""
    async with unit_of_work() as work:
        content = [session_id, action, seconds]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "setTimer", content)
        if once.previous:
            return await Session.get(id=once.previous)
        session = (await claim_as_party(actor, session_id)).session
        await _set_timer(work, session, rules.timer_after(timer_of(session), action, seconds, now()), actor)
        await once.remember(session.id)
    return session


async def stop_timer(work: Work, session: Session, *, actor: Actor | None) -> None:
    """Stop the timer of a session that ends. For use under the session's lock."""
    if timer_of(session) != Timer():
        await _set_timer(work, session, Timer(), actor)


async def _set_timer(work: Work, session: Session, timer: Timer, actor: Actor | None) -> None:
    session.timer_started_at, session.timer_ends_at = timer.started_at, timer.ends_at
    session.timer_left_seconds = timer.left_seconds
    await session.save(update_fields=["timer_started_at", "timer_ends_at", "timer_left_seconds"])
    work.record(rules.TimerSet(session_id=session.id, timer=timer), to=[topics.session(session.id)], actor=actor)


async def _claim_item(actor: Actor, item_id: UUID) -> tuple[AgendaItem, Inside]:
    """Return an item with its session under lock; NotFound when it is gone, or hidden."""
    actor.require_user()
    row = (await visible_items(actor, [item_id])).get(item_id)
    if row is None:
        raise NotFound("agenda item")
    inside = await claim_as_party(actor, row.session_id)
    return await _item_made(item_id), inside


async def _item_made(item_id: UUID) -> AgendaItem:
    row = await AgendaItem.get_or_none(id=item_id)
    if row is None:
        raise NotFound("agenda item")
    return row


async def _order_of(session_id: UUID) -> list[UUID]:
    return [row.id for row in await AgendaItem.filter(session_id=session_id).order_by("rank")]


async def _reorder(work: Work, order: Sequence[UUID]) -> None:
    await work.connection.execute_query(_REORDER, [list(order)])
