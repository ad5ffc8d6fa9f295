"""The viewer's own profile: every field as it is kept, who sees it, and what only its owner is told."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

import strawberry

from server.domain.actors import Actor, ProfileId
from server.domain.completeness import ProfilePart
from server.domain.profiles import SkillDirection, SupportNeed, Visibility, WorkPattern
from server.domain.visibility import ProfileField, visibility_of
from server.models import profiles as rows
from server.queries import availability, capacity, own_profile, profiles, safety
from server.schema.availability import AvailabilityException, CapacityAccount, Stretch, WeeklyWindow
from server.schema.core.batching import batched
from server.schema.core.context import Info
from server.schema.core.ids import encode_id
from server.schema.core.nodes import Node, node_loader
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
from server.schema.profiles import Profile, load_profiles

View = TypeVar("View")
Answer = TypeVar("Answer")

strawberry.enum(ProfilePart, description="A part of a profile that can be filled.")


@strawberry.type(description="Who may see a part of your profile.")
class FieldVisibility:
    """A choice, or its default."""

    field: ProfileField = strawberry.field(description="The part.")
    visibility: Visibility = strawberry.field(description="Who sees it.")


@strawberry.type(description="A part of your profile that is empty.")
class MissingPart:
    """A missing part."""

    part: ProfilePart = strawberry.field(description="The part.")
    changes: str = strawberry.field(description="What filling it would change.")


@strawberry.type(description="A need of yours that nobody meets.")
class SupportGap:
    """A gap in the support map."""

    need: SupportNeed = strawberry.field(description="The need.")
    next_step: str = strawberry.field(description="One thing to do about it.")


@strawberry.type(description="Somebody you want no word of. They see no difference.")
class MutedProfile:
    """A mute of one's own."""

    profile_id: strawberry.ID = strawberry.field(description="For unmuteProfile.")
    name: str = strawberry.field(description="The name that others read.")
    since: datetime = strawberry.field(description="Since when.")

    @classmethod
    def of(cls, view: safety.BlockView) -> "MutedProfile":
        """Return a mute as the API shows it."""
        profile_id = strawberry.ID(encode_id("Profile", view.profile_id))
        return cls(profile_id=profile_id, name=view.name, since=view.since)


@strawberry.type(description="Somebody you blocked. They are told nothing.")
class BlockedProfile:
    """A block of one's own."""

    profile_id: strawberry.ID = strawberry.field(description="For unblockProfile.")
    name: str = strawberry.field(description="The name that others read.")
    since: datetime = strawberry.field(description="Since when.")

    @classmethod
    def of(cls, view: safety.BlockView) -> "BlockedProfile":
        """Return a block as the API shows it."""
        return cls(profile_id=strawberry.ID(encode_id("Profile", view.profile_id)), name=view.name, since=view.since)


@strawberry.type(description="Somebody to whom your contact details are open.")
class ContactRelease:
    """A release of one's own."""

    since: datetime = strawberry.field(description="Since when.")
    to_profile_id: strawberry.Private[UUID]

    @batched(description="To whom; null when they may not be seen any more.")
    @staticmethod
    async def to(parents: Sequence["ContactRelease"], info: Info) -> Sequence[Profile | None]:
        """Return the reader of each."""
        found = await load_profiles(info, {one.to_profile_id for one in parents})
        return [found.get(one.to_profile_id) for one in parents]


@strawberry.type(description="Your own profile. Requires: to be yours.")
class MyProfile(Node):
    """The viewer's profile; there is one, so each field answers all parents alike."""

    display_name: str = strawberry.field(description="Your name.")
    pseudonym: str | None = strawberry.field(description="The name that others read while isPseudonymous.")
    is_pseudonymous: bool = strawberry.field(description="Whether only matches read your name.")
    headline: str = strawberry.field(description="Who you are, in a line.")
    bio: str = strawberry.field(description="Who you are, at length.")
    work_patterns: list[WorkPattern] = strawberry.field(description="How your work comes.")
    is_high_skill: bool | None = strawberry.field(description="Whether your work needs long training, if you said.")
    interests: list[str] = strawberry.field(description="What you like.")
    industries: list[str] = strawberry.field(description="The trades you know.")
    goals: list[str] = strawberry.field(description="What you work towards.")
    how_i_work: HowIWork = strawberry.field(description="How you like to work together.")
    time_zone: str = strawberry.field(description="Your IANA time zone.")
    city: str = strawberry.field(description="Your city.")
    country: str = strawberry.field(description="Your country's two letters; empty when not said.")
    meets_remotely: bool = strawberry.field(description="Whether you meet remotely.")
    meets_within_km: int | None = strawberry.field(description="How far you go to meet in person, in kilometres.")
    is_listed: bool = strawberry.field(description="Whether the directory shows you.")
    requests_paused_until: datetime | None = strawberry.field(description="Until when you take no new requests.")
    visibility: list[FieldVisibility] = strawberry.field(description="Who sees each part.")
    version: int = strawberry.field(description="Grows with every change; give it back as expectedVersion.")
    updated_at: datetime = strawberry.field(description="When you last changed it.")

    @classmethod
    def of(cls, row: rows.Profile) -> "MyProfile":
        """Return one's own profile as the API shows it."""
        return cls(
            key=row.id,
            display_name=row.display_name,
            pseudonym=row.pseudonym,
            is_pseudonymous=row.is_pseudonymous,
            headline=row.headline,
            bio=row.bio,
            work_patterns=[WorkPattern(one) for one in row.work_patterns],
            is_high_skill=row.is_high_skill,
            interests=row.interests,
            industries=row.industries,
            goals=row.goals,
            how_i_work=HowIWork.of(row.how_i_work),
            time_zone=row.time_zone,
            city=row.city,
            country=row.country,
            meets_remotely=row.meets_remotely,
            meets_within_km=row.meets_within_km,
            is_listed=row.is_listed,
            requests_paused_until=row.requests_paused_until,
            visibility=[
                FieldVisibility(field=field, visibility=visibility_of(row.visibility, field)) for field in ProfileField
            ],
            version=row.version,
            updated_at=row.updated_at,
        )

    @batched(description="Your skills, the most important first.")
    @staticmethod
    async def skills(
        parents: Sequence["MyProfile"],
        info: Info,
        direction: Annotated[
            SkillDirection | None, strawberry.argument(description="Offered or sought; null: both.")
        ] = None,
    ) -> Sequence[list[ProfileSkill]]:
        """Return the viewer's skills."""
        return _each(parents, skills_shown(await _own(profiles.skills_of, info.context.actor), direction))

    @batched(description="Your skills in your own words.")
    @staticmethod
    async def tags(parents: Sequence["MyProfile"], info: Info) -> Sequence[list[ProfileTag]]:
        """Return the viewer's tags."""
        return _each(parents, tags_shown(await _own(profiles.tags_of, info.context.actor)))

    @batched(description="The languages you work in.")
    @staticmethod
    async def languages(parents: Sequence["MyProfile"], info: Info) -> Sequence[list[ProfileLanguage]]:
        """Return the viewer's languages."""
        return _each(parents, languages_shown(await _own(profiles.languages_of, info.context.actor)))

    @batched(description="The work you did, latest first.")
    @staticmethod
    async def stints(parents: Sequence["MyProfile"], info: Info) -> Sequence[list[Stint]]:
        """Return the viewer's stints."""
        return _each(parents, stints_shown(await _own(profiles.stints_of, info.context.actor)))

    @batched(description="The changes of trade you made, latest first.")
    @staticmethod
    async def transitions(parents: Sequence["MyProfile"], info: Info) -> Sequence[list[Transition]]:
        """Return the viewer's transitions."""
        return _each(parents, transitions_shown(await _own(profiles.transitions_of, info.context.actor)))

    @batched(description="What you need and what you give.")
    @staticmethod
    async def support(parents: Sequence["MyProfile"], info: Info) -> Sequence[list[SupportEntry]]:
        """Return the viewer's support map."""
        return _each(parents, support_shown(await _own(profiles.support_of, info.context.actor)))

    @batched(description="Your needs that nobody meets, each with one next step.")
    @staticmethod
    async def support_gaps(parents: Sequence["MyProfile"], info: Info) -> Sequence[list[SupportGap]]:
        """Return the gaps in the viewer's support map."""
        gaps = await own_profile.gaps_of(info.context.actor)
        return _each(parents, [SupportGap(need=gap.need, next_step=gap.next_step) for gap in gaps])

    @batched(description="How you can be reached outside Alongside.")
    @staticmethod
    async def contacts(parents: Sequence["MyProfile"], info: Info) -> Sequence[list[Contact]]:
        """Return the viewer's contact details."""
        return _each(parents, contacts_shown(await _own(profiles.contacts_of, info.context.actor)))

    @batched(description="To whom your contact details are open.")
    @staticmethod
    async def contact_releases(parents: Sequence["MyProfile"], info: Info) -> Sequence[list[ContactRelease]]:
        """Return the viewer's releases."""
        found = await own_profile.releases_of(info.context.actor)
        return _each(parents, [ContactRelease(since=one.since, to_profile_id=one.to_profile_id) for one in found])

    @batched(description="What your profile lacks, the most useful first.")
    @staticmethod
    async def missing(parents: Sequence["MyProfile"], info: Info) -> Sequence[list[MissingPart]]:
        """Return what the viewer's profile lacks."""
        found = await own_profile.missing_of(info.context.actor)
        return _each(parents, [MissingPart(part=one.part, changes=one.changes) for one in found])

    @batched(description="Your weekly windows.")
    @staticmethod
    async def windows(parents: Sequence["MyProfile"], info: Info) -> Sequence[list[WeeklyWindow]]:
        """Return the viewer's windows."""
        return _each(parents, [WeeklyWindow.of(row) for row in await availability.own_windows(info.context.actor)])

    @batched(description="Days that differ from your week.")
    @staticmethod
    async def exceptions(parents: Sequence["MyProfile"], info: Info) -> Sequence[list[AvailabilityException]]:
        """Return the viewer's exceptions."""
        found = await availability.own_exceptions(info.context.actor)
        return _each(parents, [AvailabilityException.of(row) for row in found])

    @batched(description="Minutes kept free before and after your meetings.")
    @staticmethod
    async def buffer_minutes(parents: Sequence["MyProfile"], info: Info) -> Sequence[int]:
        """Return the viewer's buffer."""
        return _each(parents, (await availability.own_rule(info.context.actor)).buffer_minutes)

    @batched(description="How long before a meeting you want to know of it, in minutes.")
    @staticmethod
    async def notice_minutes(parents: Sequence["MyProfile"], info: Info) -> Sequence[int]:
        """Return the viewer's notice."""
        return _each(parents, (await availability.own_rule(info.context.actor)).notice_minutes)

    @batched(description="Your gigs and blackouts of the past year and ahead, latest first.")
    @staticmethod
    async def stretches(parents: Sequence["MyProfile"], info: Info) -> Sequence[list[Stretch]]:
        """Return the viewer's stretches."""
        found = await availability.own_stretches(info.context.actor)
        return _each(parents, [Stretch.of(row) for row in found])

    @batched(description="How much you take on, and how much is taken.")
    @staticmethod
    async def capacity(parents: Sequence["MyProfile"], info: Info) -> Sequence[list[CapacityAccount]]:
        """Return the viewer's accounts."""
        found = await capacity.ledger_of(info.context.actor)
        return _each(parents, [CapacityAccount.of(view) for view in found])

    @batched(description="Whom you blocked, latest first.")
    @staticmethod
    async def blocked(parents: Sequence["MyProfile"], info: Info) -> Sequence[list[BlockedProfile]]:
        """Return the viewer's blocks."""
        return _each(parents, [BlockedProfile.of(view) for view in await safety.blocks_of(info.context.actor)])

    @batched(description="Whom you muted, latest first; those you may not see any more are left out.")
    @staticmethod
    async def muted(parents: Sequence["MyProfile"], info: Info) -> Sequence[list[MutedProfile]]:
        """Return the viewer's mutes."""
        return _each(parents, [MutedProfile.of(view) for view in await safety.mutes_of(info.context.actor)])


def _each(parents: Sequence[MyProfile], answer: Answer) -> list[Answer]:
    """Return the same answer for every parent: they are all the viewer."""
    return [answer] * len(parents)


async def _own(
    read: Callable[[Actor, Collection[UUID]], Awaitable[dict[ProfileId, list[View]]]], actor: Actor
) -> list[View]:
    """Return what a batch query has for the viewer."""
    profile_id = actor.require_profile()
    return (await read(actor, [profile_id]))[profile_id]


@node_loader("MyProfile")
async def load_my_profile(info: Info, keys: Collection[UUID]) -> Mapping[UUID, MyProfile]:
    """Return the viewer's own profile, if it is among the keys."""
    actor = info.context.actor
    if actor.profile_id is None or actor.profile_id not in keys:
        return {}
    return {actor.profile_id: MyProfile.of(await profiles.own_profile(actor))}


async def my_profile(info: Info) -> MyProfile:
    """Return the viewer's own profile as it is now, for the payload of a mutation."""
    return MyProfile.of(await profiles.own_profile(info.context.actor))
