"""The waiting list of a skill: who is next, how long it may take, and how an offer passes on: product.md 3.2."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from server.domain.availability import MentoringFormat
from server.domain.errors import Conflict, LimitReached
from server.domain.facts import Fact

OFFER_HOLDS = timedelta(hours=48)
"""How long a mentor has before an offer passes on to the next who fits."""
MAX_PLACES = 3
"""Waiting lists somebody may be on at once."""
EQUITY_EVERY = 4
"""Of so many offers of a list, the last goes to who waits longest of those who never had a mentor."""
MEASURED_OVER = timedelta(days=60)
LEAST_SERVED = 3
"""Below so many people served there is no forecast: it would be a guess."""
_LOW, _HIGH = -1.2815515655446004, 1.2815515655446004
"""The normal quantiles of 10 and 90 percent."""


class WaitingState(StrEnum):
    """Where a place in line stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    SERVED = "served"
    LEFT = "left"


ON_THE_LIST = frozenset({WaitingState.WAITING, WaitingState.OFFERED})


class OfferOutcome(StrEnum):
    """What became of an offer."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    PASSED_ON = "passed_on"
    CALLED_OFF = "called_off"


class TooManyPlaces(LimitReached):
    """One is on as many lists as one may be."""

    code = "too_many_waiting_places"

    def __init__(self) -> None:
        super().__init__(f"You wait on {MAX_PLACES} lists. Leave one first.", limit=MAX_PLACES)


@dataclass(frozen=True)
class Waiting:
    """Somebody in line. `is_first`: they never had a mentor."""

    place_id: UUID
    since: datetime
    is_first: bool


@dataclass(frozen=True)
class Pace:
    """How a list fared lately: offers decided, those accepted, and over how many days that was measured."""

    offers: int
    accepted: int
    days: float

    @property
    def accept_rate(self) -> float | None:
        """Return the share of decided offers that were accepted; None without any."""
        return self.accepted / self.offers if self.offers else None


@dataclass(frozen=True)
class Forecast:
    """In how many days it will be one's turn: at the earliest and at the latest, four times in five."""

    earliest_days: float
    latest_days: float
    served: int
    over_days: float


def serving_order(line: Sequence[Waiting], offers_made: int, every: int = EQUITY_EVERY) -> list[UUID]:
    """Return places in the order in which they will be offered something, after so many offers of the list.

    The longest waiting first, but every `every`-th offer goes to the longest waiting of those who never had a mentor.
    With `every` below 1 there are no such seats.
    """
    left = sorted(line, key=lambda one: (one.since, one.place_id))
    order: list[UUID] = []
    while left:
        is_equity = every >= 1 and (offers_made + len(order) + 1) % every == 0
        firsts = [one for one in left if one.is_first] if is_equity else []
        chosen = (firsts or left)[0]
        left.remove(chosen)
        order.append(chosen.place_id)
    return order


def forecast(position: int, pace: Pace) -> Forecast | None:
    """Return when the place at a position, from 1, may be served; None without enough to go by.

    People are served like the ticks of a Poisson clock whose rate is known as well as it was counted: the range is the
    80 % interval of that rate. The future may differ, which no number tells.
    """
    if pace.accepted < LEAST_SERVED or pace.days <= 0:
        return None
    slowest = _gamma_quantile(pace.accepted, _LOW) / pace.days
    fastest = _gamma_quantile(pace.accepted + 1, _HIGH) / pace.days
    return Forecast(position / fastest, position / slowest, pace.accepted, pace.days)


def _gamma_quantile(shape: float, z: float) -> float:
    """Return a quantile of the gamma distribution with scale 1, by Wilson and Hilferty: within 1 % from shape 3 on."""
    return float(shape * (1 - 1 / (9 * shape) + z / (3 * math.sqrt(shape))) ** 3)


def check_on_the_list(state: WaitingState) -> None:
    """Refuse what needs a place in line of one that has none any more."""
    if state not in ON_THE_LIST:
        raise Conflict("This place is not waiting any more.", current=state.value)


def rule_text(every: int = EQUITY_EVERY) -> str:
    """Return the rule of the order, as everybody may read it."""
    longest = "Whoever has waited longest is offered the next mentor who fits."
    if every < 1:
        return longest
    return (
        f"{longest} Every {_ordinal(every)} offer of a list goes to whoever has waited longest among those who never"
        f" had a mentor here. An offer holds {int(OFFER_HOLDS.total_seconds() // 3600)} hours; then it passes on, and"
        " nobody loses their turn."
    )


def _ordinal(number: int) -> str:
    last = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{last}"


@dataclass(frozen=True, kw_only=True)
class WaitingMoved:
    """Where a place in line stands now. For its owner alone."""

    place_id: UUID
    skill_id: str
    format: MentoringFormat
    state: WaitingState
    request_id: UUID | None
    version: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class WaitingJoined(WaitingMoved, Fact):
    """Somebody took a place in line."""

    kind: ClassVar[str] = "waiting.joined"


@dataclass(frozen=True, kw_only=True)
class WaitingOffered(WaitingMoved, Fact):
    """A mentor who fits has a place, and was asked in their name."""

    kind: ClassVar[str] = "waiting.offered"
    until: datetime


@dataclass(frozen=True, kw_only=True)
class WaitingPassedOn(WaitingMoved, Fact):
    """The mentor did not take it up; they keep their turn."""

    kind: ClassVar[str] = "waiting.passed_on"


@dataclass(frozen=True, kw_only=True)
class WaitingEnded(WaitingMoved, Fact):
    """They were served, or left."""

    kind: ClassVar[str] = "waiting.ended"
