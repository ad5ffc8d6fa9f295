"""The room of a mentorship: open, join, say, put differently, take back, end.

Each checks the actor's place under a lock on the session's row, so nothing is said after the end.
"""

from datetime import datetime, timedelta
from uuid import UUID

from server.domain import sessions as rules
from server.domain import topics
from server.domain.actors import Actor, UserId
from server.domain.errors import Conflict, NotAllowed, NotFound, RateLimited
from server.domain.mentorship_road import check_may_meet_again
from server.domain.sessions import SessionRole, SessionState
from server.kit.clock import now
from server.models.mentorships import Mentorship
from server.models.sessions import Session, SessionMessage, SessionParticipant
from server.queries import mentorships as mentorship_queries
from server.queries import sessions as session_queries
from server.services import redaction, repeats
from server.services.calls import empty_call
from server.services.meetings import room_opened
from server.services.ports import ports
from server.services.session_access import Inside, claim, everybody, look_in
from server.services.session_agenda import stop_timer
from server.services.session_floor import end_open_floor, lower_all
from server.services.transaction import Work, retrying, unit_of_work

_CLOCKS_APART = timedelta(minutes=1)
"""A line and the fact of it are dated by two looks at the clock, which may go back in between."""


@retrying
async def open_session(
    actor: Actor, *, mentorship_id: UUID, title: str = "", idempotency_key: str | None = None
) -> Session:
    """Open the room of a mentorship now and go in; when it is open already, go in. Return the session.

    NotFound: not one of the two. Conflict: the mentorship is not under way.
    """
    actor_id, title = actor.require_user(), rules.session_title(title)
    async with unit_of_work() as work:
        once = await repeats.claim(work, actor_id, idempotency_key, "openSession", [mentorship_id, title])
        if once.previous:
            return await Session.get(id=once.previous)
        mentorship = await _lock_mentorship(actor, mentorship_id)
        rules.check_may_meet(mentorship.state)
        open_now = await Session.get_or_none(mentorship_id=mentorship_id, state__in=list(rules.OPEN_STATES))
        if open_now is None:
            effort = (await mentorship_queries.efforts_of([mentorship_id]))[mentorship_id]
            check_may_meet_again(mentorship.format, effort.meetings)
            session = await _open(work, actor, mentorship, title)
        else:
            session = await _enter(work, actor, await claim(actor, open_now.id))
        await once.remember(session.id)
    return session


async def _lock_mentorship(actor: Actor, mentorship_id: UUID) -> Mentorship:
    """Lock a mentorship, so that it has one room and does not end meanwhile."""
    await Mentorship.select_for_update().get_or_none(id=mentorship_id)
    mentorship = (await mentorship_queries.meetable(actor, [mentorship_id])).get(mentorship_id)
    if mentorship is None:
        raise NotFound("mentorship")
    return mentorship


async def _open(work: Work, actor: Actor, mentorship: Mentorship, title: str) -> Session:
    actor_id, at = actor.require_user(), now()
    other_id = mentorship.mentee_id if mentorship.mentor_id == actor_id else mentorship.mentor_id
    session = await Session.create(
        mentorship_id=mentorship.id, title=title, state=SessionState.LOBBY, opened_by=actor_id, created_at=at
    )
    host, other = SessionRole.HOST, SessionRole.PARTICIPANT
    await SessionParticipant.create(session_id=session.id, profile_id=actor_id, role=host, joined_at=at)
    await SessionParticipant.create(session_id=session.id, profile_id=other_id, role=other)
    await room_opened(session)
    opened = rules.SessionOpened(
        session_id=session.id,
        mentorship_id=mentorship.id,
        title=title,
        opened_by=actor_id,
        other_id=other_id,
        version=session.version,
        at=at,
    )
    work.record(opened, to=[topics.session(session.id), topics.user(actor_id), topics.user(other_id)], actor=actor)
    return session


@retrying
async def join_session(actor: Actor, *, session_id: UUID) -> Session:
    """Go into a session; the second person to come makes it live. Joining again changes nothing."""
    async with unit_of_work() as work:
        return await _enter(work, actor, await claim(actor, session_id))


async def _enter(work: Work, actor: Actor, inside: Inside) -> Session:
    session, place = inside.session, inside.place
    rules.check_open(session.state)
    if place.joined_at is not None:
        return session
    at = now()
    await SessionParticipant.filter(session_id=session.id, profile_id=inside.actor_id).update(joined_at=at)
    joined = rules.ParticipantJoined(session_id=session.id, profile_id=inside.actor_id, role=place.role, at=at)
    work.record(joined, to=[topics.session(session.id)], actor=actor)
    if session.state is SessionState.LOBBY:
        session.state, session.started_at, session.version = SessionState.LIVE, at, session.version + 1
        await session.save(update_fields=["state", "started_at", "version"])
        started = rules.SessionStarted(session_id=session.id, version=session.version, at=at)
        work.record(started, to=await everybody(session.id), actor=actor)
    return session


@retrying
async def end_session(actor: Actor, *, session_id: UUID) -> Session:
    """Close the room. Conflict when it is closed; NotAllowed for a guest."""
    async with unit_of_work() as work:
        inside = await claim(actor, session_id)
        rules.check_may_end(inside.place.role)
        rules.check_open(inside.session.state)
        return await _close(work, inside.session, ended_by=actor)


@retrying
async def close_rooms(*, mentorship_id: UUID) -> None:
    """Close the open room of a mentorship that ended, if there is one. For the reaction to its end."""
    async with unit_of_work() as work:
        rows = Session.filter(mentorship_id=mentorship_id, state__in=list(rules.OPEN_STATES))
        for session in await rows.select_for_update():
            await _close(work, session, ended_by=None)


@retrying
async def shut_out(*, one: UUID, other: UUID) -> None:
    """Close the rooms of two who no longer meet, and have their rights looked at now. For the reaction to a block."""
    async with unit_of_work() as work:
        for mentorship_id in await mentorship_queries.between(one, other):
            await close_rooms(mentorship_id=mentorship_id)
            for session in await Session.filter(mentorship_id=mentorship_id):
                work.control(topics.session(session.id), topics.RIGHTS_CHANGED)


async def _close(work: Work, session: Session, *, ended_by: Actor | None) -> Session:
    await end_open_floor(work, session.id, actor=ended_by)
    await lower_all(session.id)
    await stop_timer(work, session, actor=ended_by)
    await empty_call(session.id)
    at = now()
    session.state, session.ended_at, session.version = SessionState.ENDED, at, session.version + 1
    await session.save(update_fields=["state", "ended_at", "version"])
    ended = rules.SessionEnded(
        session_id=session.id, ended_by=ended_by.user_id if ended_by else None, version=session.version, at=at
    )
    work.record(ended, to=await everybody(session.id), actor=ended_by)
    return session


@retrying
async def send_message(actor: Actor, *, session_id: UUID, text: str, command_id: str | None = None) -> SessionMessage:
    """Say a line in a session; whoever speaks is in. The same command sent again gives the first line back."""
    actor_id, text = actor.require_user(), rules.message_text(text)
    await _check_rate(actor_id, session_id)
    async with unit_of_work() as work:
        once = await repeats.claim(work, actor_id, command_id, "sendMessage", [session_id, text])
        if once.previous:
            return await SessionMessage.get(id=once.previous)
        inside = await look_in(actor, session_id)
        if inside.place.joined_at is None:
            await _enter(work, actor, await claim(actor, session_id))
        rules.check_open(inside.session.state)
        message = await SessionMessage.create(session_id=session_id, author_id=actor_id, text=text)
        await once.remember(message.id)
        sent = rules.MessageSent(
            session_id=session_id, message_id=message.id, author_id=actor_id, text=text, at=message.created_at
        )
        work.record(sent, to=[topics.session(session_id)], actor=actor, command_id=command_id)
    return message


async def _check_rate(actor_id: UserId, session_id: UUID) -> None:
    wait = await ports.buckets.take(
        f"message:{actor_id}:{session_id}", capacity=rules.MESSAGES_PER_BURST, per_seconds=rules.BURST_SECONDS
    )
    if wait:
        raise RateLimited(wait)


@retrying
async def edit_message(actor: Actor, *, message_id: UUID, text: str) -> SessionMessage:
    """Put an own line differently while the session is open. Conflict when it was taken back."""
    text = rules.message_text(text)
    async with unit_of_work() as work:
        message, session = await _own_message(actor, message_id)
        rules.check_open(session.state)
        if message.deleted_at is not None:
            raise Conflict("This message was taken back.", current="deleted")
        message.text, message.edited_at = text, _after(message.edited_at)
        await message.save(update_fields=["text", "edited_at"])
        edited = rules.MessageEdited(
            session_id=session.id, message_id=message.id, author_id=message.author_id, text=text, at=message.edited_at
        )
        work.record(edited, to=[topics.session(session.id)], actor=actor)
    return message


@retrying
async def delete_message(actor: Actor, *, message_id: UUID) -> SessionMessage:
    """Take an own line back, also after the end; taking it back again changes nothing.

    Its text is gone at once: from the row, from the book and from what the live layer remembers of the room.
    """
    async with unit_of_work() as work:
        message, _ = await _own_message(actor, message_id)
        await take_message_out(work, message, by=actor)
    return message


async def take_message_out(work: Work, message: SessionMessage, *, by: Actor) -> None:
    """Take a locked line out of its room, for its author or for whoever moderates. Twice is as good as once."""
    if message.deleted_at is not None:
        return
    message.text, message.deleted_at = "", now()
    await message.save(update_fields=["text", "deleted_at"])
    topic, spoken = topics.session(message.session_id), [rules.MessageSent, rules.MessageEdited]
    await redaction.take_out(work, topic, spoken, mention=message.id, since=message.created_at - _CLOCKS_APART)
    await repeats.forget_answers(work, UserId(message.author_id), message.id)
    deleted = rules.MessageDeleted(
        session_id=message.session_id, message_id=message.id, author_id=message.author_id, at=message.deleted_at
    )
    work.record(deleted, to=[topic], actor=by)


async def _own_message(actor: Actor, message_id: UUID) -> tuple[SessionMessage, Session]:
    """Lock a line the actor wrote, with its session; NotFound when they may not read it."""
    actor.require_user()
    message = (await session_queries.visible_messages(actor, [message_id])).get(message_id)
    if message is None:
        raise NotFound("message")
    if message.author_id != actor.user_id:
        raise NotAllowed("to be the author")
    inside = await look_in(actor, message.session_id)
    return await SessionMessage.select_for_update().get(id=message_id), inside.session


def _after(earlier: datetime | None) -> datetime:
    """Return now, or the next instant after `earlier` where two edits fall together: the later one must win."""
    at = now()
    return at if earlier is None or at > earlier else earlier + timedelta(microseconds=1)
