"""Open asks as types: those that fit what the viewer teaches, the viewer's own, and what they wrote for some."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from server.domain.actors import Actor
from server.domain.open_asks import AskState
from server.kit.clock import now
from server.kit.paging import PageRequest
from server.models import asks as rows
from server.queries import open_asks as queries
from server.schema.core.batching import batched
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.ids import uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.profiles import Profile, load_profiles, uuid_key
from server.schema.requests import MentorshipRequest, load_requests
from server.schema.skills import Skill, load_skills

strawberry.enum(AskState, description="Where an open ask stands. A lease is no state: it lapses by itself.")


@strawberry.type(
    description="A question any mentor who fits may take up. Requires: to be its author, a mentor whose skills fit"
    " while it is open, or the mentor who holds or answered it."
)
class OpenAsk(Node):
    """An ask as its author and mentors see it."""

    goal: str = strawberry.field(description="What it is about.")
    message: str = strawberry.field(description="More about it; may be empty.")
    minutes: int = strawberry.field(description="About how long it may take.")
    state: AskState = strawberry.field(description="Where it stands.")
    version: int = strawberry.field(description="Grows with every change.")
    is_mine: bool = strawberry.field(description="Whether the viewer asked it.")
    is_anonymous: bool = strawberry.field(description="Nobody else learns who asks.")
    is_held_by_me: bool = strawberry.field(description="Whether the viewer's lease runs.")
    lease_until: datetime | None = strawberry.field(description="Until when somebody holds it; null: it is free.")
    answer: str | None = strawberry.field(description="The answer; null while there is none.")
    created_at: datetime = strawberry.field(description="When it was asked.")
    ended_at: datetime | None = strawberry.field(description="When it was answered, or ended otherwise.")
    expires_at: datetime = strawberry.field(description="Until when it stands open.")
    skill_ids: strawberry.Private[list[str]]
    author_id: strawberry.Private[UUID | None]
    holder_id: strawberry.Private[UUID | None]
    answerer_id: strawberry.Private[UUID | None]
    request_id: strawberry.Private[UUID | None]

    @classmethod
    def of(cls, row: rows.OpenAsk, viewer: Actor) -> "OpenAsk":
        """Return the ask as the viewer sees it."""
        is_mine = row.profile_id == viewer.user_id
        is_held = row.state is AskState.OPEN and row.lease_until is not None and row.lease_until > now()
        return cls(
            key=row.id,
            goal=row.goal,
            message=row.message,
            minutes=row.minutes,
            state=row.state,
            version=row.version,
            is_mine=is_mine,
            is_anonymous=row.is_anonymous,
            is_held_by_me=is_held and row.held_by == viewer.user_id,
            lease_until=row.lease_until if is_held else None,
            answer=row.answer or None,
            created_at=row.created_at,
            ended_at=row.ended_at,
            expires_at=row.expires_at,
            skill_ids=list(row.skill_ids),
            author_id=row.profile_id if is_mine or not row.is_anonymous else None,
            holder_id=row.held_by if is_held else None,
            answerer_id=row.answered_by,
            request_id=row.request_id,
        )

    @batched(description="The skills it is about; none: any.")
    @staticmethod
    async def skills(parents: Sequence["OpenAsk"], info: Info) -> Sequence[list[Skill]]:
        """Return the skills of each."""
        found = await load_skills(info, {skill_id for one in parents for skill_id in one.skill_ids})
        return [[found[skill_id] for skill_id in one.skill_ids if skill_id in found] for one in parents]

    @batched(description="Who asks; null when they do not say, or hide from the viewer.")
    @staticmethod
    async def author(parents: Sequence["OpenAsk"], info: Info) -> Sequence[Profile | None]:
        """Return the author of each."""
        return await _people(info, [one.author_id for one in parents])

    @batched(description="Who holds it now; null when nobody does, or they hide from the viewer.")
    @staticmethod
    async def holder(parents: Sequence["OpenAsk"], info: Info) -> Sequence[Profile | None]:
        """Return the holder of each."""
        return await _people(info, [one.holder_id for one in parents])

    @batched(description="Who answered; null when nobody did, or they hide from the viewer.")
    @staticmethod
    async def answerer(parents: Sequence["OpenAsk"], info: Info) -> Sequence[Profile | None]:
        """Return who answered each."""
        return await _people(info, [one.answerer_id for one in parents])

    @batched(description="The request it became; null when it did not.")
    @staticmethod
    async def request(parents: Sequence["OpenAsk"], info: Info) -> Sequence[MentorshipRequest | None]:
        """Return the request of each."""
        wanted = {one.request_id for one in parents if one.request_id is not None}
        found = await load_requests(info, wanted) if wanted else {}
        return [None if one.request_id is None else found.get(one.request_id) for one in parents]

    @batched(description="What the viewer wrote for it so far; null when nothing.")
    @staticmethod
    async def draft(parents: Sequence["OpenAsk"], info: Info) -> Sequence[str | None]:
        """Return the viewer's draft for each."""
        found = await queries.drafts_for(info.context.actor, [uuid_key(one) for one in parents])
        return [found.get(uuid_key(one)) or None for one in parents]


@strawberry.type(description="What the viewer wrote for an ask, kept whatever became of it. Requires: its author.")
class AskDraft:
    """A draft."""

    text: str = strawberry.field(description="What was written.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    ask_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: rows.AskDraft) -> "AskDraft":
        """Return the draft as its author sees it."""
        return cls(text=row.text, updated_at=row.updated_at, ask_id=row.ask_id)

    @batched(description="The ask; null when the viewer may not see it any more.")
    @staticmethod
    async def ask(parents: Sequence["AskDraft"], info: Info) -> Sequence[OpenAsk | None]:
        """Return the ask of each."""
        found = await load_asks(info, {one.ask_id for one in parents})
        return [found.get(one.ask_id) for one in parents]


@node_loader("OpenAsk")
async def load_asks(info: Info, keys: Collection[UUID]) -> Mapping[UUID, OpenAsk]:
    """Return the asks the viewer may see."""
    found = await queries.visible(info.context.actor, keys)
    return {key: OpenAsk.of(row, info.context.actor) for key, row in found.items()}


@strawberry.type
class OpenAskQuery:
    """The root fields about open asks."""

    @connection_field(
        order=queries.OLDEST_ASKS,
        description="Open asks that fit what I teach, the longest waiting first; held ones say until when."
        " Requires: a verified mail address.",
    )
    async def open_asks(self, info: Info, page: PageRequest) -> Connection[OpenAsk]:
        """Return a page of asks to take up."""
        actor = info.context.actor
        return connection_of(await queries.fitting_page(actor, page), lambda row: OpenAsk.of(row, actor))

    @connection_field(order=queries.NEWEST_ASKS, description="What I asked, newest first. Requires: a signed-in user.")
    async def my_open_asks(self, info: Info, page: PageRequest) -> Connection[OpenAsk]:
        """Return a page of the viewer's asks."""
        actor = info.context.actor
        return connection_of(await queries.own_page(actor, page), lambda row: OpenAsk.of(row, actor))

    @connection_field(
        order=queries.NEWEST_DRAFTS,
        description="What I wrote for asks and did not send, newest first. Requires: a signed-in user.",
    )
    async def my_ask_drafts(self, info: Info, page: PageRequest) -> Connection[AskDraft]:
        """Return a page of the viewer's drafts."""
        return connection_of(await queries.drafts_page(info.context.actor, page), AskDraft.of)


def ask_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of an ask, or refuse with NotFound."""
    return uuid_of(global_id, "OpenAsk", what="ask")


async def _people(info: Info, ids: Sequence[UUID | None]) -> Sequence[Profile | None]:
    found = await load_profiles(info, {one for one in ids if one is not None})
    return [None if one is None else found.get(one) for one in ids]
