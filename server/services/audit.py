"""The audit log's only writer: one entry after another, each in the transaction of the act it tells of."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.audit import BEGINNING, Act, Link, link_hash
from server.kit.clock import now
from server.models.audit import AuditEntry
from server.services.transaction import Work

# One writer at a time, until its commit: an entry's hash needs the one before it, committed.
_TAKE_TURN = "SELECT pg_advisory_xact_lock(hashtextextended('audit log', 0))"


async def note(
    work: Work, actor: Actor, act: Act, *, subject_id: UUID | None, detail: Mapping[str, Any] | None = None
) -> None:
    """Add an entry. `detail` takes numbers, ids and words of a vocabulary: never what somebody wrote."""
    await work.connection.execute_query(_TAKE_TURN)
    last = await AuditEntry.all().order_by("-seq").first()
    previous = BEGINNING if last is None else last.hash
    told = json.dumps(dict(detail or {}), separators=(",", ":"), sort_keys=True, default=str)
    link = Link(1 if last is None else last.seq + 1, now(), actor.user_id, act.value, subject_id, told)
    await AuditEntry.create(
        seq=link.seq,
        created_at=link.at,
        actor_id=link.actor_id,
        act=link.act,
        subject_id=link.subject_id,
        detail=link.detail,
        previous=previous,
        hash=link_hash(previous, link),
    )
