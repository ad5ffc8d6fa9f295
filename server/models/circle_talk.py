"""What is written in circles: discussions, posts, reactions, resources; and how somebody is, for themselves alone."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.domain.circle_talk import Reaction, ThreadKind, ThreadState
from server.kit.clock import now
from server.models.base import DatedRow
from server.models.circles import Circle
from server.models.profiles import Profile


class CircleThread(DatedRow):
    """A discussion. `heard_at` is the last word of anybody but its author; `changed_at` the last change in it."""

    circle: fields.ForeignKeyRelation[Circle] = fields.ForeignKeyField("alongside.Circle", related_name="threads")
    circle_id: UUID
    author: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="circle_threads"
    )
    author_id: UUID
    kind = fields.CharEnumField(ThreadKind, max_length=8)
    state = fields.CharEnumField(ThreadState, max_length=12)
    theme = fields.CharField(max_length=40, default="")
    title = fields.CharField(max_length=120)
    heard_at: datetime | None = fields.DatetimeField(null=True)
    stale_at: datetime | None = fields.DatetimeField(null=True)
    changed_at = fields.DatetimeField(default=now)
    version = fields.IntField(default=1)

    class Meta:
        table = "circle_thread"
        indexes = (
            Index(fields=("circle_id", "changed_at", "id")),
            Index(fields=("author_id",)),
            Index(fields=("state", "stale_at")),
        )


class CirclePost(DatedRow):
    """A post. An empty text with `deleted_at` is one taken back."""

    thread: fields.ForeignKeyRelation[CircleThread] = fields.ForeignKeyField(
        "alongside.CircleThread", related_name="posts"
    )
    thread_id: UUID
    author: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="circle_posts"
    )
    author_id: UUID
    text = fields.TextField()
    edited_at: datetime | None = fields.DatetimeField(null=True)
    deleted_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "circle_post"
        indexes = (Index(fields=("thread_id", "created_at", "id")), Index(fields=("author_id",)))


class CircleReaction(DatedRow):
    """Somebody's reaction to a post."""

    post: fields.ForeignKeyRelation[CirclePost] = fields.ForeignKeyField("alongside.CirclePost", related_name="given")
    post_id: UUID
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="circle_reactions"
    )
    profile_id: UUID
    kind = fields.CharEnumField(Reaction, max_length=12)

    class Meta:
        table = "circle_reaction"
        unique_together = (("post_id", "profile_id", "kind"),)
        indexes = (Index(fields=("profile_id",)),)


class CircleResource(DatedRow):
    """A web address that helps, with who put it there and why."""

    circle: fields.ForeignKeyRelation[Circle] = fields.ForeignKeyField("alongside.Circle", related_name="resources")
    circle_id: UUID
    added_by = fields.UUIDField()
    url = fields.CharField(max_length=500)
    title = fields.CharField(max_length=120)
    note = fields.CharField(max_length=500, default="")

    class Meta:
        table = "circle_resource"
        indexes = (Index(fields=("circle_id", "created_at", "id")), Index(fields=("added_by",)))


class CircleCheck(DatedRow):
    """How somebody was, said to themselves: 1 very bad to 5 very well. Read by nobody else, in no number either."""

    circle: fields.ForeignKeyRelation[Circle] = fields.ForeignKeyField("alongside.Circle", related_name="checks")
    circle_id: UUID
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="circle_checks"
    )
    profile_id: UUID
    level = fields.IntField()
    note = fields.TextField(default="")

    class Meta:
        table = "circle_check"
        indexes = (Index(fields=("profile_id", "created_at", "id")), Index(fields=("circle_id",)))
