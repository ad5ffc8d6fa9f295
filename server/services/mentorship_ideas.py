"""The log of ideas: who thought of something, who tried it, what came of it. The credit stays with the author."""

from uuid import UUID

from server.domain import mentorship_notes as rules
from server.domain.actors import Actor
from server.domain.errors import NotFound
from server.domain.mentorship_notes import IdeaChanged, IdeaResult, IdeaState, check_version
from server.kit.clock import now
from server.models.mentorship_papers import MentorshipIdea
from server.queries.mentorship_papers import visible_ideas
from server.services import repeats
from server.services.mentorship_access import Desk, sit_down
from server.services.transaction import Work, retrying, unit_of_work


@retrying
async def add_idea(
    actor: Actor, *, mentorship_id: UUID, text: str, idempotency_key: str | None = None
) -> MentorshipIdea:
    """Log an idea of one's own. NotFound, Conflict after the end, InvalidInput, LimitReached."""
    text = rules.idea_text(text)
    async with unit_of_work() as work:
        content = [mentorship_id, text]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "addMentorshipIdea", content)
        if once.previous:
            return await MentorshipIdea.get(id=once.previous)
        desk = await sit_down(work, actor, mentorship_id)
        rules.check_room_for_idea(await MentorshipIdea.filter(mentorship_id=mentorship_id).count())
        row = await MentorshipIdea.create(
            mentorship_id=mentorship_id, author_id=desk.actor_id, text=text, state=IdeaState.IDEA
        )
        await once.remember(row.id)
        _tell(desk, row, command_id=idempotency_key)
    return row


@retrying
async def edit_idea(actor: Actor, *, idea_id: UUID, text: str, expected_version: int | None = None) -> MentorshipIdea:
    """Put an own idea differently, until it is tried. NotFound, NotAllowed, InvalidInput, Conflict."""
    text = rules.idea_text(text)
    async with unit_of_work() as work:
        desk, row = await _take_up(work, actor, idea_id)
        rules.check_rewordable(row.state, is_authors=row.author_id == desk.actor_id)
        check_version(row.version, expected_version)
        row.text = text
        await _keep(desk, row)
    return row


@retrying
async def try_idea(
    actor: Actor, *, idea_id: UUID, trial: str = "", expected_version: int | None = None
) -> MentorshipIdea:
    """Say that one tried an idea, whosever it is, and how. NotFound, InvalidInput; Conflict when it was tried."""
    trial = rules.result_text("trial", trial)
    async with unit_of_work() as work:
        desk, row = await _take_up(work, actor, idea_id)
        rules.check_untried(row.state)
        check_version(row.version, expected_version)
        row.state, row.trial, row.tried_by, row.tried_at = IdeaState.TRIED, trial, desk.actor_id, now()
        await _keep(desk, row)
    return row


@retrying
async def tell_result(
    actor: Actor, *, idea_id: UUID, result: IdeaResult, note: str = "", expected_version: int | None = None
) -> MentorshipIdea:
    """Say what came of an idea that was tried; again says it anew. NotFound, InvalidInput, Conflict."""
    note = rules.result_text("note", note)
    async with unit_of_work() as work:
        desk, row = await _take_up(work, actor, idea_id)
        rules.check_tried(row.state)
        check_version(row.version, expected_version)
        row.state, row.result, row.result_note = IdeaState.RESULT, result, note
        row.result_by, row.result_at = desk.actor_id, now()
        await _keep(desk, row)
    return row


async def _take_up(work: Work, actor: Actor, idea_id: UUID) -> tuple[Desk, MentorshipIdea]:
    actor.require_user()
    seen = (await visible_ideas(actor, [idea_id])).get(idea_id)
    if seen is None:
        raise NotFound("idea")
    desk = await sit_down(work, actor, seen.mentorship_id, what="idea")
    return desk, await MentorshipIdea.get(id=idea_id)


async def _keep(desk: Desk, row: MentorshipIdea) -> None:
    row.version += 1
    await row.save()
    _tell(desk, row)


def _tell(desk: Desk, row: MentorshipIdea, *, command_id: str | None = None) -> None:
    changed = IdeaChanged(
        mentorship_id=row.mentorship_id,
        idea_id=row.id,
        author_id=row.author_id,
        state=row.state,
        version=row.version,
        at=now(),
    )
    desk.tell(changed, command_id=command_id)
