"""What is written in circles as types: discussions, posts, resources. What the viewer may not read is not there."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from server.domain.circle_talk import Reaction, ThreadKind, ThreadState
from server.kit.paging import PageRequest
from server.models import circle_talk as rows
from server.queries import circle_talk as queries
from server.queries.circle_authors import authors_of
from server.schema.circle_people import CircleSeat
from server.schema.core.batching import batched
from server.schema.core.connection import Connection, connection_of
from server.schema.core.context import Info
from server.schema.core.ids import encode_id, uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.profiles import keys_of, uuid_key

strawberry.enum(ThreadKind, name="CircleThreadKind", description="A talk, or an ask that wants an answer.")
strawberry.enum(ThreadState, name="CircleThreadState", description="Where a discussion stands. STALE: no answer yet.")
strawberry.enum(Reaction, name="CircleReactionKind", description="The ways to react without words.")


@strawberry.type(description="How many reacted in a way to a post, of those the viewer sees.")
class CircleReactionCount:
    """A reaction and its number."""

    kind: Reaction = strawberry.field(description="How.")
    total: int = strawberry.field(description="How many.")
    is_mine: bool = strawberry.field(description="Whether the viewer did.")

    @classmethod
    def of(cls, found: queries.ReactionCount) -> "CircleReactionCount":
        """Return the count as the API shows it."""
        return cls(kind=found.kind, total=found.total, is_mine=found.is_mine)


@strawberry.type(description="A post in a circle's discussion. Requires: a seat, and no block with its author.")
class CirclePost(Node):
    """A post; one that was taken back has no text any more."""

    text: str = strawberry.field(description="What was written; empty when it was taken back.")
    at: datetime = strawberry.field(description="When it was written.")
    edited_at: datetime | None = strawberry.field(description="When it was put differently.")
    deleted_at: datetime | None = strawberry.field(description="When it was taken back.")

    @classmethod
    def of(cls, row: rows.CirclePost) -> "CirclePost":
        """Return the post as the API shows it."""
        return cls(key=row.id, text=row.text, at=row.created_at, edited_at=row.edited_at, deleted_at=row.deleted_at)

    @batched(description="Who wrote it; null for somebody who is not in the circle any more.")
    @staticmethod
    async def author(parents: Sequence["CirclePost"], info: Info) -> Sequence[CircleSeat | None]:
        """Return the author's seat of each."""
        found = await authors_of(info.context.actor, "circle_post", keys_of(parents))
        return [CircleSeat.of(found[uuid_key(p)]) if uuid_key(p) in found else None for p in parents]

    @batched(description="The reactions to it.")
    @staticmethod
    async def reactions(parents: Sequence["CirclePost"], info: Info) -> Sequence[list[CircleReactionCount]]:
        """Return the reactions to each."""
        found = await queries.reactions_of(info.context.actor, keys_of(parents))
        return [[CircleReactionCount.of(one) for one in found[uuid_key(p)]] for p in parents]


@strawberry.type(description="A discussion in a circle. Requires: a seat, and no block with who started it.")
class CircleThread(Node):
    """A discussion with its posts."""

    kind: ThreadKind = strawberry.field(description="A talk or an ask.")
    state: ThreadState = strawberry.field(description="Where it stands.")
    theme: str = strawberry.field(description="What it belongs to.")
    title: str = strawberry.field(description="What it is about.")
    started_at: datetime = strawberry.field(description="When it was started.")
    changed_at: datetime = strawberry.field(description="When something in it changed last.")
    version: int = strawberry.field(description="Grows with every change in it.")
    circle_id: strawberry.ID = strawberry.field(description="The circle that talks.")

    @classmethod
    def of(cls, row: rows.CircleThread) -> "CircleThread":
        """Return the discussion as the API shows it."""
        return cls(
            key=row.id,
            kind=row.kind,
            state=row.state,
            theme=row.theme,
            title=row.title,
            started_at=row.created_at,
            changed_at=row.changed_at,
            version=row.version,
            circle_id=strawberry.ID(encode_id("Circle", row.circle_id)),
        )

    @batched(description="Who started it; null for somebody who is not in the circle any more.")
    @staticmethod
    async def author(parents: Sequence["CircleThread"], info: Info) -> Sequence[CircleSeat | None]:
        """Return the author's seat of each."""
        found = await authors_of(info.context.actor, "circle_thread", keys_of(parents))
        return [CircleSeat.of(found[uuid_key(p)]) if uuid_key(p) in found else None for p in parents]

    @batched(description="Its posts, oldest first; `last` for the newest.", order=queries.OLDEST_POSTS)
    @staticmethod
    async def posts(
        parents: Sequence["CircleThread"], info: Info, page: PageRequest
    ) -> Sequence[Connection[CirclePost]]:
        """Return a page of the posts of each."""
        pages = await queries.posts_of(info.context.actor, keys_of(parents), page)
        return [connection_of(pages[uuid_key(p)], CirclePost.of) for p in parents]


@strawberry.type(description="A web address that helps. Requires: a seat, and no block with who added it.")
class CircleResource(Node):
    """A resource."""

    url: str = strawberry.field(description="The address.")
    title: str = strawberry.field(description="What it is.")
    note: str = strawberry.field(description="Why it helps.")
    added_at: datetime = strawberry.field(description="When it was added.")

    @classmethod
    def of(cls, row: rows.CircleResource) -> "CircleResource":
        """Return the resource as the API shows it."""
        return cls(key=row.id, url=row.url, title=row.title, note=row.note, added_at=row.created_at)

    @batched(description="Who added it; null for somebody who is not in the circle any more.")
    @staticmethod
    async def author(parents: Sequence["CircleResource"], info: Info) -> Sequence[CircleSeat | None]:
        """Return the author's seat of each."""
        found = await authors_of(info.context.actor, "circle_resource", keys_of(parents))
        return [CircleSeat.of(found[uuid_key(p)]) if uuid_key(p) in found else None for p in parents]


@node_loader("CircleThread")
async def load_threads(info: Info, keys: Collection[UUID]) -> Mapping[UUID, CircleThread]:
    """Return the discussions the viewer may read."""
    return {key: CircleThread.of(row) for key, row in (await queries.visible_threads(info.context.actor, keys)).items()}


@node_loader("CirclePost")
async def load_posts(info: Info, keys: Collection[UUID]) -> Mapping[UUID, CirclePost]:
    """Return the posts the viewer may read."""
    return {key: CirclePost.of(row) for key, row in (await queries.visible_posts(info.context.actor, keys)).items()}


@node_loader("CircleResource")
async def load_resources(info: Info, keys: Collection[UUID]) -> Mapping[UUID, CircleResource]:
    """Return the resources the viewer may see."""
    found = await queries.visible_resources(info.context.actor, keys)
    return {key: CircleResource.of(row) for key, row in found.items()}


def thread_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a discussion, or refuse with NotFound."""
    return uuid_of(global_id, "CircleThread", what="discussion")


def post_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a post, or refuse with NotFound."""
    return uuid_of(global_id, "CirclePost", what="post")


def resource_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a resource, or refuse with NotFound."""
    return uuid_of(global_id, "CircleResource", what="resource")
