"""Profiles and what hangs on them, as one viewer may see them. Ids in, mapping out, one statement each.

A profile that is missing, erased, blocked or not for this viewer is left out: no caller can tell these apart.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from server.domain.actors import Actor, ProfileId
from server.domain.profiles import (
    Proficiency,
    SkillDirection,
    SkillLevel,
    SupportNeed,
    Visibility,
    WorkPattern,
)
from server.domain.skills import SkillId
from server.domain.visibility import ProfileField
from server.models.profiles import Profile
from server.models.reading import read
from server.queries.profile_views import VIEW, ProfileView
from server.queries.visibility import SEEN, asked, sees


@dataclass(slots=True)
class SkillView:
    """A skill somebody offers or seeks; `skill_id` is a key of the vocabulary."""

    id: UUID
    skill_id: SkillId
    direction: SkillDirection
    level: SkillLevel
    priority: int
    evidence_url: str | None


@dataclass(slots=True)
class TagView:
    """A skill in somebody's own words."""

    id: UUID
    direction: SkillDirection
    text: str


@dataclass(slots=True)
class LanguageView:
    """A language somebody works in."""

    code: str
    proficiency: Proficiency


@dataclass(slots=True)
class StintView:
    """A dated stretch of work; no end means it goes on."""

    id: UUID
    pattern: WorkPattern
    title: str
    started_on: date
    ended_on: date | None


@dataclass(slots=True)
class TransitionView:
    """A change of trade somebody made."""

    id: UUID
    from_work: str
    to_work: str
    year: int


@dataclass(slots=True)
class SupportView:
    """A cell of the support map. `met_by` is for the owner alone, and None for anybody else."""

    need: SupportNeed
    is_offer: bool
    note: str
    met_by: str | None


@dataclass(slots=True)
class ContactView:
    """A way to reach somebody."""

    id: UUID
    kind: str
    value: str
    visibility: Visibility


# A look-up costs a tenth of making a member from its value, and a page makes hundreds.
_DIRECTIONS = {one.value: one for one in SkillDirection}
_LEVELS = {one.value: one for one in SkillLevel}
_PROFICIENCIES = {one.value: one for one in Proficiency}

_PROFILES = f"{SEEN} SELECT {VIEW} FROM seen WHERE {sees()}"  # noqa: S608 - built of constants


def _hanging(table: str, columns: str, field: ProfileField, order: str) -> str:
    return f"""
{SEEN}
SELECT seen.id AS owner, {columns}
FROM {table} r JOIN seen ON seen.id = r.profile_id
WHERE {sees(field)} ORDER BY {order}
"""  # noqa: S608 - built of constants


_SKILLS = _hanging(
    "profile_skill",
    "r.id, r.skill_id, r.direction, r.level, r.priority, r.evidence_url",
    ProfileField.SKILLS,
    "r.priority, r.level DESC, r.id",
)
_TAGS = _hanging("profile_tag", "r.id, r.direction, r.text", ProfileField.SKILLS, "r.id")
_LANGUAGES = _hanging("profile_language", "r.code, r.proficiency", ProfileField.LANGUAGES, "r.id")
_STINTS = _hanging(
    "stint",
    "r.id, r.pattern, r.title, r.started_on, r.ended_on",
    ProfileField.STINTS,
    "r.started_on DESC, r.id",
)
_TRANSITIONS = _hanging(
    "transition", "r.id, r.from_work, r.to_work, r.year", ProfileField.TRANSITIONS, "r.year DESC, r.id"
)
_SUPPORT = _hanging(
    "support_entry",
    "r.need, r.is_offer, r.note, CASE WHEN seen.reach = 0 THEN r.met_by END AS met_by",
    ProfileField.SUPPORT,
    "r.is_offer, r.need",
)
_CONTACTS = f"""
{SEEN}
SELECT seen.id AS owner, r.id, r.kind, r.value, r.visibility
FROM contact_detail r JOIN seen ON seen.id = r.profile_id
WHERE {sees()} AND (r.visibility >= seen.reach OR EXISTS (
    SELECT FROM contact_release c
    WHERE c.profile_id = seen.id AND c.to_profile_id = $1::uuid AND c.revoked_at IS NULL))
ORDER BY r.id
"""  # noqa: S608 - built of constants


async def visible_profiles(actor: Actor, ids: Collection[UUID]) -> dict[ProfileId, ProfileView]:
    """Return the profiles the actor may see among these, each with only the fields they may see."""
    rows = await read(_PROFILES, asked(actor, ids))
    return {row[0]: ProfileView(row) for row in rows}


async def own_profile(actor: Actor) -> Profile:
    """Return the actor's own profile, whole. Refuses a visitor."""
    return await Profile.get(id=actor.require_profile())


async def skills_of(actor: Actor, ids: Collection[UUID]) -> dict[ProfileId, list[SkillView]]:
    """Return the skills of each, most wanted first. Every id asked for is a key."""
    found: dict[ProfileId, list[SkillView]] = {ProfileId(one): [] for one in ids}
    for owner, skill_key, skill_id, direction, level, priority, url in await _rows(_SKILLS, actor, ids):
        found[owner].append(SkillView(skill_key, skill_id, _DIRECTIONS[direction], _LEVELS[level], priority, url))
    return found


async def tags_of(actor: Actor, ids: Collection[UUID]) -> dict[ProfileId, list[TagView]]:
    """Return the skills in each one's own words. Every id asked for is a key."""
    found: dict[ProfileId, list[TagView]] = {ProfileId(one): [] for one in ids}
    for owner, tag_id, direction, text in await _rows(_TAGS, actor, ids):
        found[owner].append(TagView(tag_id, SkillDirection(direction), text))
    return found


async def languages_of(actor: Actor, ids: Collection[UUID]) -> dict[ProfileId, list[LanguageView]]:
    """Return the languages of each, as they put them in order. Every id asked for is a key."""
    found: dict[ProfileId, list[LanguageView]] = {ProfileId(one): [] for one in ids}
    for owner, code, proficiency in await _rows(_LANGUAGES, actor, ids):
        found[owner].append(LanguageView(code, _PROFICIENCIES[proficiency]))
    return found


async def stints_of(actor: Actor, ids: Collection[UUID]) -> dict[ProfileId, list[StintView]]:
    """Return the stints of each, latest first. Every id asked for is a key."""
    found: dict[ProfileId, list[StintView]] = {ProfileId(one): [] for one in ids}
    for owner, stint_id, pattern, title, started_on, ended_on in await _rows(_STINTS, actor, ids):
        found[owner].append(StintView(stint_id, WorkPattern(pattern), title, started_on, ended_on))
    return found


async def transitions_of(actor: Actor, ids: Collection[UUID]) -> dict[ProfileId, list[TransitionView]]:
    """Return the changes of trade of each, latest first. Every id asked for is a key."""
    found: dict[ProfileId, list[TransitionView]] = {ProfileId(one): [] for one in ids}
    for owner, transition_id, from_work, to_work, year in await _rows(_TRANSITIONS, actor, ids):
        found[owner].append(TransitionView(transition_id, from_work, to_work, year))
    return found


async def support_of(actor: Actor, ids: Collection[UUID]) -> dict[ProfileId, list[SupportView]]:
    """Return the support map of each, needs first. Every id asked for is a key."""
    found: dict[ProfileId, list[SupportView]] = {ProfileId(one): [] for one in ids}
    for owner, need, is_offer, note, met_by in await _rows(_SUPPORT, actor, ids):
        found[owner].append(SupportView(SupportNeed(need), is_offer, note, met_by))
    return found


async def contacts_of(actor: Actor, ids: Collection[UUID]) -> dict[ProfileId, list[ContactView]]:
    """Return the contact details of each that are visible to the actor or were released to them."""
    found: dict[ProfileId, list[ContactView]] = {ProfileId(one): [] for one in ids}
    for owner, contact_id, kind, value, visibility in await _rows(_CONTACTS, actor, ids):
        found[owner].append(ContactView(contact_id, kind, value, Visibility(visibility)))
    return found


async def _rows(statement: str, actor: Actor, ids: Collection[UUID]) -> Any:
    return await read(statement, asked(actor, ids))
