"""Platform-wide roles: given and taken by the system, for somebody with shell access."""

from server.domain import topics
from server.domain.actors import Actor, Role, UserId
from server.domain.audit import Act
from server.domain.errors import NotAllowed, NotFound
from server.domain.identity import RoleGranted, RoleRevoked, clean_email
from server.models.identity import RoleGrant, User
from server.services import audit
from server.services.transaction import retrying, unit_of_work


@retrying
async def grant(actor: Actor, *, email: str, role: Role) -> bool:
    """Give a role to the account with an address. Return False when they hold it already."""
    user_id = await _account(actor, email)
    async with unit_of_work() as work:
        # Locked, so that of two grants at once one finds the other's.
        await User.filter(id=user_id).select_for_update().first()
        if await RoleGrant.exists(user_id=user_id, role=role):
            return False
        await RoleGrant.create(user_id=user_id, role=role, granted_by=actor.user_id)
        await audit.note(work, actor, Act.ROLE_GRANTED, subject_id=user_id, detail={"role": role})
        work.record(RoleGranted(user_id=user_id, role=role), to=[topics.user(user_id)], actor=actor)
        work.control(topics.user(user_id), topics.RIGHTS_CHANGED)
    return True


@retrying
async def revoke(actor: Actor, *, email: str, role: Role) -> bool:
    """Take a role from the account with an address. Return False when they do not hold it."""
    user_id = await _account(actor, email)
    async with unit_of_work() as work:
        if not await RoleGrant.filter(user_id=user_id, role=role).delete():
            return False
        await audit.note(work, actor, Act.ROLE_REVOKED, subject_id=user_id, detail={"role": role})
        work.record(RoleRevoked(user_id=user_id, role=role), to=[topics.user(user_id)], actor=actor)
        work.control(topics.user(user_id), topics.RIGHTS_CHANGED)
    return True


async def _account(actor: Actor, email: str) -> UserId:
    if not actor.is_system:
        raise NotAllowed("shell access")
    user = await User.get_or_none(email=clean_email(email))
    if user is None:
        raise NotFound("account")
    return UserId(user.id)
