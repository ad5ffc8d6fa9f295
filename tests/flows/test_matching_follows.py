"""A change of profile, capacity, block or rhythm made through one process is seen by suggestions of another."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import httpx

from server.domain.actors import SYSTEM, Actor
from server.domain.availability import CapacityKind, MentoringFormat, StretchKind
from server.domain.profile_changes import ProfileChanges
from server.domain.rhythm import StretchDraft
from server.kit.clock import now
from server.models.database import database
from server.models.identity import User
from server.schema.core.ids import encode_id
from server.services import availability, capacity, safety
from server.services.logins import open_login
from server.services.profiles import update_profile
from tests.conftest import Servers
from tests.factories.matching import learner, mentor
from tests.flows.harness import serving

LIST = "{ recommendations(format: CLASSIC, first: 20) { edges { node { profile { id } } } } }"
PATIENCE = 240.0
"""Seconds after which a change that is not seen never will be; a busy machine may take a while to compile."""


async def _hides(mo: Actor, _lea: Actor) -> None:
    await update_profile(mo, changes=ProfileChanges(is_listed=False))


async def _is_full(mo: Actor, _lea: Actor) -> None:
    await capacity.set_limit(mo, kind=CapacityKind.CONCURRENT, allowed=0, mentoring_format=MentoringFormat.CLASSIC)


async def _blocks(mo: Actor, lea: Actor) -> None:
    await safety.block(mo, profile_id=lea.require_profile())


async def _is_away(mo: Actor, _lea: Actor) -> None:
    at = now()
    await availability.plan_stretch(mo, draft=StretchDraft(StretchKind.BLACKOUT, at, at + timedelta(days=60)))


CHANGES: dict[str, Callable[[Actor, Actor], Awaitable[None]]] = {
    "profile": _hides,
    "capacity": _is_full,
    "block": _blocks,
    "rhythm": _is_away,
}


async def test_every_process_sees_what_changed_elsewhere(clean_servers: Servers, tmp_path: Path) -> None:
    set_up = {"ALONGSIDE_SECRET_KEY": "k" * 40, "ALONGSIDE_LIVE_DRAIN_SECONDS": "0"}
    async with AsyncExitStack() as stack:
        one, two = await asyncio.gather(
            stack.enter_async_context(serving(clean_servers, "--no-worker", "--data", str(tmp_path / "one"), **set_up)),
            stack.enter_async_context(serving(clean_servers, "--no-worker", "--data", str(tmp_path / "two"), **set_up)),
        )
        await stack.enter_async_context(database(clean_servers.database_url))
        lea = await learner("Lea")
        mentors = {name: await mentor(f"Mo {name}".replace(" ", "")) for name in CHANGES}
        email = str((await User.get(id=lea.user_id)).email)
        token = (await open_login(SYSTEM, email=email, user_agent="flow")).token
        bearer = {"Authorization": f"Bearer {token}"}
        doors = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=process.url, headers=bearer, timeout=120))
            for process in (one, two)
        ]
        left = {encode_id("Profile", who.require_user()) for who in mentors.values()}
        await shown(doors, left)
        for name, change in CHANGES.items():
            await change(mentors[name], lea)
            left -= {encode_id("Profile", mentors[name].require_user())}
            began = time.perf_counter()
            await shown(doors, left)
            # Shown by pytest with -rP, or when the test failed.
            sys.stderr.write(f"{name}: seen by both after {time.perf_counter() - began:.2f} s\n")


async def shown(doors: list[httpx.AsyncClient], expected: set[str]) -> None:
    """Wait until every process suggests these people and nobody else."""
    async with asyncio.timeout(PATIENCE):
        for door in doors:
            while await suggested_by(door) != expected:
                await asyncio.sleep(0.02)


async def suggested_by(door: httpx.AsyncClient) -> set[str] | None:
    """Return whom a process suggests; None while it is preparing."""
    answer = (await door.post("/graphql", json={"query": LIST})).json()
    if "errors" in answer:
        assert answer["errors"][0]["extensions"]["code"] == "suggestions_preparing", answer
        return None
    return {edge["node"]["profile"]["id"] for edge in answer["data"]["recommendations"]["edges"]}
