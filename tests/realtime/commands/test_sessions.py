"""The commands of a session's chat: arguments in, the service's answer out."""

import json
from typing import Any
from uuid import UUID

import msgspec
import pytest

from server.domain.actors import Actor
from server.domain.errors import Conflict, NotAllowed, NotFound
from server.kit.ids import new_id
from server.models.sessions import Session, SessionMessage
from server.realtime.commands import registry
from server.realtime.commands import session_agenda as agenda_commands
from server.realtime.commands import session_room as room_commands
from server.realtime.commands import sessions as session_commands
from server.services import sessions
from tests.factories.mentorships import mentorship
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")

assert agenda_commands
assert session_commands
assert room_commands


async def run(who: Actor, op: str, cid: str | None = None, **args: Any) -> dict[str, Any]:
    done = await registry.run(who, op, json.dumps(args, default=str).encode(), cid or str(new_id()))
    answer: dict[str, Any] = json.loads(msgspec.json.encode(done))
    return answer


async def room() -> tuple[Actor, Actor, Session]:
    mentor, mentee = await person("Ana"), await person("Bola")
    return mentor, mentee, await sessions.open_session(mentor, mentorship_id=(await mentorship(mentor, mentee)).id)


async def test_a_talk_goes_from_coming_in_to_the_end_by_commands() -> None:
    mentor, mentee, session = await room()
    here = {"sessionId": str(session.id)}
    assert await run(mentee, "session.join", **here) == {**here, "state": "live", "version": 2}
    assert await run(mentee, "session.join", **here) == {**here, "state": "live", "version": 2}
    said = await run(mentee, "session.send", "s", **here, text="Helo")
    assert said == await run(mentee, "session.send", "s", **here, text="Helo")
    line = {"messageId": said["messageId"]}
    edited = await run(mentee, "session.edit", **line, text="Hello")
    assert (edited["text"], edited["editedAt"] is None, edited["deletedAt"]) == ("Hello", False, None)
    with pytest.raises(NotAllowed):
        await run(mentor, "session.delete", **line)
    deleted = await run(mentee, "session.delete", **line)
    assert (deleted["text"], deleted["deletedAt"] is None) == ("", False)
    assert await run(mentor, "session.end", **here) == {**here, "state": "ended", "version": 3}
    with pytest.raises(Conflict):
        await run(mentor, "session.end", **here)
    assert await SessionMessage.filter(id=UUID(said["messageId"])).count() == 1


async def test_commands_do_not_find_a_strangers_room() -> None:
    _, mentee, session = await room()
    line = await sessions.send_message(mentee, session_id=session.id, text="hi")
    stranger = await person("Chi")
    for op, args in (
        ("session.join", {"sessionId": session.id}),
        ("session.end", {"sessionId": session.id}),
        ("session.edit", {"messageId": line.id, "text": "no"}),
        ("session.delete", {"messageId": line.id}),
    ):
        with pytest.raises(NotFound):
            await run(stranger, op, **args)


@pytest.mark.parametrize(
    ("op", "args"),
    [
        ("session.join", {"sessionId": 7}),
        ("session.edit", {"messageId": "x", "text": "y"}),
        ("session.delete", {}),
        ("session.end", {"sessionId": None}),
    ],
)
async def test_arguments_of_a_wrong_shape_are_told_apart(op: str, args: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        await run(await person("Ana"), op, **args)


async def test_a_host_leads_the_talk_by_commands() -> None:
    mentor, mentee, session = await room()
    here, none = {"sessionId": session.id}, {"speakerId": None, "since": None}
    await run(mentee, "session.join", **here)
    assert await run(mentee, "hand.raise", **here) == {"queue": [str(mentee.user_id)], **none}
    assert await run(mentor, "hand.lower", **here, profileId=mentee.user_id) == {"queue": [], **none}
    given = await run(mentor, "floor.give", **here, profileId=mentee.user_id)
    assert (given["speakerId"], given["since"] is None) == (str(mentee.user_id), False)
    assert await run(mentor, "floor.end", **here) == {"queue": [], **none}
    with pytest.raises(NotAllowed):
        await run(mentee, "floor.give", **here, profileId=mentee.user_id)


async def test_the_two_keep_agenda_timer_links_and_actions_by_commands() -> None:
    mentor, mentee, session = await room()
    here = {"sessionId": str(session.id)}
    item = (await run(mentor, "agenda.add", "a", **here, title="Rates", minutes=10))["item"]
    assert item == (await run(mentor, "agenda.add", "a", **here, title="Rates", minutes=10))["item"]
    which = {"itemId": item["id"]}
    done = await run(mentee, "agenda.edit", **which, title="Rates", minutes=15, isDone=True)
    assert {**done["item"], "doneAt": None} == {**item, "minutes": 15}
    assert (await run(mentor, "agenda.move", **which, position=0))["item"]["id"] == item["id"]
    assert await run(mentor, "agenda.take_up", **which) == {**here, "currentId": item["id"]}
    assert await run(mentee, "agenda.remove", **which) == {**here, "currentId": None}
    started = await run(mentor, "timer.set", "t", **here, action="start", seconds=60)
    assert started == await run(mentor, "timer.set", "t", **here, action="start", seconds=60)
    assert (await run(mentor, "timer.set", "u", **here, action="stop"))["timer"]["endsAt"] is None
    link = (await run(mentor, "link.add", "l", **here, url="https://example.org"))["link"]
    assert await run(mentee, "link.remove", linkId=link["id"]) == here
    owner = {"ownerId": str(mentee.user_id), "dueOn": "2027-03-09"}
    action = (await run(mentor, "action.add", "b", **here, text="Send it", **owner))["action"]
    assert (action["dueOn"], action["ownerId"]) == (owner["dueOn"], owner["ownerId"])
    edited = await run(mentee, "action.edit", actionId=action["id"], text="Send it", **owner, isDone=True)
    assert {**edited["action"], "doneAt": None} == action
    assert await run(mentee, "action.remove", actionId=action["id"]) == here
