"""Whom root lends the servers to, when several processes look for the account at once."""

import contextlib
import os
import pwd
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server import embedded_account
from server.embedded_account import Account, account_for

TOGETHER_SECONDS = 0.3


def entry(number: int) -> pwd.struct_passwd:
    return pwd.struct_passwd(("pgserver", "x", number, number, "", "/", "/bin/false"))


def test_two_that_look_at_once_are_told_the_same_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with useradd, of which two at once give one name two numbers, the later of which holds."""
    numbers: list[int] = []
    both_looked = threading.Barrier(2)

    def find() -> pwd.struct_passwd | None:
        found = entry(numbers[-1]) if numbers else None
        with contextlib.suppress(threading.BrokenBarrierError):
            both_looked.wait(TOGETHER_SECONDS)
        return found

    def make() -> pwd.struct_passwd:
        numbers.append(1000 + len(numbers))
        return entry(numbers[-1])

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(embedded_account, "ACCOUNTS", tmp_path)
    monkeypatch.setattr(embedded_account, "_find_account", find)
    monkeypatch.setattr(embedded_account, "_make_account", make)
    with ThreadPoolExecutor(2) as two:
        told = list(two.map(account_for, [tmp_path / "one", tmp_path / "other"]))
    assert told == [Account(1000, 1000)] * 2
    assert numbers == [1000]
