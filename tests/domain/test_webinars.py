"""Webinars: which role may do what in which state, who gets a place, who takes over."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Conflict, InvalidInput, LimitReached, NotAllowed, RateLimited
from server.domain.places_in_line import free_places
from server.domain.question_asking import (
    Asking,
    Voting,
    author_shown,
    check_asking,
    check_vote,
    first_state,
    screened,
    slow_rest,
)
from server.domain.question_states import AuthorShown, Byline, QuestionState, byline
from server.domain.webinars import (
    RULES,
    SLOW_MODES,
    AnonymityMode,
    RegistrationState,
    WebinarAction,
    WebinarRole,
    WebinarState,
    check_action,
    check_appointment,
    check_capacity,
    check_slow_mode,
    check_times,
    label_names,
    next_host,
    place_for,
    pseudonym_of,
    stage_names,
)

AT = datetime(2026, 5, 1, 18, 0, tzinfo=UTC)
LEADS = {
    (WebinarState.DRAFT, WebinarAction.PUBLISH): WebinarState.PUBLISHED,
    (WebinarState.PUBLISHED, WebinarAction.OPEN): WebinarState.OPEN,
    (WebinarState.PUBLISHED, WebinarAction.START): WebinarState.LIVE,
    (WebinarState.OPEN, WebinarAction.START): WebinarState.LIVE,
    (WebinarState.OPEN, WebinarAction.END): WebinarState.ENDED,
    (WebinarState.LIVE, WebinarAction.END): WebinarState.ENDED,
    (WebinarState.ENDED, WebinarAction.ARCHIVE): WebinarState.ARCHIVED,
}
MODERATORS_TOO = {
    WebinarAction.SET_SLOW_MODE,
    WebinarAction.SET_LABELS,
    WebinarAction.HIGHLIGHT,
    WebinarAction.TIME_OUT,
    WebinarAction.TALK,
    WebinarAction.POLL,
}


@pytest.mark.parametrize("role", [None, *WebinarRole])
@pytest.mark.parametrize("action", list(WebinarAction))
def test_every_role_may_do_what_the_product_says(action: WebinarAction, role: WebinarRole | None) -> None:
    allowed: set[WebinarRole | None] = {WebinarRole.HOST, WebinarRole.COHOST}
    if action in MODERATORS_TOO:
        allowed.add(WebinarRole.MODERATOR)
    if action is WebinarAction.EMERGENCY_CLOSE:
        allowed = {WebinarRole.MANAGER}
    for state in WebinarState:
        if role not in allowed:
            with pytest.raises(NotAllowed):
                check_action(state, role, action)
        elif state not in RULES[action].sources:
            with pytest.raises(Conflict):
                check_action(state, role, action)
        elif action is WebinarAction.EMERGENCY_CLOSE:
            assert check_action(state, role, action) is WebinarState.ENDED
        else:
            assert check_action(state, role, action) is LEADS.get((state, action), state)


def test_each_state_is_left_by_the_actions_that_lead_on() -> None:
    for action in (WebinarAction.PUBLISH, WebinarAction.OPEN, WebinarAction.START, WebinarAction.END):
        sources = {state for state, other in LEADS if other is action}
        assert RULES[action].sources == sources


H, C, M, N = WebinarRole.HOST, WebinarRole.COHOST, WebinarRole.MODERATOR, WebinarRole.PANELIST


@pytest.mark.parametrize(
    ("by", "before", "after", "refusal"),
    [
        (H, None, C, None),
        (H, C, None, None),
        (C, None, M, None),
        (C, M, N, None),
        (C, None, C, NotAllowed),
        (C, C, M, NotAllowed),
        (M, None, N, NotAllowed),
        (None, None, N, NotAllowed),
        (H, None, H, Conflict),
        (H, H, M, Conflict),
    ],
)
def test_nobody_appoints_beyond_their_role(
    by: WebinarRole | None, before: WebinarRole | None, after: WebinarRole | None, refusal: type[Exception] | None
) -> None:
    if refusal is None:
        check_appointment(by, before=before, after=after)
    else:
        with pytest.raises(refusal):
            check_appointment(by, before=before, after=after)


def test_the_cohost_appointed_first_takes_over() -> None:
    assert next_host([UUID(int=1), UUID(int=2)]) == UUID(int=1)
    with pytest.raises(Conflict):
        next_host([])


@given(st.integers(0, 50), st.integers(0, 50), st.one_of(st.none(), st.integers(1, 60)))
def test_places_never_go_past_the_cap(taken: int, waiting: int, capacity: int | None) -> None:
    freed = free_places(cap=capacity, taken=taken, waiting=waiting)
    assert 0 <= freed <= waiting
    if capacity is not None and freed:
        assert taken + freed <= capacity
    given_place = place_for(WebinarState.OPEN, capacity=capacity, taken=taken)
    full = capacity is not None and taken >= capacity
    assert given_place is (RegistrationState.WAITLISTED if full else RegistrationState.REGISTERED)


@pytest.mark.parametrize("state", [WebinarState.DRAFT, WebinarState.ENDED, WebinarState.ARCHIVED])
def test_nobody_registers_before_publication_or_after_the_end(state: WebinarState) -> None:
    with pytest.raises(Conflict):
        place_for(state, capacity=None, taken=0)


def test_a_pseudonym_is_one_per_event_and_person() -> None:
    one, other = b"k" * 32, b"l" * 32
    ana, bola = UUID(int=1), UUID(int=2)
    names = {pseudonym_of(key, person) for key in (one, other) for person in (ana, bola)}
    assert len(names) == 4
    assert pseudonym_of(one, ana) == pseudonym_of(one, ana)


def test_a_byline_is_a_name_or_a_pseudonym_and_never_both() -> None:
    lines = [byline(shown, has_author=True, pseudonym="p1") for shown in AuthorShown]
    assert [(one.is_named, one.pseudonym) for one in lines] == [(True, None), (False, "p1"), (False, None)]
    assert byline(AuthorShown.NAME, has_author=False, pseudonym="") == Byline()


def test_settings_out_of_bounds_are_refused() -> None:
    for wrong in (0, 100_001):
        with pytest.raises(InvalidInput):
            check_capacity(wrong)
    check_capacity(None)
    for ends in (AT, AT + timedelta(days=8)):
        with pytest.raises(InvalidInput):
            check_times(AT, ends)
    check_times(AT, AT + timedelta(hours=1))
    for seconds in SLOW_MODES:
        check_slow_mode(seconds)
    with pytest.raises(InvalidInput):
        check_slow_mode(1)
    assert stage_names([]) == ["main"]
    for names in (["a", "a"], list("abcdef")):
        with pytest.raises(InvalidInput):
            stage_names(names)
    assert label_names(["money ", "money"]) == ["money"]
    with pytest.raises(LimitReached):
        label_names([str(number) for number in range(21)])


def asking(**fields: object) -> Asking:
    plain: dict[str, object] = {
        "role": WebinarRole.ATTENDEE,
        "state": WebinarState.LIVE,
        "window_is_open": True,
        "review": True,
        "anonymity": AnonymityMode.OPTIONAL,
        "slow_seconds": 60,
        "open_questions": 0,
        "last_asked_at": None,
        "barred_until": None,
        "is_banned": False,
        "wants_pseudonym": False,
        "at": AT,
    }
    return Asking(**{**plain, **fields})  # type: ignore[arg-type]  # fields of the test's own choice


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({}, None),
        ({"state": WebinarState.PUBLISHED}, None),
        ({"state": WebinarState.DRAFT}, Conflict),
        ({"state": WebinarState.ENDED}, Conflict),
        ({"window_is_open": False}, Conflict),
        ({"open_questions": 2}, None),
        ({"open_questions": 3}, LimitReached),
        ({"is_banned": True}, NotAllowed),
        ({"barred_until": AT + timedelta(seconds=1)}, NotAllowed),
        ({"barred_until": AT}, None),
        ({"last_asked_at": AT - timedelta(seconds=60)}, None),
        ({"last_asked_at": AT - timedelta(seconds=59)}, RateLimited),
        ({"last_asked_at": AT, "role": WebinarRole.PANELIST}, None),
    ],
)
def test_asking_is_guarded(fields: dict[str, object], refusal: type[Exception] | None) -> None:
    if refusal is None:
        check_asking(asking(**fields))
    else:
        with pytest.raises(refusal):
            check_asking(asking(**fields))


@given(st.sampled_from(SLOW_MODES), st.floats(0, 400))
def test_the_rest_of_slow_mode_is_enough_and_not_a_second_too_much(slow: int, passed: float) -> None:
    last = AT - timedelta(seconds=passed)
    rest = slow_rest(asking(slow_seconds=slow, last_asked_at=last))
    left = slow - (AT - last).total_seconds()
    assert max(0.0, left) <= rest < max(0.0, left) + 1


@pytest.mark.parametrize(
    ("role", "review", "text", "state"),
    [
        (WebinarRole.ATTENDEE, True, "What do I charge?", QuestionState.PENDING),
        (WebinarRole.ATTENDEE, False, "What do I charge?", QuestionState.LIVE),
        (WebinarRole.ATTENDEE, False, "Look at www.example.org now", QuestionState.PENDING),
        (WebinarRole.PANELIST, True, "What do I charge?", QuestionState.LIVE),
    ],
)
def test_a_question_begins_under_review_unless_nothing_asks_for_it(
    role: WebinarRole, review: bool, text: str, state: QuestionState
) -> None:
    assert first_state(asking(role=role, review=review), text) is state


def test_the_screen_says_why() -> None:
    assert screened("Does a courier need insurance?") == []
    assert screened("write me: ana@example.org") == ["link", "contact"]
    assert screened("WHY DOES NOBODY ANSWER ME") == ["shouting"]
    assert screened("please pleaseeeeeeee answer") == ["repeated"]


def test_names_are_shown_as_the_event_and_the_asker_want_it() -> None:
    wants, modes = (False, True), AnonymityMode
    shown = {
        (mode, want): author_shown(asking(anonymity=mode, wants_pseudonym=want))
        for mode in (modes.OPTIONAL, modes.FORCED)
        for want in wants
    }
    name, pseudonym = AuthorShown.NAME, AuthorShown.PSEUDONYM
    assert list(shown.values()) == [name, pseudonym, pseudonym, pseudonym]
    assert author_shown(asking(anonymity=modes.NAMED)) is name
    with pytest.raises(InvalidInput):
        author_shown(asking(anonymity=modes.NAMED, wants_pseudonym=True))


@pytest.mark.parametrize("state", list(QuestionState))
def test_votes_are_taken_on_live_questions_of_others_only(state: QuestionState) -> None:
    voter, author = UUID(int=1), UUID(int=2)
    vote = Voting(voter, state, 1, WebinarState.LIVE, frozenset({author}))
    if state is QuestionState.LIVE:
        check_vote(vote)
    else:
        with pytest.raises(Conflict):
            check_vote(vote)
    with pytest.raises(NotAllowed):
        check_vote(Voting(author, state, 1, WebinarState.LIVE, frozenset({author})))
    with pytest.raises(NotAllowed):
        check_vote(Voting(voter, QuestionState.LIVE, 1, WebinarState.LIVE, frozenset({author}), is_banned=True))
    with pytest.raises(Conflict):
        check_vote(Voting(voter, QuestionState.LIVE, 1, WebinarState.ENDED, frozenset({author})))
