"""The waiting list of a skill: join, leave, offer the next mentor who fits, settle what became of an offer.

Locks in one order: ledgers, then the request, then the place. An offer is a request sent in the name of who waits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from server.domain import topics
from server.domain import waiting as rules
from server.domain.actors import Actor, ProfileId
from server.domain.availability import MentoringFormat
from server.domain.errors import Conflict, NotFound, Refusal, invalid
from server.domain.mentorships import RequestState
from server.domain.requests import OPEN_STATES, Aspect, InvalidationReason, RequestContent, TooManyOpenRequests
from server.domain.waiting import ON_THE_LIST, OfferOutcome, WaitingState
from server.kit.clock import now
from server.models.mentorships import Mentorship, MentorshipRequest
from server.models.waiting import WaitingOffer, WaitingPlace
from server.queries import waiting as queries
from server.queries.requests import room_of, visible
from server.queries.skills import vocabulary
from server.services import capacity, matching_apart, repeats
from server.services.matching import invalidate, send, withdraw_request
from server.services.matching_apart import Sought
from server.services.request_moves import Claim
from server.services.request_policy import policy
from server.services.transaction import Work, retrying, unit_of_work

_ONE_AT_A_TIME = "SELECT id FROM profile WHERE id = $1 FOR NO KEY UPDATE"
_FOUND_NOBODY = frozenset({RequestState.DECLINED, RequestState.EXPIRED, RequestState.INVALIDATED})
_PATIENT = frozenset({RequestState.INFO_REQUESTED})
"""While the mentor asks for more, the two are talking: such an offer does not pass on."""
_OUTCOMES: Mapping[RequestState, OfferOutcome] = {
    RequestState.ACCEPTED: OfferOutcome.ACCEPTED,
    RequestState.DECLINED: OfferOutcome.REFUSED,
    RequestState.REFERRED: OfferOutcome.REFUSED,
    RequestState.EXPIRED: OfferOutcome.PASSED_ON,
    RequestState.INVALIDATED: OfferOutcome.PASSED_ON,
    RequestState.WITHDRAWN: OfferOutcome.CALLED_OFF,
}


class Moved(TypedDict):
    """The fields that every fact about a place has."""

    place_id: UUID
    skill_id: str
    format: MentoringFormat
    state: WaitingState
    request_id: UUID | None
    version: int
    at: datetime


@dataclass(frozen=True)
class Joining:
    """What somebody waits for: one skill, and the rest of a request. `since`: when their waiting began, if before."""

    content: RequestContent
    since: datetime | None = None
    continues_id: UUID | None = None


@retrying
async def join(actor: Actor, *, content: RequestContent, idempotency_key: str | None = None) -> WaitingPlace:
    """Take a place in the line of a skill. InvalidInput, TooManyPlaces; Conflict for a second place in one line."""
    actor.require_verified()
    content = _clean(content)
    async with unit_of_work() as work:
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "joinSkillWaitingList", content)
        if once.previous:
            return await WaitingPlace.get(id=once.previous)
        place = await enter_line(work, actor, Joining(content))
        await once.remember(place.id)
    return place


@retrying
async def join_from_request(actor: Actor, *, request_id: UUID) -> WaitingPlace:
    """Take a place in line with a request that found nobody; the wait counts from when it was sent.

    NotFound for a request that is not the actor's own as a mentee, Conflict while it may still be answered with a yes.
    """
    mine = actor.require_verified()
    async with unit_of_work() as work:
        request = (await visible(actor, [request_id])).get(request_id)
        if request is None or request.sender_id != mine or request.mentee_id != mine:
            raise NotFound("request")
        if request.state not in _FOUND_NOBODY:
            raise Conflict("This request is not over without a yes.", current=request.state.value)
        content = RequestContent(
            format=request.format,
            goal=request.goal,
            minutes_needed=request.minutes_needed,
            message=request.message,
            skill_ids=tuple(request.skill_ids[:1]),
            aspect=Aspect(request.aspect) if request.aspect else None,
        )
        joining = Joining(_clean(content), request.sent_at, request.continues_id)
        return await enter_line(work, actor, joining)


async def enter_line(work: Work, actor: Actor, joining: Joining) -> WaitingPlace:
    """Take a place in line with clean content, within the caller's unit of work."""
    held = await _held_places(work, actor)
    if _in_line(held, joining.content) is not None:
        raise Conflict("You are on this list.", current=WaitingState.WAITING.value)
    return await _enter(work, actor, joining, held)


async def go_on_in_line(work: Work, actor: Actor, joining: Joining) -> WaitingPlace:
    """Take a place in line, or keep the one held in it already: the longer wait counts, and what it goes on from."""
    held = await _held_places(work, actor)
    place = _in_line(held, joining.content)
    if place is None:
        return await _enter(work, actor, joining, held)
    place.continues_id = joining.continues_id
    place.created_at = min(place.created_at, joining.since or place.created_at)
    place.version += 1
    await place.save(update_fields=["continues_id", "created_at", "version"])
    work.record(rules.WaitingJoined(**_moved(place)), to=[topics.user(place.profile_id)], actor=actor)
    return place


async def _held_places(work: Work, actor: Actor) -> list[WaitingPlace]:
    """Return somebody's places, while nobody else takes or gives one up for them."""
    mine = actor.require_profile()
    await work.connection.execute_query(_ONE_AT_A_TIME, [mine])
    return await WaitingPlace.filter(profile_id=mine, state__in=list(ON_THE_LIST)).select_for_update().order_by("id")


def _in_line(held: Sequence[WaitingPlace], content: RequestContent) -> WaitingPlace | None:
    line = (content.skill_ids[0], content.format)
    return next((one for one in held if (one.skill_id, one.format) == line), None)


async def _enter(work: Work, actor: Actor, joining: Joining, held: Sequence[WaitingPlace]) -> WaitingPlace:
    mine, content = actor.require_profile(), joining.content
    (skill_id,) = content.skill_ids
    if len(held) >= rules.MAX_PLACES:
        raise rules.TooManyPlaces
    place = await WaitingPlace.create(
        profile_id=mine,
        skill_id=skill_id,
        format=content.format,
        aspect=content.aspect.value if content.aspect else "",
        goal=content.goal,
        message=content.message,
        minutes_needed=content.minutes_needed,
        is_first=not await Mentorship.exists(mentee_id=mine),
        state=WaitingState.WAITING,
        continues_id=joining.continues_id,
        created_at=joining.since or now(),
    )
    work.record(rules.WaitingJoined(**_moved(place)), to=[topics.user(mine)], actor=actor)
    return place


@retrying
async def leave(actor: Actor, *, place_id: UUID) -> WaitingPlace:
    """Give a place up. An offer under way is taken back. NotFound, Conflict when it is not waiting any more."""
    actor.require_user()
    async with unit_of_work() as work:
        place = (await queries.visible(actor, [place_id])).get(place_id)
        if place is None:
            raise NotFound("waiting place")
        offered = await _open_request(place.request_id)
        if offered is not None:
            await withdraw_request(actor, request_id=offered.id)
        place = await WaitingPlace.select_for_update().get(id=place_id)
        rules.check_on_the_list(place.state)
        await WaitingOffer.filter(place_id=place_id, outcome=OfferOutcome.OPEN).update(
            outcome=OfferOutcome.CALLED_OFF, decided_at=now()
        )
        await _end(work, place, WaitingState.LEFT)
    return place


async def serve_lists() -> int:
    """Settle offers that are over, let those pass on that held too long, and make new ones. Return how many of all."""
    done = 0
    open_offers = await WaitingOffer.filter(outcome=OfferOutcome.OPEN).order_by("until")
    for offer in open_offers:
        done += await settle(request_id=offer.request_id)
    for skill_id, kind in await queries.lists_with_somebody():
        done += await _serve_list(skill_id, kind)
    return done


async def _serve_list(skill_id: str, kind: MentoringFormat) -> int:
    line = (await queries.lines_of([(skill_id, kind)]))[skill_id, kind]
    order = rules.serving_order(line.waiting, line.offers_made, policy.numbers.equity_every)
    return sum([await offer_next(place_id=place_id) for place_id in order])


async def offer_next(*, place_id: UUID) -> bool:
    """Ask the next mentor who fits in the name of a place. Return whether there was one."""
    place = await WaitingPlace.get(id=place_id)
    near = reach(place.skill_id)
    among = await queries.candidates_for(place, near)
    sought = Sought(place.profile_id, place.skill_id, place.format)
    for mentor_id in await matching_apart.best_mentors(sought, among):
        try:
            if await _offer(place_id, mentor_id):
                return True
        except TooManyOpenRequests:
            return False
        except Refusal:
            # Cooling off, or a full week: the next who fits is asked.
            continue
    return False


def reach(skill_id: str) -> list[str]:
    """Return the skills whose mentors may serve a list: the skill, and those related to it."""
    known = vocabulary().get(skill_id)
    related = getattr(known, "related_ids", ())
    return [skill_id, *map(str, related)]


@retrying
async def _offer(place_id: UUID, mentor_id: UUID) -> bool:
    """Send a request in the name of a place, if it still waits and the mentor has room. Refusals of sending."""
    async with unit_of_work() as work:
        place = await WaitingPlace.get(id=place_id)
        await capacity.lock(work, [ProfileId(place.profile_id), ProfileId(mentor_id)])
        place = await WaitingPlace.select_for_update().get(id=place_id)
        if place.state is not WaitingState.WAITING or (await room_of(mentor_id, place.format)).unclaimed < 1:
            return False
        request = _request_of(place, mentor_id)
        await request.save()
        await send(work, None, Claim(request, RequestState.SENT))
        await _note_offer(work, place, request)
    return True


async def _note_offer(work: Work, place: WaitingPlace, request: MentorshipRequest) -> None:
    until = now() + rules.OFFER_HOLDS
    await WaitingOffer.create(
        place_id=place.id, mentor_id=request.mentor_id, request_id=request.id, until=until, outcome=OfferOutcome.OPEN
    )
    place.state, place.request_id = WaitingState.OFFERED, request.id
    await _keep(place)
    work.record(rules.WaitingOffered(**_moved(place), until=until), to=[topics.user(place.profile_id)])


@retrying
async def settle(*, request_id: UUID) -> bool:
    """Draw what follows from where an offer's request stands. Return whether anything did. Twice is as good as once."""
    async with unit_of_work() as work:
        request = await MentorshipRequest.select_for_update().get_or_none(id=request_id)
        offer = await WaitingOffer.select_for_update().get_or_none(request_id=request_id, outcome=OfferOutcome.OPEN)
        if request is None or offer is None:
            return False
        if request.state in OPEN_STATES:
            if offer.until > now() or request.state in _PATIENT:
                return False
            await invalidate(work, request, InvalidationReason.PASSED_ON)
        offer.outcome, offer.decided_at = _OUTCOMES[request.state], now()
        await offer.save(update_fields=["outcome", "decided_at"])
        place = await WaitingPlace.select_for_update().get(id=offer.place_id)
        if place.state is WaitingState.OFFERED:
            await _after(work, place, request)
    return True


async def _after(work: Work, place: WaitingPlace, request: MentorshipRequest) -> None:
    """Move a place on from an offer that is over."""
    if request.state is RequestState.ACCEPTED:
        await _end(work, place, WaitingState.SERVED)
        return
    passed_to = await MentorshipRequest.get_or_none(referred_from_id=request.id)
    known = passed_to and await WaitingOffer.exists(place_id=place.id, mentor_id=passed_to.mentor_id)
    if passed_to is not None and not known and passed_to.state in {*OPEN_STATES, RequestState.ACCEPTED}:
        await _note_offer(work, place, passed_to)
        return
    place.state = WaitingState.WAITING
    await _keep(place)
    work.record(rules.WaitingPassedOn(**_moved(place)), to=[topics.user(place.profile_id)])


async def _end(work: Work, place: WaitingPlace, state: WaitingState) -> None:
    place.state, place.ended_at = state, now()
    await _keep(place)
    work.record(rules.WaitingEnded(**_moved(place)), to=[topics.user(place.profile_id)])


async def _keep(place: WaitingPlace) -> None:
    place.version += 1
    await place.save(update_fields=["state", "request_id", "ended_at", "version"])


async def _open_request(request_id: UUID | None) -> MentorshipRequest | None:
    if request_id is None:
        return None
    return await MentorshipRequest.get_or_none(id=request_id, state__in=list(OPEN_STATES))


def _clean(content: RequestContent) -> RequestContent:
    content = content.clean()
    if len(content.skill_ids) != 1 or vocabulary().get(content.skill_ids[0]) is None:
        raise invalid("skillId", "unknown", "One waits for one skill of the vocabulary.")
    return content


def _request_of(place: WaitingPlace, mentor_id: UUID) -> MentorshipRequest:
    return MentorshipRequest(
        sender_id=place.profile_id,
        receiver_id=mentor_id,
        mentor_id=mentor_id,
        mentee_id=place.profile_id,
        format=place.format,
        aspect=place.aspect,
        goal=place.goal,
        message=place.message,
        skill_ids=[place.skill_id],
        minutes_needed=place.minutes_needed,
        continues_id=place.continues_id,
        state=RequestState.DRAFT,
    )


def _moved(place: WaitingPlace) -> Moved:
    return Moved(
        place_id=place.id,
        skill_id=place.skill_id,
        format=place.format,
        state=place.state,
        request_id=place.request_id,
        version=place.version,
        at=now(),
    )
