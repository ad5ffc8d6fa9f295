"""Getting hold of a mentorship to write in its papers: its row under lock, the two of it, and how both are told."""

from dataclasses import dataclass
from uuid import UUID

from server.domain import topics
from server.domain.actors import Actor, UserId
from server.domain.errors import NotFound
from server.domain.facts import Fact
from server.domain.mentorships import check_going_on
from server.models.mentorships import Mentorship
from server.queries import mentorships as queries
from server.services.transaction import Work


@dataclass(frozen=True)
class Desk:
    """A mentorship under lock and the one of its two who writes."""

    work: Work
    actor: Actor
    mentorship: Mentorship
    actor_id: UserId

    @property
    def is_mentor(self) -> bool:
        """Tell whether the one who writes is the mentor."""
        return self.mentorship.mentor_id == self.actor_id

    def tell(self, fact: Fact, *, command_id: str | None = None) -> None:
        """Record a fact for both."""
        both = [topics.user(self.mentorship.mentor_id), topics.user(self.mentorship.mentee_id)]
        self.work.record(fact, to=both, actor=self.actor, command_id=command_id)

    def tell_self(self, fact: Fact, *, command_id: str | None = None) -> None:
        """Record a fact for the one who writes, and nobody else."""
        self.work.record(fact, to=[topics.user(self.actor_id)], actor=self.actor, command_id=command_id)


async def sit_down(work: Work, actor: Actor, mentorship_id: UUID, *, what: str = "mentorship") -> Desk:
    """Lock a mentorship that goes on, to change what its two share. NotFound, also with a block; Conflict after it."""
    desk = await look_over(work, actor, mentorship_id, what=what)
    check_going_on(desk.mentorship.state)
    return desk


async def look_over(work: Work, actor: Actor, mentorship_id: UUID, *, what: str = "mentorship") -> Desk:
    """Lock a mentorship whose two nothing parts, going on or over. NotFound."""
    actor_id = actor.require_user()
    if mentorship_id not in await queries.visible(actor, [mentorship_id]):
        raise NotFound(what)
    mentorship = await Mentorship.filter(id=mentorship_id).select_for_update(no_key=True).get()
    # Looked at under the lock: a block that came first is seen.
    if mentorship_id not in await queries.meetable(actor, [mentorship_id]):
        raise NotFound(what)
    return Desk(work, actor, mentorship, actor_id)
