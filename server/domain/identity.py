"""Identity: what a mail token is for, how a login is carried."""

from enum import StrEnum


class MailTokenPurpose(StrEnum):
    """What a token sent by mail allows, once."""

    VERIFY_MAIL = "verify_mail"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - the name of a purpose
    CHANGE_MAIL = "change_mail"


class LoginCarrier(StrEnum):
    """How the proof of identity travels."""

    BEARER = "bearer"
    COOKIE = "cookie"
