"""The clock of a request: it stands still while the receiver is on a gig or paused, and while more is asked.

A stop is a half-open interval of instants; one without an end lasts until somebody ends it. Stops may overlap and come
in any order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

KIND_PAUSE = timedelta(days=14)
EXPIRIES_BEFORE_PAUSE = 2
"""A mentor who lets this many requests run out in a row gets no new ones for `KIND_PAUSE`."""


@dataclass(frozen=True)
class Stop:
    """The clock stands still from `start` until before `end`; without an end, until further notice."""

    start: datetime
    end: datetime | None


@dataclass(frozen=True)
class Clock:
    """When a request runs out, and when its receiver is reminded next; None while that cannot be told."""

    expires_at: datetime | None
    remind_at: datetime | None


def deadline(start: datetime, allowed: timedelta, stops: Iterable[Stop]) -> datetime | None:
    """Return the instant at which `allowed` has passed outside the stops; None when a stop without end comes first."""
    left, at = allowed, start
    for stop in _merged(stops):
        if stop.end is not None and stop.end <= at:
            continue
        running = max(stop.start - at, timedelta(0))
        if running >= left:
            break
        if stop.end is None:
            return None
        left, at = left - running, stop.end
    return at + left


def running(start: datetime, until: datetime, stops: Iterable[Stop]) -> timedelta:
    """Return how much time passed between two instants outside the stops."""
    passed = max(until - start, timedelta(0))
    for stop in _merged(stops):
        begin, end = max(stop.start, start), until if stop.end is None else min(stop.end, until)
        passed -= max(end - begin, timedelta(0))
    return passed


def clock(start: datetime, allowed: timedelta, stops: Sequence[Stop], reminders_left: Sequence[int]) -> Clock:
    """Return when a request sent at `start` runs out and when the next reminder is due.

    `reminders_left` are the percents of the allowance after which reminders are still to be sent, rising.
    """
    expires_at = deadline(start, allowed, stops)
    if not reminders_left:
        return Clock(expires_at, None)
    return Clock(expires_at, deadline(start, allowed * reminders_left[0] / 100, stops))


def with_pause(spans: Sequence[Stop], at: datetime, paused_until: datetime | None) -> list[Stop]:
    """Return the known pauses of a receiver brought up to date at an instant.

    A pause that is on continues the last span or begins one now; a span that reaches past `at` though no pause is on
    was ended early, and ends now.
    """
    kept = list(spans)
    is_on = paused_until is not None and paused_until > at
    reaches_on = bool(kept) and kept[-1].end is not None and kept[-1].end > at
    if reaches_on:
        kept[-1] = Stop(kept[-1].start, paused_until if is_on else max(at, kept[-1].start))
    elif is_on:
        kept.append(Stop(at, paused_until))
    return kept


def _merged(stops: Iterable[Stop]) -> list[Stop]:
    """Return the same stops in order, without overlaps and without empty ones."""
    merged: list[Stop] = []
    for stop in sorted(stops, key=lambda stop: stop.start):
        if stop.end is not None and stop.end <= stop.start:
            continue
        last = merged[-1] if merged else None
        if last is None or (last.end is not None and last.end < stop.start):
            merged.append(stop)
        elif last.end is not None:
            merged[-1] = Stop(last.start, None if stop.end is None else max(last.end, stop.end))
    return merged
