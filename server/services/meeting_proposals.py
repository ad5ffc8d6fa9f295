"""Finding a time for the two: propose, counter, accept, take back, decline. Nothing is set by one alone."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from server.domain import meetings as rules
from server.domain.actors import Actor
from server.domain.availability import Interval
from server.domain.errors import Conflict, LimitReached
from server.domain.meeting_facts import MeetingMoved, MeetingProposed, MeetingScheduled, ProposalClosed
from server.domain.meetings import MentorshipMeetingState, ProposalForm, ProposalState
from server.domain.rhythm import is_blacked_out, is_on_gig
from server.domain.series import at_same_wall_time
from server.kit.clock import now
from server.kit.ids import new_id
from server.models.availability import Stretch
from server.models.meetings import Meeting, MeetingProposal, MeetingSeat
from server.models.profiles import Profile
from server.services import repeats
from server.services.bookings import Booking, book
from server.services.meeting_access import (
    Pair,
    check_version,
    enter,
    enter_meeting,
    enter_proposal,
    save_changed,
    save_closed,
)
from server.services.transaction import retrying, unit_of_work


@retrying
async def propose_meeting(
    actor: Actor, *, mentorship_id: UUID, form: ProposalForm, idempotency_key: str | None = None
) -> MeetingProposal:
    """Offer the other one starts for a meeting or a series. Conflict: not under way; LimitReached; InvalidInput."""
    actor_id, form = actor.require_user(), rules.cleaned(form, now())
    async with unit_of_work() as work:
        once = await repeats.claim(work, actor_id, idempotency_key, "proposeMeeting", [mentorship_id, form])
        if once.previous:
            return await MeetingProposal.get(id=once.previous)
        pair = await enter(work, actor, mentorship_id)
        proposal = await _offer(pair, form)
        await once.remember(proposal.id)
    return proposal


@retrying
async def propose_move(
    actor: Actor, *, meeting_id: UUID, form: ProposalForm, expected_version: int | None = None
) -> MeetingProposal:
    """Offer other starts for a meeting to come; it stays where it is until the other side agrees.

    Of the form, starts, minutes and note count. Conflict: it is not to come, or a move is being talked about.
    """
    actor.require_user()
    form = rules.cleaned(form, now())
    async with unit_of_work() as work:
        pair, meeting = await enter_meeting(work, actor, meeting_id)
        check_version(expected_version, meeting.version)
        rules.check_scheduled(meeting.state)
        if await MeetingProposal.exists(meeting_id=meeting_id, state=ProposalState.OPEN):
            raise Conflict("Another time for this meeting is proposed already.", current="proposed")
        zone = form.time_zone or meeting.time_zone
        one = replace(form, title=meeting.title, time_zone=zone, times=1, skips_gigs=False)
        return await _offer(pair, one, meeting_id=meeting_id)


@retrying
async def counter_proposal(
    actor: Actor, *, proposal_id: UUID, starts: tuple[datetime, ...], minutes: int | None = None, note: str = ""
) -> MeetingProposal:
    """Answer a proposal with other starts: it is closed, and the answer is one of its own. Requires the other side."""
    actor.require_user()
    async with unit_of_work() as work:
        pair, before = await enter_proposal(work, actor, proposal_id)
        form = ProposalForm(
            starts,
            before.minutes if minutes is None else minutes,
            before.title,
            note,
            before.time_zone,
            before.times,
            before.every_days,
            before.skips_gigs,
        )
        form = rules.cleaned(form, now())
        rules.check_answers(is_proposer=before.proposed_by == pair.actor_id)
        rules.check_open(before.state)
        await _close(pair, before, ProposalState.COUNTERED)
        return await _offer(pair, form, meeting_id=before.meeting_id, counters_id=before.id)


async def _offer(
    pair: Pair, form: ProposalForm, *, meeting_id: UUID | None = None, counters_id: UUID | None = None
) -> MeetingProposal:
    pair.check_meets()
    mentorship_id = pair.mentorship.id
    if await MeetingProposal.filter(mentorship_id=mentorship_id, state=ProposalState.OPEN).count() >= (
        rules.MAX_OPEN_PROPOSALS
    ):
        raise LimitReached(
            f"At most {rules.MAX_OPEN_PROPOSALS} open proposals. Answer or take back one first.",
            limit=rules.MAX_OPEN_PROPOSALS,
        )
    row = await MeetingProposal.create(
        mentorship_id=mentorship_id,
        meeting_id=meeting_id,
        counters_id=counters_id,
        proposed_by=pair.actor_id,
        title=form.title,
        note=form.note,
        starts=[one.isoformat() for one in form.starts],
        last_start=form.starts[-1],
        minutes=form.minutes,
        time_zone=form.time_zone or (await Profile.get(id=pair.actor_id)).time_zone,
        times=form.times,
        every_days=form.every_days,
        skips_gigs=form.skips_gigs,
        state=ProposalState.OPEN,
    )
    pair.tell(
        MeetingProposed(
            proposal_id=row.id,
            mentorship_id=mentorship_id,
            meeting_id=meeting_id,
            receiver_id=pair.other_id,
            at=row.created_at,
        )
    )
    return row


async def _close(pair: Pair, row: MeetingProposal, state: ProposalState) -> None:
    await save_closed(row, state)
    pair.tell(ProposalClosed(proposal_id=row.id, mentorship_id=row.mentorship_id, state=state, at=now()))


@retrying
async def withdraw_proposal(actor: Actor, *, proposal_id: UUID) -> MeetingProposal:
    """Take a proposal of one's own back. NotAllowed for the other side, Conflict when it is not open."""
    async with unit_of_work() as work:
        pair, row = await enter_proposal(work, actor, proposal_id)
        rules.check_takes_back(is_proposer=row.proposed_by == pair.actor_id)
        rules.check_open(row.state)
        await _close(pair, row, ProposalState.WITHDRAWN)
    return row


@retrying
async def decline_proposal(actor: Actor, *, proposal_id: UUID) -> MeetingProposal:
    """Say that none of the starts suits, without others. Requires the other side."""
    async with unit_of_work() as work:
        pair, row = await enter_proposal(work, actor, proposal_id)
        rules.check_answers(is_proposer=row.proposed_by == pair.actor_id)
        rules.check_open(row.state)
        await _close(pair, row, ProposalState.DECLINED)
    return row


@retrying
async def accept_proposal(actor: Actor, *, proposal_id: UUID, starts_at: datetime) -> list[Meeting]:
    """Choose a start: the meeting, or the series, is set, or the meeting that was to move moves. Return it, in order.

    Requires the other side. Conflict: not open, passed, or (DoubleBooked) one of the two has something else then.
    """
    actor.require_user()
    async with unit_of_work() as work:
        pair, row = await enter_proposal(work, actor, proposal_id)
        rules.check_answers(is_proposer=row.proposed_by == pair.actor_id)
        rules.check_open(row.state)
        pair.check_meets()
        rules.check_chosen(row.offered, starts_at, now())
        row.chosen = starts_at
        if row.meeting_id is None:
            rows = await _schedule(pair, row, starts_at)
        else:
            rows = [await _move(pair, row, row.meeting_id, starts_at)]
        await _close(pair, row, ProposalState.ACCEPTED)
    return rows


async def _schedule(pair: Pair, proposal: MeetingProposal, first: datetime) -> list[Meeting]:
    """Set the meetings of an accepted proposal, all or none."""
    mentorship_id, starts = pair.mentorship.id, await _starts_of(pair, proposal, first)
    ahead = await Meeting.filter(mentorship_id=mentorship_id, state=MentorshipMeetingState.SCHEDULED).count()
    if ahead + len(starts) > rules.MAX_TO_COME:
        raise LimitReached(f"At most {rules.MAX_TO_COME} meetings ahead.", limit=rules.MAX_TO_COME)
    length = timedelta(minutes=proposal.minutes)
    await book(pair.work, Booking(pair.both, [Interval(start, start + length) for start in starts]))
    series_id = new_id() if proposal.times > 1 else None
    rows = [
        await Meeting.create(
            mentorship_id=mentorship_id,
            series_id=series_id,
            title=proposal.title,
            note=proposal.note,
            starts_at=start,
            occurs_at=start,
            minutes=proposal.minutes,
            time_zone=proposal.time_zone,
            every_days=proposal.every_days if series_id else None,
            state=MentorshipMeetingState.SCHEDULED,
            planned_by=proposal.proposed_by,
        )
        for start in starts
    ]
    await MeetingSeat.bulk_create(
        [MeetingSeat(meeting_id=row.id, profile_id=profile_id) for row in rows for profile_id in pair.both]
    )
    at, ids = now(), [row.id for row in rows]
    pair.tell(MeetingScheduled(mentorship_id=mentorship_id, meeting_ids=ids, at=at))
    return rows


async def _starts_of(pair: Pair, proposal: MeetingProposal, first: datetime) -> list[datetime]:
    """Return the starts of what was accepted; those after the first that fall into a gig may be left out."""
    zone = ZoneInfo(proposal.time_zone)
    starts = at_same_wall_time(first, zone, times=proposal.times, every_days=proposal.every_days)
    if not proposal.skips_gigs:
        return starts
    stretches = await Stretch.filter(profile_id__in=list(pair.both))
    return starts[:1] + [one for one in starts[1:] if not (is_on_gig(stretches, one) or is_blacked_out(stretches, one))]


async def _move(pair: Pair, proposal: MeetingProposal, meeting_id: UUID, start: datetime) -> Meeting:
    meeting = await Meeting.get(id=meeting_id)
    rules.check_scheduled(meeting.state)
    span = Interval(start, start + timedelta(minutes=proposal.minutes))
    await book(pair.work, Booking(pair.both, [span]), leaving_out=[meeting_id])
    was, meeting.starts_at, meeting.minutes = meeting.starts_at, start, proposal.minutes
    await MeetingSeat.filter(meeting_id=meeting_id).update(confirmed_at=None)
    await save_changed([meeting])
    pair.tell(
        MeetingMoved(
            mentorship_id=meeting.mentorship_id,
            meeting_id=meeting.id,
            was=was,
            starts_at=meeting.starts_at,
            minutes=meeting.minutes,
            version=meeting.version,
            at=now(),
        )
    )
    return meeting
