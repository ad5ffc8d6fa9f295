"""Kudos as types and mutations. There is no number of them anywhere."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from server.domain.errors import NotFound
from server.domain.kudos import KudosBox, KudosPlace, KudosTie
from server.kit.paging import PageRequest
from server.models import kudos as rows
from server.queries import kudos as queries
from server.schema.core.batching import batched
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.core.ids import parse_uuid, split_id, uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.profiles import Profile, load_profiles
from server.services import kudos as services
from server.services.kudos import KudosForm

strawberry.enum(KudosTie, description="What kudos are given for.")
strawberry.enum(KudosPlace, description="Who reads kudos: their receiver, all, or nobody any more but their giver.")
strawberry.enum(KudosBox, description="Which of one's kudos.")

_TIES: Mapping[str, KudosTie] = {
    "Mentorship": KudosTie.MENTORSHIP,
    "Session": KudosTie.SESSION,
    "Question": KudosTie.QUESTION,
    "CircleMeeting": KudosTie.CIRCLE_MEETING,
    "Introduction": KudosTie.INTRODUCTION,
    "SmallAsk": KudosTie.SMALL_ASK,
    "Gathering": KudosTie.GATHERING,
}
_WHICH = "Which kudos."


@strawberry.type(
    name="Kudos",
    description="Thanks for something that happened. Requires: to have given or received them, or that they are"
    " public.",
)
class KudosGift(Node):
    """Kudos as one viewer sees them."""

    words: str = strawberry.field(description="What was said.")
    tie: KudosTie = strawberry.field(description="What they were given for.")
    given_at: datetime = strawberry.field(description="When.")
    is_public: bool = strawberry.field(description="Whether their receiver lets all read them.")
    place: KudosPlace | None = strawberry.field(description="Who reads them; null for others than their receiver.")
    giver_key: strawberry.Private[UUID]
    receiver_key: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: rows.Kudos, viewer_id: UUID | None) -> "KudosGift":
        """Return kudos as the viewer sees them."""
        return cls(
            key=row.id,
            words=row.words,
            tie=row.tie,
            given_at=row.created_at,
            is_public=row.place is KudosPlace.PUBLIC,
            place=row.place if row.receiver_id == viewer_id else None,
            giver_key=row.giver_id,
            receiver_key=row.receiver_id,
        )

    @batched(description="Who gave them; null for somebody who hides from the viewer.")
    @staticmethod
    async def giver(parents: Sequence["KudosGift"], info: Info) -> Sequence[Profile | None]:
        """Return who gave each."""
        found = await load_profiles(info, {p.giver_key for p in parents})
        return [found.get(p.giver_key) for p in parents]

    @batched(description="Who received them; null for somebody who hides from the viewer.")
    @staticmethod
    async def receiver(parents: Sequence["KudosGift"], info: Info) -> Sequence[Profile | None]:
        """Return who received each."""
        found = await load_profiles(info, {p.receiver_key for p in parents})
        return [found.get(p.receiver_key) for p in parents]


@node_loader("Kudos")
async def load_kudos(info: Info, keys: Collection[UUID]) -> Mapping[UUID, KudosGift]:
    """Return the kudos the viewer may read."""
    actor = info.context.actor
    found = await queries.visible(actor, keys)
    return {key: KudosGift.of(row, actor.user_id) for key, row in found.items()}


@strawberry.type
class KudosQuery:
    """What can be asked about kudos."""

    @connection_field(
        order=queries.NEWEST_KUDOS,
        description="Kudos that somebody lets all read, newest first. Requires: a verified mail address.",
    )
    async def kudos_of(
        self,
        info: Info,
        page: PageRequest,
        profile_id: Annotated[strawberry.ID, strawberry.argument(description="Whose: who received them.")],
    ) -> Connection[KudosGift]:
        """Return a page of somebody's public kudos."""
        actor = info.context.actor
        found = await queries.public_page(actor, uuid_of(profile_id, "Profile", what="profile"), page)
        return connection_of(found, lambda row: KudosGift.of(row, actor.user_id))

    @connection_field(
        order=queries.NEWEST_KUDOS,
        description="Kudos I received, without those I put away, or gave, newest first. Requires: a signed-in user.",
    )
    async def my_kudos(
        self,
        info: Info,
        page: PageRequest,
        box: Annotated[KudosBox, strawberry.argument(description="Received or given.")] = KudosBox.RECEIVED,
    ) -> Connection[KudosGift]:
        """Return a page of the viewer's kudos."""
        actor = info.context.actor
        return connection_of(await queries.own_page(actor, box, page), lambda row: KudosGift.of(row, actor.user_id))


@strawberry.input(description="For giveKudos.")
class GiveKudosInput:
    """What GiveKudos takes."""

    receiver_id: strawberry.ID = strawberry.field(description="To whom.")
    about_id: strawberry.ID = strawberry.field(
        description="For what: a mentorship, session, question, circle meeting, introduction, small ask or gathering."
    )
    words: str = strawberry.field(description="3 to 280 characters; their receiver may let all read them.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )

    def form(self) -> KudosForm:
        """Return the kudos as the services take them. NotFound for what is nothing to be thanked for."""
        type_name, key = split_id(self.about_id)
        tie = _TIES.get(type_name)
        if tie is None:
            raise NotFound("object")
        return KudosForm(uuid_of(self.receiver_id, "Profile", what="profile"), tie, parse_uuid(key), self.words)


@strawberry.type(description="Kudos that were given.")
class GiveKudosPayload:
    """What GiveKudos gives."""

    kudos: KudosGift = strawberry.field(description="The kudos.")


@strawberry.input(description="For placeKudos.")
class PlaceKudosInput:
    """What PlaceKudos takes."""

    kudos_id: strawberry.ID = strawberry.field(description=_WHICH)
    place: KudosPlace = strawberry.field(description="Who reads them from now on.")


@strawberry.type(description="Kudos whose readers were chosen.")
class PlaceKudosPayload:
    """What PlaceKudos gives."""

    kudos: KudosGift = strawberry.field(description="The kudos as they are now.")


@strawberry.input(description="For takeKudosBack.")
class TakeKudosBackInput:
    """What TakeKudosBack takes."""

    kudos_id: strawberry.ID = strawberry.field(description=_WHICH)


@strawberry.type(description="Kudos that nobody reads any more.")
class TakeKudosBackPayload:
    """What TakeKudosBack gives."""

    kudos_key: str = strawberry.field(description="What live frames called them.")


@strawberry.type
class KudosMutation:
    """The mutations of kudos."""

    @mutation(
        description="Thank somebody for something we both took part in: once for each thing, three a day."
        " Requires: a verified mail address, and to have taken part.",
        refuses=[Conflict, LimitReached],
    )
    async def give_kudos(self, info: Info, form: GiveKudosInput) -> GiveKudosPayload:
        """Give kudos."""
        actor = info.context.actor
        row = await services.give(actor, form=form.form(), idempotency_key=form.idempotency_key)
        return GiveKudosPayload(kudos=KudosGift.of(row, actor.user_id))

    @mutation(description="Let all read kudos, or only me, or put them away. Requires: to have received them.")
    async def place_kudos(self, info: Info, form: PlaceKudosInput) -> PlaceKudosPayload:
        """Choose who reads kudos."""
        actor = info.context.actor
        row = await services.place(actor, kudos_id=uuid_of(form.kudos_id, "Kudos", what="kudos"), where=form.place)
        return PlaceKudosPayload(kudos=KudosGift.of(row, actor.user_id))

    @mutation(description="Take back kudos I gave; the day's allowance stays used. Requires: to have given them.")
    async def take_kudos_back(self, info: Info, form: TakeKudosBackInput) -> TakeKudosBackPayload:
        """Take kudos back."""
        key = uuid_of(form.kudos_id, "Kudos", what="kudos")
        await services.take_back(info.context.actor, kudos_id=key)
        return TakeKudosBackPayload(kudos_key=str(key))
