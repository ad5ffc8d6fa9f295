"""What ical.js, which other programs read calendars with, makes of feeds and invitations across a change of clocks."""

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from server.domain.meetings import MentorshipMeetingState
from server.outbound.calendar import feed, invitation
from tests.contracts.graphql_clients import install, is_node_here
from tests.outbound.test_calendar import HERE, WHO, entry, series

pytestmark = pytest.mark.skipif(not is_node_here(), reason="node and npm are needed to run another reader of calendars")

PACKAGES = ("ical.js@2.2.1",)
SCRIPT = Path(__file__).with_name("ical_reader.mjs")
Reads = Callable[[bytes], Any]


@pytest.fixture(scope="module")
def folder() -> Path:
    return install(PACKAGES)


@pytest.fixture
def reads(folder: Path, tmp_path: Path) -> Reads:
    def read(content: bytes) -> Any:
        file = tmp_path / "calendar.ics"
        file.write_bytes(content)
        done = subprocess.run(["node", SCRIPT, folder, file], capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return read


def utc(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def test_a_series_is_read_at_the_same_instants_across_the_change_of_clocks_with_its_changes(reads: Reads) -> None:
    rows = series(times=5)
    before = reads(invitation(rows, HERE, WHO))
    assert before["method"] == "REQUEST"
    assert [one["start"] for one in before["shown"]] == [utc(row.starts_at) for row in rows]
    assert {row.starts_at.hour for row in rows} == {17, 18}
    meeting, to = rows[1].meeting, datetime(2027, 3, 31, 9, tzinfo=UTC)
    assert meeting is not None
    same: dict[str, Any] = {"series_id": meeting.series_id, "every_days": 7}
    rows[1] = entry(to, minutes=30, occurs_at=meeting.occurs_at, sequence=1, **same)
    rows[3] = entry(rows[3].starts_at, sequence=2, state=MentorshipMeetingState.CANCELLED, **same)
    after = reads(invitation(rows, HERE, WHO))
    assert [one["start"] for one in after["shown"]] == [utc(rows[number].starts_at) for number in (0, 1, 2, 4)]
    assert after["shown"][1]["end"] == utc(to + timedelta(minutes=30))
    assert {one["uid"] for one in after["shown"]} == {one["uid"] for one in before["shown"]}
    assert ({one["sequence"] for one in before["shown"]}, {one["sequence"] for one in after["shown"]}) == ({0}, {2})


def test_a_feed_is_read_whole_with_its_text_as_it_was_written(reads: Reads) -> None:
    words = "Rates; and, more\\ of\nthem, " + "in a very long line " * 8
    alone = entry(datetime(2027, 7, 1, 9, 30, tzinfo=UTC), title=words, time_zone="America/New_York")
    found = reads(feed([*series(), alone], HERE))
    assert [one["start"] for one in found["shown"]] == [*(utc(row.starts_at) for row in series()), utc(alone.starts_at)]
    assert found["shown"][-1]["summary"] == f"{words} (Mentoring with Bola)"
