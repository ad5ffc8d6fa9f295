"""Goals of a mentorship as types: their five outcomes, where they stood, and the score of all together."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import strawberry

from server.domain import mentorship_goals as rules
from server.domain.mentorship_goals import GoalState
from server.kit.paging import PageRequest
from server.models import mentorship_papers as rows
from server.queries import mentorship_papers as queries
from server.schema.core.batching import batched
from server.schema.core.connection import Connection, connection_of
from server.schema.core.context import Info
from server.schema.core.ids import uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.profiles import Profile, keys_of, load_profiles, uuid_key

strawberry.enum(GoalState, name="MentorshipGoalState", description="What became of a goal.")


@strawberry.type(description="How far the goals of a mentorship are: T-scores, 50 for all as expected.")
class GoalScore:
    """The scores of the goals that were looked at."""

    baseline: float = strawberry.field(description="Where they started.")
    now: float = strawberry.field(description="Where they stand.")
    goals: int = strawberry.field(description="How many were looked at, those let go left out.")

    @classmethod
    def of(cls, found: rules.GoalScore) -> "GoalScore":
        """Return the score as the API shows it."""
        return cls(baseline=found.baseline, now=found.now, goals=found.goals)


@strawberry.type(description="Where a goal stood, as one of the two saw it.")
class GoalAttainment:
    """An attainment."""

    level: int = strawberry.field(description="-2 much less than expected, 0 as expected, 2 much more.")
    note: str = strawberry.field(description="What they said to it.")
    at: datetime = strawberry.field(description="When.")
    said_by_id: strawberry.Private[UUID | None]

    @classmethod
    def of(cls, row: rows.GoalAttainment) -> "GoalAttainment":
        """Return the attainment as the API shows it."""
        return cls(level=row.level, note=row.note, at=row.created_at, said_by_id=row.said_by_id)

    @batched(description="Who said so; null for somebody of an earlier mentorship.")
    @staticmethod
    async def said_by(parents: Sequence["GoalAttainment"], info: Info) -> Sequence[Profile | None]:
        """Return who said each."""
        found = await load_profiles(info, {p.said_by_id for p in parents if p.said_by_id is not None})
        return [None if p.said_by_id is None else found.get(p.said_by_id) for p in parents]


@strawberry.type(description="A goal with what its outcomes would look like. Requires: to be one of the two.")
class MentorshipGoal(Node):
    """A goal as the two see it."""

    title: str = strawberry.field(description="What is to be reached.")
    much_less: str = strawberry.field(description="What -2 would look like; may be empty.")
    less: str = strawberry.field(description="What -1 would look like; may be empty.")
    expected: str = strawberry.field(description="What 0 would look like: the expected outcome.")
    more: str = strawberry.field(description="What 1 would look like; may be empty.")
    much_more: str = strawberry.field(description="What 2 would look like; may be empty.")
    baseline: str = strawberry.field(description="Where things stood at the start; may be empty.")
    baseline_level: int = strawberry.field(description="The level of that, -2 to 1.")
    level: int | None = strawberry.field(description="Where it stood when somebody looked last, -2 to 2.")
    weight: int = strawberry.field(description="How much it counts among the others, 1 to 5.")
    due_on: date | None = strawberry.field(description="Until when.")
    state: GoalState = strawberry.field(description="What became of it.")
    settled_at: datetime | None = strawberry.field(description="When it was reached or let go.")
    is_carried_on: bool = strawberry.field(description="Whether it goes on from an earlier mentorship.")
    set_at: datetime = strawberry.field(description="When it was set.")
    version: int = strawberry.field(description="Grows with every change; give it back as expectedVersion.")

    @classmethod
    def of(cls, row: rows.MentorshipGoal) -> "MentorshipGoal":
        """Return the goal as the API shows it."""
        # Of somebody who left, the words are gone.
        much_less, less, expected, more, much_more = row.outcomes or [""] * 5
        return cls(
            key=row.id,
            title=row.title,
            much_less=much_less,
            less=less,
            expected=expected,
            more=more,
            much_more=much_more,
            baseline=row.baseline,
            baseline_level=row.baseline_level,
            level=row.level,
            weight=row.weight,
            due_on=row.due_on,
            state=row.state,
            settled_at=row.settled_at,
            is_carried_on=row.carried_from is not None,
            set_at=row.created_at,
            version=row.version,
        )

    @batched(description="Where it stood, newest first.", order=queries.NEWEST_ATTAINMENTS)
    @staticmethod
    async def attainments(
        parents: Sequence["MentorshipGoal"], info: Info, page: PageRequest
    ) -> Sequence[Connection[GoalAttainment]]:
        """Return a page of the attainments of each."""
        found = await queries.attainments_of(info.context.actor, keys_of(parents), page)
        return [connection_of(found[uuid_key(p)], GoalAttainment.of) for p in parents]


@node_loader("MentorshipGoal")
async def load_goals(info: Info, keys: Collection[UUID]) -> Mapping[UUID, MentorshipGoal]:
    """Return the goals the viewer may see."""
    found = await queries.visible_goals(info.context.actor, keys)
    return {key: MentorshipGoal.of(row) for key, row in found.items()}


def goal_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a goal, or refuse with NotFound."""
    return uuid_of(global_id, "MentorshipGoal", what="goal")
