"""Commands on the agenda, the timer, links and actions of a session."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from server.domain.actors import Actor
from server.domain.session_agenda import TimerAction
from server.kit.naming import camel_keys
from server.queries.session_room import action_view, item_view, link_view, timer_of
from server.realtime.commands.registry import setting
from server.services import session_agenda, session_papers
from server.services.session_agenda import ItemForm
from server.services.session_papers import ActionForm

_Text = Annotated[str, Meta(max_length=4_000)]
Json = dict[str, Any]


class AddItem(Struct, frozen=True, rename="camel"):
    """Put an item on the agenda."""

    session_id: UUID
    title: _Text
    minutes: int


class EditItem(Struct, frozen=True, rename="camel"):
    """Put an item differently, or mark it."""

    item_id: UUID
    title: _Text
    minutes: int
    is_done: bool = False


class OneItem(Struct, frozen=True, rename="camel"):
    """Which item."""

    item_id: UUID


class MoveItem(Struct, frozen=True, rename="camel"):
    """Where an item is to be, counted from 0."""

    item_id: UUID
    position: int


class SetTimer(Struct, frozen=True, rename="camel"):
    """What to do to the timer; `seconds` is for start."""

    session_id: UUID
    action: TimerAction
    seconds: int | None = None


class AddLink(Struct, frozen=True, rename="camel"):
    """Put a web address into the room."""

    session_id: UUID
    url: _Text
    title: _Text = ""


class OneLink(Struct, frozen=True, rename="camel"):
    """Which link."""

    link_id: UUID


class AddAction(Struct, frozen=True, rename="camel"):
    """Agree on what somebody will do."""

    session_id: UUID
    text: _Text
    owner_id: UUID
    due_on: date | None = None


class EditAction(Struct, frozen=True, rename="camel"):
    """Change an action."""

    action_id: UUID
    text: _Text
    owner_id: UUID
    due_on: date | None = None
    is_done: bool = False


class OneAction(Struct, frozen=True, rename="camel"):
    """Which action."""

    action_id: UUID


class ItemNow(Struct, frozen=True, rename="camel"):
    """The item after a command."""

    item: Json


class CurrentItem(Struct, frozen=True, rename="camel"):
    """What is talked about after a command."""

    session_id: UUID
    current_id: UUID | None


class TimerNow(Struct, frozen=True, rename="camel"):
    """The timer after a command."""

    session_id: UUID
    timer: Json


class LinkNow(Struct, frozen=True, rename="camel"):
    """The link after a command."""

    link: Json


class ActionNow(Struct, frozen=True, rename="camel"):
    """The action after a command."""

    action: Json


class Gone(Struct, frozen=True, rename="camel"):
    """The session in which something is no more; null for an action of a mentorship beside its sessions."""

    session_id: UUID | None


def _plain(view: object) -> Json:
    """Return a view as facts and pictures have it."""
    plain: Json = camel_keys(msgspec.to_builtins(view, str_keys=True))
    return plain


@setting("agenda.add", AddItem)
async def add_item(actor: Actor, asked: AddItem) -> ItemNow:
    """Put an item on the agenda."""
    form = ItemForm(asked.title, asked.minutes)
    row = await session_agenda.add_item(actor, session_id=asked.session_id, form=form)
    return ItemNow(_plain(item_view(row)))


@setting("agenda.edit", EditItem)
async def edit_item(actor: Actor, asked: EditItem) -> ItemNow:
    """Put an item differently, or mark it."""
    form = ItemForm(asked.title, asked.minutes, asked.is_done)
    return ItemNow(_plain(item_view(await session_agenda.edit_item(actor, item_id=asked.item_id, form=form))))


@setting("agenda.move", MoveItem)
async def move_item(actor: Actor, asked: MoveItem) -> ItemNow:
    """Put an item at another place."""
    return ItemNow(
        _plain(item_view(await session_agenda.move_item(actor, item_id=asked.item_id, position=asked.position)))
    )


@setting("agenda.remove", OneItem)
async def remove_item(actor: Actor, asked: OneItem) -> CurrentItem:
    """Take an item off the agenda."""
    row = await session_agenda.remove_item(actor, item_id=asked.item_id)
    return CurrentItem(row.id, row.current_item_id)


@setting("agenda.take_up", OneItem)
async def take_up_item(actor: Actor, asked: OneItem) -> CurrentItem:
    """Make an item the one that is talked about."""
    row = await session_agenda.take_up_item(actor, item_id=asked.item_id)
    return CurrentItem(row.id, row.current_item_id)


@setting("timer.set", SetTimer)
async def set_timer(actor: Actor, asked: SetTimer) -> TimerNow:
    """Start, pause, resume or stop the timer."""
    row = await session_agenda.set_timer(actor, session_id=asked.session_id, action=asked.action, seconds=asked.seconds)
    return TimerNow(row.id, _plain(timer_of(row)))


@setting("link.add", AddLink)
async def add_link(actor: Actor, asked: AddLink) -> LinkNow:
    """Put a web address into the room."""
    row = await session_papers.add_link(actor, session_id=asked.session_id, url=asked.url, title=asked.title)
    return LinkNow(_plain(link_view(row)))


@setting("link.remove", OneLink)
async def remove_link(actor: Actor, asked: OneLink) -> Gone:
    """Take a link out of the room."""
    return Gone(await session_papers.remove_link(actor, link_id=asked.link_id))


@setting("action.add", AddAction)
async def add_action(actor: Actor, asked: AddAction) -> ActionNow:
    """Agree on what somebody will do."""
    form = ActionForm(asked.text, asked.owner_id, asked.due_on)
    row = await session_papers.add_action(actor, session_id=asked.session_id, form=form)
    return ActionNow(_plain(action_view(row)))


@setting("action.edit", EditAction)
async def edit_action(actor: Actor, asked: EditAction) -> ActionNow:
    """Change an action, also after the session."""
    form = ActionForm(asked.text, asked.owner_id, asked.due_on, asked.is_done)
    return ActionNow(_plain(action_view(await session_papers.edit_action(actor, action_id=asked.action_id, form=form))))


@setting("action.remove", OneAction)
async def remove_action(actor: Actor, asked: OneAction) -> Gone:
    """Drop an action, also after the session."""
    return Gone(await session_papers.remove_action(actor, action_id=asked.action_id))
