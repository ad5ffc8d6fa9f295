"""What happens to an event after its end: the archive, the end of the pseudonyms' key, promises kept, erasures."""

from uuid import UUID

from server.domain.actors import SYSTEM, Actor
from server.domain.errors import NotFound
from server.domain.question_states import Action, QuestionState
from server.domain.questions import Asked, Who, decide
from server.domain.webinars import WebinarAction, WebinarState
from server.kit.clock import now
from server.models.database import connection
from server.models.questions import Question, QuestionFollowUp
from server.models.webinars import Webinar, WebinarStaff
from server.queries.question_views import cards_of
from server.services.question_acts import ActForm, ruled, settle
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
        await settle(scene, card, action, decide(ruled(card), action, who, Asked(at=now())), ActForm())


# With the key go the ids that tie a pseudonym to a person: in the rows, in the book, and in the answers to repeats.
_UNTIE = (
    "UPDATE question SET author_id = NULL WHERE webinar_id = $1 AND shown_as <> 'name'",
    """DELETE FROM command_record WHERE result_id IN (
         SELECT id FROM question WHERE webinar_id = $1 AND shown_as <> 'name')""",
    """UPDATE fact_record SET payload = '{}' WHERE kind = 'question.own_changed' AND reacted_at IS NOT NULL
         AND payload::jsonb -> 'question' ->> 'webinar_id' = $1::uuid::text""",
    """UPDATE stream_entry SET payload = '{}' WHERE kind = 'question.own_changed'
         AND payload::jsonb -> 'question' ->> 'webinar_id' = $1::uuid::text""",
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
async def erase_author(*, user_id: UUID) -> int:
    """Take a person's words and name out of all they asked, also in archives. Return how many questions that were."""
    rows = await Question.filter(author_id=user_id)
    for webinar_id in dict.fromkeys(row.webinar_id for row in rows):
        async with unit_of_work() as work:
            scene = await enter(work, SYSTEM, webinar_id)
            own = await Question.select_for_update().filter(webinar_id=webinar_id, author_id=user_id)
            await _apply(scene, own, Action.REDACT)
    await connection().execute_query("DELETE FROM question_vote WHERE voter_id = $1", [user_id])
    return len(rows)


@retrying
async def keep_promise(actor: Actor, *, question_id: UUID) -> QuestionFollowUp:
    """Note that a follow-up was done. Its owner may, and whoever moderates."""
    async with unit_of_work() as work:
        question = await Question.get_or_none(id=question_id)
        promise = await QuestionFollowUp.get_or_none(question_id=question_id)
        if question is None or promise is None:
            raise NotFound("follow-up")
        scene = await enter(work, actor, question.webinar_id)
        if promise.owner_id != actor.user_id:
            scene.check_staff()
        if promise.done_at is None:
            promise.done_at = now()
            await promise.save(update_fields=["done_at"])
    return promise


async def archive_due() -> int:
    """Archive the events that ended so long ago that their keys go. Return how many. Run by the worker."""
    due = await Webinar.filter(state=WebinarState.ENDED, sealed_until__lte=now()).limit(BATCH)
    for webinar in due:
        await archive_webinar(SYSTEM, webinar_id=webinar.id)
    return len(due)


async def staff_left(*, profile_id: UUID) -> list[UUID]:
    """Return the events that have this person as their host: the ones to replace a lost host in."""
    rows = await WebinarStaff.filter(profile_id=profile_id, role="host")
    return [row.webinar_id for row in rows]
