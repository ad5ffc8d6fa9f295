"""When people can meet, their rhythm and their open places, as types. They know no profile; profiles show them."""

from datetime import date, datetime

import strawberry

from server.domain import availability as domain
from server.domain.availability import CapacityKind, MentoringFormat, StretchKind
from server.models import availability as rows
from server.queries import availability as queries
from server.queries import capacity
from server.schema.core.ids import encode_id

strawberry.enum(MentoringFormat, description="The format of a mentorship.")
strawberry.enum(StretchKind, description="A stretch of somebody's rhythm: on a gig, or not to be asked at all.")
strawberry.enum(
    CapacityKind,
    description="What the ledger counts: mentorships at once per format, new requests per 7 days, minutes per 30 days.",
)


@strawberry.type(description="Open places of a mentor in one format.")
class OpenPlaces:
    """Places of a format."""

    format: MentoringFormat = strawberry.field(description="The format.")
    places: int = strawberry.field(description="How many more can begin now.")


@strawberry.type(description="A weekly window in the wall time of its owner's zone.")
class WeeklyWindow:
    """A window of every week."""

    weekday: int = strawberry.field(description="0 is Monday, 6 is Sunday.")
    start_minute: int = strawberry.field(description="Minutes since midnight.")
    end_minute: int = strawberry.field(description="Minutes since midnight, not included; 1440 is the end of the day.")

    @classmethod
    def of(cls, window: domain.Window | rows.WeeklyWindow) -> "WeeklyWindow":
        """Return a window as the API shows it."""
        return cls(weekday=window.weekday, start_minute=window.start_minute, end_minute=window.end_minute)


@strawberry.type(description="When somebody can meet, week by week.")
class Availability:
    """The weekly windows of somebody else."""

    time_zone: str = strawberry.field(description="The IANA zone whose wall time the windows are in.")
    windows: list[WeeklyWindow] = strawberry.field(description="The windows, in the order of the week.")
    buffer_minutes: int = strawberry.field(description="Minutes kept free before and after a meeting.")
    notice_minutes: int = strawberry.field(description="How long before a meeting they want to know of it.")

    @classmethod
    def of(cls, view: queries.AvailabilityView) -> "Availability":
        """Return the availability as the API shows it."""
        return cls(
            time_zone=view.time_zone,
            windows=[WeeklyWindow.of(window) for window in view.windows],
            buffer_minutes=view.buffer_minutes,
            notice_minutes=view.notice_minutes,
        )


@strawberry.type(description="A time between two instants, the end not included.")
class TimeSpan:
    """An interval."""

    start: datetime = strawberry.field(description="The first instant.")
    end: datetime = strawberry.field(description="The first instant after it.")

    @classmethod
    def of(cls, interval: domain.Interval) -> "TimeSpan":
        """Return an interval as the API shows it."""
        return cls(start=interval.start, end=interval.end)


@strawberry.type(description="Where somebody is in their rhythm now.")
class Rhythm:
    """The rhythm of somebody now."""

    is_on_gig: bool = strawberry.field(description="Whether they are on a gig; clocks stand still meanwhile.")
    is_blacked_out: bool = strawberry.field(description="Whether they do not want to be asked now.")
    until: datetime | None = strawberry.field(description="Until when, if that is known.")

    @classmethod
    def of(cls, view: queries.RhythmView) -> "Rhythm":
        """Return the rhythm as the API shows it."""
        return cls(is_on_gig=view.is_on_gig, is_blacked_out=view.is_blacked_out, until=view.until)


@strawberry.type(description="Some minutes of one day that differ from the week. Requires: to be one's own.")
class AvailabilityException:
    """A dated exception."""

    id: strawberry.ID = strawberry.field(description="To take it back.")
    day: date = strawberry.field(description="The day, in one's own zone.")
    start_minute: int = strawberry.field(description="Minutes since midnight.")
    end_minute: int = strawberry.field(description="Minutes since midnight, not included.")
    is_open: bool = strawberry.field(description="Whether one can meet then, or cannot. Where both are said, cannot.")

    @classmethod
    def of(cls, row: rows.AvailabilityException) -> "AvailabilityException":
        """Return an exception as the API shows it."""
        return cls(
            id=strawberry.ID(encode_id("AvailabilityException", row.id)),
            day=row.day,
            start_minute=row.start_minute,
            end_minute=row.end_minute,
            is_open=row.is_open,
        )


@strawberry.type(description="A dated stretch on a gig, or not to be asked. Requires: to be one's own.")
class Stretch:
    """A stretch of one's rhythm."""

    id: strawberry.ID = strawberry.field(description="To take it back.")
    kind: StretchKind = strawberry.field(description="What it is.")
    started_at: datetime = strawberry.field(description="When it begins.")
    ended_at: datetime | None = strawberry.field(description="When it ends; null until further notice.")
    note: str = strawberry.field(description="A note to oneself.")

    @classmethod
    def of(cls, row: rows.Stretch) -> "Stretch":
        """Return a stretch as the API shows it."""
        return cls(
            id=strawberry.ID(encode_id("Stretch", row.id)),
            kind=row.kind,
            started_at=row.started_at,
            ended_at=row.ended_at,
            note=row.note,
        )


@strawberry.type(description="An account of the capacity ledger. Requires: to be one's own.")
class CapacityAccount:
    """What one takes on of a kind."""

    kind: CapacityKind = strawberry.field(description="What is counted.")
    format: MentoringFormat | None = strawberry.field(description="The format; only for CONCURRENT.")
    limit: int = strawberry.field(description="How much one takes on.")
    used: int = strawberry.field(description="How much is taken now; above the limit when that was lowered since.")
    open: int = strawberry.field(description="How much is left.")

    @classmethod
    def of(cls, view: capacity.AccountView) -> "CapacityAccount":
        """Return an account as the API shows it."""
        return cls(kind=view.kind, format=view.format, limit=view.allowed, used=view.used, open=view.open)
