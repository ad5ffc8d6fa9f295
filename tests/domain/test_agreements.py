"""Agreements: what their terms may be, and which version holds."""

import pytest

from server.domain.agreements import (
    MAX_VERSIONS,
    SAFETY_LIMIT,
    AgreementState,
    check_next_version,
    check_signable,
    state_after_signing,
    state_when_followed,
)
from server.domain.errors import Conflict, InvalidInput, LimitReached
from server.kit.clock import now
from tests.factories.papers import some_terms

PROPOSED, IN_FORCE, REPLACED, DROPPED = AgreementState


def test_terms_are_cleaned_and_confidentiality_has_a_limit() -> None:
    cleaned = some_terms(purpose="  My   first invoice ").clean()
    assert (cleaned.purpose, cleaned.confidentiality_limit) == ("My first invoice", SAFETY_LIMIT)
    with pytest.raises(InvalidInput) as refusal:
        some_terms(purpose=" ", meet_every_days=0, answer_within_hours=337, confidentiality_limit="").clean()
    told = [problem.path for problem in refusal.value.problems]
    assert told == ["purpose", "meetEveryDays", "answerWithinHours", "confidentialityLimit"]


def test_a_version_follows_the_one_its_writer_read() -> None:
    assert (check_next_version(0, 0), check_next_version(3, 3), check_next_version(3, None)) == (1, 4, 4)
    with pytest.raises(Conflict) as refusal:
        check_next_version(3, 2)
    assert refusal.value.current == "3"
    with pytest.raises(LimitReached):
        check_next_version(MAX_VERSIONS, None)


def test_it_holds_with_both_signatures() -> None:
    assert state_after_signing(now(), None) is state_after_signing(None, now()) is PROPOSED
    assert state_after_signing(now(), now()) is IN_FORCE
    check_signable(IN_FORCE, 1)
    for over in (REPLACED, DROPPED):
        with pytest.raises(Conflict):
            check_signable(over, 2)


@pytest.mark.parametrize(
    ("state", "follower", "after"),
    [
        (PROPOSED, PROPOSED, DROPPED),
        (IN_FORCE, PROPOSED, IN_FORCE),
        (IN_FORCE, IN_FORCE, REPLACED),
        (REPLACED, IN_FORCE, REPLACED),
        (DROPPED, IN_FORCE, DROPPED),
    ],
)
def test_one_holds_until_a_later_one_does(
    state: AgreementState, follower: AgreementState, after: AgreementState
) -> None:
    assert state_when_followed(state, follower) is after
