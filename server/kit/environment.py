"""Frozen dataclasses read from environment variables: every field has a variable, every mistake is told.

A field's variable is the prefix and its name in capitals; a field that is itself a dataclass adds its name
to the prefix. Durations are written 250ms, 30s, 15m, 48h, 7d.
"""

import dataclasses
import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")

_DURATION = re.compile(r"(\d{1,9})(ms|s|m|h|d)")
_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
_LONGEST = timedelta(days=3653)
_YES_NO = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


@dataclasses.dataclass(frozen=True, slots=True)
class Variable:
    """One variable of a tree of settings: its name, its field's type and default, and the bounds of a number."""

    name: str
    kind: Any
    default: Any
    least: float | None
    most: float | None
    secret: bool


def setting(default: Any, *, least: float | None = None, most: float | None = None, variable: str | None = None) -> Any:
    """Declare a field with a default, the bounds of its number (both allowed), or a variable of its own name."""
    return dataclasses.field(default=default, metadata={"least": least, "most": most, "variable": variable})


def secret(default: str | None = None, *, variable: str | None = None) -> Any:
    """Declare a field that never shows in a repr, and so in no log."""
    return dataclasses.field(default=default, repr=False, metadata={"variable": variable})


def variables(kind: type[Any], prefix: str) -> Iterator[Variable]:
    """Yield every variable of a settings class, groups included, in the order of the fields."""
    hints = get_type_hints(kind)
    for field in dataclasses.fields(kind):
        hint = hints[field.name]
        if dataclasses.is_dataclass(hint):
            yield from variables(_as_class(hint), f"{prefix}{field.name.upper()}_")
            continue
        facts = field.metadata
        yield Variable(
            name=facts.get("variable") or f"{prefix}{field.name.upper()}",
            kind=hint,
            default=field.default,
            least=facts.get("least"),
            most=facts.get("most"),
            secret=not field.repr,
        )


def read(kind: type[T], environment: Mapping[str, str], prefix: str, problems: list[str]) -> T:
    """Build a settings object; a value that cannot be used leaves its default and adds a problem."""
    values: dict[str, Any] = {}
    hints = get_type_hints(kind)
    for field in dataclasses.fields(kind):  # type: ignore[arg-type] # T is a dataclass, which no bound can say
        hint = hints[field.name]
        if dataclasses.is_dataclass(hint):
            values[field.name] = read(_as_class(hint), environment, f"{prefix}{field.name.upper()}_", problems)
            continue
        name = field.metadata.get("variable") or f"{prefix}{field.name.upper()}"
        text = environment.get(name, "").strip()
        if not text:
            continue
        try:
            values[field.name] = _convert(hint, text)
        except ValueError as error:
            shown = "its value" if not field.repr else repr(text)
            problems.append(f"{name}: {shown} is not {error}")
    return kind(**values)


def out_of_bounds(settings: Any, prefix: str) -> Iterator[str]:
    """Yield a sentence for each number outside its field's bounds."""
    for field in dataclasses.fields(settings):
        value = getattr(settings, field.name)
        if dataclasses.is_dataclass(value):
            yield from out_of_bounds(value, f"{prefix}{field.name.upper()}_")
            continue
        least, most = field.metadata.get("least"), field.metadata.get("most")
        if least is not None and value < least:
            yield f"{prefix}{field.name.upper()}: {value} is less than {least}"
        if most is not None and value > most:
            yield f"{prefix}{field.name.upper()}: {value} is more than {most}"


def _as_class(hint: Any) -> type[Any]:
    found: type[Any] = hint
    return found


def _convert(hint: Any, text: str) -> Any:
    """Turn text into a field's type. Raises ValueError whose message completes "is not ..."."""
    if isinstance(hint, UnionType):
        hint = next(part for part in get_args(hint) if part is not NoneType)
    if get_origin(hint) is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if issubclass(hint, StrEnum):
        return _choice(hint, text)
    return _CONVERTERS[hint](text)


def _choice(kind: type[StrEnum], text: str) -> StrEnum:
    try:
        return kind(text.lower())
    except ValueError:
        raise ValueError("one of " + ", ".join(kind)) from None


def _whole(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise ValueError("a whole number")
    return int(text)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError("a number")
    return number


def _yes_no(text: str) -> bool:
    if text.lower() not in _YES_NO:
        raise ValueError("yes or no")
    return _YES_NO[text.lower()]


def _duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError("a duration such as 30s, 15m, 48h or 7d")
    length = int(found[1]) * _UNITS[found[2]]
    if not timedelta(0) < length <= _LONGEST:
        raise ValueError("a duration between 1ms and ten years")
    return length


_CONVERTERS: Mapping[type, Callable[[str], Any]] = {
    str: str,
    int: _whole,
    float: _number,
    bool: _yes_no,
    Path: Path,
    timedelta: _duration,
}
