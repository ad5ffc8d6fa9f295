"""The shipped skill vocabulary, read once per process and kept in memory.

No database: docs/decisions/0010-skills-in-memory.md says why. Everything here is the same for every actor.
"""

import gzip
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from threading import Lock

from server.domain.skill_search import SkillHit, SkillIndex
from server.domain.skill_tables import parse_groups, parse_skills
from server.domain.skills import Skill, SkillGroup, SkillGroupCode, SkillId, SkillSource, Vocabulary

# Wherever ESCO is shown or shipped (Commission Decision 2011/833/EU), so in the API's own description too.
ESCO_NOTICE = "This service uses the ESCO classification of the European Commission."

# `cache` alone would let two threads load at the same time.
_LOADING = Lock()


def vocabulary() -> Vocabulary:
    """Return every skill and group. The first call reads the files, which takes a third of a second."""
    with _LOADING:
        return _vocabulary()


def skill_index() -> SkillIndex:
    """Return the search index. The first call builds it; call it at start, so that no request waits for it."""
    with _LOADING:
        return _index()


def search(text: str, limit: int = 20, *, after: tuple[float, SkillId] | None = None) -> list[SkillHit]:
    """Return the best skills for a typed text, best first; `after` is the score and id of the last one seen."""
    return skill_index().search(text, limit, after=after)


def skills_by_ids(ids: Collection[SkillId]) -> dict[SkillId, Skill]:
    """Return the skills with these ids; an unknown id is left out."""
    known = vocabulary().skills
    return {one: known[one] for one in ids if one in known}


def groups_by_ids(codes: Collection[SkillGroupCode]) -> dict[SkillGroupCode, SkillGroup]:
    """Return the groups with these codes; an unknown code is left out."""
    known = vocabulary().groups
    return {one: known[one] for one in codes if one in known}


@cache
def _vocabulary() -> Vocabulary:
    data = files("server") / "data"
    esco, gig = data / "esco", data / "gig"
    esco_skills = gzip.decompress((esco / "skills.tsv.gz").read_bytes()).decode("utf-8")
    return Vocabulary(
        [
            *parse_skills((gig / "skills.tsv").read_text("utf-8"), SkillSource.GIG),
            *parse_skills(esco_skills, SkillSource.ESCO),
        ],
        [
            *parse_groups((gig / "groups.tsv").read_text("utf-8")),
            *parse_groups((esco / "groups.tsv").read_text("utf-8")),
        ],
    )


@cache
def _index() -> SkillIndex:
    return SkillIndex(_vocabulary())
