"""`alongside`: parse, call, print. What a command does lives in the floors below; a refusal is printed as one line."""

import os
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from server import operations
from server.config import ConfigError, Settings
from server.domain.actors import Role
from server.domain.errors import Refusal
from server.embedded import EmbeddedError
from server.operations import ServeOptions

R = TypeVar("R")

cli = typer.Typer(
    name="alongside",
    help="Alongside: mentorship and community for people whose work is temporary.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Data = Annotated[Path | None, typer.Option("--data", help="Folder of the embedded servers' data. Default: var/")]


@contextmanager
def _refusals_printed() -> Iterator[None]:
    """End with status 1 and one line for an expected no, 2 for settings that cannot be used."""
    try:
        yield
    except ConfigError as problem:
        err.print(str(problem))
        raise typer.Exit(2) from None
    except (Refusal, EmbeddedError, OSError) as refusal:
        err.print(f"{getattr(refusal, 'code', type(refusal).__name__)}: {refusal}")
        raise typer.Exit(1) from None


def _settings(**overrides: Any) -> Settings:
    return Settings.from_env(os.environ, **overrides)


def _run(work: Callable[[Settings], Awaitable[R]], **overrides: Any) -> R:
    """Run a command's work against the servers of the settings, embedded or not."""
    with _refusals_printed():
        return operations.with_database(_settings(**overrides), work)


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on the terminal; give the work a function to call with (done, total)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on. Default: 127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on. Default: 8000")] = None,
    workers: Annotated[int | None, typer.Option(help="Serving processes. Default: 1")] = None,
    data: Data = None,
    demo: Annotated[bool, typer.Option("--demo", help="Fill an empty database with a demo community, once.")] = False,
    no_worker: Annotated[
        bool, typer.Option("--no-worker", help="Leave background work to `alongside worker`.")
    ] = False,
) -> None:
    """Serve the API and the live rooms, with PostgreSQL and Valkey of its own unless URLs name others."""
    with _refusals_printed():
        settings = _settings(host=host, port=port, workers=workers, data_dir=data)
        options = ServeOptions(demo=demo, with_worker=not no_worker)
        with ExitStack() as stack:
            with _progress("demo community" if demo else "preparing") as report:
                serving = stack.enter_context(operations.prepare(settings, options, report))
            for line in serving.banner():
                out.print(line)
            serving.run(os.environ)


@cli.command(hidden=True)
def serve_process(listener: int) -> None:
    """Serve from a listening socket handed down by `serve`."""
    with _refusals_printed():
        operations.serve_process(_settings(), listener, os.environ)


@cli.command()
def worker(data: Data = None) -> None:
    """Do the background work: reactions, scheduled jobs, the relay sweep. Any number may run."""
    with _refusals_printed():
        operations.work(_settings(data_dir=data), os.environ)


@cli.command()
def migrate(data: Data = None) -> None:
    """Bring the database to the newest migration."""
    with _refusals_printed():
        names = operations.migrate(_settings(data_dir=data))
    for name in names:
        out.print(f"applied {name}")
    out.print("the database is up to date")


@cli.command()
def seed(
    people: Annotated[int, typer.Option(help="How many people to make.", min=1)] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same people.")] = 1,
    data: Data = None,
) -> None:
    """Fill the database with made-up people for trying things out and for measuring."""
    with _progress(f"{people} people") as report:
        line = _run(lambda _settings: operations.seed_people(people, seed, report), data_dir=data)
    out.print(line)


@cli.command()
def grant(
    email: str,
    role: Role,
    revoke: Annotated[bool, typer.Option("--revoke", help="Take the role away instead.")] = False,
    data: Data = None,
) -> None:
    """Give somebody a platform-wide role."""
    change = operations.revoke if revoke else operations.grant
    out.print(_run(lambda _settings: change(email, role), data_dir=data))


@cli.command()
def audit(
    anchor: Annotated[str, typer.Option(help="NUMBER:HASH from an earlier check; tells whether the end was cut.")] = "",
    data: Data = None,
) -> None:
    """Check that the audit log is whole: that nothing in it was changed, taken out or put in between."""
    out.print(_run(lambda _settings: operations.verify_audit(anchor), data_dir=data))


@cli.command()
def job(
    name: Annotated[str, typer.Argument(help="The job's name; without one, all are listed.")] = "",
    programme: Annotated[str, typer.Option(help="For match-cohort: which programme, by its id.")] = "",
    seed: Annotated[int, typer.Option(help="For match-cohort: the same seed gives the same lists.")] = 0,
    preview: Annotated[bool, typer.Option("--preview", help="For match-cohort: compute, but do not publish.")] = False,
    data: Data = None,
) -> None:
    """Run one scheduled job now, or list them; or match the cohort of a programme."""
    if not name:
        for line in operations.list_jobs():
            out.print(line)
        return
    if name == operations.MATCH_COHORT:
        asked = operations.CohortOptions(programme, seed, publish=not preview)
        with _progress(name) as report:
            lines = _run(lambda _settings: operations.match_cohort(asked, report), data_dir=data)
        for line in lines:
            out.print(line)
        return
    with _refusals_printed():
        out.print(operations.run_job(_settings(data_dir=data), name))


@cli.command()
def schema() -> None:
    """Print the GraphQL schema, sorted."""
    sys.stdout.write(operations.schema_text())


@cli.command()
def token(email: str, data: Data = None) -> None:
    """Print a bearer token for somebody: for people with shell access."""
    out.print(_run(lambda _settings: operations.token(email), data_dir=data))


def main(arguments: list[str] | None = None, environment: Mapping[str, str] | None = None) -> None:
    """Run the command line."""
    if environment is not None:
        os.environ.update(environment)
    cli(arguments)
