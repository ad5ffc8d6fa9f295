"""Ids: of version 7, in the order of their birth, and the same again from the same die."""

import random
from itertools import pairwise

from server.kit.ids import drawn_by, new_id


def test_ids_are_of_version_seven_and_no_two_alike() -> None:
    made = [new_id() for _ in range(1_000)]
    assert {one.version for one in made} == {7}
    assert len(set(made)) == len(made)


def test_a_die_draws_the_same_ids_again_in_the_order_of_their_birth() -> None:
    drawn = []
    for _ in range(2):
        with drawn_by(random.Random(7)):
            drawn.append([new_id() for _ in range(100)])
    first, second = drawn
    assert first == second
    assert {one.version for one in first} == {7}
    assert {one.variant for one in first} == {new_id().variant}
    assert all(one < other for one, other in pairwise(first))
    assert new_id() not in first
