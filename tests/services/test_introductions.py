"""Introductions: both are asked, a no and a block are silent, two yeses open contact details."""

from datetime import timedelta

import pytest

from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import Conflict, LimitReached, NotAllowed, NotFound
from server.domain.introductions import LASTS, WEEK, IntroductionState
from server.kit.clock import clock
from server.models.introductions import Introduction
from server.models.profiles import ContactRelease
from server.models.safety import Block
from server.models.streams import StreamEntry
from server.queries import introductions as queries
from server.services import introductions
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")

WORDS = "You both ride at night."
OFFERED, MADE, DECLINED, EXPIRED = (
    IntroductionState.OFFERED,
    IntroductionState.MADE,
    IntroductionState.DECLINED,
    IntroductionState.EXPIRED,
)
OVER = LASTS + timedelta(seconds=1)


async def three() -> tuple[Actor, Actor, Actor, Introduction]:
    """Make somebody who offered to introduce two others."""
    by, one, other = await person("Inge"), await person("Ana"), await person("Bo")
    return by, one, other, await offered(by, one, other)


async def offered(by: Actor, one: Actor, other: Actor) -> Introduction:
    return await introductions.offer(by, one_id=one.require_user(), other_id=other.require_user(), words=WORDS)


async def told(who: Actor) -> list[str]:
    topic = topics.user(who.require_user()).name
    return [row.kind for row in await StreamEntry.filter(topic=topic).order_by("seq")]


async def shown(who: Actor, of: Introduction) -> IntroductionState | None:
    found = (await queries.visible(who, [of.id])).get(of.id)
    return None if found is None else found.state


async def test_two_yeses_make_it_open_contact_details_and_all_three_are_told_when_they_met() -> None:
    by, one, other, row = await three()
    await introductions.answer(one, introduction_id=row.id, agree=True)
    assert [await shown(who, row) for who in (by, one, other)] == [OFFERED] * 3
    assert await ContactRelease.all().count() == 0
    with pytest.raises(Conflict):
        await introductions.note_met(one, introduction_id=row.id)
    with pytest.raises(Conflict):
        await introductions.answer(one, introduction_id=row.id, agree=False)
    await introductions.answer(other, introduction_id=row.id, agree=True)
    assert [await shown(who, row) for who in (by, one, other)] == [MADE] * 3
    assert await ContactRelease.all().count() == 2
    await introductions.note_met(other, introduction_id=row.id)
    await introductions.note_met(one, introduction_id=row.id)
    assert await told(by) == ["introduction.moved"] * 2
    assert await told(one) == ["introduction.offered", *["contacts.released"] * 2, *["introduction.moved"] * 2]
    with pytest.raises(Conflict):
        await introductions.withdraw(by, introduction_id=row.id)


async def test_a_no_is_silent_to_the_other_and_gentle_to_who_offered() -> None:
    by, one, other, row = await three()
    await introductions.answer(one, introduction_id=row.id, agree=False)
    assert [await shown(who, row) for who in (by, one, other)] == [DECLINED, DECLINED, OFFERED]
    await introductions.answer(other, introduction_id=row.id, agree=True)
    assert await shown(other, row) is OFFERED
    assert await told(other) == ["introduction.offered"]
    with clock.moved(OVER):
        assert (await introductions.expire_due(), await introductions.expire_due()) == (1, 0)
        assert [await shown(who, row) for who in (by, one, other)] == [DECLINED, DECLINED, EXPIRED]
    assert [await told(who) for who in (by, one, other)] == [
        ["introduction.moved"],
        ["introduction.offered"],
        ["introduction.offered", "introduction.moved"],
    ]
    entries = [row.payload for row in await StreamEntry.filter(topic=topics.user(by.require_user()).name)]
    assert not any(str(side.user_id) in entry for side in (one, other) for entry in entries)


async def test_an_offer_that_nobody_answers_runs_out_for_all() -> None:
    by, one, other, row = await three()
    with clock.moved(OVER):
        assert [await shown(who, row) for who in (by, one, other)] == [EXPIRED] * 3
        with pytest.raises(Conflict):
            await introductions.answer(one, introduction_id=row.id, agree=True)
        await introductions.expire_due()
    assert [(await told(who))[-1] for who in (by, one, other)] == ["introduction.moved"] * 3


async def test_a_block_between_the_two_looks_like_an_offer_nobody_answers() -> None:
    by, one, other = await person("Inge"), await person("Ana"), await person("Bo")
    await Block.create(blocker_id=one.user_id, blocked_id=other.user_id)
    row = await offered(by, one, other)
    assert [await shown(who, row) for who in (by, one, other)] == [OFFERED, None, None]
    for side in (one, other):
        with pytest.raises(NotFound):
            await introductions.answer(side, introduction_id=row.id, agree=True)
    with clock.moved(OVER):
        await introductions.expire_due()
        assert await shown(by, row) is EXPIRED
    assert [await told(who) for who in (by, one, other)] == [["introduction.moved"], [], []]


async def test_a_block_with_who_offered_hides_it_and_tells_neither_anything() -> None:
    by, one, other, row = await three()
    await Block.create(blocker_id=by.user_id, blocked_id=one.user_id)
    assert [await shown(who, row) for who in (one, other)] == [None, OFFERED]
    with pytest.raises(NotFound):
        await introductions.answer(one, introduction_id=row.id, agree=True)
    before = await told(one)
    await introductions.withdraw(by, introduction_id=row.id)
    assert await told(one) == before
    assert (await told(other))[-1] == "introduction.moved"


async def test_it_is_nobody_elses_and_each_does_what_is_theirs() -> None:
    by, one, _, row = await three()
    stranger = await person("Eve")
    assert await shown(stranger, row) is None
    for who, act in ((by, introductions.note_met), (one, introductions.withdraw), (stranger, introductions.withdraw)):
        with pytest.raises(NotFound):
            await act(who, introduction_id=row.id)
    with pytest.raises(NotFound):
        await introductions.answer(by, introduction_id=row.id, agree=True)
    with pytest.raises(NotAllowed):
        await offered(await person("Uma", is_verified=False), one, stranger)
    with pytest.raises(NotFound):
        await offered(by, one, await person("Ute", is_verified=False))
    with pytest.raises(Conflict):
        await offered(by, one, Actor(user_id=row.one_id if row.one_id != one.user_id else row.other_id))  # type: ignore[arg-type]  # a profile's id is its user's


async def test_who_leaves_takes_their_offers_back_but_not_what_has_run_out() -> None:
    by, one, other, row = await three()
    with clock.moved(OVER):
        await introductions.leave_all(by)
        assert await shown(one, row) is EXPIRED
    await introductions.leave_all(by)
    assert [await shown(who, row) for who in (one, other)] == [IntroductionState.WITHDRAWN] * 2


async def test_somebody_new_offers_two_in_a_week() -> None:
    by, one, _, _ = await three()
    await offered(by, one, await person("Cy"))
    di = await person("Di")
    with pytest.raises(LimitReached):
        await offered(by, one, di)
    with clock.moved(WEEK + timedelta(seconds=1)):
        await offered(by, one, di)
