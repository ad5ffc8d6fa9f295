"""Blocks: silent to the other side, total, everywhere. Mutes: no word of somebody, who sees no difference: M2."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from server.domain.actors import ProfileId
from server.domain.errors import invalid
from server.domain.facts import Fact

MAX_BLOCKS = 1000
MAX_MUTES = 1000


@dataclass(frozen=True, kw_only=True)
class ProfileBlocked(Fact):
    """Somebody blocked somebody. Goes to the blocker's own topic only: the other side is told nothing."""

    kind: ClassVar[str] = "profile.blocked"
    profile_id: UUID
    blocked_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProfileUnblocked(Fact):
    """Somebody took a block back. Goes to their own topic only."""

    kind: ClassVar[str] = "profile.unblocked"
    profile_id: UUID
    blocked_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProfileMuted(Fact):
    """Somebody wants no word of somebody. Goes to their own topic only."""

    kind: ClassVar[str] = "profile.muted"
    profile_id: UUID
    muted_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProfileUnmuted(Fact):
    """Somebody wants word of somebody again. Goes to their own topic only."""

    kind: ClassVar[str] = "profile.unmuted"
    profile_id: UUID
    muted_id: UUID


def check_mutable(muter: ProfileId, muted: ProfileId) -> None:
    """Refuse to mute oneself."""
    if muter == muted:
        raise invalid("profileId", "self", "You cannot mute yourself.")


def check_blockable(blocker: ProfileId, blocked: ProfileId) -> None:
    """Refuse to block oneself."""
    if blocker == blocked:
        raise invalid("profileId", "self", "You cannot block yourself.")
