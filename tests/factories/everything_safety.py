"""The rows of the safety shaft that can hold somebody, each text of theirs carrying one marker."""

import json

from server.domain.actors import SYSTEM, Actor
from server.domain.audit import Act
from server.domain.moderation import CaseState, Decision, ReportReason, SanctionKind, SubjectKind
from server.kit.clock import now
from server.models.moderation import ConductConsent, SafetyCase, Sanction, TalkOpening
from server.models.safety import Mute
from server.models.sessions import SessionParticipant
from server.services import audit
from server.services.transaction import unit_of_work
from tests.factories.people import person


async def safety_of(ana: Actor, *, mine: str, theirs: str) -> None:
    """Let Ana mute, report, be warned, be read, agree and use power; others do the same to her."""
    eli = await person("Eli")
    for one, other in ((ana, eli), (eli, ana)):
        await Mute.create(muter_id=one.user_id, muted_id=other.user_id)
    await SafetyCase.create(
        reporter_id=ana.user_id,
        accused_id=eli.user_id,
        subject_kind=SubjectKind.PROFILE,
        subject_id=eli.user_id,
        reason=ReportReason.SPAM,
        words=f"reported {mine}",
        evidence=json.dumps({"text": theirs}),
    )
    against = await SafetyCase.create(
        reporter_id=eli.user_id,
        accused_id=ana.user_id,
        subject_kind=SubjectKind.PROFILE,
        subject_id=ana.user_id,
        reason=ReportReason.SPAM,
        words=f"reported {theirs}",
        evidence=json.dumps({"text": mine}),
        state=CaseState.APPEALED,
        decision=Decision.WARN,
        decision_reason="Please do not.",
        appeal_words=f"appealed {mine}",
    )
    await Sanction.create(user_id=ana.user_id, case_id=against.id, kind=SanctionKind.WARNING)
    place = await SessionParticipant.filter(profile_id=ana.user_id).first()
    assert place is not None
    await TalkOpening.create(
        session_id=place.session_id, case_id=against.id, opened_by=eli.user_id, reason="A threat", expires_at=now()
    )
    await ConductConsent.create(user_id=ana.user_id, number=1)
    async with unit_of_work() as work:
        await audit.note(work, ana, Act.CASE_CLAIMED, subject_id=against.id)
        await audit.note(work, SYSTEM, Act.ROLE_GRANTED, subject_id=ana.user_id)
