"""Questions: asked, voted for, moderated, merged; who is told, and that a repeat or a race does nothing twice."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from server.domain import topics
from server.domain.actors import VISITOR, Role
from server.domain.errors import Conflict, LimitReached, NotAllowed, NotFound, RateLimited, Refusal, SignInNeeded
from server.domain.question_states import Action, AuthorShown, DismissReason, QuestionState
from server.domain.webinars import AnonymityMode, RestrictionKind, WebinarAction, WebinarState
from server.kit.clock import clock, now
from server.kit.ids import new_id
from server.models.questions import Question, QuestionAnswer, QuestionEvent, QuestionFollowUp, QuestionTally
from server.models.streams import StreamEntry
from server.models.webinars import Webinar
from server.services import questions, webinar_people, webinars
from server.services.ports import EphemeralSignal, NoBuckets, NoPublisher, ports
from server.services.question_acts import ActForm, act
from server.services.questions import AskForm
from tests.factories.people import person
from tests.factories.webinars import acted, event, live, pending

pytestmark = pytest.mark.usefixtures("db")


async def kinds_of(topic: topics.Topic) -> list[Any]:
    return list(await StreamEntry.filter(topic=topic.name).order_by("seq").values_list("kind", flat=True))


class Ears(NoPublisher):
    """A publisher that keeps the signals it is given."""

    def __init__(self) -> None:
        self.heard: list[EphemeralSignal] = []

    def ephemeral(self, signals: Sequence[EphemeralSignal]) -> None:
        self.heard.extend(signals)


async def test_a_question_waits_for_review_and_only_its_author_and_the_staff_hear_of_it() -> None:
    of = await event()
    before = await kinds_of(topics.webinar(of.id))
    asked = await pending(of, of.attendees[0])
    assert (asked.state, asked.number, asked.is_shown) == (QuestionState.PENDING, None, False)
    assert await kinds_of(topics.webinar(of.id)) == before
    assert (await kinds_of(topics.webinar_staff(of.id)))[-1] == "question.moved"
    assert (await kinds_of(topics.user(of.attendees[0].require_user())))[-1] == "question.own_changed"
    shown = await acted(of.moderator, asked, Action.APPROVE)
    assert (shown.state, shown.number, shown.shown_version) == (QuestionState.LIVE, 1, 1)
    assert (await kinds_of(topics.webinar(of.id)))[-1] == "question.shown"


async def test_staff_skip_review_and_an_open_event_shows_what_the_screen_lets_through() -> None:
    of = await event(review=False)
    assert (await pending(of, of.panelist)).state is QuestionState.LIVE
    assert (await pending(of, of.attendees[0])).state is QuestionState.LIVE
    held = await pending(of, of.attendees[0], "Have you seen www.example.org yet?")
    assert (held.state, held.screened) == (QuestionState.PENDING, ["link"])


async def test_numbers_are_given_in_the_order_of_showing_and_stay() -> None:
    of = await event()
    one, two = await pending(of, of.attendees[0]), await pending(of, of.attendees[1])
    assert (await acted(of.moderator, two, Action.APPROVE)).number == 1
    assert (await acted(of.moderator, one, Action.APPROVE)).number == 2
    await acted(of.moderator, two, Action.HIDE)
    assert (await acted(of.moderator, two, Action.APPROVE)).number == 1


async def test_a_person_has_three_open_questions_and_slow_mode_says_how_long_to_wait() -> None:
    of = await event()
    ana, bola = of.attendees[0], of.attendees[1]
    for _ in range(3):
        await pending(of, ana)
    with pytest.raises(LimitReached):
        await pending(of, ana)
    await webinars.set_slow_mode(of.moderator, webinar_id=of.id, seconds=60)
    await pending(of, bola)
    with pytest.raises(RateLimited) as limited:
        await pending(of, bola)
    assert 58 <= limited.value.retry_after <= 60
    with clock.moved(timedelta(seconds=61)):
        await pending(of, bola)


async def test_nobody_without_a_place_asks_sees_or_votes() -> None:
    of = await event()
    shown, stranger = await live(of, of.attendees[0]), await person("Stranger")
    with pytest.raises(NotAllowed):
        await pending(of, stranger)
    with pytest.raises(NotFound):
        await questions.vote(stranger, question_id=shown.id)
    with pytest.raises(NotFound):
        await acted(stranger, shown, Action.HIDE)
    with pytest.raises(SignInNeeded):
        await questions.vote(VISITOR, question_id=shown.id)
    manager = await person("Manager", roles=frozenset({Role.COMMUNITY_MANAGER}))
    with pytest.raises(NotAllowed):
        await acted(manager, shown, Action.HIDE)


async def test_what_is_hidden_is_not_found_by_others_whatever_they_try() -> None:
    of = await event()
    hidden, other = await pending(of, of.attendees[0]), of.attendees[1]
    for action in Action:
        if action is not Action.SUBMIT:
            with pytest.raises(NotFound):
                await acted(other, hidden, action, into_id=hidden.id)
    with pytest.raises(NotFound):
        await questions.vote(other, question_id=hidden.id)
    with pytest.raises(NotFound):
        await acted(of.panelist, hidden, Action.ANSWER_TEXT, text="Ask for more.")


async def test_votes_are_counted_once_each_and_told_as_absolute_totals() -> None:
    of = await event(attendees=5)
    shown = await live(of, of.attendees[0])
    ears = Ears()
    ports.publisher = ears
    try:
        await asyncio.gather(*(questions.vote(who, question_id=shown.id) for who in of.attendees[1:] * 3))
    finally:
        ports.publisher = NoPublisher()
    tally = await QuestionTally.get(question_id=shown.id)
    assert (tally.votes, tally.revision) == (4, 4)
    audience = [s for s in ears.heard if s.topic == topics.webinar(of.id).name]
    assert sorted(s.payload for s in audience) == [f'{{"votes":{n},"revision":{n}}}' for n in (1, 2, 3, 4)]
    back = await questions.take_vote_back(of.attendees[1], question_id=shown.id)
    assert (back.votes, back.revision) == (3, 5)
    assert (await questions.take_vote_back(of.attendees[1], question_id=shown.id)).votes == 3


async def test_nobody_votes_for_their_own_nor_for_what_is_not_live() -> None:
    of = await event()
    shown = await live(of, of.attendees[0])
    with pytest.raises(NotAllowed):
        await questions.vote(of.attendees[0], question_id=shown.id)
    await acted(of.moderator, shown, Action.START)
    with pytest.raises(Conflict):
        await questions.vote(of.attendees[1], question_id=shown.id)


async def test_a_repeated_command_is_done_once() -> None:
    of = await event()
    ana, bola = of.attendees[0], of.attendees[1]
    form = AskForm(text="What do I ask for an hour?")
    first = await questions.ask_question(ana, webinar_id=of.id, form=form, idempotency_key="a")
    again = await questions.ask_question(ana, webinar_id=of.id, form=form, idempotency_key="a")
    assert first.id == again.id
    approve = {"question_id": first.id, "action": Action.APPROVE, "idempotency_key": "b"}
    await act(of.moderator, **approve)  # type: ignore[arg-type]  # keywords of several types
    assert (await act(of.moderator, **approve)).version == 2  # type: ignore[arg-type]  # as above
    await questions.vote(bola, question_id=first.id, idempotency_key="c")
    await questions.take_vote_back(bola, question_id=first.id, idempotency_key="d")
    late = await questions.vote(bola, question_id=first.id, idempotency_key="c")
    assert late.votes == 0


async def test_a_repeated_question_is_answered_as_before_also_when_no_more_may_be_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    of = await event()
    ana, form = of.attendees[0], AskForm("Who pays for the waiting?")
    first = await questions.ask_question(ana, webinar_id=of.id, form=form, idempotency_key="k1")
    full = NoBuckets()

    async def take(_key: str, *, capacity: int, per_seconds: float) -> int:
        return int(per_seconds) // capacity

    monkeypatch.setattr(full, "take", take)
    monkeypatch.setattr(ports, "buckets", full)
    again = await questions.ask_question(ana, webinar_id=of.id, form=form, idempotency_key="k1")
    assert again.id == first.id
    with pytest.raises(RateLimited):
        await questions.ask_question(ana, webinar_id=of.id, form=form, idempotency_key="k2")


async def test_an_old_version_is_a_conflict_with_the_current_one() -> None:
    of = await event()
    shown = await live(of, of.attendees[0])
    with pytest.raises(Conflict) as conflict:
        await act(of.moderator, question_id=shown.id, action=Action.HIDE, expected_version=1)
    assert conflict.value.current == "live@2"


async def test_one_question_is_on_a_stage_and_the_one_before_resolves_or_returns() -> None:
    of = await event()
    one, two = await live(of, of.attendees[0]), await live(of, of.attendees[1])
    await acted(of.host, one, Action.START)
    assert (await Webinar.get(id=of.id)).frozen_at is not None
    with pytest.raises(Conflict):
        await acted(of.host, two, Action.START)
    await acted(of.host, two, Action.START, holder_resolved=True)
    assert (await Question.get(id=one.id)).state is QuestionState.ANSWERED
    await acted(of.host, two, Action.ANSWER_LIVE)
    assert (await Webinar.get(id=of.id)).frozen_at is None
    answer = await QuestionAnswer.get(question_id=two.id)
    assert answer.offset_seconds is not None
    assert 0 <= answer.offset_seconds < 60


async def test_a_private_answer_reaches_the_author_alone() -> None:
    of = await event()
    asked = await pending(of, of.attendees[0])
    before = await kinds_of(topics.webinar(of.id))
    await acted(of.moderator, asked, Action.ANSWER_TEXT, text="Not for all.", is_public=False)
    assert await kinds_of(topics.webinar(of.id)) == before
    told = await StreamEntry.filter(topic=topics.user(of.attendees[0].require_user()).name).order_by("-seq").first()
    assert told is not None
    assert "Not for all." in told.payload


async def test_a_dismissed_question_is_told_to_its_author_also_when_anonymous() -> None:
    of = await event(anonymity=AnonymityMode.FORCED)
    asked = await pending(of, of.attendees[0])
    assert asked.shown_as is AuthorShown.PSEUDONYM
    await acted(of.moderator, asked, Action.DISMISS, reason=DismissReason.OFF_TOPIC, note="Another day.")
    told = await StreamEntry.filter(topic=topics.user(of.attendees[0].require_user()).name).order_by("-seq").first()
    assert told is not None
    assert '"dismissReason":"off_topic"' in told.payload
    assert '"note":"Another day."' in told.payload


async def test_revealing_a_name_reveals_all_that_stood_under_its_pseudonym() -> None:
    of = await event()
    ana = of.attendees[0]
    for _ in range(2):
        await live(of, ana, anonymous=True)
    await pending(of, of.attendees[1], anonymous=True)
    revealed = await questions.reveal_name(ana, webinar_id=of.id)
    assert [row.shown_as for row in revealed] == [AuthorShown.NAME] * 2
    assert await Question.filter(shown_as=AuthorShown.PSEUDONYM).count() == 1
    with pytest.raises(NotFound):
        await questions.reveal_name(ana, webinar_id=of.id)


async def test_changing_the_mode_unmasks_nobody() -> None:
    of = await event()
    asked = await live(of, of.attendees[0], anonymous=True)
    await webinars.set_anonymity(of.host, webinar_id=of.id, mode=AnonymityMode.NAMED)
    assert (await Question.get(id=asked.id)).shown_as is AuthorShown.PSEUDONYM


async def test_a_time_out_and_a_ban_keep_people_from_asking() -> None:
    of = await event(anonymity=AnonymityMode.FORCED)
    ana = of.attendees[0]
    asked = await pending(of, ana)
    put = await webinar_people.restrict_author(of.moderator, question_id=asked.id, kind=RestrictionKind.TIME_OUT)
    assert put.shown_as == asked.pseudonym
    with pytest.raises(NotAllowed):
        await pending(of, ana)
    await webinar_people.lift_restriction(of.moderator, restriction_id=put.id)
    await pending(of, ana)
    with pytest.raises(NotAllowed):
        await webinar_people.restrict_author(of.moderator, question_id=asked.id, kind=RestrictionKind.BAN)
    await webinar_people.restrict_author(of.cohost, question_id=asked.id, kind=RestrictionKind.BAN)
    with pytest.raises(NotAllowed):
        await webinar_people.register(ana, webinar_id=of.id)


async def test_a_pseudonymous_member_of_the_staff_is_not_given_away_by_a_refusal() -> None:
    of = await event(anonymity=AnonymityMode.FORCED)
    asked = await pending(of, of.panelist)
    put = await webinar_people.restrict_author(of.cohost, question_id=asked.id, kind=RestrictionKind.BAN)
    assert put.shown_as == asked.pseudonym


async def test_a_follow_up_has_an_owner_and_a_day() -> None:
    of = await event()
    shown = await live(of, of.attendees[0])
    due = now() + timedelta(days=2)
    await acted(of.panelist, shown, Action.FOLLOW_UP, due_at=due, note="With figures.")
    promise = await QuestionFollowUp.get(question_id=shown.id)
    assert (promise.owner_id, promise.due_at) == (of.panelist.user_id, due)
    for wrong in ({"due_at": now()}, {"due_at": due, "owner_id": of.attendees[0].user_id}):
        with pytest.raises(Refusal):
            await acted(of.panelist, shown, Action.FOLLOW_UP, **wrong)


async def test_a_burst_is_told_to_the_staff_once() -> None:
    of = await event(attendees=8, review=False)
    for number in range(24):
        await pending(of, of.attendees[number % 8], f"Question number {number} of many?")
    kinds = await kinds_of(topics.webinar_staff(of.id))
    assert kinds.count("webinar.burst_noticed") == 1


async def test_every_act_is_in_the_history_and_an_authors_without_their_id() -> None:
    of = await event()
    asked = await pending(of, of.attendees[0], anonymous=True)
    await acted(of.moderator, asked, Action.CLAIM)
    await acted(of.moderator, asked, Action.APPROVE, text="What may I ask for an hour?")
    await acted(of.attendees[0], asked, Action.UNDO_EDIT)
    history = await QuestionEvent.filter(question_id=asked.id).order_by("version")
    assert [(row.action, row.version, row.is_authors) for row in history] == [
        (Action.SUBMIT, 1, True),
        (Action.CLAIM, 2, False),
        (Action.APPROVE, 3, False),
        (Action.UNDO_EDIT, 4, True),
    ]
    assert {row.actor_id for row in history} == {None, of.moderator.user_id}


async def test_closing_the_window_writes_the_votes_down() -> None:
    of = await event()
    shown = await live(of, of.attendees[0])
    await questions.vote(of.attendees[1], question_id=shown.id)
    await webinars.open_window(of.cohost, webinar_id=of.id, is_open=False)
    told = await StreamEntry.filter(topic=topics.webinar(of.id).name, kind="questions.tallied").first()
    assert told is not None
    assert f'{{"questionId":"{shown.id}","votes":1,"revision":1}}' in told.payload
    with pytest.raises(Conflict):
        await pending(of, of.attendees[1])


async def test_a_manager_closes_an_event_in_an_emergency_also_with_a_question_on_stage() -> None:
    of = await event()
    shown = await live(of, of.attendees[0])
    await acted(of.host, shown, Action.START)
    manager = await person("Manager", roles=frozenset({Role.COMMUNITY_MANAGER}))
    with pytest.raises(NotAllowed):
        await webinars.move_webinar(of.host, webinar_id=of.id, action=WebinarAction.EMERGENCY_CLOSE)
    closed = await webinars.move_webinar(manager, webinar_id=of.id, action=WebinarAction.EMERGENCY_CLOSE)
    row = await of.row()
    assert (closed.state, row.state, row.frozen_at) == (WebinarState.ENDED, WebinarState.ENDED, None)
    assert (await Question.get(id=shown.id)).state is QuestionState.LIVE


async def test_a_question_that_is_not_there_is_not_found() -> None:
    of = await event()
    with pytest.raises(NotFound):
        await act(of.host, question_id=new_id(), action=Action.HIDE)
    with pytest.raises(NotFound):
        await questions.vote(of.attendees[0], question_id=new_id())


RACES: list[tuple[Action, dict[str, Any]]] = [
    (Action.CLAIM, {}),
    (Action.APPROVE, {}),
    (Action.RETURN, {"note": "Please say which platform."}),
    (Action.DISMISS, {"reason": DismissReason.UNCLEAR}),
    (Action.HIDE, {}),
    (Action.QUEUE, {"rank": 1}),
    (Action.START, {}),
    (Action.RELEASE, {}),
    (Action.ANSWER_LIVE, {}),
    (Action.ANSWER_TEXT, {"text": "Ask for what it costs you."}),
    (Action.REOPEN, {}),
    (Action.MERGE, {}),
    (Action.UNMERGE, {}),
    (Action.FOLLOW_UP, {}),
    (Action.LABEL, {}),
    (Action.SUGGEST_DISMISSAL, {}),
    (Action.ARCHIVE, {}),
]
_ON_THE_WAY = {
    Action.RELEASE: Action.START,
    Action.REOPEN: Action.ANSWER_LIVE,
    Action.UNMERGE: Action.MERGE,
}
_UNDER_REVIEW = {Action.CLAIM, Action.APPROVE, Action.RETURN}


@pytest.mark.parametrize(("action", "fields"), RACES, ids=str)
async def test_two_moderators_race_and_one_gets_the_current_state(action: Action, fields: dict[str, Any]) -> None:
    of = await event()
    other = await live(of, of.attendees[1])
    asked = await (pending if action in _UNDER_REVIEW else live)(of, of.attendees[0])
    if action in (Action.MERGE, Action.UNMERGE):
        fields = {"into_id": other.id}
    if action is Action.FOLLOW_UP:
        fields = {"due_at": now() + timedelta(days=1)}
    if action in _ON_THE_WAY:
        asked = await acted(of.host, asked, _ON_THE_WAY[action], **fields)
    version = (await Question.get(id=asked.id)).version
    outcomes = await asyncio.gather(
        *(
            act(who, question_id=asked.id, action=action, form=ActForm(**fields), expected_version=version)
            for who in (of.host, of.cohost)
        ),
        return_exceptions=True,
    )
    won = [outcome for outcome in outcomes if isinstance(outcome, Question)]
    lost = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    assert (len(won), len(lost)) == (1, 1), outcomes
    now_there = await Question.get(id=asked.id)
    assert lost[0].current == f"{now_there.state.value}@{version + 1}"
    assert now_there.version == version + 1
    assert await QuestionEvent.filter(question_id=asked.id, version=version + 1).count() == 1
