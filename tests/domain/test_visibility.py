"""Who sees what, as values."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.profiles import Visibility
from server.domain.visibility import (
    DEFAULT_VISIBILITY,
    ProfileField,
    Relation,
    shown_name,
    visibility_of,
    visible_fields,
)

choices = st.dictionaries(
    st.sampled_from([field.value for field in ProfileField]), st.sampled_from([int(one) for one in Visibility])
)


def test_every_field_has_a_default_and_nothing_is_public_by_default() -> None:
    assert set(DEFAULT_VISIBILITY) == set(ProfileField)
    assert max(DEFAULT_VISIBILITY.values()) < Visibility.PUBLIC


@given(choices)
def test_whoever_stands_nearer_sees_at_least_as_much(chosen: dict[str, int]) -> None:
    seen = [visible_fields(chosen, relation) for relation in Relation]
    assert seen[0] == frozenset(ProfileField)
    assert all(nearer >= farther for nearer, farther in pairwise(seen))


@given(choices, st.sampled_from(list(Relation)))
def test_without_the_name_there_is_nothing(chosen: dict[str, int], relation: Relation) -> None:
    seen = visible_fields(chosen, relation)
    if visibility_of(chosen, ProfileField.NAME) < relation.reach:
        assert seen == frozenset()
    else:
        assert seen == {field for field in ProfileField if visibility_of(chosen, field) >= relation.reach}


@pytest.mark.parametrize("relation", list(Relation))
def test_a_pseudonym_is_read_by_all_but_self_and_matches(relation: Relation) -> None:
    knows = relation in (Relation.SELF, Relation.MATCH)
    assert shown_name("Ana", "Rider", relation) == ("Ana" if knows else "Rider")
    assert shown_name("Ana", None, relation) == "Ana"
