"""The directory: what can be asked of it, and how well somebody covers what is sought: C1."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from server.domain.availability import MentoringFormat
from server.domain.open_hours import utc_offset
from server.domain.places import language_tag, time_zones
from server.domain.problems import Problems
from server.domain.profile_search import MAX_QUERY_CHARACTERS
from server.domain.profiles import Proficiency, SkillDirection, SkillLevel
from server.domain.texts import line

MAX_FILTER_SKILLS = 20
MAX_ZONE_HOURS = 12
MAX_MEETING_DAYS = 28
MEETING_SLOTS = 4
"""Quarter hours of the meeting that "can meet me" means."""
MAX_SAVED_SEARCHES = 20
MAX_NAME_LENGTH = 60

COVERED = 1000
"""What a need that is covered weighs against the level at which it is: how many always comes before how well."""

LEAST_COVERING_LEVEL = SkillLevel.ALONE
"""From this level on, offering a skill covers a need for it."""

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class LanguageWish:
    """A language, at least this well. `pt` finds `pt-BR` too; `pt-BR` finds itself only."""

    code: str
    least: Proficiency = Proficiency.TEXT_ONLY


@dataclass(frozen=True, kw_only=True)
class DirectoryFilter:
    """Whom to look for; everything given must hold. Skill ids are vocabulary ids or group codes, and one must hold."""

    skill_ids: Sequence[str] = ()
    direction: SkillDirection = SkillDirection.OFFERED
    least_level: SkillLevel = SkillLevel.CANNOT
    languages: Sequence[LanguageWish] = ()
    within_hours: int | None = None
    mentoring_format: MentoringFormat | None = None
    has_open_places: bool = False
    can_meet_within_days: int | None = None
    text: str = ""
    goal: str = ""
    interest: str = ""
    industry: str = ""


def clean_filter(asked: DirectoryFilter) -> DirectoryFilter:
    """Return a filter with clean texts and tags, or refuse with everything that is wrong."""
    problems = Problems()
    if len(asked.skill_ids) > MAX_FILTER_SKILLS:
        problems.add("skillIds", "too_many", f"At most {MAX_FILTER_SKILLS} skills.")
    if len(asked.languages) > MAX_FILTER_SKILLS:
        problems.add("languages", "too_many", f"At most {MAX_FILTER_SKILLS} languages.")
    languages = []
    for at, wish in enumerate(asked.languages[:MAX_FILTER_SKILLS]):
        tag = language_tag(wish.code)
        if tag is None:
            problems.add(f"languages.{at}.code", "unknown", "A language tag such as pt or pt-BR.")
        languages.append(LanguageWish(tag or "", wish.least))
    if asked.within_hours is not None:
        problems.number("withinHours", asked.within_hours, 0, MAX_ZONE_HOURS)
    if asked.can_meet_within_days is not None:
        problems.number("canMeetWithinDays", asked.can_meet_within_days, 1, MAX_MEETING_DAYS)
    cleaned = replace(
        asked,
        languages=languages,
        text=problems.line("text", asked.text, longest=MAX_QUERY_CHARACTERS),
        goal=problems.line("goal", asked.goal, longest=200),
        interest=problems.line("interest", asked.interest, longest=60),
        industry=problems.line("industry", asked.industry, longest=60),
    )
    problems.refuse_if_any()
    return cleaned


def search_name(name: str) -> str:
    """Return the name of a search as it is kept, 1 to 60 characters, or refuse."""
    return line("name", name, longest=MAX_NAME_LENGTH, shortest=1)


def proficiencies_from(least: Proficiency) -> list[Proficiency]:
    """Return the proficiencies that are at least as good as one."""
    ordered = list(Proficiency)
    return ordered[ordered.index(least) :]


def zones_within(hours: int, of: str, at: datetime) -> list[str]:
    """Return the time zones whose wall clocks are at most so many hours from that of a zone now.

    Clocks go round: 23:00 and 01:00 are two hours apart, whatever the date.
    """
    own = utc_offset(ZoneInfo(of), at)
    reach = timedelta(hours=hours)
    found = []
    for zone in _zones():
        apart = abs(utc_offset(zone, at) - own) % _DAY
        if min(apart, _DAY - apart) <= reach:
            found.append(zone.key)
    return found


@cache
def _zones() -> list[ZoneInfo]:
    # Held here, since zoneinfo keeps only eight zones that nobody holds and would read the others from disk again.
    return [ZoneInfo(name) for name in sorted(time_zones())]
