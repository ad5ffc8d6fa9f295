"""Suggestions over 10,000 people through the service: building, one change, a list, a list with twenty explanations."""

import asyncio
import resource
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

from benchmarks._support import community, percentile_of, run_with_database
from benchmarks._table import row
from server.domain.actors import Actor, UserId
from server.domain.availability import MentoringFormat
from server.domain.suggestions import MatchSide
from server.kit.paging import PageRequest
from server.models.database import connection
from server.models.profiles import Profile
from server.queries.suggestions import Wanted
from server.services.matching_snapshot import Engine, engine_running
from server.services.recommendations import RECOMMENDED, explain_all, recommend

PEOPLE = 10_000
ROUNDS = 200
_SEEKERS = """
SELECT p.id FROM profile p JOIN app_user u ON u.id = p.id
WHERE u.verified_at IS NOT NULL AND EXISTS (
    SELECT FROM profile_skill s WHERE s.profile_id = p.id AND s.direction = 'sought')
ORDER BY p.id LIMIT $1
"""


def run() -> list[str]:
    """Return the lines of the report; times in milliseconds, on servers of their own."""
    with ExitStack() as stack:
        made = stack.enter_context(community(PEOPLE))
        return [
            f"{PEOPLE:,} people made in {made.seeded_seconds:.1f} s",
            *run_with_database(made.urls.database_url, _measure),
        ]


async def _measure() -> list[str]:
    lines = []
    async with engine_running() as first:
        await first.ready.wait()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    async with engine_running() as engine:
        await engine.ready.wait()
        lines.append(f"  ready, loops compiled before: {time.perf_counter() - started:.2f} s")
        lines.append(f"  most memory of the process: {before / 1024:.0f} MB")
        viewers = await _viewers()
        for side in MatchSide:
            wanted = Wanted(MentoringFormat.CLASSIC, side)
            lines.append(await _line(f"20 for a {side}, first time", viewers, _list_of(wanted)))
            lines.append(await _line(f"20 for a {side}, again", viewers, _list_of(wanted)))
        lines.append(await _line("20 with explanations", viewers, _explained(Wanted(MentoringFormat.CLASSIC))))
        lines.append(await _line("one change taken in", viewers, _change(engine)))
        seen = await _line("until a change is seen", viewers[:20], _until_seen(engine))
        lines.append(row(f"one change visible, {PEOPLE:,} people", "1 s", seen.strip(), memory=""))
    return lines


async def _viewers() -> list[Actor]:
    _, rows = await connection().execute_query(_SEEKERS, [ROUNDS])
    return [Actor(user_id=UserId(row["id"]), is_verified=True) for row in rows]


def _list_of(wanted: Wanted) -> Callable[[Actor], Awaitable[object]]:
    async def ask(viewer: Actor) -> object:
        return await recommend(viewer, wanted=wanted, page=PageRequest(RECOMMENDED))

    return ask


def _explained(wanted: Wanted) -> Callable[[Actor], Awaitable[object]]:
    async def ask(viewer: Actor) -> object:
        page = await recommend(viewer, wanted=wanted, page=PageRequest(RECOMMENDED))
        return await explain_all(viewer, ids=[one.profile_id for one in page.items], wanted=wanted)

    return ask


def _change(engine: Engine) -> Callable[[Actor], Awaitable[object]]:
    async def change(viewer: Actor) -> object:
        await Profile.filter(id=viewer.user_id).update(goals=["work that lasts"])
        return await engine.catch_up()

    return change


def _until_seen(engine: Engine) -> Callable[[Actor], Awaitable[object]]:
    """Take somebody out of the community and wait until the engine, by itself, has no place for them."""

    async def change(viewer: Actor) -> object:
        me = viewer.require_user()
        await Profile.filter(id=me).update(is_listed=False)
        while await engine.ask(lambda picture: bool(picture.people.person[picture.rows[me]]["given"]), me):  # noqa: ASYNC110 - what is waited for is measured
            await asyncio.sleep(0.002)
        return None

    return change


async def _line(name: str, viewers: list[Actor], ask: Callable[[Actor], Awaitable[object]]) -> str:
    times = []
    for viewer in viewers:
        started = time.perf_counter()
        await ask(viewer)
        times.append(1000 * (time.perf_counter() - started))
    return f"  {name}: p50 {percentile_of(times, 50):.1f} ms, p95 {percentile_of(times, 95):.1f} ms"


if __name__ == "__main__":
    print("\n".join(run()))
