"""Whom the matching suggests to somebody, why, and why not: the engine's answers, cut to what the viewer may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from server.domain.actors import Actor, ProfileId
from server.domain.errors import NotAllowed, NotFound, invalid
from server.domain.suggestions import (
    COUNTED,
    IMPRESSION_EVERY,
    LISTED_STATES,
    MAX_FILTER_SKILLS,
    MatchPart,
    MatchSide,
    SkillNearness,
    SuggestionState,
    WhyNot,
    WhyNotReason,
    told,
)
from server.domain.visibility import ProfileField
from server.kit.clock import now
from server.kit.paging import Order, Page, PageRequest, page_of_sequence
from server.matching import explain as engine
from server.matching.overlap import MAX_SLOTS
from server.matching.programme import LearnerPart, MentorPart
from server.queries import suggestions as queries
from server.queries.profile_views import ProfileView
from server.queries.profiles import visible_profiles
from server.queries.programmes import published_for
from server.queries.suggestions import Wanted
from server.services import suggestions
from server.services.matching_columns import skills
from server.services.matching_picture import Found, Picture
from server.services.matching_snapshot import running

RECOMMENDED = Order("recommendations", (int, UUID))
"""The place in the engine's list, and who it is."""
MINUTES_OF_SLOT = 15
MOST_STARTS = 28


@dataclass(frozen=True)
class Suggested:
    """Somebody put before the viewer; `place` is where in the whole list, from 0."""

    profile_id: ProfileId
    place: int
    score: float
    state: SuggestionState
    wanted: Wanted
    is_proposed: bool = False
    """By the managers of a programme."""


@dataclass(frozen=True)
class PartView:
    """A part of one side's score. The shares of both sides add up to the score of the pair."""

    side: MatchSide
    name: MatchPart
    value: float
    weight: float
    contribution: float
    share: float
    is_unknown: bool


@dataclass(frozen=True)
class EvidenceView:
    """A need, and the offered skill that meets it best; None when none does."""

    needed: str
    offered: str | None
    nearness: SkillNearness
    level_gap: int
    worth: float
    weight: float


@dataclass(frozen=True)
class RaiseView:
    """What would raise the score, and by how much if it were full."""

    side: MatchSide
    name: MatchPart
    gain: float
    is_unknown: bool


@dataclass(frozen=True)
class StartView:
    """An instant that suits both, with the wall time of the viewer, and of the other when they show their zone."""

    at: datetime
    yours: datetime
    theirs: datetime | None


@dataclass(frozen=True)
class Explained:
    """Why a pair scores what it scores. Evidence and starts are None where the other side hides what they tell."""

    score: float
    learner_score: float
    mentor_score: float
    parts: list[PartView]
    evidence: list[EvidenceView] | None
    starts: list[StartView] | None
    contested: float
    raises: list[RaiseView]


async def recommend(actor: Actor, *, wanted: Wanted, page: PageRequest) -> Page[Suggested]:
    """Return a page of the suggestions for the actor, and count them as shown, at most once a day each.

    Refuses visitors, members without a verified address, and with SuggestionsPreparing just after a start.
    """
    mine = actor.require_verified()
    if len(wanted.skill_ids) > MAX_FILTER_SKILLS:
        raise invalid("filters.skills", "too_many", f"At most {MAX_FILTER_SKILLS} skills.")
    found, proposed = await _found(mine, wanted)
    standing = await queries.suggestable(actor, [one.profile_id for one in found], wanted)
    listed, seen_before = [], {}
    for place, one in enumerate(found):
        if one.profile_id in standing:
            profile_id, before = ProfileId(one.profile_id), standing[ProfileId(one.profile_id)]
            state = before.state if before.state is SuggestionState.SAVED else SuggestionState.SHOWN
            listed.append(Suggested(profile_id, place, one.score, state, wanted, profile_id in proposed))
            seen_before[profile_id] = before
    cut = page_of_sequence(listed, page, lambda one: (one.place, one.profile_id))
    again = now() - IMPRESSION_EVERY
    fresh = {one.profile_id: one.score for one in cut.items if not _was_shown(seen_before[one.profile_id], again)}
    if fresh:
        still = [one.profile_id for one in found]
        await suggestions.note_shown(actor, wanted=wanted, scores=fresh, still=still)
    return cut


async def _found(mine: ProfileId, wanted: Wanted) -> tuple[list[Found], frozenset[UUID]]:
    """Return whom the engine finds, those first whom a programme proposes and nothing stands against now."""
    offered: Sequence[UUID] = []
    if wanted.side is MatchSide.LEARNER:
        offered = await published_for(mine, wanted.format.value)

    def ordered(picture: Picture) -> tuple[list[Found], frozenset[UUID]]:
        known = [one for one in offered if one in picture]
        fit = [one for one in known if picture.why_not(mine, one, wanted.format).is_available]
        first = [Found(one, picture.explain(mine, one, wanted.format).score) for one in fit]
        rest = [one for one in picture.top(mine, wanted.format, wanted.side) if one.profile_id not in fit]
        return first + rest, frozenset(fit)

    return await running.ask(ordered, mine)


async def saved(actor: Actor, *, page: PageRequest) -> Page[Suggested]:
    """Return a page of what the actor saved, the latest first. Asks no engine: the scores are those of then."""
    actor.require_verified()
    found = await queries.saved_page(actor, page)
    items = [
        Suggested(ProfileId(row.other_id), 0, row.score, row.state, Wanted(row.format, row.side)) for row in found.items
    ]
    return Page(items, found.cursors, found.has_next, found.has_previous)


async def explain_match(actor: Actor, *, profile_id: UUID, wanted: Wanted) -> Explained:
    """Explain the actor and somebody the directory shows them, whether they can be matched or not."""
    actor.require_verified()
    if not await queries.is_findable(actor, profile_id):
        raise NotFound("profile")
    found = await explain_all(actor, ids=[profile_id], wanted=wanted)
    if profile_id not in found:
        raise NotFound("profile")
    return found[ProfileId(profile_id)]


async def explain_all(actor: Actor, *, ids: Collection[UUID], wanted: Wanted) -> dict[ProfileId, Explained]:
    """Explain the actor with each of these people; who is hidden is left out."""
    mine = actor.require_verified()
    views = await visible_profiles(actor, {*ids, mine})
    own = ZoneInfo(views.pop(mine).time_zone or "UTC")

    def every(picture: Picture) -> dict[ProfileId, engine.Explanation]:
        return {one: picture.explain(*_seats(mine, one, wanted.side), wanted.format) for one in views if one in picture}

    found = await running.ask(every, mine, *views)
    return {one: _shown(explanation, views[one], own) for one, explanation in found.items()}


async def why_not(actor: Actor, *, profile_id: UUID, wanted: Wanted) -> WhyNot:
    """Return why the actor and somebody cannot be matched, as far as it may be told."""
    mine = actor.require_verified()
    view = (await visible_profiles(actor, [profile_id])).get(ProfileId(profile_id))
    if view is None or profile_id == mine:
        raise NotFound("profile")
    if not await queries.is_findable(actor, profile_id):
        return WhyNot(False)
    learner, mentor = _seats(mine, profile_id, wanted.side)
    found = await running.ask(lambda picture: picture.why_not(learner, mentor, wanted.format), learner, mentor)
    reason = None if found.reason is None else WhyNotReason[found.reason.name]
    return told(WhyNot(found.is_available, reason, found.missing if reason in COUNTED else None), view.hidden)


async def common_starts(actor: Actor, *, profile_id: UUID, minutes: int, count: int) -> list[StartView]:
    """Return the next starts of a meeting that suit both, at most one a day. NotAllowed when they hide their time."""
    mine = actor.require_verified()
    if not MINUTES_OF_SLOT <= minutes <= MAX_SLOTS * MINUTES_OF_SLOT:
        raise invalid("minutes", "out_of_range", f"From {MINUTES_OF_SLOT} to {MAX_SLOTS * MINUTES_OF_SLOT} minutes.")
    if not 1 <= count <= MOST_STARTS:
        raise invalid("first", "out_of_range", f"From 1 to {MOST_STARTS}.")
    views = await visible_profiles(actor, {profile_id, mine})
    own = ZoneInfo(views.pop(mine).time_zone or "UTC")
    view = views.get(ProfileId(profile_id))
    if view is None:
        raise NotFound("profile")
    if ProfileField.AVAILABILITY in view.hidden:
        raise NotAllowed("to see when they can meet")
    slots = -(-minutes // MINUTES_OF_SLOT)
    found = await running.ask(lambda picture: picture.starts(mine, profile_id, slots, count), mine, profile_id)
    return _starts(found, view, own)


def _was_shown(standing: queries.Standing, since: datetime) -> bool:
    return standing.state in LISTED_STATES and standing.shown_at is not None and standing.shown_at > since


def _seats(mine: UUID, other: UUID, side: MatchSide) -> tuple[UUID, UUID]:
    """Return the learner and the mentor."""
    return (mine, other) if side is MatchSide.LEARNER else (other, mine)


def _shown(found: engine.Explanation, view: ProfileView, own: ZoneInfo) -> Explained:
    """Return an explanation without what the other side hides."""
    names = skills().names
    evidence = None
    if ProfileField.SKILLS not in view.hidden:
        evidence = [
            EvidenceView(
                names[one.needed],
                names[one.offered] if 0 <= one.offered < len(names) else None,
                SkillNearness[one.nearness.name],
                one.level_gap,
                one.worth,
                one.weight,
            )
            for one in found.evidence
        ]
    starts = None
    if ProfileField.AVAILABILITY not in view.hidden:
        starts = _starts([Picture.instant(second) for second in found.starts], view, own)
    return Explained(
        score=found.score,
        learner_score=found.learner,
        mentor_score=found.mentor,
        parts=[
            PartView(*_named(one.name), one.value, one.weight, one.contribution, one.share, one.is_unknown)
            for one in found.parts
            if one.weight > 0
        ],
        evidence=evidence,
        starts=starts,
        contested=found.contested,
        raises=[RaiseView(*_named(one.name), one.gain, one.is_unknown) for one in found.raises],
    )


def _named(part: LearnerPart | MentorPart) -> tuple[MatchSide, MatchPart]:
    side = MatchSide.LEARNER if isinstance(part, LearnerPart) else MatchSide.MENTOR
    return side, MatchPart[part.name]


def _starts(instants: Collection[datetime], view: ProfileView, own: ZoneInfo) -> list[StartView]:
    theirs = None if view.time_zone is None else ZoneInfo(view.time_zone)
    return [StartView(at, at.astimezone(own), at.astimezone(theirs) if theirs else None) for at in instants]
