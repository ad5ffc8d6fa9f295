"""Tokens sent by mail: asked for in the unit of work of their cause, given a secret when the mail is made, used once.

The secret exists in the mail alone: the book names the row, the row keeps a hash. Writing a mail again gives the row
a new secret, so what was written before it no longer works.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from server.domain.actors import UserId
from server.domain.identity import (
    CHANGE_MAIL_LIFETIME,
    UNDO_MAIL_CHANGE_LIFETIME,
    LinkUnusable,
    MailTokenPurpose,
)
from server.kit.clock import now
from server.kit.tokens import new_token, token_hash
from server.models.database import connection
from server.models.identity import MailToken
from server.services.identity_policy import policy

# A row lock and a condition in one statement: of two uses at once, one finds it used.
_USE = """
UPDATE mail_token SET used_at = $2
WHERE token_hash = $1 AND purpose = ANY($3) AND used_at IS NULL AND expires_at > $2
RETURNING user_id, purpose, new_email, created_at
"""
# The way back to an address stays open when a later one is used: whoever moved an account on and on holds those.
_VOID_OTHERS = """
UPDATE mail_token SET used_at = $3
WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL AND (purpose <> $4 OR created_at >= $5)
"""


@dataclass(frozen=True)
class UsedToken:
    """What a token that was just used is for."""

    user_id: UserId
    purpose: MailTokenPurpose
    new_email: str | None


@dataclass(frozen=True)
class IssuedToken:
    """A token with the secret for its mail. `email` is where to, `account_email` where the account is now."""

    secret: str
    email: str
    account_email: str
    purpose: MailTokenPurpose
    expires_at: datetime
    is_verified: bool


async def ask(user_id: UUID, purpose: MailTokenPurpose, *, new_email: str | None = None) -> UUID:
    """Make a token without a secret, in the unit of work of the fact that will have it sent. Return its row's id."""
    at = now()
    await MailToken.filter(user_id=user_id, expires_at__lt=at).delete()
    row = await MailToken.create(
        user_id=user_id,
        purpose=purpose,
        token_hash=token_hash(new_token()),
        new_email=new_email,
        expires_at=at + _lifetime(purpose),
    )
    return row.id


async def issue(mail_token_id: UUID) -> IssuedToken | None:
    """Give a token its secret. None when it was used, has expired, or its account is gone: then nothing is to send."""
    row = (
        await MailToken.filter(id=mail_token_id, used_at=None, expires_at__gt=now(), user__email__isnull=False)
        .select_related("user")
        .first()
    )
    if row is None:
        return None
    secret = new_token()
    await MailToken.filter(id=row.id, used_at=None).update(token_hash=token_hash(secret))
    return IssuedToken(
        secret=secret,
        email=str(row.new_email or row.user.email),
        account_email=str(row.user.email),
        purpose=row.purpose,
        expires_at=row.expires_at,
        is_verified=row.user.verified_at is not None,
    )


async def email_behind(secret: str, purpose: MailTokenPurpose) -> str:
    """Return the address of the account that an open token is for, or refuse with LinkUnusable. Uses nothing up."""
    row = (
        await MailToken.filter(
            token_hash=token_hash(secret),
            purpose=purpose,
            used_at=None,
            expires_at__gt=now(),
            user__email__isnull=False,
        )
        .select_related("user")
        .first()
    )
    if row is None:
        raise LinkUnusable
    return str(row.user.email)


async def use(secret: str, *purposes: MailTokenPurpose) -> UsedToken:
    """Use a token up in the open unit of work, and every other with its purpose. Refuses with LinkUnusable.

    Of those that undo a change of address, the earlier ones stay usable.
    """
    at = now()
    words = [token_hash(secret), at, [purpose.value for purpose in purposes]]
    rows = await connection().execute_query_dict(_USE.strip(), words)
    if not rows:
        raise LinkUnusable
    row = rows[0]
    used = UsedToken(UserId(UUID(str(row["user_id"]))), MailTokenPurpose(row["purpose"]), row["new_email"])
    undo = MailTokenPurpose.UNDO_MAIL_CHANGE
    others = [used.user_id, used.purpose.value, at, undo.value, row["created_at"]]
    await connection().execute_query(_VOID_OTHERS, others)
    return used


async def void(user_id: UUID, *purposes: MailTokenPurpose) -> None:
    """Make every open token of these purposes useless."""
    await MailToken.filter(user_id=user_id, purpose__in=purposes, used_at=None).update(used_at=now())


def _lifetime(purpose: MailTokenPurpose) -> timedelta:
    return {
        MailTokenPurpose.VERIFY_MAIL: policy.login.verification_lifetime,
        MailTokenPurpose.RESET_PASSWORD: policy.login.reset_lifetime,
        MailTokenPurpose.CHANGE_MAIL: CHANGE_MAIL_LIFETIME,
        MailTokenPurpose.UNDO_MAIL_CHANGE: UNDO_MAIL_CHANGE_LIFETIME,
    }[purpose]
