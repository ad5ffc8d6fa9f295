"""Matching programmes: who takes part on which side, how pairs are weighed, and what becomes of a cohort run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from server.domain.actors import Actor, Role
from server.domain.availability import MentoringFormat
from server.domain.errors import Conflict, LimitReached, NotAllowed, invalid
from server.domain.problems import Problems
from server.domain.suggestions import MatchPart, MatchSide

MAX_TITLE = 120
MAX_ABOUT = 2_000
MAX_REASON = 300
MOST_LISTED = 10
MOST_MANAGERS = 20
MOST_PAIRS = 5_000
MOST_ADDED = 100
TOLERANCE = 1e-6
"""How far from 1 the weights of a side may sum up to: what is left by rounding in a browser."""
PUBLISHED_FOR = timedelta(days=14)
"""How long what a run published stays an offer."""
GROUP_FLOOR = 5
"""Nothing is told of fewer people than this."""

PARTS_OF: Mapping[MatchSide, tuple[MatchPart, ...]] = {
    MatchSide.LEARNER: (
        MatchPart.COVERAGE,
        MatchPart.AVAILABILITY,
        MatchPart.GOAL,
        MatchPart.CONTEXT,
        MatchPart.RELIABILITY,
        MatchPart.SOFT,
        MatchPart.REPLY,
        MatchPart.EXCHANGE,
    ),
    MatchSide.MENTOR: (
        MatchPart.TOPICS,
        MatchPart.AVAILABILITY,
        MatchPart.CLARITY,
        MatchPart.HEADROOM,
        MatchPart.SOFT,
    ),
}
"""What each side's score is made of, in the order in which the engine keeps its weights."""


class Scope(StrEnum):
    """Who takes part on a side: everybody whom the directory lists and who seeks or teaches, or those put in."""

    EVERYBODY = "everybody"
    MEMBERS = "members"


class PairKind(StrEnum):
    """What a manager settled about a pair."""

    LOCKED = "locked"
    FORBIDDEN = "forbidden"


class RunState(StrEnum):
    """Where a cohort run stands. DRAFT: waiting or being computed; PREVIEW: computed, seen by managers alone."""

    DRAFT = "draft"
    PREVIEW = "preview"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    ROLLED_BACK = "rolled_back"
    EXPIRED = "expired"
    FAILED = "failed"


class RunStage(StrEnum):
    """What a run is busy with."""

    WAITING = "waiting"
    READING = "reading"
    CANDIDATES = "candidates"
    ASSIGNMENT = "assignment"
    LISTS = "lists"
    REPORT = "report"
    WRITING = "writing"
    DONE = "done"


STAGES = tuple(RunStage)

Weights = dict[MatchSide, dict[MatchPart, float]]
"""For each side what each of its parts counts; the parts of a side sum to 1."""


@dataclass(frozen=True)
class ProgrammeForm:
    """A programme as it is written. `list_length` is how many mentors a learner is proposed at most."""

    title: str
    format: MentoringFormat
    about: str = ""
    learners: Scope = Scope.MEMBERS
    mentors: Scope = Scope.MEMBERS
    list_length: int = 3
    starts_on: date | None = None
    ends_on: date | None = None

    def clean(self) -> "ProgrammeForm":
        """Return the form as it is kept, or refuse with InvalidInput."""
        problems = Problems()
        title = problems.line("title", self.title, longest=MAX_TITLE, shortest=1)
        about = problems.paragraphs("about", self.about, longest=MAX_ABOUT)
        problems.number("listLength", self.list_length, 1, MOST_LISTED)
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            problems.add("endsOn", "before_start", "A programme ends after it starts.")
        problems.refuse_if_any()
        return ProgrammeForm(
            title=title,
            format=self.format,
            about=about,
            learners=self.learners,
            mentors=self.mentors,
            list_length=self.list_length,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
        )


@dataclass(frozen=True)
class PartWeight:
    """What one part counts."""

    part: MatchPart
    weight: float


@dataclass(frozen=True)
class WeightsForm:
    """Weights as they are written; a part that is not named counts nothing."""

    learner: tuple[PartWeight, ...] = field(default=())
    mentor: tuple[PartWeight, ...] = field(default=())

    def clean(self) -> Weights:
        """Return all parts with their weights, or refuse with InvalidInput."""
        problems = Problems()
        sides = ((MatchSide.LEARNER, self.learner), (MatchSide.MENTOR, self.mentor))
        cleaned = {side: _side(problems, side, given) for side, given in sides}
        problems.refuse_if_any()
        return cleaned


def _side(problems: Problems, side: MatchSide, given: tuple[PartWeight, ...]) -> dict[MatchPart, float]:
    path = f"{side.value}"
    weights = dict.fromkeys(PARTS_OF[side], 0.0)
    for place, one in enumerate(given):
        if one.part not in weights:
            problems.add(f"{path}.{place}.part", "not_of_this_side", f"{one.part.value} is no part of this side.")
        elif not 0.0 <= one.weight <= 1.0:
            problems.add(f"{path}.{place}.weight", "out_of_range", "A number from 0 to 1.")
        elif weights[one.part]:
            problems.add(f"{path}.{place}.part", "twice", "Each part once.")
        else:
            weights[one.part] = float(one.weight)
    total = sum(weights.values())
    if abs(total - 1.0) > TOLERANCE:
        problems.add(path, "sum", f"The weights of a side sum to 1, not to {total:.4g}.")
        return weights
    return {part: weight / total for part, weight in weights.items()}


def stored_weights(weights: Weights) -> dict[str, dict[str, float]]:
    """Return weights as a row keeps them."""
    return {side.value: {part.value: weight for part, weight in own.items()} for side, own in weights.items()}


def read_weights(stored: Mapping[str, Mapping[str, float]]) -> Weights:
    """Return weights from a row; a part it does not name counts nothing."""
    return {
        side: {part: float(stored.get(side.value, {}).get(part.value, 0.0)) for part in parts}
        for side, parts in PARTS_OF.items()
    }


def check_may_create(actor: Actor) -> None:
    """Refuse who is no programme manager of the platform."""
    actor.require_verified()
    if not actor.has_role(Role.PROGRAM_MANAGER):
        raise NotAllowed("the role program_manager", "Only programme managers can make programmes.")


def clean_reason(reason: str) -> str:
    """Return the reason of a lock or a ban as it is kept; InvalidInput without one."""
    problems = Problems()
    cleaned = problems.line("reason", reason, longest=MAX_REASON, shortest=3)
    problems.refuse_if_any()
    return cleaned


def check_seed(seed: int) -> None:
    """Refuse a seed outside what a row can keep."""
    if not 0 <= seed < 2**31:
        raise invalid("seed", "out_of_range", "A number from 0 to 2,147,483,647.")


def check_members(count: int) -> None:
    """Refuse more people in one go than a request may name."""
    if not 1 <= count <= MOST_ADDED:
        raise invalid("profileIds", "out_of_range", f"From 1 to {MOST_ADDED} people.")


def check_room_for_pair(count: int) -> None:
    """Refuse one settled pair more than a programme holds."""
    if count >= MOST_PAIRS:
        raise LimitReached(f"A programme has at most {MOST_PAIRS:,} settled pairs.", limit=MOST_PAIRS)


def check_publishable(state: RunState) -> None:
    """Refuse to publish what is not computed, or was published before."""
    if state is not RunState.PREVIEW:
        raise Conflict("Only a run in preview can be published.", current=state.value)


def check_revocable(state: RunState) -> None:
    """Refuse to roll back what is not in force."""
    if state is not RunState.PUBLISHED:
        raise Conflict("Only a published run can be rolled back.", current=state.value)


def check_not_over(ends_on: date | None, today: date) -> None:
    """Refuse to match the cohort of a programme whose last day is over everywhere."""
    if ends_on is not None and ends_on < today - timedelta(days=1):
        raise Conflict("This programme is over. Change its last day first.", current=ends_on.isoformat())


def check_no_other_run(waiting: UUID | None) -> None:
    """Refuse a second run while one is being computed: they would compete for the same places."""
    if waiting is not None:
        raise Conflict("Another run of this programme is being computed. Wait for it.", current=str(waiting))


def check_version(current: int, expected: int | None) -> None:
    """Refuse a change of what somebody else changed since it was read."""
    if expected is not None and expected != current:
        raise Conflict("Somebody changed this meanwhile. Look again.", current=str(current))
