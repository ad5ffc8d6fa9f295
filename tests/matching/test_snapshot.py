from pathlib import Path

import numpy as np
import pytest

from server.matching import feasible, index, snapshot_store
from server.matching import snapshot as columns
from server.matching.candidates import Search, candidates, scratch
from server.matching.snapshot import Entries
from tests.matching.small import LEARNER, MENTOR, SKILLS, crowd, market_of, pair, tree

SEARCH = Search(20, 64, 4, 0)


def skills_in(rows: Entries, row: int) -> list[tuple[int, int]]:
    items, _ = columns.skills_of(rows, np.array([row]))
    return list(zip(items["skill"].tolist(), items["level"].tolist(), strict=True))


def test_a_saved_snapshot_comes_back_the_same(tmp_path: Path) -> None:
    people = columns.with_blocks(crowd(5, 3), np.array([0]), np.array([6]))
    snapshot_store.save(people, tmp_path, 7)
    found = snapshot_store.newest(tmp_path)
    assert found is not None
    loaded, version = snapshot_store.load(found)
    assert version == 7
    for name in ("start", "person", "free", "blocks", "declined", "idf"):
        assert np.asarray(getattr(loaded, name)).tobytes() == np.asarray(getattr(people, name)).tobytes()
    assert loaded.needs.items.tobytes() == people.needs.items.tobytes()


def test_changes_of_a_loaded_snapshot_stay_in_this_process(tmp_path: Path) -> None:
    where = snapshot_store.save(crowd(2000, 500), tmp_path, 1)
    mine, _ = snapshot_store.load(where)
    snapshot_store.write_row(mine, 3, {"languages": 8})
    assert (mine.person["languages"][3], snapshot_store.load(where)[0].person["languages"][3]) == (8, 1)


def test_the_newest_version_is_the_highest(tmp_path: Path) -> None:
    for version in (9, 10, 2):
        snapshot_store.save(pair(), tmp_path, version)
    found = snapshot_store.newest(tmp_path)
    assert found is not None
    assert snapshot_store.load(found)[1] == 10


def test_a_folder_of_another_layout_is_refused(tmp_path: Path) -> None:
    where = snapshot_store.save(pair(), tmp_path, 1)
    (where / "snapshot.json").write_text('{"layout": 0, "version": 1}')
    with pytest.raises(snapshot_store.WrongLayoutError):
        snapshot_store.load(where)


def test_a_skill_given_twice_counts_once_at_its_heaviest() -> None:
    rows = columns.entries(1, np.array([0, 0, 0]), np.array([3, 3, 2]), np.array([1, 2, 9]), np.array([1.0, 3.0, 2.0]))
    assert skills_in(rows, 0) == [(3, 2), (2, 4)]


@pytest.mark.parametrize("count", [0, 1, 3, 6, 40])
def test_a_row_of_skills_can_be_replaced_by_one_of_any_length(count: int) -> None:
    people = crowd(3, 3)
    skill = np.arange(count) % SKILLS
    needs = snapshot_store.write_entries(people.needs, 1, skill, np.full(count, 2), np.ones(count))
    assert skills_in(needs, 1) == [(one, 2) for one in sorted(set(skill.tolist()))]
    assert (skills_in(needs, 0), skills_in(needs, 2)) == ([(0, 1)], [(0, 1)])


def test_rows_that_outgrow_the_arena_many_times_keep_their_neighbours() -> None:
    needs = crowd(30, 1).needs
    for turn in range(300):
        held = np.arange(1 + turn % SKILLS)
        needs = snapshot_store.write_entries(needs, turn % 30, held, np.ones(len(held)), np.ones(len(held)))
    assert [len(skills_in(needs, row)) for row in range(30)] == [1 + (270 + row) % SKILLS for row in range(30)]


def test_a_column_that_is_not_a_persons_is_refused() -> None:
    with pytest.raises(KeyError):
        snapshot_store.write_row(pair(), 0, {"has_block": 0})


def test_a_new_block_is_seen_at_once() -> None:
    people = snapshot_store.with_block(pair(), MENTOR, LEARNER)
    assert feasible.reason(market_of(people).scene, LEARNER, MENTOR) == feasible.Reason.BLOCKED


def test_a_mentor_who_learns_to_teach_is_found_before_the_index_is_built_again() -> None:
    people = crowd(1, 2)
    offers = snapshot_store.write_entries(people.offers, 2, np.array([6]), np.array([4]), np.array([1.0]))
    market = market_of(people._replace(offers=offers))
    memory = scratch(3)
    assert candidates(market.scene, market.offered, 0, SEARCH, memory)[0].tolist() == [1]
    snapshot_store.write_entries(offers, 2, np.array([0]), np.array([4]), np.array([1.0]))
    assert index.mark_changed(market.offered, 2)
    assert sorted(candidates(market.scene, market.offered, 0, SEARCH, memory)[0].tolist()) == [1, 2]


def test_an_index_with_too_many_changes_asks_to_be_built_again() -> None:
    people = crowd(1, index.MAX_CHANGED + 5)
    built = market_of(people).offered
    answers = [index.mark_changed(built, row) for row in range(1, index.MAX_CHANGED + 2)]
    assert answers == [True] * index.MAX_CHANGED + [False]


def test_a_skill_outside_the_taxonomy_is_refused() -> None:
    people = crowd(1, 1)
    needs = columns.entries(2, np.array([0]), np.array([SKILLS]), np.array([1]), np.array([1.0]))
    with pytest.raises(ValueError, match="taxonomy"):
        market_of(people._replace(needs=needs), skills=tree())
