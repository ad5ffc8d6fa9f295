"""Check-ins: their type, answering one, and the cadence they come at."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

import strawberry

from server.domain.check_ins import LADDER, CheckInAnswer, CheckInKind, CheckInState, Silence
from server.models.check_ins import CheckInPart
from server.queries import check_ins as queries
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, mutation
from server.schema.core.ids import encode_id, uuid_of
from server.schema.core.nodes import Node, node_loader
from server.services import check_ins

strawberry.enum(CheckInKind, description="What a check-in is for.")
strawberry.enum(CheckInState, description="Where a check-in stands.")
strawberry.enum(Silence, description="The steps that silence is met with.")


@strawberry.type(description="My answer to a check-in. Nobody else reads whether something is wrong, or the words.")
class OwnCheckInAnswer:
    """The viewer's own answer."""

    at: datetime = strawberry.field(description="When I answered.")
    useful: int = strawberry.field(description="How useful it is, 1 to 5.")
    is_next_step_clear: bool = strawberry.field(description="Whether the next step is clear.")
    is_wrong: bool = strawberry.field(description="Whether something is wrong. Mine alone.")
    words: str = strawberry.field(description="What is wrong. Mine alone, and theirs whom I asked to look.")
    wants_look: bool = strawberry.field(description="Whether I asked for a person to look.")

    @classmethod
    def of(cls, part: CheckInPart) -> "OwnCheckInAnswer | None":
        """Return an answer that was given."""
        if part.answered_at is None or part.useful is None:
            return None
        return cls(
            at=part.answered_at,
            useful=part.useful,
            is_next_step_clear=bool(part.is_next_step_clear),
            is_wrong=bool(part.is_wrong),
            words=part.words,
            wants_look=part.wants_look,
        )


@strawberry.type(description="What the other side answered to a check-in that is settled.")
class OtherCheckInAnswer:
    """The other side's answer, without what is private to them."""

    useful: int = strawberry.field(description="How useful it is, 1 to 5.")
    is_next_step_clear: bool = strawberry.field(description="Whether the next step is clear.")

    @classmethod
    def of(cls, part: CheckInPart | None) -> "OtherCheckInAnswer | None":
        """Return an answer that was given."""
        if part is None or part.answered_at is None or part.useful is None:
            return None
        return cls(useful=part.useful, is_next_step_clear=bool(part.is_next_step_clear))


@strawberry.type(description="A check-in of a mentorship. Requires: to be asked by it.")
class CheckIn(Node):
    """A check-in as one of those it asks sees it."""

    mentorship_id: strawberry.ID = strawberry.field(description="The mentorship it asks about.")
    kind: CheckInKind = strawberry.field(description="What it is for.")
    state: CheckInState = strawberry.field(description="Where it stands.")
    opened_at: datetime = strawberry.field(description="Since when it can be answered.")
    due_at: datetime | None = strawberry.field(
        description="When it is due; null for one of a gig, and while a gig without an end stops the clock."
    )
    closes_at: datetime | None = strawberry.field(description="When it is late.")
    mine: OwnCheckInAnswer | None = strawberry.field(description="My answer.")
    theirs: OtherCheckInAnswer | None = strawberry.field(description="The other side's, once it is settled.")
    my_silence: list[Silence] = strawberry.field(description="The steps that met my silence so far.")

    @classmethod
    def of(cls, view: queries.CheckInView) -> "CheckIn":
        """Return the check-in as the API shows it."""
        return cls(
            key=view.row.id,
            mentorship_id=strawberry.ID(encode_id("Mentorship", view.row.mentorship_id)),
            kind=view.row.kind,
            state=view.row.state,
            opened_at=view.row.created_at,
            due_at=view.row.due_at,
            closes_at=view.row.closes_at,
            mine=OwnCheckInAnswer.of(view.mine),
            theirs=OtherCheckInAnswer.of(view.theirs),
            my_silence=list(LADDER[: view.mine.steps_told]),
        )


@node_loader("CheckIn")
async def load_check_ins(info: Info, keys: Collection[UUID]) -> Mapping[UUID, CheckIn]:
    """Return the check-ins that ask the viewer."""
    found = await queries.views(info.context.actor, keys)
    return {key: CheckIn.of(view) for key, view in found.items()}


@strawberry.input(description="For answerCheckIn: three taps.")
class AnswerCheckInInput:
    """Input of answerCheckIn."""

    check_in_id: strawberry.ID = strawberry.field(description="Which check-in.")
    useful: int = strawberry.field(description="How useful it is, 1 to 5.")
    is_next_step_clear: bool = strawberry.field(description="Whether the next step is clear.")
    is_wrong: bool = strawberry.field(default=False, description="Whether something is wrong. Yours alone.")
    words: str = strawberry.field(default="", description="What is wrong: at most 1,000 characters. Yours alone.")
    wants_look: bool = strawberry.field(default=False, description="Ask for a person of the house to look.")


@strawberry.type(description="The answer is kept.")
class AnswerCheckInPayload:
    """Payload of answerCheckIn."""

    check_in: CheckIn = strawberry.field(description="The check-in as it is now.")


@strawberry.type
class CheckInMutation:
    """The mutations on check-ins."""

    @mutation(description="Answer a check-in, once. Requires: to be asked by it.", refuses=[Conflict])
    async def answer_check_in(self, info: Info, form: AnswerCheckInInput) -> AnswerCheckInPayload:
        """Answer a check-in."""
        check_in_id = uuid_of(form.check_in_id, "CheckIn", what="check-in")
        answer = CheckInAnswer(form.useful, form.is_next_step_clear, form.is_wrong, form.words, form.wants_look)
        await check_ins.answer_check_in(info.context.actor, check_in_id=check_in_id, answer=answer)
        found = await queries.views(info.context.actor, [check_in_id])
        return AnswerCheckInPayload(check_in=CheckIn.of(found[check_in_id]))
