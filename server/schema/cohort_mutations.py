"""What managers do with cohort runs. Computing one is the workers' work: no request waits for it."""

import strawberry

from server.schema.cohorts import CohortRun, run_id_of
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, mutation
from server.schema.programmes import WeightsInput, programme_id_of, weights_form
from server.services import cohorts
from server.services.cohorts import NewRun

_VERSION = "Conflict when the run has another version by now."


@strawberry.input(description="For startCohortRun.")
class StartCohortRunInput:
    """What StartCohortRun takes."""

    programme_id: strawberry.ID = strawberry.field(description="Of which programme.")
    seed: int = strawberry.field(default=0, description="0 to 2,147,483,647. The same seed gives the same lists.")
    weights: WeightsInput | None = strawberry.field(
        default=None, description="Other weights, for this run alone; null: those of the programme."
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="A run that waits for a worker. Follow it by cohortProgress.")
class StartCohortRunPayload:
    """What StartCohortRun gives."""

    run: CohortRun = strawberry.field(description="The run.")


@strawberry.input(description="For publishCohortRun.")
class PublishCohortRunInput:
    """What PublishCohortRun takes."""

    run_id: strawberry.ID = strawberry.field(description="Which run.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="A run in force: its learners see their lists.")
class PublishCohortRunPayload:
    """What PublishCohortRun gives."""

    run: CohortRun = strawberry.field(description="The run as it is now.")


@strawberry.input(description="For rollBackCohortRun.")
class RollBackCohortRunInput:
    """What RollBackCohortRun takes."""

    run_id: strawberry.ID = strawberry.field(description="Which run.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="A run that was taken back.")
class RollBackCohortRunPayload:
    """What RollBackCohortRun gives."""

    run: CohortRun = strawberry.field(description="The run as it is now.")


@strawberry.type
class CohortMutation:
    """The mutations on runs."""

    @mutation(
        description="Queue a run. Nobody but managers sees it before it is published. Requires: to manage it.",
        refuses=[Conflict],
    )
    async def start_cohort_run(self, info: Info, form: StartCohortRunInput) -> StartCohortRunPayload:
        """Start a run."""
        asked = NewRun(
            programme_id_of(form.programme_id), form.seed, None if form.weights is None else weights_form(form.weights)
        )
        row = await cohorts.start_run(info.context.actor, asked=asked, idempotency_key=form.idempotency_key)
        return StartCohortRunPayload(run=CohortRun.of(row))

    @mutation(
        description="Show every learner their list; the run in force before is superseded. Requires: to manage it.",
        refuses=[Conflict],
    )
    async def publish_cohort_run(self, info: Info, form: PublishCohortRunInput) -> PublishCohortRunPayload:
        """Publish a run."""
        row = await cohorts.publish_run(
            info.context.actor, run_id=run_id_of(form.run_id), expected_version=form.expected_version
        )
        return PublishCohortRunPayload(run=CohortRun.of(row))

    @mutation(
        description="Take back what a run published and nobody took up; the run before it is in force again."
        " Requires: to manage it.",
        refuses=[Conflict],
    )
    async def roll_back_cohort_run(self, info: Info, form: RollBackCohortRunInput) -> RollBackCohortRunPayload:
        """Roll a run back."""
        row = await cohorts.roll_back_run(
            info.context.actor, run_id=run_id_of(form.run_id), expected_version=form.expected_version
        )
        return RollBackCohortRunPayload(run=CohortRun.of(row))
