"""Introductions: what each of the three is shown, so that a no is told to nobody as anybody's."""

from datetime import UTC, datetime, timedelta

import pytest

from server.domain.errors import Conflict, InvalidInput, LimitReached
from server.domain.introductions import (
    IntroductionState,
    Part,
    check_answerable,
    check_may_offer,
    check_not_lately,
    check_three,
    shown_state,
)
from server.domain.standing import TrustLevel
from server.kit.ids import new_id

AT = datetime(2027, 3, 1, 12, tzinfo=UTC)
OFFERED, DECLINED, EXPIRED = (
    IntroductionState.OFFERED,
    IntroductionState.DECLINED,
    IntroductionState.EXPIRED,
)


@pytest.mark.parametrize("own", [None, True])
@pytest.mark.parametrize("later", [timedelta(seconds=-1), timedelta(0)])
def test_to_a_side_the_others_no_looks_to_the_second_like_an_offer_that_runs_out(
    own: bool | None, later: timedelta
) -> None:
    shown = {shown_state(state, Part.SIDE, own, expires_at=AT, at=AT + later) for state in (OFFERED, DECLINED)}
    assert shown == {OFFERED if later else EXPIRED}


def test_the_introducer_and_the_one_who_declined_see_that_it_is_not_wanted() -> None:
    assert shown_state(DECLINED, Part.INTRODUCER, None, expires_at=AT, at=AT) is DECLINED
    assert shown_state(DECLINED, Part.SIDE, False, expires_at=AT, at=AT) is DECLINED


def test_one_answers_once_and_while_it_is_offered() -> None:
    check_answerable(OFFERED, None)
    for shown, own in ((OFFERED, True), (EXPIRED, None), (IntroductionState.MADE, None)):
        with pytest.raises(Conflict):
            check_answerable(shown, own)


def test_two_others_are_introduced_not_oneself_and_not_the_same_two_again_soon() -> None:
    mine, one, other = new_id(), new_id(), new_id()
    check_three(mine, one, other)
    for three in ((mine, one, one), (mine, mine, other), (mine, one, mine)):
        with pytest.raises(InvalidInput):
            check_three(*three)
    check_not_lately(None, AT)
    check_not_lately(AT - timedelta(days=90), AT)
    with pytest.raises(Conflict):
        check_not_lately(AT - timedelta(days=89), AT)


def test_how_many_one_offers_in_a_week_grows_with_trust() -> None:
    check_may_offer(4, TrustLevel.MEMBER)
    for offered, level in ((2, TrustLevel.NEW), (5, TrustLevel.MEMBER), (15, TrustLevel.TRUSTED)):
        with pytest.raises(LimitReached):
            check_may_offer(offered, level)
