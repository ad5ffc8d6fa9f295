"""Meetings of circles before and after, as mutations."""

from datetime import datetime
from uuid import UUID

import strawberry

from server.domain.circle_meetings import MeetingEnd, MeetingForm
from server.domain.errors import NotFound
from server.schema.circle_meetings import CircleMeeting, load_meetings, meeting_id_of
from server.schema.circle_people import seat_id_of
from server.schema.circles import circle_id_of
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.services import circle_meetings
from server.services.circle_meetings import MeetingPapers

strawberry.enum(MeetingEnd, name="CircleMeetingEnd", description="How a meeting that was not held is put away.")


@strawberry.input(description="For planCircleMeetings.")
class PlanCircleMeetingsInput:
    """What PlanCircleMeetings takes."""

    circle_id: strawberry.ID = strawberry.field(description="Which circle.")
    title: str = strawberry.field(description="1 to 120 characters.")
    starts_at: datetime = strawberry.field(description="When.")
    minutes: int = strawberry.field(default=60, description="5 to 240.")
    cap: int | None = strawberry.field(default=None, description="How many can come, 2 to 100; null for all.")
    turn_seconds: int = strawberry.field(default=180, description="How long a turn is: 10 to 1,800.")
    times: int = strawberry.field(default=1, description="How often: 1 to 26.")
    every_days: int = strawberry.field(default=7, description="How many days lie between.")
    time_zone: str = strawberry.field(default="Etc/UTC", description="Whose wall clock a series goes by.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="Meetings that were planned.")
class PlanCircleMeetingsPayload:
    """What PlanCircleMeetings gives."""

    meetings: list[CircleMeeting] = strawberry.field(description="The meetings, first one first.")


@strawberry.input(description="For moveCircleMeeting.")
class MoveCircleMeetingInput:
    """What MoveCircleMeeting takes."""

    meeting_id: strawberry.ID = strawberry.field(description="Which meeting.")
    title: str = strawberry.field(description="1 to 120 characters.")
    starts_at: datetime = strawberry.field(description="When.")
    minutes: int = strawberry.field(default=60, description="5 to 240.")
    cap: int | None = strawberry.field(default=None, description="How many can come, 2 to 100; null for all.")
    turn_seconds: int = strawberry.field(default=180, description="How long a turn is: 10 to 1,800.")
    expected_version: int | None = strawberry.field(default=None, description="Refused with Conflict when it changed.")


@strawberry.type(description="A meeting at another time.")
class MoveCircleMeetingPayload:
    """What MoveCircleMeeting gives."""

    meeting: CircleMeeting = strawberry.field(description="The meeting as it is now.")


@strawberry.input(description="For putAwayCircleMeeting.")
class PutAwayCircleMeetingInput:
    """What PutAwayCircleMeeting takes."""

    meeting_id: strawberry.ID = strawberry.field(description="Which meeting.")
    end: MeetingEnd = strawberry.field(description="Called off before, or did not happen.")


@strawberry.type(description="A meeting that is not to be.")
class PutAwayCircleMeetingPayload:
    """What PutAwayCircleMeeting gives."""

    meeting: CircleMeeting = strawberry.field(description="The meeting as it is now.")


@strawberry.input(description="For answerCircleMeeting.")
class AnswerCircleMeetingInput:
    """What AnswerCircleMeeting takes."""

    meeting_id: strawberry.ID = strawberry.field(description="Which meeting.")
    is_yes: bool = strawberry.field(description="Whether I come.")


@strawberry.type(description="A meeting that was answered.")
class AnswerCircleMeetingPayload:
    """What AnswerCircleMeeting gives."""

    meeting: CircleMeeting = strawberry.field(description="The meeting as it is now.")


@strawberry.input(description="For noteCircleAttendance.")
class NoteCircleAttendanceInput:
    """What NoteCircleAttendance takes."""

    meeting_id: strawberry.ID = strawberry.field(description="Which meeting.")
    seat_id: strawberry.ID = strawberry.field(description="Which seat.")
    was_there: bool = strawberry.field(description="Whether they were.")


@strawberry.type(description="A meeting whose attendance was put right.")
class NoteCircleAttendancePayload:
    """What NoteCircleAttendance gives."""

    meeting: CircleMeeting = strawberry.field(description="The meeting as it is now.")


@strawberry.input(description="For writeCircleMeeting.")
class WriteCircleMeetingInput:
    """What WriteCircleMeeting takes."""

    meeting_id: strawberry.ID = strawberry.field(description="Which meeting.")
    notes: str | None = strawberry.field(default=None, description="At most 8,000 characters; null leaves them.")
    recap: str | None = strawberry.field(default=None, description="For those who were not there; null leaves it.")


@strawberry.type(description="A meeting that was written up.")
class WriteCircleMeetingPayload:
    """What WriteCircleMeeting gives."""

    meeting: CircleMeeting = strawberry.field(description="The meeting as it is now.")


@strawberry.type
class CircleMeetingMutation:
    """The mutations on meetings before and after."""

    @mutation(
        description="Plan a meeting, or a series at the same wall time. Requires: to lead the circle.",
        refuses=[Conflict, LimitReached],
    )
    async def plan_circle_meetings(self, info: Info, form: PlanCircleMeetingsInput) -> PlanCircleMeetingsPayload:
        """Plan meetings."""
        planned = await circle_meetings.plan_meetings(
            info.context.actor,
            circle_id=circle_id_of(form.circle_id),
            form=MeetingForm(
                form.title,
                form.starts_at,
                form.minutes,
                form.cap,
                form.turn_seconds,
                form.times,
                form.every_days,
                form.time_zone,
            ),
            idempotency_key=form.idempotency_key,
        )
        return PlanCircleMeetingsPayload(meetings=[CircleMeeting.of(row) for row in planned])

    @mutation(
        description="Give a meeting to come another time, title, length or cap. Requires: to lead the circle.",
        refuses=[Conflict],
    )
    async def move_circle_meeting(self, info: Info, form: MoveCircleMeetingInput) -> MoveCircleMeetingPayload:
        """Move a meeting."""
        key = meeting_id_of(form.meeting_id)
        await circle_meetings.move_meeting(
            info.context.actor,
            meeting_id=key,
            form=MeetingForm(form.title, form.starts_at, form.minutes, form.cap, form.turn_seconds),
            expected_version=form.expected_version,
        )
        return MoveCircleMeetingPayload(meeting=await _now(info, key))

    @mutation(
        description="Call a meeting off, or say that it did not happen. Requires: to facilitate it.", refuses=[Conflict]
    )
    async def put_away_circle_meeting(self, info: Info, form: PutAwayCircleMeetingInput) -> PutAwayCircleMeetingPayload:
        """Put a meeting away."""
        key = meeting_id_of(form.meeting_id)
        await circle_meetings.put_away_meeting(info.context.actor, meeting_id=key, end=form.end)
        return PutAwayCircleMeetingPayload(meeting=await _now(info, key))

    @mutation(
        description="Say yes or no to a meeting; a full one has a line. Requires: a seat in the circle.",
        refuses=[Conflict],
    )
    async def answer_circle_meeting(self, info: Info, form: AnswerCircleMeetingInput) -> AnswerCircleMeetingPayload:
        """Answer a meeting."""
        key = meeting_id_of(form.meeting_id)
        await circle_meetings.answer_meeting(info.context.actor, meeting_id=key, wants=form.is_yes)
        return AnswerCircleMeetingPayload(meeting=await _now(info, key))

    @mutation(
        description="Put right who was at a meeting. Requires: it is oneself, or to facilitate it.", refuses=[Conflict]
    )
    async def note_circle_attendance(self, info: Info, form: NoteCircleAttendanceInput) -> NoteCircleAttendancePayload:
        """Note attendance."""
        key = meeting_id_of(form.meeting_id)
        await circle_meetings.note_attendance(
            info.context.actor, meeting_id=key, seat_id=seat_id_of(form.seat_id), was_there=form.was_there
        )
        return NoteCircleAttendancePayload(meeting=await _now(info, key))

    @mutation(description="Write a meeting's notes or its recap. Requires: a seat in the circle.", refuses=[Conflict])
    async def write_circle_meeting(self, info: Info, form: WriteCircleMeetingInput) -> WriteCircleMeetingPayload:
        """Write a meeting up."""
        key = meeting_id_of(form.meeting_id)
        papers = MeetingPapers(form.notes, form.recap)
        await circle_meetings.write_meeting(info.context.actor, meeting_id=key, papers=papers)
        return WriteCircleMeetingPayload(meeting=await _now(info, key))


async def _now(info: Info, key: UUID) -> CircleMeeting:
    """Return a meeting as it is now; NotFound for a guest whose meeting is over."""
    found = (await load_meetings(info, [key])).get(key)
    if found is None:
        raise NotFound("meeting")
    return found
