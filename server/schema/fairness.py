"""The fairness report of a cohort run: what it measures, its charts as data and as drawings. Requires a manager."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

import strawberry

from server.models import programmes as rows
from server.queries import programmes as queries
from server.schema.cohorts import CohortRun, computed
from server.schema.core.batching import batched
from server.schema.core.context import Info
from server.schema.core.fields import resolved


@strawberry.type(description="A group of at least five people.")
class FairnessGroup:
    """A group."""

    name: str = strawberry.field(description="Its name.")
    people: int = strawberry.field(description="How many of it have any feasible mentor.")
    cover: float = strawberry.field(description="The share of these who are served well.")
    p95_wait_days: float = strawberry.field(description="The days that 95 % of them wait at most.")


@strawberry.type(description="People compared by one thing that no score looks at.")
class FairnessGrouping:
    """A way to group people."""

    kind: str = strawberry.field(description="By what: language, work, hours.")
    ratio: float = strawberry.field(description="The smallest cover of a group over the largest; 1: all alike.")
    groups: list[FairnessGroup] = strawberry.field(description="The groups of at least five people.")
    people_in_small_groups: int | None = strawberry.field(
        description="How many are in smaller groups; null for one to four, which could point at somebody."
    )


@strawberry.type(description="What lists of one alpha would give.")
class AlphaPoint:
    """A point of matches against fairness."""

    alpha: float = strawberry.field(description="0 counts matches, more spreads them over people.")
    gini: float = strawberry.field(description="The Gini coefficient of how much mentors are seen per place.")
    matches: float = strawberry.field(description="Expected matches.")
    served: float = strawberry.field(description="The share served in one round.")


@strawberry.type(description="Why learners have no feasible mentor.")
class UnservedReason:
    """A reason and its count."""

    reason: str = strawberry.field(description="The rule that the nearest mentor fails; private ones as one.")
    count: int = strawberry.field(description="How many learners.")


@strawberry.type(description="A drawing of the report.")
class FairnessPlot:
    """A drawing."""

    name: str = strawberry.field(description="What is drawn.")
    svg: str = strawberry.field(description="The drawing as SVG, without scripts.")


@strawberry.type(description="How fair a run is. Requires: to manage the programme.")
class FairnessReport:
    """The report."""

    run: CohortRun = strawberry.field(description="The run.")
    learners: int = strawberry.field(description="How many learners take part.")
    mentors: int = strawberry.field(description="How many mentors take part.")
    places: int = strawberry.field(description="How many places they have open.")
    feasible: int = strawberry.field(description="How many learners have any feasible mentor.")
    assigned: int = strawberry.field(description="How many are assigned one.")
    covered: int = strawberry.field(description="How many of these well: with a score of .5 or better.")
    ceiling: int = strawberry.field(description="How many could be covered at most, by any assignment.")
    exposure_gini: float = strawberry.field(description="The Gini coefficient of how much mentors are seen per place.")
    overload: float = strawberry.field(description="The 99th percentile of requests per open place in one round.")
    served_in_a_round: float = strawberry.field(description="The share served when each learner asks once.")
    top_loss: float = strawberry.field(description="How much less the first entries score than the best would.")
    group_ratio: float = strawberry.field(description="The smallest cover of a group over the largest, as guarded.")
    alpha: float = strawberry.field(description="The alpha that the lists were made with.")
    reruns: int = strawberry.field(description="How often they were made again to keep to the limits.")
    is_within_limits: bool = strawberry.field(description="Whether they do; if not, a manager decides.")
    groups: list[FairnessGrouping] = strawberry.field(description="Groups compared.")
    sweep: list[AlphaPoint] = strawberry.field(description="Matches against fairness, for alpha from 0 to 1.")
    lorenz: list[float] = strawberry.field(
        description="The share of what is seen that the least seen 0, 5, ... 100 % of mentors have."
    )
    histogram: list[int] = strawberry.field(description="How many pairs score 0 to .05, .05 to .1, ... to 1.")
    unserved: list[UnservedReason] = strawberry.field(
        description="Why learners have no feasible mentor; reasons of fewer than five as one, or not at all."
    )
    run_key: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: rows.CohortRun) -> "FairnessReport":
        """Return the report of a run as the API shows it."""
        report: dict[str, Any] = row.report or {}
        return cls(
            run=CohortRun.of(row),
            **report["numbers"],
            groups=[_grouping(kind, own) for kind, own in report["groups"].items()],
            sweep=[AlphaPoint(**one) for one in report["sweep"]],
            lorenz=report["lorenz"],
            histogram=report["histogram"],
            unserved=[UnservedReason(reason=name, count=count) for name, count in report["unserved"].items()],
            run_key=row.id,
        )

    @batched(description="The report as drawings.")
    @staticmethod
    async def plots(parents: Sequence["FairnessReport"], info: Info) -> Sequence[list[FairnessPlot]]:  # noqa: ARG004 - every batched field takes it
        """Return the drawings of each."""
        found = await queries.plots_of({p.run_key for p in parents})
        return [[FairnessPlot(name=one.name, svg=one.svg) for one in found[p.run_key]] for p in parents]


def _grouping(kind: str, own: Mapping[str, Any]) -> FairnessGrouping:
    return FairnessGrouping(
        kind=kind,
        ratio=own["ratio"],
        groups=[FairnessGroup(**one) for one in own["groups"]],
        people_in_small_groups=own["people_in_small_groups"],
    )


@strawberry.type
class FairnessQuery:
    """The root field of the report."""

    @resolved(description="How fair a computed run is. Requires: to manage the programme.")
    async def fairness_report(
        self, info: Info, run_id: Annotated[strawberry.ID, strawberry.argument(description="Which run.")]
    ) -> FairnessReport:
        """Return the report of a run."""
        return FairnessReport.of(await computed(info, run_id))
