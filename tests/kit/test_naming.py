"""Two spellings of a name, there and back."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kit.naming import camel, camel_keys, snake, snake_keys


@pytest.mark.parametrize(
    ("inside", "outside"),
    [("message_id", "messageId"), ("at", "at"), ("is_on_gig", "isOnGig"), ("gig:tax-returns", "gig:tax-returns")],
)
def test_names_change_their_spelling_and_come_back(inside: str, outside: str) -> None:
    assert (camel(inside), snake(outside)) == (outside, inside)


@pytest.mark.parametrize("text", ["_private", "trailing_", "a__b", "HTTP", "no spaces_here", "", "a_1"])
def test_what_is_no_name_stays_as_it_is(text: str) -> None:
    assert camel(text) == text


@given(st.lists(st.text("abcxyz", min_size=1), min_size=1, max_size=4))
def test_every_plain_name_comes_back(words: list[str]) -> None:
    assert snake(camel("_".join(words))) == "_".join(words)


def test_keys_change_at_every_depth_and_values_never() -> None:
    key = str(uuid4())
    inside = {"message_id": "not_a_key", "by_person": {key: [{"joined_at": None}]}}
    outside = {"messageId": "not_a_key", "byPerson": {key: [{"joinedAt": None}]}}
    assert camel_keys(inside) == outside
    assert snake_keys(outside) == inside
