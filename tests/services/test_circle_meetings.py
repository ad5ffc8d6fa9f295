"""Meetings of circles: series, who comes, who leads, whose turn it is, what is written, what is found as a time."""

from datetime import UTC, datetime, timedelta

import pytest

from server.domain.actors import Actor
from server.domain.availability import Interval
from server.domain.circle_meetings import MeetingEnd, MeetingForm, MeetingState, RsvpState
from server.domain.circles import Facilitation, SeatRole, SeatState
from server.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from server.kit.clock import clock, now
from server.models.circle_meetings import CircleMeeting, CircleRsvp, CircleTurn
from server.models.circles import Circle, CircleSeat
from server.queries import circle_meetings as queries
from server.queries.circle_times import times_of
from server.services import circle_meetings, circle_room, circle_seats
from server.services.circle_meetings import MeetingPapers
from server.services.circle_seats import JoinForm
from tests.factories.circles import Ring, planned, ring
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")


async def comes(who: Actor, meeting: CircleMeeting, *, wants: bool = True) -> RsvpState | None:
    return (await circle_meetings.answer_meeting(who, meeting_id=meeting.id, wants=wants)).state


async def test_a_series_keeps_its_wall_time_when_the_clocks_change() -> None:
    of = await ring(3)
    with clock.moved(by=datetime(2027, 3, 20, tzinfo=UTC) - now()):
        form = MeetingForm("Weekly", datetime(2027, 3, 22, 18, tzinfo=UTC), times=2, time_zone="Europe/Lisbon")
        rows = await circle_meetings.plan_meetings(of.lead, circle_id=of.id, form=form)
    assert [row.starts_at for row in rows] == [
        datetime(2027, 3, 22, 18, tzinfo=UTC),
        datetime(2027, 3, 29, 17, tzinfo=UTC),
    ]
    assert rows[0].series_id == rows[1].series_id is not None


async def test_bad_plans_name_everything_wrong() -> None:
    of = await ring(3)
    form = MeetingForm("", now() - timedelta(days=1), minutes=2, cap=1, turn_seconds=1, times=99, time_zone="Mars")
    with pytest.raises(InvalidInput) as refused:
        await circle_meetings.plan_meetings(of.lead, circle_id=of.id, form=form)
    paths = {problem.path for problem in refused.value.problems}
    assert paths == {"title", "startsAt", "minutes", "cap", "turnSeconds", "times", "timeZone"}
    with pytest.raises(NotAllowed):
        await circle_meetings.plan_meetings(of.people[1], circle_id=of.id, form=MeetingForm("Mine", now()))


async def test_a_full_meeting_lines_up_and_a_free_place_goes_to_who_waited_longest() -> None:
    of = await ring(4)
    meeting = await planned(of, cap=2)
    ana, bola, cy, di = of.people
    assert [await comes(who, meeting) for who in (ana, bola, cy, di)] == [
        RsvpState.COMING,
        RsvpState.COMING,
        RsvpState.WAITING,
        RsvpState.WAITING,
    ]
    assert await comes(bola, meeting, wants=False) is RsvpState.DECLINED
    assert (await CircleRsvp.get(profile_id=cy.user_id)).state is RsvpState.COMING
    form = MeetingForm(meeting.title, meeting.starts_at, cap=None)
    await circle_meetings.move_meeting(ana, meeting_id=meeting.id, form=form)
    assert (await CircleRsvp.get(profile_id=di.user_id)).state is RsvpState.COMING


async def test_facilitating_goes_round_and_spares_who_pauses() -> None:
    of = await ring(3)
    await Circle.filter(id=of.id).update(facilitation=Facilitation.ROTATING)
    ana, bola, cy = of.people
    await circle_seats.pause_seat(bola, circle_id=of.id, until=now() + timedelta(days=7))
    rows = [await planned(of, title=str(number)) for number in range(4)]
    led = [row.facilitator_id for row in rows]
    assert led == [ana.user_id, cy.user_id, ana.user_id, cy.user_id]


async def live(of: Ring, *inside: Actor, **form: object) -> CircleMeeting:
    meeting = await planned(of, **form)
    await circle_room.start_meeting(of.lead, meeting_id=meeting.id)
    for who in inside:
        await circle_room.enter_room(who, meeting_id=meeting.id)
    return meeting


async def speaks(of: Ring, meeting: CircleMeeting, seconds: int) -> str:
    """Give the turn to who is next, for some seconds; return their name."""
    talk = await circle_room.give_turn(of.lead, meeting_id=meeting.id)
    assert talk.turn is not None
    turn = await CircleTurn.get(id=talk.turn.id)
    ended = turn.created_at + timedelta(seconds=seconds)
    await circle_room.end_turn(of.lead, meeting_id=meeting.id)
    await CircleTurn.filter(id=turn.id).update(ended_at=ended)
    return next(name for name, who in zip("ABCD", of.people, strict=False) if who.user_id == turn.profile_id)


async def test_turns_go_round_and_the_least_heard_of_the_last_meetings_comes_first() -> None:
    of = await ring(3)
    first = await live(of, *of.people[1:])
    assert "".join([await speaks(of, first, seconds) for seconds in (90, 10, 50)]) == "ABC"
    await circle_room.set_hand(of.people[2], meeting_id=first.id, is_raised=True)
    assert await speaks(of, first, 60) == "C"
    rounds = await CircleTurn.filter(meeting_id=first.id).order_by("created_at").values_list("round", flat=True)
    assert rounds == [1, 1, 1, 2]
    await circle_room.end_meeting(of.lead, meeting_id=first.id)
    second = await live(of, *of.people[1:])
    # One turn each but C with two; of the others B was heard for less long.
    assert "".join([await speaks(of, second, 30) for _ in range(3)]) == "BAC"


async def test_only_who_facilitates_gives_turns_and_who_has_one_passes_it_on() -> None:
    of = await ring(3)
    ana, bola, cy = of.people
    meeting = await live(of, bola)
    with pytest.raises(NotAllowed):
        await circle_room.give_turn(bola, meeting_id=meeting.id)
    seat = (await of.seat_of(bola)).id
    talk = await circle_room.give_turn(ana, meeting_id=meeting.id, seat_id=seat, idempotency_key="k")
    again = await circle_room.give_turn(ana, meeting_id=meeting.id, seat_id=seat, idempotency_key="k")
    assert talk.turn is not None
    assert again.turn is not None
    assert talk.turn.id == again.turn.id
    assert talk.turn.ends_at - talk.turn.created_at == timedelta(seconds=180)
    passed = await circle_room.give_turn(bola, meeting_id=meeting.id)
    assert passed.turn is not None
    assert passed.turn.profile_id == ana.user_id
    with pytest.raises(NotFound):
        await circle_room.give_turn(ana, meeting_id=meeting.id, seat_id=(await of.seat_of(cy)).id)
    with pytest.raises(Conflict):
        await circle_room.set_hand(cy, meeting_id=meeting.id, is_raised=True)


async def test_who_was_in_was_there_and_who_answered_and_stayed_away_was_not() -> None:
    of = await ring(3)
    ana, bola, cy = of.people
    meeting = await planned(of)
    await comes(cy, meeting)
    await circle_room.start_meeting(ana, meeting_id=meeting.id)
    await circle_room.enter_room(bola, meeting_id=meeting.id)
    await circle_room.leave_room(bola, meeting_id=meeting.id)
    await circle_room.end_meeting(ana, meeting_id=meeting.id)
    rows = {row.profile_id: row.was_there for row in await CircleRsvp.filter(meeting_id=meeting.id)}
    assert rows == {ana.user_id: True, bola.user_id: True, cy.user_id: False}
    with pytest.raises(NotAllowed):
        await circle_meetings.note_attendance(
            bola, meeting_id=meeting.id, seat_id=(await of.seat_of(cy)).id, was_there=True
        )
    await circle_meetings.note_attendance(cy, meeting_id=meeting.id, seat_id=(await of.seat_of(cy)).id, was_there=True)
    assert (await CircleRsvp.get(meeting_id=meeting.id, profile_id=cy.user_id)).was_there is True
    papers = MeetingPapers(notes="Rates", recap="We talked about rates.")
    await circle_meetings.write_meeting(cy, meeting_id=meeting.id, papers=papers)
    seen = (await queries.visible_meetings(bola, [meeting.id]))[meeting.id]
    assert (seen.notes, seen.recap, seen.state) == ("Rates", "We talked about rates.", MeetingState.HELD)


async def test_a_meeting_is_called_off_before_and_did_not_happen_after() -> None:
    of = await ring(3)
    before, after = await planned(of), await planned(of, title="Second")
    off = await circle_meetings.put_away_meeting(of.lead, meeting_id=before.id, end=MeetingEnd.CANCEL)
    assert off.state is MeetingState.CANCELLED
    with pytest.raises(Conflict):
        await circle_meetings.put_away_meeting(of.lead, meeting_id=after.id, end=MeetingEnd.DID_NOT_HAPPEN)
    with clock.moved(by=timedelta(hours=2)):
        missed = await circle_meetings.put_away_meeting(of.lead, meeting_id=after.id, end=MeetingEnd.DID_NOT_HAPPEN)
    assert missed.state is MeetingState.MISSED


async def test_a_guest_has_a_seat_for_one_meeting() -> None:
    of = await ring(3)
    gus = await person("Gus")
    meeting, other = await planned(of), await planned(of, title="Without guests")
    await circle_seats.invite_to_circle(
        of.lead, circle_id=of.id, profile_id=gus.require_user(), role=SeatRole.GUEST, meeting_id=meeting.id
    )
    with pytest.raises(NotFound):
        await comes(gus, meeting)
    seat = await circle_seats.answer_invitation(gus, circle_id=of.id, accept=True, form=JoinForm())
    assert (seat.role, seat.state) == (SeatRole.GUEST, SeatState.SEATED)
    assert await comes(gus, meeting) is RsvpState.COMING
    with pytest.raises(NotFound):
        await comes(gus, other)
    await circle_room.start_meeting(of.lead, meeting_id=meeting.id)
    await circle_room.enter_room(gus, meeting_id=meeting.id)
    await circle_room.end_meeting(of.lead, meeting_id=meeting.id)
    assert (await CircleSeat.get(id=seat.id)).state is SeatState.LEFT


async def test_a_time_is_found_that_hurts_another_each_week() -> None:
    of = await ring(3, zones=("Pacific/Auckland", "America/Los_Angeles", "Europe/Lisbon"))
    at = datetime(2027, 6, 7, tzinfo=UTC)
    hurt = []
    with clock.moved(by=at - timedelta(days=1) - now()):
        for week in range(3):
            search = Interval(at + timedelta(days=7 * week), at + timedelta(days=7 * week + 5))
            best = (await times_of(of.lead, of.id, search, 60))[0]
            hurt.append(max(best.costs, key=lambda key: best.costs[key]))
            await planned(of, starts_at=best.starts_at)
    assert len(set(hurt)) > 1
    with pytest.raises(NotFound):
        await times_of(await person("Eve"), of.id, Interval(at, at + timedelta(days=1)), 60)
