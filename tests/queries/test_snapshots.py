"""The fold test: an old snapshot and the facts after it make the same picture as a new snapshot."""

import copy
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from server.domain import topics
from server.domain.actors import VISITOR, Actor
from server.domain.availability import MentoringFormat, StretchKind
from server.domain.calls import Line, Media
from server.domain.errors import NotFound
from server.domain.mentorship_road import Brief, PauseReason
from server.domain.mentorships import DeclineReason, MentorshipState
from server.domain.pictures import MESSAGES_IN_PICTURE, SESSION_CHANGES, USER_CHANGES, FoldedEntry, fold
from server.domain.session_agenda import TimerAction
from server.domain.topics import Topic
from server.kit.clock import clock, now
from server.kit.ids import new_id
from server.models.availability import Stretch
from server.models.mentorships import Mentorship, MentorshipRequest
from server.models.session_room import AgendaItem, SessionAction, SessionLink
from server.queries.snapshots import snapshot_of
from server.queries.streams import entries_after
from server.services import (
    calls,
    check_ins,
    matching,
    notifications,
    request_answers,
    session_agenda,
    session_floor,
    session_notes,
    session_papers,
    sessions,
)
from server.services import mentorship_road as road
from server.services.mentorship_sweeps import move_due
from server.services.mentorships import accept_request, end_mentorship
from server.services.request_answers import Referral
from server.services.request_clock import recompute_clocks
from server.services.request_sweeps import expire_due, serve_waitlist
from tests.factories.mentorships import asking, mentorship, room_for, sent
from tests.factories.notices import inbox_of, react
from tests.factories.pads import Pad
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")

Step = Callable[[], Awaitable[Any]]


async def entries_of(topic: Topic) -> list[FoldedEntry]:
    rows = await entries_after(topic.name, 0, 1_000)
    return [FoldedEntry(row.epoch, row.seq, row.chain, row.kind, json.loads(row.payload)) for row in rows]


async def check_folds(actor: Actor, topic: Topic, snapshots: list[dict[str, Any]]) -> list[FoldedEntry]:
    """Fold from every old position, over that state and every newer one: a state may be newer than its position."""
    entries = await entries_of(topic)
    latest = await snapshot_of(actor, topic)
    for number, old in enumerate(snapshots):
        for newer in snapshots[number:]:
            start = {"state": copy.deepcopy(newer["state"]), "pos": old["pos"]}
            assert fold(topic, start, entries) == latest
    return entries


async def test_a_session_folds_from_every_point_over_every_kind() -> None:
    mentor, mentee = await person("Ana"), await person("Bola")
    together = await mentorship(mentor, mentee)
    session = await sessions.open_session(mentor, mentorship_id=together.id, title="First")
    topic = topics.session(session.id)
    one = await sessions.send_message(mentor, session_id=session.id, text="one")
    steps: list[Step] = [
        lambda: sessions.join_session(mentee, session_id=session.id),
        lambda: sessions.send_message(mentee, session_id=session.id, text="two"),
        lambda: sessions.edit_message(mentor, message_id=one.id, text="One."),
        lambda: sessions.edit_message(mentor, message_id=one.id, text="One!"),
        lambda: sessions.send_message(mentor, session_id=session.id, text="three"),
        lambda: sessions.delete_message(mentor, message_id=one.id),
        *floor_steps(mentor, mentee, session.id),
        *agenda_steps(mentor, mentee, session.id),
        *paper_steps(mentor, mentee, session.id),
        *notes_steps(mentor, mentee, session.id),
        *call_steps(mentor, mentee, session.id),
        lambda: sessions.end_session(mentee, session_id=session.id),
    ]
    snapshots = [await snapshot_of(mentor, topic)]
    for step in steps:
        await step()
        snapshots.append(await snapshot_of(mentor, topic))
    empty: dict[str, Any] = {
        "state": {"session": None, "participants": {}, "messages": []},
        "pos": {"epoch": "", "seq": 0, "chain": ""},
    }
    entries = await check_folds(mentor, topic, [empty, *snapshots])
    assert {entry.kind for entry in entries} == set(SESSION_CHANGES)


def floor_steps(host: Actor, other: Actor, session_id: UUID) -> list[Step]:
    return [
        lambda: session_floor.raise_hand(other, session_id=session_id),
        lambda: session_floor.raise_hand(host, session_id=session_id),
        lambda: session_floor.give_floor(host, session_id=session_id, profile_id=other.require_user()),
        lambda: session_floor.raise_hand(other, session_id=session_id),
        lambda: session_floor.lower_hand(host, session_id=session_id),
        lambda: session_floor.end_floor(other, session_id=session_id),
        lambda: session_floor.give_floor(host, session_id=session_id, profile_id=host.require_user()),
    ]


def agenda_steps(one: Actor, other: Actor, session_id: UUID) -> list[Step]:
    rates, plan = session_agenda.ItemForm("Rates", 10), session_agenda.ItemForm("Plan", 20)

    async def first() -> UUID:
        return (await AgendaItem.filter(session_id=session_id).order_by("rank").first()).id  # type: ignore[union-attr]  # it was added

    async def edit() -> None:
        done = session_agenda.ItemForm("My rates", 15, is_done=True)
        await session_agenda.edit_item(other, item_id=await first(), form=done)

    async def move() -> None:
        await session_agenda.move_item(one, item_id=await first(), position=1)

    async def take_up() -> None:
        await session_agenda.take_up_item(other, item_id=await first())

    async def remove() -> None:
        await session_agenda.remove_item(one, item_id=await first())

    def timer(action: TimerAction, seconds: int | None = None) -> Step:
        return lambda: session_agenda.set_timer(one, session_id=session_id, action=action, seconds=seconds)

    return [
        lambda: session_agenda.add_item(one, session_id=session_id, form=rates),
        lambda: session_agenda.add_item(other, session_id=session_id, form=plan),
        edit,
        move,
        take_up,
        timer(TimerAction.START, 300),
        timer(TimerAction.PAUSE),
        remove,
        take_up,
        timer(TimerAction.RESUME),
    ]


def notes_steps(one: Actor, other: Actor, session_id: UUID) -> list[Step]:
    return [
        lambda: session_notes.write_notes(one, session_id=session_id, update=Pad().type("one")),
        session_notes.tell_written,
        lambda: session_notes.write_notes(other, session_id=session_id, update=Pad().type("two")),
        lambda: session_notes.write_notes(one, session_id=session_id, update=Pad().type("three")),
        session_notes.tell_written,
    ]


def call_steps(one: Actor, other: Actor, session_id: UUID) -> list[Step]:
    """Come in, move to another connection, turn something off, leave, be lost; and stay in to the end."""
    here, there, elsewhere = Line("a", "w"), Line("b", "w"), Line("c", "w")
    both, quiet = Media(microphone=True, camera=True), Media(microphone=False, camera=True)

    def join(who: Actor, line: Line) -> Step:
        return lambda: calls.join_call(who, session_id=session_id, line=line, media=both)

    return [
        join(one, here),
        join(other, there),
        join(one, elsewhere),
        lambda: calls.set_media(one, session_id=session_id, line=elsewhere, media=quiet),
        lambda: calls.leave_call(other, session_id=session_id, line=there),
        lambda: calls.drop_connection("c"),
        join(other, there),
    ]


def paper_steps(one: Actor, other: Actor, session_id: UUID) -> list[Step]:
    form = session_papers.ActionForm("Send the invoice", other.require_user(), date(2027, 3, 9))

    async def edit() -> None:
        row = await SessionAction.get(session_id=session_id)
        done = session_papers.ActionForm("Send both invoices", one.require_user(), is_done=True)
        await session_papers.edit_action(other, action_id=row.id, form=done)

    async def remove_action() -> None:
        row = await SessionAction.get(session_id=session_id)
        await session_papers.remove_action(one, action_id=row.id)

    async def remove_link() -> None:
        row = await SessionLink.get(session_id=session_id)
        await session_papers.remove_link(other, link_id=row.id)

    return [
        lambda: session_papers.add_link(one, session_id=session_id, url="https://example.org", title="Rates"),
        lambda: session_papers.add_action(one, session_id=session_id, form=form),
        edit,
        remove_link,
        remove_action,
        lambda: session_papers.add_link(one, session_id=session_id, url="https://example.org/2"),
        lambda: session_papers.add_action(one, session_id=session_id, form=form),
    ]


async def test_a_person_folds_from_every_point_over_every_kind_on_both_sides() -> None:
    mentee, mentor, peer = await person("Ana"), await person("Bola"), await person("Chi")
    pictures: dict[Topic, tuple[Actor, list[dict[str, Any]]]] = {
        topics.user(who.require_user()): (who, [await snapshot_of(who, topics.user(who.require_user()))])
        for who in (mentee, mentor, peer)
    }

    async def look() -> None:
        for topic, (who, seen) in pictures.items():
            seen.append(await snapshot_of(who, topic))

    async for _ in every_step(mentee, mentor, peer):
        await look()
    kinds = set()
    for topic, (who, seen) in pictures.items():
        kinds |= {entry.kind for entry in await check_folds(who, topic, seen)}
    assert kinds >= set(USER_CHANGES)


async def every_step(mentee: Actor, mentor: Actor, peer: Actor) -> AsyncIterator[None]:
    """Make everything happen that a person's picture shows, pausing after each step."""
    await room_for(mentor, 1)
    first = await sent(mentee, mentor)
    yield await _done(request_answers.view_request(mentor, request_id=first.id))
    yield await _done(request_answers.ask_more(mentor, request_id=first.id, text="Which?"))
    yield await _done(request_answers.answer_more(mentee, request_id=first.id, text="This"))
    await Stretch.create(profile_id=mentor.user_id, kind=StretchKind.ON_GIG, started_at=now())
    yield await _done(recompute_clocks(mentor.require_profile()))
    together = await accept_request(mentor, request_id=first.id)
    yield
    session = await sessions.open_session(mentor, mentorship_id=together.id)
    yield
    yield await _done(sessions.join_session(mentee, session_id=session.id))
    yield await _done(sessions.end_session(mentee, session_id=session.id))
    async for _ in along_the_road(mentee, mentor, together.id):
        yield
    waiting = await matching.join_waiting_list(peer, asked=asking(mentor))
    yield
    yield await _done(end_mentorship(mentee, mentorship_id=together.id))
    yield await _done(serve_waitlist())
    yield await _done(matching.withdraw_request(peer, request_id=waiting.id))
    second = await sent(mentee, mentor)
    yield await _done(
        request_answers.refer_request(mentor, request_id=second.id, referral=Referral(peer.require_user()))
    )
    passed_on = await MentorshipRequest.get(referred_from_id=second.id)
    yield await _done(request_answers.decline_request(peer, request_id=passed_on.id, reason=DeclineReason.NO_TIME))
    micro = await sent(mentee, mentor, format=MentoringFormat.MICRO)
    yield await _done(matching.invalidate_between(one=micro.sender_id, others=[micro.receiver_id]))
    await sent(mentor, mentee, format=MentoringFormat.MICRO)
    with clock.moved(timedelta(days=3)):
        yield await _done(expire_due())
    yield await _done(react())
    for told in await inbox_of(mentee):
        yield await _done(notifications.mark_read(mentee, ids=[told.id]))


async def along_the_road(mentee: Actor, mentor: Actor, mentorship_id: UUID) -> AsyncIterator[None]:
    """Pause, go on, agree on a brief and deliver it, and begin to close."""
    until = now() + timedelta(days=20)
    pausing = road.pause_mentorship(mentee, mentorship_id=mentorship_id, until=until, reason=PauseReason.GIG)
    yield await _done(pausing)
    yield await _done(road.resume_mentorship(mentor, mentorship_id=mentorship_id))
    yield await _done(check_ins.set_cadence(mentee, mentorship_id=mentorship_id, cadence_days=7))
    yield await _done(road.set_brief(mentor, mentorship_id=mentorship_id, brief=Brief("A price list", None)))
    yield await _done(road.deliver_brief(mentee, mentorship_id=mentorship_id))
    await Mentorship.filter(id=mentorship_id).update(state=MentorshipState.TRIAL, trial_until=now(), look_at=now())
    yield await _done(move_due())
    yield await _done(road.start_closing(mentor, mentorship_id=mentorship_id))


async def _done(step: Awaitable[Any]) -> None:
    await step


async def test_a_sessions_picture_keeps_the_newest_lines_only() -> None:
    mentor, mentee = await person("Ana"), await person("Bola")
    together = await mentorship(mentor, mentee)
    session = await sessions.open_session(mentor, mentorship_id=together.id)
    topic = topics.session(session.id)
    before = await snapshot_of(mentor, topic)
    for number in range(MESSAGES_IN_PICTURE + 5):
        await sessions.send_message(mentor, session_id=session.id, text=f"line {number}")
    await check_folds(mentor, topic, [before, await snapshot_of(mentor, topic)])
    latest = await snapshot_of(mentee, topic)
    assert [line["text"] for line in latest["state"]["messages"]][:: MESSAGES_IN_PICTURE - 1] == ["line 5", "line 104"]


async def test_a_repeated_entry_changes_nothing_and_a_missing_one_is_noticed() -> None:
    mentor, mentee = await person("Ana"), await person("Bola")
    session = await sessions.open_session(mentor, mentorship_id=(await mentorship(mentor, mentee)).id)
    topic = topics.session(session.id)
    await sessions.send_message(mentor, session_id=session.id, text="one")
    latest, entries = await snapshot_of(mentor, topic), await entries_of(topic)
    assert fold(topic, copy.deepcopy(latest), [*entries, *entries]) == latest
    early = {"state": latest["state"], "pos": {"epoch": "", "seq": 0, "chain": ""}}
    with pytest.raises(ValueError, match="does not follow"):
        fold(topic, early, entries[1:])


async def test_nobody_gets_a_snapshot_of_what_they_may_not_follow() -> None:
    mentor, mentee, stranger = await person("Ana"), await person("Bola"), await person("Chi")
    session = await sessions.open_session(mentor, mentorship_id=(await mentorship(mentor, mentee)).id)
    hidden = [topics.session(session.id), topics.user(mentor.require_user()), topics.webinar(new_id())]
    for who in (stranger, VISITOR):
        for topic in hidden:
            with pytest.raises(NotFound):
                await snapshot_of(who, topic)


async def test_a_person_nothing_happened_to_has_an_empty_picture() -> None:
    ana = await person("Ana")
    assert await snapshot_of(ana, topics.user(ana.require_user())) == {
        "state": {
            "requests": {},
            "mentorships": {},
            "sessions": {},
            "notifications": {"version": 0, "unread": 0},
        },
        "pos": {"epoch": "", "seq": 0, "chain": ""},
    }
