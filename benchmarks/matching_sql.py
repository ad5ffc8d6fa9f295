"""From rows to the matching: the picture of 100,000 people read from PostgreSQL; a cohort run from rows to its lists.

People are written by a few statements, not through the services: what is measured reads them.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import psutil

from benchmarks._support import run_with_database
from benchmarks._table import row
from server.domain.actors import SYSTEM
from server.domain.availability import MentoringFormat
from server.domain.programmes import RunStage, Scope, stored_weights
from server.embedded import EmbeddedServers
from server.models.database import connection, migrate_database
from server.models.programmes import CohortRun, Programme
from server.queries.skills import vocabulary
from server.services import cohort_work, cohorts
from server.services.cohorts import NewRun
from server.services.matching_snapshot import Engine
from server.services.programmes import usual_weights

PEOPLE, COHORT = 100_000, 10_000
SKILLS = 2_000
_MADE = "(SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id, n FROM generate_series(1, {}) n)"
_USERS = """
INSERT INTO app_user (id, created_at, email, verified_at, locale)
SELECT id, now() - n * interval '1 minute', 'p' || n || '@example.org', now(), 'en' FROM {made} AS made
"""
_PROFILES = """
INSERT INTO profile (id, created_at, updated_at, display_name, time_zone, is_pseudonymous, headline, bio, work_patterns,
    interests, industries, goals, how_i_work, city, country, meets_remotely, visibility, search_document, is_listed,
    version)
SELECT id, now(), now(), 'P' || n, (ARRAY['Europe/Berlin', 'America/Lima', 'Asia/Manila', 'Africa/Lagos',
    'Asia/Kolkata', 'America/Los_Angeles'])[1 + n % 6], false, '', '', ARRAY[(ARRAY['gig', 'freelance'])[1 + n % 2]],
    '{{}}', '{{}}', ARRAY['send my first invoice abroad'], '{{}}', '', '', true, '{{}}', '', true, 1 FROM {made} AS made
"""
_SKILLS = """
INSERT INTO profile_skill (id, profile_id, skill_id, direction, level, priority)
SELECT gen_random_uuid(), id, skill, CASE WHEN n % 4 = 0 THEN 'offered' ELSE 'sought' END,
    CASE WHEN n % 4 = 0 THEN 3 + nth % 2 ELSE nth % 2 + 1 END, 1 FROM (
    SELECT DISTINCT ON (id, skill) id, n, nth, ($1::text[])[1 + (power(random(), 3) * {skills})::int % {skills}]
        AS skill
    FROM {made} AS made, generate_series(1, 4) nth) AS drawn
"""
_WINDOWS = """
INSERT INTO weekly_window (id, profile_id, weekday, start_minute, end_minute)
SELECT gen_random_uuid(), id, day, 480 + 60 * (n % 8), 720 + 60 * (n % 8) FROM {made} AS made, generate_series(0, 4) day
"""
_LANGUAGES = """
INSERT INTO profile_language (id, profile_id, code, proficiency)
SELECT gen_random_uuid(), id, (ARRAY['en', 'en', 'es', 'pt'])[1 + n % 4], 'fluent' FROM {made} AS made
"""


def run() -> Iterator[str]:
    """Yield the lines of the report."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        servers = EmbeddedServers.for_tests(Path(folder) / "servers")
        urls = servers.start()
        try:
            asyncio.run(migrate_database(urls.database_url))
            yield from run_with_database(urls.database_url, _measure)
        finally:
            servers.stop()


async def _measure() -> list[str]:
    started = time.perf_counter()
    await fill(PEOPLE)
    lines = [f"{PEOPLE:,} people written in {time.perf_counter() - started:.1f} s"]
    before = psutil.Process().memory_info().rss / 1e9
    first, took = await _picture()
    lines.append(f"  picture from SQL: first {first:.1f} s, again {took:.1f} s; {before:.2f} GB before any")
    lines.append(row(f"snapshot {PEOPLE:,}, from rows", "15 s, 0.5 GB", f"{took:.1f} s"))
    return [*lines, *await _cohort()]


async def _picture() -> tuple[float, float]:
    """Return the seconds that a picture takes, the first and once loops are loaded; one at a time."""
    times = []
    for _ in range(2):
        engine, started = Engine(), time.perf_counter()
        await engine.catch_up()
        times.append(time.perf_counter() - started)
        await engine.close()
        del engine
    return times[0], times[1]


async def fill(people: int) -> None:
    """Write people by a few statements: a quarter teaches, the others seek, all have windows and a language."""
    made = _MADE.format(people)
    known = [str(one) for one in list(vocabulary().skills)[:SKILLS]]
    await connection().execute_query("SELECT setseed(0.5)")
    for statement in (_USERS, _PROFILES, _SKILLS, _WINDOWS, _LANGUAGES):
        values = [known] if statement is _SKILLS else []
        await connection().execute_query(statement.format(made=made, skills=SKILLS), values)
    await connection().execute_query("ANALYZE")


async def _cohort() -> list[str]:
    """Measure a run over COHORT people drawn by their number, from rows to lists, report and drawings."""
    programme = await Programme.create(
        title="Benchmark",
        format=MentoringFormat.CLASSIC,
        learners=Scope.MEMBERS,
        mentors=Scope.MEMBERS,
        list_length=3,
        weights=stored_weights(usual_weights(MentoringFormat.CLASSIC)),
    )
    await connection().execute_query(
        "INSERT INTO programme_member (id, created_at, programme_id, side, profile_id)"
        " SELECT gen_random_uuid(), now(), $1, CASE WHEN n % 4 = 0 THEN 'mentor' ELSE 'learner' END, id"
        f" FROM {_MADE.format(COHORT)} AS made",
        [programme.id],
    )
    marks: list[tuple[str, float]] = []

    def hear(stage: RunStage, _done: int, _total: int) -> None:
        if not marks or marks[-1][0] != stage.value:
            marks.append((stage.value, time.perf_counter()))

    run_row = await cohorts.start_run(SYSTEM, asked=NewRun(programme.id, seed=1))
    await cohort_work.run_due(run_id=run_row.id, hear=hear)
    done = await CohortRun.get(id=run_row.id)
    spans = [f"{name} {after - at:.1f}" for (name, at), (_, after) in pairwise(marks)]
    started = time.perf_counter()
    await cohorts.publish_run(SYSTEM, run_id=done.id)
    published = time.perf_counter() - started
    whole = marks[-1][1] - marks[0][1]
    return [
        f"  cohort of {COHORT:,} from rows to preview: {whole:.1f} s ({', '.join(spans)}), {done.state.value};"
        f" published in {published:.1f} s"
    ]
