"""What is done with waiting lists of skills: join, join with a request that found nobody, go on, leave."""

import strawberry

from server.domain.availability import MentoringFormat
from server.domain.requests import Aspect, RequestContent
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.core.ids import decode_id, uuid_of
from server.schema.requests import request_id_of
from server.schema.waiting_lists import WaitingPlace, place_id_of
from server.services import waiting_lists
from server.services.rematch import rematch

_PLACE = "The place in line."


@strawberry.input(description="For joinSkillWaitingList.")
class JoinSkillWaitingListInput:
    """What JoinSkillWaitingList takes."""

    skill_id: strawberry.ID = strawberry.field(description="The skill the mentor is to teach.")
    format: MentoringFormat = strawberry.field(description="The format waited for.")
    goal: str = strawberry.field(description="What is to be reached: 3 to 300 characters.")
    minutes_needed: int = strawberry.field(description="Minutes of the mentor it needs: 15 to 6,000.")
    message: str = strawberry.field(default="", description="A few words for the mentor: at most 2,000 characters.")
    aspect: Aspect | None = strawberry.field(default=None, description="The seat waited for.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )

    def content(self) -> RequestContent:
        """Return what is waited for as the services take it."""
        return RequestContent(
            format=self.format,
            goal=self.goal,
            minutes_needed=self.minutes_needed,
            message=self.message,
            skill_ids=(decode_id(self.skill_id, "Skill", what="skill"),),
            aspect=self.aspect,
        )


@strawberry.type(description="A place in line.")
class JoinSkillWaitingListPayload:
    """What JoinSkillWaitingList gives."""

    place: WaitingPlace = strawberry.field(description=_PLACE)


@strawberry.input(description="For waitWithRequest.")
class WaitWithRequestInput:
    """What WaitWithRequest takes."""

    request_id: strawberry.ID = strawberry.field(description="My request that found nobody.")


@strawberry.type(description="A place in line; the wait counts from when the request was sent.")
class WaitWithRequestPayload:
    """What WaitWithRequest gives."""

    place: WaitingPlace = strawberry.field(description=_PLACE)


@strawberry.input(description="For leaveSkillWaitingList.")
class LeaveSkillWaitingListInput:
    """What LeaveSkillWaitingList takes."""

    place_id: strawberry.ID = strawberry.field(description="Which place.")


@strawberry.type(description="A place that was given up.")
class LeaveSkillWaitingListPayload:
    """What LeaveSkillWaitingList gives."""

    place: WaitingPlace = strawberry.field(description=_PLACE)


@strawberry.input(description="For rematchMentorship.")
class RematchMentorshipInput:
    """What RematchMentorship takes."""

    mentorship_id: strawberry.ID = strawberry.field(description="The mentorship to go on from.")
    skill_id: strawberry.ID | None = strawberry.field(
        default=None, description="What the next mentor is to teach; null: what the request for this one said."
    )


@strawberry.type(description="A place in line, to go on with goal, notes and progress.")
class RematchMentorshipPayload:
    """What RematchMentorship gives."""

    place: WaitingPlace = strawberry.field(description=_PLACE)


@strawberry.type
class WaitingListMutation:
    """The mutations of waiting lists."""

    @mutation(
        description="Take a place on the waiting list of a skill; three at most. Requires: a verified mail address.",
        refuses=[Conflict, LimitReached],
    )
    async def join_skill_waiting_list(self, info: Info, form: JoinSkillWaitingListInput) -> JoinSkillWaitingListPayload:
        """Join a list."""
        row = await waiting_lists.join(info.context.actor, content=form.content(), idempotency_key=form.idempotency_key)
        return JoinSkillWaitingListPayload(place=WaitingPlace.of(row))

    @mutation(
        description="Wait with a request that found nobody; the wait counts from when it was sent."
        " Requires: to be its sender, as a mentee.",
        refuses=[Conflict, LimitReached],
    )
    async def wait_with_request(self, info: Info, form: WaitWithRequestInput) -> WaitWithRequestPayload:
        """Join a list with a request."""
        row = await waiting_lists.join_from_request(info.context.actor, request_id=request_id_of(form.request_id))
        return WaitWithRequestPayload(place=WaitingPlace.of(row))

    @mutation(
        description="Give a place up; an offer under way is taken back. Requires: to be the one who waits.",
        refuses=[Conflict],
    )
    async def leave_skill_waiting_list(
        self, info: Info, form: LeaveSkillWaitingListInput
    ) -> LeaveSkillWaitingListPayload:
        """Leave a list."""
        row = await waiting_lists.leave(info.context.actor, place_id=place_id_of(form.place_id))
        return LeaveSkillWaitingListPayload(place=WaitingPlace.of(row))

    @mutation(
        description="End a mentorship without fault and wait for somebody to go on with; goal, own notes and progress"
        " stay, and nobody is told why. Requires: to be its mentee.",
        refuses=[Conflict, LimitReached],
    )
    async def rematch_mentorship(self, info: Info, form: RematchMentorshipInput) -> RematchMentorshipPayload:
        """Go on with somebody else."""
        mentorship_id = uuid_of(form.mentorship_id, "Mentorship", what="mentorship")
        skill_id = None if form.skill_id is None else decode_id(form.skill_id, "Skill", what="skill")
        row = await rematch(info.context.actor, mentorship_id=mentorship_id, skill_id=skill_id)
        return RematchMentorshipPayload(place=WaitingPlace.of(row))
