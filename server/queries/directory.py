"""The directory: who can be found by whom, best cover of what is sought first, then whoever changed something last.

Hidden fields must not be told by what a filter finds or how it orders: each condition asks `sees(...)` of the field it
reads, and the search text holds only what every member sees.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from server.domain.actors import Actor, ProfileId
from server.domain.availability import CapacityKind, MentoringFormat
from server.domain.capacity import DEFAULT_PLACES
from server.domain.directory import (
    COVERED,
    LEAST_COVERING_LEVEL,
    DirectoryFilter,
    clean_filter,
    proficiencies_from,
    zones_within,
)
from server.domain.profile_search import words_sought
from server.domain.profiles import SkillDirection
from server.domain.visibility import ProfileField
from server.kit.clock import now
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.reading import read
from server.queries.profile_views import VIEW, ProfileView
from server.queries.skills import vocabulary
from server.queries.visibility import LISTED, sees, viewer

DIRECTORY = Order("directory", (int, datetime, UUID), descending=True)
"""How well they cover what is sought, when they last changed, their id."""


@dataclass(slots=True)
class Found:
    """Somebody found, as the viewer sees them, and their place in the order."""

    coverage: int
    updated_at: datetime
    view: ProfileView

    @property
    def profile_id(self) -> ProfileId:
        """Return whose profile it is."""
        return self.view.id


# Needs are numbered: a skill id stands for itself, a group for every skill below it, and either counts once.
_COVERING = f"""
{LISTED}, need (number, skill_id) AS (%(needed)s), best AS (
    SELECT s.profile_id, need.number, max(s.level) AS level
    FROM need JOIN profile_skill s ON s.skill_id = need.skill_id AND s.direction = %(direction)s
    WHERE s.level >= %(level)s GROUP BY s.profile_id, need.number
), covering AS (
    SELECT profile_id, ({COVERED} * count(*) + sum(level))::bigint AS coverage FROM best GROUP BY profile_id
)
"""  # noqa: S608 - built of constants
_SHOWS_SKILLS = sees(ProfileField.SKILLS)
_COVERED_PART = f"""
(SELECT seen.id, covering.coverage, seen.updated_at FROM covering JOIN seen ON seen.id = covering.profile_id
WHERE {_SHOWS_SKILLS} %(conditions)s AND %(covered_bound)s
ORDER BY covering.coverage %(way)s, seen.updated_at %(way)s, seen.id %(way)s LIMIT %(limit)s)
"""  # noqa: S608 - built of constants; conditions are the ones below
# Everybody else, read along the index of listed profiles by their last change until the page is full.
_OTHERS_PART = f"""
UNION ALL (SELECT seen.id, 0, seen.updated_at FROM seen
WHERE {sees()} AND NOT ({_SHOWS_SKILLS} AND seen.id IN (SELECT profile_id FROM covering))
%(conditions)s AND %(others_bound)s
ORDER BY seen.updated_at %(way)s, seen.id %(way)s LIMIT %(limit)s)
"""  # noqa: S608 - built of constants; conditions are the ones below
_PAGE = f"""
SELECT found.coverage, found.updated_at AS placed_at, {VIEW} FROM (
    SELECT * FROM ({{parts}}) AS either
    ORDER BY coverage %(way)s, updated_at %(way)s, id %(way)s LIMIT %(limit)s
) AS found JOIN seen ON seen.id = found.id
ORDER BY found.coverage %(way)s, found.updated_at %(way)s, found.id %(way)s
"""  # noqa: S608 - built of constants
_ASKED_FOR = "SELECT * FROM unnest(%(numbers)s::int[], %(skills)s::text[])"
_SOUGHT = f"""SELECT (row_number() OVER ())::int, skill_id FROM profile_skill
    WHERE profile_id = $1::uuid AND direction = '{SkillDirection.SOUGHT}'"""  # noqa: S608 - built of constants

_SPEAKS = f"""{sees(ProfileField.LANGUAGES)} AND seen.id IN (
    SELECT profile_id FROM profile_language
    WHERE (code = %(code)s OR starts_with(code, %(code)s || '-')) AND proficiency = ANY(%(least)s::text[]))"""  # noqa: S608
_IN_ZONE = f"{sees(ProfileField.TIME_ZONE)} AND seen.time_zone IN (SELECT unnest(%(zones)s::text[]))"
# Read once along its index: to make the words of every document anew costs more than all the rest.
_WITH_TEXT = """
, with_text AS MATERIALIZED (
    SELECT id FROM profile WHERE to_tsvector('simple', search_document) @@ to_tsquery('simple', %(words)s)
)
"""
_HAS_TEXT = "seen.id IN (SELECT id FROM with_text)"
_HAS_WORD = "{condition} AND EXISTS (SELECT FROM unnest(seen.{column}) AS one WHERE lower(one) = lower(%(word)s))"
_NOT_PAUSED = f"""{sees(ProfileField.OPEN_PLACES)}
    AND (seen.requests_paused_until IS NULL OR seen.requests_paused_until <= %(now)s)"""
# Each format has places by default, so that a format without an account is an open one. Read once for both parts.
_WITHOUT_PLACE = f"""
, without_place AS MATERIALIZED (
    SELECT profile_id FROM capacity_account
    WHERE kind = '{CapacityKind.CONCURRENT}' AND format = ANY(%(formats)s::text[]) AND used >= allowed
    GROUP BY profile_id HAVING count(*) >= %(count)s::int
)
"""  # noqa: S608 - built of constants
_HAS_PLACE = "seen.id NOT IN (SELECT profile_id FROM without_place)"


class _Statement:
    """A search under construction: conditions and their parameters, numbered as they come."""

    def __init__(self, actor: Actor, wanted: DirectoryFilter) -> None:
        self.parameters = viewer(actor)
        # A filter of skills asks for those who have one of them: nobody else is read.
        self.parts = _COVERED_PART if wanted.skill_ids else _COVERED_PART + _OTHERS_PART
        self.tables = [self._covering(wanted)]
        self.conditions: list[str] = []

    def _covering(self, wanted: DirectoryFilter) -> str:
        """Return what people are ordered by, and found by when the filter names skills."""
        needed, direction, level = _SOUGHT, SkillDirection.OFFERED, max(wanted.least_level, LEAST_COVERING_LEVEL)
        if wanted.skill_ids:
            numbers, skills = _numbered(wanted.skill_ids)
            needed = _ASKED_FOR % {"numbers": self.place(numbers), "skills": self.place(skills)}
            direction, level = wanted.direction, wanted.least_level
        return _COVERING % {"needed": needed, "direction": self.place(direction), "level": self.place(level)}

    def read(self, table: str, **values: Any) -> None:
        """Add a table, made once for the whole statement, whose %(names)s are given as values."""
        self.tables.append(table % {name: self.place(value) for name, value in values.items()})

    def require(self, condition: str, **values: Any) -> None:
        """Add a condition whose %(names)s are given as values."""
        self.conditions.append(condition % {name: self.place(value) for name, value in values.items()})

    def place(self, value: Any) -> str:
        """Add a parameter and return where it stands."""
        self.parameters.append(value)
        return f"${len(self.parameters)}"

    def text(self, page: PageRequest) -> str:
        """Return the whole statement for a page."""
        covered_bound, others_bound = self._bounds(page)
        return ("".join(self.tables) + _PAGE.replace("{parts}", self.parts)) % {
            "conditions": "".join(f" AND {condition}" for condition in self.conditions),
            "covered_bound": covered_bound,
            "others_bound": others_bound,
            "way": page.direction,
            "limit": page.fetch,
        }

    def _bounds(self, page: PageRequest) -> tuple[str, str]:
        """Return the conditions of a page on those who cover something, and on the others."""
        if page.bound is None:
            return "true", "true"
        coverage, updated_at, profile_id = page.bound
        edge = f"{self.place(updated_at)}::timestamptz, {self.place(profile_id)}::uuid"
        covered = (
            f"(covering.coverage, seen.updated_at, seen.id) {page.comparison} ({self.place(coverage)}::bigint, {edge})"
        )
        if coverage == 0:
            return covered, f"(seen.updated_at, seen.id) {page.comparison} ({edge})"
        others_lie_ahead = (coverage > 0) == (page.comparison == "<")
        return covered, "true" if others_lie_ahead else "false"


async def search_directory(actor: Actor, asked: DirectoryFilter, page: PageRequest) -> Page[Found]:
    """Return a page of the people a member can find. Refuses visitors, and members without a verified address."""
    profile_id = actor.require_verified()
    wanted = clean_filter(asked)
    statement = _Statement(actor, wanted)
    await _add_conditions(statement, profile_id, wanted)
    text = statement.text(page)
    rows = await read(text, statement.parameters)
    found = [Found(coverage, updated_at, ProfileView(row)) for coverage, updated_at, *row in rows]
    return cut_page(found, page, lambda one: (one.coverage, one.updated_at, one.profile_id))


def _numbered(ids: Iterable[str]) -> tuple[list[int], list[str]]:
    pairs = [(number, skill) for number, one in enumerate(dict.fromkeys(ids)) for skill in vocabulary().expand([one])]
    return [number for number, _ in pairs], [skill for _, skill in pairs]


async def _add_conditions(statement: _Statement, profile_id: ProfileId, wanted: DirectoryFilter) -> None:
    for wish in wanted.languages:
        statement.require(_SPEAKS, code=wish.code, least=proficiencies_from(wish.least))
    if wanted.within_hours is not None:
        own = await _own_zone(profile_id)
        statement.require(_IN_ZONE, zones=zones_within(wanted.within_hours, own, now()))
    if wanted.can_meet_within_days is not None:
        # When they meet is for the engine to say, and only of those whose calendar the viewer may see.
        statement.require(sees(ProfileField.AVAILABILITY))
    if wanted.text:
        _add_text(statement, words_sought(wanted.text))
    _add_words(statement, wanted)
    if wanted.has_open_places or wanted.mentoring_format is not None:
        formats: Collection[MentoringFormat] = [wanted.mentoring_format] if wanted.mentoring_format else DEFAULT_PLACES
        statement.require(_NOT_PAUSED, now=now())
        statement.read(_WITHOUT_PLACE, formats=list(formats), count=len(formats))
        statement.require(_HAS_PLACE)


def _add_text(statement: _Statement, words: Sequence[str]) -> None:
    if words:
        statement.read(_WITH_TEXT, words=" & ".join(f"'{word}':*" for word in words))
        statement.require(_HAS_TEXT)
    else:
        # Nothing but punctuation was typed: no profile holds it.
        statement.require("false")


def _add_words(statement: _Statement, wanted: DirectoryFilter) -> None:
    for column, field, word in (
        ("goals", ProfileField.GOALS, wanted.goal),
        ("interests", ProfileField.INTERESTS, wanted.interest),
        ("industries", ProfileField.INDUSTRIES, wanted.industry),
    ):
        if word:
            statement.require(_HAS_WORD.format(condition=sees(field), column=column), word=word)


async def _own_zone(profile_id: ProfileId) -> str:
    ((zone,),) = await read("SELECT time_zone FROM profile WHERE id = $1", [profile_id])
    return str(zone)
