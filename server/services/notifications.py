"""Telling people: notifications are written here, read, dismissed, and the wishes about them kept.

Who is told of which fact is in notification_table.py, mails are gathered in notification_mail.py.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from server.domain import notifications as rules
from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import NotFound, invalid
from server.domain.notification_kinds import MailChoice, NotificationKind
from server.domain.notifications import (
    DigestTime,
    MailState,
    Notice,
    NotificationAdded,
    NotificationRead,
    NotificationSettingsChanged,
    NotificationState,
    Peace,
    QuietHours,
    Wish,
)
from server.kit.clock import now
from server.kit.ids import new_id
from server.kit.tokens import new_token
from server.models.notifications import Notification, NotificationInbox, NotificationPreference
from server.models.profiles import Profile
from server.queries import notifications as queries
from server.services.transaction import Work, retrying, unit_of_work

AT_ONCE = 100
"""People told in one unit of work; each has a topic of their own to lock."""
MAIL_WAITS = timedelta(minutes=2)
"""What is read in the inbox until then needs no mail, and what follows within it goes into the same one."""

_INBOXES = """
INSERT INTO notification_inbox (id, created_at, profile_id, version, mail_key, is_quiet_on_gig, digest,
                                digest_weekday, digest_hour, next_digest_at)
SELECT id, $4, profile_id, 0, mail_key, true, 'weekly', 0, 9, digest_at
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $5::timestamptz[]) AS fresh (id, profile_id, mail_key, digest_at)
ORDER BY profile_id ON CONFLICT (profile_id) DO NOTHING
"""
_LOCK = "SELECT profile_id FROM notification_inbox WHERE profile_id = ANY($1::uuid[]) ORDER BY profile_id FOR UPDATE"
# Who has left, or does not want to hear of whoever did it, is not told: whichever of the two made the block.
_RECEIVERS = """
SELECT wanted.id, f.in_app, f.mail FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS wanted (id, by_id, kind)
JOIN app_user u ON u.id = wanted.id AND u.erased_at IS NULL
LEFT JOIN notification_preference f ON f.profile_id = wanted.id AND f.kind = wanted.kind
WHERE NOT EXISTS (SELECT FROM mute m WHERE m.muter_id = wanted.id AND m.muted_id = wanted.by_id)
  AND NOT EXISTS (SELECT FROM block b WHERE (b.blocker_id = wanted.id AND b.blocked_id = wanted.by_id)
                                         OR (b.blocker_id = wanted.by_id AND b.blocked_id = wanted.id))
"""
_INSERT = """
INSERT INTO notification (id, created_at, profile_id, source_id, kind, by_id, subject_kind, subject_id, detail, state,
                          is_shown, is_quiet, mail, mail_due_at)
SELECT id, $1, profile_id, $2, kind, by_id, subject_kind, subject_id, detail, 'unread', is_shown, is_quiet, mail, due
FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::uuid[], $7::text[], $8::uuid[], $9::jsonb[], $10::bool[],
            $11::bool[], $12::text[], $13::timestamptz[])
    AS fresh (id, profile_id, kind, by_id, subject_kind, subject_id, detail, is_shown, is_quiet, mail, due)
ON CONFLICT (profile_id, source_id) DO NOTHING RETURNING id
"""
_MOVE_ON = """
UPDATE notification_inbox SET version = version + 1 WHERE profile_id = ANY($1::uuid[]) RETURNING profile_id, version
"""
# What is known by now needs no mail.
_READ = """
UPDATE notification SET state = $3, mail = CASE WHEN mail IN ('waiting', 'digest') THEN 'dropped' ELSE mail END
WHERE profile_id = $1 AND state = ANY($4) AND {which} RETURNING id
"""


@dataclass(frozen=True)
class Occasion:
    """What makes somebody be told: a fact's record, or something a job noticed. The same one tells nobody twice."""

    id: UUID
    at: datetime
    actor_id: UUID | None = None


@dataclass(frozen=True)
class _Line:
    """A notice on its way into an inbox, and how it comes there."""

    id: UUID
    notice: Notice
    wish: Wish
    is_quiet: bool
    mail: MailState


async def tell(occasion: Occasion, notices: Sequence[Notice]) -> int:
    """Tell each person once; whoever did it themselves is not told. Return how many were told now.

    Of several notices to one person the first counts. For the reactions and jobs.
    """
    first = {one.to: one for one in reversed(notices) if one.to not in (one.by, occasion.actor_id)}
    people = sorted(first)
    told = 0
    for start in range(0, len(people), AT_ONCE):
        told += await _tell(occasion, [first[one] for one in people[start : start + AT_ONCE]])
    return told


@retrying
async def _tell(occasion: Occasion, notices: Sequence[Notice]) -> int:
    async with unit_of_work() as work:
        wishes = await _receivers(work, notices)
        peace = await queries.peace_of(wishes)
        lines = [_line(one, wishes[one.to], peace[one.to]) for one in notices if one.to in wishes]
        lines = [one for one in lines if one.wish.in_app or one.mail is not MailState.NONE]
        if not lines:
            return 0
        await open_inboxes(work, {one.notice.to: peace[one.notice.to].zone for one in lines})
        added = await _insert(work, occasion, lines)
        shown = [one for one in lines if one.id in added and one.wish.in_app]
        await _record_added(work, shown)
    return len(added)


async def _receivers(work: Work, notices: Sequence[Notice]) -> dict[UUID, Wish]:
    """Return those of the people who are to be told, with their wish for the kind."""
    columns = [[one.to for one in notices], [one.by for one in notices], [one.kind.value for one in notices]]
    kinds = {one.to: one.kind for one in notices}
    _, rows = await work.connection.execute_query(_RECEIVERS, columns)
    return {
        row["id"]: rules.default_wish(kinds[row["id"]])
        if row["mail"] is None
        else Wish(row["in_app"], MailChoice(row["mail"]))
        for row in rows
    }


def _line(notice: Notice, wish: Wish, peace: Peace) -> _Line:
    is_urgent = rules.is_urgent([notice.kind])
    return _Line(new_id(), notice, wish, not is_urgent and peace.holds(now()), rules.mail_state(notice.kind, wish))


async def open_inboxes(work: Work, zones: dict[UUID, ZoneInfo]) -> None:
    """Make sure that each of these people has an inbox, and hold them to the end of the unit of work."""
    people, at = sorted(zones), now()
    digests = [DigestTime().next_after(at, zones[one]) for one in people]
    values: list[Any] = [[new_id() for _ in people], people, [new_token() for _ in people], at, digests]
    await work.connection.execute_query(_INBOXES, values)
    await work.connection.execute_query(_LOCK, [people])


async def _insert(work: Work, occasion: Occasion, lines: Sequence[_Line]) -> set[UUID]:
    at = now()
    due = [
        (at if rules.is_urgent([one.notice.kind]) else at + MAIL_WAITS) if one.mail is MailState.WAITING else None
        for one in lines
    ]
    columns: list[Any] = [
        [one.id for one in lines],
        [one.notice.to for one in lines],
        [one.notice.kind.value for one in lines],
        [one.notice.by for one in lines],
        [one.notice.subject.value for one in lines],
        [one.notice.subject_id for one in lines],
        [orjson.dumps(dict(one.notice.detail)).decode() for one in lines],
        [one.wish.in_app for one in lines],
        [one.is_quiet for one in lines],
        [one.mail.value for one in lines],
        due,
    ]
    rows = await work.connection.execute_query_dict(_INSERT, [at, occasion.id, *columns])
    return {row["id"] for row in rows}


async def _record_added(work: Work, lines: Sequence[_Line]) -> None:
    people = [one.notice.to for one in lines]
    unread, versions = await _counted(work, people)
    for line in lines:
        to = line.notice.to
        fact = NotificationAdded(
            notification_id=line.id,
            notification=line.notice.kind,
            is_quiet=line.is_quiet,
            unread=unread[to],
            version=versions[to],
            at=now(),
        )
        work.record(fact, to=[topics.user(to)])


async def _counted(work: Work, people: Sequence[UUID]) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """Return what is unread now, and the version that says so, of people whose inboxes are held."""
    if not people:
        return {}, {}
    unread = await queries.unread_of(people)
    rows = await work.connection.execute_query_dict(_MOVE_ON, [people])
    return unread, {row["profile_id"]: row["version"] for row in rows}


async def recount(*, profile_ids: Collection[UUID]) -> None:
    """Tell people how many are unread now: a block took some away, or gave them back. For the reactions."""
    for profile_id in sorted(profile_ids):
        await _recount(profile_id)


@retrying
async def _recount(profile_id: UUID) -> None:
    async with unit_of_work() as work:
        if await NotificationInbox.filter(profile_id=profile_id).select_for_update():
            await _tell_unread(work, profile_id)


async def _tell_unread(work: Work, profile_id: UUID) -> int:
    unread, versions = await _counted(work, [profile_id])
    fact = NotificationRead(unread=unread[profile_id], version=versions[profile_id], at=now())
    work.record(fact, to=[topics.user(profile_id)])
    return unread[profile_id]


@retrying
async def mark_read(actor: Actor, *, ids: Sequence[UUID] = (), up_to: UUID | None = None) -> int:
    """Mark notifications read: these, or all up to one. Again changes nothing. Return how many are unread. NotFound."""
    mine = actor.require_user()
    if (up_to is None) is (not ids):
        raise invalid("ids", "exclusive", "Give either ids or upTo.")
    if len(ids) > rules.MAX_MARKED:
        raise invalid("ids", "too_many", f"At most {rules.MAX_MARKED} at once; upTo takes all up to one.")
    wanted = [*ids] if up_to is None else [up_to]
    if set(wanted) - set(await queries.visible(actor, wanted)):
        raise NotFound("notification")
    which = "id = ANY($2::uuid[])"
    if up_to is not None:
        which = "(created_at, id) <= (SELECT l.created_at, l.id FROM notification l WHERE l.id = ANY($2::uuid[]))"
    return await _set_state(mine, wanted, NotificationState.READ, which)


@retrying
async def dismiss(actor: Actor, *, notification_id: UUID) -> int:
    """Take a notification out of the inbox. Again changes nothing. Return how many are unread. NotFound."""
    mine = actor.require_user()
    if notification_id not in await queries.visible(actor, [notification_id]):
        raise NotFound("notification")
    return await _set_state(mine, [notification_id], NotificationState.DISMISSED, "id = ANY($2::uuid[])")


@retrying
async def mark_answered_call(*, profile_id: UUID, session_id: UUID) -> int:
    """Mark the call into a room read for somebody who came in, so that no mail calls them. For the reaction to it."""
    called = f"subject_id = ANY($2::uuid[]) AND kind = '{NotificationKind.SESSION_OPENED}'"
    return await _set_state(profile_id, [session_id], NotificationState.READ, called)


async def _set_state(mine: UUID, ids: Sequence[UUID], state: NotificationState, which: str) -> int:
    before = [NotificationState.UNREAD.value]
    if state is NotificationState.DISMISSED:
        before.append(NotificationState.READ.value)
    async with unit_of_work() as work:
        await NotificationInbox.filter(profile_id=mine).select_for_update()
        values = [mine, list(ids), state.value, before]
        changed = await work.connection.execute_query_dict(_READ.format(which=which), values)
        return await _tell_unread(work, mine) if changed else (await queries.unread_of([mine]))[mine]


@dataclass(frozen=True)
class WishChange:
    """What of a wish is to be changed; None leaves it."""

    in_app: bool | None = None
    mail: MailChoice | None = None


@retrying
async def set_preferences(actor: Actor, *, kinds: Sequence[NotificationKind], change: WishChange) -> None:
    """Hear of these kinds otherwise from now on. InvalidInput for word of the safety team out of the inbox."""
    mine = actor.require_user()
    if not kinds:
        raise invalid("kinds", "empty", "Name at least one kind.")
    for kind in kinds:
        rules.check_wish(kind, in_app=change.in_app)
    async with unit_of_work() as work:
        await held_inbox(work, mine)
        wishes = await queries.own_wishes(actor)
        for kind in dict.fromkeys(kinds):
            await keep_wish(mine, kind, _changed(wishes[kind], change))
        work.record(NotificationSettingsChanged(profile_id=mine), to=[topics.user(mine)], actor=actor)


def _changed(wish: Wish, change: WishChange) -> Wish:
    if change.in_app is not None:
        wish = replace(wish, in_app=change.in_app)
    return wish if change.mail is None else replace(wish, mail=change.mail)


async def keep_wish(profile_id: UUID, kind: NotificationKind, wish: Wish) -> None:
    """Keep how somebody wants to hear of a kind; what waits to be mailed of one turned off is dropped."""
    kept: dict[str, Any] = {"in_app": wish.in_app, "mail": wish.mail}
    await NotificationPreference.update_or_create(defaults=kept, profile_id=profile_id, kind=kind)
    if wish.mail is MailChoice.OFF:
        waiting = Notification.filter(profile_id=profile_id, kind=kind, mail__in=[MailState.WAITING, MailState.DIGEST])
        await waiting.update(mail=MailState.DROPPED)


async def held_inbox(work: Work, profile_id: UUID) -> NotificationInbox:
    """Return somebody's inbox, made if there was none, held to the end of the unit of work."""
    zone = ZoneInfo((await Profile.get(id=profile_id)).time_zone)
    await open_inboxes(work, {profile_id: zone})
    return await NotificationInbox.get(profile_id=profile_id)


@retrying
async def set_quiet_hours(actor: Actor, *, hours: QuietHours | None, is_quiet_on_gig: bool) -> NotificationInbox:
    """Have mails wait during these hours of the local day, and during gigs. What waits is looked at again at once."""
    mine = actor.require_user()
    async with unit_of_work() as work:
        inbox = await held_inbox(work, mine)
        inbox.quiet_start, inbox.quiet_end = (None, None) if hours is None else (hours.start, hours.end)
        inbox.is_quiet_on_gig = is_quiet_on_gig
        await inbox.save(update_fields=["quiet_start", "quiet_end", "is_quiet_on_gig"])
        await look_again(profile_id=mine)
        work.record(NotificationSettingsChanged(profile_id=mine), to=[topics.user(mine)], actor=actor)
    return inbox


@retrying
async def set_digest(actor: Actor, *, digest: DigestTime) -> NotificationInbox:
    """Have the digest come at another time, or not at all."""
    mine = actor.require_user()
    async with unit_of_work() as work:
        inbox = await held_inbox(work, mine)
        zone = ZoneInfo((await Profile.get(id=mine)).time_zone)
        inbox.digest, inbox.digest_weekday, inbox.digest_hour = digest.rhythm, digest.weekday, digest.hour
        inbox.next_digest_at = digest.next_after(now(), zone)
        await inbox.save(update_fields=["digest", "digest_weekday", "digest_hour", "next_digest_at"])
        work.record(NotificationSettingsChanged(profile_id=mine), to=[topics.user(mine)], actor=actor)
    return inbox


async def look_again(*, profile_id: UUID) -> None:
    """Have the mails that somebody's quiet holds back looked at now: it may be over. For reactions and settings."""
    held = Notification.filter(profile_id=profile_id, mail=MailState.WAITING, mail_due_at__gt=now() + MAIL_WAITS)
    await held.update(mail_due_at=now())
