"""What hangs on a profile, as types, and how rows become them. They know no profile; profiles show them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import strawberry

from server.domain.profile_changes import Feedback, Pace
from server.domain.profile_parts import ContactKind
from server.domain.profiles import (
    Proficiency,
    SkillDirection,
    SkillLevel,
    SupportNeed,
    Visibility,
    WorkPattern,
)
from server.domain.visibility import ProfileField, Relation
from server.queries import profiles as queries
from server.queries.skills import vocabulary
from server.schema.core.ids import encode_id
from server.schema.core.views import viewed
from server.schema.skills import Skill

strawberry.enum(WorkPattern, description="How somebody's work comes.")
strawberry.enum(SkillDirection, description="Whether a skill is offered to others or sought from them.")
strawberry.enum(SkillLevel, description="How well, on one scale for what is offered and what is sought.")
strawberry.enum(Proficiency, description="How well somebody works in a language, from text only to native.")
strawberry.enum(SupportNeed, description="The four needs of the support map.")
strawberry.enum(Visibility, description="Who may see something, from nobody else to everybody.")
strawberry.enum(ProfileField, description="A part of a profile with a visibility of its own.")
strawberry.enum(Relation, name="ProfileRelation", description="How the viewer stands to the owner of a profile.")
strawberry.enum(Pace, description="Whether somebody likes to talk live or in their own time.")
strawberry.enum(Feedback, description="How somebody likes to be told what they think of their work.")
strawberry.enum(ContactKind, description="A way to reach somebody, or a social link.")


@strawberry.type(description="How somebody works: shown side by side when a mentorship begins.")
class HowIWork:
    """The card."""

    pace: Pace = strawberry.field(description="Live, or each in their own time.")
    feedback: Feedback = strawberry.field(description="Direct or gentle.")
    camera_off_is_fine: bool = strawberry.field(description="Whether a camera that is off is fine.")
    note: str = strawberry.field(description="What else matters.")

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "HowIWork":
        """Return the card, with the defaults for what was never said."""
        return cls(
            pace=Pace(kept.get("pace", Pace.EITHER)),
            feedback=Feedback(kept.get("feedback", Feedback.EITHER)),
            camera_off_is_fine=kept.get("camera_off_is_fine", True),
            note=kept.get("note", ""),
        )


@strawberry.type(description="A skill that somebody offers or seeks.")
class ProfileSkill:
    """A skill of somebody."""

    skill: Skill = strawberry.field(description="The skill.")
    view: strawberry.Private[queries.SkillView]
    direction: SkillDirection = viewed(description="Offered or sought.")
    level: SkillLevel = viewed(description="How well they have it now.")
    priority: int = viewed(description="1 is the most important.")
    evidence_url: str | None = viewed(description="Where to see it.")


@strawberry.type(description="A skill in somebody's own words, not yet in the vocabulary.")
class ProfileTag:
    """A tag of somebody."""

    text: str = strawberry.field(description="The words.")
    direction: SkillDirection = strawberry.field(description="Offered or sought.")


@strawberry.type(description="A language somebody works in.")
class ProfileLanguage:
    """A language of somebody."""

    code: str = strawberry.field(description="A BCP 47 tag such as pt-BR.")
    proficiency: Proficiency = strawberry.field(description="How well.")


@strawberry.type(description="A dated stretch of work; no employer needed.")
class Stint:
    """A stint of somebody."""

    id: strawberry.ID = strawberry.field(description="For its owner, to change or remove it.")
    pattern: WorkPattern = strawberry.field(description="How the work came.")
    title: str = strawberry.field(description="What it was.")
    started_on: date = strawberry.field(description="Its first day.")
    ended_on: date | None = strawberry.field(description="Its last day; null while it goes on.")


@strawberry.type(description="A change of trade somebody made.")
class Transition:
    """A transition of somebody."""

    id: strawberry.ID = strawberry.field(description="For its owner, to remove it.")
    from_work: str = strawberry.field(description="What they did before.")
    to_work: str = strawberry.field(description="What they did after.")
    year: int = strawberry.field(description="When.")


@strawberry.type(description="A cell of somebody's support map.")
class SupportEntry:
    """A need or an offer."""

    need: SupportNeed = strawberry.field(description="Which need.")
    is_offer: bool = strawberry.field(description="Whether they give it, or need it.")
    note: str = strawberry.field(description="Their words about it.")
    met_by: str | None = strawberry.field(description="Who meets the need. Requires: to be one's own.")


@strawberry.type(description="A way to reach somebody. Requires: its visibility, or that its owner released it to you.")
class Contact:
    """A contact detail of somebody."""

    id: strawberry.ID = strawberry.field(description="For its owner, to remove it.")
    kind: ContactKind = strawberry.field(description="What it is.")
    value: str = strawberry.field(description="The address, number or link.")
    visibility: Visibility = strawberry.field(description="Who sees it without a release.")


def skills_shown(views: Sequence[queries.SkillView], direction: SkillDirection | None) -> list[ProfileSkill]:
    """Return skills as the API shows them; a skill that left the vocabulary is left out."""
    known = vocabulary().skills
    wanted = views if direction is None else [view for view in views if view.direction is direction]
    return [
        ProfileSkill(skill=Skill.of(skill), view=view)
        for view in wanted
        if (skill := known.get(view.skill_id)) is not None
    ]


def tags_shown(views: Sequence[queries.TagView]) -> list[ProfileTag]:
    """Return tags as the API shows them."""
    return [ProfileTag(text=view.text, direction=view.direction) for view in views]


def languages_shown(views: Sequence[queries.LanguageView]) -> list[ProfileLanguage]:
    """Return languages as the API shows them."""
    return [ProfileLanguage(code=view.code, proficiency=view.proficiency) for view in views]


def stints_shown(views: Sequence[queries.StintView]) -> list[Stint]:
    """Return stints as the API shows them."""
    return [
        Stint(
            id=strawberry.ID(encode_id("Stint", view.id)),
            pattern=view.pattern,
            title=view.title,
            started_on=view.started_on,
            ended_on=view.ended_on,
        )
        for view in views
    ]


def transitions_shown(views: Sequence[queries.TransitionView]) -> list[Transition]:
    """Return transitions as the API shows them."""
    return [
        Transition(
            id=strawberry.ID(encode_id("Transition", view.id)),
            from_work=view.from_work,
            to_work=view.to_work,
            year=view.year,
        )
        for view in views
    ]


def support_shown(views: Sequence[queries.SupportView]) -> list[SupportEntry]:
    """Return support maps as the API shows them."""
    return [SupportEntry(need=view.need, is_offer=view.is_offer, note=view.note, met_by=view.met_by) for view in views]


def contacts_shown(views: Sequence[queries.ContactView]) -> list[Contact]:
    """Return contact details as the API shows them."""
    return [
        Contact(
            id=strawberry.ID(encode_id("Contact", view.id)),
            kind=ContactKind(view.kind),
            value=view.value,
            visibility=view.visibility,
        )
        for view in views
    ]
