"""Cases as types: one's own, as a reporter or as whom it was decided against, and the desk's. Three eyes, two types."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
import strawberry
from strawberry.scalars import JSON

from server.domain.errors import NotFound
from server.domain.moderation import (
    APPEAL_WITHIN,
    AppealOutcome,
    CaseState,
    Decision,
    ReportReason,
    SanctionKind,
    SubjectKind,
)
from server.models import moderation as rows
from server.queries import moderation as queries
from server.schema.core.batching import batched
from server.schema.core.context import Info
from server.schema.core.ids import encode_id, parse_uuid, split_id, uuid_of
from server.schema.core.nodes import Node, node_loader

strawberry.enum(SubjectKind, name="ReportSubjectKind", description="What can be reported.")
strawberry.enum(ReportReason, description="Why something is reported.")
strawberry.enum(CaseState, description="Where a case stands.")
strawberry.enum(Decision, name="CaseDecision", description="What the desk decides.")
strawberry.enum(AppealOutcome, description="What became of an appeal.")
strawberry.enum(SanctionKind, description="What is laid on somebody.")

_TYPES = {
    SubjectKind.PROFILE: "Profile",
    SubjectKind.MESSAGE: "SessionMessage",
    SubjectKind.QUESTION: "Question",
    SubjectKind.SESSION: "Session",
    SubjectKind.CIRCLE_POST: "CirclePost",
    SubjectKind.GATHERING: "Gathering",
    SubjectKind.INTRODUCTION: "Introduction",
    SubjectKind.SMALL_ASK: "SmallAsk",
    SubjectKind.KUDOS: "Kudos",
}
_BY_OTHER_NAMES = frozenset({SubjectKind.QUESTION, SubjectKind.CIRCLE_POST})
"""What may be written under a pseudonym, a nickname or no name."""
_KINDS = {type_name: kind for kind, type_name in _TYPES.items()}


@strawberry.enum(description="What you are in a case.")
class CaseParty(StrEnum):
    """The side on which somebody follows a case."""

    REPORTER = "reporter"
    ACCUSED = "accused"


@strawberry.type(description="A case you reported, or one that was decided against you. Requires: to be either.")
class MyCase(Node):
    """A case as one of its two people follows it: without the other's name and words."""

    party: CaseParty = strawberry.field(description="What you are in it.")
    subject_kind: SubjectKind = strawberry.field(description="What was reported.")
    subject_id: strawberry.ID = strawberry.field(description="Its id; you may not see the object any more.")
    reason: ReportReason = strawberry.field(description="Why it was reported.")
    words: str | None = strawberry.field(description="What you said when you reported it; null for the accused.")
    state: CaseState = strawberry.field(description="Where the case stands.")
    opened_at: datetime = strawberry.field(description="When it was reported.")
    decision: Decision | None = strawberry.field(description="What was decided.")
    decision_reason: str = strawberry.field(description="Why; empty before.")
    decided_at: datetime | None = strawberry.field(description="When.")
    appealable_until: datetime | None = strawberry.field(description="Until when you can appeal; null if you cannot.")
    appeal_words: str | None = strawberry.field(description="What you said in your appeal; null for the reporter.")
    appealed_at: datetime | None = strawberry.field(description="When an appeal was made.")
    appeal_outcome: AppealOutcome | None = strawberry.field(description="What became of it.")
    appeal_reason: str = strawberry.field(description="Why; empty before.")
    closed_at: datetime | None = strawberry.field(description="When the case was closed.")
    version: int = strawberry.field(description="Grows with each change.")

    @classmethod
    def of(cls, row: rows.SafetyCase, viewer_id: UUID) -> "MyCase":
        """Return the case as its reporter or its accused follows it."""
        party = CaseParty.REPORTER if row.reporter_id == viewer_id else CaseParty.ACCUSED
        is_reporter = party is CaseParty.REPORTER
        may_appeal = not is_reporter and row.state is CaseState.DECIDED and row.decided_at is not None
        return cls(
            key=row.id,
            party=party,
            subject_kind=row.subject_kind,
            subject_id=subject_id(row),
            reason=row.reason,
            words=row.words if is_reporter else None,
            state=row.state,
            opened_at=row.created_at,
            decision=row.decision,
            decision_reason=row.decision_reason,
            decided_at=row.decided_at,
            appealable_until=row.decided_at + APPEAL_WITHIN if may_appeal and row.decided_at else None,
            appeal_words=None if is_reporter else row.appeal_words,
            appealed_at=row.appealed_at,
            appeal_outcome=row.appeal_outcome,
            appeal_reason=row.appeal_reason,
            closed_at=row.closed_at,
            version=row.version,
        )


@strawberry.type(description="Somebody in a case, by the name that others read.")
class CasePerson:
    """A person as the desk sees them."""

    profile_id: strawberry.ID = strawberry.field(description="Their profile.")
    name: str = strawberry.field(description="Their name.")


@strawberry.type(description="A case on the desk. Requires: the role safety_team, and no part in the case.")
class DeskCase(Node):
    """A case as the safety team works on it."""

    subject_kind: SubjectKind = strawberry.field(description="What was reported.")
    subject_id: strawberry.ID = strawberry.field(description="Its id.")
    reason: ReportReason = strawberry.field(description="Why it was reported.")
    words: str = strawberry.field(description="What the reporter said.")
    evidence: JSON = strawberry.field(description="What was reported, as it was then.")
    state: CaseState = strawberry.field(description="Where the case stands.")
    opened_at: datetime = strawberry.field(description="When it was reported.")
    is_mine: bool = strawberry.field(description="Whether you have claimed it.")
    claimed_until: datetime | None = strawberry.field(description="Until when somebody has it.")
    decision: Decision | None = strawberry.field(description="What was decided.")
    decision_reason: str = strawberry.field(description="Why; empty before.")
    decided_at: datetime | None = strawberry.field(description="When.")
    appeal_words: str = strawberry.field(description="What the accused said in an appeal.")
    appealed_at: datetime | None = strawberry.field(description="When.")
    appeal_outcome: AppealOutcome | None = strawberry.field(description="What became of the appeal.")
    appeal_reason: str = strawberry.field(description="Why; empty before.")
    closed_at: datetime | None = strawberry.field(description="When the case was closed.")
    version: int = strawberry.field(description="Grows with each change.")
    row: strawberry.Private[rows.SafetyCase]

    @classmethod
    def of(cls, row: rows.SafetyCase, viewer_id: UUID) -> "DeskCase":
        """Return the case as the desk sees it."""
        return cls(
            key=row.id,
            row=row,
            subject_kind=row.subject_kind,
            subject_id=subject_id(row),
            reason=row.reason,
            words=row.words,
            evidence=JSON(_evidence(row)),
            state=row.state,
            opened_at=row.created_at,
            is_mine=row.lease_by == viewer_id,
            claimed_until=row.lease_until,
            decision=row.decision,
            decision_reason=row.decision_reason,
            decided_at=row.decided_at,
            appeal_words=row.appeal_words,
            appealed_at=row.appealed_at,
            appeal_outcome=row.appeal_outcome,
            appeal_reason=row.appeal_reason,
            closed_at=row.closed_at,
            version=row.version,
        )

    @batched(description="Who reported it.")
    @staticmethod
    async def reporter(
        parents: Sequence["DeskCase"],
        info: Info,  # noqa: ARG004 - every batch is given it by this name
    ) -> Sequence[CasePerson]:
        """Return the reporter of each."""
        names = await queries.names_of({p.row.reporter_id for p in parents})
        return [_person(p.row.reporter_id, names) for p in parents]

    @batched(description="Against whom it is; null where the author of a question is nobody's to know.")
    @staticmethod
    async def accused(
        parents: Sequence["DeskCase"],
        info: Info,  # noqa: ARG004 - every batch is given it by this name
    ) -> Sequence[CasePerson | None]:
        """Return the accused of each."""
        names = await queries.names_of({p.row.accused_id for p in parents})
        return [None if _is_anonymous(p.row) else _person(p.row.accused_id, names) for p in parents]


def _person(profile_id: UUID, names: Mapping[UUID, str]) -> CasePerson:
    return CasePerson(profile_id=strawberry.ID(encode_id("Profile", profile_id)), name=names.get(profile_id, ""))


def _evidence(row: rows.SafetyCase) -> dict[str, object]:
    return msgspec.json.decode(row.evidence, type=dict[str, object]) if row.evidence else {}


def _is_anonymous(row: rows.SafetyCase) -> bool:
    """Tell whether the author must stay unknown; of evidence that is gone, to be sure, they do."""
    return row.subject_kind in _BY_OTHER_NAMES and bool(_evidence(row).get("isAnonymous", True))


@node_loader("MyCase")
async def load_my_cases(info: Info, keys: Collection[UUID]) -> Mapping[UUID, MyCase]:
    """Return the cases that the viewer may follow."""
    actor = info.context.actor
    found = await queries.own(actor, keys)
    return {key: MyCase.of(row, actor.require_account()) for key, row in found.items()}


@node_loader("DeskCase")
async def load_desk_cases(info: Info, keys: Collection[UUID]) -> Mapping[UUID, DeskCase]:
    """Return the cases that the viewer may work on."""
    actor = info.context.actor
    found = await queries.on_the_desk(actor, keys)
    return {key: DeskCase.of(row, actor.require_user()) for key, row in found.items()}


def subject_id(row: rows.SafetyCase) -> strawberry.ID:
    """Return the global id of what a case is about."""
    return strawberry.ID(encode_id(_TYPES[row.subject_kind], row.subject_id))


def subject_of(global_id: strawberry.ID) -> tuple[SubjectKind, UUID]:
    """Return what an id of something reportable names, or refuse with NotFound."""
    type_name, key = split_id(global_id, what="profile")
    kind = _KINDS.get(type_name)
    if kind is None:
        raise NotFound("profile")
    return kind, parse_uuid(key, what=kind.value.replace("_", " "))


def my_case_id(global_id: strawberry.ID) -> UUID:
    """Return the key of one's own case, or refuse with NotFound."""
    return uuid_of(global_id, "MyCase", what="case")


def desk_case_id(global_id: strawberry.ID) -> UUID:
    """Return the key of a case on the desk, or refuse with NotFound."""
    return uuid_of(global_id, "DeskCase", what="case")
