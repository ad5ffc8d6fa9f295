"""What followers of a webinar are told of the event itself. Each fact carries the whole of what it is about.

`webinar:{id}` is the audience's, `webinar:{id}:staff` the staff's. What moderators are, do and say goes to the second.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from server.domain.facts import Fact
from server.domain.webinars import (
    AnonymityMode,
    RegistrationState,
    RestrictionKind,
    WebinarRole,
    WebinarState,
)


@dataclass(frozen=True, kw_only=True)
class StaffShown:
    """Somebody on the staff, as what."""

    profile_id: UUID
    role: WebinarRole


@dataclass(frozen=True, kw_only=True)
class WebinarShown:
    """An event as everybody sees it. `speakers` leaves the moderators out."""

    id: UUID
    title: str
    description: str
    state: WebinarState
    starts_at: datetime
    ends_at: datetime | None
    capacity: int | None
    languages: Sequence[str]
    stages: Sequence[str]
    labels: Sequence[str]
    questions_open: bool
    review: bool
    anonymity: AnonymityMode
    slow_seconds: int
    highlighted_id: UUID | None
    started_at: datetime | None
    ended_at: datetime | None
    speakers: Sequence[StaffShown]
    version: int


@dataclass(frozen=True, kw_only=True)
class WebinarChanged(Fact):
    """The event was changed: its state, its settings, its speakers."""

    kind: ClassVar[str] = "webinar.changed"
    webinar: WebinarShown


@dataclass(frozen=True, kw_only=True)
class StaffChanged(Fact):
    """Somebody joined or left the staff, or does other work there. For the staff."""

    kind: ClassVar[str] = "webinar.staff_changed"
    webinar_id: UUID
    staff: Sequence[StaffShown]
    version: int


@dataclass(frozen=True, kw_only=True)
class StaffSaid(Fact):
    """A line of the staff's talk. For the staff."""

    kind: ClassVar[str] = "webinar.staff_said"
    webinar_id: UUID
    talk_id: UUID
    author_id: UUID
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PersonRestricted(Fact):
    """Somebody may not ask for a while, or was sent out; or may again. For the staff.

    `shown_as` is a profile id, or a pseudonym where the reason was a question under one: it is never both.
    """

    kind: ClassVar[str] = "webinar.person_restricted"
    webinar_id: UUID
    restriction_id: UUID
    restriction: RestrictionKind
    shown_as: str
    until: datetime | None
    is_lifted: bool
    version: int


@dataclass(frozen=True, kw_only=True)
class BurstNoticed(Fact):
    """Many questions came at once: perhaps spam. Machines flag, people decide. For the staff."""

    kind: ClassVar[str] = "webinar.burst_noticed"
    webinar_id: UUID
    questions: int
    window_seconds: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class RegistrationChanged(Fact):
    """Somebody's registration stands otherwise now. For that person alone."""

    kind: ClassVar[str] = "webinar.registration_changed"
    webinar_id: UUID
    profile_id: UUID
    state: RegistrationState
    at: datetime
