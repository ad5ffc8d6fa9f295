"""Acting on questions: one use case for every line of the state machine, and what all of them do after the decision.

Load under lock, decide (domain/questions.py), write, tell: the audience if its view changed, the staff always, the
authors if theirs did. Nothing here knows a single action's rules; what an action does besides is in question_effects.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import NotFound
from server.domain.question_facts import OwnQuestionChanged, QuestionChangedForAll, QuestionGone, QuestionMoved
from server.domain.question_order import warmth
from server.domain.question_states import Action, AnswerKind, DismissReason, QuestionState
from server.domain.questions import Asked, Who, decide, note_text
from server.domain.questions import Question as Ruled
from server.domain.webinars import STAFF_TOPIC_ROLES
from server.kit.clock import now
from server.models.questions import Question, QuestionEvent, QuestionTally
from server.models.webinars import WebinarStaff
from server.queries.question_views import Card, cards_of, own_view, shown_view, staff_view
from server.services import question_effects as effects
from server.services import repeats
from server.services.transaction import retrying, unit_of_work
from server.services.webinar_scene import Scene, enter


@dataclass(frozen=True)
class ActForm:
    """What an action is asked with; each reads its own. `holder_resolved` says what becomes of who is on stage."""

    text: str = ""
    note: str = ""
    reason: DismissReason | None = None
    rank: int | None = None
    stage: str = ""
    by: UUID | None = None
    is_public: bool = True
    into_id: UUID | None = None
    holder_resolved: bool | None = None
    labels: tuple[str, ...] = ()
    owner_id: UUID | None = None
    due_at: datetime | None = None


@retrying
async def act(
    actor: Actor,
    *,
    question_id: UUID,
    action: Action,
    form: ActForm | None = None,
    expected_version: int | None = None,
    idempotency_key: str | None = None,
) -> Question:
    """Do an action to a question and return it. The same key again changes nothing and returns it as it is.

    NotFound: the actor may not see it. NotAllowed: by role. Conflict: another state or version, told as `live@7`.
    """
    form = form or ActForm()
    async with unit_of_work() as work:
        content = [question_id, action, form]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "actOnQuestion", content)
        found = await Question.get_or_none(id=question_id)
        if found is None:
            raise NotFound("question")
        scene = await enter(work, actor, found.webinar_id, what="question")
        card = await visible_card(scene, question_id)
        if not once.previous:
            await _perform(scene, card, action, form, expected_version)
            await once.remember(question_id)
    return card.row


async def visible_card(scene: Scene, question_id: UUID) -> Card:
    """Lock a question that the actor may see: one's own, what is shown, and all of them for moderators."""
    row = await Question.select_for_update().get_or_none(id=question_id, webinar_id=scene.webinar.id)
    if row is None:
        raise NotFound("question")
    is_own = row.author_id is not None and row.author_id == scene.actor.user_id
    sees_all = scene.actor.is_system or scene.role in STAFF_TOPIC_ROLES
    enters = scene.standing is not None and scene.standing.may_enter
    if not (is_own or sees_all or (row.is_shown and enters)):
        raise NotFound("question")
    return (await cards_of([row]))[row.id]


async def _perform(scene: Scene, card: Card, action: Action, form: ActForm, expected_version: int | None) -> None:
    asked = await _asked(scene, form, expected_version)
    who = Who(scene.actor.user_id, scene.role, is_system=scene.actor.is_system)
    if action is Action.START and asked.holder is not None and asked.holder.id == card.row.id:
        asked = dataclasses.replace(asked, holder=None)
    after = decide(ruled(card), action, who, asked)
    if action is Action.START and asked.holder is not None:
        await _clear_stage(scene, asked.holder.id, is_answered=bool(asked.holder_resolved))
    await settle(scene, card, Decided(action, after, form))


async def _clear_stage(scene: Scene, holder_id: UUID, *, is_answered: bool) -> None:
    """Take the question before off the stage: answered, or back among the live ones."""
    card = await visible_card(scene, holder_id)
    action = Action.ANSWER_LIVE if is_answered else Action.RELEASE
    who = Who(scene.actor.user_id, scene.role)
    await settle(scene, card, Decided(action, decide(ruled(card), action, who, Asked(at=now()))))


async def _asked(scene: Scene, form: ActForm, expected_version: int | None) -> Asked:
    webinar = scene.webinar
    target = None if form.into_id is None else await visible_card(scene, form.into_id)
    stage = form.stage or webinar.stages[0]
    holder = None
    if stage in webinar.stages:
        holder = await Question.get_or_none(webinar_id=webinar.id, stage=stage, state=QuestionState.ANSWERING)
    speaker = None if form.by is None else await WebinarStaff.get_or_none(webinar_id=webinar.id, profile_id=form.by)
    return Asked(
        at=now(),
        expected_version=expected_version,
        text=form.text,
        note=note_text(form.note),
        reason=form.reason,
        rank=form.rank,
        stage=stage,
        stages=tuple(webinar.stages),
        by=form.by,
        by_role=None if speaker is None else speaker.role,
        is_public=form.is_public,
        target=None if target is None else ruled(target),
        holder=None if holder is None else ruled(Card(holder)),
        holder_resolved=form.holder_resolved,
        labels=form.labels,
        event_labels=tuple(webinar.labels),
    )


def ruled(card: Card) -> Ruled:
    """Return a question as the rules see it."""
    row = card.row
    return Ruled(
        id=row.id,
        state=row.state,
        version=row.version,
        author_id=row.author_id,
        shown_as=row.shown_as,
        text=row.text,
        original_text=row.original_text,
        number=row.number,
        edited_by=row.edited_by,
        lease_by=row.lease_by,
        lease_until=row.lease_until,
        stage=row.stage,
        answering_by=row.answering_by,
        queue_rank=row.queue_rank,
        merged_into=row.merged_into,
        has_merged=card.has_merged,
        before=row.before,
        kinds=frozenset(AnswerKind(kind) for kind in row.kinds),
        labels=tuple(row.labels),
        dismiss_reason=row.dismiss_reason,
        is_shown=row.is_shown,
    )


_RULED_COLUMNS = (
    "state",
    "version",
    "author_id",
    "shown_as",
    "text",
    "original_text",
    "edited_by",
    "lease_by",
    "lease_until",
    "stage",
    "answering_by",
    "queue_rank",
    "merged_into",
    "before",
    "dismiss_reason",
    "is_shown",
)


@dataclass(frozen=True)
class Decided:
    """An action, the question after it, and what it was asked with."""

    action: Action
    after: Ruled
    form: ActForm = ActForm()


async def settle(scene: Scene, card: Card, decided: Decided) -> None:
    """Write what was decided and what goes with it, keep the history, tell everybody concerned."""
    row, at = card.row, now()
    action, after, form = decided.action, decided.after, decided.form
    before = Before.of(card)
    for column in _RULED_COLUMNS:
        setattr(row, column, getattr(after, column))
    row.kinds, row.labels = sorted(after.kinds), list(after.labels)
    await effects.follow(scene, card, action, effects.Done(before.state, form, at))
    await publish(scene, card, action, before)
    is_authors = before.author_id is not None and before.author_id == scene.actor.user_id
    await QuestionEvent.create(
        question_id=row.id,
        action=action,
        actor_id=None if is_authors else scene.actor.user_id,
        is_authors=is_authors,
        from_state=before.state,
        to_state=row.state,
        version=row.version,
        detail=_detail(before, row, form),
    )


@dataclass(frozen=True)
class Before:
    """How a question was seen before an action, by whom it concerns."""

    state: QuestionState | None
    author_id: UUID | None
    text: str
    shown: Any
    own: Any

    @classmethod
    def of(cls, card: Card) -> "Before":
        """Return how it is seen now."""
        return cls(card.row.state, card.row.author_id, card.row.text, shown_view(card), own_view(card))


NEW = Before(None, None, "", None, None)
"""Before it was asked."""


def _detail(before: Before, row: Question, form: ActForm) -> Mapping[str, Any]:
    """Return what an action was done with, for the history: what is not said is left out."""
    detail = {
        "note": form.note,
        "reason": form.reason.value if form.reason else "",
        "into": str(form.into_id or ""),
        "stage": form.stage,
        "labels": list(form.labels),
        # What an erasure takes out of a question must not stay in its history.
        "before": before.text if row.text and before.text != row.text else "",
    }
    return {key: value for key, value in detail.items() if value}


async def publish(scene: Scene, card: Card, action: Action, before: Before) -> None:
    """Save the row and tell the audience, the staff and the authors, each only what is theirs to know."""
    row, work = card.row, scene.work
    if row.is_shown and row.number is None:
        await _number(scene, card)
    shown = shown_view(card)
    is_seen_otherwise = shown != before.shown
    if is_seen_otherwise:
        row.shown_version += 1
        # An author's act has no actor in the book: not even there does it lead from an entry to a person.
        if shown is None:
            gone = QuestionGone(webinar_id=row.webinar_id, question_id=row.id, version=row.shown_version)
            work.record(gone, to=[scene.audience])
        else:
            shown = dataclasses.replace(shown, version=row.shown_version)
            told = QuestionChangedForAll(webinar_id=row.webinar_id, question=shown, tally=card.votes)
            work.record(told, to=[scene.audience])
    await row.save(force_create=before.state is None)
    is_authors = row.author_id is not None and row.author_id == scene.actor.user_id
    by = None if is_authors or before is NEW else scene.actor.user_id
    moved = QuestionMoved(webinar_id=row.webinar_id, action=action, by=by, question=staff_view(card), tally=card.votes)
    work.record(moved, to=[scene.staff])
    _tell_author(scene, card, action, before)
    if is_seen_otherwise and card.has_merged:
        await _tell_followers(scene, card, action)


async def _number(scene: Scene, card: Card) -> None:
    """Give a question its number, when it is shown for the first time and not before: numbers tell of no other."""
    row, webinar = card.row, scene.webinar
    row.number, row.shown_at = webinar.next_number, now()
    webinar.next_number += 1
    await webinar.save(update_fields=["next_number"])
    await QuestionTally.create(question_id=row.id, heat=warmth(row.shown_at))


def _tell_author(scene: Scene, card: Card, action: Action, before: Before) -> None:
    row = card.row
    own = own_view(card)
    author_id = row.author_id or before.author_id
    if author_id is not None and (before.own is None or own != dataclasses.replace(before.own, version=own.version)):
        scene.work.record(OwnQuestionChanged(action=action, question=own), to=[topics.user(author_id)])


async def _tell_followers(scene: Scene, card: Card, action: Action) -> None:
    """Tell the authors of what was merged into this question: they follow it."""
    merged = await Question.filter(merged_into=card.row.id, state=QuestionState.MERGED, author_id__isnull=False)
    for source in (await cards_of(merged)).values():
        told = OwnQuestionChanged(action=action, question=own_view(source))
        scene.work.record(told, to=[topics.user(source.row.author_id)])  # type: ignore[arg-type]  # filtered above
