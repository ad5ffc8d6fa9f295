"""Introductions as types and mutations: each of the three sees what is theirs to see of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from server.domain.introductions import IntroductionState, Part
from server.kit.paging import PageRequest
from server.models import introductions as rows
from server.queries import introductions as queries
from server.queries.introductions import IntroductionView
from server.schema.core.batching import batched
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.core.ids import uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.profiles import Profile, load_profiles
from server.services import introductions as services

strawberry.enum(
    IntroductionState, description="Where an introduction stands, as the viewer is shown it. MADE: both said yes."
)
strawberry.enum(Part, name="IntroductionPart", description="What the viewer is in an introduction.")

_WHICH = "Which introduction."
_AFTER = "The introduction as the viewer is shown it now."


@strawberry.type(description="Two people brought together by a third. Requires: to be one of the three.")
class Introduction(Node):
    """An introduction as one of the three sees it."""

    part: Part = strawberry.field(description="What the viewer is in it.")
    state: IntroductionState = strawberry.field(
        description="Where it stands. DECLINED does not say by whom; to the one who did not decline it runs out."
    )
    words: str = strawberry.field(description="What who offers it says to both.")
    my_answer: bool | None = strawberry.field(description="What the viewer said; null: nothing yet, or not asked.")
    offered_at: datetime = strawberry.field(description="When it was offered.")
    expires_at: datetime = strawberry.field(description="Until when both can say yes.")
    made_at: datetime | None = strawberry.field(description="When both had said yes.")
    introducer_key: strawberry.Private[UUID]
    people_keys: strawberry.Private[tuple[UUID, ...]]

    @classmethod
    def of(cls, view: IntroductionView) -> "Introduction":
        """Return the introduction as the API shows it."""
        return cls(
            key=view.id,
            part=view.part,
            state=view.state,
            words=view.words,
            my_answer=view.own_answer,
            offered_at=view.created_at,
            expires_at=view.expires_at,
            made_at=view.made_at,
            introducer_key=view.introducer_id,
            people_keys=view.people,
        )

    @batched(description="Who offers it; null for somebody who hides from the viewer.")
    @staticmethod
    async def introducer(parents: Sequence["Introduction"], info: Info) -> Sequence[Profile | None]:
        """Return who offers each."""
        found = await load_profiles(info, {p.introducer_key for p in parents})
        return [found.get(p.introducer_key) for p in parents]

    @batched(description="The others it is about, as far as the viewer may see them.")
    @staticmethod
    async def people(parents: Sequence["Introduction"], info: Info) -> Sequence[list[Profile]]:
        """Return the people of each."""
        found = await load_profiles(info, {key for p in parents for key in p.people_keys})
        return [[found[key] for key in p.people_keys if key in found] for p in parents]


@node_loader("Introduction")
async def load_introductions(info: Info, keys: Collection[UUID]) -> Mapping[UUID, Introduction]:
    """Return the introductions the viewer is part of."""
    found = await queries.visible(info.context.actor, keys)
    return {key: Introduction.of(view) for key, view in found.items()}


@strawberry.type
class IntroductionQuery:
    """What can be asked about introductions."""

    @connection_field(
        order=queries.NEWEST_INTRODUCTIONS,
        description="Introductions I offered or am to be part of, newest first. Requires: a signed-in user.",
    )
    async def my_introductions(self, info: Info, page: PageRequest) -> Connection[Introduction]:
        """Return a page of the viewer's introductions."""
        return connection_of(await queries.own_page(info.context.actor, page), Introduction.of)


@strawberry.input(description="For offerIntroduction.")
class OfferIntroductionInput:
    """What OfferIntroduction takes."""

    one_id: strawberry.ID = strawberry.field(description="One of the two.")
    other_id: strawberry.ID = strawberry.field(description="The other one.")
    words: str = strawberry.field(description="Why they should meet, for both to read: 10 to 1,000 characters.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="An introduction that was offered.")
class OfferIntroductionPayload:
    """What OfferIntroduction gives."""

    introduction: Introduction = strawberry.field(description=_AFTER)


@strawberry.input(description="For answerIntroduction.")
class AnswerIntroductionInput:
    """What AnswerIntroduction takes."""

    introduction_id: strawberry.ID = strawberry.field(description=_WHICH)
    agree: bool = strawberry.field(description="Whether I would like to. A no is told to nobody as mine.")


@strawberry.type(description="An introduction that was answered.")
class AnswerIntroductionPayload:
    """What AnswerIntroduction gives."""

    introduction: Introduction = strawberry.field(description=_AFTER)


@strawberry.input(description="For noteIntroductionMet.")
class NoteIntroductionMetInput:
    """What NoteIntroductionMet takes."""

    introduction_id: strawberry.ID = strawberry.field(description=_WHICH)


@strawberry.type(description="An introduction after which two met.")
class NoteIntroductionMetPayload:
    """What NoteIntroductionMet gives."""

    introduction: Introduction = strawberry.field(description=_AFTER)


@strawberry.input(description="For withdrawIntroduction.")
class WithdrawIntroductionInput:
    """What WithdrawIntroduction takes."""

    introduction_id: strawberry.ID = strawberry.field(description=_WHICH)


@strawberry.type(description="An introduction that was taken back.")
class WithdrawIntroductionPayload:
    """What WithdrawIntroduction gives."""

    introduction: Introduction = strawberry.field(description=_AFTER)


@strawberry.type
class IntroductionMutation:
    """The mutations of introductions."""

    @mutation(
        description="Offer to introduce two people to each other; both are asked. 2, 5 or 15 in seven days, by trust."
        " Requires: a verified mail address, and to see both.",
        refuses=[Conflict, LimitReached],
    )
    async def offer_introduction(self, info: Info, form: OfferIntroductionInput) -> OfferIntroductionPayload:
        """Offer an introduction."""
        row = await services.offer(
            info.context.actor,
            one_id=uuid_of(form.one_id, "Profile", what="profile"),
            other_id=uuid_of(form.other_id, "Profile", what="profile"),
            words=form.words,
            idempotency_key=form.idempotency_key,
        )
        return OfferIntroductionPayload(introduction=_shown(info, row))

    @mutation(
        description="Say yes or no to being introduced, once. Two yeses open contact details both ways; a no is told"
        " to nobody as mine. Requires: to be one of the two, and a verified mail address.",
        refuses=[Conflict],
    )
    async def answer_introduction(self, info: Info, form: AnswerIntroductionInput) -> AnswerIntroductionPayload:
        """Answer an introduction."""
        view = await services.answer(
            info.context.actor, introduction_id=introduction_id_of(form.introduction_id), agree=form.agree
        )
        return AnswerIntroductionPayload(introduction=Introduction.of(view))

    @mutation(description="Say that we met. Requires: to be one of the two who were introduced.", refuses=[Conflict])
    async def note_introduction_met(self, info: Info, form: NoteIntroductionMetInput) -> NoteIntroductionMetPayload:
        """Say that two met."""
        view = await services.note_met(info.context.actor, introduction_id=introduction_id_of(form.introduction_id))
        return NoteIntroductionMetPayload(introduction=Introduction.of(view))

    @mutation(
        description="Take back an introduction that is not made yet. Requires: to have offered it.", refuses=[Conflict]
    )
    async def withdraw_introduction(self, info: Info, form: WithdrawIntroductionInput) -> WithdrawIntroductionPayload:
        """Take an introduction back."""
        view = await services.withdraw(info.context.actor, introduction_id=introduction_id_of(form.introduction_id))
        return WithdrawIntroductionPayload(introduction=Introduction.of(view))


def introduction_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of an introduction, or refuse with NotFound."""
    return uuid_of(global_id, "Introduction", what="introduction")


def _shown(info: Info, row: rows.Introduction) -> Introduction:
    return Introduction.of(queries.view_of(row, info.context.actor.require_user()))
