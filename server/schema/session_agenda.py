"""The agenda and the timer of a session, as types."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

import strawberry

from server.domain.session_agenda import Timer, TimerAction
from server.models import session_room as rows
from server.queries import session_room as queries
from server.schema.core.context import Info
from server.schema.core.ids import uuid_of
from server.schema.core.nodes import Node, node_loader

strawberry.enum(TimerAction, description="What can be done to a session's timer.")


@strawberry.type(description="An item of a session's agenda. Requires: a place in the session.")
class AgendaItem(Node):
    """An item as those in the room see it."""

    title: str = strawberry.field(description="What is to be talked about.")
    minutes: int = strawberry.field(description="How long that may take.")
    done_at: datetime | None = strawberry.field(description="When it was marked done.")

    @classmethod
    def of(cls, row: rows.AgendaItem) -> "AgendaItem":
        """Return the item as the API shows it."""
        return cls(key=row.id, title=row.title, minutes=row.minutes, done_at=row.done_at)


@strawberry.type(description="A session's timer. Clients count by themselves.")
class SessionTimer:
    """Running: two instants. Paused: what is left. Stopped: nothing."""

    started_at: datetime | None = strawberry.field(description="Since when it runs; null when it does not.")
    ends_at: datetime | None = strawberry.field(description="When it is up; null when it does not run.")
    left_seconds: int | None = strawberry.field(description="What is left while it is paused.")

    @classmethod
    def of(cls, timer: Timer) -> "SessionTimer":
        """Return the timer as the API shows it."""
        return cls(started_at=timer.started_at, ends_at=timer.ends_at, left_seconds=timer.left_seconds)


@node_loader("AgendaItem")
async def load_items(info: Info, keys: Collection[UUID]) -> Mapping[UUID, AgendaItem]:
    """Return the items the viewer may see."""
    found = await queries.visible_items(info.context.actor, keys)
    return {key: AgendaItem.of(row) for key, row in found.items()}


def item_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of an item, or refuse with NotFound."""
    return uuid_of(global_id, "AgendaItem", what="agenda item")
