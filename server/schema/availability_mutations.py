"""When the viewer can meet, their gigs, and how much they take on."""

from datetime import date, datetime

import strawberry

from server.domain import availability as domain
from server.domain.availability import (
    DEFAULT_BUFFER_MINUTES,
    DEFAULT_NOTICE_MINUTES,
    CapacityKind,
    MentoringFormat,
    StretchKind,
)
from server.domain.rhythm import StretchDraft
from server.schema.availability import AvailabilityException, Stretch
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.core.ids import uuid_of
from server.schema.my_profile import MyProfile, my_profile
from server.services import availability, capacity

_KEY = "The same key again gives the first answer."


@strawberry.input(description="A window of every week, in the wall time of your zone.")
class WindowInput:
    """A weekly window."""

    weekday: int = strawberry.field(description="0 is Monday, 6 is Sunday.")
    start_minute: int = strawberry.field(description="Minutes since midnight, 0 to 1439.")
    end_minute: int = strawberry.field(description="Minutes since midnight, not included, at most 1440.")


@strawberry.input(description="Your whole week.")
class SetAvailabilityInput:
    """Input of setAvailability."""

    windows: list[WindowInput] = strawberry.field(description="At most 42, none over another.")
    buffer_minutes: int = strawberry.field(
        default=DEFAULT_BUFFER_MINUTES, description="Minutes kept free before and after a meeting: 0 to 240."
    )
    notice_minutes: int = strawberry.field(
        default=DEFAULT_NOTICE_MINUTES, description="How long before a meeting you want to know of it: 0 to 43200."
    )


@strawberry.type(description="Your week is replaced.")
class SetAvailabilityPayload:
    """Payload of setAvailability."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.input(description="Some minutes of one day that differ from your week.")
class AddExceptionInput:
    """Input of addException."""

    day: date = strawberry.field(description="The day, in your zone.")
    start_minute: int = strawberry.field(description="Minutes since midnight, 0 to 1439.")
    end_minute: int = strawberry.field(description="Minutes since midnight, not included, at most 1440.")
    is_open: bool = strawberry.field(description="Whether you can meet then, or cannot.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)


@strawberry.type(description="The exception holds.")
class AddExceptionPayload:
    """Payload of addException."""

    exception: AvailabilityException = strawberry.field(description="The exception.")


@strawberry.input(description="For removeException.")
class RemoveExceptionInput:
    """Input of removeException."""

    exception_id: strawberry.ID = strawberry.field(description="Which exception.")


@strawberry.type(description="The exception is gone.")
class RemoveExceptionPayload:
    """Payload of removeException."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.input(description="A gig began now.")
class GigStartedInput:
    """Input of gigStarted."""

    until: datetime | None = strawberry.field(default=None, description="When it ends, if you know.")
    note: str = strawberry.field(default="", description="A note to yourself, at most 120 characters.")


@strawberry.type(description="You are on a gig; clocks stand still.")
class GigStartedPayload:
    """Payload of gigStarted."""

    stretch: Stretch = strawberry.field(description="The stretch that runs.")


@strawberry.input(description="Nothing has to be said.")
class GigOverInput:
    """Input of gigOver."""

    client_mutation_id: str | None = strawberry.field(default=None, description="Given back as it came.")


@strawberry.type(description="You are off the gig; clocks go on.")
class GigOverPayload:
    """Payload of gigOver."""

    stretches: list[Stretch] = strawberry.field(description="What ended.")
    client_mutation_id: str | None = strawberry.field(description="As it came.")


@strawberry.input(description="A gig or a blackout ahead.")
class PlanStretchInput:
    """Input of planStretch."""

    kind: StretchKind = strawberry.field(description="What it is.")
    started_at: datetime = strawberry.field(description="When it begins; it may have begun.")
    ended_at: datetime | None = strawberry.field(default=None, description="When it ends; null until further notice.")
    note: str = strawberry.field(default="", description="A note to yourself, at most 120 characters.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)


@strawberry.type(description="The stretch is planned.")
class PlanStretchPayload:
    """Payload of planStretch."""

    stretch: Stretch = strawberry.field(description="The stretch.")


@strawberry.input(description="For cancelStretch.")
class CancelStretchInput:
    """Input of cancelStretch."""

    stretch_id: strawberry.ID = strawberry.field(description="Which stretch.")


@strawberry.type(description="The stretch is taken back, or ended when it ran.")
class CancelStretchPayload:
    """Payload of cancelStretch."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.input(description="How much you take on of a kind.")
class SetCapacityInput:
    """Input of setCapacity."""

    kind: CapacityKind = strawberry.field(description="What is counted.")
    format: MentoringFormat | None = strawberry.field(default=None, description="For CONCURRENT, and only for it.")
    limit: int = strawberry.field(description="How much. Below what is taken it ends nothing and admits nothing new.")


@strawberry.type(description="The limit holds.")
class SetCapacityPayload:
    """Payload of setCapacity."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.type
class AvailabilityMutation:
    """Changes of when the viewer can meet and how much they take on."""

    @mutation(description="Replace your weekly windows. Requires: a signed-in user.")
    async def set_availability(self, info: Info, form: SetAvailabilityInput) -> SetAvailabilityPayload:
        """Replace the week."""
        windows = [domain.Window(one.weekday, one.start_minute, one.end_minute) for one in form.windows]
        await availability.set_availability(
            info.context.actor,
            windows,
            buffer_minutes=form.buffer_minutes,
            notice_minutes=form.notice_minutes,
        )
        return SetAvailabilityPayload(profile=await my_profile(info))

    @mutation(description="Open or close some minutes of one day. Requires: a signed-in user.", refuses=[LimitReached])
    async def add_exception(self, info: Info, form: AddExceptionInput) -> AddExceptionPayload:
        """Add an exception."""
        exception = domain.DayException(form.day, form.start_minute, form.end_minute, form.is_open)
        row = await availability.add_exception(info.context.actor, exception, idempotency_key=form.idempotency_key)
        return AddExceptionPayload(exception=AvailabilityException.of(row))

    @mutation(description="Take an exception back. Requires: its owner.")
    async def remove_exception(self, info: Info, form: RemoveExceptionInput) -> RemoveExceptionPayload:
        """Remove an exception."""
        exception_id = uuid_of(form.exception_id, "AvailabilityException", what="exception")
        await availability.remove_exception(info.context.actor, exception_id=exception_id)
        return RemoveExceptionPayload(profile=await my_profile(info))

    @mutation(description="Say that a gig began; twice is as good as once. Requires: a signed-in user.")
    async def gig_started(self, info: Info, form: GigStartedInput) -> GigStartedPayload:
        """Start a gig."""
        row = await availability.gig_started(info.context.actor, until=form.until, note=form.note)
        return GigStartedPayload(stretch=Stretch.of(row))

    @mutation(description="Say that the gig is over. Requires: a signed-in user.", refuses=[Conflict])
    async def gig_over(self, info: Info, form: GigOverInput) -> GigOverPayload:
        """End the gig."""
        rows = await availability.gig_over(info.context.actor)
        return GigOverPayload(stretches=[Stretch.of(row) for row in rows], client_mutation_id=form.client_mutation_id)

    @mutation(description="Plan a gig or a blackout. Requires: a signed-in user.", refuses=[LimitReached])
    async def plan_stretch(self, info: Info, form: PlanStretchInput) -> PlanStretchPayload:
        """Plan a stretch."""
        draft = StretchDraft(form.kind, form.started_at, form.ended_at, form.note)
        row = await availability.plan_stretch(info.context.actor, draft, idempotency_key=form.idempotency_key)
        return PlanStretchPayload(stretch=Stretch.of(row))

    @mutation(description="Take a stretch back, or end one that runs. Requires: its owner.", refuses=[Conflict])
    async def cancel_stretch(self, info: Info, form: CancelStretchInput) -> CancelStretchPayload:
        """Cancel a stretch."""
        stretch_id = uuid_of(form.stretch_id, "Stretch", what="stretch")
        await availability.cancel_stretch(info.context.actor, stretch_id=stretch_id)
        return CancelStretchPayload(profile=await my_profile(info))

    @mutation(description="Change how much you take on. Requires: a signed-in user.")
    async def set_capacity(self, info: Info, form: SetCapacityInput) -> SetCapacityPayload:
        """Change a limit."""
        await capacity.set_limit(info.context.actor, kind=form.kind, allowed=form.limit, mentoring_format=form.format)
        return SetCapacityPayload(profile=await my_profile(info))
