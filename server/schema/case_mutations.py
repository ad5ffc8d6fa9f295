"""Reporting and appealing, and the acts of the desk, as mutations."""

import strawberry

from server.domain.moderation import AppealOutcome, Decision, ReportReason, Ruling
from server.schema.cases import DeskCase, MyCase, desk_case_id, my_case_id, subject_of
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.services import moderation
from server.services.moderation import Report


@strawberry.input(description="For reportSubject.")
class ReportSubjectInput:
    """Input of reportSubject."""

    subject_id: strawberry.ID = strawberry.field(
        description="A profile, a line of a session's chat, a question, a session or a post in a circle."
    )
    reason: ReportReason = strawberry.field(description="Why.")
    words: str = strawberry.field(default="", description="In your words, at most 2,000 characters.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="A case for the safety team. What you reported is kept as it is now.")
class ReportSubjectPayload:
    """Payload of reportSubject."""

    case: MyCase = strawberry.field(description="The case; follow it with myCases.")


@strawberry.input(description="For appealDecision.")
class AppealDecisionInput:
    """Input of appealDecision."""

    own_case_id: strawberry.ID = strawberry.field(description="A case that was decided against you.")
    words: str = strawberry.field(description="Why it should be looked at again, at most 2,000 characters.")


@strawberry.type(description="Somebody else will look at the case.")
class AppealDecisionPayload:
    """Payload of appealDecision."""

    case: MyCase = strawberry.field(description="The case.")


@strawberry.input(description="For claimCase.")
class ClaimCaseInput:
    """Input of claimCase."""

    case_id: strawberry.ID = strawberry.field(description="Which case.")


@strawberry.type(description="The case is yours for half an hour.")
class ClaimCasePayload:
    """Payload of claimCase."""

    case: DeskCase = strawberry.field(description="The case.")


@strawberry.input(description="For releaseCase.")
class ReleaseCaseInput:
    """Input of releaseCase."""

    case_id: strawberry.ID = strawberry.field(description="Which case.")


@strawberry.type(description="The case is anybody's again.")
class ReleaseCasePayload:
    """Payload of releaseCase."""

    case: DeskCase = strawberry.field(description="The case.")


@strawberry.input(description="For decideCase.")
class DecideCaseInput:
    """Input of decideCase."""

    case_id: strawberry.ID = strawberry.field(description="A case you have claimed.")
    decision: Decision = strawberry.field(description="What is done.")
    reason: str = strawberry.field(description="Why, for both sides to read; 1 to 2,000 characters.")
    days: int | None = strawberry.field(default=None, description="For SUSPEND: how long, 1 to 365.")


@strawberry.type(description="The case is decided; both sides are told.")
class DecideCasePayload:
    """Payload of decideCase."""

    case: DeskCase = strawberry.field(description="The case.")


@strawberry.input(description="For decideAppeal.")
class DecideAppealInput:
    """Input of decideAppeal."""

    case_id: strawberry.ID = strawberry.field(description="An appealed case you claimed, decided by somebody else.")
    outcome: AppealOutcome = strawberry.field(description="Whether the decision stands.")
    reason: str = strawberry.field(description="Why, for both sides to read; 1 to 2,000 characters.")


@strawberry.type(description="The case is closed; both sides are told.")
class DecideAppealPayload:
    """Payload of decideAppeal."""

    case: DeskCase = strawberry.field(description="The case.")


@strawberry.type
class CaseMutation:
    """The mutations on cases."""

    @mutation(description="Report something to the safety team. Requires: a signed-in user.", refuses=[LimitReached])
    async def report_subject(self, info: Info, form: ReportSubjectInput) -> ReportSubjectPayload:
        """Open a case."""
        kind, subject_id = subject_of(form.subject_id)
        asked = Report(kind, subject_id, form.reason, form.words)
        row = await moderation.report(info.context.actor, form=asked, idempotency_key=form.idempotency_key)
        return ReportSubjectPayload(case=MyCase.of(row, info.context.actor.require_user()))

    @mutation(
        description="Have a decision against you looked at again. Requires: to be the one, suspended or not.",
        refuses=[Conflict],
    )
    async def appeal_decision(self, info: Info, form: AppealDecisionInput) -> AppealDecisionPayload:
        """Appeal."""
        case_id = my_case_id(form.own_case_id)
        row = await moderation.appeal(info.context.actor, case_id=case_id, words=form.words)
        return AppealDecisionPayload(case=MyCase.of(row, info.context.actor.require_account()))

    @mutation(description="Take a case, or keep it longer. Requires: the role safety_team.", refuses=[Conflict])
    async def claim_case(self, info: Info, form: ClaimCaseInput) -> ClaimCasePayload:
        """Claim a case."""
        row = await moderation.claim_case(info.context.actor, case_id=desk_case_id(form.case_id))
        return ClaimCasePayload(case=DeskCase.of(row, info.context.actor.require_user()))

    @mutation(description="Give a case back. Requires: the role safety_team, and the claim.", refuses=[Conflict])
    async def release_case(self, info: Info, form: ReleaseCaseInput) -> ReleaseCasePayload:
        """Release a case."""
        row = await moderation.release_case(info.context.actor, case_id=desk_case_id(form.case_id))
        return ReleaseCasePayload(case=DeskCase.of(row, info.context.actor.require_user()))

    @mutation(description="Decide a case. Requires: the role safety_team, and the claim.", refuses=[Conflict])
    async def decide_case(self, info: Info, form: DecideCaseInput) -> DecideCasePayload:
        """Decide a case."""
        ruling = Ruling(form.decision, form.reason, form.days)
        row = await moderation.decide_case(info.context.actor, case_id=desk_case_id(form.case_id), ruling=ruling)
        return DecideCasePayload(case=DeskCase.of(row, info.context.actor.require_user()))

    @mutation(description="Decide an appeal. Requires: the role safety_team, and the claim.", refuses=[Conflict])
    async def decide_appeal(self, info: Info, form: DecideAppealInput) -> DecideAppealPayload:
        """Decide an appeal."""
        row = await moderation.decide_appeal(
            info.context.actor, case_id=desk_case_id(form.case_id), outcome=form.outcome, reason=form.reason
        )
        return DecideAppealPayload(case=DeskCase.of(row, info.context.actor.require_user()))
