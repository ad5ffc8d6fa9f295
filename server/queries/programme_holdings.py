"""Where programmes keep people. Whom managers locked or forbade for somebody is not told to that somebody, ever."""

from uuid import UUID

from tortoise.expressions import Q

from server.domain.identity_erasure import Fate
from server.domain.programmes import RunState
from server.models.programmes import (
    CohortProposal,
    CohortRun,
    Programme,
    ProgrammeManager,
    ProgrammeMember,
    ProgrammePair,
)
from server.queries.holdings import Holding, by

_SEEN = [RunState.PUBLISHED, RunState.SUPERSEDED, RunState.ROLLED_BACK, RunState.EXPIRED]


def _proposed(user_id: UUID) -> Q:
    return Q(learner_id=user_id, run__state__in=_SEEN)


PROGRAMME_HOLDINGS: tuple[Holding, ...] = (
    Holding("programmes_managed", ProgrammeManager, by("profile_id"), Fate.DELETED),
    Holding("programme_places", ProgrammeMember, by("profile_id"), Fate.DELETED),
    Holding(
        "pairs_settled",
        ProgrammePair,
        by("made_by", "lifted_by"),
        Fate.EMPTIED,
        hidden=frozenset({"learner_id", "mentor_id"}),
        emptied={"reason": ""},
        taken_along=by("learner_id", "mentor_id"),
    ),
    # A draft is the managers'; what was published was put before its learner.
    Holding(
        "cohort_proposals",
        CohortProposal,
        _proposed,
        Fate.DELETED,
        hidden=frozenset({"contested"}),
        taken_along=by("learner_id", "mentor_id"),
    ),
    Holding("cohort_runs", CohortRun, by("started_by"), Fate.KEPT, hidden=frozenset({"report"})),
    Holding("programmes", Programme, by("created_by"), Fate.KEPT),
)
