"""Meetings of a circle before and after: plan, move, call off, answer, who was there, notes and recap."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from server.domain import circle_meetings as rules
from server.domain import topics
from server.domain.actors import Actor
from server.domain.availability import Interval
from server.domain.bookings import DoubleBooked
from server.domain.circle_facts import ItemKind, MeetingChanged, MeetingMoved, OwnRsvpChanged
from server.domain.circle_meetings import MeetingEnd, MeetingForm, MeetingState, RsvpState, Served
from server.domain.circles import Facilitation, SeatRole, SeatState
from server.domain.errors import Conflict, LimitReached, NotAllowed, NotFound
from server.domain.places_in_line import free_places
from server.domain.texts import paragraphs
from server.kit.clock import now
from server.kit.ids import new_id
from server.models.circle_meetings import CircleMeeting, CircleRsvp
from server.models.circles import CircleSeat
from server.models.database import connection
from server.queries import bookings
from server.queries import circle_meetings as queries
from server.services import repeats
from server.services.bookings import take_time
from server.services.circle_access import Scene, enter, enter_as_lead
from server.services.transaction import Work, retrying, unit_of_work

MAX_TO_COME = 60
"""Meetings of one circle that are planned at a time."""

_SERVED = """
SELECT s.profile_id, s.seated_at, count(m.id) AS times FROM circle_seat s
LEFT JOIN circle_meeting m ON m.circle_id = s.circle_id AND m.facilitator_id = s.profile_id
    AND m.state IN ('planned', 'live', 'held')
WHERE s.circle_id = $1 AND s.state = 'seated' AND s.role IN ('lead', 'co_lead', 'member')
  AND (s.paused_until IS NULL OR s.paused_until < $2)
GROUP BY s.profile_id, s.seated_at
"""


@dataclass
class MeetingScene:
    """A meeting and its circle under lock."""

    scene: Scene
    meeting: CircleMeeting

    @property
    def is_facilitator(self) -> bool:
        """Tell whether the actor leads this meeting: by turn, or as a lead of the circle."""
        return rules.may_facilitate(
            leads=self.scene.standing.leads, facilitator_id=self.meeting.facilitator_id, who=self.scene.actor_id
        )

    async def save(self) -> None:
        """Keep the changed meeting and tell the circle."""
        self.meeting.version += 1
        await self.meeting.save()
        await tell_meeting(self.scene, self.meeting)


async def tell_meeting(scene: Scene, meeting: CircleMeeting) -> None:
    """Tell the circle how a meeting stands now."""
    shown = (await queries.shown([meeting]))[meeting.id]
    told = MeetingChanged(circle_id=scene.circle.id, meeting=shown, at=now())
    scene.work.record(told, to=[scene.topic], actor=scene.actor)


async def enter_meeting(work: Work, actor: Actor, meeting_id: UUID) -> MeetingScene:
    """Lock the circle of a meeting the actor may see: members all, a guest theirs. NotFound."""
    actor.require_user()
    seen = (await queries.visible_meetings(actor, [meeting_id])).get(meeting_id)
    if seen is None:
        raise NotFound("meeting")
    scene = await enter(work, actor, seen.circle_id, what="meeting")
    if not scene.standing.is_inside:
        raise NotFound("meeting")
    return MeetingScene(scene, await CircleMeeting.get(id=meeting_id))


@retrying
async def plan_meetings(
    actor: Actor, *, circle_id: UUID, form: MeetingForm, idempotency_key: str | None = None
) -> list[CircleMeeting]:
    """Plan a meeting, or a series at the same wall time. Requires to lead the circle. LimitReached, InvalidInput."""
    form = rules.cleaned(form, now())
    async with unit_of_work() as work:
        content = [circle_id, form]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "planCircleMeetings", content)
        if once.previous:
            return await _planned_with(once.previous)
        scene = await enter_as_lead(work, actor, circle_id)
        to_come = await CircleMeeting.filter(circle_id=circle_id, state=MeetingState.PLANNED).count()
        if to_come + form.times > MAX_TO_COME:
            raise LimitReached(f"At most {MAX_TO_COME} meetings ahead.", limit=MAX_TO_COME)
        series_id = new_id() if form.times > 1 else None
        rows = [await _plan(scene, form, starts_at, series_id) for starts_at in rules.starts_of(form)]
        await scene.add_item(ItemKind.MEETING, scene.actor_id, rows[0].id)
        await scene.stir()
        await once.remember(rows[0].id)
    return rows


async def _planned_with(meeting_id: UUID) -> list[CircleMeeting]:
    first = await CircleMeeting.get(id=meeting_id)
    if first.series_id is None:
        return [first]
    return await CircleMeeting.filter(series_id=first.series_id).order_by("starts_at")


async def _plan(scene: Scene, form: MeetingForm, starts_at: datetime, series_id: UUID | None) -> CircleMeeting:
    row = await CircleMeeting.create(
        circle_id=scene.circle.id,
        series_id=series_id,
        title=form.title,
        starts_at=starts_at,
        minutes=form.minutes,
        state=MeetingState.PLANNED,
        cap=form.cap,
        turn_seconds=form.turn_seconds,
        facilitator_id=await facilitator_for(scene),
        planned_by=scene.actor_id,
    )
    await tell_meeting(scene, row)
    return row


async def facilitator_for(scene: Scene) -> UUID | None:
    """Return who is to lead the next meeting planned: the lead, or in turn whoever did it least often."""
    if scene.circle.facilitation is Facilitation.ROTATING:
        _, rows = await connection().execute_query(_SERVED, [scene.circle.id, now()])
        return rules.next_facilitator(Served(row["profile_id"], row["times"], row["seated_at"]) for row in rows)
    roles = [SeatRole.LEAD] if scene.circle.facilitation is Facilitation.LEAD else list(_LEADS)
    leads = await CircleSeat.filter(circle_id=scene.circle.id, state=SeatState.SEATED, role__in=roles)
    if scene.circle.facilitation is Facilitation.LEAD:
        return leads[0].profile_id if leads else None
    served: list[Served] = []
    for one in leads:
        times = await CircleMeeting.filter(circle_id=scene.circle.id, facilitator_id=one.profile_id).count()
        served.append(Served(one.profile_id, times, one.seated_at or one.created_at))
    return rules.next_facilitator(served)


_LEADS = (SeatRole.LEAD, SeatRole.CO_LEAD)


@retrying
async def move_meeting(
    actor: Actor, *, meeting_id: UUID, form: MeetingForm, expected_version: int | None = None
) -> CircleMeeting:
    """Give a meeting to come another time, title, length or cap. A higher cap lets in who waited longest.

    Who said yes and has something else at the new time does not come any more, and is told.
    """
    form = rules.cleaned(form, now())
    async with unit_of_work() as work:
        found = await enter_meeting(work, actor, meeting_id)
        found.scene.check_lead()
        row = found.meeting
        rules.check_planned(row.state)
        if expected_version is not None and expected_version != row.version:
            raise Conflict("Somebody changed this meeting meanwhile.", current=str(row.version))
        is_moved = row.starts_at != form.starts_at
        row.title, row.starts_at, row.minutes = form.title, form.starts_at, form.minutes
        row.cap, row.turn_seconds = form.cap, form.turn_seconds
        await _take_time(found)
        await _let_go_busy(found)
        await _fill(found)
        await found.save()
        if is_moved:
            moved = MeetingMoved(circle_id=row.circle_id, meeting_id=row.id, starts_at=row.starts_at, at=now())
            work.record(moved, to=[], actor=actor)
    return row


@retrying
async def put_away_meeting(actor: Actor, *, meeting_id: UUID, end: MeetingEnd) -> CircleMeeting:
    """Call a meeting off before its time, or say afterwards that it did not happen. Requires to facilitate it."""
    async with unit_of_work() as work:
        found = await enter_meeting(work, actor, meeting_id)
        rules.check_facilitator(is_facilitator=found.is_facilitator)
        found.meeting.state = rules.check_end(found.meeting.state, end, found.meeting.starts_at, now())
        await CircleRsvp.filter(meeting_id=meeting_id).update(was_there=None, here_since=None, hand_raised_at=None)
        await dismiss_guests(found)
        await found.save()
    return found.meeting


async def dismiss_guests(found: MeetingScene) -> None:
    """Take the seats of a meeting's guests back: it is over."""
    guests = CircleSeat.filter(circle_id=found.scene.circle.id, guest_meeting_id=found.meeting.id, role=SeatRole.GUEST)
    for row in await guests.exclude(state=SeatState.LEFT):
        row.state, row.left_at = SeatState.LEFT, now()
        await found.scene.save_seat(row)


@retrying
async def answer_meeting(actor: Actor, *, meeting_id: UUID, wants: bool) -> CircleRsvp:
    """Say yes or no to a meeting to come: a place, one in the line when it is full, or none; again changes nothing.

    DoubleBooked: the actor has something else then.
    """
    async with unit_of_work() as work:
        found = await enter_meeting(work, actor, meeting_id)
        rules.check_planned(found.meeting.state)
        actor_id = found.scene.actor_id
        row = await CircleRsvp.get_or_none(meeting_id=meeting_id, profile_id=actor_id)
        known = None if row is None else row.state
        if row is not None and known is not None and (known is not RsvpState.DECLINED) is wants:
            return row
        row = row or await CircleRsvp.create(meeting_id=meeting_id, profile_id=actor_id)
        await _take_time(found, actor_id)
        if wants and await _busy(found, [actor_id]):
            raise DoubleBooked(found.meeting.starts_at, "You have")
        state = rules.answer_for(wants=wants, cap=found.meeting.cap, coming=await _coming(meeting_id))
        row.queued_at = now()
        await _set_rsvp(found, row, state)
        await _fill(found)
        await found.save()
    return row


async def _coming(meeting_id: UUID) -> int:
    return await CircleRsvp.filter(meeting_id=meeting_id, state=RsvpState.COMING).count()


async def _set_rsvp(found: MeetingScene, row: CircleRsvp, state: RsvpState) -> None:
    row.state = state
    await row.save()
    told = OwnRsvpChanged(
        circle_id=found.scene.circle.id, meeting_id=row.meeting_id, state=state, at=now(), rsvp_id=row.id
    )
    found.scene.work.record(told, to=[topics.user(row.profile_id)], actor=found.scene.own_doing(row.profile_id))


async def _fill(found: MeetingScene) -> None:
    """Give free places to those who waited longest, in the order they came; who has something else then waits on."""
    rows = await CircleRsvp.filter(meeting_id=found.meeting.id, state=RsvpState.WAITING).order_by("queued_at", "id")
    free = free_places(cap=found.meeting.cap, taken=await _coming(found.meeting.id), waiting=len(rows))
    if not free:
        return
    busy = await _busy(found, [row.profile_id for row in rows])
    for row in [row for row in rows if row.profile_id not in busy][:free]:
        await _set_rsvp(found, row, RsvpState.COMING)


async def _take_time(found: MeetingScene, *more: UUID) -> None:
    """Take the turns of all whose time this meeting takes up or may take up, and of some more."""
    answered = CircleRsvp.filter(meeting_id=found.meeting.id, state__in=[RsvpState.COMING, RsvpState.WAITING])
    people = {row.profile_id for row in await answered}
    await take_time(found.scene.work, people | set(more))


async def _busy(found: MeetingScene, profile_ids: Collection[UUID]) -> set[UUID]:
    """Return who of these people has something else at the time of the meeting."""
    row = found.meeting
    span = Interval(row.starts_at, row.starts_at + timedelta(minutes=row.minutes))
    return set(await bookings.taken(profile_ids, [span], leaving_out=[row.id]))


async def _let_go_busy(found: MeetingScene) -> None:
    """Take the yes of those back who have something else at the meeting's new time."""
    rows = await CircleRsvp.filter(meeting_id=found.meeting.id, state=RsvpState.COMING)
    busy = await _busy(found, [row.profile_id for row in rows])
    for row in rows:
        if row.profile_id in busy:
            await _set_rsvp(found, row, RsvpState.DECLINED)


@retrying
async def note_attendance(actor: Actor, *, meeting_id: UUID, seat_id: UUID, was_there: bool) -> CircleMeeting:
    """Put right who was at a meeting: each for themselves, a facilitator for all. NotFound, NotAllowed, Conflict."""
    async with unit_of_work() as work:
        found = await enter_meeting(work, actor, meeting_id)
        seat = await CircleSeat.get_or_none(id=seat_id, circle_id=found.scene.circle.id, state=SeatState.SEATED)
        if seat is None:
            raise NotFound("seat")
        if seat.profile_id != found.scene.actor_id:
            rules.check_facilitator(is_facilitator=found.is_facilitator)
        rules.check_recordable(found.meeting.state)
        row, _ = await CircleRsvp.get_or_create(meeting_id=meeting_id, profile_id=seat.profile_id)
        if row.was_there is not was_there:
            row.was_there = was_there
            await row.save(update_fields=["was_there"])
            await found.save()
    return found.meeting


@dataclass(frozen=True)
class MeetingPapers:
    """What is written of a meeting: notes for those who were there, a recap for those who were not. None stays."""

    notes: str | None = None
    recap: str | None = None


@retrying
async def write_meeting(actor: Actor, *, meeting_id: UUID, papers: MeetingPapers) -> CircleMeeting:
    """Write a meeting's notes or its recap: any member, once it is under way. Conflict; NotAllowed for a guest."""
    notes = None if papers.notes is None else paragraphs("notes", papers.notes, longest=rules.MAX_NOTES)
    recap = None if papers.recap is None else paragraphs("recap", papers.recap, longest=rules.MAX_NOTES)
    async with unit_of_work() as work:
        found = await enter_meeting(work, actor, meeting_id)
        if not found.scene.standing.is_member:
            raise NotAllowed("a seat in the circle")
        row = found.meeting
        rules.check_recordable(row.state)
        await _check_not_hidden(actor, found)
        is_first_recap = bool(recap) and not row.recap
        if notes is not None:
            row.notes, row.notes_by = notes, found.scene.actor_id
        if recap is not None:
            row.recap, row.recap_by = recap, found.scene.actor_id
        await found.save()
        if is_first_recap:
            await found.scene.add_item(ItemKind.RECAP, found.scene.actor_id, row.id)
    return row


async def _check_not_hidden(actor: Actor, found: MeetingScene) -> None:
    """Refuse to write over words the actor does not see."""
    row = found.meeting
    (shown,) = await queries.without_hidden_notes(actor, [await CircleMeeting.get(id=row.id)])
    if (shown.notes, shown.recap) != (row.notes, row.recap):
        raise Conflict("Somebody else is writing this up.", current="written")
