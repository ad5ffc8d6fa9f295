"""Who is told of what happens to the papers of a mentorship: a version that waits for a signature, or has both; and
that it is time to say what came of it all.
"""

from server.domain.agreements import AgreementSigned, AgreementWritten
from server.domain.facts import Fact
from server.domain.notification_kinds import NotificationKind as Kind
from server.domain.notifications import Notice, SubjectKind
from server.domain.outcomes import OutcomeAsked
from server.models.mentorships import Mentorship
from server.models.outcomes import MentorshipOutcome
from server.services.notices import Row, when


async def _written(fact: AgreementWritten) -> list[Notice]:
    return await _to_other(fact, Kind.AGREEMENT_TO_SIGN)


async def _signed(fact: AgreementSigned) -> list[Notice]:
    return await _to_other(fact, Kind.AGREEMENT_SIGNED) if fact.is_in_force else []


async def _to_other(fact: AgreementWritten | AgreementSigned, kind: Kind) -> list[Notice]:
    tie = await Mentorship.get(id=fact.mentorship_id)
    by = fact.written_by if isinstance(fact, AgreementWritten) else fact.signed_by
    other = tie.mentee_id if by == tie.mentor_id else tie.mentor_id
    return [Notice(other, kind, SubjectKind.MENTORSHIP, tie.id, by=by)]


async def _asked(fact: OutcomeAsked) -> list[Notice]:
    asked = await MentorshipOutcome.get_or_none(id=fact.outcome_id)
    if asked is None:
        return []
    subject = (SubjectKind.MENTORSHIP, asked.mentorship_id)
    return [Notice(asked.profile_id, Kind.OUTCOME_ASKED, *subject, detail=when(asked.closes_at))]


ROWS: dict[type[Fact], Row] = {
    AgreementWritten: _written,
    AgreementSigned: _signed,
    OutcomeAsked: _asked,
}
