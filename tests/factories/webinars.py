"""Webinars for tests: an event with its staff and its audience, live unless said otherwise."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.polls import PollAction, PollForm, PollKind
from server.domain.question_states import Action
from server.domain.webinars import WebinarAction, WebinarRole, WebinarState
from server.kit.clock import now
from server.models.polls import Poll
from server.models.questions import Question
from server.models.webinars import Webinar
from server.services import polls, questions, webinar_people, webinars
from server.services.question_acts import ActForm, act
from tests.factories.people import person

_WAY = (WebinarAction.PUBLISH, WebinarAction.OPEN, WebinarAction.START, WebinarAction.END)
_REACHED = (WebinarState.DRAFT, WebinarState.PUBLISHED, WebinarState.OPEN, WebinarState.LIVE, WebinarState.ENDED)


@dataclass
class Event:
    """An event and its people."""

    id: UUID
    host: Actor
    cohost: Actor
    moderator: Actor
    panelist: Actor
    attendees: list[Actor]

    async def row(self) -> Webinar:
        return await Webinar.get(id=self.id)


async def event(state: WebinarState = WebinarState.LIVE, *, attendees: int = 3, **form: Any) -> Event:
    """Make an event with one of each role on its staff, and an audience."""
    host = await person("Hana")
    asked = webinars.WebinarForm(title="How to price an hour", starts_at=now() + timedelta(hours=1), **form)
    made = await webinars.create_webinar(host, form=asked)
    people = {
        role: await person(role.value.title())
        for role in (WebinarRole.COHOST, WebinarRole.MODERATOR, WebinarRole.PANELIST)
    }
    for role, somebody in people.items():
        await webinar_people.appoint(host, webinar_id=made.id, profile_id=somebody.require_user(), role=role)
    audience: list[Actor] = []
    for action in _WAY[: _REACHED.index(state)]:
        await webinars.move_webinar(host, webinar_id=made.id, action=action)
        if action is WebinarAction.PUBLISH:
            for number in range(attendees):
                somebody = await person(f"Attendee{number}")
                await webinar_people.register(somebody, webinar_id=made.id)
                audience.append(somebody)
    return Event(
        made.id, host, people[WebinarRole.COHOST], people[WebinarRole.MODERATOR], people[WebinarRole.PANELIST], audience
    )


async def pending(of: Event, by: Actor, text: str = "What do I ask for an hour?", **form: Any) -> Question:
    """Ask a question that waits for review."""
    return await questions.ask_question(by, webinar_id=of.id, form=questions.AskForm(text=text, **form))


async def live(of: Event, by: Actor, text: str = "What do I ask for an hour?", **form: Any) -> Question:
    """Ask a question and have it approved."""
    asked = await pending(of, by, text, **form)
    return await act(of.moderator, question_id=asked.id, action=Action.APPROVE)


async def acted(by: Actor, question: Question, action: Action, **form: Any) -> Question:
    """Do an action to a question."""
    return await act(by, question_id=question.id, action=action, form=ActForm(**form))


async def open_event(host: Actor, attendee: Actor) -> Webinar:
    """Make a live event of a host, with one attendee."""
    form = webinars.WebinarForm(title="How to price an hour", starts_at=now() + timedelta(hours=1))
    made = await webinars.create_webinar(host, form=form)
    await webinars.move_webinar(host, webinar_id=made.id, action=WebinarAction.PUBLISH)
    await webinar_people.register(attendee, webinar_id=made.id)
    await webinars.set_labels(host, webinar_id=made.id, labels=("money",))
    return await webinars.move_webinar(host, webinar_id=made.id, action=WebinarAction.START)


async def ask_two(host: Actor, attendee: Actor, webinar_id: UUID) -> tuple[Question, Question]:
    """Let an attendee ask twice: one question is shown and has an answer, one is being reviewed."""
    asked = [
        await questions.ask_question(attendee, webinar_id=webinar_id, form=questions.AskForm(text=text))
        for text in ("What do I ask for an hour?", "Who pays for the waiting?")
    ]
    shown = await acted(host, asked[0], Action.ANSWER_TEXT, text="What it costs you, and some.")
    await acted(host, shown, Action.REOPEN)
    return shown, await acted(host, asked[1], Action.CLAIM)


async def some_poll(host: Actor, webinar_id: UUID, *, is_open: bool) -> Poll:
    """Draft a poll, and open it if it is to be open."""
    form = PollForm(PollKind.SINGLE, "Which one?", ("this", "that"))
    poll = await polls.draft_poll(host, webinar_id=webinar_id, form=form)
    return await polls.move_poll(host, poll_id=poll.id, action=PollAction.OPEN) if is_open else poll
