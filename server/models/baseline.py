"""The statements of all migrations in one file, so that an empty database gets its tables in one step.

Tortoise builds every model anew for every operation of every migration, which takes longer with each: minutes, one
day. `migrations/baseline.sql` holds what they all execute; a test compares what both lead to. Migrations newer than the
file run after it as ever. No statement is written by hand here.
"""

from importlib.resources import files
from typing import Any, Final

import asyncpg
from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.migration import Migration
from tortoise.migrations.schema_editor import AsyncpgSchemaEditor
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps

from server.models.base import APP
from server.models.registry import tortoise_config

FILE: Final = "baseline.sql"
_HEADER: Final = "-- Written by `make schema` from the migrations. Do not edit.\n"
_STEP: Final = "-- migration "
_IS_EMPTY: Final = "SELECT NOT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')"
# The table that Tortoise's recorder would make; the test compares this too.
_RECORD: Final = """
CREATE TABLE "tortoise_migrations" (
    "id" serial NOT NULL PRIMARY KEY,
    "app" varchar(255) NOT NULL,
    "name" varchar(255) NOT NULL,
    "applied_at" timestamptz NOT NULL,
    CONSTRAINT "uid_tortoise_mi_app_3803a5" UNIQUE ("app", "name")
)
"""


async def lay(plain: "asyncpg.Connection[Any]") -> list[str]:
    """Give a database without any table those of the baseline; return the migrations it stands for, else nothing.

    All in one transaction: a start that is killed meanwhile leaves the database empty.
    """
    file = files("migrations") / FILE
    if not file.is_file() or not await plain.fetchval(_IS_EMPTY):
        return []
    script = file.read_text("utf-8")
    names = [line.removeprefix(_STEP) for line in script.splitlines() if line.startswith(_STEP)]
    async with plain.transaction():
        await plain.execute(script)
        await plain.execute(_RECORD)
        await plain.executemany(
            "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ($1, $2, clock_timestamp())",
            [(APP, name) for name in names],
        )
    return names


async def text() -> str:
    """Return the baseline of the migrations as they are now. Needs no database."""
    config = tortoise_config("postgres://nobody@localhost/nothing")
    await Tortoise.init(config=config, init_connections=False)
    try:
        executor = MigrationExecutor(get_connection("default"), config["apps"])
        await executor.loader.build_graph()
        (leaf,) = executor.loader.graph.leaf_nodes()
        state = State(models={}, apps=StateApps(default_connections={APP: "default"}))
        steps = [await _step(executor, key, state) for key in executor.loader.graph.forwards_plan(leaf)]
        return _HEADER + "".join(steps)
    finally:
        await Tortoise.close_connections()


async def _step(executor: MigrationExecutor, key: MigrationKey, state: State) -> str:
    migration = executor.loader.graph.nodes[key]
    if not isinstance(migration, Migration):
        raise LookupError(f"migration {key.name} is missing")
    if not all(operation.reduces_to_sql for operation in migration.operations):
        raise ValueError(f"migration {key.name} does more than SQL can say, so that no baseline may stand for it")
    editor = AsyncpgSchemaEditor(executor.connection, atomic=False, collect_sql=True)
    await migration.apply(state, schema_editor=editor, collect_sql=True)
    statements = [part.strip().rstrip(";") for part in editor.collected_sql if not part.startswith("--")]
    return "\n".join([f"\n{_STEP}{key.name}", *(f"{statement};" for statement in statements), ""])


if __name__ == "__main__":
    import asyncio
    import sys

    sys.stdout.write(asyncio.run(text()))
