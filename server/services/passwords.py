"""Hashing and checking passwords with argon2id, in threads of their own and only a few at a time.

Never call these inside a unit of work: a connection would be held for the length of a hash.
"""

import asyncio
import base64
import functools
import os
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from server.domain.errors import RateLimited

T = TypeVar("T")

# OWASP's first recommendation for argon2id: 19 MiB, two passes, one lane; about 25 ms of one core.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)
_THREADS = max(1, min(4, (os.cpu_count() or 2) - 1))
MAX_WAITING = 200
"""Hashes under way or waiting in one process; more are refused, so that a flood costs memory and time of a bound."""

_executor = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="password")
_under_way = 0


def _encoded(size: int) -> str:
    return base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")


# No password fits it, and checking it takes as long as checking a real one.
_NOBODYS_HASH = f"$argon2id$v=19$m={_HASHER.memory_cost},t={_HASHER.time_cost},p=1${_encoded(16)}${_encoded(32)}"


async def hash_password(password: str) -> str:
    """Return the argon2id hash of a password that was found good. Raises RateLimited when too many wait."""
    return await _in_thread(functools.partial(_HASHER.hash, password))


async def matches(kept: str | None, password: str | None) -> bool:
    """Tell whether a password belongs to a hash. Takes the same time when there is no hash, or no usable password."""
    found = await _in_thread(functools.partial(_verify, kept or _NOBODYS_HASH, password or ""))
    return found and kept is not None and password is not None


def is_outdated(kept: str) -> bool:
    """Tell whether a hash was made with other parameters than those in force."""
    return _HASHER.check_needs_rehash(kept)


def _verify(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


async def _in_thread(work: Callable[[], T]) -> T:
    global _under_way  # noqa: PLW0603 - the count belongs to the process, as the threads do
    if _under_way >= MAX_WAITING:
        raise RateLimited(1)
    _under_way += 1
    running = asyncio.get_running_loop().run_in_executor(_executor, work)
    running.add_done_callback(_one_less)
    return await running


def _one_less(_done: object) -> None:
    global _under_way  # noqa: PLW0603
    _under_way -= 1
