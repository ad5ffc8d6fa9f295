"""Links and actions of a session, as types."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import strawberry

from server.models import session_room as rows
from server.queries import session_room as queries
from server.schema.core.batching import batched
from server.schema.core.context import Info
from server.schema.core.ids import uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.profiles import Profile, load_profiles


@strawberry.type(description="A web address in a session's room. Requires: a place in the session.")
class SessionLink(Node):
    """A link as those in the room see it."""

    url: str = strawberry.field(description="The address, http or https.")
    title: str = strawberry.field(description="Its title; may be empty.")
    added_at: datetime = strawberry.field(description="When it was put there.")
    added_by: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: rows.SessionLink) -> "SessionLink":
        """Return the link as the API shows it."""
        return cls(key=row.id, url=row.url, title=row.title, added_at=row.created_at, added_by=row.added_by)

    @batched(description="Who put it there.")
    @staticmethod
    async def author(parents: Sequence["SessionLink"], info: Info) -> Sequence[Profile | None]:
        """Return the author of each."""
        found = await load_profiles(info, {p.added_by for p in parents})
        return [found.get(p.added_by) for p in parents]


@strawberry.type(
    description="What one of the two will do. Requires: a place in the session it was agreed in; to be one of the two."
)
class SessionAction(Node):
    """An action as the two see it, also after the session."""

    text: str = strawberry.field(description="What is to be done.")
    due_on: date | None = strawberry.field(description="Until when.")
    done_at: datetime | None = strawberry.field(description="When it was marked done.")
    added_at: datetime = strawberry.field(description="When it was agreed on.")
    is_beside: bool = strawberry.field(description="Whether it was agreed on beside the sessions.")
    version: int = strawberry.field(description="Grows with every change; give it back as expectedVersion.")
    owner_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: rows.SessionAction) -> "SessionAction":
        """Return the action as the API shows it."""
        return cls(
            key=row.id,
            text=row.text,
            due_on=row.due_on,
            done_at=row.done_at,
            added_at=row.created_at,
            is_beside=row.session_id is None,
            version=row.version,
            owner_id=row.owner_id,
        )

    @batched(description="Who will do it.")
    @staticmethod
    async def owner(parents: Sequence["SessionAction"], info: Info) -> Sequence[Profile | None]:
        """Return the owner of each."""
        found = await load_profiles(info, {p.owner_id for p in parents})
        return [found.get(p.owner_id) for p in parents]


@node_loader("SessionLink")
async def load_links(info: Info, keys: Collection[UUID]) -> Mapping[UUID, SessionLink]:
    """Return the links the viewer may see."""
    found = await queries.visible_links(info.context.actor, keys)
    return {key: SessionLink.of(row) for key, row in found.items()}


@node_loader("SessionAction")
async def load_actions(info: Info, keys: Collection[UUID]) -> Mapping[UUID, SessionAction]:
    """Return the actions the viewer may see."""
    found = await queries.visible_actions(info.context.actor, keys)
    return {key: SessionAction.of(row) for key, row in found.items()}


def link_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a link, or refuse with NotFound."""
    return uuid_of(global_id, "SessionLink", what="link")


def action_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of an action, or refuse with NotFound."""
    return uuid_of(global_id, "SessionAction", what="action")
