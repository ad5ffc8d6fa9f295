"""When somebody is left alone: quiet hours by the wall clock, gigs, digests; and every kind says why it came."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from server.domain.errors import InvalidInput
from server.domain.notification_kinds import MailChoice, NotificationKind
from server.domain.notification_manners import MANNERS
from server.domain.notification_words import NOUNS, Told, how_to_stop, local_time, said, why
from server.domain.notifications import (
    DigestRhythm,
    DigestTime,
    MailState,
    Peace,
    QuietHours,
    SubjectKind,
    Wish,
    check_wish,
    clean_digest,
    clean_quiet_hours,
    mail_state,
)
from server.domain.rhythm import Stopped

NIGHT = QuietHours(22 * 60, 7 * 60)
SIESTA = QuietHours(13 * 60, 15 * 60 + 30)


def local(zone: str, text: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


# The zone, the hours, an instant by its wall clock, and the wall clock when the quiet ends; None: it is not quiet.
QUIET: list[tuple[str, QuietHours, str, str | None]] = [
    ("Europe/Lisbon", NIGHT, "2027-01-15T21:59", None),
    ("Europe/Lisbon", NIGHT, "2027-01-15T22:00", "2027-01-16T07:00"),
    ("Europe/Lisbon", NIGHT, "2027-01-15T23:59", "2027-01-16T07:00"),
    ("Europe/Lisbon", NIGHT, "2027-01-16T00:00", "2027-01-16T07:00"),
    ("Europe/Lisbon", NIGHT, "2027-01-16T06:59", "2027-01-16T07:00"),
    ("Europe/Lisbon", NIGHT, "2027-01-16T07:00", None),
    ("Asia/Kolkata", SIESTA, "2027-05-03T13:00", "2027-05-03T15:30"),
    ("Asia/Kolkata", SIESTA, "2027-05-03T12:59", None),
    # The night is an hour shorter, and an hour longer.
    ("Europe/Berlin", NIGHT, "2027-03-27T23:00", "2027-03-28T07:00"),
    ("Europe/Berlin", NIGHT, "2027-10-30T23:00", "2027-10-31T07:00"),
    ("America/New_York", NIGHT, "2027-03-13T22:30", "2027-03-14T07:00"),
    ("America/New_York", NIGHT, "2027-11-06T22:30", "2027-11-07T07:00"),
    # Half an hour, south of the line.
    ("Australia/Lord_Howe", NIGHT, "2027-04-03T22:00", "2027-04-04T07:00"),
    ("Australia/Lord_Howe", NIGHT, "2027-10-02T22:00", "2027-10-03T07:00"),
    # The end falls into the hour that is skipped: over when the clock has jumped past it.
    ("Europe/Berlin", QuietHours(60, 150), "2027-03-28T01:30", "2027-03-28T03:00"),
    # The clock changes at midnight.
    ("America/Havana", NIGHT, "2027-03-13T23:30", "2027-03-14T07:00"),
]


@pytest.mark.parametrize(("zone", "hours", "at", "end"), QUIET)
def test_quiet_hours_are_what_the_wall_clock_shows(zone: str, hours: QuietHours, at: str, end: str | None) -> None:
    instant = local(zone, at)
    peace = Peace(ZoneInfo(zone), hours)
    assert peace.ends_at(instant) == (instant if end is None else local(zone, end))
    assert peace.holds(instant) is (end is not None)


def test_an_hour_that_comes_twice_is_quiet_both_times() -> None:
    peace = Peace(ZoneInfo("Europe/Berlin"), QuietHours(2 * 60, 3 * 60))
    first = local("Europe/Berlin", "2027-10-31T02:30")
    second = local("Europe/Berlin", "2027-10-31T02:30", fold=1)
    end = local("Europe/Berlin", "2027-10-31T03:00")
    assert second - first == timedelta(hours=1)
    assert (peace.ends_at(first), peace.ends_at(second)) == (end, end)


def test_a_gig_holds_until_it_ends_and_the_night_after_it_until_the_morning() -> None:
    zone = ZoneInfo("Europe/Lisbon")
    start, end = local("Europe/Lisbon", "2027-05-03T09:00"), local("Europe/Lisbon", "2027-05-03T23:00")
    peace = Peace(zone, NIGHT, (Stopped(start, end),))
    assert peace.ends_at(start - timedelta(minutes=1)) == start - timedelta(minutes=1)
    assert peace.ends_at(start) == local("Europe/Lisbon", "2027-05-04T07:00")
    assert Peace(zone, None, (Stopped(start, end),)).ends_at(start) == end


def test_a_gig_that_begins_in_the_night_goes_on_from_there_and_one_without_an_end_cannot_be_told() -> None:
    zone = ZoneInfo("Europe/Lisbon")
    night, dawn = local("Europe/Lisbon", "2027-05-03T23:00"), local("Europe/Lisbon", "2027-05-04T06:00")
    noon = local("Europe/Lisbon", "2027-05-04T12:00")
    assert Peace(zone, NIGHT, (Stopped(dawn, noon),)).ends_at(night) == noon
    assert Peace(zone, NIGHT, (Stopped(dawn, None),)).ends_at(night) is None
    assert Peace(zone, None, (Stopped(dawn, None),)).ends_at(night) == night


def test_word_of_what_begins_before_the_quiet_ends_does_not_wait() -> None:
    zone = ZoneInfo("Europe/Lisbon")
    night, dawn = local("Europe/Lisbon", "2027-05-03T23:00"), local("Europe/Lisbon", "2027-05-04T07:00")
    minute = timedelta(minutes=1)
    peace = Peace(zone, NIGHT)
    assert peace.word_due_at(night, None) == dawn
    assert peace.word_due_at(night, dawn + minute) == dawn
    assert peace.word_due_at(night, dawn) == night
    assert peace.word_due_at(night, night) == night
    assert peace.word_due_at(night, night - minute) == dawn
    assert peace.word_due_at(dawn, None) == dawn
    on_a_gig = Peace(zone, None, (Stopped(night, None),))
    assert on_a_gig.word_due_at(night, None) is None
    assert on_a_gig.word_due_at(night, dawn) == night
    assert on_a_gig.word_due_at(night, night - minute) is None


DIGESTS: list[tuple[str, DigestTime, str, str]] = [
    ("Europe/Lisbon", DigestTime(), "2027-05-03T08:59", "2027-05-03T09:00"),
    ("Europe/Lisbon", DigestTime(), "2027-05-03T09:00", "2027-05-10T09:00"),
    ("Asia/Tokyo", DigestTime(DigestRhythm.WEEKLY, 6, 18), "2027-05-03T09:00", "2027-05-09T18:00"),
    ("Asia/Tokyo", DigestTime(DigestRhythm.DAILY, 6, 18), "2027-05-03T18:01", "2027-05-04T18:00"),
    # The hour is skipped that day.
    ("Europe/Berlin", DigestTime(DigestRhythm.WEEKLY, 6, 2), "2027-03-27T12:00", "2027-03-28T03:00"),
    ("Europe/Berlin", DigestTime(DigestRhythm.DAILY, 0, 9), "2027-10-30T09:00", "2027-10-31T09:00"),
]


@pytest.mark.parametrize(("zone", "digest", "after", "due"), DIGESTS)
def test_a_digest_comes_at_its_hour_of_the_local_day(zone: str, digest: DigestTime, after: str, due: str) -> None:
    assert digest.next_after(local(zone, after), ZoneInfo(zone)) == local(zone, due)


def test_whoever_wants_no_digest_has_none_due() -> None:
    assert DigestTime(DigestRhythm.NEVER).next_after(datetime(2027, 5, 3, tzinfo=UTC), ZoneInfo("UTC")) is None


@pytest.mark.parametrize(("start", "end"), [(None, 60), (60, None), (60, 60), (-1, 60), (0, 1440), (1440, 0)])
def test_half_of_quiet_hours_and_minutes_of_no_day_are_refused(start: int | None, end: int | None) -> None:
    with pytest.raises(InvalidInput):
        clean_quiet_hours(start, end)


def test_quiet_hours_and_digests_are_kept_as_given() -> None:
    assert clean_quiet_hours(None, None) is None
    assert clean_quiet_hours(0, 1439) == QuietHours(0, 1439)
    assert clean_digest(DigestRhythm.DAILY, 6, 23) == DigestTime(DigestRhythm.DAILY, 6, 23)
    for weekday, hour in ((7, 9), (-1, 9), (0, 24), (0, -1)):
        with pytest.raises(InvalidInput):
            clean_digest(DigestRhythm.DAILY, weekday, hour)


@pytest.mark.parametrize("kind", NotificationKind)
def test_every_kind_says_what_happened_why_it_came_and_how_to_stop_it(kind: NotificationKind) -> None:
    zone = ZoneInfo("Europe/Lisbon")
    full = said(Told(kind, SubjectKind.CIRCLE, "Ana", "Riders", datetime(2027, 5, 3, 8, tzinfo=UTC)), zone)
    bare = said(Told(kind, SubjectKind.CIRCLE), zone)
    for text in (full, bare):
        assert "{" not in text
        assert text[0].isupper()
    assert "Ana" not in bare
    assert "Riders" not in bare
    assert why(kind).startswith("You get this because ")
    assert why(kind).endswith(".")
    assert "settings" in how_to_stop(kind)


def test_words_name_who_is_shown_and_say_somebody_otherwise() -> None:
    zone = ZoneInfo("Asia/Kolkata")
    kind = NotificationKind.REQUEST_RECEIVED
    assert said(Told(kind, SubjectKind.REQUEST, "Ana", "Invoices"), zone) == "Ana asks you for a mentorship: “Invoices”"
    assert said(Told(kind, SubjectKind.REQUEST), zone) == "Somebody asks you for a mentorship: a request"
    assert local_time(datetime(2027, 5, 3, 8, tzinfo=UTC), zone) == "Monday, 3 May 2027, 13:30 (Asia/Kolkata)"


def test_every_kind_has_its_manner_and_every_subject_its_noun() -> None:
    assert set(MANNERS) == set(NotificationKind)
    assert set(NOUNS) == set(SubjectKind)


MAILS: list[tuple[NotificationKind, Any, MailState]] = [
    (NotificationKind.REQUEST_RECEIVED, MailChoice.IMMEDIATE, MailState.WAITING),
    (NotificationKind.REQUEST_RECEIVED, MailChoice.DIGEST, MailState.DIGEST),
    (NotificationKind.REQUEST_RECEIVED, MailChoice.OFF, MailState.NONE),
    (NotificationKind.CASE_DECIDED, MailChoice.DIGEST, MailState.WAITING),
    (NotificationKind.CASE_DECIDED, MailChoice.OFF, MailState.NONE),
]


@pytest.mark.parametrize(("kind", "choice", "state"), MAILS)
def test_a_kind_is_mailed_as_wished_and_word_of_safety_waits_for_no_digest(
    kind: NotificationKind, choice: MailChoice, state: MailState
) -> None:
    assert mail_state(kind, Wish(in_app=True, mail=choice)) is state


def test_word_of_the_safety_team_stays_in_the_inbox() -> None:
    check_wish(NotificationKind.CASE_DECIDED, in_app=None)
    check_wish(NotificationKind.REQUEST_RECEIVED, in_app=False)
    with pytest.raises(InvalidInput):
        check_wish(NotificationKind.CASE_DECIDED, in_app=False)
