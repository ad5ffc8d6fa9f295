"""What is done to questions, as mutations: each the same use case as the command over /live."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from server.domain.question_states import Action
from server.domain.webinars import FEW_PRESENT
from server.queries import webinars as webinar_queries
from server.schema.core.batching import batched
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.questions import (
    OwnQuestion,
    Question,
    StaffQuestion,
    load_own_questions,
    load_questions,
    load_staff_questions,
    question_id_of,
)
from server.schema.webinars import webinar_id_of
from server.services import questions as services
from server.services import webinar_archive
from server.services.question_acts import ActForm, act

_KEY = "The same key again gives the first answer."
_VERSION = "The version the decision was made at; another one now is a Conflict with the current one."


@strawberry.type(description="A question after something was done to it, in the views the viewer has of it.")
class QuestionPayload:
    """What actions on questions give."""

    key: strawberry.Private[UUID]

    @batched(description="As the audience sees it; null while it does not.")
    @staticmethod
    async def question(parents: Sequence["QuestionPayload"], info: Info) -> Sequence[Question | None]:
        """Return the audience's view."""
        found = await load_questions(info, [p.key for p in parents])
        return [found.get(p.key) for p in parents]

    @batched(description="As its moderators see it; null for others.")
    @staticmethod
    async def staff_view(parents: Sequence["QuestionPayload"], info: Info) -> Sequence[StaffQuestion | None]:
        """Return the staff's view."""
        found = await load_staff_questions(info, [p.key for p in parents])
        return [found.get(p.key) for p in parents]

    @batched(description="As its author sees it; null for others.")
    @staticmethod
    async def own_view(parents: Sequence["QuestionPayload"], info: Info) -> Sequence[OwnQuestion | None]:
        """Return the author's view."""
        found = await load_own_questions(info, [p.key for p in parents])
        return [found.get(p.key) for p in parents]


@strawberry.type(description="A question that was asked.")
class AskQuestionPayload(QuestionPayload):
    """What askQuestion gives."""

    few_present: bool = strawberry.field(description="So few are there that a pseudonym hides little.")


@strawberry.type(description="How many voted, after one's own vote.")
class VotePayload:
    """What votes give."""

    votes: int = strawberry.field(description="The absolute number.")
    revision: int = strawberry.field(description="Of two numbers, the one with the higher revision is the later.")


@strawberry.type(description="All that one asked under the pseudonym, now under one's name.")
class RevealMyNamePayload:
    """What revealMyName gives."""

    questions: list[QuestionPayload] = strawberry.field(description="The questions.")


@strawberry.input(description="For askQuestion.")
class AskQuestionInput:
    """What AskQuestion takes."""

    webinar_id: strawberry.ID = strawberry.field(description="Where.")
    text: str = strawberry.field(description="10 to 300 characters.")
    anonymous: bool = strawberry.field(default=False, description="Under a pseudonym, where the webinar allows it.")
    language: str = strawberry.field(default="", description="The code of its language.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)


@strawberry.input(description="For voteForQuestion.")
class VoteForQuestionInput:
    """What VoteForQuestion takes."""

    question_id: strawberry.ID = strawberry.field(description="Which question.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)


@strawberry.input(description="For takeVoteBack.")
class TakeVoteBackInput:
    """What TakeVoteBack takes."""

    question_id: strawberry.ID = strawberry.field(description="Which question.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)


@strawberry.input(description="For revealMyName.")
class RevealMyNameInput:
    """What RevealMyName takes."""

    webinar_id: strawberry.ID = strawberry.field(description="In which webinar: all one asked there is named.")


@strawberry.input(description="For keepFollowUp.")
class KeepFollowUpInput:
    """What KeepFollowUp takes."""

    question_id: strawberry.ID = strawberry.field(description="Which question.")


@strawberry.input(description="What every action on a question takes.")
class OnQuestion:
    """What every action on a question takes."""

    question_id: strawberry.ID = strawberry.field(description="Which question, by the id of any of its views.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)


async def do_action(info: Info, form: OnQuestion, action: Action, asked: ActForm | None = None) -> QuestionPayload:
    """Do an action and return the question as the viewer sees it."""
    row = await act(
        info.context.actor,
        question_id=question_id_of(form.question_id),
        action=action,
        form=asked,
        expected_version=form.expected_version,
        idempotency_key=form.idempotency_key,
    )
    return QuestionPayload(key=row.id)


@strawberry.type
class QuestionMutation:
    """Asking, voting, one's name, and promises."""

    @mutation(
        description="Ask a question. Requires: a place in the webinar.",
        refuses=[Conflict, LimitReached],
    )
    async def ask_question(self, info: Info, form: AskQuestionInput) -> AskQuestionPayload:
        """Ask a question."""
        webinar_id = webinar_id_of(form.webinar_id)
        asked = services.AskForm(text=form.text, anonymous=form.anonymous, language=form.language)
        row = await services.ask_question(
            info.context.actor, webinar_id=webinar_id, form=asked, idempotency_key=form.idempotency_key
        )
        crowd = (await webinar_queries.crowds_of([webinar_id]))[webinar_id]
        return AskQuestionPayload(key=row.id, few_present=crowd.present < FEW_PRESENT)

    @mutation(
        description="Vote for a live question of somebody else. Requires: a place in the webinar.", refuses=[Conflict]
    )
    async def vote_for_question(self, info: Info, form: VoteForQuestionInput) -> VotePayload:
        """Vote for a question."""
        tally = await services.vote(
            info.context.actor, question_id=question_id_of(form.question_id), idempotency_key=form.idempotency_key
        )
        return VotePayload(votes=tally.votes, revision=tally.revision)

    @mutation(description="Take one's vote back. Requires: a place in the webinar.", refuses=[Conflict])
    async def take_vote_back(self, info: Info, form: TakeVoteBackInput) -> VotePayload:
        """Take a vote back."""
        tally = await services.take_vote_back(
            info.context.actor, question_id=question_id_of(form.question_id), idempotency_key=form.idempotency_key
        )
        return VotePayload(votes=tally.votes, revision=tally.revision)

    @mutation(
        description="Put one's name to all one asked in a webinar under its pseudonym. Requires: to be the author.",
        refuses=[Conflict],
    )
    async def reveal_my_name(self, info: Info, form: RevealMyNameInput) -> RevealMyNamePayload:
        """Reveal the viewer's name."""
        rows = await services.reveal_name(info.context.actor, webinar_id=webinar_id_of(form.webinar_id))
        return RevealMyNamePayload(questions=[QuestionPayload(key=row.id) for row in rows])

    @mutation(description="Note that a promise was kept. Requires: to be its owner, or to moderate.")
    async def keep_follow_up(self, info: Info, form: KeepFollowUpInput) -> QuestionPayload:
        """Note a kept promise."""
        promise = await webinar_archive.keep_promise(info.context.actor, question_id=question_id_of(form.question_id))
        return QuestionPayload(key=promise.question_id)
