"""Real servers in temporary folders: started, shared, killed, recovered."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import psutil
import pytest
from redis.asyncio import Redis

from server.embedded import EmbeddedError, EmbeddedServers, ServerUrls, create_database, drop_database
from server.embedded_account import Account, open_way
from server.embedded_postgres import run_sql
from server.embedded_process import is_held, process_of, wait_for

USER = """
import os, sys
from pathlib import Path
from server.embedded import EmbeddedError, EmbeddedServers
import encodings.idna, tempfile, shutil
if os.geteuid() == 0 and sys.argv[2] == "unprivileged":
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
servers = EmbeddedServers.for_tests(Path(sys.argv[1]))
try:
    print(servers.start().database_url, flush=True)
except EmbeddedError as error:
    print("refused:", error, flush=True)
sys.stdin.readline()
servers.stop()
"""


@contextmanager
def another_user(folder: Path, account: str = "same") -> Iterator[subprocess.Popen[str]]:
    """A second process that has started or joined the servers, and stops when its input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", USER, str(folder), account],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            leave(process)


def leave(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    process.wait(60)


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def pids(folder: Path) -> list[int]:
    found = (
        process_of(folder / "postgres", folder / "postgres" / "postmaster.pid"),
        process_of(folder / "valkey", folder / "valkey" / "valkey.pid"),
    )
    return [pid for pid in found if pid is not None]


def is_running(folder: Path) -> tuple[bool, bool]:
    return is_held(folder / "run" / "postgres.lock"), is_held(folder / "run" / "valkey.lock")


async def remember(urls: ServerUrls, word: str) -> None:
    connection = await asyncpg.connect(urls.database_url)
    await connection.execute("CREATE TABLE IF NOT EXISTS words (word text)")
    await connection.execute("INSERT INTO words VALUES ($1)", word)
    await connection.close()
    async with Redis.from_url(urls.redis_url) as redis:
        await redis.set("word", word)


async def remembered(urls: ServerUrls) -> tuple[str, str | None]:
    connection = await asyncpg.connect(urls.database_url)
    written = await connection.fetchval("SELECT word FROM words")
    await connection.close()
    async with Redis.from_url(urls.redis_url, decode_responses=True) as redis:
        return written, await redis.get("word")


async def test_second_start_finds_its_data(own_folder: Path) -> None:
    with EmbeddedServers(own_folder) as urls:
        await remember(urls, "kept")
    assert is_running(own_folder) == (False, False)
    with EmbeddedServers(own_folder) as urls:
        assert await remembered(urls) == ("kept", "kept")


async def test_two_processes_share_and_the_last_one_stops(own_folder: Path) -> None:
    with another_user(own_folder) as other:
        assert first_line(other).startswith("postgres://")
        started_by_other = pids(own_folder)
        servers = EmbeddedServers.for_tests(own_folder)
        urls = servers.start()
        assert pids(own_folder) == started_by_other
        leave(other)
        assert is_running(own_folder) == (True, True)
        await remember(urls, "still here")
    servers.stop()
    assert is_running(own_folder) == (False, False)
    assert pids(own_folder) == []


def test_starter_may_leave_first(own_folder: Path) -> None:
    servers = EmbeddedServers.for_tests(own_folder)
    servers.start()
    with another_user(own_folder) as other:
        first_line(other)
        servers.stop()
        assert is_running(own_folder) == (True, True)
    assert is_running(own_folder) == (False, False)


def test_killed_user_leaves_servers_that_the_next_one_joins_and_stops(own_folder: Path) -> None:
    with another_user(own_folder) as other:
        first_line(other)
        other.kill()
    left = pids(own_folder)
    assert len(left) == 2
    servers = EmbeddedServers.for_tests(own_folder)
    servers.start()
    assert pids(own_folder) == left
    servers.stop()
    assert is_running(own_folder) == (False, False)


async def test_start_recovers_when_everything_was_killed(own_folder: Path) -> None:
    servers = EmbeddedServers(own_folder)
    await remember(servers.start(), "committed")
    for pid in pids(own_folder):
        os.kill(pid, signal.SIGKILL)
    assert wait_for(lambda: is_running(own_folder) == (False, False), 20)
    assert (own_folder / "postgres" / "postmaster.pid").exists()
    with EmbeddedServers(own_folder) as urls:
        assert (await remembered(urls))[0] == "committed"
    servers.stop()


def test_old_process_number_given_to_a_stranger_does_not_keep_postgres_down(own_folder: Path) -> None:
    killed = EmbeddedServers.for_tests(own_folder)
    killed.start()
    postgres, valkey = pids(own_folder)
    pid_file = own_folder / "postgres" / "postmaster.pid"
    before = pid_file.read_text()
    for pid in (postgres, valkey):
        os.kill(pid, signal.SIGKILL)
    assert wait_for(lambda: is_running(own_folder) == (False, False), 20)
    owner = pid_file.stat()
    account = {"user": owner.st_uid, "group": owner.st_gid} if os.geteuid() == 0 else {}
    with subprocess.Popen(["sleep", "60"], **account) as stranger:
        pid_file.write_text(before.replace(str(postgres), str(stranger.pid), 1))
        socket_lock = own_folder / "sockets" / ".s.PGSQL.5432.lock"
        if socket_lock.exists():
            socket_lock.write_text(socket_lock.read_text().replace(str(postgres), str(stranger.pid), 1))
        with EmbeddedServers.for_tests(own_folder) as urls:
            assert run_sql(urls.database_url, "SELECT 1") == "1"
        stranger.kill()
    killed.stop()


def test_postgres_started_by_hand_is_neither_doubled_nor_stopped(own_folder: Path) -> None:
    with another_user(own_folder) as other:
        first_line(other)
        other.kill()
    lock = own_folder / "run" / "postgres.lock"
    hidden = lock.rename(lock.with_name("hidden.lock"))
    # With another lock file the running server is one that was not started by us.
    with pytest.raises(EmbeddedError, match="another program runs PostgreSQL"):
        EmbeddedServers.for_tests(own_folder).start()
    (left,) = pids(own_folder)
    os.kill(left, signal.SIGINT)
    assert wait_for(lambda: not is_held(hidden), 20)


def test_way_is_opened_for_passing_through_only(own_folder: Path) -> None:
    closed = own_folder / "closed"
    (closed / "data").mkdir(parents=True)
    closed.chmod(0o700)
    open_way(closed / "data", None)
    assert closed.stat().st_mode & 0o777 == 0o700
    open_way(closed / "data", Account(uid=64_999, gid=64_999))
    assert closed.stat().st_mode & 0o777 == 0o701


def test_half_made_cluster_is_made_anew(own_folder: Path) -> None:
    unfinished = own_folder / "postgres.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    with EmbeddedServers.for_tests(own_folder) as urls:
        assert run_sql(urls.database_url, "SELECT current_database()") == "alongside"
    assert not unfinished.exists()


def test_cluster_of_another_version_is_refused_and_nothing_stays_running(own_folder: Path) -> None:
    (own_folder / "postgres").mkdir()
    (own_folder / "postgres" / "PG_VERSION").write_text("16\n")
    servers = EmbeddedServers.for_tests(own_folder)
    with pytest.raises(EmbeddedError, match="made by PostgreSQL 16 and this is 18"):
        servers.start()
    assert is_running(own_folder) == (False, False)


def test_server_that_cannot_start_says_what_its_log_says(own_folder: Path) -> None:
    with EmbeddedServers.for_tests(own_folder):
        pass
    (own_folder / "postgres" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(EmbeddedError, match="no_such_setting"):
        EmbeddedServers.for_tests(own_folder).start()
    assert is_running(own_folder) == (False, False)


def test_deep_and_oddly_named_folder_works(own_folder: Path) -> None:
    deep = own_folder
    for _ in range(4):
        deep = deep / 'it\'s a $deep "folder", ünd långer than sockets take'
    with EmbeddedServers.for_tests(deep) as urls:
        asyncio.run(remember(urls, "deep"))
        assert asyncio.run(remembered(urls)) == ("deep", "deep")
        sockets = Path((deep / "run" / "sockets.path").read_text())
        assert sockets.parent == Path("/tmp")
        assert sockets.stat().st_mode & 0o077 == 0
    assert not sockets.exists()


def test_copy_of_a_running_folder_leaves_the_original_alone(own_folder: Path) -> None:
    original, copy = own_folder / "original", own_folder / "copy"
    with EmbeddedServers.for_tests(original) as urls:
        copy.mkdir()
        shutil.copytree(original / "run", copy / "run")
        with EmbeddedServers.for_tests(copy) as other:
            assert run_sql(other.database_url, "SHOW data_directory") == str(copy / "postgres")
        assert run_sql(urls.database_url, "SHOW data_directory") == str(original / "postgres")


def test_data_reached_by_a_link_is_the_same_data(own_folder: Path) -> None:
    (own_folder / "real").mkdir()
    (own_folder / "link").symlink_to(own_folder / "real")
    with (
        EmbeddedServers.for_tests(own_folder / "link") as linked,
        EmbeddedServers.for_tests(own_folder / "real") as real,
    ):
        assert linked == real


def test_unprivileged_account_runs_its_own_servers(own_folder: Path) -> None:
    home = own_folder / "home"
    home.mkdir()
    if os.geteuid() == 0:
        os.chown(home, 65534, 65534)
        for folder in home.parents:
            folder.chmod(folder.stat().st_mode | 0o001)
    with another_user(home / "var", "unprivileged") as other:
        assert first_line(other).startswith("postgres://")
        owners = {psutil.Process(pid).uids().effective for pid in pids(home / "var")}
        assert owners == {65534 if os.geteuid() == 0 else os.geteuid()}
    assert is_running(home / "var") == (False, False)


def test_folder_of_somebody_else_is_refused_in_words(own_folder: Path) -> None:
    foreign = own_folder / "foreign"
    foreign.mkdir(mode=0o500)
    with another_user(foreign, "unprivileged") as other:
        assert first_line(other).startswith(f"refused: the servers under {foreign} cannot be started")


def test_servers_never_run_as_root(own_folder: Path) -> None:
    with EmbeddedServers.for_tests(own_folder):
        assert all(psutil.Process(pid).uids().effective != 0 for pid in pids(own_folder))


def test_nothing_listens_on_a_network_or_to_other_accounts(own_folder: Path) -> None:
    with EmbeddedServers.for_tests(own_folder):
        assert [psutil.Process(pid).net_connections("inet") for pid in pids(own_folder)] == [[], []]
        for name in ("sockets", "postgres", "valkey", "run", "log"):
            assert (own_folder / name).stat().st_mode & 0o077 == 0, name


def test_ctrl_c_in_the_terminal_does_not_reach_the_servers(own_folder: Path) -> None:
    with EmbeddedServers.for_tests(own_folder):
        for pid in pids(own_folder):
            assert os.getsid(pid) != os.getsid(0)
            assert os.getpgid(pid) != os.getpgid(0)


def test_server_whose_url_is_given_is_not_started(own_folder: Path) -> None:
    given = "postgres://me@db.example/alongside"
    servers = EmbeddedServers(own_folder, database_url=given)
    urls = servers.start()
    assert urls.database_url == given
    assert servers.names == ("Valkey 9",)
    assert is_running(own_folder) == (False, True)
    servers.stop()
    assert is_running(own_folder) == (False, False)


def test_nothing_is_made_when_both_urls_are_given(own_folder: Path) -> None:
    folder = own_folder / "var"
    servers = EmbeddedServers(folder, database_url="postgres://h/d", redis_url="redis://h")
    assert servers.start() == ("postgres://h/d", "redis://h")
    servers.stop()
    assert not folder.exists()


def test_start_and_stop_may_be_repeated(own_folder: Path) -> None:
    servers = EmbeddedServers.for_tests(own_folder)
    assert servers.start() == servers.start()
    servers.stop()
    servers.stop()
    assert is_running(own_folder) == (False, False)


def test_database_is_copied_from_a_template_and_dropped(own_folder: Path) -> None:
    with EmbeddedServers.for_tests(own_folder) as urls:
        run_sql(urls.database_url, "CREATE TABLE words (word text)")
        copy = create_database(urls.database_url.replace("/alongside", "/postgres"), "copy", template="alongside")
        assert run_sql(copy, "SELECT count(*) FROM words") == "0"
        drop_database(urls.database_url, "copy")
        with pytest.raises(EmbeddedError, match="does not exist"):
            run_sql(copy, "SELECT 1")
        with pytest.raises(ValueError, match="not a plain database name"):
            create_database(urls.database_url, 'x"; DROP DATABASE alongside')
