"""Mutations along the road of a mentorship: pause, go on, deliver, close, feedback."""

from datetime import date, datetime

import strawberry

from server.domain.mentorship_feedback import Feedback
from server.domain.mentorship_road import Brief, PauseReason
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.mentorships import Mentorship, mentorship_id_of
from server.services import check_ins, mentorship_feedback, mentorship_road

_WHICH = "Which mentorship."
_VERSION = "Refused with Conflict when it changed."
_NOW = "The mentorship as it is now."


@strawberry.input(description="For pauseMentorship.")
class PauseMentorshipInput:
    """Input of pauseMentorship."""

    mentorship_id: strawberry.ID = strawberry.field(description=_WHICH)
    until: datetime = strawberry.field(description="When it goes on by itself: at most 90 days from now.")
    reason: PauseReason = strawberry.field(default=PauseReason.OTHER, description="Why; both read it.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="The mentorship is paused.")
class PauseMentorshipPayload:
    """Payload of pauseMentorship."""

    mentorship: Mentorship = strawberry.field(description=_NOW)


@strawberry.input(description="For resumeMentorship.")
class ResumeMentorshipInput:
    """Input of resumeMentorship."""

    mentorship_id: strawberry.ID = strawberry.field(description=_WHICH)
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="The mentorship goes on.")
class ResumeMentorshipPayload:
    """Payload of resumeMentorship."""

    mentorship: Mentorship = strawberry.field(description=_NOW)


@strawberry.input(description="For startClosing.")
class StartClosingInput:
    """Input of startClosing."""

    mentorship_id: strawberry.ID = strawberry.field(description=_WHICH)
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="The mentorship began to close.")
class StartClosingPayload:
    """Payload of startClosing."""

    mentorship: Mentorship = strawberry.field(description=_NOW)


@strawberry.input(description="For giveFeedback. It may be given again as long as the other side cannot read it.")
class GiveFeedbackInput:
    """Input of giveFeedback."""

    mentorship_id: strawberry.ID = strawberry.field(description=_WHICH)
    useful: int = strawberry.field(description="How useful it was, 1 to 5.")
    went_well: str = strawberry.field(default="", description="What went well: at most 2,000 characters.")
    could_be_better: str = strawberry.field(default="", description="What could be better: at most 2,000 characters.")
    takeaway: str = strawberry.field(default="", description="What you take along: at most 2,000 characters.")
    kudos: str = strawberry.field(default="", description="Thanks to the other side: at most 300 characters.")
    next_need: str = strawberry.field(default="", description="What you need next: at most 300 characters.")


@strawberry.type(description="The feedback is kept.")
class GiveFeedbackPayload:
    """Payload of giveFeedback."""

    mentorship: Mentorship = strawberry.field(description=_NOW)


@strawberry.input(description="For setMentorshipBrief.")
class SetMentorshipBriefInput:
    """Input of setMentorshipBrief."""

    mentorship_id: strawberry.ID = strawberry.field(description=_WHICH)
    deliverable: str = strawberry.field(description="What is to be there: at most 300 characters; empty takes it away.")
    deliver_by: date | None = strawberry.field(default=None, description="Until which day: within 180 days.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="The brief is kept.")
class SetMentorshipBriefPayload:
    """Payload of setMentorshipBrief."""

    mentorship: Mentorship = strawberry.field(description=_NOW)


@strawberry.input(description="For deliverMentorshipBrief.")
class DeliverMentorshipBriefInput:
    """Input of deliverMentorshipBrief."""

    mentorship_id: strawberry.ID = strawberry.field(description=_WHICH)
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="The deliverable is there.")
class DeliverMentorshipBriefPayload:
    """Payload of deliverMentorshipBrief."""

    mentorship: Mentorship = strawberry.field(description=_NOW)


@strawberry.input(description="For setMentorshipCadence.")
class SetMentorshipCadenceInput:
    """Input of setMentorshipCadence."""

    mentorship_id: strawberry.ID = strawberry.field(description=_WHICH)
    cadence_days: int = strawberry.field(description="Days outside gigs between two check-ins: 3 to 60.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="The cadence is set.")
class SetMentorshipCadencePayload:
    """Payload of setMentorshipCadence."""

    mentorship: Mentorship = strawberry.field(description=_NOW)


@strawberry.type
class MentorshipRoadMutation:
    """The mutations along the road of a mentorship."""

    @mutation(description="Pause a mentorship. Requires: to be one of the two.", refuses=[Conflict])
    async def pause_mentorship(self, info: Info, form: PauseMentorshipInput) -> PauseMentorshipPayload:
        """Pause a mentorship."""
        row = await mentorship_road.pause_mentorship(
            info.context.actor,
            mentorship_id=mentorship_id_of(form.mentorship_id),
            until=form.until,
            reason=form.reason,
            expected_version=form.expected_version,
        )
        return PauseMentorshipPayload(mentorship=Mentorship.of(row))

    @mutation(
        description="End a pause. LimitReached when the place went back and none is open. Requires: one of the two.",
        refuses=[Conflict, LimitReached],
    )
    async def resume_mentorship(self, info: Info, form: ResumeMentorshipInput) -> ResumeMentorshipPayload:
        """Let a mentorship go on."""
        row = await mentorship_road.resume_mentorship(
            info.context.actor,
            mentorship_id=mentorship_id_of(form.mentorship_id),
            expected_version=form.expected_version,
        )
        return ResumeMentorshipPayload(mentorship=Mentorship.of(row))

    @mutation(
        description="Begin to close: both are asked for feedback, and it is complete when both gave theirs, or after"
        " 10 days. Requires: to be one of the two.",
        refuses=[Conflict],
    )
    async def start_closing(self, info: Info, form: StartClosingInput) -> StartClosingPayload:
        """Begin to close a mentorship."""
        row = await mentorship_road.start_closing(
            info.context.actor,
            mentorship_id=mentorship_id_of(form.mentorship_id),
            expected_version=form.expected_version,
        )
        return StartClosingPayload(mentorship=Mentorship.of(row))

    @mutation(
        description="Give feedback on a mentorship that closes or is over. Requires: to be one of the two.",
        refuses=[Conflict],
    )
    async def give_feedback(self, info: Info, form: GiveFeedbackInput) -> GiveFeedbackPayload:
        """Give feedback."""
        row = await mentorship_feedback.give_feedback(
            info.context.actor,
            mentorship_id=mentorship_id_of(form.mentorship_id),
            feedback=Feedback(
                useful=form.useful,
                went_well=form.went_well,
                could_be_better=form.could_be_better,
                takeaway=form.takeaway,
                kudos=form.kudos,
                next_need=form.next_need,
            ),
        )
        return GiveFeedbackPayload(mentorship=Mentorship.of(row))

    @mutation(description="Change how often the two check in. Requires: to be one of the two.", refuses=[Conflict])
    async def set_mentorship_cadence(self, info: Info, form: SetMentorshipCadenceInput) -> SetMentorshipCadencePayload:
        """Set the cadence."""
        row = await check_ins.set_cadence(
            info.context.actor,
            mentorship_id=mentorship_id_of(form.mentorship_id),
            cadence_days=form.cadence_days,
            expected_version=form.expected_version,
        )
        return SetMentorshipCadencePayload(mentorship=Mentorship.of(row))

    @mutation(description="Say what is to be delivered. Requires: to be one of the two.", refuses=[Conflict])
    async def set_mentorship_brief(self, info: Info, form: SetMentorshipBriefInput) -> SetMentorshipBriefPayload:
        """Set the brief."""
        row = await mentorship_road.set_brief(
            info.context.actor,
            mentorship_id=mentorship_id_of(form.mentorship_id),
            brief=Brief(form.deliverable, form.deliver_by),
            expected_version=form.expected_version,
        )
        return SetMentorshipBriefPayload(mentorship=Mentorship.of(row))

    @mutation(
        description="Say that the deliverable is there; a micro mentorship closes with it. Requires: one of the two.",
        refuses=[Conflict],
    )
    async def deliver_mentorship_brief(
        self, info: Info, form: DeliverMentorshipBriefInput
    ) -> DeliverMentorshipBriefPayload:
        """Deliver."""
        row = await mentorship_road.deliver_brief(
            info.context.actor,
            mentorship_id=mentorship_id_of(form.mentorship_id),
            expected_version=form.expected_version,
        )
        return DeliverMentorshipBriefPayload(mentorship=Mentorship.of(row))
