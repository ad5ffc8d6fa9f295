"""The secret address of one's calendar: given out, exchanged, taken back, and read without a login.

The secret is all it takes to read, so it is kept as a hash, shown once, and reading through it gives nothing but the
calendar. A feed that was read too often, or whose owner may not take part, answers as any address that never was.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.config import RateSettings
from server.domain.actors import Actor
from server.domain.availability import Interval
from server.domain.calendars import FEED_AHEAD, FEED_BEFORE
from server.domain.errors import NotFound, RateLimited
from server.kit.clock import now
from server.kit.tokens import new_token, token_hash
from server.models.calendars import CalendarFeed
from server.queries.calendars import Entry, entries_of, meeting_entries, series_of
from server.services.logins import actor_for
from server.services.ports import ports
from server.services.transaction import retrying, unit_of_work

_HOUR = 3600.0
TOKEN_LENGTH = 43


@dataclass
class FeedPolicy:
    """Holds how often feeds may be read."""

    rate: RateSettings


policy = FeedPolicy(RateSettings())
"""Set by wiring (`policy.rate = settings.rate`) before the first request."""


@dataclass(frozen=True)
class OpenFeed:
    """A feed that somebody reads: which, whose entries, and what it last said since when."""

    id: UUID
    entries: list[Entry]


@retrying
async def create_feed(actor: Actor) -> str:
    """Give the actor's calendar a secret address and return the secret; an earlier one leads nowhere from now on."""
    profile_id, token = actor.require_profile(), new_token()
    async with unit_of_work():
        await CalendarFeed.filter(profile_id=profile_id).delete()
        await CalendarFeed.create(profile_id=profile_id, token_hash=token_hash(token))
    return token


@retrying
async def revoke_feed(actor: Actor) -> None:
    """Take the secret address back. NotFound: there is none."""
    profile_id = actor.require_profile()
    async with unit_of_work():
        if not await CalendarFeed.filter(profile_id=profile_id).delete():
            raise NotFound("calendar feed")


async def open_feed(token: str, network: str) -> OpenFeed:
    """Return what stands in the calendar behind a secret. NotFound; RateLimited for one read, or guessed, too often.

    `network` is where the asker is: what counts tries of secrets that are none.
    """
    row = await CalendarFeed.get_or_none(token_hash=token_hash(token)) if len(token) == TOKEN_LENGTH else None
    await _count("calendar.missed" if row is None else "calendar.read", network if row is None else str(row.id))
    actor = None if row is None else await actor_for(row.profile_id)
    if row is None or actor is None or actor.user_id is None:
        raise NotFound("calendar feed")
    return OpenFeed(row.id, await _entries(actor))


async def _entries(actor: Actor) -> list[Entry]:
    """Return the entries of a feed; of a series that is in it, all meetings, so that its rule can be written."""
    at = now()
    found = await entries_of(actor, Interval(at - FEED_BEFORE, at + FEED_AHEAD))
    rows = [entry.meeting for entry in found if entry.meeting is not None]
    others = [entry for entry in found if entry.meeting is None]
    return [*await meeting_entries(actor, await series_of(actor, rows)), *others] if rows else others


async def note_content(feed_id: UUID, content_hash: str) -> datetime:
    """Return since when a feed says what it says now, noting a change."""
    row = await CalendarFeed.get_or_none(id=feed_id)
    if row is None:
        return now()
    if row.content_hash != content_hash:
        row.changed_at = now()
        await CalendarFeed.filter(id=feed_id).update(content_hash=content_hash, changed_at=row.changed_at)
    return row.changed_at


async def _count(name: str, who: str) -> None:
    wait = await ports.buckets.take(
        f"{name}:{who}", capacity=policy.rate.calendar_reads_per_hour_and_feed, per_seconds=_HOUR
    )
    if wait:
        raise RateLimited(wait)
