"""Mentorships of the small community that are farther on their road than most, and what their mutations want."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from server.domain.mentorship_proposals import ProposalState
from server.domain.mentorship_road import PauseReason
from server.domain.mentorships import MentorshipState
from server.domain.sessions import SessionState
from server.kit.clock import now
from server.models.mentorship_proposals import MentorshipProposal
from server.models.mentorships import Mentorship, MentorshipFeedback
from server.models.sessions import Session
from tests.factories.mentorships import check_in, mentorship, proposal

if TYPE_CHECKING:
    from tests.factories.graphql_world import World


async def road_of_the_world(here: "World") -> None:
    """Let Bola mentor Ana in one that is paused and in one that closes, with his feedback waiting for hers."""
    ana, bola = here.viewers["owner"], here.viewers["party"]
    paused = await mentorship(
        bola,
        ana,
        state=MentorshipState.PAUSED,
        paused_by=bola.user_id,
        pause_reason=PauseReason.GIG,
        paused_at=now(),
        paused_until=now() + timedelta(days=9),
    )
    closing = await mentorship(
        bola, ana, state=MentorshipState.CLOSING, closing_since=now(), deliverable="A price list", brief_by=ana.user_id
    )
    await Session.create(
        mentorship_id=closing.id, state=SessionState.ENDED, opened_by=ana.user_id, started_at=now(), ended_at=now()
    )
    await MentorshipFeedback.create(
        mentorship_id=closing.id, author_id=bola.user_id, given_at=now(), useful=4, kudos=SEALED
    )
    here.show("CheckIn", (await check_in(paused)).id, "owner", "party")
    teaching = await mentorship(ana, bola)
    here.parts["teaching"] = here.show("Mentorship", teaching.id, "owner", "party")
    asked, made = await proposal(paused, bola, ana), await proposal(closing, ana, bola)
    following = await proposal(teaching, ana, bola, state=ProposalState.ACCEPTED, next_mentorship_id=closing.id)
    await MentorshipProposal.filter(id=following.id).update(to_id=here.viewers["stranger"].user_id)
    here.parts["proposal to answer"] = here.show("MentorshipProposal", asked.id, "owner", "party")
    here.parts["proposal made"] = here.show("MentorshipProposal", made.id, "owner", "party")
    here.show("MentorshipProposal", following.id, "owner", "party")
    here.parts["paused"] = here.show("Mentorship", paused.id, "owner", "party")
    done = await mentorship(bola, ana, state=MentorshipState.COMPLETED, ended_at=now())
    await Mentorship.filter(id=closing.id).update(continues_id=done.id)
    here.parts["done"] = here.show("Mentorship", done.id, "owner", "party")
    here.parts["closing"] = here.show("Mentorship", closing.id, "owner", "party")
    # A block between the two leaves each what asked them alone, and takes from both what was between them.
    di = here.viewers["estranged"]
    parted = await Mentorship.get(mentor_id=di.user_id, mentee_id=ana.user_id)
    here.show("CheckIn", (await check_in(parted)).id, "owner", "estranged")
    here.show("MentorshipProposal", (await proposal(parted, di, ana)).id)


SEALED = "what Bola says while nobody may read it"


def road_inputs(here: "World") -> dict[str, dict[str, Any]]:
    """Return what the mutations along the road want other than most."""
    paused, closing = here.parts["paused"], here.parts["closing"]
    return {
        "pauseMentorship": {"until": (now() + timedelta(days=5)).isoformat()},
        "resumeMentorship": {"mentorshipId": paused},
        "renewMentorship": {"mentorshipId": here.parts["done"], "minutes": 60, "words": "Again?"},
        "convertMentorship": {"format": "LONG_ARC", "minutes": 60, "words": "Longer?"},
        "handOverMentorship": {"mentorshipId": here.parts["teaching"], "words": "She knows taxes"},
        "acceptMentorshipProposal": {"mentorshipProposalId": here.parts["proposal to answer"]},
        "declineMentorshipProposal": {"mentorshipProposalId": here.parts["proposal to answer"]},
        "withdrawMentorshipProposal": {"mentorshipProposalId": here.parts["proposal made"]},
        "answerCheckIn": {"checkInId": here.of("CheckIn")[0].id, "words": "He is late", "isWrong": True},
        "giveFeedback": {"mentorshipId": closing, "useful": 4},
        "setMentorshipCadence": {"cadenceDays": 7},
        "setMentorshipBrief": {"deliverBy": (now() + timedelta(days=5)).date().isoformat()},
        "deliverMentorshipBrief": {"mentorshipId": closing},
    }
