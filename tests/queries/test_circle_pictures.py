"""The fold test of circles: an old snapshot and the facts after it make the picture of a new one, for everybody."""

import copy
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from server.domain import topics
from server.domain.circle_facts import CircleChanged
from server.domain.circle_meetings import MeetingEnd
from server.domain.circle_pictures import CIRCLE_CHANGES, ITEMS_IN_PICTURE, circle_picture
from server.domain.circle_talk import Reaction
from server.domain.circles import CircleAction, CircleForm, SeatRole
from server.domain.errors import NotFound
from server.domain.pictures import FoldedEntry, fold
from server.models.circle_talk import CirclePost
from server.models.safety import Block
from server.queries.snapshots import snapshot_of
from server.queries.streams import entries_after
from server.services import circle_meetings, circle_room, circle_seats, circle_talk, circles
from server.services.audience import audience_of
from server.services.circle_seats import JoinForm
from server.services.circle_talk import ThreadForm
from tests.factories.circles import planned, ring
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")

Step = Callable[[], Awaitable[Any]]


async def test_a_circle_folds_from_every_point_over_every_kind_the_same_for_all() -> None:
    of = await ring(4)
    ana, bola, cy, di = of.people
    topic = topics.circle(of.id)
    await Block.create(blocker_id=ana.user_id, blocked_id=bola.user_id)
    meeting, off = await planned(of, cap=2), await planned(of, title="Not to be")
    talk = await circle_talk.open_thread(bola, circle_id=of.id, form=ThreadForm("Rates", "What do you ask?"))
    first = await CirclePost.get(thread_id=talk.id)
    eve = await person("Eve")
    key = {"meeting_id": meeting.id}
    steps: list[Step] = [
        lambda: circles.edit_circle(ana, circle_id=of.id, form=CircleForm("Riders", most=5)),
        lambda: circles.write_norms(ana, circle_id=of.id, text="Be kind."),
        lambda: circle_seats.join_circle(eve, circle_id=of.id, form=JoinForm(norms_number=1)),
        lambda: circle_meetings.answer_meeting(bola, **key, wants=True),
        lambda: circle_meetings.answer_meeting(cy, **key, wants=True),
        lambda: circle_meetings.answer_meeting(di, **key, wants=True),
        lambda: circle_meetings.put_away_meeting(ana, meeting_id=off.id, end=MeetingEnd.CANCEL),
        lambda: circle_talk.add_post(cy, thread_id=talk.id, text="Twenty"),
        lambda: circle_talk.react_to_post(di, post_id=first.id, kind=Reaction.HEART, is_given=True),
        lambda: circle_talk.open_thread(ana, circle_id=of.id, form=ThreadForm("More", "And you?")),
        lambda: circle_room.start_meeting(ana, **key),
        lambda: circle_room.enter_room(bola, **key),
        lambda: circle_room.set_hand(bola, **key, is_raised=True),
        lambda: circle_room.give_turn(ana, **key),
        lambda: circle_room.give_turn(ana, **key),
        lambda: circle_room.end_turn(ana, **key),
        lambda: circle_room.leave_room(bola, **key),
        lambda: circle_room.end_meeting(ana, **key),
        lambda: circle_seats.leave_circle(di, circle_id=of.id),
        lambda: circles.move_circle(ana, circle_id=of.id, action=CircleAction.CLOSE),
    ]
    snapshots = [await snapshot_of(cy, topic)]
    for step in steps:
        await step()
        snapshots.append(await snapshot_of(cy, topic))
    empty = {"state": circle_picture(), "pos": {"epoch": "", "seq": 0, "chain": ""}}
    rows = await entries_after(topic.name, 0, 1_000)
    entries = [FoldedEntry(row.epoch, row.seq, row.chain, row.kind, json.loads(row.payload)) for row in rows]
    latest = await snapshot_of(cy, topic)
    for number, old in enumerate([empty, *snapshots]):
        for newer in [empty, *snapshots][number:]:
            start = {"state": copy.deepcopy(newer["state"]), "pos": dict(old["pos"])}
            assert fold(topic, start, entries) == latest
    assert {entry.kind for entry in entries} == set(CIRCLE_CHANGES)
    assert CircleChanged.kind in CIRCLE_CHANGES
    assert [await snapshot_of(who, topic) for who in (ana, bola)] == [latest, latest]


async def test_a_picture_holds_the_newest_lines_and_discussions_alone() -> None:
    of = await ring(3)
    topic = topics.circle(of.id)
    start = await snapshot_of(of.lead, topic)
    for number in range(ITEMS_IN_PICTURE + 3):
        form = ThreadForm(f"Number {number}", "?")
        await circle_talk.open_thread(of.lead, circle_id=of.id, form=form)
    rows = await entries_after(topic.name, 0, 1_000)
    entries = [FoldedEntry(row.epoch, row.seq, row.chain, row.kind, json.loads(row.payload)) for row in rows]
    latest = await snapshot_of(of.lead, topic)
    assert fold(topic, start, entries) == latest
    assert len(latest["state"]["items"]) == len(latest["state"]["threads"]) == ITEMS_IN_PICTURE


async def test_a_circle_is_followed_by_who_sits_in_it_and_by_a_guest_until_their_meeting_is_over() -> None:
    of = await ring(3)
    topic, gus = topics.circle(of.id), await person("Gus")
    assert (await audience_of(of.people[1], topic)).role == "member"
    meeting = await planned(of)
    for who in (gus, await person("Eve")):
        for question in (audience_of, snapshot_of):
            with pytest.raises(NotFound):
                await question(who, topic)
    await circle_seats.invite_to_circle(
        of.lead, circle_id=of.id, profile_id=gus.require_user(), role=SeatRole.GUEST, meeting_id=meeting.id
    )
    await circle_seats.answer_invitation(gus, circle_id=of.id, accept=True, form=JoinForm())
    assert (await audience_of(gus, topic)).role == "guest"
    await circle_meetings.put_away_meeting(of.lead, meeting_id=meeting.id, end=MeetingEnd.CANCEL)
    with pytest.raises(NotFound):
        await audience_of(gus, topic)
    before = (await audience_of(of.people[1], topic)).rev
    await circle_seats.leave_circle(of.people[2], circle_id=of.id)
    assert (await audience_of(of.people[1], topic)).rev > before
