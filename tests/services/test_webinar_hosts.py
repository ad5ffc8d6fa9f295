"""Hosts who lose the line: a co-host who is there takes over after a while, and not before anything is known."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import NotFound
from server.domain.webinars import HOST_GRACE, HostWatch, WebinarAction, WebinarRole
from server.kit.clock import clock, now
from server.models.safety import Block
from server.models.webinars import WebinarRegistration, WebinarStaff
from server.queries import webinars as webinar_queries
from server.services import webinar_hosts, webinar_people, webinars
from server.services.ports import NoRooms, ports
from tests.factories.people import person
from tests.factories.webinars import Event, event

pytestmark = pytest.mark.usefixtures("db")


class Room:
    """A live room whose people the test decides on; `None` while nobody knows."""

    def __init__(self, topic: str, people: set[UUID] | None) -> None:
        self.topic = topic
        self.people = people

    async def present(self, topic: str) -> frozenset[UUID] | None:
        if self.people is None:
            return None
        return frozenset(self.people) if topic == self.topic else frozenset()


def room_of(of: Event, *people: Actor) -> Room:
    room = Room(topics.webinar_staff(of.id).name, {one.require_user() for one in people})
    ports.rooms = room
    return room


@pytest.fixture(autouse=True)
def _no_rooms_afterwards() -> Iterator[None]:
    yield
    ports.rooms = NoRooms()


async def host_of(of: Event) -> UUID:
    return (await WebinarStaff.get(webinar_id=of.id, role=WebinarRole.HOST)).profile_id


async def look(*, later: float = 0.0) -> int:
    """Look for hosts, so many graces from now."""
    with clock.moved(by=HOST_GRACE * later):
        return await webinar_hosts.look_into_rooms()


async def test_a_host_whose_line_stays_lost_is_replaced_by_the_first_cohost_who_is_there() -> None:
    of = await event()
    away, there = of.cohost, await person("There")
    await webinar_people.appoint(of.host, webinar_id=of.id, profile_id=there.require_user(), role=WebinarRole.COHOST)
    room = room_of(of, of.host, there)
    assert await look() == 0
    room.people = {there.require_user()}
    assert await look() == 0
    assert await look(later=0.9) == 0
    assert await look(later=1.1) == 1
    assert await host_of(of) == there.user_id
    roles = {row.profile_id: row.role for row in await WebinarStaff.filter(webinar_id=of.id)}
    assert roles[of.host.require_user()] is roles[away.require_user()] is WebinarRole.COHOST
    assert await look(later=3) == 0


async def test_a_host_who_comes_back_in_time_stays_the_host() -> None:
    of = await event()
    room = room_of(of, of.host, of.cohost)
    await look()
    room.people = {of.cohost.require_user()}
    await look()
    room.people = {of.host.require_user()}
    await look(later=0.9)
    room.people = {of.cohost.require_user()}
    assert await look(later=1.1) == 0
    assert await look(later=2.0) == 0
    assert await host_of(of) == of.host.user_id
    assert await look(later=2.2) == 1


async def test_nobody_is_replaced_who_was_never_there_or_while_nothing_is_known_or_nobody_is_there_to() -> None:
    of = await event()
    room = room_of(of, of.cohost)
    for later in (0, 2, 4):
        assert await look(later=later) == 0
    room.people = {of.host.require_user()}
    await look()
    room.people = None
    for later in (0, 2, 4):
        assert await look(later=later) == 0
    room.people = set()
    for later in (4, 6, 8):
        assert await look(later=later) == 0
    room.people = {of.cohost.require_user()}
    assert await look(later=8) == 1


async def test_an_event_that_is_over_keeps_its_host() -> None:
    of = await event()
    room = room_of(of, of.host, of.cohost)
    await look()
    room.people = {of.cohost.require_user()}
    await look()
    await webinars.move_webinar(of.host, webinar_id=of.id, action=WebinarAction.END)
    assert await look(later=2) == 0


def test_a_watch_starts_with_the_first_sight_and_being_found_ends_the_missing() -> None:
    at = now()
    assert HostWatch().after(is_present=False, at=at) == HostWatch()
    seen = HostWatch().after(is_present=True, at=at)
    missing = seen.after(is_present=False, at=at)
    assert missing == HostWatch(at, at)
    assert not missing.is_lost(at)
    assert missing.after(is_present=False, at=at + HOST_GRACE).is_lost(at + HOST_GRACE)
    assert missing.after(is_present=True, at=at) == HostWatch(at)


async def test_who_is_in_the_room_came_and_everybody_left_at_the_end() -> None:
    of = await event()
    ana, bola, _ = of.attendees
    room = room_of(of, ana, of.host)
    room.topic = topics.webinar(of.id).name
    assert await look() == 1
    assert await look() == 0
    await webinar_people.note_presence(bola, webinar_id=of.id, is_present=True)
    await webinar_people.note_presence(bola, webinar_id=of.id, is_present=False)
    room.people = {ana.require_user(), bola.require_user()}
    assert await look() == 1
    crowd = (await webinar_queries.crowds_of([of.id]))[of.id]
    assert (crowd.registered, crowd.present) == (3, 2)
    await webinars.move_webinar(of.host, webinar_id=of.id, action=WebinarAction.END)
    assert (await webinar_queries.crowds_of([of.id]))[of.id].present == 0
    assert await WebinarRegistration.filter(webinar_id=of.id, joined_at__isnull=False).count() == 2


async def test_an_appointment_across_a_block_finds_nobody_whoever_blocked() -> None:
    of = await event()
    for blocker, blocked in ((of.host, of.attendees[0]), (of.attendees[1], of.host)):
        other = of.attendees[0] if blocker is of.host else of.attendees[1]
        await Block.create(blocker_id=blocker.require_user(), blocked_id=blocked.require_user())
        with pytest.raises(NotFound) as refused:
            await webinar_people.appoint(
                of.host, webinar_id=of.id, profile_id=other.require_user(), role=WebinarRole.PANELIST
            )
        assert refused.value.message == NotFound("profile").message
