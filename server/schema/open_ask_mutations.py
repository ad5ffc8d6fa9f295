"""What is done with open asks: put, taken, held, answered, made more of, taken back."""

from datetime import datetime

import strawberry

from server.domain.open_asks import MIN_MINUTES, AskForm
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.core.ids import decode_id
from server.schema.open_asks import OpenAsk, ask_id_of
from server.services import open_asks as services

_WHICH = "Which ask."
_AFTER = "The ask as it is now."


@strawberry.input(description="For postAsk.")
class PostAskInput:
    """What PostAsk takes."""

    goal: str = strawberry.field(description="What it is about: 3 to 300 characters.")
    skill_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="At most 5 skills; mentors who teach one, or a related one, see it."
    )
    minutes: int = strawberry.field(default=3 * MIN_MINUTES, description="About how long it may take: 5 to 120.")
    message: str = strawberry.field(default="", description="More about it: at most 2,000 characters.")
    is_anonymous: bool = strawberry.field(default=False, description="Tell nobody who asks.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )

    def form(self) -> AskForm:
        """Return the ask as the services take it."""
        return AskForm(
            goal=self.goal,
            minutes=self.minutes,
            message=self.message,
            skill_ids=tuple(decode_id(one, "Skill", what="skill") for one in self.skill_ids),
            is_anonymous=self.is_anonymous,
        )


@strawberry.type(description="An ask that stands open.")
class PostAskPayload:
    """What PostAsk gives."""

    ask: OpenAsk = strawberry.field(description=_AFTER)


@strawberry.input(description="For keepAskDraft.")
class KeepAskDraftInput:
    """What KeepAskDraft takes."""

    ask_id: strawberry.ID = strawberry.field(description=_WHICH)
    text: str = strawberry.field(description="At most 5,000 characters.")


@strawberry.type(description="A draft that is kept.")
class KeepAskDraftPayload:
    """What KeepAskDraft gives."""

    updated_at: datetime = strawberry.field(description="When it was kept.")


@strawberry.input(description="For takeAsk.")
class TakeAskInput:
    """What TakeAsk takes."""

    ask_id: strawberry.ID = strawberry.field(description=_WHICH)


@strawberry.type(description="An ask after it.")
class TakeAskPayload:
    """What TakeAsk gives."""

    ask: OpenAsk = strawberry.field(description=_AFTER)


@strawberry.input(description="For renewAskLease.")
class RenewAskLeaseInput:
    """What RenewAskLease takes."""

    ask_id: strawberry.ID = strawberry.field(description=_WHICH)


@strawberry.type(description="An ask after it.")
class RenewAskLeasePayload:
    """What RenewAskLease gives."""

    ask: OpenAsk = strawberry.field(description=_AFTER)


@strawberry.input(description="For releaseAsk.")
class ReleaseAskInput:
    """What ReleaseAsk takes."""

    ask_id: strawberry.ID = strawberry.field(description=_WHICH)


@strawberry.type(description="An ask after it.")
class ReleaseAskPayload:
    """What ReleaseAsk gives."""

    ask: OpenAsk = strawberry.field(description=_AFTER)


@strawberry.input(description="For answerAsk.")
class AnswerAskInput:
    """What AnswerAsk takes."""

    ask_id: strawberry.ID = strawberry.field(description=_WHICH)
    text: str = strawberry.field(description="1 to 5,000 characters.")


@strawberry.type(description="An ask after it.")
class AnswerAskPayload:
    """What AnswerAsk gives."""

    ask: OpenAsk = strawberry.field(description=_AFTER)


@strawberry.input(description="For turnAskIntoRequest.")
class TurnAskIntoRequestInput:
    """What TurnAskIntoRequest takes."""

    ask_id: strawberry.ID = strawberry.field(description=_WHICH)
    message: str = strawberry.field(default="", description="A few words to its author: at most 2,000 characters.")


@strawberry.type(description="An ask after it.")
class TurnAskIntoRequestPayload:
    """What TurnAskIntoRequest gives."""

    ask: OpenAsk = strawberry.field(description=_AFTER)


@strawberry.input(description="For withdrawAsk.")
class WithdrawAskInput:
    """What WithdrawAsk takes."""

    ask_id: strawberry.ID = strawberry.field(description=_WHICH)


@strawberry.type(description="An ask after it.")
class WithdrawAskPayload:
    """What WithdrawAsk gives."""

    ask: OpenAsk = strawberry.field(description=_AFTER)


@strawberry.type
class OpenAskMutation:
    """The mutations of open asks."""

    @mutation(
        description="Ask mentors whose skills fit; three open asks at most. Requires: a verified mail address.",
        refuses=[Conflict, LimitReached],
    )
    async def post_ask(self, info: Info, form: PostAskInput) -> PostAskPayload:
        """Put an ask."""
        actor = info.context.actor
        row = await services.post_ask(actor, form=form.form(), idempotency_key=form.idempotency_key)
        return PostAskPayload(ask=OpenAsk.of(row, actor))

    @mutation(
        description="Keep what I wrote for an ask, also when it is no longer mine to answer."
        " Requires: to see the ask, or to have written for it."
    )
    async def keep_ask_draft(self, info: Info, form: KeepAskDraftInput) -> KeepAskDraftPayload:
        """Keep a draft."""
        row = await services.keep_draft(info.context.actor, ask_id=ask_id_of(form.ask_id), text=form.text)
        return KeepAskDraftPayload(updated_at=row.updated_at)

    @mutation(
        description="Take an open ask up for half an hour; others see until when."
        " Requires: a verified mail address and a skill that fits.",
        refuses=[Conflict, LimitReached],
    )
    async def take_ask(self, info: Info, form: TakeAskInput) -> TakeAskPayload:
        """Take an open ask up for half an hour."""
        actor = info.context.actor
        row = await services.take_ask(actor, ask_id=ask_id_of(form.ask_id))
        return TakeAskPayload(ask=OpenAsk.of(row, actor))

    @mutation(
        description="Hold an ask for half an hour from now, four hours at most in all. Requires: to hold the ask.",
        refuses=[Conflict, LimitReached],
    )
    async def renew_ask_lease(self, info: Info, form: RenewAskLeaseInput) -> RenewAskLeasePayload:
        """Hold an ask for half an hour from now."""
        actor = info.context.actor
        row = await services.renew_lease(actor, ask_id=ask_id_of(form.ask_id))
        return RenewAskLeasePayload(ask=OpenAsk.of(row, actor))

    @mutation(
        description="Give an ask back, so that somebody else can take it at once. Requires: to hold the ask.",
        refuses=[Conflict],
    )
    async def release_ask(self, info: Info, form: ReleaseAskInput) -> ReleaseAskPayload:
        """Give an ask back."""
        actor = info.context.actor
        row = await services.release_ask(actor, ask_id=ask_id_of(form.ask_id))
        return ReleaseAskPayload(ask=OpenAsk.of(row, actor))

    @mutation(
        description="Answer an ask one holds. When somebody else holds it now, the text is kept in my drafts."
        " Requires: to hold the ask.",
        refuses=[Conflict],
    )
    async def answer_ask(self, info: Info, form: AnswerAskInput) -> AnswerAskPayload:
        """Answer an ask one holds."""
        actor = info.context.actor
        row = await services.answer_ask(actor, ask_id=ask_id_of(form.ask_id), text=form.text)
        return AnswerAskPayload(ask=OpenAsk.of(row, actor))

    @mutation(
        description="Offer its author a micro mentoring in the place of an answer, under the guards of any request."
        " Not for anonymous asks. Requires: to hold the ask.",
        refuses=[Conflict, LimitReached],
    )
    async def turn_ask_into_request(self, info: Info, form: TurnAskIntoRequestInput) -> TurnAskIntoRequestPayload:
        """Offer its author a micro mentoring in the place of an answer."""
        actor = info.context.actor
        row = await services.request_from_ask(actor, ask_id=ask_id_of(form.ask_id), message=form.message)
        return TurnAskIntoRequestPayload(ask=OpenAsk.of(row, actor))

    @mutation(
        description="Take an own ask back. Requires: to be its author.",
        refuses=[Conflict],
    )
    async def withdraw_ask(self, info: Info, form: WithdrawAskInput) -> WithdrawAskPayload:
        """Take an own ask back."""
        actor = info.context.actor
        row = await services.withdraw_ask(actor, ask_id=ask_id_of(form.ask_id))
        return WithdrawAskPayload(ask=OpenAsk.of(row, actor))
