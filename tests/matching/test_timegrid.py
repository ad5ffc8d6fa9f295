from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from server.matching import overlap, timegrid

SWITCH_WEEKS = (
    ("Europe/Berlin", datetime(2026, 3, 9, tzinfo=UTC)),
    ("Europe/London", datetime(2026, 10, 12, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 2, 23, tzinfo=UTC)),
    ("America/Los_Angeles", datetime(2026, 10, 19, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 3, 23, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 9, 21, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 6, 1, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 12, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2021, 3, 22, tzinfo=UTC)),
    ("Africa/Casablanca", datetime(2026, 2, 9, tzinfo=UTC)),
)
PAIRS = 50_000


def test_fifty_thousand_instants_in_switch_weeks_fall_in_the_local_quarter_that_zoneinfo_names() -> None:
    chance = np.random.default_rng(5)
    each = PAIRS // len(SWITCH_WEEKS)
    for name, first_day in SWITCH_WEEKS:
        tables = timegrid.zone_tables([name], timegrid.grid_start(first_day))
        zone = ZoneInfo(name)
        seconds = chance.integers(0, timegrid.SLOTS * 900, each)
        for second, slot in zip(seconds.tolist(), tables.local_slot[0][seconds // 900].tolist(), strict=True):
            local = datetime.fromtimestamp(tables.start + second, UTC).astimezone(zone)
            assert slot == local.weekday() * 96 + local.hour * 4 + local.minute // 15


def test_a_bitmap_is_free_exactly_where_the_local_window_says_through_the_switch() -> None:
    tables = timegrid.zone_tables(["Europe/Berlin"], timegrid.grid_start(datetime(2026, 3, 16, tzinfo=UTC)))
    patterns = timegrid.weekly_patterns(1, np.array([0]), np.array([6]), (np.array([60]), np.array([240])))
    free = timegrid.unpack(timegrid.bitmaps(patterns, np.array([0]), tables))[0]
    sundays = np.flatnonzero(free) * 900 + tables.start
    local = [datetime.fromtimestamp(second, UTC).astimezone(ZoneInfo("Europe/Berlin")) for second in sundays.tolist()]
    assert all(one.weekday() == 6 and 1 <= one.hour < 4 for one in local)
    # On the day of the switch 02:00 to 03:00 does not exist, so three hours are two.
    assert len(local) == 12 + 8 + 12 + 12


def test_a_window_that_covers_a_quarter_in_part_leaves_it_closed() -> None:
    patterns = timegrid.weekly_patterns(1, np.array([0]), np.array([0]), (np.array([550]), np.array([605])))
    assert np.flatnonzero(patterns[0]).tolist() == [37, 38, 39]


def test_a_closing_exception_takes_every_quarter_it_touches_and_an_opening_one_whole_ones() -> None:
    tables = timegrid.zone_tables(["Asia/Kathmandu"], 0)
    minutes = (24 * 60 + 7, 24 * 60 + 50)
    closed = timegrid.unpack(timegrid.local_stretch(tables, 0, minutes, is_open=False)[None, :])[0]
    opened = timegrid.unpack(timegrid.local_stretch(tables, 0, minutes, is_open=True)[None, :])[0]
    # Nepal was at +05:30 in 1970: local day 1 begins at slot 96 - 22.
    assert (np.flatnonzero(closed).tolist(), np.flatnonzero(opened).tolist()) == ([74, 75, 76, 77], [75, 76])


def test_a_booked_stretch_takes_the_slots_it_touches() -> None:
    taken = timegrid.unpack(timegrid.utc_stretch(1_000_000, 1_000_900, 1_001_801)[None, :])[0]
    assert np.flatnonzero(taken).tolist() == [1, 2]


@pytest.mark.parametrize("slots", [1, 2, 3, 4, 7, 32])
def test_starts_and_days_in_common_are_those_that_counting_finds(slots: int) -> None:
    chance = np.random.default_rng(slots)
    free = np.repeat(chance.random((2, timegrid.SLOTS // 8)) < 0.7, 8, axis=1)
    bits = timegrid.pack(free)
    both = np.append(free[0] & free[1], np.zeros(slots, bool))
    run = np.all([both[step : step + timegrid.SLOTS] for step in range(slots)], axis=0)
    for window in ((0, timegrid.SLOTS), (100, 777), (64, 128), (2_000, 2_001)):
        inside = np.flatnonzero(run[window[0] : window[1]]) + window[0]
        assert overlap.common_starts(bits[0], bits[1], slots, window) == len(inside)
        assert overlap.common_days(bits[0], bits[1], slots, window) == len(np.unique(inside // 96))
    assert np.array_equal(overlap.erode(bits[0] & bits[1], slots), timegrid.pack(run[None, :])[0])


def test_counting_days_stops_at_enough() -> None:
    free = timegrid.pack(np.ones((1, timegrid.SLOTS), bool))[0]
    assert overlap.common_days(free, free, 4, (0, timegrid.SLOTS), 5) == 5


def test_the_next_starts_are_the_first_of_each_day() -> None:
    free = np.zeros((1, timegrid.SLOTS), bool)
    free[0, 40:44] = free[0, 130:140] = free[0, 300:303] = True
    bits = timegrid.pack(free)[0]
    assert overlap.next_starts(bits, bits, 4, (0, timegrid.SLOTS), 3).tolist() == [40, 130]


def test_a_zone_nobody_knows_is_refused() -> None:
    with pytest.raises(KeyError):
        timegrid.zone_tables(["Mars/Olympus"], 0)


def test_the_grid_starts_at_midnight() -> None:
    at = datetime(2026, 11, 21, 17, 5, tzinfo=UTC)
    assert timegrid.grid_start(at) == int((at - timedelta(hours=17, minutes=5)).timestamp())
