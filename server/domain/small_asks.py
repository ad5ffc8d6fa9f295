"""Small asks: fifteen minutes of somebody's time. People who are free offer, the asker takes one, both say thanks: K4.

open -> agreed -> done -> thanked          withdrawn, expired
agreed -> open when one of the two cannot after all
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from server.domain.errors import Conflict, LimitReached, invalid
from server.domain.facts import Fact
from server.domain.problems import Problems

MINUTES = 15
MAX_TEXT, MIN_TEXT = 300, 5
MAX_TOPIC, MAX_WORDS = 40, 300
MAX_OPEN = 2
"""Asks that somebody may have open at once."""
MAX_OFFERS = 10
"""Offers that one ask takes."""
MAX_OFFERED = 5
"""Offers that somebody may have waiting at once."""
MAX_PASSED_ON = 3
"""People to whom one person may pass one ask on."""
LASTS = timedelta(days=7)


class SmallAskState(StrEnum):
    """Where a small ask stands."""

    OPEN = "open"
    AGREED = "agreed"
    DONE = "done"
    THANKED = "thanked"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True)
class SmallAskForm:
    """What is asked, in a line, and what it is about: a skill of the vocabulary, a topic in own words, or both."""

    text: str
    topic: str = ""
    skill_id: str | None = None


@dataclass(frozen=True)
class HelpForm:
    """When somebody is free for it, and a word to the asker."""

    free_at: datetime
    words: str = ""


def cleaned(form: SmallAskForm, *, is_known_skill: bool) -> SmallAskForm:
    """Return a form as it is kept, or refuse with InvalidInput that names everything wrong."""
    problems = Problems()
    text = problems.line("text", form.text, longest=MAX_TEXT, shortest=MIN_TEXT)
    topic = problems.line("topic", form.topic, longest=MAX_TOPIC)
    if form.skill_id is not None and not is_known_skill:
        problems.add("skillId", "unknown", "There is no such skill.")
    if form.skill_id is None and not topic:
        problems.add("topic", "missing", "Say what it is about: a skill or a topic.")
    problems.refuse_if_any()
    return SmallAskForm(text, topic, form.skill_id)


def cleaned_help(form: HelpForm, at: datetime) -> HelpForm:
    """Return an offer as it is kept, or refuse with InvalidInput."""
    problems = Problems()
    words = problems.line("words", form.words, longest=MAX_WORDS)
    problems.refuse_if_any()
    if not at <= form.free_at <= at + LASTS:
        raise invalid("freeAt", "out_of_range", f"Within {LASTS.days} days from now.")
    return HelpForm(form.free_at, words)


def thanks_of(text: str) -> str:
    """Return thanks as they are kept: a line of 1 to 300 characters."""
    problems = Problems()
    words = problems.line("thanks", text, longest=MAX_WORDS, shortest=1)
    problems.refuse_if_any()
    return words


def check_state(state: SmallAskState, *wanted: SmallAskState) -> None:
    """Refuse what does not start from where the ask stands."""
    if state not in wanted:
        raise Conflict("This ask is not where that can be done.", current=state.value)


def check_may_ask(open_asks: int) -> None:
    """Refuse one small ask more than somebody may have open."""
    if open_asks >= MAX_OPEN:
        raise LimitReached(f"You have {MAX_OPEN} small asks open. Take one back first.", limit=MAX_OPEN)


def check_may_offer(*, on_ask: int, waiting: int) -> None:
    """Refuse an offer to an ask that has many, or of somebody who offered much."""
    if on_ask >= MAX_OFFERS:
        raise LimitReached("Many have offered to help with this one already.", limit=MAX_OFFERS)
    if waiting >= MAX_OFFERED:
        raise LimitReached(f"{MAX_OFFERED} offers of yours wait. Take one back first.", limit=MAX_OFFERED)


def check_may_pass_on(passed: int) -> None:
    """Refuse to pass an ask on to many."""
    if passed >= MAX_PASSED_ON:
        raise LimitReached(f"One passes an ask on to {MAX_PASSED_ON} people.", limit=MAX_PASSED_ON)


@dataclass(frozen=True, kw_only=True)
class SmallAskNews:
    """Told to one person about a small ask. Nobody else is named, and nothing is quoted."""

    small_ask_id: UUID
    profile_id: UUID
    state: SmallAskState
    version: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class SmallAskMoved(SmallAskNews, Fact):
    """An ask of the person, or one they help with or offered to, stands elsewhere now. `is_mine`: they asked."""

    kind: ClassVar[str] = "small_ask.moved"
    is_mine: bool


@dataclass(frozen=True, kw_only=True)
class SmallAskHelpOffered(SmallAskNews, Fact):
    """Somebody offered to help with an ask of the person."""

    kind: ClassVar[str] = "small_ask.help_offered"


@dataclass(frozen=True, kw_only=True)
class SmallAskPassedOn(SmallAskNews, Fact):
    """Somebody thinks that an ask is for the person."""

    kind: ClassVar[str] = "small_ask.passed_on"
