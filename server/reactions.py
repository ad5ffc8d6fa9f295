"""Reactions: fact -> what else happens. Each is idempotent, since a fact may be handed over more than once.

A fact is taken under a lease, so a killed worker's share is taken up by another; a reaction that fails is tried again,
later each time, and after the last try it is left with its failure for somebody to look at. What must happen in the
transaction of the change itself belongs in services/, not here.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from server.domain.actors import ProfileId
from server.domain.circle_facts import OwnSeatChanged
from server.domain.facts import Fact, fact_of
from server.domain.identity import AccountErased
from server.domain.meeting_facts import MeetingLetterDue
from server.domain.mentorships import MentorshipEnded
from server.domain.notifications import NotificationMailReady
from server.domain.programme_facts import ManagersChanged, MembersChanged
from server.domain.question_facts import OwnQuestionChanged
from server.domain.request_facts import (
    RequestAccepted,
    RequestDeclined,
    RequestExpired,
    RequestInvalidated,
    RequestMoved,
    RequestReferred,
    RequestsPauseChanged,
    RequestsPaused,
    RequestWithdrawn,
)
from server.domain.rhythm import RhythmChanged
from server.domain.safety import ProfileBlocked, ProfileUnblocked
from server.domain.sessions import ParticipantJoined, SessionEnded, SessionStarted
from server.domain.webinar_facts import WebinarChanged
from server.domain.webinars import WebinarState
from server.kit.clock import now
from server.models.database import connection
from server.observability.logs import get_logger
from server.outbound import notification_letters, question_letters
from server.outbound.letters import LETTERS, deliver
from server.outbound.mail import MailSender
from server.services import (
    check_in_sweeps,
    erasure,
    gathering_sweeps,
    letter_quiet,
    matching,
    meeting_mail,
    meetings,
    mentorship_road,
    moderation,
    no_shows,
    notifications,
    outcomes,
    request_clock,
    sessions,
    waiting_lists,
    webinar_afterwards,
)
from server.services.notification_table import TABLE, notices_of

log = get_logger(__name__)

BATCH = 50
LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 8
FIRST_DELAY = timedelta(seconds=2)

_SETTLE = "UPDATE fact_record SET reacted_at = $1 WHERE reacted_at IS NULL AND NOT (kind = ANY($2))"
_TAKE = """
WITH taken AS (
    SELECT id FROM fact_record WHERE reacted_at IS NULL AND due_at <= $1 AND kind = ANY($2)
    ORDER BY due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED
)
UPDATE fact_record SET due_at = $4, attempts = attempts + 1 FROM taken WHERE fact_record.id = taken.id
RETURNING fact_record.id, fact_record.kind, fact_record.payload, fact_record.attempts, fact_record.at,
          fact_record.actor_id
"""
_DONE = "UPDATE fact_record SET reacted_at = $2, failure = NULL WHERE id = $1"
_LATER = "UPDATE fact_record SET due_at = $2, failure = $3 WHERE id = $1"
_HELD = "UPDATE fact_record SET due_at = $2, attempts = attempts - 1 WHERE id = $1"
_GIVEN_UP = "UPDATE fact_record SET reacted_at = $2, failure = $3 WHERE id = $1"


@dataclass(frozen=True)
class Surroundings:
    """What a reaction may use besides the services. `occasion` is the record of the fact it is given."""

    mail: MailSender
    public_url: str
    occasion: notifications.Occasion | None = None


class NotYetError(Exception):
    """A reaction has to wait until an instant, by no fault: it is no try that failed."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"not before {until.isoformat()}")
        self.until = until


_ENDS_OF_REQUESTS: tuple[type[Fact], ...] = (
    RequestAccepted,
    RequestDeclined,
    RequestExpired,
    RequestInvalidated,
    RequestReferred,
    RequestWithdrawn,
)

Reaction = Callable[[Any, Surroundings], Awaitable[None]]
Table = Mapping[type[Fact], tuple[Reaction, ...]]


async def _write_letter(fact: Fact, around: Surroundings) -> None:
    await deliver(fact, around.mail, around.public_url)


async def _write_of_meetings(fact: MeetingLetterDue, around: Surroundings) -> None:
    await _wait_for_quiet(fact.profile_id, fact.first_at)
    await deliver(fact, around.mail, around.public_url)


async def _write_of_answer(fact: OwnQuestionChanged, around: Surroundings) -> None:
    reader = await question_letters.reader_of(fact)
    if reader is None:
        return
    await _wait_for_quiet(reader.user_id)
    await deliver(fact, around.mail, around.public_url)


async def _wait_for_quiet(profile_id: UUID, begins_at: datetime | None = None) -> None:
    until = await letter_quiet.held_until(profile_id, begins_at)
    if until is not None:
        raise NotYetError(until)


async def _have_written(change: meeting_mail.Change, _around: Surroundings) -> None:
    await meeting_mail.have_written(change)


async def _notify(fact: Fact, around: Surroundings) -> None:
    if around.occasion is not None:
        await notifications.tell(around.occasion, await notices_of(fact))


async def _send_notices(fact: NotificationMailReady, around: Surroundings) -> None:
    await notification_letters.deliver(fact.letter_id, around.mail, around.public_url)


async def _look_at_held_mail(fact: RhythmChanged, _around: Surroundings) -> None:
    await notifications.look_again(profile_id=fact.profile_id)


async def _recount(fact: ProfileBlocked | ProfileUnblocked, _around: Surroundings) -> None:
    await notifications.recount(profile_ids=[fact.profile_id, fact.blocked_id])


async def _move_clocks(fact: RhythmChanged | RequestsPaused | RequestsPauseChanged, _around: Surroundings) -> None:
    await request_clock.recompute_clocks(ProfileId(fact.profile_id))


async def _recount_check_ins(fact: RhythmChanged, _around: Surroundings) -> None:
    await check_in_sweeps.recount(profile_id=fact.profile_id)


async def _settle_offer(fact: RequestMoved, _around: Surroundings) -> None:
    await waiting_lists.settle(request_id=fact.request_id)


async def _part(fact: ProfileBlocked, _around: Surroundings) -> None:
    await matching.invalidate_between(one=fact.profile_id, others=[fact.blocked_id])
    await sessions.shut_out(one=fact.profile_id, other=fact.blocked_id)
    await meetings.call_off_between(one=fact.profile_id, other=fact.blocked_id)
    await gathering_sweeps.let_go_of(profile_ids=[fact.profile_id, fact.blocked_id])


async def _leave_gatherings_of_circle(fact: OwnSeatChanged, _around: Surroundings) -> None:
    await gathering_sweeps.let_go_in(circle_id=fact.circle_id)


async def _leave_gatherings_of_programme(fact: MembersChanged | ManagersChanged, _around: Surroundings) -> None:
    await gathering_sweeps.let_go_in(programme_id=fact.programme_id)


async def _close_rooms(fact: MentorshipEnded, _around: Surroundings) -> None:
    await sessions.close_rooms(mentorship_id=fact.mentorship_id)


async def _call_off(fact: MentorshipEnded, _around: Surroundings) -> None:
    await meetings.call_off_ended(mentorship_id=fact.mentorship_id)


async def _came_late(fact: SessionStarted, _around: Surroundings) -> None:
    await no_shows.came_late(session_id=fact.session_id)


async def _answer_call(fact: ParticipantJoined, _around: Surroundings) -> None:
    await notifications.mark_answered_call(profile_id=fact.profile_id, session_id=fact.session_id)


async def _excuse(fact: RhythmChanged, _around: Surroundings) -> None:
    await no_shows.excuse(profile_id=fact.profile_id)


async def _close_if_last(fact: SessionEnded, _around: Surroundings) -> None:
    await mentorship_road.close_after_last_meeting(session_id=fact.session_id)


async def _open_case(fact: MentorshipEnded, _around: Surroundings) -> None:
    await moderation.open_for_end(mentorship_id=fact.mentorship_id)


async def _ask_for_outcomes(fact: MentorshipEnded, _around: Surroundings) -> None:
    await outcomes.ask_after(mentorship_id=fact.mentorship_id)


async def _erase_again(fact: AccountErased, _around: Surroundings) -> None:
    await erasure.erase_again(user_id=fact.user_id)


async def _leave_asks(fact: WebinarChanged, _around: Surroundings) -> None:
    if fact.webinar.state is WebinarState.ENDED:
        await webinar_afterwards.leave_asks(webinar_id=fact.webinar.id)


async def _close_asks(fact: OwnQuestionChanged, _around: Surroundings) -> None:
    await webinar_afterwards.close_asks(question_id=fact.question.id)


_FOLLOWING: Table = {
    **dict.fromkeys(LETTERS, (_write_letter,)),
    **dict.fromkeys(meeting_mail.MAILED, (_have_written,)),
    MeetingLetterDue: (_write_of_meetings,),
    RhythmChanged: (_move_clocks, _recount_check_ins, _look_at_held_mail, _excuse),
    ParticipantJoined: (_answer_call,),
    SessionStarted: (_came_late,),
    **dict.fromkeys(_ENDS_OF_REQUESTS, (_settle_offer,)),
    RequestsPaused: (_move_clocks,),
    RequestsPauseChanged: (_move_clocks,),
    ProfileBlocked: (_part, _recount),
    ProfileUnblocked: (_recount,),
    NotificationMailReady: (_send_notices,),
    SessionEnded: (_close_if_last,),
    MentorshipEnded: (_close_rooms, _call_off, _open_case, _ask_for_outcomes),
    OwnSeatChanged: (_leave_gatherings_of_circle,),
    MembersChanged: (_leave_gatherings_of_programme,),
    ManagersChanged: (_leave_gatherings_of_programme,),
    AccountErased: (_erase_again,),
    WebinarChanged: (_leave_asks,),
    # What waits for somebody's quiet comes last: it holds up what is after it.
    OwnQuestionChanged: (_close_asks, _write_of_answer),
}
# Telling comes first: it is done once however often it is tried, which a letter after it may make necessary.
REACTIONS: Table = {
    fact: (*((_notify,) if fact in TABLE else ()), *_FOLLOWING.get(fact, ())) for fact in {**_FOLLOWING, **TABLE}
}


async def react_to_due(table: Table, surroundings: Surroundings) -> int:
    """Take the facts that are due and run their reactions, oldest first. Return how many were taken."""
    kinds = [fact.kind for fact in table]
    await connection().execute_query(_SETTLE, [now(), kinds])
    _, rows = await connection().execute_query(_TAKE.strip(), [now(), kinds, BATCH, now() + LEASE])
    for row in sorted(rows, key=lambda row: row["id"]):
        await _react(row, table, surroundings)
    return len(rows)


async def _react(row: Mapping[str, Any], table: Table, surroundings: Surroundings) -> None:
    try:
        fact = fact_of(row["kind"], row["payload"])
        occasion = notifications.Occasion(row["id"], row["at"], row["actor_id"])
        for reaction in table[type(fact)]:
            await reaction(fact, replace(surroundings, occasion=occasion))
    except NotYetError as held:
        await connection().execute_query(_HELD, [row["id"], held.until])
    except Exception as failure:  # an edge: one bad reaction must not stop the others
        await _put_off(row, failure)
    else:
        await connection().execute_query(_DONE, [row["id"], now()])


async def _put_off(row: Mapping[str, Any], failure: Exception) -> None:
    told = f"{type(failure).__name__}: {failure}"[:2000]
    attempts = row["attempts"]
    if attempts >= MAX_ATTEMPTS or isinstance(failure, (KeyError, msgspec.DecodeError)):
        log.error("reaction_given_up", kind=row["kind"], fact_id=str(row["id"]), attempts=attempts, exc_info=failure)
        await connection().execute_query(_GIVEN_UP, [row["id"], now(), told])
        return
    log.warning("reaction_failed", kind=row["kind"], fact_id=str(row["id"]), attempts=attempts, failure=told)
    await connection().execute_query(_LATER, [row["id"], now() + FIRST_DELAY * 2 ** (attempts - 1), told])
