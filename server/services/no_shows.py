"""What became of a meeting: who came, who did not and why, and the appeal of somebody who is marked.

Read from the rooms by a job once the grace is over. Somebody is marked only where the other one waited in the room, or
says so; a gig is a reason whenever it is told of; whoever is in the room's presence is there, joined or not.
"""

from uuid import UUID

from server.domain import meetings as rules
from server.domain import topics
from server.domain.actors import Actor, Role
from server.domain.errors import Conflict, NotAllowed, NotFound
from server.domain.meeting_facts import MeetingMissed, NoShowAppealed
from server.domain.meetings import MentorshipMeetingState, SeatOutcome
from server.domain.texts import paragraphs
from server.kit.clock import now
from server.models.availability import Stretch
from server.models.meetings import Meeting, MeetingSeat
from server.models.mentorships import Mentorship
from server.queries import meetings as queries
from server.services.meeting_access import enter_meeting, topics_of
from server.services.meetings import ends_at
from server.services.ports import ports
from server.services.transaction import Work, retrying, unit_of_work

BATCH = 200


async def settle_due() -> int:
    """Find out what became of meetings whose grace, or whose time, is over. Return how many were settled."""
    due = Meeting.filter(state=MentorshipMeetingState.SCHEDULED, starts_at__lte=now() - rules.GRACE).order_by("id")
    done, rows = 0, await due.limit(BATCH)
    while rows:
        for row in rows:
            done += await _settle(row.id)
        # Those that nobody came to yet stay due until their end, so the next are looked for behind them.
        rows = await due.filter(id__gt=rows[-1].id).limit(BATCH)
    return done


@retrying
async def _settle(meeting_id: UUID) -> int:
    seen = await Meeting.get(id=meeting_id)
    async with unit_of_work() as work:
        mentorship = await Mentorship.select_for_update().get(id=seen.mentorship_id)
        row = await Meeting.get(id=meeting_id)
        if row.state is not MentorshipMeetingState.SCHEDULED or row.starts_at > now() - rules.GRACE:
            return 0
        came = await _came_to(row)
        seats = await MeetingSeat.filter(meeting_id=row.id).order_by("created_at", "id")
        # The first of two may come late; with nobody there the time to come is all of the meeting.
        if not came and ends_at(row) > now():
            return 0
        missing = [seat for seat in seats if seat.profile_id not in came]
        for seat in seats:
            if seat.profile_id in came:
                await _mark(work, mentorship, row, seat, SeatOutcome.CAME)
            elif came:
                await _mark(work, mentorship, row, seat, await _missed_as(seat.profile_id, row))
        row.state = _state_after(len(missing), len(seats))
        row.session_id, row.version = await queries.room_of(row, ends_at(row)), row.version + 1
        await row.save(update_fields=["state", "session_id", "version"])
    return 1


def _state_after(missing: int, both: int) -> MentorshipMeetingState:
    if missing == both:
        return MentorshipMeetingState.LAPSED
    return MentorshipMeetingState.MISSED if missing else MentorshipMeetingState.HELD


async def _came_to(row: Meeting) -> set[UUID]:
    """Return who was in the room: with a place taken in it, or seen at its door now."""
    came = await queries.came_to(row, now())
    room = await queries.room_of(row, now())
    if room is not None:
        came |= await ports.rooms.present(topics.session(room).name) or set()
    return came


async def _missed_as(profile_id: UUID, row: Meeting) -> SeatOutcome:
    return rules.missed_as(await Stretch.filter(profile_id=profile_id), row.starts_at)


async def _mark(work: Work, mentorship: Mentorship, row: Meeting, seat: MeetingSeat, outcome: SeatOutcome) -> None:
    """Keep how it went for one of the two; tell both when they were not there, or are not held to it any more."""
    is_news = outcome is not SeatOutcome.CAME or seat.outcome is not None
    seat.outcome, seat.marked_at = outcome, now()
    await seat.save(update_fields=["outcome", "marked_at"])
    if is_news:
        missed = MeetingMissed(
            mentorship_id=mentorship.id,
            meeting_id=row.id,
            is_mentor=seat.profile_id == mentorship.mentor_id,
            outcome=outcome,
            at=now(),
        )
        work.record(missed, to=topics_of(mentorship))


@retrying
async def came_late(*, session_id: UUID) -> None:
    """Take back that somebody is missing who came after the grace. For the reaction to a session that became live."""
    for row in await Meeting.filter(session_id=session_id, state=MentorshipMeetingState.MISSED):
        async with unit_of_work() as work:
            mentorship = await Mentorship.select_for_update().get(id=row.mentorship_id)
            came = await queries.came_to(row, ends_at(row))
            seats = await MeetingSeat.filter(meeting_id=row.id)
            for seat in seats:
                if seat.profile_id in came and seat.outcome is not SeatOutcome.CAME:
                    await _mark(work, mentorship, row, seat, SeatOutcome.CAME)
            if all(seat.profile_id in came for seat in seats):
                row.state, row.version = MentorshipMeetingState.HELD, row.version + 1
                await row.save(update_fields=["state", "version"])


@retrying
async def excuse(*, profile_id: UUID) -> None:
    """Look again at who is marked as missing since lately: their gig may have been told of only now."""
    lately = now() - rules.APPEAL_WITHIN
    marks = MeetingSeat.filter(profile_id=profile_id, outcome=SeatOutcome.NO_SHOW, marked_at__gte=lately)
    for seat in await marks.select_related("meeting"):
        row = await Meeting.get(id=seat.meeting_id)
        if await _missed_as(profile_id, row) is SeatOutcome.MISSED_FOR_GIG:
            async with unit_of_work() as work:
                mentorship = await Mentorship.select_for_update().get(id=row.mentorship_id)
                await _mark(work, mentorship, row, seat, SeatOutcome.MISSED_FOR_GIG)


@retrying
async def report_no_show(actor: Actor, *, meeting_id: UUID) -> Meeting:
    """Say that the other one did not come, where no room tells. Conflict: too early, too late, or known already.

    Their rhythm is looked at as ever: a gig is a reason. Somebody who was in the room is not marked.
    """
    async with unit_of_work() as work:
        pair, row = await enter_meeting(work, actor, meeting_id)
        seat = await MeetingSeat.get(meeting_id=row.id, profile_id=pair.other_id)
        rules.check_reportable(row.state, seat.outcome, row.starts_at, now())
        came = await queries.came_to(row, now())
        if seat.profile_id in came:
            await _mark(work, pair.mentorship, row, seat, SeatOutcome.CAME)
        else:
            await _mark(work, pair.mentorship, row, seat, await _missed_as(seat.profile_id, row))
            row.state = MentorshipMeetingState.MISSED
        row.version += 1
        await row.save(update_fields=["state", "version"])
    return row


@retrying
async def appeal_no_show(actor: Actor, *, meeting_id: UUID, words: str) -> Meeting:
    """Say why one is not to be marked as missing, once, within a week. The other side or a manager hears it."""
    actor.require_user()
    words = paragraphs("words", words, longest=rules.MAX_WORDS, shortest=1)
    async with unit_of_work() as work:
        pair, row = await enter_meeting(work, actor, meeting_id)
        seat = await MeetingSeat.get(meeting_id=row.id, profile_id=pair.actor_id)
        rules.check_appealable(seat.outcome, seat.marked_at, seat.appealed_at, now())
        seat.appealed_at, seat.appeal_words = now(), words
        await seat.save(update_fields=["appealed_at", "appeal_words"])
        is_mentor = pair.actor_id == pair.mentorship.mentor_id
        pair.tell(
            NoShowAppealed(mentorship_id=row.mentorship_id, meeting_id=row.id, is_mentor=is_mentor, at=seat.appealed_at)
        )
    return row


@retrying
async def decide_appeal(actor: Actor, *, appeal_id: UUID, is_upheld: bool) -> MeetingSeat:
    """Hear an appeal: upheld, the mark becomes an excuse. The other one of the two may, or a community manager.

    NotFound, NotAllowed for one's own, Conflict when it was heard or the mark was taken back meanwhile.
    """
    actor_id = actor.require_user()
    async with unit_of_work() as work:
        seen = await MeetingSeat.get_or_none(id=appeal_id, appealed_at__isnull=False).select_related("meeting")
        if seen is None or not await _may_hear(actor, seen):
            raise NotFound("appeal")
        if seen.profile_id == actor_id:
            raise NotAllowed("to be the other side", "Your own appeal is heard by the other side or a manager.")
        mentorship = await Mentorship.select_for_update().get(id=seen.meeting.mentorship_id)
        seat = await MeetingSeat.get(id=appeal_id)
        if seat.outcome is not SeatOutcome.NO_SHOW or seat.appeal_decided_at is not None:
            raise Conflict("There is nothing to hear any more.", current=None if seat.outcome is None else seat.outcome)
        seat.appeal_decided_at, seat.appeal_decided_by = now(), actor_id
        await seat.save(update_fields=["appeal_decided_at", "appeal_decided_by"])
        outcome = SeatOutcome.EXCUSED if is_upheld else SeatOutcome.NO_SHOW
        await _mark(work, mentorship, await Meeting.get(id=seat.meeting_id), seat, outcome)
    return seat


async def _may_hear(actor: Actor, seat: MeetingSeat) -> bool:
    if actor.has_role(Role.COMMUNITY_MANAGER):
        return True
    return bool(await queries.visible(actor, [seat.meeting_id]))
