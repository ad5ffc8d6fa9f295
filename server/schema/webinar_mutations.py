"""What is done to webinars and their people, as mutations. No rule is here."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import strawberry

from server.domain.webinars import AnonymityMode, WebinarAction
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.questions import question_id_of
from server.schema.webinars import Webinar, webinar_id_of, webinar_of
from server.services import webinars

_KEY = "The same key again gives the first answer."
_VERSION = "The version the decision was made at; another one now is a Conflict with the current one."


@strawberry.type(description="A webinar as it is now.")
class WebinarPayload:
    """What actions on webinars give."""

    webinar: Webinar | None = strawberry.field(description="The webinar; null when the viewer may no longer see it.")


@strawberry.input(description="For createWebinar.")
class CreateWebinarInput:
    """What CreateWebinar takes."""

    title: str = strawberry.field(description="3 to 120 characters.")
    starts_at: datetime = strawberry.field(description="When it is to start.")
    ends_at: datetime | None = strawberry.field(default=None, description="When it is to end; within a week.")
    description: str = strawberry.field(default="", description="At most 4,000 characters.")
    capacity: int | None = strawberry.field(default=None, description="How many places; null for as many as come.")
    languages: list[str] = strawberry.field(default_factory=list, description="Codes of the languages spoken.")
    stages: list[str] = strawberry.field(default_factory=list, description="1 to 5 stages; none means one.")
    review: bool = strawberry.field(default=True, description="Each question is looked at before it is shown.")
    anonymity: AnonymityMode = strawberry.field(default=AnonymityMode.OPTIONAL, description="Names or pseudonyms.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)


@strawberry.input(description="For editWebinar.")
class EditWebinarInput:
    """What EditWebinar takes."""

    webinar_id: strawberry.ID = strawberry.field(description="Which webinar.")
    title: str = strawberry.field(description="3 to 120 characters.")
    starts_at: datetime = strawberry.field(description="When it is to start.")
    ends_at: datetime | None = strawberry.field(default=None, description="When it is to end; within a week.")
    description: str = strawberry.field(default="", description="At most 4,000 characters.")
    capacity: int | None = strawberry.field(default=None, description="A higher cap lets in who waited longest.")
    languages: list[str] = strawberry.field(default_factory=list, description="Codes of the languages spoken.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.input(description="Which webinar.")
class OnWebinar:
    """What every action on a webinar takes."""

    webinar_id: strawberry.ID = strawberry.field(description="Which webinar.")


@strawberry.input(description="Which webinar, as it was seen.")
class OnWebinarVersion(OnWebinar):
    """What every change of a webinar's state takes."""

    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.input(description="For publishWebinar.")
class PublishWebinarInput(OnWebinarVersion):
    """What PublishWebinar takes."""


@strawberry.input(description="For openWebinar.")
class OpenWebinarInput(OnWebinarVersion):
    """What OpenWebinar takes."""


@strawberry.input(description="For startWebinar.")
class StartWebinarInput(OnWebinarVersion):
    """What StartWebinar takes."""


@strawberry.input(description="For endWebinar.")
class EndWebinarInput(OnWebinarVersion):
    """What EndWebinar takes."""


@strawberry.input(description="For closeWebinarInEmergency.")
class CloseWebinarInEmergencyInput(OnWebinarVersion):
    """What CloseWebinarInEmergency takes."""


@strawberry.input(description="For setQuestionWindow.")
class SetQuestionWindowInput(OnWebinar):
    """What SetQuestionWindow takes."""

    is_open: bool = strawberry.field(description="Questions are taken.")


@strawberry.input(description="For setSlowMode.")
class SetSlowModeInput(OnWebinar):
    """What SetSlowMode takes."""

    seconds: int = strawberry.field(description="0, 15, 30, 60 or 300.")


@strawberry.input(description="For setAnonymity.")
class SetAnonymityInput(OnWebinar):
    """What SetAnonymity takes."""

    mode: AnonymityMode = strawberry.field(description="Names, pseudonyms, or as the asker likes.")


@strawberry.input(description="For setReview.")
class SetReviewInput(OnWebinar):
    """What SetReview takes."""

    review: bool = strawberry.field(description="Each question is looked at first.")


@strawberry.input(description="For setWebinarLabels.")
class SetWebinarLabelsInput(OnWebinar):
    """What SetWebinarLabels takes."""

    labels: list[str] = strawberry.field(description="At most 20; one in use stays.")


@strawberry.input(description="For highlightQuestion.")
class HighlightQuestionInput(OnWebinar):
    """What HighlightQuestion takes."""

    question_id: strawberry.ID | None = strawberry.field(default=None, description="Which question; null for none.")


def _question(global_id: strawberry.ID | None) -> UUID | None:
    return None if global_id is None else question_id_of(global_id)


def _form(form: CreateWebinarInput | EditWebinarInput) -> webinars.WebinarForm:
    return webinars.WebinarForm(
        title=form.title,
        starts_at=form.starts_at,
        ends_at=form.ends_at,
        description=form.description,
        capacity=form.capacity,
        languages=tuple(form.languages),
    )


async def webinar_now(info: Info, key: UUID) -> WebinarPayload:
    """Return a webinar as it is now, for the viewer."""
    return WebinarPayload(webinar=await webinar_of(info, key))


async def _move(info: Info, form: OnWebinarVersion, action: WebinarAction) -> WebinarPayload:
    key = webinar_id_of(form.webinar_id)
    await webinars.move_webinar(
        info.context.actor, webinar_id=key, action=action, expected_version=form.expected_version
    )
    return await webinar_now(info, key)


@strawberry.type
class WebinarMutation:
    """The event, its states and settings."""

    @mutation(description="Draft a webinar. Requires: a verified mail address.", refuses=[Conflict])
    async def create_webinar(self, info: Info, form: CreateWebinarInput) -> WebinarPayload:
        """Draft a webinar; the viewer is its host."""
        asked = replace(_form(form), stages=tuple(form.stages), review=form.review, anonymity=form.anonymity)
        row = await webinars.create_webinar(info.context.actor, form=asked, idempotency_key=form.idempotency_key)
        return await webinar_now(info, row.id)

    @mutation(description="Change what a webinar is about. Requires: host or co-host.", refuses=[Conflict])
    async def edit_webinar(self, info: Info, form: EditWebinarInput) -> WebinarPayload:
        """Change a webinar."""
        key = webinar_id_of(form.webinar_id)
        await webinars.edit_webinar(
            info.context.actor, webinar_id=key, form=_form(form), expected_version=form.expected_version
        )
        return await webinar_now(info, key)

    @mutation(
        description="Show a webinar to everybody; questions may be asked from now on. Requires: host or co-host.",
        refuses=[Conflict],
    )
    async def publish_webinar(self, info: Info, form: PublishWebinarInput) -> WebinarPayload:
        """Show a webinar to everybody; questions may be asked from now on."""
        return await _move(info, form, WebinarAction.PUBLISH)

    @mutation(
        description="Open the lobby of a webinar. Requires: host or co-host.",
        refuses=[Conflict],
    )
    async def open_webinar(self, info: Info, form: OpenWebinarInput) -> WebinarPayload:
        """Open the lobby of a webinar."""
        return await _move(info, form, WebinarAction.OPEN)

    @mutation(
        description="Go live. Requires: host or co-host.",
        refuses=[Conflict],
    )
    async def start_webinar(self, info: Info, form: StartWebinarInput) -> WebinarPayload:
        """Go live."""
        return await _move(info, form, WebinarAction.START)

    @mutation(
        description="End a webinar; the votes are written down for good. Requires: host or co-host.",
        refuses=[Conflict],
    )
    async def end_webinar(self, info: Info, form: EndWebinarInput) -> WebinarPayload:
        """End a webinar; the votes are written down for good."""
        return await _move(info, form, WebinarAction.END)

    @mutation(
        description="End a webinar from outside. Requires: a community manager.",
        refuses=[Conflict],
    )
    async def close_webinar_in_emergency(self, info: Info, form: CloseWebinarInEmergencyInput) -> WebinarPayload:
        """End a webinar from outside."""
        return await _move(info, form, WebinarAction.EMERGENCY_CLOSE)

    @mutation(
        description="Take questions from now on, or none. Requires: host or co-host.",
        refuses=[Conflict, LimitReached],
    )
    async def set_question_window(self, info: Info, form: SetQuestionWindowInput) -> WebinarPayload:
        """Take questions from now on, or none."""
        key = webinar_id_of(form.webinar_id)
        await webinars.open_window(
            info.context.actor,
            webinar_id=key,
            is_open=form.is_open,
        )
        return await webinar_now(info, key)

    @mutation(
        description="Let some time lie between two questions of one person. Requires: to moderate.",
        refuses=[Conflict, LimitReached],
    )
    async def set_slow_mode(self, info: Info, form: SetSlowModeInput) -> WebinarPayload:
        """Let some time lie between two questions of one person."""
        key = webinar_id_of(form.webinar_id)
        await webinars.set_slow_mode(
            info.context.actor,
            webinar_id=key,
            seconds=form.seconds,
        )
        return await webinar_now(info, key)

    @mutation(
        description="Ask for names or pseudonyms; what was asked before stays. Requires: host or co-host.",
        refuses=[Conflict, LimitReached],
    )
    async def set_anonymity(self, info: Info, form: SetAnonymityInput) -> WebinarPayload:
        """Ask for names or pseudonyms; what was asked before stays."""
        key = webinar_id_of(form.webinar_id)
        await webinars.set_anonymity(
            info.context.actor,
            webinar_id=key,
            mode=form.mode,
        )
        return await webinar_now(info, key)

    @mutation(
        description="Have questions looked at before they are shown, or not. Requires: host or co-host.",
        refuses=[Conflict, LimitReached],
    )
    async def set_review(self, info: Info, form: SetReviewInput) -> WebinarPayload:
        """Have questions looked at before they are shown, or not."""
        key = webinar_id_of(form.webinar_id)
        await webinars.set_review(
            info.context.actor,
            webinar_id=key,
            review=form.review,
        )
        return await webinar_now(info, key)

    @mutation(
        description="Name the labels that questions can be given. Requires: to moderate.",
        refuses=[Conflict, LimitReached],
    )
    async def set_webinar_labels(self, info: Info, form: SetWebinarLabelsInput) -> WebinarPayload:
        """Name the labels that questions can be given."""
        key = webinar_id_of(form.webinar_id)
        await webinars.set_labels(
            info.context.actor,
            webinar_id=key,
            labels=tuple(form.labels),
        )
        return await webinar_now(info, key)

    @mutation(
        description="Put a question before everybody's eyes. Requires: to moderate.",
        refuses=[Conflict, LimitReached],
    )
    async def highlight_question(self, info: Info, form: HighlightQuestionInput) -> WebinarPayload:
        """Put a question before everybody's eyes."""
        key = webinar_id_of(form.webinar_id)
        await webinars.highlight(
            info.context.actor,
            webinar_id=key,
            question_id=_question(form.question_id),
        )
        return await webinar_now(info, key)
