"""The room of a mentorship: who gets in, what is said, and that nothing is said twice or after the end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from server.domain import topics
from server.domain.actors import VISITOR, Actor
from server.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, RateLimited, Refusal, SignInNeeded
from server.domain.facts import fact_of
from server.domain.mentorships import EndReason, MentorshipState
from server.domain.sessions import MessageEdited, MessageSent, SessionState
from server.kit.ids import new_id
from server.models.mentorships import Mentorship
from server.models.safety import Block
from server.models.sessions import Session, SessionMessage, SessionParticipant
from server.models.streams import FactRecord, StreamEntry
from server.queries import streams
from server.services import sessions
from server.services.audience import Following, audience_of
from server.services.ports import NoBuckets, ports
from tests.factories.mentorships import mentorship
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")


async def two() -> tuple[Actor, Actor, Mentorship]:
    mentor, mentee = await person("Ana"), await person("Bola")
    return mentor, mentee, await mentorship(mentor, mentee)


async def room() -> tuple[Actor, Actor, Session]:
    mentor, mentee, together = await two()
    return mentor, mentee, await sessions.open_session(mentor, mentorship_id=together.id)


async def kinds_of(topic: topics.Topic) -> list[Any]:
    return list(await StreamEntry.filter(topic=topic.name).order_by("seq").values_list("kind", flat=True))


async def test_a_room_opens_as_a_lobby_and_is_live_when_the_second_comes() -> None:
    mentor, mentee, session = await room()
    assert session.state is SessionState.LOBBY
    joined = await sessions.join_session(mentee, session_id=session.id)
    assert (joined.state, joined.version) == (SessionState.LIVE, 2)
    assert joined.started_at is not None
    assert await kinds_of(topics.session(session.id)) == ["session.opened", "participant.joined", "session.started"]
    assert await kinds_of(topics.user(mentor.require_user())) == ["session.opened", "session.started"]
    assert await kinds_of(topics.user(mentee.require_user())) == ["session.opened", "session.started"]


async def test_opening_an_open_room_goes_in_and_makes_no_second() -> None:
    mentor, mentee, together = await two()
    first = await sessions.open_session(mentor, mentorship_id=together.id)
    again = await sessions.open_session(mentor, mentorship_id=together.id)
    second = await sessions.open_session(mentee, mentorship_id=together.id)
    assert (again.id, second.id) == (first.id, first.id)
    assert second.state is SessionState.LIVE


async def test_both_opening_at_once_meet_in_one_room() -> None:
    mentor, mentee, together = await two()
    opened = await asyncio.gather(
        *(sessions.open_session(who, mentorship_id=together.id) for who in (mentor, mentee, mentor, mentee))
    )
    assert len({session.id for session in opened}) == 1
    assert (await Session.get(id=opened[0].id)).state is SessionState.LIVE


async def test_a_repeated_opening_gives_the_first_room_also_after_its_end() -> None:
    mentor, _, together = await two()
    first = await sessions.open_session(mentor, mentorship_id=together.id, idempotency_key="k")
    await sessions.end_session(mentor, session_id=first.id)
    assert (await sessions.open_session(mentor, mentorship_id=together.id, idempotency_key="k")).id == first.id
    assert await Session.all().count() == 1


@pytest.mark.parametrize("state", [state for state in MentorshipState if state.value not in "trial active closing"])
async def test_a_mentorship_that_is_not_under_way_has_no_room(state: MentorshipState) -> None:
    mentor, mentee = await person("Ana"), await person("Bola")
    together = await mentorship(mentor, mentee, state=state)
    with pytest.raises(Conflict) as refusal:
        await sessions.open_session(mentor, mentorship_id=together.id)
    assert refusal.value.current == state.value


Attempt = Callable[[Actor, Session, SessionMessage], Awaitable[Any]]
ATTEMPTS: dict[str, Attempt] = {
    "open": lambda who, session, _: sessions.open_session(who, mentorship_id=session.mentorship_id),
    "join": lambda who, session, _: sessions.join_session(who, session_id=session.id),
    "send": lambda who, session, _: sessions.send_message(who, session_id=session.id, text="hello"),
    "edit": lambda who, _, message: sessions.edit_message(who, message_id=message.id, text="hello"),
    "delete": lambda who, _, message: sessions.delete_message(who, message_id=message.id),
    "end": lambda who, session, _: sessions.end_session(who, session_id=session.id),
    "follow": lambda who, session, _: audience_of(who, topics.session(session.id)),
}


async def refused(attempt: Attempt, who: Actor, session: Session, message: SessionMessage) -> type[Refusal]:
    with pytest.raises(Refusal) as refusal:
        await attempt(who, session, message)
    return type(refusal.value)


@pytest.mark.parametrize("name", ATTEMPTS)
async def test_strangers_and_the_shut_out_find_no_room(name: str) -> None:
    mentor, mentee, session = await room()
    message = await sessions.send_message(mentee, session_id=session.id, text="hi")
    stranger = await person("Chi")
    assert await refused(ATTEMPTS[name], stranger, session, message) is NotFound
    assert await refused(ATTEMPTS[name], VISITOR, session, message) in {NotFound, SignInNeeded}
    await Block.create(blocker_id=mentor.user_id, blocked_id=mentee.user_id)
    assert await refused(ATTEMPTS[name], mentee, session, message) is NotFound
    assert await refused(ATTEMPTS[name], mentor, session, message) is NotFound
    await Block.all().delete()
    await Mentorship.all().update(end_reason=EndReason.SAFETY)
    assert await refused(ATTEMPTS[name], mentee, session, message) is NotFound


@pytest.mark.parametrize("name", [name for name in ATTEMPTS if name != "open"])
async def test_somebody_removed_finds_no_room(name: str) -> None:
    _, mentee, session = await room()
    message = await sessions.send_message(mentee, session_id=session.id, text="hi")
    await SessionParticipant.filter(profile_id=mentee.user_id).update(removed_at=session.created_at)
    assert await refused(ATTEMPTS[name], mentee, session, message) is NotFound


async def test_what_is_said_is_kept_clean_and_told_once() -> None:
    _, mentee, session = await room()
    message = await sessions.send_message(mentee, session_id=session.id, text="  hello\r\nthere \x07 ")
    assert message.text == "hello\nthere"
    assert await kinds_of(topics.session(session.id)) == [
        "session.opened",
        "participant.joined",
        "session.started",
        "message.sent",
    ]


@pytest.mark.parametrize("text", ["", "   ", "x" * 4_001, "nul\x00", "\ud800"])
async def test_text_that_cannot_be_taken_is_refused(text: str) -> None:
    mentor, _, session = await room()
    with pytest.raises(InvalidInput) as refusal:
        await sessions.send_message(mentor, session_id=session.id, text=text)
    assert refusal.value.problems[0].path == "text"
    assert await SessionMessage.all().count() == 0


async def test_a_command_sent_many_times_at_once_says_one_line() -> None:
    mentor, _, session = await room()
    said = await asyncio.gather(
        *(sessions.send_message(mentor, session_id=session.id, text="once", command_id="c1") for _ in range(8))
    )
    assert len({message.id for message in said}) == 1
    assert await SessionMessage.all().count() == 1
    assert await StreamEntry.filter(kind="message.sent", command_id="c1").count() == 1
    with pytest.raises(Conflict):
        await sessions.send_message(mentor, session_id=session.id, text="other", command_id="c1")


async def test_one_person_cannot_flood_a_room() -> None:
    class Full(NoBuckets):
        async def take(self, key: str, *, capacity: int, per_seconds: float) -> int:
            return 3

    mentor, _, session = await room()
    before, ports.buckets = ports.buckets, Full()
    try:
        with pytest.raises(RateLimited) as refusal:
            await sessions.send_message(mentor, session_id=session.id, text="again")
    finally:
        ports.buckets = before
    assert refusal.value.retry_after == 3


async def test_only_the_author_edits_and_takes_back() -> None:
    mentor, mentee, session = await room()
    message = await sessions.send_message(mentor, session_id=session.id, text="hi")
    for attempt in (
        sessions.edit_message(mentee, message_id=message.id, text="no"),
        sessions.delete_message(mentee, message_id=message.id),
    ):
        with pytest.raises(NotAllowed):
            await attempt
    edited = await sessions.edit_message(mentor, message_id=message.id, text="hello")
    assert (edited.text, edited.edited_at is None) == ("hello", False)
    deleted = await sessions.delete_message(mentor, message_id=message.id)
    again = await sessions.delete_message(mentor, message_id=message.id)
    assert (deleted.text, again.deleted_at) == ("", deleted.deleted_at)
    with pytest.raises(Conflict):
        await sessions.edit_message(mentor, message_id=message.id, text="back")
    told = await StreamEntry.filter(topic=topics.session(session.id).name, kind__startswith="message.")
    assert [entry.kind for entry in told] == ["message.sent", "message.edited", "message.deleted"]


async def test_a_line_that_was_taken_back_cannot_be_read_in_the_book() -> None:
    _, mentee, session = await room()
    kept = await sessions.send_message(mentee, session_id=session.id, text="hello")
    message = await sessions.send_message(mentee, session_id=session.id, text="my number is 12345")
    await sessions.edit_message(mentee, message_id=message.id, text="it is 123456")
    await sessions.delete_message(mentee, message_id=message.id)
    entries = await streams.entries_after(topics.session(session.id).name, 0, 100)
    facts = [fact_of(entry.kind, entry.payload) for entry in entries]
    told = {(fact.message_id, fact.text) for fact in facts if isinstance(fact, MessageSent | MessageEdited)}
    assert told == {(kept.id, "hello"), (message.id, "")}
    recorded = [row.payload for row in await FactRecord.all()]
    assert sum("hello" in payload for payload in recorded) == 1
    assert not any("12345" in payload for payload in recorded)


async def test_nothing_is_said_after_the_end_but_lines_can_be_taken_back() -> None:
    mentor, mentee, session = await room()
    message = await sessions.send_message(mentee, session_id=session.id, text="hi")
    ended = await sessions.end_session(mentee, session_id=session.id)
    assert ended.state is SessionState.ENDED
    for name in ("join", "send", "edit", "end"):
        with pytest.raises(Conflict) as refusal:
            await ATTEMPTS[name](mentee, session, message)
        assert refusal.value.current == "ended"
    assert (await sessions.delete_message(mentee, message_id=message.id)).text == ""
    assert await audience_of(mentor, topics.session(session.id)) == Following("host", 3)


async def test_no_line_follows_the_end_in_the_book_when_both_race() -> None:
    mentor, mentee, session = await room()
    await sessions.join_session(mentee, session_id=session.id)

    async def chat(number: int) -> None:
        try:
            await sessions.send_message(mentee, session_id=session.id, text=f"line {number}")
        except Conflict:
            return

    await asyncio.gather(*(chat(number) for number in range(6)), sessions.end_session(mentor, session_id=session.id))
    assert (await kinds_of(topics.session(session.id)))[-1] == "session.ended"
    assert await SessionMessage.all().count() == await StreamEntry.filter(kind="message.sent").count()


async def test_a_block_shuts_the_rooms_of_the_two() -> None:
    mentor, mentee, session = await room()
    await sessions.shut_out(one=mentee.require_user(), other=mentor.require_user())
    assert (await Session.get(id=session.id)).state is SessionState.ENDED
    assert (await kinds_of(topics.session(session.id)))[-1] == "session.ended"


async def test_a_person_follows_their_own_topic_and_no_other_persons() -> None:
    ana, bola = await person("Ana"), await person("Bola")
    assert await audience_of(ana, topics.user(ana.require_user())) == Following("owner", 0)
    for topic in (topics.user(bola.require_user()), topics.webinar(new_id()), topics.circle(new_id())):
        with pytest.raises(NotFound):
            await audience_of(ana, topic)
    with pytest.raises(NotFound):
        await audience_of(VISITOR, topics.user(ana.require_user()))
