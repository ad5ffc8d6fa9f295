"""Who wrote what in circles, as seats the viewer sees. For things the viewer was shown."""

from collections.abc import Collection, Mapping
from typing import Literal
from uuid import UUID

from server.domain.actors import Actor
from server.models.database import connection
from server.queries.circles import SeatView, seats_by_people

Table = Literal["circle_post", "circle_thread", "circle_resource", "circle_item"]

_AUTHORS: Mapping[Table, str] = {
    "circle_post": "SELECT p.id, t.circle_id, p.author_id FROM circle_post p JOIN circle_thread t ON t.id = p.thread_id"
    " WHERE p.id = ANY($1)",
    "circle_thread": "SELECT id, circle_id, author_id FROM circle_thread WHERE id = ANY($1)",
    "circle_resource": "SELECT id, circle_id, added_by AS author_id FROM circle_resource WHERE id = ANY($1)",
    "circle_item": "SELECT id, circle_id, profile_id AS author_id FROM circle_item WHERE id = ANY($1)",
}


async def authors_of(actor: Actor, table: Table, ids: Collection[UUID]) -> dict[UUID, SeatView]:
    """Return the author's seat of each thing, by the thing's id; whoever has none there is left out. Two statements."""
    _, rows = await connection().execute_query(_AUTHORS[table], [list(ids)])
    seats = await seats_by_people(actor, {row["circle_id"] for row in rows}, {row["author_id"] for row in rows})
    return {
        row["id"]: seats[row["circle_id"], row["author_id"]]
        for row in rows
        if (row["circle_id"], row["author_id"]) in seats
    }
