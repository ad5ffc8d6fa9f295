"""The command line: what each command prints and does, how it ends when it cannot, and what survives what."""

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from graphql import build_schema
from typer.testing import CliRunner, Result

from server.cli import cli
from server.config import Environment
from server.domain.actors import Role
from server.embedded_process import is_held, process_of
from server.jobs import JOBS
from tests.conftest import Servers, empty_database
from tests.flows.harness import Api, clean_environment, serving

ME = "query { me { email isVerified roles profile { displayName } } }"
FIND = "query { profiles(first: 5) { edges { node { name skills { skill { label } } } } } }"


@pytest.fixture
def at(servers: Servers) -> dict[str, str]:
    """Return the environment of a command on the test's own servers, with no row in them."""
    asyncio.run(empty_database(servers.database_url))
    return {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}


def run(*arguments: str, env: dict[str, str]) -> Result:
    """Run a command in this process; it ends by itself, whatever happens."""
    result = CliRunner().invoke(cli, arguments, env=env)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def said(*arguments: str, env: dict[str, str]) -> str:
    """Return what a command printed that went well."""
    result = run(*arguments, env=env)
    assert result.exit_code == 0, result.output
    return result.stdout


def rows(env: dict[str, str], sql: str) -> list[tuple[object, ...]]:
    async def fetch() -> list[tuple[object, ...]]:
        plain = await asyncpg.connect(env["DATABASE_URL"])
        try:
            return [tuple(row) for row in await plain.fetch(sql)]
        finally:
            await plain.close()

    return asyncio.run(fetch())


def test_migrate_says_that_nothing_is_missing(at: dict[str, str]) -> None:
    assert said("migrate", env=at) == "the database is up to date\n"


def test_seed_makes_the_same_people_of_the_same_seed(at: dict[str, str]) -> None:
    names = "SELECT display_name, headline FROM profile ORDER BY 1, 2"
    found = []
    for seed in ("3", "3", "4"):
        asyncio.run(empty_database(at["DATABASE_URL"]))
        assert "20 people" in said("seed", "--people", "20", "--seed", seed, env=at)
        found.append(rows(at, names))
    assert len(found[0]) == 20
    assert found[0] == found[1] != found[2]
    assert rows(at, "SELECT count(*) > 20 FROM profile_skill") == [(True,)]


def test_a_role_is_given_and_taken_and_a_token_lets_its_bearer_in(at: dict[str, str]) -> None:
    said("seed", "--people", "5", "--seed", "3", env=at)
    email = str(rows(at, "SELECT email FROM app_user ORDER BY email LIMIT 1")[0][0])
    assert said("grant", email, "admin", env=at) == f"{email} has the role admin now\n"
    assert said("grant", email, "admin", env=at) == f"{email} has the role admin already\n"
    token = said("token", email, env=at).strip()
    assert re.fullmatch(r"[\w-]{20,}", token)
    # Only its hash is kept.
    assert rows(at, "SELECT count(*) FROM login") == [(1,)]
    assert rows(at, f"SELECT count(*) FROM login WHERE login::text LIKE '%{token}%'") == [(0,)]
    assert said("grant", email, "admin", "--revoke", env=at) == f"{email} no longer has the role admin\n"
    assert said("grant", email, "admin", "--revoke", env=at) == f"{email} never had the role admin\n"


def test_jobs_are_listed_and_run(at: dict[str, str]) -> None:
    listed = said("job", env=at).splitlines()
    assert [line.split()[0] for line in listed] == [*(job.name for job in JOBS), "match-cohort"]
    for job in JOBS:
        assert said("job", job.name, env=at) == f"{job.name}: 0 done\n"


def test_the_schema_is_printed_as_a_schema(at: dict[str, str]) -> None:
    read = build_schema(said("schema", env=at))
    assert read.query_type is not None
    assert "profiles" in read.query_type.fields


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["job", "dance"], 1, "not_found: There is no such job"),
        (["job", "match-cohort", "--programme", "dance"], 1, "not_found: There is no such programme"),
        (["grant", "nobody@example.org", "admin"], 1, "not_found: There is no such account"),
        (["token", "nobody@example.org"], 1, "not_found: There is no such account"),
        (["grant", "nobody@example.org", "emperor"], 2, "'emperor' is not one of"),
        (["seed", "--people", "0"], 2, "Invalid value for '--people'"),
        (["dance"], 2, "No such command 'dance'"),
        (["serve", "--dance"], 2, "No such option: --dance"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    at: dict[str, str], arguments: list[str], status: int, words: str
) -> None:
    result = run(*arguments, env=at)
    assert result.exit_code == status
    assert words in re.sub(r"[\s│╭╮╰╯─]+", " ", result.stderr)
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"ALONGSIDE_PORT": "many"}, "ALONGSIDE_PORT"),
        ({"ALONGSIDE_PROT": "8000"}, "ALONGSIDE_PROT"),
        ({"ALONGSIDE_LIVE_PING_SECONDS": "-1"}, "ALONGSIDE_LIVE_PING_SECONDS"),
        ({"ALONGSIDE_ENVIRONMENT": Environment.PRODUCTION.value}, "ALONGSIDE_PUBLIC_URL"),
        ({"DATABASE_URL": "mysql://localhost/x"}, "DATABASE_URL"),
    ],
)
def test_settings_that_cannot_be_used_are_named(at: dict[str, str], environment: dict[str, str], words: str) -> None:
    result = run("migrate", env=at | environment)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.output


def test_a_database_that_is_away_ends_the_start_without_a_traceback(tmp_path: Path) -> None:
    away = {"DATABASE_URL": "postgres://nobody@127.0.0.1:9/none", "REDIS_URL": "redis://127.0.0.1:9/0"}
    ended = subprocess.run(
        [sys.executable, "-m", "server", "serve", "--port", "0", "--data", str(tmp_path)],
        env=clean_environment() | away,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr + ended.stdout
    assert len(ended.stderr.strip().splitlines()) == 1


def embedded(folder: Path) -> list[int | None]:
    """Return the process numbers of PostgreSQL and Valkey over a folder."""
    return [
        process_of(folder / "postgres", folder / "postgres" / "postmaster.pid"),
        process_of(folder / "valkey", folder / "valkey" / "valkey.pid"),
    ]


def is_held_by_anybody(folder: Path) -> list[bool]:
    return [is_held(folder / "run" / f"{name}.lock") for name in ("postgres", "valkey")]


@asynccontextmanager
async def command(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a command beside a server until the end of the block."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", *arguments),
        env=clean_environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), 40)


async def line_of(process: asyncio.subprocess.Process, words: bytes) -> None:
    """Wait until a command said something."""
    assert process.stdout is not None
    async with asyncio.timeout(40):
        while words not in (line := await process.stdout.readline()):
            assert line, "it ended without a word of that"


async def sign_in(api: Api, lines: list[str]) -> None:
    """Sign in with the first login that the start printed."""
    text = "".join(lines)
    password = re.search(r"demo logins \(password: (\S+)\)", text)
    email = re.search(r"^  (\S+@\S+)", text, re.MULTILINE)
    assert password, text
    assert email, text
    api.token = (await api.do("signIn", "token", email=email[1], password=password[1]))["token"]
    assert (await api(ME))["me"]["email"] == email[1]


async def test_a_demo_survives_a_killed_start_and_a_stop_leaves_nothing_running(own_folder: Path) -> None:
    folder = own_folder / "data"
    given = ("--data", str(folder), "--demo")
    async with serving(None, *given, ALONGSIDE_LIVE_DRAIN_SECONDS="0") as first:
        api = Api(first.url)
        await sign_in(api, first.lines)
        found = await api(FIND)
        assert len(found["profiles"]["edges"]) == 5
        before = embedded(folder)
        assert None not in before
        beside = ("--data", str(folder))
        async with command("worker", *beside) as worker, command("job", "prune-expired", *beside) as job:
            told = await asyncio.wait_for(job.communicate(), 40)
            assert told[0].endswith(b"prune-expired: 0 done\n"), told
            await line_of(worker, b"mail is written to files")
            assert embedded(folder) == before
        assert worker.returncode == 0
        assert embedded(folder) == before
        await first.kill()
    async with serving(None, *given, ALONGSIDE_LIVE_DRAIN_SECONDS="0") as second:
        # The token of before holds, so the data is the same and nothing was seeded anew.
        again = Api(second.url, api.token)
        assert (await again(ME))["me"]["isVerified"]
        assert await again(FIND) == found
        await sign_in(Api(second.url), second.lines)
        assert await second.stop() == 0
    assert embedded(folder) == [None, None]
    assert is_held_by_anybody(folder) == [False, False]


def test_every_role_can_be_granted(at: dict[str, str]) -> None:
    said("seed", "--people", "1", "--seed", "3", env=at)
    email = str(rows(at, "SELECT email FROM app_user")[0][0])
    for role in Role:
        assert said("grant", email, role.value, env=at) == f"{email} has the role {role.value} now\n"
    assert rows(at, "SELECT count(*) FROM role_grant") == [(len(Role),)]
