"""Profiles: the vocabulary of who somebody is, how much of it a profile holds, and what is told of its changes."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import ClassVar
from uuid import UUID

from server.domain.errors import LimitReached
from server.domain.facts import Fact


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


MAX_SKILLS = 60
MAX_TAGS = 20
MAX_LANGUAGES = 20
MAX_STINTS = 30
MAX_TRANSITIONS = 20
MAX_CONTACTS = 15
"""How many of each one profile holds; the skills and tags of both directions count together."""


@dataclass(frozen=True, kw_only=True)
class ProfileUpdated(Fact):
    """Somebody changed their profile. `changed` names the parts, `version` is the profile's after the change."""

    kind: ClassVar[str] = "profile.updated"
    profile_id: UUID
    version: int
    changed: list[str]


@dataclass(frozen=True, kw_only=True)
class ContactsReleased(Fact):
    """Somebody's contact details are open to somebody else."""

    kind: ClassVar[str] = "contacts.released"
    profile_id: UUID
    to_profile_id: UUID


@dataclass(frozen=True, kw_only=True)
class ContactsRevoked(Fact):
    """Somebody's contact details are closed to somebody else again."""

    kind: ClassVar[str] = "contacts.revoked"
    profile_id: UUID
    to_profile_id: UUID


def check_count(what: str, count: int, limit: int) -> None:
    """Refuse one more when `count` of them are there already."""
    if count >= limit:
        raise LimitReached(f"A profile holds at most {limit} {what}. Remove one first.", limit=limit)
