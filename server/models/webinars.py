"""Webinars: the event, its staff, who holds a place, who may not ask, what the staff says among itself."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from server.domain.webinars import (
    AnonymityMode,
    Pace,
    RegistrationState,
    RestrictionKind,
    WebinarRole,
    WebinarState,
)
from server.models.base import DatedRow
from server.models.profiles import Profile


class Webinar(DatedRow):
    """An event with an audience. `next_number` is the number the next shown question gets.

    `frozen_at` is set while a question is being answered: the order of questions stands still at that instant.
    `host_seen_at` is when the host of now was last found in the live room, `host_missing_since` since when not.
    """

    title = fields.CharField(max_length=120)
    description = fields.TextField(default="")
    created_by = fields.UUIDField()
    state = fields.CharEnumField(WebinarState, max_length=12)
    starts_at: datetime = fields.DatetimeField()
    ends_at: datetime | None = fields.DatetimeField(null=True)
    capacity: int | None = fields.IntField(null=True)
    languages: list[str] = fields.JSONField(default=list)
    stages: list[str] = fields.JSONField(default=list)
    labels: list[str] = fields.JSONField(default=list)
    questions_open = fields.BooleanField(default=True)
    review = fields.BooleanField(default=True)
    anonymity = fields.CharEnumField(AnonymityMode, max_length=8, default=AnonymityMode.OPTIONAL)
    slow_seconds = fields.IntField(default=0)
    highlighted_id: UUID | None = fields.UUIDField(null=True)
    next_number = fields.IntField(default=1)
    frozen_at: datetime | None = fields.DatetimeField(null=True)
    burst_at: datetime | None = fields.DatetimeField(null=True)
    started_at: datetime | None = fields.DatetimeField(null=True)
    ended_at: datetime | None = fields.DatetimeField(null=True)
    sealed_until: datetime | None = fields.DatetimeField(null=True)
    host_seen_at: datetime | None = fields.DatetimeField(null=True)
    host_missing_since: datetime | None = fields.DatetimeField(null=True)
    staff_version = fields.IntField(default=1)
    version = fields.IntField(default=1)

    class Meta:
        table = "webinar"
        indexes = (Index(fields=("state", "starts_at")), Index(fields=("sealed_until",)))


class WebinarKey(Model):
    """The secret that pseudonyms of one event are made with. Its destruction is what makes them untraceable."""

    webinar_id = fields.UUIDField(primary_key=True)
    key = fields.BinaryField()

    class Meta:
        table = "webinar_key"


class WebinarStaff(DatedRow):
    """Somebody on the staff. Of two co-hosts, the one appointed first takes over from a lost host."""

    webinar: fields.ForeignKeyRelation[Webinar] = fields.ForeignKeyField("alongside.Webinar", related_name="staff")
    webinar_id: UUID
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="webinar_staff"
    )
    profile_id: UUID
    role = fields.CharEnumField(WebinarRole, max_length=12)

    class Meta:
        table = "webinar_staff"
        unique_together = (("webinar_id", "profile_id"),)
        indexes = (Index(fields=("profile_id", "created_at")),)


class WebinarRegistration(DatedRow):
    """Somebody's place in the audience, or in the line for one. `queued_at` orders the line."""

    webinar: fields.ForeignKeyRelation[Webinar] = fields.ForeignKeyField(
        "alongside.Webinar", related_name="registrations"
    )
    webinar_id: UUID
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="webinar_registrations"
    )
    profile_id: UUID
    state = fields.CharEnumField(RegistrationState, max_length=12)
    queued_at: datetime = fields.DatetimeField()
    joined_at: datetime | None = fields.DatetimeField(null=True)
    left_at: datetime | None = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "webinar_registration"
        unique_together = (("webinar_id", "profile_id"),)
        indexes = (
            Index(fields=("webinar_id", "state", "queued_at", "id")),
            Index(fields=("profile_id", "created_at")),
        )


class WebinarRestriction(DatedRow):
    """Somebody who may not ask until an instant, or was sent out. `shown_as` is all the staff is told of who."""

    webinar: fields.ForeignKeyRelation[Webinar] = fields.ForeignKeyField(
        "alongside.Webinar", related_name="restrictions"
    )
    webinar_id: UUID
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="webinar_restrictions"
    )
    profile_id: UUID
    kind = fields.CharEnumField(RestrictionKind, max_length=8)
    shown_as = fields.CharField(max_length=40)
    put_by = fields.UUIDField()
    until: datetime | None = fields.DatetimeField(null=True)
    lifted_at: datetime | None = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "webinar_restriction"
        indexes = (Index(fields=("webinar_id", "profile_id")),)


class WebinarTalk(DatedRow):
    """A line the staff says among itself."""

    webinar: fields.ForeignKeyRelation[Webinar] = fields.ForeignKeyField("alongside.Webinar", related_name="talk")
    webinar_id: UUID
    author_id = fields.UUIDField()
    text = fields.TextField()

    class Meta:
        table = "webinar_talk"
        indexes = (Index(fields=("webinar_id", "id")),)


class WebinarPace(DatedRow):
    """What a listener wishes of the speaker now; read only as a sum."""

    webinar: fields.ForeignKeyRelation[Webinar] = fields.ForeignKeyField("alongside.Webinar", related_name="paces")
    webinar_id: UUID
    profile_id = fields.UUIDField()
    pace = fields.CharEnumField(Pace, max_length=8)

    class Meta:
        table = "webinar_pace"
        unique_together = (("webinar_id", "profile_id"),)


class WebinarReaction(DatedRow):
    """How often a reaction was given. Who gave it is not kept."""

    webinar: fields.ForeignKeyRelation[Webinar] = fields.ForeignKeyField("alongside.Webinar", related_name="reactions")
    webinar_id: UUID
    kind = fields.CharField(max_length=12)
    total = fields.IntField(default=0)

    class Meta:
        table = "webinar_reaction"
        unique_together = (("webinar_id", "kind"),)


class WebinarEvent(DatedRow):
    """A line of an event's history: who did what to it."""

    webinar: fields.ForeignKeyRelation[Webinar] = fields.ForeignKeyField("alongside.Webinar", related_name="events")
    webinar_id: UUID
    actor_id: UUID | None = fields.UUIDField(null=True)
    action = fields.CharField(max_length=24)
    version = fields.IntField()
    detail: dict[str, Any] = fields.JSONField(default=dict)

    class Meta:
        table = "webinar_event"
        indexes = (Index(fields=("webinar_id", "id")),)
