"""Facts of programmes and cohort runs. They go to the managers alone, or to nobody: they are the audit of a programme.

The reason of a lock or a ban stays in its row, where erasing its author empties it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from server.domain.facts import Fact
from server.domain.programmes import PairKind, RunStage, RunState, Scope
from server.domain.suggestions import MatchSide


@dataclass(frozen=True, kw_only=True)
class ProgrammeCreated(Fact):
    """A programme was made."""

    kind: ClassVar[str] = "programme.created"
    programme_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProgrammeEdited(Fact):
    """What a programme says of itself was changed."""

    kind: ClassVar[str] = "programme.edited"
    programme_id: UUID
    learners: Scope
    mentors: Scope
    list_length: int
    version: int


@dataclass(frozen=True, kw_only=True)
class WeightsSet(Fact):
    """A programme weighs pairs otherwise."""

    kind: ClassVar[str] = "programme.weights_set"
    programme_id: UUID
    before: dict[str, dict[str, float]]
    after: dict[str, dict[str, float]]
    version: int


@dataclass(frozen=True, kw_only=True)
class MembersChanged(Fact):
    """People were put into a side of a programme, or taken out of it."""

    kind: ClassVar[str] = "programme.members_changed"
    programme_id: UUID
    side: MatchSide
    added: list[UUID]
    removed: list[UUID]


@dataclass(frozen=True, kw_only=True)
class ManagersChanged(Fact):
    """Somebody may manage a programme from now on, or no longer."""

    kind: ClassVar[str] = "programme.managers_changed"
    programme_id: UUID
    profile_id: UUID
    is_manager: bool


@dataclass(frozen=True, kw_only=True)
class PairSettled(Fact):
    """A pair was locked or forbidden; why is in the row."""

    kind: ClassVar[str] = "programme.pair_settled"
    programme_id: UUID
    pair_id: UUID
    learner_id: UUID
    mentor_id: UUID
    rule: PairKind


@dataclass(frozen=True, kw_only=True)
class PairLifted(Fact):
    """A pair is no longer locked or forbidden."""

    kind: ClassVar[str] = "programme.pair_lifted"
    programme_id: UUID
    pair_id: UUID
    rule: PairKind


@dataclass(frozen=True, kw_only=True)
class CohortMoved(Fact):
    """A run went on: to another stage, or to another state. `done` of `total` of the work is behind it."""

    kind: ClassVar[str] = "cohort.moved"
    programme_id: UUID
    run_id: UUID
    state: RunState
    stage: RunStage
    done: int
    total: int
    version: int
    at: datetime
