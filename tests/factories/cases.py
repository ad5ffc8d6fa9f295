"""Cases for tests: two people in a room, a desk, and a case at any point of its way."""

from dataclasses import dataclass

from server.domain.actors import Actor, Role
from server.domain.moderation import Decision, ReportReason, Ruling, SubjectKind
from server.models.moderation import SafetyCase
from server.models.sessions import Session, SessionMessage
from server.services import moderation, sessions
from server.services.moderation import Report
from tests.factories.mentorships import mentorship
from tests.factories.people import person

RUDE = "you are the worst courier in town"


@dataclass(frozen=True)
class Quarrel:
    """Ana and Rui in a room, and what Rui said there to Ana."""

    ana: Actor
    rui: Actor
    session: Session
    message: SessionMessage


async def quarrel() -> Quarrel:
    """Let Rui be rude to Ana in their room."""
    ana, rui = await person("Ana"), await person("Rui")
    tie = await mentorship(ana, rui)
    session = await sessions.open_session(ana, mentorship_id=tie.id)
    await sessions.join_session(rui, session_id=session.id)
    await sessions.send_message(ana, session_id=session.id, text="Good morning")
    rude = await sessions.send_message(rui, session_id=session.id, text=RUDE)
    return Quarrel(ana, rui, session, rude)


async def moderator(name: str = "Mo") -> Actor:
    """Make a member of the safety team."""
    return await person(name, roles=frozenset({Role.SAFETY_TEAM}))


async def reported(between: Quarrel) -> SafetyCase:
    """Let Ana report what Rui said."""
    form = Report(SubjectKind.MESSAGE, between.message.id, ReportReason.HARASSMENT, "He shouts at me")
    return await moderation.report(between.ana, form=form)


async def decided(
    case: SafetyCase, by: Actor, decision: Decision = Decision.WARN, days: int | None = None
) -> SafetyCase:
    """Claim a case and decide it."""
    await moderation.claim_case(by, case_id=case.id)
    return await moderation.decide_case(by, case_id=case.id, ruling=Ruling(decision, "That is not how we talk", days))


async def suspended(actor: Actor, decision: Decision = Decision.SUSPEND, days: int | None = 3) -> SafetyCase:
    """Have somebody reported by a stranger, and suspended or banned."""
    form = Report(SubjectKind.PROFILE, actor.require_user(), ReportReason.SCAM)
    case = await moderation.report(await person("Vera"), form=form)
    return await decided(case, await moderator("Judge"), decision, days)
