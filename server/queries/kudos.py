"""Reading kudos, and what they can be tied to. Nothing here counts them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.kudos import KudosBox, KudosTie
from server.kit.clock import now
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.database import connection
from server.models.kudos import Kudos

NEWEST_KUDOS = Order("kudos.newest", (datetime, UUID), descending=True)

# $1 the viewer, $2 whether their address is verified. A block with either of the two hides kudos, and one between the
# two hides them from all: who received them could not put them away any more.
_SEEN = """
k.removed_at IS NULL AND (k.giver_id = $1 OR k.receiver_id = $1 OR ($2 AND k.place = 'public'))
AND NOT EXISTS (SELECT FROM block b WHERE (b.blocker_id = $1 AND b.blocked_id IN (k.giver_id, k.receiver_id))
    OR (b.blocked_id = $1 AND b.blocker_id IN (k.giver_id, k.receiver_id)))
AND NOT EXISTS (SELECT FROM block b WHERE (b.blocker_id = k.giver_id AND b.blocked_id = k.receiver_id)
    OR (b.blocker_id = k.receiver_id AND b.blocked_id = k.giver_id))
AND NOT EXISTS (SELECT FROM app_user u WHERE u.id IN (k.giver_id, k.receiver_id) AND u.erased_at IS NOT NULL)"""
_VISIBLE = f"SELECT k.* FROM kudos k WHERE k.id = ANY($3::uuid[]) AND {_SEEN}"  # noqa: S608 - made of constants
_PAGE = f"""
SELECT k.* FROM kudos k WHERE {{whose}} AND {_SEEN} AND {{bound}}
ORDER BY k.created_at {{direction}}, k.id {{direction}} LIMIT {{fetch}}
"""  # noqa: S608 - made of constants

# Did both take part in it, and has it happened? $1 the giver, $2 the receiver, $3 the thing, $4 now.
_TIES: Mapping[KudosTie, str] = {
    KudosTie.MENTORSHIP: """
        SELECT 1 FROM mentorship m WHERE m.id = $3 AND m.state <> 'proposed' AND m.created_at <= $4
        AND ((m.mentor_id = $1 AND m.mentee_id = $2) OR (m.mentor_id = $2 AND m.mentee_id = $1))""",
    KudosTie.SESSION: """
        SELECT 1 FROM session_participant p JOIN session s ON s.id = p.session_id AND s.started_at <= $4
        WHERE s.id = $3 AND p.profile_id IN ($1, $2) AND p.joined_at IS NOT NULL
        HAVING count(DISTINCT p.profile_id) = 2""",
    # By whoever was there: a tie to the author alone would tell who asked anonymously.
    KudosTie.QUESTION: """
        SELECT 1 FROM question q WHERE q.id = $3 AND q.state IN ('answered', 'archived') AND q.is_shown
        AND q.created_at <= $4
        AND EXISTS (SELECT FROM question_answer x WHERE x.question_id = q.id AND x.by_id = $2 AND x.is_public)
        AND (EXISTS (SELECT FROM webinar_registration r
                WHERE r.webinar_id = q.webinar_id AND r.profile_id = $1 AND r.state = 'registered')
            OR EXISTS (SELECT FROM webinar_staff s WHERE s.webinar_id = q.webinar_id AND s.profile_id = $1))""",
    # Not in a circle of nicknames: it would tell whose nickname is whose.
    KudosTie.CIRCLE_MEETING: """
        SELECT 1 FROM circle_rsvp p JOIN circle_meeting m ON m.id = p.meeting_id AND m.state = 'held'
        JOIN circle c ON c.id = m.circle_id AND c.naming = 'profiles'
        WHERE m.id = $3 AND p.profile_id IN ($1, $2) AND p.was_there
        AND m.starts_at <= $4::timestamptz + interval '1 day' HAVING count(DISTINCT p.profile_id) = 2""",
    KudosTie.INTRODUCTION: """
        SELECT 1 FROM introduction i WHERE i.id = $3 AND i.state IN ('made', 'met') AND i.made_at <= $4
        AND $1 IN (i.one_id, i.other_id) AND $2 IN (i.introducer_id, i.one_id, i.other_id)""",
    KudosTie.SMALL_ASK: """
        SELECT 1 FROM small_ask a WHERE a.id = $3 AND a.state IN ('done', 'thanked') AND a.created_at <= $4
        AND ((a.profile_id = $1 AND a.helper_id = $2) OR (a.profile_id = $2 AND a.helper_id = $1))""",
    KudosTie.GATHERING: """
        SELECT 1 FROM gathering g WHERE g.id = $3 AND g.starts_at <= $4 AND g.cancelled_at IS NULL
        AND (g.host_id = $1 OR EXISTS (SELECT FROM gathering_answer a
            WHERE a.gathering_id = g.id AND a.profile_id = $1 AND a.came_at IS NOT NULL))
        AND (g.host_id = $2 OR EXISTS (SELECT FROM gathering_answer a
            WHERE a.gathering_id = g.id AND a.profile_id = $2 AND a.came_at IS NOT NULL))""",
}


async def happened(tie: KudosTie, tie_id: UUID, *, giver_id: UUID, receiver_id: UUID) -> bool:
    """Tell whether both people took part in something, and it has happened."""
    return bool(await _rows(_TIES[tie], giver_id, receiver_id, tie_id, now()))


async def visible(actor: Actor, kudos_ids: Collection[UUID]) -> dict[UUID, Kudos]:
    """Return those of these kudos that the actor may read, by id."""
    if actor.user_id is None or not kudos_ids:
        return {}
    rows = await _rows(_VISIBLE, actor.user_id, actor.is_verified, list(kudos_ids))
    return {row["id"]: Kudos(**dict(row)) for row in rows}


async def public_page(actor: Actor, profile_id: UUID, page: PageRequest) -> Page[Kudos]:
    """Return a page of the kudos that somebody lets all read, newest first."""
    actor.require_verified()
    return await _page(actor, page, "k.receiver_id = $3 AND k.place = 'public'", profile_id)


async def own_page(actor: Actor, box: KudosBox, page: PageRequest) -> Page[Kudos]:
    """Return a page of the kudos the actor gave or received, newest first; hidden ones are not among the received."""
    mine = actor.require_user()
    own = {KudosBox.GIVEN: "k.giver_id = $3", KudosBox.RECEIVED: "k.receiver_id = $3 AND k.place <> 'hidden'"}
    return await _page(actor, page, own[box], mine)


async def _page(actor: Actor, page: PageRequest, whose: str, profile_id: UUID) -> Page[Kudos]:
    bound = f"(k.created_at, k.id) {page.comparison} ($4, $5)" if page.bound else "true"
    statement = _PAGE.format(whose=whose, bound=bound, direction=page.direction, fetch=page.fetch)
    rows = await _rows(statement, actor.user_id, actor.is_verified, profile_id, *(page.bound or ()))
    return cut_page([Kudos(**dict(row)) for row in rows], page, lambda row: (row.created_at, row.id))


async def _rows(statement: str, *values: Any) -> list[Any]:
    _, rows = await connection().execute_query(statement, list(values))
    return list(rows)
