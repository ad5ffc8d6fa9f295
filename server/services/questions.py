"""Asking and voting. What happens to a question afterwards is in question_acts.

A vote goes past the event's lock: it holds the question against its moderators, and the database adds it up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from server.domain.actors import Actor
from server.domain.errors import NotAllowed, NotFound
from server.domain.question_asking import Asking, Voting, author_shown, check_asking, check_vote, first_state, screened
from server.domain.question_facts import Tally, VotesTallied
from server.domain.question_order import warmth
from server.domain.question_states import OPEN_STATES, Action, AuthorShown, QuestionState
from server.domain.questions import question_text
from server.domain.standing import Speech
from server.domain.texts import line
from server.domain.webinar_facts import BurstNoticed
from server.domain.webinars import (
    BURST_QUESTIONS,
    BURST_REST,
    BURST_WINDOW,
    RestrictionKind,
    WebinarRole,
    pseudonym_of,
)
from server.kit.clock import now
from server.kit.ids import new_id
from server.models.questions import Question, QuestionEvent, QuestionTally
from server.models.webinars import WebinarKey, WebinarRestriction
from server.queries import questions as question_queries
from server.queries.question_views import Card
from server.services import repeats
from server.services.question_acts import NEW, act, publish
from server.services.question_effects import recount, recount_for_good, tell_votes
from server.services.standing import count_speech
from server.services.transaction import retrying, unit_of_work
from server.services.webinar_scene import Scene, enter


@dataclass(frozen=True)
class AskForm:
    """A question to ask. `anonymous` asks for a pseudonym; where the event wants names or pseudonyms, it decides."""

    text: str
    anonymous: bool = False
    language: str = ""


@retrying
async def ask_question(
    actor: Actor, *, webinar_id: UUID, form: AskForm, idempotency_key: str | None = None
) -> Question:
    """Ask a question: under review first, unless the event or the asker's role lets it be live at once.

    Conflict: the window is closed. LimitReached: three are open. RateLimited: slow mode. NotAllowed: timed out.
    """
    actor_id, text = actor.require_user(), question_text(form.text)
    language = line("language", form.language, longest=12)
    async with unit_of_work() as work:
        once = await repeats.claim(work, actor_id, idempotency_key, "askQuestion", [webinar_id, text, form.anonymous])
        if once.previous:
            return await Question.get(id=once.previous)
        # After the repeats: what was asked once is counted once, and answered again whatever was counted since.
        await count_speech(actor, Speech.QUESTION)
        scene = await enter(work, actor, webinar_id)
        asking = await _asking(scene, form)
        check_asking(asking)
        row = Question(
            webinar_id=webinar_id,
            author_id=actor_id,
            shown_as=author_shown(asking),
            state=first_state(asking, text),
            text=text,
            original_text=text,
            language=language,
            screened=[] if asking.role is not WebinarRole.ATTENDEE else screened(text),
            created_at=asking.at,
        )
        row.is_shown = row.state is QuestionState.LIVE
        row.live_since = asking.at if row.is_shown else None
        if row.shown_as is AuthorShown.PSEUDONYM:
            row.pseudonym = await _pseudonym(scene)
        await publish(scene, Card(row), Action.SUBMIT, NEW)
        await QuestionEvent.create(
            question_id=row.id, action=Action.SUBMIT, is_authors=True, to_state=row.state, version=1
        )
        await _notice_burst(scene)
        await once.remember(row.id)
    return row


async def _asking(scene: Scene, form: AskForm) -> Asking:
    standing, webinar, actor_id = scene.standing, scene.webinar, scene.actor.require_user()
    if standing is None or standing.role is None or standing.role is WebinarRole.MANAGER:
        raise NotAllowed("a place in the webinar", "Register for this webinar to ask in it.")
    own = Question.filter(webinar_id=webinar.id, author_id=actor_id)
    last = await own.order_by("-created_at").first()
    return Asking(
        role=standing.role,
        state=webinar.state,
        window_is_open=webinar.questions_open,
        review=webinar.review,
        anonymity=webinar.anonymity,
        slow_seconds=webinar.slow_seconds,
        open_questions=await own.filter(state__in=list(OPEN_STATES)).count(),
        last_asked_at=None if last is None else last.created_at,
        barred_until=await _barred_until(scene),
        is_banned=standing.is_banned,
        wants_pseudonym=form.anonymous,
        at=now(),
    )


async def _barred_until(scene: Scene) -> datetime | None:
    rows = await WebinarRestriction.filter(
        webinar_id=scene.webinar.id,
        profile_id=scene.actor.user_id,
        kind=RestrictionKind.TIME_OUT,
        lifted_at=None,
    )
    # A time-out without an instant lasts to the end of the event.
    return max((row.until or now() + timedelta(days=1) for row in rows), default=None)


async def _pseudonym(scene: Scene) -> str:
    key = await WebinarKey.get(webinar_id=scene.webinar.id)
    return pseudonym_of(bytes(key.key), scene.actor.require_user())


async def _notice_burst(scene: Scene) -> None:
    """Tell the staff once in a while that many questions come at once: machines flag, people decide."""
    webinar, at = scene.webinar, now()
    count = await Question.filter(webinar_id=webinar.id, created_at__gt=at - BURST_WINDOW).count()
    is_resting = webinar.burst_at is not None and webinar.burst_at > at - BURST_REST
    if count < BURST_QUESTIONS or is_resting:
        return
    webinar.burst_at = at
    await webinar.save(update_fields=["burst_at"])
    told = BurstNoticed(webinar_id=webinar.id, questions=count, window_seconds=int(BURST_WINDOW.total_seconds()), at=at)
    scene.work.record(told, to=[scene.staff])


_LOCK = "SELECT id FROM question WHERE id = $1 FOR SHARE"
# Alone with the question: the same person may be voting for it, and whether that vote is the first of theirs in a
# group of merged questions is decided by the very ballots that are taken back here.
_LOCK_ALONE = "SELECT id FROM question WHERE id = $1 FOR NO KEY UPDATE"
_VOTE = """
WITH fresh AS (
    INSERT INTO question_vote (id, question_id, voter_id, created_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (question_id, voter_id) DO NOTHING RETURNING id
), counted AS (
    SELECT id FROM fresh WHERE NOT EXISTS (
        SELECT 1 FROM question_vote v JOIN question m ON m.id = v.question_id
        WHERE m.merged_into = $2 AND v.voter_id = $3)
), kept AS (
    UPDATE question_tally SET votes = votes + 1, revision = revision + 1,
        heat = greatest(heat, $5::float8)
               + ln(1 + power(2.0::float8, greatest(-abs(heat - $5::float8), -1000))) / ln(2.0::float8)
    WHERE question_id = $2 AND EXISTS (SELECT 1 FROM counted) RETURNING votes, revision
)
SELECT votes, revision FROM kept
"""
_TAKE_BACK = """
WITH gone AS (
    DELETE FROM question_vote WHERE voter_id = $2 AND question_id IN (
        SELECT id FROM question WHERE id = $1 OR merged_into = $1)
    RETURNING question_id
)
SELECT question_id FROM gone
"""


@retrying
async def vote(actor: Actor, *, question_id: UUID, idempotency_key: str | None = None) -> Tally:
    """Vote for a live question of somebody else and return its votes. Voting again changes nothing."""
    async with unit_of_work() as work:
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "voteForQuestion", [question_id])
        await work.connection.execute_query(_LOCK, [question_id])
        webinar_id = await _check_votable(actor, question_id, is_repeat=once.is_repeat)
        if once.is_repeat:
            return await _tally(question_id)
        at = now()
        values = [new_id(), question_id, actor.user_id, at, warmth(at)]
        _, rows = await work.connection.execute_query(_VOTE, values)
        if not rows:
            return await _tally(question_id)
        tally = Tally(question_id=question_id, votes=rows[0]["votes"], revision=rows[0]["revision"])
        tell_votes(work, webinar_id, tally)
    return tally


@retrying
async def take_vote_back(actor: Actor, *, question_id: UUID, idempotency_key: str | None = None) -> Tally:
    """Take a vote back and return the votes. Without a vote nothing changes."""
    async with unit_of_work() as work:
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "takeVoteBack", [question_id])
        await work.connection.execute_query(_LOCK_ALONE, [question_id])
        webinar_id = await _check_votable(actor, question_id, is_repeat=once.is_repeat)
        if once.is_repeat:
            return await _tally(question_id)
        _, rows = await work.connection.execute_query(_TAKE_BACK, [question_id, actor.user_id])
        gone = {row["question_id"] for row in rows}
        if not gone:
            return await _tally(question_id)
        row = await Question.get(id=question_id)
        tally = await recount(work, row) or await _tally(question_id)
        tell_votes(work, webinar_id, tally)
        for source in await Question.filter(id__in=list(gone - {question_id})):
            await recount_for_good(work, source)
    return tally


async def _check_votable(actor: Actor, question_id: UUID, *, is_repeat: bool) -> UUID:
    """Refuse a vote for a question, held by the caller; a repeat was checked before. Return the event's id."""
    found = await question_queries.votable(actor, question_id)
    if found is None:
        raise NotFound("question")
    standing = found.standing
    if not is_repeat:
        voter = actor.require_user()
        voting = Voting(voter, found.state, found.version, standing.state, found.authors, standing.is_banned)
        check_vote(voting)
    return standing.webinar_id


async def _tally(question_id: UUID) -> Tally:
    row = await QuestionTally.get(question_id=question_id)
    return Tally(question_id=question_id, votes=row.votes, revision=row.revision)


async def tally_for_good(scene: Scene) -> None:
    """Write down how the votes stand, for both topics; called when the window closes and at the end."""
    rows = await Question.select_for_update().filter(webinar_id=scene.webinar.id, is_shown=True)
    tallies = await QuestionTally.filter(question_id__in=[row.id for row in rows])
    told = VotesTallied(
        webinar_id=scene.webinar.id,
        tallies=[Tally(question_id=row.question_id, votes=row.votes, revision=row.revision) for row in tallies],
        at=now(),
    )
    if told.tallies:
        scene.work.record(told, to=[scene.audience, scene.staff])


@retrying
async def reveal_name(actor: Actor, *, webinar_id: UUID) -> list[Question]:
    """Put one's name to all one asked here under the pseudonym: naming one would name the others.

    NotFound: there is none under it.
    """
    async with unit_of_work() as work:
        await enter(work, actor, webinar_id)
        own = Question.filter(
            webinar_id=webinar_id, author_id=actor.require_user(), shown_as=AuthorShown.PSEUDONYM
        ).exclude(state=QuestionState.ARCHIVED)
        rows = await own.order_by("created_at")
        if not rows:
            raise NotFound("question")
        return [await act(actor, question_id=row.id, action=Action.REVEAL_NAME) for row in rows]
