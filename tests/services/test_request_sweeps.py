"""What time does to requests: they run out, are reminded of, wait for gigs to end, and come off the line."""

import asyncio
from datetime import timedelta

import pytest

from server.domain import topics
from server.domain.actors import Actor
from server.domain.availability import CapacityKind, MentoringFormat, StretchKind
from server.domain.mentorships import DeclineReason, RequestState
from server.domain.request_numbers import DEFAULTS
from server.kit.clock import clock, now
from server.models.availability import Stretch
from server.models.mentorships import MentorshipRequest
from server.models.profiles import Profile
from server.models.safety import Block
from server.models.streams import StreamEntry
from server.services import matching, request_answers
from server.services.capacity import set_limit
from server.services.mentorships import accept_request
from server.services.request_clock import recompute_clocks
from server.services.request_sweeps import expire_due, remind_due, serve_waitlist
from tests.factories.mentorships import asking, request_row, room_for, sent
from tests.factories.people import person
from tests.statements import counted_statements

pytestmark = pytest.mark.usefixtures("db")

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


async def kinds_for(who: Actor) -> list[str]:
    entries = await StreamEntry.filter(topic=topics.user(who.require_user()).name).order_by("seq")
    return [entry.kind for entry in entries]


async def fresh(request: MentorshipRequest) -> MentorshipRequest:
    await request.refresh_from_db()
    return request


async def test_a_request_runs_out_at_the_end_of_its_time_and_not_before() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    micro, classic = await sent(mentee, mentor, format=MentoringFormat.MICRO), await sent(mentee, mentor)
    with clock.moved(DEFAULTS.allowance_micro - SECOND):
        assert await expire_due() == 0
    with clock.moved(DEFAULTS.allowance_micro + SECOND):
        assert await expire_due() == 1
        assert await expire_due() == 0
    assert (await fresh(micro)).state is RequestState.EXPIRED
    assert (await fresh(classic)).state is RequestState.SENT
    assert (await kinds_for(mentee))[-1] == "request.expired" == (await kinds_for(mentor))[-1]


async def test_many_run_out_once_though_two_workers_sweep() -> None:
    mentor = await person("Mo")
    long_ago = now() - DEFAULTS.allowance_long - DAY
    for number in range(60):
        mentee = await person(f"Mentee{number}")
        await request_row(mentee, mentor, sent_at=long_ago, expires_at=now() - DAY)
    first, second = await asyncio.gather(expire_due(), expire_due())
    rest = await expire_due()
    assert first + second + rest == 60
    assert await StreamEntry.filter(topic=topics.user(mentor.require_user()).name, kind="request.expired").count() == 60


async def test_a_gig_stops_the_clock_and_its_end_starts_it_again() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    request = await sent(mentee, mentor)
    with clock.moved(3 * DAY):
        gig = await Stretch.create(profile_id=mentor.user_id, kind=StretchKind.ON_GIG, started_at=now())
        assert await recompute_clocks(mentor.require_profile()) == 1
        assert await recompute_clocks(mentor.require_profile()) == 0
    assert (await fresh(request)).expires_at is None
    with clock.moved(30 * DAY):
        assert await expire_due() == 0
        await Stretch.filter(id=gig.id).update(ended_at=now())
        assert await recompute_clocks(mentor.require_profile()) == 1
    left = ((await fresh(request)).expires_at or now()) - now() - 30 * DAY
    assert timedelta(days=3, hours=23) < left < timedelta(days=4, hours=1)
    assert (await kinds_for(mentee))[-2:] == ["request.clock_moved", "request.clock_moved"]


async def test_the_sweep_counts_afresh_when_nobody_told_it_of_a_gig() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    request = await sent(mentee, mentor)
    assert request.sent_at is not None
    await Stretch.create(
        profile_id=mentor.user_id,
        kind=StretchKind.ON_GIG,
        started_at=request.sent_at + DAY,
        ended_at=request.sent_at + 3 * DAY,
    )
    with clock.moved(DEFAULTS.allowance_long + SECOND):
        assert await expire_due() == 0
        assert (await fresh(request)).expires_at == request.sent_at + DEFAULTS.allowance_long + 2 * DAY
    with clock.moved(DEFAULTS.allowance_long + 2 * DAY + SECOND):
        assert await expire_due() == 1


async def test_a_pause_of_the_receiver_stops_the_clock_also_when_it_ends_early() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    request = await sent(mentee, mentor)
    await Profile.filter(id=mentor.user_id).update(requests_paused_until=now() + 10 * DAY)
    await recompute_clocks(mentor.require_profile())
    late = ((await fresh(request)).expires_at or now()) - (request.sent_at or now()) - DEFAULTS.allowance_long
    assert timedelta(days=9, hours=23) < late < timedelta(days=10, hours=1)
    with clock.moved(4 * DAY):
        await Profile.filter(id=mentor.user_id).update(requests_paused_until=None)
        await recompute_clocks(mentor.require_profile())
    late = ((await fresh(request)).expires_at or now()) - (request.sent_at or now()) - DEFAULTS.allowance_long
    assert timedelta(days=3, hours=23) < late < timedelta(days=4, hours=1)


async def test_the_receiver_is_reminded_at_half_and_near_the_end_and_nobody_else_is() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    await sent(mentee, mentor)
    for share, reminders in ((0.49, 0), (0.51, 1), (0.84, 0), (0.86, 1), (0.99, 0)):
        with clock.moved(DEFAULTS.allowance_long * share):
            assert await remind_due() == reminders
            assert await remind_due() == 0
    told = await StreamEntry.filter(topic=topics.user(mentor.require_user()).name, kind="request.reminded")
    assert sorted('"percent":50' in entry.payload for entry in told) == [False, True]
    assert "request.reminded" not in await kinds_for(mentee)


async def test_a_worker_that_was_away_sends_one_reminder_not_two() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    await sent(mentee, mentor)
    with clock.moved(DEFAULTS.allowance_long * 0.9):
        assert await remind_due() == 1
        assert await remind_due() == 0
    told = await StreamEntry.get(topic=topics.user(mentor.require_user()).name, kind="request.reminded")
    assert '"percent":85' in told.payload


async def test_two_silences_in_a_row_give_the_mentor_a_rest_and_stop_the_other_clocks() -> None:
    mentor = await person("Mo")
    for name in ("Ana", "Bola"):
        await sent(await person(name), mentor)
    with clock.moved(DEFAULTS.allowance_long - DAY):
        open_still = await sent(await person("Chi"), mentor)
    with clock.moved(DEFAULTS.allowance_long + SECOND):
        before = (await fresh(open_still)).expires_at
        assert await expire_due() == 2
        profile = await Profile.get(id=mentor.user_id)
        assert profile.requests_paused_until is not None
        assert profile.requests_paused_until > now() + 13 * DAY
    after = (await fresh(open_still)).expires_at
    assert before is not None
    assert after is not None
    assert after - before > 13 * DAY
    assert "requests.paused" in await kinds_for(mentor)


async def test_an_answer_between_two_silences_gives_no_rest_and_a_rest_wipes_the_slate() -> None:
    mentor = await person("Mo")
    await sent(await person("Ana"), mentor)
    with clock.moved(DEFAULTS.allowance_long + SECOND):
        await expire_due()
        answered = await sent(await person("Bola"), mentor)
        await request_answers.decline_request(mentor, request_id=answered.id, reason=DeclineReason.NO_TIME)
        await sent(await person("Chi"), mentor)
    with clock.moved(2 * DEFAULTS.allowance_long + 2 * SECOND):
        await expire_due()
        assert (await Profile.get(id=mentor.user_id)).requests_paused_until is None
        await Profile.filter(id=mentor.user_id).update(requests_paused_until=now())
        await sent(await person("Dee"), mentor)
    with clock.moved(3 * DEFAULTS.allowance_long + 3 * SECOND):
        assert await expire_due() == 1
        assert ((await Profile.get(id=mentor.user_id)).requests_paused_until or now()) <= now()


async def line(mentor: Actor, *names: str) -> list[MentorshipRequest]:
    return [await matching.join_waiting_list(await person(name), asked=asking(mentor)) for name in names]


async def states(rows: list[MentorshipRequest]) -> list[str]:
    return [(await fresh(row)).state.value for row in rows]


async def test_the_line_is_served_from_its_head_as_far_as_there_are_places() -> None:
    mentor = await person("Mo")
    await room_for(mentor, 0)
    rows = await line(mentor, "Ana", "Bola", "Chi")
    assert await serve_waitlist() == 0
    await room_for(mentor, 2)
    served = await asyncio.gather(serve_waitlist(), serve_waitlist())
    assert sum(served) + await serve_waitlist() == 2
    assert await states(rows) == ["sent", "sent", "waitlisted"]
    assert None not in [(await fresh(row)).expires_at for row in rows[:2]]
    await accept_request(mentor, request_id=rows[0].id)
    assert await serve_waitlist() == 0
    await request_answers.decline_request(mentor, request_id=rows[1].id, reason=DeclineReason.OTHER)
    assert await serve_waitlist() == 1
    assert await states(rows) == ["accepted", "declined", "sent"]


async def test_one_who_cannot_be_served_now_does_not_hold_up_the_line() -> None:
    mentor = await person("Mo")
    await room_for(mentor, 0)
    rows = await line(mentor, "Ana", "Bola", "Chi")
    await request_row(Actor(user_id=rows[0].sender_id), mentor, state=RequestState.DECLINED, answered_at=now())  # type: ignore[arg-type]  # a row's id
    await Block.create(blocker_id=mentor.user_id, blocked_id=rows[1].sender_id)
    await room_for(mentor, 1)
    assert await serve_waitlist() == 1
    assert await states(rows) == ["waitlisted", "invalidated", "sent"]


async def test_a_full_week_keeps_the_whole_line_waiting_until_it_is_over() -> None:
    mentor = await person("Mo")
    await room_for(mentor, 0)
    rows = await line(mentor, "Ana", "Bola", "Chi")
    await room_for(mentor, 3)
    await set_limit(mentor, kind=CapacityKind.NEW_REQUESTS, allowed=1)
    assert await serve_waitlist() == 1
    with counted_statements() as statements:
        assert await serve_waitlist() == 0
    assert sum("INSERT INTO" in text.upper() for text in statements) == 0
    assert await states(rows) == ["sent", "waitlisted", "waitlisted"]
    with clock.moved(7 * DAY + SECOND):
        assert await serve_waitlist() == 1
