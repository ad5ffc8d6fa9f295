"""Who is told of what happens in circles and webinars, and of what the safety team decides.

In a circle of nicknames nobody is named, and a block between profiles hides nothing: who sees what is asked for each
member, as when they read it themselves.
"""

from collections.abc import Collection
from uuid import UUID

from server.domain import circle_facts as facts
from server.domain.actors import Actor, UserId
from server.domain.circle_facts import ItemKind
from server.domain.circle_meetings import MeetingState, RsvpState
from server.domain.circles import LEADING, Naming, SeatRole, SeatState
from server.domain.facts import Fact
from server.domain.moderation import CaseMoved, CaseState, Decision, SuspensionLifted, TalkOpened
from server.domain.notification_kinds import NotificationKind as Kind
from server.domain.notifications import Notice, SubjectKind
from server.domain.question_facts import OwnQuestionChanged
from server.domain.question_states import Action
from server.domain.webinar_facts import RegistrationChanged
from server.domain.webinars import RegistrationState
from server.models.circle_meetings import CircleMeeting, CircleRsvp
from server.models.circle_talk import CirclePost, CircleThread
from server.models.circles import Circle, CircleItem, CircleSeat
from server.models.moderation import SafetyCase
from server.models.questions import Question
from server.models.sessions import SessionParticipant
from server.queries import circle_talk, circles
from server.services.notices import Row, when

_ANSWERING = (Action.ANSWER_TEXT, Action.ANSWER_LIVE)
_COMING_BACK = (Action.RETURN, Action.DISMISS)


async def _own_seat(fact: facts.OwnSeatChanged) -> list[Notice]:
    kind = {SeatState.INVITED: Kind.CIRCLE_SEAT_OFFERED, SeatState.SEATED: Kind.CIRCLE_SEAT_GIVEN}.get(fact.state)
    seat = await CircleSeat.get_or_none(id=fact.seat_id)
    if kind is None or seat is None or (fact.state is SeatState.SEATED and not fact.came_in):
        return []
    return [Notice(seat.profile_id, kind, SubjectKind.CIRCLE, fact.circle_id)]


async def _seat_asked(fact: facts.SeatAsked) -> list[Notice]:
    seat = await CircleSeat.get(id=fact.seat_id)
    leads = await CircleSeat.filter(circle_id=fact.circle_id, state=SeatState.SEATED, role__in=list(LEADING))
    found = []
    for lead in leads:
        hidden = await circles.hidden_in(Actor(user_id=UserId(lead.profile_id)), [fact.circle_id])
        if (fact.circle_id, seat.profile_id) not in hidden:
            found.append(Notice(lead.profile_id, Kind.CIRCLE_SEAT_ASKED, SubjectKind.CIRCLE, fact.circle_id))
    return found


async def _merge_offered(fact: facts.MergeOffered) -> list[Notice]:
    leads = await CircleSeat.filter(circle_id=fact.into_id, state=SeatState.SEATED, role__in=list(LEADING))
    return [Notice(one.profile_id, Kind.CIRCLE_MERGE_OFFERED, SubjectKind.CIRCLE, fact.into_id) for one in leads]


async def _item_added(fact: facts.ItemAdded) -> list[Notice]:
    item = await CircleItem.get_or_none(id=fact.item_id)
    if item is not None and fact.item is ItemKind.ASK:
        thread = await CircleThread.get_or_none(id=item.subject_id)
        members = await _members(fact.circle_id)
        return [] if thread is None else await _of_thread(thread, Kind.CIRCLE_ASK, thread.author_id, members)
    if item is not None and fact.item is ItemKind.MEETING:
        return await _planned(fact.circle_id, item)
    return []


async def _planned(circle_id: UUID, item: CircleItem) -> list[Notice]:
    """Tell of a meeting, or of the first of a series; whoever leads one is told of the first that is theirs."""
    first = await CircleMeeting.get(id=item.subject_id)
    series = await CircleMeeting.filter(series_id=first.series_id).order_by("starts_at") if first.series_id else [first]
    turns = {row.facilitator_id: row for row in reversed(series) if row.facilitator_id is not None}
    goes_round = len({row.facilitator_id for row in series}) > 1 or item.profile_id not in turns
    found = []
    for one in await _members(circle_id):
        row = turns.get(one, first) if goes_round else first
        kind = Kind.CIRCLE_TURN if goes_round and one in turns else Kind.CIRCLE_MEETING_PLANNED
        if kind is Kind.CIRCLE_TURN or one != item.profile_id:
            found.append(Notice(one, kind, SubjectKind.CIRCLE_MEETING, row.id, detail=when(row.starts_at)))
    return found


async def _meeting_moved(fact: facts.MeetingMoved) -> list[Notice]:
    detail = when(fact.starts_at)
    people = await _expected(fact.circle_id, fact.meeting_id)
    return [
        Notice(one, Kind.CIRCLE_MEETING_MOVED, SubjectKind.CIRCLE_MEETING, fact.meeting_id, detail=detail)
        for one in people
    ]


async def _meeting_changed(fact: facts.MeetingChanged) -> list[Notice]:
    if fact.meeting.state is not MeetingState.CANCELLED:
        return []
    subject, detail = (SubjectKind.CIRCLE_MEETING, fact.meeting.id), when(fact.meeting.starts_at)
    people = await _expected(fact.circle_id, fact.meeting.id)
    return [Notice(one, Kind.CIRCLE_MEETING_CANCELLED, *subject, detail=detail) for one in people]


async def _expected(circle_id: UUID, meeting_id: UUID) -> list[UUID]:
    """Return the members of a circle but those who said that they are not coming."""
    declined = await CircleRsvp.filter(meeting_id=meeting_id, state=RsvpState.DECLINED)
    away = {row.profile_id for row in declined}
    return [one for one in await _members(circle_id) if one not in away]


async def _own_rsvp(fact: facts.OwnRsvpChanged) -> list[Notice]:
    row = await CircleRsvp.get_or_none(id=fact.rsvp_id) if fact.state is RsvpState.COMING else None
    subject = (SubjectKind.CIRCLE_MEETING, fact.meeting_id)
    return [] if row is None else [Notice(row.profile_id, Kind.CIRCLE_MEETING_PLACE, *subject)]


async def _post_added(fact: facts.PostAdded) -> list[Notice]:
    post, thread = await CirclePost.get(id=fact.post_id), await CircleThread.get(id=fact.thread_id)
    if post.deleted_at is not None:
        return []
    writers = await CirclePost.filter(thread_id=thread.id).distinct().values_list("author_id", flat=True)
    members = [one for one in await _members(fact.circle_id) if one in {thread.author_id, *writers}]
    return await _of_thread(thread, Kind.CIRCLE_REPLY, post.author_id, members, post_id=post.id)


async def _of_thread(
    thread: CircleThread, kind: Kind, author_id: UUID, people: Collection[UUID], *, post_id: UUID | None = None
) -> list[Notice]:
    """Tell those of these people who are shown a discussion, and the post in it, when they look themselves."""
    circle = await Circle.get(id=thread.circle_id)
    by = author_id if circle.naming is Naming.PROFILES else None
    found = []
    for one in people:
        reader = Actor(user_id=UserId(one), is_verified=True)
        seen = await circle_talk.visible_posts(reader, [post_id]) if post_id is not None else {}
        is_shown = bool(seen) if post_id is not None else bool(await circle_talk.visible_threads(reader, [thread.id]))
        if one != author_id and is_shown:
            found.append(Notice(one, kind, SubjectKind.CIRCLE_THREAD, thread.id, by=by))
    return found


async def _members(circle_id: UUID) -> list[UUID]:
    rows = await CircleSeat.filter(circle_id=circle_id, state=SeatState.SEATED, role__not=SeatRole.GUEST)
    return [row.profile_id for row in rows]


async def _registration(fact: RegistrationChanged) -> list[Notice]:
    if fact.state is not RegistrationState.REGISTERED:
        return []
    return [Notice(fact.profile_id, Kind.WEBINAR_PLACE, SubjectKind.WEBINAR, fact.webinar_id)]


async def _own_question(fact: OwnQuestionChanged) -> list[Notice]:
    kind = Kind.QUESTION_ANSWERED if fact.action in _ANSWERING else Kind.QUESTION_RETURNED
    question = await Question.get_or_none(id=fact.question.id)
    if fact.action not in (*_ANSWERING, *_COMING_BACK) or question is None or question.author_id is None:
        return []
    return [Notice(question.author_id, kind, SubjectKind.QUESTION, question.id)]


async def _case_moved(fact: CaseMoved) -> list[Notice]:
    if fact.state not in (CaseState.DECIDED, CaseState.CLOSED):
        return []
    case = await SafetyCase.get(id=fact.case_id)
    if fact.state is CaseState.CLOSED and case.appeal_outcome is None:
        # Nobody appealed in time: what was decided was told.
        return []
    told = [case.reporter_id] if fact.decision is Decision.NOTHING else [case.reporter_id, case.accused_id]
    return [Notice(one, Kind.CASE_DECIDED, SubjectKind.CASE, case.id) for one in told]


async def _talk_opened(fact: TalkOpened) -> list[Notice]:
    places = await SessionParticipant.filter(session_id=fact.session_id)
    subject, detail = (SubjectKind.SESSION, fact.session_id), when(fact.expires_at)
    return [Notice(one.profile_id, Kind.TALK_READ, *subject, detail=detail) for one in places]


async def _lifted(fact: SuspensionLifted) -> list[Notice]:
    return [Notice(fact.user_id, Kind.SUSPENSION_LIFTED, SubjectKind.ACCOUNT, fact.user_id)]


ROWS: dict[type[Fact], Row] = {
    facts.OwnSeatChanged: _own_seat,
    facts.SeatAsked: _seat_asked,
    facts.MergeOffered: _merge_offered,
    facts.ItemAdded: _item_added,
    facts.MeetingMoved: _meeting_moved,
    facts.MeetingChanged: _meeting_changed,
    facts.OwnRsvpChanged: _own_rsvp,
    facts.PostAdded: _post_added,
    RegistrationChanged: _registration,
    OwnQuestionChanged: _own_question,
    CaseMoved: _case_moved,
    SuspensionLifted: _lifted,
    TalkOpened: _talk_opened,
}
