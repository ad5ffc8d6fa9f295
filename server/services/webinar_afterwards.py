"""After an event: what was promised for later, and what nobody answered, becomes open asks that mentors pull.

An ask of a question under a pseudonym is anonymous: nobody ever learns whose it is. Repeats change nothing.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from server.domain.actors import SYSTEM, Actor, UserId
from server.domain.open_asks import AskForm, AskOrigin, AskState
from server.domain.question_states import AuthorShown, QuestionState
from server.domain.questions import becomes_ask
from server.domain.webinars import WebinarState
from server.kit.clock import now
from server.models.asks import OpenAsk
from server.models.questions import Question, QuestionFollowUp
from server.queries import safety
from server.services import open_asks
from server.services.open_asks import Origin
from server.services.transaction import retrying, unit_of_work
from server.services.webinar_scene import Scene, enter


@retrying
async def leave_asks(*, webinar_id: UUID) -> list[OpenAsk]:
    """Make open asks of what an ended event leaves open. Return them; those that were there before as they are."""
    async with unit_of_work() as work:
        scene = await enter(work, SYSTEM, webinar_id)
        if scene.webinar.state is not WebinarState.ENDED:
            return []
        rows = await Question.filter(webinar_id=webinar_id, author_id__isnull=False).order_by("created_at", "id")
        promises = await _promises(rows)
        apart = await safety.blocked_between({*_people(rows), *(one.owner_id for one in promises.values())})
        return [
            await _leave(scene, row, _origin(row, promises.get(row.id), apart))
            for row in rows
            if becomes_ask(row.state, is_promised=row.id in promises)
        ]


async def _promises(rows: Sequence[Question]) -> dict[UUID, QuestionFollowUp]:
    kept = await QuestionFollowUp.filter(question_id__in=[row.id for row in rows], done_at=None)
    return {one.question_id: one for one in kept}


def _people(rows: Sequence[Question]) -> set[UUID]:
    return {row.author_id for row in rows if row.author_id is not None}


def _origin(row: Question, promise: QuestionFollowUp | None, apart: set[frozenset[UUID]]) -> Origin:
    """Return what an ask comes of. Whoever promised holds it first, unless there is a block between the two."""
    if promise is None:
        return Origin(AskOrigin.WEBINAR, row.id)
    pair = frozenset({promise.owner_id, row.author_id})
    holds = promise.due_at > now() and len(pair) == 2 and pair not in apart
    if not holds:
        return Origin(AskOrigin.FOLLOW_UP, promise.id)
    return Origin(AskOrigin.FOLLOW_UP, promise.id, owner_id=promise.owner_id, until=promise.due_at)


async def _leave(scene: Scene, row: Question, origin: Origin) -> OpenAsk:
    assert row.author_id is not None
    form = AskForm(
        goal=row.text,
        message=f"Asked in the webinar “{scene.webinar.title}”.",
        is_anonymous=row.shown_as is not AuthorShown.NAME,
    )
    return await open_asks.create(row.author_id, form=form, origin=origin)


async def close_asks(*, question_id: UUID) -> None:
    """Take the open ask of a question back for its author, once the question is answered, dismissed or withdrawn."""
    row = await Question.get_or_none(id=question_id)
    if row is None or row.author_id is None:
        return
    promises = await QuestionFollowUp.filter(question_id=question_id)
    origins: Mapping[UUID, bool] = {question_id: True, **{one.id: one.done_at is not None for one in promises}}
    is_settled = row.state in (QuestionState.ANSWERED, QuestionState.DISMISSED, QuestionState.WITHDRAWN)
    for ask in await OpenAsk.filter(profile_id=row.author_id, state=AskState.OPEN, origin_id__in=list(origins)):
        if is_settled or (ask.origin is AskOrigin.FOLLOW_UP and ask.origin_id is not None and origins[ask.origin_id]):
            await open_asks.withdraw_ask(Actor(user_id=UserId(row.author_id)), ask_id=ask.id)
