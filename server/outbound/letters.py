"""The mails of identity: what each fact has us write, to whom, and in which words.

A link's secret stands behind `#`, which browsers keep to themselves: it reaches no log and no other site.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from server.domain.calendars import ReminderDue
from server.domain.facts import Fact
from server.domain.identity import (
    MailChangeAsked,
    MailChangeCollided,
    MailChanged,
    MailChangeUndone,
    PasswordChanged,
    PasswordResetAsked,
    SignedUp,
    SignUpRepeated,
    VerificationAsked,
)
from server.domain.meeting_facts import MeetingLetterDue
from server.domain.moderation import PersonSuspended, TalkOpened
from server.domain.question_facts import OwnQuestionChanged
from server.outbound import letters_meetings, letters_safety, question_letters
from server.outbound.mail import Mail, MailSender, MailUndeliverableError
from server.queries.identity import email_of
from server.services import mail_tokens
from server.services.mail_tokens import IssuedToken

logger = logging.getLogger("alongside.mail")

VERIFY_PATH = "/verify-mail"
RESET_PATH = "/reset-password"
CHANGE_PATH = "/confirm-mail-change"

Write = Callable[[Any, str], Awaitable[list[Mail]]]


async def deliver(fact: Fact, sender: MailSender, public_url: str) -> None:
    """Write and send what follows from a fact, if anything. `public_url` has no slash at its end.

    Calling it again writes again: a link from before then no longer works, the new one does. What the receiving side
    refuses for good is logged and left; any other failure is raised, to be tried again.
    """
    write = LETTERS.get(type(fact))
    if write is None:
        return
    for mail in await write(fact, public_url.rstrip("/")):
        try:
            await sender.send(mail)
        except MailUndeliverableError as hopeless:
            logger.warning("A mail cannot be delivered", extra={"fact": fact.kind, "answer": str(hopeless)})


async def _welcome(fact: SignedUp, url: str) -> list[Mail]:
    token = await mail_tokens.issue(fact.mail_token_id)
    return [] if token is None or token.is_verified else [_verification(token, url)]


async def _verify(fact: VerificationAsked, url: str) -> list[Mail]:
    token = await mail_tokens.issue(fact.mail_token_id)
    return [] if token is None or token.is_verified else [_verification(token, url)]


def _verification(token: IssuedToken, url: str) -> Mail:
    return Mail(
        to=token.email,
        subject="Confirm your address for Alongside",
        paragraphs=(
            "Hello,",
            "somebody, we hope you, made an Alongside account with this address. Follow the link to confirm it. Until "
            "then nobody can sign in with it.",
            f"The link works once, until {_instant(token.expires_at)}. If it was not you, do nothing.",
        ),
        link=_link(url, VERIFY_PATH, token),
        why=_typed_in(url),
    )


async def _known_already(fact: SignUpRepeated, url: str) -> list[Mail]:
    token = await mail_tokens.issue(fact.mail_token_id)
    if token is None:
        return []
    return [_known(token, url) if token.is_verified else _unfinished(token, url)]


def _known(token: IssuedToken, url: str) -> Mail:
    return Mail(
        to=token.email,
        subject="You have an Alongside account already",
        paragraphs=(
            "Hello,",
            "somebody, perhaps you, tried to sign up with this address. It has an account, and nothing about it was "
            "changed. If it was you, sign in with the password you have, or follow the link to set a new one.",
            f"The link works once, until {_instant(token.expires_at)}. If it was not you, do nothing.",
        ),
        link=_link(url, RESET_PATH, token),
        why=_typed_in(url),
    )


def _unfinished(token: IssuedToken, url: str) -> Mail:
    return Mail(
        to=token.email,
        subject="Finish your Alongside account",
        paragraphs=(
            "Hello,",
            "somebody signed up with this address more than once, and it was never confirmed. If it was you, follow "
            "the link: it confirms the address and lets you choose your password anew. Earlier links no longer work.",
            f"The link works once, until {_instant(token.expires_at)}. If it was not you, do nothing.",
        ),
        link=_link(url, RESET_PATH, token),
        why=_typed_in(url),
    )


def _typed_in(url: str) -> str:
    return f"You get this mail because this address was typed into the sign-up form of {_host(url)}."


async def _reset(fact: PasswordResetAsked, url: str) -> list[Mail]:
    token = await mail_tokens.issue(fact.mail_token_id)
    if token is None:
        return []
    return [
        Mail(
            to=token.email,
            subject="Set a new password for Alongside",
            paragraphs=(
                "Hello,",
                "follow the link to set a new password. You will be signed out everywhere else.",
                f"The link works once, until {_instant(token.expires_at)}. If you did not ask for it, do nothing: your "
                "password stays as it is.",
            ),
            link=_link(url, RESET_PATH, token),
            why=f"You get this mail because somebody asked {_host(url)} for a new password for this address.",
        )
    ]


async def _password_changed(fact: PasswordChanged, url: str) -> list[Mail]:
    email = await email_of(fact.user_id)
    if email is None:
        return []
    return [
        Mail(
            to=email,
            subject="Your Alongside password was changed",
            paragraphs=(
                "Hello,",
                "your password was changed, and every other login was ended.",
                "If it was not you, set a new password at once:",
            ),
            link=f"{url}{RESET_PATH}",
            why=f"You get this mail because the password of your account at {_host(url)} was changed.",
        )
    ]


async def _mail_change(fact: MailChangeAsked, url: str) -> list[Mail]:
    token = await mail_tokens.issue(fact.mail_token_id)
    if token is None:
        return []
    confirm = Mail(
        to=token.email,
        subject="Confirm your new address for Alongside",
        paragraphs=(
            "Hello,",
            "follow the link to make this the address of your Alongside account.",
            f"The link works once, until {_instant(token.expires_at)}. If you did not ask for it, do nothing.",
        ),
        link=_link(url, CHANGE_PATH, token),
        why=f"You get this mail because somebody who is signed in at {_host(url)} asked to use this address.",
    )
    notice = Mail(
        to=token.account_email,
        subject="Your Alongside account is about to move to another address",
        paragraphs=(
            "Hello,",
            "somebody who knows your password asked to move your account to another address. It moves when the link "
            "that we sent there is followed.",
            "If it was not you, set a new password now. That stops the move and ends every login:",
        ),
        link=f"{url}{RESET_PATH}",
        why=f"You get this mail because it is the address of your account at {_host(url)}.",
    )
    return [notice, confirm]


async def _mail_collided(fact: MailChangeCollided, url: str) -> list[Mail]:
    email = await email_of(fact.user_id)
    if email is None:
        return []
    return [
        Mail(
            to=email,
            subject="Somebody asked to use your address at Alongside",
            paragraphs=(
                "Hello,",
                "somebody, perhaps you, asked to move another Alongside account to this address. It has an account "
                "already, and nothing about it was changed. To move the other account here, erase this one first.",
            ),
            why=f"You get this mail because it is the address of your account at {_host(url)}.",
        )
    ]


async def _mail_changed(fact: MailChanged, url: str) -> list[Mail]:
    token = await mail_tokens.issue(fact.mail_token_id)
    if token is None:
        return []
    return [
        Mail(
            to=token.email,
            subject="Your Alongside account has moved to another address",
            paragraphs=(
                "Hello,",
                "your account no longer uses this address.",
                f"If it was not you, take it back: the link works once, until {_instant(token.expires_at)}. It ends "
                "every login, and you then set a new password.",
            ),
            link=_link(url, CHANGE_PATH, token),
            why=f"You get this mail because it was the address of your account at {_host(url)}.",
        )
    ]


async def _mail_change_undone(fact: MailChangeUndone, url: str) -> list[Mail]:
    token = await mail_tokens.issue(fact.mail_token_id)
    if token is None:
        return []
    return [
        Mail(
            to=token.email,
            subject="Your Alongside account is back at this address",
            paragraphs=(
                "Hello,",
                "your account has this address again. Every login was ended and the old password no longer works. "
                "Follow the link to set a new one.",
                f"The link works once, until {_instant(token.expires_at)}.",
            ),
            link=_link(url, RESET_PATH, token),
            why=f"You get this mail because a change of the address of your account at {_host(url)} was taken back.",
        )
    ]


def _link(url: str, path: str, token: IssuedToken) -> str:
    return f"{url}{path}#token={token.secret}"


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _instant(at: datetime) -> str:
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


LETTERS: dict[type[Fact], Write] = {
    SignedUp: _welcome,
    SignUpRepeated: _known_already,
    VerificationAsked: _verify,
    PasswordResetAsked: _reset,
    PasswordChanged: _password_changed,
    MailChangeAsked: _mail_change,
    MailChangeCollided: _mail_collided,
    MailChanged: _mail_changed,
    MailChangeUndone: _mail_change_undone,
    PersonSuspended: letters_safety.suspended,
    TalkOpened: letters_safety.talk_opened,
    OwnQuestionChanged: question_letters.answered,
    MeetingLetterDue: letters_meetings.due,
    ReminderDue: letters_meetings.reminded,
}
"""Every fact that has a mail follow it."""
