"""What came of mentorships: the questions to the viewer, their answers, and figures for managers."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from server.domain.availability import MentoringFormat
from server.domain.outcomes import OutcomeAnswers, OutcomeMeasure, OutcomeMoment, OutcomeSide
from server.kit.paging import PageRequest
from server.models import outcomes as rows
from server.queries import outcomes as queries
from server.schema.core.batching import batched
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, mutation
from server.schema.core.fields import resolved
from server.schema.core.ids import uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.mentorships import Mentorship, load_mentorships
from server.services import outcomes

strawberry.enum(OutcomeMoment, description="When somebody is asked: at the end, and 30 and 90 days after it.")
strawberry.enum(OutcomeSide, description="Which of the two is asked.")
strawberry.enum(
    OutcomeMeasure, description="What is counted: skill 0-4, confidence 1-5, ties and clients as numbers of new ones."
)


@strawberry.type(description="Questions about what came of a mentorship. Requires: to be the one asked, once due.")
class OutcomeQuestion(Node):
    """What the viewer is asked; answers that were left out are null."""

    moment: OutcomeMoment = strawberry.field(description="When it is asked.")
    side: OutcomeSide = strawberry.field(description="As which of the two.")
    due_at: datetime = strawberry.field(description="Since when it can be answered.")
    closes_at: datetime = strawberry.field(description="Until when.")
    answered_at: datetime | None = strawberry.field(description="When it was answered last.")
    skill_before: int | None = strawberry.field(description="In what it was about, before: 0 to 4.")
    skill_after: int | None = strawberry.field(description="In what it was about, now: 0 to 4.")
    confidence_before: int | None = strawberry.field(description="Confidence in one's work, before: 1 to 5.")
    confidence_after: int | None = strawberry.field(description="Confidence in one's work, now: 1 to 5.")
    ties: int | None = strawberry.field(description="People met through it whom one can turn to now.")
    clients: int | None = strawberry.field(description="New clients, jobs or orders since.")
    version: int = strawberry.field(description="Grows with every answer; give it back as expectedVersion.")
    mentorship_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: rows.MentorshipOutcome) -> "OutcomeQuestion":
        """Return the questions as the API shows them."""
        return cls(
            key=row.id,
            moment=row.moment,
            side=row.side,
            due_at=row.due_at,
            closes_at=row.closes_at,
            answered_at=row.answered_at,
            skill_before=row.skill_before,
            skill_after=row.skill_after,
            confidence_before=row.confidence_before,
            confidence_after=row.confidence_after,
            ties=row.ties,
            clients=row.clients,
            version=row.version,
            mentorship_id=row.mentorship_id,
        )

    @batched(description="The mentorship it is about.")
    @staticmethod
    async def mentorship(parents: Sequence["OutcomeQuestion"], info: Info) -> Sequence[Mentorship | None]:
        """Return the mentorship of each."""
        found = await load_mentorships(info, {p.mentorship_id for p in parents})
        return [found.get(p.mentorship_id) for p in parents]


@strawberry.type(description="Means over five people or more, to one decimal.")
class OutcomeFigure:
    """A figure that may be shown."""

    people: int = strawberry.field(description="How many answered.")
    before: float | None = strawberry.field(description="The mean before; null for what has no before.")
    after: float = strawberry.field(description="The mean after, or of what is new.")

    @classmethod
    def of(cls, found: queries.Figure) -> "OutcomeFigure":
        """Return the figure as the API shows it."""
        return cls(people=found.people, before=found.before, after=found.after)


@strawberry.type(description="A figure of one format.")
class OutcomeOfFormat:
    """A format and its figure."""

    format: MentoringFormat = strawberry.field(description="The format.")
    figure: OutcomeFigure | None = strawberry.field(
        description="Null when it is withheld: over fewer than five people, or others would show through it."
    )


@strawberry.type(
    description="One measure of what came of mentorships. Requires: to manage programmes or the community."
)
class OutcomeStatistics:
    """A measure over all, and by format."""

    measure: OutcomeMeasure = strawberry.field(description="What is counted.")
    total: OutcomeFigure | None = strawberry.field(description="Over all formats; null when fewer than five answered.")
    by_format: list[OutcomeOfFormat] = strawberry.field(description="Every format, withheld or not.")

    @classmethod
    def of(cls, found: queries.Figures) -> "OutcomeStatistics":
        """Return the figures as the API shows them."""
        return cls(
            measure=found.measure,
            total=OutcomeFigure.of(found.total) if found.total else None,
            by_format=[
                OutcomeOfFormat(format=one, figure=OutcomeFigure.of(figure) if figure else None)
                for one, figure in found.by_format.items()
            ],
        )


@node_loader("OutcomeQuestion")
async def load_outcomes(info: Info, keys: Collection[UUID]) -> Mapping[UUID, OutcomeQuestion]:
    """Return the questions that are put to the viewer."""
    found = await queries.visible(info.context.actor, keys)
    return {key: OutcomeQuestion.of(row) for key, row in found.items()}


@strawberry.type
class OutcomeQuery:
    """The root fields about outcomes."""

    @connection_field(
        order=queries.FIRST_DUE, description="What I am asked about mentorships that ended. Requires: a sign-in."
    )
    async def outcome_questions(self, info: Info, page: PageRequest) -> Connection[OutcomeQuestion]:
        """Return a page of the questions that wait for the viewer."""
        found = await queries.open_page(info.context.actor, page)
        return connection_of(found, OutcomeQuestion.of)

    @resolved(
        description="What came of mentorships: answers to the questions due in a quarter that is over."
        " Requires: to manage programmes or the community.",
    )
    async def outcome_statistics(
        self,
        info: Info,
        year: Annotated[int, strawberry.argument(description="From 2020 on.")],
        quarter: Annotated[int, strawberry.argument(description="1 to 4; shown 30 days after its end.")],
        moment: Annotated[OutcomeMoment, strawberry.argument(description="Asked when.")],
        side: Annotated[OutcomeSide, strawberry.argument(description="Answered by which of the two.")],
    ) -> list[OutcomeStatistics]:
        """Return the figures of each measure."""
        found = await queries.statistics(info.context.actor, year=year, quarter=quarter, moment=moment, side=side)
        return [OutcomeStatistics.of(one) for one in found]


@strawberry.input(description="For answerOutcome. Leave out what you do not want to answer.")
class AnswerOutcomeInput:
    """What AnswerOutcome takes."""

    outcome_id: strawberry.ID = strawberry.field(description="Which questions.")
    skill_before: int | None = strawberry.field(default=None, description="0 to 4; goes with skillAfter.")
    skill_after: int | None = strawberry.field(default=None, description="0 to 4; goes with skillBefore.")
    confidence_before: int | None = strawberry.field(default=None, description="1 to 5; goes with confidenceAfter.")
    confidence_after: int | None = strawberry.field(default=None, description="1 to 5; goes with confidenceBefore.")
    ties: int | None = strawberry.field(default=None, description="0 to 99.")
    clients: int | None = strawberry.field(default=None, description="0 to 99.")
    expected_version: int | None = strawberry.field(default=None, description="Refused with Conflict when it changed.")


@strawberry.type(description="Questions that were answered.")
class AnswerOutcomePayload:
    """What AnswerOutcome gives."""

    question: OutcomeQuestion = strawberry.field(description="The questions with the answers.")


@strawberry.type
class OutcomeMutation:
    """The mutations on outcomes."""

    @mutation(
        description="Answer what came of a mentorship, or answer it anew. Requires: to be the one asked.",
        refuses=[Conflict],
    )
    async def answer_outcome(self, info: Info, form: AnswerOutcomeInput) -> AnswerOutcomePayload:
        """Answer."""
        row = await outcomes.answer_outcome(
            info.context.actor,
            outcome_id=uuid_of(form.outcome_id, "OutcomeQuestion", what="question"),
            answers=OutcomeAnswers(
                skill_before=form.skill_before,
                skill_after=form.skill_after,
                confidence_before=form.confidence_before,
                confidence_after=form.confidence_after,
                ties=form.ties,
                clients=form.clients,
            ),
            expected_version=form.expected_version,
        )
        return AnswerOutcomePayload(question=OutcomeQuestion.of(row))
