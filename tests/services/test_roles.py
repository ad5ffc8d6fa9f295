import asyncio

import pytest

from server.domain.actors import SYSTEM, VISITOR, Actor, Role
from server.domain.errors import InvalidInput, NotAllowed, NotFound
from server.domain.identity import RoleGranted, RoleRevoked
from server.models.identity import RoleGrant
from server.models.streams import FactRecord
from server.services import roles
from tests.factories.logins import account

pytestmark = pytest.mark.usefixtures("db")


async def test_a_role_is_given_once_and_taken_once() -> None:
    ana = await account()
    given = [await roles.grant(SYSTEM, email=ana.email.upper(), role=Role.ADMIN) for _ in range(2)]
    taken = [await roles.revoke(SYSTEM, email=ana.email, role=Role.ADMIN) for _ in range(2)]
    assert (given, taken) == ([True, False], [True, False])
    assert [record.kind for record in await FactRecord.all().order_by("id")] == [RoleGranted.kind, RoleRevoked.kind]


async def test_of_many_grants_at_once_one_gives() -> None:
    ana = await account()
    given = await asyncio.gather(*(roles.grant(SYSTEM, email=ana.email, role=Role.ADMIN) for _ in range(5)))
    assert sorted(given) == [False] * 4 + [True]
    assert await RoleGrant.all().count() == 1


@pytest.mark.parametrize("act", [roles.grant, roles.revoke])
async def test_only_somebody_with_shell_access_gives_and_takes(act: object) -> None:
    ana = await account()
    for actor in (VISITOR, ana.actor, Actor(user_id=ana.actor.user_id, roles=frozenset({Role.ADMIN}))):
        with pytest.raises(NotAllowed):
            await act(actor, email=ana.email, role=Role.ADMIN)  # type: ignore[operator]  # one of the two above
    assert await RoleGrant.all().count() == 0


async def test_an_account_that_is_not_there_is_said_so() -> None:
    with pytest.raises(NotFound):
        await roles.grant(SYSTEM, email="nobody@example.org", role=Role.ADMIN)
    with pytest.raises(InvalidInput):
        await roles.grant(SYSTEM, email="\x00", role=Role.ADMIN)
