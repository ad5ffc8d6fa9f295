"""Made-up people into rows, by COPY: thousands of rows in one statement per table. Knows tables, decides nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from operator import attrgetter
from typing import Any, cast

import orjson

from server.domain import seed_shapes as shapes
from server.domain.seed_shapes import SeedHistory, SeedPerson
from server.models.database import connection
from server.services.transaction import Work


@dataclass(frozen=True)
class Target:
    """Where the rows of a shape go, and which of its columns are kept as JSON."""

    table: str
    json: frozenset[str] = frozenset()


TARGETS: dict[type, Target] = {
    shapes.SeedUser: Target("app_user"),
    shapes.SeedProfile: Target("profile", frozenset({"how_i_work", "visibility"})),
    shapes.SeedRule: Target("availability_rule"),
    shapes.SeedStint: Target("stint"),
    shapes.SeedTransition: Target("transition"),
    shapes.SeedSkill: Target("profile_skill"),
    shapes.SeedTag: Target("profile_tag"),
    shapes.SeedLanguage: Target("profile_language"),
    shapes.SeedSupport: Target("support_entry"),
    shapes.SeedContact: Target("contact_detail"),
    shapes.SeedWindow: Target("weekly_window"),
    shapes.SeedException: Target("availability_exception"),
    shapes.SeedStretch: Target("stretch"),
    shapes.SeedAccount: Target("capacity_account"),
    shapes.SeedRequest: Target("mentorship_request", frozenset({"skill_ids"})),
    shapes.SeedRequestEvent: Target("request_event"),
    shapes.SeedMentorship: Target("mentorship"),
    shapes.SeedRelease: Target("contact_release"),
    shapes.SeedEntry: Target("capacity_entry"),
    shapes.SeedSession: Target("session"),
    shapes.SeedParticipant: Target("session_participant"),
    shapes.SeedMessage: Target("session_message"),
}

_SINGLE = ("user", "profile", "rule")
_MANY = tuple(field.name for field in fields(SeedPerson) if field.name not in {*_SINGLE, "trade"})


async def lock_seeding(work: Work) -> None:
    """Keep every other seeding waiting until the commit: of two at once, the second sees what the first wrote."""
    await work.connection.execute_query("SELECT pg_advisory_xact_lock(7307218)")


async def copy_people(work: Work, people: Sequence[SeedPerson]) -> int:
    """Write people with all that hangs on them. Return the number of rows."""
    groups: list[list[Any]] = [[getattr(person, name) for person in people] for name in _SINGLE]
    groups += [list(chain.from_iterable(getattr(person, name) for person in people)) for name in _MANY]
    return await _copy(work, groups)


async def copy_history(work: Work, history: SeedHistory) -> int:
    """Write a history whose people are written. Return the number of rows."""
    return await _copy(work, [getattr(history, field.name) for field in fields(history)])


async def analyse() -> None:
    """Let the planner know what the tables hold now: until it does, it plans for empty ones."""
    await connection().execute_query("ANALYZE " + ", ".join(target.table for target in TARGETS.values()))


async def _copy(work: Work, groups: Iterable[list[Any]]) -> int:
    raw = cast("Any", work.connection)._connection  # noqa: SLF001 - COPY is not in Tortoise's client
    written = 0
    for rows in groups:
        if not rows:
            continue
        shape = type(rows[0])
        target, columns = TARGETS[shape], [field.name for field in fields(shape)]
        await raw.copy_records_to_table(target.table, columns=columns, records=_records(rows, columns, target))
        written += len(rows)
    return written


def _records(rows: Sequence[Any], columns: Sequence[str], target: Target) -> Iterable[tuple[Any, ...]]:
    values = attrgetter(*columns)
    if not target.json:
        return map(values, rows)
    places = [place for place, column in enumerate(columns) if column in target.json]
    return (_with_json(values(row), places) for row in rows)


def _with_json(values: tuple[Any, ...], places: Sequence[int]) -> tuple[Any, ...]:
    kept = list(values)
    for place in places:
        kept[place] = orjson.dumps(kept[place]).decode()
    return tuple(kept)
