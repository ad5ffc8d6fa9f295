"""What can be reported: whose it is, how it looked when it was reported, and how it is taken away.

Whoever was there may report it, also after a block or an end: what one can no longer see can still have happened. To
somebody who was not there it does not exist.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from server.domain.actors import SYSTEM, Actor, UserId
from server.domain.circles import Naming
from server.domain.errors import NotFound
from server.domain.introductions import Part
from server.domain.moderation import SubjectKind
from server.domain.question_states import Action, AuthorShown, DismissReason
from server.domain.visibility import ProfileField, Relation, visible_fields
from server.kit.clock import now
from server.models.circle_talk import CirclePost, CircleThread
from server.models.circles import Circle
from server.models.mentorships import Mentorship
from server.models.profiles import Profile
from server.models.safety import Block
from server.models.sessions import Session, SessionMessage, SessionParticipant
from server.queries import circle_talk as circle_queries
from server.queries import gatherings as gathering_queries
from server.queries import introductions as introduction_queries
from server.queries import kudos as kudos_queries
from server.queries import questions as question_queries
from server.queries import small_asks as small_ask_queries
from server.queries.profiles import visible_profiles
from server.services import gatherings, introductions, kudos, small_asks
from server.services.circle_talk import delete_post
from server.services.question_acts import ActForm, act
from server.services.sessions import take_message_out
from server.services.transaction import Work

LINES_AROUND = 5
LINES_OF_A_SESSION = 50


@dataclass(frozen=True)
class Found:
    """What was reported: whose it is, and what is kept of it, as JSON values."""

    accused_id: UUID
    evidence: Mapping[str, Any]


async def find(actor: Actor, kind: SubjectKind, subject_id: UUID) -> Found:
    """Return what the actor reports, as it is now. NotFound when it is not theirs to report."""
    return await _FINDERS[kind](actor, subject_id)


async def remove(work: Work, kind: SubjectKind, subject_id: UUID) -> None:
    """Take reported content away, for everybody and for good. What is gone already stays so."""
    if kind is SubjectKind.MESSAGE:
        message = await SessionMessage.select_for_update().get_or_none(id=subject_id)
        if message is not None:
            await take_message_out(work, message, by=SYSTEM)
    elif kind is SubjectKind.QUESTION:
        form = ActForm(reason=DismissReason.DISRESPECTFUL)
        await act(SYSTEM, question_id=subject_id, action=Action.DISMISS, form=form)
    elif kind is SubjectKind.CIRCLE_POST:
        await _remove_post(subject_id)
    elif kind is SubjectKind.KUDOS:
        await kudos.remove(kudos_id=subject_id)
    elif kind is SubjectKind.GATHERING:
        await gatherings.remove(gathering_id=subject_id)
    elif kind is SubjectKind.INTRODUCTION:
        await introductions.remove(introduction_id=subject_id)
    elif kind is SubjectKind.SMALL_ASK:
        await small_asks.remove(ask_id=subject_id)


async def _profile(actor: Actor, subject_id: UUID) -> Found:
    mine = actor.require_profile()
    row = await Profile.get_or_none(id=subject_id)
    is_seen = bool(await visible_profiles(actor, [subject_id]))
    if row is None or not (is_seen or await Block.exists(blocker_id=mine, blocked_id=subject_id)):
        raise NotFound("profile")
    shown = visible_fields(row.visibility, Relation.MEMBER)
    texts = {
        ProfileField.NAME: row.pseudonym if row.is_pseudonymous else row.display_name,
        ProfileField.HEADLINE: row.headline,
        ProfileField.BIO: row.bio,
        ProfileField.GOALS: row.goals,
    }
    return Found(row.id, {field.value: text for field, text in texts.items() if field in shown})


async def _message(actor: Actor, subject_id: UUID) -> Found:
    message = await SessionMessage.get_or_none(id=subject_id)
    if message is None or not await _was_in(actor, message.session_id):
        raise NotFound("message")
    lines = SessionMessage.filter(session_id=message.session_id)
    before = await lines.filter(created_at__lt=message.created_at).order_by("-created_at").limit(LINES_AROUND)
    after = await lines.filter(created_at__gt=message.created_at).order_by("created_at").limit(LINES_AROUND)
    around = [_line(row) for row in [*reversed(before), *after]]
    return Found(message.author_id, {**_line(message), "around": around})


async def _session(actor: Actor, subject_id: UUID) -> Found:
    """A session is reported for what the other one did in it."""
    session = await Session.get_or_none(id=subject_id)
    if session is None or not await _was_in(actor, subject_id):
        raise NotFound("session")
    tie = await Mentorship.get(id=session.mentorship_id)
    other = tie.mentee_id if tie.mentor_id == actor.user_id else tie.mentor_id
    lines = await SessionMessage.filter(session_id=subject_id).order_by("-created_at").limit(LINES_OF_A_SESSION)
    kept = {"title": session.title, "startedAt": _instant(session.started_at), "lines": [_line(row) for row in lines]}
    return Found(other, kept)


async def _question(actor: Actor, subject_id: UUID) -> Found:
    seen = await question_queries.seen(actor, [subject_id])
    card = seen.shown.get(subject_id) or seen.staff.get(subject_id)
    author_id = None if card is None else card.row.author_id
    if card is None or author_id is None:
        raise NotFound("question")
    row = card.row
    kept = {"text": row.text, "originalText": row.original_text, "at": _instant(row.created_at)}
    return Found(author_id, {**kept, "isAnonymous": row.shown_as is not AuthorShown.NAME})


async def _circle_post(actor: Actor, subject_id: UUID) -> Found:
    post = (await circle_queries.visible_posts(actor, [subject_id])).get(subject_id)
    if post is None:
        raise NotFound("post")
    thread = await CircleThread.get(id=post.thread_id)
    circle = await Circle.get(id=thread.circle_id)
    kept = {"text": post.text, "title": thread.title, "at": _instant(post.created_at)}
    return Found(post.author_id, {**kept, "isAnonymous": circle.naming is not Naming.PROFILES})


async def _gathering(actor: Actor, subject_id: UUID) -> Found:
    row = (await gathering_queries.visible(actor, [subject_id])).get(subject_id)
    if row is None:
        raise NotFound("gathering")
    kept = {"title": row.title, "about": row.about, "place": row.place, "link": row.link}
    return Found(row.host_id, {**kept, "startsAt": _instant(row.starts_at)})


async def _introduction(actor: Actor, subject_id: UUID) -> Found:
    """An introduction is reported by one of the two, for what is said to them."""
    view = (await introduction_queries.visible(actor, [subject_id])).get(subject_id)
    if view is None or view.part is not Part.SIDE:
        raise NotFound("introduction")
    return Found(view.introducer_id, {"words": view.words, "at": _instant(view.created_at)})


async def _small_ask(actor: Actor, subject_id: UUID) -> Found:
    row = (await small_ask_queries.visible(actor, [subject_id])).get(subject_id)
    if row is None or row.profile_id == actor.user_id:
        raise NotFound("ask")
    return Found(row.profile_id, {"text": row.text, "topic": row.topic, "at": _instant(row.created_at)})


async def _kudos(actor: Actor, subject_id: UUID) -> Found:
    row = (await kudos_queries.visible(actor, [subject_id])).get(subject_id)
    if row is None or row.giver_id == actor.user_id:
        raise NotFound("kudos")
    return Found(row.giver_id, {"words": row.words, "at": _instant(row.created_at)})


async def _remove_post(subject_id: UUID) -> None:
    """Take a post back as its author would; of somebody who has left the circle, without a word to it."""
    post = await CirclePost.get_or_none(id=subject_id)
    if post is None:
        return
    try:
        await delete_post(Actor(user_id=UserId(post.author_id), is_verified=True), post_id=subject_id)
    except NotFound:
        await CirclePost.filter(id=subject_id, deleted_at=None).update(text="", deleted_at=now())


async def _was_in(actor: Actor, session_id: UUID) -> bool:
    return await SessionParticipant.exists(session_id=session_id, profile_id=actor.require_user())


def _line(row: SessionMessage) -> dict[str, Any]:
    return {"authorId": str(row.author_id), "text": row.text, "at": _instant(row.created_at)}


def _instant(at: Any) -> str | None:
    return None if at is None else at.isoformat()


_FINDERS: Mapping[SubjectKind, Callable[[Actor, UUID], Awaitable[Found]]] = {
    SubjectKind.PROFILE: _profile,
    SubjectKind.MESSAGE: _message,
    SubjectKind.SESSION: _session,
    SubjectKind.QUESTION: _question,
    SubjectKind.CIRCLE_POST: _circle_post,
    SubjectKind.GATHERING: _gathering,
    SubjectKind.INTRODUCTION: _introduction,
    SubjectKind.SMALL_ASK: _small_ask,
    SubjectKind.KUDOS: _kudos,
}
