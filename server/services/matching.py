"""Asking: draft a request, send it, wait in line, take it back. What the receiver answers is in request_answers.py.

A use case that makes a mentorship is in mentorships.py, the highest shaft it touches.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from server.domain import request_facts as facts
from server.domain.actors import Actor, ProfileId
from server.domain.availability import CapacityKind
from server.domain.capacity import AccountKey, Posting
from server.domain.errors import Conflict, NotFound, invalid
from server.domain.mentorships import RequestState
from server.domain.requests import (
    OPEN_STATES,
    InvalidationReason,
    Move,
    RequestContent,
    check_sendable,
)
from server.domain.standing import Speech
from server.kit.clock import now
from server.models.mentorships import MentorshipRequest
from server.queries import requests as request_queries
from server.queries.skills import vocabulary
from server.services import capacity, repeats, suggestions
from server.services.request_clock import set_clock
from server.services.request_moves import Claim, claim, enter, moved, tell
from server.services.request_policy import policy
from server.services.safety import take_turn
from server.services.standing import count_speech
from server.services.transaction import Work, retrying, unit_of_work

_WRITTEN = (
    "receiver_id",
    "mentor_id",
    "mentee_id",
    "format",
    "aspect",
    "goal",
    "message",
    "skill_ids",
    "minutes_needed",
    "siblings",
)
"""The columns that a draft's author writes."""


@dataclass(frozen=True)
class NewRequest:
    """A request as it is asked for. `as_mentor`: the sender offers to mentor the receiver."""

    receiver_id: UUID
    content: RequestContent
    as_mentor: bool = False

    def clean(self) -> "NewRequest":
        """Return the request with its content as it is kept, or refuse with InvalidInput."""
        content = self.content.clean()
        unknown = [skill_id for skill_id in content.skill_ids if vocabulary().get(skill_id) is None]
        if unknown:
            raise invalid("skillIds", "unknown", f"There is no skill {unknown[0][:80]!r}.")
        return replace(self, content=content)


@retrying
async def save_draft(
    actor: Actor, *, asked: NewRequest, draft_id: UUID | None = None, idempotency_key: str | None = None
) -> MentorshipRequest:
    """Keep a request that is not sent yet, or keep another version of a draft. Nobody but its sender sees it."""
    actor.require_verified()
    asked = asked.clean()
    async with unit_of_work() as work:
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "saveDraft", [draft_id, asked])
        if once.previous:
            return await MentorshipRequest.get(id=once.previous)
        draft = await _draft(actor, asked)
        if draft_id is not None:
            kept = (await claim(actor, draft_id, Move.SAVE)).request
            for column in _WRITTEN:
                setattr(kept, column, getattr(draft, column))
            draft, kept.version = kept, kept.version + 1
        await draft.save()
        await once.remember(draft.id)
    return draft


@retrying
async def send_request(actor: Actor, *, asked: NewRequest, idempotency_key: str | None = None) -> MentorshipRequest:
    """Ask somebody. Refused when a guard of SENT does not hold, see `domain.requests.check_sendable`."""
    actor.require_verified()
    asked = asked.clean()
    await count_speech(actor, Speech.REQUEST)
    async with unit_of_work() as work:
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "sendRequest", asked)
        if once.previous:
            return await MentorshipRequest.get(id=once.previous)
        request = await _draft(actor, asked)
        await _lock_both(work, request)
        await request.save()
        await send(work, actor, Claim(request, RequestState.SENT))
        await once.remember(request.id)
    return request


@retrying
async def send_draft(actor: Actor, *, request_id: UUID, expected_version: int | None = None) -> MentorshipRequest:
    """Send a draft, under the same guards as any request."""
    actor.require_verified()
    await count_speech(actor, Speech.REQUEST)
    async with unit_of_work() as work:
        draft = (await request_queries.visible(actor, [request_id])).get(request_id)
        if draft is None:
            raise NotFound("request")
        await _lock_both(work, draft)
        claimed = await claim(actor, request_id, Move.SEND, expected_version=expected_version)
        if not await request_queries.may_ask(actor, claimed.request.receiver_id):
            raise NotFound("person")
        await send(work, actor, claimed)
    return claimed.request


@retrying
async def join_waiting_list(
    actor: Actor, *, asked: NewRequest, idempotency_key: str | None = None
) -> MentorshipRequest:
    """Take a place in the line of a mentor who is full. Conflict when there is room: then one can simply ask."""
    if asked.as_mentor:
        raise invalid("asMentor", "not_possible", "Only somebody who looks for a mentor can wait in line.")
    actor.require_verified()
    asked = asked.clean()
    async with unit_of_work() as work:
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "joinWaitingList", asked)
        if once.previous:
            return await MentorshipRequest.get(id=once.previous)
        request = await _draft(actor, asked)
        await _lock_both(work, request)
        await take_turn(work, request.sender_id, request.receiver_id)
        check_sendable(await request_queries.standing_of(request), now(), policy.numbers)
        if (await request_queries.room_of(request.mentor_id, request.format)).places > 0:
            raise Conflict("This mentor has an open place. Send your request.", current="open")
        request.waitlisted_at = now()
        await request.save()
        await enter(request, RequestState.WAITLISTED, actor=actor)
        tell(work, request, facts.RequestWaitlisted(**moved(request), **shown(request)), actor)
        await once.remember(request.id)
    return request


@retrying
async def withdraw_request(actor: Actor, *, request_id: UUID, expected_version: int | None = None) -> MentorshipRequest:
    """Take a request back, or throw a draft away, which nobody is told."""
    async with unit_of_work() as work:
        claimed = await claim(actor, request_id, Move.WITHDRAW, expected_version=expected_version)
        was_draft = claimed.request.state is RequestState.DRAFT
        await enter(claimed.request, claimed.after, actor=actor)
        if not was_draft:
            tell(work, claimed.request, facts.RequestWithdrawn(**moved(claimed.request)), actor)
    return claimed.request


async def send(work: Work, actor: Actor | None, claimed: Claim) -> None:
    """Send a request whose row and whose two ledgers are locked: guards, a place in the week, the clock, the word."""
    request = claimed.request
    await take_turn(work, request.sender_id, request.receiver_id)
    check_sendable(await request_queries.standing_of(request), now(), policy.numbers)
    week = AccountKey(ProfileId(request.receiver_id), CapacityKind.NEW_REQUESTS)
    await capacity.debit(work, week, Posting(1, "request", request.id))
    request.sent_at = now()
    await set_clock(request)
    await enter(request, claimed.after, actor=actor)
    await suggestions.mark_requested(request)
    sent = facts.RequestSent(**moved(request), **shown(request), referred_from=request.referred_from_id)
    tell(work, request, sent, actor)


async def invalidate(work: Work, request: MentorshipRequest, reason: InvalidationReason) -> None:
    """Take the ground from a locked open request, and tell both sides why."""
    request.state_reason = reason.value
    await enter(request, RequestState.INVALIDATED, actor=None)
    tell(work, request, facts.RequestInvalidated(**moved(request), reason=reason))


@retrying
async def invalidate_between(*, one: UUID, others: Collection[UUID]) -> int:
    """Take the ground from the open requests between a person and others. For the reactions to a block or an erasure.

    The reason told is the same whatever happened. Returns how many.
    """
    async with unit_of_work() as work:
        rows = (
            await MentorshipRequest.select_for_update()
            .filter(request_queries.between(one, others), state__in=list(OPEN_STATES))
            .order_by("id")
        )
        for request in rows:
            await invalidate(work, request, InvalidationReason.UNAVAILABLE)
    return len(rows)


def shown(request: MentorshipRequest) -> facts.Shown:
    """Return what a fact about a request tells those who do not know it yet, beside where it stands."""
    return facts.Shown(
        mentor_id=request.mentor_id, mentee_id=request.mentee_id, format=request.format, goal=request.goal
    )


async def _draft(actor: Actor, asked: NewRequest) -> MentorshipRequest:
    """Return a request with clean content as a row that is not saved; NotFound for somebody the actor cannot see."""
    sender_id, content = actor.require_profile(), asked.content
    if asked.receiver_id == sender_id:
        raise invalid("receiverId", "self", "You cannot ask yourself.")
    if not await request_queries.may_ask(actor, asked.receiver_id):
        raise NotFound("person")
    mentor_id, mentee_id = (sender_id, asked.receiver_id) if asked.as_mentor else (asked.receiver_id, sender_id)
    return MentorshipRequest(
        sender_id=sender_id,
        receiver_id=asked.receiver_id,
        mentor_id=mentor_id,
        mentee_id=mentee_id,
        format=content.format,
        aspect=content.aspect.value if content.aspect else "",
        goal=content.goal,
        message=content.message,
        skill_ids=list(content.skill_ids),
        minutes_needed=content.minutes_needed,
        siblings=content.siblings,
        state=RequestState.DRAFT,
    )


async def _lock_both(work: Work, request: MentorshipRequest) -> None:
    # Ledgers before requests, everywhere: whoever sends, answers or serves waits in one order.
    await capacity.lock(work, [ProfileId(request.sender_id), ProfileId(request.receiver_id)])
