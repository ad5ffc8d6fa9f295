import numpy as np
import pytest

from benchmarks.matching_community import community
from server.matching import groups
from server.matching import snapshot as columns
from server.matching.programme import Format, programme
from server.matching.scene import Scene
from server.matching.snapshot import Snapshot
from tests.matching.small import SKILLS, crowd, tree


def circle_of(count: int, seed: int = 0) -> Snapshot:
    """People who each need one skill and teach another, free in the morning or in the evening."""
    chance = np.random.default_rng(seed)
    everyone = np.arange(count)
    people = crowd(count, 0)
    needs = columns.entries(count, everyone, chance.integers(0, 4, count), np.ones(count), np.ones(count))
    offers = columns.entries(count, everyone, chance.integers(0, 4, count), np.full(count, 4), np.ones(count))
    free = np.zeros((count, 28, 96), bool)
    evening = chance.random(count) < 0.5
    free[~evening, :, 32:40] = free[evening, :, 72:80] = True
    people.free[:] = np.packbits(free.reshape(count, 2688), axis=1, bitorder="little").view(np.uint64)
    people.person["languages"] = np.where(chance.random(count) < 0.3, 2, 1)
    return people._replace(needs=needs, offers=offers)


def form(people: Snapshot, rows: object, seed: int = 0) -> groups.Circles:
    scene = Scene(people, tree(), programme(Format.GROUP))
    return groups.form(scene, np.asarray(rows, np.int32), seed=seed)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 17, 23, 100, 101])
def test_nobody_is_left_over_and_groups_have_four_to_six_where_they_can(count: int) -> None:
    made = form(circle_of(count), np.arange(count))
    assert sorted(made.people.tolist()) == list(range(count))
    sizes = np.diff(made.start)
    possible = count not in {1, 2, 3, 7}
    assert not possible or all(4 <= size <= 6 for size in sizes)
    assert sizes.sum() == count


def test_groups_can_meet_and_speak_together() -> None:
    people = circle_of(200)
    made = form(people, np.arange(200))
    spoken = [
        np.bitwise_and.reduce(people.person["languages"][made.people[first:last]])
        for first, last in zip(made.start, made.start[1:], strict=False)
    ]
    assert made.meets.mean() >= 0.97
    assert np.mean(np.array(spoken) > 0) >= 0.97


def test_swaps_raise_what_members_can_teach_one_another() -> None:
    scene = Scene(circle_of(200), tree(), programme(Format.GROUP))
    rows = np.arange(200, dtype=np.int32)
    before, after = (groups.form(scene, rows, tries_each=tries).worth.mean() for tries in (0, 60))
    assert after > before + 0.05


def test_people_kept_apart_are_in_different_circles() -> None:
    chance = np.random.default_rng(2)
    ones = np.arange(0, 100, 2)
    people = columns.with_blocks(circle_of(100), ones, (ones + chance.integers(1, 99, 50)) % 100)
    made = form(people, np.arange(100))
    where = np.empty(100, int)
    where[made.people] = np.repeat(np.arange(len(made.start) - 1), np.diff(made.start))
    pairs = people.blocks
    apart = where[(pairs >> np.uint64(32)).astype(int)] != where[(pairs & np.uint64(0xFFFFFFFF)).astype(int)]
    assert apart.all()


def test_the_same_seed_makes_the_same_circles() -> None:
    one, same = (form(circle_of(60), np.arange(60), seed=9) for _ in range(2))
    assert one.people.tobytes() == same.people.tobytes()


def test_no_circle_needs_a_skill_to_be_formed() -> None:
    people = circle_of(10)
    people.needs.span["count"] = 0
    assert form(people, np.arange(10)).worth.tolist() == [0.0, 0.0]
    assert len(people.idf) == SKILLS


def test_nearly_all_circles_of_a_mixed_community_can_meet_and_speak_together() -> None:
    made = community(600, 600, seed=2)
    people = made.people._replace(
        person=made.people.person[:600],
        free=made.people.free[:600],
        needs=made.people.needs._replace(span=made.people.needs.span[:600]),
        offers=made.people.offers._replace(span=made.people.offers.span[600:]),
    )
    scene = Scene(people, made.taxonomy, programme(Format.GROUP))
    formed = groups.form(scene, np.arange(600, dtype=np.int32), tries_each=4)
    spoken = [
        np.bitwise_and.reduce(people.person["languages"][formed.people[first:last]])
        for first, last in zip(formed.start, formed.start[1:], strict=False)
    ]
    assert sorted(formed.people.tolist()) == list(range(600))
    # Of so few in twelve languages and six bands of hours some fit with nobody; of thousands hardly anyone does.
    assert formed.meets.mean() >= 0.9
    assert np.mean(np.array(spoken) > 0) >= 0.9
