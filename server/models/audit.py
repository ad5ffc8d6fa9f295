"""The audit log: what was done with power over others. Rows are added and never changed; the database refuses it."""

from tortoise import fields
from tortoise.indexes import Index

from server.models.base import DatedRow


class AuditEntry(DatedRow):
    """An act, chained: `hash` is over this entry and the hash before it. `detail` is JSON without anybody's words."""

    seq = fields.BigIntField(unique=True)
    actor_id = fields.UUIDField(null=True)
    act = fields.CharField(max_length=40)
    subject_id = fields.UUIDField(null=True)
    detail = fields.TextField(default="{}")
    previous = fields.CharField(max_length=64)
    hash = fields.CharField(max_length=64, unique=True)

    class Meta:
        table = "audit_entry"
        indexes = (Index(fields=("actor_id",)), Index(fields=("subject_id",)))
