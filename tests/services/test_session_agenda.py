"""The agenda and the timer: who may change them, in what order things stand, what the clients count from."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from server.domain.actors import Actor
from server.domain.errors import Conflict, InvalidInput, LimitReached, NotAllowed, NotFound
from server.domain.session_agenda import MAX_ITEMS, Timer, TimerAction
from server.domain.sessions import SessionRole
from server.kit.clock import clock
from server.models.session_room import AgendaItem
from server.models.sessions import Session, SessionParticipant
from server.models.streams import StreamEntry
from server.queries.session_room import timer_of
from server.services import session_agenda as agenda
from server.services import sessions
from server.services.session_agenda import ItemForm
from tests.factories.mentorships import mentorship
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")


async def room() -> tuple[Actor, Actor, Session]:
    one, other = await person("Ana"), await person("Bola")
    return one, other, await sessions.open_session(one, mentorship_id=(await mentorship(one, other)).id)


async def titles() -> list[str]:
    return [row.title for row in await AgendaItem.all().order_by("rank")]


async def filled(who: Actor, session: Session, *names: str) -> list[AgendaItem]:
    return [await agenda.add_item(who, session_id=session.id, form=ItemForm(name, 10)) for name in names]


async def test_either_of_the_two_adds_moves_and_removes() -> None:
    one, other, session = await room()
    rates, plan, goals = await filled(one, session, "Rates", "Plan", "Goals")
    await agenda.move_item(other, item_id=goals.id, position=0)
    assert await titles() == ["Goals", "Rates", "Plan"]
    await agenda.take_up_item(one, item_id=plan.id)
    after = await agenda.remove_item(other, item_id=plan.id)
    assert (after.current_item_id, await titles()) == (None, ["Goals", "Rates"])
    await filled(other, session, "Last")
    assert await titles() == ["Goals", "Rates", "Last"]
    with pytest.raises(InvalidInput):
        await agenda.move_item(one, item_id=rates.id, position=3)


async def test_removing_another_item_keeps_what_is_talked_about() -> None:
    one, _, session = await room()
    rates, plan = await filled(one, session, "Rates", "Plan")
    await agenda.take_up_item(one, item_id=rates.id)
    assert (await agenda.remove_item(one, item_id=plan.id)).current_item_id == rates.id


async def test_an_item_is_done_once_and_can_be_opened_again() -> None:
    one, other, session = await room()
    (item,) = await filled(one, session, "Rates")
    done = await agenda.edit_item(other, item_id=item.id, form=ItemForm("Rates", 10, is_done=True))
    with clock.moved(timedelta(minutes=5)):
        again = await agenda.edit_item(one, item_id=item.id, form=ItemForm("Rates", 15, is_done=True))
    assert (again.done_at, again.written_by) == (done.done_at, one.user_id)
    assert (await agenda.edit_item(one, item_id=item.id, form=ItemForm("Rates", 15))).done_at is None


async def test_a_repeated_command_adds_one_item() -> None:
    one, _, session = await room()
    rows = await asyncio.gather(
        *(
            agenda.add_item(one, session_id=session.id, form=ItemForm("Rates", 10), idempotency_key="k")
            for _ in range(4)
        )
    )
    assert len({row.id for row in rows}) == await AgendaItem.all().count() == 1


async def test_an_agenda_is_full_at_twenty_also_when_both_add_at_once() -> None:
    one, other, session = await room()
    await filled(one, session, *(f"{number}" for number in range(MAX_ITEMS - 1)))
    tried = await asyncio.gather(
        *(agenda.add_item(who, session_id=session.id, form=ItemForm("more", 1)) for who in (one, other)),
        return_exceptions=True,
    )
    assert sorted(type(one) for one in tried if isinstance(one, Exception)) == [LimitReached]
    assert await AgendaItem.all().count() == MAX_ITEMS


@pytest.mark.parametrize(("title", "minutes"), [("", 10), ("x" * 121, 10), ("a\x00", 10), ("a", 0), ("a", 121)])
async def test_an_item_that_cannot_be_taken_is_refused(title: str, minutes: int) -> None:
    one, _, session = await room()
    with pytest.raises(InvalidInput):
        await agenda.add_item(one, session_id=session.id, form=ItemForm(title, minutes))
    assert await titles() == []


async def test_the_timer_keeps_what_is_left_over_a_pause() -> None:
    _, other, session = await room()

    async def set_timer(action: TimerAction, seconds: int | None = None) -> Timer:
        return timer_of(await agenda.set_timer(other, session_id=session.id, action=action, seconds=seconds))

    started = await set_timer(TimerAction.START, 300)
    assert started.started_at is not None
    assert started.ends_at == started.started_at + timedelta(seconds=300)
    with clock.moved(timedelta(seconds=100)):
        paused = await set_timer(TimerAction.PAUSE)
        with pytest.raises(Conflict):
            await set_timer(TimerAction.PAUSE)
    assert paused.left_seconds in (199, 200)
    with clock.moved(timedelta(seconds=500)):
        running = await set_timer(TimerAction.RESUME)
        assert running.started_at is not None
        assert running.ends_at == running.started_at + timedelta(seconds=paused.left_seconds)
        with pytest.raises(Conflict):
            await set_timer(TimerAction.RESUME)
        assert await set_timer(TimerAction.STOP) == Timer()
        with pytest.raises(Conflict):
            await set_timer(TimerAction.PAUSE)
    for seconds in (None, 0, 14_401):
        with pytest.raises(InvalidInput):
            await set_timer(TimerAction.START, seconds)


async def test_the_end_stops_the_timer_and_tells_so() -> None:
    one, _, session = await room()
    await agenda.set_timer(one, session_id=session.id, action=TimerAction.START, seconds=60)
    ended = await sessions.end_session(one, session_id=session.id)
    assert timer_of(await Session.get(id=ended.id)) == Timer()
    assert [row.kind for row in await StreamEntry.filter(kind="timer.set")] == ["timer.set"] * 2


Attempt = Callable[[Actor, Session, AgendaItem], Awaitable[Any]]
ATTEMPTS: dict[str, Attempt] = {
    "add": lambda who, session, _: agenda.add_item(who, session_id=session.id, form=ItemForm("x", 1)),
    "edit": lambda who, _, item: agenda.edit_item(who, item_id=item.id, form=ItemForm("x", 1)),
    "move": lambda who, _, item: agenda.move_item(who, item_id=item.id, position=0),
    "remove": lambda who, _, item: agenda.remove_item(who, item_id=item.id),
    "take up": lambda who, _, item: agenda.take_up_item(who, item_id=item.id),
    "timer": lambda who, session, _: agenda.set_timer(who, session_id=session.id, action=TimerAction.START, seconds=1),
}


@pytest.mark.parametrize("name", ATTEMPTS)
async def test_strangers_find_nothing_guests_change_nothing_and_the_end_is_the_end(name: str) -> None:
    one, _, session = await room()
    (item,) = await filled(one, session, "Rates")
    guest = await person("Chi")
    with pytest.raises(NotFound):
        await ATTEMPTS[name](guest, session, item)
    await SessionParticipant.create(session_id=session.id, profile_id=guest.user_id, role=SessionRole.GUEST)
    with pytest.raises(NotAllowed):
        await ATTEMPTS[name](guest, session, item)
    await sessions.end_session(one, session_id=session.id)
    with pytest.raises(Conflict):
        await ATTEMPTS[name](one, session, item)
    assert await titles() == ["Rates"]
