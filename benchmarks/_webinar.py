"""What the benchmarks of webinars share: an event with a large audience, two serving processes, audiences as processes.

Only loopback is talked to, and every process started here is ended here.
"""

import asyncio
import json
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks._support import Community, Serving, served
from server.config import LiveSettings
from server.domain import topics
from server.domain.actors import Actor, UserId
from server.domain.webinars import RegistrationState, WebinarAction, WebinarRole
from server.embedded import EmbeddedServers
from server.kit.clock import now
from server.kit.ids import new_id
from server.models.database import migrate_database
from server.models.identity import User
from server.models.profiles import Profile
from server.models.webinars import WebinarRegistration
from server.realtime.broker import Broker
from server.realtime.tickets import Tickets, all_stand
from server.services import questions, webinar_people, webinars

WORKERS = 2
SERVED_BY = "benchmarks.page_ours"
OPEN_DOORS = {"ALONGSIDE_LIVE_HANDSHAKES_PER_SECOND": "100000", "ALONGSIDE_LIVE_MAX_LOOP_LAG_SECONDS": "30"}
"""Coming in is not what is measured."""


@dataclass(frozen=True)
class Stage:
    """A live event: its host, its moderators, its audience and the questions that are up for votes."""

    webinar_id: UUID
    host: Actor
    moderators: list[Actor]
    audience: list[Actor]
    questions: list[UUID]

    @property
    def topic(self) -> str:
        """Return the audience's topic."""
        return topics.webinar(self.webinar_id).name


@contextmanager
def servers_of_two() -> Iterator[tuple[Community, list[Serving]]]:
    """Yield an empty community and two processes that serve it as `alongside serve` does."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, ExitStack() as stack:
        servers = EmbeddedServers.for_tests(Path(folder) / "servers")
        urls = servers.start()
        stack.callback(servers.stop)
        asyncio.run(migrate_database(urls.database_url))
        community = Community(Path(folder), urls, "", 0.0)
        environment = community.environment(**OPEN_DOORS)
        yield community, [stack.enter_context(served(SERVED_BY, environment)) for _ in range(WORKERS)]


async def people(number: int, name: str) -> list[Actor]:
    """Make people."""
    keys = [UserId(new_id()) for _ in range(number)]
    await User.bulk_create(
        [User(id=key, email=f"{name}.{n}@example.org", verified_at=now()) for n, key in enumerate(keys)]
    )
    await Profile.bulk_create([Profile(id=key, display_name=f"{name} {n}") for n, key in enumerate(keys)])
    return [Actor(user_id=key, is_verified=True) for key in keys]


async def stage(audience: int, asked: int) -> Stage:
    """Make a live event with so many in its audience, and so many questions up for votes."""
    host, *moderators = await people(3, "staff")
    form = webinars.WebinarForm(title="How to price an hour", starts_at=now() + timedelta(hours=1), review=False)
    webinar_id = (await webinars.create_webinar(host, form=form)).id
    for one in moderators:
        role, profile_id = WebinarRole.MODERATOR, one.require_user()
        await webinar_people.appoint(host, webinar_id=webinar_id, profile_id=profile_id, role=role)
    for action in (WebinarAction.PUBLISH, WebinarAction.START):
        await webinars.move_webinar(host, webinar_id=webinar_id, action=action)
    crowd = await people(audience, "listener")
    await WebinarRegistration.bulk_create(
        [
            WebinarRegistration(
                webinar_id=webinar_id,
                profile_id=one.require_user(),
                state=RegistrationState.REGISTERED,
                queued_at=now(),
            )
            for one in crowd
        ]
    )
    rows = [
        await questions.ask_question(
            crowd[n], webinar_id=webinar_id, form=questions.AskForm(f"Question {n}: what do I ask for an hour?")
        )
        for n in range(asked)
    ]
    return Stage(webinar_id, host, moderators, crowd, [row.id for row in rows])


async def tickets_for(redis_url: str, actors: Sequence[Actor]) -> list[str]:
    """Return a ticket to /live for each."""
    broker = Broker(LiveSettings(), redis_url, "tickets")
    try:
        tickets = Tickets(broker, LiveSettings(), all_stand)
        return [await tickets.issue(one, "") for one in actors]
    finally:
        await broker.stop()


class Audience:
    """Sockets in a process of their own: `benchmarks._webinar_audience`. It is told and tells lines of JSON."""

    def __init__(self, orders: dict[str, Any]) -> None:
        command = [sys.executable, "-m", "benchmarks._webinar_audience"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.say(orders)

    def say(self, line: dict[str, Any]) -> None:
        """Tell the process something."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(line).encode() + b"\n")
        self._process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        """Return what it tells next."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("an audience process ended before its time")
        told: dict[str, Any] = json.loads(line)
        return told

    def end(self) -> None:
        """Be sure that it is gone."""
        self._process.kill()
        self._process.communicate()


@contextmanager
def audiences(of: Stage, redis_url: str, ports: Sequence[int], number: int) -> Iterator[list[Audience]]:
    """Yield an event's audience, following it, in so many processes."""
    tickets = asyncio.run(tickets_for(redis_url, of.audience))
    share = -(-len(tickets) // number)
    running: list[Audience] = []
    try:
        for first in range(0, len(tickets), share):
            orders = {"ports": list(ports), "topic": of.topic, "tickets": tickets[first : first + share]}
            running.append(Audience(orders))
        for one in running:
            assert one.hear()["following"]
        yield running
    finally:
        for one in running:
            one.end()


def popularity(questions_up: Sequence[UUID], dice: random.Random) -> UUID:
    """Return a question as people pick them: the first few get most."""
    return questions_up[min(int(dice.paretovariate(0.8)) - 1, len(questions_up) - 1)]


def free_descriptors(wanted: int) -> int:
    """Return how many sockets this machine lets one process open, at most as many as wanted."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted + 200:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, wanted + 200), hard))
    return min(wanted, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 200)
