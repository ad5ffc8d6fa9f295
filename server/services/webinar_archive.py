"""What happens to an event after its end: the archive, the end of the pseudonyms' key, promises kept, erasures."""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from server.domain.actors import SYSTEM, Actor
from server.domain.errors import NotFound
from server.domain.question_states import Action, QuestionState
from server.domain.questions import Asked, Who, decide
from server.domain.webinars import WebinarAction, WebinarRole, WebinarState
from server.kit.clock import now
from server.models.questions import Question, QuestionAnswer, QuestionEvent, QuestionFollowUp
from server.models.webinars import Webinar, WebinarStaff
from server.queries.question_views import cards_of
from server.services import webinar_people
from server.services.question_acts import Before, Decided, publish, ruled, settle
from server.services.transaction import retrying, unit_of_work
from server.services.webinar_scene import Scene, enter

BATCH = 20


@retrying
async def archive_webinar(actor: Actor, *, webinar_id: UUID) -> Webinar:
    """Close an ended event for good: its questions stay readable as they were, and nothing changes them any more."""
    async with unit_of_work() as work:
        scene = await enter(work, actor, webinar_id)
        scene.check(WebinarAction.ARCHIVE)
        rows = await Question.select_for_update().filter(webinar_id=webinar_id).exclude(state=QuestionState.ARCHIVED)
        await _apply(scene, rows, Action.ARCHIVE)
        await scene.changed(WebinarAction.ARCHIVE)
    return scene.webinar


async def _apply(scene: Scene, rows: list[Question], action: Action) -> None:
    who = Who(scene.actor.user_id, scene.role, is_system=scene.actor.is_system)
    for card in (await cards_of(rows)).values():
        await settle(scene, card, Decided(action, decide(ruled(card), action, who, Asked(at=now()))))


# With the key go the ids that tie a pseudonym to a person: in the rows, in the book, and in the answers to repeats.
_ASKS = """SELECT a.id::text FROM open_ask a WHERE a.is_anonymous AND a.origin_id IN (
    SELECT q.id FROM question q WHERE q.webinar_id = $1 UNION ALL
    SELECT f.id FROM question_follow_up f JOIN question q ON q.id = f.question_id WHERE q.webinar_id = $1)"""
# An open ask has its author to answer to. By now it is over, and its words would lead back to the pseudonym.
_FORGET_ASKS = (
    "UPDATE fact_record SET payload = '{}' WHERE kind LIKE 'ask.%' AND payload::jsonb ->> 'askId' IN",
    "UPDATE stream_entry SET payload = '{}' WHERE kind LIKE 'ask.%' AND payload::jsonb ->> 'askId' IN",
    "DELETE FROM ask_draft WHERE ask_id::text IN",
    "DELETE FROM open_ask WHERE id::text IN",
)
_UNTIE = (
    "UPDATE question SET author_id = NULL WHERE webinar_id = $1 AND shown_as <> 'name'",
    *(f"{statement} ({_ASKS})" for statement in _FORGET_ASKS),
    """DELETE FROM command_record WHERE result_id IN (
         SELECT id FROM question WHERE webinar_id = $1 AND shown_as <> 'name')""",
    """UPDATE fact_record SET payload = '{}' WHERE kind = 'question.own_changed' AND reacted_at IS NOT NULL
         AND payload::jsonb -> 'question' ->> 'webinarId' = $1::uuid::text""",
    """UPDATE stream_entry SET payload = '{}' WHERE kind = 'question.own_changed'
         AND payload::jsonb -> 'question' ->> 'webinarId' = $1::uuid::text""",
    "DELETE FROM webinar_key WHERE webinar_id = $1",
)


async def unseal_due() -> int:
    """Destroy the keys of events whose time of keeping is over, and what else ties a pseudonym to a person.

    Returns how many events that were. Run by the worker; running it twice does no harm.
    """
    due = await Webinar.filter(sealed_until__lte=now()).order_by("sealed_until").limit(BATCH)
    for webinar in due:
        async with unit_of_work() as work:
            scene = await enter(work, SYSTEM, webinar.id)
            for statement in _UNTIE:
                await work.connection.execute_query(statement, [webinar.id])
            scene.webinar.sealed_until = None
            await scene.webinar.save(update_fields=["sealed_until"])
            await scene.note("destroy_key")
    return len(due)


@retrying
async def hand_over_hosted(*, user_id: UUID) -> None:
    """Let the next co-host take over what a lost host leaves; where there is none, a manager may close the event."""
    async with unit_of_work():
        hosted = WebinarStaff.filter(profile_id=user_id, role=WebinarRole.HOST)
        for row in await hosted.exclude(webinar__state=WebinarState.ARCHIVED).order_by("webinar_id"):
            if await WebinarStaff.filter(webinar_id=row.webinar_id, role=WebinarRole.COHOST).exists():
                await webinar_people.replace_host(SYSTEM, webinar_id=row.webinar_id)


async def touched_by(user_id: UUID) -> list[UUID]:
    """Return the questions that hold a person's words: their own, and those they answered."""
    own = await Question.filter(author_id=user_id)
    answered = await QuestionAnswer.filter(by_id=user_id)
    return sorted({*(row.id for row in own), *(row.question_id for row in answered)})


async def tell_erased(question_ids: Collection[UUID]) -> None:
    """Tell the followers of questions that words were taken out of them, in the unit of work that erased these.

    It changes archived ones too: an erasure goes under the archive. Votes stay, as those of nobody.
    """
    rows = await Question.filter(id__in=list(question_ids)).order_by("webinar_id", "id")
    for webinar_id in dict.fromkeys(row.webinar_id for row in rows):
        async with unit_of_work() as work:
            scene = await enter(work, SYSTEM, webinar_id)
            for card in (await cards_of([row for row in rows if row.webinar_id == webinar_id])).values():
                card.row.version += 1
                # As if nobody had seen it: what was seen is what may no longer be.
                await publish(scene, card, Action.REDACT, replace(Before.of(card), shown=None, own=None))
                await QuestionEvent.create(
                    question_id=card.row.id,
                    action=Action.REDACT,
                    from_state=card.row.state,
                    to_state=card.row.state,
                    version=card.row.version,
                )


@retrying
async def keep_promise(actor: Actor, *, question_id: UUID) -> QuestionFollowUp:
    """Note that a follow-up was done. Its owner may, and whoever moderates."""
    actor.require_user()
    async with unit_of_work() as work:
        question = await Question.get_or_none(id=question_id)
        promise = await QuestionFollowUp.get_or_none(question_id=question_id)
        if question is None or promise is None:
            raise NotFound("question")
        scene = await enter(work, actor, question.webinar_id, what="question")
        if promise.owner_id != actor.user_id:
            scene.check_staff()
        if promise.done_at is None:
            promise.done_at = now()
            await promise.save(update_fields=["done_at"])
            await _tell_kept(scene, question_id)
    return promise


async def _tell_kept(scene: Scene, question_id: UUID) -> None:
    """Tell the staff that a promise was kept, and keep it in the question's history."""
    question = await Question.select_for_update().get(id=question_id)
    card = (await cards_of([question]))[question_id]
    question.version += 1
    await publish(scene, card, Action.FOLLOW_UP, Before.of(card))
    await QuestionEvent.create(
        question_id=question_id,
        action=Action.FOLLOW_UP,
        actor_id=scene.actor.user_id,
        from_state=question.state,
        to_state=question.state,
        version=question.version,
        detail={"kept": True},
    )


async def archive_due() -> int:
    """Archive the events that ended so long ago that their keys go. Return how many. Run by the worker."""
    due = await Webinar.filter(state=WebinarState.ENDED, sealed_until__lte=now()).limit(BATCH)
    for webinar in due:
        await archive_webinar(SYSTEM, webinar_id=webinar.id)
    return len(due)
