import numpy as np
import pytest

from server.matching import taxonomy
from tests.matching.small import PARENTS, RELATED, SKILLS, tree


@pytest.mark.parametrize(
    ("needed", "offered", "near"),
    [(0, 0, 1.0), (0, 4, 0.8), (4, 0, 0.6), (0, 1, 0.5), (1, 0, 0.5), (0, 5, 0.35), (5, 0, 0.35), (0, 6, 0.0)],
)
def test_each_relation_has_its_nearness(needed: int, offered: int, near: float) -> None:
    assert taxonomy.likeness(tree(), needed, offered) == pytest.approx(near)


def test_of_two_relations_the_nearer_counts() -> None:
    both = taxonomy.build(SKILLS, PARENTS, np.array([[0, 1], [0, 4]]))
    assert [taxonomy.likeness(both, 0, other) for other in (1, 4)] == [0.5, pytest.approx(0.8)]


def test_a_group_too_wide_makes_no_siblings() -> None:
    narrow = taxonomy.build(SKILLS, PARENTS, RELATED, max_siblings=3)
    assert taxonomy.likeness(narrow, 0, 1) == 0.0


def test_the_reversed_rows_say_the_same() -> None:
    forward, back = tree(), taxonomy.reversed_rows(tree())
    pairs = [(needed, offered) for needed in range(SKILLS) for offered in range(SKILLS)]
    assert [taxonomy.likeness(forward, one, other) for one, other in pairs] == [
        taxonomy.likeness(back, other, one) for one, other in pairs
    ]


def test_a_flat_taxonomy_knows_a_skill_as_itself_only() -> None:
    assert np.array_equal(taxonomy.flat(3).near, [0, 1, 2])
