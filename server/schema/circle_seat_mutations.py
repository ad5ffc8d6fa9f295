"""Seats of circles, as mutations: join, the line, invitations, roles, pauses, leaving."""

from datetime import datetime

import strawberry

from server.domain.circles import SeatRole
from server.schema.circle_meetings import meeting_id_of
from server.schema.circle_people import CircleSeat, seat_id_of, seat_now
from server.schema.circles import Circle, circle_id_of
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.core.ids import uuid_of
from server.services import circle_seats
from server.services.circle_seats import JoinForm


@strawberry.input(description="For joinCircle.")
class JoinCircleInput:
    """What JoinCircle takes."""

    circle_id: strawberry.ID = strawberry.field(description="Which circle.")
    message: str = strawberry.field(default="", description="A word to the leads, at most 500 characters.")
    nickname: str = strawberry.field(default="", description="Where nicknames are used: 2 to 40 characters.")
    norms_number: int | None = strawberry.field(default=None, description="The norms that were read and agreed to.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="What asking to join came to.")
class JoinCirclePayload:
    """What JoinCircle gives."""

    seat: CircleSeat | None = strawberry.field(description="The seat as it is now, as far as the viewer sees it.")


@strawberry.input(description="For leaveCircle.")
class LeaveCircleInput:
    """What LeaveCircle takes."""

    circle_id: strawberry.ID = strawberry.field(description="Which circle.")


@strawberry.type(description="A seat that was given up.")
class LeaveCirclePayload:
    """What LeaveCircle gives."""

    seat: CircleSeat | None = strawberry.field(description="The seat as it is now, as far as the viewer sees it.")


@strawberry.input(description="For answerCircleApplication.")
class AnswerCircleApplicationInput:
    """What AnswerCircleApplication takes."""

    seat_id: strawberry.ID = strawberry.field(description="Which seat.")
    is_yes: bool = strawberry.field(description="Whether they get in.")


@strawberry.type(description="An application that was answered.")
class AnswerCircleApplicationPayload:
    """What AnswerCircleApplication gives."""

    seat: CircleSeat | None = strawberry.field(description="The seat as it is now, as far as the viewer sees it.")


@strawberry.input(description="For admitCircleLine.")
class AdmitCircleLineInput:
    """What AdmitCircleLine takes."""

    circle_id: strawberry.ID = strawberry.field(description="Which circle.")


@strawberry.type(description="A circle whose line moved up.")
class AdmitCircleLinePayload:
    """What AdmitCircleLine gives."""

    circle: Circle = strawberry.field(description="The circle as it is now.")


@strawberry.input(description="For inviteToCircle.")
class InviteToCircleInput:
    """What InviteToCircle takes."""

    circle_id: strawberry.ID = strawberry.field(description="Which circle.")
    profile_id: strawberry.ID = strawberry.field(description="Whom.")
    role: SeatRole = strawberry.field(default=SeatRole.MEMBER, description="MEMBER, MENTOR, or GUEST of one meeting.")
    guest_meeting_id: strawberry.ID | None = strawberry.field(default=None, description="For a guest: which meeting.")


@strawberry.type(description="An invitation.")
class InviteToCirclePayload:
    """What InviteToCircle gives."""

    seat: CircleSeat | None = strawberry.field(description="The seat as it is now, as far as the viewer sees it.")


@strawberry.input(description="For answerCircleInvitation.")
class AnswerCircleInvitationInput:
    """What AnswerCircleInvitation takes."""

    circle_id: strawberry.ID = strawberry.field(description="Which circle.")
    is_yes: bool = strawberry.field(description="Whether to come.")
    nickname: str = strawberry.field(default="", description="Where nicknames are used: 2 to 40 characters.")
    norms_number: int | None = strawberry.field(default=None, description="The norms that were read and agreed to.")


@strawberry.type(description="An invitation that was answered.")
class AnswerCircleInvitationPayload:
    """What AnswerCircleInvitation gives."""

    seat: CircleSeat | None = strawberry.field(description="The seat as it is now, as far as the viewer sees it.")


@strawberry.input(description="For changeCircleRole.")
class ChangeCircleRoleInput:
    """What ChangeCircleRole takes."""

    seat_id: strawberry.ID = strawberry.field(description="Which seat.")
    role: SeatRole = strawberry.field(description="LEAD, CO_LEAD, MENTOR or MEMBER.")


@strawberry.type(description="Somebody with another role.")
class ChangeCircleRolePayload:
    """What ChangeCircleRole gives."""

    seat: CircleSeat | None = strawberry.field(description="The seat as it is now, as far as the viewer sees it.")


@strawberry.input(description="For removeFromCircle.")
class RemoveFromCircleInput:
    """What RemoveFromCircle takes."""

    seat_id: strawberry.ID = strawberry.field(description="Which seat.")


@strawberry.type(description="A seat that was taken back.")
class RemoveFromCirclePayload:
    """What RemoveFromCircle gives."""

    seat: CircleSeat | None = strawberry.field(description="The seat as it is now, as far as the viewer sees it.")


@strawberry.input(description="For pauseCircleSeat.")
class PauseCircleSeatInput:
    """What PauseCircleSeat takes."""

    circle_id: strawberry.ID = strawberry.field(description="Which circle.")
    until: datetime | None = strawberry.field(default=None, description="At most 90 days ahead; null to be back.")


@strawberry.type(description="A seat that pauses, or does no more.")
class PauseCircleSeatPayload:
    """What PauseCircleSeat gives."""

    seat: CircleSeat | None = strawberry.field(description="The seat as it is now, as far as the viewer sees it.")


@strawberry.input(description="For hideCircleSeat.")
class HideCircleSeatInput:
    """What HideCircleSeat takes."""

    seat_id: strawberry.ID = strawberry.field(description="Which seat.")
    is_hidden: bool = strawberry.field(description="Whether to hide each from the other.")


@strawberry.type(description="A seat that is hidden, or is no more.")
class HideCircleSeatPayload:
    """What HideCircleSeat gives."""

    seat: CircleSeat | None = strawberry.field(description="The seat as it is now, as far as the viewer sees it.")


@strawberry.type
class CircleSeatMutation:
    """The mutations on seats."""

    @mutation(
        description="Ask for a seat: get it, wait for one, or for a lead's yes. Requires: a verified mail address.",
        refuses=[Conflict, LimitReached],
    )
    async def join_circle(self, info: Info, form: JoinCircleInput) -> JoinCirclePayload:
        """Ask for a seat."""
        row = await circle_seats.join_circle(
            info.context.actor,
            circle_id=circle_id_of(form.circle_id),
            form=JoinForm(form.message, form.nickname, form.norms_number),
            idempotency_key=form.idempotency_key,
        )
        return JoinCirclePayload(seat=await seat_now(info, row.id))

    @mutation(
        description="Give up my seat, my place in the line, or my application. Requires: to have one.",
        refuses=[Conflict],
    )
    async def leave_circle(self, info: Info, form: LeaveCircleInput) -> LeaveCirclePayload:
        """Leave."""
        row = await circle_seats.leave_circle(info.context.actor, circle_id=circle_id_of(form.circle_id))
        return LeaveCirclePayload(seat=await seat_now(info, row.id))

    @mutation(description="Say yes or no to somebody who applied. Requires: to lead the circle.", refuses=[Conflict])
    async def answer_circle_application(
        self, info: Info, form: AnswerCircleApplicationInput
    ) -> AnswerCircleApplicationPayload:
        """Answer an application."""
        row = await circle_seats.answer_application(
            info.context.actor, seat_id=seat_id_of(form.seat_id), accept=form.is_yes
        )
        return AnswerCircleApplicationPayload(seat=await seat_now(info, row.id))

    @mutation(
        description="Let in from the line as many as there are free seats. Requires: to lead the circle.",
        refuses=[Conflict],
    )
    async def admit_circle_line(self, info: Info, form: AdmitCircleLineInput) -> AdmitCircleLinePayload:
        """Admit the line."""
        row = await circle_seats.admit_line(info.context.actor, circle_id=circle_id_of(form.circle_id))
        return AdmitCircleLinePayload(circle=Circle.of(row))

    @mutation(
        description="Invite somebody, as a guest to one meeting. Requires: to lead the circle.", refuses=[Conflict]
    )
    async def invite_to_circle(self, info: Info, form: InviteToCircleInput) -> InviteToCirclePayload:
        """Invite somebody."""
        row = await circle_seats.invite_to_circle(
            info.context.actor,
            circle_id=circle_id_of(form.circle_id),
            profile_id=uuid_of(form.profile_id, "Profile", what="profile"),
            role=form.role,
            meeting_id=None if form.guest_meeting_id is None else meeting_id_of(form.guest_meeting_id),
        )
        return InviteToCirclePayload(seat=await seat_now(info, row.id))

    @mutation(
        description="Take an invitation, or decline it. Requires: to be invited.", refuses=[Conflict, LimitReached]
    )
    async def answer_circle_invitation(
        self, info: Info, form: AnswerCircleInvitationInput
    ) -> AnswerCircleInvitationPayload:
        """Answer an invitation."""
        row = await circle_seats.answer_invitation(
            info.context.actor,
            circle_id=circle_id_of(form.circle_id),
            accept=form.is_yes,
            form=JoinForm("", form.nickname, form.norms_number),
        )
        return AnswerCircleInvitationPayload(seat=await seat_now(info, row.id))

    @mutation(description="Give somebody another role. Requires: to lead the circle.", refuses=[Conflict])
    async def change_circle_role(self, info: Info, form: ChangeCircleRoleInput) -> ChangeCircleRolePayload:
        """Change a role."""
        row = await circle_seats.change_role(info.context.actor, seat_id=seat_id_of(form.seat_id), role=form.role)
        return ChangeCircleRolePayload(seat=await seat_now(info, row.id))

    @mutation(description="Take somebody's seat from them. Requires: to lead the circle.", refuses=[Conflict])
    async def remove_from_circle(self, info: Info, form: RemoveFromCircleInput) -> RemoveFromCirclePayload:
        """Remove somebody."""
        row = await circle_seats.remove_from_circle(info.context.actor, seat_id=seat_id_of(form.seat_id))
        return RemoveFromCirclePayload(seat=await seat_now(info, row.id))

    @mutation(
        description="Pause my seat: not expected, not asked to facilitate. Requires: a seat in the circle.",
        refuses=[Conflict],
    )
    async def pause_circle_seat(self, info: Info, form: PauseCircleSeatInput) -> PauseCircleSeatPayload:
        """Pause."""
        row = await circle_seats.pause_seat(
            info.context.actor, circle_id=circle_id_of(form.circle_id), until=form.until
        )
        return PauseCircleSeatPayload(seat=await seat_now(info, row.id))

    @mutation(
        description="Hide another member from me and me from them, in silence. Requires: a seat in the circle.",
        refuses=[Conflict],
    )
    async def hide_circle_seat(self, info: Info, form: HideCircleSeatInput) -> HideCircleSeatPayload:
        """Hide a member."""
        row = await circle_seats.hide_seat(
            info.context.actor, seat_id=seat_id_of(form.seat_id), is_hidden=form.is_hidden
        )
        return HideCircleSeatPayload(seat=await seat_now(info, row.id))
