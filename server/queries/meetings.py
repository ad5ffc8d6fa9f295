"""Reading meetings of mentorships and what is proposed: seen by the two, and by neither while they are kept apart."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.domain.actors import Actor, Role
from server.domain.errors import NotAllowed
from server.domain.meetings import OPENS_BEFORE
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.database import connection
from server.models.meetings import Meeting, MeetingProposal, MeetingSeat
from server.models.mentorships import Mentorship
from server.queries import mentorships

MEETINGS_BY_TIME = Order("meetings.starts", (datetime, UUID))
NEWEST_PROPOSALS = Order("meeting_proposals.newest", (datetime, UUID), descending=True)
OLDEST_APPEALS = Order("no_show_appeals.oldest", (datetime, UUID))

_PAGES = """
SELECT found.* FROM unnest($1::uuid[]) AS wanted (mentorship_id)
CROSS JOIN LATERAL (
    SELECT * FROM {table} WHERE {table}.mentorship_id = wanted.mentorship_id AND {bound}
    ORDER BY {key} {direction}, id {direction} LIMIT {fetch}
) AS found
ORDER BY found.{key} {direction}, found.id {direction}
"""
# A place in a session that was open during the meeting, taken by then.
_CAME = """
SELECT DISTINCT p.profile_id FROM session s JOIN session_participant p ON p.session_id = s.id
WHERE s.mentorship_id = $1 AND s.created_at < $3 AND (s.ended_at IS NULL OR s.ended_at > $2)
  AND p.joined_at IS NOT NULL AND p.joined_at < $3
"""
_OPEN_ROOM = """
SELECT s.id FROM session s WHERE s.mentorship_id = $1 AND s.created_at < $3 AND (s.ended_at IS NULL OR s.ended_at > $2)
ORDER BY s.created_at DESC, s.id LIMIT 1
"""
_APPEALS = """
SELECT s.*, m.starts_at, m.mentorship_id FROM meeting_seat s JOIN meeting m ON m.id = s.meeting_id
WHERE s.outcome = 'no_show' AND s.appealed_at IS NOT NULL AND s.appeal_decided_at IS NULL AND {bound}
ORDER BY s.appealed_at {direction}, s.id {direction} LIMIT {fetch}
"""


async def visible(actor: Actor, meeting_ids: Collection[UUID]) -> dict[UUID, Meeting]:
    """Return the meetings among these ids that are the actor's own, by id."""
    if actor.user_id is None or not meeting_ids:
        return {}
    rows = await Meeting.filter(id__in=list(meeting_ids))
    own = await mentorships.meetable(actor, {row.mentorship_id for row in rows})
    return {row.id: row for row in rows if row.mentorship_id in own}


async def visible_proposals(actor: Actor, proposal_ids: Collection[UUID]) -> dict[UUID, MeetingProposal]:
    """Return the proposals among these ids that the actor made or was made, by id."""
    if actor.user_id is None or not proposal_ids:
        return {}
    rows = await MeetingProposal.filter(id__in=list(proposal_ids))
    own = await mentorships.meetable(actor, {row.mentorship_id for row in rows})
    return {row.id: row for row in rows if row.mentorship_id in own}


async def pages_of(actor: Actor, mentorship_ids: Sequence[UUID], page: PageRequest) -> dict[UUID, Page[Meeting]]:
    """Return a page of the meetings of each mentorship, earliest first; an empty one where the two are kept apart."""
    own = await mentorships.meetable(actor, mentorship_ids)
    grouped: dict[UUID, list[Meeting]] = defaultdict(list)
    if own:
        bound = f"(starts_at, id) {page.comparison} ($2, $3)" if page.bound else "true"
        sql = _PAGES.format(table="meeting", key="starts_at", bound=bound, direction=page.direction, fetch=page.fetch)
        _, rows = await connection().execute_query(sql, [list(own), *(page.bound or ())])
        for row in rows:
            grouped[row["mentorship_id"]].append(Meeting(**dict(row)))
    return {key: cut_page(grouped[key], page, lambda row: (row.starts_at, row.id)) for key in mentorship_ids}


async def proposal_pages_of(
    actor: Actor, mentorship_ids: Sequence[UUID], page: PageRequest
) -> dict[UUID, Page[MeetingProposal]]:
    """Return a page of what was proposed in each mentorship, newest first; empty where the two are kept apart."""
    own = await mentorships.meetable(actor, mentorship_ids)
    grouped: dict[UUID, list[MeetingProposal]] = defaultdict(list)
    if own:
        bound = f"(created_at, id) {page.comparison} ($2, $3)" if page.bound else "true"
        sql = _PAGES.format(
            table="meeting_proposal", key="created_at", bound=bound, direction=page.direction, fetch=page.fetch
        )
        _, rows = await connection().execute_query(sql, [list(own), *(page.bound or ())])
        for row in rows:
            grouped[row["mentorship_id"]].append(MeetingProposal(**dict(row)))
    return {key: cut_page(grouped[key], page, lambda row: (row.created_at, row.id)) for key in mentorship_ids}


async def seats_of(meeting_ids: Collection[UUID]) -> dict[UUID, list[MeetingSeat]]:
    """Return the two seats of each meeting the caller was shown."""
    found: dict[UUID, list[MeetingSeat]] = {key: [] for key in meeting_ids}
    for row in await MeetingSeat.filter(meeting_id__in=list(meeting_ids)).order_by("created_at", "id"):
        found[row.meeting_id].append(row)
    return found


async def came_to(meeting: Meeting, until: datetime) -> set[UUID]:
    """Return who was in a room of the two around the meeting, before `until`. A lost line changes nothing in it."""
    values = [meeting.mentorship_id, meeting.starts_at - OPENS_BEFORE, until]
    _, rows = await connection().execute_query(_CAME, values)
    return {row["profile_id"] for row in rows}


async def room_of(meeting: Meeting, until: datetime) -> UUID | None:
    """Return the room of the two that was open around the meeting, if there was one."""
    values = [meeting.mentorship_id, meeting.starts_at - OPENS_BEFORE, until]
    _, rows = await connection().execute_query(_OPEN_ROOM, values)
    return rows[0]["id"] if rows else None


@dataclass(frozen=True)
class AppealView:
    """An appeal that waits to be heard, for those who hear it."""

    meeting_id: UUID
    profile_id: UUID
    words: str
    starts_at: datetime
    appealed_at: datetime
    seat_id: UUID


async def appeals_page(actor: Actor, page: PageRequest) -> Page[AppealView]:
    """Return a page of the appeals that wait, longest first. Requires the role community manager."""
    actor.require_user()
    if not actor.has_role(Role.COMMUNITY_MANAGER):
        raise NotAllowed("the role community manager")
    bound = f"(s.appealed_at, s.id) {page.comparison} ($1, $2)" if page.bound else "true"
    sql = _APPEALS.format(bound=bound, direction=page.direction, fetch=page.fetch)
    _, rows = await connection().execute_query(sql, list(page.bound or ()))
    views = [
        AppealView(
            row["meeting_id"], row["profile_id"], row["appeal_words"], row["starts_at"], row["appealed_at"], row["id"]
        )
        for row in rows
    ]
    return cut_page(views, page, lambda view: (view.appealed_at, view.seat_id))


def other_of(mentorship: Mentorship, profile_id: UUID) -> UUID:
    """Return the other one of the two."""
    return mentorship.mentee_id if profile_id == mentorship.mentor_id else mentorship.mentor_id
