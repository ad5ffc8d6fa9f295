"""The shipped vocabulary files, parsed: tab-separated lines in, skills and groups out.

The columns are described in server/data/README.md.
"""

from collections.abc import Iterator

from server.domain.skills import Skill, SkillGroup, SkillGroupCode, SkillId, SkillSource

_SKILL_COLUMNS = 4


def parse_skills(text: str, source: SkillSource) -> Iterator[Skill]:
    """Yield a skill per line: id, label, groups, aliases and, where the file has it, related ids.

    The first line names the columns. Raises ValueError on a line too short, or without name or group.
    """
    for cells in _lines(text):
        if len(cells) < _SKILL_COLUMNS or not all(cells[:3]):
            raise ValueError(f"a skill needs an id, a label, groups and aliases, not {cells!r}")
        yield Skill(
            id=SkillId(cells[0]),
            label=cells[1],
            group_ids=tuple(map(SkillGroupCode, cells[2].split("|"))),
            aliases=_parts(cells[3]),
            source=source,
            related_ids=tuple(map(SkillId, _parts("".join(cells[_SKILL_COLUMNS:])))),
        )


def parse_groups(text: str) -> Iterator[SkillGroup]:
    """Yield a group per line: code, label, parent (empty at the top). The first line names the columns."""
    for cells in _lines(text):
        code, label, parent = cells
        yield SkillGroup(SkillGroupCode(code), label, SkillGroupCode(parent) if parent else None)


def _lines(text: str) -> Iterator[list[str]]:
    # Not splitlines(): it would also break a label at U+2028.
    for line in text.split("\n")[1:]:
        if line:
            yield line.split("\t")


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()
