"""One's own calendar, and the secret address at which calendar programs read it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from server.domain.availability import Interval
from server.domain.calendars import EntryKind, EntryStanding, check_view
from server.queries import calendars as queries
from server.schema.circle_meetings import CircleMeeting
from server.schema.circle_meetings import load_meetings as load_circle_meetings
from server.schema.core.batching import batched
from server.schema.core.context import Info
from server.schema.core.errors import mutation
from server.schema.core.fields import resolved
from server.schema.gatherings import Gathering, load_gatherings
from server.schema.meetings import MentorshipMeeting, load_meetings
from server.schema.webinars import Webinar, load_webinars
from server.services import calendar_feeds

strawberry.enum(EntryKind, name="CalendarEntryKind", description="What an entry of a calendar is.")
strawberry.enum(
    EntryStanding,
    name="CalendarEntryStanding",
    description="How sure an entry is. TENTATIVE: not answered, or in a line.",
)


@strawberry.type(description="Something in my calendar. Requires: it is the viewer's own.")
class CalendarEntry:
    """An entry, and what it is of: one of four."""

    kind: EntryKind = strawberry.field(description="What it is.")
    title: str = strawberry.field(description="What it is called; may be empty.")
    starts_at: datetime = strawberry.field(description="When it starts.")
    ends_at: datetime = strawberry.field(description="When it is to end.")
    standing: EntryStanding = strawberry.field(description="How sure it is.")
    subject_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, entry: queries.Entry) -> "CalendarEntry":
        """Return the entry as the API shows it."""
        return cls(
            kind=entry.kind,
            title=entry.title,
            starts_at=entry.starts_at,
            ends_at=entry.ends_at,
            standing=entry.standing,
            subject_id=entry.subject_id,
        )

    @batched(description="The meeting of a mentorship that it is.")
    @staticmethod
    async def mentorship_meeting(parents: Sequence["CalendarEntry"], info: Info) -> Sequence[MentorshipMeeting | None]:
        """Return the meeting of each that is one."""
        keys = _keys(parents, EntryKind.MENTORSHIP)
        found = await load_meetings(info, keys) if keys else {}
        return [found.get(p.subject_id) for p in parents]

    @batched(description="The meeting of a circle that it is.")
    @staticmethod
    async def circle_meeting(parents: Sequence["CalendarEntry"], info: Info) -> Sequence[CircleMeeting | None]:
        """Return the meeting of each that is one."""
        keys = _keys(parents, EntryKind.CIRCLE)
        found = await load_circle_meetings(info, keys) if keys else {}
        return [found.get(p.subject_id) for p in parents]

    @batched(description="The webinar that it is.")
    @staticmethod
    async def webinar(parents: Sequence["CalendarEntry"], info: Info) -> Sequence[Webinar | None]:
        """Return the webinar of each that is one."""
        keys = _keys(parents, EntryKind.WEBINAR)
        found = await load_webinars(info, keys) if keys else {}
        return [found.get(p.subject_id) for p in parents]

    @batched(description="The gathering that it is.")
    @staticmethod
    async def gathering(parents: Sequence["CalendarEntry"], info: Info) -> Sequence[Gathering | None]:
        """Return the gathering of each that is one."""
        keys = _keys(parents, EntryKind.GATHERING)
        found = await load_gatherings(info, keys) if keys else {}
        return [found.get(p.subject_id) for p in parents]


def _keys(entries: Sequence[CalendarEntry], kind: EntryKind) -> set[UUID]:
    return {entry.subject_id for entry in entries if entry.kind is kind}


@strawberry.type
class CalendarQuery:
    """The root field about one's calendar."""

    @resolved(
        description="What starts in my calendar within a time of at most 100 days, earliest first. Requires: a sign-in."
    )
    async def my_calendar(
        self,
        info: Info,
        start: Annotated[datetime, strawberry.argument(description="From when.")],
        end: Annotated[datetime, strawberry.argument(description="Until before when.")],
    ) -> list[CalendarEntry]:
        """Return the viewer's entries."""
        check_view(start, end)
        return [CalendarEntry.of(one) for one in await queries.entries_of(info.context.actor, Interval(start, end))]

    @resolved(description="Since when my calendar has a secret address; null when it has none. Requires: a sign-in.")
    async def calendar_feed_since(self, info: Info) -> datetime | None:
        """Return when the viewer's feed was made."""
        return await queries.feed_since(info.context.actor)


@strawberry.input(description="For createCalendarFeed.")
class CreateCalendarFeedInput:
    """What CreateCalendarFeed takes."""

    client_mutation_id: str | None = strawberry.field(default=None, description="Given back as it came.")


@strawberry.type(description="The secret address of my calendar.")
class CreateCalendarFeedPayload:
    """What CreateCalendarFeed gives."""

    client_mutation_id: str | None = strawberry.field(description="As it was given.")
    path: str = strawberry.field(description="The path at this server, shown this once; whoever has it reads it all.")


@strawberry.input(description="For revokeCalendarFeed.")
class RevokeCalendarFeedInput:
    """What RevokeCalendarFeed takes."""

    client_mutation_id: str | None = strawberry.field(default=None, description="Given back as it came.")


@strawberry.type(description="An address that was taken back.")
class RevokeCalendarFeedPayload:
    """What RevokeCalendarFeed gives."""

    client_mutation_id: str | None = strawberry.field(description="As it was given.")


@strawberry.type
class CalendarMutation:
    """The mutations on the feed of one's calendar."""

    @mutation(
        description="Give my calendar a secret address that calendar programs read; an earlier one ends."
        " Requires: a sign-in."
    )
    async def create_calendar_feed(self, info: Info, form: CreateCalendarFeedInput) -> CreateCalendarFeedPayload:
        """Create a feed."""
        token = await calendar_feeds.create_feed(info.context.actor)
        return CreateCalendarFeedPayload(client_mutation_id=form.client_mutation_id, path=f"/calendar/{token}.ics")

    @mutation(description="Take the address of my calendar back. Requires: to have given it one.")
    async def revoke_calendar_feed(self, info: Info, form: RevokeCalendarFeedInput) -> RevokeCalendarFeedPayload:
        """Revoke the feed."""
        await calendar_feeds.revoke_feed(info.context.actor)
        return RevokeCalendarFeedPayload(client_mutation_id=form.client_mutation_id)
