"""What somebody reads of their own profile beyond its fields: what it lacks, and to whom its contacts are open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from server.domain.actors import Actor, ProfileId
from server.domain.completeness import MissingPart, ProfilePart, missing_parts
from server.domain.profiles import SkillDirection, SupportNeed
from server.domain.support import SupportGap, support_gaps
from server.models.database import connection
from server.models.profiles import ContactRelease, SupportEntry

_HAS = "EXISTS (SELECT FROM {table} WHERE profile_id = p.id)"
_HAS_SKILL = "EXISTS (SELECT FROM profile_skill WHERE profile_id = p.id AND direction = '{direction}')"
_FILLED: Mapping[ProfilePart, str] = {
    ProfilePart.SKILLS_SOUGHT: _HAS_SKILL.format(direction=SkillDirection.SOUGHT),
    ProfilePart.SKILLS_OFFERED: _HAS_SKILL.format(direction=SkillDirection.OFFERED),
    ProfilePart.TIME_ZONE: "p.time_zone <> 'Etc/UTC'",
    ProfilePart.LANGUAGES: _HAS.format(table="profile_language"),
    ProfilePart.HEADLINE: "p.headline <> ''",
    ProfilePart.GOALS: "p.goals <> '{}'",
    ProfilePart.AVAILABILITY: _HAS.format(table="weekly_window"),
    ProfilePart.WORK_PATTERNS: "p.work_patterns <> '{}'",
    ProfilePart.HOW_I_WORK: "p.how_i_work::text <> '{}'",
    ProfilePart.BIO: "p.bio <> ''",
    ProfilePart.CITY: "p.city <> ''",
    ProfilePart.STINTS: _HAS.format(table="stint"),
    ProfilePart.TRANSITIONS: _HAS.format(table="transition"),
    ProfilePart.INTERESTS: "p.interests <> '{}'",
    ProfilePart.INDUSTRIES: "p.industries <> '{}'",
    ProfilePart.SUPPORT: _HAS.format(table="support_entry"),
    ProfilePart.CONTACTS: _HAS.format(table="contact_detail"),
}
_STATEMENT = "SELECT " + ", ".join(_FILLED.values()) + " FROM profile p WHERE p.id = $1"  # noqa: S608 - constants


@dataclass(slots=True)
class ReleaseView:
    """To whom the actor's contact details are open, and since when."""

    to_profile_id: ProfileId
    since: datetime


async def missing_of(actor: Actor) -> list[MissingPart]:
    """Return what the actor's profile lacks, the most useful first, with what each would change."""
    _, rows = await connection().execute_query(_STATEMENT, [actor.require_profile()])
    return missing_parts([part for part, is_filled in zip(_FILLED, rows[0], strict=True) if is_filled])


async def gaps_of(actor: Actor) -> list[SupportGap]:
    """Return the actor's needs that nobody meets, each with one next step."""
    needs = SupportEntry.filter(profile_id=actor.require_profile(), is_offer=False)
    return support_gaps([(SupportNeed(entry.need), entry.met_by) for entry in await needs])


async def releases_of(actor: Actor) -> list[ReleaseView]:
    """Return to whom the actor's contact details are open, latest first."""
    rows = ContactRelease.filter(profile_id=actor.require_profile(), revoked_at=None).order_by("-created_at", "-id")
    return [ReleaseView(ProfileId(row.to_profile_id), row.created_at) for row in await rows]
