"""Discussions of a circle: threads by theme, posts, asks that go stale, reactions, and resources."""

from datetime import datetime, timedelta
from enum import StrEnum

from server.domain.errors import Conflict, NotAllowed
from server.domain.problems import Problems
from server.domain.texts import paragraphs

MAX_THREAD_TITLE, MAX_THEME, MAX_POST = 120, 40, 4_000
MAX_RESOURCE_TITLE, MAX_NOTE = 120, 500
ASK_GOES_STALE = timedelta(days=7)
"""An ask without an answer from anybody else for so long is stale: its author and the leads see it first."""
POSTS_PER_BURST, BURST_SECONDS = 10, 10.0
"""A person posts at most so many times to circles in so many seconds."""


class ThreadKind(StrEnum):
    """A talk, or an ask that wants an answer."""

    TALK = "talk"
    ASK = "ask"


class ThreadState(StrEnum):
    """Where a thread stands. Talks are OPEN or CLOSED; asks can be ANSWERED or go STALE too."""

    OPEN = "open"
    ANSWERED = "answered"
    STALE = "stale"
    CLOSED = "closed"


class Reaction(StrEnum):
    """The ways to react to a post without words."""

    HEART = "heart"
    THANKS = "thanks"
    SAME_HERE = "same_here"
    STRENGTH = "strength"
    IDEA = "idea"


UNSETTLED = frozenset({ThreadState.OPEN, ThreadState.STALE})


def thread_words(title: str, theme: str) -> tuple[str, str]:
    """Return a thread's title and theme as they are kept, or refuse with InvalidInput."""
    problems = Problems()
    kept = (
        problems.line("title", title, longest=MAX_THREAD_TITLE, shortest=3),
        problems.line("theme", theme, longest=MAX_THEME),
    )
    problems.refuse_if_any()
    return kept


def post_text(text: str) -> str:
    """Return a post as it is kept, 1 to 4,000 characters, or refuse with InvalidInput."""
    return paragraphs("text", text, longest=MAX_POST, shortest=1)


def resource_words(url: str, title: str, note: str) -> tuple[str, str, str]:
    """Return a resource's address, title and note as they are kept, or refuse with InvalidInput."""
    problems = Problems()
    kept = (
        problems.url("url", url),
        problems.line("title", title, longest=MAX_RESOURCE_TITLE, shortest=1),
        problems.paragraphs("note", note, longest=MAX_NOTE),
    )
    problems.refuse_if_any()
    return kept


def check_takes_posts(state: ThreadState) -> None:
    """Refuse to write in a closed thread."""
    if state is ThreadState.CLOSED:
        raise Conflict("This discussion is closed.", current=state.value)


def state_after_post(kind: ThreadKind, state: ThreadState, *, is_authors: bool) -> ThreadState:
    """Return where a thread stands after a post: a word from somebody else wakes a stale ask."""
    if kind is ThreadKind.ASK and state is ThreadState.STALE and not is_authors:
        return ThreadState.OPEN
    return state


def settled(kind: ThreadKind, state: ThreadState, to: ThreadState, *, may_settle: bool) -> ThreadState:
    """Return a thread's new state: its author or a lead says that an ask is answered, open again, or that it closes."""
    if not may_settle:
        raise NotAllowed("to have started it, or to lead the circle")
    if to is ThreadState.STALE or (to is ThreadState.ANSWERED and kind is ThreadKind.TALK):
        raise Conflict("A discussion cannot be put into this state.", current=state.value)
    return to


def goes_stale_at(last_word_at: datetime) -> datetime:
    """Return when an ask goes stale whose last word by anybody but its author was then."""
    return last_word_at + ASK_GOES_STALE
