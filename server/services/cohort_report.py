"""The report of a run, as JSON values: what it measures, its charts, and who gains and who loses. Ids, never names."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import numpy as np

from server.domain.programmes import GROUP_FLOOR
from server.matching import metrics
from server.matching.guardrails import preview
from server.matching.kernel import Doubles, Longs
from server.matching.metrics import GroupReport
from server.matching.plan import Plan, feasible_scores
from server.services.cohort_market import Gathered

EXAMPLES = 20
"""Of gains and of losses, the greatest."""
LAST_RUN, THE_WEIGHTS, NOTHING = "last_run", "weights_in_force", "nothing"


@dataclass(frozen=True)
class Baseline:
    """What a run is compared against: its name, and the mentor of each learner who had one."""

    name: str
    mentors: Mapping[UUID, UUID]


def report_of(gathered: Gathered, plan: Plan, baseline: Baseline) -> dict[str, Any]:
    """Return the report of a run."""
    return {
        "numbers": asdict(plan.numbers),
        "groups": {name: _groups(reports, gathered.groups[name]) for name, reports in sorted(plan.groups.items())},
        "sweep": [asdict(one) for one in plan.sweep],
        "lorenz": [round(float(one), 6) for one in plan.lorenz],
        "histogram": [int(one) for one in plan.histogram],
        "unserved": _large_enough(plan.unserved),
        "broken_locks": [[str(gathered.ids[one]), str(gathered.ids[two])] for one, two in plan.broken_locks.tolist()],
        "change": _change(gathered, plan, baseline),
    }


def _groups(reports: list[GroupReport], names: Mapping[int, str]) -> dict[str, Any]:
    """Return the groups of at least GROUP_FLOOR people; what is left over is told only when it is that many too."""
    shown = [one for one in reports if one.feasible >= GROUP_FLOOR]
    return {
        "ratio": metrics.cover_ratio(shown),
        "groups": [
            {
                "name": names.get(one.label, "other"),
                "people": one.feasible,
                "cover": one.cover,
                "p95_wait_days": one.p95_wait,
            }
            for one in shown
        ],
        "people_in_small_groups": _rounded(sum(one.feasible for one in reports if one.feasible < GROUP_FLOOR)),
    }


def _large_enough(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the counts of at least GROUP_FLOOR people; the others as one, where they are that many together."""
    shown = {name: count for name, count in counts.items() if count >= GROUP_FLOOR}
    left = sum(counts.values()) - sum(shown.values())
    return {**shown, "other": left} if left >= GROUP_FLOOR else shown


def _rounded(count: int) -> int | None:
    """Return a count that names nobody, or None."""
    return count if count == 0 or count >= GROUP_FLOOR else None


def _change(gathered: Gathered, plan: Plan, baseline: Baseline) -> dict[str, Any]:
    """Compare with the baseline by the weights of this run; a pair that can be no more counts as nobody."""
    before, mentors = _scores_before(gathered, plan, baseline)
    found = preview(before, plan.score)
    return {
        "against": baseline.name,
        "gain": len(found.gain),
        "loss": len(found.loss),
        "same": len(plan.rows) - len(found.gain) - len(found.loss),
        "served_before": int((before > 0).sum()),
        "served_now": int((plan.assigned >= 0).sum()),
        "mean_before": _mean(before),
        "mean_now": _mean(plan.score),
        "gains": _examples(gathered, plan, (before, mentors), found.gain[:EXAMPLES].tolist()),
        "losses": _examples(gathered, plan, (before, mentors), found.loss[:EXAMPLES].tolist()),
    }


def _scores_before(gathered: Gathered, plan: Plan, baseline: Baseline) -> tuple[Doubles, Longs]:
    """Return the score of each learner's pair in the baseline, 0 for none, and the rows of those mentors or -1."""
    rows = {one: row for row, one in enumerate(gathered.ids)}
    mentors = np.full(len(plan.rows), -1, np.int64)
    for place, row in enumerate(plan.rows.tolist()):
        mentor = baseline.mentors.get(gathered.ids[row])
        if mentor is not None:
            mentors[place] = rows.get(mentor, -1)
    before = np.zeros(len(plan.rows))
    had = np.flatnonzero(mentors >= 0)
    before[had] = feasible_scores(gathered.market.scene, plan.rows[had], mentors[had].astype(np.int32))
    return before, mentors


def _mean(values: Doubles) -> float:
    served = values[values > 0]
    return float(served.mean()) if len(served) else 0.0


def _examples(gathered: Gathered, plan: Plan, was: tuple[Doubles, Longs], places: list[int]) -> list[dict[str, Any]]:
    before, mentors = was

    def name(row: int) -> str | None:
        return None if row < 0 else str(gathered.ids[row])

    return [
        {
            "learner": name(int(plan.rows[place])),
            "mentor_before": name(int(mentors[place])),
            "mentor_now": name(int(plan.assigned[place])),
            "before": float(before[place]),
            "now": float(plan.score[place]),
        }
        for place in places
    ]
