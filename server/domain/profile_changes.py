"""A partial change of a profile: what may be changed, and how each value is checked and cleaned."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import Enum, StrEnum
from typing import Any

from server.domain.errors import invalid
from server.domain.places import COUNTRIES, time_zones
from server.domain.problems import Problems
from server.domain.profiles import WorkPattern


class Unset(Enum):
    """The mark of a value that is not part of a change; None is a value."""

    UNSET = "unset"


UNSET = Unset.UNSET


class Pace(StrEnum):
    """How somebody likes to talk."""

    ASYNC = "async"
    LIVE = "live"
    EITHER = "either"


class Feedback(StrEnum):
    """How somebody likes to be told."""

    DIRECT = "direct"
    GENTLE = "gentle"
    EITHER = "either"


@dataclass(frozen=True)
class HowIWork:
    """The card shown side by side at the start of a mentorship: A6."""

    pace: Pace = Pace.EITHER
    feedback: Feedback = Feedback.EITHER
    camera_off_is_fine: bool = True
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ProfileChanges:
    """What somebody wants to change of their profile; what is UNSET stays as it is."""

    display_name: str | Unset = UNSET
    pseudonym: str | Unset | None = UNSET
    is_pseudonymous: bool | Unset = UNSET
    headline: str | Unset = UNSET
    bio: str | Unset = UNSET
    work_patterns: Sequence[WorkPattern] | Unset = UNSET
    is_high_skill: bool | Unset | None = UNSET
    interests: Sequence[str] | Unset = UNSET
    industries: Sequence[str] | Unset = UNSET
    goals: Sequence[str] | Unset = UNSET
    how_i_work: HowIWork | Unset = UNSET
    time_zone: str | Unset = UNSET
    city: str | Unset = UNSET
    country: str | Unset = UNSET
    meets_remotely: bool | Unset = UNSET
    meets_within_km: int | Unset | None = UNSET
    is_listed: bool | Unset = UNSET


def clean_changes(changes: ProfileChanges) -> dict[str, Any]:
    """Return the columns to write, cleaned. Refuses with InvalidInput that names everything that is wrong."""
    problems = Problems()
    given = {field.name: getattr(changes, field.name) for field in fields(changes)}
    cleaned = {
        name: _CLEANERS[name](problems, path_of(name), value) if name in _CLEANERS else value
        for name, value in given.items()
        if value is not UNSET
    }
    problems.refuse_if_any()
    return cleaned


def check_pseudonym(*, is_pseudonymous: bool, pseudonym: str | None) -> None:
    """Refuse to hide a name behind no other."""
    if is_pseudonymous and not pseudonym:
        raise invalid("pseudonym", "missing", "Choose a pseudonym before you hide your name.")


def path_of(name: str) -> str:
    """Return the path of a field in an input: its name in camel case."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _display_name(problems: Problems, path: str, value: str) -> str:
    return problems.line(path, value, longest=80, shortest=1)


def _pseudonym(problems: Problems, path: str, value: str | None) -> str | None:
    return None if value is None else problems.line(path, value, longest=40, shortest=2)


def _headline(problems: Problems, path: str, value: str) -> str:
    return problems.line(path, value, longest=160)


def _bio(problems: Problems, path: str, value: str) -> str:
    return problems.paragraphs(path, value, longest=4000)


def _work_patterns(_: Problems, __: str, value: Sequence[WorkPattern]) -> list[str]:
    return [pattern.value for pattern in dict.fromkeys(value)]


def _words(problems: Problems, path: str, value: Sequence[str]) -> list[str]:
    return problems.lines(path, value, most=20, longest=60)


def _goals(problems: Problems, path: str, value: Sequence[str]) -> list[str]:
    return problems.lines(path, value, most=5, longest=200)


def _how_i_work(problems: Problems, path: str, value: HowIWork) -> dict[str, Any]:
    return {
        "pace": value.pace.value,
        "feedback": value.feedback.value,
        "camera_off_is_fine": value.camera_off_is_fine,
        "note": problems.line(f"{path}.note", value.note, longest=300),
    }


def _time_zone(problems: Problems, path: str, value: str) -> str:
    if value not in time_zones():
        problems.add(path, "unknown", "An IANA time zone such as Europe/Lisbon.")
    return value


def _city(problems: Problems, path: str, value: str) -> str:
    return problems.line(path, value, longest=80)


def _country(problems: Problems, path: str, value: str) -> str:
    code = value.strip().upper()
    if code and code not in COUNTRIES:
        problems.add(path, "unknown", "A country's two letters, such as PT; empty for none.")
    return code


def _kilometres(problems: Problems, path: str, value: int | None) -> int | None:
    return None if value is None else problems.number(path, value, 1, 500)


_CLEANERS: Mapping[str, Callable[[Problems, str, Any], Any]] = {
    "display_name": _display_name,
    "pseudonym": _pseudonym,
    "headline": _headline,
    "bio": _bio,
    "work_patterns": _work_patterns,
    "interests": _words,
    "industries": _words,
    "goals": _goals,
    "how_i_work": _how_i_work,
    "time_zone": _time_zone,
    "city": _city,
    "country": _country,
    "meets_within_km": _kilometres,
}
