"""The question's state machine: a question, an action, who acts and what they ask -> the question afterwards.

Pure. A refusal is an ordinary outcome: NotAllowed by role, Conflict with the current state and version by state or
version, InvalidInput by what was asked. The table MOVES is 2.1 of the product, line by line.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from server.domain.errors import Conflict, LimitReached, NotAllowed, invalid
from server.domain.question_states import Action, AnswerKind, AuthorShown, DismissReason, QuestionState
from server.domain.texts import line, paragraphs
from server.domain.webinars import WebinarRole, ranks

SHORTEST, LONGEST = 10, 300
LONGEST_ANSWER = 2_500
LONGEST_NOTE = 500
LABELS_PER_QUESTION = 5
LEASE = timedelta(minutes=2)
"""How long a moderator's claim on a question under review lasts."""

PENDING, RETURNED, LIVE = QuestionState.PENDING, QuestionState.RETURNED, QuestionState.LIVE
ANSWERING, ANSWERED, DISMISSED = QuestionState.ANSWERING, QuestionState.ANSWERED, QuestionState.DISMISSED
MERGED, WITHDRAWN, ARCHIVED = QuestionState.MERGED, QuestionState.WITHDRAWN, QuestionState.ARCHIVED


@dataclass(frozen=True)
class Question:
    """A question as the rules see it. `number` is given when it is first shown, and never taken away.

    `before` is the state that a merge or the archive is a cover over; `edited_by` is set while a moderator's wording
    stands over the author's; `has_merged` tells that others were merged into it.
    """

    id: UUID
    state: QuestionState
    version: int
    author_id: UUID | None
    shown_as: AuthorShown
    text: str
    original_text: str
    number: int | None = None
    edited_by: UUID | None = None
    lease_by: UUID | None = None
    lease_until: datetime | None = None
    stage: str | None = None
    answering_by: UUID | None = None
    queue_rank: int | None = None
    merged_into: UUID | None = None
    has_merged: bool = False
    before: QuestionState | None = None
    kinds: frozenset[AnswerKind] = frozenset()
    labels: tuple[str, ...] = ()
    dismiss_reason: DismissReason | None = None
    is_shown: bool = False
    """Whether the audience sees it now. Shown without a number: the next number of the event is its own."""

    @property
    def was_live(self) -> bool:
        """Tell whether the audience ever saw it."""
        return self.number is not None

    @property
    def current(self) -> str:
        """Return what a Conflict says: `live@7`."""
        return f"{self.state.value}@{self.version}"


@dataclass(frozen=True)
class Who:
    """Who acts on a question, as what. The scheduler is `is_system`."""

    user_id: UUID | None
    role: WebinarRole | None
    is_system: bool = False


@dataclass(frozen=True)
class Asked:
    """What an action is asked with; each reads its own fields. `target` is the question merged into.

    `holder` is who is on the stage now, and `holder_resolved` what becomes of them: True answered, False returned.
    """

    at: datetime
    expected_version: int | None = None
    text: str = ""
    note: str = ""
    reason: DismissReason | None = None
    rank: int | None = None
    stage: str = ""
    stages: tuple[str, ...] = ()
    by: UUID | None = None
    by_role: WebinarRole | None = None
    is_public: bool = True
    target: Question | None = None
    holder: Question | None = None
    holder_resolved: bool | None = None
    labels: tuple[str, ...] = ()
    event_labels: tuple[str, ...] = ()


_ALWAYS_SHOWN = frozenset({LIVE, ANSWERING})
_NEVER_SHOWN = frozenset({PENDING, RETURNED, DISMISSED, WITHDRAWN})
"""The other states keep what was shown shown: answered, merged, archived."""

Change = Callable[[Question, Who, Asked], Question]


@dataclass(frozen=True)
class Move:
    """One line of the table: from where, by whom, and what it makes of the question."""

    sources: frozenset[QuestionState]
    change: Change
    least: WebinarRole = WebinarRole.HOST
    is_authors: bool = False
    is_systems: bool = False


def decide(question: Question, action: Action, who: Who, asked: Asked) -> Question:
    """Return the question after an action, one version on; or refuse."""
    move = MOVES.get(action)
    if move is None:
        raise invalid("action", "unknown", "This cannot be done to a question that was asked.")
    _check_performer(move, question, who)
    if asked.expected_version is not None and asked.expected_version != question.version:
        raise Conflict("Somebody changed this question meanwhile.", current=question.current)
    if question.state not in move.sources:
        raise Conflict("The question is not in a state this can be done in.", current=question.current)
    after = move.change(question, who, asked)
    if after.state in _ALWAYS_SHOWN or after.state in _NEVER_SHOWN:
        after = replace(after, is_shown=after.state in _ALWAYS_SHOWN)
    return replace(after, version=question.version + 1)


def _check_performer(move: Move, question: Question, who: Who) -> None:
    if move.is_systems and who.is_system:
        return
    if move.is_authors:
        if who.user_id is None or who.user_id != question.author_id:
            raise NotAllowed("to be its author")
    elif not ranks(who.role, move.least):
        raise NotAllowed(f"the role {move.least.value}")


def question_text(text: str) -> str:
    """Return a question as it is kept: one line of 10 to 300 characters."""
    return line("text", text, longest=LONGEST, shortest=SHORTEST)


def becomes_ask(state: QuestionState, *, is_promised: bool) -> bool:
    """Tell whether a question that an event leaves becomes an open ask: it waits, or somebody promised to come back."""
    if is_promised:
        return state not in (WITHDRAWN, ARCHIVED)
    return state in (LIVE, PENDING)


def answer_text(text: str) -> str:
    """Return an answer as it is kept, 1 to 2,500 characters."""
    return paragraphs("text", text, longest=LONGEST_ANSWER, shortest=1)


def note_text(text: str) -> str:
    """Return a staff note as it is kept, at most 500 characters."""
    return paragraphs("note", text, longest=LONGEST_NOTE)


def is_leased(question: Question, *, to_others_than: UUID | None, at: datetime) -> bool:
    """Tell whether somebody else is reviewing the question now."""
    if question.lease_by is None or question.lease_until is None or question.lease_until <= at:
        return False
    return question.lease_by != to_others_than


def _check_lease(question: Question, who: Who, at: datetime) -> None:
    # A host or co-host goes over a lease: somebody has to be able to while a moderator is away.
    if is_leased(question, to_others_than=who.user_id, at=at) and not ranks(who.role, WebinarRole.COHOST):
        raise Conflict("Another moderator is reviewing this question.", current=question.current)


def _unleased(question: Question) -> Question:
    return replace(question, lease_by=None, lease_until=None)


def _off_stage(question: Question) -> Question:
    return replace(question, stage=None, answering_by=None)


def _claim(question: Question, who: Who, asked: Asked) -> Question:
    if is_leased(question, to_others_than=who.user_id, at=asked.at):
        raise Conflict("Another moderator is reviewing this question.", current=question.current)
    return replace(question, lease_by=who.user_id, lease_until=asked.at + LEASE)


def _release_claim(question: Question, who: Who, asked: Asked) -> Question:
    if question.lease_by is None:
        raise Conflict("Nobody is reviewing this question.", current=question.current)
    _check_lease(question, who, asked.at)
    return _unleased(question)


def _approve(question: Question, who: Who, asked: Asked) -> Question:
    _check_lease(question, who, asked.at)
    approved = replace(_unleased(question), state=LIVE)
    if not asked.text:
        return approved
    text = question_text(asked.text)
    if text == question.text:
        return approved
    return replace(approved, text=text, edited_by=who.user_id)


def _undo_edit(question: Question, _who: Who, _asked: Asked) -> Question:
    if question.edited_by is None:
        raise Conflict("No moderator changed this question.", current=question.current)
    return replace(question, state=RETURNED, text=question.original_text, edited_by=None, queue_rank=None)


def _return(question: Question, who: Who, asked: Asked) -> Question:
    _check_lease(question, who, asked.at)
    if not asked.note:
        raise invalid("note", "missing", "Tell the author what to put differently.")
    return replace(_unleased(question), state=RETURNED)


def _reword(question: Question, _who: Who, asked: Asked) -> Question:
    text = question_text(asked.text)
    return replace(question, state=PENDING, text=text, original_text=text, edited_by=None)


def _dismiss(question: Question, who: Who, asked: Asked) -> Question:
    if asked.reason is None:
        raise invalid("reason", "missing", "Say why.")
    if question.state is PENDING:
        _check_lease(question, who, asked.at)
    gone = _off_stage(_unleased(question))
    return replace(gone, state=DISMISSED, dismiss_reason=asked.reason, queue_rank=None)


def _unchanged(question: Question, _who: Who, _asked: Asked) -> Question:
    return question


def _hide(question: Question, _who: Who, _asked: Asked) -> Question:
    return replace(question, state=PENDING, queue_rank=None)


def _queue(question: Question, _who: Who, asked: Asked) -> Question:
    if asked.rank is not None and not 0 <= asked.rank <= 1_000_000:
        raise invalid("rank", "out_of_range", "A rank is from 0 to 1,000,000.")
    return replace(question, queue_rank=asked.rank)


def _start(question: Question, who: Who, asked: Asked) -> Question:
    if asked.stage not in asked.stages:
        raise invalid("stage", "unknown", "This webinar has no such stage.")
    speaker = asked.by or who.user_id
    if not ranks(who.role, WebinarRole.MODERATOR) and speaker != who.user_id:
        raise NotAllowed("the role moderator")
    if speaker != who.user_id and not ranks(asked.by_role, WebinarRole.PANELIST):
        raise invalid("by", "not_staff", "Only a panelist, a moderator or a host can answer on stage.")
    if asked.holder is not None and asked.holder_resolved is None:
        raise Conflict("Another question is being answered on this stage.", current=asked.holder.current)
    return replace(question, state=ANSWERING, stage=asked.stage, answering_by=speaker)


def _check_own_turn(question: Question, who: Who) -> None:
    """A panelist handles on stage only what they answer themselves."""
    if ranks(who.role, WebinarRole.MODERATOR):
        return
    if question.answering_by not in (None, who.user_id):
        raise NotAllowed("the role moderator")


def _release(question: Question, who: Who, _asked: Asked) -> Question:
    _check_own_turn(question, who)
    return replace(_off_stage(question), state=LIVE)


def _answer_live(question: Question, who: Who, _asked: Asked) -> Question:
    _check_own_turn(question, who)
    return replace(_off_stage(question), state=ANSWERED, kinds=question.kinds | {AnswerKind.LIVE}, queue_rank=None)


def _answer_text(question: Question, who: Who, asked: Asked) -> Question:
    answer_text(asked.text)
    if question.state is ANSWERING:
        _check_own_turn(question, who)
    if question.state is PENDING:
        _check_lease(question, who, asked.at)
    answered = replace(
        _off_stage(_unleased(question)), state=ANSWERED, kinds=question.kinds | {AnswerKind.TEXT}, queue_rank=None
    )
    # A private answer to a question nobody sees leaves it unseen; a public one publishes it.
    return replace(answered, is_shown=question.is_shown or asked.is_public)


def _reopen(question: Question, _who: Who, _asked: Asked) -> Question:
    return replace(question, state=LIVE if question.was_live else PENDING, dismiss_reason=None)


def _merge(question: Question, who: Who, asked: Asked) -> Question:
    target = asked.target
    if target is None or target.id == question.id:
        raise invalid("intoId", "same", "A question is merged into another one.")
    if question.has_merged:
        raise Conflict("Others were merged into this question: no chains.", current=question.current)
    if target.state not in _MERGE_TARGETS or not (target.is_shown or question.state is PENDING):
        raise Conflict("The other question is not in a state to take this one.", current=target.current)
    if question.state is PENDING:
        _check_lease(question, who, asked.at)
    return replace(_unleased(question), state=MERGED, before=question.state, merged_into=target.id)


_MERGE_TARGETS = frozenset({PENDING, LIVE, ANSWERING, ANSWERED})


def _unmerge(question: Question, _who: Who, _asked: Asked) -> Question:
    return replace(question, state=question.before or PENDING, before=None, merged_into=None)


def _withdraw(question: Question, _who: Who, _asked: Asked) -> Question:
    return replace(_unleased(question), state=WITHDRAWN, queue_rank=None)


def _reveal_name(question: Question, _who: Who, _asked: Asked) -> Question:
    if question.shown_as is not AuthorShown.PSEUDONYM:
        raise Conflict("This question is not under a pseudonym.", current=question.current)
    return replace(question, shown_as=AuthorShown.NAME)


def _remove_name(question: Question, _who: Who, _asked: Asked) -> Question:
    if question.shown_as is not AuthorShown.NAME:
        raise Conflict("This question does not show a name.", current=question.current)
    return replace(question, shown_as=AuthorShown.NOBODY)


def _label(question: Question, _who: Who, asked: Asked) -> Question:
    labels = tuple(dict.fromkeys(asked.labels))
    unknown = [label for label in labels if label not in asked.event_labels]
    if unknown:
        raise invalid("labels", "unknown", "This webinar has no such label.")
    if len(labels) > LABELS_PER_QUESTION:
        raise LimitReached(f"At most {LABELS_PER_QUESTION} labels a question.", limit=LABELS_PER_QUESTION)
    return replace(question, labels=labels)


def _archive(question: Question, _who: Who, _asked: Asked) -> Question:
    return replace(_off_stage(_unleased(question)), state=ARCHIVED, before=_settled(question), queue_rank=None)


def _settled(question: Question) -> QuestionState:
    """Return the state under the archive's cover: who was on stage when it ended is live again."""
    return LIVE if question.state is ANSWERING else question.state


_ANY = frozenset(QuestionState)
_UNARCHIVED = _ANY - {ARCHIVED}
"""Nothing is done to an archived question; an erasure takes words out of its row, whatever its state."""

_PANELIST, _MODERATOR, _COHOST = WebinarRole.PANELIST, WebinarRole.MODERATOR, WebinarRole.COHOST

MOVES: Mapping[Action, Move] = {
    Action.CLAIM: Move(frozenset({PENDING}), _claim, _MODERATOR),
    Action.RELEASE_CLAIM: Move(frozenset({PENDING}), _release_claim, _MODERATOR),
    Action.APPROVE: Move(frozenset({PENDING}), _approve, _MODERATOR),
    Action.UNDO_EDIT: Move(frozenset({LIVE}), _undo_edit, is_authors=True),
    Action.RETURN: Move(frozenset({PENDING}), _return, _MODERATOR),
    Action.REWORD: Move(frozenset({RETURNED}), _reword, is_authors=True),
    Action.DISMISS: Move(frozenset({PENDING, LIVE, ANSWERING}), _dismiss, _MODERATOR),
    Action.SUGGEST_DISMISSAL: Move(frozenset({LIVE, ANSWERING}), _unchanged, _PANELIST),
    Action.HIDE: Move(frozenset({LIVE}), _hide, _MODERATOR),
    Action.QUEUE: Move(frozenset({LIVE}), _queue, _MODERATOR),
    Action.START: Move(frozenset({LIVE}), _start, _PANELIST),
    Action.RELEASE: Move(frozenset({ANSWERING}), _release, _PANELIST),
    Action.ANSWER_LIVE: Move(frozenset({ANSWERING, LIVE}), _answer_live, _PANELIST),
    Action.ANSWER_TEXT: Move(frozenset({LIVE, ANSWERING, PENDING, ANSWERED}), _answer_text, _PANELIST),
    Action.REOPEN: Move(frozenset({ANSWERED, DISMISSED}), _reopen, _MODERATOR),
    Action.MERGE: Move(frozenset({LIVE, PENDING}), _merge, _MODERATOR),
    Action.UNMERGE: Move(frozenset({MERGED}), _unmerge, _MODERATOR),
    Action.WITHDRAW: Move(frozenset({PENDING, RETURNED, LIVE}), _withdraw, is_authors=True),
    Action.REVEAL_NAME: Move(_UNARCHIVED, _reveal_name, is_authors=True),
    Action.REMOVE_NAME: Move(_UNARCHIVED, _remove_name, is_authors=True),
    Action.FOLLOW_UP: Move(_UNARCHIVED - {ANSWERING, WITHDRAWN}, _unchanged, _PANELIST),
    Action.LABEL: Move(_UNARCHIVED, _label, _MODERATOR),
    Action.ARCHIVE: Move(_UNARCHIVED, _archive, _COHOST, is_systems=True),
}
