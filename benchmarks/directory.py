"""The directory over 10,000 people: how long a page takes, and what twenty cards with what hangs on them take."""

import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from server.domain.actors import Actor, ProfileId, UserId
from server.domain.availability import MentoringFormat
from server.domain.directory import DirectoryFilter, LanguageWish
from server.domain.skills import SkillId
from server.embedded import EmbeddedServers
from server.kit.paging import PageRequest
from server.models.database import connection, database, migrate_database
from server.queries.capacity import open_places_of
from server.queries.directory import DIRECTORY, search_directory
from server.queries.profiles import languages_of, skills_of, visible_profiles
from server.queries.skills import vocabulary

PEOPLE = 10_000
ROUNDS = 25
SEED = 0.2026

_FILL = """
INSERT INTO app_user (id, created_at, email, verified_at, locale)
    SELECT gen_random_uuid(), now(), n || '@example.org', now(), 'en' FROM generate_series(1, %(people)s) AS n;
INSERT INTO profile (id, display_name, is_pseudonymous, headline, bio, work_patterns, interests, industries, goals,
                     how_i_work, time_zone, city, country, meets_remotely, visibility, search_document, is_listed,
                     created_at, updated_at, version)
    SELECT id, 'Person ' || email, false, 'Courier and coder', repeat('Ten years on a bike. ', 10), ARRAY['gig'],
           ARRAY['film'], ARRAY['logistics'], ARRAY['a steady income'], '{}',
           (ARRAY['Europe/Lisbon', 'Asia/Tokyo', 'America/Lima', 'Africa/Lagos', 'Asia/Kolkata'])[1 + random() * 4],
           'Porto', 'PT', true, (CASE WHEN random() < 0.1 THEN '{"skills": 1}' ELSE '{}' END)::jsonb,
           'person courier coder ' || (ARRAY['invoicing', 'cleaning', 'design', 'writing'])[1 + random() * 3], true,
           now(), now() - random() * interval '300 days', 1
    FROM app_user;
INSERT INTO profile_language (id, profile_id, code, proficiency)
    SELECT gen_random_uuid(), id, code, (ARRAY['basic', 'working', 'fluent', 'native'])[1 + random() * 3]
    FROM profile, unnest(ARRAY['en', 'pt', 'es', 'fr']) AS code WHERE random() < 0.5;
INSERT INTO capacity_account (id, created_at, profile_id, kind, format, allowed, used)
    SELECT gen_random_uuid(), now(), id, 'concurrent', 'classic', 2, (random() * 2)::int FROM profile
    WHERE random() < 0.4;
"""
_SKILLS = """
INSERT INTO profile_skill (id, profile_id, skill_id, direction, level, priority)
SELECT gen_random_uuid(), p.id, ($1::text[])[1 + (random() * ($2::int - 1))::int],
       CASE WHEN n <= 6 THEN 'offered' ELSE 'sought' END, 1 + (random() * 3)::int, 1
FROM profile p, generate_series(1, 9) AS n ON CONFLICT DO NOTHING
"""


def run() -> list[str]:
    """Return the lines of the report; times in milliseconds, on servers of their own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        servers = EmbeddedServers.for_tests(Path(folder))
        url, _ = servers.start()
        try:
            asyncio.run(migrate_database(url))
            return asyncio.run(_measure(url))
        finally:
            servers.stop()


async def _measure(url: str) -> list[str]:
    async with database(url):
        started = time.perf_counter()
        skills = await _fill()
        filled = time.perf_counter() - started
        _, rows = await connection().execute_query("SELECT id FROM profile ORDER BY id LIMIT 200")
        viewers = [Actor(user_id=UserId(row["id"]), is_verified=True) for row in rows]
        group = vocabulary().ancestors(SkillId(skills[0]))[-1].code
        searches = {
            "by what I seek": DirectoryFilter(),
            "one skill": DirectoryFilter(skill_ids=skills[:1]),
            "a top group": DirectoryFilter(skill_ids=[group]),
            "language and zone": DirectoryFilter(languages=[LanguageWish("pt")], within_hours=3),
            "text": DirectoryFilter(text="cour invoic"),
            "open classic places": DirectoryFilter(mentoring_format=MentoringFormat.CLASSIC),
            "everything at once": DirectoryFilter(
                skill_ids=skills[:3],
                languages=[LanguageWish("pt")],
                within_hours=3,
                text="person",
                mentoring_format=MentoringFormat.CLASSIC,
                interest="film",
            ),
        }
        lines = [f"{PEOPLE:,} people made in {filled:.1f} s"]
        for name, asked in searches.items():
            lines.append(_line(name, await _times(viewers, partial(_page, asked))))
        cards = [ProfileId(row["id"]) for row in rows[:20]]
        lines.append(_line("20 cards", await _times(viewers, partial(_cards, cards))))
        return lines


async def _fill() -> list[str]:
    """Make the people. Return the skills they have, each one as common as the others."""
    chance = random.Random(SEED)
    skills = chance.sample(sorted(vocabulary().skills), 600)
    await connection().execute_script(f"SELECT setseed({SEED});" + _FILL % {"people": PEOPLE})
    await connection().execute_query(_SKILLS, [skills, len(skills)])
    await connection().execute_script("ANALYZE")
    return [str(one) for one in skills]


async def _page(asked: DirectoryFilter, viewer: Actor) -> None:
    await search_directory(viewer, asked, PageRequest(DIRECTORY))


async def _cards(ids: Sequence[ProfileId], viewer: Actor) -> None:
    for read in (visible_profiles, skills_of, languages_of, open_places_of):
        await read(viewer, ids)


async def _times(viewers: Sequence[Actor], ask: Callable[[Actor], Awaitable[None]]) -> list[float]:
    await ask(viewers[0])
    times = []
    for viewer in viewers[:ROUNDS]:
        started = time.perf_counter()
        await ask(viewer)
        times.append(1000 * (time.perf_counter() - started))
    return sorted(times)


def _line(name: str, times: Sequence[float]) -> str:
    return f"  {name}: p50 {times[len(times) // 2]:.1f} ms, p95 {times[len(times) * 95 // 100]:.1f} ms"


if __name__ == "__main__":
    print("\n".join(run()))
