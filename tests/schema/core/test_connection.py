from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import InvalidInput
from server.kit.paging import (
    BadCursorError,
    Order,
    PageRequest,
    cut_page,
    decode_cursor,
    encode_cursor,
    page_of_sequence,
)
from server.schema.core.connection import connection_field, page_request
from tests.schema.core.runner import ask

NUMBERS = Order("numbers", (int, int))
NEWEST = Order("newest", (datetime, UUID), descending=True)
MIXED = Order("mixed", (str | None, float, UUID))
WHEN = datetime(2026, 3, 9, 17, 30, 1, 123456, tzinfo=UTC)
KEY = UUID(int=5)


@pytest.mark.parametrize(
    ("order", "key"),
    [(NUMBERS, (1, -(2**63))), (NEWEST, (WHEN, KEY)), (MIXED, ("é", 0.5, KEY)), (MIXED, (None, -1.0, KEY))],
)
def test_a_cursor_comes_back_as_it_went(order: Order, key: tuple[Any, ...]):
    assert decode_cursor(order, encode_cursor(order, key)) == key


def test_an_instant_in_another_zone_is_the_same_place():
    elsewhere = WHEN.astimezone(timezone(timedelta(hours=5)))
    assert encode_cursor(NEWEST, (elsewhere, KEY)) == encode_cursor(NEWEST, (WHEN, KEY))


FORGED = [
    (NUMBERS, encode_cursor(Order("others", (int, int)), (1, 2))),
    (NUMBERS, encode_cursor(Order("numbers", (int,)), (1,))),
    (NUMBERS, encode_cursor(Order("numbers", (int, str)), (1, "2"))),
    (NUMBERS, encode_cursor(Order("numbers", (int, bool)), (1, True))),
    (NUMBERS, encode_cursor(Order("numbers", (int, int)), (1, 2**63))),
    (MIXED, encode_cursor(MIXED, ("a\x00", 0.5, KEY))),
    (MIXED, encode_cursor(MIXED, ("a", float("nan"), KEY))),
    (MIXED, encode_cursor(MIXED, ("a", float("inf"), KEY))),
    (NEWEST, encode_cursor(NEWEST, ("0001-01-01T00:00:00+14:00", KEY))),
    (NEWEST, encode_cursor(NEWEST, ("2026-03-09T17:30:00", KEY))),
    (NEWEST, encode_cursor(NEWEST, (WHEN, KEY)) + "="),
    (NEWEST, encode_cursor(NEWEST, (WHEN, KEY))[:-2]),
    (NEWEST, ""),
    (NEWEST, "é"),
    (NEWEST, "x" * 2_000),
]


@pytest.mark.parametrize(("order", "cursor"), FORGED)
def test_a_cursor_of_another_order_or_shape_is_refused(order: Order, cursor: str):
    with pytest.raises(BadCursorError):
        decode_cursor(order, cursor)


@given(st.text(max_size=60))
def test_any_text_is_a_cursor_or_refused(text: str):
    try:
        key = decode_cursor(NUMBERS, text)
    except BadCursorError:
        return
    assert encode_cursor(NUMBERS, key) == text


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_pages_either_way_give_each_row_once(descending: bool, size: int):
    order = Order("rows", (int, int), descending=descending)
    rows = sorted([(n // 3, n) for n in range(20)], reverse=descending)

    def walk(backward: bool) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        bound = None
        while True:
            request = PageRequest(order, size, bound, backward)
            page = page_of_sequence(rows, request, lambda row: row)
            found = [*page.items, *found] if backward else [*found, *page.items]
            assert (page.has_next if backward else page.has_previous) == (bound is not None)
            if not (page.has_previous if backward else page.has_next):
                return found
            bound = decode_cursor(order, page.cursors[0 if backward else -1])

    assert walk(backward=False) == rows
    assert walk(backward=True) == rows


def test_rows_are_asked_for_in_the_way_that_puts_the_bound_first():
    ways = {
        (order.descending, backward): (request.direction, request.comparison, request.fetch)
        for order in (NUMBERS, NEWEST)
        for backward in (False, True)
        for request in [PageRequest(order, 20, None, backward)]
    }
    assert ways == {
        (False, False): ("ASC", ">", 21),
        (False, True): ("DESC", "<", 21),
        (True, False): ("DESC", "<", 21),
        (True, True): ("ASC", ">", 21),
    }


def test_one_extra_row_tells_that_more_follow():
    request = PageRequest(NUMBERS, 2)
    assert [cut_page([(n, n) for n in range(count)], request, tuple).has_next for count in (0, 2, 3)] == [
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"first": 0}, "first"),
        ({"first": 101}, "first"),
        ({"last": -1}, "last"),
        ({"first": 1, "last": 1}, "last"),
        ({"first": 1, "before": "x"}, "before"),
        ({"last": 1, "after": "x"}, "after"),
        ({"after": "x", "before": "x"}, "after"),
        ({"after": "x"}, "after"),
        ({"before": "x"}, "before"),
        ({"first": 1, "after": ""}, "after"),
    ],
)
def test_paging_arguments_that_make_no_page_are_refused_by_name(arguments: dict[str, Any], path: str):
    given: dict[str, Any] = {"first": None, "after": None, "last": None, "before": None, **arguments}
    with pytest.raises(InvalidInput) as refused:
        page_request(NUMBERS, **given)
    assert [problem.path for problem in refused.value.problems] == [path]


def test_the_default_is_the_first_twenty():
    assert page_request(NUMBERS, None, None, None, None) == PageRequest(NUMBERS, 20)


async def test_a_connection_pages_through_the_schema():
    query = """query ($first: Int, $after: String) { pens(first: $first, after: $after) {
        edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    seen: list[str] = []
    after = None
    while True:
        result = await ask(query, first=7, after=after)
        assert result.data is not None
        page = result.data["pens"]
        cursors = [edge["cursor"] for edge in page["edges"]]
        assert (page["pageInfo"]["startCursor"], page["pageInfo"]["endCursor"]) == (cursors[0], cursors[-1])
        assert page["pageInfo"]["hasPreviousPage"] == (after is not None)
        seen += [edge["node"]["name"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(seen) == 30
    assert all(one < other for one, other in pairwise(seen))


async def test_an_empty_connection_has_no_cursors():
    result = await ask('{ pens(named: "none") { edges { cursor } pageInfo { hasNextPage startCursor endCursor } } }')
    assert result.data == {
        "pens": {"edges": [], "pageInfo": {"hasNextPage": False, "startCursor": None, "endCursor": None}}
    }


def test_the_order_may_depend_on_the_other_arguments():
    from server.schema.core.connection import take_page

    def choose(arguments: Any) -> Order:
        return NEWEST if arguments["newest"] else NUMBERS

    taken = take_page(choose, {"newest": True, "first": 3})
    assert taken == {"newest": True, "page": PageRequest(NEWEST, 3)}
    assert callable(connection_field(order=choose, description="x"))
