"""What the command line does, without its words: prepare and serve, migrate, seed, grant, run a job.

Each operation brings up the servers it needs and lets go of them. Rules live in services/. The doors and the worker are
imported where they are needed: the parent of `alongside serve` needs neither, and starts and stays smaller without.
"""

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from server.config import Settings, signing_key
from server.domain.actors import SYSTEM, Role
from server.domain.errors import NotFound, invalid
from server.embedded import EmbeddedError, EmbeddedServers, ServerUrls
from server.kit import garbage
from server.models.database import database, migrate_database
from server.observability.logs import configure_logs, get_logger
from server.queries import audit
from server.services import logins, roles, seeding
from server.services.seeding import DemoLogins
from server.supervisor import Child, Supervisor, bind, watch_lifeline

if TYPE_CHECKING:
    from server.models.programmes import CohortRun

R = TypeVar("R")
Report = Callable[[int, int], None]

LOOK_SECONDS = 2.0
"""Between two looks at whether the embedded servers are up."""

MATCH_COHORT = "match-cohort"
"""The job that takes options: it is run for one programme, not again and again."""

log = get_logger(__name__)


@dataclass(frozen=True)
class ServeOptions:
    """What `alongside serve` was asked besides its settings."""

    demo: bool
    with_worker: bool


@dataclass(frozen=True)
class Serving:
    """Servers that are up, a database that is migrated, an address that is bound: ready to be run."""

    settings: Settings
    options: ServeOptions
    urls: ServerUrls
    embedded: EmbeddedServers
    listener: socket.socket
    logins: DemoLogins | None

    def banner(self) -> list[str]:
        """Return what a newcomer wants to know first, a line each."""
        host, port = self.listener.getsockname()[:2]
        shown = f"http://{'localhost' if host in {'127.0.0.1', '0.0.0.0', '::'} else host}:{port}"  # noqa: S104 - shown
        lines = [f"Alongside serves {shown} · GraphQL {shown}/graphql · rooms {shown.replace('http', 'ws')}/live"]
        if self.embedded.names:
            lines.append(f"embedded: {', '.join(self.embedded.names)}, data under {self.settings.data_dir}")
        if self.logins is not None:
            lines.append(f"demo logins (password: {self.logins.password}):")
            lines += [f"  {login.email:32} {login.about}" for login in self.logins.logins]
        return lines

    def run(self, environment: Mapping[str, str]) -> None:
        """Run the serving processes and the worker until SIGINT or SIGTERM."""
        descriptor = self.listener.fileno()
        children = [
            Child(f"serve-{number}", ("serve-process", str(descriptor))) for number in range(self.settings.workers)
        ]
        if self.options.with_worker:
            children.append(Child("worker", ("worker",)))
        supervisor = Supervisor(children, self._child_environment(environment), [descriptor])
        asyncio.run(self._supervise(supervisor))

    async def _supervise(self, supervisor: Supervisor) -> None:
        over = asyncio.Event()
        keeping = asyncio.create_task(_keep_up(self.embedded, over), name="embedded servers")
        try:
            await supervisor.run(self.settings.live.drain_seconds)
        finally:
            over.set()
            await keeping

    def _child_environment(self, environment: Mapping[str, str]) -> dict[str, str]:
        settings = self.settings
        return dict(environment) | {
            "DATABASE_URL": self.urls.database_url,
            "REDIS_URL": self.urls.redis_url,
            "ALONGSIDE_SECRET_KEY": signing_key(settings).decode(),
            "ALONGSIDE_DATA_DIR": str(settings.data_dir),
            "ALONGSIDE_PUBLIC_URL": settings.public_url,
            "ALONGSIDE_HOST": settings.host,
            "ALONGSIDE_PORT": str(settings.port),
        }


async def _keep_up(embedded: EmbeddedServers, over: asyncio.Event) -> None:
    """Start an embedded server again that died, at the same address, until it is over."""
    while embedded.names and not over.is_set():
        try:
            # Never cancelled: the thread would go on, and could start servers after they were let go.
            await asyncio.to_thread(embedded.start)
        except EmbeddedError as failure:
            log.error("embedded_server_is_down", failure=str(failure))
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), LOOK_SECONDS)


@contextmanager
def servers(settings: Settings) -> Iterator[tuple[ServerUrls, EmbeddedServers]]:
    """Start or join the servers of the settings; yield their URLs, and the servers."""
    embedded = EmbeddedServers(settings.data_dir, database_url=settings.database_url, redis_url=settings.redis_url)
    with embedded as urls:
        yield urls, embedded


def with_database(settings: Settings, work: Callable[[Settings], Awaitable[R]]) -> R:
    """Run work with the database open and migrated."""

    async def run(url: str) -> R:
        async with database(url):
            return await work(settings)

    with servers(settings) as (urls, _):
        asyncio.run(migrate_database(urls.database_url))
        return asyncio.run(run(urls.database_url))


@contextmanager
def prepare(settings: Settings, options: ServeOptions, report: Report) -> Iterator[Serving]:
    """Bring everything up that serving needs, and take it down at the end. OSError when the address is taken."""
    configure_logs(settings)
    with bind(settings.host, settings.port) as listener, servers(settings) as (urls, embedded):
        asyncio.run(migrate_database(urls.database_url))
        logins = asyncio.run(_demo(urls, options, report))
        yield Serving(settings, options, urls, embedded, listener, logins)


async def _demo(urls: ServerUrls, options: ServeOptions, report: Report) -> DemoLogins | None:
    async with database(urls.database_url):
        return await seeding.seed_demo(SYSTEM, report=report) if options.demo else None


def serve_process(settings: Settings, descriptor: int, environment: Mapping[str, str]) -> None:
    """Serve from a listening socket until SIGTERM, then drain."""
    with garbage.not_looked_for():
        from server.app import serve_listener

    configure_logs(settings)
    serve_listener(settings, descriptor, lambda: watch_lifeline(environment))


def work(settings: Settings, environment: Mapping[str, str]) -> None:
    """Do the background work until SIGINT or SIGTERM."""
    configure_logs(settings)
    with servers(settings) as (urls, _):
        asyncio.run(migrate_database(urls.database_url))
        asyncio.run(_work(settings, urls, environment))


async def _work(settings: Settings, urls: ServerUrls, environment: Mapping[str, str]) -> None:
    with garbage.not_looked_for():
        from server.jobs import JOBS
        from server.wiring import wired_worker
        from server.worker import run_jobs, run_reactions

    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    watch_lifeline(environment)
    async with wired_worker(settings, urls) as wiring, asyncio.TaskGroup() as tasks:
        tasks.create_task(run_reactions(wiring.reactions, wiring.surroundings, stopping), name="reactions")
        tasks.create_task(run_jobs(JOBS, stopping), name="jobs")
        await stopping.wait()


def migrate(settings: Settings) -> list[str]:
    """Bring the database to the newest migration. Return the names of those that were missing."""
    applied: list[str] = []
    with servers(settings) as (urls, _):
        asyncio.run(migrate_database(urls.database_url, applied.append))
    return applied


async def seed_people(people: int, seed: int, report: Report) -> str:
    """Make people; return a line that says what was made."""
    made = await seeding.seed(SYSTEM, people=people, seed=seed, report=report)
    return str(made)


async def grant(email: str, role: Role) -> str:
    """Give a role; return a line that says so. NotFound without such a user."""
    given = await roles.grant(SYSTEM, email=email, role=role)
    return f"{email} has the role {role.value} {'now' if given else 'already'}"


async def revoke(email: str, role: Role) -> str:
    """Take a role away; return a line that says so. NotFound without such a user."""
    taken = await roles.revoke(SYSTEM, email=email, role=role)
    return f"{email} {'no longer has' if taken else 'never had'} the role {role.value}"


async def verify_audit(anchor: str) -> str:
    """Follow the audit log's chain; return a line that says it is whole. AuditBroken where it does not hold."""
    seq, _, chain = anchor.partition(":")
    if anchor and not (seq.isdecimal() and chain):
        raise invalid("anchor", "malformed", "An anchor is NUMBER:HASH, as this command printed it.")
    whole = await audit.verify(anchor=(int(seq), chain) if anchor else None)
    return f"{whole.entries} entries, whole. Keep this as an anchor: {whole.entries}:{whole.hash}"


@dataclass(frozen=True)
class CohortOptions:
    """What a cohort run from the command line is asked: the programme by its global id or its key."""

    programme: str
    seed: int
    publish: bool


async def match_cohort(asked: CohortOptions, report: Report) -> list[str]:
    """Compute a run, publish it when asked to, and return what it measured, a line each. NotFound; Conflict."""
    from server.domain.programmes import STAGES, RunStage, RunState
    from server.models.programmes import CohortRun
    from server.services import cohort_work, cohorts

    def hear(stage: RunStage, done: int, total: int) -> None:
        share = done / total if total else 0.0
        report(int(100 * (STAGES.index(stage) + share) / (len(STAGES) - 1)), 100)

    started = await cohorts.start_run(SYSTEM, asked=cohorts.NewRun(_programme_key(asked.programme), asked.seed))
    while await cohort_work.run_due(run_id=started.id, hear=hear) == 0:
        if (await CohortRun.get(id=started.id)).state is not RunState.DRAFT:
            break
        # A worker that runs beside took it: its preview is awaited.
        await asyncio.sleep(LOOK_SECONDS)
    if asked.publish:
        await cohorts.publish_run(SYSTEM, run_id=started.id)
    return _told_of(await CohortRun.get(id=started.id))


def _programme_key(given: str) -> UUID:
    from server.schema.core.ids import uuid_of

    try:
        return UUID(given)
    except ValueError:
        return uuid_of(given, "Programme", what="programme")


def _told_of(run: "CohortRun") -> list[str]:
    numbers, change = ((run.report or {}).get(name, {}) for name in ("numbers", "change"))
    lines = [f"run {run.id}: {run.state.value}, snapshot {run.snapshot_hash[:12]}, seed {run.seed}"]
    if numbers:
        lines += [
            "{learners:,} learners, {mentors:,} mentors with {places:,} places; {assigned:,} assigned".format(
                **numbers
            ),
            "{covered:,} served well of {ceiling:,} that could be; {feasible:,} have a feasible mentor".format(
                **numbers
            ),
            "exposure Gini {exposure_gini:.3f}, p99 requests per place {overload:.1f},"
            " served in a round {served_in_a_round:.1%}, first entries lose {top_loss:.1%}".format(**numbers),
            "against {against}: {gain:,} gain, {loss:,} lose, {same:,} the same".format(**change),
        ]
    return lines


def list_jobs() -> list[str]:
    """Return a line for each scheduled job."""
    from server.jobs import JOBS

    regular = [f"{job.name:24} every {job.every_seconds:g} s" for job in JOBS]
    return [*regular, f"{MATCH_COHORT:24} when asked: --programme ID [--seed N] [--preview]"]


def run_job(settings: Settings, name: str) -> str:
    """Run one job and say what it did. NotFound when there is no such job."""
    with servers(settings) as (urls, _):
        asyncio.run(migrate_database(urls.database_url))
        return asyncio.run(_run_job(settings, urls, name))


async def _run_job(settings: Settings, urls: ServerUrls, name: str) -> str:
    from server.jobs import JOBS
    from server.wiring import wired_worker

    jobs = {job.name: job for job in JOBS}
    if name not in jobs:
        raise NotFound("job")
    async with wired_worker(settings, urls):
        return f"{name}: {await jobs[name].run()} done"


def schema_text() -> str:
    """Return the GraphQL schema as SDL, sorted."""
    from graphql import lexicographic_sort_schema, print_schema

    from server.schema.core.building import core_schema
    from server.schema.root import schema

    return print_schema(lexicographic_sort_schema(core_schema(schema))) + "\n"


async def token(email: str) -> str:
    """Return a bearer token for somebody. NotFound without such a user."""
    return (await logins.open_login(SYSTEM, email=email, user_agent="alongside token")).token
