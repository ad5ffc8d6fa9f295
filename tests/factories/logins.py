"""Accounts for tests: somebody with an address, a password and, if wanted, a login."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache

from argon2 import PasswordHasher

from server.domain.actors import Actor, LoginId
from server.domain.facts import Fact, fact_of
from server.domain.identity import Client, LoginCarrier
from server.models.identity import Login, User
from server.models.streams import FactRecord
from server.services import mail_tokens, passwords
from server.services.identity_policy import policy
from server.services.logins import SignIn, sign_in
from server.services.mail_tokens import IssuedToken
from server.services.ports import ports
from tests.factories.people import person

PASSWORD = "seven quiet herons"
HERE = Client(host="192.0.2.7", user_agent="Tests/1.0")


_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@cache
def _hash(by: PasswordHasher) -> str:
    return by.hash(PASSWORD)


@cache
def outdated_hash() -> str:
    """Return a hash of PASSWORD made with parameters of another time."""
    return PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)


@dataclass(frozen=True)
class Account:
    """Somebody with credentials; `token` when they are signed in."""

    actor: Actor
    email: str
    token: str | None = None


async def account(name: str = "Ana", *, is_verified: bool = True) -> Account:
    """Make somebody who can sign in with PASSWORD."""
    actor = await person(name, is_verified=is_verified)
    await User.filter(id=actor.user_id).update(password_hash=_hash(passwords._HASHER))
    return Account(actor, str((await User.get(id=actor.user_id)).email))


async def signed_in(name: str = "Ana", *, carrier: LoginCarrier = LoginCarrier.BEARER) -> Account:
    """Make somebody and sign them in."""
    return await sign_in_again(await account(name), carrier=carrier)


async def sign_in_again(
    known: Account, *, carrier: LoginCarrier = LoginCarrier.BEARER, client: Client = HERE
) -> Account:
    """Begin another login for somebody."""
    new = await sign_in(known.actor, form=SignIn(known.email, PASSWORD, carrier), client=client)
    return replace(known, token=new.token, actor=replace(known.actor, login_id=LoginId(new.login.id)))


async def open_logins(known: Account) -> int:
    """Count the logins that are not revoked."""
    return await Login.filter(user_id=known.actor.user_id, revoked_at=None).count()


@contextmanager
def at_once() -> Iterator[None]:
    """Let answers take the time they need, for tests that do not measure it."""
    before, policy.even_answer_seconds = policy.even_answer_seconds, 0.0
    try:
        yield
    finally:
        policy.even_answer_seconds = before


@contextmanager
def cheap_hashes() -> Iterator[None]:
    """Hash passwords in a thousandth of the time, for tests that send hundreds and are about something else."""
    before = passwords._HASHER, passwords._NOBODYS_HASH
    passwords._HASHER, passwords._NOBODYS_HASH = _CHEAP, _hash(_CHEAP)
    try:
        yield
    finally:
        passwords._HASHER, passwords._NOBODYS_HASH = before


async def mailed(kind: type[Fact]) -> IssuedToken:
    """Return the token that the newest fact of a kind has sent, with its secret."""
    record = await FactRecord.filter(kind=kind.kind).order_by("-id").first()
    assert record is not None, f"there is no {kind.kind}"
    issued = await mail_tokens.issue(fact_of(record.kind, record.payload).mail_token_id)  # type: ignore[attr-defined]  # of the facts that send one
    assert issued is not None
    return issued


class Buckets:
    """Buckets that count in memory and never leak, to see what is counted by what."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    async def take(self, key: str, *, capacity: int, per_seconds: float) -> int:
        self.taken[key] += 1
        return 0 if self.taken[key] <= capacity else int(per_seconds / capacity) + 1


@contextmanager
def counting() -> Iterator[Buckets]:
    """Put counting buckets in place of the limitless ones."""
    before, ports.buckets = ports.buckets, Buckets()
    try:
        yield ports.buckets
    finally:
        ports.buckets = before
