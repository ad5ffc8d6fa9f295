from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from graphql import GraphQLError
from hypothesis import given
from hypothesis import strategies as st

from server.schema.core.scalars import read_date, read_instant, read_time, write_instant, write_time


def test_an_instant_is_written_in_utc_with_z():
    there = datetime(2026, 3, 9, 19, 30, tzinfo=timezone(timedelta(hours=2)))
    assert write_instant(there) == "2026-03-09T17:30:00Z"
    assert write_instant(datetime(2026, 3, 9, 17, 30, 0, 5, tzinfo=UTC)) == "2026-03-09T17:30:00.000005Z"
    with pytest.raises(ValueError, match="zone"):
        write_instant(datetime(2026, 3, 9))  # noqa: DTZ001 - the case under test


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_comes_back_as_it_went(instant: datetime):
    assert read_instant(write_instant(instant)) == instant


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-09T17:30:00Z", datetime(2026, 3, 9, 17, 30, tzinfo=UTC)),
        ("2026-03-09t19:30:00.5+02:00", datetime(2026, 3, 9, 17, 30, 0, 500_000, tzinfo=UTC)),
        ("2026-03-09T17:30:00.123456789z", datetime(2026, 3, 9, 17, 30, 0, 123_456, tzinfo=UTC)),
    ],
)
def test_rfc_3339_is_read(text: str, expected: datetime):
    assert read_instant(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-03-09",
        "2026-03-09T17:30:00",
        "2026-03-09 17:30:00Z",
        "20260309T173000Z",
        "2026-02-30T00:00:00Z",
        "2026-03-09T25:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "\u0662026-03-09T17:30:00Z",
        5,
        None,
        ["2026-03-09T17:30:00Z"],
    ],
)
def test_what_is_no_instant_is_a_client_error(text: object):
    with pytest.raises(GraphQLError, match="DateTime"):
        read_instant(text)


def test_dates_and_times_have_one_spelling():
    assert read_date("2026-03-09") == date(2026, 3, 9)
    assert read_time("17:30") == time(17, 30)
    assert [write_time(time(17, 30)), write_time(time(17, 30, 5))] == ["17:30", "17:30:05"]
    for text in ("2026-W01-1", "20260309", "2026-13-01", 7):
        with pytest.raises(GraphQLError, match="Date"):
            read_date(text)
    for text in ("24:00", "7:30", "17:30Z", "17", 7):
        with pytest.raises(GraphQLError, match="LocalTime"):
            read_time(text)
