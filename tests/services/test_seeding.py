import asyncio
import hashlib
from datetime import timedelta
from uuid import UUID

import pytest

from server.domain.actors import SYSTEM, VISITOR, Actor, ProfileId, Role, UserId
from server.domain.errors import Conflict, InvalidInput, NotAllowed
from server.domain.profile_changes import ProfileChanges
from server.domain.seeding import BLOCK, DEMO_PASSWORD, plan
from server.kit.clock import clock
from server.kit.ids import new_id
from server.models.database import connection
from server.models.identity import User
from server.models.profiles import Profile
from server.models.streams import FactRecord
from server.services import passwords, seeding
from server.services.profiles import update_profile
from server.services.request_clock import recompute_clocks
from server.services.seed_rows import TARGETS

pytestmark = pytest.mark.usefixtures("db")

_WRONG_COUNTS = """
SELECT a.id FROM capacity_account a
LEFT JOIN mentorship m ON m.format = a.format
    AND (m.mentor_id = a.profile_id OR m.format = 'peer' AND m.mentee_id = a.profile_id)
    AND m.state IN ('proposed', 'trial', 'active', 'paused', 'closing')
WHERE a.kind = 'concurrent'
GROUP BY a.id HAVING a.used <> count(m.id) OR a.used < 0 OR a.used > a.allowed
"""
_WRONG_SUMS = """
SELECT a.id FROM capacity_account a JOIN capacity_entry e ON e.account_id = a.id
WHERE a.kind = 'concurrent' GROUP BY a.id HAVING a.used <> sum(e.delta)
"""


async def rows_of(statement: str) -> list[dict[str, object]]:
    _, rows = await connection().execute_query(statement)
    return [dict(row) for row in rows]


async def digest() -> str:
    """Return a digest over every row that a seeding writes."""
    whole = hashlib.sha256()
    for target in TARGETS.values():
        for row in await rows_of(f"SELECT t::text AS row FROM {target.table} t ORDER BY t::text"):
            whole.update(f"{target.table}:{row['row']}\n".encode())
    return whole.hexdigest()


async def empty() -> None:
    for target in reversed(list(TARGETS.values())):
        await connection().execute_query(f"DELETE FROM {target.table}")
    await connection().execute_query("DELETE FROM fact_record")


async def test_the_same_seed_fills_two_databases_with_the_same_rows() -> None:
    first_report = await seeding.seed(SYSTEM, people=120, seed=5)
    first = await digest()
    await empty()
    second_report = await seeding.seed(SYSTEM, people=120, seed=5)
    assert (await digest(), second_report) == (first, first_report)


async def test_another_seed_fills_it_with_others_beside_the_first() -> None:
    await seeding.seed(SYSTEM, people=40, seed=5)
    await seeding.seed(SYSTEM, people=40, seed=6)
    assert await User.all().count() == 80


async def test_it_refuses_to_write_the_same_people_twice() -> None:
    await seeding.seed(SYSTEM, people=30, seed=5)
    before = await digest()
    with pytest.raises(Conflict) as again:
        await seeding.seed(SYSTEM, people=30, seed=5)
    with clock.moved(by=timedelta(days=3)), pytest.raises(Conflict):
        await seeding.seed(SYSTEM, people=30, seed=5)
    with pytest.raises(Conflict) as more:
        await seeding.seed(SYSTEM, people=31, seed=5)
    assert (again.value.current, more.value.current) == ("seeded", "other_size")
    assert await digest() == before


async def test_an_interrupted_seeding_goes_on_where_it_stopped_even_on_another_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("server.domain.seeding.BLOCK", 20)
    await seeding.seed(SYSTEM, people=50, seed=5)
    whole = await digest()
    await empty()

    class Killed(BaseException):
        pass

    def killed(done: int, total: int) -> None:
        if done == 40:
            raise Killed

    with pytest.raises(Killed):
        await seeding.seed(SYSTEM, people=50, seed=5, report=killed)
    with clock.moved(by=timedelta(days=2)):
        rest = await seeding.seed(SYSTEM, people=50, seed=5)
    assert (rest.people, await digest()) == (10, whole)


async def test_two_seedings_at_once_write_everybody_once() -> None:
    reports = await asyncio.gather(*(seeding.seed(SYSTEM, people=60, seed=5) for _ in range(2)))
    assert sorted(report.people for report in reports) == [0, 60]
    assert await User.all().count() == 60


async def test_two_starts_at_once_make_one_demo_community() -> None:
    one, other = await asyncio.gather(seeding.seed_demo(SYSTEM), seeding.seed_demo(SYSTEM))
    assert one == other
    assert await User.filter(email="amara@example.org").count() == 1
    assert await FactRecord.filter(kind="demo.seeded").count() == 1


async def test_progress_is_told_in_people() -> None:
    told: list[tuple[int, int]] = []
    report = await seeding.seed(SYSTEM, people=15, seed=5, report=lambda done, total: told.append((done, total)))
    assert told == [(15, 15)]
    assert str(report).startswith("15 people of seed 5 with ")


def test_a_plan_is_made_of_blocks() -> None:
    today = clock.now().date()
    wanted, missing = plan(2 * BLOCK + 1, 3, today, [])
    assert missing == [0, 1, 2]
    assert [len(wanted.numbers(block)) for block in missing] == [BLOCK, BLOCK, 1]


@pytest.mark.parametrize(("people", "seed"), [(0, 1), (-1, 1), (1_000_001, 1), (10, 0), (10, -1), (10, 2**63)])
async def test_it_refuses_numbers_out_of_range(people: int, seed: int) -> None:
    with pytest.raises(InvalidInput):
        await seeding.seed(SYSTEM, people=people, seed=seed)


@pytest.mark.parametrize(
    "actor",
    [VISITOR, Actor(UserId(new_id()), is_verified=True), Actor(UserId(new_id()), roles=frozenset({Role.SAFETY_TEAM}))],
    ids=["visitor", "member", "safety team"],
)
async def test_only_the_system_and_admins_may(actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        await seeding.seed(actor, people=10, seed=1)
    with pytest.raises(NotAllowed):
        await seeding.seed_demo(actor)
    assert await User.all().count() == 0


async def test_an_admin_may() -> None:
    admin = Actor(UserId(new_id()), roles=frozenset({Role.ADMIN}))
    assert (await seeding.seed(admin, people=10, seed=1)).people == 10


async def test_nobody_of_a_seeded_crowd_can_sign_in() -> None:
    await seeding.seed(SYSTEM, people=50, seed=5)
    assert await User.filter(password_hash__not_isnull=True).count() == 0


async def test_a_seeded_profile_is_found_by_the_words_it_would_have_after_an_edit() -> None:
    await seeding.seed(SYSTEM, people=40, seed=5)
    for before in await Profile.all():
        itself = Actor(UserId(before.id), is_verified=True)
        after = await update_profile(itself, ProfileChanges(headline=before.headline))
        assert sorted(after.search_document.split()) == sorted(before.search_document.split())


async def test_the_clocks_of_a_seeded_database_stand_where_they_are_counted() -> None:
    await seeding.seed(SYSTEM, people=300, seed=5)
    receivers = await rows_of(
        "SELECT DISTINCT receiver_id AS id FROM mentorship_request WHERE state IN ('sent', 'viewed')"
    )
    assert len(receivers) > 5
    assert [await recompute_clocks(ProfileId(UUID(str(row["id"])))) for row in receivers] == [0] * len(receivers)


async def test_the_ledger_of_a_seeded_database_adds_up() -> None:
    await seeding.seed(SYSTEM, people=300, seed=5)
    assert await rows_of(_WRONG_COUNTS) == []
    assert await rows_of(_WRONG_SUMS) == []
    assert (await rows_of("SELECT sum(used)::int AS used FROM capacity_account"))[0]["used"] > 20


async def test_the_demo_community_is_made_once_and_its_logins_are_known_ever_after() -> None:
    assert await seeding.demo_logins() is None
    first = await seeding.seed_demo(SYSTEM)
    people = await User.all().count()
    told: list[tuple[int, int]] = []
    with clock.moved(by=timedelta(days=5)):
        again = await seeding.seed_demo(SYSTEM, report=lambda done, total: told.append((done, total)))
    assert (again, await seeding.demo_logins(), await User.all().count()) == (first, first, people)
    assert told == []
    assert first.password == DEMO_PASSWORD
    assert [login.email for login in first.logins] == [
        f"{name}@example.org" for name in ("amara", "jonas", "noor", "mateo", "lin", "grace")
    ]


async def test_demo_logins_can_sign_in_and_are_verified() -> None:
    made = await seeding.seed_demo(SYSTEM)
    for login in made.logins:
        user = await User.get(email=login.email)
        assert user.verified_at is not None
        assert await passwords.matches(user.password_hash, made.password)
    granted = await rows_of(
        "SELECT u.email, g.role FROM role_grant g JOIN app_user u ON u.id = g.user_id ORDER BY role"
    )
    assert granted == [
        {"email": "lin@example.org", "role": role} for role in ("community_manager", "program_manager", "safety_team")
    ]


async def test_an_erased_demo_login_is_not_offered_any_more() -> None:
    await seeding.seed_demo(SYSTEM)
    await User.filter(email="noor@example.org").update(email=None, erased_at=clock.now())
    left = await seeding.demo_logins()
    assert left is not None
    assert "noor@example.org" not in [login.email for login in left.logins]
    assert len(left.logins) == 5


async def test_the_demo_people_have_a_story() -> None:
    await seeding.seed_demo(SYSTEM)
    mentorships = await rows_of("""
        SELECT a.email AS mentor, b.email AS mentee, m.state, m.format FROM mentorship m
        JOIN app_user a ON a.id = m.mentor_id JOIN app_user b ON b.id = m.mentee_id
        WHERE a.password_hash IS NOT NULL ORDER BY 1
    """)
    assert mentorships == [
        {"mentor": "amara@example.org", "mentee": "jonas@example.org", "state": "active", "format": "classic"},
        {"mentor": "grace@example.org", "mentee": "mateo@example.org", "state": "completed", "format": "micro"},
    ]
    waiting = await rows_of("""
        SELECT a.email AS sender, b.email AS receiver, r.state, r.expires_at > now() AS runs FROM mentorship_request r
        JOIN app_user a ON a.id = r.sender_id JOIN app_user b ON b.id = r.receiver_id
        WHERE a.password_hash IS NOT NULL AND r.state IN ('sent', 'viewed') ORDER BY 1
    """)
    assert waiting == [
        {"sender": "jonas@example.org", "receiver": "mateo@example.org", "state": "viewed", "runs": True},
        {"sender": "noor@example.org", "receiver": "amara@example.org", "state": "sent", "runs": True},
    ]
    assert await rows_of(_WRONG_COUNTS) == []


async def test_the_rooms_of_the_demo_people_can_be_replayed_from_the_book() -> None:
    await seeding.seed_demo(SYSTEM)
    rooms = await rows_of("""
        SELECT s.id, h.seq, (SELECT count(*) FROM session_message m WHERE m.session_id = s.id) AS lines,
               (SELECT count(*) FROM stream_entry e WHERE e.topic = h.topic AND e.kind = 'message.sent') AS told
        FROM session s JOIN mentorship p ON p.id = s.mentorship_id JOIN app_user u ON u.id = p.mentor_id
        JOIN stream_head h ON h.topic = 'session:' || s.id
        WHERE u.password_hash IS NOT NULL
    """)
    assert len(rooms) >= 4
    assert all(room["lines"] == room["told"] and room["seq"] == room["lines"] + 4 for room in rooms)  # type: ignore[operator]
