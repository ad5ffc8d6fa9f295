"""Goals of a mentorship as mutations: set, reworded, looked at, settled."""

from datetime import date

import strawberry

from server.domain.mentorship_goals import GoalForm, GoalState
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.core.ids import uuid_of
from server.schema.mentorship_goals import MentorshipGoal, goal_id_of
from server.services import mentorship_goals


@strawberry.input(description="A goal. Say in advance what its outcomes would look like; the expected one is needed.")
class MentorshipGoalInput:
    """A goal as somebody words it."""

    title: str = strawberry.field(description="1 to 160 characters.")
    expected: str = strawberry.field(description="What 0, as expected, would look like: 1 to 300 characters.")
    much_less: str = strawberry.field(default="", description="What -2 would look like: at most 300 characters.")
    less: str = strawberry.field(default="", description="What -1 would look like: at most 300 characters.")
    more: str = strawberry.field(default="", description="What 1 would look like: at most 300 characters.")
    much_more: str = strawberry.field(default="", description="What 2 would look like: at most 300 characters.")
    baseline: str = strawberry.field(default="", description="Where things stand now: at most 300 characters.")
    baseline_level: int = strawberry.field(default=-1, description="The level of that, -2 to 1.")
    weight: int = strawberry.field(default=1, description="How much it counts among the others, 1 to 5.")
    due_on: date | None = strawberry.field(default=None, description="Until when; null: no date.")

    def form(self) -> GoalForm:
        """Return the goal as the rules take it."""
        return GoalForm(
            title=self.title,
            expected=self.expected,
            much_less=self.much_less,
            less=self.less,
            more=self.more,
            much_more=self.much_more,
            baseline=self.baseline,
            baseline_level=self.baseline_level,
            weight=self.weight,
            due_on=self.due_on,
        )


@strawberry.input(description="For addMentorshipGoal.")
class AddMentorshipGoalInput:
    """What AddMentorshipGoal takes."""

    mentorship_id: strawberry.ID = strawberry.field(description="Which mentorship.")
    aim: MentorshipGoalInput = strawberry.field(description="The goal.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="A goal that was set.")
class AddMentorshipGoalPayload:
    """What AddMentorshipGoal gives."""

    goal: MentorshipGoal = strawberry.field(description="The goal.")


@strawberry.input(description="For editMentorshipGoal.")
class EditMentorshipGoalInput:
    """What EditMentorshipGoal takes."""

    goal_id: strawberry.ID = strawberry.field(description="Which goal.")
    aim: MentorshipGoalInput = strawberry.field(description="The goal as it is to be.")
    expected_version: int | None = strawberry.field(default=None, description="Refused with Conflict when it changed.")


@strawberry.type(description="A goal that was put differently.")
class EditMentorshipGoalPayload:
    """What EditMentorshipGoal gives."""

    goal: MentorshipGoal = strawberry.field(description="The goal as it is now.")


@strawberry.input(description="For recordGoalAttainment.")
class RecordGoalAttainmentInput:
    """What RecordGoalAttainment takes."""

    goal_id: strawberry.ID = strawberry.field(description="Which goal.")
    level: int = strawberry.field(description="-2 much less than expected, 0 as expected, 2 much more.")
    note: str = strawberry.field(default="", description="At most 500 characters.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="A goal that was looked at.")
class RecordGoalAttainmentPayload:
    """What RecordGoalAttainment gives."""

    goal: MentorshipGoal = strawberry.field(description="The goal as it is now.")


@strawberry.input(description="For settleMentorshipGoal.")
class SettleMentorshipGoalInput:
    """What SettleMentorshipGoal takes."""

    goal_id: strawberry.ID = strawberry.field(description="Which goal.")
    state: GoalState = strawberry.field(description="REACHED, LET_GO, or OPEN again.")
    expected_version: int | None = strawberry.field(default=None, description="Refused with Conflict when it changed.")


@strawberry.type(description="A goal that was settled or opened again.")
class SettleMentorshipGoalPayload:
    """What SettleMentorshipGoal gives."""

    goal: MentorshipGoal = strawberry.field(description="The goal as it is now.")


@strawberry.type
class MentorshipGoalMutation:
    """The mutations on goals."""

    @mutation(
        description="Set a goal; at most three are open. Requires: to be one of the two.",
        refuses=[Conflict, LimitReached],
    )
    async def add_mentorship_goal(self, info: Info, form: AddMentorshipGoalInput) -> AddMentorshipGoalPayload:
        """Set a goal."""
        row = await mentorship_goals.add_goal(
            info.context.actor,
            mentorship_id=uuid_of(form.mentorship_id, "Mentorship", what="mentorship"),
            form=form.aim.form(),
            idempotency_key=form.idempotency_key,
        )
        return AddMentorshipGoalPayload(goal=MentorshipGoal.of(row))

    @mutation(description="Put an open goal differently. Requires: to be one of the two.", refuses=[Conflict])
    async def edit_mentorship_goal(self, info: Info, form: EditMentorshipGoalInput) -> EditMentorshipGoalPayload:
        """Reword a goal."""
        row = await mentorship_goals.edit_goal(
            info.context.actor,
            goal_id=goal_id_of(form.goal_id),
            form=form.aim.form(),
            expected_version=form.expected_version,
        )
        return EditMentorshipGoalPayload(goal=MentorshipGoal.of(row))

    @mutation(
        description="Say where an open goal stands. Requires: to be one of the two.", refuses=[Conflict, LimitReached]
    )
    async def record_goal_attainment(self, info: Info, form: RecordGoalAttainmentInput) -> RecordGoalAttainmentPayload:
        """Record an attainment."""
        row = await mentorship_goals.record_attainment(
            info.context.actor,
            goal_id=goal_id_of(form.goal_id),
            level=form.level,
            note=form.note,
            idempotency_key=form.idempotency_key,
        )
        return RecordGoalAttainmentPayload(goal=MentorshipGoal.of(row))

    @mutation(
        description="Call a goal reached, let it go, or open it again. Requires: to be one of the two.",
        refuses=[Conflict, LimitReached],
    )
    async def settle_mentorship_goal(self, info: Info, form: SettleMentorshipGoalInput) -> SettleMentorshipGoalPayload:
        """Settle a goal."""
        row = await mentorship_goals.settle_goal(
            info.context.actor,
            goal_id=goal_id_of(form.goal_id),
            state=form.state,
            expected_version=form.expected_version,
        )
        return SettleMentorshipGoalPayload(goal=MentorshipGoal.of(row))
