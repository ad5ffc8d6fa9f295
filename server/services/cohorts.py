"""What managers do with cohort runs: start one, publish its lists, roll that back. Computing is in cohort_work.py.

Publishing turns the entries of the lists into suggestions of the learners, who alone see them. What somebody saved,
dismissed or asked for stays as it is, whatever managers do; mentorships and requests are never touched.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from server.domain import programmes as domain
from server.domain.actors import Actor, UserId
from server.domain.errors import NotFound
from server.domain.mentorships import GOING_ON
from server.domain.programmes import RunStage, RunState, WeightsForm, stored_weights
from server.domain.suggestions import SuggestionState
from server.kit.clock import now
from server.models.programmes import CohortRun, Programme
from server.queries import programmes as queries
from server.services import repeats
from server.services.cohort_work import tell_managers
from server.services.programmes import claim
from server.services.transaction import Work, retrying, unit_of_work

_OFFERED = frozenset({SuggestionState.PUBLISHED, SuggestionState.SHOWN})
_UNDECIDED = _OFFERED | {SuggestionState.GENERATED, SuggestionState.EXPIRED, SuggestionState.SUPERSEDED}


def _words(states: Collection[str]) -> str:
    return ", ".join(f"'{state}'" for state in sorted(states))


# Whoever has somebody by now, asked, said no, or is blocked is left out: a run is days old when it is published.
_PUBLISH = f"""
INSERT INTO suggestion (id, created_at, profile_id, other_id, side, format, state, score, shown_count, decided_at)
SELECT p.id, $2, p.learner_id, p.mentor_id, 'learner', $3::text, 'published', p.score, 0, $2
FROM cohort_proposal p WHERE p.run_id = $1
  AND NOT EXISTS (SELECT FROM block b WHERE (b.blocker_id = p.learner_id AND b.blocked_id = p.mentor_id)
                                         OR (b.blocker_id = p.mentor_id AND b.blocked_id = p.learner_id))
  AND NOT EXISTS (SELECT FROM match_exclusion e WHERE (e.profile_id = p.learner_id AND e.other_id = p.mentor_id)
                                                   OR (e.profile_id = p.mentor_id AND e.other_id = p.learner_id))
  AND NOT EXISTS (SELECT FROM mentorship m WHERE m.mentee_id = p.learner_id AND m.format = $3::text
                  AND m.state IN ({_words(GOING_ON)}))
ORDER BY p.learner_id, p.mentor_id
ON CONFLICT (profile_id, side, format, other_id) DO UPDATE SET
    state = 'published', score = excluded.score, decided_at = excluded.decided_at
    WHERE suggestion.state IN ({_words(_UNDECIDED)})
"""  # noqa: S608 - built of constants
_WITHDRAW = f"""
UPDATE suggestion s SET state = $2, decided_at = $3 FROM cohort_proposal p
WHERE p.run_id = $1 AND s.profile_id = p.learner_id AND s.other_id = p.mentor_id AND s.side = 'learner'
  AND s.format = $4::text AND s.state IN ({_words(_OFFERED)})
"""  # noqa: S608 - built of constants


@dataclass(frozen=True)
class NewRun:
    """A run as it is asked for; without weights it takes the programme's."""

    programme_id: UUID
    seed: int = 0
    weights: WeightsForm | None = None


@retrying
async def start_run(actor: Actor, *, asked: NewRun, idempotency_key: str | None = None) -> CohortRun:
    """Queue a run for the workers. Conflict while another of the programme is being computed."""
    domain.check_seed(asked.seed)
    weights = None if asked.weights is None else stored_weights(asked.weights.clean())
    async with unit_of_work() as work:
        programme = await claim(actor, asked.programme_id)
        # The system sends no key, and without one nothing is kept of who asked.
        owner = actor.user_id or UserId(programme.id)
        once = await repeats.claim(work, owner, idempotency_key, "startCohortRun", asked)
        if once.previous:
            return await CohortRun.get(id=once.previous)
        domain.check_not_over(programme.ends_on, now().date())
        waiting = await CohortRun.filter(programme_id=programme.id, state=RunState.DRAFT).first()
        domain.check_no_other_run(waiting.id if waiting else None)
        run = await CohortRun.create(
            programme_id=programme.id,
            started_by=actor.user_id,
            seed=asked.seed,
            weights=programme.weights if weights is None else weights,
            state=RunState.DRAFT,
            stage=RunStage.WAITING,
        )
        await tell_managers(work, run)
        await once.remember(run.id)
    return run


@retrying
async def publish_run(actor: Actor, *, run_id: UUID, expected_version: int | None = None) -> CohortRun:
    """Show every learner their list. The run in force before is superseded; its offers that nobody took up end."""
    async with unit_of_work() as work:
        run, programme = await _claim_run(actor, run_id, expected_version)
        domain.check_publishable(run.state)
        domain.check_not_over(programme.ends_on, now().date())
        last = await queries.published_run(programme.id)
        if last is not None:
            last = await CohortRun.select_for_update().get(id=last.id)
            await _withdraw(work, last, programme, "superseded")
            await _enter(work, last, RunState.SUPERSEDED)
        at = now()
        await work.connection.execute_query(_PUBLISH, [run.id, at, programme.format.value])
        run.published_at, run.expires_at = at, at + domain.PUBLISHED_FOR
        run.replaces_id = None if last is None else last.id
        await _enter(work, run, RunState.PUBLISHED)
    return run


@retrying
async def roll_back_run(actor: Actor, *, run_id: UUID, expected_version: int | None = None) -> CohortRun:
    """Take back what a run published and nobody took up; the run it had replaced is in force again until it expires."""
    async with unit_of_work() as work:
        run, programme = await _claim_run(actor, run_id, expected_version)
        domain.check_revocable(run.state)
        await _withdraw(work, run, programme, "superseded")
        await _enter(work, run, RunState.ROLLED_BACK)
        former = None if run.replaces_id is None else await CohortRun.select_for_update().get(id=run.replaces_id)
        if former is not None and former.expires_at is not None and former.expires_at > now():
            await work.connection.execute_query(_PUBLISH, [former.id, now(), programme.format.value])
            await _enter(work, former, RunState.PUBLISHED)
    return run


async def expire_due() -> int:
    """End what runs published too long ago. Return how many runs."""
    due = await CohortRun.filter(state=RunState.PUBLISHED, expires_at__lt=now()).order_by("id")
    for row in due:
        await _expire(row.id)
    return len(due)


@retrying
async def _expire(run_id: UUID) -> None:
    async with unit_of_work() as work:
        found = await CohortRun.get(id=run_id)
        programme = await Programme.select_for_update().get(id=found.programme_id)
        run = await CohortRun.select_for_update().get(id=run_id)
        if run.state is RunState.PUBLISHED:
            await _withdraw(work, run, programme, "expired")
            await _enter(work, run, RunState.EXPIRED)


async def _claim_run(actor: Actor, run_id: UUID, expected_version: int | None) -> tuple[CohortRun, Programme]:
    """Return a run and its programme, both locked, the programme first. NotFound where the actor does not manage it."""
    if not actor.is_system:
        actor.require_user()
    found = (await queries.runs(actor, [run_id])).get(run_id)
    if found is None:
        raise NotFound("run")
    programme = await claim(actor, found.programme_id)
    run = await CohortRun.select_for_update().get(id=run_id)
    domain.check_version(run.version, expected_version)
    return run, programme


async def _withdraw(work: Work, run: CohortRun, programme: Programme, state: str) -> None:
    await work.connection.execute_query(_WITHDRAW, [run.id, state, now(), programme.format.value])


async def _enter(work: Work, run: CohortRun, state: RunState) -> None:
    run.state, run.version = state, run.version + 1
    run.ended_at = None if state is RunState.PUBLISHED else now()
    await run.save(
        update_fields=["state", "version", "ended_at", "published_at", "expires_at", "replaces_id"],
    )
    await tell_managers(work, run)
