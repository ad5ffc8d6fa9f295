"""The audit log's chain: what an entry holds, and the hash that ties it to all before it: R3."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

BEGINNING = "0" * 64
"""The hash before the first entry."""


class Act(StrEnum):
    """What is written down: everything done with power over others."""

    ROLE_GRANTED = "role.granted"
    ROLE_REVOKED = "role.revoked"
    CASE_CLAIMED = "case.claimed"
    CASE_RELEASED = "case.released"
    CASE_DECIDED = "case.decided"
    APPEAL_DECIDED = "appeal.decided"
    CONTENT_REMOVED = "content.removed"
    PERSON_SANCTIONED = "person.sanctioned"
    SANCTION_LIFTED = "sanction.lifted"
    TALK_OPENED = "talk.opened"
    TALK_READ = "talk.read"
    CONDUCT_PUBLISHED = "conduct.published"


@dataclass(frozen=True)
class Link:
    """An entry of the log without its hash. `detail` is JSON text without anybody's words."""

    seq: int
    at: datetime
    actor_id: UUID | None
    act: str
    subject_id: UUID | None
    detail: str


def link_hash(previous: str, link: Link) -> str:
    """Return the hash of an entry: SHA-256 in hex over the hash before it and every field, as JSON."""
    at = link.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [previous, link.seq, at, _text(link.actor_id), link.act, _text(link.subject_id), link.detail]
    return hashlib.sha256(json.dumps(parts, separators=(",", ":")).encode()).hexdigest()


def _text(key: UUID | None) -> str | None:
    return None if key is None else str(key)
