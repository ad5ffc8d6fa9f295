"""Getting hold of the meetings of a mentorship to change them: all of one mentorship take turns under its lock.

Locks in this order everywhere: the mentorship, the turn of the two (a block takes it too), the time of each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from server.domain import topics
from server.domain.actors import Actor, UserId
from server.domain.errors import Conflict, NotFound
from server.domain.facts import Fact
from server.domain.meetings import ProposalState
from server.domain.sessions import check_may_meet
from server.kit.clock import now
from server.models.meetings import Meeting, MeetingProposal
from server.models.mentorships import Mentorship
from server.queries import meetings as queries
from server.queries import mentorships
from server.services.safety import take_turn
from server.services.transaction import Work


@dataclass
class Pair:
    """A mentorship under lock, and which of its two acts."""

    work: Work
    actor: Actor
    mentorship: Mentorship

    @property
    def actor_id(self) -> UserId:
        """Return who acts."""
        return self.actor.require_user()

    @property
    def other_id(self) -> UUID:
        """Return the other one."""
        return queries.other_of(self.mentorship, self.actor_id)

    @property
    def both(self) -> tuple[UUID, UUID]:
        """Return the two."""
        return both_of(self.mentorship)

    def check_meets(self) -> None:
        """Refuse what is for a mentorship under way."""
        check_may_meet(self.mentorship.state)

    def tell(self, fact: Fact) -> None:
        """Tell both."""
        self.work.record(fact, to=topics_of(self.mentorship), actor=self.actor)


def both_of(mentorship: Mentorship) -> tuple[UUID, UUID]:
    """Return the two of a mentorship, the mentor first."""
    return mentorship.mentor_id, mentorship.mentee_id


def topics_of(mentorship: Mentorship) -> list[topics.Topic]:
    """Return the topics of the two."""
    return [topics.user(one) for one in both_of(mentorship)]


async def enter(work: Work, actor: Actor, mentorship_id: UUID, *, what: str = "mentorship") -> Pair:
    """Lock a mentorship of the actor's whose two may still meet; NotFound of `what` for any other."""
    actor.require_user()
    row = await Mentorship.select_for_update().get_or_none(id=mentorship_id)
    if row is not None:
        await take_turn(work, row.mentor_id, row.mentee_id)
    found = (await mentorships.meetable(actor, [mentorship_id])).get(mentorship_id)
    if found is None:
        raise NotFound(what)
    return Pair(work, actor, found)


async def enter_proposal(work: Work, actor: Actor, proposal_id: UUID) -> tuple[Pair, MeetingProposal]:
    """Lock the mentorship of a proposal the actor may see. NotFound."""
    actor.require_user()
    seen = (await queries.visible_proposals(actor, [proposal_id])).get(proposal_id)
    if seen is None:
        raise NotFound("proposal")
    pair = await enter(work, actor, seen.mentorship_id, what="proposal")
    return pair, await MeetingProposal.get(id=proposal_id)


async def enter_meeting(work: Work, actor: Actor, meeting_id: UUID) -> tuple[Pair, Meeting]:
    """Lock the mentorship of a meeting the actor may see. NotFound."""
    actor.require_user()
    seen = (await queries.visible(actor, [meeting_id])).get(meeting_id)
    if seen is None:
        raise NotFound("meeting")
    pair = await enter(work, actor, seen.mentorship_id, what="meeting")
    return pair, await Meeting.get(id=meeting_id)


def check_version(expected: int | None, version: int) -> None:
    """Refuse to change what changed meanwhile."""
    if expected is not None and expected != version:
        raise Conflict("This changed meanwhile. Look at it again.", current=str(version))


async def save_changed(rows: Sequence[Meeting]) -> None:
    """Keep changed meetings; the calendar objects they are in get the next number in their sequence."""
    for row in rows:
        last = row.sequence
        if row.series_id is not None:
            first = await Meeting.filter(series_id=row.series_id).order_by("-sequence").first()
            last = first.sequence if first is not None else last
        row.sequence, row.changed_at, row.version = last + 1, now(), row.version + 1
        await row.save()


async def save_closed(row: MeetingProposal, state: ProposalState) -> None:
    """Keep a proposal that is not open any more."""
    row.state, row.answered_at, row.version = state, now(), row.version + 1
    await row.save()
