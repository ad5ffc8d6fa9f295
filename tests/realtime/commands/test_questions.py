"""The commands of webinars and questions: arguments in, the service's answer out, repeats done once."""

import json
from typing import Any
from uuid import UUID

import msgspec
import pytest

from server.domain.actors import Actor
from server.domain.errors import Conflict, InvalidInput, NotAllowed
from server.domain.polls import PollAction, PollForm, PollKind
from server.domain.question_states import QuestionState
from server.kit.ids import new_id
from server.models.questions import Question
from server.models.webinars import WebinarRestriction, WebinarTalk
from server.realtime.commands import questions as question_commands
from server.realtime.commands import registry
from server.realtime.commands import webinars as webinar_commands
from server.services import polls
from tests.factories.webinars import event

pytestmark = pytest.mark.usefixtures("db")

assert question_commands
assert webinar_commands


async def run(who: Actor, op: str, cid: str | None = None, **args: Any) -> dict[str, Any]:
    done = await registry.run(who, op, json.dumps(args, default=str).encode(), cid or str(new_id()))
    answer: dict[str, Any] = json.loads(msgspec.json.encode(done))
    return answer


async def test_a_question_goes_from_asked_to_answered_by_commands() -> None:
    of = await event()
    ana, bola = of.attendees[:2]
    ask = {"webinarId": of.id, "text": "What do I ask for an hour?"}
    asked = await run(ana, "question.ask", "q", **ask)
    assert asked == await run(ana, "question.ask", "q", **ask)
    key = asked["questionId"]
    assert (asked["state"], asked["number"]) == ("pending", None)
    shown = await run(of.moderator, "question.act", "a", questionId=key, action="approve", expectedVersion=1)
    assert (shown["state"], shown["number"]) == ("live", 1)
    assert (await run(bola, "question.vote", "v", questionId=key))["votes"] == 1
    assert (await run(bola, "question.take_vote_back", "w", questionId=key))["votes"] == 0
    assert (await run(bola, "question.vote", "v", questionId=key))["votes"] == 0
    with pytest.raises(Conflict):
        await run(of.host, "question.act", "b", questionId=key, action="hide", expectedVersion=1)
    with pytest.raises(InvalidInput):
        await run(of.host, "question.act", "d", questionId=key, action="submit")
    await run(of.host, "question.act", "e", questionId=key, action="start")
    await run(of.host, "question.act", "f", questionId=key, action="answer_live")
    assert (await Question.get(id=UUID(key))).state is QuestionState.ANSWERED


async def test_a_host_reaches_the_tools_of_moderation() -> None:
    of = await event()
    asked = await run(of.attendees[0], "question.ask", webinarId=of.id, text="What do I ask for an hour?")
    slow = await run(of.moderator, "webinar.slow_mode", webinarId=of.id, seconds=30)
    assert slow["state"] == "live"
    closed = await run(of.host, "webinar.window", webinarId=of.id, isOpen=False)
    assert closed["version"] == slow["version"] + 1
    put = {"questionId": asked["questionId"], "kind": "time_out", "seconds": 60}
    assert await run(of.host, "webinar.restrict_author", "r", **put) == await run(
        of.host, "webinar.restrict_author", "r", **put
    )
    assert await WebinarRestriction.all().count() == 1
    said = {"webinarId": of.id, "text": "Two is next."}
    assert await run(of.host, "webinar.say_to_staff", "s", **said) == await run(
        of.host, "webinar.say_to_staff", "s", **said
    )
    assert await WebinarTalk.all().count() == 1
    with pytest.raises(NotAllowed):
        await run(of.attendees[0], "webinar.slow_mode", webinarId=of.id, seconds=30)


async def test_the_audience_reacts_paces_and_votes_in_polls() -> None:
    of = await event()
    poll = await polls.draft_poll(of.host, webinar_id=of.id, form=PollForm(PollKind.SINGLE, "Which?", ("a", "b")))
    await polls.move_poll(of.host, poll_id=poll.id, action=PollAction.OPEN)
    assert await run(of.attendees[0], "poll.cast", pollId=poll.id, choices=[1]) == {}
    with pytest.raises(Conflict):
        await run(of.attendees[0], "poll.cast", pollId=poll.id, choices=[1])
    assert await run(of.attendees[0], "webinar.react", webinarId=of.id, kind="heart") == {"total": 1}
    assert await run(of.attendees[0], "webinar.pace", webinarId=of.id, pace="slower") == {}
    row = await run(of.host, "webinar.highlight", webinarId=of.id)
    assert row["webinarId"] == str(of.id)


@pytest.mark.parametrize(
    ("op", "args"),
    [
        ("question.ask", {"webinarId": "x", "text": "y"}),
        ("question.act", {"questionId": "00000000-0000-0000-0000-000000000000", "action": "explode"}),
        ("question.act", {"questionId": "00000000-0000-0000-0000-000000000000", "action": "queue", "rank": "1"}),
        ("webinar.slow_mode", {"webinarId": "00000000-0000-0000-0000-000000000000", "seconds": 10**12}),
        ("poll.cast", {"pollId": "00000000-0000-0000-0000-000000000000", "words": ["a"] * 11}),
    ],
)
async def test_arguments_of_a_wrong_shape_are_told_apart(op: str, args: dict[str, Any]) -> None:
    of = await event()
    with pytest.raises(msgspec.ValidationError):
        await run(of.host, op, **args)
