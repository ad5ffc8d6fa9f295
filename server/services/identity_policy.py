"""The numbers of identity in force in this process, and the counting of tries. Wiring sets them once, before the start.

Every count is by something the asker cannot read back: whether an address has an account changes no count.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from server.config import LoginSettings, RateSettings
from server.domain.actors import UserId
from server.domain.errors import RateLimited
from server.domain.identity import Client
from server.kit.tokens import token_hash
from server.services.ports import ports

_MINUTE, _HOUR = 60.0, 3600.0
_EXPORTS_PER_HOUR = 6


@dataclass
class IdentityPolicy:
    """Lifetimes of logins and links, and how often one may try.

    `even_answer_seconds` is the least time of an answer that must not tell whether an address has an account.
    """

    login: LoginSettings
    rate: RateSettings
    even_answer_seconds: float = 0.15


policy = IdentityPolicy(LoginSettings(), RateSettings())
"""Set by wiring (`policy.login = settings.login`) before the first request."""


async def count_sign_up(client: Client) -> None:
    """Count a sign-up, or refuse with RateLimited."""
    await _count("sign_up", client.network, policy.rate.sign_ups_per_hour_and_address, _HOUR)


async def count_sign_in(client: Client, email: str) -> None:
    """Count a try to sign in, by where it comes from and by the address it names, or refuse with RateLimited."""
    await _count("sign_in.from", client.network, policy.rate.sign_ins_per_minute_and_address, _MINUTE)
    await _count("sign_in.to", email, policy.rate.sign_ins_per_hour_and_account, _HOUR)


async def count_password(user_id: UserId) -> None:
    """Count a password shown by somebody who is signed in, or refuse with RateLimited."""
    await _count("password", str(user_id), policy.rate.sign_ins_per_hour_and_account, _HOUR)


async def count_mail(client: Client, email: str) -> None:
    """Count a mail to an address, known here or not, and the asker's network, or refuse with RateLimited."""
    await _count("mail.from", client.network, policy.rate.token_tries_per_hour_and_address, _HOUR)
    await _count("mail.to", email, policy.rate.mails_per_hour_and_account, _HOUR)


async def count_token(client: Client) -> None:
    """Count a try of a token from a mail, or refuse with RateLimited."""
    await _count("token", client.network, policy.rate.token_tries_per_hour_and_address, _HOUR)


async def count_export(user_id: UserId) -> None:
    """Count an export of one's data, or refuse with RateLimited."""
    await _count("export", str(user_id), _EXPORTS_PER_HOUR, _HOUR)


@asynccontextmanager
async def even_answer() -> AsyncIterator[None]:
    """Make the block take as long as any, so that its time does not tell what it found."""
    loop = asyncio.get_running_loop()
    end = loop.time() + policy.even_answer_seconds
    yield
    await asyncio.sleep(end - loop.time())


async def _count(what: str, whom: str, capacity: int, per_seconds: float) -> None:
    # The hash keeps addresses out of the live store, and its keys short.
    key = f"identity:{what}:{token_hash(whom)[:32]}"
    wait = await ports.buckets.take(key, capacity=capacity, per_seconds=per_seconds)
    if wait:
        raise RateLimited(wait)
