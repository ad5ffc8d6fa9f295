"""Polls, reactions and pace: what is asked, one ballot each, sums only."""

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated
from uuid import UUID

import strawberry

from server.domain import polls as rules
from server.domain.polls import PollAction, PollKind, PollState
from server.domain.question_facts import PollShown
from server.domain.webinars import Pace
from server.queries import polls as queries
from server.schema.core.batching import batched
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.core.fields import resolved
from server.schema.core.ids import uuid_of
from server.schema.core.nodes import Node, load_node, node_loader
from server.schema.profiles import keys_of, uuid_key
from server.schema.webinars import webinar_id_of
from server.services import polls as services

strawberry.enum(PollKind, description="The ways of asking.")
strawberry.enum(PollState, description="Where a poll stands.")


@strawberry.type(description="How often something was said.")
class PollCount:
    """A line of a result."""

    label: str = strawberry.field(description="The option, the rating or the word.")
    count: int = strawberry.field(description="How often; in a ranking, how often as the first.")
    points: int = strawberry.field(description="In a ranking the points; elsewhere as the count.")
    is_correct: bool | None = strawberry.field(description="In a quiz: whether it is right.")


@strawberry.type(description="A poll of a webinar. Requires: a place in the webinar.")
class Poll(Node):
    """A poll; its results are there once they are shown, to the staff once it is closed."""

    kind: PollKind = strawberry.field(description="The way of asking.")
    prompt: str = strawberry.field(description="What is asked.")
    options: list[str] = strawberry.field(description="What can be chosen; empty for ratings and words.")
    most_choices: int = strawberry.field(description="How many may be chosen.")
    scale: int = strawberry.field(description="The top of a rating.")
    state: PollState = strawberry.field(description="Where it stands.")
    correct: list[int] | None = strawberry.field(description="The right options of a quiz, once they are told.")
    results: list[PollCount] | None = strawberry.field(description="What the ballots add up to, once it is told.")
    ballots: int | None = strawberry.field(description="How many took part, once it is closed.")
    version: int = strawberry.field(description="Grows with every change.")

    @classmethod
    def of(cls, shown: PollShown) -> "Poll":
        """Return the poll as the API shows it."""
        counts = (
            None
            if shown.results is None
            else [
                PollCount(label=one.label, count=one.count, points=one.points, is_correct=one.is_correct)
                for one in shown.results
            ]
        )
        return cls(
            key=shown.id,
            kind=shown.poll_kind,
            prompt=shown.prompt,
            options=list(shown.options),
            most_choices=shown.most_choices,
            scale=shown.scale,
            state=shown.state,
            correct=None if shown.correct is None else list(shown.correct),
            results=counts,
            ballots=shown.ballots,
            version=shown.version,
        )

    @batched(description="I took part. What I said is nowhere kept.")
    @staticmethod
    async def taken_part(parents: Sequence["Poll"], info: Info) -> Sequence[bool]:
        """Tell for each whether the viewer took part."""
        found = await queries.taken_part(info.context.actor, keys_of(parents))
        return [uuid_key(p) in found for p in parents]


@node_loader("Poll")
async def load_polls(info: Info, keys: Collection[UUID]) -> Mapping[UUID, Poll]:
    """Return the polls the viewer may see, as they may see them."""
    found = await queries.visible(info.context.actor, keys)
    return {key: Poll.of(shown) for key, shown in found.items()}


def poll_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a poll, or refuse with NotFound."""
    return uuid_of(global_id, "Poll", what="poll")


@strawberry.type
class PollQuery:
    """What can be asked about polls."""

    @resolved(description="The polls of a webinar, oldest first. Requires: a place in it.")
    async def webinar_polls(
        self, info: Info, webinar_id: Annotated[strawberry.ID, strawberry.argument(description="Which webinar.")]
    ) -> list[Poll]:
        """Return the polls as the viewer may see them."""
        key = webinar_id_of(webinar_id)
        return [Poll.of(shown) for shown in (await queries.of_webinars(info.context.actor, [key]))[key]]


_VERSION = "The version the decision was made at; another one now is a Conflict with the current one."
_KEY = "The same key again gives the first answer."


@strawberry.type(description="A poll as it is now; null when it was deleted.")
class PollPayload:
    """What actions on polls give."""

    poll: Poll | None = strawberry.field(description="The poll.")


@strawberry.type(description="A reaction that was given.")
class SendReactionPayload:
    """What sendReaction gives."""

    total: int = strawberry.field(description="How often it was given so far, by all.")


@strawberry.type(description="A wish that was noted.")
class SetPacePayload:
    """What setPace gives."""

    pace: Pace = strawberry.field(description="The wish.")


@strawberry.input(description="For draftPoll.")
class DraftPollInput:
    """What DraftPoll takes."""

    webinar_id: strawberry.ID = strawberry.field(description="Where.")
    kind: PollKind = strawberry.field(description="The way of asking.")
    prompt: str = strawberry.field(description="3 to 300 characters.")
    options: list[str] = strawberry.field(default_factory=list, description="2 to 20, for kinds that have options.")
    correct: list[int] = strawberry.field(default_factory=list, description="The right options of a quiz, from 0.")
    most_choices: int = strawberry.field(default=1, description="How many may be chosen, where several may.")
    scale: int = strawberry.field(default=5, description="The top of a rating, 2 to 10.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)


@strawberry.input(description="Which poll, as it was seen.")
class OnPoll:
    """What every action on a poll takes."""

    poll_id: strawberry.ID = strawberry.field(description="Which poll.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.input(description="For openPoll.")
class OpenPollInput(OnPoll):
    """What OpenPoll takes."""


@strawberry.input(description="For closePoll.")
class ClosePollInput(OnPoll):
    """What ClosePoll takes."""


@strawberry.input(description="For showPollResults.")
class ShowPollResultsInput(OnPoll):
    """What ShowPollResults takes."""


@strawberry.input(description="For hidePollResults.")
class HidePollResultsInput(OnPoll):
    """What HidePollResults takes."""


@strawberry.input(description="For deletePoll.")
class DeletePollInput(OnPoll):
    """What DeletePoll takes."""


@strawberry.input(description="For castBallot.")
class CastBallotInput:
    """What CastBallot takes. It has no key: a key would have to remember the ballot."""

    poll_id: strawberry.ID = strawberry.field(description="Which poll.")
    choices: list[int] = strawberry.field(default_factory=list, description="Options from 0; for a ranking, in order.")
    rating: int | None = strawberry.field(default=None, description="For a rating.")
    words: list[str] = strawberry.field(default_factory=list, description="1 to 3 words, for a word cloud.")


@strawberry.input(description="For sendReaction.")
class SendReactionInput:
    """What SendReaction takes."""

    webinar_id: strawberry.ID = strawberry.field(description="Where.")
    kind: str = strawberry.field(description="applause, heart, insight, laugh, agree or question.")


@strawberry.input(description="For setPace.")
class SetPaceInput:
    """What SetPace takes."""

    webinar_id: strawberry.ID = strawberry.field(description="Where.")
    pace: Pace = strawberry.field(description="Slower, fine or faster.")


async def _payload(info: Info, key: UUID) -> PollPayload:
    return PollPayload(poll=await load_node(info, "Poll", key))


async def _move(info: Info, form: OnPoll, action: PollAction) -> PollPayload:
    key = poll_id_of(form.poll_id)
    await services.move_poll(info.context.actor, poll_id=key, action=action, expected_version=form.expected_version)
    return await _payload(info, key)


@strawberry.type
class PollMutation:
    """What may be done to polls."""

    @mutation(description="Draft a poll. Requires: to moderate.", refuses=[Conflict])
    async def draft_poll(self, info: Info, form: DraftPollInput) -> PollPayload:
        """Draft a poll."""
        asked = rules.PollForm(
            kind=form.kind,
            prompt=form.prompt,
            options=tuple(form.options),
            correct=tuple(form.correct),
            most_choices=form.most_choices,
            scale=form.scale,
        )
        row = await services.draft_poll(
            info.context.actor,
            webinar_id=webinar_id_of(form.webinar_id),
            form=asked,
            idempotency_key=form.idempotency_key,
        )
        return await _payload(info, row.id)

    @mutation(description="Open a poll. Requires: to moderate.", refuses=[Conflict])
    async def open_poll(self, info: Info, form: OpenPollInput) -> PollPayload:
        """Open a poll."""
        return await _move(info, form, PollAction.OPEN)

    @mutation(description="Close a poll. Requires: to moderate.", refuses=[Conflict])
    async def close_poll(self, info: Info, form: ClosePollInput) -> PollPayload:
        """Close a poll."""
        return await _move(info, form, PollAction.CLOSE)

    @mutation(
        description="Show everybody what a poll came to. Requires: to moderate.", refuses=[Conflict, LimitReached]
    )
    async def show_poll_results(self, info: Info, form: ShowPollResultsInput) -> PollPayload:
        """Show results."""
        return await _move(info, form, PollAction.SHOW_RESULTS)

    @mutation(description="Hide what a poll came to. Requires: to moderate.", refuses=[Conflict])
    async def hide_poll_results(self, info: Info, form: HidePollResultsInput) -> PollPayload:
        """Hide results."""
        return await _move(info, form, PollAction.HIDE_RESULTS)

    @mutation(description="Delete a draft. Requires: to moderate.", refuses=[Conflict])
    async def delete_poll(self, info: Info, form: DeletePollInput) -> PollPayload:
        """Delete a draft."""
        return await _move(info, form, PollAction.DELETE)

    @mutation(
        description="Take part in a poll, once and in secret. Requires: a place in the webinar.", refuses=[Conflict]
    )
    async def cast_ballot(self, info: Info, form: CastBallotInput) -> PollPayload:
        """Cast a ballot."""
        ballot = rules.Ballot(choices=tuple(form.choices), rating=form.rating, words=tuple(form.words))
        row = await services.cast_ballot(info.context.actor, poll_id=poll_id_of(form.poll_id), ballot=ballot)
        return await _payload(info, row.id)

    @mutation(description="Give a reaction. Requires: a place in the webinar.", refuses=[Conflict])
    async def send_reaction(self, info: Info, form: SendReactionInput) -> SendReactionPayload:
        """Give a reaction."""
        total = await services.react(info.context.actor, webinar_id=webinar_id_of(form.webinar_id), kind=form.kind)
        return SendReactionPayload(total=total)

    @mutation(
        description="Ask the speaker, as one of a sum, to go slower or faster. Requires: a place in the webinar.",
        refuses=[Conflict],
    )
    async def set_pace(self, info: Info, form: SetPaceInput) -> SetPacePayload:
        """Note a wish."""
        await services.set_pace(info.context.actor, webinar_id=webinar_id_of(form.webinar_id), pace=form.pace)
        return SetPacePayload(pace=form.pace)
