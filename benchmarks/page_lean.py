"""The page by hand, with as little of Python as there can be: the least that a goal for it can ask for.

Everything that hangs on the profiles is one statement, with a text for each thing instead of a row; what a text is as
JSON is kept for good, as the same few come again with everybody. Nobody would write this for a page that changes.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson

from benchmarks.page_plain import Page, Parts, Recorded, serve_page, skill_shown
from server.domain.availability import MentoringFormat
from server.domain.capacity import DEFAULT_PLACES
from server.domain.skills import SkillId

_JOINED = """
SELECT 0, owner, array_agg(direction || ' ' || level || ' ' || skill_id ORDER BY n)
FROM (SELECT row_number() OVER () AS n, * FROM ({skills}) s) s GROUP BY owner
UNION ALL SELECT 1, owner, array_agg(code || ' ' || proficiency ORDER BY n)
FROM (SELECT row_number() OVER () AS n, * FROM ({languages}) l) l GROUP BY owner
UNION ALL SELECT 2, id, array_agg(format || ' ' || places) FROM ({places}) p GROUP BY id
"""
_FORMATS = {one.value: one.name for one in MentoringFormat}
_DEFAULTS = {one.value: places for one, places in DEFAULT_PLACES.items()}


class LeanPage(Page):
    """The handler. Each kind of thing has its own texts."""

    def __init__(self, pool: Any, statements: Recorded) -> None:
        super().__init__(pool, statements)
        self._joined = _JOINED.format(
            skills=statements.skills.text, languages=statements.languages.text, places=statements.places.text
        )
        self._kept: tuple[dict[Any, orjson.Fragment], ...] = ({}, {}, {})

    async def parts(self, keys: list[UUID]) -> Parts:
        viewer, relation, _ = self.sql.skills.values
        found: tuple[dict[UUID, Any], ...] = ({}, {}, {})
        for kind, owner, texts in await self.pool.fetch(self._joined, viewer, relation, keys):
            kept = self._kept[kind]
            # All formats of a person are one thing: those without an account are as by default.
            each = [tuple(texts)] if kind == 2 else texts
            made = [kept.get(text) or kept.setdefault(text, _fragment(_SHOWN[kind], text)) for text in each]
            found[kind][owner] = made[0] if kind == 2 else made
        skills, languages, places = found
        return skills, languages, places


def _fragment(shown: Callable[[Any], Any], text: Any) -> orjson.Fragment:
    return orjson.Fragment(orjson.dumps(shown(text)))


def _skill(text: str) -> Any:
    direction, level, skill_id = text.split(" ", 2)
    return skill_shown(direction, int(level), SkillId(skill_id))


def _language(text: str) -> Any:
    code, proficiency = text.split(" ")
    return {"code": code, "proficiency": proficiency.upper()}


def _places(texts: tuple[str | None, ...]) -> Any:
    said = (text.split(" ") for text in texts if text is not None)
    mine = {**_DEFAULTS, **{one: int(places) for one, places in said}}
    return [{"format": _FORMATS[one], "places": places} for one, places in mine.items()]


_SHOWN: tuple[Callable[[Any], Any], ...] = (_skill, _language, _places)


if __name__ == "__main__":
    serve_page(LeanPage)
