"""Whom a change of meetings is mailed to, and when: each of them once they are not left alone.

A letter is a fact for one person. It waits for quiet hours, gigs and blackouts to end, unless what it is about begins
before that. Its words are made when it leaves, of what is true by then.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from server.domain.facts import Fact
from server.domain.meeting_facts import (
    MeetingCancelled,
    MeetingLetter,
    MeetingLetterDue,
    MeetingMoved,
    MeetingProposed,
    MeetingScheduled,
)
from server.kit.clock import now
from server.models.meetings import Meeting
from server.models.mentorships import Mentorship
from server.queries.notifications import peace_of
from server.services.transaction import unit_of_work

LOOK_AGAIN = timedelta(hours=1)
"""The longest a letter waits before its reader's quiet is read anew: a gig may be over sooner than was said."""

_CONTENT: Mapping[type[Fact], Callable[[Any], dict[str, Any]]] = {
    MeetingProposed: lambda fact: {
        "letter": MeetingLetter.PROPOSED,
        "proposal_id": fact.proposal_id,
        "meeting_ids": [],
    },
    MeetingScheduled: lambda fact: {"letter": MeetingLetter.SCHEDULED, "meeting_ids": fact.meeting_ids},
    MeetingMoved: lambda fact: {
        "letter": MeetingLetter.MOVED,
        "meeting_ids": [fact.meeting_id],
        "first_at": min(fact.was, fact.starts_at),
    },
    MeetingCancelled: lambda fact: {
        "letter": MeetingLetter.CANCELLED,
        "meeting_ids": fact.meeting_ids,
        "reason": fact.reason,
    },
}
MAILED = tuple(_CONTENT)
"""The facts that letters follow from."""


async def have_written(fact: Fact) -> None:
    """Have those written to who are to hear of a change by mail. For the reaction to it."""
    content = _CONTENT[type(fact)](fact)
    if content["meeting_ids"] and "first_at" not in content:
        content["first_at"] = await _first_start(content["meeting_ids"])
    common: dict[str, Any] = {"mentorship_id": fact.mentorship_id, "at": fact.at}  # type: ignore[attr-defined]  # each has
    async with unit_of_work() as work:
        for profile_id in await _readers(fact):
            work.record(MeetingLetterDue(profile_id=profile_id, **common, **content), to=[])


async def _first_start(meeting_ids: Sequence[UUID]) -> datetime | None:
    first = await Meeting.filter(id__in=list(meeting_ids)).order_by("starts_at").first()
    return None if first is None else first.starts_at


async def _readers(fact: Any) -> list[UUID]:
    if isinstance(fact, MeetingProposed):
        return [fact.receiver_id]
    row = await Mentorship.get_or_none(id=fact.mentorship_id)
    return [] if row is None else [row.mentor_id, row.mentee_id]


async def held_until(fact: MeetingLetterDue) -> datetime | None:
    """Return when to look at a letter again whose reader is left alone now; None: it may leave."""
    at = now()
    peace = (await peace_of([fact.profile_id])).get(fact.profile_id)
    ends_at = at if peace is None else peace.ends_at(at)
    if ends_at == at:
        return None
    if fact.first_at is not None and at <= fact.first_at and (ends_at is None or fact.first_at <= ends_at):
        return None
    return at + LOOK_AGAIN if ends_at is None else min(ends_at, at + LOOK_AGAIN)
