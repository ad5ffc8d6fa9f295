"""From a report to its end: report, claim, decide, appeal. Above every shaft whose things can be reported.

Nobody decides about themselves, and nobody hears the appeal against what they decided. Every act of the desk is
written into the audit log; both sides read what was decided and why, and neither reads the other's words.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import msgspec

from server.domain import moderation as rules
from server.domain import topics
from server.domain.actors import Actor, Role, UserId
from server.domain.audit import Act
from server.domain.errors import Conflict, LimitReached, NotAllowed, NotFound
from server.domain.moderation import (
    AppealOutcome,
    CaseMoved,
    CaseState,
    Decision,
    PersonSuspended,
    ReportReason,
    Ruling,
    SanctionKind,
    SubjectKind,
    SuspensionLifted,
)
from server.domain.standing import Speech
from server.kit.clock import now
from server.models.mentorships import Mentorship
from server.models.moderation import SafetyCase, Sanction
from server.models.safety import Block
from server.queries import moderation as queries
from server.services import audit, moderation_subjects, repeats
from server.services.standing import count_speech
from server.services.transaction import Work, retrying, unit_of_work

_UNDER_WAY = (CaseState.OPEN, CaseState.IN_REVIEW, CaseState.APPEALED)


@dataclass(frozen=True)
class Report:
    """What somebody reports, why, and in which words."""

    kind: SubjectKind
    subject_id: UUID
    reason: ReportReason
    words: str = ""


@retrying
async def report(actor: Actor, *, form: Report, idempotency_key: str | None = None) -> SafetyCase:
    """Open a case; what is reported is kept as it is now. The same thing reported again gives the case under way."""
    reporter_id = actor.require_user()
    form = replace(form, words=rules.report_words(form.words))
    async with unit_of_work() as work:
        once = await repeats.claim(work, reporter_id, idempotency_key, "report", form)
        if once.previous:
            return await SafetyCase.get(id=once.previous)
        found = await moderation_subjects.find(actor, form.kind, form.subject_id)
        rules.check_reportable(reporter_id, found.accused_id)
        mine = SafetyCase.filter(reporter_id=reporter_id, state__in=list(_UNDER_WAY))
        case = await mine.get_or_none(subject_kind=form.kind, subject_id=form.subject_id)
        if case is None:
            await count_speech(actor, Speech.REPORT)
            if await mine.count() >= rules.MAX_OPEN_REPORTS:
                raise LimitReached("The desk has many reports of yours to look at first.", limit=rules.MAX_OPEN_REPORTS)
            case = await _open(work, actor, form, found)
        await once.remember(case.id)
    return case


async def _open(work: Work, actor: Actor, form: Report, found: moderation_subjects.Found) -> SafetyCase:
    case = await SafetyCase.create(
        reporter_id=actor.user_id,
        accused_id=found.accused_id,
        subject_kind=form.kind,
        subject_id=form.subject_id,
        reason=form.reason,
        words=form.words,
        evidence=msgspec.json.encode(found.evidence).decode(),
    )
    work.record(_moved(case), to=[topics.user(case.reporter_id)], actor=actor)
    return case


@retrying
async def open_for_end(*, mentorship_id: UUID) -> None:
    """Open a case for a mentorship that one of the two ended for safety. For the reaction to its end."""
    async with unit_of_work() as work:
        tie = await Mentorship.select_for_update().get(id=mentorship_id)
        pair = [tie.mentor_id, tie.mentee_id]
        block = await Block.filter(blocker_id__in=pair, blocked_id__in=pair).order_by("-created_at").first()
        if tie.end_reason != "safety" or block is None:
            return
        ended_by = Actor(user_id=UserId(block.blocker_id))
        under_way = SafetyCase.filter(reporter_id=block.blocker_id, state__in=list(_UNDER_WAY))
        if await under_way.filter(subject_kind=SubjectKind.PROFILE, subject_id=block.blocked_id).exists():
            return
        form = Report(SubjectKind.PROFILE, block.blocked_id, ReportReason.OTHER)
        found = await moderation_subjects.find(ended_by, form.kind, form.subject_id)
        evidence = {**found.evidence, "mentorshipEndedForSafety": str(mentorship_id)}
        await _open(work, ended_by, form, replace(found, evidence=evidence))


@retrying
async def claim_case(actor: Actor, *, case_id: UUID) -> SafetyCase:
    """Take a case, or keep it for longer; while it is held nobody else decides it. Conflict when somebody has it."""
    async with unit_of_work() as work:
        moderator_id, case = await _locked(actor, case_id)
        at = now()
        rules.check_claimable(case.state, lease_by=case.lease_by, lease_until=case.lease_until, by=moderator_id, at=at)
        rules.check_impartial(
            moderator_id, reporter=case.reporter_id, accused=case.accused_id, decided_by=case.decided_by
        )
        case.lease_by, case.lease_until = moderator_id, at + rules.LEASE
        if case.state is CaseState.OPEN:
            await _move(work, case, CaseState.IN_REVIEW, to=[case.reporter_id])
        else:
            await case.save()
        await audit.note(work, actor, Act.CASE_CLAIMED, subject_id=case.id)
    return case


@retrying
async def release_case(actor: Actor, *, case_id: UUID) -> SafetyCase:
    """Give a case back to the queue."""
    async with unit_of_work() as work:
        case = await _held(actor, case_id, CaseState.IN_REVIEW, CaseState.APPEALED)
        case.lease_by = case.lease_until = None
        await case.save()
        await audit.note(work, actor, Act.CASE_RELEASED, subject_id=case.id)
    return case


@retrying
async def decide_case(actor: Actor, *, case_id: UUID, ruling: Ruling) -> SafetyCase:
    """Decide a case one holds, and do what was decided. Both sides are told, with the reason."""
    ruling = ruling.clean()
    async with unit_of_work() as work:
        case = await _held(actor, case_id, CaseState.IN_REVIEW)
        rules.check_removable(case.subject_kind, ruling.decision)
        case.decision, case.decision_reason = ruling.decision, ruling.reason
        case.decided_by, case.decided_at = actor.user_id, now()
        case.lease_by = case.lease_until = None
        told = [case.reporter_id] if ruling.decision is Decision.NOTHING else [case.reporter_id, case.accused_id]
        await _move(work, case, CaseState.DECIDED, to=told)
        detail = {"decision": ruling.decision, "days": ruling.days}
        await audit.note(work, actor, Act.CASE_DECIDED, subject_id=case.id, detail=detail)
        await _carry_out(work, actor, case, ruling)
    return case


async def _carry_out(work: Work, actor: Actor, case: SafetyCase, ruling: Ruling) -> None:
    if ruling.decision is Decision.REMOVE:
        await moderation_subjects.remove(work, case.subject_kind, case.subject_id)
        await audit.note(work, actor, Act.CONTENT_REMOVED, subject_id=case.subject_id, detail={"case": case.id})
    kind = rules.SANCTIONS.get(ruling.decision)
    if kind is None:
        return
    until = None if ruling.days is None else now() + timedelta(days=ruling.days)
    sanction = await Sanction.create(user_id=case.accused_id, case_id=case.id, kind=kind, until=until)
    await audit.note(work, actor, Act.PERSON_SANCTIONED, subject_id=sanction.id, detail={"case": case.id, "kind": kind})
    if kind is not SanctionKind.WARNING:
        own = topics.user(case.accused_id)
        work.record(PersonSuspended(user_id=case.accused_id, until=until), to=[own])
        work.control(own, topics.LOGIN_ENDED)


@retrying
async def appeal(actor: Actor, *, case_id: UUID, words: str) -> SafetyCase:
    """Ask for another moderator to look at what was decided against one, once; also while suspended."""
    user_id, words = actor.require_account(), rules.report_words(words)
    async with unit_of_work() as work:
        case = await SafetyCase.select_for_update().get_or_none(id=case_id, accused_id=user_id)
        if case is None or case.decision in {None, Decision.NOTHING}:
            raise NotFound("case")
        at = now()
        rules.check_appealable(case.state, case.decision, case.decided_at, at)
        case.appeal_words, case.appealed_at = words, at
        await _move(work, case, CaseState.APPEALED, to=[case.reporter_id, case.accused_id])
    return case


@retrying
async def decide_appeal(actor: Actor, *, case_id: UUID, outcome: AppealOutcome, reason: str) -> SafetyCase:
    """Close an appealed case one holds: the decision stands, or it is undone. Words that were removed stay gone."""
    reason = Ruling(Decision.NOTHING, reason).clean().reason
    async with unit_of_work() as work:
        case = await _held(actor, case_id, CaseState.APPEALED)
        case.appeal_outcome, case.appeal_reason, case.appeal_decided_by = outcome, reason, actor.user_id
        case.lease_by = case.lease_until = None
        case.closed_at = now()
        await _move(work, case, CaseState.CLOSED, to=[case.reporter_id, case.accused_id])
        await audit.note(work, actor, Act.APPEAL_DECIDED, subject_id=case.id, detail={"outcome": outcome})
        if outcome is AppealOutcome.OVERTURNED:
            await _lift(work, actor, case)
    return case


async def _lift(work: Work, actor: Actor, case: SafetyCase) -> None:
    for sanction in await Sanction.filter(case_id=case.id, lifted_at=None).order_by("id").select_for_update():
        sanction.lifted_at = now()
        await sanction.save(update_fields=["lifted_at"])
        await audit.note(work, actor, Act.SANCTION_LIFTED, subject_id=sanction.id, detail={"case": case.id})
        if sanction.kind is not SanctionKind.WARNING:
            work.record(SuspensionLifted(user_id=sanction.user_id), to=[topics.user(sanction.user_id)])


async def close_due() -> int:
    """Close the cases whose time to appeal is over. Return how many; for the scheduled job."""
    due = SafetyCase.filter(state=CaseState.DECIDED, decided_at__lte=now() - rules.APPEAL_WITHIN)
    ids = [row.id for row in await due.order_by("id").limit(200)]
    return sum([await _close(case_id) for case_id in ids])


@retrying
async def _close(case_id: UUID) -> bool:
    async with unit_of_work() as work:
        case = await SafetyCase.select_for_update().get(id=case_id)
        if case.state is not CaseState.DECIDED:
            return False
        case.closed_at = now()
        told = [case.reporter_id] if case.decision is Decision.NOTHING else [case.reporter_id, case.accused_id]
        await _move(work, case, CaseState.CLOSED, to=told)
    return True


def require_desk(actor: Actor) -> UUID:
    """Return the id of a member of the safety team, or refuse."""
    moderator_id = actor.require_user()
    if not actor.has_role(Role.SAFETY_TEAM):
        raise NotAllowed("the role safety_team")
    return moderator_id


async def _locked(actor: Actor, case_id: UUID) -> tuple[UUID, SafetyCase]:
    moderator_id = require_desk(actor)
    if case_id not in await queries.on_the_desk(actor, [case_id]):
        raise NotFound("case")
    return moderator_id, await SafetyCase.select_for_update().get(id=case_id)


async def _held(actor: Actor, case_id: UUID, *states: CaseState) -> SafetyCase:
    """Lock a case that the actor has claimed, in one of these states."""
    moderator_id, case = await _locked(actor, case_id)
    if case.state not in states:
        raise Conflict("This case is not at that point.", current=case.state.value)
    rules.check_held(lease_by=case.lease_by, lease_until=case.lease_until, by=moderator_id, at=now())
    return case


async def _move(work: Work, case: SafetyCase, state: CaseState, *, to: list[UUID]) -> None:
    case.state, case.version = state, case.version + 1
    await case.save()
    work.record(_moved(case), to=[topics.user(one) for one in to])


def _moved(case: SafetyCase) -> CaseMoved:
    return CaseMoved(case_id=case.id, state=case.state, decision=case.decision, version=case.version, at=now())
