"""Who speaks next: the least heard first, then the hand that was raised first."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from server.domain.session_floor import Hand, speaking_order

START = datetime(2027, 3, 1, 9, tzinfo=UTC)


def hand(number: int, raised: int | None, times: int = 0, seconds: int = 0) -> Hand:
    raised_at = None if raised is None else START + timedelta(seconds=raised)
    return Hand(UUID(int=number), raised_at, times, seconds)


def test_whoever_was_never_heard_comes_before_an_earlier_hand() -> None:
    assert speaking_order([hand(1, raised=0, times=1), hand(2, raised=60)]) == [UUID(int=2), UUID(int=1)]


def test_of_two_heard_as_often_the_one_heard_for_less_time_comes_first() -> None:
    order = speaking_order([hand(1, raised=0, times=1, seconds=90), hand(2, raised=60, times=1, seconds=20)])
    assert order == [UUID(int=2), UUID(int=1)]


def test_of_two_heard_alike_the_earlier_hand_comes_first() -> None:
    assert speaking_order([hand(1, raised=5), hand(2, raised=4)]) == [UUID(int=2), UUID(int=1)]


def test_a_hand_that_is_down_is_not_called() -> None:
    assert speaking_order([hand(1, raised=None), hand(2, raised=None, times=3)]) == []


_HANDS = st.lists(
    st.builds(
        hand,
        st.integers(1, 9),
        st.one_of(st.none(), st.integers(0, 5)),
        times=st.integers(0, 3),
        seconds=st.integers(0, 3),
    ),
    unique_by=lambda one: one.profile_id,
)


@given(hands=_HANDS, random=st.randoms())
def test_the_order_does_not_depend_on_how_the_hands_are_listed(hands: list[Hand], random: object) -> None:
    shuffled = list(hands)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    order = speaking_order(hands)
    assert speaking_order(shuffled) == order
    assert set(order) == {one.profile_id for one in hands if one.raised_at is not None}
    times = {one.profile_id: one.times for one in hands}
    assert [times[key] for key in order] == sorted(times[key] for key in order)
