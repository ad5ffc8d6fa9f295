"""Matching programmes, for their managers: what they are, who is in them, which pairs are settled, other weights tried.

None of it is on any type that the people matched can reach.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry

import server.schema.recommendations  # noqa: F401 - names the enums of sides and parts
from server.domain import programmes as domain
from server.domain.availability import MentoringFormat
from server.domain.errors import NotFound
from server.domain.programmes import PairKind, PartWeight, Scope, WeightsForm
from server.domain.suggestions import MatchPart, MatchSide
from server.kit.paging import PageRequest
from server.models import programmes as rows
from server.queries import programmes as queries
from server.schema.core.batching import batched
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.fields import resolved
from server.schema.core.ids import uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.profiles import Profile, keys_of, load_profiles, uuid_key
from server.services import weights_preview

_EVERYBODY = "Everybody whom the directory lists and who seeks or teaches, or those put in."
strawberry.enum(Scope, name="ProgrammeScope", description=_EVERYBODY)
strawberry.enum(PairKind, name="PairRule", description="What was settled about a pair.")

_PROGRAMME = strawberry.argument(description="Which programme.")


@strawberry.type(name="PartWeight", description="What one part of a score counts.")
class PartWeightView:
    """A weight."""

    part: MatchPart = strawberry.field(description="The part.")
    weight: float = strawberry.field(description="From 0 to 1; those of a side sum to 1.")


@strawberry.type(description="How a programme weighs pairs.")
class ProgrammeWeights:
    """The weights of both sides."""

    learner: list[PartWeightView] = strawberry.field(description="What the learner's gain is made of.")
    mentor: list[PartWeightView] = strawberry.field(description="What the mentor's gain is made of.")

    @classmethod
    def of(cls, stored: Mapping[str, Mapping[str, float]]) -> "ProgrammeWeights":
        """Return weights as the API shows them."""
        weights = domain.read_weights(stored)
        learner, mentor = (
            [PartWeightView(part=part, weight=weight) for part, weight in weights[side].items()]
            for side in (MatchSide.LEARNER, MatchSide.MENTOR)
        )
        return cls(learner=learner, mentor=mentor)


@strawberry.input(description="What one part of a score counts.")
class PartWeightInput:
    """A weight as it is written."""

    part: MatchPart = strawberry.field(description="The part.")
    weight: float = strawberry.field(description="From 0 to 1.")


@strawberry.input(description="How pairs are to be weighed. A part that is not named counts nothing.")
class WeightsInput:
    """Weights as they are written."""

    learner: list[PartWeightInput] = strawberry.field(description="What the learner gains by: they sum to 1.")
    mentor: list[PartWeightInput] = strawberry.field(description="What the mentor gains by: they sum to 1.")


def weights_form(given: WeightsInput) -> WeightsForm:
    """Return weights as services take them."""
    learner, mentor = (
        tuple(PartWeight(one.part, one.weight) for one in side) for side in (given.learner, given.mentor)
    )
    return WeightsForm(learner, mentor)


@strawberry.type(description="A programme that matches cohorts. Requires: to be one of its managers.")
class Programme(Node):
    """A programme as its managers see it."""

    title: str = strawberry.field(description="Its title.")
    about: str = strawberry.field(description="What it is for.")
    format: MentoringFormat = strawberry.field(description="The format of its mentorships; it stays.")
    learners: Scope = strawberry.field(description="Who is matched.")
    mentors: Scope = strawberry.field(description="Who mentors.")
    list_length: int = strawberry.field(description="How many mentors a learner is proposed at most.")
    weights: ProgrammeWeights = strawberry.field(description="How pairs are weighed from the next run on.")
    starts_on: date | None = strawberry.field(description="Its first day.")
    ends_on: date | None = strawberry.field(description="Its last day.")
    created_at: datetime = strawberry.field(description="When it was made.")
    version: int = strawberry.field(description="Grows with every change; give it back as expectedVersion.")

    @classmethod
    def of(cls, row: rows.Programme) -> "Programme":
        """Return a programme as the API shows it."""
        return cls(
            key=row.id,
            title=row.title,
            about=row.about,
            format=row.format,
            learners=row.learners,
            mentors=row.mentors,
            list_length=row.list_length,
            weights=ProgrammeWeights.of(row.weights),
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            created_at=row.created_at,
            version=row.version,
        )

    @batched(description="Who manages it; those the viewer cannot see are left out.")
    @staticmethod
    async def managers(parents: Sequence["Programme"], info: Info) -> Sequence[list[Profile]]:
        """Return the managers of each."""
        found = await queries.managers_of(keys_of(parents))
        seen = await load_profiles(info, {one for ids in found.values() for one in ids})
        return [[seen[one] for one in found[uuid_key(p)] if one in seen] for p in parents]

    @batched(description="How many people were put into a side.")
    @staticmethod
    async def member_count(
        parents: Sequence["Programme"],
        info: Info,  # noqa: ARG004 - every batched field takes it
        side: Annotated[MatchSide, strawberry.argument(description="Which side.")],
    ) -> Sequence[int]:
        """Return the number of members of each."""
        found = await queries.counts_of(keys_of(parents))
        return [found.get((uuid_key(p), side), 0) for p in parents]


@node_loader("Programme")
async def load_programmes(info: Info, keys: Collection[UUID]) -> Mapping[UUID, Programme]:
    """Return the programmes that the viewer manages."""
    found = await queries.visible(info.context.actor, keys)
    return {key: Programme.of(row) for key, row in found.items()}


def programme_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a programme, or refuse with NotFound."""
    return uuid_of(global_id, "Programme", what="programme")


@strawberry.type(description="Somebody put into a side of a programme. Requires: to manage it.")
class ProgrammeMember:
    """A member."""

    side: MatchSide = strawberry.field(description="The side.")
    since: datetime = strawberry.field(description="When they were put in.")
    profile_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: rows.ProgrammeMember) -> "ProgrammeMember":
        """Return a member as the API shows them."""
        return cls(side=row.side, since=row.created_at, profile_id=row.profile_id)

    @batched(description="Who it is; null when the viewer cannot see them.")
    @staticmethod
    async def profile(parents: Sequence["ProgrammeMember"], info: Info) -> Sequence[Profile | None]:
        """Return the profile of each."""
        found = await load_profiles(info, {p.profile_id for p in parents})
        return [found.get(p.profile_id) for p in parents]


@strawberry.type(description="A pair that was locked or forbidden, and why. Requires: to manage the programme.")
class SettledPair(Node):
    """A settled pair, in force or lifted."""

    rule: PairKind = strawberry.field(description="What was settled.")
    reason: str = strawberry.field(description="Why.")
    settled_at: datetime = strawberry.field(description="When.")
    lifted_at: datetime | None = strawberry.field(description="When it was lifted; null: it holds.")
    learner_id: strawberry.Private[UUID]
    mentor_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: rows.ProgrammePair) -> "SettledPair":
        """Return a settled pair as the API shows it."""
        return cls(
            key=row.id,
            rule=row.rule,
            reason=row.reason,
            settled_at=row.created_at,
            lifted_at=row.lifted_at,
            learner_id=row.learner_id,
            mentor_id=row.mentor_id,
        )

    @batched(description="The learner; null when the viewer cannot see them.")
    @staticmethod
    async def learner(parents: Sequence["SettledPair"], info: Info) -> Sequence[Profile | None]:
        """Return the learner of each."""
        found = await load_profiles(info, {p.learner_id for p in parents})
        return [found.get(p.learner_id) for p in parents]

    @batched(description="The mentor; null when the viewer cannot see them.")
    @staticmethod
    async def mentor(parents: Sequence["SettledPair"], info: Info) -> Sequence[Profile | None]:
        """Return the mentor of each."""
        found = await load_profiles(info, {p.mentor_id for p in parents})
        return [found.get(p.mentor_id) for p in parents]


@node_loader("SettledPair")
async def load_pairs(info: Info, keys: Collection[UUID]) -> Mapping[UUID, SettledPair]:
    """Return the settled pairs of programmes that the viewer manages."""
    found = await queries.pairs(info.context.actor, keys)
    return {key: SettledPair.of(row) for key, row in found.items()}


@strawberry.type(description="A learner who would have another mentor. Scores are by the weights in force.")
class MentorChange:
    """An example of who gains or loses."""

    before: float = strawberry.field(description="The score of the former pair; 0: nobody.")
    now: float = strawberry.field(description="The score of the new pair; 0: nobody.")
    learner_id: strawberry.Private[UUID]
    mentor_before_id: strawberry.Private[UUID | None]
    mentor_now_id: strawberry.Private[UUID | None]

    @batched(description="The learner; null when the viewer cannot see them.")
    @staticmethod
    async def learner(parents: Sequence["MentorChange"], info: Info) -> Sequence[Profile | None]:
        """Return the learner of each."""
        found = await load_profiles(info, {p.learner_id for p in parents})
        return [found.get(p.learner_id) for p in parents]

    @batched(description="The former mentor; null for nobody, or whom the viewer cannot see.")
    @staticmethod
    async def mentor_before(parents: Sequence["MentorChange"], info: Info) -> Sequence[Profile | None]:
        """Return the former mentor of each."""
        found = await load_profiles(info, {p.mentor_before_id for p in parents if p.mentor_before_id})
        return [found.get(p.mentor_before_id) if p.mentor_before_id else None for p in parents]

    @batched(description="The new mentor; null for nobody, or whom the viewer cannot see.")
    @staticmethod
    async def mentor_now(parents: Sequence["MentorChange"], info: Info) -> Sequence[Profile | None]:
        """Return the new mentor of each."""
        found = await load_profiles(info, {p.mentor_now_id for p in parents if p.mentor_now_id})
        return [found.get(p.mentor_now_id) if p.mentor_now_id else None for p in parents]

    @classmethod
    def of(cls, one: weights_preview.Example) -> "MentorChange":
        """Return an example as the API shows it."""
        return cls(
            before=one.before,
            now=one.now,
            learner_id=one.learner_id,
            mentor_before_id=one.mentor_before,
            mentor_now_id=one.mentor_now,
        )


@strawberry.type(description="The mean of one part over all pairs, by the weights in force and by the others.")
class PartChange:
    """How a part would change."""

    side: MatchSide = strawberry.field(description="Whose gain it is.")
    part: MatchPart = strawberry.field(description="The part.")
    before: float = strawberry.field(description="By the weights in force.")
    now: float = strawberry.field(description="By the others.")


@strawberry.type(description="Who would gain and who would lose by other weights. Requires: to manage the programme.")
class WeightsPreview:
    """Other weights, tried."""

    learners: int = strawberry.field(description="How many learners take part.")
    tried: int = strawberry.field(description="For how many of them it was tried: all, or 300 drawn by a fixed seed.")
    gain: int = strawberry.field(description="How many would have a better pair, or one at all.")
    loss: int = strawberry.field(description="How many would have a worse pair, or none any more.")
    same: int = strawberry.field(description="How many would neither gain nor lose.")
    served_before: int = strawberry.field(description="How many have a mentor by the weights in force.")
    served_now: int = strawberry.field(description="How many would have one.")
    parts: list[PartChange] = strawberry.field(description="What the pairs would be made of.")
    gains: list[MentorChange] = strawberry.field(description="The greatest gains, ten at most.")
    losses: list[MentorChange] = strawberry.field(description="The greatest losses, ten at most.")

    @classmethod
    def of(cls, found: weights_preview.WeightsPreview) -> "WeightsPreview":
        """Return a preview as the API shows it."""
        plain = {name: value for name, value in vars(found).items() if name not in {"parts", "gains", "losses"}}
        return cls(
            **plain,
            parts=[PartChange(**vars(one)) for one in found.parts],
            gains=[MentorChange.of(one) for one in found.gains],
            losses=[MentorChange.of(one) for one in found.losses],
        )


async def managed(info: Info, programme_id: strawberry.ID) -> UUID:
    """Return the key of a programme that the viewer manages, or refuse with NotFound."""
    key = programme_id_of(programme_id)
    if key not in await queries.visible(info.context.actor, [key]):
        raise NotFound("programme")
    return key


@strawberry.type
class ProgrammeQuery:
    """The root fields about programmes."""

    @connection_field(
        order=queries.NEWEST_PROGRAMMES,
        description="The programmes that the viewer manages, newest first. Requires: a sign-in.",
    )
    async def programmes(self, info: Info, page: PageRequest) -> Connection[Programme]:
        """Return a page of programmes."""
        return connection_of(await queries.page(info.context.actor, page), Programme.of)

    @connection_field(
        order=queries.MEMBERS,
        description="Who was put into a side of a programme, first come first. Requires: to manage it.",
    )
    async def programme_members(
        self,
        info: Info,
        page: PageRequest,
        programme_id: Annotated[strawberry.ID, _PROGRAMME],
        side: Annotated[MatchSide, strawberry.argument(description="Which side.")],
    ) -> Connection[ProgrammeMember]:
        """Return a page of members."""
        found = await queries.members_page(await managed(info, programme_id), side, page)
        return connection_of(found, ProgrammeMember.of)

    @connection_field(
        order=queries.NEWEST_PAIRS,
        description="The pairs settled in a programme, also those lifted, newest first. Requires: to manage it.",
    )
    async def settled_pairs(
        self, info: Info, page: PageRequest, programme_id: Annotated[strawberry.ID, _PROGRAMME]
    ) -> Connection[SettledPair]:
        """Return a page of settled pairs."""
        return connection_of(await queries.pairs_page(await managed(info, programme_id), page), SettledPair.of)

    @resolved(
        description="Who would gain and who would lose if a programme weighed pairs otherwise. Nothing is changed."
        " Refused with suggestions_preparing for a moment after a start. Requires: to manage it."
    )
    async def weights_preview(
        self,
        info: Info,
        programme_id: Annotated[strawberry.ID, _PROGRAMME],
        weights: Annotated[WeightsInput, strawberry.argument(description="The other weights.")],
    ) -> WeightsPreview:
        """Try other weights."""
        form = weights_form(weights)
        key = programme_id_of(programme_id)
        found = await weights_preview.preview_weights(info.context.actor, programme_id=key, form=form)
        return WeightsPreview.of(found)
