from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from server.domain.actors import Role
from server.domain.identity import LoginCarrier, MailTokenPurpose
from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0001_streams")]

    initial = False

    operations = [
        ops.CreateModel(
            name="User",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("email", fields.CharField(null=True, unique=True, max_length=254)),
                ("password_hash", fields.CharField(null=True, max_length=255)),
                ("verified_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("locale", fields.CharField(default="en", max_length=16)),
                ("erased_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "app_user",
                "app": "alongside",
                "pk_attr": "id",
                "table_description": "Somebody with credentials. Their profile has the same id.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="Login",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "user",
                    fields.ForeignKeyField(
                        "alongside.User",
                        source_field="user_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="logins",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("token_hash", fields.CharField(unique=True, max_length=64)),
                (
                    "carrier",
                    fields.CharEnumField(
                        description="BEARER: bearer\nCOOKIE: cookie", enum_type=LoginCarrier, max_length=16
                    ),
                ),
                ("user_agent", fields.CharField(default="", max_length=200)),
                ("last_seen_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("revoked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "login",
                "app": "alongside",
                "indexes": [Index(fields=["user_id", "expires_at"])],
                "pk_attr": "id",
                "table_description": "A proof of identity that can be seen and revoked; only the token's hash is kept.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="MailToken",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "user",
                    fields.ForeignKeyField(
                        "alongside.User",
                        source_field="user_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="mail_tokens",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "purpose",
                    fields.CharEnumField(
                        description="VERIFY_MAIL: verify_mail\nRESET_PASSWORD: reset_password\nCHANGE_MAIL: change_mail\nUNDO_MAIL_CHANGE: undo_mail_change",
                        enum_type=MailTokenPurpose,
                        max_length=20,
                    ),
                ),
                ("token_hash", fields.CharField(unique=True, max_length=64)),
                ("new_email", fields.CharField(null=True, max_length=254)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "mail_token",
                "app": "alongside",
                "indexes": [Index(fields=["user_id", "purpose"])],
                "pk_attr": "id",
                "table_description": "A token sent by mail: one purpose, one use, an end.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="RoleGrant",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "user",
                    fields.ForeignKeyField(
                        "alongside.User",
                        source_field="user_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="role_grants",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "role",
                    fields.CharEnumField(
                        description="COMMUNITY_MANAGER: community_manager\nPROGRAM_MANAGER: program_manager\nSAFETY_TEAM: safety_team\nADMIN: admin",
                        enum_type=Role,
                        max_length=32,
                    ),
                ),
                ("granted_by", fields.UUIDField(null=True)),
            ],
            options={
                "table": "role_grant",
                "app": "alongside",
                "unique_together": (("user_id", "role"),),
                "pk_attr": "id",
                "table_description": "A platform-wide role somebody holds.",
            },
            bases=["DatedRow"],
        ),
    ]
