"""Filling a database with made-up people, as many as asked for. The seed alone decides who they are.

Whoever they are is made in domain/seed_*.py; here they are written, a block in one transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time

from server.domain.actors import Actor, Role
from server.domain.errors import NotAllowed
from server.domain.facts import fact_of
from server.domain.seed_histories import history_of
from server.domain.seed_people import seed_person
from server.domain.seed_sketch import SeedSource
from server.domain.seeding import BlockSeeded, SeedPlan, check_order, plan
from server.kit.clock import now
from server.models.streams import FactRecord
from server.services.seed_demo import DemoLogin, DemoLogins, demo_logins, seed_demo
from server.services.seed_material import seed_material
from server.services.seed_rows import analyse, copy_history, copy_people, lock_seeding
from server.services.transaction import unit_of_work

__all__ = ["DemoLogin", "DemoLogins", "Report", "SeedReport", "demo_logins", "seed", "seed_demo"]

Report = Callable[[int, int], None]
"""Told how many people are written, and of how many."""


@dataclass(frozen=True)
class SeedReport:
    """What was written by one call."""

    people: int
    rows: int
    seed: int

    def __str__(self) -> str:
        return f"{self.people:,} people of seed {self.seed} with {self.rows:,} rows"


async def seed(actor: Actor, *, people: int, seed: int, report: Report | None = None) -> SeedReport:
    """Write the people of a seed. Only the system or an admin may.

    Called again after an interruption it goes on where it stopped. Conflict: they are all there, or another number of
    people was made from this seed. InvalidInput: a number out of range.
    """
    if not actor.has_role(Role.ADMIN):
        raise NotAllowed("the role admin")
    check_order(people, seed)
    wanted, missing = plan(people, seed, now().date(), await _written(seed))
    made, rows, done = 0, 0, people - sum(len(wanted.numbers(block)) for block in missing)
    for block in missing:
        written = await _write_block(wanted, block)
        if written:
            made, rows = made + len(wanted.numbers(block)), rows + written
        done += len(wanted.numbers(block))
        if report is not None:
            report(done, people)
    await analyse()
    return SeedReport(made, rows, seed)


async def _write_block(wanted: SeedPlan, block: int) -> int:
    """Write one block and the mark that it is there. Return the rows; 0 when another process was faster."""
    source = SeedSource(wanted.seed, datetime.combine(wanted.day, time(), UTC))
    material = seed_material()
    people = [seed_person(material, source, number) for number in wanted.numbers(block)]
    history = history_of(material, source, people, block)
    async with unit_of_work() as work:
        await lock_seeding(work)
        if any(one.block == block for one in await _written(wanted.seed)):
            return 0
        rows = await copy_people(work, people) + await copy_history(work, history)
        work.record(BlockSeeded(seed=wanted.seed, people=wanted.people, day=wanted.day, block=block), to=[])
    return rows


async def _written(seed: int) -> list[BlockSeeded]:
    """Return the blocks of a seed that are in the database."""
    records = await FactRecord.filter(kind=BlockSeeded.kind).values_list("payload", flat=True)
    blocks = [fact_of(BlockSeeded.kind, str(payload)) for payload in records]
    return [block for block in blocks if isinstance(block, BlockSeeded) and block.seed == seed]
