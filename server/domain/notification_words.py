"""The words of a notification, made when it is read: what it says, why it came, and how to stop its kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from server.domain.notification_kinds import NotificationKind
from server.domain.notification_manners import MANNERS
from server.domain.notifications import SubjectKind

SOMEBODY = "Somebody"
"""Whoever is not shown to the reader, or did not do it under a name."""

NOUNS: Mapping[SubjectKind, str] = {
    SubjectKind.REQUEST: "a request",
    SubjectKind.MENTORSHIP: "a mentorship",
    SubjectKind.SESSION: "a session",
    SubjectKind.CIRCLE: "a circle",
    SubjectKind.CIRCLE_MEETING: "a meeting",
    SubjectKind.CIRCLE_THREAD: "a discussion",
    SubjectKind.WEBINAR: "a webinar",
    SubjectKind.QUESTION: "a question",
    SubjectKind.OPEN_ASK: "an open ask",
    SubjectKind.WAITING_PLACE: "a place in line",
    SubjectKind.CHECK_IN: "a check-in",
    SubjectKind.MENTORSHIP_PROPOSAL: "a proposal",
    SubjectKind.MEETING: "a meeting of yours",
    SubjectKind.MEETING_PROPOSAL: "a meeting of yours",
    SubjectKind.GATHERING: "a gathering",
    SubjectKind.INTRODUCTION: "an introduction",
    SubjectKind.SMALL_ASK: "a small ask",
    SubjectKind.KUDOS: "kudos",
    SubjectKind.CASE: "a case",
    SubjectKind.ACCOUNT: "your account",
}
"""What stands for a subject that has no title, or is not shown to the reader."""


@dataclass(frozen=True)
class Told:
    """What the words are made of. `who` and `what` are None where the reader does not see them."""

    kind: NotificationKind
    subject: SubjectKind
    who: str | None = None
    what: str | None = None
    when: datetime | None = None


def said(told: Told, zone: ZoneInfo) -> str:
    """Return what a notification says, its instant in the reader's zone."""
    what = f"“{told.what}”" if told.what else NOUNS[told.subject]
    when = "a time to be told" if told.when is None else local_time(told.when, zone)
    return MANNERS[told.kind].says.format(who=told.who or SOMEBODY, what=what, when=when)


def why(kind: NotificationKind) -> str:
    """Return why notifications of a kind come."""
    return f"You get this because {MANNERS[kind].why}"


def label(kind: NotificationKind) -> str:
    """Return the name of a kind as settings show it."""
    return kind.value.replace("_", " ").capitalize()


def how_to_stop(kind: NotificationKind) -> str:
    """Return how a kind is turned off."""
    if MANNERS[kind].is_urgent:
        return f"“{label(kind)}” stays in your inbox; its mails can be turned off in your notification settings."
    return f"Turn off “{label(kind)}” in your notification settings."


def local_time(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant by the wall clock of a zone, which is named."""
    wall = at.astimezone(zone)
    return f"{wall:%A}, {wall.day} {wall:%B %Y, %H:%M} ({zone.key.replace('_', ' ')})"
