"""Proposals of a next version of a mentorship."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.domain.availability import MentoringFormat
from server.domain.mentorship_proposals import ProposalKind, ProposalState
from server.models.base import DatedRow
from server.models.mentorships import Mentorship


class MentorshipProposal(DatedRow):
    """A next version that somebody proposed. `asked_id` is whose yes is waited for; `to_id` the next mentor, if any."""

    mentorship: fields.ForeignKeyRelation[Mentorship] = fields.ForeignKeyField(
        "alongside.Mentorship", related_name="proposals"
    )
    mentorship_id: UUID
    kind = fields.CharEnumField(ProposalKind, max_length=12)
    state = fields.CharEnumField(ProposalState, max_length=12)
    proposed_by = fields.UUIDField()
    asked_id = fields.UUIDField()
    to_id: UUID | None = fields.UUIDField(null=True)
    format = fields.CharEnumField(MentoringFormat, max_length=12)
    goal = fields.CharField(max_length=300)
    minutes = fields.IntField()
    words = fields.TextField(default="")
    expires_at = fields.DatetimeField()
    decided_at: datetime | None = fields.DatetimeField(null=True)
    next_mentorship_id: UUID | None = fields.UUIDField(null=True)

    class Meta:
        table = "mentorship_proposal"
        indexes = (
            Index(fields=("mentorship_id", "created_at")),
            Index(fields=("proposed_by",)),
            Index(fields=("asked_id",)),
            Index(fields=("to_id",)),
            Index(fields=("state", "expires_at")),
        )
