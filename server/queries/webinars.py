"""Reading webinars: who is what in which event, what everybody may see of it, and its pages.

One rule decides what somebody is in an event; services and both doors ask here. What may not be seen is left out.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from server.domain.actors import Actor, Role
from server.domain.webinar_facts import StaffShown, WebinarShown
from server.domain.webinars import SPEAKER_ROLES, AnonymityMode, RegistrationState, WebinarRole, WebinarState
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.database import connection
from server.models.reading import read
from server.models.webinars import Webinar, WebinarStaff

SOONEST = Order("webinars.soonest", (datetime, UUID))
OWN_NEWEST = Order("webinars.own_newest", (datetime, UUID), descending=True)
REGISTRATIONS = Order("webinar_registrations.queued", (datetime, UUID))

STANDING = """
SELECT w.id, w.state, w.staff_version, s.role, r.state AS registration, r.version AS registration_version,
       EXISTS (SELECT 1 FROM webinar_restriction x WHERE x.webinar_id = w.id AND x.profile_id = $1
                 AND x.kind = 'ban' AND x.lifted_at IS NULL) AS is_banned
FROM webinar w
LEFT JOIN webinar_staff s ON s.webinar_id = w.id AND s.profile_id = $1
LEFT JOIN webinar_registration r ON r.webinar_id = w.id AND r.profile_id = $1
"""
"""What `standing_from` is made of, for the person $1, a row for each event."""

_STANDING_WIDTH = 7
_SHOWN_COLUMNS = (
    "title",
    "description",
    "starts_at",
    "ends_at",
    "capacity",
    "languages",
    "stages",
    "labels",
    "questions_open",
    "review",
    "anonymity",
    "slow_seconds",
    "highlighted_id",
    "started_at",
    "ended_at",
    "version",
)
_LISTS = ("languages", "stages", "labels")
_STANDINGS = f"{STANDING} WHERE w.id = ANY($2)"


@dataclass(frozen=True)
class Standing:
    """What somebody is in an event. `rev` grows whenever that may have changed."""

    webinar_id: UUID
    state: WebinarState
    role: WebinarRole | None
    registration: RegistrationState | None
    is_banned: bool
    rev: int

    @property
    def may_enter(self) -> bool:
        """Tell whether the event's questions, polls and entries are for them."""
        if self.role in (None, WebinarRole.ATTENDEE):
            return self.role is not None and self.state is not WebinarState.DRAFT
        return True

    @property
    def may_see(self) -> bool:
        """Tell whether the event's page is for them: a draft is its staff's alone."""
        return self.state is not WebinarState.DRAFT or self.role is not None


async def standings_of(actor: Actor, webinar_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """Return what the actor is in each event; events that are not there, and all of them to visitors, are left out."""
    if actor.user_id is None or not webinar_ids:
        return {}
    rows = await read(_STANDINGS, [actor.user_id, list(webinar_ids)])
    standings = (standing_from(actor, row) for row in rows)
    return {standing.webinar_id: standing for standing in standings if standing.may_see}


def standing_from(actor: Actor, row: Sequence[Any]) -> Standing:
    """Return what the actor is in the event of a row of STANDING."""
    webinar_id, state, staff_version, role, kept, registration_version, is_banned = row
    registration = None if kept is None else RegistrationState(kept)
    return Standing(
        webinar_id=webinar_id,
        state=WebinarState(state),
        role=_role_outside(actor, registration, is_banned=is_banned) if role is None else WebinarRole(role),
        registration=registration,
        is_banned=is_banned,
        rev=staff_version + (registration_version or 0),
    )


def _role_outside(actor: Actor, registration: RegistrationState | None, *, is_banned: bool) -> WebinarRole | None:
    """Return what somebody is who is not of the staff."""
    if actor.has_role(Role.COMMUNITY_MANAGER):
        return WebinarRole.MANAGER
    if registration is RegistrationState.REGISTERED and not is_banned:
        return WebinarRole.ATTENDEE
    return None


async def visible(actor: Actor, webinar_ids: Collection[UUID]) -> dict[UUID, Webinar]:
    """Return the events whose page the actor may see, by id."""
    standings = await standings_of(actor, webinar_ids)
    if not standings:
        return {}
    return {row.id: row for row in await Webinar.filter(id__in=list(standings))}


_SHOWN = f"""
SELECT s.*, {", ".join(f"w.{name}" for name in _SHOWN_COLUMNS)},
       ARRAY(SELECT (f.profile_id, f.role) FROM webinar_staff f WHERE f.webinar_id = w.id ORDER BY f.created_at, f.id)
FROM ({STANDING}) AS s JOIN webinar w ON w.id = s.id WHERE s.id = ANY($2)
"""  # noqa: S608 - made of constants


async def shown_to(actor: Actor, webinar_ids: Collection[UUID]) -> dict[UUID, WebinarShown]:
    """Return the events whose page the actor may see, as everybody sees them, by id. In one statement."""
    if actor.user_id is None or not webinar_ids:
        return {}
    found = {}
    for row in await read(_SHOWN, [actor.user_id, list(webinar_ids)]):
        standing = standing_from(actor, row[:_STANDING_WIDTH])
        if standing.may_see:
            found[standing.webinar_id] = _shown_from(standing, row[_STANDING_WIDTH:])
    return found


def _shown_from(standing: Standing, row: Sequence[Any]) -> WebinarShown:
    *columns, staff = row
    told = dict(zip(_SHOWN_COLUMNS, columns, strict=True))
    for name in _LISTS:
        told[name] = orjson.loads(told[name])
    roles = [(profile_id, WebinarRole(role)) for profile_id, role in staff]
    return WebinarShown(
        id=standing.webinar_id,
        state=standing.state,
        anonymity=AnonymityMode(told.pop("anonymity")),
        speakers=[StaffShown(profile_id=one, role=role) for one, role in roles if role in SPEAKER_ROLES],
        **told,
    )


async def shown(rows: Sequence[Webinar]) -> dict[UUID, WebinarShown]:
    """Return the events as everybody sees them. For events the caller was shown."""
    staff = await staff_of([row.id for row in rows])
    return {row.id: shown_with(row, staff[row.id]) for row in rows}


def shown_with(row: Webinar, staff: Sequence[WebinarStaff]) -> WebinarShown:
    """Return an event as everybody sees it, its moderators left out."""
    return WebinarShown(
        id=row.id,
        title=row.title,
        description=row.description,
        state=row.state,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        capacity=row.capacity,
        languages=row.languages,
        stages=row.stages,
        labels=row.labels,
        questions_open=row.questions_open,
        review=row.review,
        anonymity=row.anonymity,
        slow_seconds=row.slow_seconds,
        highlighted_id=row.highlighted_id,
        started_at=row.started_at,
        ended_at=row.ended_at,
        speakers=[one for one in staff_shown(staff) if one.role in SPEAKER_ROLES],
        version=row.version,
    )


def staff_shown(staff: Sequence[WebinarStaff]) -> list[StaffShown]:
    """Return the staff as its own members see it."""
    return [StaffShown(profile_id=row.profile_id, role=row.role) for row in staff]


async def staff_of(webinar_ids: Collection[UUID]) -> dict[UUID, list[WebinarStaff]]:
    """Return the staff of each event, first appointed first. For events the caller was shown."""
    found: dict[UUID, list[WebinarStaff]] = {key: [] for key in webinar_ids}
    for row in await WebinarStaff.filter(webinar_id__in=list(webinar_ids)).order_by("created_at", "id"):
        found[row.webinar_id].append(row)
    return found


async def coming_page(page: PageRequest) -> Page[Webinar]:
    """Return a page of the events that were published and are not over, soonest first."""
    bound = f"(starts_at, id) {page.comparison} ($1, $2)" if page.bound else "true"
    sql = f"""
        SELECT * FROM webinar WHERE state IN ('published', 'open', 'live') AND {bound}
        ORDER BY starts_at {page.direction}, id {page.direction} LIMIT {page.fetch}
    """  # noqa: S608 - made of constants
    _, rows = await connection().execute_query(sql, [*(page.bound or ())])
    return cut_page([Webinar(**dict(row)) for row in rows], page, lambda row: (row.starts_at, row.id))


async def own_page(actor: Actor, page: PageRequest) -> Page[Webinar]:
    """Return a page of the events the actor works at, has a place in or waits for."""
    bound = f"(w.created_at, w.id) {page.comparison} ($2, $3)" if page.bound else "true"
    sql = f"""
        SELECT w.* FROM webinar w WHERE {bound} AND (
            EXISTS (SELECT 1 FROM webinar_staff s WHERE s.webinar_id = w.id AND s.profile_id = $1)
            OR (w.state <> 'draft' AND EXISTS (
                SELECT 1 FROM webinar_registration r
                WHERE r.webinar_id = w.id AND r.profile_id = $1 AND r.state IN ('registered', 'waitlisted'))))
        ORDER BY w.created_at {page.direction}, w.id {page.direction} LIMIT {page.fetch}
    """  # noqa: S608 - made of constants
    _, rows = await connection().execute_query(sql, [actor.require_user(), *(page.bound or ())])
    return cut_page([Webinar(**dict(row)) for row in rows], page, lambda row: (row.created_at, row.id))


@dataclass(frozen=True)
class Crowd:
    """How many hold a place, wait for one, and are inside now."""

    registered: int = 0
    waiting: int = 0
    present: int = 0


_CROWDS = """
SELECT webinar_id, count(*) FILTER (WHERE state = 'registered') AS registered,
       count(*) FILTER (WHERE state = 'waitlisted') AS waiting,
       count(*) FILTER (WHERE state = 'registered' AND joined_at IS NOT NULL AND left_at IS NULL) AS present
FROM webinar_registration WHERE webinar_id = ANY($1) GROUP BY webinar_id
"""
_PLACES_IN_LINE = """
SELECT webinar_id, place FROM (
    SELECT webinar_id, profile_id, row_number() OVER (PARTITION BY webinar_id ORDER BY queued_at, id) AS place
    FROM webinar_registration WHERE webinar_id = ANY($1) AND state = 'waitlisted'
) AS line WHERE profile_id = $2
"""


async def crowds_of(webinar_ids: Collection[UUID]) -> dict[UUID, Crowd]:
    """Return how many there are in each event. For events the caller was shown."""
    _, rows = await connection().execute_query(_CROWDS, [list(webinar_ids)])
    found = {row["webinar_id"]: Crowd(row["registered"], row["waiting"], row["present"]) for row in rows}
    return defaultdict(Crowd, found)


async def places_in_line(actor: Actor, webinar_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the actor's place in the line of each event they wait for: 1 is next."""
    _, rows = await connection().execute_query(_PLACES_IN_LINE, [list(webinar_ids), actor.user_id])
    return {row["webinar_id"]: row["place"] for row in rows}
