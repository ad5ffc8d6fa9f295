"""Answering a request without a yes: see it, ask for more, tell more, decline, pass it to a peer."""

from dataclasses import dataclass, replace
from uuid import UUID

from server.domain import request_facts as facts
from server.domain.actors import Actor, ProfileId
from server.domain.errors import Conflict, NotFound, Refusal, invalid
from server.domain.mentorships import DeclineReason, RequestState
from server.domain.requests import Move, more_text, private_note
from server.kit.clock import now
from server.models.mentorships import MentorshipRequest
from server.queries import requests as request_queries
from server.services import capacity, repeats
from server.services.matching import send
from server.services.request_clock import set_clock
from server.services.request_moves import Claim, claim, enter, moved, tell
from server.services.transaction import Work, retrying, unit_of_work


@dataclass(frozen=True)
class Referral:
    """Whom a request is passed to, and what the receiver notes for themselves."""

    to_profile_id: UUID
    note: str = ""


@retrying
async def view_request(actor: Actor, *, request_id: UUID) -> MentorshipRequest:
    """Mark a request as seen by its receiver. Seeing it again changes nothing."""
    async with unit_of_work() as work:
        claimed = await claim(actor, request_id, Move.VIEW)
        request = claimed.request
        if claimed.after is request.state:
            return request
        request.viewed_at = request.viewed_at or now()
        await enter(request, claimed.after, actor=actor)
        tell(work, request, facts.RequestViewed(**moved(request)), actor)
    return request


@retrying
async def ask_more(
    actor: Actor, *, request_id: UUID, text: str, expected_version: int | None = None
) -> MentorshipRequest:
    """Ask the sender for more before deciding; the clock stands still until they answer."""
    text = more_text(text)
    async with unit_of_work() as work:
        claimed = await claim(actor, request_id, Move.ASK_MORE, expected_version=expected_version)
        await enter(claimed.request, claimed.after, actor=actor, text=text)
        tell(work, claimed.request, facts.InfoAsked(**moved(claimed.request), text=text), actor)
    return claimed.request


@retrying
async def answer_more(
    actor: Actor, *, request_id: UUID, text: str, expected_version: int | None = None
) -> MentorshipRequest:
    """Tell the receiver more; the clock goes on from where it stood."""
    text = more_text(text)
    async with unit_of_work() as work:
        claimed = await claim(actor, request_id, Move.ANSWER_MORE, expected_version=expected_version)
        request = claimed.request
        await enter(request, claimed.after, actor=actor, text=text)
        # After the answer is in the history: it is the answer that ends the stop.
        await set_clock(request)
        await request.save(update_fields=["expires_at", "remind_at", "paused_spans"])
        tell(work, request, facts.InfoGiven(**moved(request), text=text), actor)
    return request


@retrying
async def decline_request(
    actor: Actor, *, request_id: UUID, reason: DeclineReason, note: str = "", expected_version: int | None = None
) -> MentorshipRequest:
    """Say no, with a reason the sender reads and a note they do not."""
    note = private_note(note)
    async with unit_of_work() as work:
        claimed = await claim(actor, request_id, Move.DECLINE, expected_version=expected_version)
        request = claimed.request
        request.decline_reason, request.note = reason, note
        await enter(request, claimed.after, actor=actor)
        tell(work, request, facts.RequestDeclined(**moved(request), reason=reason), actor)
    return request


@retrying
async def refer_request(
    actor: Actor, *, request_id: UUID, referral: Referral, idempotency_key: str | None = None
) -> MentorshipRequest:
    """Pass a request to a peer the receiver trusts. Returns the new request, which is the sender's to the peer.

    The guards of sending hold between the sender and the peer.
    """
    referral = replace(referral, note=private_note(referral.note))
    async with unit_of_work() as work:
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "referRequest", [request_id, referral])
        if once.previous:
            return await MentorshipRequest.get(id=once.previous)
        before = (await request_queries.visible(actor, [request_id])).get(request_id)
        if before is None:
            raise NotFound("request")
        await _check_peer(actor, before, referral.to_profile_id)
        await capacity.lock(work, [ProfileId(before.sender_id), ProfileId(referral.to_profile_id)])
        claimed = await claim(actor, request_id, Move.REFER)
        old = claimed.request
        new = _passed_on(old, referral.to_profile_id)
        old.note = referral.note
        await enter(old, claimed.after, actor=actor)
        await new.save()
        await _send_on(work, actor, new)
        referred = facts.RequestReferred(**moved(old), new_request_id=new.id, referred_to=new.receiver_id)
        tell(work, old, referred, actor)
        await once.remember(new.id)
    return new


async def _send_on(work: Work, actor: Actor, new: MentorshipRequest) -> None:
    try:
        await send(work, actor, Claim(new, RequestState.SENT))
    except Refusal as refusal:
        # What stands between the sender and the peer is theirs: whoever passes on is told only that it cannot be.
        message = "This request cannot be passed to that person."
        raise Conflict(message, current="not_possible") from refusal


async def _check_peer(actor: Actor, old: MentorshipRequest, peer_id: UUID) -> None:
    """Refuse to pass a request to one of its sides, or to somebody who does not exist for the actor."""
    if peer_id in {old.sender_id, old.receiver_id}:
        raise invalid("toProfileId", "not_a_peer", "Pass it to somebody else than the two of you.")
    if not await request_queries.may_ask(actor, peer_id):
        raise NotFound("person")


def _passed_on(old: MentorshipRequest, peer_id: UUID) -> MentorshipRequest:
    """Return the request that stands in the place of a referred one, not saved yet."""
    takes_the_mentors_place = old.mentor_id == old.receiver_id
    return MentorshipRequest(
        sender_id=old.sender_id,
        receiver_id=peer_id,
        mentor_id=peer_id if takes_the_mentors_place else old.mentor_id,
        mentee_id=old.mentee_id if takes_the_mentors_place else peer_id,
        format=old.format,
        aspect=old.aspect,
        goal=old.goal,
        message=old.message,
        skill_ids=old.skill_ids,
        minutes_needed=old.minutes_needed,
        siblings=old.siblings,
        state=RequestState.DRAFT,
        referred_from_id=old.id,
    )
