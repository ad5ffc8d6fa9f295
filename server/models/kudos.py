"""Kudos."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.domain.kudos import KudosPlace, KudosTie
from server.models.base import DatedRow
from server.models.profiles import Profile


class Kudos(DatedRow):
    """Thanks from one person to another for something that happened. With `removed_at` nobody reads them any more."""

    giver: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="kudos_given")
    giver_id: UUID
    receiver: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="kudos_received"
    )
    receiver_id: UUID
    tie = fields.CharEnumField(KudosTie, max_length=16)
    tie_id = fields.UUIDField()
    words = fields.CharField(max_length=280)
    place = fields.CharEnumField(KudosPlace, max_length=8, default=KudosPlace.PRIVATE)
    removed_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "kudos"
        unique_together = (("giver_id", "tie", "tie_id"),)
        indexes = (Index(fields=("giver_id", "created_at")), Index(fields=("receiver_id", "created_at")))
