"""The fold test of a webinar's two topics: an old snapshot with what came after it is the picture of a new one."""

import copy
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from server.domain import topics
from server.domain.actors import VISITOR, Actor, Role
from server.domain.errors import NotFound
from server.domain.pictures import FoldedEntry, fold
from server.domain.polls import Ballot, PollAction, PollForm, PollKind
from server.domain.question_pictures import (
    AUDIENCE_CHANGES,
    STAFF_CHANGES,
    apply_signal,
    audience_picture,
    staff_picture,
)
from server.domain.question_states import Action, DismissReason
from server.domain.topics import Topic
from server.domain.webinars import RestrictionKind, WebinarAction, WebinarRole, WebinarState
from server.kit.clock import now
from server.queries.snapshots import snapshot_of
from server.queries.streams import entries_after
from server.services import polls, questions, webinar_archive, webinar_people, webinars
from server.services.audience import Following, audience_of
from server.services.ports import EphemeralSignal, NoPublisher, ports
from tests.factories.people import person
from tests.factories.webinars import Event, acted, event, live, pending

pytestmark = pytest.mark.usefixtures("db")

Step = Callable[[], Awaitable[Any]]


class Ears(NoPublisher):
    """A publisher that keeps the signals it is given."""

    def __init__(self) -> None:
        self.heard: list[EphemeralSignal] = []

    def ephemeral(self, signals: Sequence[EphemeralSignal]) -> None:
        self.heard.extend(signals)


async def entries_of(topic: Topic) -> list[FoldedEntry]:
    rows = await entries_after(topic.name, 0, 5_000)
    return [FoldedEntry(row.epoch, row.seq, row.chain, row.kind, json.loads(row.payload)) for row in rows]


async def steps_of(of: Event) -> list[Step]:
    """Return a history that meets every kind of fact of both topics."""
    ana, bola, chi = of.attendees
    one, two, three = await live(of, ana), await pending(of, bola, anonymous=True), await live(of, chi)
    draft = PollForm(PollKind.SINGLE, "Which?", ("one", "two"))
    poll, dropped = [await polls.draft_poll(of.host, webinar_id=of.id, form=draft) for _ in range(2)]
    say = webinars.say_to_staff

    async def lift() -> None:
        put = await webinar_people.restrict_author(of.host, question_id=three.id, kind=RestrictionKind.TIME_OUT)
        await webinar_people.lift_restriction(of.host, restriction_id=put.id)

    async def burst() -> None:
        await webinars.set_review(of.host, webinar_id=of.id, review=False)
        for number in range(21):
            await questions.ask_question(
                of.panelist, webinar_id=of.id, form=questions.AskForm(f"Question number {number}?")
            )
            last = await acted(of.host, await _newest(of), Action.ANSWER_LIVE)
            assert last.number

    return [
        lambda: questions.vote(bola, question_id=one.id),
        lambda: questions.vote(chi, question_id=one.id),
        lambda: acted(of.moderator, two, Action.CLAIM),
        lambda: acted(of.moderator, two, Action.APPROVE, text="Another wording of it?"),
        lambda: acted(of.moderator, three, Action.MERGE, into_id=one.id),
        lambda: questions.vote(bola, question_id=one.id),
        lambda: questions.take_vote_back(bola, question_id=one.id),
        lambda: acted(of.moderator, three, Action.UNMERGE),
        lambda: say(of.host, webinar_id=of.id, text="Two is next."),
        lambda: acted(of.host, two, Action.QUEUE, rank=1),
        lambda: acted(of.host, two, Action.START),
        lambda: acted(of.host, three, Action.START, holder_resolved=False),
        lambda: acted(of.host, three, Action.ANSWER_LIVE),
        lambda: acted(of.panelist, three, Action.ANSWER_TEXT, text="In short: yes."),
        lambda: acted(of.host, two, Action.ANSWER_TEXT, text="Between us: no.", is_public=False),
        lambda: acted(of.moderator, one, Action.DISMISS, reason=DismissReason.OTHER),
        lambda: acted(of.moderator, one, Action.REOPEN),
        lambda: acted(of.panelist, one, Action.FOLLOW_UP, due_at=now() + timedelta(days=1)),
        lambda: acted(of.moderator, one, Action.HIDE),
        lambda: polls.move_poll(of.moderator, poll_id=dropped.id, action=PollAction.DELETE),
        lambda: polls.move_poll(of.moderator, poll_id=poll.id, action=PollAction.OPEN),
        lambda: polls.cast_ballot(ana, poll_id=poll.id, ballot=Ballot((0,))),
        lambda: polls.cast_ballot(bola, poll_id=poll.id, ballot=Ballot((0,))),
        lambda: polls.cast_ballot(chi, poll_id=poll.id, ballot=Ballot((1,))),
        lambda: polls.move_poll(of.moderator, poll_id=poll.id, action=PollAction.CLOSE),
        lambda: polls.move_poll(of.moderator, poll_id=poll.id, action=PollAction.SHOW_RESULTS),
        lift,
        burst,
        lambda: webinar_people.replace_host(of.host, webinar_id=of.id),
        lambda: webinars.open_window(of.cohost, webinar_id=of.id, is_open=False),
        lambda: webinars.move_webinar(of.cohost, webinar_id=of.id, action=WebinarAction.END),
        lambda: webinar_archive.archive_webinar(of.cohost, webinar_id=of.id),
    ]


async def _newest(of: Event) -> Any:
    from server.models.questions import Question

    return await Question.filter(webinar_id=of.id).order_by("-created_at").first()


@pytest.mark.parametrize("is_staffs", [False, True], ids=["audience", "staff"])
async def test_a_webinar_folds_from_every_point_over_every_kind(is_staffs: bool) -> None:
    of = await event()
    topic = topics.webinar_staff(of.id) if is_staffs else topics.webinar(of.id)
    who = of.cohost if is_staffs else of.attendees[0]
    ears = Ears()
    ports.publisher = ears
    empty = staff_picture() if is_staffs else audience_picture()
    snapshots: list[tuple[dict[str, Any], int]] = [({"state": empty, "pos": {"epoch": "", "seq": 0, "chain": ""}}, 0)]
    try:
        for step in await steps_of(of):
            await step()
            snapshots.append((await snapshot_of(who, topic), len(ears.heard)))
    finally:
        ports.publisher = NoPublisher()
    entries, latest = await entries_of(topic), snapshots[-1][0]
    assert {entry.kind for entry in entries} == set(STAFF_CHANGES if is_staffs else AUDIENCE_CHANGES)
    for number, (old, heard) in enumerate(snapshots):
        for newer, _ in snapshots[number : number + 4]:
            folded = fold(topic, {"state": copy.deepcopy(newer["state"]), "pos": old["pos"]}, entries)
            for signal in ears.heard[heard:]:
                if signal.topic == topic.name:
                    apply_signal(folded["state"], signal.kind, signal.key, json.loads(signal.payload))
            assert folded == latest


async def test_rights_to_follow_come_from_the_place_and_the_role() -> None:
    of = await event()
    stranger = await person("Stranger")
    manager = await person("Manager", roles=frozenset({Role.COMMUNITY_MANAGER}))
    audience, staff = topics.webinar(of.id), topics.webinar_staff(of.id)
    expected: list[tuple[Actor, str | None, str | None]] = [
        (of.host, "host", "host"),
        # Presence tells a room the roles in it: the audience does not learn who moderates.
        (of.moderator, "attendee", "moderator"),
        (of.panelist, "panelist", None),
        (of.attendees[0], "attendee", None),
        (manager, "attendee", "manager"),
        (stranger, None, None),
        (VISITOR, None, None),
    ]
    for who, on_audience, on_staff in expected:
        for topic, role in ((audience, on_audience), (staff, on_staff)):
            if role is None:
                with pytest.raises(NotFound):
                    await audience_of(who, topic)
                with pytest.raises(NotFound):
                    await snapshot_of(who, topic)
            else:
                assert (await audience_of(who, topic)).role == role
                await snapshot_of(who, topic)


async def test_a_right_has_a_new_revision_once_it_changed() -> None:
    of = await event()
    ana, topic = of.attendees[0], topics.webinar(of.id)
    before = await audience_of(ana, topic)
    await webinar_people.appoint(of.host, webinar_id=of.id, profile_id=ana.require_user(), role=WebinarRole.COHOST)
    after = await audience_of(ana, topic)
    assert (before.role, after.role) == ("attendee", "cohost")
    assert after.rev > before.rev
    await webinar_people.dismiss_staff(of.host, webinar_id=of.id, profile_id=ana.require_user())
    again = await audience_of(ana, topic)
    assert again == Following("attendee", again.rev)
    assert again.rev > after.rev
    await webinar_people.cancel_registration(ana, webinar_id=of.id)
    with pytest.raises(NotFound):
        await audience_of(ana, topic)


async def test_a_draft_is_its_staffs_alone() -> None:
    of = await event(WebinarState.DRAFT)
    await audience_of(of.panelist, topics.webinar(of.id))
    with pytest.raises(NotFound):
        await audience_of(await person("Stranger"), topics.webinar(of.id))
