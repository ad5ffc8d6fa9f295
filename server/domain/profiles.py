"""Profiles: the vocabulary of who somebody is, and the rules of what of it is seen by whom."""

from enum import IntEnum, StrEnum


class WorkPattern(StrEnum):
    """How somebody's work comes: A2."""

    GIG = "gig"
    FREELANCE = "freelance"
    SHORT_CONTRACT = "short_contract"
    ON_DEMAND = "on_demand"
    REMOTE = "remote"
    JOBSEEKER = "jobseeker"
    CAREER_CHANGE = "career_change"
    ALUMNUS = "alumnus"


class SkillDirection(StrEnum):
    """Whether a skill is offered to others or sought from them."""

    OFFERED = "offered"
    SOUGHT = "sought"


class SkillLevel(IntEnum):
    """One scale on both sides: A4."""

    CANNOT = 0
    WITH_HELP = 1
    ALONE = 2
    WELL = 3
    CAN_TEACH = 4


class Proficiency(StrEnum):
    """How well somebody works in a language. Text-only counts as a bridge: A9."""

    TEXT_ONLY = "text_only"
    BASIC = "basic"
    WORKING = "working"
    FLUENT = "fluent"
    NATIVE = "native"


class SupportNeed(StrEnum):
    """The four needs of the support map: A11."""

    GUIDANCE = "guidance"
    REFERRALS = "referrals"
    EMOTIONAL = "emotional"
    PRACTICAL = "practical"


class Visibility(IntEnum):
    """Who may see a field, from narrowest to widest; a viewer sees what is at least as wide as their relation: A14."""

    PRIVATE = 0
    MATCHES = 1
    CIRCLES = 2
    MEMBERS = 3
    PUBLIC = 4
