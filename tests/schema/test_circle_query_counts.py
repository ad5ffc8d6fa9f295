"""How many statements circles cost: a fixed number for each nesting, whatever the size of the page."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from server.domain.actors import Actor
from server.domain.circle_facts import ItemKind
from server.domain.circle_meetings import MeetingState, RsvpState
from server.domain.circle_talk import Reaction, ThreadKind, ThreadState
from server.domain.circles import (
    CircleKind,
    CircleState,
    Confidentiality,
    Facilitation,
    JoinMode,
    Naming,
    SeatRole,
    SeatState,
)
from server.kit.clock import now
from server.models.circle_meetings import CircleMeeting, CircleRsvp, CircleTurn
from server.models.circle_talk import CirclePost, CircleReaction, CircleResource, CircleThread
from server.models.circles import Circle, CircleItem, CircleMerge, CircleNorms, CircleSeat
from tests.factories.graphql import Door, door
from tests.factories.people import person
from tests.schema.circle_nestings import CIRCLE_NESTINGS, last_field_of
from tests.statements import counted_statements

pytestmark = pytest.mark.usefixtures("db")

CIRCLES, MANY, FEW = 21, 9, 3


async def circle_row(ana: Actor, number: int) -> Circle:
    return await Circle.create(
        name=f"Riders {number}",
        kind=CircleKind.INTEREST,
        state=CircleState.ACTIVE,
        join_mode=JoinMode.OPEN,
        confidentiality=Confidentiality.OPEN,
        naming=Naming.PROFILES,
        facilitation=Facilitation.LEAD,
        least=3,
        most=20,
        created_by=ana.user_id,
        norms_number=1,
    )


async def filled(circle: Circle, people: Sequence[Actor]) -> None:
    """Seat some people, and let the first write, meet and speak."""
    ids = [who.require_user() for who in people]
    roles = [SeatRole.LEAD, *[SeatRole.MEMBER] * (len(ids) - 1)]
    seats = [
        CircleSeat(
            circle_id=circle.id, profile_id=key, role=role, state=SeatState.SEATED, seated_at=now(), norms_number=1
        )
        for key, role in zip(ids, roles, strict=True)
    ]
    await CircleSeat.bulk_create(seats)
    within: dict[str, Any] = {"circle_id": circle.id}
    await CircleNorms.create(**within, number=1, text="Be kind.", written_by=ids[0])
    thread = await CircleThread.create(
        **within, author_id=ids[0], kind=ThreadKind.TALK, state=ThreadState.OPEN, title="Rates"
    )
    for key in ids[:2]:
        post = await CirclePost.create(thread_id=thread.id, author_id=key, text="Twenty")
        await CircleReaction.create(post_id=post.id, profile_id=ids[0], kind=Reaction.HEART)
    resource = await CircleResource.create(**within, added_by=ids[0], url="https://example.org", title="Rates")
    meeting = await meeting_of(circle, ids)
    # As a guest's seat has it, so that the first of them is shown one too.
    await CircleSeat.filter(circle_id=circle.id, profile_id=ids[0]).update(guest_meeting_id=meeting.id)
    subjects = {
        ItemKind.THREAD: thread.id,
        ItemKind.RESOURCE: resource.id,
        ItemKind.MEETING: meeting.id,
        ItemKind.SEATED: seats[0].id,
    }
    await CircleItem.bulk_create(
        [CircleItem(**within, kind=kind, profile_id=ids[0], subject_id=key) for kind, key in subjects.items()]
    )


async def meeting_of(circle: Circle, ids: Sequence[Any]) -> CircleMeeting:
    """Make a meeting under way in which the second person has the turn and the others' hands are up."""
    meeting = await CircleMeeting.create(
        circle_id=circle.id,
        title="Round",
        starts_at=now(),
        started_at=now(),
        state=MeetingState.LIVE,
        facilitator_id=ids[0],
        planned_by=ids[0],
    )
    rsvps = [
        CircleRsvp(
            meeting_id=meeting.id,
            profile_id=key,
            state=RsvpState.COMING,
            was_there=True,
            here_since=now(),
            hand_raised_at=now(),
        )
        for key in ids
    ]
    await CircleRsvp.bulk_create(rsvps)
    await CircleTurn.create(
        meeting_id=meeting.id, profile_id=ids[1], given_by=ids[0], round=1, ends_at=now() + timedelta(seconds=60)
    )
    return meeting


async def village() -> Actor:
    """Make Ana the lead of more than a page of circles, big ones and small ones in turn."""
    people = [await person(f"P{number}") for number in range(MANY)]
    before: Circle | None = None
    for number in range(CIRCLES):
        circle = await circle_row(people[0], number)
        await filled(circle, people[: MANY if number % 2 else FEW])
        if before is not None:
            await CircleMerge.create(circle_id=before.id, into_id=circle.id, offered_by=people[1].require_user())
        before = circle
    return people[0]


async def test_each_nesting_of_circles_takes_its_fixed_number_of_statements_at_any_page_size() -> None:
    ana = await village()
    counts: dict[str, list[int]] = {}
    async with door() as http:
        for name, (selection, _) in CIRCLE_NESTINGS.items():
            counts[name] = [await statements_of(http, ana, selection, size) for size in (2, 20)]
    assert counts == {name: [expected] * 2 for name, (_, expected) in CIRCLE_NESTINGS.items()}


async def statements_of(http: Door, actor: Actor, selection: str, size: int) -> int:
    """Run a selection of my circles; return how many statements it took. It must show something at its end."""
    document = f"{{ myCircles(first: {size}) {{ edges {{ node {{ {selection} }} }} }} }}"
    with counted_statements() as statements:
        data = await http.ask(actor, document)
    assert f"'{last_field_of(selection)}': " in str(data), (selection, data)
    return len(statements)
