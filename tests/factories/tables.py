"""All tables at once: what is in them, and putting back what was."""

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
    parts = [
        f"SELECT '{table}' AS name, md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS hash"
        f' FROM "{table}" t'
        for table in await _tables()
    ]
    _, rows = await connection().execute_query(" UNION ALL ".join(parts))
    return {row["name"]: row["hash"] for row in rows}


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
