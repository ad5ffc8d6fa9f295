"""The request machine, move by move from every state, and the guards of sending."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server.domain.availability import MentoringFormat
from server.domain.errors import Conflict, InvalidInput, LimitReached, NotAllowed, NotFound, Refusal
from server.domain.mentorships import RequestState
from server.domain.requests import (
    MACHINE,
    MOVED_BY,
    OPEN_STATES,
    AlreadyAnswered,
    Aspect,
    CoolingOff,
    Move,
    Party,
    ReceiverPaused,
    RequestContent,
    RequestOpenAlready,
    Standing,
    TooManyOpenRequests,
    check_acceptable,
    check_sendable,
    next_state,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

# The picture of product.md 3.1, a row for each state: move -> the state it leads to. What is not here is refused.
EXPECTED = """
draft          : save draft, send sent, join_waiting_list waitlisted, withdraw withdrawn
sent           : view viewed, ask_more info_requested, accept accepted, decline declined, refer referred, withdraw withdrawn, expire expired, invalidate invalidated
viewed         : view viewed, ask_more info_requested, accept accepted, decline declined, refer referred, withdraw withdrawn, expire expired, invalidate invalidated
info_requested : view info_requested, answer_more sent, accept accepted, decline declined, refer referred, withdraw withdrawn, invalidate invalidated
waitlisted     : serve sent, withdraw withdrawn, invalidate invalidated
accepted       :
declined       :
withdrawn      :
expired        :
invalidated    :
referred       :
"""  # noqa: E501 - a table


def expected() -> dict[tuple[RequestState, Move], RequestState]:
    table = {}
    for row in EXPECTED.strip().splitlines():
        state, moves = row.split(":")
        for pair in filter(None, moves.split(",")):
            move, after = pair.split()
            table[RequestState(state.strip()), Move(move)] = RequestState(after)
    return table


@pytest.mark.parametrize("state", RequestState)
@pytest.mark.parametrize("move", Move)
def test_every_move_from_every_state_leads_where_the_design_says_or_is_refused(state: RequestState, move: Move) -> None:
    after = expected().get((state, move))
    if after is not None:
        assert next_state(state, move, MOVED_BY[move]) is after
        return
    with pytest.raises(Conflict) as refusal:
        next_state(state, move, MOVED_BY[move])
    assert refusal.value.current == state.value
    assert isinstance(refusal.value, AlreadyAnswered) == (not MACHINE[state])


@pytest.mark.parametrize("state", RequestState)
@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("party", Party)
def test_only_one_party_may_make_a_move_whatever_the_state(state: RequestState, move: Move, party: Party) -> None:
    if party is MOVED_BY[move]:
        return
    with pytest.raises(NotAllowed):
        next_state(state, move, party)


def test_a_request_is_open_exactly_while_somebody_but_its_author_can_end_it() -> None:
    assert {state for state, moves in MACHINE.items() if Move.INVALIDATE in moves} == OPEN_STATES


GOOD = Standing(
    is_sender_eligible=True,
    is_receiver_eligible=True,
    is_blocked=False,
    paused_until=None,
    open_requests=4,
    has_open_to_receiver=False,
    declined_at=NOW - timedelta(days=30),
    misfit_at=NOW - timedelta(days=180),
)


def test_a_request_with_every_guard_just_met_may_be_sent() -> None:
    check_sendable(replace(GOOD, paused_until=NOW), NOW)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"is_sender_eligible": False}, NotAllowed),
        ({"is_receiver_eligible": False}, NotFound),
        ({"is_blocked": True}, NotFound),
        ({"paused_until": NOW + timedelta(seconds=1)}, ReceiverPaused),
        ({"open_requests": 5}, TooManyOpenRequests),
        ({"has_open_to_receiver": True}, RequestOpenAlready),
        ({"declined_at": NOW - timedelta(days=30) + timedelta(seconds=1)}, CoolingOff),
        ({"misfit_at": NOW - timedelta(days=180) + timedelta(seconds=1)}, CoolingOff),
    ],
)
def test_a_guard_that_does_not_hold_refuses(change: dict[str, Any], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        check_sendable(replace(GOOD, **change), NOW)


def test_a_block_reads_like_a_missing_person_whatever_else_is_wrong() -> None:
    blocked = replace(GOOD, is_blocked=True, is_sender_eligible=False, paused_until=NOW + timedelta(days=1))
    with pytest.raises(NotFound) as silent:
        check_sendable(blocked, NOW)
    with pytest.raises(NotFound) as missing:
        check_sendable(replace(GOOD, is_receiver_eligible=False), NOW)
    assert silent.value.message == missing.value.message


def test_nothing_is_accepted_after_its_time_or_across_a_block() -> None:
    check_acceptable(GOOD, NOW + timedelta(seconds=1), NOW)
    check_acceptable(GOOD, None, NOW)
    with pytest.raises(AlreadyAnswered):
        check_acceptable(GOOD, NOW, NOW)
    with pytest.raises(Conflict):
        check_acceptable(replace(GOOD, is_blocked=True), None, NOW)


CONTENT = RequestContent(format=MentoringFormat.MICRO, goal="Price a logo", minutes_needed=15, aspect=Aspect.MONEY)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"goal": "  "}, "goal"),
        ({"goal": "x" * 301}, "goal"),
        ({"goal": "nul\x00"}, "goal"),
        ({"message": "x" * 2_001}, "message"),
        ({"message": "\ud800"}, "message"),
        ({"minutes_needed": 14}, "minutesNeeded"),
        ({"minutes_needed": 6_001}, "minutesNeeded"),
        ({"skill_ids": tuple("abcdefghijk")}, "skillIds"),
    ],
)
def test_content_out_of_bounds_is_refused_at_its_field(change: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        replace(CONTENT, **change).clean()
    assert refusal.value.problems[0].path == path


def test_clean_content_keeps_what_was_meant() -> None:
    asked = replace(CONTENT, goal=" Price\na  logo ", message="Hi\r\nthere ", skill_ids=("a", "b", "a"))
    assert asked.clean() == replace(CONTENT, message="Hi\nthere", skill_ids=("a", "b"))


def test_the_limit_of_open_requests_is_told() -> None:
    with pytest.raises(LimitReached) as refusal:
        check_sendable(replace(GOOD, open_requests=7), NOW)
    assert (refusal.value.code, refusal.value.limit) == ("too_many_open_requests", 5)
