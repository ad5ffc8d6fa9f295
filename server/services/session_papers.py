"""Links and actions. Links stay as a session's end leaves them; an action can be changed after it too.

An action is of a session, or of a mentorship beside its sessions: told in the room, or to the two.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from server.domain import session_papers as rules
from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import NotFound
from server.domain.mentorship_notes import check_version
from server.domain.session_agenda import check_party
from server.kit.clock import now
from server.models.session_room import SessionAction, SessionLink
from server.models.sessions import SessionParticipant
from server.queries.session_room import action_view, link_view, visible_actions, visible_links
from server.services import repeats
from server.services.mentorship_access import Desk, look_over, sit_down
from server.services.session_access import Inside, claim, claim_as_party
from server.services.transaction import Work, retrying, unit_of_work


@dataclass(frozen=True)
class ActionForm:
    """An action as somebody words it, who will do it, until when."""

    text: str
    owner_id: UUID
    due_on: date | None = None
    is_done: bool = False


@retrying
async def add_link(
    actor: Actor, *, session_id: UUID, url: str, title: str = "", idempotency_key: str | None = None
) -> SessionLink:
    """Put a web address into the room. NotFound, NotAllowed, Conflict, InvalidInput, LimitReached."""
    url, title = rules.link(url, title)
    async with unit_of_work() as work:
        content = [session_id, url, title]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "addLink", content)
        if once.previous:
            return await _link_made(once.previous)
        inside = await claim_as_party(actor, session_id)
        rules.check_room_for_link(await SessionLink.filter(session_id=session_id).count())
        row = await SessionLink.create(session_id=session_id, added_by=inside.actor_id, url=url, title=title)
        await once.remember(row.id)
        added = rules.LinkAdded(session_id=session_id, link=link_view(row))
        work.record(added, to=[topics.session(session_id)], actor=actor, command_id=idempotency_key)
    return row


@retrying
async def remove_link(actor: Actor, *, link_id: UUID) -> UUID:
    """Take a link out of the room; return the id of its session. NotFound, NotAllowed, Conflict."""
    actor.require_user()
    async with unit_of_work() as work:
        row = (await visible_links(actor, [link_id])).get(link_id)
        if row is None:
            raise NotFound("link")
        await claim_as_party(actor, row.session_id)
        await (await _link_made(link_id)).delete()
        removed = rules.LinkRemoved(session_id=row.session_id, link_id=link_id)
        work.record(removed, to=[topics.session(row.session_id)], actor=actor)
    return row.session_id


@retrying
async def add_action(
    actor: Actor, *, session_id: UUID, form: ActionForm, idempotency_key: str | None = None
) -> SessionAction:
    """Agree on what somebody in the session will do. NotFound, NotAllowed, Conflict, InvalidInput, LimitReached."""
    text = rules.action_text(form.text)
    async with unit_of_work() as work:
        content = [session_id, text, form.owner_id, form.due_on, form.is_done]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "addAction", content)
        if once.previous:
            return await _action_made(once.previous)
        inside = await claim_as_party(actor, session_id)
        await _check_owner(inside, form.owner_id)
        rules.check_room_for_action(await SessionAction.filter(session_id=session_id).count())
        row = await SessionAction.create(
            session_id=session_id,
            owner_id=form.owner_id,
            written_by=inside.actor_id,
            text=text,
            due_on=form.due_on,
            done_at=now() if form.is_done else None,
        )
        await once.remember(row.id)
        added = rules.ActionAdded(session_id=session_id, action=action_view(row))
        work.record(added, to=[topics.session(session_id)], actor=actor, command_id=idempotency_key)
    return row


@retrying
async def add_action_beside(
    actor: Actor, *, mentorship_id: UUID, form: ActionForm, idempotency_key: str | None = None
) -> SessionAction:
    """Agree on what one of the two will do, beside the sessions. NotFound, Conflict, InvalidInput, LimitReached."""
    text = rules.action_text(form.text)
    async with unit_of_work() as work:
        content = [mentorship_id, text, form.owner_id, form.due_on, form.is_done]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "addMentorshipAction", content)
        if once.previous:
            return await _action_made(once.previous)
        desk = await sit_down(work, actor, mentorship_id)
        await _check_owner(desk, form.owner_id)
        beside = SessionAction.filter(mentorship_id=mentorship_id)
        rules.check_room_for_action_beside(await beside.count())
        row = await SessionAction.create(
            mentorship_id=mentorship_id,
            owner_id=form.owner_id,
            written_by=desk.actor_id,
            text=text,
            due_on=form.due_on,
            done_at=now() if form.is_done else None,
        )
        await once.remember(row.id)
        desk.tell(_changed_beside(row, mentorship_id), command_id=idempotency_key)
    return row


@retrying
async def edit_action(
    actor: Actor, *, action_id: UUID, form: ActionForm, expected_version: int | None = None
) -> SessionAction:
    """Put an action differently, give it to somebody else, mark it done or not done; also after the end.

    NotFound, NotAllowed, InvalidInput; Conflict when it changed.
    """
    text = rules.action_text(form.text)
    async with unit_of_work() as work:
        row, home = await _claim_action(work, actor, action_id)
        check_version(row.version, expected_version)
        if form.owner_id != row.owner_id:
            await _check_owner(home, form.owner_id)
        is_reworded = row.text != text
        if is_reworded:
            row.text, row.written_by = text, home.actor_id
        row.owner_id, row.due_on = form.owner_id, form.due_on
        row.done_at = (row.done_at or now()) if form.is_done else None
        row.version += 1
        await row.save(update_fields=["text", "written_by", "owner_id", "due_on", "done_at", "version"])
        if isinstance(home, Desk):
            home.tell(_changed_beside(row, home.mentorship.id))
        else:
            edited = _edited(row, home.session.id, is_reworded=is_reworded)
            work.record(edited, to=[topics.session(home.session.id)], actor=actor)
    return row


@retrying
async def remove_action(actor: Actor, *, action_id: UUID) -> UUID | None:
    """Drop an action, also after the end; return the id of its session, if it was of one. NotFound, NotAllowed."""
    async with unit_of_work() as work:
        row, home = await _claim_action(work, actor, action_id)
        await row.delete()
        if isinstance(home, Desk):
            home.tell(_changed_beside(row, home.mentorship.id, is_dropped=True))
        else:
            removed = rules.ActionRemoved(session_id=home.session.id, action_id=action_id)
            work.record(removed, to=[topics.session(home.session.id)], actor=actor)
    return row.session_id


async def _check_owner(home: Inside | Desk, profile_id: UUID) -> None:
    """Refuse to give an action to somebody who has no part in where it was agreed on."""
    if isinstance(home, Desk):
        is_here = profile_id in (home.mentorship.mentor_id, home.mentorship.mentee_id)
    else:
        places = SessionParticipant.filter(session_id=home.session.id, profile_id=profile_id, removed_at=None)
        is_here = await places.exists()
    if not is_here:
        raise NotFound("participant")


async def _claim_action(work: Work, actor: Actor, action_id: UUID) -> tuple[SessionAction, Inside | Desk]:
    """Return an action with its session or mentorship under lock; NotFound when it is gone, or hidden."""
    actor.require_user()
    row = (await visible_actions(actor, [action_id])).get(action_id)
    if row is None:
        raise NotFound("action")
    home: Inside | Desk
    if row.mentorship_id is not None:
        home = await look_over(work, actor, row.mentorship_id, what="action")
    elif row.session_id is not None:
        home = await claim(actor, row.session_id)
        check_party(home.place.role)
    else:
        raise NotFound("action")
    return await _action_made(action_id), home


def _edited(row: SessionAction, session_id: UUID, *, is_reworded: bool) -> rules.ActionEdited:
    return rules.ActionEdited(
        session_id=session_id,
        action_id=row.id,
        text=row.text if is_reworded else None,
        owner_id=row.owner_id,
        due_on=row.due_on,
        done_at=row.done_at,
        written_by=row.written_by,
    )


def _changed_beside(row: SessionAction, mentorship_id: UUID, *, is_dropped: bool = False) -> rules.ActionBesideChanged:
    return rules.ActionBesideChanged(
        mentorship_id=mentorship_id,
        action_id=row.id,
        owner_id=row.owner_id,
        due_on=row.due_on,
        done_at=row.done_at,
        version=row.version,
        is_dropped=is_dropped,
        at=now(),
    )


async def _action_made(action_id: UUID) -> SessionAction:
    row = await SessionAction.get_or_none(id=action_id)
    if row is None:
        raise NotFound("action")
    return row


async def _link_made(link_id: UUID) -> SessionLink:
    row = await SessionLink.get_or_none(id=link_id)
    if row is None:
        raise NotFound("link")
    return row
