"""Polls: what may be asked, what a ballot may say, and that counts add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Conflict, InvalidInput, LimitReached
from server.domain.polls import (
    Ballot,
    Count,
    PollAction,
    PollForm,
    PollKind,
    PollState,
    check_enough,
    check_poll_action,
    counts_of,
    poll_form,
    result_of,
)

COLOURS = ("red", "green", "blue")


@pytest.mark.parametrize(
    "form",
    [
        PollForm(PollKind.SINGLE, "Which?", ("one",)),
        PollForm(PollKind.SINGLE, "Which?", ("one", "one")),
        PollForm(PollKind.SINGLE, "?", COLOURS),
        PollForm(PollKind.MULTIPLE, "Which?", COLOURS, most_choices=4),
        PollForm(PollKind.QUIZ, "Which?", COLOURS),
        PollForm(PollKind.QUIZ, "Which?", COLOURS, correct=(3,)),
        PollForm(PollKind.RATING, "How was it?", scale=11),
        PollForm(PollKind.WORD_CLOUD, "One word?", COLOURS),
    ],
)
def test_a_poll_that_cannot_be_answered_is_refused(form: PollForm) -> None:
    with pytest.raises(InvalidInput):
        poll_form(form)


SINGLE = poll_form(PollForm(PollKind.SINGLE, "Which?", COLOURS))
MULTIPLE = poll_form(PollForm(PollKind.MULTIPLE, "Which?", COLOURS, most_choices=2))
RATING = poll_form(PollForm(PollKind.RATING, "How was it?"))
RANKING = poll_form(PollForm(PollKind.RANKING, "In which order?", COLOURS))
WORDS = poll_form(PollForm(PollKind.WORD_CLOUD, "One word?"))
QUIZ = poll_form(PollForm(PollKind.QUIZ, "Which is right?", COLOURS, correct=(1,)))


@pytest.mark.parametrize(
    ("form", "ballot"),
    [
        (SINGLE, Ballot()),
        (SINGLE, Ballot((0, 1))),
        (SINGLE, Ballot((3,))),
        (SINGLE, Ballot((-1,))),
        (MULTIPLE, Ballot((0, 0))),
        (MULTIPLE, Ballot((0, 1, 2))),
        (RATING, Ballot(rating=6)),
        (RATING, Ballot()),
        (RATING, Ballot((1,), rating=2)),
        (RANKING, Ballot((0, 1))),
        (RANKING, Ballot((0, 1, 1))),
        (WORDS, Ballot()),
        (WORDS, Ballot(words=("a", "A"))),
        (WORDS, Ballot(words=("a", "b", "c", "d"))),
    ],
)
def test_a_ballot_that_does_not_fit_is_refused(form: PollForm, ballot: Ballot) -> None:
    with pytest.raises(InvalidInput):
        counts_of(form, ballot)


@pytest.mark.parametrize(
    ("form", "ballot", "counts"),
    [
        (SINGLE, Ballot((2,)), {"o:2": 1}),
        (MULTIPLE, Ballot((2, 0)), {"o:2": 1, "o:0": 1}),
        (RATING, Ballot(rating=4), {"r:4": 1}),
        (RANKING, Ballot((2, 0, 1)), {"o:2": 3, "o:0": 2, "o:1": 1, "f:2": 1}),
        (WORDS, Ballot(words=("Team ", "rest")), {"w:team": 1, "w:rest": 1}),
        (QUIZ, Ballot((1,)), {"o:1": 1}),
    ],
)
def test_a_ballot_adds_to_counts(form: PollForm, ballot: Ballot, counts: dict[str, int]) -> None:
    assert counts_of(form, ballot) == counts


@given(st.lists(st.permutations([0, 1, 2]), max_size=30))
def test_a_rankings_points_add_up(ballots: list[list[int]]) -> None:
    counts: dict[str, int] = {}
    for ballot in ballots:
        for key, count in counts_of(RANKING, Ballot(tuple(ballot))).items():
            counts[key] = counts.get(key, 0) + count
    result = result_of(RANKING, counts)
    assert sum(row.points for row in result) == 6 * len(ballots)
    assert sum(row.count for row in result) == len(ballots)


def test_results_come_in_the_order_people_read_them() -> None:
    assert result_of(RATING, {"r:5": 2})[-2:] == [Count("4", 0, 0), Count("5", 2, 2)]
    assert [row.label for row in result_of(WORDS, {"w:rest": 1, "w:team": 3, "w:calm": 1})] == ["team", "calm", "rest"]
    assert [row.is_correct for row in result_of(QUIZ, {"o:0": 1})] == [False, True, False]


@pytest.mark.parametrize("state", list(PollState))
def test_a_poll_goes_from_draft_to_open_to_closed_and_then_shows(state: PollState) -> None:
    fitting = {
        PollState.DRAFT: {PollAction.OPEN, PollAction.DELETE},
        PollState.OPEN: {PollAction.CLOSE},
        PollState.CLOSED: {PollAction.SHOW_RESULTS, PollAction.HIDE_RESULTS},
    }[state]
    for action in PollAction:
        if action in fitting:
            check_poll_action(state, action)
        else:
            with pytest.raises(Conflict):
                check_poll_action(state, action)


def test_two_ballots_are_too_few_to_tell() -> None:
    check_enough(3)
    with pytest.raises(LimitReached):
        check_enough(2)
