"""Erasing an account. It may touch every shaft, so it stands above them all.

What is the person's alone is deleted. What others hold on to (requests, mentorships, rooms) stays as a row without
their words, and so do the book's entries. The user and the profile stay as empty rows, so that ids still lead
somewhere: to nobody.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from tortoise.expressions import Q

from server.domain import topics
from server.domain.actors import SYSTEM, Actor, ProfileId, UserId
from server.domain.errors import SignInNeeded
from server.domain.facts import fact_of, payload_of
from server.domain.identity import FORMER_MEMBER, AccountErased
from server.domain.identity_erasure import Fate, without_free_text, without_texts
from server.domain.mentorships import GOING_ON, EndReason, RequestState
from server.domain.requests import OPEN_STATES, InvalidationReason
from server.domain.sessions import OPEN_STATES as OPEN_ROOMS
from server.domain.sessions import MessageDeleted
from server.kit.clock import now
from server.models.asks import OpenAsk
from server.models.identity import User
from server.models.mentorships import Mentorship, MentorshipRequest
from server.models.profiles import ContactRelease, Profile
from server.models.questions import Question, QuestionAnswer, QuestionEvent
from server.models.session_room import AgendaItem, SessionAction
from server.models.sessions import Session, SessionMessage, SessionParticipant
from server.models.webinars import WebinarRegistration, WebinarStaff
from server.queries.export import HOLDINGS, everything_about, ids_of
from server.queries.holdings import Holding
from server.services import (
    capacity,
    gatherings,
    introductions,
    matching,
    mentorships,
    repeats,
    session_notes,
    small_asks,
    webinar_archive,
)
from server.services.circle_seats import leave_all
from server.services.identity import confirm_password
from server.services.identity_policy import count_export
from server.services.logins import end_all_logins
from server.services.transaction import Work, retrying, unit_of_work

_LATELY = timedelta(hours=1)
"""No act of a request lasts this long: what somebody wrote in the instant they left is there before."""

_EMPTY_PROFILE: dict[str, Any] = {
    "display_name": FORMER_MEMBER,
    "pseudonym": None,
    "is_pseudonymous": False,
    "headline": "",
    "bio": "",
    "work_patterns": [],
    "is_high_skill": None,
    "interests": [],
    "industries": [],
    "goals": [],
    "how_i_work": {},
    "time_zone": "Etc/UTC",
    "city": "",
    "country": "",
    "meets_remotely": False,
    "meets_within_km": None,
    "visibility": {},
    "search_document": "",
    "is_listed": False,
    "requests_paused_until": None,
}

# What others see of the person's doings is on these topics; each is read by its index.
_ENTRIES = """
SELECT id, kind, actor_id, payload FROM stream_entry WHERE topic = ANY($1)
AND (actor_id = $2 OR EXISTS (SELECT 1 FROM unnest($3::text[]) AS mention WHERE position(mention IN payload) > 0))
"""
_FACTS = """
SELECT id, kind, actor_id, payload FROM fact_record WHERE actor_id = $1
OR EXISTS (SELECT 1 FROM unnest($2::text[]) AS mention WHERE position(mention IN payload) > 0)
"""
_REWRITE_ENTRIES = """
UPDATE stream_entry SET payload = fresh.payload
FROM unnest($1::uuid[], $2::text[]) AS fresh (id, payload) WHERE stream_entry.id = fresh.id
"""
_REWRITE_FACTS = """
UPDATE fact_record SET payload = fresh.payload, failure = NULL
FROM unnest($1::uuid[], $2::text[]) AS fresh (id, payload) WHERE fact_record.id = fresh.id
"""


@dataclass(frozen=True)
class Traces:
    """Where the book may hold somebody's words: topics, the ids that facts about them mention, the words."""

    topics: list[str]
    mentions: list[str]
    texts: set[str]


async def export_data(actor: Actor) -> dict[str, Any]:
    """Return all that is kept about the actor, as JSON values. A few times an hour at most."""
    user_id = actor.require_account()
    await count_export(user_id)
    return await everything_about(Actor(user_id=user_id))


async def erase_account(actor: Actor, *, password: str) -> None:
    """Erase the actor's account for good, once they have shown their password."""
    user = await confirm_password(actor, password=password)
    # As themselves: somebody suspended leaves as everybody does.
    await _erase(Actor(user_id=UserId(user.id)), UserId(user.id))


@retrying
async def _erase(actor: Actor, user_id: UserId) -> None:
    async with unit_of_work() as work:
        # Ledgers before all else, as everywhere: a request on its way, to or from, is found here or finds nobody.
        await capacity.lock(work, [ProfileId(user_id)])
        if not await User.filter(id=user_id, erased_at=None).select_for_update():
            raise SignInNeeded
        # A change of the profile under way ends first; one that waits finds that its owner is gone.
        await Profile.filter(id=user_id).select_for_update(no_key=True)
        await end_all_logins(work, user_id)
        # Requests first: one that is accepted at this moment is a mentorship afterwards, and ends with the others.
        await _close_requests(work, actor, user_id)
        await _end_mentorships(actor, user_id)
        await leave_all(actor)
        await gatherings.leave_all(actor)
        await introductions.leave_all(actor)
        await small_asks.leave_all(actor)
        traces = await _traces_of(user_id)
        await webinar_archive.hand_over_hosted(user_id=user_id)
        touched = await webinar_archive.touched_by(user_id)
        await _take_back_messages(work, actor, user_id)
        await _forget_in_rooms(work, user_id)
        for holding in HOLDINGS:
            await _apply(holding, user_id)
        await _redact(work, user_id, traces)
        await _empty(user_id)
        await webinar_archive.tell_erased(touched)
        work.record(AccountErased(user_id=user_id), to=[], actor=actor)


@retrying
async def erase_again(*, user_id: UUID) -> None:
    """Erase what the person was still writing in the instant their account was erased. For reaction and job.

    Nothing is done for somebody whose account stands, and twice is as good as once.
    """
    async with unit_of_work() as work:
        if not await User.filter(id=user_id, erased_at__isnull=False).select_for_update():
            return
        leaver = UserId(user_id)
        await end_all_logins(work, leaver)
        traces = await _traces_of(leaver)
        await _take_back_messages(work, SYSTEM, leaver)
        await _forget_in_rooms(work, leaver)
        for holding in HOLDINGS:
            await _apply(holding, leaver)
        await _redact(work, leaver, traces)


async def erase_latest_again() -> int:
    """Erase again what belongs to those who left lately: an act under way then has ended by now, or never will."""
    leavers = await User.filter(erased_at__gte=now() - _LATELY, erased_at__lte=now()).order_by("id")
    for leaver in leavers:
        await erase_again(user_id=leaver.id)
    return len(leavers)


async def _end_mentorships(actor: Actor, user_id: UserId) -> None:
    own = Q(mentor_id=user_id) | Q(mentee_id=user_id)
    for row in await Mentorship.filter(own, state__in=list(GOING_ON)).order_by("id"):
        await mentorships.end_mentorship(actor, mentorship_id=row.id, reason=EndReason.NO_FAULT)


async def _close_requests(work: Work, actor: Actor, user_id: UserId) -> None:
    sent = MentorshipRequest.filter(sender_id=user_id, state__in=[*OPEN_STATES, RequestState.DRAFT])
    for request in await sent.order_by("id"):
        await matching.withdraw_request(actor, request_id=request.id)
    received = MentorshipRequest.filter(receiver_id=user_id, state__in=list(OPEN_STATES))
    for request in await received.order_by("id").select_for_update():
        await matching.invalidate(work, request, InvalidationReason.UNAVAILABLE)


async def _take_back_messages(work: Work, actor: Actor, user_id: UserId) -> None:
    """Take the person's lines back, where somebody may be reading them now with a word to the room."""
    at = now()
    lines = SessionMessage.filter(author_id=user_id, deleted_at=None)
    for line in await lines.filter(session__state__in=list(OPEN_ROOMS)):
        fact = MessageDeleted(session_id=line.session_id, message_id=line.id, author_id=user_id, at=at)
        work.record(fact, to=[topics.session(line.session_id)], actor=actor)
    await SessionMessage.filter(author_id=user_id, deleted_at=None).update(deleted_at=at)


async def _forget_in_rooms(work: Work, user_id: UserId) -> None:
    """Take the person's words out of what others share with them: notes, and answers to commands."""
    await session_notes.forget_writer(work, user_id)
    await repeats.forget_answers_around(work, user_id)


async def _apply(holding: Holding, user_id: UserId) -> None:
    which = holding.which(user_id)
    if holding.taken_along is not None:
        which |= holding.taken_along(user_id)
    if holding.fate is Fate.DELETED:
        await holding.model.filter(pk__in=await ids_of(holding.model, which)).delete()
    elif holding.emptied:
        await holding.model.filter(pk__in=await ids_of(holding.model, which)).update(**holding.emptied)


async def _empty(user_id: UserId) -> None:
    profile = await Profile.get(id=user_id)
    await Profile.filter(id=user_id).update(**_EMPTY_PROFILE, updated_at=now(), version=profile.version + 1)
    await User.filter(id=user_id).update(email=None, password_hash=None, verified_at=None, locale="en", erased_at=now())


async def _traces_of(user_id: UserId) -> Traces:
    """Return what is needed to find the person in the book, before the rows that tell it are emptied."""
    questions = await Question.filter(author_id=user_id)
    mentions = [user_id, *(question.id for question in questions)]
    topic_names = [*await _topics_with(user_id), *await _webinar_topics_with(user_id)]
    return Traces(topic_names, [str(mention) for mention in mentions], await _texts_of(user_id, questions))


async def _topics_with(user_id: UserId) -> list[str]:
    """Return the topics of everybody the person dealt with, and of the rooms they were in."""
    people: set[UUID] = set()
    for request in await MentorshipRequest.filter(Q(sender_id=user_id) | Q(receiver_id=user_id)):
        people |= {request.sender_id, request.receiver_id}
    for row in await Mentorship.filter(Q(mentor_id=user_id) | Q(mentee_id=user_id)):
        people |= {row.mentor_id, row.mentee_id}
    for release in await ContactRelease.filter(Q(profile_id=user_id) | Q(to_profile_id=user_id)):
        people |= {release.profile_id, release.to_profile_id}
    for ask in await OpenAsk.filter(Q(profile_id=user_id) | Q(held_by=user_id) | Q(answered_by=user_id)):
        people |= {one for one in (ask.profile_id, ask.held_by, ask.answered_by) if one is not None}
    answered = [row.question_id for row in await QuestionAnswer.filter(by_id=user_id)]
    asked = await Question.filter(Q(id__in=answered) | Q(merged_into__in=answered))
    people |= {question.author_id for question in asked if question.author_id is not None}
    rooms = await SessionParticipant.filter(profile_id=user_id)
    followed = [*map(topics.user, people - {user_id}), *(topics.session(row.session_id) for row in rooms)]
    return [topic.name for topic in followed]


async def _webinar_topics_with(user_id: UserId) -> list[str]:
    """Return both topics of every webinar the person had a place in."""
    webinars = {row.webinar_id for row in await WebinarStaff.filter(profile_id=user_id)}
    webinars |= {row.webinar_id for row in await WebinarRegistration.filter(profile_id=user_id)}
    webinars |= {row.webinar_id for row in await Question.filter(author_id=user_id)}
    return [topic(webinar_id).name for webinar_id in webinars for topic in (topics.webinar, topics.webinar_staff)]


async def _texts_of(user_id: UserId, questions: Sequence[Question]) -> set[str]:
    """Return the person's words that facts about others may repeat: names, goals, titles, questions, answers."""
    profile = await Profile.get(id=user_id)
    texts = {profile.display_name, profile.pseudonym or ""}
    texts |= {row.goal for row in await MentorshipRequest.filter(sender_id=user_id)}
    texts |= {row.goal for row in await Mentorship.filter(mentee_id=user_id, request_id=None)}
    texts |= {row.title for row in await Session.filter(opened_by=user_id)}
    texts |= {row.title for row in await AgendaItem.filter(written_by=user_id)}
    texts |= {row.text for row in await SessionAction.filter(written_by=user_id)}
    texts |= {row.text for row in await QuestionAnswer.filter(by_id=user_id)}
    texts |= {text for question in questions for text in (question.text, question.original_text, question.author_note)}
    for line in await QuestionEvent.filter(question_id__in=[question.id for question in questions]):
        texts |= {value for value in line.detail.values() if isinstance(value, str)}
    return texts - {""}


async def _redact(work: Work, user_id: UserId, traces: Traces) -> None:
    """Take the person's words out of the book. Its order and its chain, made of numbers and ids, stay as they are."""
    db, texts = work.connection, traces.texts
    entries = await db.execute_query_dict(_ENTRIES, [traces.topics, user_id, traces.mentions])
    await db.execute_query(_REWRITE_ENTRIES, _rewritten(entries, user_id, texts))
    facts = await db.execute_query_dict(_FACTS, [user_id, traces.mentions])
    await db.execute_query(_REWRITE_FACTS, _rewritten(facts, user_id, texts))


def _rewritten(rows: Sequence[Any], user_id: UserId, texts: Collection[str]) -> list[list[Any]]:
    """Return ids and payloads: the person's own deeds without any free text, those of others without theirs."""
    payloads = [_payload_without(row, None if str(row["actor_id"]) == str(user_id) else texts) for row in rows]
    return [[row["id"] for row in rows], payloads]


def _payload_without(row: Any, texts: Collection[str] | None) -> str:
    """Return a payload without the given texts, or without any."""
    try:
        fact = fact_of(row["kind"], row["payload"])
    except (KeyError, msgspec.ValidationError):
        # A kind or a shape of former times: nobody can read it any more, so nobody misses it.
        return "{}"
    return payload_of(without_free_text(fact) if texts is None else without_texts(fact, texts))
