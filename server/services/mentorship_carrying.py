"""What goes along when a mentorship goes on from an earlier one: open goals with where they stand, and own notes.

A goal is copied, since the earlier two keep theirs as it was; own notes move, since nobody else ever had them. What a
former mentor said stays behind: the new one sees the levels, not who said what.
"""

from collections.abc import Collection
from uuid import UUID

from server.domain.mentorship_goals import GoalState
from server.domain.mentorship_notes import NoteReach
from server.models.mentorship_papers import GoalAttainment, MentorshipGoal, MentorshipNote
from server.models.mentorships import Mentorship


async def carry_on(mentorship: Mentorship) -> None:
    """Bring open goals and own notes from the mentorship that a fresh one goes on from. In the unit of work making it.

    Nothing is carried when it goes on from none, or its mentee is another.
    """
    before = await Mentorship.get_or_none(id=mentorship.continues_id)
    if before is None or before.mentee_id != mentorship.mentee_id:
        return
    staying = {before.mentor_id, before.mentee_id} & {mentorship.mentor_id, mentorship.mentee_id}
    own = MentorshipNote.filter(mentorship_id=before.id, author_id__in=list(staying), reach=NoteReach.MINE)
    await own.update(mentorship_id=mentorship.id)
    goals = MentorshipGoal.filter(mentorship_id=before.id, state=GoalState.OPEN)
    for goal in await goals.order_by("created_at", "id"):
        await _copy(goal, mentorship, staying)


async def _copy(goal: MentorshipGoal, mentorship: Mentorship, staying: Collection[UUID]) -> None:
    copied = await MentorshipGoal.create(
        mentorship_id=mentorship.id,
        # Whoever worded it, it is the mentee who goes on with it.
        written_by_id=mentorship.mentee_id,
        title=goal.title,
        outcomes=goal.outcomes,
        baseline=goal.baseline,
        baseline_level=goal.baseline_level,
        weight=goal.weight,
        due_on=goal.due_on,
        state=GoalState.OPEN,
        level=goal.level,
        carried_from=goal.id,
        created_at=goal.created_at,
    )
    looked = await GoalAttainment.filter(goal_id=goal.id).order_by("created_at", "id")
    await GoalAttainment.bulk_create(_as_seen_by(one, copied.id, staying) for one in looked)


def _as_seen_by(one: GoalAttainment, goal_id: UUID, staying: Collection[UUID]) -> GoalAttainment:
    """Return an attainment for a copied goal, without the words of somebody who does not come along."""
    is_here = one.said_by_id in staying
    return GoalAttainment(
        goal_id=goal_id,
        said_by_id=one.said_by_id if is_here else None,
        level=one.level,
        note=one.note if is_here else "",
        created_at=one.created_at,
    )
