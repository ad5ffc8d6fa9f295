"""Meetings of a circle as types: when, who comes, whose turn it is, what was written down."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from server.domain.circle_facts import TalkShown, TurnShown
from server.domain.circle_meetings import MeetingState, RsvpState
from server.models import circle_meetings as rows
from server.queries import circle_meetings as queries
from server.queries.circles import SeatView
from server.schema.circle_people import CircleSeat, load_seats
from server.schema.core.batching import batched
from server.schema.core.context import Info
from server.schema.core.ids import encode_id, uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.profiles import keys_of, uuid_key

strawberry.enum(MeetingState, name="CircleMeetingState", description="Where a circle's meeting stands.")
strawberry.enum(RsvpState, name="CircleRsvpState", description="How somebody answered. WAITING: when a place is free.")


@strawberry.type(description="An answer to a circle's meeting.")
class CircleRsvp:
    """Who answered what, and whether they were there."""

    state: RsvpState | None = strawberry.field(description="The answer; null for somebody who just came.")
    was_there: bool | None = strawberry.field(description="Whether they were there; null before it is known.")
    view: strawberry.Private[SeatView]

    @classmethod
    def of(cls, found: queries.RsvpView) -> "CircleRsvp":
        """Return the answer as the API shows it."""
        return cls(state=found.state, was_there=found.was_there, view=found.seat)

    @strawberry.field(description="From which seat.")  # type: ignore[untyped-decorator]  # strawberry's own
    def seat(self) -> CircleSeat:
        """Return the seat."""
        return CircleSeat.of(self.view)


@strawberry.type(description="A turn to speak. Clients count down by themselves.")
class CircleTurn:
    """Whose turn, since when, until when."""

    since: datetime = strawberry.field(description="Since when.")
    ends_at: datetime = strawberry.field(description="When its time is up; nobody is cut off.")
    round: int = strawberry.field(description="In which round, from 1.")
    seat_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, shown: TurnShown) -> "CircleTurn":
        """Return the turn as the API shows it."""
        return cls(since=shown.since, ends_at=shown.ends_at, round=shown.round, seat_id=shown.seat_id)

    @batched(description="Whose turn it is.")
    @staticmethod
    async def seat(parents: Sequence["CircleTurn"], info: Info) -> Sequence[CircleSeat | None]:
        """Return the seat of each."""
        found = await load_seats(info, {p.seat_id for p in parents})
        return [found.get(p.seat_id) for p in parents]


@strawberry.type(description="The talk of a meeting under way.")
class CircleTalk:
    """Who is inside, whose turn it is, who is next."""

    turn: CircleTurn | None = strawberry.field(description="The turn that is on; null when nobody has it.")
    version: int = strawberry.field(description="Grows with every change.")
    here_ids: strawberry.Private[list[UUID]]
    hand_ids: strawberry.Private[list[UUID]]
    queue_ids: strawberry.Private[list[UUID]]

    @classmethod
    def of(cls, shown: TalkShown) -> "CircleTalk":
        """Return the talk as the API shows it."""
        return cls(
            turn=None if shown.turn is None else CircleTurn.of(shown.turn),
            version=shown.version,
            here_ids=shown.here,
            hand_ids=shown.hands,
            queue_ids=shown.queue,
        )

    @batched(description="Who is inside.")
    @staticmethod
    async def here(parents: Sequence["CircleTalk"], info: Info) -> Sequence[list[CircleSeat]]:
        """Return the seats inside each."""
        return await _seats(info, [p.here_ids for p in parents])

    @batched(description="Whose hand is up, first raised first.")
    @staticmethod
    async def hands(parents: Sequence["CircleTalk"], info: Info) -> Sequence[list[CircleSeat]]:
        """Return the raised hands of each."""
        return await _seats(info, [p.hand_ids for p in parents])

    @batched(description="Who speaks next and after: the round goes on, then the least heard.")
    @staticmethod
    async def queue(parents: Sequence["CircleTalk"], info: Info) -> Sequence[list[CircleSeat]]:
        """Return the queue of each."""
        return await _seats(info, [p.queue_ids for p in parents])


async def _seats(info: Info, wanted: Sequence[Sequence[UUID]]) -> list[list[CircleSeat]]:
    found = await load_seats(info, {key for keys in wanted for key in keys})
    return [[found[key] for key in keys if key in found] for keys in wanted]


@strawberry.type(description="A meeting of a circle. Requires: a seat in it, or to be the meeting's guest.")
class CircleMeeting(Node):
    """A meeting as members see it."""

    title: str = strawberry.field(description="What it is called.")
    starts_at: datetime = strawberry.field(description="When it starts.")
    minutes: int = strawberry.field(description="How long it is to be.")
    state: MeetingState = strawberry.field(description="Where it stands.")
    cap: int | None = strawberry.field(description="How many can come; null for all.")
    turn_seconds: int = strawberry.field(description="How long a turn is.")
    is_in_series: bool = strawberry.field(description="Whether it is one of a series.")
    notes: str = strawberry.field(description="Notes; empty when somebody wrote them whom the viewer does not see.")
    recap: str = strawberry.field(description="The recap, for those who were not there; empty as the notes are.")
    started_at: datetime | None = strawberry.field(description="When it began.")
    ended_at: datetime | None = strawberry.field(description="When it ended.")
    version: int = strawberry.field(description="Grows with every change; give it back as expectedVersion.")
    circle_id: strawberry.ID = strawberry.field(description="The circle that meets.")
    circle_key: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: rows.CircleMeeting) -> "CircleMeeting":
        """Return the meeting as the API shows it."""
        return cls(
            key=row.id,
            title=row.title,
            starts_at=row.starts_at,
            minutes=row.minutes,
            state=row.state,
            cap=row.cap,
            turn_seconds=row.turn_seconds,
            is_in_series=row.series_id is not None,
            notes=row.notes,
            recap=row.recap,
            started_at=row.started_at,
            ended_at=row.ended_at,
            version=row.version,
            circle_id=strawberry.ID(encode_id("Circle", row.circle_id)),
            circle_key=row.circle_id,
        )

    @batched(description="Whether the viewer may lead it: by turn, or as a lead of the circle.")
    @staticmethod
    async def may_facilitate(parents: Sequence["CircleMeeting"], info: Info) -> Sequence[bool]:
        """Return whether the viewer may lead each."""
        found = await queries.may_facilitate(info.context.actor, {uuid_key(p): p.circle_key for p in parents})
        return [uuid_key(p) in found for p in parents]

    @batched(description="How many come.")
    @staticmethod
    async def coming(parents: Sequence["CircleMeeting"], info: Info) -> Sequence[int]:  # noqa: ARG004 - the door's shape
        """Return how many come to each."""
        found = await queries.crowds_of(keys_of(parents))
        return [found[uuid_key(p)].coming for p in parents]

    @batched(description="How many wait for a place.")
    @staticmethod
    async def waiting(parents: Sequence["CircleMeeting"], info: Info) -> Sequence[int]:  # noqa: ARG004 - as above
        """Return how many wait for a place in each."""
        found = await queries.crowds_of(keys_of(parents))
        return [found[uuid_key(p)].waiting for p in parents]

    @batched(description="Who leads it.")
    @staticmethod
    async def facilitator(parents: Sequence["CircleMeeting"], info: Info) -> Sequence[CircleSeat | None]:
        """Return the facilitator's seat of each."""
        crowds = await queries.crowds_of(keys_of(parents))
        wanted = [crowds[uuid_key(p)].facilitator for p in parents]
        found = await load_seats(info, {key for key in wanted if key is not None})
        return [None if key is None else found.get(key) for key in wanted]

    @batched(description="Who answered, first answer first; those the viewer does not see are left out.")
    @staticmethod
    async def rsvps(parents: Sequence["CircleMeeting"], info: Info) -> Sequence[list[CircleRsvp]]:
        """Return the answers to each."""
        meetings = {uuid_key(p): p.circle_key for p in parents}
        found = await queries.rsvps_of(info.context.actor, meetings)
        return [[CircleRsvp.of(one) for one in found[uuid_key(p)]] for p in parents]

    @batched(description="The viewer's own answer.")
    @staticmethod
    async def my_answer(parents: Sequence["CircleMeeting"], info: Info) -> Sequence[RsvpState | None]:
        """Return the viewer's answer to each."""
        found = await queries.own_rsvps(info.context.actor, keys_of(parents))
        return [found[uuid_key(p)].state if uuid_key(p) in found else None for p in parents]

    @batched(description="The talk while it is under way.")
    @staticmethod
    async def talk(parents: Sequence["CircleMeeting"], info: Info) -> Sequence[CircleTalk | None]:
        """Return the talk of each that is live."""
        live = [uuid_key(p) for p in parents if p.state is MeetingState.LIVE]
        found = await queries.talks_of(info.context.actor, live) if live else {}
        return [CircleTalk.of(found[uuid_key(p)]) if uuid_key(p) in found else None for p in parents]


@node_loader("CircleMeeting")
async def load_meetings(info: Info, keys: Collection[UUID]) -> Mapping[UUID, CircleMeeting]:
    """Return the meetings the viewer may see."""
    found = await queries.visible_meetings(info.context.actor, keys)
    return {key: CircleMeeting.of(row) for key, row in found.items()}


def meeting_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a meeting, or refuse with NotFound."""
    return uuid_of(global_id, "CircleMeeting", what="meeting")
