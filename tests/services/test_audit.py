"""The audit log: only added to, each entry tied to all before it, and a check that finds what was done to it."""

import asyncio

import asyncpg
import pytest

from server.domain.actors import SYSTEM, Role
from server.domain.audit import BEGINNING, Act
from server.kit.ids import new_id
from server.models.audit import AuditEntry
from server.models.database import connection
from server.queries.audit import AuditBroken, verify
from server.services import audit, roles
from server.services.transaction import retrying, unit_of_work
from tests.conftest import Servers
from tests.factories.logins import account

pytestmark = pytest.mark.usefixtures("db")


@retrying
async def note(number: int) -> None:
    async with unit_of_work() as work:
        await audit.note(work, SYSTEM, Act.CASE_CLAIMED, subject_id=new_id(), detail={"number": number})


async def test_entries_written_at_once_make_one_chain() -> None:
    await asyncio.gather(*(note(number) for number in range(20)))
    whole = await verify()
    last = await AuditEntry.get(seq=20)
    assert (whole.entries, whole.hash) == (20, last.hash)
    assert (await AuditEntry.get(seq=1)).previous == BEGINNING


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET detail = '{}' WHERE seq = 1",
        "DELETE FROM audit_entry WHERE seq = 1",
        "TRUNCATE audit_entry",
    ],
)
async def test_the_database_refuses_to_change_it(statement: str) -> None:
    await note(1)
    with pytest.raises(Exception, match="append-only"):
        await connection().execute_query(statement)
    assert (await verify()).entries == 1


FORGED = {
    "UPDATE audit_entry SET detail = '{}' WHERE seq = 3": 3,
    "UPDATE audit_entry SET actor_id = gen_random_uuid() WHERE seq = 1": 1,
    "UPDATE audit_entry SET created_at = created_at + interval '1 s' WHERE seq = 2": 2,
    "DELETE FROM audit_entry WHERE seq = 4": 4,
    "UPDATE audit_entry SET hash = repeat('a', 64) WHERE seq = 5": 5,
}


@pytest.mark.parametrize("statement", FORGED)
async def test_whoever_gets_around_that_is_found(servers: Servers, statement: str) -> None:
    for number in range(5):
        await note(number)
    before = await verify()
    plain = await asyncpg.connect(servers.database_url)
    try:
        await plain.execute("SET session_replication_role = replica")
        await plain.execute(statement)
    finally:
        await plain.close()
    with pytest.raises(AuditBroken) as broken:
        await verify(anchor=(before.entries, before.hash))
    assert broken.value.seq == FORGED[statement]


async def test_a_log_whose_end_was_cut_off_is_found_by_its_anchor(servers: Servers) -> None:
    for number in range(3):
        await note(number)
    before = await verify()
    plain = await asyncpg.connect(servers.database_url)
    try:
        await plain.execute("SET session_replication_role = replica")
        await plain.execute("DELETE FROM audit_entry WHERE seq = 3")
    finally:
        await plain.close()
    assert (await verify()).entries == 2
    with pytest.raises(AuditBroken, match="1 entries that were there are gone"):
        await verify(anchor=(before.entries, before.hash))


async def test_an_act_that_fails_leaves_no_entry() -> None:
    async def interrupted() -> None:
        async with unit_of_work() as work:
            await audit.note(work, SYSTEM, Act.CASE_CLAIMED, subject_id=None)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await interrupted()
    assert (await verify()).entries == 0


async def test_giving_and_taking_a_role_is_written_down_once_each() -> None:
    ana = await account()
    for change in (roles.grant, roles.grant, roles.revoke, roles.revoke):
        await change(SYSTEM, email=ana.email, role=Role.SAFETY_TEAM)
    entries = await AuditEntry.all().order_by("seq")
    assert [(entry.act, entry.subject_id) for entry in entries] == [
        ("role.granted", ana.actor.user_id),
        ("role.revoked", ana.actor.user_id),
    ]
