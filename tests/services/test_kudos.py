"""Kudos: for what happened, once for each thing, three a day, and read by whom their receiver lets read them."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from server.domain.actors import Actor
from server.domain.circles import CircleKind
from server.domain.errors import Conflict, LimitReached, NotAllowed, NotFound, Refusal
from server.domain.gatherings import AnswerState
from server.domain.introductions import IntroductionState
from server.domain.kudos import A_DAY, DAY, KudosBox, KudosPlace, KudosTie
from server.domain.mentorships import MentorshipState
from server.domain.moderation import Decision, ReportReason, SubjectKind
from server.domain.question_states import Action
from server.domain.small_asks import SmallAskState
from server.kit.clock import clock, now
from server.kit.ids import new_id
from server.kit.paging import PageRequest
from server.models.circle_meetings import CircleMeeting, CircleRsvp
from server.models.gatherings import Gathering, GatheringAnswer
from server.models.introductions import Introduction
from server.models.kudos import Kudos
from server.models.safety import Block
from server.models.small_asks import SmallAsk
from server.queries import kudos as queries
from server.services import kudos, moderation, questions, sessions
from server.services.kudos import KudosForm
from server.services.moderation import Report
from tests.factories.cases import decided, moderator
from tests.factories.circles import planned, ring
from tests.factories.gatherings import announced
from tests.factories.mentorships import mentorship
from tests.factories.people import person
from tests.factories.webinars import acted, open_event

pytestmark = pytest.mark.usefixtures("db")


async def given(who: Actor, to: Actor, tie_id: UUID, tie: KudosTie = KudosTie.MENTORSHIP) -> Kudos:
    return await kudos.give(who, form=KudosForm(to.require_user(), tie, tie_id, "You listened first"))


async def tied() -> tuple[Actor, Actor, UUID]:
    """Make a mentee, their mentor, and the mentorship of the two."""
    ana, mo = await person("Ana"), await person("Mo")
    return ana, mo, (await mentorship(mo, ana)).id


async def received(who: Actor, box: KudosBox = KudosBox.RECEIVED) -> list[object]:
    page = await queries.own_page(who, box, PageRequest(queries.NEWEST_KUDOS, size=20))
    return [row.id for row in page.items]


async def public(viewer: Actor, whose: Actor) -> list[object]:
    page = PageRequest(queries.NEWEST_KUDOS, size=20)
    return [row.id for row in (await queries.public_page(viewer, whose.require_user(), page)).items]


async def test_they_are_read_by_the_two_until_their_receiver_lets_all_read_them() -> None:
    ana, mo, tie = await tied()
    eve = await person("Eve")
    row = await given(ana, mo, tie)
    assert (await received(mo), await received(ana, KudosBox.GIVEN), await public(eve, mo)) == ([row.id], [row.id], [])
    assert await queries.visible(eve, [row.id]) == {}
    for stranger, refused in ((ana, NotAllowed), (eve, NotFound)):
        with pytest.raises(refused):
            await kudos.place(stranger, kudos_id=row.id, where=KudosPlace.PUBLIC)
    await kudos.place(mo, kudos_id=row.id, where=KudosPlace.PUBLIC)
    assert await public(eve, mo) == [row.id]
    await kudos.place(mo, kudos_id=row.id, where=KudosPlace.HIDDEN)
    assert (await received(mo), await public(eve, mo), await received(ana, KudosBox.GIVEN)) == ([], [], [row.id])


async def test_one_thing_is_thanked_for_once_also_after_it_was_taken_back() -> None:
    ana, mo, tie = await tied()
    answers = await asyncio.gather(*(given(ana, mo, tie) for _ in range(4)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in answers) == ["Conflict"] * 3 + ["Kudos"]
    row = await Kudos.get(giver_id=ana.user_id)
    with pytest.raises(NotAllowed):
        await kudos.take_back(mo, kudos_id=row.id)
    await kudos.take_back(ana, kudos_id=row.id)
    assert await received(mo) == []
    with pytest.raises(Conflict):
        await given(ana, mo, tie)
    await given(mo, ana, tie)


async def test_a_day_has_its_allowance_however_many_come_at_once() -> None:
    ana = await person("Ana")
    mentors = [await person(f"Mo{number}") for number in range(A_DAY + 2)]
    ties = [(await mentorship(mo, ana)).id for mo in mentors]
    answers = await asyncio.gather(
        *(given(ana, mo, tie) for mo, tie in zip(mentors, ties, strict=True)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in answers) == ["Kudos"] * A_DAY + ["LimitReached"] * 2
    late = next(index for index, one in enumerate(answers) if isinstance(one, LimitReached))
    with clock.moved(DAY + timedelta(seconds=1)):
        await given(ana, mentors[late], ties[late])


async def a_session(ana: Actor, bo: Actor) -> UUID:
    tie = await mentorship(bo, ana, state=MentorshipState.ACTIVE)
    room = await sessions.open_session(bo, mentorship_id=tie.id, title="First steps")
    for who in (ana, bo):
        await sessions.join_session(who, session_id=room.id)
    return room.id


async def a_question(ana: Actor, bo: Actor) -> UUID:
    event = await open_event(bo, ana)
    asked = await questions.ask_question(ana, webinar_id=event.id, form=questions.AskForm(text="Is this for me?"))
    return (await acted(bo, asked, Action.ANSWER_TEXT, text="It is.")).id


async def a_meeting(ana: Actor, bo: Actor) -> UUID:
    meeting = await planned(await ring(3))
    await CircleMeeting.filter(id=meeting.id).update(state="held")
    for who in (ana, bo):
        await CircleRsvp.create(meeting_id=meeting.id, profile_id=who.user_id, was_there=True)
    return meeting.id


async def an_introduction(ana: Actor, bo: Actor) -> UUID:
    row = await Introduction.create(
        introducer_id=bo.user_id,
        one_id=ana.user_id,
        other_id=(await person("Cy")).user_id,
        state=IntroductionState.MADE,
        made_at=now(),
        expires_at=now(),
    )
    return row.id


async def a_small_ask(ana: Actor, bo: Actor) -> UUID:
    row = await SmallAsk.create(
        profile_id=ana.user_id, helper_id=bo.user_id, text="Where?", state=SmallAskState.DONE, expires_at=now()
    )
    return row.id


async def a_gathering(ana: Actor, bo: Actor) -> UUID:
    row = await announced(bo)
    await Gathering.filter(id=row.id).update(starts_at=now())
    await GatheringAnswer.create(gathering_id=row.id, profile_id=ana.user_id, state=AnswerState.GOING, came_at=now())
    return row.id


@pytest.mark.parametrize(
    ("tie", "make"),
    [
        (KudosTie.SESSION, a_session),
        (KudosTie.QUESTION, a_question),
        (KudosTie.CIRCLE_MEETING, a_meeting),
        (KudosTie.INTRODUCTION, an_introduction),
        (KudosTie.SMALL_ASK, a_small_ask),
        (KudosTie.GATHERING, a_gathering),
    ],
)
async def test_everything_two_took_part_in_can_be_thanked_for_and_nothing_else(
    tie: KudosTie, make: Callable[[Actor, Actor], Awaitable[UUID]]
) -> None:
    ana, bo, eve = await person("Ana"), await person("Bo"), await person("Eve")
    thing = await make(ana, bo)
    if tie is KudosTie.SESSION:
        assert (await sessions.end_session(bo, session_id=thing)).started_at is not None
    for who, to, what in ((eve, bo, thing), (ana, eve, thing), (ana, bo, new_id())):
        with pytest.raises(NotFound):
            await given(who, to, what, tie)
    assert (await given(ana, bo, thing, tie)).tie is tie


async def test_a_meeting_of_nicknames_is_not_thanked_for() -> None:
    of = await ring(3, kind=CircleKind.SUPPORT)
    meeting = await planned(of)
    await CircleMeeting.filter(id=meeting.id).update(state="held")
    for who in of.people[:2]:
        await CircleRsvp.create(meeting_id=meeting.id, profile_id=who.user_id, was_there=True)
    with pytest.raises(NotFound):
        await given(of.people[0], of.people[1], meeting.id, KudosTie.CIRCLE_MEETING)


async def test_a_block_with_either_of_the_two_hides_them() -> None:
    ana, mo, tie = await tied()
    eve, row = await person("Eve"), await given(ana, mo, tie)
    await kudos.place(mo, kudos_id=row.id, where=KudosPlace.PUBLIC)
    await Block.create(blocker_id=ana.user_id, blocked_id=eve.user_id)
    assert await public(eve, mo) == []
    await Block.create(blocker_id=mo.user_id, blocked_id=ana.user_id)
    assert (await received(mo), await received(ana, KudosBox.GIVEN)) == ([], [])
    with pytest.raises(NotFound):
        await given(mo, ana, tie)


async def test_they_are_reported_and_taken_away_by_the_desk() -> None:
    ana, mo, tie = await tied()
    row = await given(ana, mo, tie)
    form = Report(SubjectKind.KUDOS, row.id, ReportReason.HARASSMENT)
    for nobody in (ana, await person("Eve")):
        with pytest.raises(Refusal):
            await moderation.report(nobody, form=form)
    case = await moderation.report(mo, form=form)
    assert (case.accused_id, json.loads(case.evidence)["words"]) == (ana.user_id, "You listened first")
    await decided(case, await moderator(), Decision.REMOVE)
    assert await received(mo) == []


async def test_nobody_thanks_themselves() -> None:
    ana, _, tie = await tied()
    with pytest.raises(Refusal):
        await given(ana, ana, tie)


async def test_a_key_gives_once() -> None:
    ana, mo, tie = await tied()
    form = KudosForm(mo.require_user(), KudosTie.MENTORSHIP, tie, "Thank you")
    first, again = [await kudos.give(ana, form=form, idempotency_key="once") for _ in range(2)]
    assert first.id == again.id
    with pytest.raises(Conflict):
        await kudos.give(ana, form=form)
