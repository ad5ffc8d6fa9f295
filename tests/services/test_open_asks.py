"""Open asks: who sees them, whose turn it is, what is kept of a turn that was lost."""

import asyncio
from datetime import timedelta

import pytest

from server.domain import open_asks as rules
from server.domain.actors import VISITOR, Actor
from server.domain.availability import MentoringFormat
from server.domain.errors import Conflict, InvalidInput, LimitReached, NotAllowed, NotFound, Refusal
from server.domain.mentorships import RequestState
from server.domain.open_asks import AskForm, AskOrigin, AskState, AskTaken, TooManyAsks
from server.kit.clock import clock, now
from server.kit.ids import new_id
from server.kit.paging import PageRequest
from server.models.asks import AskDraft, OpenAsk
from server.models.mentorships import MentorshipRequest
from server.models.safety import Block
from server.models.streams import StreamEntry
from server.queries import open_asks as queries
from server.services import open_asks as asks
from server.services.open_asks import Origin
from tests.factories.people import person
from tests.factories.profiles import offers

pytestmark = pytest.mark.usefixtures("db")

SKILL = "gig:invoicing"
LAPSED = rules.LEASE + timedelta(seconds=1)


def form(goal: str = "How do I word a late fee?", **values: object) -> AskForm:
    return AskForm(**{"goal": goal, "skill_ids": (SKILL,), **values})  # type: ignore[arg-type]  # the test's own values


async def people() -> tuple[Actor, Actor, Actor]:
    """Make a worker and two mentors who teach what the worker asks about."""
    worker, mentor, other = await person("Ana"), await person("Mo"), await person("Nia")
    for one in (mentor, other):
        await offers(one, SKILL)
    return worker, mentor, other


async def fitting(actor: Actor) -> list[OpenAsk]:
    page = PageRequest(queries.OLDEST_ASKS, size=20)
    return list((await queries.fitting_page(actor, page)).items)


async def test_mentors_whose_skills_fit_see_an_ask_and_nobody_else_does() -> None:
    worker, mentor, _ = await people()
    elsewhere, unverified = await person("Eve"), await person("Uma", is_verified=False)
    await offers(elsewhere, "gig:customer-service")
    await offers(unverified, SKILL)
    ask = await asks.post_ask(worker, form=form())
    assert [one.id for one in await fitting(mentor)] == [ask.id]
    assert await fitting(elsewhere) == await fitting(worker) == []
    with pytest.raises(NotAllowed):
        await fitting(unverified)
    for nobody in (elsewhere, unverified, VISITOR):
        assert await queries.visible(nobody, [ask.id]) == {}
    assert set(await queries.visible(worker, [ask.id])) == {ask.id}


async def test_a_block_hides_an_ask_from_both_sides_and_from_who_holds_it() -> None:
    worker, mentor, other = await people()
    ask = await asks.post_ask(worker, form=form())
    await asks.take_ask(mentor, ask_id=ask.id)
    await Block.create(blocker_id=worker.user_id, blocked_id=mentor.user_id)
    await Block.create(blocker_id=other.user_id, blocked_id=worker.user_id)
    assert await fitting(mentor) == await fitting(other) == []
    with pytest.raises(NotFound):
        await asks.take_ask(other, ask_id=ask.id)
    with pytest.raises(Refusal):
        await asks.answer_ask(mentor, ask_id=ask.id, text="Say it early.")
    assert (await OpenAsk.get(id=ask.id)).state is AskState.OPEN


async def test_one_mentor_at_a_time_holds_an_ask_and_the_lease_lapses_by_itself() -> None:
    worker, mentor, other = await people()
    ask = await asks.post_ask(worker, form=form())
    held = await asks.take_ask(mentor, ask_id=ask.id)
    again = await asks.take_ask(mentor, ask_id=ask.id)
    assert (again.lease_until, again.version) == (held.lease_until, held.version)
    with pytest.raises(AskTaken):
        await asks.take_ask(other, ask_id=ask.id)
    with clock.moved(LAPSED):
        assert (await asks.take_ask(other, ask_id=ask.id)).held_by == other.user_id
        with pytest.raises(AskTaken):
            await asks.renew_lease(mentor, ask_id=ask.id)


async def test_a_lease_is_renewed_up_to_its_longest() -> None:
    worker, mentor, other = await people()
    ask = await asks.post_ask(worker, form=form())
    held = await asks.take_ask(mentor, ask_id=ask.id)
    assert held.held_since is not None
    at = timedelta(0)
    while at < rules.LONGEST_LEASE - rules.LEASE:
        at += rules.LEASE - timedelta(minutes=1)
        with clock.moved(at):
            renewed = await asks.renew_lease(mentor, ask_id=ask.id)
    assert renewed.lease_until is not None
    assert renewed.lease_until <= held.held_since + rules.LONGEST_LEASE
    with clock.moved(rules.LONGEST_LEASE + timedelta(minutes=1)):
        assert (await asks.take_ask(other, ask_id=ask.id)).held_by == other.user_id


async def test_who_gives_an_ask_back_leaves_it_to_the_next() -> None:
    worker, mentor, other = await people()
    ask = await asks.post_ask(worker, form=form())
    await asks.take_ask(mentor, ask_id=ask.id)
    assert (await asks.release_ask(mentor, ask_id=ask.id)).lease_until is None
    await asks.take_ask(other, ask_id=ask.id)
    with pytest.raises(Conflict):
        await asks.release_ask(mentor, ask_id=ask.id)


async def test_an_answer_reaches_its_author_and_ends_the_ask() -> None:
    worker, mentor, _ = await people()
    ask = await asks.post_ask(worker, form=form())
    with pytest.raises(Conflict) as refusal:
        await asks.answer_ask(mentor, ask_id=ask.id, text="Say it early.")
    assert refusal.value.current == "not_taken"
    await asks.take_ask(mentor, ask_id=ask.id)
    done = await asks.answer_ask(mentor, ask_id=ask.id, text=" Say it early. ")
    assert (done.state, done.answer, done.answered_by) == (AskState.ANSWERED, "Say it early.", mentor.user_id)
    told = await StreamEntry.filter(topic=f"user:{worker.user_id}").order_by("seq")
    assert [one.kind for one in told] == ["ask.opened", "ask.lease_moved", "ask.answered"]
    assert not any(str(mentor.user_id) in one.payload for one in told)
    with pytest.raises(Conflict):
        await asks.answer_ask(mentor, ask_id=ask.id, text="Or late.")


async def test_a_lapsed_lease_will_do_as_long_as_nobody_else_took_it() -> None:
    worker, mentor, _ = await people()
    ask = await asks.post_ask(worker, form=form())
    await asks.take_ask(mentor, ask_id=ask.id)
    with clock.moved(LAPSED):
        assert (await asks.answer_ask(mentor, ask_id=ask.id, text="Late.")).state is AskState.ANSWERED


async def test_what_was_written_under_a_lost_lease_is_kept_for_who_wrote_it() -> None:
    worker, mentor, other = await people()
    ask = await asks.post_ask(worker, form=form())
    await asks.take_ask(mentor, ask_id=ask.id)
    await asks.keep_draft(mentor, ask_id=ask.id, text="Say it")
    with clock.moved(LAPSED):
        await asks.take_ask(other, ask_id=ask.id)
        with pytest.raises(AskTaken):
            await asks.answer_ask(mentor, ask_id=ask.id, text="Say it early.")
        await asks.answer_ask(other, ask_id=ask.id, text="In the quote.")
        with pytest.raises(Conflict):
            await asks.answer_ask(mentor, ask_id=ask.id, text="Say it early, in the quote.")
    kept = await queries.drafts_page(mentor, PageRequest(queries.NEWEST_DRAFTS, size=20))
    assert [one.text for one in kept.items] == ["Say it early, in the quote."]
    assert await queries.visible(mentor, [ask.id]) == {}
    # The answer is not a draft any more, and nobody else reads what the first wrote.
    assert await AskDraft.filter(profile_id=other.user_id).count() == 0
    assert await queries.drafts_for(other, [ask.id]) == {}


async def test_a_stranger_keeps_no_draft() -> None:
    worker, _, _ = await people()
    stranger = await person("Eve")
    ask = await asks.post_ask(worker, form=form())
    for nobody in (stranger, worker):
        with pytest.raises(NotFound):
            await asks.keep_draft(nobody, ask_id=ask.id, text="Hm")
    assert await AskDraft.all().count() == 0


async def test_an_ask_becomes_a_request_under_its_guards() -> None:
    worker, mentor, _ = await people()
    ask = await asks.post_ask(worker, form=form(minutes=30))
    await asks.take_ask(mentor, ask_id=ask.id)
    done = await asks.request_from_ask(mentor, ask_id=ask.id, message="Let us look at it together.")
    request = await MentorshipRequest.get(id=done.request_id)
    assert (done.state, request.state, request.format) == (
        AskState.REQUESTED,
        RequestState.SENT,
        MentoringFormat.MICRO,
    )
    assert (request.sender_id, request.mentor_id, request.mentee_id) == (
        mentor.user_id,
        mentor.user_id,
        worker.user_id,
    )


async def test_an_anonymous_ask_is_answered_in_text_only() -> None:
    worker, mentor, _ = await people()
    ask = await asks.post_ask(worker, form=form(is_anonymous=True))
    await asks.take_ask(mentor, ask_id=ask.id)
    with pytest.raises(Conflict) as refusal:
        await asks.request_from_ask(mentor, ask_id=ask.id)
    assert refusal.value.current == "anonymous"
    assert await MentorshipRequest.all().count() == 0


async def test_its_author_alone_takes_an_ask_back() -> None:
    worker, mentor, _ = await people()
    ask = await asks.post_ask(worker, form=form())
    with pytest.raises(NotFound):
        await asks.withdraw_ask(mentor, ask_id=ask.id)
    assert (await asks.withdraw_ask(worker, ask_id=ask.id)).state is AskState.WITHDRAWN
    assert await fitting(mentor) == []
    with pytest.raises(Conflict):
        await asks.withdraw_ask(worker, ask_id=ask.id)


async def test_asks_run_out() -> None:
    worker, mentor, _ = await people()
    ask = await asks.post_ask(worker, form=form())
    with clock.moved(rules.LASTS + timedelta(seconds=1)):
        assert await fitting(mentor) == []
        assert await asks.expire_due() == 1
        assert await asks.expire_due() == 0
    assert (await OpenAsk.get(id=ask.id)).state is AskState.EXPIRED


async def test_limits_hold_for_authors_and_for_mentors() -> None:
    worker, mentor, _ = await people()
    second = await person("Bea")
    made = [await asks.post_ask(worker, form=form()) for _ in range(rules.MAX_OPEN_ASKS)]
    with pytest.raises(TooManyAsks):
        await asks.post_ask(worker, form=form())
    made.append(await asks.post_ask(second, form=form()))
    for ask in made[: rules.MAX_HELD_ASKS]:
        await asks.take_ask(mentor, ask_id=ask.id)
    with pytest.raises(LimitReached):
        await asks.take_ask(mentor, ask_id=made[-1].id)


async def test_of_many_mentors_at_once_one_gets_the_ask() -> None:
    worker, mentor, other = await people()
    ask = await asks.post_ask(worker, form=form())
    tries = await asyncio.gather(
        *(asks.take_ask(one, ask_id=ask.id) for one in (mentor, other) * 3), return_exceptions=True
    )
    holders = {one.held_by for one in tries if isinstance(one, OpenAsk)}
    assert len(holders) == 1
    assert sum(isinstance(one, AskTaken) for one in tries) == 3


async def test_what_came_of_a_webinar_is_made_once_and_first_held_by_who_promised() -> None:
    worker, mentor, other = await people()
    origin = Origin(AskOrigin.FOLLOW_UP, new_id(), mentor.user_id, now() + timedelta(days=2))
    made = await asks.create(worker.require_user(), form=form(is_anonymous=True), origin=origin)
    again = await asks.create(worker.require_user(), form=form("Another wording"), origin=origin)
    assert again.id == made.id
    with pytest.raises(AskTaken):
        await asks.take_ask(other, ask_id=made.id)
    with clock.moved(timedelta(days=1)):
        assert (await asks.answer_ask(mentor, ask_id=made.id, text="Here it is.")).state is AskState.ANSWERED


async def test_an_ask_without_a_skill_is_seen_by_all_who_teach_something() -> None:
    worker, mentor, _ = await people()
    idle = await person("Ida")
    await asks.create(
        worker.require_user(), form=AskForm("Where do I start?"), origin=Origin(AskOrigin.WEBINAR, new_id())
    )
    assert len(await fitting(mentor)) == 1
    assert await fitting(idle) == []


@pytest.mark.parametrize(
    ("bad", "path"),
    [
        (form(""), "goal"),
        (form("x" * 301), "goal"),
        (form(minutes=4), "minutes"),
        (form(message="x" * 2001), "message"),
        (form(skill_ids=("no:such",)), "skillIds"),
        (form(skill_ids=(SKILL,) * 6), "skillIds"),
    ],
)
async def test_what_cannot_be_asked_is_refused(bad: AskForm, path: str) -> None:
    worker, _, _ = await people()
    with pytest.raises(InvalidInput) as refusal:
        await asks.post_ask(worker, form=bad)
    assert [one.path for one in refusal.value.problems] == [path]
    assert await OpenAsk.all().count() == 0


async def test_the_same_key_asks_once() -> None:
    worker, _, _ = await people()
    one = await asks.post_ask(worker, form=form(), idempotency_key="k")
    two = await asks.post_ask(worker, form=form(), idempotency_key="k")
    assert one.id == two.id
    with pytest.raises(Conflict):
        await asks.post_ask(worker, form=form("Something else"), idempotency_key="k")
