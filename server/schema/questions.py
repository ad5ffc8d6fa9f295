"""Questions in three views: the audience's, the staff's, the author's own. Three types, so three ids."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import strawberry

from server.domain.question_export import to_csv, to_json
from server.domain.question_facts import AnswerShown
from server.domain.question_order import ORDERS, QuestionSort
from server.domain.question_states import Action, AnswerKind, DismissReason, QuestionState
from server.kit.paging import PageRequest
from server.queries import questions as queries
from server.queries.question_export import export_of
from server.queries.question_pages import page_of
from server.queries.question_views import Card, Listed, answer_view, listed_from, own_view, staff_view
from server.schema.core.batching import batched
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.fields import resolved
from server.schema.core.ids import encode_id, split_id, uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.core.views import viewed
from server.schema.profiles import Profile, keys_of, load_profiles, uuid_key
from server.schema.webinars import webinar_id_of

strawberry.enum(QuestionState, description="Where a question stands.")
strawberry.enum(AnswerKind, description="How a question was answered.")
strawberry.enum(DismissReason, description="Why a question is not taken.")
strawberry.enum(QuestionSort, description="The orders of questions; they stand still while one is being answered.")
strawberry.enum(Action, name="QuestionAction", description="What was done to a question.")


@strawberry.enum(description="The form of an export.")
class ExportFormat(StrEnum):
    """JSON holds everything, CSV a row for each question."""

    JSON = "json"
    CSV = "csv"


@strawberry.type(description="An answer to a question.")
class Answer:
    """An answer: in text, or on stage at an instant of the event."""

    kind: AnswerKind = strawberry.field(description="In text or on stage.")
    text: str = strawberry.field(description="The text; empty for one given on stage.")
    is_public: bool = strawberry.field(description="For everybody, or for the author alone.")
    offset_seconds: int | None = strawberry.field(description="On stage: seconds since the event's start.")
    at: datetime = strawberry.field(description="When.")
    by_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, shown: AnswerShown) -> "Answer":
        """Return the answer as the API shows it."""
        return cls(
            kind=shown.kind,
            text=shown.text,
            is_public=shown.is_public,
            offset_seconds=shown.offset_seconds,
            at=shown.at,
            by_id=shown.by,
        )

    @batched(description="Who answered.")
    @staticmethod
    async def by(parents: Sequence["Answer"], info: Info) -> Sequence[Profile | None]:
        """Return who gave each."""
        found = await load_profiles(info, {p.by_id for p in parents})
        return [found.get(p.by_id) for p in parents]


@strawberry.type(description="As whom an author appears: a profile, a pseudonym of this event, or nobody.")
class QuestionAuthor:
    """A byline: never a profile and a pseudonym together."""

    pseudonym: str | None = strawberry.field(description="The same for one person throughout an event.")
    profile_id: strawberry.Private[UUID | None]

    @classmethod
    def of(cls, card: Card) -> "QuestionAuthor":
        """Return the byline as the API shows it."""
        return cls(pseudonym=card.byline.pseudonym, profile_id=card.named_author)

    @batched(description="The profile, where the name is shown.")
    @staticmethod
    async def profile(parents: Sequence["QuestionAuthor"], info: Info) -> Sequence[Profile | None]:
        """Return the person of each that shows a name."""
        found = await load_profiles(info, {p.profile_id for p in parents if p.profile_id is not None})
        return [None if p.profile_id is None else found.get(p.profile_id) for p in parents]


@strawberry.type(description="A question as the audience sees it. Requires: a place in the webinar.")
class Question(Node):
    """A question that is shown."""

    view: strawberry.Private[Listed]
    number: int = viewed(description="Given when it was first shown.")
    text: str = viewed(description="What is asked.")
    state: QuestionState = viewed(description="Where it stands.")
    votes: int = viewed(description="How many different people voted for it.")
    is_edited: bool = viewed(description="A moderator changed the wording.")
    kinds: list[AnswerKind] = viewed(description="How it was answered so far.")
    labels: list[str] = viewed(description="Its labels.")
    stage: str | None = viewed(description="Where it is being answered now.")
    language: str = viewed(description="The code of its language; may be empty.")
    shown_at: datetime = viewed(description="When it was first shown.")
    version: int = viewed(description="Grows whenever it is seen to change.")
    author: QuestionAuthor = viewed(
        description="As whom its author appears.",
        make=lambda view: QuestionAuthor(pseudonym=view.pseudonym, profile_id=view.named_author),
    )
    answers: list[Answer] = viewed(
        description="The answers for everybody.", make=lambda view: [Answer.of(one) for one in view.answers]
    )

    @classmethod
    def of(cls, one: Listed) -> "Question":
        """Return the audience's view of a question that is shown."""
        return cls(key=one.id, view=one)

    @resolved(description="The id of the question it was merged into.")
    def merged_into_id(self) -> strawberry.ID | None:
        """Return the other question's id."""
        other = self.view.merged_into
        return None if other is None else strawberry.ID(encode_id("Question", other))

    @batched(description="I voted for it.")
    @staticmethod
    async def voted(parents: Sequence["Question"], info: Info) -> Sequence[bool]:
        """Tell for each whether the viewer voted for it."""
        found = await queries.voted(info.context.actor, keys_of(parents))
        return [uuid_key(p) in found for p in parents]


@strawberry.type(description="A question as its moderators see it. Requires: to moderate the webinar.")
class StaffQuestion(Node):
    """A question with all the staff knows of it; its author is who they are shown as."""

    number: int | None = strawberry.field(description="Given when it is first shown.")
    text: str = strawberry.field(description="The wording now.")
    original_text: str = strawberry.field(description="The author's wording.")
    state: QuestionState = strawberry.field(description="Where it stands.")
    is_shown: bool = strawberry.field(description="The audience sees it.")
    votes: int = strawberry.field(description="How many different people voted for it.")
    lease_until: datetime | None = strawberry.field(description="Until when somebody is reviewing it.")
    queue_rank: int | None = strawberry.field(description="Its place among the next ones.")
    labels: list[str] = strawberry.field(description="Its labels.")
    stage: str | None = strawberry.field(description="Where it is being answered now.")
    screened: list[str] = strawberry.field(description="Why the screen held it back.")
    dismiss_reason: DismissReason | None = strawberry.field(description="Why it was not taken.")
    staff_note: str = strawberry.field(description="What was noted at the dismissal.")
    asked_at: datetime = strawberry.field(description="When it was asked.")
    version: int = strawberry.field(description="Give it back as expectedVersion.")
    author: QuestionAuthor = strawberry.field(description="As whom its author appears.")
    answers: list[Answer] = strawberry.field(description="All answers.")
    lease_key: strawberry.Private[UUID | None]

    @classmethod
    def of(cls, card: Card) -> "StaffQuestion":
        """Return the staff's view of a question."""
        view = staff_view(card)
        return cls(
            key=view.id,
            number=view.number,
            text=view.text,
            original_text=view.original_text,
            state=view.state,
            is_shown=view.is_shown,
            votes=card.votes.votes,
            lease_until=view.lease_until,
            queue_rank=view.queue_rank,
            labels=list(view.labels),
            stage=view.stage,
            screened=list(view.screened),
            dismiss_reason=view.dismiss_reason,
            staff_note=view.staff_note,
            asked_at=view.asked_at,
            version=view.version,
            author=QuestionAuthor.of(card),
            answers=[Answer.of(one) for one in view.answers],
            lease_key=view.lease_by,
        )

    @batched(description="Who is reviewing it.")
    @staticmethod
    async def reviewer(parents: Sequence["StaffQuestion"], info: Info) -> Sequence[Profile | None]:
        """Return who holds the lease of each."""
        found = await load_profiles(info, {p.lease_key for p in parents if p.lease_key is not None})
        return [None if p.lease_key is None else found.get(p.lease_key) for p in parents]


@strawberry.type(description="A question I asked. Requires: to be its author.")
class OwnQuestion(Node):
    """A question as its author sees it, private answers included."""

    number: int | None = strawberry.field(description="Given when it is first shown.")
    text: str = strawberry.field(description="The wording now.")
    original_text: str = strawberry.field(description="My own wording.")
    state: QuestionState = strawberry.field(description="Where it stands.")
    is_edited: bool = strawberry.field(description="A moderator changed the wording; I may undo that.")
    dismiss_reason: DismissReason | None = strawberry.field(description="Why it was not taken.")
    note: str = strawberry.field(description="What the staff wants me to know.")
    asked_at: datetime = strawberry.field(description="When I asked it.")
    version: int = strawberry.field(description="Give it back as expectedVersion.")
    answers: list[Answer] = strawberry.field(description="All answers to it.")
    webinar_id: strawberry.ID = strawberry.field(description="Where I asked it.")

    @classmethod
    def of(cls, card: Card) -> "OwnQuestion":
        """Return the author's view of a question."""
        view = own_view(card)
        return cls(
            key=view.id,
            number=view.number,
            text=view.text,
            original_text=view.original_text,
            state=view.state,
            is_edited=view.is_edited,
            dismiss_reason=view.dismiss_reason,
            note=view.note,
            asked_at=view.asked_at,
            version=view.version,
            answers=[Answer.of(answer_view(one)) for one in [*card.answers, *card.target_answers]],
            webinar_id=strawberry.ID(encode_id("Webinar", card.row.webinar_id)),
        )


_VIEWS = ("Question", "StaffQuestion", "OwnQuestion")


def question_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a question from the id of any of its views, or refuse with NotFound."""
    view, _ = split_id(global_id, what="question")
    return uuid_of(global_id, view if view in _VIEWS else "Question", what="question")


@node_loader("Question")
async def load_questions(info: Info, keys: Collection[UUID]) -> Mapping[UUID, Question]:
    """Return the questions that are shown where the viewer has a place."""
    found = await queries.seen(info.context.actor, keys)
    listed = {key: listed_from(card) for key, card in found.shown.items()}
    return {key: Question.of(one) for key, one in listed.items() if one is not None}


@node_loader("StaffQuestion")
async def load_staff_questions(info: Info, keys: Collection[UUID]) -> Mapping[UUID, StaffQuestion]:
    """Return the questions that the viewer moderates."""
    found = await queries.seen(info.context.actor, keys)
    return {key: StaffQuestion.of(card) for key, card in found.staff.items()}


@node_loader("OwnQuestion")
async def load_own_questions(info: Info, keys: Collection[UUID]) -> Mapping[UUID, OwnQuestion]:
    """Return the questions that the viewer asked."""
    found = await queries.seen(info.context.actor, keys)
    return {key: OwnQuestion.of(card) for key, card in found.own.items()}


def _order_of(arguments: Mapping[str, Any]) -> Any:
    return ORDERS[arguments.get("sort") or QuestionSort.POPULAR]


_WEBINAR = Annotated[strawberry.ID, strawberry.argument(description="Which webinar.")]


@strawberry.type
class QuestionQuery:
    """What can be asked about questions."""

    @connection_field(
        order=_order_of,
        description="The questions that are shown in a webinar. Requires: a place in it; for the queue, its staff.",
    )
    async def webinar_questions(
        self,
        info: Info,
        page: PageRequest,
        webinar_id: _WEBINAR,
        sort: Annotated[QuestionSort, strawberry.argument(description="In which order.")] = QuestionSort.POPULAR,
    ) -> Connection[Question]:
        """Return a page of an order."""
        found = await page_of(info.context.actor, webinar_id_of(webinar_id), page, sort=sort)
        return connection_of(found, Question.of)

    @connection_field(
        order=queries.REVIEW_OLDEST, description="All questions, oldest first. Requires: to moderate the webinar."
    )
    async def questions_to_review(
        self,
        info: Info,
        page: PageRequest,
        webinar_id: _WEBINAR,
        states: Annotated[list[QuestionState] | None, strawberry.argument(description="In these states only.")] = None,
    ) -> Connection[StaffQuestion]:
        """Return a page of what moderators see."""
        found = await queries.review_page(
            info.context.actor, webinar_id_of(webinar_id), page, states=states or [QuestionState.PENDING]
        )
        return connection_of(found, StaffQuestion.of)

    @connection_field(order=queries.OWN_NEWEST, description="What I asked, newest first.")
    async def my_questions(
        self,
        info: Info,
        page: PageRequest,
        webinar_id: Annotated[strawberry.ID | None, strawberry.argument(description="In this webinar only.")] = None,
    ) -> Connection[OwnQuestion]:
        """Return a page of the viewer's questions."""
        key = None if webinar_id is None else webinar_id_of(webinar_id)
        return connection_of(await queries.own_page(info.context.actor, page, webinar_id=key), OwnQuestion.of)

    @resolved(description="All questions of a webinar with their history, as a file. Requires: host or co-host.")
    async def webinar_export(
        self,
        info: Info,
        webinar_id: _WEBINAR,
        format: Annotated[ExportFormat, strawberry.argument(description="JSON or CSV.")],  # noqa: A002 - the API's name
    ) -> str:
        """Return the export as text."""
        export = await export_of(info.context.actor, webinar_id_of(webinar_id))
        return to_json(export) if format is ExportFormat.JSON else to_csv(export)
