"""Blocks: silent, total, everywhere."""

from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.models.base import DatedRow
from server.models.profiles import Profile


class Block(DatedRow):
    """One person does not want to meet another; each is hidden from the other."""

    blocker: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="blocks")
    blocker_id: UUID
    blocked: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="blocked_by")
    blocked_id: UUID

    class Meta:
        table = "block"
        unique_together = (("blocker_id", "blocked_id"),)
        indexes = (Index(fields=("blocked_id",)),)


class Mute(DatedRow):
    """One person wants no word of another's doing; the other is told nothing and sees no difference."""

    muter: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="mutes")
    muter_id: UUID
    muted: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="muted_by")
    muted_id: UUID

    class Meta:
        table = "mute"
        unique_together = (("muter_id", "muted_id"),)
        indexes = (Index(fields=("muted_id",)),)
