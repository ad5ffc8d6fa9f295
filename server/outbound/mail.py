"""How mail leaves: over SMTP when a server is set, otherwise as .eml files in a folder.

What the mails say is in letters.py. A sender raises what went wrong, so that whoever called can try again.
"""

import asyncio
import html
import logging
import os
from dataclasses import dataclass
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Any, Protocol

import aiosmtplib
from email_validator import validate_email

from server.config import MailSecurity, MailSettings, Settings
from server.kit.clock import now
from server.kit.ids import new_id

logger = logging.getLogger("alongside.mail")

DEVELOPMENT_SENDER = "Alongside <alongside@localhost>"
PERMANENT = 500


@dataclass(frozen=True)
class CalendarPart:
    """A calendar object that goes with a mail (iTIP): what the receiving program is to do, and the object's bytes."""

    method: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """One mail: paragraphs of plain text, perhaps one link after them, and why it was sent.

    `unsubscribe` is an address that ends mails like it with one click (RFC 8058). `key` makes its Message-ID the same
    however often it is tried, so that of two copies a mail program shows one.
    `choices` are further links, each with what following it says; `calendar` is what calendar programs read of it.
    """

    to: str
    subject: str
    paragraphs: tuple[str, ...]
    why: str
    link: str | None = None
    unsubscribe: str | None = None
    key: str | None = None
    choices: tuple[tuple[str, str], ...] = ()
    calendar: CalendarPart | None = None


class MailUndeliverableError(Exception):
    """The receiving side refused for good: trying again changes nothing."""


PASSING = (OSError, aiosmtplib.SMTPException)
"""What goes wrong with a mail for now: another try may do better."""


class MailSender(Protocol):
    """A way for mail to leave."""

    async def send(self, mail: Mail) -> None:
        """Hand a mail over. Raises MailUndeliverableError when that is hopeless, else what may pass later."""


class SmtpSender:
    """Hands each mail to the configured server, over a connection of its own."""

    def __init__(self, settings: MailSettings, sender: str) -> None:
        self._settings = settings
        self._sender = sender

    async def send(self, mail: Mail) -> None:
        """Send one mail."""
        settings = self._settings
        try:
            await aiosmtplib.send(
                message_of(mail, self._sender),
                hostname=settings.smtp_host,
                port=settings.smtp_port,
                username=settings.smtp_username,
                password=settings.smtp_password,
                use_tls=settings.smtp_security is MailSecurity.TLS,
                start_tls=settings.smtp_security is MailSecurity.STARTTLS,
                timeout=settings.smtp_timeout_seconds,
            )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            if all(recipient.code >= PERMANENT for recipient in refused.recipients):
                raise MailUndeliverableError(refused.recipients[0].message) from refused
            raise


class FolderSender:
    """Writes each mail as a file that any mail program opens. For development and tests."""

    def __init__(self, folder: Path, sender: str) -> None:
        self.folder = folder
        self._sender = sender

    async def send(self, mail: Mail) -> None:
        """Write one mail; its file appears whole or not at all."""
        await asyncio.to_thread(self._write, message_of(mail, self._sender).as_bytes())

    def _write(self, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        # Ids sort by birth, so the last file is the last mail.
        name = new_id()
        draft = self.folder / f".{name}.draft"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        draft.rename(self.folder / f"{name}.eml")


def mail_sender(settings: Settings) -> MailSender:
    """Return the sender that the settings ask for; a folder is named in the log."""
    sender = settings.mail.sender or DEVELOPMENT_SENDER
    if settings.mail.smtp_host is not None:
        return SmtpSender(settings.mail, sender)
    logger.info("No mail server is set: mail is written to files", extra={"folder": str(settings.mail_folder)})
    return FolderSender(settings.mail_folder, sender)


class _OneLine(UnstructuredHeader, BaseHeader):
    """A header that is never folded: a long address would be encoded then, and no mail program follows that."""

    def fold(self, *, policy: "Policy[Any]") -> str:
        """Return the header as it is."""
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _OneLine)
_POLICY = SMTP.clone(header_factory=_HEADERS)


def message_of(mail: Mail, sender: str) -> EmailMessage:
    """Return a mail as a message in plain text and in HTML that says the same."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    message["To"] = _on_the_wire(mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(now())
    domain = sender.rpartition("@")[2].strip("> ") or "localhost"
    message["Message-ID"] = make_msgid(domain=domain) if mail.key is None else f"<{mail.key}@{domain}>"
    # Tells out-of-office programs not to answer.
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    choices = [f"{says}: {address}" for says, address in mail.choices]
    parts = [*mail.paragraphs, *choices, *([mail.link] if mail.link else []), f"-- \n{mail.why}"]
    message.set_content("\n\n".join(parts) + "\n", cte="quoted-printable")
    message.add_alternative(_html(mail), subtype="html", cte="quoted-printable")
    if mail.calendar is not None:
        _add_calendar(message, mail.calendar)
    return message


def _add_calendar(message: EmailMessage, part: CalendarPart) -> None:
    """Add a calendar object twice: as what mail programs act on, and as a file for those that do not."""
    message.add_alternative(
        part.content.decode(), subtype="calendar", cte="base64", params={"method": part.method, "component": "VEVENT"}
    )
    message.add_attachment(part.content, maintype="application", subtype="ics", filename="meeting.ics")


def _on_the_wire(address: str) -> str:
    """Return an address with its domain in ASCII, which any server can route."""
    found = validate_email(address, check_deliverability=False)
    return f"{found.local_part}@{found.ascii_domain}"


def _html(mail: Mail) -> str:
    lines = [f"<p>{html.escape(paragraph)}</p>" for paragraph in mail.paragraphs]
    for says, address in mail.choices:
        lines.append(f'<p><a href="{html.escape(address)}">{html.escape(says)}</a></p>')
    if mail.link:
        link = html.escape(mail.link)
        lines.append(f'<p><a href="{link}">{link}</a></p>')
    lines.append(f"<hr><p><small>{html.escape(mail.why)}</small></p>")
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><body>{"".join(lines)}</body></html>'
