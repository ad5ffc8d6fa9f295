"""Cohort runs, for the managers of their programme: where one stands, its lists, who gains and loses.

How fair a run is, is in fairness.py.
"""

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from server.domain import topics
from server.domain.errors import NotFound
from server.domain.facts import fact_of
from server.domain.programme_facts import CohortMoved
from server.domain.programmes import RunStage, RunState
from server.kit.paging import PageRequest
from server.models import programmes as rows
from server.queries import programmes as queries
from server.schema.core.batching import batched
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.fields import resolved, subscription
from server.schema.core.ids import uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.profiles import Profile, load_profiles
from server.schema.programmes import MentorChange, Programme, ProgrammeWeights, load_programmes, managed
from server.schema.subscriptions import Heard, LiveTopics
from server.services.weights_preview import Example

strawberry.enum(RunState, name="CohortRunState", description="Where a cohort run stands.")
strawberry.enum(RunStage, name="CohortRunStage", description="What a cohort run is busy with.")

_RUN = strawberry.argument(description="Which run.")
_OPEN = (RunState.DRAFT,)


@strawberry.type(description="One matching of a whole cohort. Requires: to manage its programme.")
class CohortRun(Node):
    """A run as managers see it."""

    state: RunState = strawberry.field(description="Where it stands.")
    stage: RunStage = strawberry.field(description="What it is busy with, or was at last.")
    done: int = strawberry.field(description="How much of the stage's work is done; 0 where it is not counted.")
    total: int = strawberry.field(description="How much work the stage is; 0 where it is not counted.")
    seed: int = strawberry.field(description="With the same people, weights and seed a run gives the same lists.")
    weights: ProgrammeWeights = strawberry.field(description="How it weighs pairs.")
    snapshot_hash: str = strawberry.field(description="A hash of all that it knew of people; empty before it read.")
    created_at: datetime = strawberry.field(description="When it was started.")
    previewed_at: datetime | None = strawberry.field(description="When it was computed.")
    published_at: datetime | None = strawberry.field(description="When it was published.")
    expires_at: datetime | None = strawberry.field(description="Until when what it published is an offer.")
    ended_at: datetime | None = strawberry.field(description="When it was replaced, rolled back, expired or failed.")
    version: int = strawberry.field(description="Grows with every change; give it back as expectedVersion.")
    programme_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: rows.CohortRun) -> "CohortRun":
        """Return a run as the API shows it."""
        return cls(
            key=row.id,
            state=row.state,
            stage=row.stage,
            done=row.done,
            total=row.total,
            seed=row.seed,
            weights=ProgrammeWeights.of(row.weights),
            snapshot_hash=row.snapshot_hash,
            created_at=row.created_at,
            previewed_at=row.previewed_at,
            published_at=row.published_at,
            expires_at=row.expires_at,
            ended_at=row.ended_at,
            version=row.version,
            programme_id=row.programme_id,
        )

    @batched(description="Its programme.")
    @staticmethod
    async def programme(parents: Sequence["CohortRun"], info: Info) -> Sequence[Programme | None]:
        """Return the programme of each."""
        found = await load_programmes(info, {p.programme_id for p in parents})
        return [found.get(p.programme_id) for p in parents]


@node_loader("CohortRun")
async def load_runs(info: Info, keys: Collection[UUID]) -> Mapping[UUID, CohortRun]:
    """Return the runs of programmes that the viewer manages."""
    found = await queries.runs(info.context.actor, keys)
    return {key: CohortRun.of(row) for key, row in found.items()}


def run_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a run, or refuse with NotFound."""
    return uuid_of(global_id, "CohortRun", what="run")


async def computed(info: Info, run_id: strawberry.ID) -> rows.CohortRun:
    """Return a run that the viewer may see and that has its report; NotFound for one that was not computed yet."""
    key = run_id_of(run_id)
    row = (await queries.runs(info.context.actor, [key])).get(key)
    if row is None or row.report is None:
        raise NotFound("run")
    return row


@strawberry.type(description="A mentor in a learner's list. Requires: to manage the programme.")
class CohortProposal:
    """An entry of a list."""

    place: int = strawberry.field(description="Its place in the learner's list, from 0.")
    is_assigned: bool = strawberry.field(description="Whether the assignment found this mentor for them.")
    score: float = strawberry.field(description="Of the pair, from 0 to 1.")
    contested: float = strawberry.field(description="How contested the mentor's places are; 0 is not at all.")
    learner_id: strawberry.Private[UUID]
    mentor_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: rows.CohortProposal) -> "CohortProposal":
        """Return an entry as the API shows it."""
        return cls(
            place=row.place,
            is_assigned=row.is_assigned,
            score=row.score,
            contested=row.contested,
            learner_id=row.learner_id,
            mentor_id=row.mentor_id,
        )

    @batched(description="The learner; null when the viewer cannot see them.")
    @staticmethod
    async def learner(parents: Sequence["CohortProposal"], info: Info) -> Sequence[Profile | None]:
        """Return the learner of each."""
        found = await load_profiles(info, {p.learner_id for p in parents})
        return [found.get(p.learner_id) for p in parents]

    @batched(description="The mentor; null when the viewer cannot see them.")
    @staticmethod
    async def mentor(parents: Sequence["CohortProposal"], info: Info) -> Sequence[Profile | None]:
        """Return the mentor of each."""
        found = await load_profiles(info, {p.mentor_id for p in parents})
        return [found.get(p.mentor_id) for p in parents]


@strawberry.type(description="A locked pair that a rule, or a want of places, stands against; which, is not told.")
class BrokenLock:
    """A lock that was not kept."""

    learner_id: strawberry.Private[UUID]
    mentor_id: strawberry.Private[UUID]

    @batched(description="The learner; null when the viewer cannot see them.")
    @staticmethod
    async def learner(parents: Sequence["BrokenLock"], info: Info) -> Sequence[Profile | None]:
        """Return the learner of each."""
        found = await load_profiles(info, {p.learner_id for p in parents})
        return [found.get(p.learner_id) for p in parents]

    @batched(description="The mentor; null when the viewer cannot see them.")
    @staticmethod
    async def mentor(parents: Sequence["BrokenLock"], info: Info) -> Sequence[Profile | None]:
        """Return the mentor of each."""
        found = await load_profiles(info, {p.mentor_id for p in parents})
        return [found.get(p.mentor_id) for p in parents]


@strawberry.type(description="What publishing a run would change. Requires: to manage the programme.")
class CohortPreview:
    """Who gains and who loses."""

    run: CohortRun = strawberry.field(description="The run.")
    against: str = strawberry.field(
        description="What it is compared with: last_run, the run in force; weights_in_force, when this one weighs"
        " otherwise; nothing."
    )
    gain: int = strawberry.field(description="How many learners have a better mentor, or one at all.")
    loss: int = strawberry.field(description="How many have a worse one, or none any more.")
    same: int = strawberry.field(description="How many neither gain nor lose.")
    served_before: int = strawberry.field(description="How many had a mentor.")
    served_now: int = strawberry.field(description="How many have one.")
    mean_before: float = strawberry.field(description="The mean score of the pairs there were.")
    mean_now: float = strawberry.field(description="The mean score of the pairs there are.")
    gains: list[MentorChange] = strawberry.field(description="The greatest gains, 20 at most.")
    losses: list[MentorChange] = strawberry.field(description="The greatest losses, 20 at most.")
    broken_locks: list[BrokenLock] = strawberry.field(description="Locked pairs that could not be kept.")

    @classmethod
    def of(cls, row: rows.CohortRun) -> "CohortPreview":
        """Return the preview in a run's report."""
        report: dict[str, Any] = row.report or {}
        change = dict(report["change"])
        gains, losses = ([MentorChange.of(_example(one)) for one in change.pop(name)] for name in ("gains", "losses"))
        broken = [BrokenLock(learner_id=UUID(one), mentor_id=UUID(two)) for one, two in report["broken_locks"]]
        return cls(run=CohortRun.of(row), gains=gains, losses=losses, broken_locks=broken, **change)


def _example(one: Mapping[str, Any]) -> Example:
    before, now = (None if one[name] is None else UUID(one[name]) for name in ("mentor_before", "mentor_now"))
    return Example(UUID(one["learner"]), before, now, one["before"], one["now"])


@strawberry.type(description="How far a run is.")
class CohortProgress:
    """A step of a run."""

    state: RunState = strawberry.field(description="Where it stands.")
    stage: RunStage = strawberry.field(description="What it is busy with.")
    done: int = strawberry.field(description="How much of the stage's work is done; 0 where it is not counted.")
    total: int = strawberry.field(description="How much work the stage is; 0 where it is not counted.")
    version: int = strawberry.field(description="The version of the run.")


@strawberry.type
class CohortQuery:
    """The root fields about runs."""

    @connection_field(
        order=queries.NEWEST_RUNS, description="The runs of a programme, newest first. Requires: to manage it."
    )
    async def cohort_runs(
        self,
        info: Info,
        page: PageRequest,
        programme_id: Annotated[strawberry.ID, strawberry.argument(description="Which programme.")],
    ) -> Connection[CohortRun]:
        """Return a page of runs."""
        return connection_of(await queries.runs_page(await managed(info, programme_id), page), CohortRun.of)

    @connection_field(
        order=queries.LISTS,
        description="The lists of a computed run, learner after learner. Requires: to manage the programme.",
    )
    async def cohort_lists(
        self, info: Info, page: PageRequest, run_id: Annotated[strawberry.ID, _RUN]
    ) -> Connection[CohortProposal]:
        """Return a page of the lists."""
        row = await computed(info, run_id)
        return connection_of(await queries.lists_page(row.id, page), CohortProposal.of)

    @resolved(description="What publishing a computed run would change. Requires: to manage the programme.")
    async def cohort_preview(self, info: Info, run_id: Annotated[strawberry.ID, _RUN]) -> CohortPreview:
        """Return who gains and who loses."""
        return CohortPreview.of(await computed(info, run_id))


@strawberry.type
class CohortSubscription:
    """What can be followed of runs."""

    @subscription(
        description="How far a run is: where it stands now, then every step until it is computed or has failed."
        " Requires: to manage the programme."
    )
    async def cohort_progress(
        self, info: Info, run_id: Annotated[strawberry.ID, _RUN]
    ) -> AsyncGenerator[CohortProgress, None]:
        """Follow a run on the viewer's own topic, where its managers are told of it."""
        actor, key = info.context.actor, run_id_of(run_id)
        if key not in await queries.runs(actor, [key]):
            raise NotFound("run")
        topic = topics.user(actor.require_user())
        async with aclosing(info.context.tool(LiveTopics).subscribe(actor, topic, None)) as events:
            # The first event is a snapshot: whatever happens after this reading of the run comes as an entry.
            await anext(events)
            row = (await queries.runs(actor, [key])).get(key)
            if row is None:
                raise NotFound("run")
            step = _step(row)
            yield step
            while step.state in _OPEN:
                moved = _of_run(await anext(events), key)
                if moved is not None and moved.version > step.version:
                    step = _step(moved)
                    yield step


def _of_run(heard: Heard, run_id: UUID) -> CohortMoved | None:
    if heard.kind != CohortMoved.kind:
        return None
    moved = fact_of(heard.kind, heard.payload)
    return moved if isinstance(moved, CohortMoved) and moved.run_id == run_id else None


def _step(of: rows.CohortRun | CohortMoved) -> CohortProgress:
    return CohortProgress(state=of.state, stage=of.stage, done=of.done, total=of.total, version=of.version)
