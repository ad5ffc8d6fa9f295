"""Moving a request: lock it, check who may, write its row, its history and what both sides are told.

Every use case on requests goes through here, so no move is without its line in the history.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from server.domain import topics
from server.domain.actors import Actor, UserId
from server.domain.errors import Conflict, NotFound
from server.domain.facts import Fact
from server.domain.mentorships import RequestState
from server.domain.requests import MACHINE, Move, Party, next_state
from server.kit.clock import now
from server.models.mentorships import MentorshipRequest, RequestEvent
from server.services.transaction import Work


class Moved(TypedDict):
    """The fields that every fact about a known request has."""

    request_id: UUID
    sender_id: UUID
    receiver_id: UUID
    state: RequestState
    version: int
    expires_at: datetime | None
    at: datetime


@dataclass(frozen=True)
class Claim:
    """A locked request that the actor may move, and the state the move leads to."""

    request: MentorshipRequest
    after: RequestState


def party_of(request: MentorshipRequest, user_id: UserId) -> Party:
    """Return which side of a request somebody is; NotFound for a stranger, and for who was never shown it."""
    if request.sender_id == user_id:
        return Party.SENDER
    was_shown = request.sent_at is not None or request.waitlisted_at is not None
    if request.receiver_id == user_id and was_shown:
        return Party.RECEIVER
    raise NotFound("request")


async def claim(actor: Actor, request_id: UUID, move: Move, *, expected_version: int | None = None) -> Claim:
    """Lock a request for a move of the actor's, or refuse: NotFound, NotAllowed, or Conflict with where it is."""
    user_id = actor.require_user()
    request = await MentorshipRequest.select_for_update().get_or_none(id=request_id)
    if request is None:
        raise NotFound("request")
    after = next_state(request.state, move, party_of(request, user_id))
    if expected_version is not None and expected_version != request.version:
        raise Conflict("The request changed meanwhile. Look at it again.", current=request.state.value)
    return Claim(request, after)


async def enter(request: MentorshipRequest, state: RequestState, *, actor: Actor | None, text: str = "") -> None:
    """Put a locked request into a state: a new version, a line of history, no clock where none runs."""
    at = now()
    request.state, request.version = state, request.version + 1
    if not MACHINE[state]:
        request.answered_at = at
    if state not in {RequestState.SENT, RequestState.VIEWED}:
        request.expires_at = request.remind_at = None
    await request.save()
    actor_id = actor.user_id if actor else None
    await RequestEvent.create(request_id=request.id, actor_id=actor_id, state=state, text=text, created_at=at)


def moved(request: MentorshipRequest) -> Moved:
    """Return the fields of a fact about where a request stands now."""
    return Moved(
        request_id=request.id,
        sender_id=request.sender_id,
        receiver_id=request.receiver_id,
        state=request.state,
        version=request.version,
        expires_at=request.expires_at,
        at=now(),
    )


def tell(work: Work, request: MentorshipRequest, fact: Fact, actor: Actor | None = None) -> None:
    """Record a fact for both sides of a request."""
    work.record(fact, to=[topics.user(request.sender_id), topics.user(request.receiver_id)], actor=actor)
