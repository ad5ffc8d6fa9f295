"""Seats of a circle as types: who sits there, as far as the viewer sees them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from server.domain.circles import SeatRole, SeatState
from server.queries import circles as queries
from server.schema.core.batching import batched
from server.schema.core.context import Info
from server.schema.core.ids import uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.profiles import Profile, load_profiles

strawberry.enum(SeatRole, description="What somebody is in a circle. A guest is there for one meeting.")
strawberry.enum(SeatState, description="How somebody stands to a circle's seats.")


@strawberry.type(
    description="A seat of a circle. Of somebody the viewer does not see only the seat is shown."
    " Requires: a seat in the circle, or for it to be one's own."
)
class CircleSeat(Node):
    """A seat, and what the viewer may know of who sits there."""

    role: SeatRole = strawberry.field(description="What they are in it.")
    state: SeatState = strawberry.field(description="How they stand to it.")
    since: datetime | None = strawberry.field(description="Since when they sit there.")
    paused_until: datetime | None = strawberry.field(description="Until when they pause.")
    nickname: str | None = strawberry.field(description="What they are called where nicknames are used.")
    message: str = strawberry.field(description="What they said when they asked for the seat.")
    norms_number: int = strawberry.field(description="The norms they agreed to last; 0 for none.")
    is_agreed: bool = strawberry.field(
        description="Whether they agreed to the newest norms since somebody joined last; false where there are none."
    )
    is_mine: bool = strawberry.field(description="Whether it is the viewer's own.")
    profile_id: strawberry.Private[UUID | None]

    @classmethod
    def of(cls, view: queries.SeatView) -> "CircleSeat":
        """Return the seat as the API shows it."""
        return cls(
            key=view.id,
            role=view.role,
            state=view.state,
            since=view.since,
            paused_until=view.paused_until,
            nickname=view.nickname,
            message=view.message,
            norms_number=view.norms_number,
            is_agreed=view.is_agreed,
            is_mine=view.is_own,
            profile_id=view.profile_id,
        )

    @batched(description="Who sits there; null behind a nickname, and for somebody the viewer does not see.")
    @staticmethod
    async def profile(parents: Sequence["CircleSeat"], info: Info) -> Sequence[Profile | None]:
        """Return the person of each."""
        found = await load_profiles(info, {p.profile_id for p in parents if p.profile_id is not None})
        return [None if p.profile_id is None else found.get(p.profile_id) for p in parents]


@node_loader("CircleSeat")
async def load_seats(info: Info, keys: Collection[UUID]) -> Mapping[UUID, CircleSeat]:
    """Return the seats the viewer may see."""
    found = await queries.visible_seats(info.context.actor, keys)
    return {key: CircleSeat.of(view) for key, view in found.items()}


async def seat_now(info: Info, key: UUID) -> CircleSeat | None:
    """Return a seat as it is now, if the viewer may see it."""
    return (await load_seats(info, [key])).get(key)


def seat_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a seat, or refuse with NotFound."""
    return uuid_of(global_id, "CircleSeat", what="seat")
