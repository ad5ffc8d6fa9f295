"""Circles that became too big or too small: how one could be split, which two could be one.

People decide, never this.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from server.domain.errors import Conflict, invalid

USUAL_MOST = 8
"""A circle of more seats than this talks better as two."""
USUAL_LEAST = 4
"""A circle of fewer may be better off with another one."""


@dataclass(frozen=True)
class Mate:
    """Somebody in a circle: their seat, how far their clock is ahead of UTC in minutes, whether they lead."""

    seat_id: UUID
    offset_minutes: int
    is_lead: bool


def split_of(mates: Sequence[Mate], apart: Collection[frozenset[UUID]]) -> tuple[list[UUID], list[UUID]]:
    """Return two halves of seats: neighbours by clock together, those with a block between them apart, a lead in each.

    Sizes differ by one at most. Blocks are kept apart where a swap across the cut can do it.
    """
    ordered = sorted(mates, key=lambda one: (one.offset_minutes, one.seat_id))
    middle = (len(ordered) + 1) // 2
    first, second = ordered[:middle], ordered[middle:]
    leads = [one for one in ordered if one.is_lead]
    for here, there in ((first, second), (second, first)):
        if len(leads) > 1 and not any(one.is_lead for one in there):
            _swap(here, there, next(one for one in reversed(here) if one.is_lead))
    for here, there in ((first, second), (second, first)):
        for pair in apart:
            together = [one for one in here if one.seat_id in pair]
            if len(together) == 2:
                movable = [one for one in together if not one.is_lead]
                if movable:
                    _swap(here, there, movable[-1], kept=frozenset().union(*apart))
    return [one.seat_id for one in first], [one.seat_id for one in second]


def _swap(here: list[Mate], there: list[Mate], leaving: Mate, kept: Collection[UUID] = ()) -> None:
    """Exchange somebody with the one on the other side whose clock is nearest, no lead and nobody in `kept`."""
    free = [one for one in there if not one.is_lead and one.seat_id not in kept]
    if not free:
        return
    coming = min(free, key=lambda one: (abs(one.offset_minutes - leaving.offset_minutes), one.seat_id))
    here[here.index(leaving)], there[there.index(coming)] = coming, leaving


def check_split(moving: Collection[UUID], seated: Mapping[UUID, bool], least: int) -> None:
    """Refuse a split that leaves either side too small. `seated` says of each seat whether it is the actor's own."""
    if not set(moving) <= set(seated):
        raise invalid("seatIds", "not_seated", "Each of them must have a seat in this circle.")
    if any(seated[seat_id] for seat_id in moving):
        raise invalid("seatIds", "own", "Whoever splits the circle stays; the others' first becomes their lead.")
    rest = len(seated) - len(set(moving))
    if min(len(set(moving)), rest) < least:
        raise Conflict(f"Both circles need at least {least}.", current="too_few")


@dataclass(frozen=True)
class Pairing:
    """Two circles that could be one: how many they would be, and how many hours of clock lie between them."""

    other_id: UUID
    together: int
    hours_apart: float
    same_theme: bool


def best_pairings(found: Collection[Pairing], most: int) -> list[Pairing]:
    """Return the circles to join with that fit in, those of the same theme first, then the nearest by clock."""
    fitting = [one for one in found if one.together <= most]
    return sorted(fitting, key=lambda one: (not one.same_theme, one.hours_apart, -one.together, one.other_id))
