"""Reading programmes: each is seen by its managers, and by nobody else.

A manager is listed in the programme and is a programme manager of the platform: whoever loses either sees nothing.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from server.domain.actors import Actor, Role, UserId
from server.domain.programmes import PairKind, RunState
from server.domain.suggestions import MatchSide
from server.kit.clock import now
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.database import connection
from server.models.programmes import (
    CohortPlot,
    CohortProposal,
    CohortRun,
    Programme,
    ProgrammeManager,
    ProgrammeMember,
    ProgrammePair,
)

R = TypeVar("R", Programme, CohortRun, ProgrammePair, ProgrammeMember)

NEWEST_PROGRAMMES = Order("programmes.newest", (datetime, UUID), descending=True)
NEWEST_RUNS = Order("cohort_runs.newest", (datetime, UUID), descending=True)
NEWEST_PAIRS = Order("programme_pairs.newest", (datetime, UUID), descending=True)
MEMBERS = Order("programme_members", (datetime, UUID))
LISTS = Order("cohort_lists", (UUID, int, UUID))
"""A learner, the place in their list, and the row."""

_PAGE = """
SELECT t.* FROM {table} t WHERE {whose} AND {bound}
ORDER BY t.created_at {direction}, t.id {direction} LIMIT {fetch}
"""
_MANAGED = "EXISTS (SELECT FROM programme_manager m WHERE m.programme_id = t.id AND m.profile_id = $1)"
_LISTS = """
SELECT * FROM cohort_proposal WHERE run_id = $1 AND {bound}
ORDER BY learner_id {direction}, place {direction}, id {direction} LIMIT {fetch}
"""
_PUBLISHED = """
SELECT p.mentor_id FROM cohort_proposal p
JOIN cohort_run r ON r.id = p.run_id AND r.state = 'published' AND r.expires_at > $3
JOIN programme g ON g.id = r.programme_id AND g.format = $2
WHERE p.learner_id = $1 ORDER BY p.place, r.published_at DESC, p.mentor_id
"""


async def visible(actor: Actor, programme_ids: Collection[UUID]) -> dict[UUID, Programme]:
    """Return the programmes among these ids that the actor manages, by id; the system manages all."""
    if actor.is_system:
        return {row.id: row for row in await Programme.filter(id__in=list(programme_ids))}
    if actor.user_id is None or not actor.has_role(Role.PROGRAM_MANAGER):
        return {}
    return {
        row.id: row for row in await Programme.filter(id__in=list(programme_ids), managers__profile_id=actor.user_id)
    }


async def page(actor: Actor, request: PageRequest) -> Page[Programme]:
    """Return a page of the programmes that the actor manages."""
    mine = actor.require_profile() if actor.has_role(Role.PROGRAM_MANAGER) else None
    rows = await _rows(Programme, request, _MANAGED, mine)
    return cut_page(rows, request, lambda row: (row.created_at, row.id))


async def runs(actor: Actor, run_ids: Collection[UUID]) -> dict[UUID, CohortRun]:
    """Return the runs among these ids of programmes that the actor manages."""
    found = {row.id: row for row in await CohortRun.filter(id__in=list(run_ids))}
    own = await visible(actor, {row.programme_id for row in found.values()})
    return {key: row for key, row in found.items() if row.programme_id in own}


async def pairs(actor: Actor, pair_ids: Collection[UUID]) -> dict[UUID, ProgrammePair]:
    """Return the settled pairs among these ids of programmes that the actor manages."""
    found = {row.id: row for row in await ProgrammePair.filter(id__in=list(pair_ids))}
    own = await visible(actor, {row.programme_id for row in found.values()})
    return {key: row for key, row in found.items() if row.programme_id in own}


async def runs_page(programme_id: UUID, request: PageRequest) -> Page[CohortRun]:
    """Return a page of a programme's runs."""
    rows = await _rows(CohortRun, request, "t.programme_id = $1", programme_id)
    return cut_page(rows, request, lambda row: (row.created_at, row.id))


async def pairs_page(programme_id: UUID, request: PageRequest) -> Page[ProgrammePair]:
    """Return a page of a programme's settled pairs, also those that were lifted: they are its audit."""
    rows = await _rows(ProgrammePair, request, "t.programme_id = $1", programme_id)
    return cut_page(rows, request, lambda row: (row.created_at, row.id))


async def members_page(programme_id: UUID, side: MatchSide, request: PageRequest) -> Page[ProgrammeMember]:
    """Return a page of those put into a side of a programme."""
    rows = await _rows(ProgrammeMember, request, f"t.programme_id = $1 AND t.side = '{side.value}'", programme_id)
    return cut_page(rows, request, lambda row: (row.created_at, row.id))


async def lists_page(run_id: UUID, request: PageRequest) -> Page[CohortProposal]:
    """Return a page of a run's lists, learner after learner."""
    bound = f"(learner_id, place, id) {request.comparison} ($2, $3, $4)" if request.bound else "true"
    sql = _LISTS.format(bound=bound, direction=request.direction, fetch=request.fetch)
    _, rows = await connection().execute_query(sql, [run_id, *(request.bound or ())])
    found = [CohortProposal(**dict(row)) for row in rows]
    return cut_page(found, request, lambda row: (row.learner_id, row.place, row.id))


async def _rows(model: type[R], request: PageRequest, whose: str, owner: UUID | None) -> list[R]:
    bound = f"(t.created_at, t.id) {request.comparison} ($2, $3)" if request.bound else "true"
    sql = _PAGE.format(
        table=model.Meta.table, whose=whose, bound=bound, direction=request.direction, fetch=request.fetch
    )
    _, rows = await connection().execute_query(sql, [owner, *(request.bound or ())])
    return [model(**dict(row)) for row in rows]


async def managers_of(programme_ids: Collection[UUID]) -> dict[UUID, list[UserId]]:
    """Return who is listed as a manager of each programme, first come first."""
    found: dict[UUID, list[UserId]] = {key: [] for key in programme_ids}
    for row in await ProgrammeManager.filter(programme_id__in=list(programme_ids)).order_by("created_at", "id"):
        found[row.programme_id].append(UserId(row.profile_id))
    return found


async def counts_of(programme_ids: Collection[UUID]) -> dict[tuple[UUID, MatchSide], int]:
    """Return how many people were put into each side."""
    sql = "SELECT programme_id, side, count(*) FROM programme_member WHERE programme_id = ANY($1) GROUP BY 1, 2"
    _, rows = await connection().execute_query(sql, [list(programme_ids)])
    return {(row[0], MatchSide(row[1])): row[2] for row in rows}


async def settled(programme_id: UUID, rule: PairKind) -> list[tuple[UUID, UUID]]:
    """Return the pairs (learner, mentor) that stand locked or forbidden, in a settled order."""
    rows = await ProgrammePair.filter(programme_id=programme_id, rule=rule, lifted_at=None).order_by("id")
    return [(row.learner_id, row.mentor_id) for row in rows]


async def published_run(programme_id: UUID) -> CohortRun | None:
    """Return the run of a programme that is in force."""
    return await CohortRun.filter(programme_id=programme_id, state=RunState.PUBLISHED).first()


async def published_for(learner_id: UUID, mentoring_format: str) -> Sequence[UUID]:
    """Return the mentors whom programmes propose to a learner now, in their order, each once."""
    _, rows = await connection().execute_query(_PUBLISHED, [learner_id, mentoring_format, now()])
    return list(dict.fromkeys(row[0] for row in rows))


async def plots_of(run_ids: Collection[UUID]) -> dict[UUID, list[CohortPlot]]:
    """Return the drawings of each run, by name."""
    found: dict[UUID, list[CohortPlot]] = {key: [] for key in run_ids}
    for row in await CohortPlot.filter(run_id__in=list(run_ids)).order_by("name"):
        found[row.run_id].append(row)
    return found
