"""The mails of meetings: proposals, invitations, moves, ends, and reminders with answers. When: services/meeting_mail.

Each is written to one person, on their own wall clock, with what they may see. Nobody's address is in another's mail.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from server.domain.calendars import EntryKind, EntryStanding, ReminderDue, ReminderStep
from server.domain.meeting_facts import MeetingLetter, MeetingLetterDue
from server.domain.meetings import CancelReason, ProposalState
from server.kit.clock import now
from server.outbound.calendar import Invited, Place, cancellation, invitation
from server.outbound.mail import CalendarPart, Mail
from server.queries import meeting_letters as queries
from server.queries.calendars import Entry
from server.queries.meeting_letters import Reader
from server.services import rsvp
from server.services.rsvp import RsvpLink

RSVP_PATH = "/rsvp"
_REASONS = {
    CancelReason.CANNOT_COME: "One of you cannot come.",
    CancelReason.ON_GIG: "A gig came in between.",
    CancelReason.NOT_NEEDED: "It is not needed any more.",
    CancelReason.ENDED: "The mentorship is over.",
    CancelReason.OTHER: "",
}


async def due(fact: MeetingLetterDue, url: str) -> list[Mail]:
    """Write the letter that is due; nothing where what it is about is settled by now."""
    return await _WRITERS[fact.letter](fact, url)


async def _proposed(fact: MeetingLetterDue, url: str) -> list[Mail]:
    """Write to whom something was proposed, with the starts on their clock; nothing once it is answered."""
    if fact.proposal_id is None:
        return []
    found = await queries.proposal_letter(fact.proposal_id, fact.profile_id, now())
    if found is None or found.proposal.state is not ProposalState.OPEN:
        return []
    row, zone = found.proposal, found.reader.zone
    what = "another time for a meeting of yours" if row.meeting_id else "a meeting"
    times = f", {row.times} times, every {row.every_days} days" if row.times > 1 else ""
    return [
        Mail(
            to=found.reader.email,
            subject=f"{found.proposer} proposes {what}",
            paragraphs=(
                "Hello,",
                f"{found.proposer} proposes {what} of {row.minutes} minutes{times}. You can choose:",
                *[local(start, zone) for start in row.offered],
                *([row.note] if row.note else []),
                "Choose one, or propose other times, on the page of your mentorship.",
            ),
            link=f"{url}/mentorships",
            why=f"You get this mail because you are in a mentorship at {_host(url)} and are asked for an answer.",
        )
    ]


async def _scheduled(fact: MeetingLetterDue, url: str) -> list[Mail]:
    """Invite to what both agreed on."""
    return await _written(fact, _inviting("Your meeting is set", url))


async def _moved(fact: MeetingLetterDue, url: str) -> list[Mail]:
    """Bring an invitation up to date."""
    return await _written(fact, _inviting("Your meeting has another time", url))


async def _cancelled(fact: MeetingLetterDue, url: str) -> list[Mail]:
    """Take meetings out of a calendar."""

    def write(reader: Reader, named: Sequence[Entry], all_of: Sequence[Entry]) -> Mail:
        is_whole = all(one.standing is EntryStanding.CANCELLED for one in all_of)
        note = "" if named[0].meeting is None else named[0].meeting.cancel_note
        content = cancellation(named, _place(url), _addresses(reader, url), is_whole=is_whole)
        reason = "" if fact.reason is None else _REASONS[fact.reason]
        return Mail(
            to=reader.email,
            subject="Your meeting is called off" if len(named) == 1 else "Your meetings are called off",
            paragraphs=(
                "Hello,",
                f"{_what(named[0])} is called off:" if len(named) == 1 else "these meetings are called off:",
                *[local(one.starts_at, reader.zone) for one in named],
                *[words for words in (reason, note) if words],
            ),
            link=f"{url}/mentorships",
            why=_why(url),
            calendar=CalendarPart("CANCEL", content),
        )

    return await _written(fact, write)


async def reminded(fact: ReminderDue, url: str) -> list[Mail]:
    """Remind somebody of a meeting, with links that answer for them; of a circle's, its invitation comes along."""
    reader = await queries.reader_of(fact.profile_id, now())
    entry = None if reader is None else await queries.reminded_of(reader, fact.entry, fact.subject_id)
    if reader is None or entry is None or entry.standing is EntryStanding.CANCELLED:
        return []
    if entry.starts_at != fact.starts_at or entry.ends_at <= now():
        return []
    calendar = None
    if fact.entry is EntryKind.CIRCLE:
        calendar = CalendarPart("REQUEST", invitation([entry], _place(url), _addresses(reader, url)))
    when = "in an hour" if fact.step is ReminderStep.LAST else "soon"
    return [
        Mail(
            to=reader.email,
            subject=f"{_what(entry)} is {when}",
            paragraphs=("Hello,", f"{_what(entry)} starts on {local(entry.starts_at, reader.zone)}."),
            choices=_choices(reader, entry, url),
            link=f"{url}/{'circles' if fact.entry is EntryKind.CIRCLE else 'mentorships'}",
            why=_why(url),
            calendar=calendar,
        )
    ]


Write = Callable[[Reader, Sequence[Entry], Sequence[Entry]], Mail]


async def _written(fact: MeetingLetterDue, write: Write) -> list[Mail]:
    """Write of the meetings that are named and still as the letter has it, and of all in their series."""
    reader = await queries.reader_in(fact.mentorship_id, fact.profile_id, now())
    if reader is None:
        return []
    is_end = fact.letter is MeetingLetter.CANCELLED
    entries = await queries.entries_for(reader, fact.meeting_ids)
    named = [
        one
        for one in entries
        if one.subject_id in fact.meeting_ids and (one.standing is EntryStanding.CANCELLED) == is_end
    ]
    return [write(reader, named, entries)] if named else []


def _inviting(subject: str, url: str) -> Write:
    """Return what writes an invitation to meetings of one series, or brings it up to date."""

    def write(reader: Reader, named: Sequence[Entry], all_of: Sequence[Entry]) -> Mail:
        first = named[0]
        return Mail(
            to=reader.email,
            subject=f"{subject}: {local(first.starts_at, reader.zone)}",
            paragraphs=(
                "Hello,",
                f"{_what(first)} is on:",
                *[local(one.starts_at, reader.zone) for one in named],
                "Your calendar program can take it from this mail.",
            ),
            choices=_choices(reader, first, url) if len(named) == 1 else (),
            link=f"{url}/mentorships",
            why=_why(url),
            calendar=CalendarPart("REQUEST", invitation(all_of, _place(url), _addresses(reader, url))),
        )

    return write


def _choices(reader: Reader, entry: Entry, url: str) -> tuple[tuple[str, str], ...]:
    """Return the links that say yes and no for somebody."""
    says = {True: "I come", False: "I cannot come"}
    return tuple((words, f"{url}{RSVP_PATH}/{_token(reader, entry, wants=wants)}") for wants, words in says.items())


def _token(reader: Reader, entry: Entry, *, wants: bool) -> str:
    profile_id = reader.actor.require_user()
    return rsvp.token_of(RsvpLink(entry.kind, entry.subject_id, profile_id, wants, entry.ends_at))


def _what(entry: Entry) -> str:
    if entry.kind is EntryKind.CIRCLE:
        return f"“{entry.title}” of your circle {entry.circle}"
    whom = f" with {entry.other}" if entry.other else ""
    return f"“{entry.title}”{whom}" if entry.title else f"Your meeting{whom}"


def local(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant as somebody reads it on their own wall clock."""
    there = at.astimezone(zone)
    return f"{there:%A}, {there.day} {there:%B %Y, %H:%M} ({zone.key})"


def _place(url: str) -> Place:
    return Place(url, urlsplit(url).hostname or "localhost")


def _addresses(reader: Reader, url: str) -> Invited:
    return Invited(f"no-reply@{urlsplit(url).hostname or 'localhost'}", reader.email)


def _why(url: str) -> str:
    return f"You get this mail because this meeting is in your calendar at {_host(url)}."


def _host(url: str) -> str:
    return urlsplit(url).netloc


_WRITERS: Mapping[MeetingLetter, Callable[[MeetingLetterDue, str], Awaitable[list[Mail]]]] = {
    MeetingLetter.PROPOSED: _proposed,
    MeetingLetter.SCHEDULED: _scheduled,
    MeetingLetter.MOVED: _moved,
    MeetingLetter.CANCELLED: _cancelled,
}
