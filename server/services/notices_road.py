"""Who is told of what happens on the road of a mentorship: check-ins and silence, pauses, proposals, the end of it.

Nobody is told of the other's silence, nor of who gave feedback first. Two who are kept apart hear nothing of the other.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from server.domain import check_in_facts as checks
from server.domain import mentorship_facts as facts
from server.domain.actors import Actor, UserId
from server.domain.check_ins import Silence
from server.domain.facts import Fact
from server.domain.mentorship_proposals import (
    MentorshipProposalSettled,
    MentorshipProposed,
    ProposalKind,
    ProposalState,
)
from server.domain.notification_kinds import NotificationKind as Kind
from server.domain.notifications import Notice, SubjectKind
from server.models.check_ins import CheckInPart
from server.models.mentorship_proposals import MentorshipProposal
from server.models.mentorships import Mentorship, MentorshipFeedback
from server.queries import mentorships
from server.queries.meetings import other_of
from server.services.mentorship_moves import givers
from server.services.notices import Row, when

_SILENCE = {
    Silence.NUDGE: Kind.CHECK_IN_NUDGE,
    Silence.PROBABLY_ON_A_GIG: Kind.CHECK_IN_MAYBE_GIG,
    Silence.OFFER_ASYNC: Kind.CHECK_IN_ASYNC,
    Silence.OFFER_PAUSE: Kind.CHECK_IN_PAUSE,
    Silence.A_PERSON_LOOKS: Kind.CHECK_IN_LOOKED_AT,
}


async def _opened(fact: checks.CheckInOpened) -> list[Notice]:
    # Each who is asked has a part and, right after it was made, a fact of their own.
    part = (
        await CheckInPart.filter(check_in_id=fact.check_in_id, created_at__lte=fact.at).order_by("-created_at").first()
    )
    if part is None or part.answered_at is not None:
        return []
    kind = Kind.CHECK_IN_ON_GIG if fact.is_quiet else Kind.CHECK_IN_OPEN
    return [Notice(part.profile_id, kind, SubjectKind.CHECK_IN, fact.check_in_id, detail=when(fact.due_at))]


async def _silence(fact: checks.CheckInSilence) -> list[Notice]:
    subject, detail = (SubjectKind.CHECK_IN, fact.check_in_id), when(fact.due_at)
    return [Notice(fact.profile_id, _SILENCE[fact.step], *subject, detail=detail)]


async def _paused(fact: facts.MentorshipPaused) -> list[Notice]:
    return await _to_two(fact.mentorship_id, Kind.MENTORSHIP_PAUSED, by=fact.by, detail=when(fact.until))


async def _resumed(fact: facts.MentorshipResumed) -> list[Notice]:
    return await _to_two(fact.mentorship_id, Kind.MENTORSHIP_RESUMED, by=fact.by)


async def _place_given_back(fact: facts.MentorshipPlaceGivenBack) -> list[Notice]:
    tie = await Mentorship.get_or_none(id=fact.mentorship_id)
    people = [] if tie is None else givers(tie)
    return [Notice(one, Kind.MENTORSHIP_PLACE_BACK, SubjectKind.MENTORSHIP, fact.mentorship_id) for one in people]


async def _waits(fact: facts.MentorshipWaitsForPlace) -> list[Notice]:
    return await _to_two(fact.mentorship_id, Kind.MENTORSHIP_WAITS)


async def _trial_over(fact: facts.MentorshipTrialOver) -> list[Notice]:
    return await _to_two(fact.mentorship_id, Kind.MENTORSHIP_TRIAL_OVER)


async def _closing(fact: facts.MentorshipClosing) -> list[Notice]:
    return await _to_two(fact.mentorship_id, Kind.MENTORSHIP_CLOSING, by=fact.by, detail=when(fact.completes_at))


async def _delivered(fact: facts.MentorshipDelivered) -> list[Notice]:
    return await _to_two(fact.mentorship_id, Kind.MENTORSHIP_DELIVERED, by=fact.by)


async def _released(fact: facts.FeedbackReleased) -> list[Notice]:
    # Time may have released what one of them gave alone: then the other has something to read, and the one has not.
    authors = {row.author_id for row in await MentorshipFeedback.filter(mentorship_id=fact.mentorship_id)}
    return [
        replace(one, by=None)
        for author_id in sorted(authors)
        for one in await _to_two(fact.mentorship_id, Kind.FEEDBACK_RELEASED, by=author_id)
    ]


async def _to_two(mentorship_id: UUID, kind: Kind, *, by: UUID | None = None, **more: Any) -> list[Notice]:
    """Tell the two of a mentorship who may still meet; of what one of them did the other alone."""
    tie = await Mentorship.get_or_none(id=mentorship_id)
    if tie is None or not await _may_meet(tie):
        return []
    people = [tie.mentor_id, tie.mentee_id] if by is None else [other_of(tie, by)]
    return [Notice(one, kind, SubjectKind.MENTORSHIP, tie.id, by=by, **more) for one in people]


async def _may_meet(tie: Mentorship) -> bool:
    return bool(await mentorships.meetable(Actor(user_id=UserId(tie.mentor_id)), [tie.id]))


async def _proposed(fact: MentorshipProposed) -> list[Notice]:
    tie = await Mentorship.get_or_none(id=fact.mentorship_id)
    if tie is None or not await _may_meet(tie):
        return []
    kind = Kind.PROPOSAL_RECEIVED
    if fact.what is ProposalKind.HAND_OVER:
        kind = Kind.HAND_OVER_OFFERED if fact.asked_id == tie.mentee_id else Kind.HAND_OVER_ASKED
    subject, detail = (SubjectKind.MENTORSHIP_PROPOSAL, fact.proposal_id), when(fact.expires_at)
    return [Notice(fact.asked_id, kind, *subject, by=fact.proposed_by, detail=detail)]


async def _settled(fact: MentorshipProposalSettled) -> list[Notice]:
    row = await MentorshipProposal.get_or_none(id=fact.proposal_id)
    tie = None if row is None else await Mentorship.get_or_none(id=row.mentorship_id)
    if row is None or tie is None or not await _may_meet(tie):
        return []
    by = {ProposalState.LAPSED: None, ProposalState.WITHDRAWN: row.proposed_by}.get(fact.state, row.asked_id)
    kind = Kind.PROPOSAL_ACCEPTED if fact.state is ProposalState.ACCEPTED else Kind.PROPOSAL_CLOSED
    heard = sorted({tie.mentor_id, tie.mentee_id, row.asked_id} - {by})
    return [Notice(one, kind, SubjectKind.MENTORSHIP_PROPOSAL, row.id, by=by) for one in heard]


ROWS: dict[type[Fact], Row] = {
    checks.CheckInOpened: _opened,
    checks.CheckInSilence: _silence,
    facts.MentorshipPaused: _paused,
    facts.MentorshipResumed: _resumed,
    facts.MentorshipPlaceGivenBack: _place_given_back,
    facts.MentorshipWaitsForPlace: _waits,
    facts.MentorshipTrialOver: _trial_over,
    facts.MentorshipClosing: _closing,
    facts.MentorshipDelivered: _delivered,
    facts.FeedbackReleased: _released,
    MentorshipProposed: _proposed,
    MentorshipProposalSettled: _settled,
}
