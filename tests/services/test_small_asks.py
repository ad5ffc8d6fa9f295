"""Small asks: who sees one, how two agree on fifteen minutes, and what a block does to it."""

from datetime import timedelta

import pytest

from server.domain import small_asks as rules
from server.domain import topics
from server.domain.actors import VISITOR, Actor
from server.domain.errors import Conflict, InvalidInput, LimitReached, NotAllowed, NotFound
from server.domain.small_asks import HelpForm, SmallAskForm, SmallAskState
from server.kit.clock import clock, now
from server.kit.paging import PageRequest
from server.models.safety import Block
from server.models.small_asks import SmallAsk
from server.models.streams import StreamEntry
from server.queries import small_asks as queries
from server.services import small_asks
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")

SKILL = "gig:invoicing"


async def posted(who: Actor, text: str = "Look over my first invoice", **form: object) -> SmallAsk:
    asked = SmallAskForm(text, **{"topic": "money", **form})  # type: ignore[arg-type]  # the test's own values
    return await small_asks.post(who, form=asked)


async def helped(who: Actor, ask: SmallAsk) -> None:
    await small_asks.offer_help(who, ask_id=ask.id, form=HelpForm(now() + timedelta(hours=3), "Gladly"))


async def board(who: Actor, **wanted: str) -> list[object]:
    page = await queries.board_page(who, PageRequest(queries.OLDEST_SMALL_ASKS, size=20), **wanted)
    return [row.id for row in page.items]


async def told(who: Actor) -> list[str]:
    topic = topics.user(who.require_user()).name
    return [row.kind.removeprefix("small_ask.") for row in await StreamEntry.filter(topic=topic).order_by("seq")]


async def test_somebody_asks_two_offer_one_is_taken_it_is_done_and_they_are_thanked() -> None:
    ana, bo, cy = await person("Ana"), await person("Bo"), await person("Cy")
    ask = await posted(ana)
    for helper in (bo, cy):
        await helped(helper, ask)
    with pytest.raises(NotFound):
        await small_asks.agree(bo, ask_id=ask.id, helper_id=bo.require_user())
    await small_asks.agree(ana, ask_id=ask.id, helper_id=bo.require_user())
    assert await queries.visible(cy, [ask.id]) == {}
    with pytest.raises(NotFound):
        await small_asks.finish(cy, ask_id=ask.id)
    await small_asks.finish(bo, ask_id=ask.id)
    done = await small_asks.thank(ana, ask_id=ask.id, thanks="That saved my month")
    assert (done.state, done.helper_id, done.version) == (SmallAskState.THANKED, bo.user_id, 4)
    assert await told(ana) == ["moved", "help_offered", "help_offered", "moved", "moved", "moved"]
    assert (await told(bo), await told(cy)) == (["moved"] * 3, ["moved"])
    with pytest.raises(Conflict):
        await small_asks.withdraw(ana, ask_id=ask.id)


async def test_an_ask_is_every_members_while_it_is_open_by_skill_and_by_words() -> None:
    ana, bo = await person("Ana"), await person("Bo")
    first = await posted(ana, topic="", skill_id=SKILL)
    second = await posted(ana, "Which bag holds in the rain?", topic="gear")
    assert await board(bo) == [first.id, second.id]
    assert (await board(bo, skill_id=SKILL), await board(bo, text=" RAIN ")) == ([first.id], [second.id])
    assert await board(ana) == []
    for nobody in (VISITOR, await person("Uma", is_verified=False)):
        assert await queries.visible(nobody, [first.id]) == {}
    with pytest.raises(LimitReached):
        await posted(ana)
    with clock.moved(rules.LASTS + timedelta(seconds=1)):
        assert await board(bo) == []
        with pytest.raises(NotFound):
            await helped(bo, first)
        assert (await small_asks.expire_due(), await small_asks.expire_due()) == (2, 0)
        await posted(ana)
    for form in ({"topic": ""}, {"skill_id": "gig:nothing"}, {"text": "?"}):
        with pytest.raises(InvalidInput):
            await posted(await person("Di"), **form)  # type: ignore[arg-type]  # the test's own values


async def test_one_of_the_two_who_cannot_after_all_opens_it_again() -> None:
    ana, bo, cy = await person("Ana"), await person("Bo"), await person("Cy")
    ask = await posted(ana)
    for helper in (bo, cy):
        await helped(helper, ask)
    await small_asks.agree(ana, ask_id=ask.id, helper_id=bo.require_user())
    again = await small_asks.reopen(bo, ask_id=ask.id)
    assert (again.state, again.helper_id, again.meets_at) == (SmallAskState.OPEN, None, None)
    with pytest.raises(NotFound):
        await small_asks.agree(ana, ask_id=ask.id, helper_id=bo.require_user())
    await small_asks.agree(ana, ask_id=ask.id, helper_id=cy.require_user())


async def test_offers_have_bounds_and_are_taken_back_until_one_is_taken() -> None:
    ana, bo = await person("Ana"), await person("Bo")
    ask = await posted(ana)
    await helped(bo, ask)
    assert len((await queries.offers_to(ana, [ask.id]))[ask.id]) == 1
    await small_asks.take_offer_back(bo, ask_id=ask.id)
    with pytest.raises(NotFound):
        await small_asks.take_offer_back(bo, ask_id=ask.id)
    with pytest.raises(InvalidInput):
        await small_asks.offer_help(bo, ask_id=ask.id, form=HelpForm(now() + timedelta(days=8)))
    for number in range(rules.MAX_OFFERED):
        await helped(bo, await posted(await person(f"P{number}")))
    with pytest.raises(LimitReached):
        await helped(bo, ask)
    with pytest.raises(NotFound):
        await helped(ana, ask)
    with pytest.raises(NotAllowed):
        await helped(await person("Uma", is_verified=False), ask)


async def test_a_block_hides_an_ask_and_an_offer_and_nothing_is_told_across_it() -> None:
    ana, bo = await person("Ana"), await person("Bo")
    ask, agreed = await posted(ana), await posted(ana)
    for one in (ask, agreed):
        await helped(bo, one)
    await small_asks.agree(ana, ask_id=agreed.id, helper_id=bo.require_user())
    await Block.create(blocker_id=bo.user_id, blocked_id=ana.user_id)
    before = await told(bo)
    assert await queries.visible(bo, [ask.id, agreed.id]) == {}
    assert (await queries.offers_to(ana, [ask.id]))[ask.id] == []
    with pytest.raises(NotFound):
        await small_asks.agree(ana, ask_id=ask.id, helper_id=bo.require_user())
    with pytest.raises(NotFound):
        await small_asks.finish(bo, ask_id=agreed.id)
    await small_asks.reopen(ana, ask_id=agreed.id)
    await small_asks.withdraw(ana, ask_id=ask.id)
    assert await told(bo) == before


async def test_an_ask_is_passed_on_to_who_it_is_for_but_not_across_a_block() -> None:
    ana, bo, cy, di = [await person(name) for name in ("Ana", "Bo", "Cy", "Di")]
    ask = await posted(ana)
    await Block.create(blocker_id=di.user_id, blocked_id=ana.user_id)
    for _ in range(2):
        for to in (cy, di):
            await small_asks.pass_on(bo, ask_id=ask.id, to_id=to.require_user())
    assert (await told(cy), await told(di)) == (["passed_on"], [])
    await small_asks.pass_on(bo, ask_id=ask.id, to_id=(await person("Eve")).require_user())
    with pytest.raises(LimitReached):
        await small_asks.pass_on(bo, ask_id=ask.id, to_id=(await person("Fay")).require_user())
    for nobody in (ana, bo):
        with pytest.raises(NotFound):
            await small_asks.pass_on(bo, ask_id=ask.id, to_id=nobody.require_user())
