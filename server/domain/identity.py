"""Identity: addresses, what a mail token is for, how a login is carried, and the facts of an account.

A fact here names people and rows, never a secret and never an address: the letters look those up when they are sent.
"""

import ipaddress
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from email_validator import EmailNotValidError, validate_email

from server.domain.actors import Role
from server.domain.errors import NotAllowed, NotFound, SignInNeeded, invalid
from server.domain.facts import Fact
from server.kit.text import clean_line, is_storable

MAX_EMAIL_CHARACTERS = 254
MAX_DISPLAY_NAME = 80
MAX_USER_AGENT = 200
SEEN_EVERY = timedelta(minutes=5)
"""A login's last-seen instant is at most this stale while it is in use."""
CHANGE_MAIL_LIFETIME = timedelta(hours=48)
UNDO_MAIL_CHANGE_LIFETIME = timedelta(days=7)
MAX_LOGINS = 50
"""Logins one account has at once; the one unseen for longest ends when another begins."""
FORMER_MEMBER = "Former member"
"""The name that stands where an erased person was."""


class MailTokenPurpose(StrEnum):
    """What a token sent by mail allows, once."""

    VERIFY_MAIL = "verify_mail"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - the name of a purpose
    CHANGE_MAIL = "change_mail"
    UNDO_MAIL_CHANGE = "undo_mail_change"


class LoginCarrier(StrEnum):
    """How the proof of identity travels."""

    BEARER = "bearer"
    COOKIE = "cookie"


@dataclass(frozen=True)
class Client:
    """Where a request comes from: the peer's address, if known, and what it calls itself."""

    host: str | None = None
    user_agent: str = ""

    @property
    def network(self) -> str:
        """Return what tries are counted by: the address, or the /64 of an IPv6 one, which is one subscriber's."""
        try:
            address = ipaddress.ip_address(self.host or "")
        except ValueError:
            return "unknown"
        if isinstance(address, ipaddress.IPv6Address):
            if address.ipv4_mapped is not None:
                return str(address.ipv4_mapped)
            return str(ipaddress.IPv6Network((int(address) >> 64 << 64, 64)))
        return str(address)

    @property
    def shown_agent(self) -> str:
        """Return the user agent as one storable line of bounded length."""
        line = clean_line(self.user_agent[: 2 * MAX_USER_AGENT])
        return line[:MAX_USER_AGENT] if is_storable(line) else ""


class SignInFailed(NotAllowed):
    """No such address, a wrong password, or an address that is not verified: one answer for all three."""

    code = "sign_in_failed"

    def __init__(self) -> None:
        super().__init__(
            "the right address and password",
            "The address and password do not match an account that can sign in. If you have just signed up, follow "
            "the link in our mail first.",
        )


class LinkUnusable(NotFound):
    """A token from a mail that was used, has expired, or was never given out: one answer for all three."""

    code = "link_unusable"

    def __init__(self) -> None:
        super().__init__("link")
        self.message = "This link was used already, has expired, or is not one of ours. Ask for a new one."


class Unauthenticated(SignInNeeded):
    """A proof of identity was shown that is none: unknown, expired, revoked. Over HTTP it answers 401."""

    code = "unauthenticated"

    def __init__(self) -> None:
        super().__init__()
        self.message = "The token you sent is not valid any more. Sign in again, or send none."


def clean_email(text: str, *, path: str = "email") -> str:
    """Return an address in the one spelling it is kept in, or refuse. The domain is not looked up."""
    if len(text) <= MAX_EMAIL_CHARACTERS and is_storable(text):
        try:
            found = validate_email(text.strip(), check_deliverability=False).normalized
        except EmailNotValidError:
            found = ""
        kept = unicodedata.normalize("NFC", found.lower())
        if 0 < len(kept) <= MAX_EMAIL_CHARACTERS:
            return kept
    raise invalid(path, "not_an_address", "This is not a mail address we can write to.")


def clean_display_name(text: str, *, path: str = "displayName") -> str:
    """Return a display name as one line of 1 to 80 characters, or refuse."""
    if not is_storable(text):
        raise invalid(path, "not_text", "The name has characters that cannot be kept.")
    line = clean_line(text[: 4 * MAX_DISPLAY_NAME])
    if not line or len(line) > MAX_DISPLAY_NAME or len(text) > 4 * MAX_DISPLAY_NAME:
        raise invalid(path, "length", f"A name has 1 to {MAX_DISPLAY_NAME} characters.")
    return line


@dataclass(frozen=True, kw_only=True)
class SignedUp(Fact):
    """An account was made; its address is not verified yet."""

    kind: ClassVar[str] = "identity.signed_up"
    user_id: UUID
    mail_token_id: UUID


@dataclass(frozen=True, kw_only=True)
class SignUpRepeated(Fact):
    """Somebody signed up with an address that has an account. The token lets its owner set a new password."""

    kind: ClassVar[str] = "identity.sign_up_repeated"
    user_id: UUID
    mail_token_id: UUID


@dataclass(frozen=True, kw_only=True)
class VerificationAsked(Fact):
    """A new link to verify the address was asked for."""

    kind: ClassVar[str] = "identity.verification_asked"
    user_id: UUID
    mail_token_id: UUID


@dataclass(frozen=True, kw_only=True)
class MailVerified(Fact):
    """The owner of the account's address was there."""

    kind: ClassVar[str] = "identity.mail_verified"
    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class SignedIn(Fact):
    """A login began."""

    kind: ClassVar[str] = "identity.signed_in"
    user_id: UUID
    login_id: UUID


@dataclass(frozen=True, kw_only=True)
class LoginsEnded(Fact):
    """Logins were ended: by signing out, by revoking, by a new password."""

    kind: ClassVar[str] = "identity.logins_ended"
    user_id: UUID
    login_ids: list[UUID]


@dataclass(frozen=True, kw_only=True)
class PasswordResetAsked(Fact):
    """A link to set a new password was asked for."""

    kind: ClassVar[str] = "identity.password_reset_asked"
    user_id: UUID
    mail_token_id: UUID


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Fact):
    """The account has another password now."""

    kind: ClassVar[str] = "identity.password_changed"
    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class MailChangeAsked(Fact):
    """Another address was asked for. The token is for the new address; the old one is told."""

    kind: ClassVar[str] = "identity.mail_change_asked"
    user_id: UUID
    mail_token_id: UUID


@dataclass(frozen=True, kw_only=True)
class MailChangeCollided(Fact):
    """Somebody asked to move their account to the address of this user."""

    kind: ClassVar[str] = "identity.mail_change_collided"
    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class MailChanged(Fact):
    """The account has another address now. The token, sent to the former address, takes it back."""

    kind: ClassVar[str] = "identity.mail_changed"
    user_id: UUID
    mail_token_id: UUID


@dataclass(frozen=True, kw_only=True)
class MailChangeUndone(Fact):
    """The account has its former address back, and no password. The token is to set one."""

    kind: ClassVar[str] = "identity.mail_change_undone"
    user_id: UUID
    mail_token_id: UUID


@dataclass(frozen=True, kw_only=True)
class RoleGranted(Fact):
    """Somebody holds a platform-wide role now."""

    kind: ClassVar[str] = "identity.role_granted"
    user_id: UUID
    role: Role


@dataclass(frozen=True, kw_only=True)
class RoleRevoked(Fact):
    """Somebody holds a platform-wide role no longer."""

    kind: ClassVar[str] = "identity.role_revoked"
    user_id: UUID
    role: Role


@dataclass(frozen=True, kw_only=True)
class AccountErased(Fact):
    """A person left for good. What they wrote is gone; rows of others point at a former member."""

    kind: ClassVar[str] = "identity.account_erased"
    user_id: UUID
