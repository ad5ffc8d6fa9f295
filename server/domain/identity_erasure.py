"""Leaving for good: what becomes of each kind of thing, and how free text leaves a fact that others keep."""

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from server.domain.facts import Fact


class Fate(StrEnum):
    """What erasing an account does to rows of one kind."""

    DELETED = "deleted"
    EMPTIED = "emptied"
    KEPT = "kept"


@dataclass(frozen=True)
class ErasureLine:
    """One line of the preview: how many things of a kind there are, and what becomes of them."""

    kind: str
    count: int
    fate: Fate


def without_free_text(fact: Fact) -> Fact:
    """Return a fact with every free text empty. Ids, instants, numbers and words of a vocabulary stay."""
    emptied: Fact = _new_value(fact, None)
    return emptied


def without_texts(fact: Fact, texts: Collection[str]) -> Fact:
    """Return a fact with those free texts empty that are among `texts`."""
    emptied: Fact = _new_value(fact, texts)
    return emptied


def _new_value(value: Any, texts: Collection[str] | None) -> Any:
    # A decoded fact has its own types: what is exactly a str was written by somebody.
    if type(value) is str:
        return "" if texts is None or value in texts else value
    if isinstance(value, list):
        return [_new_value(item, texts) for item in value]
    if isinstance(value, dict):
        return {key: _new_value(item, texts) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changed = {field.name: _new_value(getattr(value, field.name), texts) for field in dataclasses.fields(value)}
        return dataclasses.replace(value, **changed)
    return value
