"""Users, their logins and the tokens sent to them by mail."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.domain.actors import Role
from server.domain.identity import LoginCarrier, MailTokenPurpose
from server.models.base import DatedRow


class User(DatedRow):
    """Somebody with credentials. Their profile has the same id."""

    email = fields.CharField(max_length=254, unique=True, null=True)
    password_hash = fields.CharField(max_length=255, null=True)
    verified_at: datetime | None = fields.DatetimeField(null=True)
    locale = fields.CharField(max_length=16, default="en")
    erased_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "app_user"


class Login(DatedRow):
    """A proof of identity that can be seen and revoked; only the token's hash is kept."""

    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("alongside.User", related_name="logins")
    user_id: UUID
    token_hash = fields.CharField(max_length=64, unique=True)
    carrier = fields.CharEnumField(LoginCarrier, max_length=16)
    user_agent = fields.CharField(max_length=200, default="")
    last_seen_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    revoked_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "login"
        indexes = (Index(fields=("user_id", "expires_at")),)


class MailToken(DatedRow):
    """A token sent by mail: one purpose, one use, an end."""

    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("alongside.User", related_name="mail_tokens")
    user_id: UUID
    purpose = fields.CharEnumField(MailTokenPurpose, max_length=20)
    token_hash = fields.CharField(max_length=64, unique=True)
    new_email = fields.CharField(max_length=254, null=True)
    expires_at = fields.DatetimeField()
    used_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "mail_token"
        indexes = (Index(fields=("user_id", "purpose")),)


class RoleGrant(DatedRow):
    """A platform-wide role somebody holds."""

    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("alongside.User", related_name="role_grants")
    user_id: UUID
    role = fields.CharEnumField(Role, max_length=32)
    granted_by = fields.UUIDField(null=True)

    class Meta:
        table = "role_grant"
        unique_together = (("user_id", "role"),)
