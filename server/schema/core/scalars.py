"""Scalars with one spelling each: instants in UTC, dates, times of day, free JSON."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d(:\d\d)?", re.ASCII)


def write_instant(value: datetime) -> str:
    """Return an aware datetime as RFC 3339 text in UTC, ending in Z."""
    if value.tzinfo is None:
        raise ValueError("a datetime without a zone")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def read_instant(text: Any) -> datetime:
    """Return the instant in RFC 3339 text with an offset, in UTC, to the microsecond."""
    given = _matching(_INSTANT, text, "DateTime", "2026-03-09T17:30:00Z").upper()
    try:
        return datetime.fromisoformat(given).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise GraphQLError("DateTime names no instant of the calendar.") from error


def read_date(text: Any) -> date:
    """Return the date in text of the form 2026-03-09."""
    given = _matching(_DATE, text, "Date", "2026-03-09")
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise GraphQLError("Date names no day of the calendar.") from error


def read_time(text: Any) -> time:
    """Return the time of day in text of the form 17:30 or 17:30:00, without a zone."""
    given = _matching(_TIME, text, "LocalTime", "17:30")
    try:
        return time.fromisoformat(given)
    except ValueError as error:
        raise GraphQLError("LocalTime names no time of day.") from error


def _matching(shape: re.Pattern[str], text: Any, name: str, example: str) -> str:
    if not isinstance(text, str) or shape.fullmatch(text) is None:
        raise GraphQLError(f"{name} must be text like {example}.")
    return text


def write_time(value: time) -> str:
    """Return a time of day as 17:30, or 17:30:05 when it has seconds."""
    return value.isoformat("seconds" if value.second else "minutes")


SCALARS: Mapping[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant: RFC 3339 with an offset; answered in UTC, ending in Z.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=write_instant,
        parse_value=read_instant,
    ),
    date: strawberry.scalar(
        name="Date",
        description="A day of the calendar, like 2026-03-09, in no zone.",
        serialize=date.isoformat,
        parse_value=read_date,
    ),
    time: strawberry.scalar(
        name="LocalTime",
        description="A time of day, like 17:30, in the zone of the thing that has it.",
        serialize=write_time,
        parse_value=read_time,
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="A JSON value whose shape is told where it is used.",
        serialize=lambda value: value,
        parse_value=lambda value: value,
    ),
}
