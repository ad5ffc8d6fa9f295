"""Calendar objects: read back, right across a change of clocks, under one UID with a rising SEQUENCE."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar

from server.domain.calendars import EntryKind, EntryStanding
from server.domain.meetings import MentorshipMeetingState
from server.domain.series import at_same_wall_time
from server.kit.ids import new_id
from server.models.meetings import Meeting
from server.outbound.calendar import Invited, Place, cancellation, feed, invitation
from server.queries.calendars import Entry

HERE = Place("https://alongside.example.org", "alongside.example.org")
WHO = Invited("no-reply@alongside.example.org", "ana@example.org")
LISBON = ZoneInfo("Europe/Lisbon")
CHANGED = datetime(2027, 1, 5, 12, tzinfo=UTC)


def entry(start: datetime, *, minutes: int = 60, **columns: Any) -> Entry:
    """Return the entry of a meeting, as a calendar has it."""
    is_off = columns.get("state") is MentorshipMeetingState.CANCELLED
    values = {"occurs_at": start, "time_zone": "Europe/Lisbon", "title": "Rates", "sequence": 0, **columns}
    row = Meeting(id=new_id(), starts_at=start, minutes=minutes, changed_at=CHANGED, **values)
    return Entry(
        EntryKind.MENTORSHIP,
        row.id,
        row.title,
        row.starts_at,
        row.starts_at + timedelta(minutes=minutes),
        EntryStanding.CANCELLED if is_off else EntryStanding.CONFIRMED,
        row.sequence,
        row.changed_at,
        other="Bola",
        meeting=row,
    )


def series(times: int = 4, every_days: int = 7) -> list[Entry]:
    """Return a series at six in the evening in Lisbon, from before the clocks change in 2027."""
    first, key = datetime(2027, 3, 22, 18, tzinfo=UTC), new_id()
    starts = at_same_wall_time(first, LISBON, times=times, every_days=every_days)
    return [entry(start, series_id=key, every_days=every_days) for start in starts]


def read(content: bytes) -> Calendar:
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    return Calendar.from_ical(content)


def events(content: bytes) -> list[Any]:
    return read(content).walk("VEVENT")


def test_an_invitation_says_who_when_and_what_and_nothing_of_the_other_ones_address() -> None:
    one = entry(datetime(2027, 3, 22, 18, tzinfo=UTC), title="Rates; and, more\nlines", note="Bring\r\nyour list")
    calendar = read(invitation([one], HERE, WHO))
    (event,) = calendar.walk("VEVENT")
    assert (str(calendar["method"]), str(event["uid"])) == (
        "REQUEST",
        f"mentorship-{one.subject_id}@alongside.example.org",
    )
    assert str(event["summary"]) == "Rates; and, more\nlines (Mentoring with Bola)"
    assert event.decoded("dtstart") == one.starts_at
    assert (event.decoded("duration"), int(event["sequence"])) == (timedelta(hours=1), 0)
    assert str(event["attendee"]) == "mailto:ana@example.org"
    assert str(event["organizer"]) == "mailto:no-reply@alongside.example.org"


def test_a_zone_is_written_with_each_change_dated_by_the_clock_before_it() -> None:
    calendar = read(invitation([entry(datetime(2027, 3, 22, 18, tzinfo=UTC))], HERE, WHO))
    (zone,) = calendar.walk("VTIMEZONE")
    found = {str(part["dtstart"].to_ical().decode()): part for part in zone.subcomponents}
    spring, autumn = found["20270328T010000"], found["20271031T020000"]
    assert (spring.name, spring["tzoffsetto"].to_ical()) == ("DAYLIGHT", "+0100")
    assert (autumn.name, autumn["tzoffsetto"].to_ical()) == ("STANDARD", "+0000")
    written = zone.to_tz()
    for day, hour in ((date(2027, 3, 28), 0), (date(2027, 3, 28), 3), (date(2027, 7, 1), 9), (date(2027, 11, 1), 9)):
        at = datetime.combine(day, time(hour))
        assert written.utcoffset(at) == LISBON.utcoffset(at), at


def test_a_series_is_one_event_with_what_is_off_left_out_and_what_moved_beside_it() -> None:
    rows = series()
    meeting = rows[1].meeting
    assert meeting is not None
    to = datetime(2027, 3, 31, 9, tzinfo=UTC)
    rows[1] = entry(to, series_id=meeting.series_id, every_days=7, occurs_at=meeting.occurs_at, sequence=1)
    rows[2] = entry(
        rows[2].starts_at,
        series_id=meeting.series_id,
        every_days=7,
        sequence=2,
        state=MentorshipMeetingState.CANCELLED,
    )
    master, moved = events(invitation(rows, HERE, WHO))
    assert str(master["uid"]) == str(moved["uid"]) == f"mentorship-{meeting.series_id}@alongside.example.org"
    assert (int(master["sequence"]), int(moved["sequence"])) == (2, 2)
    assert master["rrule"] == {"FREQ": ["WEEKLY"], "COUNT": [4], "INTERVAL": [1]}
    assert [one.dt.astimezone(UTC) for one in master["exdate"].dts] == [rows[2].starts_at]
    assert moved.decoded("recurrence-id") == meeting.occurs_at
    assert moved.decoded("dtstart") == to


def test_what_was_skipped_when_a_series_was_made_is_left_out_of_its_rule() -> None:
    rows = series(every_days=14)
    (master,) = events(invitation([rows[0], rows[3]], HERE, WHO))
    assert master["rrule"] == {"FREQ": ["WEEKLY"], "COUNT": [4], "INTERVAL": [2]}
    assert [one.dt.astimezone(UTC) for one in master["exdate"].dts] == [rows[1].starts_at, rows[2].starts_at]


def test_calling_off_names_the_meetings_of_a_series_or_all_of_it() -> None:
    rows = series()
    some = events(cancellation(rows[2:], HERE, WHO, is_whole=False))
    assert [one.decoded("recurrence-id") for one in some] == [row.starts_at for row in rows[2:]]
    (whole,) = events(cancellation(rows, HERE, WHO, is_whole=True))
    assert ("recurrence-id" in whole, str(whole["status"])) == (False, "CANCELLED")
    (single,) = events(cancellation([entry(rows[0].starts_at)], HERE, WHO, is_whole=True))
    assert "recurrence-id" not in single


def test_the_second_of_an_hour_shown_twice_is_written_in_utc() -> None:
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    (event,) = events(invitation([entry(second)], HERE, WHO))
    assert (event.decoded("dtstart"), event["dtstart"].to_ical()) == (second, b"20271031T013000Z")


def test_a_feed_has_everything_and_the_same_entries_give_the_same_bytes() -> None:
    plain = Entry(
        EntryKind.CIRCLE,
        UUID(int=7),
        "Round",
        CHANGED,
        CHANGED + timedelta(hours=1),
        EntryStanding.TENTATIVE,
        1,
        CHANGED,
        circle="Riders",
    )
    entries = [*series(), entry(CHANGED + timedelta(days=1), time_zone="America/New_York"), plain]
    content = feed(entries, HERE)
    assert content == feed(entries, HERE)
    calendar = read(content)
    assert [str(one["summary"]) for one in calendar.walk("VEVENT")] == [
        "Rates (Mentoring with Bola)",
        "Rates (Mentoring with Bola)",
        "Riders: Round",
    ]
    assert {str(one["tzid"]) for one in calendar.walk("VTIMEZONE")} == {"Europe/Lisbon", "America/New_York"}
    assert str(calendar.walk("VEVENT")[2]["status"]) == "TENTATIVE"
    assert "attendee" not in calendar.walk("VEVENT")[0]


def test_a_gathering_is_an_event_on_its_own_wall_clock_at_its_place_and_called_off_as_such() -> None:
    breakfast = Entry(
        EntryKind.GATHERING,
        UUID(int=8),
        "Breakfast",
        CHANGED,
        CHANGED + timedelta(hours=2),
        EntryStanding.CANCELLED,
        3,
        CHANGED,
        where="Café Central, Lisbon",
        time_zone="Europe/Lisbon",
    )
    (event,) = read(feed([breakfast], HERE)).walk("VEVENT")
    assert (str(event["status"]), event["sequence"], str(event["location"])) == ("CANCELLED", 3, "Café Central, Lisbon")
    assert event["dtstart"].params["TZID"] == "Europe/Lisbon"
    assert str(event["url"]).endswith("/gatherings")


def test_odd_zones_are_written_too() -> None:
    for zone in ("Etc/UTC", "Asia/Kathmandu", "Africa/Casablanca", "Australia/Lord_Howe", "Pacific/Apia"):
        start = datetime(2027, 3, 22, 18, tzinfo=UTC)
        (event,) = events(invitation([entry(start, time_zone=zone)], HERE, WHO))
        assert event.decoded("dtstart") == start, zone
