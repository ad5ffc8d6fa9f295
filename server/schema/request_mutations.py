"""The moves of a request, as mutations. Each calls one use case and answers with the request as the viewer sees it."""

import strawberry

from server.domain.mentorships import DeclineReason
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.core.ids import uuid_of
from server.schema.requests import MentorshipRequest, RequestContentInput, asked_of, load_requests, request_id_of
from server.services import matching, request_answers
from server.services.request_answers import Referral

_KEY = "The same key again gives the first answer."
_VERSION = "Refused with Conflict when it changed meanwhile."


@strawberry.input(description="For saveDraft.")
class SaveDraftInput:
    """What SaveDraft takes."""

    receiver_id: strawberry.ID = strawberry.field(description="Whom to ask: a profile.")
    content: RequestContentInput = strawberry.field(description="What the request says.")
    as_mentor: bool = strawberry.field(default=False, description="True: I offer to mentor the receiver.")
    draft_id: strawberry.ID | None = strawberry.field(default=None, description="A draft to keep another version of.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="A request after the move.")
class SaveDraftPayload:
    """What SaveDraft gives."""

    request: MentorshipRequest = strawberry.field(description="The request as it is now.")


@strawberry.input(description="For sendRequest.")
class SendRequestInput:
    """What SendRequest takes."""

    receiver_id: strawberry.ID = strawberry.field(description="Whom to ask: a profile.")
    content: RequestContentInput = strawberry.field(description="What the request says.")
    as_mentor: bool = strawberry.field(default=False, description="True: I offer to mentor the receiver.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="A request after the move.")
class SendRequestPayload:
    """What SendRequest gives."""

    request: MentorshipRequest = strawberry.field(description="The request as it is now.")


@strawberry.input(description="For sendDraft.")
class SendDraftInput:
    """What SendDraft takes."""

    request_id: strawberry.ID = strawberry.field(description="Which request.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="A request after the move.")
class SendDraftPayload:
    """What SendDraft gives."""

    request: MentorshipRequest = strawberry.field(description="The request as it is now.")


@strawberry.input(description="For joinWaitingList.")
class JoinWaitingListInput:
    """What JoinWaitingList takes."""

    receiver_id: strawberry.ID = strawberry.field(description="Whom to ask: a profile.")
    content: RequestContentInput = strawberry.field(description="What the request says.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="A request after the move.")
class JoinWaitingListPayload:
    """What JoinWaitingList gives."""

    request: MentorshipRequest = strawberry.field(description="The request as it is now.")


@strawberry.input(description="For withdrawRequest.")
class WithdrawRequestInput:
    """What WithdrawRequest takes."""

    request_id: strawberry.ID = strawberry.field(description="Which request.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="A request after the move.")
class WithdrawRequestPayload:
    """What WithdrawRequest gives."""

    request: MentorshipRequest = strawberry.field(description="The request as it is now.")


@strawberry.input(description="For viewRequest.")
class ViewRequestInput:
    """What ViewRequest takes."""

    request_id: strawberry.ID = strawberry.field(description="Which request.")


@strawberry.type(description="A request after the move.")
class ViewRequestPayload:
    """What ViewRequest gives."""

    request: MentorshipRequest = strawberry.field(description="The request as it is now.")


@strawberry.input(description="For askForMore.")
class AskForMoreInput:
    """What AskForMore takes."""

    request_id: strawberry.ID = strawberry.field(description="Which request.")
    text: str = strawberry.field(description="1 to 2,000 characters.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="A request after the move.")
class AskForMorePayload:
    """What AskForMore gives."""

    request: MentorshipRequest = strawberry.field(description="The request as it is now.")


@strawberry.input(description="For answerMore.")
class AnswerMoreInput:
    """What AnswerMore takes."""

    request_id: strawberry.ID = strawberry.field(description="Which request.")
    text: str = strawberry.field(description="1 to 2,000 characters.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="A request after the move.")
class AnswerMorePayload:
    """What AnswerMore gives."""

    request: MentorshipRequest = strawberry.field(description="The request as it is now.")


@strawberry.input(description="For declineRequest.")
class DeclineRequestInput:
    """What DeclineRequest takes."""

    request_id: strawberry.ID = strawberry.field(description="Which request.")
    reason: DeclineReason = strawberry.field(description="The sender reads it.")
    note: str = strawberry.field(default="", description="For myself: at most 2,000 characters.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="A request after the move.")
class DeclineRequestPayload:
    """What DeclineRequest gives."""

    request: MentorshipRequest = strawberry.field(description="The request as it is now.")


@strawberry.input(description="For referRequest.")
class ReferRequestInput:
    """What ReferRequest takes."""

    request_id: strawberry.ID = strawberry.field(description="Which request.")
    to_profile_id: strawberry.ID = strawberry.field(description="The peer: a profile.")
    note: str = strawberry.field(default="", description="For myself: at most 2,000 characters.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="A request that was passed on.")
class ReferRequestPayload:
    """What ReferRequest gives: the viewer is a side of the old request, not of the new one."""

    request: MentorshipRequest = strawberry.field(description="The old request, now referred.")


@strawberry.type
class RequestMutation:
    """The mutations on requests."""

    @mutation(
        description="Keep a request without sending it. Requires: a verified mail address.",
        refuses=[Conflict, LimitReached],
    )
    async def save_draft(self, info: Info, form: SaveDraftInput) -> SaveDraftPayload:
        """Keep a request without sending it."""
        row = await matching.save_draft(
            info.context.actor,
            asked=asked_of(form.receiver_id, form.content, form.as_mentor),
            draft_id=None if form.draft_id is None else request_id_of(form.draft_id),
            idempotency_key=form.idempotency_key,
        )
        return SaveDraftPayload(request=MentorshipRequest.of(row, info.context.actor))

    @mutation(
        description="Ask somebody for a mentorship, or offer one. Requires: a verified mail address.",
        refuses=[Conflict, LimitReached],
    )
    async def send_request(self, info: Info, form: SendRequestInput) -> SendRequestPayload:
        """Ask somebody for a mentorship, or offer one."""
        row = await matching.send_request(
            info.context.actor,
            asked=asked_of(form.receiver_id, form.content, form.as_mentor),
            idempotency_key=form.idempotency_key,
        )
        return SendRequestPayload(request=MentorshipRequest.of(row, info.context.actor))

    @mutation(
        description="Send a draft. Requires: a verified mail address; the sender.", refuses=[Conflict, LimitReached]
    )
    async def send_draft(self, info: Info, form: SendDraftInput) -> SendDraftPayload:
        """Send a draft."""
        row = await matching.send_draft(
            info.context.actor, request_id=request_id_of(form.request_id), expected_version=form.expected_version
        )
        return SendDraftPayload(request=MentorshipRequest.of(row, info.context.actor))

    @mutation(
        description="Wait in line for a mentor who is full. Requires: a verified mail address.",
        refuses=[Conflict, LimitReached],
    )
    async def join_waiting_list(self, info: Info, form: JoinWaitingListInput) -> JoinWaitingListPayload:
        """Wait in line for a mentor who is full."""
        row = await matching.join_waiting_list(
            info.context.actor,
            asked=asked_of(form.receiver_id, form.content, as_mentor=False),
            idempotency_key=form.idempotency_key,
        )
        return JoinWaitingListPayload(request=MentorshipRequest.of(row, info.context.actor))

    @mutation(description="Take a request back, or throw a draft away. Requires: the sender.", refuses=[Conflict])
    async def withdraw_request(self, info: Info, form: WithdrawRequestInput) -> WithdrawRequestPayload:
        """Take a request back, or throw a draft away."""
        row = await matching.withdraw_request(
            info.context.actor, request_id=request_id_of(form.request_id), expected_version=form.expected_version
        )
        return WithdrawRequestPayload(request=MentorshipRequest.of(row, info.context.actor))

    @mutation(description="Mark a request as seen. Requires: the receiver.", refuses=[Conflict])
    async def view_request(self, info: Info, form: ViewRequestInput) -> ViewRequestPayload:
        """Mark a request as seen."""
        row = await request_answers.view_request(info.context.actor, request_id=request_id_of(form.request_id))
        return ViewRequestPayload(request=MentorshipRequest.of(row, info.context.actor))

    @mutation(
        description="Ask the sender for more before deciding; the clock stands still. Requires: the receiver.",
        refuses=[Conflict],
    )
    async def ask_for_more(self, info: Info, form: AskForMoreInput) -> AskForMorePayload:
        """Ask the sender for more before deciding."""
        row = await request_answers.ask_more(
            info.context.actor,
            request_id=request_id_of(form.request_id),
            text=form.text,
            expected_version=form.expected_version,
        )
        return AskForMorePayload(request=MentorshipRequest.of(row, info.context.actor))

    @mutation(description="Tell the receiver more. Requires: the sender.", refuses=[Conflict])
    async def answer_more(self, info: Info, form: AnswerMoreInput) -> AnswerMorePayload:
        """Tell the receiver more."""
        row = await request_answers.answer_more(
            info.context.actor,
            request_id=request_id_of(form.request_id),
            text=form.text,
            expected_version=form.expected_version,
        )
        return AnswerMorePayload(request=MentorshipRequest.of(row, info.context.actor))

    @mutation(
        description="Say no, with a reason the sender reads and a note they do not. Requires: the receiver.",
        refuses=[Conflict],
    )
    async def decline_request(self, info: Info, form: DeclineRequestInput) -> DeclineRequestPayload:
        """Say no, with a reason the sender reads and a note they do not."""
        row = await request_answers.decline_request(
            info.context.actor,
            request_id=request_id_of(form.request_id),
            reason=form.reason,
            note=form.note,
            expected_version=form.expected_version,
        )
        return DeclineRequestPayload(request=MentorshipRequest.of(row, info.context.actor))

    @mutation(description="Pass a request to a peer I trust. Requires: the receiver.", refuses=[Conflict])
    async def refer_request(self, info: Info, form: ReferRequestInput) -> ReferRequestPayload:
        """Pass a request to a peer."""
        request_id = request_id_of(form.request_id)
        referral = Referral(uuid_of(form.to_profile_id, "Profile", what="person"), form.note)
        await request_answers.refer_request(
            info.context.actor, request_id=request_id, referral=referral, idempotency_key=form.idempotency_key
        )
        return ReferRequestPayload(request=(await load_requests(info, [request_id]))[request_id])
