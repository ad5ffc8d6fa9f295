"""What is remembered of a seeding, so that it is done once and an interrupted one goes on where it stopped."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from server.domain.errors import Conflict, invalid
from server.domain.facts import Fact

MAX_PEOPLE = 1_000_000
MAX_SEED = 2**63 - 1
BLOCK = 1_000
"""People written in one transaction; histories stay inside a block. Another number would make other histories."""
DEMO_SEED = 0
"""Not to be had by `seed`, so that the demo community meets no other one."""
DEMO_PEOPLE = 300
DEMO_PASSWORD = "alongside-demo-bicycle"  # noqa: S105 - printed at every start with --demo, and in the README
"""The password of every demo login; it belongs to nobody."""


@dataclass(frozen=True, kw_only=True)
class BlockSeeded(Fact):
    """A block of made-up people is in the database. `people` counts the whole community, `day` was its today."""

    kind: ClassVar[str] = "seed.block_written"
    seed: int
    people: int
    day: date
    block: int


@dataclass(frozen=True, kw_only=True)
class DemoSeeded(Fact):
    """The demo community is in the database, with these logins."""

    kind: ClassVar[str] = "demo.seeded"
    user_ids: list[UUID]


@dataclass(frozen=True)
class SeedPlan:
    """A community to make: how many people, of which seed, on which day."""

    people: int
    seed: int
    day: date

    @property
    def blocks(self) -> int:
        """Return the number of blocks; the last may be smaller."""
        return -(-self.people // BLOCK)

    def numbers(self, block: int) -> range:
        """Return the numbers of the people in a block."""
        return range(block * BLOCK, min(self.people, (block + 1) * BLOCK))


def check_order(people: int, seed: int) -> None:
    """Refuse a community of no people or too many, or a seed that is none."""
    if not 1 <= people <= MAX_PEOPLE:
        raise invalid("people", "out_of_range", f"Between 1 and {MAX_PEOPLE:,} people.")
    if not 1 <= seed <= MAX_SEED:
        raise invalid("seed", "out_of_range", "A seed is a number from 1 to 2^63 - 1.")


def plan(people: int, seed: int, today: date, written: list[BlockSeeded]) -> tuple[SeedPlan, list[int]]:
    """Return what is to be made and the blocks still missing, given the blocks of this seed that are there.

    Conflict: all of it is there, or a community of another size was made from this seed.
    """
    wanted = SeedPlan(people, seed, written[0].day if written else today)
    done = {one.block for one in written}
    if any(one.people != people for one in written):
        raise Conflict(f"A community of {written[0].people:,} people was made from seed {seed}.", current="other_size")
    missing = [block for block in range(wanted.blocks) if block not in done]
    if not missing:
        raise Conflict(f"The {people:,} people of seed {seed} are in this database already.", current="seeded")
    return wanted, missing
