"""Circles: the circle, its seats, its norms, the lines of its feed, and who hid from whom in it."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.domain.circle_facts import ItemKind
from server.domain.circles import (
    CircleKind,
    CircleState,
    Confidentiality,
    Facilitation,
    JoinMode,
    Naming,
    SeatRole,
    SeatState,
)
from server.kit.clock import now
from server.models.base import DatedRow
from server.models.profiles import Profile


class Circle(DatedRow):
    """A circle. `norms_number` is the newest version of its norms, 0 for none; `seats_version` grows with each seat.

    Whoever agreed to them before `norms_asked_at`, when somebody joined last, is asked again.
    """

    name = fields.CharField(max_length=80)
    theme = fields.CharField(max_length=60, default="")
    purpose = fields.TextField(default="")
    kind = fields.CharEnumField(CircleKind, max_length=16)
    state = fields.CharEnumField(CircleState, max_length=12)
    state_since = fields.DatetimeField(default=now)
    active_at = fields.DatetimeField(default=now)
    join_mode = fields.CharEnumField(JoinMode, max_length=12)
    confidentiality = fields.CharEnumField(Confidentiality, max_length=12)
    naming = fields.CharEnumField(Naming, max_length=12)
    facilitation = fields.CharEnumField(Facilitation, max_length=12)
    with_mentor = fields.BooleanField(default=False)
    least = fields.IntField()
    most = fields.IntField()
    is_listed = fields.BooleanField(default=True)
    created_by = fields.UUIDField()
    norms_number = fields.IntField(default=0)
    norms_asked_at: datetime | None = fields.DatetimeField(null=True)
    seats_version = fields.IntField(default=1)
    version = fields.IntField(default=1)

    class Meta:
        table = "circle"
        indexes = (
            Index(fields=("state", "active_at")),
            Index(fields=("created_at", "id")),
            Index(fields=("created_by",)),
        )


class CircleSeat(DatedRow):
    """How somebody stands to a circle. `queued_at` orders the line; `norms_number` is what they agreed to last.

    `guest_meeting_id` is the one meeting of a guest.
    """

    circle: fields.ForeignKeyRelation[Circle] = fields.ForeignKeyField("alongside.Circle", related_name="seats")
    circle_id: UUID
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="circle_seats"
    )
    profile_id: UUID
    role = fields.CharEnumField(SeatRole, max_length=8)
    state = fields.CharEnumField(SeatState, max_length=12)
    nickname = fields.CharField(max_length=40, default="")
    message = fields.CharField(max_length=500, default="")
    invited_by: UUID | None = fields.UUIDField(null=True)
    guest_meeting_id: UUID | None = fields.UUIDField(null=True)
    queued_at = fields.DatetimeField(default=now)
    seated_at: datetime | None = fields.DatetimeField(null=True)
    left_at: datetime | None = fields.DatetimeField(null=True)
    paused_until: datetime | None = fields.DatetimeField(null=True)
    norms_number = fields.IntField(default=0)
    norms_agreed_at: datetime | None = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "circle_seat"
        unique_together = (("circle_id", "profile_id"),)
        indexes = (Index(fields=("circle_id", "state", "queued_at", "id")), Index(fields=("profile_id", "state")))


class CircleNorms(DatedRow):
    """A version of a circle's norms, as its members agreed or will."""

    circle: fields.ForeignKeyRelation[Circle] = fields.ForeignKeyField("alongside.Circle", related_name="norms")
    circle_id: UUID
    number = fields.IntField()
    text = fields.TextField()
    written_by = fields.UUIDField()

    class Meta:
        table = "circle_norms"
        unique_together = (("circle_id", "number"),)
        indexes = (Index(fields=("written_by",)),)


class CircleItem(DatedRow):
    """A line of a circle's feed: whose doing it tells of, and of what (`subject_id`)."""

    circle: fields.ForeignKeyRelation[Circle] = fields.ForeignKeyField("alongside.Circle", related_name="items")
    circle_id: UUID
    kind = fields.CharEnumField(ItemKind, max_length=12)
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="circle_items"
    )
    profile_id: UUID
    subject_id = fields.UUIDField()

    class Meta:
        table = "circle_item"
        indexes = (
            Index(fields=("circle_id", "created_at", "id")),
            Index(fields=("profile_id",)),
            Index(fields=("subject_id",)),
        )


class CircleVeil(DatedRow):
    """Somebody hid another member from themselves, and themselves from them, in a circle of nicknames."""

    circle: fields.ForeignKeyRelation[Circle] = fields.ForeignKeyField("alongside.Circle", related_name="veils")
    circle_id: UUID
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="circle_veils"
    )
    profile_id: UUID
    hidden: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="circle_veiled_by"
    )
    hidden_id: UUID

    class Meta:
        table = "circle_veil"
        unique_together = (("circle_id", "profile_id", "hidden_id"),)
        indexes = (Index(fields=("profile_id",)), Index(fields=("hidden_id",)))


class CircleMerge(DatedRow):
    """An offer to join one circle to another. `answered_at` empty: it waits."""

    circle: fields.ForeignKeyRelation[Circle] = fields.ForeignKeyField("alongside.Circle", related_name="merges")
    circle_id: UUID
    into: fields.ForeignKeyRelation[Circle] = fields.ForeignKeyField("alongside.Circle", related_name="merges_in")
    into_id: UUID
    offered_by = fields.UUIDField()
    answered_by: UUID | None = fields.UUIDField(null=True)
    answered_at: datetime | None = fields.DatetimeField(null=True)
    is_agreed = fields.BooleanField(null=True)

    class Meta:
        table = "circle_merge"
        indexes = (
            Index(fields=("circle_id",)),
            Index(fields=("into_id",)),
            Index(fields=("offered_by",)),
            Index(fields=("answered_by",)),
        )
