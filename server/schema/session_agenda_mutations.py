"""The agenda and the timer of a session, as mutations. The same use cases as the commands over /live."""

import strawberry

from server.domain.session_agenda import TimerAction
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.session_agenda import AgendaItem, item_id_of
from server.schema.sessions import Session, session_id_of
from server.services import session_agenda
from server.services.session_agenda import ItemForm


@strawberry.input(description="For addAgendaItem.")
class AddAgendaItemInput:
    """What AddAgendaItem takes."""

    session_id: strawberry.ID = strawberry.field(description="Which session.")
    title: str = strawberry.field(description="1 to 120 characters.")
    minutes: int = strawberry.field(description="1 to 120.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="An item on the agenda.")
class AddAgendaItemPayload:
    """What AddAgendaItem gives."""

    item: AgendaItem = strawberry.field(description="The item as it is now.")


@strawberry.input(description="For editAgendaItem.")
class EditAgendaItemInput:
    """What EditAgendaItem takes."""

    item_id: strawberry.ID = strawberry.field(description="Which item.")
    title: str = strawberry.field(description="1 to 120 characters.")
    minutes: int = strawberry.field(description="1 to 120.")
    is_done: bool = strawberry.field(default=False, description="Whether it is done.")


@strawberry.type(description="An item that was changed.")
class EditAgendaItemPayload:
    """What EditAgendaItem gives."""

    item: AgendaItem = strawberry.field(description="The item as it is now.")


@strawberry.input(description="For moveAgendaItem.")
class MoveAgendaItemInput:
    """What MoveAgendaItem takes."""

    item_id: strawberry.ID = strawberry.field(description="Which item.")
    position: int = strawberry.field(description="Where it is to be, counted from 0.")


@strawberry.type(description="An item at another place.")
class MoveAgendaItemPayload:
    """What MoveAgendaItem gives."""

    item: AgendaItem = strawberry.field(description="The item as it is now.")


@strawberry.input(description="For removeAgendaItem.")
class RemoveAgendaItemInput:
    """What RemoveAgendaItem takes."""

    item_id: strawberry.ID = strawberry.field(description="Which item.")


@strawberry.type(description="An agenda without the item.")
class RemoveAgendaItemPayload:
    """What RemoveAgendaItem gives."""

    session: Session = strawberry.field(description="The session as it is now.")


@strawberry.input(description="For takeUpAgendaItem.")
class TakeUpAgendaItemInput:
    """What TakeUpAgendaItem takes."""

    item_id: strawberry.ID = strawberry.field(description="Which item.")


@strawberry.type(description="A session that talks about the item.")
class TakeUpAgendaItemPayload:
    """What TakeUpAgendaItem gives."""

    session: Session = strawberry.field(description="The session as it is now.")


@strawberry.input(description="For setTimer.")
class SetTimerInput:
    """What SetTimer takes."""

    session_id: strawberry.ID = strawberry.field(description="Which session.")
    action: TimerAction = strawberry.field(description="What to do.")
    seconds: int | None = strawberry.field(default=None, description="For START: 1 to 14,400.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="A session whose timer was set.")
class SetTimerPayload:
    """What SetTimer gives."""

    session: Session = strawberry.field(description="The session as it is now.")


@strawberry.type
class SessionAgendaMutation:
    """The mutations on agenda and timer."""

    @mutation(
        description="Put an item at the end of the agenda. Requires: to be one of the mentorship's two.",
        refuses=[Conflict, LimitReached],
    )
    async def add_agenda_item(self, info: Info, form: AddAgendaItemInput) -> AddAgendaItemPayload:
        """Put an item at the end of the agenda."""
        row = await session_agenda.add_item(
            info.context.actor,
            session_id=session_id_of(form.session_id),
            form=ItemForm(form.title, form.minutes),
            idempotency_key=form.idempotency_key,
        )
        return AddAgendaItemPayload(item=AgendaItem.of(row))

    @mutation(
        description="Reword an item, or mark it done or not done. Requires: to be one of the mentorship's two.",
        refuses=[Conflict],
    )
    async def edit_agenda_item(self, info: Info, form: EditAgendaItemInput) -> EditAgendaItemPayload:
        """Reword an item, or mark it done or not done."""
        row = await session_agenda.edit_item(
            info.context.actor,
            item_id=item_id_of(form.item_id),
            form=ItemForm(form.title, form.minutes, form.is_done),
        )
        return EditAgendaItemPayload(item=AgendaItem.of(row))

    @mutation(
        description="Put an item at another place. Requires: to be one of the mentorship's two.", refuses=[Conflict]
    )
    async def move_agenda_item(self, info: Info, form: MoveAgendaItemInput) -> MoveAgendaItemPayload:
        """Put an item at another place."""
        row = await session_agenda.move_item(
            info.context.actor, item_id=item_id_of(form.item_id), position=form.position
        )
        return MoveAgendaItemPayload(item=AgendaItem.of(row))

    @mutation(
        description="Take an item off the agenda. Requires: to be one of the mentorship's two.", refuses=[Conflict]
    )
    async def remove_agenda_item(self, info: Info, form: RemoveAgendaItemInput) -> RemoveAgendaItemPayload:
        """Take an item off the agenda."""
        row = await session_agenda.remove_item(info.context.actor, item_id=item_id_of(form.item_id))
        return RemoveAgendaItemPayload(session=Session.of(row))

    @mutation(
        description="Make an item the one that is talked about. Requires: to be one of the mentorship's two.",
        refuses=[Conflict],
    )
    async def take_up_agenda_item(self, info: Info, form: TakeUpAgendaItemInput) -> TakeUpAgendaItemPayload:
        """Make an item the one that is talked about."""
        row = await session_agenda.take_up_item(info.context.actor, item_id=item_id_of(form.item_id))
        return TakeUpAgendaItemPayload(session=Session.of(row))

    @mutation(
        description="Start, pause, resume or stop the timer. Requires: to be one of the mentorship's two.",
        refuses=[Conflict],
    )
    async def set_timer(self, info: Info, form: SetTimerInput) -> SetTimerPayload:
        """Start, pause, resume or stop the timer."""
        row = await session_agenda.set_timer(
            info.context.actor,
            session_id=session_id_of(form.session_id),
            action=form.action,
            seconds=form.seconds,
            idempotency_key=form.idempotency_key,
        )
        return SetTimerPayload(session=Session.of(row))
