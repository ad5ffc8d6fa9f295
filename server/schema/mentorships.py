"""Mentorships: their type, one's own, the yes that makes one and the end."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Optional
from uuid import UUID

import strawberry

from server.domain.availability import MentoringFormat
from server.domain.check_ins import DEFAULT_CADENCE_DAYS
from server.domain.mentorships import UNDER_WAY, EndReason, MentorshipState
from server.domain.requests import Aspect, SiblingChoice
from server.kit.paging import PageRequest
from server.models import mentorships as rows
from server.queries import check_ins as check_in_queries
from server.queries import meetings as meeting_queries
from server.queries import mentorship_feedback as feedback_queries
from server.queries import mentorship_health, session_room
from server.queries import mentorship_papers as papers
from server.queries import mentorships as queries
from server.schema.agreements import Agreement
from server.schema.check_ins import CheckIn
from server.schema.core.batching import batched
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.core.ids import uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.meetings import MeetingProposal, MentorshipMeeting
from server.schema.mentorship_goals import GoalScore, MentorshipGoal
from server.schema.mentorship_health import MentorshipHealth
from server.schema.mentorship_notes import MentorshipIdea, MentorshipNote
from server.schema.mentorship_parts import (
    MentorshipBrief,
    MentorshipClosing,
    MentorshipFeedback,
    MentorshipPause,
)
from server.schema.profiles import Profile, keys_of, load_profiles, uuid_key
from server.schema.requests import MentorshipRequest, load_requests, request_id_of
from server.schema.session_papers import SessionAction
from server.services import mentorships

strawberry.enum(MentorshipState, description="Where a mentorship stands.")
strawberry.enum(EndReason, description="Why a mentorship ended early. Told to nobody.")


@strawberry.type(description="Two people at work on a goal. Requires: to be one of the two.")
class Mentorship(Node):
    """A mentorship as its two people see it."""

    format: MentoringFormat = strawberry.field(description="The format.")
    aspect: Aspect | None = strawberry.field(description="The seat the mentor takes, if one was named.")
    goal: str = strawberry.field(description="What is to be reached.")
    state: MentorshipState = strawberry.field(description="Where it stands.")
    version: int = strawberry.field(description="Grows with every change; give it back as expectedVersion.")
    created_at: datetime = strawberry.field(description="When it began.")
    ended_at: datetime | None = strawberry.field(description="When it ended.")
    cadence_days: int = strawberry.field(description="How many days outside gigs lie between two check-ins.")
    next_check_in_at: datetime | None = strawberry.field(
        description="When the next check-in opens, counted with the gigs known now; null while one is open."
    )
    trial_until: datetime | None = strawberry.field(description="When its trial is over; null when there is none.")
    pause: MentorshipPause | None = strawberry.field(description="Its pause; null when it is not paused.")
    closing: MentorshipClosing | None = strawberry.field(description="How it closes; null when it does not.")
    brief: MentorshipBrief | None = strawberry.field(description="What it is to deliver; null when nothing was said.")
    mentor_id: strawberry.Private[UUID]
    mentee_id: strawberry.Private[UUID]
    request_id: strawberry.Private[UUID | None]
    continues_id: strawberry.Private[UUID | None]

    @classmethod
    def of(cls, row: rows.Mentorship) -> "Mentorship":
        """Return the mentorship as the API shows it."""
        return cls(
            key=row.id,
            format=row.format,
            aspect=Aspect(row.aspect) if row.aspect else None,
            goal=row.goal,
            state=row.state,
            version=row.version,
            created_at=row.created_at,
            ended_at=row.ended_at,
            cadence_days=row.cadence_days or DEFAULT_CADENCE_DAYS[row.format],
            next_check_in_at=row.check_in_at if row.state in UNDER_WAY else None,
            trial_until=row.trial_until if row.state is MentorshipState.TRIAL else None,
            pause=MentorshipPause.of(row),
            closing=MentorshipClosing.of(row),
            brief=MentorshipBrief.of(row),
            mentor_id=row.mentor_id,
            mentee_id=row.mentee_id,
            request_id=row.request_id,
            continues_id=row.continues_id,
        )

    @batched(description="Who mentors.")
    @staticmethod
    async def mentor(parents: Sequence["Mentorship"], info: Info) -> Sequence[Profile | None]:
        """Return the mentor of each."""
        found = await load_profiles(info, {p.mentor_id for p in parents})
        return [found.get(p.mentor_id) for p in parents]

    @batched(description="Who is mentored.")
    @staticmethod
    async def mentee(parents: Sequence["Mentorship"], info: Info) -> Sequence[Profile | None]:
        """Return the mentee of each."""
        found = await load_profiles(info, {p.mentee_id for p in parents})
        return [found.get(p.mentee_id) for p in parents]

    @batched(
        description="What was agreed on, in its sessions and beside them, newest first.",
        order=session_room.NEWEST_ACTIONS,
    )
    @staticmethod
    async def actions(
        parents: Sequence["Mentorship"], info: Info, page: PageRequest
    ) -> Sequence[Connection[SessionAction]]:
        """Return a page of the actions of each."""
        found = await session_room.actions_of_mentorships(info.context.actor, keys_of(parents), page)
        return [connection_of(found[uuid_key(p)], SessionAction.of) for p in parents]

    @batched(description="Its meetings, earliest first.", order=meeting_queries.MEETINGS_BY_TIME)
    @staticmethod
    async def meetings(
        parents: Sequence["Mentorship"], info: Info, page: PageRequest
    ) -> Sequence[Connection[MentorshipMeeting]]:
        """Return a page of the meetings of each."""
        found = await meeting_queries.pages_of(info.context.actor, keys_of(parents), page)
        return [connection_of(found[uuid_key(p)], MentorshipMeeting.of) for p in parents]

    @batched(description="What was proposed for meetings, newest first.", order=meeting_queries.NEWEST_PROPOSALS)
    @staticmethod
    async def meeting_proposals(
        parents: Sequence["Mentorship"], info: Info, page: PageRequest
    ) -> Sequence[Connection[MeetingProposal]]:
        """Return a page of the proposals of each."""
        found = await meeting_queries.proposal_pages_of(info.context.actor, keys_of(parents), page)
        return [connection_of(found[uuid_key(p)], MeetingProposal.of) for p in parents]

    @batched(description="The request it came from.")
    @staticmethod
    async def request(parents: Sequence["Mentorship"], info: Info) -> Sequence[MentorshipRequest | None]:
        """Return the request of each."""
        found = await load_requests(info, {p.request_id for p in parents if p.request_id is not None})
        return [None if p.request_id is None else found.get(p.request_id) for p in parents]

    @batched(description="The version of the agreement that holds; null until both have signed one.")
    @staticmethod
    async def agreement(parents: Sequence["Mentorship"], info: Info) -> Sequence[Agreement | None]:
        """Return the version in force of each."""
        found = await papers.in_force(info.context.actor, keys_of(parents))
        return [Agreement.of(found[uuid_key(p)]) if uuid_key(p) in found else None for p in parents]

    @batched(description="All versions of the agreement, newest first.", order=papers.NEWEST_AGREEMENTS)
    @staticmethod
    async def agreements(
        parents: Sequence["Mentorship"], info: Info, page: PageRequest
    ) -> Sequence[Connection[Agreement]]:
        """Return a page of the versions of each."""
        found = await papers.agreements_of(info.context.actor, keys_of(parents), page)
        return [connection_of(found[uuid_key(p)], Agreement.of) for p in parents]

    @batched(description="Its goals, first set first.", order=papers.OLDEST_GOALS)
    @staticmethod
    async def goals(
        parents: Sequence["Mentorship"], info: Info, page: PageRequest
    ) -> Sequence[Connection[MentorshipGoal]]:
        """Return a page of the goals of each."""
        found = await papers.goals_of(info.context.actor, keys_of(parents), page)
        return [connection_of(found[uuid_key(p)], MentorshipGoal.of) for p in parents]

    @batched(description="How far the goals are together; null until one was looked at.")
    @staticmethod
    async def goal_score(parents: Sequence["Mentorship"], info: Info) -> Sequence[GoalScore | None]:
        """Return the score of the goals of each."""
        found = await papers.scores_of(info.context.actor, keys_of(parents))
        return [GoalScore.of(found[uuid_key(p)]) if uuid_key(p) in found else None for p in parents]

    @batched(description="The log of ideas, newest first.", order=papers.NEWEST_IDEAS)
    @staticmethod
    async def ideas(
        parents: Sequence["Mentorship"], info: Info, page: PageRequest
    ) -> Sequence[Connection[MentorshipIdea]]:
        """Return a page of the ideas of each."""
        found = await papers.ideas_of(info.context.actor, keys_of(parents), page)
        return [connection_of(found[uuid_key(p)], MentorshipIdea.of) for p in parents]

    @batched(description="My own notes and the shared ones, newest first.", order=papers.NEWEST_NOTES)
    @staticmethod
    async def notes(
        parents: Sequence["Mentorship"], info: Info, page: PageRequest
    ) -> Sequence[Connection[MentorshipNote]]:
        """Return a page of the notes of each."""
        found = await papers.notes_of(info.context.actor, keys_of(parents), page)
        return [connection_of(found[uuid_key(p)], MentorshipNote.of) for p in parents]

    @batched(description="The one it goes on from, if the viewer was one of its two.")
    @staticmethod
    async def continues(parents: Sequence["Mentorship"], info: Info) -> Sequence[Optional["Mentorship"]]:
        """Return the earlier version of each."""
        found = await load_mentorships(info, {p.continues_id for p in parents if p.continues_id is not None})
        return [None if p.continues_id is None else found.get(p.continues_id) for p in parents]

    @batched(description="How it does, and one step to suggest. For its two alone.")
    @staticmethod
    async def health(parents: Sequence["Mentorship"], info: Info) -> Sequence[MentorshipHealth | None]:
        """Return how each does."""
        found = await mentorship_health.health_of(info.context.actor, keys_of(parents))
        return [None if (one := found.get(uuid_key(p))) is None else MentorshipHealth.of(one) for p in parents]

    @batched(description="Its check-ins that ask me, newest first.", order=check_in_queries.NEWEST_CHECK_INS)
    @staticmethod
    async def check_ins(
        parents: Sequence["Mentorship"], info: Info, page: PageRequest
    ) -> Sequence[Connection[CheckIn]]:
        """Return a page of the check-ins of each."""
        found = await check_in_queries.pages_of(info.context.actor, keys_of(parents), page)
        return [connection_of(found[uuid_key(p)], CheckIn.of) for p in parents]

    @batched(description="The feedback on it: my own, and the other side's once it is released.")
    @staticmethod
    async def feedback(parents: Sequence["Mentorship"], info: Info) -> Sequence[MentorshipFeedback]:
        """Return the feedback on each."""
        found = await feedback_queries.feedback_of(info.context.actor, keys_of(parents))
        return [MentorshipFeedback.of(found[uuid_key(p)]) for p in parents]


@node_loader("Mentorship")
async def load_mentorships(info: Info, keys: Collection[UUID]) -> Mapping[UUID, Mentorship]:
    """Return the viewer's own mentorships."""
    found = await queries.visible(info.context.actor, keys)
    return {key: Mentorship.of(row) for key, row in found.items()}


def mentorship_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a mentorship, or refuse with NotFound."""
    return uuid_of(global_id, "Mentorship", what="mentorship")


@strawberry.type
class MentorshipQuery:
    """The root fields about mentorships."""

    @connection_field(
        order=queries.NEWEST_MENTORSHIPS, description="My mentorships, newest first. Requires: a sign-in."
    )
    async def mentorships(
        self,
        info: Info,
        page: PageRequest,
        states: Annotated[
            list[MentorshipState] | None, strawberry.argument(description="Only in these states; null: in any.")
        ] = None,
    ) -> Connection[Mentorship]:
        """Return a page of the viewer's mentorships."""
        found = await queries.own_page(info.context.actor, page, states=states or ())
        return connection_of(found, Mentorship.of)


@strawberry.input(description="For acceptRequest.")
class AcceptRequestInput:
    """What AcceptRequest takes."""

    request_id: strawberry.ID = strawberry.field(description="Which request.")
    trial_days: int | None = strawberry.field(
        default=None, description="Begin with a trial of so many days, 7 to 28; it goes on when nobody ends it."
    )
    siblings: SiblingChoice | None = strawberry.field(
        default=None, description="For a mentee who takes an offer: what becomes of their requests for the same seat."
    )
    expected_version: int | None = strawberry.field(default=None, description="Refused with Conflict when it changed.")


@strawberry.type(description="A request that was accepted.")
class AcceptRequestPayload:
    """What AcceptRequest gives."""

    mentorship: Mentorship = strawberry.field(description="The mentorship it became.")


@strawberry.input(description="For endMentorship.")
class EndMentorshipInput:
    """What EndMentorship takes."""

    mentorship_id: strawberry.ID = strawberry.field(description="Which mentorship.")
    reason: EndReason | None = strawberry.field(
        default=None, description="Why it ends early; null when it is complete. SAFETY blocks the other side too."
    )
    expected_version: int | None = strawberry.field(default=None, description="Refused with Conflict when it changed.")


@strawberry.type(description="A mentorship that ended.")
class EndMentorshipPayload:
    """What EndMentorship gives."""

    mentorship: Mentorship = strawberry.field(description="The mentorship as it is now.")


@strawberry.type
class MentorshipMutation:
    """The mutations on mentorships."""

    @mutation(
        description="Say yes: the request becomes a mentorship. Requires: the receiver.",
        refuses=[Conflict, LimitReached],
    )
    async def accept_request(self, info: Info, form: AcceptRequestInput) -> AcceptRequestPayload:
        """Say yes to a request."""
        row = await mentorships.accept_request(
            info.context.actor,
            request_id=request_id_of(form.request_id),
            siblings=form.siblings,
            trial_days=form.trial_days,
            expected_version=form.expected_version,
        )
        return AcceptRequestPayload(mentorship=Mentorship.of(row))

    @mutation(description="End a mentorship. Requires: to be one of the two.", refuses=[Conflict])
    async def end_mentorship(self, info: Info, form: EndMentorshipInput) -> EndMentorshipPayload:
        """End a mentorship, complete or early."""
        row = await mentorships.end_mentorship(
            info.context.actor,
            mentorship_id=mentorship_id_of(form.mentorship_id),
            reason=form.reason,
            expected_version=form.expected_version,
        )
        return EndMentorshipPayload(mentorship=Mentorship.of(row))
