"""Sessions: the room of a mentorship, who is in it, what was said."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from server.domain import topics
from server.domain.sessions import SessionRole, SessionState
from server.kit.paging import PageRequest
from server.models import sessions as rows
from server.queries import calls, session_notes, session_room
from server.queries import sessions as queries
from server.schema.calls import CallSeat, IceServer
from server.schema.core.batching import batched
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.fields import resolved
from server.schema.core.ids import uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.mentorships import Mentorship, load_mentorships, mentorship_id_of
from server.schema.profiles import Profile, keys_of, load_profiles, uuid_key
from server.schema.session_agenda import AgendaItem, SessionTimer, load_items
from server.schema.session_notes import SessionNotes
from server.schema.session_papers import SessionAction, SessionLink
from server.schema.session_room import SessionTalk
from server.services.calls import ice_servers_of

strawberry.enum(SessionState, description="Where a session stands. One that never was live did not happen.")
strawberry.enum(SessionRole, description="What somebody is in a session.")


@strawberry.type(description="Somebody's place in a session.")
class SessionParticipant:
    """A place, whether or not its holder is connected now."""

    role: SessionRole = strawberry.field(description="What they are in it.")
    joined_at: datetime | None = strawberry.field(description="When they first came in.")
    profile_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: rows.SessionParticipant) -> "SessionParticipant":
        """Return the place as the API shows it."""
        return cls(role=row.role, joined_at=row.joined_at, profile_id=row.profile_id)

    @batched(description="Whose place it is.")
    @staticmethod
    async def profile(parents: Sequence["SessionParticipant"], info: Info) -> Sequence[Profile | None]:
        """Return the person of each."""
        found = await load_profiles(info, {p.profile_id for p in parents})
        return [found.get(p.profile_id) for p in parents]


@strawberry.type(description="A line of a session's chat. Requires: a place in the session.")
class SessionMessage(Node):
    """A line; one that was taken back has no text any more."""

    text: str = strawberry.field(description="What was said; empty when it was taken back.")
    at: datetime = strawberry.field(description="When it was said.")
    edited_at: datetime | None = strawberry.field(description="When it was last put differently.")
    deleted_at: datetime | None = strawberry.field(description="When it was taken back.")
    author_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: rows.SessionMessage) -> "SessionMessage":
        """Return the line as the API shows it."""
        return cls(
            key=row.id,
            text=row.text,
            at=row.created_at,
            edited_at=row.edited_at,
            deleted_at=row.deleted_at,
            author_id=row.author_id,
        )

    @batched(description="Who said it.")
    @staticmethod
    async def author(parents: Sequence["SessionMessage"], info: Info) -> Sequence[Profile | None]:
        """Return the author of each."""
        found = await load_profiles(info, {p.author_id for p in parents})
        return [found.get(p.author_id) for p in parents]


@strawberry.type(description="A meeting of a mentorship. Requires: a place in it.")
class Session(Node):
    """A session as those with a place in it see it."""

    title: str = strawberry.field(description="Its title; may be empty.")
    state: SessionState = strawberry.field(description="Where it stands.")
    version: int = strawberry.field(description="Grows with every change.")
    opened_at: datetime = strawberry.field(description="When its room was opened.")
    started_at: datetime | None = strawberry.field(description="When the second person came in.")
    ended_at: datetime | None = strawberry.field(description="When it was closed.")
    timer: SessionTimer = strawberry.field(description="Its timer.")
    mentorship_id: strawberry.Private[UUID]
    current_item_id: strawberry.Private[UUID | None]

    @classmethod
    def of(cls, row: rows.Session) -> "Session":
        """Return the session as the API shows it."""
        return cls(
            key=row.id,
            title=row.title,
            state=row.state,
            version=row.version,
            opened_at=row.created_at,
            started_at=row.started_at,
            ended_at=row.ended_at,
            timer=SessionTimer.of(session_room.timer_of(row)),
            mentorship_id=row.mentorship_id,
            current_item_id=row.current_item_id,
        )

    @resolved(description="The name to follow its room by, over /live.")
    def topic(self) -> str:
        """Return the topic's name."""
        return topics.session(uuid_key(self)).name

    @batched(description="The mentorship that meets.")
    @staticmethod
    async def mentorship(parents: Sequence["Session"], info: Info) -> Sequence[Mentorship | None]:
        """Return the mentorship of each."""
        found = await load_mentorships(info, {p.mentorship_id for p in parents})
        return [found.get(p.mentorship_id) for p in parents]

    @batched(description="Who has a place in it.")
    @staticmethod
    async def participants(parents: Sequence["Session"], info: Info) -> Sequence[list[SessionParticipant]]:
        """Return the places of each session."""
        found = await queries.places_in(info.context.actor, keys_of(parents))
        return [[SessionParticipant.of(row) for row in found[uuid_key(p)]] for p in parents]

    @batched(description="Raised hands and who has the floor.")
    @staticmethod
    async def talk(parents: Sequence["Session"], info: Info) -> Sequence[SessionTalk]:
        """Return how the talk of each goes."""
        found = await session_room.talks_of(info.context.actor, keys_of(parents))
        return [SessionTalk.of(found[uuid_key(p)]) for p in parents]

    @batched(description="What is to be talked about, in this order.")
    @staticmethod
    async def agenda(parents: Sequence["Session"], info: Info) -> Sequence[list[AgendaItem]]:
        """Return the agenda of each."""
        found = await session_room.agendas_of(info.context.actor, keys_of(parents))
        return [[AgendaItem.of(row) for row in found[uuid_key(p)]] for p in parents]

    @batched(description="The item that is talked about now.")
    @staticmethod
    async def current_item(parents: Sequence["Session"], info: Info) -> Sequence[AgendaItem | None]:
        """Return the current item of each."""
        found = await load_items(info, {p.current_item_id for p in parents if p.current_item_id is not None})
        return [None if p.current_item_id is None else found.get(p.current_item_id) for p in parents]

    @batched(description="The links in its room, first added first.")
    @staticmethod
    async def links(parents: Sequence["Session"], info: Info) -> Sequence[list[SessionLink]]:
        """Return the links of each."""
        found = await session_room.links_of(info.context.actor, keys_of(parents))
        return [[SessionLink.of(row) for row in found[uuid_key(p)]] for p in parents]

    @batched(description="What was agreed on in it, first agreed first.")
    @staticmethod
    async def actions(parents: Sequence["Session"], info: Info) -> Sequence[list[SessionAction]]:
        """Return the actions of each."""
        found = await session_room.actions_of(info.context.actor, keys_of(parents))
        return [[SessionAction.of(row) for row in found[uuid_key(p)]] for p in parents]

    @batched(description="What was written in it together.")
    @staticmethod
    async def notes(parents: Sequence["Session"], info: Info) -> Sequence[SessionNotes]:
        """Return the notes of each."""
        found = await session_notes.notes_of(info.context.actor, keys_of(parents))
        return [SessionNotes.of(found[uuid_key(p)]) for p in parents]

    @batched(description="Who is in its call, first come first.")
    @staticmethod
    async def call(parents: Sequence["Session"], info: Info) -> Sequence[list[CallSeat]]:
        """Return the seats of each call."""
        found = await calls.calls_of(info.context.actor, keys_of(parents))
        return [[CallSeat.of(seat) for seat in found[uuid_key(p)]] for p in parents]

    @batched(
        description="Servers that help browsers find each other, with my credentials for a while; none unless the"
        " session is open and I am in it."
    )
    @staticmethod
    async def ice_servers(parents: Sequence["Session"], info: Info) -> Sequence[list[IceServer]]:
        """Return the servers for the viewer in each."""
        found = await ice_servers_of(info.context.actor, keys_of(parents))
        return [[IceServer.of(server) for server in found[uuid_key(p)]] for p in parents]

    @batched(description="What was said, oldest first; `last` for the newest.", order=queries.OLDEST_MESSAGES)
    @staticmethod
    async def messages(
        parents: Sequence["Session"], info: Info, page: PageRequest
    ) -> Sequence[Connection[SessionMessage]]:
        """Return a page of the chat of each."""
        found = await queries.messages_of(info.context.actor, keys_of(parents), page)
        return [connection_of(found[uuid_key(p)], SessionMessage.of) for p in parents]


def session_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a session, or refuse with NotFound."""
    return uuid_of(global_id, "Session", what="session")


@node_loader("Session")
async def load_sessions(info: Info, keys: Collection[UUID]) -> Mapping[UUID, Session]:
    """Return the sessions the viewer has a place in."""
    found = await queries.visible(info.context.actor, keys)
    return {key: Session.of(row) for key, row in found.items()}


@node_loader("SessionMessage")
async def load_messages(info: Info, keys: Collection[UUID]) -> Mapping[UUID, SessionMessage]:
    """Return the lines the viewer may read."""
    found = await queries.visible_messages(info.context.actor, keys)
    return {key: SessionMessage.of(row) for key, row in found.items()}


@strawberry.type
class SessionQuery:
    """The root fields about sessions."""

    @connection_field(
        order=queries.NEWEST_SESSIONS,
        description="Sessions I have a place in. Requires: a signed-in user.",
    )
    async def sessions(
        self,
        info: Info,
        page: PageRequest,
        mentorship_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only of this mentorship; null: of all.")
        ] = None,
    ) -> Connection[Session]:
        """Return a page of the viewer's sessions."""
        actor = info.context.actor
        if mentorship_id is None:
            return connection_of(await queries.own_page(actor, page), Session.of)
        key = mentorship_id_of(mentorship_id)
        return connection_of((await queries.pages_of_mentorships(actor, [key], page))[key], Session.of)
