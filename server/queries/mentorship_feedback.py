"""Reading feedback on mentorships: one's own at once, the other side's once it is released, and not across a block."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.domain.actors import Actor
from server.domain.mentorship_feedback import given_until, is_released
from server.kit.clock import now
from server.models.mentorships import Mentorship, MentorshipFeedback
from server.queries import mentorships


@dataclass(frozen=True)
class FeedbackView:
    """Feedback on a mentorship as one of the two sees it, and whether they can give theirs, or change it, now."""

    mine: MentorshipFeedback | None
    received: MentorshipFeedback | None
    can_give: bool


async def feedback_of(actor: Actor, mentorship_ids: Collection[UUID]) -> dict[UUID, FeedbackView]:
    """Return the feedback on each of these mentorships; nothing of one that is not the actor's own."""
    own = await mentorships.visible(actor, mentorship_ids)
    near = await mentorships.meetable(actor, list(own))
    rows: dict[UUID, list[MentorshipFeedback]] = {key: [] for key in mentorship_ids}
    for row in await MentorshipFeedback.filter(mentorship_id__in=list(own)):
        rows[row.mentorship_id].append(row)
    return {key: _view(actor, near.get(key), found, now()) for key, found in rows.items()}


def _view(actor: Actor, near: Mentorship | None, rows: list[MentorshipFeedback], at: datetime) -> FeedbackView:
    """`near` is the mentorship if its two may still meet."""
    mine = next((row for row in rows if row.author_id == actor.user_id), None)
    theirs = next((row for row in rows if row.author_id != actor.user_id), None)
    released = is_released([row.given_at for row in rows], at)
    if near is None:
        return FeedbackView(mine, None, can_give=False)
    until = given_until(near.state, near.end_reason, near.ended_at)
    can_give = until is not None and at < until and not released
    return FeedbackView(mine, theirs if released else None, can_give=can_give)
