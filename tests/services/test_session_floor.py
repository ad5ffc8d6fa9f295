"""Hands and the floor: who may lead, that one speaks at a time, and that what was heard stays counted."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import Conflict, NotAllowed, NotFound
from server.domain.sessions import SessionRole
from server.kit.clock import clock
from server.models.session_room import SessionFloor
from server.models.sessions import Session, SessionParticipant
from server.models.streams import StreamEntry
from server.services import session_floor as floor
from server.services import sessions
from tests.factories.mentorships import mentorship
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")


async def talk() -> tuple[Actor, Actor, Session]:
    """Return the host, the other one and a live session."""
    host, other = await person("Ana"), await person("Bola")
    session = await sessions.open_session(host, mentorship_id=(await mentorship(host, other)).id)
    return host, other, await sessions.join_session(other, session_id=session.id)


async def kinds(session: Session) -> list[str]:
    topic = topics.session(session.id).name
    rows = await StreamEntry.filter(topic=topic).order_by("seq")
    return [row.kind for row in rows if row.kind.startswith(("hand", "floor"))]


async def test_the_least_heard_is_called_first_also_when_their_hand_went_up_later() -> None:
    host, other, session = await talk()
    here: dict[str, Any] = {"session_id": session.id}
    await floor.give_floor(host, **here, profile_id=host.require_user())
    with clock.moved(timedelta(seconds=40)):
        ended = await floor.end_floor(host, **here)
        await floor.raise_hand(host, **here)
    with clock.moved(timedelta(seconds=60)):
        waiting = await floor.raise_hand(other, **here)
    assert (ended.hands[host.require_user()].times, ended.hands[host.require_user()].seconds) == (1, 40)
    assert waiting.queue == [other.require_user(), host.require_user()]


async def test_calling_on_somebody_lowers_their_hand_and_ends_the_other_s_time() -> None:
    host, other, session = await talk()
    here: dict[str, Any] = {"session_id": session.id}
    await floor.give_floor(host, **here, profile_id=host.require_user())
    await floor.raise_hand(other, **here)
    given = await floor.give_floor(host, **here, profile_id=other.require_user())
    again = await floor.give_floor(host, **here, profile_id=other.require_user())
    assert (given.queue, given.floor and given.floor.profile_id) == ([], other.require_user())
    assert again.floor == given.floor
    assert await SessionFloor.filter(ended_at=None).count() == 1
    assert await kinds(session) == ["floor.given", "hand.raised", "floor.ended", "floor.given"]


async def test_a_hand_raised_or_lowered_again_tells_nobody() -> None:
    _, other, session = await talk()
    first = await floor.raise_hand(other, session_id=session.id)
    again = await floor.raise_hand(other, session_id=session.id)
    assert again.hands == first.hands
    for _ in range(2):
        assert (await floor.lower_hand(other, session_id=session.id)).queue == []
    assert await kinds(session) == ["hand.raised", "hand.lowered"]


async def test_the_host_alone_calls_and_lowers_others_hands() -> None:
    host, other, session = await talk()
    with pytest.raises(NotAllowed):
        await floor.give_floor(other, session_id=session.id, profile_id=other.require_user())
    await floor.raise_hand(host, session_id=session.id)
    with pytest.raises(NotAllowed):
        await floor.lower_hand(other, session_id=session.id, profile_id=host.require_user())
    await floor.raise_hand(other, session_id=session.id)
    lowered = await floor.lower_hand(host, session_id=session.id, profile_id=other.require_user())
    assert lowered.queue == [host.require_user()]
    await floor.give_floor(host, session_id=session.id, profile_id=host.require_user())
    with pytest.raises(NotAllowed):
        await floor.end_floor(other, session_id=session.id)


async def test_whoever_speaks_leaves_the_floor_themselves_and_nobody_leaves_an_empty_one() -> None:
    host, other, session = await talk()
    await floor.give_floor(host, session_id=session.id, profile_id=other.require_user())
    assert (await floor.end_floor(other, session_id=session.id)).floor is None
    assert (await floor.end_floor(other, session_id=session.id)).floor is None
    assert await kinds(session) == ["floor.given", "floor.ended"]


async def test_whoever_is_not_in_the_room_neither_raises_a_hand_nor_is_called() -> None:
    host, other = await person("Ana"), await person("Bola")
    session = await sessions.open_session(host, mentorship_id=(await mentorship(host, other)).id)
    with pytest.raises(Conflict) as refusal:
        await floor.raise_hand(other, session_id=session.id)
    assert refusal.value.current == "outside"
    with pytest.raises(Conflict):
        await floor.give_floor(host, session_id=session.id, profile_id=other.require_user())
    stranger = await person("Chi")
    for refused in (
        floor.give_floor(host, session_id=session.id, profile_id=stranger.require_user()),
        floor.lower_hand(host, session_id=session.id, profile_id=stranger.require_user()),
    ):
        with pytest.raises(NotFound):
            await refused


Attempt = Callable[[Actor, Session], Awaitable[Any]]
ATTEMPTS: dict[str, Attempt] = {
    "raise": lambda who, session: floor.raise_hand(who, session_id=session.id),
    "lower": lambda who, session: floor.lower_hand(who, session_id=session.id),
    "give": lambda who, session: floor.give_floor(who, session_id=session.id, profile_id=who.require_user()),
    "end": lambda who, session: floor.end_floor(who, session_id=session.id),
}


@pytest.mark.parametrize("name", ATTEMPTS)
async def test_strangers_find_no_room_and_nothing_moves_after_the_end(name: str) -> None:
    host, _, session = await talk()
    with pytest.raises(NotFound):
        await ATTEMPTS[name](await person("Chi"), session)
    await sessions.end_session(host, session_id=session.id)
    with pytest.raises(Conflict) as refusal:
        await ATTEMPTS[name](host, session)
    assert refusal.value.current == "ended"


async def test_the_end_takes_the_floor_and_lowers_the_hands() -> None:
    host, other, session = await talk()
    await floor.give_floor(host, session_id=session.id, profile_id=other.require_user())
    await floor.raise_hand(host, session_id=session.id)
    await sessions.end_session(other, session_id=session.id)
    assert await SessionFloor.filter(ended_at=None).count() == 0
    assert await SessionParticipant.filter(hand_raised_at__isnull=False).count() == 0
    assert await kinds(session) == ["floor.given", "hand.raised", "floor.ended"]


async def test_one_has_the_floor_when_two_are_called_at_once() -> None:
    host, other, session = await talk()
    guest = await person("Chi")
    await SessionParticipant.create(
        session_id=session.id, profile_id=guest.user_id, role=SessionRole.GUEST, joined_at=session.created_at
    )
    called = [who.require_user() for who in (host, other, guest)] * 3
    await asyncio.gather(*(floor.give_floor(host, session_id=session.id, profile_id=one) for one in called))
    assert await SessionFloor.filter(ended_at=None).count() == 1
    told = await kinds(session)
    assert told == ["floor.given", *["floor.ended", "floor.given"] * (len(told) // 2)]
