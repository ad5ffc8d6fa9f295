"""Who is told on the road of a mentorship, of its meetings, and by the community: the right one, once, never across a
block; and every fact of theirs either tells somebody or has a reason not to."""

import inspect
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from server.domain import (
    calendars,
    check_in_facts,
    gatherings,
    introductions,
    kudos,
    meeting_facts,
    mentorship_facts,
    mentorship_proposals,
    small_asks,
)
from server.domain.actors import Actor
from server.domain.calendars import EntryKind, ReminderDue, ReminderStep
from server.domain.check_in_facts import CheckInSilence
from server.domain.check_ins import LADDER
from server.domain.facts import Fact
from server.domain.gatherings import Rsvp
from server.domain.kudos import KudosTie
from server.domain.meeting_facts import MeetingMissed
from server.domain.meetings import CancelReason, ProposalForm, SeatOutcome
from server.domain.mentorship_facts import FeedbackReleased, LookReason, MentorshipClosing, MentorshipNeedsALook
from server.domain.mentorship_proposals import (
    MentorshipProposalSettled,
    MentorshipProposed,
    ProposalKind,
    ProposalState,
)
from server.domain.mentorship_road import ClosingReason, PauseReason
from server.domain.notification_kinds import MailChoice
from server.domain.notification_kinds import NotificationKind as Kind
from server.domain.notification_manners import MANNERS
from server.domain.small_asks import HelpForm, SmallAskForm
from server.kit.clock import clock, now
from server.models.mentorships import Mentorship, MentorshipFeedback
from server.models.notifications import Notification
from server.models.safety import Block
from server.outbound.letters import LETTERS
from server.services import (
    check_in_sweeps,
    gathering_guests,
    gathering_sweeps,
    meeting_mail,
    meeting_proposals,
    meetings,
    mentorship_road,
    no_shows,
    rsvp,
)
from server.services import gatherings as gathering_services
from server.services import introductions as introduction_services
from server.services import kudos as kudos_services
from server.services import small_asks as small_ask_services
from server.services.kudos import KudosForm
from server.services.meetings import CancelForm
from server.services.notification_table import TABLE, notices_of
from server.services.transaction import unit_of_work
from tests.factories.gatherings import announced, gathering_form
from tests.factories.meetings import ahead, meeting_row, proposed
from tests.factories.mentorships import check_in, mentorship, proposal
from tests.factories.notices import inbox_of, react, texts_of
from tests.factories.people import person

DAY = timedelta(days=1)
UNTOLD: Mapping[type[Fact], str] = {
    check_in_facts.CheckInAnswered: "Their own doing.",
    check_in_facts.CheckInSettled: "Whoever answered last did it; what the other said waits in the check-in.",
    check_in_facts.MentorshipCadenceSet: "It shows in when the next check-in comes.",
    mentorship_facts.MentorshipBriefChanged: "The two speak of it; the words are read where the mentorship is.",
    mentorship_facts.FeedbackGiven: "Nobody is told who gave first.",
    mentorship_facts.MentorshipNeedsALook: "It is for whoever looks, never for the two.",
    meeting_facts.MeetingConfirmed: "A yes that was a yes before.",
    meeting_facts.MeetingLetterDue: "It follows from what they were told of.",
    gatherings.GatheringAnnounced: "Their own doing.",
    gatherings.GatheringCheckedIn: "They are there as it happens.",
    kudos.KudosPlaced: "Their own doing.",
}


@pytest.fixture(autouse=True)
def _signing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rsvp.policy, "key", b"k" * 40)


async def kinds_of(*people: Actor) -> list[list[Kind]]:
    """Return the kinds that each was told since the last time; then forget them."""
    await react()
    found = [[view.kind for view in await inbox_of(who)] for who in people]
    await Notification.all().delete()
    return found


async def happened(fact: Fact, actor: Actor | None = None) -> None:
    """Record a fact that the test needs no way to."""
    async with unit_of_work() as work:
        work.record(fact, to=[], actor=actor)


async def two() -> tuple[Actor, Actor, Mentorship]:
    """Make a mentor, their mentee and the mentorship of the two."""
    mentor, mentee = await person("Bola"), await person("Ana")
    return mentor, mentee, await mentorship(mentor, mentee)


def where(tie: Mentorship) -> dict[str, Any]:
    return {"mentorship_id": tie.id, "state": tie.state, "version": tie.version, "at": now()}


async def apart(one: Actor, other: Actor) -> None:
    await Block.create(blocker_id=one.user_id, blocked_id=other.user_id)


def test_every_fact_of_theirs_tells_somebody_or_says_why_not() -> None:
    modules: tuple[ModuleType, ...] = (
        check_in_facts,
        mentorship_facts,
        mentorship_proposals,
        meeting_facts,
        calendars,
        gatherings,
        introductions,
        small_asks,
        kudos,
    )
    found = {
        one
        for module in modules
        for _, one in inspect.getmembers(module, inspect.isclass)
        if issubclass(one, Fact) and one.__module__ == module.__name__ and hasattr(one, "kind")
    }
    assert found == {fact for fact in TABLE if fact in found} | set(UNTOLD)
    assert not set(UNTOLD) & set(TABLE)


def test_what_a_letter_tells_comes_by_no_second_mail() -> None:
    by_letter = {
        meeting_facts.MeetingProposed: Kind.MEETING_PROPOSED,
        meeting_facts.MeetingScheduled: Kind.MEETING_SCHEDULED,
        meeting_facts.MeetingMoved: Kind.MEETING_MOVED,
        meeting_facts.MeetingCancelled: Kind.MEETING_CANCELLED,
        ReminderDue: Kind.MEETING_SOON,
    }
    assert set(by_letter) == {*meeting_mail.MAILED, ReminderDue}
    assert {fact for fact in LETTERS if fact.__module__ in (meeting_facts.__name__, calendars.__name__)} == {
        meeting_facts.MeetingLetterDue,
        ReminderDue,
    }
    assert {MANNERS[kind].mail for kind in by_letter.values()} == {MailChoice.OFF}


@pytest.mark.usefixtures("db")
async def test_each_is_asked_to_check_in_once_and_silence_is_met_with_its_own_words() -> None:
    mentor, mentee, tie = await two()
    await Mentorship.filter(id=tie.id).update(cadence_days=14, check_in_from=now(), check_in_at=now())
    with clock.moved(10 * DAY):
        assert await check_in_sweeps.open_due() == 1
        await react()
        for who in (mentor, mentee):
            [text] = await texts_of(who)
            assert text.startswith("How is it going? Three taps until ")
            assert text.endswith(": “Send my first invoice”")
    asked = await check_in(await mentorship(mentor, await person("Chi")))
    told = {"mentorship_id": tie.id, "check_in_id": asked.id, "profile_id": mentor.require_user(), "due_at": None}
    steps = [await notices_of(CheckInSilence(step=step, at=now(), **told)) for step in LADDER]
    assert [[(one.to, one.kind, one.by) for one in step] for step in steps] == [
        [(mentor.user_id, kind, None)]
        for kind in (
            Kind.CHECK_IN_NUDGE,
            Kind.CHECK_IN_MAYBE_GIG,
            Kind.CHECK_IN_ASYNC,
            Kind.CHECK_IN_PAUSE,
            Kind.CHECK_IN_LOOKED_AT,
        )
    ]


@pytest.mark.usefixtures("db")
async def test_the_other_is_told_of_a_pause_and_both_of_what_time_did() -> None:
    mentor, mentee, tie = await two()
    until = now() + 20 * DAY
    await mentorship_road.pause_mentorship(mentee, mentorship_id=tie.id, until=until, reason=PauseReason.GIG)
    assert await kinds_of(mentor, mentee) == [[Kind.MENTORSHIP_PAUSED], []]
    await mentorship_road.resume_mentorship(mentor, mentorship_id=tie.id)
    assert await kinds_of(mentor, mentee) == [[], [Kind.MENTORSHIP_RESUMED]]
    for fact, kind in (
        (mentorship_facts.MentorshipResumed(**where(tie), by=None), Kind.MENTORSHIP_RESUMED),
        (mentorship_facts.MentorshipWaitsForPlace(**where(tie)), Kind.MENTORSHIP_WAITS),
        (mentorship_facts.MentorshipTrialOver(**where(tie)), Kind.MENTORSHIP_TRIAL_OVER),
        (
            MentorshipClosing(**where(tie), by=None, why=ClosingReason.DEADLINE_PASSED, completes_at=until),
            Kind.MENTORSHIP_CLOSING,
        ),
    ):
        await happened(fact)
        assert await kinds_of(mentor, mentee) == [[kind], [kind]]
    await happened(mentorship_facts.MentorshipPlaceGivenBack(**where(tie)))
    await happened(mentorship_facts.MentorshipDelivered(**where(tie), by=mentee.require_user()), mentee)
    await happened(
        MentorshipNeedsALook(mentorship_id=tie.id, about_id=mentee.user_id, why=LookReason.SILENCE, at=now())
    )
    assert await kinds_of(mentor, mentee) == [[Kind.MENTORSHIP_PLACE_BACK, Kind.MENTORSHIP_DELIVERED], []]


@pytest.mark.usefixtures("db")
async def test_feedback_is_told_to_whoever_has_some_to_read_under_no_name_and_nothing_to_two_apart() -> None:
    mentor, mentee, tie = await two()
    released = FeedbackReleased(mentorship_id=tie.id, at=now())
    await MentorshipFeedback.create(mentorship_id=tie.id, author_id=mentee.user_id, given_at=now(), useful=4)
    await happened(mentorship_facts.FeedbackGiven(mentorship_id=tie.id, author_id=mentee.require_user(), at=now()))
    assert await kinds_of(mentor, mentee) == [[], []]
    await happened(released)
    assert await kinds_of(mentor, mentee) == [[Kind.FEEDBACK_RELEASED], []]
    await MentorshipFeedback.create(mentorship_id=tie.id, author_id=mentor.user_id, given_at=now(), useful=4)
    assert {(one.to, one.by) for one in await notices_of(released)} == {(mentor.user_id, None), (mentee.user_id, None)}
    await apart(mentor, mentee)
    assert await notices_of(released) == []


@pytest.mark.usefixtures("db")
async def test_a_proposal_asks_whoever_answers_and_its_end_is_told_to_the_others_who_heard() -> None:
    mentor, mentee, tie = await two()
    heir = await person("Chi")
    made = await proposal(tie, mentor, mentee, kind=ProposalKind.HAND_OVER, to_id=heir.user_id)
    about = {"proposal_id": made.id, "mentorship_id": tie.id, "what": made.kind, "at": now()}
    more = {"proposed_by": mentor.require_user(), "format": made.format, "expires_at": made.expires_at}
    people = (mentor, mentee, heir)
    await happened(MentorshipProposed(asked_id=mentee.require_user(), **about, **more), mentor)
    assert await kinds_of(*people) == [[], [Kind.HAND_OVER_OFFERED], []]
    made.asked_id = heir.require_user()
    await made.save()
    await happened(MentorshipProposed(asked_id=heir.require_user(), **about, **more), mentee)
    await react()
    [text] = await texts_of(heir)
    assert text.startswith("Bola asks whether you would go on with their mentee; you can answer until ")
    assert await kinds_of(*people) == [[], [], [Kind.HAND_OVER_ASKED]]
    yes, closed = [Kind.PROPOSAL_ACCEPTED], [Kind.PROPOSAL_CLOSED]
    for state, actor, told in (
        (ProposalState.ACCEPTED, heir, [yes, yes, []]),
        (ProposalState.DECLINED, heir, [closed, closed, []]),
        (ProposalState.WITHDRAWN, mentor, [[], closed, closed]),
        (ProposalState.LAPSED, None, [closed, closed, closed]),
    ):
        await happened(MentorshipProposalSettled(state=state, next_mentorship_id=None, **about), actor)
        assert await kinds_of(*people) == told


@pytest.mark.usefixtures("db")
async def test_meetings_are_told_to_the_other_of_the_two_and_a_reminder_while_it_stands() -> None:
    mentor, mentee, tie = await two()
    first = await proposed(mentor, tie, title="Rates")
    await react()
    assert await texts_of(mentee) == ["Bola proposes when to meet: “Rates”"]
    assert await kinds_of(mentor, mentee) == [[], [Kind.MEETING_PROPOSED]]
    await meeting_proposals.decline_proposal(mentee, proposal_id=first.id)
    assert await kinds_of(mentor, mentee) == [[Kind.MEETING_NOT_AGREED], []]
    again = await proposed(mentor, tie)
    [row] = await meeting_proposals.accept_proposal(mentee, proposal_id=again.id, starts_at=again.offered[0])
    assert await kinds_of(mentor, mentee) == [[Kind.MEETING_SCHEDULED], [Kind.MEETING_PROPOSED]]
    due = {"entry": EntryKind.MENTORSHIP, "subject_id": row.id, "starts_at": row.starts_at, "step": ReminderStep.LAST}
    remind = ReminderDue(profile_id=mentee.require_user(), at=now(), **due)
    await happened(remind)
    assert await kinds_of(mentor, mentee) == [[], [Kind.MEETING_SOON]]
    later = await meeting_proposals.propose_move(mentee, meeting_id=row.id, form=ProposalForm((ahead(days=4),)))
    await meeting_proposals.accept_proposal(mentor, proposal_id=later.id, starts_at=later.offered[0])
    assert await kinds_of(mentor, mentee) == [[Kind.MEETING_PROPOSED], [Kind.MEETING_MOVED]]
    assert await notices_of(remind) == []
    remind = replace(remind, starts_at=later.offered[0])
    assert [(one.to, one.by) for one in await notices_of(remind)] == [(mentee.user_id, None)]
    other = await meeting_row(tie, starts_at=ahead(days=5))
    for meeting in (row, other):
        await meetings.cancel_meeting(mentee, meeting_id=meeting.id, form=CancelForm(CancelReason.CANNOT_COME))
    assert await kinds_of(mentor, mentee) == [[Kind.MEETING_CANCELLED] * 2, []]
    assert await notices_of(remind) == []


@pytest.mark.usefixtures("db")
async def test_who_was_not_there_is_told_how_it_is_seen_and_the_other_of_their_appeal() -> None:
    mentor, mentee, tie = await two()
    row = await meeting_row(tie, starts_at=ahead(days=1))
    about = {"mentorship_id": tie.id, "meeting_id": row.id, "is_mentor": False}
    with clock.moved(DAY + timedelta(hours=1)):
        await no_shows.report_no_show(mentor, meeting_id=row.id)
        assert await kinds_of(mentor, mentee) == [[], [Kind.MEETING_MISSED]]
        await no_shows.appeal_no_show(mentee, meeting_id=row.id, words="My train stood")
        assert await kinds_of(mentor, mentee) == [[Kind.MEETING_APPEALED], []]
        missed = MeetingMissed(outcome=SeatOutcome.EXCUSED, at=now(), **about)
        await happened(missed)
        assert await kinds_of(mentor, mentee) == [[], [Kind.MEETING_EXCUSED]]
    await apart(mentee, mentor)
    assert await notices_of(missed) == []


@pytest.mark.usefixtures("db")
async def test_guests_are_told_of_a_gathering_that_moves_and_the_host_of_none_of_their_doing() -> None:
    host, guest, waiting, heir = [await person(name) for name in ("Hana", "Gil", "Wu", "Eve")]
    people = (host, guest, waiting, heir)
    row = await announced(host, cap=2)
    for who in (guest, heir, waiting):
        await gathering_guests.answer(who, gathering_id=row.id, rsvp=Rsvp.YES)
    assert await kinds_of(*people) == [[], [], [], []]
    await gathering_services.edit(host, gathering_id=row.id, form=gathering_form(cap=2, title="Lunch for riders"))
    assert await kinds_of(*people) == [[], [], [], []]
    await gathering_services.edit(host, gathering_id=row.id, form=gathering_form(4 * DAY, cap=2))
    moved = [Kind.GATHERING_MOVED]
    assert await kinds_of(*people) == [[], moved, moved, moved]
    await gathering_guests.answer(guest, gathering_id=row.id, rsvp=Rsvp.NO)
    assert await kinds_of(*people) == [[], [], [Kind.GATHERING_PLACE], []]
    await gathering_services.offer_host(host, gathering_id=row.id, profile_id=heir.require_user())
    await react()
    assert await texts_of(heir) == ["Hana asks you to host in their place: “Breakfast for riders”"]
    assert await kinds_of(*people) == [[], [], [], [Kind.GATHERING_HOST_ASKED]]
    with clock.moved(3 * DAY + timedelta(hours=2)):
        await gathering_sweeps.remind_due()
        soon = [Kind.GATHERING_SOON]
        assert await kinds_of(*people) == [soon, [], soon, soon]
    await gathering_services.cancel(host, gathering_id=row.id)
    over = [Kind.GATHERING_CANCELLED]
    assert await kinds_of(*people) == [[], [], over, over]


@pytest.mark.usefixtures("db")
async def test_an_introduction_asks_two_names_neither_and_a_no_is_told_to_who_offered_alone() -> None:
    by, one, other = await person("Inge"), await person("Ana"), await person("Bo")
    pair = {"one_id": one.require_user(), "other_id": other.require_user(), "words": "You both ride at night."}
    row = await introduction_services.offer(by, **pair)
    await react()
    for who in (one, other):
        [text] = await texts_of(who)
        assert text.startswith("Inge would like to introduce you to somebody; you can answer until ")
    assert await kinds_of(by, one, other) == [[], [Kind.INTRODUCTION_OFFERED], [Kind.INTRODUCTION_OFFERED]]
    for who in (one, other):
        assert await kinds_of(by, one, other) == [[], [], []]
        await introduction_services.answer(who, introduction_id=row.id, agree=True)
    assert await kinds_of(by, one, other) == [[Kind.INTRODUCTION_MADE]] * 3
    third = await person("Chi")
    unwanted = await introduction_services.offer(by, **{**pair, "other_id": third.require_user()})
    await kinds_of(by, one, third)
    await introduction_services.answer(one, introduction_id=unwanted.id, agree=False)
    assert await kinds_of(by, one, third) == [[Kind.INTRODUCTION_CLOSED], [], []]


@pytest.mark.usefixtures("db")
async def test_a_small_ask_tells_its_asker_of_help_its_helper_of_a_yes_and_a_third_of_being_thought_of() -> None:
    ana, bo, cy = await person("Ana"), await person("Bo"), await person("Cy")
    ask = await small_ask_services.post(ana, form=SmallAskForm("Look over my first invoice", topic="money"))
    await small_ask_services.pass_on(cy, ask_id=ask.id, to_id=bo.require_user())
    await react()
    assert await texts_of(bo) == ["Cy thinks that you could help: “Look over my first invoice”"]
    assert await kinds_of(ana, bo, cy) == [[], [Kind.SMALL_ASK_PASSED_ON], []]
    for who in (bo, cy):
        form = HelpForm(now() + timedelta(hours=3), "Gladly")
        await small_ask_services.offer_help(who, ask_id=ask.id, form=form)
        await react()
    assert await texts_of(ana) == [
        f"{who} offers to help you: “Look over my first invoice”" for who in ("Bo", "Somebody")
    ]
    await kinds_of(ana, bo, cy)
    await small_ask_services.agree(ana, ask_id=ask.id, helper_id=bo.require_user())
    assert await kinds_of(ana, bo, cy) == [[], [Kind.SMALL_ASK_ACCEPTED], []]
    await small_ask_services.finish(bo, ask_id=ask.id)
    await small_ask_services.thank(ana, ask_id=ask.id, thanks="That saved my month")
    assert await kinds_of(ana, bo, cy) == [[], [Kind.SMALL_ASK_THANKED], []]


@pytest.mark.usefixtures("db")
async def test_kudos_are_told_to_their_receiver_in_their_words_and_not_across_a_block() -> None:
    mentor, mentee, tie = await two()
    form = KudosForm(mentor.require_user(), KudosTie.MENTORSHIP, tie.id, "You listened first")
    await kudos_services.give(mentee, form=form)
    await react()
    assert (await texts_of(mentor), await texts_of(mentee)) == (["Ana thanks you: “You listened first”"], [])
    await apart(mentor, mentee)
    assert await texts_of(mentor) == []
