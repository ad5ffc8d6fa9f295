"""The page of an event that is over."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

import strawberry

from server.queries import webinar_recap as queries
from server.schema.core.context import Info
from server.schema.core.fields import resolved
from server.schema.questions import Question, load_questions
from server.schema.webinars import webinar_id_of


@strawberry.type(description="How often a reaction was given.")
class ReactionCount:
    """A reaction and its count."""

    kind: str = strawberry.field(description="Which.")
    total: int = strawberry.field(description="How often.")


@strawberry.type(description="A question that was answered on stage.")
class RecapChapter:
    """A place in the event."""

    offset_seconds: int = strawberry.field(description="Seconds since the start.")
    question: Question = strawberry.field(description="The question.")


@strawberry.type(description="An event looked back at.")
class WebinarRecap:
    """What is left of an event."""

    duration_seconds: int | None = strawberry.field(description="From start to end; null if it never started.")
    registered: int = strawberry.field(description="Who held a place.")
    came: int = strawberry.field(description="Who was there.")
    open_asks: int = strawberry.field(description="Questions that mentors were asked afterwards.")
    reactions: list[ReactionCount] = strawberry.field(description="Reactions, the most frequent first.")
    on_stage: list[RecapChapter] = strawberry.field(description="What was answered on stage, in order.")

    @classmethod
    def of(cls, recap: queries.Recap, answered: Mapping[UUID, Question]) -> "WebinarRecap":
        """Return the recap as the API shows it, with the questions that the viewer may see."""
        return cls(
            duration_seconds=recap.duration_seconds,
            registered=recap.registered,
            came=recap.came,
            open_asks=recap.asks,
            reactions=[ReactionCount(kind=kind, total=total) for kind, total in recap.reactions.items()],
            on_stage=[
                RecapChapter(offset_seconds=at, question=answered[key]) for at, key in recap.on_stage if key in answered
            ],
        )


@strawberry.type
class WebinarRecapQuery:
    """What can be asked about events that are over."""

    @resolved(description="An event looked back at; null before its end. Requires: a place in it.")
    async def webinar_recap(
        self,
        info: Info,
        webinar_id: Annotated[strawberry.ID, strawberry.argument(description="Which webinar.")],
    ) -> WebinarRecap | None:
        """Return the recap, if the viewer may see it."""
        recap = await queries.recap_of(info.context.actor, webinar_id_of(webinar_id))
        if recap is None:
            return None
        return WebinarRecap.of(recap, await load_questions(info, {key for _, key in recap.on_stage}))
