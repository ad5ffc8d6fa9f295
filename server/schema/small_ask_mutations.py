"""What is done with small asks: posted, helped with, agreed on, done, thanked for, passed on, taken back."""

from datetime import datetime

import strawberry

from server.domain.small_asks import HelpForm, SmallAskForm
from server.models import small_asks as rows
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.core.ids import decode_id, uuid_of
from server.schema.small_asks import SmallAsk, small_ask_id_of
from server.services import small_asks as services

_WHICH = "Which ask."
_AFTER = "The ask as it is now."


@strawberry.input(description="For postSmallAsk.")
class PostSmallAskInput:
    """What PostSmallAsk takes."""

    text: str = strawberry.field(description="What is asked, in a line: 5 to 300 characters.")
    topic: str = strawberry.field(default="", description="What it is about; needed without a skill.")
    skill_id: strawberry.ID | None = strawberry.field(default=None, description="Or the skill it is about.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )

    def form(self) -> SmallAskForm:
        """Return the ask as the services take it."""
        skill = None if self.skill_id is None else decode_id(self.skill_id, "Skill", what="skill")
        return SmallAskForm(self.text, self.topic, skill)


@strawberry.type(description="A small ask that stands open.")
class PostSmallAskPayload:
    """What PostSmallAsk gives."""

    ask: SmallAsk = strawberry.field(description=_AFTER)


@strawberry.input(description="For offerSmallHelp.")
class OfferSmallHelpInput:
    """What OfferSmallHelp takes."""

    small_ask_id: strawberry.ID = strawberry.field(description=_WHICH)
    free_at: datetime = strawberry.field(description="When I am free for it: within seven days.")
    words: str = strawberry.field(default="", description="A word to the asker: at most 300 characters.")


@strawberry.type(description="A small ask one offered to help with.")
class OfferSmallHelpPayload:
    """What OfferSmallHelp gives."""

    ask: SmallAsk = strawberry.field(description=_AFTER)


@strawberry.input(description="For takeSmallHelpBack.")
class TakeSmallHelpBackInput:
    """What TakeSmallHelpBack takes."""

    small_ask_id: strawberry.ID = strawberry.field(description=_WHICH)


@strawberry.type(description="A small ask one does not offer to help with any more.")
class TakeSmallHelpBackPayload:
    """What TakeSmallHelpBack gives."""

    ask: SmallAsk = strawberry.field(description=_AFTER)


@strawberry.input(description="For agreeOnSmallHelp.")
class AgreeOnSmallHelpInput:
    """What AgreeOnSmallHelp takes."""

    small_ask_id: strawberry.ID = strawberry.field(description=_WHICH)
    helper_id: strawberry.ID = strawberry.field(description="Whose offer: their profile.")


@strawberry.type(description="A small ask that somebody helps with.")
class AgreeOnSmallHelpPayload:
    """What AgreeOnSmallHelp gives."""

    ask: SmallAsk = strawberry.field(description=_AFTER)


@strawberry.input(description="For reopenSmallAsk.")
class ReopenSmallAskInput:
    """What ReopenSmallAsk takes."""

    small_ask_id: strawberry.ID = strawberry.field(description=_WHICH)


@strawberry.type(description="A small ask that is open again.")
class ReopenSmallAskPayload:
    """What ReopenSmallAsk gives."""

    ask: SmallAsk = strawberry.field(description=_AFTER)


@strawberry.input(description="For finishSmallAsk.")
class FinishSmallAskInput:
    """What FinishSmallAsk takes."""

    small_ask_id: strawberry.ID = strawberry.field(description=_WHICH)


@strawberry.type(description="A small ask that was done.")
class FinishSmallAskPayload:
    """What FinishSmallAsk gives."""

    ask: SmallAsk = strawberry.field(description=_AFTER)


@strawberry.input(description="For thankForSmallAsk.")
class ThankForSmallAskInput:
    """What ThankForSmallAsk takes."""

    small_ask_id: strawberry.ID = strawberry.field(description=_WHICH)
    thanks: str = strawberry.field(description="1 to 300 characters.")


@strawberry.type(description="A small ask that somebody was thanked for.")
class ThankForSmallAskPayload:
    """What ThankForSmallAsk gives."""

    ask: SmallAsk = strawberry.field(description=_AFTER)


@strawberry.input(description="For passSmallAskOn.")
class PassSmallAskOnInput:
    """What PassSmallAskOn takes."""

    small_ask_id: strawberry.ID = strawberry.field(description=_WHICH)
    to_profile_id: strawberry.ID = strawberry.field(description="For whom it is.")


@strawberry.type(description="A small ask that was passed on.")
class PassSmallAskOnPayload:
    """What PassSmallAskOn gives."""

    ask: SmallAsk = strawberry.field(description=_AFTER)


@strawberry.input(description="For withdrawSmallAsk.")
class WithdrawSmallAskInput:
    """What WithdrawSmallAsk takes."""

    small_ask_id: strawberry.ID = strawberry.field(description=_WHICH)


@strawberry.type(description="A small ask that was taken back.")
class WithdrawSmallAskPayload:
    """What WithdrawSmallAsk gives."""

    ask: SmallAsk = strawberry.field(description=_AFTER)


@strawberry.type
class SmallAskMutation:
    """The mutations of small asks."""

    @mutation(
        description="Ask for fifteen minutes; two small asks at most. Requires: a verified mail address.",
        refuses=[Conflict, LimitReached],
    )
    async def post_small_ask(self, info: Info, form: PostSmallAskInput) -> PostSmallAskPayload:
        """Post a small ask."""
        row = await services.post(info.context.actor, form=form.form(), idempotency_key=form.idempotency_key)
        return PostSmallAskPayload(ask=_shown(info, row))

    @mutation(
        description="Offer my fifteen minutes for somebody's ask, or say another time for them."
        " Requires: a verified mail address.",
        refuses=[Conflict, LimitReached],
    )
    async def offer_small_help(self, info: Info, form: OfferSmallHelpInput) -> OfferSmallHelpPayload:
        """Offer to help with a small ask."""
        actor = info.context.actor
        row = await services.offer_help(
            actor, ask_id=small_ask_id_of(form.small_ask_id), form=HelpForm(form.free_at, form.words)
        )
        return OfferSmallHelpPayload(ask=_shown(info, row))

    @mutation(
        description="Take back an offer that was not taken. Requires: to have offered.",
        refuses=[Conflict],
    )
    async def take_small_help_back(self, info: Info, form: TakeSmallHelpBackInput) -> TakeSmallHelpBackPayload:
        """Take an offer back."""
        actor = info.context.actor
        row = await services.take_offer_back(actor, ask_id=small_ask_id_of(form.small_ask_id))
        return TakeSmallHelpBackPayload(ask=_shown(info, row))

    @mutation(
        description="Take somebody's offer, for the time they said. Requires: to have asked, and a"
        " verified mail address.",
        refuses=[Conflict],
    )
    async def agree_on_small_help(self, info: Info, form: AgreeOnSmallHelpInput) -> AgreeOnSmallHelpPayload:
        """Take somebody's offer."""
        actor = info.context.actor
        row = await services.agree(
            actor,
            ask_id=small_ask_id_of(form.small_ask_id),
            helper_id=uuid_of(form.helper_id, "Profile", what="profile"),
        )
        return AgreeOnSmallHelpPayload(ask=_shown(info, row))

    @mutation(
        description="Say that it cannot be after all: the ask is open again. Requires: to be one of the two.",
        refuses=[Conflict],
    )
    async def reopen_small_ask(self, info: Info, form: ReopenSmallAskInput) -> ReopenSmallAskPayload:
        """Open a small ask again."""
        actor = info.context.actor
        row = await services.reopen(actor, ask_id=small_ask_id_of(form.small_ask_id))
        return ReopenSmallAskPayload(ask=_shown(info, row))

    @mutation(
        description="Say that it was done. Requires: to be one of the two.",
        refuses=[Conflict],
    )
    async def finish_small_ask(self, info: Info, form: FinishSmallAskInput) -> FinishSmallAskPayload:
        """Say that a small ask was done."""
        actor = info.context.actor
        row = await services.finish(actor, ask_id=small_ask_id_of(form.small_ask_id))
        return FinishSmallAskPayload(ask=_shown(info, row))

    @mutation(
        description="Thank who helped, in a line. Requires: to have asked, and a verified mail address.",
        refuses=[Conflict],
    )
    async def thank_for_small_ask(self, info: Info, form: ThankForSmallAskInput) -> ThankForSmallAskPayload:
        """Thank for a small ask."""
        actor = info.context.actor
        row = await services.thank(actor, ask_id=small_ask_id_of(form.small_ask_id), thanks=form.thanks)
        return ThankForSmallAskPayload(ask=_shown(info, row))

    @mutation(
        description="Tell somebody of an ask that is for them; three people at most. Requires: a verified mail"
        " address, and to see both.",
        refuses=[Conflict, LimitReached],
    )
    async def pass_small_ask_on(self, info: Info, form: PassSmallAskOnInput) -> PassSmallAskOnPayload:
        """Pass a small ask on."""
        actor = info.context.actor
        row = await services.pass_on(
            actor,
            ask_id=small_ask_id_of(form.small_ask_id),
            to_id=uuid_of(form.to_profile_id, "Profile", what="profile"),
        )
        return PassSmallAskOnPayload(ask=_shown(info, row))

    @mutation(
        description="Take an own ask back. Requires: to have asked.",
        refuses=[Conflict],
    )
    async def withdraw_small_ask(self, info: Info, form: WithdrawSmallAskInput) -> WithdrawSmallAskPayload:
        """Take a small ask back."""
        actor = info.context.actor
        row = await services.withdraw(actor, ask_id=small_ask_id_of(form.small_ask_id))
        return WithdrawSmallAskPayload(ask=_shown(info, row))


def _shown(info: Info, row: rows.SmallAsk) -> SmallAsk:
    return SmallAsk.of(row, info.context.actor.user_id)
