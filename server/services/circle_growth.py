"""Circles that grow apart or together: a split makes one circle two, a merge two one. Leads decide, on both sides."""

from uuid import UUID

from server.domain import circle_growth as rules
from server.domain import topics
from server.domain.actors import Actor
from server.domain.circle_facts import MergeOffered
from server.domain.circles import LEADING, TAKING_IN, CircleForm, CircleState, SeatRole, SeatState
from server.domain.circles import cleaned as cleaned_form
from server.domain.errors import Conflict, NotFound, invalid
from server.kit.clock import now
from server.models.circles import Circle, CircleMerge, CircleSeat
from server.queries import circle_growth as queries
from server.services import repeats
from server.services.circle_access import Scene, enter, enter_as_lead, lock_circle
from server.services.circle_seats import vacate
from server.services.circles import seat_first_lead
from server.services.transaction import Work, retrying, unit_of_work


@retrying
async def split_circle(
    actor: Actor, *, circle_id: UUID, seat_ids: list[UUID], name: str, idempotency_key: str | None = None
) -> Circle:
    """Move members to a new circle of the same kind; the first of them leads it. Return the new one.

    Requires to lead it. Conflict: either side would be too small. InvalidInput: no seat, or the actor would move.
    """
    name = cleaned_form(CircleForm(name)).name
    async with unit_of_work() as work:
        content = [circle_id, seat_ids, name]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "splitCircle", content)
        if once.previous:
            return await Circle.get(id=once.previous)
        scene = await enter_as_lead(work, actor, circle_id)
        seated = await _members(circle_id)
        rules.check_split(seat_ids, {row.id: row.profile_id == scene.actor_id for row in seated}, 2)
        by_id = {row.id: row for row in seated}
        moving = [by_id[seat_id] for seat_id in dict.fromkeys(seat_ids)]
        fresh = await _copy_of(scene.circle, name, moving[0].profile_id)
        first, *others = moving
        there = await seat_first_lead(work, actor, fresh, first.profile_id, first.nickname)
        await vacate(scene, first, SeatState.LEFT)
        for row in others:
            await _move(scene, there, row)
        await scene.stir()
        await once.remember(fresh.id)
    return fresh


async def _members(circle_id: UUID) -> list[CircleSeat]:
    seats = CircleSeat.filter(circle_id=circle_id, state=SeatState.SEATED, role__not=SeatRole.GUEST)
    return await seats.order_by("seated_at", "id")


async def _copy_of(circle: Circle, name: str, lead_id: UUID) -> Circle:
    return await Circle.create(
        name=name,
        theme=circle.theme,
        purpose=circle.purpose,
        kind=circle.kind,
        state=CircleState.FORMING,
        join_mode=circle.join_mode,
        confidentiality=circle.confidentiality,
        naming=circle.naming,
        facilitation=circle.facilitation,
        with_mentor=circle.with_mentor,
        least=circle.least,
        most=circle.most,
        is_listed=circle.is_listed,
        created_by=lead_id,
    )


async def _move(here: Scene, there: Scene, row: CircleSeat) -> None:
    """Take somebody's seat here and give them one there, unless they have one."""
    role = SeatRole.MENTOR if row.role is SeatRole.MENTOR else SeatRole.MEMBER
    await vacate(here, row, SeatState.LEFT)
    known = await CircleSeat.get_or_none(circle_id=there.circle.id, profile_id=row.profile_id)
    if known is not None and known.state is SeatState.SEATED:
        return
    seat = known or CircleSeat(circle_id=there.circle.id, profile_id=row.profile_id)
    seat.role, seat.state, seat.nickname = role, SeatState.SEATED, row.nickname
    seat.seated_at, seat.left_at, seat.guest_meeting_id, seat.norms_number = now(), None, None, 0
    await there.save_seat(seat, is_new=known is None)


@retrying
async def offer_merge(
    actor: Actor, *, circle_id: UUID, into_id: UUID, idempotency_key: str | None = None
) -> CircleMerge:
    """Offer to join a circle one leads to another; one offer waits at a time. NotFound, NotAllowed, Conflict."""
    async with unit_of_work() as work:
        content = [circle_id, into_id]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "offerCircleMerge", content)
        if once.previous:
            return await CircleMerge.get(id=once.previous)
        here, there = await _enter_both(work, actor, circle_id, into_id)
        here.check_lead()
        # Asked last: whether two ids are one is not told of a circle that may not be seen.
        if circle_id == into_id:
            raise invalid("intoCircleId", "same", "Another circle than this one.")
        await _check_fit(here, there)
        if await CircleMerge.filter(circle_id=circle_id, answered_at=None).exists():
            raise Conflict("An offer of this circle waits for an answer already.", current="offered")
        row = await CircleMerge.create(circle_id=circle_id, into_id=into_id, offered_by=here.actor_id)
        leads = await CircleSeat.filter(circle_id=into_id, state=SeatState.SEATED, role__in=list(LEADING))
        told = MergeOffered(circle_id=circle_id, into_id=into_id, offer_id=row.id, at=row.created_at)
        work.record(told, to=[topics.user(lead.profile_id) for lead in leads])
        await once.remember(row.id)
    return row


async def _enter_both(work: Work, actor: Actor, one: UUID, other: UUID) -> tuple[Scene, Scene]:
    """Lock two circles in the order of their ids, so that two offers cannot wait for each other."""
    scenes = {key: await enter(work, actor, key) for key in sorted({one, other})}
    return scenes[one], scenes[other]


async def _check_fit(here: Scene, there: Scene) -> None:
    """Refuse to join circles that know each other in other ways, or that would be too many together."""
    if here.circle.state not in TAKING_IN or there.circle.state not in TAKING_IN:
        raise Conflict("One of the circles takes nobody in now.", current="closed")
    if here.circle.naming is not there.circle.naming or here.circle.kind is not there.circle.kind:
        raise Conflict("Only circles of one kind can be one.", current="kind")
    if len(await queries.people_in([here.circle.id, there.circle.id])) > there.circle.most:
        raise Conflict(f"Together they would be more than {there.circle.most}.", current="too_many")


@retrying
async def answer_merge(actor: Actor, *, offer_id: UUID, accept: bool) -> Circle:
    """Take an offer to be joined by another circle, or decline it. Taken, its members move and it closes.

    Return the circle that goes on. Requires to lead it. NotFound, NotAllowed, Conflict.
    """
    actor.require_user()
    async with unit_of_work() as work:
        offer = (await queries.visible_offers(actor, [offer_id])).get(offer_id)
        if offer is None:
            raise NotFound("offer")
        scenes = {}
        for key in sorted((offer.circle_id, offer.into_id)):
            scenes[key] = await lock_circle(work, actor, key)
        here, there = scenes[offer.circle_id], scenes[offer.into_id]
        there.check_lead()
        row = await CircleMerge.get(id=offer_id)
        if row.answered_at is not None:
            raise Conflict("This offer was answered already.", current="answered")
        row.answered_by, row.answered_at, row.is_agreed = there.actor_id, now(), accept
        if accept:
            await _check_fit(here, there)
            await _join(here, there)
        await row.save()
    return there.circle


async def _join(here: Scene, there: Scene) -> None:
    rows = await _members(here.circle.id)
    await here.move_to(CircleState.CLOSING)
    for row in rows:
        await _move(here, there, row)
    if there.circle.norms_number:
        there.circle.norms_asked_at = now()
        await Circle.filter(id=there.circle.id).update(norms_asked_at=there.circle.norms_asked_at)
    await there.stir()
    await CircleMerge.filter(circle_id=here.circle.id, answered_at=None).update(answered_at=now(), is_agreed=False)
