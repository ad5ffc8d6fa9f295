"""The matching engine asked about a few people in a small picture of its own, where no engine runs: in the worker."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from server.domain.availability import MentoringFormat
from server.domain.profiles import SkillDirection, SkillLevel
from server.domain.suggestions import MatchSide
from server.kit.clock import now
from server.matching import timegrid
from server.queries import matching as queries
from server.services.matching_columns import Bits, Meanings, Zones, drawn
from server.services.matching_picture import Picture
from server.services.matching_warmup import compile_apart, is_compiled


@dataclass(frozen=True)
class Sought:
    """Who looks for a mentor, in which skill and format. What else they seek does not count."""

    profile_id: UUID
    skill_id: str
    format: MentoringFormat


async def best_mentors(sought: Sought, among: Collection[UUID]) -> list[UUID]:
    """Return those of these mentors whom every hard rule allows, in the order in which the engine suggests them."""
    if not among:
        return []
    if not await asyncio.to_thread(is_compiled):
        await compile_apart()
    at = now()
    start = timegrid.grid_start(at)
    begins = datetime.fromtimestamp(start, UTC)
    ends = begins + timedelta(days=timegrid.DAYS)
    people = await queries.read_people([sought.profile_id, *among], start=begins, end=ends, at=at)
    people = replace(people, skills=_seeking(people.skills, sought))

    def ask() -> list[UUID]:
        meanings = Meanings(Zones(start), Bits(()), Bits(()))
        picture = Picture([drawn(people, meanings)], meanings)
        picture.update_pairs((), people.blocks, people.declines)
        return [one.profile_id for one in picture.top(sought.profile_id, sought.format, MatchSide.LEARNER)]

    return await asyncio.to_thread(ask)


def _seeking(rows: queries.Rows, sought: Sought) -> queries.Rows:
    """Return rows of skills in which somebody seeks one skill and nothing else."""
    own: Any = [row for row in rows if row["profile_id"] == sought.profile_id and row["skill_id"] == sought.skill_id]
    level = next((row["level"] for row in own if row["direction"] == SkillDirection.SOUGHT), SkillLevel.WITH_HELP)
    need = {
        "profile_id": sought.profile_id,
        "skill_id": sought.skill_id,
        "direction": SkillDirection.SOUGHT.value,
        "level": int(level),
        "priority": 1,
    }
    others = [
        row for row in rows if row["profile_id"] != sought.profile_id or row["direction"] != SkillDirection.SOUGHT.value
    ]
    return [*others, need]
