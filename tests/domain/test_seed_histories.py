from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache

from server.domain.availability import CapacityKind, MentoringFormat
from server.domain.capacity import WINDOWS
from server.domain.mentorships import GOING_ON, MentorshipState, RequestState
from server.domain.request_clock import clock
from server.domain.request_numbers import DEFAULTS
from server.domain.requests import MACHINE, OPEN_STATES, RequestContent
from server.domain.seed_histories import history_of
from server.domain.seed_moves import stops_of
from server.domain.seed_people import seed_person
from server.domain.seed_shapes import SeedAccount, SeedHistory, SeedPerson
from server.domain.seed_sketch import SeedSource
from server.services.seed_material import seed_material

DAY = datetime(2026, 3, 2, tzinfo=UTC)
SOURCE = SeedSource(7, DAY)


@cache
def made() -> tuple[tuple[SeedPerson, ...], SeedHistory]:
    people = tuple(seed_person(seed_material(), SOURCE, number) for number in range(800))
    return people, history_of(seed_material(), SOURCE, people, 0)


def accounts() -> list[SeedAccount]:
    return [account for person in made()[0] for account in person.accounts]


def test_the_same_people_have_the_same_history() -> None:
    people = [seed_person(seed_material(), SOURCE, number) for number in range(800)]
    assert history_of(seed_material(), SOURCE, people, 0) == made()[1]
    assert tuple(people) == made()[0]


def test_there_is_a_request_in_every_state() -> None:
    assert {request.state for request in made()[1].requests} == set(RequestState)


def test_mentorships_go_on_and_are_over() -> None:
    states = Counter(one.state for one in made()[1].mentorships)
    assert states[MentorshipState.ACTIVE] > 50
    assert states[MentorshipState.COMPLETED] > 50
    assert states[MentorshipState.ENDED_EARLY] > 10
    for one in made()[1].mentorships:
        assert (one.ended_at is None) == (one.state in GOING_ON)
        assert (one.end_reason is not None) == (one.state is MentorshipState.ENDED_EARLY)


def test_used_places_are_the_mentorships_that_go_on() -> None:
    going_on = [one for one in made()[1].mentorships if one.state in GOING_ON]
    held = Counter((one.mentor_id, one.format) for one in going_on)
    held += Counter((one.mentee_id, one.format) for one in going_on if one.format is MentoringFormat.PEER)
    for account in accounts():
        assert 0 <= account.used <= account.allowed
        if account.kind is CapacityKind.CONCURRENT:
            assert account.used == held[account.profile_id, account.format]
        else:
            assert account.used == 0


def test_no_account_was_overdrawn_at_any_time() -> None:
    lines = defaultdict(list)
    for entry in made()[1].entries:
        lines[entry.account_id].append(entry)
    for account in accounts():
        entries = sorted(lines[account.id], key=lambda one: one.created_at)
        for entry in entries:
            since = entry.created_at - WINDOWS.get(account.kind, timedelta(days=10_000))
            taken = sum(one.delta for one in entries if since < one.created_at <= entry.created_at)
            assert 0 <= taken <= account.allowed
        if account.kind is CapacityKind.CONCURRENT:
            assert sum(one.delta for one in entries) == account.used


def test_every_request_could_have_been_sent() -> None:
    pairs = set()
    for request in made()[1].requests:
        assert request.sender_id != request.receiver_id
        assert {request.sender_id, request.receiver_id} == {request.mentor_id, request.mentee_id}
        content = RequestContent(
            format=request.format,
            goal=request.goal,
            minutes_needed=request.minutes_needed,
            message=request.message,
            skill_ids=tuple(request.skill_ids),
        )
        assert content.clean() == content
        pairs.add(frozenset((request.sender_id, request.receiver_id)))
    assert len(pairs) == len(made()[1].requests)
    waiting = Counter(one.sender_id for one in made()[1].requests if one.state in OPEN_STATES)
    assert max(waiting.values()) <= DEFAULTS.max_open


def test_the_history_of_a_request_follows_the_machine() -> None:
    events = defaultdict(list)
    for event in made()[1].events:
        events[event.request_id].append(event)
    for request in made()[1].requests:
        moves = events[request.id]
        assert request.version == 1 + len(moves)
        assert [one.created_at for one in moves] == sorted(one.created_at for one in moves)
        state = RequestState.DRAFT
        for event in moves:
            assert event.state in MACHINE[state].values()
            state = event.state
        assert state is request.state
        assert (request.answered_at is not None) == (not MACHINE[state])
        assert all(one.created_at <= DAY for one in moves)


def test_clocks_run_for_those_who_wait_and_stand_still_with_the_receivers_rhythm() -> None:
    people = {person.user.id: person for person in made()[0]}
    standing = 0
    for request in made()[1].requests:
        if request.state not in {RequestState.SENT, RequestState.VIEWED}:
            assert request.expires_at is None
            continue
        assert request.sent_at is not None
        times = clock(
            request.sent_at,
            DEFAULTS.allowance(request.format),
            stops_of(people[request.receiver_id]),
            DEFAULTS.reminders[request.reminders_sent :],
        )
        assert (request.expires_at, request.remind_at) == (times.expires_at, times.remind_at)
        assert request.expires_at is None or request.expires_at > DAY + timedelta(hours=24)
        standing += request.expires_at is None
    assert standing > 0


def test_a_waiting_list_is_of_a_mentor_who_is_full() -> None:
    full = {(one.profile_id, one.format) for one in accounts() if one.used == one.allowed}
    waiting = [one for one in made()[1].requests if one.state is RequestState.WAITLISTED]
    assert waiting
    assert all((one.mentor_id, one.format) in full for one in waiting)
    assert all(one.waitlisted_at is not None and one.sent_at is None for one in waiting)


def test_a_referred_request_has_one_in_its_place() -> None:
    requests = {one.id: one for one in made()[1].requests}
    passed = {one.referred_from_id: one for one in requests.values() if one.referred_from_id}
    referred = {one.id for one in requests.values() if one.state is RequestState.REFERRED}
    assert set(passed) == referred
    assert all(requests[old].sender_id == new.sender_id for old, new in passed.items())


def test_the_two_of_a_mentorship_have_each_others_contact_details() -> None:
    opened = [(one.profile_id, one.to_profile_id) for one in made()[1].releases]
    pairs = [(one.mentor_id, one.mentee_id) for one in made()[1].mentorships]
    assert sorted(opened) == sorted([*pairs, *((mentee, mentor) for mentor, mentee in pairs)])


def test_whoever_asks_has_a_language_in_common_with_whoever_is_asked() -> None:
    people = {person.user.id: person for person in made()[0]}
    assert all(people[one.sender_id].can_talk_to(people[one.receiver_id]) for one in made()[1].requests)


def test_every_completed_mentorship_met_and_talked_between_its_start_and_its_end() -> None:
    history = made()[1]
    mentorships = {one.id: one for one in history.mentorships}
    met = {one.mentorship_id for one in history.sessions}
    assert {one.id for one in mentorships.values() if one.state is MentorshipState.COMPLETED} <= met
    said = defaultdict(list)
    for line in history.messages:
        said[line.session_id].append(line)
    for session in history.sessions:
        mentorship = mentorships[session.mentorship_id]
        assert mentorship.created_at < session.created_at < session.started_at < session.ended_at
        assert session.ended_at <= (mentorship.ended_at or DAY)
        lines = said[session.id]
        assert len(lines) >= 4
        assert {one.author_id for one in lines} == {mentorship.mentor_id, mentorship.mentee_id}
        assert all(session.started_at <= one.created_at <= session.ended_at for one in lines)
        assert [one.created_at for one in lines] == sorted(one.created_at for one in lines)
        assert not any("{" in one.text for one in lines)
