"""Kudos: thanks tied to something that happened between two people. Nobody's are counted, nobody is ranked: K5."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from server.domain.errors import LimitReached, NotAllowed, invalid
from server.domain.facts import Fact
from server.domain.texts import line

MAX_WORDS, MIN_WORDS = 280, 3
A_DAY = 3
"""Kudos that somebody may give in any 24 hours; one that was taken back counts."""
DAY = timedelta(days=1)


class KudosTie(StrEnum):
    """What kudos are given for: something both took part in."""

    MENTORSHIP = "mentorship"
    SESSION = "session"
    QUESTION = "question"
    CIRCLE_MEETING = "circle_meeting"
    INTRODUCTION = "introduction"
    SMALL_ASK = "small_ask"
    GATHERING = "gathering"


class KudosPlace(StrEnum):
    """Who sees kudos besides their giver. PRIVATE: the receiver. PUBLIC: all. HIDDEN: the receiver put them away."""

    PRIVATE = "private"
    PUBLIC = "public"
    HIDDEN = "hidden"


class KudosBox(StrEnum):
    """Which kudos are asked for."""

    RECEIVED = "received"
    GIVEN = "given"


def words_of(text: str) -> str:
    """Return the words of kudos as they are kept: a line of 3 to 280 characters."""
    return line("words", text, longest=MAX_WORDS, shortest=MIN_WORDS)


def check_other(giver_id: UUID, receiver_id: UUID) -> None:
    """Refuse kudos to oneself."""
    if giver_id == receiver_id:
        raise invalid("receiverId", "yourself", "Kudos are for others.")


def check_allowance(given: int) -> None:
    """Refuse more kudos than somebody may give in a day."""
    if given >= A_DAY:
        raise LimitReached(f"{A_DAY} kudos in a day: so that each of them means something.", limit=A_DAY)


def check_receiver(*, is_receiver: bool) -> None:
    """Refuse what only the receiver decides."""
    if not is_receiver:
        raise NotAllowed("to have received the kudos", "Only who received them decides who sees them.")


def check_giver(*, is_giver: bool) -> None:
    """Refuse what only the giver does."""
    if not is_giver:
        raise NotAllowed("to have given the kudos", "Only who gave them can take them back.")


@dataclass(frozen=True, kw_only=True)
class KudosGiven(Fact):
    """Somebody thanked the person for something they did. By whom and in which words is asked of GraphQL."""

    kind: ClassVar[str] = "kudos.given"
    kudos_id: UUID
    profile_id: UUID
    tie: KudosTie
    at: datetime


@dataclass(frozen=True, kw_only=True)
class KudosPlaced(Fact):
    """The person decided who sees kudos they received."""

    kind: ClassVar[str] = "kudos.placed"
    kudos_id: UUID
    profile_id: UUID
    place: KudosPlace
    at: datetime
