"""Asking and voting: who may when, as whom a question appears, and what sends one to review by itself."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.domain.errors import Conflict, LimitReached, NotAllowed, RateLimited, invalid
from server.domain.question_states import AuthorShown, QuestionState
from server.domain.webinars import ASKING_STATES, AnonymityMode, WebinarRole, WebinarState, is_staff

OPEN_PER_PERSON = 3

_LINK = re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|net|org|info|biz|io|ru)\b", re.IGNORECASE)
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.\w+|(?:\+|00)\d[\d ()/-]{7,}\d")
_REPEATED = re.compile(r"(.)\1{5,}")


@dataclass(frozen=True)
class Asking:
    """Somebody about to ask, and the event as it stands. `rest` of the slow mode is counted from `last_asked_at`."""

    role: WebinarRole
    state: WebinarState
    window_is_open: bool
    review: bool
    anonymity: AnonymityMode
    slow_seconds: int
    open_questions: int
    last_asked_at: datetime | None
    barred_until: datetime | None
    is_banned: bool
    wants_pseudonym: bool
    at: datetime


def check_asking(asking: Asking) -> None:
    """Refuse to take a question now. RateLimited tells the rest of the slow mode in seconds, rounded up."""
    if asking.is_banned or (asking.barred_until is not None and asking.barred_until > asking.at):
        raise NotAllowed("the end of your time-out", "You cannot ask questions in this webinar at the moment.")
    if asking.state not in ASKING_STATES or not asking.window_is_open:
        raise Conflict("Questions are not taken at the moment.", current=asking.state.value)
    if asking.open_questions >= OPEN_PER_PERSON:
        raise LimitReached(f"You have {OPEN_PER_PERSON} open questions already.", limit=OPEN_PER_PERSON)
    rest = slow_rest(asking)
    if rest > 0:
        raise RateLimited(rest)


def slow_rest(asking: Asking) -> int:
    """Return the whole seconds until this person may ask again: 0 for staff, whom slow mode does not slow."""
    if asking.last_asked_at is None or is_staff(asking.role):
        return 0
    # Clocks of two workers differ a little: nobody waits longer than the slow mode itself.
    passed = max(0.0, (asking.at - asking.last_asked_at).total_seconds())
    return max(0, -int(-(asking.slow_seconds - passed) // 1))


def first_state(asking: Asking, text: str) -> QuestionState:
    """Return where a new question begins. A screen may force review, never more; staff skip it."""
    if is_staff(asking.role):
        return QuestionState.LIVE
    return QuestionState.PENDING if asking.review or screened(text) else QuestionState.LIVE


def author_shown(asking: Asking) -> AuthorShown:
    """Return as whom the author appears; InvalidInput for a pseudonym where names are asked for."""
    if asking.anonymity is AnonymityMode.FORCED:
        return AuthorShown.PSEUDONYM
    if asking.anonymity is AnonymityMode.NAMED and asking.wants_pseudonym:
        raise invalid("anonymous", "not_offered", "In this webinar questions are asked under one's name.")
    return AuthorShown.PSEUDONYM if asking.wants_pseudonym else AuthorShown.NAME


def screened(text: str) -> list[str]:
    """Return why a text should be looked at before it is shown; empty: it need not."""
    reasons = []
    if _LINK.search(text):
        reasons.append("link")
    if _CONTACT.search(text):
        reasons.append("contact")
    letters = [letter for letter in text if letter.isalpha()]
    if len(letters) >= 10 and sum(letter.isupper() for letter in letters) > 0.7 * len(letters):
        reasons.append("shouting")
    if _REPEATED.search(text):
        reasons.append("repeated")
    return reasons


@dataclass(frozen=True)
class Voting:
    """Somebody about to vote, and the question and event as they stand. `authors` include those merged into it."""

    voter: UUID
    state: QuestionState
    version: int
    webinar_state: WebinarState
    authors: frozenset[UUID]
    is_banned: bool = False


def check_vote(voting: Voting) -> None:
    """Refuse a vote: only on live questions of an event under way, and never for one's own."""
    if voting.is_banned:
        raise NotAllowed("a place in the webinar")
    if voting.voter in voting.authors:
        raise NotAllowed("to be another than its author", "You cannot vote for your own question.")
    if voting.state is not QuestionState.LIVE:
        raise Conflict("Only questions that are live take votes.", current=voting.state.value)
    if voting.webinar_state not in ASKING_STATES:
        raise Conflict("The webinar takes no votes any more.", current=voting.webinar_state.value)
