"""Reading private talk: a case, a reason and an end are needed, and those who are read are told at once: N3."""

from datetime import timedelta
from uuid import UUID

from tortoise.expressions import Q

from server.domain import moderation as rules
from server.domain import topics
from server.domain.actors import Actor
from server.domain.audit import Act
from server.domain.errors import NotFound, invalid
from server.domain.moderation import MAX_OPENING, TalkOpened
from server.domain.texts import paragraphs
from server.kit.clock import now
from server.models.mentorships import Mentorship
from server.models.moderation import SafetyCase, TalkOpening
from server.models.sessions import Session, SessionMessage, SessionParticipant
from server.queries import moderation as queries
from server.services import audit
from server.services.moderation import require_desk
from server.services.transaction import retrying, unit_of_work

LINES_AT_ONCE = 200
_MOST_HOURS = int(MAX_OPENING.total_seconds() // 3600)


@retrying
async def open_talk(actor: Actor, *, case_id: UUID, session_id: UUID, reason: str, hours: int) -> TalkOpening:
    """Open a session's talk to oneself for some hours. The session must be of the two people of a case one holds.

    NotFound: no such case or session, or they have nothing to do with each other. Conflict: the case is not held.
    """
    moderator_id = require_desk(actor)
    reason = paragraphs("reason", reason, longest=rules.MAX_WORDS, shortest=1)
    if not 1 <= hours <= _MOST_HOURS:
        raise invalid("hours", "out_of_range", f"From 1 to {_MOST_HOURS} hours.")
    async with unit_of_work() as work:
        if case_id not in await queries.on_the_desk(actor, [case_id]):
            raise NotFound("case")
        case = await SafetyCase.select_for_update().get(id=case_id)
        at = now()
        rules.check_held(lease_by=case.lease_by, lease_until=case.lease_until, by=moderator_id, at=at)
        await _check_about(case, session_id)
        opening = await TalkOpening.create(
            session_id=session_id,
            case_id=case.id,
            opened_by=moderator_id,
            reason=reason,
            expires_at=at + timedelta(hours=hours),
        )
        told = TalkOpened(
            opening_id=opening.id, session_id=session_id, reason=reason, expires_at=opening.expires_at, at=at
        )
        people = await SessionParticipant.filter(session_id=session_id).order_by("profile_id")
        work.record(told, to=[topics.user(row.profile_id) for row in people])
        detail = {"case": case.id, "session": session_id, "hours": hours}
        await audit.note(work, actor, Act.TALK_OPENED, subject_id=opening.id, detail=detail)
    return opening


async def _check_about(case: SafetyCase, session_id: UUID) -> None:
    session = await Session.get_or_none(id=session_id)
    tie = None if session is None else await Mentorship.get(id=session.mentorship_id)
    if tie is None or {tie.mentor_id, tie.mentee_id} != {case.reporter_id, case.accused_id}:
        raise NotFound("session")


@retrying
async def read_talk(actor: Actor, *, opening_id: UUID, after: UUID | None = None) -> list[SessionMessage]:
    """Return the next lines of an opened talk, oldest first, up to 200; each reading is written into the audit log.

    NotFound: it is not one's own opening, or its time is over. `after` is the last line that was read before.
    """
    moderator_id = require_desk(actor)
    async with unit_of_work() as work:
        opening = await TalkOpening.get_or_none(id=opening_id, opened_by=moderator_id, expires_at__gt=now())
        if opening is None:
            raise NotFound("opening")
        rows = SessionMessage.filter(session_id=opening.session_id)
        if after is not None:
            last = await rows.get_or_none(id=after)
            if last is None:
                raise NotFound("message")
            later = Q(created_at__gt=last.created_at) | Q(created_at=last.created_at, id__gt=after)
            rows = rows.filter(later)
        lines = await rows.order_by("created_at", "id").limit(LINES_AT_ONCE)
        await audit.note(work, actor, Act.TALK_READ, subject_id=opening.id, detail={"lines": len(lines)})
    return lines
