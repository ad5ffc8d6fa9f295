"""Commands in a webinar that must be at hand within a second: settings, talk, reactions, polls."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from server.domain.actors import Actor
from server.domain.polls import Ballot
from server.domain.webinars import Pace, RestrictionKind
from server.models.webinars import Webinar
from server.realtime.commands.registry import command, setting
from server.services import polls, webinar_people, webinars

_Text = Annotated[str, Meta(max_length=16_000)]
_Seconds = Annotated[int, Meta(ge=0, le=1_000_000)]


class WebinarNow(Struct, frozen=True, rename="camel"):
    """Where the webinar stands after a command."""

    webinar_id: UUID
    state: str
    version: int


class SetSlowMode(Struct, frozen=True, rename="camel"):
    """Let some time lie between two questions of one person."""

    webinar_id: UUID
    seconds: _Seconds


class OpenWindow(Struct, frozen=True, rename="camel"):
    """Take questions from now on, or none."""

    webinar_id: UUID
    is_open: bool


class Highlight(Struct, frozen=True, rename="camel"):
    """Put a question before everybody's eyes, or none."""

    webinar_id: UUID
    question_id: UUID | None = None


class SayToStaff(Struct, frozen=True, rename="camel"):
    """Say a line to the staff."""

    webinar_id: UUID
    text: _Text


class Said(Struct, frozen=True, rename="camel"):
    """The line as it is kept."""

    talk_id: UUID
    text: str


class RestrictAuthor(Struct, frozen=True, rename="camel"):
    """Time out or ban whoever asked a question."""

    question_id: UUID
    kind: RestrictionKind
    seconds: _Seconds | None = None


class Restricted(Struct, frozen=True, rename="camel"):
    """The restriction that was put."""

    restriction_id: UUID


class React(Struct, frozen=True, rename="camel"):
    """Give a reaction."""

    webinar_id: UUID
    kind: Annotated[str, Meta(max_length=20)]


class Reacted(Struct, frozen=True, rename="camel"):
    """How often it was given so far."""

    total: int


class SetPace(Struct, frozen=True, rename="camel"):
    """Ask the speaker to go slower or faster."""

    webinar_id: UUID
    pace: Pace


class CastBallot(Struct, frozen=True, rename="camel"):
    """Take part in a poll."""

    poll_id: UUID
    choices: Annotated[list[int], Meta(max_length=20)] = []
    rating: int | None = None
    words: Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(max_length=10)] = []


class Done(Struct, frozen=True, rename="camel"):
    """It was done."""


def _now(row: Webinar) -> WebinarNow:
    return WebinarNow(row.id, row.state.value, row.version)


@setting("webinar.slow_mode", SetSlowMode)
async def set_slow_mode(actor: Actor, asked: SetSlowMode) -> WebinarNow:
    """Set the slow mode."""
    return _now(await webinars.set_slow_mode(actor, webinar_id=asked.webinar_id, seconds=asked.seconds))


@setting("webinar.window", OpenWindow)
async def open_window(actor: Actor, asked: OpenWindow) -> WebinarNow:
    """Open or close the window for questions."""
    return _now(await webinars.open_window(actor, webinar_id=asked.webinar_id, is_open=asked.is_open))


@setting("webinar.highlight", Highlight)
async def highlight(actor: Actor, asked: Highlight) -> WebinarNow:
    """Highlight a question."""
    return _now(await webinars.highlight(actor, webinar_id=asked.webinar_id, question_id=asked.question_id))


@command("webinar.say_to_staff", SayToStaff)
async def say_to_staff(actor: Actor, asked: SayToStaff, cid: str) -> Said:
    """Say a line to the staff; the same cid says it once."""
    talk = await webinars.say_to_staff(actor, webinar_id=asked.webinar_id, text=asked.text, idempotency_key=cid)
    return Said(talk.id, talk.text)


@command("webinar.restrict_author", RestrictAuthor)
async def restrict_author(actor: Actor, asked: RestrictAuthor, cid: str) -> Restricted:
    """Time out or ban an author; the same cid does it once."""
    lasting = None if asked.seconds is None else timedelta(seconds=asked.seconds)
    row = await webinar_people.restrict_author(
        actor, question_id=asked.question_id, kind=asked.kind, lasting=lasting, idempotency_key=cid
    )
    return Restricted(row.id)


@command("webinar.react", React)
async def react(actor: Actor, asked: React, cid: str) -> Reacted:  # noqa: ARG001 - who gave one is not kept
    """Give a reaction."""
    return Reacted(await polls.react(actor, webinar_id=asked.webinar_id, kind=asked.kind))


@setting("webinar.pace", SetPace)
async def set_pace(actor: Actor, asked: SetPace) -> Done:
    """Note a wish of pace."""
    await polls.set_pace(actor, webinar_id=asked.webinar_id, pace=asked.pace)
    return Done()


@command("poll.cast", CastBallot)
async def cast_ballot(actor: Actor, asked: CastBallot, cid: str) -> Done:  # noqa: ARG001 - a key would have to remember the ballot
    """Take part in a poll; again is a Conflict."""
    ballot = Ballot(tuple(asked.choices), asked.rating, tuple(asked.words))
    await polls.cast_ballot(actor, poll_id=asked.poll_id, ballot=ballot)
    return Done()
