"""Gatherings as types: when and where, who goes, and how the viewer stands to each."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry

from server.domain.gatherings import (
    CODE_OPENS_BEFORE,
    LONGEST_AHEAD,
    TO_COME,
    AnswerState,
    Audience,
    CameBy,
    GatheringState,
    code_at,
    wall_time_of,
)
from server.kit.clock import now
from server.kit.paging import PageRequest
from server.models import gatherings as rows
from server.queries import gatherings as queries
from server.schema.circles import Circle, load_circles
from server.schema.core.batching import batched
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.ids import uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.profiles import Profile, keys_of, load_profiles, uuid_key
from server.services.gatherings import state_of

strawberry.enum(GatheringState, description="Where a gathering stands.")
strawberry.enum(Audience, name="GatheringAudience", description="Whom a gathering is for.")
strawberry.enum(
    AnswerState,
    name="GatheringAnswerState",
    description="What an answer came to. WAITING: yes, when a place is free. GONE: the gathering is not for them now.",
)
strawberry.enum(CameBy, name="GatheringCameBy", description="How it is known that somebody came.")


@strawberry.type(description="Somebody's answer to a gathering. Requires: to host it, to go there, or to be them.")
class GatheringGuest:
    """Who answered what, and whether they came."""

    state: AnswerState = strawberry.field(description="What the answer came to.")
    answered_at: datetime = strawberry.field(description="When they gave it; the line goes by this.")
    came_at: datetime | None = strawberry.field(description="When they were checked in; null: they were not.")
    came_by: CameBy | None = strawberry.field(description="By the host or by the code.")
    profile_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: rows.GatheringAnswer) -> "GatheringGuest":
        """Return the answer as the API shows it."""
        return cls(
            state=row.state,
            answered_at=row.queued_at,
            came_at=row.came_at,
            came_by=row.came_by,
            profile_id=row.profile_id,
        )

    @batched(description="Who; null for somebody who hides from the viewer.")
    @staticmethod
    async def profile(parents: Sequence["GatheringGuest"], info: Info) -> Sequence[Profile | None]:
        """Return the person of each."""
        found = await load_profiles(info, {one.profile_id for one in parents})
        return [found.get(one.profile_id) for one in parents]


@strawberry.type(description="A community event. Requires: to host it, or to be one of those it is for.")
class Gathering(Node):
    """A gathering as those it is for see it."""

    title: str = strawberry.field(description="What it is called.")
    about: str = strawberry.field(description="What it is about; may be empty.")
    state: GatheringState = strawberry.field(description="Where it stands now.")
    audience: Audience = strawberry.field(description="Whom it is for.")
    starts_at: datetime = strawberry.field(description="When it begins.")
    ends_at: datetime = strawberry.field(description="When it ends.")
    day: date = strawberry.field(description="The day on which it begins there.")
    start_minute: int = strawberry.field(description="The minute of that day on the wall clock there: 0 to 1,439.")
    time_zone: str = strawberry.field(description="Whose wall clock that is.")
    is_online: bool = strawberry.field(description="Whether people meet by a link.")
    place: str = strawberry.field(description="Where; may be empty online.")
    city: str = strawberry.field(description="In which city; may be empty online.")
    country: str = strawberry.field(description="In which country, as ISO 3166 has it; may be empty.")
    interests: list[str] = strawberry.field(description="What it has to do with.")
    cap: int = strawberry.field(description="How many can go.")
    is_mine: bool = strawberry.field(description="Whether the viewer hosts it.")
    is_offered_to_me: bool = strawberry.field(description="Whether the viewer is asked to host it.")
    version: int = strawberry.field(description="Grows with every change; give it back as expectedVersion.")
    check_in_code: str | None = strawberry.field(
        description="The code to show at the door now; another one each minute. Null for others than the host, and at"
        " other times."
    )
    host_key: strawberry.Private[UUID]
    heir_key: strawberry.Private[UUID | None]
    circle_key: strawberry.Private[UUID | None]
    url: strawberry.Private[str]

    @classmethod
    def of(cls, row: rows.Gathering, viewer_id: UUID | None) -> "Gathering":
        """Return the gathering as the viewer sees it."""
        at, is_mine, state = now(), row.host_id == viewer_id, state_of(row)
        day, minute = wall_time_of(row.starts_at, row.time_zone)
        is_door_open = row.starts_at - CODE_OPENS_BEFORE <= at and state in TO_COME
        return cls(
            key=row.id,
            title=row.title,
            about=row.about,
            state=state,
            audience=row.audience,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            day=day,
            start_minute=minute,
            time_zone=row.time_zone,
            is_online=row.is_online,
            place=row.place,
            city=row.city,
            country=row.country,
            interests=list(row.interests),
            cap=row.cap,
            is_mine=is_mine,
            is_offered_to_me=row.heir_id is not None and row.heir_id == viewer_id,
            version=row.version,
            check_in_code=code_at(row.code_key, at) if is_mine and is_door_open else None,
            host_key=row.host_id,
            heir_key=row.heir_id if is_mine else None,
            circle_key=row.circle_id,
            url=row.link,
        )

    @batched(description="Who hosts it; null for somebody who hides from the viewer.")
    @staticmethod
    async def host(parents: Sequence["Gathering"], info: Info) -> Sequence[Profile | None]:
        """Return the host of each."""
        found = await load_profiles(info, {p.host_key for p in parents})
        return [found.get(p.host_key) for p in parents]

    @batched(description="Who is asked to host it instead; null when nobody is, and for others than the host.")
    @staticmethod
    async def heir(parents: Sequence["Gathering"], info: Info) -> Sequence[Profile | None]:
        """Return who was asked to host each."""
        asked = {p.heir_key for p in parents if p.heir_key is not None}
        found = await load_profiles(info, asked) if asked else {}
        return [None if p.heir_key is None else found.get(p.heir_key) for p in parents]

    @batched(description="The circle it is for; null when it is for others.")
    @staticmethod
    async def circle(parents: Sequence["Gathering"], info: Info) -> Sequence[Circle | None]:
        """Return the circle of each."""
        wanted = {p.circle_key for p in parents if p.circle_key is not None}
        found = await load_circles(info, wanted) if wanted else {}
        return [None if p.circle_key is None else found.get(p.circle_key) for p in parents]

    @batched(description="The link to meet by. Null for others than the host and those who have a place.")
    @staticmethod
    async def link(parents: Sequence["Gathering"], info: Info) -> Sequence[str | None]:
        """Return the link of each."""
        own = await queries.own_answers(info.context.actor, keys_of(parents))
        return [p.url or None if p.is_mine or queries.goes(own.get(uuid_key(p))) else None for p in parents]

    @batched(description="How many have a place.")
    @staticmethod
    async def going(parents: Sequence["Gathering"], info: Info) -> Sequence[int]:  # noqa: ARG004 - the door's shape
        """Return how many go to each."""
        found = await queries.crowds_of(keys_of(parents))
        return [found[uuid_key(p)].going for p in parents]

    @batched(description="How many wait for a place.")
    @staticmethod
    async def waiting(parents: Sequence["Gathering"], info: Info) -> Sequence[int]:  # noqa: ARG004 - as above
        """Return how many wait for each."""
        found = await queries.crowds_of(keys_of(parents))
        return [found[uuid_key(p)].waiting for p in parents]

    @batched(description="How many may come.")
    @staticmethod
    async def maybe(parents: Sequence["Gathering"], info: Info) -> Sequence[int]:  # noqa: ARG004 - as above
        """Return how many may come to each."""
        found = await queries.crowds_of(keys_of(parents))
        return [found[uuid_key(p)].maybe for p in parents]

    @batched(description="How many were checked in.")
    @staticmethod
    async def came(parents: Sequence["Gathering"], info: Info) -> Sequence[int]:  # noqa: ARG004 - as above
        """Return how many came to each."""
        found = await queries.crowds_of(keys_of(parents))
        return [found[uuid_key(p)].came for p in parents]

    @batched(description="The viewer's own answer; null before they gave one.")
    @staticmethod
    async def my_answer(parents: Sequence["Gathering"], info: Info) -> Sequence[GatheringGuest | None]:
        """Return the viewer's answer to each."""
        found = await queries.own_answers(info.context.actor, keys_of(parents))
        return [GatheringGuest.of(found[uuid_key(p)]) if uuid_key(p) in found else None for p in parents]

    @batched(description="The viewer's place in the line: 1 is next; null when they do not wait.")
    @staticmethod
    async def place_in_line(parents: Sequence["Gathering"], info: Info) -> Sequence[int | None]:
        """Return the viewer's place in each line."""
        found = await queries.places_in_line(info.context.actor, keys_of(parents))
        return [found.get(uuid_key(p)) for p in parents]

    @batched(
        description="Who answered, first one first: all for the host, who goes or may come for those who go, oneself"
        " for the others. Those the viewer does not see are left out.",
        order=queries.GUESTS,
    )
    @staticmethod
    async def guests(
        parents: Sequence["Gathering"], info: Info, page: PageRequest
    ) -> Sequence[Connection[GatheringGuest]]:
        """Return a page of the guests of each."""
        pages = await queries.guests_of(info.context.actor, keys_of(parents), page)
        return [connection_of(pages[uuid_key(p)], GatheringGuest.of) for p in parents]


@node_loader("Gathering")
async def load_gatherings(info: Info, keys: Collection[UUID]) -> Mapping[UUID, Gathering]:
    """Return the gatherings the viewer may see."""
    actor = info.context.actor
    found = await queries.visible(actor, keys)
    return {key: Gathering.of(row, actor.user_id) for key, row in found.items()}


def gathering_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a gathering, or refuse with NotFound."""
    return uuid_of(global_id, "Gathering", what="gathering")


@strawberry.input(description="Which gatherings are asked for. What is empty or null asks for any.")
class GatheringFilter:
    """What narrows the gatherings to come."""

    city: str = strawberry.field(default="", description="Held in this city.")
    country: str = strawberry.field(default="", description="Held in this country, as ISO 3166 has it.")
    interest: str = strawberry.field(default="", description="About this.")
    until: datetime | None = strawberry.field(default=None, description="Beginning before.")

    def wanted(self) -> queries.Wanted:
        """Return the filter as the queries take it."""
        until = self.until or now() + LONGEST_AHEAD
        return queries.Wanted(until, self.city, self.country, self.interest)


@strawberry.type
class GatheringQuery:
    """What can be asked about gatherings."""

    @connection_field(
        order=queries.SOONEST,
        description="Gatherings to come that are for me, soonest first. Requires: a verified mail address.",
    )
    async def gatherings(
        self,
        info: Info,
        page: PageRequest,
        wanted: Annotated[
            GatheringFilter | None, strawberry.argument(name="filter", description="Which of them; null: all.")
        ] = None,
    ) -> Connection[Gathering]:
        """Return a page of gatherings to come."""
        actor = info.context.actor
        found = await queries.coming_page(actor, page, (wanted or GatheringFilter()).wanted())
        return connection_of(found, lambda row: Gathering.of(row, actor.user_id))

    @connection_field(
        order=queries.OWN_LATEST,
        description="Gatherings I host, am asked to host, or answered yes or maybe to, latest first."
        " Requires: a signed-in user.",
    )
    async def my_gatherings(self, info: Info, page: PageRequest) -> Connection[Gathering]:
        """Return a page of the viewer's gatherings."""
        actor = info.context.actor
        return connection_of(await queries.own_page(actor, page), lambda row: Gathering.of(row, actor.user_id))
