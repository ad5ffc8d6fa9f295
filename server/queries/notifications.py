"""Reading notifications: one's own alone, those about somebody with a block left out, names and titles read anew."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from server.domain.actors import Actor
from server.domain.notification_kinds import NotificationKind
from server.domain.notification_words import Told, said
from server.domain.notifications import (
    NotificationState,
    Peace,
    QuietHours,
    SubjectKind,
    Wish,
    default_wish,
)
from server.domain.rhythm import stopped_intervals
from server.kit.clock import now
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.availability import Stretch
from server.models.database import connection
from server.models.notifications import NotificationInbox, NotificationPreference
from server.queries.notification_subjects import titles_of
from server.queries.profiles import visible_profiles

NEWEST_NOTIFICATIONS = Order("notifications.newest", (datetime, UUID), descending=True)

LEGIBLE = """NOT EXISTS (SELECT FROM block b WHERE (b.blocker_id = n.profile_id AND b.blocked_id = n.by_id)
                                                OR (b.blocker_id = n.by_id AND b.blocked_id = n.profile_id))"""
"""The condition on a row `n` that no block lies between its reader and whose doing it tells of."""

_COLUMNS = "n.id, n.created_at, n.kind, n.by_id, n.subject_kind, n.subject_id, n.detail, n.state, p.time_zone"
_FROM = "FROM notification n JOIN profile p ON p.id = n.profile_id"
_PAGE = f"""
SELECT {_COLUMNS} {_FROM} WHERE n.profile_id = $1 AND n.is_shown AND n.state = ANY($2)
  AND (cardinality($3::text[]) = 0 OR n.kind = ANY($3)) AND {LEGIBLE} AND {{bound}}
ORDER BY n.created_at {{direction}}, n.id {{direction}} LIMIT {{fetch}}
"""
_BY_ID = f"""
SELECT {_COLUMNS} {_FROM} WHERE n.profile_id = $1 AND n.is_shown AND n.id = ANY($2::uuid[]) AND {LEGIBLE}
"""
# What a mail tells of: neither read since, nor of somebody muted since.
_IN_LETTER = f"""
SELECT {_COLUMNS} {_FROM} WHERE n.letter_id = $1 AND n.state = 'unread' AND {LEGIBLE}
  AND NOT EXISTS (SELECT FROM mute m WHERE m.muter_id = n.profile_id AND m.muted_id = n.by_id)
ORDER BY n.created_at, n.id
"""  # noqa: S608 - made of constants
_UNREAD = f"""
SELECT n.profile_id, count(*)::int AS unread FROM notification n
WHERE n.profile_id = ANY($1::uuid[]) AND n.state = 'unread' AND n.is_shown AND {LEGIBLE} GROUP BY n.profile_id
"""  # noqa: S608 - made of constants
_PEACE = """
SELECT p.id, p.time_zone, i.quiet_start, i.quiet_end, coalesce(i.is_quiet_on_gig, true) AS is_quiet_on_gig
FROM profile p LEFT JOIN notification_inbox i ON i.profile_id = p.id WHERE p.id = ANY($1::uuid[])
"""


@dataclass(frozen=True)
class NotificationView:
    """A notification as its receiver reads it now. `subject_id` is None when they may not see what it is about."""

    id: UUID
    kind: NotificationKind
    state: NotificationState
    at: datetime
    text: str
    by_id: UUID | None
    subject: SubjectKind
    subject_id: UUID | None


async def own_page(
    actor: Actor,
    page: PageRequest,
    *,
    states: Collection[NotificationState],
    kinds: Collection[NotificationKind] = (),
) -> Page[NotificationView]:
    """Return a page of the actor's notifications, newest first; `kinds` empty: of all kinds."""
    bound = f"(n.created_at, n.id) {page.comparison} ($4, $5)" if page.bound else "true"
    statement = _PAGE.format(bound=bound, direction=page.direction, fetch=page.fetch)
    values = [actor.require_user(), sorted(states), sorted(kinds), *(page.bound or ())]
    _, rows = await connection().execute_query(statement, values)
    return cut_page(await _views(actor, rows), page, lambda view: (view.at, view.id))


async def visible(actor: Actor, ids: Collection[UUID]) -> dict[UUID, NotificationView]:
    """Return those of these notifications that are the actor's to read, by id."""
    if actor.user_id is None:
        return {}
    _, rows = await connection().execute_query(_BY_ID, [actor.user_id, list(ids)])
    return {view.id: view for view in await _views(actor, rows)}


async def in_letter(reader: Actor, letter_id: UUID) -> list[NotificationView]:
    """Return what a mail to `reader` has to tell, oldest first."""
    _, rows = await connection().execute_query(_IN_LETTER, [letter_id])
    return await _views(reader, rows)


async def _views(actor: Actor, rows: Sequence[Any]) -> list[NotificationView]:
    people = await visible_profiles(actor, {row["by_id"] for row in rows} - {None})
    subjects = {(SubjectKind(row["subject_kind"]), row["subject_id"]) for row in rows}
    titles = await titles_of(actor, subjects)
    return [_view(row, {key: one.name for key, one in people.items()}, titles) for row in rows]


def _view(row: Any, names: dict[Any, str], titles: dict[tuple[SubjectKind, UUID], str]) -> NotificationView:
    kind, subject = NotificationKind(row["kind"]), SubjectKind(row["subject_kind"])
    title = titles.get((subject, row["subject_id"]))
    when = orjson.loads(row["detail"]).get("when")
    told = Told(kind, subject, names.get(row["by_id"]), title, None if when is None else datetime.fromisoformat(when))
    return NotificationView(
        id=row["id"],
        kind=kind,
        state=NotificationState(row["state"]),
        at=row["created_at"],
        text=said(told, ZoneInfo(row["time_zone"])),
        by_id=row["by_id"],
        subject=subject,
        subject_id=None if title is None else row["subject_id"],
    )


async def unread_of(profile_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how many unread notifications each of these people has."""
    _, rows = await connection().execute_query(_UNREAD, [list(profile_ids)])
    found = {row["profile_id"]: int(row["unread"]) for row in rows}
    return {one: found.get(one, 0) for one in profile_ids}


async def picture_of(profile_id: UUID) -> dict[str, int]:
    """Return what a follower of somebody's topic starts from: how many are unread, as of which version."""
    inbox = await NotificationInbox.get_or_none(profile_id=profile_id)
    # The version first: a count that is newer than it is folded again, never the other way round.
    return {"version": 0 if inbox is None else inbox.version, "unread": (await unread_of([profile_id]))[profile_id]}


async def own_wishes(actor: Actor) -> dict[NotificationKind, Wish]:
    """Return how the actor wants to hear of each kind."""
    rows = await NotificationPreference.filter(profile_id=actor.require_user())
    chosen = {row.kind: Wish(row.in_app, row.mail) for row in rows}
    return {kind: chosen.get(kind) or default_wish(kind) for kind in NotificationKind}


async def own_inbox(actor: Actor) -> NotificationInbox:
    """Return when the actor is left alone and gets a digest; the defaults when they said nothing."""
    profile_id = actor.require_user()
    return await NotificationInbox.get_or_none(profile_id=profile_id) or NotificationInbox(profile_id=profile_id)


async def peace_of(profile_ids: Collection[UUID]) -> dict[UUID, Peace]:
    """Return when each of these people is left alone, from now on."""
    at = now()
    _, rows = await connection().execute_query(_PEACE, [list(profile_ids)])
    quiet = [row["id"] for row in rows if row["is_quiet_on_gig"]]
    stretches: dict[UUID, list[Stretch]] = {}
    for stretch in await Stretch.filter(profile_id__in=quiet) if quiet else []:
        if stretch.ended_at is None or stretch.ended_at > at:
            stretches.setdefault(stretch.profile_id, []).append(stretch)
    return {
        row["id"]: Peace(
            ZoneInfo(row["time_zone"]),
            None if row["quiet_start"] is None else QuietHours(row["quiet_start"], row["quiet_end"]),
            tuple(stopped_intervals(stretches.get(row["id"], []))),
        )
        for row in rows
    }
