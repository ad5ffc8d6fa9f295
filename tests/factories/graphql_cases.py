"""The cases of the world that GraphQL is tried in: one that Ana reported, one that was decided against her."""

from datetime import timedelta
from typing import TYPE_CHECKING

from server.domain.actors import Actor, Role
from server.domain.moderation import CaseState, Decision, ReportReason, SubjectKind
from server.kit.clock import now
from server.models.moderation import ConductVersion, SafetyCase, TalkOpening
from server.models.safety import Mute
from server.models.sessions import SessionParticipant
from server.schema.core.ids import encode_id

if TYPE_CHECKING:
    from tests.factories.graphql_world import World

DESK = (Role.SAFETY_TEAM.value, Role.ADMIN.value)


async def show_cases(here: "World", ana: Actor, eve: Actor) -> None:
    """Let Ana report Eve, and let Ana be warned for what Eve reported; open a talk of Ana's to somebody."""
    about = {"subject_kind": SubjectKind.PROFILE, "reason": ReportReason.SPAM, "evidence": "{}"}
    one = await SafetyCase.create(
        reporter_id=ana.user_id, accused_id=eve.user_id, subject_id=eve.user_id, words="She sells things", **about
    )
    other = await SafetyCase.create(
        reporter_id=eve.user_id,
        accused_id=ana.user_id,
        subject_id=ana.user_id,
        state=CaseState.DECIDED,
        decision=Decision.WARN,
        decision_reason="Please do not.",
        decided_at=now(),
        **about,
    )
    here.show("MyCase", one.id, "owner")
    here.show("MyCase", other.id, "owner", "stranger")
    here.parts["decided case"] = here.of("MyCase")[1].id
    for case in (one, other):
        here.show("DeskCase", case.id, *DESK)
    place = await SessionParticipant.filter(profile_id=ana.user_id).first()
    assert place is not None
    opening = await TalkOpening.create(
        session_id=place.session_id,
        case_id=one.id,
        opened_by=here.viewers["party"].user_id,
        reason="A threat",
        expires_at=now() + timedelta(hours=1),
    )
    here.parts["TalkOpening"] = encode_id("TalkOpening", opening.id)
    await ConductVersion.create(number=1, text="Be kind.")
    await Mute.create(muter_id=ana.user_id, muted_id=here.viewers["party"].user_id)
