"""The skill vocabulary: one skill, one group, and the search that forgives typing. The same for every viewer."""

from collections.abc import Collection, Mapping
from typing import Annotated

import strawberry

from server.domain import skill_search
from server.domain import skills as vocabulary
from server.domain.skills import SkillGroupCode, SkillId, SkillSource
from server.kit.paging import Order, PageRequest, page_of_sequence
from server.queries import skills as queries
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.fields import resolved
from server.schema.core.ids import decode_id
from server.schema.core.nodes import Node, load_node, node_loader

strawberry.enum(SkillSource, description="Who keeps a skill: ESCO of the European Commission, or Alongside (GIG).")

BEST_FIRST = Order("skills.best", (float, str))
"""The score below zero, so that the best comes first, then the id."""

BY_ID = Order("skills.by_id", (str,))
_ALL_HITS = skill_search.MAX_HITS


@strawberry.type(description="A skill of the vocabulary.")
class Skill(Node):
    """A skill, whoever has it."""

    label: str = strawberry.field(description="Its name.")
    aliases: list[str] = strawberry.field(description="Other names of it.")
    source: SkillSource = strawberry.field(description="Who keeps it.")
    group_codes: strawberry.Private[tuple[SkillGroupCode, ...]]
    related_ids: strawberry.Private[tuple[SkillId, ...]]

    @classmethod
    def of(cls, skill: vocabulary.Skill) -> "Skill":
        """Return a skill as the API shows it: one object for all, as the vocabulary does not change."""
        known = _SHOWN.get(skill.id)
        if known is not None and known[0] is skill:
            return known[1]
        shown = cls(
            key=skill.id,
            label=skill.label,
            aliases=list(skill.aliases),
            source=skill.source,
            group_codes=skill.group_ids,
            related_ids=skill.related_ids,
        )
        _SHOWN[skill.id] = (skill, shown)
        return shown

    @resolved(description="The groups it stands in directly.")
    def groups(self) -> list["SkillGroup"]:
        """Return its groups."""
        return [SkillGroup.of(group) for group in queries.groups_by_ids(self.group_codes).values()]

    @resolved(description="Skills that often go with it.")
    def related(self) -> list["Skill"]:
        """Return related skills."""
        return [Skill.of(skill) for skill in queries.skills_by_ids(self.related_ids).values()]


_SHOWN: dict[SkillId, tuple[vocabulary.Skill, Skill]] = {}


@strawberry.type(description="A place in the hierarchy of skills. Filters take its id for every skill below it.")
class SkillGroup(Node):
    """A group of skills and groups."""

    label: str = strawberry.field(description="Its name.")
    code: strawberry.Private[SkillGroupCode]
    parent_code: strawberry.Private[SkillGroupCode | None]

    @classmethod
    def of(cls, group: vocabulary.SkillGroup) -> "SkillGroup":
        """Return a group as the API shows it."""
        return cls(key=group.code, label=group.label, code=group.code, parent_code=group.parent)

    @resolved(description="The group it stands in; null at the top.")
    def parent(self) -> "SkillGroup | None":
        """Return the group above."""
        found = queries.groups_by_ids([] if self.parent_code is None else [self.parent_code])
        return None if self.parent_code is None else SkillGroup.of(found[self.parent_code])

    @resolved(description="The groups right below it.")
    def groups(self) -> list["SkillGroup"]:
        """Return the groups below."""
        return [SkillGroup.of(group) for group in queries.vocabulary().subgroups(self.code)]

    @connection_field(order=BY_ID, description="The skills that stand directly in it.")
    async def skills(self, page: PageRequest) -> Connection[Skill]:
        """Return a page of its skills."""
        members = sorted(queries.vocabulary().members(self.code), key=lambda skill: skill.id)
        return connection_of(page_of_sequence(members, page, lambda skill: (skill.id,)), Skill.of)


@strawberry.type(description="A skill that a search found.")
class SkillHit:
    """A found skill, and by which name."""

    skill: Skill = strawberry.field(description="The skill.")
    matched: str = strawberry.field(description="The label or alias that was found, without case and accents.")
    score: float = strawberry.field(description="How well it fits, up to 1.")

    @classmethod
    def of(cls, hit: skill_search.SkillHit) -> "SkillHit":
        """Return a hit as the API shows it."""
        return cls(skill=Skill.of(hit.skill), matched=hit.matched, score=hit.score)


@node_loader("Skill", read_key=str)
async def load_skills(_: Info, keys: Collection[str]) -> Mapping[str, Skill]:
    """Return the skills with these ids. They are in memory."""
    found = queries.skills_by_ids([SkillId(key) for key in keys])
    return {key: Skill.of(skill) for key, skill in found.items()}


@node_loader("SkillGroup", read_key=str)
async def load_skill_groups(_: Info, keys: Collection[str]) -> Mapping[str, SkillGroup]:
    """Return the groups with these codes. They are in memory."""
    found = queries.groups_by_ids([SkillGroupCode(key) for key in keys])
    return {key: SkillGroup.of(group) for key, group in found.items()}


@strawberry.type
class SkillQuery:
    """The root fields of the vocabulary."""

    @connection_field(order=BEST_FIRST, description=f"Skills for a typed text, best first; {_ALL_HITS} in all.")
    async def skills(
        self, page: PageRequest, text: Annotated[str, strawberry.argument(description="As somebody types it.")]
    ) -> Connection[SkillHit]:
        """Return a page of what a text finds; a text that says nothing finds nothing."""
        hits = queries.search(text, _ALL_HITS)
        return connection_of(page_of_sequence(hits, page, lambda hit: (-hit.score, hit.skill.id)), SkillHit.of)

    @resolved(description="One skill; null when there is none with this id.")
    async def skill(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Which skill.")],  # noqa: A002 - the name in the API
    ) -> Skill | None:
        """Return a skill."""
        found: Skill | None = await load_node(info, "Skill", decode_id(id, "Skill", what="skill"))
        return found

    @resolved(description="The groups at the top of the hierarchy.")
    def skill_groups(self) -> list[SkillGroup]:
        """Return the top groups."""
        return [SkillGroup.of(group) for group in queries.vocabulary().subgroups(None)]
