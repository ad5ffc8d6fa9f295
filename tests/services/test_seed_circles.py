"""The circles of the demo community, and what its people do together."""

from types import SimpleNamespace
from typing import Any

import pytest

from server.domain.circle_meetings import MeetingState
from server.domain.circles import CircleState, SeatState
from server.models.circle_meetings import CircleMeeting
from server.models.circle_talk import CircleThread
from server.models.circles import Circle, CircleSeat
from server.models.gatherings import GatheringAnswer
from server.models.introductions import Introduction
from server.models.small_asks import SmallAskOffer
from server.services.seed_circles import seed_circles
from server.services.seed_community import seed_community
from server.services.transaction import unit_of_work
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")


async def test_the_demo_people_have_circles_a_breakfast_an_ask_and_an_introduction() -> None:
    named: dict[str, Any] = {
        name: SimpleNamespace(user=SimpleNamespace(id=(await person(name)).user_id))
        for name in ("amara", "jonas", "noor", "mateo", "grace")
    }
    async with unit_of_work():
        await seed_circles(named)
        await seed_community(named)
    work = await Circle.get(state=CircleState.ACTIVE)
    assert await CircleSeat.filter(circle_id=work.id, state=SeatState.SEATED).count() == 4
    assert await CircleMeeting.filter(circle_id=work.id, state=MeetingState.PLANNED).count() == 3
    assert await CircleThread.filter(circle_id=work.id).count() == 2
    assert await Circle.filter(state=CircleState.PROPOSED, is_listed=True).count() == 1
    assert [await model.all().count() for model in (GatheringAnswer, SmallAskOffer, Introduction)] == [3, 1, 1]
