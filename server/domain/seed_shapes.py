"""The shapes a made-up person and their history come in: one class per kind of row, fields named as its columns."""

from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import Any
from uuid import UUID

from server.domain.availability import CapacityKind, MentoringFormat, StretchKind
from server.domain.mentorships import DeclineReason, EndReason, MentorshipState, RequestState
from server.domain.profiles import Proficiency, SkillDirection, SkillLevel, SupportNeed, WorkPattern
from server.domain.sessions import SessionRole, SessionState

_VERSION_7 = 0x7 << 76
_VARIANT = 0x2 << 62


def seeded_id(rng: Random, born_at: datetime) -> UUID:
    """Return a UUIDv7 of an instant whose random part comes from `rng`: the same seed gives the same key."""
    milliseconds = int(born_at.timestamp() * 1000)
    noise = rng.getrandbits(74)
    low = noise & ((1 << 62) - 1)
    return UUID(int=milliseconds << 80 | _VERSION_7 | (noise >> 62) << 64 | _VARIANT | low)


@dataclass(slots=True, kw_only=True)
class SeedUser:
    """An account. Without a password hash nobody can sign in."""

    id: UUID
    created_at: datetime
    email: str
    verified_at: datetime
    locale: str
    password_hash: str | None = None


@dataclass(slots=True, kw_only=True)
class SeedProfile:
    """What is seen of a person. `search_document` is filled when the whole person is known."""

    id: UUID
    display_name: str
    pseudonym: str | None
    is_pseudonymous: bool
    headline: str
    bio: str
    work_patterns: list[str]
    is_high_skill: bool
    interests: list[str]
    industries: list[str]
    goals: list[str]
    how_i_work: dict[str, Any]
    time_zone: str
    city: str
    country: str
    meets_remotely: bool
    meets_within_km: int | None
    visibility: dict[str, int]
    is_listed: bool
    requests_paused_until: datetime | None
    created_at: datetime
    updated_at: datetime
    search_document: str = ""
    version: int = 1


@dataclass(slots=True, kw_only=True)
class SeedStint:
    """A dated stretch of work."""

    id: UUID
    profile_id: UUID
    pattern: WorkPattern
    title: str
    started_on: date
    ended_on: date | None


@dataclass(slots=True, kw_only=True)
class SeedTransition:
    """A change of trade."""

    id: UUID
    profile_id: UUID
    from_work: str
    to_work: str
    year: int


@dataclass(slots=True, kw_only=True)
class SeedSkill:
    """A skill offered or sought."""

    id: UUID
    profile_id: UUID
    skill_id: str
    direction: SkillDirection
    level: SkillLevel
    priority: int
    evidence_url: str | None = None


@dataclass(slots=True, kw_only=True)
class SeedTag:
    """A skill in the person's own words."""

    id: UUID
    profile_id: UUID
    direction: SkillDirection
    text: str


@dataclass(slots=True, kw_only=True)
class SeedLanguage:
    """A language and how well."""

    id: UUID
    profile_id: UUID
    code: str
    proficiency: Proficiency


@dataclass(slots=True, kw_only=True)
class SeedSupport:
    """A cell of the support map."""

    id: UUID
    profile_id: UUID
    need: SupportNeed
    is_offer: bool
    note: str
    met_by: str | None


@dataclass(slots=True, kw_only=True)
class SeedContact:
    """A way to reach the person; every address is of a domain kept for examples."""

    id: UUID
    created_at: datetime
    profile_id: UUID
    kind: str
    value: str
    visibility: int


@dataclass(slots=True, kw_only=True)
class SeedWindow:
    """A weekly window in local wall time."""

    id: UUID
    profile_id: UUID
    weekday: int
    start_minute: int
    end_minute: int


@dataclass(slots=True, kw_only=True)
class SeedException:
    """A dated exception in local wall time."""

    id: UUID
    profile_id: UUID
    day: date
    start_minute: int
    end_minute: int
    is_open: bool


@dataclass(slots=True, kw_only=True)
class SeedRule:
    """How the person wants to be booked."""

    id: UUID
    created_at: datetime
    profile_id: UUID
    buffer_minutes: int
    notice_minutes: int


@dataclass(slots=True, kw_only=True)
class SeedStretch:
    """A stretch of the person's rhythm, in UTC."""

    id: UUID
    created_at: datetime
    profile_id: UUID
    kind: StretchKind
    started_at: datetime
    ended_at: datetime | None
    note: str


@dataclass(slots=True, kw_only=True)
class SeedAccount:
    """An account of the capacity ledger. `used` moves as histories are made."""

    id: UUID
    created_at: datetime
    profile_id: UUID
    kind: CapacityKind
    format: str
    allowed: int
    used: int = 0


@dataclass(slots=True, kw_only=True)
class SeedEntry:
    """A line of the ledger."""

    id: UUID
    created_at: datetime
    account_id: UUID
    delta: int
    reason: str
    reference: UUID


@dataclass(slots=True, kw_only=True)
class SeedRequest:
    """A request for a mentorship."""

    id: UUID
    created_at: datetime
    sender_id: UUID
    receiver_id: UUID
    mentor_id: UUID
    mentee_id: UUID
    format: MentoringFormat
    goal: str
    message: str
    skill_ids: list[str]
    minutes_needed: int
    state: RequestState = RequestState.SENT
    sent_at: datetime | None = None
    viewed_at: datetime | None = None
    answered_at: datetime | None = None
    expires_at: datetime | None = None
    remind_at: datetime | None = None
    waitlisted_at: datetime | None = None
    decline_reason: DeclineReason | None = None
    referred_from_id: UUID | None = None
    aspect: str = ""
    state_reason: str = ""
    note: str = ""
    reminders_sent: int = 0
    version: int = 1


@dataclass(slots=True, kw_only=True)
class SeedRequestEvent:
    """A line of a request's history."""

    id: UUID
    created_at: datetime
    request_id: UUID
    actor_id: UUID | None
    state: RequestState
    text: str


@dataclass(slots=True, kw_only=True)
class SeedMentorship:
    """Two people at work on a goal."""

    id: UUID
    created_at: datetime
    mentor_id: UUID
    mentee_id: UUID
    request_id: UUID
    format: MentoringFormat
    goal: str
    state: MentorshipState
    end_reason: EndReason | None = None
    ended_at: datetime | None = None
    aspect: str = ""
    version: int = 1


@dataclass(slots=True, kw_only=True)
class SeedRelease:
    """Contact details of one person opened to another."""

    id: UUID
    created_at: datetime
    profile_id: UUID
    to_profile_id: UUID


@dataclass(slots=True, kw_only=True)
class SeedSession:
    """A meeting that is over."""

    id: UUID
    created_at: datetime
    mentorship_id: UUID
    title: str
    opened_by: UUID
    started_at: datetime
    ended_at: datetime
    state: SessionState = SessionState.ENDED
    version: int = 3


@dataclass(slots=True, kw_only=True)
class SeedParticipant:
    """Somebody's place in a meeting."""

    id: UUID
    created_at: datetime
    session_id: UUID
    profile_id: UUID
    role: SessionRole
    joined_at: datetime


@dataclass(slots=True, kw_only=True)
class SeedMessage:
    """A line that was said."""

    id: UUID
    created_at: datetime
    session_id: UUID
    author_id: UUID
    text: str


@dataclass(slots=True, kw_only=True)
class SeedPerson:
    """A person with everything that hangs on them. `trade` is a key of the material, for whoever makes histories."""

    user: SeedUser
    profile: SeedProfile
    trade: str
    rule: SeedRule
    stints: list[SeedStint] = field(default_factory=list)
    transitions: list[SeedTransition] = field(default_factory=list)
    skills: list[SeedSkill] = field(default_factory=list)
    tags: list[SeedTag] = field(default_factory=list)
    languages: list[SeedLanguage] = field(default_factory=list)
    support: list[SeedSupport] = field(default_factory=list)
    contacts: list[SeedContact] = field(default_factory=list)
    windows: list[SeedWindow] = field(default_factory=list)
    exceptions: list[SeedException] = field(default_factory=list)
    stretches: list[SeedStretch] = field(default_factory=list)
    accounts: list[SeedAccount] = field(default_factory=list)

    def account(self, kind: CapacityKind, mentoring_format: MentoringFormat | None = None) -> SeedAccount:
        """Return an account of the person; everybody has one of each."""
        return next(one for one in self.accounts if one.kind is kind and one.format == (mentoring_format or ""))

    def skills_in(self, direction: SkillDirection) -> list[SeedSkill]:
        """Return the skills of a direction, the most important first."""
        return [one for one in self.skills if one.direction is direction]

    def can_talk_to(self, other: "SeedPerson") -> bool:
        """Tell whether two people have a language in common."""
        spoken = {one.code for one in self.languages}
        return any(one.code in spoken for one in other.languages)


@dataclass(slots=True, kw_only=True)
class SeedHistory:
    """What happened among a block of people."""

    requests: list[SeedRequest] = field(default_factory=list)
    events: list[SeedRequestEvent] = field(default_factory=list)
    mentorships: list[SeedMentorship] = field(default_factory=list)
    releases: list[SeedRelease] = field(default_factory=list)
    entries: list[SeedEntry] = field(default_factory=list)
    sessions: list[SeedSession] = field(default_factory=list)
    participants: list[SeedParticipant] = field(default_factory=list)
    messages: list[SeedMessage] = field(default_factory=list)
