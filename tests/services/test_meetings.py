"""Finding a time for the two: proposals and counters, series across the change of clocks, moves, and calling off."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server.domain.actors import Actor, ProfileId
from server.domain.availability import StretchKind
from server.domain.bookings import DoubleBooked
from server.domain.circle_meetings import MeetingForm, RsvpState
from server.domain.errors import Conflict, InvalidInput, LimitReached, NotAllowed, NotFound
from server.domain.meetings import CancelReason, CancelScope, MentorshipMeetingState, ProposalForm, ProposalState
from server.domain.mentorships import EndReason
from server.domain.webinars import WebinarAction
from server.kit.clock import clock, now
from server.models.availability import Stretch
from server.models.circle_meetings import CircleRsvp
from server.models.meetings import Meeting, MeetingProposal, MeetingSeat
from server.models.mentorships import Mentorship
from server.queries import meetings as queries
from server.services import (
    circle_meetings,
    meeting_proposals,
    meeting_sweeps,
    meetings,
    mentorships,
    safety,
    sessions,
    webinars,
)
from server.services.meetings import CancelForm
from tests.factories.circles import planned, ring
from tests.factories.meetings import agreed, ahead, proposed
from tests.factories.mentorships import mentorship
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")

SCHEDULED, CANCELLED = MentorshipMeetingState.SCHEDULED, MentorshipMeetingState.CANCELLED


@dataclass
class Two:
    mentor: Actor
    mentee: Actor
    tie: Mentorship


async def two(mentor: Actor | None = None, mentee: Actor | None = None) -> Two:
    mentor = mentor or await person("Bola", time_zone="Africa/Lagos")
    mentee = mentee or await person("Ana", time_zone="Europe/Lisbon")
    return Two(mentor, mentee, await mentorship(mentor, mentee))


async def starts_of(tie: Mentorship, state: MentorshipMeetingState = SCHEDULED) -> list[datetime]:
    return [row.starts_at for row in await Meeting.filter(mentorship_id=tie.id, state=state).order_by("starts_at")]


async def test_the_other_side_chooses_one_of_the_starts_and_the_meeting_is_set_for_both() -> None:
    of = await two()
    early, late = ahead(days=2), ahead(days=3)
    proposal = await proposed(of.mentee, of.tie, late, early, title="Rates")
    (row,) = await meeting_proposals.accept_proposal(of.mentor, proposal_id=proposal.id, starts_at=late)
    assert (row.starts_at, row.minutes, row.title, row.state) == (late, 60, "Rates", SCHEDULED)
    assert (row.time_zone, row.sequence, row.series_id) == ("Europe/Lisbon", 0, None)
    seats = {seat.profile_id for seat in await MeetingSeat.filter(meeting_id=row.id)}
    assert seats == {of.mentor.user_id, of.mentee.user_id}
    again = await MeetingProposal.get(id=proposal.id)
    assert (again.state, again.chosen, again.offered) == (ProposalState.ACCEPTED, late, (early, late))


async def test_nobody_sets_a_time_alone_and_each_has_their_own_answers() -> None:
    of = await two()
    proposal = await proposed(of.mentee, of.tie)
    start = proposal.offered[0]
    with pytest.raises(NotAllowed):
        await meeting_proposals.accept_proposal(of.mentee, proposal_id=proposal.id, starts_at=start)
    with pytest.raises(NotAllowed):
        await meeting_proposals.decline_proposal(of.mentee, proposal_id=proposal.id)
    with pytest.raises(NotAllowed):
        await meeting_proposals.withdraw_proposal(of.mentor, proposal_id=proposal.id)
    with pytest.raises(InvalidInput):
        await meeting_proposals.accept_proposal(of.mentor, proposal_id=proposal.id, starts_at=ahead(days=9))
    with pytest.raises(NotFound):
        await meeting_proposals.accept_proposal(await person("Eve"), proposal_id=proposal.id, starts_at=start)
    await meeting_proposals.withdraw_proposal(of.mentee, proposal_id=proposal.id)
    with pytest.raises(Conflict) as refused:
        await meeting_proposals.accept_proposal(of.mentor, proposal_id=proposal.id, starts_at=start)
    assert refused.value.current == "withdrawn"


async def test_a_counter_closes_what_it_answers_and_keeps_what_it_does_not_change() -> None:
    of = await two()
    first = await proposed(of.mentee, of.tie, title="Rates", times=3, every_days=14)
    other = ahead(days=5)
    answer = await meeting_proposals.counter_proposal(of.mentor, proposal_id=first.id, starts=(other,), note="Later?")
    assert (await MeetingProposal.get(id=first.id)).state is ProposalState.COUNTERED
    assert (answer.counters_id, answer.title, answer.times, answer.every_days) == (first.id, "Rates", 3, 14)
    rows = await meeting_proposals.accept_proposal(of.mentee, proposal_id=answer.id, starts_at=other)
    assert len(rows) == 3


async def test_a_series_keeps_the_proposers_wall_time_and_leaves_out_planned_gigs_of_either() -> None:
    of = await two()
    with clock.moved(by=datetime(2027, 3, 10, tzinfo=UTC) - now()):
        gig = {"kind": StretchKind.ON_GIG, "started_at": datetime(2027, 4, 4, tzinfo=UTC)}
        await Stretch.create(profile_id=of.mentor.user_id, **gig, ended_at=datetime(2027, 4, 6, tzinfo=UTC))
        start = datetime(2027, 3, 22, 18, tzinfo=UTC)
        rows = await agreed(of.mentee, of.mentor, of.tie, start, times=4, skips_gigs=True)
    assert [row.starts_at for row in rows] == [
        start,
        datetime(2027, 3, 29, 17, tzinfo=UTC),
        datetime(2027, 4, 12, 17, tzinfo=UTC),
    ]
    assert len({row.series_id for row in rows}) == 1


async def test_bad_proposals_name_everything_wrong_and_leave_nothing() -> None:
    of = await two()
    form = ProposalForm((now() - timedelta(days=1),), 1, "t" * 121, "n" * 1_001, "Mars", 99, 3)
    with pytest.raises(InvalidInput) as refused:
        await meeting_proposals.propose_meeting(of.mentee, mentorship_id=of.tie.id, form=form)
    paths = {problem.path for problem in refused.value.problems}
    assert paths == {"starts.0", "minutes", "title", "note", "timeZone", "times", "everyDays"}
    with pytest.raises(InvalidInput):
        await meeting_proposals.propose_meeting(of.mentee, mentorship_id=of.tie.id, form=ProposalForm(()))
    for _ in range(5):
        await proposed(of.mentee, of.tie)
    with pytest.raises(LimitReached):
        await proposed(of.mentor, of.tie)
    assert await Meeting.all().count() == 0


async def test_a_move_needs_the_other_side_and_raises_the_sequence_of_its_series() -> None:
    of = await two()
    rows = await agreed(of.mentee, of.mentor, of.tie, times=3)
    to = ahead(days=10)
    move = await meeting_proposals.propose_move(of.mentor, meeting_id=rows[1].id, form=ProposalForm((to,), 30))
    assert (await Meeting.get(id=rows[1].id)).starts_at == rows[1].starts_at
    with pytest.raises(Conflict):
        await meeting_proposals.propose_move(of.mentee, meeting_id=rows[1].id, form=ProposalForm((to,)))
    (moved,) = await meeting_proposals.accept_proposal(of.mentee, proposal_id=move.id, starts_at=to)
    assert (moved.starts_at, moved.minutes, moved.occurs_at) == (to, 30, rows[1].starts_at)
    await meetings.cancel_meeting(of.mentee, meeting_id=rows[2].id, form=CancelForm(CancelReason.CANNOT_COME))
    found = {row.id: row.sequence for row in await Meeting.filter(mentorship_id=of.tie.id)}
    assert [found[row.id] for row in rows] == [0, 1, 2]


async def test_calling_off_from_one_on_takes_the_rest_of_a_series_and_what_was_proposed_for_it() -> None:
    of = await two()
    rows = await agreed(of.mentee, of.mentor, of.tie, times=4)
    move = await meeting_proposals.propose_move(of.mentee, meeting_id=rows[3].id, form=ProposalForm((ahead(days=60),)))
    form = CancelForm(CancelReason.ON_GIG, "A tour", CancelScope.FOLLOWING)
    await meetings.cancel_meeting(of.mentor, meeting_id=rows[1].id, form=form)
    assert await starts_of(of.tie) == [rows[0].starts_at]
    assert await starts_of(of.tie, CANCELLED) == [row.starts_at for row in rows[1:]]
    assert (await MeetingProposal.get(id=move.id)).state is ProposalState.WITHDRAWN
    with pytest.raises(Conflict):
        await meetings.cancel_meeting(of.mentor, meeting_id=rows[1].id, form=form)
    with pytest.raises(InvalidInput):
        await meetings.cancel_meeting(of.mentor, meeting_id=rows[0].id, form=CancelForm(CancelReason.ENDED))


async def test_a_yes_confirms_and_a_no_calls_off_once() -> None:
    of = await two()
    (row,) = await agreed(of.mentee, of.mentor, of.tie)
    for _ in range(2):
        await meetings.answer_meeting(of.mentee, meeting_id=row.id, wants=True)
    assert (await MeetingSeat.get(meeting_id=row.id, profile_id=of.mentee.user_id)).confirmed_at is not None
    for _ in range(2):
        await meetings.answer_meeting(of.mentor, meeting_id=row.id, wants=False)
    again = await Meeting.get(id=row.id)
    assert (again.state, again.cancelled_by, again.sequence) == (CANCELLED, of.mentor.user_id, 1)


async def test_nobody_is_booked_twice_by_two_mentorships_and_what_is_called_off_is_free() -> None:
    of = await two()
    other = await two(mentor=of.mentor, mentee=await person("Cy"))
    start = ahead(days=2)
    (row,) = await agreed(of.mentee, of.mentor, of.tie, start)
    with pytest.raises(DoubleBooked) as refused:
        await agreed(other.mentee, other.mentor, other.tie, start + timedelta(minutes=59))
    assert refused.value.code == "double_booked"
    await agreed(other.mentee, other.mentor, other.tie, start + timedelta(minutes=60), title="Right after")
    await meetings.answer_meeting(of.mentor, meeting_id=row.id, wants=False)
    await agreed(other.mentee, other.mentor, other.tie, start)


async def test_a_meeting_may_move_within_its_own_time() -> None:
    of = await two()
    (row,) = await agreed(of.mentee, of.mentor, of.tie)
    to = row.starts_at + timedelta(minutes=30)
    move = await meeting_proposals.propose_move(of.mentor, meeting_id=row.id, form=ProposalForm((to,)))
    (moved,) = await meeting_proposals.accept_proposal(of.mentee, proposal_id=move.id, starts_at=to)
    assert moved.starts_at == to


async def test_circle_meetings_and_hosted_webinars_take_up_time_too() -> None:
    circle = await ring(3)
    ana, bola, _ = circle.people
    of = await two(mentor=bola, mentee=ana)
    start = ahead(days=2)
    meeting = await planned(circle, starts_at=start)
    await circle_meetings.answer_meeting(bola, meeting_id=meeting.id, wants=True)
    with pytest.raises(DoubleBooked):
        await agreed(ana, bola, of.tie, start)
    await agreed(ana, bola, of.tie, start + timedelta(hours=3))
    late = await planned(circle, starts_at=start + timedelta(hours=3, minutes=30))
    with pytest.raises(DoubleBooked):
        await circle_meetings.answer_meeting(ana, meeting_id=late.id, wants=True)
    form = webinars.WebinarForm(title="Pricing", starts_at=start + timedelta(hours=3))
    event = await webinars.create_webinar(ana, form=form)
    with pytest.raises(DoubleBooked):
        await webinars.move_webinar(ana, webinar_id=event.id, action=WebinarAction.PUBLISH)


async def test_a_circle_that_moves_lets_go_whom_it_would_book_twice_and_asks_who_waits() -> None:
    circle = await ring(4)
    ana, bola, cy, di = circle.people
    of = await two(mentor=bola, mentee=await person("Eve"))
    start = ahead(days=2)
    meeting = await planned(circle, starts_at=start, cap=2)
    for who in (ana, bola, cy):
        await circle_meetings.answer_meeting(who, meeting_id=meeting.id, wants=True)
    await agreed(of.mentee, bola, of.tie, start + timedelta(hours=5))
    form = MeetingForm("First round", start + timedelta(hours=5), cap=2)
    await circle_meetings.move_meeting(ana, meeting_id=meeting.id, form=form)
    answers = {row.profile_id: row.state for row in await CircleRsvp.filter(meeting_id=meeting.id)}
    assert answers == {
        ana.user_id: RsvpState.COMING,
        bola.user_id: RsvpState.DECLINED,
        cy.user_id: RsvpState.COMING,
    }
    assert di.user_id not in answers


async def test_the_end_of_a_mentorship_calls_off_what_was_ahead() -> None:
    of = await two()
    await agreed(of.mentee, of.mentor, of.tie, times=2)
    await proposed(of.mentor, of.tie, ahead(days=30))
    await mentorships.end_mentorship(of.mentor, mentorship_id=of.tie.id, reason=EndReason.NO_FAULT)
    await meetings.call_off_ended(mentorship_id=of.tie.id)
    assert len(await starts_of(of.tie, CANCELLED)) == 2
    with pytest.raises(Conflict):
        await proposed(of.mentor, of.tie)
    assert not await MeetingProposal.filter(state=ProposalState.OPEN).exists()


async def test_a_block_takes_meetings_out_of_both_sights_without_a_word() -> None:
    of = await two()
    (row,) = await agreed(of.mentee, of.mentor, of.tie)
    await safety.block(of.mentee, profile_id=ProfileId(of.mentor.require_user()))
    await meetings.call_off_between(one=of.mentee.require_user(), other=of.mentor.require_user())
    assert await queries.visible(of.mentor, [row.id]) == await queries.visible(of.mentee, [row.id]) == {}
    assert (await Meeting.get(id=row.id)).state is CANCELLED
    for who in (of.mentor, of.mentee):
        with pytest.raises(NotFound):
            await proposed(who, of.tie)
        with pytest.raises(NotFound):
            await meetings.answer_meeting(who, meeting_id=row.id, wants=True)


async def test_a_room_opened_near_its_time_is_the_meetings() -> None:
    of = await two()
    (row,) = await agreed(of.mentee, of.mentor, of.tie, ahead(days=1))
    early = await sessions.open_session(of.mentor, mentorship_id=of.tie.id)
    await sessions.end_session(of.mentor, session_id=early.id)
    with clock.moved(by=timedelta(days=1, minutes=-10)):
        room = await sessions.open_session(of.mentor, mentorship_id=of.tie.id)
    assert (await Meeting.get(id=row.id)).session_id == room.id


async def test_proposals_run_out_with_their_last_start() -> None:
    of = await two()
    proposal = await proposed(of.mentee, of.tie, ahead(days=1), ahead(days=2))
    with clock.moved(by=timedelta(days=1, hours=1)):
        assert await meeting_sweeps.expire_due() == 0
        with pytest.raises(Conflict):
            await meeting_proposals.accept_proposal(of.mentor, proposal_id=proposal.id, starts_at=proposal.offered[0])
    with clock.moved(by=timedelta(days=2, hours=1)):
        assert await meeting_sweeps.expire_due() == 1
        assert await meeting_sweeps.expire_due() == 0
    assert (await MeetingProposal.get(id=proposal.id)).state is ProposalState.EXPIRED


async def test_the_same_key_proposes_once() -> None:
    of = await two()
    form: dict[str, Any] = {"mentorship_id": of.tie.id, "form": ProposalForm((ahead(days=2),))}
    rows = [await meeting_proposals.propose_meeting(of.mentee, **form, idempotency_key="k") for _ in range(2)]
    assert rows[0].id == rows[1].id
