"""Reading circles: how somebody stands to each, who sits in it, and its feed. What may not be seen is left out.

Two members with a block between them both stay, and neither is shown the other: `unseen` is the one rule of it. In a
circle of nicknames a block on a profile shows nothing less, since what vanished would tell whose nickname is whose;
there members hide each other by their seats.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.circle_facts import CircleShown, SeatShown
from server.domain.circles import LEADING, WAITING, CircleState, Naming, SeatRole, SeatState
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.circles import Circle, CircleItem, CircleNorms, CircleSeat
from server.models.database import connection

NEWEST_CIRCLES = Order("circles.newest", (datetime, UUID), descending=True)
OWN_CIRCLES = Order("circles.own_newest", (datetime, UUID), descending=True)
NEWEST_ITEMS = Order("circle_items.newest", (datetime, UUID), descending=True)


def unseen(who: str, circle: str = "c") -> str:
    """Return the SQL condition that the viewer ($1) is not shown the person `who` in a circle."""
    return f"""(EXISTS (SELECT 1 FROM circle_veil v WHERE v.circle_id = {circle}.id
            AND ((v.profile_id = $1 AND v.hidden_id = {who}) OR (v.hidden_id = $1 AND v.profile_id = {who})))
        OR ({circle}.naming = 'profiles' AND EXISTS (SELECT 1 FROM block b
            WHERE (b.blocker_id = $1 AND b.blocked_id = {who}) OR (b.blocked_id = $1 AND b.blocker_id = {who}))))"""  # noqa: S608 - made of constants


_STANDINGS = """
SELECT c.id, c.state, c.naming, c.is_listed, c.seats_version, s.id AS seat_id, s.role, s.state AS seat_state,
       s.version AS seat_version, s.guest_meeting_id, m.state AS guest_meeting_state
FROM circle c
LEFT JOIN circle_seat s ON s.circle_id = c.id AND s.profile_id = $1
LEFT JOIN circle_meeting m ON m.id = s.guest_meeting_id
WHERE c.id = ANY($2)
"""
_SEATS = f"""
SELECT s.*, {unseen("s.profile_id")} AS is_unseen, c.naming,
       (c.norms_number > 0 AND s.norms_number = c.norms_number
        AND (c.norms_asked_at IS NULL OR coalesce(s.norms_agreed_at >= c.norms_asked_at, false))) AS is_agreed
FROM circle_seat s JOIN circle c ON c.id = s.circle_id
WHERE {{which}} ORDER BY s.seated_at NULLS LAST, s.queued_at, s.id
"""  # noqa: S608 - made of constants
_LISTED = """
SELECT * FROM circle WHERE is_listed AND state IN ('proposed', 'forming', 'active', 'dormant')
AND ($1::text = '' OR position(lower($1) IN lower(name || ' ' || theme)) > 0)
AND (cardinality($2::text[]) = 0 OR kind = ANY($2)) AND {bound}
ORDER BY created_at {direction}, id {direction} LIMIT {fetch}
"""
_OWN = """
SELECT c.* FROM circle c JOIN circle_seat s ON s.circle_id = c.id
WHERE s.profile_id = $1 AND s.state IN ('seated', 'invited', 'applied', 'waitlisted') AND {bound}
ORDER BY c.created_at {direction}, c.id {direction} LIMIT {fetch}
"""
_FEED = f"""
SELECT item.* FROM unnest($2::uuid[]) AS wanted (circle_id)
CROSS JOIN LATERAL (
    SELECT i.* FROM circle_item i JOIN circle c ON c.id = i.circle_id
    WHERE i.circle_id = wanted.circle_id AND NOT {unseen("i.profile_id")} AND {{bound}}
    ORDER BY i.created_at {{direction}}, i.id {{direction}} LIMIT {{fetch}}
) AS item
ORDER BY item.created_at {{direction}}, item.id {{direction}}
"""  # noqa: S608 - made of constants
_AGREED = """
SELECT c.id, count(*) AS agreed, bool_or(s.profile_id = $2) AS is_own
FROM circle c JOIN circle_seat s ON s.circle_id = c.id AND s.state = 'seated' AND s.norms_number = c.norms_number
WHERE c.id = ANY($1) AND (c.norms_asked_at IS NULL OR s.norms_agreed_at >= c.norms_asked_at) GROUP BY c.id
"""
_PLACES_IN_LINE = """
SELECT circle_id, place FROM (
    SELECT circle_id, profile_id, row_number() OVER (PARTITION BY circle_id ORDER BY queued_at, id) AS place
    FROM circle_seat WHERE circle_id = ANY($1) AND state = 'waitlisted'
) AS line WHERE profile_id = $2
"""
_HIDDEN = f"""
SELECT c.id AS circle_id, s.profile_id FROM circle c JOIN circle_seat s ON s.circle_id = c.id
WHERE c.id = ANY($2) AND s.profile_id <> $1 AND {unseen("s.profile_id")}
"""  # noqa: S608 - made of constants


@dataclass(frozen=True)
class Standing:
    """How somebody stands to a circle. `rev` grows whenever that may have changed."""

    circle_id: UUID
    state: CircleState
    naming: Naming
    is_listed: bool
    seat_id: UUID | None
    role: SeatRole | None
    seat_state: SeatState | None
    guest_of: UUID | None
    rev: int

    @property
    def is_member(self) -> bool:
        """Tell whether what is written in the circle is for them."""
        return self.seat_state is SeatState.SEATED and self.role is not SeatRole.GUEST

    @property
    def is_inside(self) -> bool:
        """Tell whether they may follow the circle: members, and a guest until their meeting is over."""
        return self.is_member or (self.seat_state is SeatState.SEATED and self.guest_of is not None)

    @property
    def leads(self) -> bool:
        """Tell whether they lead the circle, or help to."""
        return self.is_member and self.role in LEADING

    @property
    def may_see(self) -> bool:
        """Tell whether the circle's page is for them: a listed one is everybody's, another its people's alone."""
        return self.is_listed or self.is_inside or self.seat_state in WAITING


async def standings_of(actor: Actor, circle_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """Return how the actor stands to each circle whose page they may see; all are left out for a visitor."""
    if actor.user_id is None or not circle_ids:
        return {}
    _, rows = await connection().execute_query(_STANDINGS, [actor.user_id, list(circle_ids)])
    standings = (_standing(row) for row in rows)
    return {standing.circle_id: standing for standing in standings if standing.may_see}


def _standing(row: Mapping[str, Any]) -> Standing:
    is_open = row["guest_meeting_state"] in ("planned", "live")
    return Standing(
        circle_id=row["id"],
        state=CircleState(row["state"]),
        naming=Naming(row["naming"]),
        is_listed=row["is_listed"],
        seat_id=row["seat_id"],
        role=None if row["role"] is None else SeatRole(row["role"]),
        seat_state=None if row["seat_state"] is None else SeatState(row["seat_state"]),
        guest_of=row["guest_meeting_id"] if is_open else None,
        rev=row["seats_version"] + (row["seat_version"] or 0),
    )


async def memberships_of(actor: Actor, circle_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the circles in which what is written is for the actor."""
    return {key for key, one in (await standings_of(actor, circle_ids)).items() if one.is_member}


async def visible(actor: Actor, circle_ids: Collection[UUID]) -> dict[UUID, Circle]:
    """Return the circles whose page the actor may see, by id."""
    standings = await standings_of(actor, circle_ids)
    if not standings:
        return {}
    return {row.id: row for row in await Circle.filter(id__in=list(standings))}


async def listed_page(page: PageRequest, *, text: str = "", kinds: Sequence[str] = ()) -> Page[Circle]:
    """Return a page of listed circles that take people in, newest first, by words and kinds."""
    bound = f"(created_at, id) {page.comparison} ($3, $4)" if page.bound else "true"
    sql = _LISTED.format(bound=bound, direction=page.direction, fetch=page.fetch)
    _, rows = await connection().execute_query(sql, [text.strip(), list(kinds), *(page.bound or ())])
    return cut_page([Circle(**dict(row)) for row in rows], page, lambda row: (row.created_at, row.id))


async def own_page(actor: Actor, page: PageRequest) -> Page[Circle]:
    """Return a page of the circles in which the actor has a seat, or waits for one."""
    bound = f"(c.created_at, c.id) {page.comparison} ($2, $3)" if page.bound else "true"
    sql = _OWN.format(bound=bound, direction=page.direction, fetch=page.fetch)
    _, rows = await connection().execute_query(sql, [actor.require_user(), *(page.bound or ())])
    return cut_page([Circle(**dict(row)) for row in rows], page, lambda row: (row.created_at, row.id))


@dataclass(slots=True)
class SeatView:
    """A seat as one viewer sees it. `profile_id` is None for somebody they do not see, or who has a nickname here."""

    id: UUID
    circle_id: UUID
    role: SeatRole
    state: SeatState
    since: datetime | None
    paused_until: datetime | None
    nickname: str | None
    message: str
    norms_number: int
    is_agreed: bool
    is_own: bool
    profile_id: UUID | None


async def seats_of(actor: Actor, circle_ids: Collection[UUID]) -> dict[UUID, list[SeatView]]:
    """Return the seats of each circle the actor is a member of, first seated first; none of the others.

    Leads also see who waits, but nobody whom they do not see.
    """
    found: dict[UUID, list[SeatView]] = {key: [] for key in circle_ids}
    standings = {key: one for key, one in (await standings_of(actor, circle_ids)).items() if one.is_member}
    if standings:
        for view in await _seat_views(actor, "s.circle_id = ANY($2)", list(standings)):
            if _shows(standings[view.circle_id], view):
                found[view.circle_id].append(view)
    return found


async def visible_seats(actor: Actor, seat_ids: Collection[UUID]) -> dict[UUID, SeatView]:
    """Return the seats the actor may see, by id; their own always."""
    if actor.user_id is None or not seat_ids:
        return {}
    views = await _seat_views(actor, "s.id = ANY($2)", list(seat_ids))
    standings = await standings_of(actor, {view.circle_id for view in views})
    return {
        view.id: view
        for view in views
        if view.is_own
        or (
            view.circle_id in standings
            and standings[view.circle_id].is_inside
            and _shows(standings[view.circle_id], view)
        )
    }


async def own_seats(actor: Actor, circle_ids: Collection[UUID]) -> dict[UUID, SeatView]:
    """Return the actor's own seat, of whatever state, in each circle they have one in."""
    if actor.user_id is None:
        return {}
    views = await _seat_views(actor, "s.profile_id = $1 AND s.circle_id = ANY($2)", list(circle_ids))
    return {view.circle_id: view for view in views}


def _shows(standing: Standing, view: SeatView) -> bool:
    if view.state is SeatState.SEATED or view.is_own:
        return True
    return standing.leads and view.state in WAITING and (view.profile_id is not None or view.nickname is not None)


async def _seat_views(actor: Actor, which: str, keys: list[UUID]) -> list[SeatView]:
    _, rows = await connection().execute_query(_SEATS.format(which=which), [actor.user_id, keys])
    return [_seat_view(actor, row) for row in rows]


def _seat_view(actor: Actor, row: Mapping[str, Any]) -> SeatView:
    is_own = row["profile_id"] == actor.user_id
    is_shown = is_own or not row["is_unseen"]
    has_nickname = row["naming"] == Naming.NICKNAMES
    return SeatView(
        id=row["id"],
        circle_id=row["circle_id"],
        role=SeatRole(row["role"]),
        state=SeatState(row["state"]),
        since=row["seated_at"],
        paused_until=row["paused_until"],
        nickname=row["nickname"] if has_nickname and is_shown else None,
        message=row["message"] if is_shown else "",
        norms_number=row["norms_number"],
        is_agreed=row["is_agreed"],
        is_own=is_own,
        profile_id=row["profile_id"] if is_own or (is_shown and not has_nickname) else None,
    )


async def seats_by_people(
    actor: Actor, circle_ids: Collection[UUID], people: Collection[UUID]
) -> dict[tuple[UUID, UUID], SeatView]:
    """Return seats by (circle, profile), for those whom the actor sees there."""
    if not people or actor.user_id is None:
        return {}
    values = [actor.user_id, list(circle_ids), list(people)]
    sql = _SEATS.format(which="s.circle_id = ANY($2) AND s.profile_id = ANY($3)")
    _, rows = await connection().execute_query(sql, values)
    return {
        (row["circle_id"], row["profile_id"]): _seat_view(actor, row)
        for row in rows
        if not row["is_unseen"] or row["profile_id"] == actor.user_id
    }


async def hidden_in(actor: Actor, circle_ids: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    """Return the (circle, profile) pairs of people whom the actor does not see there."""
    if actor.user_id is None or not circle_ids:
        return set()
    _, rows = await connection().execute_query(_HIDDEN, [actor.user_id, list(circle_ids)])
    return {(row["circle_id"], row["profile_id"]) for row in rows}


async def feeds_of(actor: Actor, circle_ids: Sequence[UUID], page: PageRequest) -> dict[UUID, Page[CircleItem]]:
    """Return a page of the feed of each circle, in one statement; an empty page where the actor is no member."""
    members = await memberships_of(actor, circle_ids)
    grouped: dict[UUID, list[CircleItem]] = defaultdict(list)
    if members:
        bound = f"(i.created_at, i.id) {page.comparison} ($3, $4)" if page.bound else "true"
        sql = _FEED.format(bound=bound, direction=page.direction, fetch=page.fetch)
        _, rows = await connection().execute_query(sql, [actor.user_id, list(members), *(page.bound or ())])
        for row in rows:
            grouped[row["circle_id"]].append(CircleItem(**dict(row)))
    return {key: cut_page(grouped[key], page, lambda row: (row.created_at, row.id)) for key in circle_ids}


async def norms_of(actor: Actor, circle_ids: Collection[UUID]) -> dict[UUID, CircleNorms]:
    """Return the newest norms of each circle whose page the actor may see, for one reads them before one joins."""
    shown = await standings_of(actor, circle_ids)
    found: dict[UUID, CircleNorms] = {}
    for row in await CircleNorms.filter(circle_id__in=list(shown)).order_by("number"):
        found[row.circle_id] = row
    return found


@dataclass(frozen=True)
class Agreement:
    """How many of a circle's seats agreed to its newest norms since somebody joined last, and whether one's own did."""

    count: int
    is_own: bool


async def agreements_of(actor: Actor, circle_ids: Collection[UUID]) -> dict[UUID, Agreement]:
    """Return how far each circle's norms are agreed on. For circles the actor was shown."""
    if not circle_ids:
        return {}
    _, rows = await connection().execute_query(_AGREED, [list(circle_ids), actor.user_id])
    return {row["id"]: Agreement(row["agreed"], bool(row["is_own"])) for row in rows}


async def places_in_line(actor: Actor, circle_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the actor's place in the line of each circle they wait for: 1 is next."""
    _, rows = await connection().execute_query(_PLACES_IN_LINE, [list(circle_ids), actor.user_id])
    return {row["circle_id"]: row["place"] for row in rows}


def circle_shown(row: Circle) -> CircleShown:
    """Return a circle as facts and pictures have it."""
    return CircleShown(
        id=row.id,
        name=row.name,
        theme=row.theme,
        purpose=row.purpose,
        circle_kind=row.kind,
        state=row.state,
        join_mode=row.join_mode,
        confidentiality=row.confidentiality,
        naming=row.naming,
        facilitation=row.facilitation,
        with_mentor=row.with_mentor,
        least=row.least,
        most=row.most,
        is_listed=row.is_listed,
        norms_number=row.norms_number,
        version=row.version,
    )


def seat_shown(row: CircleSeat) -> SeatShown:
    """Return a seat as facts and pictures have it."""
    return SeatShown(
        id=row.id,
        role=row.role,
        state=row.state,
        since=row.seated_at,
        paused_until=row.paused_until,
        version=row.version,
    )
