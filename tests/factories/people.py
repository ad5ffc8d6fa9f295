"""People for tests: a user, a profile and the actor they are, in one call."""

from itertools import count
from typing import Any

from server.domain.actors import Actor, Role, UserId
from server.kit.clock import now
from server.kit.ids import new_id
from server.models.identity import User
from server.models.profiles import Profile

_number = count(1)


async def person(
    name: str = "Ana", *, is_verified: bool = True, roles: frozenset[Role] = frozenset(), **profile: Any
) -> Actor:
    """Make somebody with a profile. Further keywords are columns of the profile."""
    user_id = UserId(new_id())
    await User.create(
        id=user_id, email=f"{name.lower()}.{next(_number)}@example.org", verified_at=now() if is_verified else None
    )
    await Profile.create(id=user_id, display_name=name, **profile)
    return Actor(user_id=user_id, roles=roles, is_verified=is_verified)
