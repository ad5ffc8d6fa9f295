"""What a profile lacks, and what each missing part would change: A13. Nobody is ranked by it."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class ProfilePart(StrEnum):
    """A part that somebody can fill, the most useful first."""

    SKILLS_SOUGHT = "skills_sought"
    SKILLS_OFFERED = "skills_offered"
    TIME_ZONE = "time_zone"
    LANGUAGES = "languages"
    HEADLINE = "headline"
    GOALS = "goals"
    AVAILABILITY = "availability"
    WORK_PATTERNS = "work_patterns"
    HOW_I_WORK = "how_i_work"
    BIO = "bio"
    CITY = "city"
    STINTS = "stints"
    TRANSITIONS = "transitions"
    INTERESTS = "interests"
    INDUSTRIES = "industries"
    SUPPORT = "support"
    CONTACTS = "contacts"


@dataclass(frozen=True)
class MissingPart:
    """A part that is empty, and what filling it would change, in a sentence."""

    part: ProfilePart
    changes: str


_CHANGES = {
    ProfilePart.SKILLS_SOUGHT: "The directory puts people who can teach you what you want to learn first.",
    ProfilePart.SKILLS_OFFERED: "People who look for what you can do will find you, and can ask you.",
    ProfilePart.TIME_ZONE: "Times are shown in your own clock, and people awake when you are can find you.",
    ProfilePart.LANGUAGES: "People who speak your languages will find you.",
    ProfilePart.HEADLINE: "People see at a glance who you are when they choose whom to ask.",
    ProfilePart.GOALS: "A mentor knows what you work towards before the first meeting.",
    ProfilePart.AVAILABILITY: "Times to meet can be proposed without asking you first.",
    ProfilePart.WORK_PATTERNS: "People whose work comes like yours recognise you.",
    ProfilePart.HOW_I_WORK: "Your mentor knows how you like to talk and to be told.",
    ProfilePart.BIO: "Those who consider you read more than a list.",
    ProfilePart.CITY: "People nearby can suggest to meet in person.",
    ProfilePart.STINTS: "Others see what work you know from inside.",
    ProfilePart.TRANSITIONS: "People who want to make the change you made will find you.",
    ProfilePart.INTERESTS: "There is something to talk about besides work.",
    ProfilePart.INDUSTRIES: "People of your trade will find you.",
    ProfilePart.SUPPORT: "You see which of your needs nobody meets yet, with a next step for each.",
    ProfilePart.CONTACTS: "When a mentorship begins, the other can reach you outside Alongside.",
}


def missing_parts(filled: Collection[ProfilePart]) -> list[MissingPart]:
    """Return the parts that are not filled, the most useful first."""
    return [MissingPart(part, _CHANGES[part]) for part in ProfilePart if part not in filled]
