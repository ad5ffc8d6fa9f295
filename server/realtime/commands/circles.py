"""Commands in a circle: the room of its meeting, answers, and a word in a discussion."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from server.domain.actors import Actor
from server.kit.naming import camel_keys
from server.queries.circle_meetings import MeetingTalk
from server.realtime.commands.registry import command, setting
from server.services import circle_meetings, circle_room, circle_talk

_Text = Annotated[str, Meta(max_length=16_000)]
Json = dict[str, Any]


class OneMeeting(Struct, frozen=True, rename="camel"):
    """Which meeting."""

    meeting_id: UUID


class SetHand(Struct, frozen=True, rename="camel"):
    """A hand up or down."""

    meeting_id: UUID
    is_raised: bool


class GiveTurn(Struct, frozen=True, rename="camel"):
    """Whose turn; without a seat, who is next in the round."""

    meeting_id: UUID
    seat_id: UUID | None = None


class AnswerMeeting(Struct, frozen=True, rename="camel"):
    """Whether one comes."""

    meeting_id: UUID
    is_yes: bool


class AddPost(Struct, frozen=True, rename="camel"):
    """A word in a discussion."""

    thread_id: UUID
    text: _Text


class TalkNow(Struct, frozen=True, rename="camel"):
    """The talk of a meeting after a command, as facts have it."""

    meeting_id: UUID
    talk: Json


class MeetingNow(Struct, frozen=True, rename="camel"):
    """Where a meeting stands after a command."""

    meeting_id: UUID
    state: str
    version: int


class AnswerNow(Struct, frozen=True, rename="camel"):
    """What an answer came to."""

    meeting_id: UUID
    state: str


class Posted(Struct, frozen=True, rename="camel"):
    """A post as it is kept."""

    post_id: UUID
    thread_id: UUID
    text: str
    at: datetime


def _talk(meeting_id: UUID, talk: MeetingTalk) -> TalkNow:
    return TalkNow(meeting_id, camel_keys(msgspec.to_builtins(talk.shown(), str_keys=True)))


@setting("circle.start", OneMeeting)
async def start(actor: Actor, asked: OneMeeting) -> MeetingNow:
    """Open a meeting's room and go in."""
    row = await circle_room.start_meeting(actor, meeting_id=asked.meeting_id)
    return MeetingNow(row.id, row.state.value, row.version)


@setting("circle.enter", OneMeeting)
async def enter(actor: Actor, asked: OneMeeting) -> TalkNow:
    """Go into a meeting under way."""
    return _talk(asked.meeting_id, await circle_room.enter_room(actor, meeting_id=asked.meeting_id))


@setting("circle.step_out", OneMeeting)
async def step_out(actor: Actor, asked: OneMeeting) -> TalkNow:
    """Leave a meeting before its end."""
    return _talk(asked.meeting_id, await circle_room.leave_room(actor, meeting_id=asked.meeting_id))


@setting("circle.hand", SetHand)
async def set_hand(actor: Actor, asked: SetHand) -> TalkNow:
    """Raise a hand, or take it down."""
    talk = await circle_room.set_hand(actor, meeting_id=asked.meeting_id, is_raised=asked.is_raised)
    return _talk(asked.meeting_id, talk)


@command("circle.give_turn", GiveTurn)
async def give_turn(actor: Actor, asked: GiveTurn, cid: str) -> TalkNow:
    """Give the turn, or pass one's own on; the same cid gives it once."""
    talk = await circle_room.give_turn(actor, meeting_id=asked.meeting_id, seat_id=asked.seat_id, idempotency_key=cid)
    return _talk(asked.meeting_id, talk)


@setting("circle.end_turn", OneMeeting)
async def end_turn(actor: Actor, asked: OneMeeting) -> TalkNow:
    """End the turn that is on."""
    return _talk(asked.meeting_id, await circle_room.end_turn(actor, meeting_id=asked.meeting_id))


@setting("circle.end", OneMeeting)
async def end(actor: Actor, asked: OneMeeting) -> MeetingNow:
    """Close the room."""
    row = await circle_room.end_meeting(actor, meeting_id=asked.meeting_id)
    return MeetingNow(row.id, row.state.value, row.version)


@setting("circle.answer", AnswerMeeting)
async def answer(actor: Actor, asked: AnswerMeeting) -> AnswerNow:
    """Say yes or no to a meeting to come."""
    row = await circle_meetings.answer_meeting(actor, meeting_id=asked.meeting_id, wants=asked.is_yes)
    return AnswerNow(row.meeting_id, row.state.value)


@command("circle.post", AddPost)
async def add_post(actor: Actor, asked: AddPost, cid: str) -> Posted:
    """Write in a discussion; the same cid writes once."""
    row = await circle_talk.add_post(actor, thread_id=asked.thread_id, text=asked.text, idempotency_key=cid)
    return Posted(row.id, row.thread_id, row.text, row.created_at)
