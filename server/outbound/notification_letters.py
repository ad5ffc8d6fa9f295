"""The mails of notifications: what was told since the last one, or the digest. Each says why it came and how to end it.

The words of each line are made when the mail is: whoever hides by then is not in it.
"""

import logging
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit
from uuid import UUID

from server.domain.notification_words import label, why
from server.domain.notifications import MAX_IN_A_DIGEST, MAX_IN_A_MAIL, SubjectKind
from server.outbound.mail import PASSING, Mail, MailSender, MailUndeliverableError
from server.queries.notifications import NotificationView
from server.services import notification_mail
from server.services.notification_mail import Letter

logger = logging.getLogger("alongside.mail")

UNSUBSCRIBE_PATH = "/unsubscribe"
INBOX_PATH = "/notifications"
PATHS: Mapping[SubjectKind, str] = {
    SubjectKind.REQUEST: "/requests",
    SubjectKind.MENTORSHIP: "/mentorships",
    SubjectKind.SESSION: "/rooms/{}",
    SubjectKind.CIRCLE: "/circles/{}",
    SubjectKind.WEBINAR: "/webinars/{}",
    SubjectKind.CASE: "/cases",
}
"""Where the pages show what a mail of one thing is about; of others they show the inbox."""


async def deliver(letter_id: UUID, sender: MailSender, public_url: str) -> None:
    """Write and send a mail of notifications, once. What may pass later is raised, after the mail was given back."""
    letter = await notification_mail.claim(letter_id=letter_id)
    if letter is None:
        return
    try:
        await sender.send(mail_of(letter, public_url.rstrip("/")))
    except MailUndeliverableError as hopeless:
        await notification_mail.note_failed(letter_id=letter_id, is_hopeless=True)
        logger.warning("A mail cannot be delivered", extra={"letter": str(letter_id), "answer": str(hopeless)})
    except PASSING:
        await notification_mail.note_failed(letter_id=letter_id, is_hopeless=False)
        raise
    else:
        await notification_mail.note_sent(letter_id=letter_id)


def mail_of(letter: Letter, url: str) -> Mail:
    """Return a letter as a mail; `url` has no slash at its end."""
    unsubscribe = f"{url}{UNSUBSCRIBE_PATH}/{letter.unsubscribe}"
    write = _digest if letter.is_digest else _told
    subject, paragraphs, link = write(letter)
    return Mail(
        to=letter.email,
        subject=subject,
        paragraphs=("Hello,", *paragraphs),
        link=f"{url}{link}",
        why=f"{_why(letter, urlsplit(url).netloc)}\nNo more mails like this one: {unsubscribe}",
        unsubscribe=unsubscribe,
        key=str(letter.id),
    )


def _told(letter: Letter) -> tuple[str, tuple[str, ...], str]:
    if len(letter.lines) == 1:
        line = letter.lines[0]
        return line.text, (f"{line.text}.",), _path(line.subject, line.subject_id)
    return f"{len(letter.lines)} things happened at Alongside", _listed(letter.lines, MAX_IN_A_MAIL), INBOX_PATH


def _digest(letter: Letter) -> tuple[str, tuple[str, ...], str]:
    useful, lines = letter.useful, _listed(letter.lines, MAX_IN_A_DIGEST)
    if useful is None:
        return "What happened around you at Alongside", lines, INBOX_PATH
    also = ("What else happened around you:", *lines) if lines else ()
    return (
        useful.words,
        ("One useful thing you could do:", f"{useful.words}.", *also),
        _path(useful.subject, useful.subject_id),
    )


def _listed(lines: Sequence[NotificationView], most: int) -> tuple[str, ...]:
    told = tuple(f"· {line.text}" for line in lines[:most])
    left = len(lines) - most
    return (*told, f"And {left} more in your inbox.") if left > 0 else told


def _path(subject: SubjectKind, key: UUID | None) -> str:
    return INBOX_PATH if key is None else PATHS.get(subject, INBOX_PATH).format(key)


def _why(letter: Letter, host: str) -> str:
    if letter.is_digest:
        return f"You get this mail because your digest of {host} is on."
    kinds = list(dict.fromkeys(line.kind for line in letter.lines))
    if len(kinds) == 1:
        return f"{why(kinds[0])} This is “{label(kinds[0])}” of {host}."
    reasons = " ".join(f"“{label(kind)}”: {why(kind)}" for kind in kinds)
    return f"These notifications of {host} are on. {reasons}"
