"""Who is told of what happens to requests, mentorships, sessions, lists and open asks."""

from datetime import datetime
from uuid import UUID

from server.domain import mentorships as mentorship_facts
from server.domain import open_asks as ask_facts
from server.domain import request_facts as facts
from server.domain import waiting as waiting_facts
from server.domain.facts import Fact
from server.domain.notification_kinds import NotificationKind as Kind
from server.domain.notifications import Notice, SubjectKind
from server.domain.open_asks import AskState
from server.domain.programme_facts import CohortMoved
from server.domain.programmes import RunState
from server.domain.requests import InvalidationReason
from server.domain.sessions import SessionOpened
from server.models.asks import OpenAsk
from server.models.mentorships import Mentorship
from server.models.programmes import CohortProposal
from server.models.waiting import WaitingPlace
from server.services.notices import Row, when


async def _sent(fact: facts.RequestSent) -> list[Notice]:
    return [_about_request(fact, Kind.REQUEST_RECEIVED, by_sender=True)]


async def _reminded(fact: facts.RequestReminded) -> list[Notice]:
    subject = (SubjectKind.REQUEST, fact.request_id)
    return [Notice(fact.receiver_id, Kind.REQUEST_REMINDER, *subject, detail=when(fact.expires_at))]


async def _info_asked(fact: facts.InfoAsked) -> list[Notice]:
    return [_about_request(fact, Kind.REQUEST_INFO, by_sender=False)]


async def _info_given(fact: facts.InfoGiven) -> list[Notice]:
    return [_about_request(fact, Kind.REQUEST_INFO, by_sender=True)]


async def _accepted(fact: facts.RequestAccepted) -> list[Notice]:
    subject = (SubjectKind.MENTORSHIP, fact.mentorship_id)
    return [Notice(fact.sender_id, Kind.REQUEST_ACCEPTED, *subject, by=fact.receiver_id)]


async def _declined(fact: facts.RequestDeclined) -> list[Notice]:
    return [_about_request(fact, Kind.REQUEST_DECLINED, by_sender=False)]


async def _expired(fact: facts.RequestExpired) -> list[Notice]:
    return [_about_request(fact, Kind.REQUEST_EXPIRED, by_sender=False)]


async def _referred(fact: facts.RequestReferred) -> list[Notice]:
    return [_about_request(fact, Kind.REQUEST_REFERRED, by_sender=False)]


async def _withdrawn(fact: facts.RequestWithdrawn) -> list[Notice]:
    return [_about_request(fact, Kind.REQUEST_CLOSED, by_sender=True)]


async def _invalidated(fact: facts.RequestInvalidated) -> list[Notice]:
    # Whoever found another, or whose turn passed on, knows; whoever was asked need not answer any more. Of somebody
    # who is no longer there it is the other way round.
    receiver_left = fact.reason is InvalidationReason.UNAVAILABLE
    return [_about_request(fact, Kind.REQUEST_CLOSED, by_sender=not receiver_left)]


def _about_request(fact: facts.RequestShown | facts.RequestMoved, kind: Kind, *, by_sender: bool) -> Notice:
    by, to = (fact.sender_id, fact.receiver_id) if by_sender else (fact.receiver_id, fact.sender_id)
    return Notice(to, kind, SubjectKind.REQUEST, fact.request_id, by=by)


async def _paused(fact: facts.RequestsPaused) -> list[Notice]:
    return [
        Notice(fact.profile_id, Kind.REQUESTS_PAUSED, SubjectKind.ACCOUNT, fact.profile_id, detail=when(fact.until))
    ]


async def _offered(fact: waiting_facts.WaitingOffered) -> list[Notice]:
    return await _in_line(fact, Kind.WAITING_OFFERED, fact.until)


async def _passed_on(fact: waiting_facts.WaitingPassedOn) -> list[Notice]:
    return await _in_line(fact, Kind.WAITING_PASSED_ON, None)


async def _in_line(fact: waiting_facts.WaitingMoved, kind: Kind, until: datetime | None) -> list[Notice]:
    place = await WaitingPlace.get_or_none(id=fact.place_id)
    subject = (SubjectKind.WAITING_PLACE, fact.place_id)
    return [] if place is None else [Notice(place.profile_id, kind, *subject, detail=when(until))]


async def _ask_answered(fact: ask_facts.AskAnswered) -> list[Notice]:
    return await _to_author(fact, Kind.ASK_ANSWERED)


async def _ask_requested(fact: ask_facts.AskRequested) -> list[Notice]:
    return await _to_author(fact, Kind.ASK_REQUESTED)


async def _to_author(fact: ask_facts.AskMoved, kind: Kind) -> list[Notice]:
    ask = await OpenAsk.get_or_none(id=fact.ask_id)
    if ask is None or ask.state is AskState.WITHDRAWN:
        return []
    return [Notice(ask.profile_id, kind, SubjectKind.OPEN_ASK, ask.id, by=ask.answered_by or ask.held_by)]


async def _started(fact: mentorship_facts.MentorshipStarted) -> list[Notice]:
    if fact.request_id is not None:
        # Whoever asked is told of the yes, and whoever said it knows.
        return []
    return _to_both(fact.mentorship_id, Kind.MENTORSHIP_STARTED, fact)


async def _ended(fact: mentorship_facts.MentorshipEnded) -> list[Notice]:
    tie = await Mentorship.get(id=fact.mentorship_id)
    return _to_both(fact.mentorship_id, Kind.MENTORSHIP_ENDED, tie)


def _to_both(key: UUID, kind: Kind, tie: Mentorship | mentorship_facts.MentorshipStarted) -> list[Notice]:
    pairs = ((tie.mentor_id, tie.mentee_id), (tie.mentee_id, tie.mentor_id))
    return [Notice(one, kind, SubjectKind.MENTORSHIP, key, by=other) for one, other in pairs]


async def _opened(fact: SessionOpened) -> list[Notice]:
    return [Notice(fact.other_id, Kind.SESSION_OPENED, SubjectKind.SESSION, fact.session_id, by=fact.opened_by)]


async def _published(fact: CohortMoved) -> list[Notice]:
    if fact.state is not RunState.PUBLISHED:
        return []
    learners = await CohortProposal.filter(run_id=fact.run_id).distinct().values_list("learner_id", flat=True)
    return [Notice(one, Kind.SUGGESTIONS_PUBLISHED, SubjectKind.ACCOUNT, one) for one in learners]  # type: ignore[arg-type]  # the values of a column of ids


ROWS: dict[type[Fact], Row] = {
    facts.RequestSent: _sent,
    facts.RequestReminded: _reminded,
    facts.InfoAsked: _info_asked,
    facts.InfoGiven: _info_given,
    facts.RequestAccepted: _accepted,
    facts.RequestDeclined: _declined,
    facts.RequestExpired: _expired,
    facts.RequestReferred: _referred,
    facts.RequestWithdrawn: _withdrawn,
    facts.RequestInvalidated: _invalidated,
    facts.RequestsPaused: _paused,
    waiting_facts.WaitingOffered: _offered,
    waiting_facts.WaitingPassedOn: _passed_on,
    ask_facts.AskAnswered: _ask_answered,
    ask_facts.AskRequested: _ask_requested,
    mentorship_facts.MentorshipStarted: _started,
    mentorship_facts.MentorshipEnded: _ended,
    SessionOpened: _opened,
    CohortMoved: _published,
}
