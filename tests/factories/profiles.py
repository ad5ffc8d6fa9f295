"""What hangs on people, and what ties them together, for tests: rows, without the services."""

from datetime import date
from typing import Any

from server.domain.actors import Actor
from server.domain.availability import MentoringFormat
from server.domain.mentorships import MentorshipState, RequestState
from server.domain.profiles import (
    Proficiency,
    SkillDirection,
    SkillLevel,
    SupportNeed,
    Visibility,
    WorkPattern,
)
from server.domain.visibility import ProfileField
from server.models.mentorships import Mentorship, MentorshipRequest
from server.models.profiles import (
    ContactDetail,
    Profile,
    ProfileLanguage,
    ProfileSkill,
    ProfileTag,
    Stint,
    SupportEntry,
    Transition,
)
from server.models.safety import Block
from tests.factories.people import person


async def offers(who: Actor, *skill_ids: str, level: SkillLevel = SkillLevel.CAN_TEACH) -> None:
    """Let somebody offer skills."""
    for skill_id in skill_ids:
        await ProfileSkill.create(
            profile_id=who.user_id, skill_id=skill_id, direction=SkillDirection.OFFERED, level=level
        )


async def seeks(who: Actor, *skill_ids: str, level: SkillLevel = SkillLevel.WITH_HELP) -> None:
    """Let somebody seek skills."""
    for skill_id in skill_ids:
        await ProfileSkill.create(
            profile_id=who.user_id, skill_id=skill_id, direction=SkillDirection.SOUGHT, level=level
        )


async def speaks(who: Actor, code: str, proficiency: Proficiency = Proficiency.FLUENT) -> None:
    """Let somebody work in a language."""
    await ProfileLanguage.create(profile_id=who.user_id, code=code, proficiency=proficiency)


async def full_person(name: str = "Ana", **profile: Any) -> Actor:
    """Make somebody with something in every part of the profile."""
    filled = {
        "headline": "Courier who bills well",
        "bio": "Ten years on a bike.",
        "work_patterns": [WorkPattern.GIG.value],
        "is_high_skill": False,
        "interests": ["film"],
        "industries": ["logistics"],
        "goals": ["a steady income"],
        "how_i_work": {"pace": "async"},
        "time_zone": "Europe/Lisbon",
        "city": "Porto",
        "country": "PT",
        "meets_within_km": 10,
    }
    who = await person(name, **{**filled, **profile})
    await offers(who, "gig:invoicing")
    await speaks(who, "pt")
    await ProfileTag.create(profile_id=who.user_id, direction=SkillDirection.OFFERED, text="bike whispering")
    await Stint.create(
        profile_id=who.user_id, pattern=WorkPattern.GIG, title="Bike courier", started_on=date(2020, 1, 1)
    )
    await Transition.create(profile_id=who.user_id, from_work="courier", to_work="dispatcher", year=2023)
    await SupportEntry.create(profile_id=who.user_id, need=SupportNeed.GUIDANCE, is_offer=False, met_by="Rui")
    await ContactDetail.create(profile_id=who.user_id, kind="phone", value="+351 900 000 000")
    return who


async def shows(who: Actor, visibility: Visibility, *parts: ProfileField) -> None:
    """Let somebody choose who sees parts of the profile."""
    profile = await Profile.get(id=who.user_id)
    profile.visibility = {**profile.visibility, **{part.value: int(visibility) for part in parts}}
    await profile.save(update_fields=["visibility"])


async def mentorship_between(
    mentor: Actor, mentee: Actor, state: MentorshipState = MentorshipState.ACTIVE
) -> Mentorship:
    """Make a mentorship of two people."""
    return await Mentorship.create(
        mentor_id=mentor.user_id, mentee_id=mentee.user_id, format=MentoringFormat.CLASSIC, goal="Bill", state=state
    )


async def request_from(sender: Actor, receiver: Actor, state: RequestState = RequestState.SENT) -> MentorshipRequest:
    """Make a request of a mentee to a mentor."""
    return await MentorshipRequest.create(
        sender_id=sender.user_id,
        receiver_id=receiver.user_id,
        mentor_id=receiver.user_id,
        mentee_id=sender.user_id,
        format=MentoringFormat.CLASSIC,
        goal="Bill",
        minutes_needed=60,
        state=state,
    )


async def block_of(blocker: Actor, blocked: Actor) -> Block:
    """Let somebody block somebody."""
    return await Block.create(blocker_id=blocker.user_id, blocked_id=blocked.user_id)
