"""Who is written to about meetings, and what of. For letters alone: each reads what they may see, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from server.domain.actors import Actor, ProfileId, UserId
from server.domain.calendars import EntryKind
from server.models.database import connection
from server.models.meetings import Meeting, MeetingProposal
from server.models.mentorships import Mentorship
from server.queries.calendars import Entry, circle_entries, meeting_entries, series_of
from server.queries.mentorships import meetable
from server.queries.profiles import visible_profiles
from server.queries.safety import muted_by
from server.queries.standing import HELD

_READER = f"""
SELECT u.id, u.email, p.time_zone FROM app_user u JOIN profile p ON p.id = u.id
WHERE u.id = $1 AND u.erased_at IS NULL AND u.verified_at IS NOT NULL
  AND NOT EXISTS (SELECT FROM sanction WHERE sanction.user_id = u.id AND {HELD})
"""  # noqa: S608 - made of constants


@dataclass(frozen=True)
class Reader:
    """Where to write to somebody, and their wall clock."""

    actor: Actor
    email: str
    zone: ZoneInfo


@dataclass(frozen=True)
class ProposalLetter:
    """What is proposed to whom, by whom as they may read it."""

    reader: Reader
    proposer: str
    proposal: MeetingProposal


async def reader_of(user_id: UUID, at: datetime) -> Reader | None:
    """Return how to write to somebody; None for who is gone, suspended, or has no verified address."""
    _, rows = await connection().execute_query(_READER, [user_id, at])
    if not rows:
        return None
    row = rows[0]
    return Reader(Actor(user_id=UserId(row["id"]), is_verified=True), row["email"], ZoneInfo(row["time_zone"]))


async def reader_in(mentorship_id: UUID, profile_id: UUID, at: datetime) -> Reader | None:
    """Return how to write to one of the two of a mentorship about a meeting; None if they are not to read of it.

    Nobody reads of meetings with somebody they muted, nor across a block.
    """
    row = await Mentorship.get_or_none(id=mentorship_id)
    if row is None or profile_id not in {row.mentor_id, row.mentee_id}:
        return None
    other = row.mentee_id if profile_id == row.mentor_id else row.mentor_id
    reader = await reader_of(profile_id, at)
    if reader is None or not await meetable(reader.actor, [row.id]) or other in await muted_by(profile_id):
        return None
    return reader


async def proposal_letter(proposal_id: UUID, receiver_id: UUID, at: datetime) -> ProposalLetter | None:
    """Return what to write of an open proposal, if anything."""
    row = await MeetingProposal.get_or_none(id=proposal_id)
    if row is None:
        return None
    reader = await reader_in(row.mentorship_id, receiver_id, at)
    if reader is None:
        return None
    proposer = ProfileId(row.proposed_by)
    view = (await visible_profiles(reader.actor, [proposer])).get(proposer)
    return None if view is None else ProposalLetter(reader, view.name, row)


async def entries_for(reader: Reader, meeting_ids: Sequence[UUID]) -> list[Entry]:
    """Return meetings as somebody may read of them, with all of the series they are in."""
    rows = await Meeting.filter(id__in=list(meeting_ids))
    return await meeting_entries(reader.actor, await series_of(reader.actor, rows))


async def reminded_of(reader: Reader, kind: EntryKind, subject_id: UUID) -> Entry | None:
    """Return what somebody is to be reminded of, as they may read of it; None for what mail does not remind of."""
    if kind is EntryKind.MENTORSHIP:
        entries = [one for one in await entries_for(reader, [subject_id]) if one.subject_id == subject_id]
    elif kind is EntryKind.CIRCLE:
        entries = await circle_entries(reader.actor, [subject_id])
    else:
        entries = []
    return entries[0] if entries else None
