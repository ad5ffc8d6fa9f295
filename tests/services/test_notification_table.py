"""What happens in circles, webinars, lists and at the desk, and who is told of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from server.domain.circle_meetings import MeetingEnd, MeetingForm
from server.domain.circle_talk import ThreadKind
from server.domain.circles import CircleKind, Facilitation, JoinMode, SeatRole
from server.domain.mentorships import EndReason
from server.domain.moderation import Decision, ReportReason, Ruling, SubjectKind
from server.domain.notification_kinds import NotificationKind as Kind
from server.domain.question_states import Action, DismissReason
from server.domain.webinars import WebinarState
from server.kit.clock import clock, now
from server.models.notifications import Notification
from server.models.safety import Block
from server.models.webinars import Webinar
from server.services import (
    circle_meetings,
    circle_seats,
    circle_talk,
    mentorships,
    moderation,
    sessions,
    webinar_people,
)
from server.services.circle_seats import JoinForm
from server.services.circle_talk import ThreadForm
from server.services.moderation import Report
from server.services.webinar_reminders import remind_due
from tests.factories.cases import moderator
from tests.factories.circles import Ring, planned, proposed, ring
from tests.factories.mentorships import mentorship
from tests.factories.notices import inbox_of, react, texts_of
from tests.factories.people import person
from tests.factories.webinars import acted, event, live, pending

pytestmark = pytest.mark.usefixtures("db")


async def kinds_of(of: Ring) -> list[list[Kind]]:
    """Return the kinds that each member was told, in the order of the members; then forget them."""
    await react()
    found = [[view.kind for view in await inbox_of(who)] for who in of.people]
    await Notification.all().delete()
    return found


async def test_an_ask_is_told_to_the_circle_and_a_reply_to_those_who_wrote() -> None:
    of = await ring(4)
    await kinds_of(of)
    _, bola, cy, di = of.people
    form = ThreadForm("How do you price a day?", "I never know.", kind=ThreadKind.ASK)
    thread = await circle_talk.open_thread(bola, circle_id=of.id, form=form)
    await react()
    assert await texts_of(di) == ["Bola asks your circle: “How do you price a day?”"]
    assert await kinds_of(of) == [[Kind.CIRCLE_ASK], [], [Kind.CIRCLE_ASK], [Kind.CIRCLE_ASK]]
    await circle_talk.add_post(cy, thread_id=thread.id, text="By the hour.")
    assert await kinds_of(of) == [[], [Kind.CIRCLE_REPLY], [], []]
    await circle_talk.add_post(di, thread_id=thread.id, text="By the job.")
    assert await kinds_of(of) == [[], [Kind.CIRCLE_REPLY], [Kind.CIRCLE_REPLY], []]


async def test_a_block_keeps_word_of_a_discussion_away_and_nicknames_are_not_lifted() -> None:
    of = await ring(3)
    await kinds_of(of)
    ana, bola, cy = of.people
    await Block.create(blocker_id=cy.user_id, blocked_id=bola.user_id)
    thread = await circle_talk.open_thread(ana, circle_id=of.id, form=ThreadForm("Rates", "?", kind=ThreadKind.ASK))
    for who in (bola, cy):
        await circle_talk.add_post(who, thread_id=thread.id, text="Mine are high.")
    assert await kinds_of(of) == [[Kind.CIRCLE_REPLY] * 2, [Kind.CIRCLE_ASK], [Kind.CIRCLE_ASK]]
    shy = await ring(3, kind=CircleKind.SUPPORT)
    await kinds_of(shy)
    asked = ThreadForm("Tired", "So tired.", kind=ThreadKind.ASK)
    await circle_talk.open_thread(shy.people[1], circle_id=shy.id, form=asked)
    await react()
    assert await texts_of(shy.people[2]) == ["Somebody asks your circle: “Tired”"]
    assert [row.by_id for row in await Notification.filter(kind=Kind.CIRCLE_ASK)] == [None, None]


async def test_meetings_planned_moved_and_called_off_are_told_to_those_who_may_come() -> None:
    of = await ring(3)
    await kinds_of(of)
    meeting = await planned(of)
    assert await kinds_of(of) == [[], [Kind.CIRCLE_MEETING_PLANNED], [Kind.CIRCLE_MEETING_PLANNED]]
    await circle_meetings.answer_meeting(of.people[1], meeting_id=meeting.id, wants=False)
    await circle_meetings.answer_meeting(of.people[2], meeting_id=meeting.id, wants=True)
    assert await kinds_of(of) == [[], [], []]
    later = MeetingForm(title="First round", starts_at=meeting.starts_at + timedelta(days=1))
    await circle_meetings.move_meeting(of.lead, meeting_id=meeting.id, form=later)
    await circle_meetings.move_meeting(of.lead, meeting_id=meeting.id, form=replace(later, title="Round one"))
    assert await kinds_of(of) == [[], [], [Kind.CIRCLE_MEETING_MOVED]]
    await circle_meetings.put_away_meeting(of.lead, meeting_id=meeting.id, end=MeetingEnd.CANCEL)
    assert await kinds_of(of) == [[], [], [Kind.CIRCLE_MEETING_CANCELLED]]


async def test_where_leading_goes_round_each_is_told_of_their_turn_once_for_a_series() -> None:
    of = await ring(3, facilitation=Facilitation.ROTATING)
    await kinds_of(of)
    await planned(of, times=6, every_days=7)
    assert await kinds_of(of) == [[Kind.CIRCLE_TURN]] * 3


async def test_a_place_that_is_free_is_told_to_whoever_waited_for_it() -> None:
    of = await ring(3)
    meeting = await planned(of, cap=2)
    await kinds_of(of)
    for who in of.people:
        await circle_meetings.answer_meeting(who, meeting_id=meeting.id, wants=True)
    assert await kinds_of(of) == [[], [], []]
    await circle_meetings.answer_meeting(of.lead, meeting_id=meeting.id, wants=False)
    assert await kinds_of(of) == [[], [], [Kind.CIRCLE_MEETING_PLACE]]


async def test_seats_asked_for_given_and_offered_are_told_and_a_change_of_role_is_not() -> None:
    ana, bola, cy = [await person(name) for name in ("Ana", "Bola", "Cy")]
    circle = await proposed(ana, join_mode=JoinMode.APPROVE)
    of = Ring(circle.id, [ana, bola, cy])
    seat = await circle_seats.join_circle(bola, circle_id=circle.id, form=JoinForm())
    assert await kinds_of(of) == [[Kind.CIRCLE_SEAT_ASKED], [], []]
    await circle_seats.answer_application(ana, seat_id=seat.id, accept=True)
    assert await kinds_of(of) == [[], [Kind.CIRCLE_SEAT_GIVEN], []]
    await circle_seats.change_role(ana, seat_id=seat.id, role=SeatRole.CO_LEAD)
    assert await kinds_of(of) == [[], [], []]
    await circle_seats.invite_to_circle(ana, circle_id=circle.id, profile_id=cy.require_user())
    assert await kinds_of(of) == [[], [], [Kind.CIRCLE_SEAT_OFFERED]]


async def test_a_webinar_tells_who_waited_of_their_place_and_everybody_once_that_it_starts_soon() -> None:
    of = await event(WebinarState.PUBLISHED, attendees=3, capacity=2)
    await react()
    first, _, waiting = of.attendees
    assert [await texts_of(one) for one in of.attendees] == [[], [], []]
    await webinar_people.cancel_registration(first, webinar_id=of.id)
    await react()
    assert await texts_of(waiting) == ["A place was free: you are registered for “How to price an hour”"]
    assert await remind_due() == 2
    assert await remind_due() == 0
    assert [[view.kind for view in await inbox_of(one)] for one in of.attendees] == [
        [],
        [Kind.WEBINAR_SOON],
        [Kind.WEBINAR_PLACE, Kind.WEBINAR_SOON],
    ]
    later = now() + timedelta(days=1)
    await Webinar.filter(id=of.id).update(starts_at=later)
    assert await remind_due() == 0
    with clock.moved(timedelta(hours=23, minutes=30)):
        assert await remind_due() == 2


async def test_an_answer_is_told_to_its_author_under_no_name_and_so_is_a_no() -> None:
    of = await event(attendees=2)
    await react()
    asker, other = of.attendees
    question = await live(of, asker)
    await acted(of.host, question, Action.ANSWER_TEXT, text="What it costs you, and some.")
    refused = await pending(of, other, "Who wins the cup?")
    await acted(of.moderator, refused, Action.DISMISS, reason=DismissReason.OFF_TOPIC)
    await react()
    assert await texts_of(asker) == ["Your question was answered: “What do I ask for an hour?”"]
    assert [view.kind for view in await inbox_of(other)] == [Kind.QUESTION_RETURNED]
    assert {row.by_id for row in await Notification.filter(kind__in=[Kind.QUESTION_ANSWERED])} == {None}


async def test_the_other_of_two_is_told_of_an_open_room_and_both_of_the_end() -> None:
    ana, bo = await person("Ana"), await person("Bo")
    tie = await mentorship(ana, bo)
    await sessions.open_session(ana, mentorship_id=tie.id, title="Rates")
    await mentorships.end_mentorship(bo, mentorship_id=tie.id, reason=EndReason.NO_FAULT)
    await react()
    assert await texts_of(bo) == [
        "Ana opened a room and is inside: “Rates”",
        "Your mentorship with Ana has ended: “Send my first invoice”",
    ]
    assert await texts_of(ana) == ["Your mentorship with Bo has ended: “Send my first invoice”"]


async def test_an_end_for_safety_tells_neither_of_the_other() -> None:
    ana, bo = await person("Ana"), await person("Bo")
    tie = await mentorship(ana, bo)
    await mentorships.end_mentorship(bo, mentorship_id=tie.id, reason=EndReason.SAFETY)
    await react()
    assert await texts_of(ana) == await texts_of(bo) == []


async def test_what_the_desk_decides_is_told_to_both_sides_and_nothing_to_whom_nothing_is_done() -> None:
    ana, bo = await person("Ana"), await person("Bo")
    desk = await moderator()
    for decision, told in ((Decision.NOTHING, [1, 0]), (Decision.WARN, [2, 1])):
        form = Report(SubjectKind.PROFILE, bo.require_user(), ReportReason.SPAM, "Look")
        case = await moderation.report(ana, form=form)
        await moderation.claim_case(desk, case_id=case.id)
        await moderation.decide_case(desk, case_id=case.id, ruling=Ruling(decision, "We looked."))
        await react()
        assert [len(await inbox_of(one)) for one in (ana, bo)] == told
    with clock.moved(timedelta(days=15)):
        await moderation.close_due()
        await react()
        assert [len(await inbox_of(one)) for one in (ana, bo)] == [2, 1]
    assert {view.text for view in await inbox_of(bo)} == {
        "The safety team decided a case that is about you or that you reported"
    }
