"""Places, the staff, restrictions, the staff's talk and the archive of webinars, as mutations. No rule is here."""

from datetime import datetime, timedelta
from uuid import UUID

import strawberry

from server.domain.webinars import RestrictionKind, WebinarRole
from server.models.webinars import WebinarRestriction
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.core.ids import parse_uuid, uuid_of
from server.schema.questions import question_id_of
from server.schema.webinar_mutations import OnWebinar, WebinarPayload, webinar_now
from server.schema.webinars import webinar_id_of
from server.services import webinar_archive, webinars
from server.services import webinar_people as people

_KEY = "The same key again gives the first answer."


@strawberry.type(description="A line of the staff's talk that was said.")
class SayToStaffPayload:
    """What sayToStaff gives."""

    text: str = strawberry.field(description="What was said.")
    at: datetime = strawberry.field(description="When.")


@strawberry.type(description="What keeps somebody from asking. Whose it is, is told as far as the staff may know.")
class RestrictionPayload:
    """What restrictions give."""

    restriction_key: str = strawberry.field(description="To lift it by.")
    kind: RestrictionKind = strawberry.field(description="A time-out or a ban.")
    until: datetime | None = strawberry.field(description="Until when; null to the end of the event.")
    is_lifted: bool = strawberry.field(description="It is over.")


@strawberry.input(description="For sayToStaff.")
class SayToStaffInput(OnWebinar):
    """What SayToStaff takes."""

    text: str = strawberry.field(description="1 to 2,000 characters.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)


@strawberry.input(description="For restrictAuthor.")
class RestrictAuthorInput:
    """What RestrictAuthor takes."""

    question_id: strawberry.ID = strawberry.field(description="Whose question.")
    kind: RestrictionKind = strawberry.field(description="A time-out or a ban.")
    seconds: int | None = strawberry.field(default=None, description="How long; null to the end of the event.")


@strawberry.input(description="For restrictPerson.")
class RestrictPersonInput(OnWebinar):
    """What RestrictPerson takes."""

    profile_id: strawberry.ID = strawberry.field(description="Whom.")
    kind: RestrictionKind = strawberry.field(description="A time-out or a ban.")
    seconds: int | None = strawberry.field(default=None, description="How long; null to the end of the event.")


@strawberry.input(description="For liftRestriction.")
class LiftRestrictionInput:
    """What LiftRestriction takes."""

    restriction_key: str = strawberry.field(description="Which one.")


@strawberry.input(description="For registerForWebinar.")
class RegisterForWebinarInput(OnWebinar):
    """What RegisterForWebinar takes."""


@strawberry.input(description="For cancelRegistration.")
class CancelRegistrationInput(OnWebinar):
    """What CancelRegistration takes."""


@strawberry.input(description="For joinWebinar.")
class JoinWebinarInput(OnWebinar):
    """What JoinWebinar takes."""


@strawberry.input(description="For leaveWebinar.")
class LeaveWebinarInput(OnWebinar):
    """What LeaveWebinar takes."""


@strawberry.input(description="For archiveWebinar.")
class ArchiveWebinarInput(OnWebinar):
    """What ArchiveWebinar takes."""


@strawberry.input(description="For stepDownAsHost.")
class StepDownAsHostInput(OnWebinar):
    """What StepDownAsHost takes."""


@strawberry.input(description="For appointStaff.")
class AppointStaffInput(OnWebinar):
    """What AppointStaff takes."""

    profile_id: strawberry.ID = strawberry.field(description="Whom.")
    role: WebinarRole = strawberry.field(description="As what.")


@strawberry.input(description="For dismissStaff.")
class DismissStaffInput(OnWebinar):
    """What DismissStaff takes."""

    profile_id: strawberry.ID = strawberry.field(description="Whom; oneself to leave.")


def _required(global_id: strawberry.ID) -> UUID:
    return uuid_of(global_id, "Profile", what="profile")


def _lasting(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=min(max(seconds, -1), 10**9))


@strawberry.type
class WebinarPeopleMutation:
    """Places, staff, restrictions, and the staff's talk."""

    @mutation(
        description="Take a place, or one in the line when the webinar is full. Requires: a signed-in user.",
        refuses=[Conflict, LimitReached],
    )
    async def register_for_webinar(self, info: Info, form: RegisterForWebinarInput) -> WebinarPayload:
        """Take a place, or one in the line when the webinar is full."""
        key = webinar_id_of(form.webinar_id)
        await people.register(info.context.actor, webinar_id=key)
        return await webinar_now(info, key)

    @mutation(
        description="Give up one's place, or one's place in the line. Requires: a registration.",
        refuses=[Conflict, LimitReached],
    )
    async def cancel_registration(self, info: Info, form: CancelRegistrationInput) -> WebinarPayload:
        """Give up one's place, or one's place in the line."""
        key = webinar_id_of(form.webinar_id)
        await people.cancel_registration(info.context.actor, webinar_id=key)
        return await webinar_now(info, key)

    @mutation(
        description="Note that one is there: attendance. Requires: a place in the webinar.",
        refuses=[Conflict, LimitReached],
    )
    async def join_webinar(self, info: Info, form: JoinWebinarInput) -> WebinarPayload:
        """Note that one is there: attendance."""
        key = webinar_id_of(form.webinar_id)
        await people.note_presence(info.context.actor, webinar_id=key, is_present=True)
        return await webinar_now(info, key)

    @mutation(
        description="Note that one left: attendance. Requires: a place in the webinar.",
        refuses=[Conflict, LimitReached],
    )
    async def leave_webinar(self, info: Info, form: LeaveWebinarInput) -> WebinarPayload:
        """Note that one left: attendance."""
        key = webinar_id_of(form.webinar_id)
        await people.note_presence(info.context.actor, webinar_id=key, is_present=False)
        return await webinar_now(info, key)

    @mutation(
        description="Close an ended webinar for good. Requires: host or co-host.",
        refuses=[Conflict, LimitReached],
    )
    async def archive_webinar(self, info: Info, form: ArchiveWebinarInput) -> WebinarPayload:
        """Close an ended webinar for good."""
        key = webinar_id_of(form.webinar_id)
        await webinar_archive.archive_webinar(info.context.actor, webinar_id=key)
        return await webinar_now(info, key)

    @mutation(
        description="Let the next co-host take over. Requires: to be the host.",
        refuses=[Conflict, LimitReached],
    )
    async def step_down_as_host(self, info: Info, form: StepDownAsHostInput) -> WebinarPayload:
        """Let the next co-host take over."""
        key = webinar_id_of(form.webinar_id)
        await people.replace_host(info.context.actor, webinar_id=key)
        return await webinar_now(info, key)

    @mutation(
        description="Give somebody a role on the staff. Requires: host; for moderators and panelists, co-host.",
        refuses=[Conflict, LimitReached],
    )
    async def appoint_staff(self, info: Info, form: AppointStaffInput) -> WebinarPayload:
        """Give somebody a role on the staff."""
        key = webinar_id_of(form.webinar_id)
        await people.appoint(info.context.actor, webinar_id=key, profile_id=_required(form.profile_id), role=form.role)
        return await webinar_now(info, key)

    @mutation(
        description="Take somebody off the staff. Requires: host; for moderators and panelists, co-host.",
        refuses=[Conflict, LimitReached],
    )
    async def dismiss_staff(self, info: Info, form: DismissStaffInput) -> WebinarPayload:
        """Take somebody off the staff."""
        key = webinar_id_of(form.webinar_id)
        await people.dismiss_staff(info.context.actor, webinar_id=key, profile_id=_required(form.profile_id))
        return await webinar_now(info, key)

    @mutation(description="Say a line to the others on the staff. Requires: to moderate.", refuses=[Conflict])
    async def say_to_staff(self, info: Info, form: SayToStaffInput) -> SayToStaffPayload:
        """Say a line to the staff."""
        talk = await webinars.say_to_staff(
            info.context.actor,
            webinar_id=webinar_id_of(form.webinar_id),
            text=form.text,
            idempotency_key=form.idempotency_key,
        )
        return SayToStaffPayload(text=talk.text, at=talk.created_at)

    @mutation(
        description="Time out or ban whoever asked a question, named or not. Requires: to moderate; to ban, co-host.",
        refuses=[Conflict],
    )
    async def restrict_author(self, info: Info, form: RestrictAuthorInput) -> RestrictionPayload:
        """Time out or ban an author."""
        row = await people.restrict_author(
            info.context.actor,
            question_id=question_id_of(form.question_id),
            kind=form.kind,
            lasting=_lasting(form.seconds),
        )
        return _restriction(row)

    @mutation(description="Time out or ban somebody. Requires: to moderate; to ban, co-host.", refuses=[Conflict])
    async def restrict_person(self, info: Info, form: RestrictPersonInput) -> RestrictionPayload:
        """Time out or ban a person."""
        row = await people.restrict_person(
            info.context.actor,
            webinar_id=webinar_id_of(form.webinar_id),
            profile_id=_required(form.profile_id),
            kind=form.kind,
            lasting=_lasting(form.seconds),
        )
        return _restriction(row)

    @mutation(description="Let somebody ask or register again. Requires: as to restrict.", refuses=[Conflict])
    async def lift_restriction(self, info: Info, form: LiftRestrictionInput) -> RestrictionPayload:
        """Lift a restriction."""
        key = parse_uuid(form.restriction_key, what="restriction")
        return _restriction(await people.lift_restriction(info.context.actor, restriction_id=key))


def _restriction(row: WebinarRestriction) -> RestrictionPayload:
    return RestrictionPayload(
        restriction_key=str(row.id), kind=row.kind, until=row.until, is_lifted=row.lifted_at is not None
    )
