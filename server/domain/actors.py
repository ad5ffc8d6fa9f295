"""Who acts: the first argument of every service and of every query that applies visibility."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from server.domain.errors import NotAllowed, SignInNeeded, Suspended

UserId = NewType("UserId", UUID)
ProfileId = NewType("ProfileId", UUID)
LoginId = NewType("LoginId", UUID)


class Role(StrEnum):
    """A platform-wide role, given by `alongside grant`. Roles inside a room or a circle are not here."""

    COMMUNITY_MANAGER = "community_manager"
    PROGRAM_MANAGER = "program_manager"
    SAFETY_TEAM = "safety_team"
    ADMIN = "admin"


@dataclass(frozen=True)
class Suspension:
    """Whose account may not take part, and until when; no end means ever."""

    user_id: UserId
    until: datetime | None


@dataclass(frozen=True)
class Actor:
    """Somebody signed in, a visitor (no user), or the system itself.

    A user and their profile share one id: `user_id` and `profile_id` are the same value under two names. Somebody
    suspended is a visitor to everything, so nothing must remember to shut them out; `suspension` says who they are
    to the few use cases that are left to them, which ask for `require_account`.
    """

    user_id: UserId | None = None
    login_id: LoginId | None = None
    roles: frozenset[Role] = frozenset()
    is_system: bool = False
    is_verified: bool = False
    suspension: Suspension | None = None

    @property
    def profile_id(self) -> ProfileId | None:
        """Return the id of the actor's own profile, or None for a visitor or the system."""
        return None if self.user_id is None else ProfileId(self.user_id)

    def require_user(self) -> UserId:
        """Return the signed-in user's id, or refuse with SignInNeeded or Suspended."""
        if self.suspension is not None:
            raise Suspended(self.suspension.until)
        if self.user_id is None:
            raise SignInNeeded
        return self.user_id

    def require_account(self) -> UserId:
        """Return the id of whoever is signed in, suspended or not, or refuse with SignInNeeded."""
        return self.suspension.user_id if self.suspension is not None else self.require_user()

    def require_profile(self) -> ProfileId:
        """Return the signed-in user's profile id, or refuse with SignInNeeded."""
        return ProfileId(self.require_user())

    def require_verified(self) -> ProfileId:
        """Return the profile id of somebody whose mail address is verified, or refuse."""
        profile_id = self.require_profile()
        if not self.is_verified:
            raise NotAllowed("a verified mail address", "Verify your mail address first.")
        return profile_id

    def has_role(self, role: Role) -> bool:
        """Tell whether the actor holds a role; an admin holds each, the system too."""
        return self.is_system or role in self.roles or Role.ADMIN in self.roles


VISITOR = Actor()
SYSTEM = Actor(is_system=True)
