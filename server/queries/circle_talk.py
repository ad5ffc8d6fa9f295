"""Reading what is written in circles. Threads and posts of whom the viewer does not see are not there for them.

A thread started by somebody unseen is left out whole, with what others answered in it.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.circle_talk import Reaction
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.circle_talk import CircleCheck, CirclePost, CircleResource, CircleThread
from server.models.database import connection
from server.queries.circles import memberships_of, unseen

NEWEST_THREADS = Order("circle_threads.changed", (datetime, UUID), descending=True)
OLDEST_POSTS = Order("circle_posts.oldest", (datetime, UUID))
NEWEST_RESOURCES = Order("circle_resources.newest", (datetime, UUID), descending=True)
NEWEST_CHECKS = Order("circle_checks.newest", (datetime, UUID), descending=True)

_MEMBER = """EXISTS (SELECT 1 FROM circle_seat own
    WHERE own.circle_id = c.id AND own.profile_id = $1 AND own.state = 'seated' AND own.role <> 'guest')"""
_THREADS = f"""
SELECT found.* FROM unnest($2::uuid[]) AS wanted (circle_id)
CROSS JOIN LATERAL (
    SELECT t.* FROM circle_thread t JOIN circle c ON c.id = t.circle_id
    WHERE t.circle_id = wanted.circle_id AND NOT {unseen("t.author_id")} AND {{bound}}
    ORDER BY t.changed_at {{direction}}, t.id {{direction}} LIMIT {{fetch}}
) AS found
ORDER BY found.changed_at {{direction}}, found.id {{direction}}
"""  # noqa: S608 - made of constants
_POSTS = f"""
SELECT found.* FROM unnest($2::uuid[]) AS wanted (thread_id)
CROSS JOIN LATERAL (
    SELECT p.* FROM circle_post p JOIN circle_thread t ON t.id = p.thread_id JOIN circle c ON c.id = t.circle_id
    WHERE p.thread_id = wanted.thread_id AND {_MEMBER} AND NOT {unseen("t.author_id")}
      AND NOT {unseen("p.author_id")} AND {{bound}}
    ORDER BY p.created_at {{direction}}, p.id {{direction}} LIMIT {{fetch}}
) AS found
ORDER BY found.created_at {{direction}}, found.id {{direction}}
"""  # noqa: S608 - made of constants
_RESOURCES = f"""
SELECT found.* FROM unnest($2::uuid[]) AS wanted (circle_id)
CROSS JOIN LATERAL (
    SELECT r.* FROM circle_resource r JOIN circle c ON c.id = r.circle_id
    WHERE r.circle_id = wanted.circle_id AND NOT {unseen("r.added_by")} AND {{bound}}
    ORDER BY r.created_at {{direction}}, r.id {{direction}} LIMIT {{fetch}}
) AS found
ORDER BY found.created_at {{direction}}, found.id {{direction}}
"""  # noqa: S608 - made of constants
_THREADS_BY_ID = f"""
SELECT t.* FROM circle_thread t JOIN circle c ON c.id = t.circle_id
WHERE t.id = ANY($2) AND {_MEMBER} AND NOT {unseen("t.author_id")}
"""  # noqa: S608 - made of constants
_POSTS_BY_ID = f"""
SELECT p.* FROM circle_post p JOIN circle_thread t ON t.id = p.thread_id JOIN circle c ON c.id = t.circle_id
WHERE p.id = ANY($2) AND {_MEMBER} AND NOT {unseen("t.author_id")} AND NOT {unseen("p.author_id")}
"""  # noqa: S608 - made of constants
_RESOURCES_BY_ID = f"""
SELECT r.* FROM circle_resource r JOIN circle c ON c.id = r.circle_id
WHERE r.id = ANY($2) AND {_MEMBER} AND NOT {unseen("r.added_by")}
"""  # noqa: S608 - made of constants
_REACTIONS = f"""
SELECT x.post_id, x.kind, count(*) AS total, bool_or(x.profile_id = $1) AS is_mine
FROM circle_reaction x JOIN circle_post p ON p.id = x.post_id JOIN circle_thread t ON t.id = p.thread_id
JOIN circle c ON c.id = t.circle_id
WHERE x.post_id = ANY($2) AND NOT {unseen("x.profile_id")} GROUP BY x.post_id, x.kind ORDER BY x.kind
"""  # noqa: S608 - made of constants
_CHECKS = """
SELECT * FROM circle_check WHERE profile_id = $1 AND {bound}
ORDER BY created_at {direction}, id {direction} LIMIT {fetch}
"""


async def threads_of(actor: Actor, circle_ids: Sequence[UUID], page: PageRequest) -> dict[UUID, Page[CircleThread]]:
    """Return a page of the discussions of each circle, last changed first; an empty page for no member."""
    members = await memberships_of(actor, circle_ids)
    bound = f"(t.changed_at, t.id) {page.comparison} ($3, $4)" if page.bound else "true"
    rows = await _paged(_THREADS, actor, list(members), bound, page) if members else []
    grouped: dict[UUID, list[CircleThread]] = defaultdict(list)
    for row in rows:
        grouped[row["circle_id"]].append(CircleThread(**dict(row)))
    return {key: cut_page(grouped[key], page, lambda row: (row.changed_at, row.id)) for key in circle_ids}


async def posts_of(actor: Actor, thread_ids: Sequence[UUID], page: PageRequest) -> dict[UUID, Page[CirclePost]]:
    """Return a page of the posts of each discussion, oldest first; an empty page where the actor may not read."""
    bound = f"(p.created_at, p.id) {page.comparison} ($3, $4)" if page.bound else "true"
    grouped: dict[UUID, list[CirclePost]] = defaultdict(list)
    for row in await _paged(_POSTS, actor, list(thread_ids), bound, page):
        grouped[row["thread_id"]].append(CirclePost(**dict(row)))
    return {key: cut_page(grouped[key], page, lambda row: (row.created_at, row.id)) for key in thread_ids}


async def resources_of(actor: Actor, circle_ids: Sequence[UUID], page: PageRequest) -> dict[UUID, Page[CircleResource]]:
    """Return a page of the resources of each circle, newest first; an empty page for no member."""
    members = await memberships_of(actor, circle_ids)
    bound = f"(r.created_at, r.id) {page.comparison} ($3, $4)" if page.bound else "true"
    rows = await _paged(_RESOURCES, actor, list(members), bound, page) if members else []
    grouped: dict[UUID, list[CircleResource]] = defaultdict(list)
    for row in rows:
        grouped[row["circle_id"]].append(CircleResource(**dict(row)))
    return {key: cut_page(grouped[key], page, lambda row: (row.created_at, row.id)) for key in circle_ids}


async def _paged(sql: str, actor: Actor, keys: list[UUID], bound: str, page: PageRequest) -> Sequence[Any]:
    text = sql.format(bound=bound, direction=page.direction, fetch=page.fetch)
    _, rows = await connection().execute_query(text, [actor.user_id, keys, *(page.bound or ())])
    found: Sequence[Any] = rows
    return found


async def visible_threads(actor: Actor, thread_ids: Collection[UUID]) -> dict[UUID, CircleThread]:
    """Return the discussions the actor may read, by id."""
    _, rows = await connection().execute_query(_THREADS_BY_ID, [actor.user_id, list(thread_ids)])
    return {row["id"]: CircleThread(**dict(row)) for row in rows}


async def visible_posts(actor: Actor, post_ids: Collection[UUID]) -> dict[UUID, CirclePost]:
    """Return the posts the actor may read, by id."""
    _, rows = await connection().execute_query(_POSTS_BY_ID, [actor.user_id, list(post_ids)])
    return {row["id"]: CirclePost(**dict(row)) for row in rows}


async def visible_resources(actor: Actor, resource_ids: Collection[UUID]) -> dict[UUID, CircleResource]:
    """Return the resources the actor may see, by id."""
    _, rows = await connection().execute_query(_RESOURCES_BY_ID, [actor.user_id, list(resource_ids)])
    return {row["id"]: CircleResource(**dict(row)) for row in rows}


@dataclass(frozen=True)
class ReactionCount:
    """How many of those the viewer sees reacted so, and whether they did."""

    kind: Reaction
    total: int
    is_mine: bool


async def reactions_of(actor: Actor, post_ids: Collection[UUID]) -> dict[UUID, list[ReactionCount]]:
    """Return the reactions to posts the actor was shown, by those they see."""
    found: dict[UUID, list[ReactionCount]] = {key: [] for key in post_ids}
    _, rows = await connection().execute_query(_REACTIONS, [actor.user_id, list(post_ids)])
    for row in rows:
        found[row["post_id"]].append(ReactionCount(Reaction(row["kind"]), row["total"], row["is_mine"]))
    return found


async def own_checks(actor: Actor, page: PageRequest) -> Page[CircleCheck]:
    """Return a page of what the actor said to themselves about how they are, newest first."""
    bound = f"(created_at, id) {page.comparison} ($2, $3)" if page.bound else "true"
    sql = _CHECKS.format(bound=bound, direction=page.direction, fetch=page.fetch)
    _, rows = await connection().execute_query(sql, [actor.require_user(), *(page.bound or ())])
    return cut_page([CircleCheck(**dict(row)) for row in rows], page, lambda row: (row.created_at, row.id))
