"""What became of a meeting: read from the room, judged by rhythm, taken back, appealed against."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from server.domain import topics
from server.domain.actors import Actor, Role
from server.domain.availability import StretchKind
from server.domain.errors import Conflict, NotAllowed, NotFound
from server.domain.meetings import SeatOutcome, missed_as
from server.domain.rhythm import StretchDraft
from server.kit.clock import clock, now
from server.models.availability import Stretch
from server.models.meetings import Meeting, MeetingSeat
from server.queries import meetings as queries
from server.services import no_shows, sessions
from server.services.ports import ports
from tests.factories.meetings import ahead, meeting_row
from tests.factories.mentorships import mentorship
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")

CAME, NO_SHOW, GIG = SeatOutcome.CAME, SeatOutcome.NO_SHOW, SeatOutcome.MISSED_FOR_GIG


class Table:
    """Two people and their meeting in a day."""

    mentor: Actor
    mentee: Actor
    row: Meeting

    async def outcomes(self) -> tuple[Any, Any]:
        found = {seat.profile_id: seat.outcome for seat in await MeetingSeat.filter(meeting_id=self.row.id)}
        return found[self.mentor.user_id], found[self.mentee.user_id]

    async def state(self) -> str:
        return (await Meeting.get(id=self.row.id)).state.value

    async def opens(self, who: Actor) -> UUID:
        return (await sessions.open_session(who, mentorship_id=self.row.mentorship_id)).id


async def set_for_tomorrow() -> Table:
    here = Table()
    here.mentor, here.mentee = await person("Bola"), await person("Ana")
    here.row = await meeting_row(await mentorship(here.mentor, here.mentee), starts_at=ahead(days=1))
    return here


@contextmanager
def after_start(here: Table, **by: float) -> Iterator[None]:
    with clock.moved(by=here.row.starts_at + timedelta(**by) - now()):
        yield


async def test_a_meeting_with_both_in_its_room_was_held_however_the_line_was_afterwards() -> None:
    here = await set_for_tomorrow()
    with after_start(here, minutes=-10):
        room = await here.opens(here.mentor)
        await sessions.join_session(here.mentee, session_id=room)
    with after_start(here, minutes=14):
        assert await no_shows.settle_due() == 0
    with after_start(here, minutes=16):
        assert await no_shows.settle_due() == 1
        assert await no_shows.settle_due() == 0
    assert (await here.state(), await here.outcomes()) == ("held", (CAME, CAME))
    assert (await Meeting.get(id=here.row.id)).session_id == room


async def test_who_waited_in_vain_marks_the_other_and_a_late_one_takes_it_back() -> None:
    here = await set_for_tomorrow()
    with after_start(here):
        room = await here.opens(here.mentor)
    with after_start(here, minutes=16):
        await no_shows.settle_due()
        assert (await here.state(), await here.outcomes()) == ("missed", (CAME, NO_SHOW))
    with after_start(here, minutes=25):
        await sessions.join_session(here.mentee, session_id=room)
        await no_shows.came_late(session_id=room)
    assert (await here.state(), await here.outcomes()) == ("held", (CAME, CAME))


async def test_who_stands_at_the_door_with_a_bad_line_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    here = await set_for_tomorrow()
    with after_start(here):
        room = await here.opens(here.mentor)

    class Door:
        async def present(self, topic: str) -> frozenset[UUID]:
            assert topic == topics.session(room).name
            return frozenset({here.mentee.require_user()})

    monkeypatch.setattr(ports, "rooms", Door())
    with after_start(here, minutes=16):
        await no_shows.settle_due()
    assert await here.outcomes() == (CAME, CAME)


async def test_a_gig_is_a_reason_told_before_or_afterwards() -> None:
    here, later = await set_for_tomorrow(), await set_for_tomorrow()
    start = here.row.starts_at
    await Stretch.create(profile_id=here.mentee.user_id, kind=StretchKind.ON_GIG, started_at=start - timedelta(days=1))
    for one in (here, later):
        with after_start(one):
            await one.opens(one.mentor)
    with after_start(here, minutes=16):
        await no_shows.settle_due()
    assert await here.outcomes() == (CAME, GIG)
    assert await later.outcomes() == (CAME, NO_SHOW)
    started = later.row.starts_at + timedelta(hours=3)
    await Stretch.create(profile_id=later.mentee.user_id, kind=StretchKind.ON_GIG, started_at=started)
    with after_start(later, hours=5):
        await no_shows.excuse(profile_id=later.mentee.require_user())
    assert await later.outcomes() == (CAME, GIG)


async def test_a_meeting_nobody_opened_a_room_for_marks_nobody_until_one_says_so() -> None:
    here = await set_for_tomorrow()
    with after_start(here, minutes=30):
        assert await no_shows.settle_due() == 0
    with after_start(here, minutes=61):
        assert await no_shows.settle_due() == 1
        assert (await here.state(), await here.outcomes()) == ("lapsed", (None, None))
        await no_shows.report_no_show(here.mentor, meeting_id=here.row.id)
        assert (await here.state(), await here.outcomes()) == ("missed", (None, NO_SHOW))
        with pytest.raises(Conflict):
            await no_shows.report_no_show(here.mentor, meeting_id=here.row.id)


async def test_a_report_is_neither_early_nor_late_nor_against_who_was_there() -> None:
    here = await set_for_tomorrow()
    for by in ({"minutes": 10}, {"days": 8}):
        with after_start(here, **by), pytest.raises(Conflict):
            await no_shows.report_no_show(here.mentor, meeting_id=here.row.id)
    with after_start(here, minutes=1):
        await here.opens(here.mentee)
    with after_start(here, minutes=20):
        await no_shows.report_no_show(here.mentor, meeting_id=here.row.id)
    assert await here.outcomes() == (None, CAME)


async def marked() -> Table:
    here = await set_for_tomorrow()
    with after_start(here):
        await here.opens(here.mentor)
    with after_start(here, minutes=16):
        await no_shows.settle_due()
    return here


@pytest.mark.parametrize("is_manager", [False, True])
async def test_an_appeal_is_heard_by_the_other_side_or_a_manager_and_once(is_manager: bool) -> None:
    here = await marked()
    manager = await person("Mo", roles=frozenset({Role.COMMUNITY_MANAGER}))
    with after_start(here, days=1):
        with pytest.raises(Conflict):
            await no_shows.appeal_no_show(here.mentor, meeting_id=here.row.id, words="I was there")
        await no_shows.appeal_no_show(here.mentee, meeting_id=here.row.id, words="My train stood")
        with pytest.raises(Conflict):
            await no_shows.appeal_no_show(here.mentee, meeting_id=here.row.id, words="It did")
        seat = await MeetingSeat.get(meeting_id=here.row.id, profile_id=here.mentee.user_id)
        with pytest.raises(NotAllowed):
            await no_shows.decide_appeal(here.mentee, appeal_id=seat.id, is_upheld=True)
        with pytest.raises(NotFound):
            await no_shows.decide_appeal(await person("Eve"), appeal_id=seat.id, is_upheld=True)
        judge = manager if is_manager else here.mentor
        await no_shows.decide_appeal(judge, appeal_id=seat.id, is_upheld=is_manager)
        with pytest.raises(Conflict):
            await no_shows.decide_appeal(manager, appeal_id=seat.id, is_upheld=True)
    assert (await here.outcomes())[1] is (SeatOutcome.EXCUSED if is_manager else NO_SHOW)


async def test_an_appeal_has_a_week() -> None:
    here = await marked()
    with after_start(here, days=8), pytest.raises(Conflict) as refused:
        await no_shows.appeal_no_show(here.mentee, meeting_id=here.row.id, words="My train stood")
    assert refused.value.current == "late"


async def test_what_is_read_of_a_room_is_of_its_time_alone() -> None:
    here = await set_for_tomorrow()
    room = await here.opens(here.mentor)
    await sessions.join_session(here.mentee, session_id=room)
    await sessions.end_session(here.mentee, session_id=room)
    with after_start(here, hours=1):
        assert await queries.came_to(here.row, now()) == set()
        assert await queries.room_of(here.row, now()) is None


def test_only_a_gig_near_the_start_is_a_reason() -> None:
    start = now()

    def missed(kind: StretchKind, began: float, ended: float | None) -> SeatOutcome:
        end = None if ended is None else start + timedelta(hours=ended)
        return missed_as([StretchDraft(kind, start + timedelta(hours=began), end)], start)

    assert missed(StretchKind.ON_GIG, -30, None) is GIG
    assert missed(StretchKind.ON_GIG, -3, -1) is GIG
    assert missed(StretchKind.ON_GIG, 3, 9) is GIG
    assert missed(StretchKind.ON_GIG, -30, -1) is NO_SHOW
    assert missed(StretchKind.ON_GIG, 5, 9) is NO_SHOW
    assert missed(StretchKind.BLACKOUT, -30, None) is NO_SHOW
    assert missed_as([], start) is NO_SHOW
