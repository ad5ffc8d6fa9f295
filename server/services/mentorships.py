"""From a yes to the end: accepting a request makes a mentorship, ending one gives its place back."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from server.domain import request_facts
from server.domain.actors import Actor, ProfileId
from server.domain.availability import CapacityKind
from server.domain.capacity import AccountKey, CapacityFull, Posting
from server.domain.errors import NotFound, invalid
from server.domain.mentorship_road import Step, check_completable, check_trial
from server.domain.mentorships import (
    EndReason,
    MentorFull,
    MentorshipStarted,
    MentorshipState,
    check_going_on,
)
from server.domain.requests import OPEN_STATES, InvalidationReason, Move, SiblingChoice, check_acceptable
from server.kit.clock import now
from server.models.mentorships import Mentorship, MentorshipRequest
from server.queries import mentorships as mentorship_queries
from server.queries import requests as request_queries
from server.services import capacity
from server.services.check_in_clock import count_from
from server.services.contacts import release_contacts
from server.services.matching import invalidate
from server.services.mentorship_carrying import carry_on
from server.services.mentorship_moves import both, check_version, finish, givers, look_at
from server.services.request_clock import set_clock
from server.services.request_moves import claim, enter, moved, tell
from server.services.safety import block, take_turn
from server.services.transaction import Work, retrying, unit_of_work


@retrying
async def accept_request(
    actor: Actor,
    *,
    request_id: UUID,
    siblings: SiblingChoice | None = None,
    trial_days: int | None = None,
    expected_version: int | None = None,
) -> Mentorship:
    """Turn an open request into a mentorship. Only its receiver may, and only once.

    `siblings` is for a mentee who accepts an offer: what becomes of their own open requests for the same seat. A
    mentee who asked said so when asking. With `trial_days` it begins on trial. MentorFull, CapacityFull: no place, or
    not enough minutes.
    """
    actor.require_user()
    check_trial(trial_days)
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
        mentorship = await _begin(work, request, trial_days)
        await enter(request, claimed.after, actor=actor)
        accepted = request_facts.RequestAccepted(**moved(request), mentorship_id=mentorship.id)
        tell(work, request, accepted, actor)
        if (siblings or request.siblings) is SiblingChoice.LET_GO:
            await _let_siblings_go(work, request)
    return mentorship


async def _begin(work: Work, request: MentorshipRequest, trial_days: int | None) -> Mentorship:
    """Make the mentorship of a request that is accepted."""
    mentorship = Mentorship(
        mentor_id=request.mentor_id,
        mentee_id=request.mentee_id,
        request_id=request.id,
        continues_id=request.continues_id,
        format=request.format,
        aspect=request.aspect,
        goal=request.goal,
        state=MentorshipState.ACTIVE if trial_days is None else MentorshipState.TRIAL,
        trial_until=None if trial_days is None else now() + timedelta(days=trial_days),
    )
    await begin(work, mentorship, request.minutes_needed)
    return mentorship


async def begin(work: Work, mentorship: Mentorship, minutes: int) -> None:
    """Take the places and minutes, keep the mentorship, open contacts both ways, tell both. Ledgers are locked."""
    await take_places(work, mentorship)
    await _take_minutes(work, mentorship, minutes)
    mentorship.look_at = look_at(mentorship)
    await count_from(mentorship, mentorship.created_at)
    await mentorship.save()
    await carry_on(mentorship)
    await release_contacts(work, ProfileId(mentorship.mentor_id), ProfileId(mentorship.mentee_id))
    started = MentorshipStarted(
        mentorship_id=mentorship.id,
        request_id=mentorship.request_id,
        mentor_id=mentorship.mentor_id,
        mentee_id=mentorship.mentee_id,
        format=mentorship.format,
        goal=mentorship.goal,
        state=mentorship.state,
        version=mentorship.version,
        continues_id=mentorship.continues_id,
        trial_until=mentorship.trial_until,
        at=mentorship.created_at,
    )
    work.record(started, to=both(mentorship))


async def take_places(work: Work, mentorship: Mentorship) -> None:
    """Debit a place of whoever gives: the mentor, and in a swap between peers the other one too."""
    place = Posting(1, "mentorship", mentorship.id)
    for giver_id in givers(mentorship):
        try:
            await capacity.debit(work, AccountKey(giver_id, CapacityKind.CONCURRENT, mentorship.format), place)
        except CapacityFull as full:
            if giver_id != mentorship.mentor_id:
                raise
            raise MentorFull(full.limit) from full


async def _take_minutes(work: Work, mentorship: Mentorship, minutes: int) -> None:
    for giver_id in givers(mentorship):
        time = Posting(minutes, "mentorship", mentorship.id)
        await capacity.debit(work, AccountKey(giver_id, CapacityKind.MINUTES), time)


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
        check_version(mentorship, expected_version)
        if reason is None:
            check_completable((await mentorship_queries.efforts_of([mentorship_id]))[mentorship_id])
        if reason is EndReason.SAFETY:
            await _block_other(actor, mentorship)
        await finish(work, mentorship, Step.COMPLETE if reason is None else Step.END_EARLY, reason)
    return mentorship


async def _block_other(actor: Actor, mentorship: Mentorship) -> None:
    other = mentorship.mentee_id if actor.user_id == mentorship.mentor_id else mentorship.mentor_id
    # Somebody who cannot be seen blocked first, and is as far away as can be.
    with suppress(NotFound):
        await block(actor, profile_id=ProfileId(other))
