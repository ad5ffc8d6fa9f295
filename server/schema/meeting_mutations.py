"""Finding a time for the two of a mentorship, and what becomes of it, as mutations."""

from datetime import datetime
from uuid import UUID

import strawberry

from server.domain.errors import NotFound
from server.domain.meetings import CancelReason, CancelScope, ProposalForm
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.meetings import MeetingProposal, MeetingSeat, MentorshipMeeting, meeting_id_of, proposal_id_of
from server.schema.mentorships import mentorship_id_of
from server.services import meeting_proposals, meetings, no_shows
from server.services.meetings import CancelForm

strawberry.enum(CancelScope, name="MeetingCancelScope", description="One meeting, or it and all later in its series.")

_VERSION = "Refused with Conflict when it changed."
_STARTS = "1 to 5 starts to choose from; commonStarts knows some that suit both."


@strawberry.input(description="For proposeMeeting.")
class ProposeMeetingInput:
    """What ProposeMeeting takes."""

    mentorship_id: strawberry.ID = strawberry.field(description="Which mentorship.")
    starts: list[datetime] = strawberry.field(description=_STARTS)
    minutes: int = strawberry.field(default=60, description="5 to 240.")
    title: str = strawberry.field(default="", description="At most 120 characters.")
    note: str = strawberry.field(default="", description="What it is to be about, at most 1,000 characters.")
    time_zone: str = strawberry.field(default="", description="Whose wall clock a series goes by; empty: my own.")
    times: int = strawberry.field(default=1, description="How many meetings: 1 to 26.")
    every_days: int = strawberry.field(default=7, description="How many days lie between them: 7 or 14.")
    skips_gigs: bool = strawberry.field(default=False, description="Leave out later ones that fall into a planned gig.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="Starts that were proposed.")
class ProposeMeetingPayload:
    """What ProposeMeeting gives."""

    proposal: MeetingProposal = strawberry.field(description="The proposal.")


@strawberry.input(description="For counterProposal.")
class CounterProposalInput:
    """What CounterProposal takes."""

    proposal_id: strawberry.ID = strawberry.field(description="Which proposal is answered.")
    starts: list[datetime] = strawberry.field(description=_STARTS)
    minutes: int | None = strawberry.field(default=None, description="5 to 240; null for as long as was proposed.")
    note: str = strawberry.field(default="", description="A word with it, at most 1,000 characters.")


@strawberry.type(description="A proposal that was answered with other starts.")
class CounterProposalPayload:
    """What CounterProposal gives."""

    proposal: MeetingProposal = strawberry.field(description="The new proposal.")


@strawberry.input(description="For acceptProposal.")
class AcceptProposalInput:
    """What AcceptProposal takes."""

    proposal_id: strawberry.ID = strawberry.field(description="Which proposal.")
    starts_at: datetime = strawberry.field(description="One of its starts.")


@strawberry.type(description="A proposal that was accepted.")
class AcceptProposalPayload:
    """What AcceptProposal gives."""

    meetings: list[MentorshipMeeting] = strawberry.field(description="The meetings that are set, first one first.")


@strawberry.input(description="For withdrawProposal.")
class WithdrawProposalInput:
    """What WithdrawProposal takes."""

    proposal_id: strawberry.ID = strawberry.field(description="Which proposal.")


@strawberry.type(description="A proposal that was taken back.")
class WithdrawProposalPayload:
    """What WithdrawProposal gives."""

    proposal: MeetingProposal = strawberry.field(description="The proposal as it is now.")


@strawberry.input(description="For declineProposal.")
class DeclineProposalInput:
    """What DeclineProposal takes."""

    proposal_id: strawberry.ID = strawberry.field(description="Which proposal.")


@strawberry.type(description="A proposal that was declined.")
class DeclineProposalPayload:
    """What DeclineProposal gives."""

    proposal: MeetingProposal = strawberry.field(description="The proposal as it is now.")


@strawberry.input(description="For rescheduleMeeting.")
class RescheduleMeetingInput:
    """What RescheduleMeeting takes."""

    mentorship_meeting_id: strawberry.ID = strawberry.field(description="Which meeting.")
    starts: list[datetime] = strawberry.field(description=_STARTS)
    minutes: int = strawberry.field(default=60, description="5 to 240.")
    note: str = strawberry.field(default="", description="Why, at most 1,000 characters.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="Another time that was proposed for a meeting.")
class RescheduleMeetingPayload:
    """What RescheduleMeeting gives."""

    proposal: MeetingProposal = strawberry.field(description="The proposal; the meeting moves when it is accepted.")


@strawberry.input(description="For cancelMeeting.")
class CancelMeetingInput:
    """What CancelMeeting takes."""

    mentorship_meeting_id: strawberry.ID = strawberry.field(description="Which meeting.")
    reason: CancelReason = strawberry.field(description="Why; the other side reads it. ENDED is not for people.")
    note: str = strawberry.field(default="", description="A word with it, at most 1,000 characters.")
    scope: CancelScope = strawberry.field(default=CancelScope.THIS, description="Which of a series.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="A meeting that was called off.")
class CancelMeetingPayload:
    """What CancelMeeting gives."""

    meeting: MentorshipMeeting = strawberry.field(description="The meeting as it is now.")


@strawberry.input(description="For answerMeeting.")
class AnswerMeetingInput:
    """What AnswerMeeting takes."""

    mentorship_meeting_id: strawberry.ID = strawberry.field(description="Which meeting.")
    is_yes: bool = strawberry.field(description="Whether I come. A no calls the meeting off.")


@strawberry.type(description="A meeting that was answered.")
class AnswerMeetingPayload:
    """What AnswerMeeting gives."""

    meeting: MentorshipMeeting = strawberry.field(description="The meeting as it is now.")


@strawberry.input(description="For reportNoShow.")
class ReportNoShowInput:
    """What ReportNoShow takes."""

    mentorship_meeting_id: strawberry.ID = strawberry.field(description="Which meeting.")


@strawberry.type(description="A meeting to which the other one did not come.")
class ReportNoShowPayload:
    """What ReportNoShow gives."""

    meeting: MentorshipMeeting = strawberry.field(description="The meeting as it is now.")


@strawberry.input(description="For appealNoShow.")
class AppealNoShowInput:
    """What AppealNoShow takes."""

    mentorship_meeting_id: strawberry.ID = strawberry.field(description="Which meeting.")
    words: str = strawberry.field(description="Why the mark is not right: 1 to 1,000 characters.")


@strawberry.type(description="A mark that was appealed against.")
class AppealNoShowPayload:
    """What AppealNoShow gives."""

    meeting: MentorshipMeeting = strawberry.field(description="The meeting as it is now.")


@strawberry.input(description="For decideNoShowAppeal.")
class DecideNoShowAppealInput:
    """What DecideNoShowAppeal takes."""

    appeal_key: str = strawberry.field(description="Which appeal.")
    is_upheld: bool = strawberry.field(description="Whether the mark is taken back.")


@strawberry.type(description="An appeal that was heard.")
class DecideNoShowAppealPayload:
    """What DecideNoShowAppeal gives."""

    seat: MeetingSeat = strawberry.field(description="The seat as it is now.")


def _appeal_key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("appeal") from None


@strawberry.type
class MeetingMutation:
    """The mutations on meetings of mentorships."""

    @mutation(
        description="Offer the other one starts for a meeting or a series. Requires: to be one of the two.",
        refuses=[Conflict, LimitReached],
    )
    async def propose_meeting(self, info: Info, form: ProposeMeetingInput) -> ProposeMeetingPayload:
        """Propose a meeting."""
        row = await meeting_proposals.propose_meeting(
            info.context.actor,
            mentorship_id=mentorship_id_of(form.mentorship_id),
            form=ProposalForm(
                tuple(form.starts),
                form.minutes,
                form.title,
                form.note,
                form.time_zone,
                form.times,
                form.every_days,
                form.skips_gigs,
            ),
            idempotency_key=form.idempotency_key,
        )
        return ProposeMeetingPayload(proposal=MeetingProposal.of(row))

    @mutation(
        description="Answer a proposal with other starts. Requires: to be whom it was made.",
        refuses=[Conflict, LimitReached],
    )
    async def counter_proposal(self, info: Info, form: CounterProposalInput) -> CounterProposalPayload:
        """Counter a proposal."""
        row = await meeting_proposals.counter_proposal(
            info.context.actor,
            proposal_id=proposal_id_of(form.proposal_id),
            starts=tuple(form.starts),
            minutes=form.minutes,
            note=form.note,
        )
        return CounterProposalPayload(proposal=MeetingProposal.of(row))

    @mutation(
        description="Choose a start: the meeting is set, or moves. Requires: to be whom it was proposed.",
        refuses=[Conflict, LimitReached],
    )
    async def accept_proposal(self, info: Info, form: AcceptProposalInput) -> AcceptProposalPayload:
        """Accept a proposal."""
        found = await meeting_proposals.accept_proposal(
            info.context.actor, proposal_id=proposal_id_of(form.proposal_id), starts_at=form.starts_at
        )
        return AcceptProposalPayload(meetings=[MentorshipMeeting.of(row) for row in found])

    @mutation(description="Take a proposal back. Requires: to have made it.", refuses=[Conflict])
    async def withdraw_proposal(self, info: Info, form: WithdrawProposalInput) -> WithdrawProposalPayload:
        """Withdraw a proposal."""
        key = proposal_id_of(form.proposal_id)
        row = await meeting_proposals.withdraw_proposal(info.context.actor, proposal_id=key)
        return WithdrawProposalPayload(proposal=MeetingProposal.of(row))

    @mutation(description="Say that no start suits. Requires: to be whom it was proposed.", refuses=[Conflict])
    async def decline_proposal(self, info: Info, form: DeclineProposalInput) -> DeclineProposalPayload:
        """Decline a proposal."""
        key = proposal_id_of(form.proposal_id)
        row = await meeting_proposals.decline_proposal(info.context.actor, proposal_id=key)
        return DeclineProposalPayload(proposal=MeetingProposal.of(row))

    @mutation(
        description="Propose another time for a meeting; it stays until the other side agrees."
        " Requires: to be one of the two.",
        refuses=[Conflict, LimitReached],
    )
    async def reschedule_meeting(self, info: Info, form: RescheduleMeetingInput) -> RescheduleMeetingPayload:
        """Propose a move."""
        row = await meeting_proposals.propose_move(
            info.context.actor,
            meeting_id=meeting_id_of(form.mentorship_meeting_id),
            form=ProposalForm(tuple(form.starts), form.minutes, note=form.note),
            expected_version=form.expected_version,
        )
        return RescheduleMeetingPayload(proposal=MeetingProposal.of(row))

    @mutation(description="Call a meeting off, with a reason. Requires: to be one of the two.", refuses=[Conflict])
    async def cancel_meeting(self, info: Info, form: CancelMeetingInput) -> CancelMeetingPayload:
        """Cancel a meeting."""
        row = await meetings.cancel_meeting(
            info.context.actor,
            meeting_id=meeting_id_of(form.mentorship_meeting_id),
            form=CancelForm(form.reason, form.note, form.scope),
            expected_version=form.expected_version,
        )
        return CancelMeetingPayload(meeting=MentorshipMeeting.of(row))

    @mutation(
        description="Say again that I come, or that I cannot. Requires: to be one of the two.", refuses=[Conflict]
    )
    async def answer_meeting(self, info: Info, form: AnswerMeetingInput) -> AnswerMeetingPayload:
        """Answer a meeting."""
        key = meeting_id_of(form.mentorship_meeting_id)
        row = await meetings.answer_meeting(info.context.actor, meeting_id=key, wants=form.is_yes)
        return AnswerMeetingPayload(meeting=MentorshipMeeting.of(row))

    @mutation(
        description="Say that the other one did not come; a gig of theirs is a reason. Requires: to be one of the two.",
        refuses=[Conflict],
    )
    async def report_no_show(self, info: Info, form: ReportNoShowInput) -> ReportNoShowPayload:
        """Report a no-show."""
        key = meeting_id_of(form.mentorship_meeting_id)
        return ReportNoShowPayload(
            meeting=MentorshipMeeting.of(await no_shows.report_no_show(info.context.actor, meeting_id=key))
        )

    @mutation(
        description="Appeal against being marked as missing, within a week. Requires: to be marked.", refuses=[Conflict]
    )
    async def appeal_no_show(self, info: Info, form: AppealNoShowInput) -> AppealNoShowPayload:
        """Appeal."""
        key = meeting_id_of(form.mentorship_meeting_id)
        row = await no_shows.appeal_no_show(info.context.actor, meeting_id=key, words=form.words)
        return AppealNoShowPayload(meeting=MentorshipMeeting.of(row))

    @mutation(
        description="Hear an appeal. Requires: to be the other side, or the role community manager.", refuses=[Conflict]
    )
    async def decide_no_show_appeal(self, info: Info, form: DecideNoShowAppealInput) -> DecideNoShowAppealPayload:
        """Decide an appeal."""
        seat = await no_shows.decide_appeal(
            info.context.actor, appeal_id=_appeal_key(form.appeal_key), is_upheld=form.is_upheld
        )
        return DecideNoShowAppealPayload(seat=MeetingSeat.of(seat))
