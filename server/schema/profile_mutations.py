"""Changing one's own profile: fields, who sees them, skills, languages, the support map."""

from dataclasses import fields

import strawberry

from server.domain import profile_changes as domain
from server.domain.errors import FieldProblem, InvalidInput
from server.domain.profile_changes import Feedback, Pace, ProfileChanges
from server.domain.profile_parts import LanguageChoice, SkillChoice, SupportChoice
from server.domain.profiles import Proficiency, SkillDirection, SkillLevel, SupportNeed, Visibility, WorkPattern
from server.domain.visibility import ProfileField
from server.models.profiles import ProfileSkill as ProfileSkillRow
from server.queries.skills import vocabulary
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.core.ids import decode_id
from server.schema.my_profile import MyProfile, my_profile
from server.schema.skills import Skill
from server.services import profiles

_NULLABLE = {"pseudonym", "is_high_skill", "meets_within_km"}


@strawberry.input(description="How you like to work together; it replaces the whole card.")
class HowIWorkInput:
    """The card."""

    pace: Pace = strawberry.field(default=Pace.EITHER, description="Live, or each in their own time.")
    feedback: Feedback = strawberry.field(default=Feedback.EITHER, description="Direct or gentle.")
    camera_off_is_fine: bool = strawberry.field(default=True, description="Whether a camera that is off is fine.")
    note: str = strawberry.field(default="", description="What else matters: at most 300 characters.")


@strawberry.input(description="What to change; what is left out stays. Null empties only what can be empty.")
class UpdateProfileInput:
    """Input of updateProfile."""

    display_name: str | None = strawberry.field(default=strawberry.UNSET, description="1 to 80 characters.")
    pseudonym: str | None = strawberry.field(
        default=strawberry.UNSET, description="2 to 40 characters, or null for none."
    )
    is_pseudonymous: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether only matches read your name. Needs a pseudonym."
    )
    headline: str | None = strawberry.field(default=strawberry.UNSET, description="At most 160 characters.")
    bio: str | None = strawberry.field(default=strawberry.UNSET, description="At most 4,000 characters.")
    work_patterns: list[WorkPattern] | None = strawberry.field(
        default=strawberry.UNSET, description="How your work comes."
    )
    is_high_skill: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether your work needs long training; null to leave it unsaid."
    )
    interests: list[str] | None = strawberry.field(default=strawberry.UNSET, description="At most 20.")
    industries: list[str] | None = strawberry.field(default=strawberry.UNSET, description="At most 20.")
    goals: list[str] | None = strawberry.field(default=strawberry.UNSET, description="At most 5.")
    how_i_work: HowIWorkInput | None = strawberry.field(default=strawberry.UNSET, description="The card.")
    time_zone: str | None = strawberry.field(default=strawberry.UNSET, description="An IANA time zone.")
    city: str | None = strawberry.field(default=strawberry.UNSET, description="At most 80 characters.")
    country: str | None = strawberry.field(default=strawberry.UNSET, description="Two letters, or empty.")
    meets_remotely: bool | None = strawberry.field(default=strawberry.UNSET, description="Whether you meet remotely.")
    meets_within_km: int | None = strawberry.field(
        default=strawberry.UNSET, description="1 to 500, or null: not in person."
    )
    is_listed: bool | None = strawberry.field(default=strawberry.UNSET, description="Whether the directory shows you.")
    expected_version: int | None = strawberry.field(
        default=None, description="Refused with Conflict when the profile is at another version."
    )


@strawberry.type(description="Your profile as it is now.")
class UpdateProfilePayload:
    """Payload of updateProfile."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.input(description="Who sees a part.")
class FieldVisibilityInput:
    """A choice."""

    field: ProfileField = strawberry.field(description="The part. Who may not see NAME may not see you at all.")
    visibility: Visibility = strawberry.field(description="Who sees it.")


@strawberry.input(description="Who sees which parts; parts left out stay as they are.")
class SetVisibilityInput:
    """Input of setVisibility."""

    choices: list[FieldVisibilityInput] = strawberry.field(description="The choices; the last one for a part holds.")


@strawberry.type(description="Your profile as it is now.")
class SetVisibilityPayload:
    """Payload of setVisibility."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.input(description="A skill you offer or seek. Give either skillId or tag.")
class SetSkillInput:
    """Input of setSkill."""

    direction: SkillDirection = strawberry.field(description="Offered or sought.")
    level: SkillLevel = strawberry.field(description="How well you have it now.")
    skill_id: strawberry.ID | None = strawberry.field(default=None, description="A skill of the vocabulary.")
    tag: str | None = strawberry.field(
        default=None, description="Your own words, 2 to 80 characters; they become the skill they name, if one."
    )
    priority: int = strawberry.field(default=1, description="1 is the most important, 99 the least.")
    evidence_url: str | None = strawberry.field(default=None, description="Where to see it: http or https.")


@strawberry.type(description="The skill is on your profile.")
class SetSkillPayload:
    """Payload of setSkill."""

    profile: MyProfile = strawberry.field(description="Your profile.")
    skill: Skill | None = strawberry.field(description="The skill; null when the words stay a tag.")


@strawberry.input(description="A skill you no longer offer or seek.")
class RemoveSkillInput:
    """Input of removeSkill."""

    direction: SkillDirection = strawberry.field(description="Offered or sought.")
    skill_id: strawberry.ID = strawberry.field(description="The skill.")


@strawberry.type(description="The skill is gone from your profile.")
class RemoveSkillPayload:
    """Payload of removeSkill."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.input(description="Your own words to take back.")
class RemoveTagInput:
    """Input of removeTag."""

    direction: SkillDirection = strawberry.field(description="Offered or sought.")
    text: str = strawberry.field(description="The words, as they are on your profile.")


@strawberry.type(description="The words are gone from your profile.")
class RemoveTagPayload:
    """Payload of removeTag."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.input(description="A language you work in.")
class LanguageInput:
    """A language."""

    code: str = strawberry.field(description="A BCP 47 tag such as pt-BR.")
    proficiency: Proficiency = strawberry.field(description="How well; text only counts.")


@strawberry.input(description="All languages you work in.")
class SetLanguagesInput:
    """Input of setLanguages."""

    languages: list[LanguageInput] = strawberry.field(description="At most 20, in the order you want.")


@strawberry.type(description="Your languages are replaced.")
class SetLanguagesPayload:
    """Payload of setLanguages."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.input(description="A need or an offer.")
class SupportEntryInput:
    """A cell of the support map."""

    need: SupportNeed = strawberry.field(description="Which need.")
    is_offer: bool = strawberry.field(description="Whether you give it, or need it.")
    note: str = strawberry.field(default="", description="At most 200 characters.")
    met_by: str | None = strawberry.field(default=None, description="Who meets the need; only you read it.")


@strawberry.input(description="Your whole support map.")
class SetSupportMapInput:
    """Input of setSupportMap."""

    entries: list[SupportEntryInput] = strawberry.field(description="Each need at most once, each offer too.")


@strawberry.type(description="Your support map is replaced.")
class SetSupportMapPayload:
    """Payload of setSupportMap."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.type
class ProfileMutation:
    """Changes of the viewer's own profile."""

    @mutation(description="Change fields of your profile. Requires: a signed-in user.", refuses=[Conflict])
    async def update_profile(self, info: Info, form: UpdateProfileInput) -> UpdateProfilePayload:
        """Change what is given."""
        actor, changes = info.context.actor, _changes(form)
        row = await profiles.update_profile(actor, changes, expected_version=form.expected_version)
        return UpdateProfilePayload(profile=MyProfile.of(row))

    @mutation(description="Choose who sees which part of your profile. Requires: a signed-in user.")
    async def set_visibility(self, info: Info, form: SetVisibilityInput) -> SetVisibilityPayload:
        """Choose who sees parts."""
        choices = {choice.field: choice.visibility for choice in form.choices}
        return SetVisibilityPayload(profile=MyProfile.of(await profiles.set_visibility(info.context.actor, choices)))

    @mutation(
        description="Offer or seek a skill, or change how well. Requires: a signed-in user.", refuses=[LimitReached]
    )
    async def set_skill(self, info: Info, form: SetSkillInput) -> SetSkillPayload:
        """Set a skill."""
        choice = SkillChoice(
            direction=form.direction,
            level=form.level,
            skill_id=None if form.skill_id is None else decode_id(form.skill_id, "Skill", what="skill"),
            tag=form.tag,
            priority=form.priority,
            evidence_url=form.evidence_url,
        )
        row = await profiles.set_skill(info.context.actor, choice)
        skill = vocabulary().get(row.skill_id) if isinstance(row, ProfileSkillRow) else None
        return SetSkillPayload(profile=await my_profile(info), skill=None if skill is None else Skill.of(skill))

    @mutation(description="Offer or seek a skill no longer. Requires: a signed-in user.")
    async def remove_skill(self, info: Info, form: RemoveSkillInput) -> RemoveSkillPayload:
        """Remove a skill."""
        skill_id = decode_id(form.skill_id, "Skill", what="skill")
        row = await profiles.remove_skill(info.context.actor, direction=form.direction, skill_id=skill_id)
        return RemoveSkillPayload(profile=MyProfile.of(row))

    @mutation(description="Take back a skill in your own words. Requires: a signed-in user.")
    async def remove_tag(self, info: Info, form: RemoveTagInput) -> RemoveTagPayload:
        """Remove a tag."""
        row = await profiles.remove_tag(info.context.actor, direction=form.direction, text=form.text)
        return RemoveTagPayload(profile=MyProfile.of(row))

    @mutation(description="Replace the languages you work in. Requires: a signed-in user.")
    async def set_languages(self, info: Info, form: SetLanguagesInput) -> SetLanguagesPayload:
        """Replace the languages."""
        choices = [LanguageChoice(one.code, one.proficiency) for one in form.languages]
        return SetLanguagesPayload(profile=MyProfile.of(await profiles.set_languages(info.context.actor, choices)))

    @mutation(description="Replace your support map. Requires: a signed-in user.")
    async def set_support_map(self, info: Info, form: SetSupportMapInput) -> SetSupportMapPayload:
        """Replace the support map."""
        choices = [SupportChoice(one.need, one.is_offer, one.note, one.met_by) for one in form.entries]
        return SetSupportMapPayload(profile=MyProfile.of(await profiles.set_support(info.context.actor, choices)))


def _changes(form: UpdateProfileInput) -> ProfileChanges:
    """Return what is given of a form; null is refused where a field cannot be empty."""
    names = [field.name for field in fields(ProfileChanges)]
    given = {name: value for name in names if (value := getattr(form, name)) is not strawberry.UNSET}
    refused = [name for name, value in given.items() if value is None and name not in _NULLABLE]
    if refused:
        message = "This cannot be null. Leave it out to keep it as it is."
        raise InvalidInput(*(FieldProblem(domain.path_of(name), "null", message) for name in refused))
    card = given.get("how_i_work")
    if isinstance(card, HowIWorkInput):
        given["how_i_work"] = domain.HowIWork(card.pace, card.feedback, card.camera_off_is_fine, card.note)
    return ProfileChanges(**given)
