"""Recommendations: whom the matching suggests to the viewer, with parts and evidence; why, why not, and when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from server.domain import suggestions as domain
from server.domain.availability import MentoringFormat
from server.domain.errors import NotFound, invalid
from server.domain.suggestions import MatchPart, MatchSide, SkillNearness, SuggestionState, WhyNotReason
from server.kit.paging import PageRequest
from server.queries.suggestions import LATEST_SAVED, Wanted
from server.schema.core.batching import batched
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.fields import resolved
from server.schema.core.ids import decode_id, uuid_of
from server.schema.profiles import Profile, load_profiles
from server.schema.skills import Skill, load_skills
from server.services import recommendations as services
from server.services.recommendations import RECOMMENDED

strawberry.enum(MatchSide, description="The seat the viewer would take.")
strawberry.enum(SuggestionState, description="Where a suggestion stands.")
strawberry.enum(MatchPart, description="What a score is made of.")
strawberry.enum(SkillNearness, description="How an offered skill relates to the needed one.")
strawberry.enum(WhyNotReason, description="A rule that may be named when two people cannot be matched.")

_FORMAT = strawberry.argument(description="The format of the mentorship.")
_SIDE = strawberry.argument(description="The seat the viewer would take.")
_OTHER = strawberry.argument(description="The other person: a profile.")


@strawberry.type(description="A part of one side's score. The shares of both sides add up to the score of the pair.")
class ScorePart:
    """One part."""

    side: MatchSide = strawberry.field(description="Whose gain it is.")
    name: MatchPart = strawberry.field(description="What it is.")
    value: float = strawberry.field(description="From 0 to 1; .5 when nobody said.")
    weight: float = strawberry.field(description="Of this part on its side.")
    contribution: float = strawberry.field(description="Value times weight: what it adds to its side.")
    share: float = strawberry.field(description="What it adds to the score of the pair.")
    is_unknown: bool = strawberry.field(description="Nobody said, so it counts as neutral.")


@strawberry.type(description="What would raise the score.")
class ScoreRaise:
    """One way up."""

    side: MatchSide = strawberry.field(description="Whose gain it is.")
    name: MatchPart = strawberry.field(description="What it is.")
    gain: float = strawberry.field(description="By how much, if it were full.")
    is_unknown: bool = strawberry.field(description="Saying it may be enough.")


@strawberry.type(description="A need, and the offered skill that meets it best.")
class SkillEvidence:
    """A line of evidence."""

    nearness: SkillNearness = strawberry.field(description="How the offered skill relates to the needed one.")
    level_gap: int = strawberry.field(description="How many levels the offer is above the need.")
    worth: float = strawberry.field(description="How well the need is met, from 0 to 1.")
    weight: float = strawberry.field(description="Of this need among all needs.")
    needed_id: strawberry.Private[str]
    offered_id: strawberry.Private[str | None]

    @batched(description="The skill that is needed.")
    @staticmethod
    async def needed(parents: Sequence["SkillEvidence"], info: Info) -> Sequence[Skill]:
        """Return the need of each."""
        found = await load_skills(info, {one.needed_id for one in parents})
        return [found[one.needed_id] for one in parents]

    @batched(description="The offered skill that meets it best; null when none does.")
    @staticmethod
    async def offered(parents: Sequence["SkillEvidence"], info: Info) -> Sequence[Skill | None]:
        """Return the offer of each."""
        found = await load_skills(info, {one.offered_id for one in parents if one.offered_id is not None})
        return [None if one.offered_id is None else found[one.offered_id] for one in parents]


@strawberry.type(description="An instant at which a meeting could start.")
class CommonStart:
    """A start that suits both."""

    at: datetime = strawberry.field(description="The instant.")
    yours: str = strawberry.field(description="The viewer's wall time, ISO 8601 with its offset.")
    theirs: str | None = strawberry.field(description="The other's wall time; null when they hide their zone.")

    @classmethod
    def of(cls, view: services.StartView) -> "CommonStart":
        """Return a start as the API shows it."""
        return cls(
            at=view.at, yours=view.yours.isoformat(), theirs=None if view.theirs is None else view.theirs.isoformat()
        )


@strawberry.type(description="Why two people score what they score.")
class MatchExplanation:
    """An explanation."""

    score: float = strawberry.field(description="Of the pair, from 0 to 1.")
    learner_score: float = strawberry.field(description="What the learner gains.")
    mentor_score: float = strawberry.field(description="What the mentor gains.")
    parts: list[ScorePart] = strawberry.field(description="The parts of both sides.")
    evidence: list[SkillEvidence] | None = strawberry.field(
        description="Which offer meets which need; null when the other side hides their skills."
    )
    starts: list[CommonStart] | None = strawberry.field(
        description="The next common starts; null when the other side hides their availability."
    )
    contested: float = strawberry.field(description="How contested the mentor's places are; 0 is not at all.")
    raises: list[ScoreRaise] = strawberry.field(description="What would raise the score, most first.")

    @classmethod
    def of(cls, found: services.Explained) -> "MatchExplanation":
        """Return an explanation as the API shows it."""
        evidence = found.evidence
        return cls(
            score=found.score,
            learner_score=found.learner_score,
            mentor_score=found.mentor_score,
            parts=[ScorePart(**vars(one)) for one in found.parts],
            evidence=None if evidence is None else [_evidence(one) for one in evidence],
            starts=None if found.starts is None else [CommonStart.of(one) for one in found.starts],
            contested=found.contested,
            raises=[ScoreRaise(**vars(one)) for one in found.raises],
        )


@strawberry.type(description="Somebody the matching suggests to the viewer. Requires: the viewer it was made for.")
class Recommendation:
    """A suggestion."""

    score: float = strawberry.field(description="Of the pair, from 0 to 1.")
    state: SuggestionState = strawberry.field(description="Where it stands.")
    format: MentoringFormat = strawberry.field(description="The format it is for.")
    side: MatchSide = strawberry.field(description="The seat the viewer would take.")
    is_proposed: bool = strawberry.field(description="Whether the managers of a programme proposed it.")
    profile_id: strawberry.Private[UUID]
    wanted: strawberry.Private[Wanted]

    @classmethod
    def of(cls, one: services.Suggested) -> "Recommendation":
        """Return a suggestion as the API shows it."""
        return cls(
            score=one.score,
            state=one.state,
            format=one.wanted.format,
            side=one.wanted.side,
            is_proposed=one.is_proposed,
            profile_id=one.profile_id,
            wanted=one.wanted,
        )

    @batched(description="Who is suggested; null when they went away meanwhile.")
    @staticmethod
    async def profile(parents: Sequence["Recommendation"], info: Info) -> Sequence[Profile | None]:
        """Return the profile of each."""
        found = await load_profiles(info, {one.profile_id for one in parents})
        return [found.get(one.profile_id) for one in parents]

    @batched(description="Why; null when they went away meanwhile.")
    @staticmethod
    async def explanation(parents: Sequence["Recommendation"], info: Info) -> Sequence[MatchExplanation | None]:
        """Explain each."""
        shown: dict[tuple[Wanted, UUID], MatchExplanation] = {}
        for wanted in {one.wanted for one in parents}:
            ids = {one.profile_id for one in parents if one.wanted == wanted}
            found = await services.explain_all(info.context.actor, ids=ids, wanted=wanted)
            shown |= {(wanted, one): MatchExplanation.of(explained) for one, explained in found.items()}
        return [shown.get((one.wanted, one.profile_id)) for one in parents]


@strawberry.type(description="Why the viewer and somebody cannot be matched, as far as it may be told.")
class WhyNot:
    """The first rule in the way."""

    is_available: bool = strawberry.field(description="True: they can be matched.")
    reason: WhyNotReason | None = strawberry.field(description="The rule; null where it is told to nobody.")
    missing: int | None = strawberry.field(
        description="What it takes more of: days with a common start, levels, places, or days until it is over."
    )
    message: str = strawberry.field(description="For people.")

    @classmethod
    def of(cls, why: domain.WhyNot) -> "WhyNot":
        """Return a reason as the API shows it."""
        return cls(
            is_available=why.is_available, reason=why.reason, missing=why.missing, message=domain.why_not_text(why)
        )


@strawberry.input(description="What else must hold of the people suggested.")
class RecommendationFilter:
    """The filter."""

    skills: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="At most 20 skills; one of them must be offered (sought, for a mentor)."
    )


@strawberry.type
class RecommendationQuery:
    """The root fields of the matching."""

    @connection_field(
        order=RECOMMENDED,
        description="People who suit the viewer in a format, best first but for the load they carry; 60 at most."
        " Refused with suggestions_preparing for a moment after a start. Requires: a verified mail address.",
    )
    async def recommendations(
        self,
        info: Info,
        page: PageRequest,
        format: Annotated[MentoringFormat, _FORMAT],  # noqa: A002 - the name in the API
        side: Annotated[MatchSide, _SIDE] = MatchSide.LEARNER,
        filters: Annotated[RecommendationFilter | None, strawberry.argument(description="What else must hold.")] = None,
    ) -> Connection[Recommendation]:
        """Return a page of suggestions."""
        chosen = filters or RecommendationFilter()
        skill_ids = tuple(_skill_key(number, one) for number, one in enumerate(chosen.skills))
        wanted = Wanted(format, side, skill_ids)
        found = await services.recommend(info.context.actor, wanted=wanted, page=page)
        return connection_of(found, Recommendation.of)

    @connection_field(
        order=LATEST_SAVED,
        description="Suggestions the viewer saved, the latest first; who is hidden from them now is left out."
        " Requires: a verified mail address.",
    )
    async def saved_suggestions(self, info: Info, page: PageRequest) -> Connection[Recommendation]:
        """Return a page of what the viewer saved."""
        found = await services.saved(info.context.actor, page=page)
        return connection_of(found, Recommendation.of)

    @resolved(description="Why the viewer and somebody score what they score. Requires: a verified mail address.")
    async def explain_match(
        self,
        info: Info,
        profile_id: Annotated[strawberry.ID, _OTHER],
        format: Annotated[MentoringFormat, _FORMAT],  # noqa: A002 - the name in the API
        side: Annotated[MatchSide, _SIDE] = MatchSide.LEARNER,
    ) -> MatchExplanation:
        """Explain a pair."""
        other = uuid_of(profile_id, "Profile", what="profile")
        wanted = Wanted(format, side)
        return MatchExplanation.of(await services.explain_match(info.context.actor, profile_id=other, wanted=wanted))

    @resolved(description="Why the viewer and somebody cannot be matched. Requires: a verified mail address.")
    async def why_not(
        self,
        info: Info,
        profile_id: Annotated[strawberry.ID, _OTHER],
        format: Annotated[MentoringFormat, _FORMAT],  # noqa: A002 - the name in the API
        side: Annotated[MatchSide, _SIDE] = MatchSide.LEARNER,
    ) -> WhyNot:
        """Return the first rule in the way."""
        other = uuid_of(profile_id, "Profile", what="profile")
        return WhyNot.of(await services.why_not(info.context.actor, profile_id=other, wanted=Wanted(format, side)))

    @resolved(
        description="The next starts of a meeting that suit the viewer and somebody, at most one a day."
        " Requires: to see their availability."
    )
    async def common_starts(
        self,
        info: Info,
        profile_id: Annotated[strawberry.ID, _OTHER],
        minutes: Annotated[int, strawberry.argument(description="The length of the meeting: 15 to 480.")] = 60,
        first: Annotated[int, strawberry.argument(description="How many: 1 to 28.")] = 3,
    ) -> list[CommonStart]:
        """Return the next starts."""
        other = uuid_of(profile_id, "Profile", what="profile")
        found = await services.common_starts(info.context.actor, profile_id=other, minutes=minutes, count=first)
        return [CommonStart.of(one) for one in found]


def _evidence(one: services.EvidenceView) -> SkillEvidence:
    return SkillEvidence(
        nearness=one.nearness,
        level_gap=one.level_gap,
        worth=one.worth,
        weight=one.weight,
        needed_id=one.needed,
        offered_id=one.offered,
    )


def _skill_key(number: int, global_id: str) -> str:
    try:
        return decode_id(global_id, "Skill", what="skill")
    except NotFound:
        raise invalid(f"filters.skills.{number}", "not_a_skill", "The id of a skill.") from None
