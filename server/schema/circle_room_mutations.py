"""The room of a circle's meeting, as mutations. The same use cases as the commands over /live."""

from uuid import UUID

import strawberry

from server.domain.errors import NotFound
from server.schema.circle_meetings import CircleMeeting, load_meetings, meeting_id_of
from server.schema.circle_people import seat_id_of
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, mutation
from server.services import circle_room


@strawberry.input(description="For startCircleMeeting.")
class StartCircleMeetingInput:
    """What StartCircleMeeting takes."""

    meeting_id: strawberry.ID = strawberry.field(description="Which meeting.")


@strawberry.type(description="A meeting under way.")
class StartCircleMeetingPayload:
    """What StartCircleMeeting gives."""

    meeting: CircleMeeting = strawberry.field(description="The meeting as it is now.")


@strawberry.input(description="For enterCircleMeeting.")
class EnterCircleMeetingInput:
    """What EnterCircleMeeting takes."""

    meeting_id: strawberry.ID = strawberry.field(description="Which meeting.")


@strawberry.type(description="A meeting one is in.")
class EnterCircleMeetingPayload:
    """What EnterCircleMeeting gives."""

    meeting: CircleMeeting = strawberry.field(description="The meeting as it is now.")


@strawberry.input(description="For stepOutOfCircleMeeting.")
class StepOutOfCircleMeetingInput:
    """What StepOutOfCircleMeeting takes."""

    meeting_id: strawberry.ID = strawberry.field(description="Which meeting.")


@strawberry.type(description="A meeting one left.")
class StepOutOfCircleMeetingPayload:
    """What StepOutOfCircleMeeting gives."""

    meeting: CircleMeeting = strawberry.field(description="The meeting as it is now.")


@strawberry.input(description="For setCircleHand.")
class SetCircleHandInput:
    """What SetCircleHand takes."""

    meeting_id: strawberry.ID = strawberry.field(description="Which meeting.")
    is_raised: bool = strawberry.field(description="Up or down.")


@strawberry.type(description="A meeting with a hand up, or down.")
class SetCircleHandPayload:
    """What SetCircleHand gives."""

    meeting: CircleMeeting = strawberry.field(description="The meeting as it is now.")


@strawberry.input(description="For giveCircleTurn.")
class GiveCircleTurnInput:
    """What GiveCircleTurn takes."""

    meeting_id: strawberry.ID = strawberry.field(description="Which meeting.")
    to_seat_id: strawberry.ID | None = strawberry.field(
        default=None, description="Whose; null for who is next in the round."
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="A meeting with somebody's turn.")
class GiveCircleTurnPayload:
    """What GiveCircleTurn gives."""

    meeting: CircleMeeting = strawberry.field(description="The meeting as it is now.")


@strawberry.input(description="For endCircleTurn.")
class EndCircleTurnInput:
    """What EndCircleTurn takes."""

    meeting_id: strawberry.ID = strawberry.field(description="Which meeting.")


@strawberry.type(description="A meeting with nobody's turn.")
class EndCircleTurnPayload:
    """What EndCircleTurn gives."""

    meeting: CircleMeeting = strawberry.field(description="The meeting as it is now.")


@strawberry.input(description="For endCircleMeeting.")
class EndCircleMeetingInput:
    """What EndCircleMeeting takes."""

    meeting_id: strawberry.ID = strawberry.field(description="Which meeting.")


@strawberry.type(description="A meeting that was held.")
class EndCircleMeetingPayload:
    """What EndCircleMeeting gives."""

    meeting: CircleMeeting = strawberry.field(description="The meeting as it is now.")


@strawberry.type
class CircleRoomMutation:
    """The mutations in a meeting's room."""

    @mutation(description="Open a meeting's room and go in. Requires: to facilitate it.", refuses=[Conflict])
    async def start_circle_meeting(self, info: Info, form: StartCircleMeetingInput) -> StartCircleMeetingPayload:
        """Start a meeting."""
        key = meeting_id_of(form.meeting_id)
        await circle_room.start_meeting(info.context.actor, meeting_id=key)
        return StartCircleMeetingPayload(meeting=await _now(info, key))

    @mutation(description="Go into a meeting under way. Requires: a seat in the circle.", refuses=[Conflict])
    async def enter_circle_meeting(self, info: Info, form: EnterCircleMeetingInput) -> EnterCircleMeetingPayload:
        """Go in."""
        key = meeting_id_of(form.meeting_id)
        await circle_room.enter_room(info.context.actor, meeting_id=key)
        return EnterCircleMeetingPayload(meeting=await _now(info, key))

    @mutation(description="Leave a meeting before its end. Requires: to be in it.", refuses=[Conflict])
    async def step_out_of_circle_meeting(
        self, info: Info, form: StepOutOfCircleMeetingInput
    ) -> StepOutOfCircleMeetingPayload:
        """Step out."""
        key = meeting_id_of(form.meeting_id)
        await circle_room.leave_room(info.context.actor, meeting_id=key)
        return StepOutOfCircleMeetingPayload(meeting=await _now(info, key))

    @mutation(description="Raise my hand, or take it down. Requires: to be in the meeting.", refuses=[Conflict])
    async def set_circle_hand(self, info: Info, form: SetCircleHandInput) -> SetCircleHandPayload:
        """Raise or lower a hand."""
        key = meeting_id_of(form.meeting_id)
        await circle_room.set_hand(info.context.actor, meeting_id=key, is_raised=form.is_raised)
        return SetCircleHandPayload(meeting=await _now(info, key))

    @mutation(
        description="Give the turn, or pass mine on. Requires: to facilitate the meeting, or to have the turn.",
        refuses=[Conflict],
    )
    async def give_circle_turn(self, info: Info, form: GiveCircleTurnInput) -> GiveCircleTurnPayload:
        """Give the turn."""
        key = meeting_id_of(form.meeting_id)
        seat_id = None if form.to_seat_id is None else seat_id_of(form.to_seat_id)
        await circle_room.give_turn(
            info.context.actor, meeting_id=key, seat_id=seat_id, idempotency_key=form.idempotency_key
        )
        return GiveCircleTurnPayload(meeting=await _now(info, key))

    @mutation(
        description="End the turn that is on. Requires: to have it, or to facilitate the meeting.", refuses=[Conflict]
    )
    async def end_circle_turn(self, info: Info, form: EndCircleTurnInput) -> EndCircleTurnPayload:
        """End a turn."""
        key = meeting_id_of(form.meeting_id)
        await circle_room.end_turn(info.context.actor, meeting_id=key)
        return EndCircleTurnPayload(meeting=await _now(info, key))

    @mutation(description="Close the room: the meeting was held. Requires: to facilitate it.", refuses=[Conflict])
    async def end_circle_meeting(self, info: Info, form: EndCircleMeetingInput) -> EndCircleMeetingPayload:
        """End a meeting."""
        key = meeting_id_of(form.meeting_id)
        await circle_room.end_meeting(info.context.actor, meeting_id=key)
        return EndCircleMeetingPayload(meeting=await _now(info, key))


async def _now(info: Info, key: UUID) -> CircleMeeting:
    """Return a meeting as it is now; NotFound for a guest whose meeting is over."""
    found = (await load_meetings(info, [key])).get(key)
    if found is None:
        raise NotFound("meeting")
    return found
