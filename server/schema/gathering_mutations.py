"""What is done with gatherings: announced, changed, called off, handed over, answered, and checked in to."""

from datetime import date

import strawberry

from server.domain.gatherings import GatheringForm, Rsvp
from server.models import gatherings as rows
from server.schema.circles import circle_id_of
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.core.ids import uuid_of
from server.schema.gatherings import Gathering, gathering_id_of
from server.services import gathering_guests, gatherings
from server.services.gatherings import Invited

strawberry.enum(Rsvp, name="GatheringRsvp", description="An answer to a gathering.")

_WHICH = "Which gathering."
_AFTER = "The gathering as it is now."
_VERSION = "Refused with Conflict when it changed."


@strawberry.input(description="A gathering as its host words it.")
class GatheringInput:
    """The form of a gathering."""

    title: str = strawberry.field(description="3 to 120 characters.")
    day: date = strawberry.field(description="On which day, there.")
    start_minute: int = strawberry.field(description="At which minute of that day on the wall clock: 0 to 1,439.")
    time_zone: str = strawberry.field(description="Whose wall clock, such as Europe/Lisbon.")
    minutes: int = strawberry.field(default=120, description="How long: 15 to 1,440.")
    about: str = strawberry.field(default="", description="At most 2,000 characters.")
    is_online: bool = strawberry.field(default=False, description="Whether people meet by a link.")
    place: str = strawberry.field(default="", description="Where; needed unless it is online. At most 200 characters.")
    city: str = strawberry.field(default="", description="In which city; needed unless it is online.")
    country: str = strawberry.field(default="", description="In which country: two letters, or empty.")
    link: str = strawberry.field(default="", description="A web address for those who have a place; may be empty.")
    cap: int | None = strawberry.field(default=None, description="How many can go, 1 to 200; null: 200.")
    interests: list[str] = strawberry.field(default_factory=list, description="At most 5, of 40 characters each.")

    def form(self) -> GatheringForm:
        """Return the form as the services take it."""
        return GatheringForm(
            title=self.title,
            day=self.day,
            start_minute=self.start_minute,
            time_zone=self.time_zone,
            minutes=self.minutes,
            about=self.about,
            is_online=self.is_online,
            place=self.place,
            city=self.city,
            country=self.country,
            link=self.link,
            cap=self.cap,
            interests=tuple(self.interests),
        )


@strawberry.input(description="For announceGathering.")
class AnnounceGatheringInput:
    """What AnnounceGathering takes."""

    gathering: GatheringInput = strawberry.field(description="What it is to be.")
    circle_id: strawberry.ID | None = strawberry.field(default=None, description="Only for this circle; null: for all.")
    programme_id: strawberry.ID | None = strawberry.field(
        default=None, description="Only for those of this programme; null: for all."
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )

    def invited(self) -> Invited:
        """Return whom it is for."""
        programme = self.programme_id
        return Invited(
            None if self.circle_id is None else circle_id_of(self.circle_id),
            None if programme is None else uuid_of(programme, "Programme", what="programme"),
        )


@strawberry.type(description="A gathering that was announced.")
class AnnounceGatheringPayload:
    """What AnnounceGathering gives."""

    gathering: Gathering = strawberry.field(description=_AFTER)


@strawberry.input(description="For editGathering.")
class EditGatheringInput:
    """What EditGathering takes."""

    gathering_id: strawberry.ID = strawberry.field(description=_WHICH)
    gathering: GatheringInput = strawberry.field(description="What it is to be.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="A gathering that was changed.")
class EditGatheringPayload:
    """What EditGathering gives."""

    gathering: Gathering = strawberry.field(description=_AFTER)


@strawberry.input(description="For cancelGathering.")
class CancelGatheringInput:
    """What CancelGathering takes."""

    gathering_id: strawberry.ID = strawberry.field(description=_WHICH)
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="A gathering that was called off.")
class CancelGatheringPayload:
    """What CancelGathering gives."""

    gathering: Gathering = strawberry.field(description=_AFTER)


@strawberry.input(description="For offerGatheringHost.")
class OfferGatheringHostInput:
    """What OfferGatheringHost takes."""

    gathering_id: strawberry.ID = strawberry.field(description=_WHICH)
    heir_id: strawberry.ID | None = strawberry.field(
        default=None, description="Who is to host it; null takes the offer back."
    )


@strawberry.type(description="A gathering that was offered to somebody.")
class OfferGatheringHostPayload:
    """What OfferGatheringHost gives."""

    gathering: Gathering = strawberry.field(description=_AFTER)


@strawberry.input(description="For answerGatheringHost.")
class AnswerGatheringHostInput:
    """What AnswerGatheringHost takes."""

    gathering_id: strawberry.ID = strawberry.field(description=_WHICH)
    accept: bool = strawberry.field(description="Whether I host it from now on.")


@strawberry.type(description="A gathering after an offer was answered.")
class AnswerGatheringHostPayload:
    """What AnswerGatheringHost gives."""

    gathering: Gathering = strawberry.field(description=_AFTER)


@strawberry.input(description="For answerGathering.")
class AnswerGatheringInput:
    """What AnswerGathering takes."""

    gathering_id: strawberry.ID = strawberry.field(description=_WHICH)
    rsvp: Rsvp = strawberry.field(description="Yes, maybe or no.")


@strawberry.type(description="A gathering that was answered.")
class AnswerGatheringPayload:
    """What AnswerGathering gives."""

    gathering: Gathering = strawberry.field(description=_AFTER)


@strawberry.input(description="For checkInToGathering.")
class CheckInToGatheringInput:
    """What CheckInToGathering takes."""

    gathering_id: strawberry.ID = strawberry.field(description=_WHICH)
    check_in_code: str = strawberry.field(description="The six digits that the host shows.")


@strawberry.type(description="A gathering one is at.")
class CheckInToGatheringPayload:
    """What CheckInToGathering gives."""

    gathering: Gathering = strawberry.field(description=_AFTER)


@strawberry.input(description="For noteGatheringGuest.")
class NoteGatheringGuestInput:
    """What NoteGatheringGuest takes."""

    gathering_id: strawberry.ID = strawberry.field(description=_WHICH)
    guest_id: strawberry.ID = strawberry.field(description="Who: a profile that answered.")
    came: bool = strawberry.field(description="Whether they came.")


@strawberry.type(description="A gathering whose guests were counted.")
class NoteGatheringGuestPayload:
    """What NoteGatheringGuest gives."""

    gathering: Gathering = strawberry.field(description=_AFTER)


@strawberry.type
class GatheringMutation:
    """The mutations of gatherings."""

    @mutation(
        description="Announce a gathering for all, for a circle or for a programme; ten to come at most."
        " Requires: a verified mail address, a seat in the circle, to manage the programme.",
        refuses=[Conflict, LimitReached],
    )
    async def announce_gathering(self, info: Info, form: AnnounceGatheringInput) -> AnnounceGatheringPayload:
        """Announce a gathering."""
        row = await gatherings.announce(
            info.context.actor,
            form=form.gathering.form(),
            invited=form.invited(),
            idempotency_key=form.idempotency_key,
        )
        return AnnounceGatheringPayload(gathering=_shown(info, row))

    @mutation(
        description="Change a gathering that has not begun; a higher cap lets in who waited longest, whoever answered"
        " is told. Requires: to host it.",
        refuses=[Conflict],
    )
    async def edit_gathering(self, info: Info, form: EditGatheringInput) -> EditGatheringPayload:
        """Change a gathering."""
        row = await gatherings.edit(
            info.context.actor,
            gathering_id=gathering_id_of(form.gathering_id),
            form=form.gathering.form(),
            expected_version=form.expected_version,
        )
        return EditGatheringPayload(gathering=_shown(info, row))

    @mutation(
        description="Call a gathering off that has not begun; whoever answered is told. Requires: to host it.",
        refuses=[Conflict],
    )
    async def cancel_gathering(self, info: Info, form: CancelGatheringInput) -> CancelGatheringPayload:
        """Call a gathering off."""
        row = await gatherings.cancel(
            info.context.actor,
            gathering_id=gathering_id_of(form.gathering_id),
            expected_version=form.expected_version,
        )
        return CancelGatheringPayload(gathering=_shown(info, row))

    @mutation(
        description="Ask somebody it is for to host a gathering instead of me. Requires: to host it.",
        refuses=[Conflict],
    )
    async def offer_gathering_host(self, info: Info, form: OfferGatheringHostInput) -> OfferGatheringHostPayload:
        """Ask somebody to host a gathering."""
        heir = None if form.heir_id is None else uuid_of(form.heir_id, "Profile", what="profile")
        row = await gatherings.offer_host(
            info.context.actor, gathering_id=gathering_id_of(form.gathering_id), profile_id=heir
        )
        return OfferGatheringHostPayload(gathering=_shown(info, row))

    @mutation(
        description="Take a gathering over, or leave it with its host. Requires: to be asked, and a verified mail"
        " address.",
        refuses=[Conflict],
    )
    async def answer_gathering_host(self, info: Info, form: AnswerGatheringHostInput) -> AnswerGatheringHostPayload:
        """Answer an offer to host a gathering."""
        row = await gatherings.answer_host(
            info.context.actor, gathering_id=gathering_id_of(form.gathering_id), accept=form.accept
        )
        return AnswerGatheringHostPayload(gathering=_shown(info, row))

    @mutation(
        description="Say yes, maybe or no to a gathering: a place, one in the line when it is full, or none."
        " Requires: a verified mail address.",
        refuses=[Conflict, LimitReached],
    )
    async def answer_gathering(self, info: Info, form: AnswerGatheringInput) -> AnswerGatheringPayload:
        """Answer a gathering."""
        row = await gathering_guests.answer(
            info.context.actor, gathering_id=gathering_id_of(form.gathering_id), rsvp=form.rsvp
        )
        return AnswerGatheringPayload(gathering=_shown(info, row))

    @mutation(
        description="Check in with the code that the host shows, from half an hour before until the end."
        " Requires: a verified mail address, and a place or that there is one.",
        refuses=[Conflict, LimitReached],
    )
    async def check_in_to_gathering(self, info: Info, form: CheckInToGatheringInput) -> CheckInToGatheringPayload:
        """Check in to a gathering."""
        row = await gathering_guests.check_in(
            info.context.actor, gathering_id=gathering_id_of(form.gathering_id), code=form.check_in_code
        )
        return CheckInToGatheringPayload(gathering=_shown(info, row))

    @mutation(
        description="Say who of those that answered came, or that they did not after all. Requires: to host it.",
        refuses=[Conflict, LimitReached],
    )
    async def note_gathering_guest(self, info: Info, form: NoteGatheringGuestInput) -> NoteGatheringGuestPayload:
        """Say who came to a gathering."""
        row = await gathering_guests.note_guest(
            info.context.actor,
            gathering_id=gathering_id_of(form.gathering_id),
            profile_id=uuid_of(form.guest_id, "Profile", what="profile"),
            came=form.came,
        )
        return NoteGatheringGuestPayload(gathering=_shown(info, row))


def _shown(info: Info, row: rows.Gathering) -> Gathering:
    return Gathering.of(row, info.context.actor.user_id)
