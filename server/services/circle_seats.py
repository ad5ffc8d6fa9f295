"""Seats of a circle: join, apply, the line, invitations, guests, roles, pauses, leaving.

Each takes the circle's lock first, so no seat is given twice. Whoever has a block with a member finds the circle full,
as anybody does when it is: neither learns of the other.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.domain import circles as rules
from server.domain import topics
from server.domain.actors import Actor
from server.domain.circle_facts import ItemKind, SeatAsked
from server.domain.circles import WAITING, CircleAction, CircleState, SeatRole, SeatState
from server.domain.errors import Conflict, NotAllowed, NotFound, invalid
from server.domain.texts import line
from server.kit.clock import now
from server.models.circle_meetings import CircleMeeting
from server.models.circles import Circle, CircleSeat, CircleVeil
from server.queries import circles as queries
from server.queries.profiles import visible_profiles
from server.services import repeats
from server.services.circle_access import Scene, enter, enter_as_lead, enter_as_member
from server.services.circles import check_own_room, nickname_for
from server.services.transaction import Work, retrying, unit_of_work


@dataclass(frozen=True)
class JoinForm:
    """How somebody asks to join: a word to the leads, a nickname where there are some, the norms they read."""

    message: str = ""
    nickname: str = ""
    norms_number: int | None = None


@retrying
async def join_circle(
    actor: Actor, *, circle_id: UUID, form: JoinForm, idempotency_key: str | None = None
) -> CircleSeat:
    """Ask for a seat: get it, a place in the line, or a lead's answer later. Asking twice changes nothing.

    NotFound, NotAllowed (by invitation, or removed before), Conflict (closed, declined lately, norms not read),
    LimitReached (seats of one's own).
    """
    actor.require_verified()
    message = line("message", form.message, longest=rules.MAX_MESSAGE)
    async with unit_of_work() as work:
        content = [circle_id, form]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "joinCircle", content)
        if once.previous:
            return await CircleSeat.get(id=once.previous)
        scene = await enter(work, actor, circle_id)
        row = await CircleSeat.get_or_none(circle_id=circle_id, profile_id=scene.actor_id)
        if row is not None and (row.state is SeatState.SEATED or row.state in WAITING - {SeatState.INVITED}):
            return row
        if row is not None:
            rules.check_may_ask_again(row.state, row.left_at, now())
        rules.check_norms_read(scene.circle.norms_number, form.norms_number)
        asked = await scene.asked_by(scene.actor_id)
        is_invited = row is not None and row.state is SeatState.INVITED
        state = rules.seat_or_line(asked) if is_invited else rules.place_for(asked)
        await check_own_room(scene.actor_id)
        row = row or CircleSeat(circle_id=circle_id, profile_id=scene.actor_id, role=SeatRole.MEMBER)
        row.nickname = nickname_for(scene.circle.naming, form.nickname)
        row.message, row.norms_number, row.norms_agreed_at = message, form.norms_number or 0, now()
        await _put(scene, row, state)
        await once.remember(row.id)
    return row


async def _put(scene: Scene, row: CircleSeat, state: SeatState) -> None:
    """Put somebody into the line, before the leads, or onto a seat; who is seated is told to all."""
    is_new = not row._saved_in_db  # noqa: SLF001 - Tortoise says nowhere else whether a row is new
    row.state, row.queued_at = state, now()
    if state is SeatState.SEATED:
        await _seat(scene, row, is_new=is_new)
        return
    row.seated_at = None
    await scene.save_seat(row, is_new=is_new)
    if state is SeatState.APPLIED:
        await _ask_leads(scene, row)


async def _seat(scene: Scene, row: CircleSeat, *, is_new: bool = False) -> None:
    """Give a seat. All who agreed to the norms are asked again: it is another circle now."""
    at = now()
    row.state, row.seated_at, row.left_at = SeatState.SEATED, at, None
    if row.role is not SeatRole.GUEST:
        row.guest_meeting_id = None
    if row.norms_number == scene.circle.norms_number:
        row.norms_agreed_at = at
    await scene.save_seat(row, is_new=is_new, came_in=True)
    if row.role is SeatRole.GUEST:
        return
    if scene.circle.norms_number:
        scene.circle.norms_asked_at = at
        await Circle.filter(id=scene.circle.id).update(norms_asked_at=at)
    await scene.add_item(ItemKind.SEATED, row.profile_id, row.id)
    await scene.stir()


async def _ask_leads(scene: Scene, row: CircleSeat) -> None:
    """Tell each lead who may see the person that they ask."""
    leads = await CircleSeat.filter(circle_id=scene.circle.id, state=SeatState.SEATED, role__in=list(rules.LEADING))
    told = [
        topics.user(lead.profile_id)
        for lead in leads
        if (scene.circle.id, row.profile_id)
        not in await queries.hidden_in(Actor(user_id=lead.profile_id), [scene.circle.id])  # type: ignore[arg-type]  # a profile's id is its user's
    ]
    if told:
        asked = SeatAsked(circle_id=scene.circle.id, seat_id=row.id, at=now())
        scene.work.record(asked, to=told)


async def fill_seats(scene: Scene) -> None:
    """Give free seats to those who waited longest, passing over whom a block keeps apart from a member."""
    if scene.circle.state not in rules.TAKING_IN or scene.circle.join_mode is rules.JoinMode.WAITLIST:
        return
    await _admit(scene)


async def _admit(scene: Scene) -> int:
    admitted = 0
    line_of = CircleSeat.filter(circle_id=scene.circle.id, state=SeatState.WAITLISTED)
    for row in await line_of.order_by("queued_at", "id"):
        asked = await scene.asked_by(row.profile_id)
        if asked.seated >= asked.most:
            break
        if asked.has_room:
            await _seat(scene, row)
            admitted += 1
    return admitted


@retrying
async def admit_line(actor: Actor, *, circle_id: UUID) -> Circle:
    """Let in from the line as many as there are free seats, longest waited first. Requires to lead the circle."""
    async with unit_of_work() as work:
        scene = await enter_as_lead(work, actor, circle_id)
        if scene.circle.state not in rules.TAKING_IN:
            raise Conflict("This circle takes nobody in now.", current="closed")
        await _admit(scene)
    return scene.circle


@retrying
async def answer_application(actor: Actor, *, seat_id: UUID, accept: bool) -> CircleSeat:
    """Say yes or no to somebody who applied. A yes gives a seat, or a place in the line when there is none."""
    async with unit_of_work() as work:
        scene, row = await _claim_seat(work, actor, seat_id)
        scene.check_lead()
        if row.state is not SeatState.APPLIED:
            raise Conflict("This application was answered already.", current=row.state.value)
        if accept:
            await _put(scene, row, rules.seat_or_line(await scene.asked_by(row.profile_id)))
        else:
            row.state, row.left_at = SeatState.DECLINED, now()
            await scene.save_seat(row)
    return row


async def _claim_seat(work: Work, actor: Actor, seat_id: UUID) -> tuple[Scene, CircleSeat]:
    """Lock the circle of a seat the actor may see. NotFound."""
    actor.require_user()
    view = (await queries.visible_seats(actor, [seat_id])).get(seat_id)
    if view is None:
        raise NotFound("seat")
    scene = await enter(work, actor, view.circle_id, what="seat")
    return scene, await CircleSeat.get(id=seat_id)


@retrying
async def invite_to_circle(
    actor: Actor, *, circle_id: UUID, profile_id: UUID, role: SeatRole = SeatRole.MEMBER, meeting_id: UUID | None = None
) -> CircleSeat:
    """Invite somebody as a member or a mentor; as a guest, to one meeting. Requires to lead the circle.

    NotFound: they cannot be seen by the actor, or there is no such meeting. Conflict: they have a seat already.
    """
    async with unit_of_work() as work:
        scene = await enter_as_lead(work, actor, circle_id)
        if profile_id not in await visible_profiles(actor, [profile_id]):
            raise NotFound("profile")
        if role in rules.LEADING:
            raise NotAllowed("a seat first", "Somebody becomes a lead once they have a seat.")
        await _check_guest(scene, role, meeting_id)
        row = await CircleSeat.get_or_none(circle_id=circle_id, profile_id=profile_id)
        if row is not None and row.state is SeatState.SEATED:
            raise Conflict("They have a seat already.", current=row.state.value)
        is_new = row is None
        row = row or CircleSeat(circle_id=circle_id, profile_id=profile_id)
        row.role, row.state, row.invited_by = role, SeatState.INVITED, scene.actor_id
        row.guest_meeting_id, row.seated_at, row.queued_at = meeting_id, None, now()
        await scene.save_seat(row, is_new=is_new)
    return row


async def _check_guest(scene: Scene, role: SeatRole, meeting_id: UUID | None) -> None:
    if (role is SeatRole.GUEST) is not (meeting_id is not None):
        raise Conflict("A guest is invited to one meeting, and nobody else is.", current=role.value)
    if meeting_id is not None:
        to_come = CircleMeeting.filter(id=meeting_id, circle_id=scene.circle.id, state="planned")
        if not await to_come.exists():
            raise NotFound("meeting")


@retrying
async def answer_invitation(actor: Actor, *, circle_id: UUID, accept: bool, form: JoinForm) -> CircleSeat:
    """Take an invitation, or decline it. Taken, it gives a seat, or a place in the line when there is none."""
    async with unit_of_work() as work:
        scene = await enter(work, actor, circle_id)
        row = await CircleSeat.get_or_none(circle_id=circle_id, profile_id=scene.actor_id, state=SeatState.INVITED)
        if row is None:
            raise NotFound("invitation")
        if not accept:
            row.state, row.left_at = SeatState.DECLINED, None
            await scene.save_seat(row)
            return row
        rules.check_norms_read(scene.circle.norms_number, form.norms_number)
        row.nickname = nickname_for(scene.circle.naming, form.nickname)
        row.norms_number = form.norms_number or 0
        asked = await scene.asked_by(scene.actor_id)
        if row.role is SeatRole.GUEST:
            await _seat_guest(scene, row, is_apart=asked.is_apart)
        else:
            await check_own_room(scene.actor_id)
            await _put(scene, row, rules.seat_or_line(asked))
    return row


async def _seat_guest(scene: Scene, row: CircleSeat, *, is_apart: bool) -> None:
    meeting = await CircleMeeting.get_or_none(id=row.guest_meeting_id, state__in=["planned", "live"])
    if meeting is None:
        raise Conflict("The meeting is over.", current="over")
    if is_apart:
        await _put(scene, row, SeatState.WAITLISTED)
        return
    await _seat(scene, row)


@retrying
async def leave_circle(actor: Actor, *, circle_id: UUID) -> CircleSeat:
    """Give up a seat, a place in the line, or an application. A lead is followed by a co-lead, or by the eldest."""
    async with unit_of_work() as work:
        scene = await enter(work, actor, circle_id)
        row = await CircleSeat.get_or_none(circle_id=circle_id, profile_id=scene.actor_id)
        if row is None or row.state not in WAITING | {SeatState.SEATED}:
            raise NotFound("seat")
        await vacate(scene, row, SeatState.LEFT)
    return row


async def vacate(scene: Scene, row: CircleSeat, state: SeatState) -> None:
    """Take somebody's seat from them; whoever waits gets it, and a circle without a lead gets a new one."""
    was_lead, was_seated = row.role is SeatRole.LEAD, row.state is SeatState.SEATED
    row.state, row.left_at, row.paused_until = state, now(), None
    if row.role is not SeatRole.GUEST:
        row.role = SeatRole.MEMBER
    await scene.save_seat(row)
    if not was_seated:
        return
    if was_lead:
        await _hand_over(scene)
    if scene.circle.state is not CircleState.ALUMNI:
        await fill_seats(scene)


async def _hand_over(scene: Scene) -> None:
    rows = await CircleSeat.filter(circle_id=scene.circle.id, state=SeatState.SEATED).order_by("seated_at", "id")
    by_role: dict[str, list[str]] = {}
    for row in rows:
        by_role.setdefault(row.role.value, []).append(str(row.id))
    heir_id = rules.next_lead(by_role)
    if heir_id is not None:
        heir = next(row for row in rows if str(row.id) == heir_id)
        heir.role = SeatRole.LEAD
        await scene.save_seat(heir)
    elif scene.circle.state in rules.TAKING_IN:
        # Nobody is left: what was written can be read by nobody, so the circle ends.
        company = rules.Company(0, scene.circle.least, has_mentor=False, needs_mentor=False)
        await scene.move_to(rules.after(scene.circle.state, CircleAction.CLOSE, company))


@retrying
async def remove_from_circle(actor: Actor, *, seat_id: UUID) -> CircleSeat:
    """Take somebody's seat, or their place in the line, from them. Requires to lead; nobody takes the lead's."""
    async with unit_of_work() as work:
        scene, row = await _claim_seat(work, actor, seat_id)
        scene.check_lead()
        if row.profile_id == scene.actor_id:
            raise Conflict("Leave the circle instead.", current="own")
        if row.role in rules.LEADING:
            rules.check_role_change(scene.standing.role, row.role, SeatRole.MEMBER)
        if row.state not in WAITING | {SeatState.SEATED}:
            raise Conflict("They have no seat.", current=row.state.value)
        await vacate(scene, row, SeatState.REMOVED)
    return row


@retrying
async def change_role(actor: Actor, *, seat_id: UUID, role: SeatRole) -> CircleSeat:
    """Give somebody on a seat another role. Making somebody the lead makes oneself a co-lead."""
    async with unit_of_work() as work:
        scene, row = await _claim_seat(work, actor, seat_id)
        scene.check_lead()
        if row.state is not SeatState.SEATED:
            raise Conflict("They have no seat.", current=row.state.value)
        rules.check_role_change(scene.standing.role, row.role, role)
        if role is row.role:
            return row
        if role is SeatRole.LEAD:
            own = await CircleSeat.get(circle_id=scene.circle.id, profile_id=scene.actor_id)
            own.role = SeatRole.CO_LEAD
            await scene.save_seat(own)
        row.role = role
        await scene.save_seat(row)
    return row


@retrying
async def pause_seat(actor: Actor, *, circle_id: UUID, until: datetime | None) -> CircleSeat:
    """Pause one's seat until an instant: not expected, not asked to facilitate. None ends the pause."""
    until = rules.pause_until(until, now())
    async with unit_of_work() as work:
        scene = await enter_as_member(work, actor, circle_id)
        row = await CircleSeat.get(circle_id=circle_id, profile_id=scene.actor_id)
        row.paused_until = until
        await scene.save_seat(row)
    return row


@retrying
async def hide_seat(actor: Actor, *, seat_id: UUID, is_hidden: bool) -> CircleSeat:
    """Hide another member from oneself and oneself from them, or take that back. The other side gets no word of it.

    For circles of nicknames, where a block would have to name a profile.
    """
    async with unit_of_work() as work:
        scene, row = await _claim_seat(work, actor, seat_id)
        if not scene.standing.is_member:
            raise NotAllowed("a seat in the circle")
        if row.profile_id == scene.actor_id:
            raise invalid("seatId", "own", "You cannot hide yourself.")
        own, other = scene.actor_id, row.profile_id
        veils = CircleVeil.filter(circle_id=scene.circle.id, profile_id=own, hidden_id=other)
        if not is_hidden:
            await veils.delete()
        elif not await veils.exists():
            await CircleVeil.create(circle_id=scene.circle.id, profile_id=own, hidden_id=other)
    return row


async def leave_all(actor: Actor) -> None:
    """Give up every seat and every wait for one. For somebody who erases their account."""
    actor_id = actor.require_user()
    kept = CircleSeat.filter(profile_id=actor_id, state__in=[SeatState.SEATED, *WAITING])
    for row in await kept.order_by("circle_id"):
        await leave_circle(actor, circle_id=row.circle_id)
