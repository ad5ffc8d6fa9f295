"""People who fit each other for tests of the matching, and an engine that runs beside a test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from server.domain.actors import Actor
from server.domain.profiles import Visibility
from server.domain.visibility import ProfileField
from server.models.availability import WeeklyWindow
from server.services import matching_snapshot
from server.services.matching_snapshot import Engine, engine_running
from tests.factories.people import person
from tests.factories.profiles import offers, seeks, shows, speaks

SKILL = "gig:invoicing"


async def free_all_week(who: Actor) -> None:
    """Let somebody be free from eight to eight, every day."""
    for weekday in range(7):
        await WeeklyWindow.create(profile_id=who.user_id, weekday=weekday, start_minute=480, end_minute=1200)


async def mentor(name: str = "Mo", *skill_ids: str, **profile: Any) -> Actor:
    """Make somebody who teaches, has time and shows it."""
    who = await person(name, **profile)
    await offers(who, *(skill_ids or (SKILL,)))
    await speaks(who, "en")
    await free_all_week(who)
    await shows(who, Visibility.MEMBERS, ProfileField.AVAILABILITY)
    return who


async def learner(name: str = "Lea", *skill_ids: str, **profile: Any) -> Actor:
    """Make somebody who seeks and has time."""
    who = await person(name, **profile)
    await seeks(who, *(skill_ids or (SKILL,)))
    await speaks(who, "en")
    await free_all_week(who)
    return who


@asynccontextmanager
async def ready_engine() -> AsyncIterator[Engine]:
    """Run an engine that has seen everybody made so far."""
    async with engine_running() as engine:
        await engine.ready.wait()
        yield engine


@asynccontextmanager
async def still_engine() -> AsyncIterator[Engine]:
    """Run an engine that knows everybody made so far and asks for no changes by itself."""
    engine = Engine()
    await engine.catch_up()
    await engine.warm()
    matching_snapshot.running.engine = engine
    try:
        yield engine
    finally:
        matching_snapshot.running.engine = None
        await engine.close()


async def seen_by_engine() -> None:
    """Let the engine that runs, if one does, take in what changed."""
    if matching_snapshot.running.engine is not None:
        await matching_snapshot.running.engine.catch_up()
