"""All tables at once: what is in them, and putting back what was."""

import zlib
from collections.abc import Collection

from server.models.database import connection

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_PUT_BACK = """
DO $$
BEGIN
    SET LOCAL session_replication_role = replica;
    {statements}
END $$
"""


async def fingerprint() -> dict[str, str]:
    """Return a hash of all rows of each table."""
    tables = await _tables()
    # A function of the database keeps its plans: to plan and start so many statements is most of what they cost.
    function = f"fingerprints.of_{zlib.crc32(' '.join(tables).encode())}"
    _, found = await connection().execute_query(f"SELECT to_regproc('{function}') AS made")
    if found[0]["made"] is None:
        await connection().execute_script(_fingerprint_function(function, tables))
    _, rows = await connection().execute_query(f"SELECT name, hash FROM {function}()")
    return {row["name"]: row["hash"] for row in rows}


def _fingerprint_function(name: str, tables: Collection[str]) -> str:
    parts = [
        f"RETURN QUERY SELECT '{table}'::text, md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))"
        f' FROM "{table}" t;'
        for table in tables
    ]
    return (
        "CREATE SCHEMA IF NOT EXISTS fingerprints;"
        f" CREATE FUNCTION {name}() RETURNS TABLE (name text, hash text) LANGUAGE plpgsql AS"
        f" $$ BEGIN {' '.join(parts)} END $$"
    )


async def last_written() -> str:
    """Return what differs as soon as any transaction that wrote, or locked, a row has ended since."""
    _, rows = await connection().execute_query("SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS after")
    return str(rows[0]["after"])


async def keep_rows() -> None:
    """Keep a copy of all rows, for put_back_rows."""
    copies = [f'CREATE TABLE kept."{table}" AS TABLE public."{table}"' for table in await _tables()]
    await connection().execute_script("; ".join(["DROP SCHEMA IF EXISTS kept CASCADE", "CREATE SCHEMA kept", *copies]))


async def put_back_rows(tables: Collection[str]) -> None:
    """Make tables what they were at keep_rows."""
    if tables:
        swaps = [f'DELETE FROM "{table}"; INSERT INTO "{table}" SELECT * FROM kept."{table}";' for table in tables]
        await connection().execute_script(_PUT_BACK.format(statements=" ".join(swaps)))


async def _tables() -> list[str]:
    _, rows = await connection().execute_query(_TABLES)
    return [row["tablename"] for row in rows]
