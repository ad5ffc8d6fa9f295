"""Saying yes or no from a mail: signed links that anybody who has the mail can follow, and nobody can make.

A link names who answers what, and how, until when. Nothing of it is kept. Looking at one changes nothing: programs that
check mail look at every link. The page it leads to asks once more, and that is what answers.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from server.domain.actors import Actor
from server.domain.calendars import EntryKind
from server.domain.identity import LinkUnusable
from server.kit.clock import now
from server.models.meetings import Meeting
from server.models.profiles import Profile
from server.queries.calendars import Entry, circle_entries, meeting_entries
from server.services import circle_meetings, meetings
from server.services.logins import actor_for

_SHAPE = struct.Struct("!BB16s16sI")
_KINDS = {EntryKind.MENTORSHIP: 1, EntryKind.CIRCLE: 2}
_MAC_BYTES = 16


@dataclass
class RsvpPolicy:
    """Holds the key that links are signed with."""

    key: bytes = b""


policy = RsvpPolicy()
"""Set by wiring (`policy.key = ...`) before the first request."""


@dataclass(frozen=True)
class RsvpLink:
    """What a link says: whose answer to what, yes or no, good until an instant."""

    kind: EntryKind
    subject_id: UUID
    profile_id: UUID
    wants: bool
    expires_at: datetime


@dataclass(frozen=True)
class RsvpView:
    """What is asked once more: the meeting, when it is on the reader's own wall clock, and the answer."""

    entry: Entry
    local_start: datetime
    wants: bool


def token_of(link: RsvpLink) -> str:
    """Return a link's words as URL-safe text."""
    body = _SHAPE.pack(
        _KINDS[link.kind],
        link.wants,
        link.subject_id.bytes,
        link.profile_id.bytes,
        int(link.expires_at.timestamp()),
    )
    return base64.urlsafe_b64encode(body + _mac(body)).decode().rstrip("=")


def read(token: str) -> RsvpLink:
    """Return what a token says, or refuse with LinkUnusable: forged, broken, or too late."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        body, mac = raw[: _SHAPE.size], raw[_SHAPE.size :]
        if not hmac.compare_digest(_mac(body), mac):
            raise LinkUnusable
        number, wants, subject, profile, seconds = _SHAPE.unpack(body)
    except (ValueError, binascii.Error, struct.error):
        raise LinkUnusable from None
    link = RsvpLink(
        next(kind for kind, one in _KINDS.items() if one == number),
        UUID(bytes=subject),
        UUID(bytes=profile),
        bool(wants),
        datetime.fromtimestamp(seconds, UTC),
    )
    if link.expires_at <= now():
        raise LinkUnusable
    return link


def _mac(body: bytes) -> bytes:
    if not policy.key:
        raise RuntimeError("links cannot be signed before wiring set the key")
    return hmac.new(policy.key, b"rsvp:" + body, hashlib.sha256).digest()[:_MAC_BYTES]


async def shown(token: str) -> RsvpView:
    """Return what a link would answer. Changes nothing. LinkUnusable, also when the meeting is not theirs to see."""
    link = read(token)
    return await _view(link, await _actor_of(link))


async def answer(token: str) -> RsvpView:
    """Answer as a link says, and return it; again changes nothing. LinkUnusable, and what the answering refuses."""
    link = read(token)
    actor = await _actor_of(link)
    view = await _view(link, actor)
    if link.kind is EntryKind.CIRCLE:
        await circle_meetings.answer_meeting(actor, meeting_id=link.subject_id, wants=link.wants)
    else:
        await meetings.answer_meeting(actor, meeting_id=link.subject_id, wants=link.wants)
    return view


async def _actor_of(link: RsvpLink) -> Actor:
    actor = await actor_for(link.profile_id)
    if actor is None:
        raise LinkUnusable
    actor.require_user()
    return actor


async def _view(link: RsvpLink, actor: Actor) -> RsvpView:
    if link.kind is EntryKind.CIRCLE:
        found = await circle_entries(actor, [link.subject_id])
    else:
        rows = Meeting.filter(id=link.subject_id, seats__profile_id=actor.require_user())
        found = await meeting_entries(actor, await rows)
    if not found:
        raise LinkUnusable
    zone = (await Profile.get(id=actor.require_user())).time_zone
    return RsvpView(found[0], found[0].starts_at.astimezone(ZoneInfo(zone)), link.wants)
