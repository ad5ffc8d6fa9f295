"""Hands and the floor of a session, as mutations. The same use cases as the commands over /live."""

import strawberry

from server.schema.core.context import Info
from server.schema.core.errors import Conflict, mutation
from server.schema.core.ids import uuid_of
from server.schema.session_room import SessionTalk
from server.schema.sessions import session_id_of
from server.services import session_floor

_SESSION = "Which session."


@strawberry.input(description="For raiseHand.")
class RaiseHandInput:
    """What RaiseHand takes."""

    session_id: strawberry.ID = strawberry.field(description=_SESSION)


@strawberry.type(description="The talk after a hand went up.")
class RaiseHandPayload:
    """What RaiseHand gives."""

    talk: SessionTalk = strawberry.field(description="Hands and floor as they are now.")


@strawberry.input(description="For lowerHand.")
class LowerHandInput:
    """What LowerHand takes."""

    session_id: strawberry.ID = strawberry.field(description=_SESSION)
    profile_id: strawberry.ID | None = strawberry.field(default=None, description="Whose, for the host; null: my own.")


@strawberry.type(description="The talk after a hand went down.")
class LowerHandPayload:
    """What LowerHand gives."""

    talk: SessionTalk = strawberry.field(description="Hands and floor as they are now.")


@strawberry.input(description="For giveFloor.")
class GiveFloorInput:
    """What GiveFloor takes."""

    session_id: strawberry.ID = strawberry.field(description=_SESSION)
    profile_id: strawberry.ID = strawberry.field(description="Who is called on.")


@strawberry.type(description="The talk after somebody was called on.")
class GiveFloorPayload:
    """What GiveFloor gives."""

    talk: SessionTalk = strawberry.field(description="Hands and floor as they are now.")


@strawberry.input(description="For endFloor.")
class EndFloorInput:
    """What EndFloor takes."""

    session_id: strawberry.ID = strawberry.field(description=_SESSION)


@strawberry.type(description="The talk after the floor was left.")
class EndFloorPayload:
    """What EndFloor gives."""

    talk: SessionTalk = strawberry.field(description="Hands and floor as they are now.")


@strawberry.type
class SessionFloorMutation:
    """The mutations on hands and floor."""

    @mutation(description="Raise my hand. Requires: to be in the session.", refuses=[Conflict])
    async def raise_hand(self, info: Info, form: RaiseHandInput) -> RaiseHandPayload:
        """Raise a hand."""
        talk = await session_floor.raise_hand(info.context.actor, session_id=session_id_of(form.session_id))
        return RaiseHandPayload(talk=SessionTalk.of(talk))

    @mutation(
        description="Lower my hand, or as the host somebody's. Requires: a place in the session.", refuses=[Conflict]
    )
    async def lower_hand(self, info: Info, form: LowerHandInput) -> LowerHandPayload:
        """Lower a hand."""
        whose = None if form.profile_id is None else uuid_of(form.profile_id, "Profile", what="participant")
        talk = await session_floor.lower_hand(
            info.context.actor, session_id=session_id_of(form.session_id), profile_id=whose
        )
        return LowerHandPayload(talk=SessionTalk.of(talk))

    @mutation(description="Call on somebody who is in the session. Requires: its host.", refuses=[Conflict])
    async def give_floor(self, info: Info, form: GiveFloorInput) -> GiveFloorPayload:
        """Call on somebody."""
        talk = await session_floor.give_floor(
            info.context.actor,
            session_id=session_id_of(form.session_id),
            profile_id=uuid_of(form.profile_id, "Profile", what="participant"),
        )
        return GiveFloorPayload(talk=SessionTalk.of(talk))

    @mutation(description="Leave the floor. Requires: who has it, or the host.", refuses=[Conflict])
    async def end_floor(self, info: Info, form: EndFloorInput) -> EndFloorPayload:
        """Leave the floor, or take it back."""
        talk = await session_floor.end_floor(info.context.actor, session_id=session_id_of(form.session_id))
        return EndFloorPayload(talk=SessionTalk.of(talk))
