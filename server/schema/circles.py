"""Circles as types: the circle, its feed, what one asks about it. Its parts are in circle_*.py."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

import strawberry

from server.domain import topics
from server.domain.availability import Interval
from server.domain.circle_facts import ItemKind
from server.domain.circle_health import HealthLine, HealthTerm
from server.domain.circle_meetings import MeetingState
from server.domain.circles import (
    CircleAction,
    CircleKind,
    CircleState,
    Confidentiality,
    Facilitation,
    JoinMode,
    Naming,
    actions_from,
)
from server.kit.paging import PageRequest
from server.models import circles as rows
from server.models.circle_meetings import CircleMeeting as MeetingRow
from server.queries import circle_growth, circle_meetings, circle_talk, circle_times
from server.queries import circles as queries
from server.queries.circle_authors import authors_of
from server.schema.circle_kinds import CircleKindQuery
from server.schema.circle_meetings import CircleMeeting, load_meetings
from server.schema.circle_people import CircleSeat, load_seats
from server.schema.circle_talk import CircleResource, CircleThread, load_resources, load_threads
from server.schema.core.batching import batched
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.fields import resolved
from server.schema.core.ids import encode_id, uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.profiles import keys_of, uuid_key

Found = TypeVar("Found")

strawberry.enum(CircleState, description="Where a circle stands. ALUMNI: an archive that can be read.")
strawberry.enum(ItemKind, name="CircleItemKind", description="What a line of the feed tells of.")
strawberry.enum(HealthTerm, name="CircleHealthTerm", description="What is looked at to say how a circle does.")


@strawberry.type(description="A line of a circle's feed. Lines about somebody the viewer does not see are not there.")
class CircleItem:
    """A line of the feed, with what it tells of."""

    item_id: str = strawberry.field(description="Its id, as circle.item_added tells it.")
    kind: ItemKind = strawberry.field(description="What it tells of.")
    at: datetime = strawberry.field(description="When it happened.")
    key: strawberry.Private[UUID]
    subject_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: rows.CircleItem) -> "CircleItem":
        """Return the line as the API shows it."""
        return cls(item_id=str(row.id), kind=row.kind, at=row.created_at, key=row.id, subject_id=row.subject_id)

    @batched(description="Whose doing it is.")
    @staticmethod
    async def seat(parents: Sequence["CircleItem"], info: Info) -> Sequence[CircleSeat | None]:
        """Return the seat of each."""
        found = await authors_of(info.context.actor, "circle_item", [p.key for p in parents])
        return [CircleSeat.of(found[p.key]) if p.key in found else None for p in parents]

    @batched(description="The discussion, of THREAD and ASK.")
    @staticmethod
    async def thread(parents: Sequence["CircleItem"], info: Info) -> Sequence[CircleThread | None]:
        """Return the discussion of each."""
        return await _subjects(parents, load_threads, info)

    @batched(description="The meeting, of MEETING and RECAP.")
    @staticmethod
    async def meeting(parents: Sequence["CircleItem"], info: Info) -> Sequence[CircleMeeting | None]:
        """Return the meeting of each."""
        return await _subjects(parents, load_meetings, info)

    @batched(description="The resource, of RESOURCE.")
    @staticmethod
    async def resource(parents: Sequence["CircleItem"], info: Info) -> Sequence[CircleResource | None]:
        """Return the resource of each."""
        return await _subjects(parents, load_resources, info)


async def _subjects(
    parents: Sequence[CircleItem], load: Callable[[Info, Collection[UUID]], Awaitable[Mapping[UUID, Found]]], info: Info
) -> list[Found | None]:
    found = await load(info, {p.subject_id for p in parents})
    return [found.get(p.subject_id) for p in parents]


@strawberry.type(description="The norms of a circle: one reads them before one joins.")
class CircleNormsText:
    """The newest norms, and who stands by them."""

    number: int = strawberry.field(description="The version; give it back to agree.")
    text: str = strawberry.field(description="What the members agree to.")
    written_at: datetime = strawberry.field(description="When it was written.")
    agreed: int = strawberry.field(description="How many agreed since somebody joined last.")
    is_agreed: bool = strawberry.field(description="Whether the viewer did.")


@strawberry.type(description="One term of how a circle does, with its reason and a next step.")
class CircleHealthLine:
    """A term that explains itself."""

    term: HealthTerm = strawberry.field(description="What is looked at.")
    score: float | None = strawberry.field(description="0 (badly) to 1 (well); null when it is too early to say.")
    why: str = strawberry.field(description="What it is made of.")
    step: str = strawberry.field(description="One thing to try; empty when nothing needs to change.")

    @classmethod
    def of(cls, line: HealthLine) -> "CircleHealthLine":
        """Return the line as the API shows it."""
        return cls(term=line.term, score=line.score, why=line.why, step=line.step)


@strawberry.type(description="How much a seat was heard over the last meetings.")
class CircleHeard:
    """Turns and seconds of a seat."""

    turns: int = strawberry.field(description="How many turns.")
    seconds: int = strawberry.field(description="How long in all.")
    seat_id: strawberry.Private[UUID]

    @batched(description="Whose.")
    @staticmethod
    async def seat(parents: Sequence["CircleHeard"], info: Info) -> Sequence[CircleSeat | None]:
        """Return the seat of each."""
        found = await load_seats(info, {p.seat_id for p in parents})
        return [found.get(p.seat_id) for p in parents]


@strawberry.type(description="A time at which a circle could meet.")
class CircleTime:
    """A start, and what it costs together. Nobody is told what it costs another."""

    starts_at: datetime = strawberry.field(description="When.")
    can_come: int = strawberry.field(description="How many can come, as far as they said.")
    painful_for: int = strawberry.field(description="For how many it is before seven or after ten.")
    my_cost: int = strawberry.field(description="What it costs the viewer by their clock: 0 (day) to 8 (night).")


@strawberry.type(description="An offer of another circle to join this one.")
class CircleMergeOffer:
    """An offer that waits."""

    offer_key: str = strawberry.field(description="Give it back to answer.")
    at: datetime = strawberry.field(description="When it was made.")
    circle_key: strawberry.Private[UUID]

    @batched(description="Which circle asks; null when its page is not the viewer's to see.")
    @staticmethod
    async def circle(
        parents: Sequence["CircleMergeOffer"], info: Info
    ) -> Sequence[Annotated["Circle", strawberry.lazy("server.schema.circles")] | None]:
        """Return the circle of each."""
        found = await load_circles(info, {p.circle_key for p in parents})
        return [found.get(p.circle_key) for p in parents]


@strawberry.type(description="What could be done about a circle's size; leads decide.")
class CircleAdvice:
    """A split, or partners for a merge, or nothing."""

    staying_ids: strawberry.Private[list[UUID]]
    moving_ids: strawberry.Private[list[UUID]]
    partner_ids: strawberry.Private[list[UUID]]

    @batched(description="Of a circle that is too big: who could stay.")
    @staticmethod
    async def staying(parents: Sequence["CircleAdvice"], info: Info) -> Sequence[list[CircleSeat]]:
        """Return one half of each."""
        found = await load_seats(info, {key for p in parents for key in p.staying_ids})
        return [[found[key] for key in p.staying_ids if key in found] for p in parents]

    @batched(description="Of a circle that is too big: who could begin another one.")
    @staticmethod
    async def moving(parents: Sequence["CircleAdvice"], info: Info) -> Sequence[list[CircleSeat]]:
        """Return the other half of each."""
        found = await load_seats(info, {key for p in parents for key in p.moving_ids})
        return [[found[key] for key in p.moving_ids if key in found] for p in parents]

    @batched(description="Of a circle that is too small: others of its kind that it could join, best first.")
    @staticmethod
    async def partners(
        parents: Sequence["CircleAdvice"], info: Info
    ) -> Sequence[list[Annotated["Circle", strawberry.lazy("server.schema.circles")]]]:
        """Return the partners of each."""
        found = await load_circles(info, {key for p in parents for key in p.partner_ids})
        return [[found[key] for key in p.partner_ids if key in found] for p in parents]


@strawberry.type(description="The one meeting of a guest, as much as they are told before they say yes.")
class CircleGuestMeeting:
    """When a guest is expected, and what for."""

    meeting_id: strawberry.ID = strawberry.field(description="Its id; it can be opened once one has said yes.")
    title: str = strawberry.field(description="What it is called.")
    starts_at: datetime = strawberry.field(description="When it starts.")
    minutes: int = strawberry.field(description="How long it is to be.")

    @classmethod
    def of(cls, row: MeetingRow) -> "CircleGuestMeeting":
        """Return the meeting as the API shows it."""
        key = encode_id("CircleMeeting", row.id)
        return cls(meeting_id=strawberry.ID(key), title=row.title, starts_at=row.starts_at, minutes=row.minutes)


@strawberry.type(description="A circle. A listed one's page is everybody's; what is written in it is its members'.")
class Circle(Node):
    """A circle and what one may see of it."""

    name: str = strawberry.field(description="Its name.")
    theme: str = strawberry.field(description="What it is about, in a word or two.")
    purpose: str = strawberry.field(description="What it is for.")
    kind: CircleKind = strawberry.field(description="What sort it is.")
    state: CircleState = strawberry.field(description="Where it stands.")
    join_mode: JoinMode = strawberry.field(description="How one gets in.")
    confidentiality: Confidentiality = strawberry.field(description="What may leave it.")
    naming: Naming = strawberry.field(description="How members know each other.")
    facilitation: Facilitation = strawberry.field(description="Who leads its meetings.")
    with_mentor: bool = strawberry.field(description="Whether a mentor is part of it.")
    least: int = strawberry.field(description="How many it takes to begin.")
    most: int = strawberry.field(description="How many seats there are.")
    is_listed: bool = strawberry.field(description="Whether everybody can find it.")
    version: int = strawberry.field(description="Grows with every change; give it back as expectedVersion.")

    @classmethod
    def of(cls, row: rows.Circle) -> "Circle":
        """Return the circle as the API shows it."""
        return cls(
            key=row.id,
            name=row.name,
            theme=row.theme,
            purpose=row.purpose,
            kind=row.kind,
            state=row.state,
            join_mode=row.join_mode,
            confidentiality=row.confidentiality,
            naming=row.naming,
            facilitation=row.facilitation,
            with_mentor=row.with_mentor,
            least=row.least,
            most=row.most,
            is_listed=row.is_listed,
            version=row.version,
        )

    @resolved(description="The name to follow it by, over /live. Requires: a seat in it.")
    def topic(self) -> str:
        """Return the circle's topic."""
        return topics.circle(uuid_key(self)).name

    @batched(description="The viewer's own seat, or what they have instead of one.")
    @staticmethod
    async def my_seat(parents: Sequence["Circle"], info: Info) -> Sequence[CircleSeat | None]:
        """Return the viewer's seat in each."""
        found = await queries.own_seats(info.context.actor, keys_of(parents))
        return [CircleSeat.of(found[uuid_key(p)]) if uuid_key(p) in found else None for p in parents]

    @batched(description="The viewer's place in the line for a seat: 1 is next.")
    @staticmethod
    async def place_in_line(parents: Sequence["Circle"], info: Info) -> Sequence[int | None]:
        """Return the viewer's place in each line."""
        found = await queries.places_in_line(info.context.actor, keys_of(parents))
        return [found.get(uuid_key(p)) for p in parents]

    @batched(description="What can be done next on its road; null for others than its leads.")
    @staticmethod
    async def moves(parents: Sequence["Circle"], info: Info) -> Sequence[list[CircleAction] | None]:
        """Return what the leads of each can do next."""
        found = await queries.standings_of(info.context.actor, keys_of(parents))
        leads = {key for key, standing in found.items() if standing.leads}
        return [actions_from(p.state) if uuid_key(p) in leads else None for p in parents]

    @batched(description="The one meeting the viewer is, or is invited as, a guest of; null for others.")
    @staticmethod
    async def guest_meeting(parents: Sequence["Circle"], info: Info) -> Sequence[CircleGuestMeeting | None]:
        """Return the viewer's meeting in each."""
        found = await circle_meetings.guest_meetings_of(info.context.actor, keys_of(parents))
        return [CircleGuestMeeting.of(found[uuid_key(p)]) if uuid_key(p) in found else None for p in parents]

    @batched(description="Its seats, first seated first; leads also see who waits. None for others than members.")
    @staticmethod
    async def seats(parents: Sequence["Circle"], info: Info) -> Sequence[list[CircleSeat]]:
        """Return the seats of each."""
        found = await queries.seats_of(info.context.actor, keys_of(parents))
        return [[CircleSeat.of(view) for view in found[uuid_key(p)]] for p in parents]

    @batched(description="Its norms; null when it has none yet.")
    @staticmethod
    async def norms(parents: Sequence["Circle"], info: Info) -> Sequence[CircleNormsText | None]:
        """Return the norms of each."""
        found = await queries.norms_of(info.context.actor, keys_of(parents))
        agreed = await queries.agreements_of(info.context.actor, list(found))
        return [_norms(found.get(uuid_key(p)), agreed) for p in parents]

    @batched(description="What happened in it, newest first. Empty for others.", order=queries.NEWEST_ITEMS)
    @staticmethod
    async def feed(parents: Sequence["Circle"], info: Info, page: PageRequest) -> Sequence[Connection[CircleItem]]:
        """Return a page of the feed of each."""
        pages = await queries.feeds_of(info.context.actor, keys_of(parents), page)
        return [connection_of(pages[uuid_key(p)], CircleItem.of) for p in parents]

    @batched(description="Its meetings by time; `last` for the latest.", order=circle_meetings.NEXT_MEETINGS)
    @staticmethod
    async def meetings(
        parents: Sequence["Circle"],
        info: Info,
        page: PageRequest,
        states: Annotated[
            list[MeetingState] | None, strawberry.argument(description="Only in these states; null: in any.")
        ] = None,
    ) -> Sequence[Connection[CircleMeeting]]:
        """Return a page of the meetings of each."""
        wanted = None if states is None else [state.value for state in states]
        pages = await circle_meetings.pages_of(info.context.actor, keys_of(parents), page, wanted)
        return [connection_of(pages[uuid_key(p)], CircleMeeting.of) for p in parents]

    @batched(description="Its discussions, last changed first.", order=circle_talk.NEWEST_THREADS)
    @staticmethod
    async def threads(parents: Sequence["Circle"], info: Info, page: PageRequest) -> Sequence[Connection[CircleThread]]:
        """Return a page of the discussions of each."""
        pages = await circle_talk.threads_of(info.context.actor, keys_of(parents), page)
        return [connection_of(pages[uuid_key(p)], CircleThread.of) for p in parents]

    @batched(description="Its resources, newest first.", order=circle_talk.NEWEST_RESOURCES)
    @staticmethod
    async def resources(
        parents: Sequence["Circle"], info: Info, page: PageRequest
    ) -> Sequence[Connection[CircleResource]]:
        """Return a page of the resources of each."""
        pages = await circle_talk.resources_of(info.context.actor, keys_of(parents), page)
        return [connection_of(pages[uuid_key(p)], CircleResource.of) for p in parents]

    @batched(description="How much each seat was heard over the last meetings, most first.")
    @staticmethod
    async def heard(parents: Sequence["Circle"], info: Info) -> Sequence[list[CircleHeard]]:
        """Return the turn history of each."""
        found = await circle_meetings.turn_history_of(info.context.actor, keys_of(parents))
        return [
            [CircleHeard(turns=one.turns, seconds=one.seconds, seat_id=one.seat_id) for one in found[uuid_key(p)]]
            for p in parents
        ]

    @batched(description="How it does, each term with its reason and a next step. Nothing for others than members.")
    @staticmethod
    async def health(parents: Sequence["Circle"], info: Info) -> Sequence[list[CircleHealthLine]]:
        """Return how each does."""
        found = await circle_meetings.health_of(info.context.actor, keys_of(parents))
        return [[CircleHealthLine.of(one) for one in found[uuid_key(p)]] for p in parents]

    @batched(description="What could be done about its size; null for others than its leads.")
    @staticmethod
    async def advice(parents: Sequence["Circle"], info: Info) -> Sequence[CircleAdvice | None]:
        """Return the advice for each."""
        found = await circle_growth.advice_of(info.context.actor, keys_of(parents))
        return [_advice(found.get(uuid_key(p))) for p in parents]

    @batched(description="Offers of other circles to join this one. Nothing for others than its leads.")
    @staticmethod
    async def merge_offers(parents: Sequence["Circle"], info: Info) -> Sequence[list[CircleMergeOffer]]:
        """Return the offers that wait for each."""
        found = await circle_growth.offers_to(info.context.actor, keys_of(parents))
        return [
            [
                CircleMergeOffer(offer_key=str(one.id), at=one.created_at, circle_key=one.circle_id)
                for one in found[uuid_key(p)]
            ]
            for p in parents
        ]


def _advice(found: circle_growth.Advice | None) -> CircleAdvice | None:
    if found is None or (found.halves is None and not found.partners):
        return None
    staying, moving = found.halves or ([], [])
    return CircleAdvice(staying_ids=staying, moving_ids=moving, partner_ids=found.partners)


def _norms(row: rows.CircleNorms | None, agreed: Mapping[UUID, queries.Agreement]) -> CircleNormsText | None:
    if row is None:
        return None
    stand = agreed.get(row.circle_id, queries.Agreement(0, is_own=False))
    return CircleNormsText(
        number=row.number, text=row.text, written_at=row.created_at, agreed=stand.count, is_agreed=stand.is_own
    )


def circle_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a circle, or refuse with NotFound."""
    return uuid_of(global_id, "Circle", what="circle")


@node_loader("Circle")
async def load_circles(info: Info, keys: Collection[UUID]) -> Mapping[UUID, Circle]:
    """Return the circles whose page the viewer may see."""
    found = await queries.visible(info.context.actor, keys)
    return {key: Circle.of(row) for key, row in found.items()}


@strawberry.type
class CircleQuery(CircleKindQuery):
    """What can be asked about circles."""

    @connection_field(order=queries.NEWEST_CIRCLES, description="Listed circles that take people in, newest first.")
    async def circles(
        self,
        info: Info,
        page: PageRequest,
        text: Annotated[str, strawberry.argument(description="Words of the name or theme.")] = "",
        kinds: Annotated[
            list[CircleKind] | None, strawberry.argument(description="Only of these kinds; null: of any.")
        ] = None,
    ) -> Connection[Circle]:
        """Return a page of listed circles. Requires: a signed-in user."""
        info.context.actor.require_user()
        found = await queries.listed_page(page, text=text, kinds=[kind.value for kind in kinds or ()])
        return connection_of(found, Circle.of)

    @connection_field(
        order=queries.OWN_CIRCLES, description="Circles I have a seat in, or wait for. Requires: a sign-in."
    )
    async def my_circles(self, info: Info, page: PageRequest) -> Connection[Circle]:
        """Return a page of the viewer's circles."""
        return connection_of(await queries.own_page(info.context.actor, page), Circle.of)

    @resolved(description="Times at which a circle could meet, that hurt each in turn. Requires: a seat in it.")
    async def circle_times(
        self,
        info: Info,
        circle_id: Annotated[strawberry.ID, strawberry.argument(description="Which circle.")],
        start: Annotated[datetime, strawberry.argument(description="From when on.")],
        end: Annotated[datetime, strawberry.argument(description="Until when, at most 31 days later.")],
        minutes: Annotated[int, strawberry.argument(description="How long: 5 to 240.")] = 60,
    ) -> list[CircleTime]:
        """Return the best times, best first."""
        found = await circle_times.times_of(info.context.actor, circle_id_of(circle_id), Interval(start, end), minutes)
        own = info.context.actor.require_user()
        return [
            CircleTime(
                starts_at=one.starts_at,
                can_come=len(one.costs) - len(one.cannot),
                painful_for=one.painful_for,
                my_cost=one.costs.get(own, 0),
            )
            for one in found
        ]
