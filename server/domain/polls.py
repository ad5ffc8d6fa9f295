"""Polls: what can be asked, what a ballot may say, and what ballots add up to.

A ballot is turned into counts at once and never kept: who took part is known, what they said is not, by structure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from server.domain.errors import Conflict, LimitReached, invalid
from server.domain.texts import line

MAX_OPTIONS = 20
MAX_OPTION_LENGTH = 100
MAX_PROMPT_LENGTH = 300
MAX_WORD_LENGTH = 30
MAX_WORDS = 3
MAX_SCALE = 10
LEAST_BALLOTS = 3
"""Below so many ballots a result would tell who said what, so there is none."""

TOP_WORDS = 50


class PollKind(StrEnum):
    """The ways of asking."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    RATING = "rating"
    RANKING = "ranking"
    WORD_CLOUD = "word_cloud"
    QUIZ = "quiz"


class PollState(StrEnum):
    """Where a poll stands. Its results are shown, if ever, once it is closed."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class PollAction(StrEnum):
    """What staff may do to a poll."""

    OPEN = "open"
    CLOSE = "close"
    SHOW_RESULTS = "show_results"
    HIDE_RESULTS = "hide_results"
    DELETE = "delete"


_SOURCES: Mapping[PollAction, PollState] = {
    PollAction.OPEN: PollState.DRAFT,
    PollAction.CLOSE: PollState.OPEN,
    PollAction.SHOW_RESULTS: PollState.CLOSED,
    PollAction.HIDE_RESULTS: PollState.CLOSED,
    PollAction.DELETE: PollState.DRAFT,
}


@dataclass(frozen=True)
class PollForm:
    """What is asked. `correct` are positions in `options`, for a quiz; `scale` is the top of a rating."""

    kind: PollKind
    prompt: str
    options: tuple[str, ...] = ()
    correct: tuple[int, ...] = ()
    most_choices: int = 1
    scale: int = 5


@dataclass(frozen=True)
class Ballot:
    """What one person says: positions of options (in their order, for a ranking), a rating, or words."""

    choices: tuple[int, ...] = ()
    rating: int | None = None
    words: tuple[str, ...] = ()


def poll_form(form: PollForm) -> PollForm:
    """Return a poll as it is kept, or refuse with InvalidInput."""
    prompt = line("prompt", form.prompt, longest=MAX_PROMPT_LENGTH, shortest=3)
    if form.kind in (PollKind.RATING, PollKind.WORD_CLOUD):
        return _optionless(form, prompt)
    options = tuple(line("options", text, longest=MAX_OPTION_LENGTH, shortest=1) for text in form.options)
    if not 2 <= len(options) <= MAX_OPTIONS or len(set(options)) != len(options):
        raise invalid("options", "not_distinct", f"Give 2 to {MAX_OPTIONS} different options.")
    most = form.most_choices if form.kind is PollKind.MULTIPLE else 1
    if not 1 <= most <= len(options):
        raise invalid("mostChoices", "out_of_range", "At least one choice, and no more than there are options.")
    correct = tuple(sorted(set(form.correct)))
    if form.kind is PollKind.QUIZ and (not correct or not all(0 <= place < len(options) for place in correct)):
        raise invalid("correct", "missing", "Say which options are right.")
    return PollForm(form.kind, prompt, options, correct if form.kind is PollKind.QUIZ else (), most, 0)


def _optionless(form: PollForm, prompt: str) -> PollForm:
    if form.options:
        raise invalid("options", "not_taken", "This kind of poll has no options.")
    if form.kind is PollKind.RATING and not 2 <= form.scale <= MAX_SCALE:
        raise invalid("scale", "out_of_range", f"A scale goes to 2 at least and {MAX_SCALE} at most.")
    return PollForm(form.kind, prompt, scale=form.scale if form.kind is PollKind.RATING else 0)


def check_poll_action(state: PollState, action: PollAction) -> None:
    """Refuse what the poll's state does not allow."""
    if state is not _SOURCES[action]:
        raise Conflict("The poll is not in a state this can be done in.", current=state.value)


def check_enough(ballots: int) -> None:
    """Refuse results that would tell who said what."""
    if ballots < LEAST_BALLOTS:
        raise LimitReached(f"Results are shown from {LEAST_BALLOTS} ballots on.", limit=LEAST_BALLOTS)


def counts_of(form: PollForm, ballot: Ballot) -> dict[str, int]:
    """Return what a ballot adds to each count, by key: `o:2` an option, `r:4` a rating, `w:team` a word.

    A ranking adds points to each option, as many as there are options for the first and 1 for the last (Borda), and
    one to `f:` of the first. InvalidInput for a ballot that does not fit the poll.
    """
    match form.kind:
        case PollKind.RATING:
            if ballot.rating is None or not 1 <= ballot.rating <= form.scale or ballot.choices or ballot.words:
                raise invalid("rating", "out_of_range", f"Rate from 1 to {form.scale}.")
            return {f"r:{ballot.rating}": 1}
        case PollKind.WORD_CLOUD:
            return {f"w:{word}": 1 for word in _words(ballot)}
        case PollKind.RANKING:
            if sorted(ballot.choices) != list(range(len(form.options))):
                raise invalid("choices", "incomplete", "Rank every option once.")
            points = {f"o:{option}": len(form.options) - place for place, option in enumerate(ballot.choices)}
            return {**points, f"f:{ballot.choices[0]}": 1}
        case PollKind.SINGLE | PollKind.MULTIPLE | PollKind.QUIZ:
            return {f"o:{choice}": 1 for choice in _choices(form, ballot.choices)}


def _words(ballot: Ballot) -> Sequence[str]:
    words = [line("words", word, longest=MAX_WORD_LENGTH, shortest=1).casefold() for word in ballot.words]
    if not 1 <= len(words) <= MAX_WORDS or len(set(words)) != len(words):
        raise invalid("words", "out_of_range", f"Give 1 to {MAX_WORDS} different words.")
    return words


def _choices(form: PollForm, choices: tuple[int, ...]) -> tuple[int, ...]:
    if not 1 <= len(choices) <= form.most_choices or len(set(choices)) != len(choices):
        raise invalid("choices", "out_of_range", f"Choose 1 to {form.most_choices} different options.")
    if not all(0 <= choice < len(form.options) for choice in choices):
        raise invalid("choices", "unknown", "This poll has no such option.")
    return choices


@dataclass(frozen=True)
class Count:
    """How often something was said. `points` are a ranking's; elsewhere they equal `count`."""

    label: str
    count: int
    points: int
    is_correct: bool | None = None


def result_of(form: PollForm, counts: Mapping[str, int]) -> list[Count]:
    """Return what the ballots add up to: options and ratings in their order, the most said words first."""
    if form.kind is PollKind.RATING:
        return [_plain(str(step), counts.get(f"r:{step}", 0)) for step in range(1, form.scale + 1)]
    if form.kind is PollKind.WORD_CLOUD:
        words = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:TOP_WORDS]
        return [_plain(key.removeprefix("w:"), count) for key, count in words]
    rows = []
    for place, label in enumerate(form.options):
        points = counts.get(f"o:{place}", 0)
        count = counts.get(f"f:{place}", 0) if form.kind is PollKind.RANKING else points
        is_correct = place in form.correct if form.kind is PollKind.QUIZ else None
        rows.append(Count(label, count, points, is_correct))
    return rows


def _plain(label: str, count: int) -> Count:
    return Count(label, count, count)
