"""Profiles and what hangs on them. The key of a profile is the key of its user."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.indexes import Index, PartialIndex
from tortoise.models import Model

from server.domain.profiles import Proficiency, SkillDirection, SkillLevel, SupportNeed, WorkPattern
from server.kit.clock import now
from server.models.base import DatedRow, Row


class Profile(Model):
    """What others may see of a person. `visibility` maps field names to Visibility values; absent means the default."""

    id = fields.UUIDField(primary_key=True)
    display_name = fields.CharField(max_length=80)
    pseudonym = fields.CharField(max_length=40, null=True)
    is_pseudonymous = fields.BooleanField(default=False)
    headline = fields.CharField(max_length=160, default="")
    bio = fields.TextField(default="")
    work_patterns: list[str] = ArrayField("text", default=list)
    is_high_skill = fields.BooleanField(null=True)
    interests: list[str] = ArrayField("text", default=list)
    industries: list[str] = ArrayField("text", default=list)
    goals: list[str] = ArrayField("text", default=list)
    how_i_work: dict[str, Any] = fields.JSONField(default=dict)
    time_zone = fields.CharField(max_length=64, default="Etc/UTC")
    city = fields.CharField(max_length=80, default="")
    country = fields.CharField(max_length=2, default="")
    meets_remotely = fields.BooleanField(default=True)
    meets_within_km: int | None = fields.IntField(null=True)
    visibility: dict[str, int] = fields.JSONField(default=dict)
    search_document = fields.TextField(default="")
    is_listed = fields.BooleanField(default=True)
    requests_paused_until: datetime | None = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(default=now)
    updated_at = fields.DatetimeField(default=now)
    version = fields.IntField(default=1)

    class Meta:
        table = "profile"
        indexes = (PartialIndex(fields=("updated_at", "id"), condition={"is_listed": True}),)


class Stint(Row):
    """A dated stretch of work, no employer needed: A2."""

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="stints")
    profile_id: UUID
    pattern = fields.CharEnumField(WorkPattern, max_length=20)
    title = fields.CharField(max_length=120)
    started_on: date = fields.DateField()
    ended_on: date | None = fields.DateField(null=True)

    class Meta:
        table = "stint"
        indexes = (Index(fields=("profile_id", "started_on")),)


class Transition(Row):
    """A change of trade somebody made: A3."""

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="transitions"
    )
    profile_id: UUID
    from_work = fields.CharField(max_length=120)
    to_work = fields.CharField(max_length=120)
    year = fields.IntField()

    class Meta:
        table = "transition"
        indexes = (Index(fields=("profile_id",)),)


class ProfileSkill(Row):
    """A skill offered or sought: A4. `skill_id` is a key of the shipped vocabulary."""

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="skills")
    profile_id: UUID
    skill_id = fields.CharField(max_length=80)
    direction = fields.CharEnumField(SkillDirection, max_length=8)
    level = fields.IntEnumField(SkillLevel)
    priority = fields.IntField(default=1)
    evidence_url = fields.CharField(max_length=500, null=True)

    class Meta:
        table = "profile_skill"
        unique_together = (("profile_id", "direction", "skill_id"),)
        indexes = (Index(fields=("skill_id", "direction", "profile_id")),)


class ProfileTag(Row):
    """A skill in the person's own words that the vocabulary did not know when it was written."""

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="tags")
    profile_id: UUID
    direction = fields.CharEnumField(SkillDirection, max_length=8)
    text = fields.CharField(max_length=80)

    class Meta:
        table = "profile_tag"
        unique_together = (("profile_id", "direction", "text"),)


class ProfileLanguage(Row):
    """A language somebody works in; `code` is a BCP 47 tag, `und` never."""

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="languages")
    profile_id: UUID
    code = fields.CharField(max_length=16)
    proficiency = fields.CharEnumField(Proficiency, max_length=12)

    class Meta:
        table = "profile_language"
        unique_together = (("profile_id", "code"),)
        indexes = (Index(fields=("code", "profile_id")),)


class SupportEntry(Row):
    """One cell of the support map: A11. A need may name who meets it; nobody named means nobody does."""

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="support")
    profile_id: UUID
    need = fields.CharEnumField(SupportNeed, max_length=12)
    is_offer = fields.BooleanField()
    note = fields.CharField(max_length=200, default="")
    met_by = fields.CharField(max_length=80, null=True)

    class Meta:
        table = "support_entry"
        unique_together = (("profile_id", "need", "is_offer"),)


class ContactDetail(DatedRow):
    """A way to reach somebody, or a social link: A14. Seen by its visibility, or by those it was released to."""

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="contacts")
    profile_id: UUID
    kind = fields.CharField(max_length=24)
    value = fields.CharField(max_length=300)
    visibility = fields.IntField(default=0)

    class Meta:
        table = "contact_detail"
        unique_together = (("profile_id", "kind", "value"),)


class ContactRelease(DatedRow):
    """Contact details of one person opened to another, until revoked."""

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="releases")
    profile_id: UUID
    to_profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="releases_received"
    )
    to_profile_id: UUID
    revoked_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "contact_release"
        unique_together = (("profile_id", "to_profile_id"),)
        indexes = (Index(fields=("to_profile_id",)),)
