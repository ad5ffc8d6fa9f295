"""The book: the order of every topic, and every fact in it. Written only by services/transaction.py."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from server.kit.clock import now
from server.kit.ids import new_id


class StreamHead(Model):
    """The last position of a topic: `seq` entries so far, `chain` over all of them, `relayed_seq` known to the bell."""

    topic = fields.CharField(max_length=64, primary_key=True)
    epoch = fields.CharField(max_length=16)
    seq = fields.BigIntField(default=0)
    chain = fields.CharField(max_length=16)
    relayed_seq = fields.BigIntField(default=0)

    class Meta:
        table = "stream_head"


class StreamEntry(Model):
    """A fact at its place in the order of one topic."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    topic = fields.CharField(max_length=64)
    seq = fields.BigIntField()
    kind = fields.CharField(max_length=64)
    actor_id = fields.UUIDField(null=True)
    payload = fields.TextField()
    chain = fields.CharField(max_length=16)
    command_id = fields.CharField(max_length=64, null=True)
    at = fields.DatetimeField(default=now)

    class Meta:
        table = "stream_entry"
        unique_together = (("topic", "seq"), ("topic", "actor_id", "command_id"))


class FactRecord(Model):
    """A fact as the reactions read it, once each; kept as the record of what happened."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    kind = fields.CharField(max_length=64)
    actor_id = fields.UUIDField(null=True)
    payload = fields.TextField()
    at = fields.DatetimeField(default=now)
    attempts = fields.IntField(default=0)
    due_at = fields.DatetimeField(default=now)
    reacted_at = fields.DatetimeField(null=True)
    failure = fields.TextField(null=True)

    class Meta:
        table = "fact_record"
        indexes = (
            Index(fields=("reacted_at", "due_at")),
            Index(fields=("kind", "at")),
        )


class CommandRecord(Model):
    """The first answer to a client's command: a repeat under the same key is given it again.

    `result_id` names what a creating use case made; `answer` is the JSON that a live command answered.
    """

    id = fields.UUIDField(primary_key=True, default=new_id)
    actor_id = fields.UUIDField()
    command_id = fields.CharField(max_length=64)
    operation = fields.CharField(max_length=64)
    digest = fields.CharField(max_length=64)
    result_id = fields.UUIDField(null=True)
    answer: str | None = fields.TextField(null=True)
    at = fields.DatetimeField(default=now)

    class Meta:
        table = "command_record"
        unique_together = (("actor_id", "command_id"),)
        indexes = (Index(fields=("at",)),)
