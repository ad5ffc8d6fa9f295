"""Who may see which part of a profile: fields, their defaults, and how near a viewer stands to the owner."""

from collections.abc import Mapping
from enum import Enum, StrEnum

from server.domain.mentorships import MentorshipState, RequestState
from server.domain.profiles import Visibility


class ProfileField(StrEnum):
    """A part of a profile with a visibility of its own. Who may not see the NAME may not see the profile."""

    NAME = "name"
    HEADLINE = "headline"
    BIO = "bio"
    WORK = "work"
    STINTS = "stints"
    TRANSITIONS = "transitions"
    SKILLS = "skills"
    LANGUAGES = "languages"
    INTERESTS = "interests"
    INDUSTRIES = "industries"
    GOALS = "goals"
    HOW_I_WORK = "how_i_work"
    TIME_ZONE = "time_zone"
    CITY = "city"
    SUPPORT = "support"
    OPEN_PLACES = "open_places"
    AVAILABILITY = "availability"
    RHYTHM = "rhythm"


DEFAULT_VISIBILITY: Mapping[ProfileField, Visibility] = {
    **dict.fromkeys(ProfileField, Visibility.MEMBERS),
    ProfileField.GOALS: Visibility.MATCHES,
    ProfileField.HOW_I_WORK: Visibility.MATCHES,
    ProfileField.SUPPORT: Visibility.MATCHES,
    ProfileField.AVAILABILITY: Visibility.MATCHES,
    ProfileField.RHYTHM: Visibility.MATCHES,
}


class Relation(Enum):
    """How a viewer stands to the owner of a profile, nearest first.

    ASKED is the receiver of an open request: they see what matches see, but a pseudonym stays on until a
    mentorship begins.
    """

    SELF = "self"
    MATCH = "match"
    ASKED = "asked"
    CIRCLE = "circle"
    MEMBER = "member"
    VISITOR = "visitor"

    @property
    def reach(self) -> Visibility:
        """Return the narrowest visibility that this viewer is still inside of."""
        return _REACH[self]

    @property
    def sees_through_pseudonym(self) -> bool:
        """Tell whether the real name of a pseudonymous person is shown to this viewer."""
        return self in (Relation.SELF, Relation.MATCH)


_REACH = {
    Relation.SELF: Visibility.PRIVATE,
    Relation.MATCH: Visibility.MATCHES,
    Relation.ASKED: Visibility.MATCHES,
    Relation.CIRCLE: Visibility.CIRCLES,
    Relation.MEMBER: Visibility.MEMBERS,
    Relation.VISITOR: Visibility.PUBLIC,
}

MATCHING_MENTORSHIPS = frozenset(
    {
        MentorshipState.PROPOSED,
        MentorshipState.TRIAL,
        MentorshipState.ACTIVE,
        MentorshipState.PAUSED,
        MentorshipState.CLOSING,
        MentorshipState.COMPLETED,
        MentorshipState.RENEWED,
    }
)
"""The two of such a mentorship are a match. One that ended early or was handed over makes strangers of them."""

SHOWING_REQUESTS = frozenset(
    {RequestState.SENT, RequestState.VIEWED, RequestState.INFO_REQUESTED, RequestState.WAITLISTED}
)
"""While a request stands so, its receiver sees the sender as ASKED; the sender still sees a member."""


def visibility_of(chosen: Mapping[str, int], field: ProfileField) -> Visibility:
    """Return who may see a field, by the owner's choice or the default."""
    return Visibility(chosen.get(field.value, DEFAULT_VISIBILITY[field]))


def visible_fields(chosen: Mapping[str, int], relation: Relation) -> frozenset[ProfileField]:
    """Return the fields that a viewer may see; none at all when the name is not among them."""
    seen = frozenset(field for field in ProfileField if visibility_of(chosen, field) >= relation.reach)
    return seen if ProfileField.NAME in seen else frozenset()


def shown_name(display_name: str, pseudonym: str | None, relation: Relation) -> str:
    """Return the name a viewer reads. `pseudonym` is None for somebody who goes by their own name."""
    return display_name if pseudonym is None or relation.sees_through_pseudonym else pseudonym
