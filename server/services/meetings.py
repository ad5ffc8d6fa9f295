"""Meetings that are set: called off by one of the two, confirmed, and called off by what happens to the mentorship."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from server.domain import meetings as rules
from server.domain.actors import SYSTEM, Actor
from server.domain.meeting_facts import MeetingCancelled, MeetingConfirmed, ProposalClosed
from server.domain.meetings import CancelReason, CancelScope, MentorshipMeetingState, ProposalState
from server.domain.texts import paragraphs
from server.kit.clock import now
from server.models.meetings import Meeting, MeetingProposal, MeetingSeat
from server.models.mentorships import Mentorship
from server.models.sessions import Session
from server.queries import mentorships
from server.services.meeting_access import Pair, check_version, enter_meeting, save_changed, save_closed, topics_of
from server.services.transaction import Work, retrying, unit_of_work


@dataclass(frozen=True)
class CancelForm:
    """Why meetings are called off, with a word to the other side, and which of a series."""

    reason: CancelReason
    note: str = ""
    scope: CancelScope = CancelScope.THIS


def ends_at(row: Meeting) -> datetime:
    """Return when a meeting is to end."""
    return row.starts_at + timedelta(minutes=row.minutes)


@retrying
async def cancel_meeting(
    actor: Actor, *, meeting_id: UUID, form: CancelForm, expected_version: int | None = None
) -> Meeting:
    """Call a meeting off, or it and those that follow in its series. Either side may. Conflict: it is not to come."""
    actor.require_user()
    note = paragraphs("note", form.note, longest=rules.MAX_NOTE)
    async with unit_of_work() as work:
        pair, row = await enter_meeting(work, actor, meeting_id)
        check_version(expected_version, row.version)
        rules.check_cancel(row.state, form.reason, ends_at(row), now())
        rows = [row]
        if form.scope is CancelScope.FOLLOWING and row.series_id is not None:
            later = Meeting.filter(series_id=row.series_id, starts_at__gt=row.starts_at, state=row.state)
            rows += await later.order_by("starts_at", "id")
        await _call_off(pair, rows, form.reason, note)
    return row


async def _call_off(pair: Pair, rows: list[Meeting], reason: CancelReason, note: str) -> None:
    for row in rows:
        row.state, row.cancelled_by = MentorshipMeetingState.CANCELLED, pair.actor_id
        row.cancel_reason, row.cancel_note = reason, note
    await save_changed(rows)
    await _close_moves(pair.work, pair.mentorship, rows)
    pair.tell(
        MeetingCancelled(
            mentorship_id=pair.mentorship.id,
            meeting_ids=[row.id for row in rows],
            reason=reason,
            by_mentor=pair.actor_id == pair.mentorship.mentor_id,
            at=now(),
        )
    )


async def _close_moves(work: Work, mentorship: Mentorship, rows: list[Meeting]) -> None:
    """Close what is proposed for meetings that are called off."""
    open_moves = MeetingProposal.filter(meeting_id__in=[row.id for row in rows], state=ProposalState.OPEN)
    for proposal in await open_moves.order_by("id"):
        await _withdraw(work, mentorship, proposal)


async def _withdraw(work: Work, mentorship: Mentorship, proposal: MeetingProposal) -> None:
    state = ProposalState.WITHDRAWN
    await save_closed(proposal, state)
    closed = ProposalClosed(proposal_id=proposal.id, mentorship_id=mentorship.id, state=state, at=now())
    work.record(closed, to=topics_of(mentorship))


@retrying
async def answer_meeting(actor: Actor, *, meeting_id: UUID, wants: bool) -> Meeting:
    """Say again that one comes, or that one cannot: then the meeting is called off. Twice is as good as once."""
    async with unit_of_work() as work:
        pair, row = await enter_meeting(work, actor, meeting_id)
        if not wants and row.state is MentorshipMeetingState.CANCELLED:
            return row
        rules.check_cancel(row.state, CancelReason.CANNOT_COME, ends_at(row), now())
        if not wants:
            await _call_off(pair, [row], CancelReason.CANNOT_COME, "")
            return row
        seats = MeetingSeat.filter(meeting_id=row.id, profile_id=pair.actor_id, confirmed_at=None)
        if await seats.update(confirmed_at=now()):
            pair.tell(
                MeetingConfirmed(
                    mentorship_id=row.mentorship_id,
                    meeting_id=row.id,
                    is_mentor=pair.actor_id == pair.mentorship.mentor_id,
                    at=now(),
                )
            )
    return row


@retrying
async def call_off_ended(*, mentorship_id: UUID) -> None:
    """Call off what a mentorship that ended had ahead, and tell both. For the reaction to its end."""
    async with unit_of_work() as work:
        mentorship = await Mentorship.select_for_update().get(id=mentorship_id)
        rows = await _clear(work, mentorship)
        if rows:
            cancelled = MeetingCancelled(
                mentorship_id=mentorship_id,
                meeting_ids=[row.id for row in rows],
                reason=CancelReason.ENDED,
                by_mentor=None,
                at=now(),
            )
            work.record(cancelled, to=topics_of(mentorship), actor=SYSTEM)


@retrying
async def call_off_between(*, one: UUID, other: UUID) -> None:
    """Take away what two who no longer meet had ahead. Neither is told. For the reaction to a block."""
    async with unit_of_work() as work:
        for mentorship_id in sorted(await mentorships.between(one, other)):
            mentorship = await Mentorship.select_for_update().get(id=mentorship_id)
            await _clear(work, mentorship, is_silent=True)


async def _clear(work: Work, mentorship: Mentorship, *, is_silent: bool = False) -> list[Meeting]:
    """Call off all meetings of a mentorship that are ahead, close its open proposals, and return the meetings."""
    rows = await Meeting.filter(mentorship_id=mentorship.id, state=MentorshipMeetingState.SCHEDULED).order_by(
        "starts_at", "id"
    )
    rows = [row for row in rows if ends_at(row) > now()]
    for row in rows:
        row.state, row.cancel_reason = MentorshipMeetingState.CANCELLED, CancelReason.ENDED
    await save_changed(rows)
    for proposal in await MeetingProposal.filter(mentorship_id=mentorship.id, state=ProposalState.OPEN).order_by("id"):
        if is_silent:
            await save_closed(proposal, ProposalState.WITHDRAWN)
        else:
            await _withdraw(work, mentorship, proposal)
    return rows


async def room_opened(session: Session) -> None:
    """Tie a room to the meeting whose time it is, if there is one. Under the mentorship's lock."""
    at = session.created_at
    near = Meeting.filter(
        mentorship_id=session.mentorship_id,
        state=MentorshipMeetingState.SCHEDULED,
        starts_at__lte=at + rules.OPENS_BEFORE,
        starts_at__gt=at - timedelta(minutes=rules.MAX_MINUTES),
    )
    for row in await near.order_by("starts_at", "id"):
        if ends_at(row) > at:
            await Meeting.filter(id=row.id).update(session_id=session.id, version=row.version + 1)
            return
