import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from server.domain import topics
from server.domain.actors import SYSTEM, VISITOR, LoginId, Role
from server.domain.errors import InvalidInput, NotAllowed, NotFound, RateLimited, SignInNeeded
from server.domain.identity import MAX_LOGINS, Client, LoginCarrier, SignInFailed
from server.kit.clock import clock, now
from server.models.identity import Login, User
from server.models.streams import StreamEntry
from server.services import roles
from server.services.identity_policy import policy
from server.services.logins import (
    SignIn,
    open_login,
    recognise,
    revoke_login,
    revoke_other_logins,
    sign_in,
    sign_out,
    standing,
)
from server.services.ports import CommittedEntry, ControlSignal, ports
from tests.factories.logins import (
    HERE,
    PASSWORD,
    Account,
    account,
    counting,
    open_logins,
    outdated_hash,
    sign_in_again,
    signed_in,
)
from tests.statements import counted_statements

pytestmark = pytest.mark.usefixtures("db")


class Signals:
    """A publisher that remembers the control lane."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, str]] = []

    def committed(self, entries: Sequence[CommittedEntry]) -> None:
        """Leave the entries."""

    def control(self, signals: Sequence[ControlSignal]) -> None:
        self.heard += [(signal.topic, signal.kind, signal.payload) for signal in signals]


@pytest.fixture
def signals() -> Iterator[Signals]:
    before, ports.publisher = ports.publisher, Signals()
    yield ports.publisher
    ports.publisher = before


async def try_sign_in(email: str, password: str, *, client: Client = HERE) -> None:
    await sign_in(VISITOR, form=SignIn(email, password, LoginCarrier.BEARER), client=client)


async def test_who_signs_in_is_recognised_by_the_token_with_their_roles() -> None:
    ana = await signed_in()
    await roles.grant(SYSTEM, email=ana.email, role=Role.PROGRAM_MANAGER)
    found = await recognise(ana.token or "")
    assert found is not None
    assert (found.user_id, found.login_id) == (ana.actor.user_id, ana.actor.login_id)
    assert (found.roles, found.is_verified) == (frozenset({Role.PROGRAM_MANAGER}), True)


async def test_recognising_takes_one_statement() -> None:
    ana = await signed_in()
    with counted_statements() as seen:
        await recognise(ana.token or "")
    assert len(seen) == 1


async def test_the_token_is_not_kept() -> None:
    ana = await signed_in()
    row = await Login.get(id=ana.actor.login_id)
    assert ana.token
    assert ana.token not in str(dict(row))


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "x" * 1_000_000])
async def test_no_other_text_is_a_token(token: str) -> None:
    await signed_in()
    assert await recognise(token) is None


async def test_an_unknown_address_a_wrong_password_and_an_unverified_address_are_refused_alike() -> None:
    ana, bo = await account("Ana"), await account("Bo", is_verified=False)
    refused = []
    for email, password in [
        ("nobody@example.org", PASSWORD),
        (ana.email, "another password"),
        (bo.email, PASSWORD),
        (ana.email, "x" * 100_000),
        (ana.email, "\x00\ud800"),
    ]:
        with pytest.raises(SignInFailed) as refusal:
            await try_sign_in(email, password)
        refused.append((refusal.value.code, refusal.value.message, refusal.value.needs))
    assert len(set(refused)) == 1


async def test_an_erased_account_cannot_sign_in() -> None:
    ana = await account()
    await User.filter(id=ana.actor.user_id).update(erased_at=now())
    with pytest.raises(SignInFailed):
        await try_sign_in(ana.email, PASSWORD)


async def test_what_is_no_address_is_refused_as_input() -> None:
    with pytest.raises(InvalidInput):
        await try_sign_in("\x00", PASSWORD)


async def test_an_address_is_guarded_from_tries_whether_it_is_known_or_not() -> None:
    ana = await account()
    for email in (ana.email, "nobody@example.org"):
        with counting() as buckets:
            for number in range(policy.rate.sign_ins_per_hour_and_account):
                with pytest.raises(SignInFailed):
                    await try_sign_in(email, "another password", client=Client(host=f"192.0.2.{number}"))
            with pytest.raises(RateLimited) as refused:
                await try_sign_in(email, PASSWORD, client=Client(host="198.51.100.1"))
        assert refused.value.retry_after > 0
        assert not any(email in key for key in buckets.taken)


async def test_a_network_is_kept_from_trying_many_addresses() -> None:
    with counting():
        for number in range(policy.rate.sign_ins_per_minute_and_address):
            with pytest.raises(SignInFailed):
                await try_sign_in(f"nobody{number}@example.org", PASSWORD, client=Client(host=f"2001:db8::{number:x}"))
        with pytest.raises(RateLimited):
            await try_sign_in("nobody@example.org", PASSWORD, client=Client(host="2001:db8::ffff"))


async def test_a_hash_of_other_times_is_renewed_when_its_owner_signs_in() -> None:
    ana = await account()
    await User.filter(id=ana.actor.user_id).update(password_hash=outdated_hash())
    await try_sign_in(ana.email, PASSWORD)
    renewed = (await User.get(id=ana.actor.user_id)).password_hash
    assert renewed != outdated_hash()
    await try_sign_in(ana.email, PASSWORD)
    assert (await User.get(id=ana.actor.user_id)).password_hash == renewed


async def test_a_login_in_use_slides_and_one_unused_expires() -> None:
    ana = await signed_in()
    for _ in range(3):
        with clock.moved(by=timedelta(days=29)):
            assert await recognise(ana.token or "") is not None
    with clock.moved(by=timedelta(days=58)):
        assert await recognise(ana.token or "") is not None
    with clock.moved(by=timedelta(days=89)):
        assert await recognise(ana.token or "") is None


async def test_last_seen_is_written_once_in_five_minutes() -> None:
    ana = await signed_in()
    begun = (await Login.get(id=ana.actor.login_id)).last_seen_at
    with clock.moved(by=timedelta(minutes=4)):
        await recognise(ana.token or "")
    assert (await Login.get(id=ana.actor.login_id)).last_seen_at == begun
    with clock.moved(by=timedelta(minutes=6)):
        await recognise(ana.token or "")
    assert (await Login.get(id=ana.actor.login_id)).last_seen_at > begun


async def test_signing_out_ends_the_login_and_its_live_sockets(signals: Signals) -> None:
    ana = await signed_in()
    await sign_out(ana.actor)
    assert await recognise(ana.token or "") is None
    topic = topics.user(ana.actor.require_user()).name
    assert signals.heard == [(topic, topics.LOGIN_ENDED, f'{{"loginId":"{ana.actor.login_id}"}}')]
    assert [entry.kind for entry in await StreamEntry.filter(topic=topic).order_by("seq")] == [
        "identity.signed_in",
        "identity.logins_ended",
    ]


async def test_a_login_can_be_ended_from_another_device_once() -> None:
    ana = await signed_in()
    other = await sign_in_again(ana)
    await revoke_login(ana.actor, login_id=other.actor.login_id or ana.actor.require_user())
    assert await recognise(other.token or "") is None
    assert await recognise(ana.token or "") is not None
    with pytest.raises(NotFound):
        await revoke_login(ana.actor, login_id=other.actor.login_id or ana.actor.require_user())


async def test_nobody_ends_the_login_of_another() -> None:
    ana, bo = await signed_in("Ana"), await signed_in("Bo")
    with pytest.raises(NotFound):
        await revoke_login(bo.actor, login_id=ana.actor.login_id or bo.actor.require_user())
    assert await recognise(ana.token or "") is not None


async def test_all_other_logins_end_and_this_one_stays(signals: Signals) -> None:
    ana = await signed_in()
    others = [await sign_in_again(ana) for _ in range(3)]
    assert await revoke_other_logins(ana.actor) == 3
    assert [await recognise(other.token or "") for other in others] == [None] * 3
    assert await recognise(ana.token or "") is not None
    assert len(signals.heard) == 3


async def test_a_visitor_has_no_login_to_end() -> None:
    for act in (sign_out, revoke_other_logins):
        with pytest.raises(SignInNeeded):
            await act(VISITOR)


async def test_one_account_has_a_bounded_number_of_logins() -> None:
    ana = await signed_in()
    await Login.bulk_create(
        [
            Login(
                user_id=ana.actor.user_id,
                token_hash=f"{number:064}",
                carrier=LoginCarrier.BEARER,
                last_seen_at=now() + timedelta(seconds=number),
                expires_at=now() + timedelta(days=1),
            )
            for number in range(MAX_LOGINS)
        ]
    )
    newest = await sign_in_again(ana)
    assert await open_logins(ana) == MAX_LOGINS
    assert await recognise(newest.token or "") is not None
    assert await recognise(ana.token or "") is None


async def test_a_password_that_changes_while_somebody_signs_in_lets_nobody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    from server.services import passwords

    ana = await account()
    checked, go_on = asyncio.Event(), asyncio.Event()

    async def slow(kept: str | None, password: str | None) -> bool:
        checked.set()
        await go_on.wait()
        return kept is not None and password is not None

    monkeypatch.setattr(passwords, "matches", slow)
    entering = asyncio.create_task(try_sign_in(ana.email, PASSWORD))
    await checked.wait()
    await User.filter(id=ana.actor.user_id).update(password_hash=outdated_hash())
    go_on.set()
    with pytest.raises(SignInFailed):
        await entering
    assert await open_logins(ana) == 0


async def test_shell_access_opens_a_login_without_a_password_and_nobody_else_does() -> None:
    ana = await account()
    new = await open_login(SYSTEM, email=ana.email, user_agent="alongside token")
    found = await recognise(new.token)
    assert found is not None
    assert found.user_id == ana.actor.user_id
    with pytest.raises(NotFound):
        await open_login(SYSTEM, email="nobody@example.org", user_agent="")
    with pytest.raises(NotAllowed):
        await open_login(ana.actor, email=ana.email, user_agent="")


async def test_a_login_stands_until_it_is_revoked_or_runs_out() -> None:
    ana = await signed_in("Ana")
    bo = await signed_in("Bo")
    both = {login_of(ana), login_of(bo)}
    assert await standing(both) == both
    await sign_out(bo.actor)
    assert await standing(both) == {login_of(ana)}
    with clock.moved(by=policy.login.lifetime):
        assert await standing(both) == set()


def login_of(known: Account) -> LoginId:
    assert known.actor.login_id is not None
    return known.actor.login_id
