import email
import logging
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import aiosmtplib
import pytest

from server.config import MailSecurity, MailSettings, Settings
from server.outbound.mail import FolderSender, Mail, MailUndeliverableError, SmtpSender, mail_sender, message_of
from tests.outbound.smtp import mail_server

MAIL = Mail(
    to="zoë@exämple.org",
    subject="Grüße & more",
    paragraphs=("Hello,", "is 1 < 2?"),
    why="You get this because you asked.",
    link="https://alongside.example.org/verify-mail#token=abc-_",
)


def read(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


async def test_a_mail_becomes_a_file_that_says_the_same_in_text_and_html(tmp_path: Path) -> None:
    await FolderSender(tmp_path / "mail", "Alongside <hello@example.org>").send(MAIL)
    (file,) = (tmp_path / "mail").iterdir()
    message = read(file.read_bytes())
    assert (file.suffix, file.stat().st_mode & 0o777) == (".eml", 0o600)
    assert (message["From"], message["Subject"]) == ("Alongside <hello@example.org>", "Grüße & more")
    assert message["Auto-Submitted"] == "auto-generated"
    plain, rich = text_of(message, "plain"), text_of(message, "html")
    assert MAIL.link is not None
    for text in (plain, rich):
        assert MAIL.link in text
        assert MAIL.why in text
    assert "is 1 < 2?" in plain
    assert "is 1 &lt; 2?" in rich


def test_the_domain_of_an_address_travels_in_ascii() -> None:
    assert message_of(MAIL, "a@example.org")["To"] == "zoë@xn--exmple-cua.org"


@pytest.mark.parametrize("bad", ["Hello\r\nBcc: all@example.org", "x\ny"])
def test_no_header_can_be_smuggled_in(bad: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)linefeed|newline|carriage"):
        message_of(Mail("a@example.org", bad, (), ""), "a@example.org")


async def test_mail_goes_to_the_configured_server() -> None:
    async with mail_server() as server:
        settings = MailSettings(smtp_host="127.0.0.1", smtp_port=server.port, smtp_security=MailSecurity.NONE)
        await SmtpSender(settings, "hello@example.org").send(MAIL)
    message = read(server.mails[0])
    assert message["Subject"] == "Grüße & more"
    assert any("RCPT TO:<zoë@xn--exmple-cua.org>" in line for line in server.spoken)


async def test_a_recipient_that_does_not_exist_is_hopeless_and_one_that_is_busy_is_not() -> None:
    for answer, expected in [
        ("550 nobody here", MailUndeliverableError),
        ("450 come back later", aiosmtplib.SMTPRecipientsRefused),
    ]:
        async with mail_server(answer) as server:
            settings = MailSettings(smtp_host="127.0.0.1", smtp_port=server.port, smtp_security=MailSecurity.NONE)
            with pytest.raises(expected):
                await SmtpSender(settings, "hello@example.org").send(MAIL)


async def test_a_server_that_offers_no_encryption_gets_no_mail_when_it_is_asked_for() -> None:
    async with mail_server() as server:
        settings = MailSettings(smtp_host="127.0.0.1", smtp_port=server.port)
        with pytest.raises(aiosmtplib.SMTPException):
            await SmtpSender(settings, "hello@example.org").send(MAIL)
    assert server.mails == []


def test_the_folder_is_named_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "alongside.mail"):
        sender = mail_sender(Settings(data_dir=tmp_path))
    assert isinstance(sender, FolderSender)
    assert [getattr(record, "folder", None) for record in caplog.records] == [str(tmp_path / "mail")]


def test_a_server_is_used_when_one_is_set() -> None:
    settings = Settings(mail=MailSettings(smtp_host="mail.example.org", sender="hello@example.org"))
    assert isinstance(mail_sender(settings), SmtpSender)
