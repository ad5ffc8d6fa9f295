"""What a session's room holds beside its chat, as types."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from server.domain.session_floor import Hand
from server.models import session_room as rows
from server.queries.session_room import Talk
from server.schema.core.batching import batched
from server.schema.core.context import Info
from server.schema.profiles import Profile, load_profiles


@strawberry.type(description="Somebody's hand in a session, and how much they were heard in it.")
class SessionHand:
    """A hand, up or down."""

    raised_at: datetime | None = strawberry.field(description="Since when it is up; null when it is down.")
    times_heard: int = strawberry.field(description="How often they had the floor, this time counted.")
    seconds_heard: int = strawberry.field(description="How long they had it in all, this time not counted.")
    profile_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, hand: Hand) -> "SessionHand":
        """Return the hand as the API shows it."""
        return cls(
            raised_at=hand.raised_at, times_heard=hand.times, seconds_heard=hand.seconds, profile_id=hand.profile_id
        )

    @batched(description="Whose hand it is.")
    @staticmethod
    async def profile(parents: Sequence["SessionHand"], info: Info) -> Sequence[Profile | None]:
        """Return the person of each."""
        found = await load_profiles(info, {p.profile_id for p in parents})
        return [found.get(p.profile_id) for p in parents]


@strawberry.type(description="The floor of a session: who was called on.")
class SessionFloor:
    """Somebody's time on the floor."""

    since: datetime = strawberry.field(description="Since when they have it.")
    profile_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: rows.SessionFloor) -> "SessionFloor":
        """Return the floor as the API shows it."""
        return cls(since=row.created_at, profile_id=row.profile_id)

    @batched(description="Who has it.")
    @staticmethod
    async def profile(parents: Sequence["SessionFloor"], info: Info) -> Sequence[Profile | None]:
        """Return the speaker of each."""
        found = await load_profiles(info, {p.profile_id for p in parents})
        return [found.get(p.profile_id) for p in parents]


@strawberry.type(description="How the talk of a session goes.")
class SessionTalk:
    """Hands and floor."""

    hands: list[SessionHand] = strawberry.field(
        description="Everybody's hand: first the raised ones, in the order they are to be called, least heard first."
    )
    floor: SessionFloor | None = strawberry.field(description="Who has the floor; null when nobody was called on.")

    @classmethod
    def of(cls, talk: Talk) -> "SessionTalk":
        """Return the talk as the API shows it."""
        queue = talk.queue
        down = [key for key in talk.hands if key not in queue]
        return cls(
            hands=[SessionHand.of(talk.hands[key]) for key in (*queue, *down)],
            floor=None if talk.floor is None else SessionFloor.of(talk.floor),
        )
