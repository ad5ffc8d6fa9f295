"""Small asks as types: what is asked, who offers, what became of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from server.domain.small_asks import MINUTES, SmallAskState
from server.kit.paging import PageRequest
from server.models import small_asks as rows
from server.queries import small_asks as queries
from server.schema.core.batching import batched
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.ids import decode_id, uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.profiles import Profile, keys_of, load_profiles, uuid_key
from server.schema.skills import Skill, load_skills

strawberry.enum(SmallAskState, description="Where a small ask stands. AGREED: an offer was taken.")


@strawberry.type(description="Somebody's offer to help with a small ask. Requires: to have asked, or to be them.")
class SmallAskOffer:
    """An offer of fifteen minutes."""

    free_at: datetime = strawberry.field(description="When they are free for it.")
    words: str = strawberry.field(description="A word to the asker; may be empty.")
    offered_at: datetime = strawberry.field(description="When they offered.")
    helper_key: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: rows.SmallAskOffer) -> "SmallAskOffer":
        """Return the offer as the API shows it."""
        return cls(free_at=row.free_at, words=row.words, offered_at=row.created_at, helper_key=row.profile_id)

    @batched(description="Who offers; null for somebody who hides from the viewer.")
    @staticmethod
    async def helper(parents: Sequence["SmallAskOffer"], info: Info) -> Sequence[Profile | None]:
        """Return who offers each."""
        found = await load_profiles(info, {p.helper_key for p in parents})
        return [found.get(p.helper_key) for p in parents]


@strawberry.type(
    description="Fifteen minutes that somebody asks for. Requires: to have asked, to help, or while it is open a"
    " verified mail address."
)
class SmallAsk(Node):
    """A small ask."""

    text: str = strawberry.field(description="What is asked.")
    topic: str = strawberry.field(description="What it is about, in the asker's words; may be empty.")
    minutes: int = strawberry.field(description="How long it takes: fifteen.")
    state: SmallAskState = strawberry.field(description="Where it stands.")
    is_mine: bool = strawberry.field(description="Whether the viewer asked.")
    meets_at: datetime | None = strawberry.field(description="When the two meet; null before an offer was taken.")
    thanks: str = strawberry.field(description="What the asker said afterwards; empty before.")
    asked_at: datetime = strawberry.field(description="When it was asked.")
    expires_at: datetime = strawberry.field(description="Until when it stands open.")
    version: int = strawberry.field(description="Grows with every change.")
    skill_key: strawberry.Private[str | None]
    asker_key: strawberry.Private[UUID]
    helper_key: strawberry.Private[UUID | None]

    @classmethod
    def of(cls, row: rows.SmallAsk, viewer_id: UUID | None) -> "SmallAsk":
        """Return the ask as the API shows it."""
        return cls(
            key=row.id,
            text=row.text,
            topic=row.topic,
            minutes=MINUTES,
            state=row.state,
            is_mine=row.profile_id == viewer_id,
            meets_at=row.meets_at,
            thanks=row.thanks,
            asked_at=row.created_at,
            expires_at=row.expires_at,
            version=row.version,
            skill_key=row.skill_id,
            asker_key=row.profile_id,
            helper_key=row.helper_id,
        )

    @batched(description="The skill it is about; null when it is about something else.")
    @staticmethod
    async def skill(parents: Sequence["SmallAsk"], info: Info) -> Sequence[Skill | None]:
        """Return the skill of each."""
        found = await load_skills(info, {p.skill_key for p in parents if p.skill_key is not None})
        return [None if p.skill_key is None else found.get(p.skill_key) for p in parents]

    @batched(description="Who asks; null for somebody who hides from the viewer.")
    @staticmethod
    async def asker(parents: Sequence["SmallAsk"], info: Info) -> Sequence[Profile | None]:
        """Return who asks each."""
        found = await load_profiles(info, {p.asker_key for p in parents})
        return [found.get(p.asker_key) for p in parents]

    @batched(description="Whose offer was taken; null before, and for somebody who hides from the viewer.")
    @staticmethod
    async def helper(parents: Sequence["SmallAsk"], info: Info) -> Sequence[Profile | None]:
        """Return who helps with each."""
        wanted = {p.helper_key for p in parents if p.helper_key is not None}
        found = await load_profiles(info, wanted) if wanted else {}
        return [None if p.helper_key is None else found.get(p.helper_key) for p in parents]

    @batched(description="The offers to help, first one first: all for the asker, their own for others.")
    @staticmethod
    async def offers(parents: Sequence["SmallAsk"], info: Info) -> Sequence[list[SmallAskOffer]]:
        """Return the offers to each."""
        found = await queries.offers_to(info.context.actor, keys_of(parents))
        return [[SmallAskOffer.of(row) for row in found[uuid_key(p)]] for p in parents]


@node_loader("SmallAsk")
async def load_small_asks(info: Info, keys: Collection[UUID]) -> Mapping[UUID, SmallAsk]:
    """Return the small asks the viewer may see."""
    actor = info.context.actor
    found = await queries.visible(actor, keys)
    return {key: SmallAsk.of(row, actor.user_id) for key, row in found.items()}


def small_ask_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a small ask, or refuse with NotFound."""
    return uuid_of(global_id, "SmallAsk", what="ask")


@strawberry.type
class SmallAskQuery:
    """What can be asked about small asks."""

    @connection_field(
        order=queries.OLDEST_SMALL_ASKS,
        description="Small asks of others that are open, the longest waiting first. Requires: a verified mail address.",
    )
    async def small_asks(
        self,
        info: Info,
        page: PageRequest,
        skill_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only about this skill.")] = None,
        text: Annotated[str, strawberry.argument(description="Words of the ask or its topic.")] = "",
    ) -> Connection[SmallAsk]:
        """Return a page of open small asks."""
        actor = info.context.actor
        skill = "" if skill_id is None else decode_id(skill_id, "Skill", what="skill")
        found = await queries.board_page(actor, page, skill_id=skill, text=text)
        return connection_of(found, lambda row: SmallAsk.of(row, actor.user_id))

    @connection_field(
        order=queries.NEWEST_SMALL_ASKS,
        description="What I asked, help with or offered to, newest first. Requires: a signed-in user.",
    )
    async def my_small_asks(self, info: Info, page: PageRequest) -> Connection[SmallAsk]:
        """Return a page of the viewer's small asks."""
        actor = info.context.actor
        return connection_of(await queries.own_page(actor, page), lambda row: SmallAsk.of(row, actor.user_id))
