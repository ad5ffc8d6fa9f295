"""Profiles as others see them. What a viewer may not see is null, or empty, and named in hiddenFields."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any
from uuid import UUID

import strawberry

from server.domain.availability import Interval
from server.domain.profiles import SkillDirection, WorkPattern
from server.domain.visibility import ProfileField, Relation
from server.queries import availability, capacity
from server.queries import profiles as queries
from server.queries.profile_views import ProfileView
from server.schema.availability import Availability, OpenPlaces, Rhythm, TimeSpan
from server.schema.core.batching import batched
from server.schema.core.context import Info
from server.schema.core.fields import resolved
from server.schema.core.ids import uuid_of
from server.schema.core.nodes import Node, load_node, node_loader
from server.schema.core.views import viewed
from server.schema.profile_parts import (
    Contact,
    HowIWork,
    ProfileLanguage,
    ProfileSkill,
    ProfileTag,
    Stint,
    SupportEntry,
    Transition,
    contacts_shown,
    languages_shown,
    skills_shown,
    stints_shown,
    support_shown,
    tags_shown,
    transitions_shown,
)


# As few as there are choices of what is shown, which most people make alike.
@lru_cache(maxsize=1024)
def _in_order(fields: frozenset[ProfileField]) -> list[ProfileField]:
    return sorted(fields)


@strawberry.type(description="A person as the viewer may see them. Requires: no block between them and the viewer.")
class Profile(Node):
    """A profile as seen by others, or by oneself as if one were another."""

    view: strawberry.Private[ProfileView]
    name: str = viewed(description="The name, or the pseudonym of somebody who goes by one.")
    is_pseudonymous: bool = viewed(description="Whether they go by a pseudonym.")
    relation: Relation = viewed(description="How the viewer stands to them.")
    headline: str | None = viewed(description="Who they are, in a line.")
    bio: str | None = viewed(description="Who they are, at length.")
    work_patterns: list[WorkPattern] | None = viewed(
        description="How their work comes.",
        make=lambda view: None if view.work_patterns is None else [WorkPattern(one) for one in view.work_patterns],
    )
    is_high_skill: bool | None = viewed(description="Whether their work needs long training, if they said.")
    interests: list[str] | None = viewed(description="What they like.")
    industries: list[str] | None = viewed(description="The trades they know.")
    goals: list[str] | None = viewed(description="What they work towards.")
    how_i_work: HowIWork | None = viewed(
        description="How they like to work together.",
        make=lambda view: None if view.how_i_work is None else HowIWork.of(view.how_i_work),
    )
    time_zone: str | None = viewed(description="Their IANA time zone.")
    city: str | None = viewed(description="Their city.")
    country: str | None = viewed(description="Their country's two letters.")
    meets_remotely: bool | None = viewed(description="Whether they meet remotely.")
    meets_within_km: int | None = viewed(description="How far they go to meet in person, in kilometres.")
    hidden_fields: list[ProfileField] = viewed(
        description="What the viewer may not see.", make=lambda view: _in_order(view.hidden)
    )

    @classmethod
    def of(cls, view: ProfileView) -> "Profile":
        """Return the profile as the API shows it."""
        return cls(key=view.id, view=view)

    @batched(description="Their skills, the most important first; empty when hidden.")
    @staticmethod
    async def skills(
        parents: Sequence["Profile"],
        info: Info,
        direction: Annotated[
            SkillDirection | None, strawberry.argument(description="Offered or sought; null: both.")
        ] = None,
    ) -> Sequence[list[ProfileSkill]]:
        """Return the skills of each."""
        found = await queries.skills_of(info.context.actor, keys_of(parents))
        return [skills_shown(found[uuid_key(one)], direction) for one in parents]

    @batched(description="Their skills in their own words; empty when hidden.")
    @staticmethod
    async def tags(parents: Sequence["Profile"], info: Info) -> Sequence[list[ProfileTag]]:
        """Return the tags of each."""
        found = await queries.tags_of(info.context.actor, keys_of(parents))
        return [tags_shown(found[uuid_key(one)]) for one in parents]

    @batched(description="The languages they work in; empty when hidden.")
    @staticmethod
    async def languages(parents: Sequence["Profile"], info: Info) -> Sequence[list[ProfileLanguage]]:
        """Return the languages of each."""
        found = await queries.languages_of(info.context.actor, keys_of(parents))
        return [languages_shown(found[uuid_key(one)]) for one in parents]

    @batched(description="The work they did, latest first; empty when hidden.")
    @staticmethod
    async def stints(parents: Sequence["Profile"], info: Info) -> Sequence[list[Stint]]:
        """Return the stints of each."""
        found = await queries.stints_of(info.context.actor, keys_of(parents))
        return [stints_shown(found[uuid_key(one)]) for one in parents]

    @batched(description="The changes of trade they made, latest first; empty when hidden.")
    @staticmethod
    async def transitions(parents: Sequence["Profile"], info: Info) -> Sequence[list[Transition]]:
        """Return the transitions of each."""
        found = await queries.transitions_of(info.context.actor, keys_of(parents))
        return [transitions_shown(found[uuid_key(one)]) for one in parents]

    @batched(description="What they need and what they give; empty when hidden.")
    @staticmethod
    async def support(parents: Sequence["Profile"], info: Info) -> Sequence[list[SupportEntry]]:
        """Return the support map of each."""
        found = await queries.support_of(info.context.actor, keys_of(parents))
        return [support_shown(found[uuid_key(one)]) for one in parents]

    @batched(description="How to reach them outside Alongside, as far as it is open to the viewer.")
    @staticmethod
    async def contacts(parents: Sequence["Profile"], info: Info) -> Sequence[list[Contact]]:
        """Return the open contact details of each."""
        found = await queries.contacts_of(info.context.actor, keys_of(parents))
        return [contacts_shown(found[uuid_key(one)]) for one in parents]

    @batched(description="How many mentorships they can begin now, by format; null when hidden.")
    @staticmethod
    async def open_places(parents: Sequence["Profile"], info: Info) -> Sequence[list[OpenPlaces] | None]:
        """Return the open places of each."""
        found = await capacity.open_places_of(info.context.actor, keys_of(parents))
        shown = {
            one: [OpenPlaces(format=mentoring_format, places=places) for mentoring_format, places in mine.items()]
            for one, mine in found.items()
        }
        return [shown.get(uuid_key(one)) for one in parents]

    @batched(description="When they can meet, week by week; null when hidden.")
    @staticmethod
    async def availability(parents: Sequence["Profile"], info: Info) -> Sequence[Availability | None]:
        """Return the weekly windows of each."""
        found = await availability.availability_of(info.context.actor, keys_of(parents))
        shown = {one: Availability.of(view) for one, view in found.items()}
        return [shown.get(uuid_key(one)) for one in parents]

    @batched(description="When they can meet between two instants, at most 31 days apart; null when hidden.")
    @staticmethod
    async def open_times(
        parents: Sequence["Profile"],
        info: Info,
        start: Annotated[datetime, strawberry.argument(description="From this instant.")],
        end: Annotated[datetime, strawberry.argument(description="Until this instant.")],
    ) -> Sequence[list[TimeSpan] | None]:
        """Return the open times of each."""
        found = await availability.open_times_of(info.context.actor, keys_of(parents), Interval(start, end))
        shown = {one: [TimeSpan.of(interval) for interval in times] for one, times in found.items()}
        return [shown.get(uuid_key(one)) for one in parents]

    @batched(description="Where they are in their rhythm now; null when hidden.")
    @staticmethod
    async def rhythm(parents: Sequence["Profile"], info: Info) -> Sequence[Rhythm | None]:
        """Return the rhythm of each."""
        found = await availability.rhythm_of(info.context.actor, keys_of(parents))
        shown = {one: Rhythm.of(view) for one, view in found.items()}
        return [shown.get(uuid_key(one)) for one in parents]


def uuid_key(node: Node) -> Any:
    """Return the key of a node whose keys are UUIDs, for a look-up."""
    return node.key


def keys_of(parents: Sequence[Node]) -> list[Any]:
    """Return the keys of nodes whose keys are UUIDs, each once."""
    return list({parent.key for parent in parents})


@node_loader("Profile")
async def load_profiles(info: Info, keys: Collection[UUID]) -> Mapping[UUID, Profile]:
    """Return those whom the viewer may see."""
    found = await queries.visible_profiles(info.context.actor, keys)
    return {key: Profile.of(view) for key, view in found.items()}


@strawberry.type
class ProfileQuery:
    """The root field of one profile."""

    @resolved(description="One person; null when they are missing or hidden.")
    async def profile(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Which profile.")],  # noqa: A002 - the name in the API
    ) -> Profile | None:
        """Return a profile."""
        found: Profile | None = await load_node(info, "Profile", uuid_of(id, "Profile", what="profile"))
        return found
