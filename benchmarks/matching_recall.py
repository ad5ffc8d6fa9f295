"""What pruning before the exact score costs: the best 20 found, beside those of a look at every pair."""

from collections.abc import Iterator

import numpy as np

from benchmarks.matching_community import community
from server.matching.candidates import PRUNED, Search, candidates, scratch
from server.matching.kernel import Ints
from server.matching.plan import feasible_scores

MENTORS, LEARNERS, SHOWN = 100_000, 60, 20
PRUNES = (128, 256, PRUNED, 1_024)


def run(mentors: int = MENTORS, learners: int = LEARNERS) -> Iterator[str]:
    """Yield the lines of the report."""
    made = community(learners, mentors, seed=8)
    market, memory = made.market(), scratch(learners + mentors)
    everyone = made.mentors.astype(np.int32)
    best, worth = [], []
    for learner in range(learners):
        scores = feasible_scores(market.scene, np.full(len(everyone), learner, np.int32), everyone)
        order = np.argsort(-scores, kind="stable")[:SHOWN]
        best.append(everyone[order[scores[order] > 0]])
        worth.append(scores[order][scores[order] > 0])
    yield f"best {SHOWN} among {mentors:,} mentors for {learners} learners, against every pair scored"
    for prune in PRUNES:
        found = [
            candidates(market.scene, market.offered, one, Search(SHOWN, prune, 0, 1), memory) for one in range(learners)
        ]
        recall = np.mean([_share(one, rows) for one, (rows, _) in zip(best, found, strict=True) if len(one)])
        value = np.mean(
            [
                scores[: len(all_scores)].sum() / all_scores.sum()
                for (_, scores), all_scores in zip(found, worth, strict=True)
                if len(all_scores)
            ]
        )
        first = np.mean(
            [rows[0] in one[:1] for one, (rows, _) in zip(best, found, strict=True) if len(one) and len(rows)]
        )
        yield f"  pruned to {prune:,}: recall {recall:.1%}, of the value {value:.2%}, the very best first {first:.1%}"


def _share(best: Ints, rows: Ints) -> float:
    return float(np.isin(best, rows).mean())
