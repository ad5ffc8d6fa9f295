"""From a yes to the end: accepting a request makes a mentorship, ending one gives its place back."""

from contextlib import suppress
from uuid import UUID

from server.domain import request_facts, topics
from server.domain.actors import Actor, ProfileId
from server.domain.availability import CapacityKind, MentoringFormat
from server.domain.capacity import AccountKey, CapacityFull, Posting
from server.domain.errors import Conflict, NotFound, invalid
from server.domain.mentorships import (
    EndReason,
    MentorFull,
    MentorshipEnded,
    MentorshipStarted,
    MentorshipState,
    check_going_on,
    end_state,
)
from server.domain.requests import OPEN_STATES, InvalidationReason, Move, SiblingChoice, check_acceptable
from server.kit.clock import now
from server.models.mentorships import Mentorship, MentorshipRequest
from server.queries import mentorships as mentorship_queries
from server.queries import requests as request_queries
from server.services import capacity
from server.services.contacts import release_contacts
from server.services.matching import invalidate
from server.services.mentorship_carrying import carry_on
from server.services.request_clock import set_clock
from server.services.request_moves import claim, enter, moved, tell
from server.services.safety import block, take_turn
from server.services.transaction import Work, retrying, unit_of_work


@retrying
async def accept_request(
    actor: Actor, *, request_id: UUID, siblings: SiblingChoice | None = None, expected_version: int | None = None
) -> Mentorship:
    """Turn an open request into a mentorship. Only its receiver may, and only once.

    `siblings` is for a mentee who accepts an offer: what becomes of their own open requests for the same seat. A
    mentee who asked said so when asking. MentorFull, CapacityFull: no place, or not enough minutes.
    """
    actor.require_user()
    async with unit_of_work() as work:
        before = (await request_queries.visible(actor, [request_id])).get(request_id)
        if before is None:
            raise NotFound("request")
        await capacity.lock(work, [ProfileId(before.mentor_id), ProfileId(before.mentee_id)])
        claimed = await claim(actor, request_id, Move.ACCEPT, expected_version=expected_version)
        request = claimed.request
        if siblings is not None and actor.user_id != request.mentee_id:
            raise invalid("siblings", "not_yours", "What becomes of other requests is for the mentee to say.")
        await set_clock(request)
        await take_turn(work, request.sender_id, request.receiver_id)
        check_acceptable(await request_queries.standing_of(request), request.expires_at, now())
        mentorship = await _begin(work, request)
        await enter(request, claimed.after, actor=actor)
        accepted = request_facts.RequestAccepted(**moved(request), mentorship_id=mentorship.id)
        tell(work, request, accepted, actor)
        if (siblings or request.siblings) is SiblingChoice.LET_GO:
            await _let_siblings_go(work, request)
    return mentorship


async def _begin(work: Work, request: MentorshipRequest) -> Mentorship:
    """Take the places and minutes, make the mentorship, open contacts both ways, tell both."""
    mentorship = Mentorship(
        mentor_id=request.mentor_id,
        mentee_id=request.mentee_id,
        request_id=request.id,
        continues_id=request.continues_id,
        format=request.format,
        aspect=request.aspect,
        goal=request.goal,
        state=MentorshipState.ACTIVE,
    )
    await _take_places(work, mentorship, request.minutes_needed)
    await mentorship.save()
    await carry_on(mentorship)
    await release_contacts(work, ProfileId(request.mentor_id), ProfileId(request.mentee_id))
    started = MentorshipStarted(
        mentorship_id=mentorship.id,
        request_id=request.id,
        mentor_id=mentorship.mentor_id,
        mentee_id=mentorship.mentee_id,
        format=mentorship.format,
        goal=mentorship.goal,
        state=mentorship.state,
        version=mentorship.version,
        at=mentorship.created_at,
    )
    work.record(started, to=_both(mentorship))
    return mentorship


async def _take_places(work: Work, mentorship: Mentorship, minutes: int) -> None:
    """Debit whoever gives: the mentor, and in a swap between peers the other one too."""
    mentor_id = ProfileId(mentorship.mentor_id)
    place = AccountKey(mentor_id, CapacityKind.CONCURRENT, mentorship.format)
    try:
        await capacity.debit(work, place, Posting(1, "mentorship", mentorship.id))
    except CapacityFull as full:
        raise MentorFull(full.limit) from full
    time = Posting(minutes, "mentorship", mentorship.id)
    await capacity.debit(work, AccountKey(mentor_id, CapacityKind.MINUTES), time)
    if mentorship.format is MentoringFormat.PEER:
        peer_id = ProfileId(mentorship.mentee_id)
        peer_place = AccountKey(peer_id, CapacityKind.CONCURRENT, mentorship.format)
        await capacity.debit(work, peer_place, Posting(1, "mentorship", mentorship.id))
        await capacity.debit(work, AccountKey(peer_id, CapacityKind.MINUTES), time)


async def _let_siblings_go(work: Work, accepted: MentorshipRequest) -> None:
    """Take the ground from what else the mentee asked for the same seat; those mentors are told at once."""
    rows = MentorshipRequest.filter(
        sender_id=accepted.mentee_id,
        mentee_id=accepted.mentee_id,
        aspect=accepted.aspect,
        state__in=list(OPEN_STATES),
    )
    for sibling in await rows.order_by("id").select_for_update():
        await invalidate(work, sibling, InvalidationReason.FOUND_ANOTHER)


@retrying
async def end_mentorship(
    actor: Actor, *, mentorship_id: UUID, reason: EndReason | None = None, expected_version: int | None = None
) -> Mentorship:
    """End a mentorship: COMPLETED when the two have met, ENDED_EARLY with a reason. Either side may, once.

    The place goes back to the ledger, and after an early end the minutes in which the two did not meet. SAFETY also
    blocks the other side. The reason is told to nobody.
    """
    actor.require_user()
    async with unit_of_work() as work:
        before = (await mentorship_queries.visible(actor, [mentorship_id])).get(mentorship_id)
        if before is None:
            raise NotFound("mentorship")
        await capacity.lock(work, [ProfileId(before.mentor_id), ProfileId(before.mentee_id)])
        mentorship = await Mentorship.select_for_update().get(id=mentorship_id)
        check_going_on(mentorship.state)
        if expected_version is not None and expected_version != mentorship.version:
            raise Conflict("The mentorship changed meanwhile. Look at it again.", current=mentorship.state.value)
        has_met = mentorship_id in await mentorship_queries.met(actor, [mentorship_id])
        if reason is EndReason.SAFETY:
            await _block_other(actor, mentorship)
        mentorship.state, mentorship.end_reason = end_state(reason, has_met=has_met), reason
        mentorship.ended_at, mentorship.version = now(), mentorship.version + 1
        await mentorship.save(update_fields=["state", "end_reason", "ended_at", "version"])
        await _give_back(work, mentorship)
    return mentorship


async def _block_other(actor: Actor, mentorship: Mentorship) -> None:
    other = mentorship.mentee_id if actor.user_id == mentorship.mentor_id else mentorship.mentor_id
    # Somebody who cannot be seen blocked first, and is as far away as can be.
    with suppress(NotFound):
        await block(actor, profile_id=ProfileId(other))


async def _give_back(work: Work, mentorship: Mentorship) -> None:
    await capacity.release(work, reference=mentorship.id, reason="mentorship_ended", kinds=[CapacityKind.CONCURRENT])
    if mentorship.state is MentorshipState.ENDED_EARLY:
        await capacity.release(
            work,
            reference=mentorship.id,
            reason="mentorship_ended",
            kinds=[CapacityKind.MINUTES],
            spent=await mentorship_queries.minutes_met(mentorship.id),
        )
    ended = MentorshipEnded(mentorship_id=mentorship.id, state=mentorship.state, version=mentorship.version, at=now())
    work.record(ended, to=_both(mentorship))


def _both(mentorship: Mentorship) -> list[topics.Topic]:
    return [topics.user(mentorship.mentor_id), topics.user(mentorship.mentee_id)]
