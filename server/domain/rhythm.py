"""Rhythm: dated stretches on a gig, and stretches in which somebody is not to be asked at all: B2.

Stretches may overlap. One without an end lasts until its owner says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Protocol
from uuid import UUID

from server.domain.availability import StretchKind
from server.domain.facts import Fact
from server.domain.problems import Problems

MAX_PLANNED = 100
LONGEST_STRETCH = timedelta(days=366)
FARTHEST_AHEAD = timedelta(days=2 * 366)


class StretchLike(Protocol):
    """What the rules read of a stretch: a row or a value."""

    @property
    def kind(self) -> StretchKind: ...  # noqa: D102 - the column
    @property
    def started_at(self) -> datetime: ...  # noqa: D102 - the column
    @property
    def ended_at(self) -> datetime | None: ...  # noqa: D102 - the column


@dataclass(frozen=True)
class StretchDraft:
    """A stretch to be planned, in UTC; no end means until further notice."""

    kind: StretchKind
    started_at: datetime
    ended_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class Stopped:
    """A time in which clocks stand still, from `start` until before `end`; no end means until further notice."""

    start: datetime
    end: datetime | None


@dataclass(frozen=True, kw_only=True)
class RhythmChanged(Fact):
    """Somebody's stretches changed: whatever counts time for them must be reckoned again."""

    kind: ClassVar[str] = "rhythm.changed"
    profile_id: UUID
    is_on_gig: bool
    is_blacked_out: bool


def is_in(kind: StretchKind, stretches: Iterable[StretchLike], at: datetime) -> bool:
    """Tell whether some stretch of a kind holds an instant."""
    return any(one.kind is kind and _holds(one, at) for one in stretches)


def is_on_gig(stretches: Iterable[StretchLike], at: datetime) -> bool:
    """Tell whether somebody is on a gig at an instant."""
    return is_in(StretchKind.ON_GIG, stretches, at)


def is_blacked_out(stretches: Iterable[StretchLike], at: datetime) -> bool:
    """Tell whether somebody is not to be asked at an instant."""
    return is_in(StretchKind.BLACKOUT, stretches, at)


def stopped_intervals(stretches: Iterable[StretchLike]) -> list[Stopped]:
    """Return when clocks stand still for somebody: every stretch of either kind, merged, in order."""
    merged: list[Stopped] = []
    for one in sorted(stretches, key=lambda stretch: stretch.started_at):
        if one.ended_at is not None and one.ended_at <= one.started_at:
            continue
        last = merged[-1] if merged else None
        if last is None or (last.end is not None and last.end < one.started_at):
            merged.append(Stopped(one.started_at, one.ended_at))
        elif last.end is not None:
            end = None if one.ended_at is None else max(last.end, one.ended_at)
            merged[-1] = Stopped(last.start, end)
    return merged


def clean_stretch(draft: StretchDraft, *, at: datetime) -> StretchDraft:
    """Return a planned stretch with a clean note, or refuse one in the past, too long or too far ahead."""
    problems = Problems()
    note = problems.line("note", draft.note, longest=120)
    if draft.ended_at is not None and not draft.started_at < draft.ended_at <= draft.started_at + LONGEST_STRETCH:
        problems.add("endedAt", "out_of_range", "After the start, and at most a year later.")
    if draft.ended_at is not None and draft.ended_at <= at:
        problems.add("endedAt", "past", "This stretch is over already.")
    if not at - LONGEST_STRETCH <= draft.started_at <= at + FARTHEST_AHEAD:
        problems.add("startedAt", "out_of_range", "From a year ago to two years from now.")
    problems.refuse_if_any()
    return StretchDraft(draft.kind, draft.started_at, draft.ended_at, note)


def _holds(stretch: StretchLike, at: datetime) -> bool:
    return stretch.started_at <= at and (stretch.ended_at is None or at < stretch.ended_at)
