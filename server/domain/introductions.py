"""Introductions: somebody brings two people together, if both want to: K3.

    offered -> made -> met          declined, expired, withdrawn: nothing came of it

What each of the three is shown differs, and is worked out here: a no is told to nobody but the introducer, and to them
without whose it was; to the other side the offer just runs out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from server.domain.errors import Conflict, LimitReached, invalid
from server.domain.facts import Fact
from server.domain.standing import TrustLevel
from server.domain.texts import paragraphs

MAX_WORDS, MIN_WORDS = 1_000, 10
LASTS = timedelta(days=14)
SAME_PAIR_AFTER = timedelta(days=90)
"""The same introducer offers the same two people again after so long."""
WEEK = timedelta(days=7)
PER_WEEK: Mapping[TrustLevel, int] = {TrustLevel.NEW: 2, TrustLevel.MEMBER: 5, TrustLevel.TRUSTED: 15}
"""Introductions that somebody may offer in any seven days."""


class IntroductionState(StrEnum):
    """Where an introduction stands. MADE: both said yes and are open to each other."""

    OFFERED = "offered"
    MADE = "made"
    MET = "met"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Part(StrEnum):
    """What somebody is in an introduction."""

    INTRODUCER = "introducer"
    SIDE = "side"


OPEN_TO_EACH_OTHER = frozenset({IntroductionState.MADE, IntroductionState.MET})


@dataclass(frozen=True)
class Answers:
    """What the two said: None while they have not."""

    own: bool | None
    other: bool | None

    @property
    def are_both_yes(self) -> bool:
        """Tell whether both agreed."""
        return bool(self.own and self.other)


def words_of(text: str) -> str:
    """Return what is said to both, 10 to 1,000 characters, or refuse."""
    return paragraphs("words", text, longest=MAX_WORDS, shortest=MIN_WORDS)


def check_three(introducer_id: UUID, one_id: UUID, other_id: UUID) -> None:
    """Refuse to introduce somebody to themselves, or oneself."""
    if one_id == other_id:
        raise invalid("otherId", "same", "Introduce two different people.")
    if introducer_id in (one_id, other_id):
        raise invalid("oneId", "yourself", "Introduce two others. To meet somebody yourself, send a request.")


def check_may_offer(offered: int, level: TrustLevel) -> None:
    """Refuse one introduction more than somebody may offer in a week."""
    if offered >= PER_WEEK[level]:
        raise LimitReached(f"You offered {offered} introductions in seven days.", limit=PER_WEEK[level])


def check_not_lately(last: datetime | None, at: datetime) -> None:
    """Refuse the same two people again a short while after."""
    if last is not None and at - last < SAME_PAIR_AFTER:
        raise Conflict("You offered these two an introduction not long ago.", current="lately")


def check_answerable(shown: IntroductionState, own: bool | None) -> None:
    """Refuse an answer to what is over for its reader, or a second one. `shown` is what the reader is shown."""
    if shown is not IntroductionState.OFFERED or own is not None:
        raise Conflict("You answered this introduction, or it is over.", current=shown.value)


def check_withdrawable(state: IntroductionState) -> None:
    """Refuse to take back what is made or over."""
    if state is not IntroductionState.OFFERED:
        raise Conflict("This introduction is made, or over.", current=state.value)


def check_meetable(state: IntroductionState) -> None:
    """Refuse to say that people met who were not introduced."""
    if state not in OPEN_TO_EACH_OTHER:
        raise Conflict("You were not introduced.", current=state.value)


def shown_state(
    state: IntroductionState, part: Part, own: bool | None, *, expires_at: datetime, at: datetime
) -> IntroductionState:
    """Return the state that one of the three is shown.

    To a side that did not decline, the other's no looks like an offer that waits and then runs out, to the second.
    """
    waits = IntroductionState.EXPIRED if at >= expires_at else IntroductionState.OFFERED
    if state is IntroductionState.OFFERED:
        return waits
    if state is IntroductionState.DECLINED and part is Part.SIDE and own is not False:
        return waits
    return state


@dataclass(frozen=True, kw_only=True)
class IntroductionNews:
    """Told to one person about an introduction, as they are shown it. Nobody else is named."""

    introduction_id: UUID
    profile_id: UUID
    state: IntroductionState
    at: datetime


@dataclass(frozen=True, kw_only=True)
class IntroductionOffered(IntroductionNews, Fact):
    """Somebody would like to introduce the person to another one."""

    kind: ClassVar[str] = "introduction.offered"


@dataclass(frozen=True, kw_only=True)
class IntroductionMoved(IntroductionNews, Fact):
    """An introduction stands elsewhere now: made, met, withdrawn, run out, or not wanted."""

    kind: ClassVar[str] = "introduction.moved"
