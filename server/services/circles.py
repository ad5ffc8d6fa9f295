"""Circles as such: propose, set up, move along the road, norms. Who sits in them is in circle_seats.py."""

from dataclasses import replace
from uuid import UUID

from server.domain import circles as rules
from server.domain.actors import Actor
from server.domain.circle_facts import CircleChanged, ItemKind
from server.domain.circles import CircleAction, CircleForm, CircleKind, CircleState, Naming, SeatRole, SeatState
from server.domain.errors import Conflict, LimitReached
from server.domain.texts import line, paragraphs
from server.kit.clock import now
from server.models.circles import Circle, CircleNorms, CircleSeat
from server.queries import circles as queries
from server.services import repeats
from server.services.circle_access import Scene, enter_as_lead, enter_as_member
from server.services.transaction import Work, retrying, unit_of_work

MAX_NORMS = 4_000
MAX_PROPOSED = 3
"""Circles that somebody has proposed and that have not begun, at a time."""


@retrying
async def propose_circle(
    actor: Actor, *, kind: CircleKind, form: CircleForm, nickname: str = "", idempotency_key: str | None = None
) -> Circle:
    """Propose a circle and lead it. What the form leaves open is as the kind begins. Requires a verified address."""
    actor_id = actor.require_verified()
    form, defaults = rules.cleaned(form), rules.DEFAULTS[kind]
    nickname = nickname_for(defaults.naming, nickname)
    least, most = form.least or defaults.least, form.most or defaults.most
    rules.check_bounds(least, most, 1)
    async with unit_of_work() as work:
        content = [kind, form, nickname]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "proposeCircle", content)
        if once.previous:
            return await Circle.get(id=once.previous)
        await _check_room_for_proposal(actor_id)
        circle = await Circle.create(
            name=form.name,
            theme=form.theme,
            purpose=form.purpose,
            kind=kind,
            state=CircleState.PROPOSED,
            join_mode=form.join_mode or defaults.join_mode,
            confidentiality=form.confidentiality or defaults.confidentiality,
            naming=defaults.naming,
            facilitation=form.facilitation or defaults.facilitation,
            with_mentor=defaults.with_mentor,
            least=least,
            most=most,
            is_listed=form.is_listed,
            created_by=actor_id,
        )
        await seat_first_lead(work, actor, circle, actor_id, nickname)
        await once.remember(circle.id)
    return circle


async def seat_first_lead(work: Work, actor: Actor, circle: Circle, profile_id: UUID, nickname: str) -> Scene:
    """Give a new circle its lead, and tell of both. For use inside a unit of work."""
    seat = CircleSeat(
        circle_id=circle.id,
        profile_id=profile_id,
        role=SeatRole.LEAD,
        state=SeatState.SEATED,
        nickname=nickname,
        seated_at=now(),
    )
    standing = queries.Standing(
        circle.id, circle.state, circle.naming, circle.is_listed, seat.id, SeatRole.LEAD, SeatState.SEATED, None, 1
    )
    scene = Scene(work, actor, circle, standing)
    work.record(CircleChanged(circle=queries.circle_shown(circle)), to=[scene.topic], actor=actor)
    await scene.save_seat(seat, is_new=True)
    return scene


async def _check_room_for_proposal(actor_id: UUID) -> None:
    states = [CircleState.PROPOSED, CircleState.FORMING]
    if await Circle.filter(created_by=actor_id, state__in=states).count() >= MAX_PROPOSED:
        raise LimitReached(f"At most {MAX_PROPOSED} circles at a time that have not begun.", limit=MAX_PROPOSED)
    await check_own_room(actor_id)


async def check_own_room(profile_id: UUID) -> None:
    """Refuse a seat in one circle more than somebody can be part of."""
    rules.check_own_circles(
        await CircleSeat.filter(profile_id=profile_id, state=SeatState.SEATED, role__not=SeatRole.GUEST).count()
    )


def nickname_for(naming: Naming, nickname: str) -> str:
    """Return what somebody is called in a circle: nothing where profiles are shown. InvalidInput when it is missing."""
    if naming is Naming.PROFILES:
        return ""
    return line("nickname", nickname, longest=rules.MAX_NICKNAME, shortest=2)


@retrying
async def edit_circle(
    actor: Actor, *, circle_id: UUID, form: CircleForm, expected_version: int | None = None
) -> Circle:
    """Set a circle otherwise. What the form leaves open stays. Requires to lead it."""
    form = rules.cleaned(form)
    async with unit_of_work() as work:
        scene = await enter_as_lead(work, actor, circle_id)
        circle = scene.circle
        if expected_version is not None and expected_version != circle.version:
            raise Conflict("Somebody changed this circle meanwhile.", current=f"{circle.version}")
        circle.name, circle.theme, circle.purpose = form.name, form.theme, form.purpose
        circle.is_listed = form.is_listed
        circle.join_mode = form.join_mode or circle.join_mode
        circle.confidentiality = form.confidentiality or circle.confidentiality
        circle.facilitation = form.facilitation or circle.facilitation
        circle.least, circle.most = form.least or circle.least, form.most or circle.most
        rules.check_bounds(circle.least, circle.most, await scene.seated())
        await scene.save()
    return circle


@retrying
async def move_circle(actor: Actor, *, circle_id: UUID, action: CircleAction) -> Circle:
    """Move a circle along its road: gather, start, rest, wake, close, keep, finish. Requires to lead it. Conflict."""
    async with unit_of_work() as work:
        scene = await enter_as_lead(work, actor, circle_id)
        await _move(scene, action)
    return scene.circle


async def _move(scene: Scene, action: CircleAction) -> None:
    seats = CircleSeat.filter(circle_id=scene.circle.id, state=SeatState.SEATED)
    company = rules.Company(
        seated=await scene.seated(),
        least=scene.circle.least,
        has_mentor=await seats.filter(role=SeatRole.MENTOR).exists(),
        needs_mentor=scene.circle.with_mentor,
    )
    state = rules.after(scene.circle.state, action, company)
    if state is CircleState.ACTIVE:
        scene.circle.active_at = now()
    await scene.move_to(state)


@retrying
async def write_norms(actor: Actor, *, circle_id: UUID, text: str) -> CircleNorms:
    """Give a circle its norms, or a new version of them; each member is asked anew. Whoever writes them agrees."""
    text = paragraphs("text", text, longest=MAX_NORMS, shortest=1)
    async with unit_of_work() as work:
        scene = await enter_as_lead(work, actor, circle_id)
        scene.circle.norms_number += 1
        row = await CircleNorms.create(
            circle_id=circle_id, number=scene.circle.norms_number, text=text, written_by=scene.actor_id
        )
        scene.circle.norms_asked_at = row.created_at
        await scene.save()
        await CircleSeat.filter(id=scene.standing.seat_id).update(
            norms_number=row.number, norms_agreed_at=row.created_at
        )
        await scene.add_item(ItemKind.NORMS, scene.actor_id, row.id)
    return row


@retrying
async def agree_to_norms(actor: Actor, *, circle_id: UUID, number: int) -> CircleSeat:
    """Agree to the newest norms. Conflict when they changed since they were read; Conflict when there are none."""
    async with unit_of_work() as work:
        scene = await enter_as_member(work, actor, circle_id)
        if not scene.circle.norms_number:
            raise Conflict("This circle has no norms yet.", current="0")
        rules.check_norms_read(scene.circle.norms_number, number)
        row = await CircleSeat.get(circle_id=circle_id, profile_id=scene.actor_id)
        row.norms_number, row.norms_agreed_at = number, now()
        await row.save(update_fields=["norms_number", "norms_agreed_at"])
    return row


def with_defaults_of(circle: Circle, name: str) -> CircleForm:
    """Return a form for a circle like another, of another name."""
    form = CircleForm(name, circle.theme, circle.purpose, circle.join_mode, circle.confidentiality)
    return replace(form, facilitation=circle.facilitation, least=circle.least, most=circle.most)
