"""What the viewer told the matching, as types: wishes and their cost, exclusions, kept searches, seats."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from server.domain.availability import MentoringFormat
from server.domain.preferences import ExclusionReason, Strength, TraitKind, Wish
from server.domain.requests import Aspect
from server.kit.naming import camel_keys
from server.models import matching as rows
from server.queries import mentorships as mentorship_queries
from server.queries import saved_searches as queries
from server.schema.core.batching import batched
from server.schema.core.context import Info
from server.schema.core.fields import resolved
from server.schema.core.ids import uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.mentorships import Mentorship, load_mentorships
from server.schema.profiles import Profile, load_profiles
from server.services import match_wishes as services

strawberry.enum(Strength, description="How much a wish matters; MUST leaves out everybody who does not meet it.")
strawberry.enum(TraitKind, description="What a wish is about.")
strawberry.enum(ExclusionReason, description="Why somebody is ruled out. Nobody else reads it.")

_FORMAT = strawberry.argument(description="The format the cost is counted in.")


@strawberry.type(description="What I wish of whom I am matched with. Only what they let every member see can meet it.")
class MatchWish:
    """A wish."""

    kind: TraitKind = strawberry.field(description="What it is about.")
    value: str = strawberry.field(description="A work pattern, a language without region, or an industry.")
    strength: Strength = strawberry.field(description="How much it matters.")

    @classmethod
    def of(cls, wish: Wish) -> "MatchWish":
        """Return a wish as the API shows it."""
        return cls(kind=wish.kind, value=wish.value, strength=wish.strength)


@strawberry.type(description="What a must costs.")
class MustCost:
    """A must and whom it leaves out."""

    wish: MatchWish = strawberry.field(description="The must.")
    removes: int = strawberry.field(description="Mentors it leaves out whom every other rule allows.")


@strawberry.type(description="What all my musts cost in a format.")
class MatchCosts:
    """The cost of musts."""

    possible: int = strawberry.field(description="Mentors possible without any must.")
    left: int = strawberry.field(description="Mentors left with all of them.")
    musts: list[MustCost] = strawberry.field(description="What each removes by itself.")

    @classmethod
    def of(cls, costs: services.WishCosts) -> "MatchCosts":
        """Return costs as the API shows them."""
        musts = [
            MustCost(wish=MatchWish.of(Wish(one.trait, Strength.MUST)), removes=one.removes) for one in costs.musts
        ]
        return cls(possible=costs.possible, left=costs.left, musts=musts)


@strawberry.type(description="Somebody I ruled out. They see no difference.")
class MatchExclusion:
    """An exclusion of one's own."""

    reason: ExclusionReason = strawberry.field(description="Why, as only I read it.")
    since: datetime = strawberry.field(description="Since when.")
    other_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: rows.MatchExclusion) -> "MatchExclusion":
        """Return an exclusion as its owner sees it."""
        return cls(reason=row.reason, since=row.created_at, other_id=row.other_id)

    @batched(description="Whom; null when they hide from me now.")
    @staticmethod
    async def profile(parents: Sequence["MatchExclusion"], info: Info) -> Sequence[Profile | None]:
        """Return whom each is about."""
        found = await load_profiles(info, {one.other_id for one in parents})
        return [found.get(one.other_id) for one in parents]


@strawberry.type(description="A seat for a mentor, and who has it.")
class MentorSeat:
    """A seat."""

    aspect: Aspect | None = strawberry.field(description="Which seat; null: none in particular.")
    mentorship_ids: strawberry.Private[list[UUID]]

    @batched(description="The mentorships in it; empty: it is free.")
    @staticmethod
    async def mentorships(parents: Sequence["MentorSeat"], info: Info) -> Sequence[list[Mentorship]]:
        """Return who has each."""
        found = await load_mentorships(info, {key for one in parents for key in one.mentorship_ids})
        return [[found[key] for key in one.mentorship_ids if key in found] for one in parents]


@strawberry.type(description="A search of the directory that I keep. Requires: to be the one who keeps it.")
class SavedSearch(Node):
    """A kept search."""

    name: str = strawberry.field(description="Its name.")
    created_at: datetime = strawberry.field(description="When it was kept.")
    filter: JSON = strawberry.field(description="What is searched for. Run it with profiles(savedSearchId:).")

    @classmethod
    def of(cls, row: rows.SavedSearch) -> "SavedSearch":
        """Return the search as its owner sees it."""
        return cls(key=row.id, name=row.name, created_at=row.created_at, filter=JSON(camel_keys(row.wanted)))


@node_loader("SavedSearch")
async def load_searches(info: Info, keys: Collection[UUID]) -> Mapping[UUID, SavedSearch]:
    """Return the searches that are the viewer's own."""
    found = await queries.visible(info.context.actor, keys)
    return {key: SavedSearch.of(row) for key, row in found.items()}


@strawberry.type
class MatchWishQuery:
    """The root fields about what the viewer told the matching."""

    @resolved(description="What I wish of whom I am matched with. Requires: a signed-in user.")
    async def match_wishes(self, info: Info) -> list[MatchWish]:
        """Return the viewer's wishes."""
        return [MatchWish.of(one) for one in await services.wishes_of(info.context.actor)]

    @resolved(description="How many mentors each of my musts removes. Requires: a verified mail address.")
    async def match_costs(
        self,
        info: Info,
        format: Annotated[MentoringFormat, _FORMAT],  # noqa: A002 - the name in the API
    ) -> MatchCosts:
        """Return what the viewer's musts cost."""
        return MatchCosts.of(await services.costs_of(info.context.actor, kind=format))

    @resolved(description="Whom I ruled out, latest first. Requires: a signed-in user.")
    async def match_exclusions(self, info: Info) -> list[MatchExclusion]:
        """Return the viewer's exclusions."""
        return [MatchExclusion.of(row) for row in await services.exclusions_of(info.context.actor)]

    @resolved(description="The searches I keep, newest first; twenty at most. Requires: a signed-in user.")
    async def saved_searches(self, info: Info) -> list[SavedSearch]:
        """Return the viewer's searches."""
        return [SavedSearch.of(row) for row in await queries.of_owner(info.context.actor)]

    @resolved(description="My seats for mentors, one for each aspect and one for none. Requires: a signed-in user.")
    async def mentor_seats(self, info: Info) -> list[MentorSeat]:
        """Return the viewer's seats."""
        taken = await mentorship_queries.seats_of(info.context.actor)
        seats: list[Aspect | None] = [*Aspect, None]
        return [
            MentorSeat(aspect=seat, mentorship_ids=[key for aspect, key in taken if aspect == (seat or "")])
            for seat in seats
        ]


def search_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a kept search, or refuse with NotFound."""
    return uuid_of(global_id, "SavedSearch", what="search")
