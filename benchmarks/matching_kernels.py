"""Matching, kernels only: calendars, snapshot, the top 20 of one learner, a change, circles. One core, warm."""

import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks._table import row
from benchmarks.matching_community import START, ZONES, Community, community
from server.matching import auction, groups, index, serving, snapshot_store, timegrid
from server.matching.candidates import Search, scratch
from server.matching.kernel import Array
from server.matching.programme import Format, programme
from server.matching.scene import Scene
from server.matching.snapshot import Entries

SEARCH = Search(keep=32, prune=512, explore=16, seed=1)
LEARNERS = 2_000
SIZES = (100_000, 1_000_000)
GOALS = {100_000: "p50 2 ms, p99 8 ms", 1_000_000: "p50 8 ms, p99 40 ms"}


def run() -> Iterator[str]:
    """Yield the lines of the report."""
    small = community(200, 200)
    for one in range(50):
        serving.top(small.market(), one, SEARCH, scratch(400))
    yield from _calendars(100_000)
    for mentors in SIZES:
        yield from _top(mentors)
    yield from _circles(5_000)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _calendars(count: int) -> Iterator[str]:
    chance = np.random.default_rng(0)
    owner = np.repeat(np.arange(count), 5)
    begin = chance.integers(0, 20, len(owner)) * 60
    patterns = timegrid.weekly_patterns(count, owner, chance.integers(0, 7, len(owner)), (begin, begin + 240))
    tables = timegrid.zone_tables(ZONES, START)
    zone = chance.integers(0, len(ZONES), count)
    yield f"bitmaps of {count:,} calendars: {_seconds(lambda: timegrid.bitmaps(patterns, zone, tables)):.2f} s"


def _top(mentors: int) -> Iterator[str]:
    made: list[Community] = []
    built = _seconds(lambda: made.append(community(LEARNERS, mentors, seed=2)))
    people = made[0].people
    market = made[0].market()
    indexed = _seconds(lambda: index.build(people.offers, market.offered.members, len(people.idf)))
    memory = scratch(len(people.person))
    times = np.array([_seconds(partial(serving.top, market, one, SEARCH, memory)) for one in range(LEARNERS)])
    p50, p95, p99 = 1_000 * np.percentile(times, [50, 95, 99])
    told = f"p50 {p50:.2f} ms, p95 {p95:.2f} ms, p99 {p99:.2f} ms"
    yield row(f"top 20 among {mentors:,}, kernel", GOALS[mentors], told)
    yield f"  columns made up in {built:.1f} s, indexed in {indexed:.2f} s"
    with tempfile.TemporaryDirectory() as folder:
        saved = _seconds(lambda: snapshot_store.save(people, Path(folder), 1))
        where = snapshot_store.newest(Path(folder)) or Path(folder)
        size = sum(path.stat().st_size for path in where.iterdir()) / 1e6
        mapped = _seconds(lambda: snapshot_store.load(where))
    changed = _seconds(lambda: _change(market.offered, people.offers, LEARNERS + 5))
    yield f"  saved {size:.0f} MB in {saved:.2f} s, mapped in {1_000 * mapped:.1f} ms"
    yield f"  one row changed in {1e6 * changed:.0f} us, seen by the next query"


def _change(offered: index.Index, offers: Entries, row: int) -> None:
    snapshot_store.write_entries(offers, row, np.array([1, 2]), np.array([4, 4]), np.array([1.0, 0.5]))
    index.mark_changed(offered, row)


def warm_insert(start: Array, mentor: Array, value: Array, capacity: Array) -> float:
    """Return the median milliseconds to let one more learner into a settled auction."""
    market = auction.Auction(start, mentor, value, capacity)
    learners = len(start) - 1
    market.settle(np.arange(learners - 50))
    arrivals = [np.array([one]) for one in range(learners - 50, learners)]
    return 1_000 * float(np.median([_seconds(partial(market.admit, one)) for one in arrivals]))


def _circles(count: int) -> Iterator[str]:
    made = community(count, count, seed=3)
    people = made.people._replace(
        person=made.people.person[:count],
        free=made.people.free[:count],
        needs=made.people.needs._replace(span=made.people.needs.span[:count]),
        offers=made.people.offers._replace(span=made.people.offers.span[count:]),
    )
    scene = Scene(people, made.taxonomy, programme(Format.GROUP))
    groups.form(scene, np.arange(12, dtype=np.int32))
    found: list[groups.Circles] = []
    took = _seconds(lambda: found.append(groups.form(scene, np.arange(count, dtype=np.int32))))
    circles = found[0]
    told = (
        f"{took:.1f} s, {100 * circles.meets.mean():.1f} % with a common start, "
        f"{count - len(circles.people)} left over, mean need coverage {circles.worth.mean():.2f}"
    )
    yield row(f"circles of {count:,} people", "5 s, 99 % with a common start, none left over", told)
