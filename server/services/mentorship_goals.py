"""Goals of a mentorship: set, reworded, looked at and settled by either of the two."""

from uuid import UUID

from server.domain import mentorship_goals as rules
from server.domain.actors import Actor
from server.domain.errors import NotFound
from server.domain.mentorship_goals import GoalAttained, GoalChanged, GoalForm, GoalState
from server.domain.mentorship_notes import check_version
from server.kit.clock import now
from server.models.mentorship_papers import GoalAttainment, MentorshipGoal
from server.queries.mentorship_papers import visible_goals
from server.services import repeats
from server.services.mentorship_access import Desk, sit_down
from server.services.transaction import Work, retrying, unit_of_work


@retrying
async def add_goal(
    actor: Actor, *, mentorship_id: UUID, form: GoalForm, idempotency_key: str | None = None
) -> MentorshipGoal:
    """Set a goal. NotFound, Conflict after the end, InvalidInput, LimitReached with three open."""
    cleaned = form.clean()
    async with unit_of_work() as work:
        content = [mentorship_id, cleaned]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "addMentorshipGoal", content)
        if once.previous:
            return await MentorshipGoal.get(id=once.previous)
        desk = await sit_down(work, actor, mentorship_id)
        rules.check_room_for_open(await _open_in(mentorship_id))
        rules.check_room_for_goal(await MentorshipGoal.filter(mentorship_id=mentorship_id).count())
        row = MentorshipGoal(mentorship_id=mentorship_id, written_by_id=desk.actor_id, state=GoalState.OPEN)
        _word(row, cleaned)
        await row.save()
        await once.remember(row.id)
        _tell(desk, row, command_id=idempotency_key)
    return row


@retrying
async def edit_goal(
    actor: Actor, *, goal_id: UUID, form: GoalForm, expected_version: int | None = None
) -> MentorshipGoal:
    """Put an open goal differently. NotFound, InvalidInput; Conflict when it changed, is settled, or all is over."""
    cleaned = form.clean()
    async with unit_of_work() as work:
        desk, row = await _take_up(work, actor, goal_id)
        check_version(row.version, expected_version)
        rules.check_is_open(row.state)
        _word(row, cleaned)
        row.written_by_id, row.version = desk.actor_id, row.version + 1
        await row.save()
        _tell(desk, row)
    return row


@retrying
async def record_attainment(
    actor: Actor, *, goal_id: UUID, level: int, note: str = "", idempotency_key: str | None = None
) -> MentorshipGoal:
    """Say where an open goal stands, -2 to +2, and return it. NotFound, Conflict, InvalidInput, LimitReached."""
    note = rules.attainment(level, note)
    async with unit_of_work() as work:
        content = [goal_id, level, note]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "recordGoalAttainment", content)
        if once.previous:
            return await MentorshipGoal.get(id=once.previous)
        desk, row = await _take_up(work, actor, goal_id)
        rules.check_is_open(row.state)
        rules.check_room_for_attainment(await GoalAttainment.filter(goal_id=goal_id).count())
        said = await GoalAttainment.create(goal_id=goal_id, said_by_id=desk.actor_id, level=level, note=note)
        row.level, row.version = level, row.version + 1
        await row.save(update_fields=["level", "version"])
        await once.remember(row.id)
        attained = GoalAttained(
            mentorship_id=row.mentorship_id,
            goal_id=goal_id,
            level=level,
            said_by=desk.actor_id,
            version=row.version,
            at=said.created_at,
        )
        desk.tell(attained, command_id=idempotency_key)
    return row


@retrying
async def settle_goal(
    actor: Actor, *, goal_id: UUID, state: GoalState, expected_version: int | None = None
) -> MentorshipGoal:
    """Call a goal reached, let it go, or open it again; the state it has changes nothing.

    NotFound; Conflict when it changed or all is over; LimitReached with three open.
    """
    async with unit_of_work() as work:
        desk, row = await _take_up(work, actor, goal_id)
        check_version(row.version, expected_version)
        if state is not row.state:
            if state is GoalState.OPEN:
                rules.check_room_for_open(await _open_in(row.mentorship_id))
            row.state, row.version = state, row.version + 1
            row.settled_at = None if state is GoalState.OPEN else now()
            await row.save(update_fields=["state", "settled_at", "version"])
            _tell(desk, row)
    return row


async def _take_up(work: Work, actor: Actor, goal_id: UUID) -> tuple[Desk, MentorshipGoal]:
    """Lock the mentorship of a goal the actor sees, and read the goal under the lock. NotFound."""
    actor.require_user()
    seen = (await visible_goals(actor, [goal_id])).get(goal_id)
    if seen is None:
        raise NotFound("goal")
    desk = await sit_down(work, actor, seen.mentorship_id, what="goal")
    return desk, await MentorshipGoal.get(id=goal_id)


async def _open_in(mentorship_id: UUID) -> int:
    return await MentorshipGoal.filter(mentorship_id=mentorship_id, state=GoalState.OPEN).count()


def _word(row: MentorshipGoal, form: GoalForm) -> None:
    row.title, row.outcomes, row.due_on = form.title, form.outcomes, form.due_on
    row.baseline, row.baseline_level, row.weight = form.baseline, form.baseline_level, form.weight


def _tell(desk: Desk, row: MentorshipGoal, *, command_id: str | None = None) -> None:
    changed = GoalChanged(
        mentorship_id=row.mentorship_id, goal_id=row.id, state=row.state, version=row.version, at=now()
    )
    desk.tell(changed, command_id=command_id)
