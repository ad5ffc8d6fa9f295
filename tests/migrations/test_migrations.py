"""Every migration runs on a filled database, loses no row, and leads to the schema that the models describe."""

import asyncio
from collections.abc import AsyncIterator
from importlib.resources import files
from typing import Any
from uuid import uuid4
from weakref import WeakSet

import asyncpg
import pytest
from pypika_tortoise import Table
from tortoise import Tortoise
from tortoise.migrations.api import migrate
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_generator.state_apps import StateApps
from tortoise.models import Model

from server.models import baseline
from server.models.registry import tortoise_config
from tests.conftest import Servers

_COLUMNS = """
SELECT column_name, data_type, udt_name, character_maximum_length, is_nullable, column_default, is_identity
FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position
"""
_REFERENCES = """
SELECT kcu.column_name, ccu.table_name AS target
FROM information_schema.table_constraints tc
JOIN information_schema.key_column_usage kcu USING (constraint_name, table_schema)
JOIN information_schema.constraint_column_usage ccu USING (constraint_name, table_schema)
WHERE tc.constraint_type = 'FOREIGN KEY' AND tc.table_schema = 'public' AND tc.table_name = $1
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'tortoise_migrations'"

ROWS = 3


_CATALOGUE = """
SELECT 'column', table_name || '.' || column_name, ordinal_position::text || data_type || udt_name || is_nullable
  || coalesce(character_maximum_length::text, '') || coalesce(column_default, '') || is_generated
  || coalesce(generation_expression, '') || coalesce(identity_generation, '')
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', p.oid::regprocedure::text, pg_get_functiondef(p.oid)
FROM pg_proc p LEFT JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e'
WHERE pronamespace = 'public'::regnamespace AND prokind = 'f' AND d.objid IS NULL
UNION ALL SELECT 'comment', objoid::regclass || '.' || objsubid, description
FROM pg_description JOIN pg_class ON pg_class.oid = objoid AND relnamespace = 'public'::regnamespace
WHERE classoid = 'pg_class'::regclass
ORDER BY 1, 2
"""


async def catalogue(plain: "asyncpg.Connection[Any]") -> list[tuple[str, str, str]]:
    """Return everything that makes up the schema, as (kind, name, definition)."""
    return [(row[0], row[1], row[2]) for row in await plain.fetch(_CATALOGUE)]


def migration_names() -> list[str]:
    """Return the migrations in their order."""
    import pkgutil

    import migrations

    return sorted(name for _, name, _ in pkgutil.iter_modules(migrations.__path__))


@pytest.fixture
async def fresh_database(servers: Servers) -> AsyncIterator[str]:
    """Make a database with nothing in it, and drop it after the test."""
    name = f"migrations_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(servers.database_url)
    await admin.execute(f'CREATE DATABASE "{name}"')
    try:
        yield servers.database_url.replace("/alongside", f"/{name}", 1)
    finally:
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await admin.close()


def _value(column: asyncpg.Record, row: int) -> Any:
    """Return a value of a column's type that differs from row to row and passes the checks."""
    kind = column["udt_name"]
    if kind == "uuid":
        return "gen_random_uuid()"
    if kind in {"text", "varchar"}:
        room = column["character_maximum_length"] or 20
        return f"'{(uuid4().hex)[: min(room, 12)]}'"
    if kind in {"int2", "int4", "int8"}:
        return str(row + 1) if "end" in column["column_name"] else str(row)
    return {
        "bool": "true",
        "timestamptz": "now()",
        "date": "current_date",
        "jsonb": "'{}'",
        "_text": "'{}'",
        "bytea": "'\\x00'",
        "float8": "0.5",
    }[kind]


async def fill(plain: "asyncpg.Connection[Any]", table: str) -> None:
    """Put rows into a table, each pointing at rows of the tables it refers to."""
    references = {row["column_name"]: row["target"] for row in await plain.fetch(_REFERENCES, table)}
    # Numbers the database gives out are left to it: a trigger may have taken some.
    columns = [column for column in await plain.fetch(_COLUMNS, table) if column["is_identity"] == "NO"]
    for number in range(ROWS):
        values = [
            f'(SELECT "{await _key(plain, references[c["column_name"]])}" FROM "{references[c["column_name"]]}"'
            f" OFFSET {number} LIMIT 1)"
            if c["column_name"] in references
            else _value(c, number)
            for c in columns
        ]
        names = ", ".join(f'"{c["column_name"]}"' for c in columns)
        await plain.execute(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(values)})')


async def _key(plain: "asyncpg.Connection[Any]", table: str) -> str:
    return str((await plain.fetch(_COLUMNS, table))[0]["column_name"])


async def fill_new_tables(plain: "asyncpg.Connection[Any]") -> dict[str, int]:
    """Fill every table that is empty, referred-to tables first. Return the number of rows of each."""
    tables = {row["tablename"] for row in await plain.fetch(_TABLES)}
    counts = {table: await plain.fetchval(f'SELECT count(*) FROM "{table}"') for table in tables}
    waiting = {table for table, rows in counts.items() if rows == 0}
    while waiting:
        ready = []
        for table in waiting:
            targets = {row["target"] for row in await plain.fetch(_REFERENCES, table)}
            if not (targets - {table}) & waiting:
                ready.append(table)
        assert ready, f"tables refer to each other in a circle: {waiting}"
        for table in sorted(ready):
            await fill(plain, table)
            counts[table] = ROWS
        waiting -= set(ready)
    return counts


@pytest.fixture(autouse=True)
async def _for_the_schema_alone(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the models that stand for the past what queries need: nobody queries them, and it takes most of the time.

    Tortoise builds every model anew for every operation. The models of the product get theirs before.
    """
    await Tortoise.init(config=tortoise_config(servers.database_url), init_connections=False)
    await Tortoise.close_connections()
    finished: WeakSet[type[Model]] = WeakSet()

    def finish(apps: StateApps) -> None:
        for model in [model for app in apps.values() for model in app.values()]:
            if model._meta.default_connection and model._meta._inited and model not in finished:
                model._meta.finalise_model()
                model._meta.basetable = Table(name=model._meta.db_table, schema=model._meta.schema)
                finished.add(model)

    monkeypatch.setattr("tortoise.models.get_filters_for_field", lambda *_, **__: {})
    monkeypatch.setattr(StateApps, "_build_initial_querysets", finish)


async def test_every_migration_keeps_the_rows_and_the_baseline_lays_what_they_lead_to(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before: dict[str, int] = {}
    applied: list[str] = []
    record_applied = MigrationRecorder.record_applied

    async def check_and_fill(recorder: MigrationRecorder, app: str, name: str) -> None:
        await record_applied(recorder, app, name)
        applied.append(name)
        for table, rows in before.items():
            assert await plain.fetchval(f'SELECT count(*) FROM "{table}"') >= rows, f"{name} lost rows of {table}"
        before.update(await fill_new_tables(plain))

    # One run that stops after each: to start anew for each would build the models of all those before it every time.
    monkeypatch.setattr(MigrationRecorder, "record_applied", check_and_fill)
    plain = await asyncpg.connect(fresh_database)
    try:
        await migrate(config=tortoise_config(fresh_database, minsize=1, maxsize=2), direction="forward")
        await Tortoise.close_connections()
        by_migrations = await catalogue(plain)
        await plain.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        assert await baseline.lay(plain) == applied == migration_names()
        assert await baseline.lay(plain) == [], "tables were laid over others"
        assert await catalogue(plain) == by_migrations
    finally:
        await Tortoise.close_connections()
        await plain.close()
    assert len(before) > 20
    assert len(by_migrations) > 500


async def test_the_baseline_is_what_make_schema_writes() -> None:
    assert files("migrations").joinpath(baseline.FILE).read_text("utf-8") == await baseline.text(), "run make schema"


async def test_the_migrations_lead_to_what_the_models_describe(servers: Servers) -> None:
    config = tortoise_config(servers.database_url)
    await Tortoise.init(config=config, init_connections=False)
    try:
        changes = await MigrationAutodetector(Tortoise.apps, config["apps"]).changes()  # type: ignore[arg-type]
    finally:
        await Tortoise.close_connections()
    assert [operation.describe() for writer in changes for operation in writer.operations] == []


async def test_two_processes_may_migrate_at_once(fresh_database: str) -> None:
    import sys

    program = (
        "import asyncio, sys; from server.models.database import migrate_database as m; asyncio.run(m(sys.argv[1]))"
    )
    running = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, fresh_database, stderr=asyncio.subprocess.PIPE
        )
        for _ in range(2)
    ]
    outcomes = await asyncio.wait_for(asyncio.gather(*(process.communicate() for process in running)), 60)
    assert [process.returncode for process in running] == [0, 0], outcomes
