"""Circles for tests: members at their work, a meeting to come or under way."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.circle_meetings import MeetingForm
from server.domain.circles import CircleAction, CircleForm, CircleKind, JoinMode
from server.kit.clock import now
from server.models.circle_meetings import CircleMeeting
from server.models.circles import Circle, CircleSeat
from server.services import circle_meetings, circle_seats, circles
from server.services.circle_seats import JoinForm
from tests.factories.people import person

NAMES = ("Ana", "Bola", "Cy", "Di", "Eve", "Fay", "Gus", "Hana")


@dataclass
class Ring:
    """A circle and its people, the lead first."""

    id: UUID
    people: list[Actor]

    @property
    def lead(self) -> Actor:
        return self.people[0]

    async def row(self) -> Circle:
        return await Circle.get(id=self.id)

    async def seat_of(self, who: Actor) -> CircleSeat:
        return await CircleSeat.get(circle_id=self.id, profile_id=who.require_user())


async def proposed(lead: Actor, kind: CircleKind = CircleKind.INTEREST, nickname: str = "Heron", **form: Any) -> Circle:
    """Propose a circle, open unless its form says otherwise."""
    asked = CircleForm(**{"name": "Riders of the north", "join_mode": JoinMode.OPEN, "least": 3, **form})
    return await circles.propose_circle(lead, kind=kind, form=asked, nickname=nickname)


async def ring(count: int = 3, *, zones: tuple[str, ...] = (), **form: Any) -> Ring:
    """Make an active circle of some people, named as in NAMES."""
    people = [
        await person(NAMES[number % len(NAMES)], time_zone=zones[number % len(zones)] if zones else "Europe/Lisbon")
        for number in range(count)
    ]
    circle = await proposed(people[0], **form)
    for number, who in enumerate(people[1:]):
        await circle_seats.join_circle(who, circle_id=circle.id, form=JoinForm(nickname=f"Bird {number}"))
    await circles.move_circle(people[0], circle_id=circle.id, action=CircleAction.GATHER)
    if count >= 3:
        await circles.move_circle(people[0], circle_id=circle.id, action=CircleAction.START)
    return Ring(circle.id, people)


async def planned(of: Ring, **form: Any) -> CircleMeeting:
    """Plan a meeting that can be started at once."""
    asked = MeetingForm(**{"title": "First round", "starts_at": now() + timedelta(minutes=5), **form})
    return (await circle_meetings.plan_meetings(of.lead, circle_id=of.id, form=asked))[0]
