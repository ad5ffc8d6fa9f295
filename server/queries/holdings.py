"""What a shaft says about each of its tables that can hold a person: which rows are theirs, and their fate."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tortoise.expressions import Q
from tortoise.models import Model

from server.domain.identity_erasure import Fate

Which = Callable[[UUID], Q]


@dataclass(frozen=True)
class Holding:
    """Rows of one table that are somebody's: which they are, what of them is not shown, and their fate.

    `emptied` gives the columns that erasing sets. `taken_along` are further rows that go with the account but are
    another's to see, so they are neither exported nor counted.
    """

    kind: str
    model: type[Model]
    which: Which
    fate: Fate
    hidden: frozenset[str] = frozenset()
    emptied: Mapping[str, Any] = field(default_factory=dict)
    taken_along: Which | None = None


def by(*columns: str) -> Which:
    """Return the condition that one of these columns names the person."""

    def which(user_id: UUID) -> Q:
        found = Q()
        for column in columns:
            asked: dict[str, Any] = {column: user_id}
            found |= Q(**asked)
        return found

    return which
