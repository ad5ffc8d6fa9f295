from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from server.domain.availability import MentoringFormat
from server.domain.mentorship_proposals import ProposalKind, ProposalState
from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0035_check_ins_begin")]

    initial = False

    operations: list[ops.Operation] = [
        ops.CreateModel(
            name="MentorshipProposal",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "mentorship",
                    fields.ForeignKeyField(
                        "alongside.Mentorship",
                        source_field="mentorship_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="proposals",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="RENEWAL: renewal\nCONVERSION: conversion\nHAND_OVER: hand_over",
                        enum_type=ProposalKind,
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        description="ASKED: asked\nACCEPTED: accepted\nDECLINED: declined\nWITHDRAWN: withdrawn\nLAPSED: lapsed",
                        enum_type=ProposalState,
                        max_length=12,
                    ),
                ),
                ("proposed_by", fields.UUIDField()),
                ("asked_id", fields.UUIDField()),
                ("to_id", fields.UUIDField(null=True)),
                (
                    "format",
                    fields.CharEnumField(
                        description="CLASSIC: classic\nMICRO: micro\nLONG_ARC: long_arc\nREVERSE: reverse\nPEER: peer\nGROUP: group",
                        enum_type=MentoringFormat,
                        max_length=12,
                    ),
                ),
                ("goal", fields.CharField(max_length=300)),
                ("minutes", fields.IntField()),
                ("words", fields.TextField(default="", unique=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("next_mentorship_id", fields.UUIDField(null=True)),
            ],
            options={
                "table": "mentorship_proposal",
                "app": "alongside",
                "indexes": [
                    Index(fields=["mentorship_id", "created_at"]),
                    Index(fields=["proposed_by"]),
                    Index(fields=["asked_id"]),
                    Index(fields=["to_id"]),
                    Index(fields=["state", "expires_at"]),
                ],
                "pk_attr": "id",
                "table_description": "A next version that somebody proposed. `asked_id` is whose yes is waited for; `to_id` the next mentor, if any.",
            },
            bases=["DatedRow"],
        ),
    ]
