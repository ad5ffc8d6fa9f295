"""The skill vocabulary: what a skill is called, where it stands, and which skills a group holds.

Immutable and in memory. Reads no file (queries/skills.py does) and searches nothing (skill_search.py does).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType, TypeVar

from server.domain.skill_words import normalise, normalise_all

SkillId = NewType("SkillId", str)
SkillGroupCode = NewType("SkillGroupCode", str)


class SkillSource(StrEnum):
    """Who keeps the entry: the European Commission, or this project."""

    ESCO = "esco"
    GIG = "gig"


@dataclass(frozen=True, slots=True)
class Skill:
    """One skill. `id` is an ESCO uuid in text, or a slug such as `gig:invoicing`; neither ever changes."""

    id: SkillId
    label: str
    group_ids: tuple[SkillGroupCode, ...]
    aliases: tuple[str, ...]
    source: SkillSource
    related_ids: tuple[SkillId, ...] = ()


@dataclass(frozen=True, slots=True)
class SkillGroup:
    """A place in the hierarchy; `parent` is None at the top."""

    code: SkillGroupCode
    label: str
    parent: SkillGroupCode | None


class Vocabulary:
    """Every skill and group, with the ways between them. Safe to share between threads: nothing changes."""

    def __init__(self, skills: Iterable[Skill], groups: Iterable[SkillGroup]) -> None:
        """Link skills and groups. Raises ValueError on a repeated id, an unknown parent or a circle."""
        self._skills = _keyed((skill.id, skill) for skill in skills)
        self._groups = _keyed((group.code, group) for group in groups)
        self._ancestors = {code: self._climb(code) for code in self._groups}
        self._subgroups: dict[SkillGroupCode | None, list[SkillGroup]] = {}
        for group in self._groups.values():
            self._subgroups.setdefault(group.parent, []).append(group)
        self._members: dict[SkillGroupCode, list[Skill]] = {code: [] for code in self._groups}
        for skill in self._skills.values():
            for code in skill.group_ids:
                if code not in self._members:
                    raise ValueError(f"skill {skill.id} stands in an unknown group {code}")
                self._members[code].append(skill)
        self._plain_names = {skill.id: _plain_names(skill) for skill in self._skills.values()}
        self._by_name = _name_owners(self._skills.values(), self._plain_names)

    @property
    def skills(self) -> Mapping[SkillId, Skill]:
        """Every skill by id, in the order of the files."""
        return self._skills

    @property
    def groups(self) -> Mapping[SkillGroupCode, SkillGroup]:
        """Every group by code, in the order of the files."""
        return self._groups

    def get(self, skill_id: str) -> Skill | None:
        """Return a skill by its id, or None."""
        return self._skills.get(SkillId(skill_id))

    def plain_names(self, skill_id: SkillId) -> tuple[str, ...]:
        """Return a skill's label and aliases, normalised, in that order; a KeyError for an unknown skill."""
        return self._plain_names[skill_id]

    def parents(self, skill_id: SkillId) -> list[SkillGroup]:
        """Return the groups a skill stands in directly; empty for an unknown skill."""
        skill = self._skills.get(skill_id)
        return [] if skill is None else [self._groups[code] for code in skill.group_ids]

    def ancestors(self, skill_id: SkillId) -> list[SkillGroup]:
        """Return every group above a skill, each once, nearest first along each way up."""
        skill = self._skills.get(skill_id)
        codes = [] if skill is None else [above for code in skill.group_ids for above in self._ancestors[code]]
        return [self._groups[code] for code in dict.fromkeys(codes)]

    def subgroups(self, code: SkillGroupCode | None) -> Sequence[SkillGroup]:
        """Return the groups right below one, or the top groups for None."""
        return tuple(self._subgroups.get(code, ()))

    def members(self, code: SkillGroupCode) -> Sequence[Skill]:
        """Return the skills that stand directly in a group."""
        return tuple(self._members.get(code, ()))

    def expand(self, ids: Collection[str]) -> frozenset[SkillId]:
        """Return the skills meant by skill ids and group codes: a group means every skill below it.

        An unknown id means nothing and is left out.
        """
        found = {SkillId(one) for one in ids if one in self._skills}
        waiting = [SkillGroupCode(one) for one in ids if one in self._groups]
        seen = set(waiting)
        while waiting:
            code = waiting.pop()
            found.update(skill.id for skill in self._members[code])
            below = {group.code for group in self._subgroups.get(code, ())} - seen
            seen |= below
            waiting.extend(below)
        return frozenset(found)

    def map_tag(self, text: str) -> Skill | None:
        """Return the skill that a free tag names, but for case, accents and punctuation; else None.

        An alias that several skills share names none of them.
        """
        return self._by_name.get(normalise(text[:_LONGEST_TAG]))

    def _climb(self, code: SkillGroupCode) -> tuple[SkillGroupCode, ...]:
        way = [code]
        parent = self._groups[code].parent
        while parent is not None:
            if parent not in self._groups or parent in way:
                raise ValueError(f"group {code} has no way to the top: {parent} is unknown or below it")
            way.append(parent)
            parent = self._groups[parent].parent
        return tuple(way)


_LONGEST_TAG = 400
_Key = TypeVar("_Key", bound=str)
_Value = TypeVar("_Value")


def _keyed(pairs: Iterable[tuple[_Key, _Value]]) -> dict[_Key, _Value]:
    keyed: dict[_Key, _Value] = {}
    for key, value in pairs:
        if key in keyed:
            raise ValueError(f"{key} is there twice")
        keyed[key] = value
    return keyed


def _plain_names(skill: Skill) -> tuple[str, ...]:
    return normalise_all((skill.label, *skill.aliases))


def _name_owners(skills: Iterable[Skill], plain: Mapping[SkillId, tuple[str, ...]]) -> dict[str, Skill]:
    """Return who owns each name. The gig vocabulary outranks ESCO, and any label outranks any alias."""
    aliases: dict[SkillSource, dict[str, Skill | None]] = {source: {} for source in SkillSource}
    labels: dict[SkillSource, dict[str, Skill | None]] = {source: {} for source in SkillSource}
    for skill in skills:
        label, *others = plain[skill.id]
        labels[skill.source][label] = skill
        owners = aliases[skill.source]
        for alias in others:
            owners[alias] = skill if owners.get(alias, skill) is skill else None
    ranked = {
        **aliases[SkillSource.ESCO],
        **aliases[SkillSource.GIG],
        **labels[SkillSource.ESCO],
        **labels[SkillSource.GIG],
    }
    return {name: skill for name, skill in ranked.items() if name and skill is not None}
