"""Webinars: the states of an event, who is what in it, who gets a place, and what a role may do.

An event takes questions from the moment it is published; it is open (a lobby) before it is live. Attendees hold a
place up to the cap and wait first come, first served beyond it.
"""

import hashlib
import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from server.domain.errors import Conflict, LimitReached, NotAllowed, invalid
from server.domain.places_in_line import has_place
from server.domain.texts import line, paragraphs

MAX_TITLE_LENGTH = 120
MAX_DESCRIPTION_LENGTH = 4_000
MAX_CAPACITY = 100_000
MAX_STAFF = 50
MAX_STAGES = 5
MAX_TALK_LENGTH = 2_000
MAX_LABELS_PER_EVENT = 20
MAX_LABEL_LENGTH = 30
SLOW_MODES = (0, 15, 30, 60, 300)
"""Seconds that may be asked to lie between two questions of one person."""

FEW_PRESENT = 5
"""Below so many present, a pseudonym hides little: whoever asks is warned."""

RETENTION = timedelta(days=90)
"""How long after its end an event keeps what ties a pseudonym to a person."""

BURST_QUESTIONS = 20
BURST_WINDOW = timedelta(seconds=10)
BURST_REST = timedelta(minutes=1)
"""So many questions within the window are told to the staff, once in a rest."""

HOST_GRACE = timedelta(seconds=60)
"""How long a host who was there may be gone from the live room before the next co-host takes over."""

MAIN_STAGE = "main"
_STAGE_LENGTH = 30


class WebinarState(StrEnum):
    """Where an event stands: I1."""

    DRAFT = "draft"
    PUBLISHED = "published"
    OPEN = "open"
    LIVE = "live"
    ENDED = "ended"
    ARCHIVED = "archived"


class WebinarRole(StrEnum):
    """What somebody is in an event. A manager watches from outside and may close it in an emergency."""

    ATTENDEE = "attendee"
    PANELIST = "panelist"
    MODERATOR = "moderator"
    COHOST = "cohost"
    HOST = "host"
    MANAGER = "manager"


class AnonymityMode(StrEnum):
    """Whether questions are asked under one's name, as one likes, or always under a pseudonym."""

    NAMED = "named"
    OPTIONAL = "optional"
    FORCED = "forced"


class RegistrationState(StrEnum):
    """Where somebody's registration stands. A removed person does not get back in."""

    REGISTERED = "registered"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"
    REMOVED = "removed"


class Pace(StrEnum):
    """What a listener wishes of the speaker."""

    SLOWER = "slower"
    FINE = "fine"
    FASTER = "faster"


class RestrictionKind(StrEnum):
    """What keeps somebody from asking: until an instant, or out of the event."""

    TIME_OUT = "time_out"
    BAN = "ban"


REACTIONS = ("applause", "heart", "insight", "laugh", "agree", "question")

ASKING_STATES = frozenset({WebinarState.PUBLISHED, WebinarState.OPEN, WebinarState.LIVE})
"""Questions may be asked and voted for in these states."""

VISIBLE_STATES = frozenset(WebinarState) - {WebinarState.DRAFT}
_RANK = {
    WebinarRole.ATTENDEE: 0,
    WebinarRole.PANELIST: 1,
    WebinarRole.MODERATOR: 2,
    WebinarRole.COHOST: 3,
    WebinarRole.HOST: 4,
}
STAFF_TOPIC_ROLES = frozenset(
    {WebinarRole.MODERATOR, WebinarRole.COHOST, WebinarRole.HOST, WebinarRole.MANAGER},
)
"""Who sees questions under review: moderators and up, and the manager's audit view."""

SPEAKER_ROLES = frozenset({WebinarRole.HOST, WebinarRole.COHOST, WebinarRole.PANELIST})
"""Staff the audience is told of. Who moderates is told to the staff alone."""


class WebinarAction(StrEnum):
    """What staff may do to an event."""

    EDIT = "edit"
    PUBLISH = "publish"
    OPEN = "open"
    START = "start"
    END = "end"
    ARCHIVE = "archive"
    EMERGENCY_CLOSE = "emergency_close"
    SET_WINDOW = "set_window"
    SET_ANONYMITY = "set_anonymity"
    SET_REVIEW = "set_review"
    SET_SLOW_MODE = "set_slow_mode"
    SET_LABELS = "set_labels"
    HIGHLIGHT = "highlight"
    TIME_OUT = "time_out"
    BAN = "ban"
    TALK = "talk"
    POLL = "poll"
    EXPORT = "export"


@dataclass(frozen=True)
class _Rule:
    sources: frozenset[WebinarState]
    least: WebinarRole
    target: WebinarState | None = None


_ALL = frozenset(WebinarState)
_BEFORE_THE_END = _ALL - {WebinarState.ENDED, WebinarState.ARCHIVED}
_UNARCHIVED = _ALL - {WebinarState.ARCHIVED}
RULES: Mapping[WebinarAction, _Rule] = {
    WebinarAction.EDIT: _Rule(_BEFORE_THE_END, WebinarRole.COHOST),
    WebinarAction.PUBLISH: _Rule(frozenset({WebinarState.DRAFT}), WebinarRole.COHOST, WebinarState.PUBLISHED),
    WebinarAction.OPEN: _Rule(frozenset({WebinarState.PUBLISHED}), WebinarRole.COHOST, WebinarState.OPEN),
    WebinarAction.START: _Rule(
        frozenset({WebinarState.PUBLISHED, WebinarState.OPEN}), WebinarRole.COHOST, WebinarState.LIVE
    ),
    WebinarAction.END: _Rule(frozenset({WebinarState.OPEN, WebinarState.LIVE}), WebinarRole.COHOST, WebinarState.ENDED),
    WebinarAction.ARCHIVE: _Rule(frozenset({WebinarState.ENDED}), WebinarRole.COHOST, WebinarState.ARCHIVED),
    WebinarAction.EMERGENCY_CLOSE: _Rule(ASKING_STATES, WebinarRole.MANAGER, WebinarState.ENDED),
    WebinarAction.SET_WINDOW: _Rule(_BEFORE_THE_END, WebinarRole.COHOST),
    WebinarAction.SET_ANONYMITY: _Rule(_BEFORE_THE_END, WebinarRole.COHOST),
    WebinarAction.SET_REVIEW: _Rule(_BEFORE_THE_END, WebinarRole.COHOST),
    WebinarAction.SET_SLOW_MODE: _Rule(_BEFORE_THE_END, WebinarRole.MODERATOR),
    WebinarAction.SET_LABELS: _Rule(_UNARCHIVED, WebinarRole.MODERATOR),
    WebinarAction.HIGHLIGHT: _Rule(_UNARCHIVED, WebinarRole.MODERATOR),
    WebinarAction.TIME_OUT: _Rule(_BEFORE_THE_END, WebinarRole.MODERATOR),
    WebinarAction.BAN: _Rule(_UNARCHIVED, WebinarRole.COHOST),
    WebinarAction.TALK: _Rule(_ALL, WebinarRole.MODERATOR),
    WebinarAction.POLL: _Rule(_BEFORE_THE_END, WebinarRole.MODERATOR),
    WebinarAction.EXPORT: _Rule(_ALL, WebinarRole.COHOST),
}


def ranks(role: WebinarRole | None, least: WebinarRole) -> bool:
    """Tell whether a role is at least another in the order attendee to host; the manager stands outside it."""
    if role is None or role not in _RANK:
        return False
    return _RANK[role] >= _RANK[least]


def is_staff(role: WebinarRole | None) -> bool:
    """Tell whether somebody speaks or works at the event."""
    return ranks(role, WebinarRole.PANELIST)


def check_action(state: WebinarState, role: WebinarRole | None, action: WebinarAction) -> WebinarState:
    """Return the state an action leads to, or refuse it: NotAllowed by role, Conflict by state."""
    rule = RULES[action]
    allowed = role is WebinarRole.MANAGER if rule.least is WebinarRole.MANAGER else ranks(role, rule.least)
    if not allowed:
        raise NotAllowed(f"the role {rule.least.value}")
    if state not in rule.sources:
        raise Conflict("The webinar is not in a state this can be done in.", current=state.value)
    return state if rule.target is None else rule.target


def check_appointment(by: WebinarRole | None, *, before: WebinarRole | None, after: WebinarRole | None) -> None:
    """Refuse to appoint beyond one's role: a co-host appoints moderators and panelists, the host all but the host."""
    if not ranks(by, WebinarRole.COHOST):
        raise NotAllowed("the role cohost")
    touched = {role for role in (before, after) if role is not None}
    if WebinarRole.HOST in touched:
        raise Conflict("A webinar has one host; the host hands over by stepping down.", current=WebinarRole.HOST.value)
    if by is not WebinarRole.HOST and WebinarRole.COHOST in touched:
        raise NotAllowed("the role host")


def next_host(cohosts: Sequence[UUID]) -> UUID:
    """Return who takes over from a lost host: the co-host appointed first. Conflict when there is none."""
    if not cohosts:
        raise Conflict("Appoint a co-host first: somebody has to take over.", current="no_cohost")
    return cohosts[0]


@dataclass(frozen=True)
class HostWatch:
    """When the host of a live event was last found in its room, and since when not. Who never came was not lost."""

    seen_at: datetime | None = None
    missing_since: datetime | None = None

    def after(self, *, is_present: bool, at: datetime) -> "HostWatch":
        """Return the watch after a look. Being found again ends the missing."""
        if is_present:
            return HostWatch(seen_at=self.seen_at if self.missing_since is None and self.seen_at else at)
        if self.seen_at is None:
            return self
        return HostWatch(self.seen_at, self.missing_since or at)

    def is_lost(self, at: datetime) -> bool:
        """Tell whether the host has been gone for too long."""
        return self.missing_since is not None and at - self.missing_since >= HOST_GRACE


def check_has_room(staff: int) -> None:
    """Refuse more staff than an event has room for."""
    if staff >= MAX_STAFF:
        raise LimitReached(f"A webinar has at most {MAX_STAFF} people on its staff.", limit=MAX_STAFF)


def place_for(state: WebinarState, *, capacity: int | None, taken: int) -> RegistrationState:
    """Return what a newcomer gets, a place or a wait; Conflict before publication and after the end."""
    if state not in ASKING_STATES:
        raise Conflict("Registration is not open for this webinar.", current=state.value)
    is_free = has_place(cap=capacity, taken=taken)
    return RegistrationState.REGISTERED if is_free else RegistrationState.WAITLISTED


def pseudonym_of(key: bytes, user_id: UUID) -> str:
    """Return who a person is in one event: the same each time, not to be turned back without the event's key."""
    digest = hmac.new(key, user_id.bytes, hashlib.sha256).hexdigest()
    return f"p{digest[:16]}"


def webinar_title(title: str) -> str:
    """Return a title as it is kept, one line of 3 to 120 characters."""
    return line("title", title, longest=MAX_TITLE_LENGTH, shortest=3)


def webinar_description(text: str) -> str:
    """Return a description as it is kept, at most 4,000 characters."""
    return paragraphs("description", text, longest=MAX_DESCRIPTION_LENGTH)


def talk_text(text: str) -> str:
    """Return a line of the staff's talk as it is kept, 1 to 2,000 characters."""
    return paragraphs("text", text, longest=MAX_TALK_LENGTH, shortest=1)


def check_capacity(capacity: int | None) -> None:
    """Refuse a cap that is no number of people."""
    if capacity is not None and not 1 <= capacity <= MAX_CAPACITY:
        raise invalid("capacity", "out_of_range", f"A cap is from 1 to {MAX_CAPACITY:,} people, or none.")


def check_times(starts_at: datetime, ends_at: datetime | None) -> None:
    """Refuse an end before the start, or an event of more than a week."""
    if ends_at is not None and not starts_at < ends_at <= starts_at + timedelta(days=7):
        raise invalid("endsAt", "out_of_range", "A webinar ends after its start and within a week of it.")


def check_slow_mode(seconds: int) -> None:
    """Refuse a slow mode that is not one of those offered."""
    if seconds not in SLOW_MODES:
        raise invalid("seconds", "not_offered", f"Slow mode is one of {', '.join(map(str, SLOW_MODES))} seconds.")


def stage_names(names: Sequence[str]) -> list[str]:
    """Return stages as they are kept: 1 to 5 different names; no name given means the main stage."""
    kept = [line("stages", name, longest=_STAGE_LENGTH, shortest=1) for name in names] or [MAIN_STAGE]
    if len(set(kept)) != len(kept) or len(kept) > MAX_STAGES:
        raise invalid("stages", "not_distinct", f"A webinar has 1 to {MAX_STAGES} stages with different names.")
    return kept


def label_names(names: Collection[str]) -> list[str]:
    """Return an event's labels as they are kept: at most 20, each one line of 1 to 30 characters, none twice."""
    kept = list(dict.fromkeys(line("labels", name, longest=MAX_LABEL_LENGTH, shortest=1) for name in names))
    if len(kept) > MAX_LABELS_PER_EVENT:
        raise LimitReached(f"At most {MAX_LABELS_PER_EVENT} labels an event.", limit=MAX_LABELS_PER_EVENT)
    return kept
