"""Check-ins as the worker and the two people make them: opened, answered, met with steps, stopped by gigs."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from server.domain import topics
from server.domain.actors import Actor
from server.domain.availability import StretchKind
from server.domain.check_ins import CheckInAnswer, CheckInKind, CheckInState
from server.domain.errors import Conflict, NotFound
from server.domain.mentorship_road import PauseReason
from server.kit.clock import clock, now
from server.models.availability import Stretch
from server.models.check_ins import CheckIn, CheckInPart
from server.models.mentorships import Mentorship
from server.models.safety import Block
from server.models.streams import FactRecord, StreamEntry
from server.queries import check_ins as queries
from server.services import check_in_sweeps as sweeps
from server.services.check_ins import answer_check_in, set_cadence
from server.services.mentorship_road import pause_mentorship, resume_mentorship
from server.services.mentorships import accept_request
from tests.factories.mentorships import sent
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")

LISBON = ZoneInfo("Europe/Lisbon")
FINE = CheckInAnswer(4, is_next_step_clear=True)


def lisbon(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2027, month, day, hour, tzinfo=LISBON).astimezone(UTC)


@asynccontextmanager
async def at(instant: datetime) -> AsyncIterator[None]:
    """Move the clock to an instant."""
    with clock.moved(instant - now()):
        yield


async def pair() -> tuple[Actor, Actor, Mentorship]:
    """Make a mentorship that began on the first of March 2027 at ten, in Lisbon."""
    mentee, mentor = [await person(name, time_zone="Europe/Lisbon") for name in ("Ana", "Bola")]
    async with at(lisbon(3, 1)):
        together = await accept_request(mentor, request_id=(await sent(mentee, mentor)).id)
    # To the minute, so that days can be compared.
    await Mentorship.filter(id=together.id).update(check_in_from=lisbon(3, 1))
    return mentee, mentor, together


async def sweep() -> None:
    for run in (sweeps.lapse_due, sweeps.open_due, sweeps.open_for_gigs, sweeps.meet_silence):
        await run()


async def days(first: datetime, last: datetime) -> AsyncIterator[datetime]:
    """Let the worker run each day at noon in Lisbon."""
    day = first
    while day <= last:
        async with at(day):
            await sweep()
            yield day
        day += timedelta(days=1)


async def steps_of(who: Actor) -> list[tuple[str, str]]:
    rows = await StreamEntry.filter(topic=topics.user(who.require_user()).name, kind="check_in.silence").order_by("seq")
    told = [json.loads(row.payload) for row in rows]
    return [(one["at"][5:10], one["step"]) for one in told]


async def open_one(together: Mentorship) -> CheckIn:
    return await CheckIn.get(mentorship_id=together.id, kind=CheckInKind.CADENCE, state=CheckInState.OPEN)


async def gig(who: Actor, start: datetime, end: datetime | None) -> Stretch:
    stretch = await Stretch.create(profile_id=who.user_id, kind=StretchKind.ON_GIG, started_at=start, ended_at=end)
    await sweeps.recount(profile_id=who.require_user())
    return stretch


async def test_twelve_weeks_with_gigs_between_ask_on_these_days_and_nobody_on_a_gig() -> None:
    mentee, mentor, together = await pair()
    async with at(lisbon(3, 2)):
        await gig(mentee, lisbon(3, 8, 0), lisbon(3, 15, 0))
        await gig(mentor, lisbon(4, 19, 0), lisbon(5, 3, 0))
    due = []
    async for _day in days(lisbon(3, 2, 12), lisbon(5, 24, 12)):
        one = await CheckIn.get_or_none(mentorship_id=together.id, kind=CheckInKind.CADENCE, state=CheckInState.OPEN)
        if one is not None and one.due_at is not None and one.due_at.date() <= now().date():
            due.append(one.due_at.astimezone(LISBON).strftime("%d %b"))
            for who in (mentee, mentor):
                await answer_check_in(who, check_in_id=one.id, answer=FINE)
    assert due == ["22 Mar", "05 Apr", "03 May", "17 May"]
    nudges = [("03-22", "nudge"), ("04-05", "nudge"), ("05-03", "nudge"), ("05-17", "nudge")]
    assert [await steps_of(who) for who in (mentee, mentor)] == [nudges, nudges]


async def test_silence_is_met_step_by_step_and_a_gig_stops_the_clock_of_the_silent_alone() -> None:
    mentee, mentor, together = await pair()
    await set_cadence(mentor, mentorship_id=together.id, cadence_days=10)
    async for day in days(lisbon(3, 2, 12), lisbon(4, 9, 12)):
        if day.date() == lisbon(3, 11).date():
            await answer_check_in(mentor, check_in_id=(await open_one(together)).id, answer=FINE)
            await gig(mentee, lisbon(3, 12, 0), lisbon(3, 19, 0))
    assert await steps_of(mentor) == [("03-11", "nudge")]
    assert await steps_of(mentee) == [
        ("03-11", "nudge"),
        ("03-22", "probably_on_a_gig"),
        ("03-26", "offer_async"),
        ("03-30", "offer_pause"),
        ("04-03", "a_person_looks"),
    ]
    look = await FactRecord.get(kind="mentorship.needs_a_look")
    assert json.loads(look.payload)["aboutId"] == str(mentee.user_id)
    assert (
        await CheckIn.filter(mentorship_id=together.id, state=CheckInState.LAPSED, kind=CheckInKind.CADENCE).count()
        == 1
    )


async def test_the_worker_that_runs_twice_or_beside_itself_asks_once() -> None:
    mentee, _, together = await pair()
    async with at(lisbon(3, 15, 12)):
        assert sum(await asyncio.gather(*(sweeps.open_due() for _ in range(4)))) == 1
        await sweeps.open_due()
        await asyncio.gather(*(sweeps.meet_silence() for _ in range(4)))
        await sweeps.meet_silence()
    assert await CheckIn.filter(mentorship_id=together.id).count() == 1
    assert await steps_of(mentee) == [("03-15", "nudge")]


async def test_a_pause_stops_check_ins_and_they_begin_anew_after_it() -> None:
    mentee, mentor, together = await pair()
    async with at(lisbon(3, 10, 12)):
        await sweep()
        until = lisbon(3, 30)
        await pause_mentorship(mentee, mentorship_id=together.id, until=until, reason=PauseReason.GIG)
        await sweep()
    async with at(lisbon(3, 20, 12)):
        await sweep()
        assert [row.state for row in await CheckIn.filter(mentorship_id=together.id)] == [CheckInState.LAPSED]
        going_on = await resume_mentorship(mentor, mentorship_id=together.id)
        assert going_on.check_in_at is not None
        assert going_on.check_in_at - now() > timedelta(days=8)
    assert await steps_of(mentee) == []


async def test_what_is_wrong_is_the_answerers_alone_and_reaches_a_person_when_they_wish() -> None:
    mentee, mentor, together = await pair()
    async with at(lisbon(3, 15, 12)):
        await sweep()
        one = await open_one(together)
        answer = CheckInAnswer(2, is_next_step_clear=False, is_wrong=True, words="He is late", wants_look=True)
        await answer_check_in(mentee, check_in_id=one.id, answer=answer)
        seen = (await queries.views(mentor, [one.id]))[one.id]
        assert (seen.theirs, seen.mine.answered_at) == (None, None)
        with pytest.raises(Conflict):
            await answer_check_in(mentee, check_in_id=one.id, answer=FINE)
        with pytest.raises(NotFound):
            await answer_check_in(await person("Chi"), check_in_id=one.id, answer=FINE)
        await answer_check_in(mentor, check_in_id=one.id, answer=FINE)
        settled = (await queries.views(mentor, [one.id]))[one.id]
        assert settled.theirs is not None
        assert (settled.row.state, settled.theirs.useful) == (CheckInState.DONE, 2)
    entries = await StreamEntry.filter(topic=topics.user(mentor.require_user()).name)
    assert not any("late" in row.payload or "needs_a_look" in row.kind for row in entries)
    look = json.loads((await FactRecord.get(kind="mentorship.needs_a_look")).payload)
    assert (look["why"], look["aboutId"]) == ("something_wrong", str(mentee.user_id))


async def test_a_gig_asks_whoever_is_on_it_quietly_at_its_start_middle_and_end() -> None:
    mentee, mentor, together = await pair()
    async with at(lisbon(3, 1, 12)):
        await gig(mentee, lisbon(3, 2, 0), lisbon(3, 16, 0))
    found: list[Any] = []
    async for _day in days(lisbon(3, 2, 12), lisbon(3, 17, 12)):
        rows = CheckIn.filter(mentorship_id=together.id, state=CheckInState.OPEN).exclude(kind=CheckInKind.CADENCE)
        found += [row.kind for row in await rows if row.kind not in found]
    assert found == [CheckInKind.GIG_START, CheckInKind.GIG_MIDDLE, CheckInKind.GIG_END]
    assert await CheckInPart.filter(profile_id=mentor.user_id).count() == 0
    assert await steps_of(mentee) == []


async def test_two_with_a_block_between_them_are_asked_nothing() -> None:
    mentee, mentor, together = await pair()
    await Block.create(blocker_id=mentee.user_id, blocked_id=mentor.user_id)
    async for _day in days(lisbon(3, 14, 12), lisbon(3, 16, 12)):
        pass
    assert await CheckIn.filter(mentorship_id=together.id).count() == 0
