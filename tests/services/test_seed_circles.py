"""The circles of the demo community."""

from types import SimpleNamespace
from typing import Any

import pytest

from server.domain.circle_meetings import MeetingState
from server.domain.circles import CircleState, SeatState
from server.models.circle_meetings import CircleMeeting
from server.models.circle_talk import CircleThread
from server.models.circles import Circle, CircleSeat
from server.services.seed_circles import seed_circles
from server.services.transaction import unit_of_work
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")


async def test_the_demo_people_have_a_circle_at_work_and_one_to_join() -> None:
    named: dict[str, Any] = {
        name: SimpleNamespace(user=SimpleNamespace(id=(await person(name)).user_id))
        for name in ("amara", "jonas", "noor", "mateo", "grace")
    }
    async with unit_of_work():
        await seed_circles(named)
    work = await Circle.get(state=CircleState.ACTIVE)
    assert await CircleSeat.filter(circle_id=work.id, state=SeatState.SEATED).count() == 4
    assert await CircleMeeting.filter(circle_id=work.id, state=MeetingState.PLANNED).count() == 3
    assert await CircleThread.filter(circle_id=work.id).count() == 2
    assert await Circle.filter(state=CircleState.PROPOSED, is_listed=True).count() == 1
