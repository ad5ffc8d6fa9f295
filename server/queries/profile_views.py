"""A profile as one viewer may see it, over the row it was read as: what they may not see is None.

Each part is looked up when it is asked for, as a page of people shows a few of their two dozen parts.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

import orjson

from server.domain.actors import ProfileId
from server.domain.visibility import ProfileField, Relation, shown_name, visible_fields
from server.queries.visibility import relation_of

Part = TypeVar("Part")

_EVERY_FIELD = frozenset(ProfileField)
_ID, _RELATION, _NAME, _PSEUDONYM, _VISIBILITY, _UPDATED_AT, _VERSION, _FIRST = range(8)
_columns: list[tuple[str, ProfileField]] = []


class _Seen(NamedTuple):
    """What of somebody's profile a viewer sees: the fields, the others, and of each column whether it is seen."""

    fields: frozenset[ProfileField]
    hidden: frozenset[ProfileField]
    columns: tuple[bool, ...]


# Most people choose alike, and nearly always as they were asked.
@lru_cache(maxsize=4096)
def _seen(visibility: str, relation: Relation) -> _Seen:
    fields = visible_fields(orjson.loads(visibility), relation)
    return _Seen(fields, _EVERY_FIELD - fields, tuple(field in fields for _, field in _columns))


class _Column(Generic[Part]):
    """A part of a view that is a column of the row, seen with a field of the profile. Several may belong to one."""

    def __init__(self, field: ProfileField, *, text: str = "{}") -> None:
        self._field = field
        self._text = text

    def __set_name__(self, owner: type, name: str) -> None:
        self._number = len(_columns)
        self._place = _FIRST + self._number
        _columns.append((self._text.format(name), self._field))

    def __get__(self, view: "ProfileView", owner: type) -> Part | None:
        part: Part | None = view.row[self._place] if view.seen.columns[self._number] else None
        return part


class ProfileView:
    """A profile as one viewer sees it. What they may not see is None and named in `hidden`."""

    __slots__ = ("relation", "row", "seen")

    headline = _Column[str](ProfileField.HEADLINE)
    bio = _Column[str](ProfileField.BIO)
    work_patterns = _Column[list[str]](ProfileField.WORK)
    is_high_skill = _Column[bool](ProfileField.WORK)
    interests = _Column[list[str]](ProfileField.INTERESTS)
    industries = _Column[list[str]](ProfileField.INDUSTRIES)
    goals = _Column[list[str]](ProfileField.GOALS)
    how_i_work_json = _Column[str](ProfileField.HOW_I_WORK, text="how_i_work::text AS {}")
    time_zone = _Column[str](ProfileField.TIME_ZONE)
    city = _Column[str](ProfileField.CITY)
    country = _Column[str](ProfileField.CITY)
    meets_remotely = _Column[bool](ProfileField.CITY)
    meets_within_km = _Column[int](ProfileField.CITY)
    requests_paused_until = _Column[datetime](ProfileField.OPEN_PLACES)

    def __init__(self, row: Sequence[Any]) -> None:
        """Take a row of the columns in VIEW."""
        self.row = row
        self.relation = relation_of(row[_RELATION])
        self.seen = _seen(row[_VISIBILITY], self.relation)

    def __repr__(self) -> str:
        """Return whose it is and who looks."""
        return f"ProfileView({self.id}, {self.relation.name})"

    @property
    def id(self) -> ProfileId:
        """Return whose it is."""
        profile_id: ProfileId = self.row[_ID]
        return profile_id

    @property
    def name(self) -> str:
        """Return the name, or the pseudonym of somebody who goes by one."""
        return shown_name(self.row[_NAME], self.row[_PSEUDONYM], self.relation)

    @property
    def is_pseudonymous(self) -> bool:
        """Tell whether they go by a pseudonym."""
        return self.row[_PSEUDONYM] is not None

    @property
    def how_i_work(self) -> dict[str, Any] | None:
        """Return what they said of how they work."""
        text = self.how_i_work_json
        return None if text is None else orjson.loads(text)

    @property
    def hidden(self) -> frozenset[ProfileField]:
        """Return what the viewer may not see."""
        return self.seen.hidden

    @property
    def updated_at(self) -> datetime:
        """Return when they last changed it."""
        instant: datetime = self.row[_UPDATED_AT]
        return instant

    @property
    def version(self) -> int:
        """Return how often it was changed."""
        version: int = self.row[_VERSION]
        return version


VIEW = f"""
seen.id, relation, display_name, CASE WHEN is_pseudonymous THEN pseudonym END AS pseudonym,
visibility::text AS visibility, seen.updated_at, version, {", ".join(text for text, _ in _columns)}"""
"""The columns of a ProfileView, of a row of `seen`."""
