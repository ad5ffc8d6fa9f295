"""Changing one's own profile: its fields, who sees them, its skills and languages."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.domain.actors import Actor
from server.domain.errors import Conflict, NotFound, invalid
from server.domain.profile_changes import ProfileChanges, check_pseudonym, clean_changes
from server.domain.profile_parts import (
    MAX_TAG_CHARACTERS,
    LanguageChoice,
    SkillChoice,
    SupportChoice,
    clean_languages,
    clean_skill,
    clean_support,
)
from server.domain.profiles import MAX_SKILLS, MAX_TAGS, SkillDirection, Visibility, check_count
from server.domain.visibility import ProfileField
from server.models.profiles import Profile, ProfileLanguage, ProfileSkill, ProfileTag, SupportEntry
from server.queries.skills import vocabulary
from server.services.profile_edit import editing
from server.services.transaction import retrying


@retrying
async def update_profile(actor: Actor, changes: ProfileChanges, *, expected_version: int | None = None) -> Profile:
    """Change what is set in `changes`. With an expected version, refuse with Conflict when the profile moved on."""
    async with editing(actor) as edit:
        if expected_version is not None and expected_version != edit.profile.version:
            message = "The profile changed meanwhile. Load it again, then change it."
            raise Conflict(message, current=str(edit.profile.version))
        edit.columns = clean_changes(changes)
        edit.changed = sorted(edit.columns)
        check_pseudonym(
            is_pseudonymous=edit.columns.get("is_pseudonymous", edit.profile.is_pseudonymous),
            pseudonym=edit.columns.get("pseudonym", edit.profile.pseudonym),
        )
        if not edit.columns:
            edit.skip()
    return edit.profile


@retrying
async def set_visibility(actor: Actor, choices: Mapping[ProfileField, Visibility]) -> Profile:
    """Choose who sees parts of the profile; parts that are not named keep what was chosen before."""
    async with editing(actor, "visibility") as edit:
        chosen = {field.value: int(width) for field, width in choices.items()}
        edit.columns["visibility"] = {**edit.profile.visibility, **chosen}
    return edit.profile


@retrying
async def set_skill(actor: Actor, choice: SkillChoice) -> ProfileSkill | ProfileTag:
    """Offer or seek a skill, or change how well. A free tag becomes the skill it names, when there is one."""
    cleaned = clean_skill(choice)
    if cleaned.skill_id is not None:
        if vocabulary().get(cleaned.skill_id) is None:
            raise invalid("skillId", "unknown", "There is no such skill. Search for one, or give a tag.")
        return await _set_known(actor, cleaned, cleaned.skill_id)
    tag = cleaned.tag or ""
    skill = vocabulary().map_tag(tag)
    return await (_set_tag(actor, cleaned, tag) if skill is None else _set_known(actor, cleaned, skill.id))


async def _set_known(actor: Actor, choice: SkillChoice, skill_id: str) -> ProfileSkill:
    async with editing(actor, "skills") as edit:
        place: dict[str, Any] = {"profile_id": edit.profile.id, "direction": choice.direction, "skill_id": skill_id}
        values: dict[str, Any] = {
            "level": choice.level,
            "priority": choice.priority,
            "evidence_url": choice.evidence_url,
        }
        known = await ProfileSkill.get_or_none(**place)
        if known is not None:
            await known.update_from_dict(values).save(update_fields=list(values))
            return known
        check_count("skills", await ProfileSkill.filter(profile_id=edit.profile.id).count(), MAX_SKILLS)
        return await ProfileSkill.create(**place, **values)


async def _set_tag(actor: Actor, choice: SkillChoice, text: str) -> ProfileTag:
    async with editing(actor, "skills") as edit:
        place: dict[str, Any] = {"profile_id": edit.profile.id, "direction": choice.direction, "text": text}
        known = await ProfileTag.get_or_none(**place)
        if known is not None:
            edit.skip()
            return known
        check_count("tags", await ProfileTag.filter(profile_id=edit.profile.id).count(), MAX_TAGS)
        return await ProfileTag.create(**place)


@retrying
async def remove_skill(actor: Actor, *, direction: SkillDirection, skill_id: str) -> Profile:
    """Offer or seek a skill no longer."""
    async with editing(actor, "skills") as edit:
        mine = ProfileSkill.filter(profile_id=edit.profile.id, direction=direction, skill_id=skill_id)
        if not await mine.delete():
            raise NotFound("skill")
    return edit.profile


@retrying
async def remove_tag(actor: Actor, *, direction: SkillDirection, text: str) -> Profile:
    """Take back a skill in one's own words."""
    if len(text) > MAX_TAG_CHARACTERS:
        raise NotFound("tag")
    async with editing(actor, "skills") as edit:
        if not await ProfileTag.filter(profile_id=edit.profile.id, direction=direction, text=text).delete():
            raise NotFound("tag")
    return edit.profile


@retrying
async def set_languages(actor: Actor, choices: Sequence[LanguageChoice]) -> Profile:
    """Replace the languages, in the order given."""
    cleaned = clean_languages(choices)
    async with editing(actor, "languages") as edit:
        await ProfileLanguage.filter(profile_id=edit.profile.id).delete()
        await ProfileLanguage.bulk_create(
            ProfileLanguage(profile_id=edit.profile.id, code=one.code, proficiency=one.proficiency) for one in cleaned
        )
    return edit.profile


@retrying
async def set_support(actor: Actor, choices: Sequence[SupportChoice]) -> Profile:
    """Replace the support map: what is needed, what is offered, and who meets a need."""
    cleaned = clean_support(choices)
    async with editing(actor, "support") as edit:
        await SupportEntry.filter(profile_id=edit.profile.id).delete()
        await SupportEntry.bulk_create(
            SupportEntry(
                profile_id=edit.profile.id, need=one.need, is_offer=one.is_offer, note=one.note, met_by=one.met_by
            )
            for one in cleaned
        )
    return edit.profile
