"""What an action on a question does besides changing its state: answers, exposure, the freeze, tallies, follow-ups."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from server.domain import topics
from server.domain.errors import invalid
from server.domain.question_facts import Tally, VotesTallied
from server.domain.question_order import EPOCH, HALF_LIFE_SECONDS, warmth
from server.domain.question_pictures import VOTES_SIGNAL
from server.domain.question_states import Action, AnswerKind, QuestionState
from server.domain.questions import answer_text
from server.domain.webinars import WebinarRole, ranks
from server.kit.clock import now
from server.models.questions import Question, QuestionAnswer, QuestionFollowUp
from server.models.webinars import WebinarStaff
from server.queries.question_views import Card
from server.services.transaction import Work
from server.services.webinar_scene import Scene

LIVE, ANSWERING, ANSWERED = QuestionState.LIVE, QuestionState.ANSWERING, QuestionState.ANSWERED


@dataclass(frozen=True)
class Done:
    """An action that was decided: the state before it, what it was asked with (an ActForm), and when."""

    from_state: QuestionState | None
    form: Any
    at: datetime


async def follow(scene: Scene, card: Card, action: Action, done: Done) -> None:
    """Do what goes with an action. The row has its new state already and is saved by the caller."""
    _expose(card.row, done)
    if action in (Action.ANSWER_LIVE, Action.ANSWER_TEXT):
        await _answer(scene, card, action, done)
    elif action is Action.FOLLOW_UP:
        await _promise(scene, card, done)
    elif action is Action.SUGGEST_DISMISSAL:
        card.row.dismissal_suggested_by = scene.actor.user_id
    elif action in (Action.MERGE, Action.UNMERGE):
        await _regroup(scene, card, action, done)
    _note(card.row, action, done)
    await _hold_or_free_the_order(scene, card, done)


def _expose(row: Question, done: Done) -> None:
    """Count the time a question is up for votes: from live until it is not."""
    if row.state is LIVE and row.live_since is None:
        row.live_since = done.at
    elif row.state is not LIVE and row.live_since is not None:
        row.exposed_seconds += max(0.0, (done.at - row.live_since).total_seconds())
        row.live_since = None


def _note(row: Question, action: Action, done: Done) -> None:
    if action in (Action.RETURN, Action.DISMISS):
        row.author_note = done.form.note
    if action is Action.DISMISS:
        row.staff_note = done.form.note
        row.dismissal_suggested_by = None


async def _answer(scene: Scene, card: Card, action: Action, done: Done) -> None:
    row, started = card.row, scene.webinar.started_at
    is_live = action is Action.ANSWER_LIVE
    answer = await QuestionAnswer.create(
        question_id=row.id,
        kind=AnswerKind.LIVE if is_live else AnswerKind.TEXT,
        text="" if is_live else answer_text(done.form.text),
        is_public=is_live or done.form.is_public,
        by_id=scene.actor.require_user(),
        offset_seconds=int((done.at - started).total_seconds()) if is_live and started else None,
        created_at=done.at,
    )
    row.answered_at = done.at
    # In the order they are read back: the clocks of two workers differ a little.
    card.answers = sorted([*card.answers, answer], key=lambda one: (one.created_at, one.id))


async def _promise(scene: Scene, card: Card, done: Done) -> None:
    """Keep who comes back to this question, and until when."""
    owner_id = done.form.owner_id or scene.actor.require_user()
    owner = await WebinarStaff.get_or_none(webinar_id=scene.webinar.id, profile_id=owner_id)
    if owner is None or not ranks(owner.role, WebinarRole.PANELIST):
        raise invalid("ownerId", "not_staff", "Somebody of the staff follows up.")
    if done.form.due_at is None or done.form.due_at <= done.at:
        raise invalid("dueAt", "out_of_range", "Say until when, in the future.")
    kept = await QuestionFollowUp.get_or_none(question_id=card.row.id) or QuestionFollowUp(question_id=card.row.id)
    kept.owner_id, kept.due_at, kept.note, kept.done_at = owner_id, done.form.due_at, done.form.note, None
    await kept.save()
    card.follow_up = kept


# Who voted for a question or for one merged into it, once each, without the authors of any of them.
_GROUP = """
    SELECT v.voter_id, min(v.created_at) AS at FROM question_vote v
    WHERE v.question_id IN (SELECT id FROM question WHERE id = $1 OR merged_into = $1)
      AND v.voter_id NOT IN (SELECT author_id FROM question
                             WHERE author_id IS NOT NULL AND (id = $1 OR merged_into = $1))
    GROUP BY v.voter_id
"""
_RECOUNT = f"""
WITH voters AS ({_GROUP}),
weights AS (SELECT $2::float8 AS w UNION ALL
            SELECT (extract(epoch FROM at)::float8 - $3::float8) / $4::float8 FROM voters),
top AS (SELECT max(w) AS high FROM weights),
sums AS (SELECT (SELECT count(*) FROM voters)::int AS votes,
                high + ln(sum(power(2.0::float8, greatest(w - high, -1000)))) / ln(2.0::float8) AS heat
         FROM weights, top GROUP BY high),
kept AS (
    UPDATE question_tally SET votes = sums.votes, heat = sums.heat, revision = revision + 1 FROM sums
    WHERE question_id = $1 RETURNING question_tally.votes, revision)
SELECT votes, revision FROM kept
"""  # noqa: S608 - made of constants


async def recount(work: Work, row: Question) -> Tally | None:
    """Count the votes of a question anew, with those of what was merged into it. None: it never was up for votes."""
    born = warmth(row.shown_at or row.created_at)
    values = [row.id, born, EPOCH.timestamp(), HALF_LIFE_SECONDS]
    _, rows = await work.connection.execute_query(_RECOUNT, values)
    if not rows:
        return None
    return Tally(question_id=row.id, votes=rows[0]["votes"], revision=rows[0]["revision"])


async def recount_for_good(work: Work, row: Question) -> None:
    """Count the votes of a question anew and write them down for those who see it.

    Not as a signal: nothing says them again of a question that takes no votes, and to those who do not see it a signal
    would tell that something was done to it.
    """
    tally = await recount(work, row)
    if tally is None:
        return
    told = VotesTallied(webinar_id=row.webinar_id, tallies=[tally], at=now())
    audience, staff = topics.webinar(row.webinar_id), topics.webinar_staff(row.webinar_id)
    work.record(told, to=[audience, staff] if row.is_shown else [staff])


async def _regroup(scene: Scene, card: Card, action: Action, done: Done) -> None:
    """Count the votes of both questions anew: no vote was moved, so what is undone is exactly as before."""
    kept = await Question.get(id=card.row.id)
    target_id = done.form.into_id if action is Action.MERGE else kept.merged_into
    # Held before anything is counted: a vote for the target that is under way is counted, one that comes next waits
    # and then sees the group as it is.
    target = await Question.select_for_update().get(id=target_id)
    await card.row.save()
    card.tally = await recount(scene.work, card.row)
    await recount_for_good(scene.work, target)
    if action is Action.MERGE:
        card.target_answers = [
            answer for answer in await QuestionAnswer.filter(question_id=target_id).order_by("id") if answer.is_public
        ]
    else:
        card.target_answers = []


def tell_votes(work: Work, webinar_id: UUID, tally: Tally) -> None:
    """Tell both topics how many votes a question has now, on the lane where the latest stays."""
    payload = msgspec.json.encode({"votes": tally.votes, "revision": tally.revision}).decode()
    for topic in (topics.webinar(webinar_id), topics.webinar_staff(webinar_id)):
        work.signal(topic, VOTES_SIGNAL, str(tally.question_id), version=tally.revision, payload=payload)


_FREEZE = """
UPDATE question_tally SET frozen_votes = votes, frozen_heat = heat
FROM question WHERE question.id = question_tally.question_id AND question.webinar_id = $1
"""
_THAW = """
UPDATE question_tally SET frozen_votes = NULL, frozen_heat = NULL
FROM question WHERE question.id = question_tally.question_id AND question.webinar_id = $1
"""


async def _hold_or_free_the_order(scene: Scene, card: Card, done: Done) -> None:
    """Freeze the order of questions when the first comes on a stage, free it when the last leaves."""
    webinar = scene.webinar
    if card.row.state is ANSWERING and webinar.frozen_at is None:
        webinar.frozen_at = done.at
        await scene.work.connection.execute_query(_FREEZE, [webinar.id])
        await webinar.save(update_fields=["frozen_at"])
    elif done.from_state is ANSWERING and card.row.state is not ANSWERING:
        others = Question.filter(webinar_id=webinar.id, state=ANSWERING).exclude(id=card.row.id)
        if not await others.exists():
            webinar.frozen_at = None
            await scene.work.connection.execute_query(_THAW, [webinar.id])
            await webinar.save(update_fields=["frozen_at"])
