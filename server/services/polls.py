"""Polls: drafted, opened, answered, closed, shown. A ballot becomes counts here and is nowhere kept, logged or told."""

from uuid import UUID

import msgspec

from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import Conflict, NotFound, RateLimited, invalid
from server.domain.polls import (
    Ballot,
    PollAction,
    PollForm,
    PollState,
    check_enough,
    check_poll_action,
    counts_of,
    poll_form,
)
from server.domain.question_facts import PollChangedForAll, PollMoved
from server.domain.webinars import REACTIONS, Pace, WebinarAction, WebinarState
from server.kit.clock import now
from server.kit.ids import new_id
from server.models.polls import Poll, PollParticipation
from server.queries import polls as poll_queries
from server.queries import webinars as webinar_queries
from server.services import repeats
from server.services.ports import ports
from server.services.transaction import retrying, unit_of_work
from server.services.webinar_scene import Scene, enter

_ADD = """
INSERT INTO poll_count AS c (id, poll_id, key, count)
SELECT id, $2, key, n FROM unnest($1::uuid[], $3::text[], $4::int[]) AS fresh (id, key, n) ORDER BY key
ON CONFLICT (poll_id, key) DO UPDATE SET count = c.count + excluded.count
"""
_TAKE_PART = """
WITH fresh AS (
    INSERT INTO poll_participation (id, poll_id, profile_id) VALUES ($1, $2, $3)
    ON CONFLICT (poll_id, profile_id) DO NOTHING RETURNING id
)
SELECT id FROM fresh
"""
_LOCK_SHARED = "SELECT id FROM poll WHERE id = $1 FOR SHARE"


@retrying
async def draft_poll(actor: Actor, *, webinar_id: UUID, form: PollForm, idempotency_key: str | None = None) -> Poll:
    """Draft a poll. Moderators and up."""
    actor_id, kept = actor.require_user(), poll_form(form)
    async with unit_of_work() as work:
        once = await repeats.claim(work, actor_id, idempotency_key, "draftPoll", [webinar_id, form])
        if once.previous:
            return await Poll.get(id=once.previous)
        scene = await enter(work, actor, webinar_id)
        scene.check(WebinarAction.POLL)
        poll = await Poll.create(
            webinar_id=webinar_id,
            kind=kept.kind,
            prompt=kept.prompt,
            options=list(kept.options),
            correct=list(kept.correct),
            most_choices=kept.most_choices,
            scale=kept.scale,
            state=PollState.DRAFT,
            created_by=actor.require_user(),
        )
        await _tell(scene, poll, "draft_poll")
        await once.remember(poll.id)
    return poll


async def _tell(scene: Scene, poll: Poll, action: str, *, is_deleted: bool = False) -> None:
    """Tell the staff of a poll always, the audience once it was opened."""
    card = (await poll_queries.cards_of([poll]))[poll.id]
    moved = PollMoved(
        webinar_id=poll.webinar_id,
        poll=poll_queries.staff_view(card),
        results_are_shown=poll.results_shown,
        is_deleted=is_deleted,
    )
    scene.work.record(moved, to=[scene.staff], actor=scene.actor)
    if poll.state is not PollState.DRAFT:
        shown = PollChangedForAll(webinar_id=poll.webinar_id, poll=poll_queries.audience_view(card))
        scene.work.record(shown, to=[scene.audience], actor=scene.actor)
    await scene.note(action, poll_id=str(poll.id))


@retrying
async def move_poll(actor: Actor, *, poll_id: UUID, action: PollAction, expected_version: int | None = None) -> Poll:
    """Open, close or delete a poll, show its results or hide them. Conflict tells the current `closed@3`."""
    async with unit_of_work() as work:
        found = await Poll.get_or_none(id=poll_id)
        if found is None:
            raise NotFound("poll")
        scene = await enter(work, actor, found.webinar_id, what="poll")
        scene.check_staff()
        scene.check(WebinarAction.POLL)
        poll = await Poll.select_for_update().get(id=poll_id)
        current = f"{poll.state.value}@{poll.version}"
        if expected_version is not None and expected_version != poll.version:
            raise Conflict("Somebody changed this poll meanwhile.", current=current)
        check_poll_action(poll.state, action)
        await _apply(poll, action)
        poll.version += 1
        await poll.save()
        await _tell(scene, poll, f"{action.value}_poll"[:24], is_deleted=action is PollAction.DELETE)
        if action is PollAction.DELETE:
            await poll.delete()
    return poll


async def _apply(poll: Poll, action: PollAction) -> None:
    match action:
        case PollAction.OPEN:
            poll.state, poll.opened_at = PollState.OPEN, now()
        case PollAction.CLOSE:
            poll.state, poll.closed_at = PollState.CLOSED, now()
        case PollAction.SHOW_RESULTS:
            check_enough(await PollParticipation.filter(poll_id=poll.id).count())
            poll.results_shown = True
        case PollAction.HIDE_RESULTS:
            poll.results_shown = False
        case PollAction.DELETE:
            poll.results_shown = False


@retrying
async def cast_ballot(actor: Actor, *, poll_id: UUID, ballot: Ballot) -> Poll:
    """Take part in an open poll, once. Conflict `taken_part`: the actor has already.

    No key makes this repeatable: a key would have to remember the ballot. A repeat meets the Conflict instead.
    """
    actor_id = actor.require_user()
    async with unit_of_work() as work:
        await work.connection.execute_query(_LOCK_SHARED, [poll_id])
        poll = await Poll.get_or_none(id=poll_id)
        if poll is None or poll.state is PollState.DRAFT:
            raise NotFound("poll")
        standing = (await webinar_queries.standings_of(actor, [poll.webinar_id])).get(poll.webinar_id)
        if standing is None or not standing.may_enter:
            raise NotFound("poll")
        if poll.state is not PollState.OPEN:
            raise Conflict("This poll is closed.", current=f"{poll.state.value}@{poll.version}")
        counts = counts_of(poll_queries.form_of(poll), ballot)
        _, fresh = await work.connection.execute_query(_TAKE_PART, [new_id(), poll_id, actor_id])
        if not fresh:
            raise Conflict("You took part in this poll already.", current="taken_part")
        values = [[new_id() for _ in counts], poll_id, list(counts), list(counts.values())]
        await work.connection.execute_query(_ADD, values)
    return poll


REACTION_SIGNAL, PACE_SIGNAL = "reaction", "pace"
_REACT = """
INSERT INTO webinar_reaction AS r (id, created_at, webinar_id, kind, total) VALUES ($1, $2, $3, $4, 1)
ON CONFLICT (webinar_id, kind) DO UPDATE SET total = r.total + 1 RETURNING total
"""
_PACE = """
INSERT INTO webinar_pace (id, created_at, webinar_id, profile_id, pace) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (webinar_id, profile_id) DO UPDATE SET pace = excluded.pace
"""
_PACES = "SELECT pace, count(*)::int AS n FROM webinar_pace WHERE webinar_id = $1 GROUP BY pace"


async def react(actor: Actor, *, webinar_id: UUID, kind: str) -> int:
    """Give a reaction and return how often it was given so far; who gives one is not kept. RateLimited: too many."""
    actor.require_user()
    if kind not in REACTIONS:
        raise invalid("kind", "unknown", f"A reaction is one of {', '.join(REACTIONS)}.")
    await _check_live(actor, webinar_id, "react")
    async with unit_of_work() as work:
        statement = f"WITH kept AS ({_REACT.strip()}) SELECT total FROM kept"  # noqa: S608 - made of constants
        _, rows = await work.connection.execute_query(statement, [new_id(), now(), webinar_id, kind])
        total = int(rows[0]["total"])
        payload = msgspec.json.encode({"total": total}).decode()
        work.signal(topics.webinar(webinar_id), REACTION_SIGNAL, kind, version=total, payload=payload)
    return total


async def set_pace(actor: Actor, *, webinar_id: UUID, pace: Pace) -> None:
    """Tell the staff, as one of a sum, to go slower or faster."""
    actor.require_user()
    await _check_live(actor, webinar_id, "pace")
    async with unit_of_work() as work:
        values = [new_id(), now(), webinar_id, actor.require_user(), pace.value]
        await work.connection.execute_query(_PACE, values)
        _, rows = await work.connection.execute_query(_PACES, [webinar_id])
        payload = msgspec.json.encode({row["pace"]: row["n"] for row in rows}).decode()
        version = int(now().timestamp() * 1_000)
        work.signal(topics.webinar_staff(webinar_id), PACE_SIGNAL, "all", version=version, payload=payload)


async def _check_live(actor: Actor, webinar_id: UUID, what: str) -> None:
    standing = (await webinar_queries.standings_of(actor, [webinar_id])).get(webinar_id)
    if standing is None or not standing.may_enter:
        raise NotFound("webinar")
    if standing.state not in (WebinarState.OPEN, WebinarState.LIVE):
        raise Conflict("The webinar is not under way.", current=standing.state.value)
    wait = await ports.buckets.take(f"{what}:{actor.user_id}:{webinar_id}", capacity=10, per_seconds=5)
    if wait:
        raise RateLimited(wait)
