"""The question's state machine: every state x action x role against the table of the product, and its guards."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Conflict, InvalidInput, LimitReached, NotAllowed, Refusal
from server.domain.question_states import Action, AnswerKind, AuthorShown, DismissReason, QuestionState
from server.domain.questions import MOVES, Asked, Question, Who, decide, question_text
from server.domain.webinars import WebinarRole

AT = datetime(2026, 5, 1, 18, 0, tzinfo=UTC)
AUTHOR, STAFF, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
TARGET = Question(
    id=UUID(int=50),
    state=QuestionState.LIVE,
    version=1,
    author_id=OTHER,
    shown_as=AuthorShown.NAME,
    text="How do I find clients?",
    original_text="How do I find clients?",
    number=2,
    is_shown=True,
)

# State -> action -> who may, and where it leads: the table of 2.1 once more, in other words than the code's.
P, R, L, G = QuestionState.PENDING, QuestionState.RETURNED, QuestionState.LIVE, QuestionState.ANSWERING
A, D, M, W, X = (
    QuestionState.ANSWERED,
    QuestionState.DISMISSED,
    QuestionState.MERGED,
    QuestionState.WITHDRAWN,
    QuestionState.ARCHIVED,
)
EXPECTED: dict[Action, tuple[str, dict[QuestionState, QuestionState]]] = {
    Action.CLAIM: ("moderator", {P: P}),
    Action.RELEASE_CLAIM: ("moderator", {P: P}),
    Action.APPROVE: ("moderator", {P: L}),
    Action.UNDO_EDIT: ("author", {L: R}),
    Action.RETURN: ("moderator", {P: R}),
    Action.REWORD: ("author", {R: P}),
    Action.DISMISS: ("moderator", {P: D, L: D, G: D}),
    Action.SUGGEST_DISMISSAL: ("panelist", {L: L, G: G}),
    Action.HIDE: ("moderator", {L: P}),
    Action.QUEUE: ("moderator", {L: L}),
    Action.START: ("panelist", {L: G}),
    Action.RELEASE: ("panelist", {G: L}),
    Action.ANSWER_LIVE: ("panelist", {G: A, L: A}),
    Action.ANSWER_TEXT: ("panelist", {L: A, G: A, P: A, A: A}),
    Action.REOPEN: ("moderator", {A: L, D: L}),
    Action.MERGE: ("moderator", {L: M, P: M}),
    Action.UNMERGE: ("moderator", {M: L}),
    Action.WITHDRAW: ("author", {P: W, R: W, L: W}),
    Action.REVEAL_NAME: ("author", {state: state for state in QuestionState if state is not X}),
    Action.REMOVE_NAME: ("author", {state: state for state in QuestionState if state is not X}),
    Action.FOLLOW_UP: ("panelist", {state: state for state in (P, R, L, A, D, M)}),
    Action.LABEL: ("moderator", {state: state for state in QuestionState if state is not X}),
    Action.ARCHIVE: ("cohost", {state: X for state in QuestionState if state is not X}),
}
RANKS = ["attendee", "panelist", "moderator", "cohost", "host"]


def question(state: QuestionState = L, **fields: object) -> Question:
    plain = Question(
        id=UUID(int=9),
        state=state,
        version=7,
        author_id=AUTHOR,
        shown_as=AuthorShown.NAME,
        text="What do I ask for an hour?",
        original_text="What do I ask for an hour?",
        number=1,
        is_shown=state in (L, G, A, M),
        edited_by=STAFF,
        lease_by=STAFF if state is P else None,
        lease_until=AT + timedelta(minutes=1) if state is P else None,
        stage="main" if state is G else None,
        answering_by=STAFF if state is G else None,
        before=L if state is M else None,
        merged_into=TARGET.id if state is M else None,
    )
    return replace(plain, **fields)  # type: ignore[arg-type]  # fields of the test's own choice


def asked(**fields: object) -> Asked:
    plain = Asked(
        at=AT,
        text="What may I ask for an hour's work?",
        note="Please leave the name out.",
        reason=DismissReason.OFF_TOPIC,
        rank=3,
        stage="main",
        stages=("main",),
        target=TARGET,
    )
    return replace(plain, **fields)  # type: ignore[arg-type]  # fields of the test's own choice


def who(role: str) -> Who:
    if role == "author":
        return Who(AUTHOR, WebinarRole.ATTENDEE)
    if role == "system":
        return Who(None, None, is_system=True)
    return Who(STAFF, WebinarRole(role))


def is_allowed(role: str, needed: str, action: Action) -> bool:
    if role == "system":
        return action is Action.ARCHIVE
    if needed == "author" or role in ("author", "manager"):
        return role == needed
    return RANKS.index(role) >= RANKS.index(needed)


def test_the_table_names_every_action_but_asking_and_erasing() -> None:
    assert set(EXPECTED) == set(MOVES) == set(Action) - {Action.SUBMIT, Action.REDACT}


@pytest.mark.parametrize("role", [*RANKS, "author", "manager", "system"])
@pytest.mark.parametrize("action", list(EXPECTED))
def test_every_state_action_and_role_does_what_the_product_says(action: Action, role: str) -> None:
    needed, leads = EXPECTED[action]
    for state in QuestionState:
        shown = AuthorShown.PSEUDONYM if action is Action.REVEAL_NAME else AuthorShown.NAME
        before = question(state, shown_as=shown)
        if not is_allowed(role, needed, action):
            with pytest.raises(NotAllowed):
                decide(before, action, who(role), asked())
        elif state not in leads:
            with pytest.raises(Conflict) as refused:
                decide(before, action, who(role), asked())
            assert refused.value.current == f"{state.value}@7"
        else:
            after = decide(before, action, who(role), asked())
            assert (after.state, after.version) == (leads[state], 8)


def test_asking_is_nothing_that_is_done_to_a_question() -> None:
    with pytest.raises(InvalidInput):
        decide(question(), Action.SUBMIT, who("host"), asked())


def refused(before: Question, action: Action, actor: Who, /, **fields: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        decide(before, action, actor, asked(**fields))
    return caught.value


MODERATOR = Who(OTHER, WebinarRole.MODERATOR)


def test_a_stale_version_is_a_conflict_that_says_where_the_question_is() -> None:
    conflict = refused(question(), Action.HIDE, MODERATOR, expected_version=6)
    assert isinstance(conflict, Conflict)
    assert conflict.current == "live@7"


def test_a_lease_keeps_other_moderators_out_until_it_ends_but_not_a_host() -> None:
    leased = question(P)
    for action in (Action.CLAIM, Action.RELEASE_CLAIM, Action.APPROVE, Action.RETURN, Action.DISMISS, Action.MERGE):
        assert isinstance(refused(leased, action, MODERATOR), Conflict)
        later = asked(at=AT + timedelta(minutes=1))
        assert decide(leased, action, MODERATOR, later).version == 8
    assert decide(leased, Action.APPROVE, Who(OTHER, WebinarRole.HOST), asked()).state is L
    claimed = decide(question(P, lease_by=None, lease_until=None), Action.CLAIM, MODERATOR, asked())
    assert (claimed.lease_by, claimed.lease_until) == (OTHER, AT + timedelta(minutes=2))
    assert isinstance(refused(question(P, lease_by=None, lease_until=None), Action.RELEASE_CLAIM, MODERATOR), Conflict)


def test_an_edit_keeps_the_authors_words_and_the_author_may_undo_it() -> None:
    approved = decide(question(P, edited_by=None), Action.APPROVE, who("moderator"), asked())
    assert (approved.text, approved.original_text) == ("What may I ask for an hour's work?", question().original_text)
    assert approved.edited_by == STAFF
    undone = decide(approved, Action.UNDO_EDIT, who("author"), asked())
    assert (undone.state, undone.text, undone.is_shown) == (R, approved.original_text, False)
    untouched = decide(question(P, edited_by=None), Action.APPROVE, who("moderator"), asked(text=""))
    assert untouched.edited_by is None
    assert isinstance(refused(untouched, Action.UNDO_EDIT, who("author")), Conflict)


def test_a_panelist_takes_the_stage_for_nobody_else() -> None:
    panelist = Who(OTHER, WebinarRole.PANELIST)
    assert decide(question(), Action.START, panelist, asked()).answering_by == OTHER
    assert isinstance(refused(question(), Action.START, panelist, by=STAFF), NotAllowed)
    for action in (Action.RELEASE, Action.ANSWER_LIVE, Action.ANSWER_TEXT):
        assert isinstance(refused(question(G), action, panelist), NotAllowed)
    started = decide(question(), Action.START, MODERATOR, asked(by=STAFF, by_role=WebinarRole.PANELIST))
    assert started.answering_by == STAFF
    assert isinstance(
        refused(question(), Action.START, MODERATOR, by=AUTHOR, by_role=WebinarRole.ATTENDEE), InvalidInput
    )


def test_a_stage_holds_one_question_until_somebody_says_what_becomes_of_it() -> None:
    holder = question(G)
    assert isinstance(refused(question(), Action.START, MODERATOR, holder=holder), Conflict)
    assert decide(question(), Action.START, MODERATOR, asked(holder=holder, holder_resolved=True)).state is G
    assert isinstance(refused(question(), Action.START, MODERATOR, stage="roof"), InvalidInput)


def test_a_released_question_keeps_its_place_in_the_queue() -> None:
    queued = decide(question(), Action.QUEUE, MODERATOR, asked(rank=4))
    started = decide(queued, Action.START, MODERATOR, asked())
    assert decide(started, Action.RELEASE, MODERATOR, asked()).queue_rank == 4


def test_a_private_answer_publishes_nothing_and_a_public_one_does() -> None:
    unseen = question(P, number=None, lease_by=None)
    private = decide(unseen, Action.ANSWER_TEXT, MODERATOR, asked(is_public=False))
    assert (private.state, private.is_shown) == (A, False)
    hidden_again = decide(question(P, lease_by=None), Action.ANSWER_TEXT, MODERATOR, asked(is_public=False))
    assert not hidden_again.is_shown
    public = decide(private, Action.ANSWER_TEXT, MODERATOR, asked(is_public=True))
    assert (public.is_shown, public.kinds) == (True, frozenset({AnswerKind.TEXT}))
    assert decide(question(), Action.ANSWER_TEXT, MODERATOR, asked(is_public=False)).is_shown


def test_a_question_that_never_was_live_reopens_for_review() -> None:
    assert decide(question(D, number=None), Action.REOPEN, MODERATOR, asked()).state is P
    assert decide(question(D), Action.REOPEN, MODERATOR, asked()).state is L


def test_merging_makes_no_chain_no_circle_and_hides_nothing() -> None:
    assert isinstance(refused(question(), Action.MERGE, MODERATOR, target=question()), InvalidInput)
    assert isinstance(refused(question(), Action.MERGE, MODERATOR, target=None), InvalidInput)
    assert isinstance(refused(question(has_merged=True), Action.MERGE, MODERATOR), Conflict)
    merged = replace(TARGET, state=M, merged_into=UUID(int=77))
    assert isinstance(refused(question(), Action.MERGE, MODERATOR, target=merged), Conflict)
    unseen = replace(TARGET, state=P, is_shown=False, number=None)
    assert isinstance(refused(question(), Action.MERGE, MODERATOR, target=unseen), Conflict)
    into_unseen = decide(question(P, number=None, lease_by=None), Action.MERGE, MODERATOR, asked(target=unseen))
    assert (into_unseen.state, into_unseen.is_shown) == (M, False)
    assert decide(into_unseen, Action.UNMERGE, MODERATOR, asked()).state is P


def test_names_are_shown_or_taken_away_by_the_author_alone() -> None:
    hidden = question(shown_as=AuthorShown.PSEUDONYM)
    assert decide(hidden, Action.REVEAL_NAME, who("author"), asked()).shown_as is AuthorShown.NAME
    assert decide(question(A), Action.REMOVE_NAME, who("author"), asked()).shown_as is AuthorShown.NOBODY
    assert isinstance(refused(hidden, Action.REMOVE_NAME, who("author")), Conflict)


def test_labels_are_the_events_own_and_at_most_five() -> None:
    event = tuple("abcdefg")
    assert decide(question(), Action.LABEL, MODERATOR, asked(labels=("a", "b", "a"), event_labels=event)).labels == (
        "a",
        "b",
    )
    assert isinstance(refused(question(), Action.LABEL, MODERATOR, labels=("z",), event_labels=event), InvalidInput)
    assert isinstance(refused(question(), Action.LABEL, MODERATOR, labels=event, event_labels=event), LimitReached)


def test_the_archive_covers_what_was() -> None:
    archived = decide(question(G), Action.ARCHIVE, who("cohost"), asked())
    assert (archived.before, archived.is_shown, archived.stage) == (L, True, None)
    assert not decide(question(P), Action.ARCHIVE, who("system"), asked()).is_shown


@pytest.mark.parametrize(("text", "fits"), [("x" * 9, False), ("x" * 10, True), ("x" * 300, True), ("x" * 301, False)])
def test_a_question_has_10_to_300_characters(text: str, fits: bool) -> None:
    if fits:
        assert question_text(f"  {text}\n") == text
    else:
        with pytest.raises(InvalidInput):
            question_text(text)


steps = st.lists(
    st.tuples(st.sampled_from(list(EXPECTED)), st.sampled_from([*RANKS, "author", "system"]), st.booleans()),
    max_size=40,
)


@given(steps)
def test_whatever_is_done_the_invariants_hold(taken: list[tuple[Action, str, bool]]) -> None:
    now = question(P, number=None, edited_by=None, lease_by=None, lease_until=None)
    for action, role, flag in taken:
        try:
            after = decide(
                now, action, who(role), asked(is_public=flag, text="" if action is Action.APPROVE else "Said.")
            )
        except Refusal:
            continue
        assert after.version == now.version + 1
        assert now.state is not X
        if after.is_shown and after.number is None:
            after = replace(after, number=1)
        assert (after.stage is not None) == (after.state is G)
        assert not (after.is_shown and after.state in (P, R, D, W))
        assert after.state not in (L, G) or after.is_shown
        assert (after.merged_into is not None) == (after.state is M or after.before is M)
        now = after
