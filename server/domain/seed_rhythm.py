"""The rhythm of a made-up person: weekly windows, exceptions, gigs before, now and to come; how much they take on."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from server.domain.actors import ProfileId
from server.domain.availability import CapacityKind, MentoringFormat, StretchKind
from server.domain.capacity import DEFAULT_PLACES, every_account
from server.domain.seed_material import Material
from server.domain.seed_shapes import SeedAccount, SeedException, SeedRule, SeedStretch, SeedWindow, seeded_id
from server.domain.seed_sketch import Sketch

_HABITS: Mapping[str, tuple[range, int, int]] = {
    "mornings": (range(5), 7 * 60, 10 * 60),
    "lunch breaks": (range(5), 12 * 60, 13 * 60 + 30),
    "afternoons": (range(5), 14 * 60, 17 * 60),
    "evenings": (range(5), 18 * 60, 21 * 60),
    "late": (range(7), 21 * 60, 24 * 60),
    "weekends": (range(5, 7), 10 * 60, 16 * 60),
}
"""When people have time: weekdays, first and last minute."""
_PLACES_OFFERED = ((0, 15), (1, 35), (2, 30), (3, 14), (4, 6))
"""Places of a format somebody offers, and how often of a hundred."""


def windows_of(sketch: Sketch, rng: Random) -> list[SeedWindow]:
    """Return one or two habits as windows, with a day missing here and there. No two overlap."""
    windows = []
    for habit in rng.sample(sorted(_HABITS), k=rng.choice([1, 1, 2])):
        weekdays, start, end = _HABITS[habit]
        kept = [day for day in weekdays if rng.random() < 0.8] or [weekdays[0]]
        windows += [
            SeedWindow(
                id=seeded_id(rng, sketch.born_at),
                profile_id=sketch.id,
                weekday=day,
                start_minute=start,
                end_minute=end,
            )
            for day in kept
        ]
    return windows


def exceptions_of(sketch: Sketch, day: datetime, rng: Random) -> list[SeedException]:
    """Return up to two dated exceptions in the next five weeks, each on a day of its own."""
    days = rng.sample(range(1, 36), k=rng.choices([0, 1, 2], weights=[60, 30, 10])[0])
    exceptions = []
    for ahead in days:
        is_open = rng.random() < 0.4
        exceptions.append(
            SeedException(
                id=seeded_id(rng, sketch.born_at),
                profile_id=sketch.id,
                day=(day + timedelta(days=ahead)).date(),
                start_minute=600 if is_open else 0,
                end_minute=720 if is_open else 1440,
                is_open=is_open,
            )
        )
    return exceptions


def rule_of(sketch: Sketch, rng: Random) -> SeedRule:
    """Return how somebody wants to be booked."""
    return SeedRule(
        id=seeded_id(rng, sketch.born_at),
        created_at=sketch.born_at,
        profile_id=sketch.id,
        buffer_minutes=rng.choice([0, 10, 10, 15]),
        notice_minutes=rng.choice([120, 720, 720, 1440]),
    )


def stretches_of(sketch: Sketch, material: Material, day: datetime, rng: Random) -> list[SeedStretch]:
    """Return up to three gigs that are over, perhaps one that goes on, perhaps one planned. None overlap.

    One of four people is on a gig now; every third of those does not know until when.
    """
    spans: list[tuple[datetime, datetime | None]] = []
    gap_end = day - timedelta(days=rng.randint(150, 250))
    for _ in range(rng.randint(0, 3)):
        start = gap_end + timedelta(days=rng.randint(3, 20), hours=rng.randint(4, 20))
        gap_end = start + timedelta(days=rng.randint(2, 24))
        spans.append((start, gap_end))
    if rng.random() < 0.25:
        start = day - timedelta(days=rng.randint(1, 12), hours=rng.randint(1, 20))
        spans.append((start, None if rng.random() < 0.33 else day + timedelta(days=rng.randint(2, 10))))
    if rng.random() < 0.25 and (not spans or spans[-1][1] is not None):
        start = day + timedelta(days=rng.randint(14, 40), hours=rng.randint(4, 20))
        spans.append((start, start + timedelta(days=rng.randint(3, 21))))
    return [_stretch(sketch, material, (day, *span), rng) for span in spans]


def _stretch(
    sketch: Sketch, material: Material, times: tuple[datetime, datetime, datetime | None], rng: Random
) -> SeedStretch:
    day, started_at, ended_at = times
    is_blackout = rng.random() < 0.08
    return SeedStretch(
        id=seeded_id(rng, sketch.born_at),
        created_at=max(sketch.born_at, min(started_at, day)),
        profile_id=sketch.id,
        kind=StretchKind.BLACKOUT if is_blackout else StretchKind.ON_GIG,
        started_at=started_at,
        ended_at=ended_at,
        note="" if is_blackout or rng.random() < 0.5 else rng.choice(material.lines("gig", sketch.trade.key)),
    )


def accounts_of(sketch: Sketch, rng: Random) -> list[SeedAccount]:
    """Return every account of somebody, with nothing used yet."""
    offers = [places for places, _ in _PLACES_OFFERED]
    weights = [share for _, share in _PLACES_OFFERED]
    accounts = []
    for key in every_account(ProfileId(sketch.id)):
        if key.kind is CapacityKind.MINUTES:
            allowed = rng.choice([240, 600, 600, 900])
        elif key.kind is CapacityKind.NEW_REQUESTS:
            allowed = rng.choice([5, 10, 10, 20])
        else:
            allowed = min(rng.choices(offers, weights=weights)[0], _most_places(key.format))
        accounts.append(
            SeedAccount(
                id=seeded_id(rng, sketch.born_at),
                created_at=sketch.born_at,
                profile_id=sketch.id,
                kind=key.kind,
                format=key.format or "",
                allowed=allowed,
            )
        )
    return accounts


def _most_places(mentoring_format: MentoringFormat | None) -> int:
    return 0 if mentoring_format is None else DEFAULT_PLACES[mentoring_format] + 2
