from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="CommandRecord",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("actor_id", fields.UUIDField()),
                ("command_id", fields.CharField(max_length=64)),
                ("operation", fields.CharField(max_length=64)),
                ("digest", fields.CharField(max_length=64)),
                ("result_id", fields.UUIDField(null=True)),
                ("at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "command_record",
                "app": "alongside",
                "unique_together": (("actor_id", "command_id"),),
                "indexes": [Index(fields=["at"])],
                "pk_attr": "id",
                "table_description": "The first answer to a client's command: a repeat under the same key is given it again.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="FactRecord",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("kind", fields.CharField(max_length=64)),
                ("actor_id", fields.UUIDField(null=True)),
                ("payload", fields.TextField(unique=False)),
                ("at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("attempts", fields.IntField(default=0)),
                ("due_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("reacted_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("failure", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "fact_record",
                "app": "alongside",
                "indexes": [Index(fields=["reacted_at", "due_at"]), Index(fields=["kind", "at"])],
                "pk_attr": "id",
                "table_description": "A fact as the reactions read it, once each; kept as the record of what happened.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StreamEntry",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("topic", fields.CharField(max_length=64)),
                ("seq", fields.BigIntField()),
                ("kind", fields.CharField(max_length=64)),
                ("actor_id", fields.UUIDField(null=True)),
                ("payload", fields.TextField(unique=False)),
                ("chain", fields.CharField(max_length=16)),
                ("command_id", fields.CharField(null=True, max_length=64)),
                ("at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "stream_entry",
                "app": "alongside",
                "unique_together": (("topic", "seq"), ("topic", "actor_id", "command_id")),
                "pk_attr": "id",
                "table_description": "A fact at its place in the order of one topic.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StreamHead",
            fields=[
                ("topic", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("epoch", fields.CharField(max_length=16)),
                ("seq", fields.BigIntField(default=0)),
                ("chain", fields.CharField(max_length=16)),
                ("relayed_seq", fields.BigIntField(default=0)),
            ],
            options={
                "table": "stream_head",
                "app": "alongside",
                "pk_attr": "topic",
                "table_description": "The last position of a topic: `seq` entries so far, `chain` over all of them, `relayed_seq` known to the bell.",
            },
            bases=["Model"],
        ),
    ]
