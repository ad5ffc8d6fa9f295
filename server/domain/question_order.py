"""The six orders of questions, as keys that can be paged by: greatest first, the id last, all parts one way.

Each is written here for one question; queries/question_pages.py says the same in SQL, and a test compares the two.
While a question is being answered the order stands still: votes, heat and the instant are those of the freeze.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from math import log2
from uuid import UUID

from server.kit.paging import Order

HALF_LIFE_SECONDS = 600.0
"""After so long a vote counts half in the trending order."""

LEAST_EXPOSURE_SECONDS = 60.0
"""A question counts as shown for at least so long: a first vote within a second is no trend."""

QUEUE_LAST = 1_000_001
EPOCH = datetime(2024, 1, 1, tzinfo=UTC)


class QuestionSort(StrEnum):
    """The orders questions can be read in; `queue` is the staff's."""

    POPULAR = "popular"
    RECENT = "recent"
    OLDEST_UNANSWERED = "oldest_unanswered"
    TRENDING = "trending"
    FAIR = "fair"
    QUEUE = "queue"


ORDERS = {
    QuestionSort.POPULAR: Order("questions.popular", (int, int, UUID), descending=True),
    QuestionSort.RECENT: Order("questions.recent", (int, UUID), descending=True),
    QuestionSort.OLDEST_UNANSWERED: Order("questions.oldest_unanswered", (int, UUID)),
    QuestionSort.TRENDING: Order("questions.trending", (float, UUID), descending=True),
    QuestionSort.FAIR: Order("questions.fair", (int, float, int, int, UUID), descending=True),
    QuestionSort.QUEUE: Order("questions.queue", (int, int, UUID)),
}
"""The key of each order: microseconds since 2024 for instants; fair begins with the instant it is computed for."""


@dataclass(frozen=True)
class Ranked:
    """What the orders look at. `asker_served_at` is when this asker, as they appear, was last answered."""

    id: UUID
    votes: int
    heat: float
    shown_at: datetime
    exposed_seconds: float
    live_since: datetime | None
    asker_served_at: datetime | None
    queue_rank: int | None


def micros(at: datetime) -> int:
    """Return an instant as whole microseconds since 2024, which a cursor carries without rounding."""
    passed = at - EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def exposure(ranked: Ranked, as_of: datetime) -> float:
    """Return the seconds a question was live until an instant, at least a minute."""
    now_live = 0.0 if ranked.live_since is None else max(0.0, (as_of - ranked.live_since).total_seconds())
    return max(LEAST_EXPOSURE_SECONDS, ranked.exposed_seconds + now_live)


def key_of(sort: QuestionSort, ranked: Ranked, as_of: datetime) -> tuple[object, ...]:
    """Return the key of a question in an order, computed for an instant."""
    shown = micros(ranked.shown_at)
    match sort:
        case QuestionSort.POPULAR:
            return (ranked.votes, -shown, ranked.id)
        case QuestionSort.RECENT | QuestionSort.OLDEST_UNANSWERED:
            return (shown, ranked.id)
        case QuestionSort.TRENDING:
            return (ranked.heat, ranked.id)
        case QuestionSort.FAIR:
            served = ranked.asker_served_at
            is_first = 1 if served is None else 0
            rate = ranked.votes / exposure(ranked, as_of)
            return (micros(as_of), rate, is_first, 0 if served is None else -micros(served), ranked.id)
        case QuestionSort.QUEUE:
            return (QUEUE_LAST if ranked.queue_rank is None else ranked.queue_rank, shown, ranked.id)


def warmth(at: datetime) -> float:
    """Return what one vote at an instant weighs, as a logarithm to the base 2.

    A vote's weight halves each half-life, for all questions alike: instead of cooling every old vote, a later one
    weighs more. So the order needs no clock, and can be paged by. Kept as a logarithm it never overflows.
    """
    return (at - EPOCH).total_seconds() / HALF_LIFE_SECONDS


def warmer(heat: float, by: float) -> float:
    """Return the logarithm of the sum of two weights given as logarithms."""
    high, low = max(heat, by), min(heat, by)
    return high + log2(1.0 + 2.0 ** (low - high))
