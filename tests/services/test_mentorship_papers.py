"""The papers of a mentorship: agreements, goals, ideas, notes; by whom, when, and what two at once come to."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from server.domain import topics
from server.domain.actors import Actor, Role
from server.domain.agreements import AgreementState
from server.domain.errors import Conflict, LimitReached, NotAllowed, NotFound
from server.domain.mentorship_goals import MAX_OPEN_GOALS, GoalScore, GoalState
from server.domain.mentorship_notes import IdeaResult, NoteReach
from server.domain.mentorships import EndReason, MentorshipState
from server.kit.paging import PageRequest
from server.models.mentorship_papers import Agreement, GoalAttainment, MentorshipGoal, MentorshipNote
from server.models.mentorships import Mentorship
from server.models.safety import Block
from server.models.streams import StreamEntry
from server.queries import mentorship_papers as queries
from server.services.agreements import sign_agreement, write_agreement
from server.services.mentorship_goals import add_goal, edit_goal, record_attainment, settle_goal
from server.services.mentorship_ideas import add_idea, edit_idea, tell_result, try_idea
from server.services.mentorship_notes import add_note, delete_note, edit_note, share_note
from server.services.mentorships import accept_request
from tests.factories.mentorships import mentorship, request_row, room_for
from tests.factories.notices import react, texts_of
from tests.factories.papers import some_goal, some_terms
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")

PROPOSED, IN_FORCE, REPLACED, DROPPED = AgreementState


async def pair() -> tuple[Actor, Actor, dict[str, UUID]]:
    """Return a mentor, a mentee, and the mentorship of the two as a keyword."""
    mentor, mentee = await person("Amara"), await person("Jonas")
    return mentor, mentee, {"mentorship_id": (await mentorship(mentor, mentee)).id}


async def states_of(of: dict[str, UUID]) -> list[AgreementState]:
    return [row.state for row in await Agreement.filter(**of).order_by("number")]


async def told(who: Actor) -> list[str]:
    entries = await StreamEntry.filter(topic=topics.user(who.require_user()).name).order_by("seq")
    return [entry.kind for entry in entries]


async def outcomes(*attempts: Awaitable[Any]) -> list[str]:
    """Return how attempts made at once ended, sorted: done, or the name of the refusal."""
    ended = await asyncio.gather(*attempts, return_exceptions=True)
    return sorted(type(one).__name__ if isinstance(one, BaseException) else "done" for one in ended)


async def test_a_version_holds_once_the_other_signs_what_one_wrote() -> None:
    mentor, mentee, of = await pair()
    first = await write_agreement(mentee, **of, terms=some_terms(), expected_version=0)
    assert (first.number, first.state, first.mentor_signed_at) == (1, PROPOSED, None)
    assert await queries.in_force(mentor, [of["mentorship_id"]]) == {}
    again = await sign_agreement(mentee, agreement_id=first.id)
    assert (again.state, again.mentee_signed_at) == (PROPOSED, first.mentee_signed_at)
    signed = await sign_agreement(mentor, agreement_id=first.id)
    assert (signed.state, signed.in_force_at) == (IN_FORCE, signed.mentor_signed_at)
    assert await queries.in_force(mentee, [of["mentorship_id"]]) == {of["mentorship_id"]: signed}
    assert await told(mentor) == await told(mentee) == ["agreement.written", "agreement.signed"]


async def test_a_change_needs_both_again_and_until_then_the_one_before_holds() -> None:
    mentor, mentee, of = await pair()
    first = await write_agreement(mentor, **of, terms=some_terms())
    await sign_agreement(mentee, agreement_id=first.id)
    second = await write_agreement(mentee, **of, terms=some_terms(meet_every_days=7), expected_version=1)
    assert await states_of(of) == [IN_FORCE, PROPOSED]
    third = await write_agreement(mentor, **of, terms=some_terms(meet_every_days=10))
    assert await states_of(of) == [IN_FORCE, DROPPED, PROPOSED]
    with pytest.raises(Conflict) as refusal:
        await sign_agreement(mentor, agreement_id=second.id)
    assert refusal.value.current == "3"
    await sign_agreement(mentee, agreement_id=third.id)
    assert await states_of(of) == [REPLACED, DROPPED, IN_FORCE]
    page = await queries.agreements_of(mentee, [of["mentorship_id"]], PageRequest(queries.NEWEST_AGREEMENTS))
    assert [row.number for row in page[of["mentorship_id"]].items] == [3, 2, 1]


async def test_of_two_who_write_the_next_version_at_once_one_is_told_to_read_the_other() -> None:
    mentor, mentee, of = await pair()
    attempts = [write_agreement(who, **of, terms=some_terms(), expected_version=0) for who in (mentor, mentee)]
    assert await outcomes(*attempts) == ["Conflict", "done"]
    assert await states_of(of) == [PROPOSED]


async def test_signing_and_writing_at_once_leave_one_version_in_force_at_most() -> None:
    mentor, mentee, of = await pair()
    first = await write_agreement(mentor, **of, terms=some_terms())
    attempts = [
        sign_agreement(mentee, agreement_id=first.id),
        write_agreement(mentee, **of, terms=some_terms(meet_every_days=7), expected_version=1),
    ]
    ended = await outcomes(*attempts)
    assert (ended, await states_of(of)) in [
        (["done", "done"], [IN_FORCE, PROPOSED]),
        (["Conflict", "done"], [DROPPED, PROPOSED]),
    ]


async def test_two_who_sign_at_once_sign_once_and_a_repeat_writes_nothing() -> None:
    mentor, mentee, of = await pair()
    writing = [write_agreement(mentor, **of, terms=some_terms(), idempotency_key="a") for _ in range(3)]
    (first_id,) = {row.id for row in await asyncio.gather(*writing)}
    assert await outcomes(*[sign_agreement(mentee, agreement_id=first_id) for _ in range(3)]) == ["done"] * 3
    assert await told(mentor) == ["agreement.written", "agreement.signed"]


async def test_three_goals_are_open_whoever_sets_them_at_once() -> None:
    mentor, mentee, of = await pair()
    attempts = [add_goal(who, **of, form=some_goal()) for who in (mentor, mentee) * MAX_OPEN_GOALS]
    assert await outcomes(*attempts) == ["LimitReached"] * 3 + ["done"] * 3
    one = await MentorshipGoal.filter(**of).first()
    assert one is not None
    await settle_goal(mentor, goal_id=one.id, state=GoalState.LET_GO, expected_version=1)
    await add_goal(mentee, **of, form=some_goal())
    with pytest.raises(LimitReached):
        await settle_goal(mentee, goal_id=one.id, state=GoalState.OPEN)


async def test_either_says_where_a_goal_stands_and_the_score_follows() -> None:
    mentor, mentee, of = await pair()
    key = of["mentorship_id"]
    goal = await add_goal(mentee, **of, form=some_goal(baseline_level=-1))
    assert await queries.scores_of(mentor, [key]) == {}
    await record_attainment(mentee, goal_id=goal.id, level=-1)
    looked = await record_attainment(mentor, goal_id=goal.id, level=1, note="Two are paid")
    assert (looked.level, looked.version) == (1, 3)
    assert await queries.scores_of(mentee, [key]) == {key: GoalScore(baseline=40.0, now=60.0, goals=1)}
    page = (await queries.attainments_of(mentee, [goal.id], PageRequest(queries.NEWEST_ATTAINMENTS)))[goal.id]
    assert [(row.said_by_id, row.level) for row in page.items] == [(mentor.user_id, 1), (mentee.user_id, -1)]
    reached = await settle_goal(mentee, goal_id=goal.id, state=GoalState.REACHED, expected_version=3)
    assert reached.settled_at is not None
    with pytest.raises(Conflict):
        await record_attainment(mentor, goal_id=goal.id, level=2)
    with pytest.raises(Conflict):
        await edit_goal(mentor, goal_id=goal.id, form=some_goal("Other words"))
    assert await told(mentor) == ["goal.changed", "goal.attained", "goal.attained", "goal.changed"]


async def test_of_two_who_reword_a_goal_at_once_one_is_told_its_version() -> None:
    mentor, mentee, of = await pair()
    goal = await add_goal(mentor, **of, form=some_goal())
    attempts = [
        edit_goal(who, goal_id=goal.id, form=some_goal(f"As {n}"), expected_version=1)
        for n, who in enumerate((mentor, mentee))
    ]
    assert await outcomes(*attempts) == ["Conflict", "done"]
    with pytest.raises(Conflict) as refusal:
        await edit_goal(mentor, goal_id=goal.id, form=some_goal(), expected_version=1)
    assert refusal.value.current == "2"


async def test_an_idea_goes_from_thought_to_result_to_its_authors_credit() -> None:
    mentor, mentee, of = await pair()
    idea = await add_idea(mentee, **of, text="Ask for half in advance")
    with pytest.raises(Conflict):
        await tell_result(mentor, idea_id=idea.id, result=IdeaResult.HELPED)
    with pytest.raises(NotAllowed):
        await edit_idea(mentor, idea_id=idea.id, text="Ask for all of it")
    await edit_idea(mentee, idea_id=idea.id, text="Ask for a third in advance", expected_version=1)
    tried = await try_idea(mentor, idea_id=idea.id, trial="With two clients", expected_version=2)
    assert (tried.author_id, tried.tried_by) == (mentee.user_id, mentor.user_id)
    for late in (edit_idea(mentee, idea_id=idea.id, text="x"), try_idea(mentee, idea_id=idea.id)):
        with pytest.raises(Conflict):
            await late
    done = await tell_result(mentor, idea_id=idea.id, result=IdeaResult.HELPED, note="Both paid")
    assert (done.state.value, done.author_id, done.result_by) == ("result", mentee.user_id, mentor.user_id)
    assert await told(mentee) == ["idea.changed"] * 4


async def test_an_own_note_is_read_by_its_author_alone_and_told_to_nobody_else() -> None:
    mentor, mentee, of = await pair()
    note = await add_note(mentee, **of, text="He is in a hurry")
    await edit_note(mentee, note_id=note.id, text="He seems in a hurry", expected_version=1)
    staff = [await person(role.value, roles=frozenset({role})) for role in Role]
    for other in (mentor, *staff):
        assert await queries.visible_notes(other, [note.id]) == {}
        assert await told(other) == []
        for attempt in (edit_note(other, note_id=note.id, text="x"), share_note(other, note_id=note.id)):
            with pytest.raises(NotFound):
                await attempt
    assert await told(mentee) == ["note.changed"] * 2
    page = PageRequest(queries.NEWEST_NOTES)
    assert [
        len((await queries.notes_of(who, list(of.values()), page))[of["mentorship_id"]].items)
        for who in (mentor, mentee)
    ] == [0, 1]


async def test_a_shared_note_is_edited_by_both_one_at_a_time_and_deleted_by_its_author() -> None:
    mentor, mentee, of = await pair()
    note = await add_note(mentee, **of, text="Rates")
    shared = await share_note(mentee, note_id=note.id, expected_version=1)
    assert (shared.reach, shared.version) == (NoteReach.SHARED, 2)
    attempts = [
        edit_note(who, note_id=note.id, text=f"Rates {n}", expected_version=2) for n, who in enumerate((mentor, mentee))
    ]
    assert await outcomes(*attempts) == ["Conflict", "done"]
    with pytest.raises(NotAllowed):
        await delete_note(mentor, note_id=note.id)
    assert await delete_note(mentee, note_id=note.id) == of["mentorship_id"]
    assert await MentorshipNote.all().count() == 0
    assert await told(mentor) == ["note.changed"] * 3
    with pytest.raises(NotFound):
        await edit_note(mentor, note_id=note.id, text="x")


async def test_repeated_commands_make_one_of_each() -> None:
    _, mentee, of = await pair()
    goals = await asyncio.gather(*[add_goal(mentee, **of, form=some_goal(), idempotency_key="g") for _ in range(2)])
    makers: list[Callable[[], Awaitable[Any]]] = [
        lambda: add_idea(mentee, **of, text="An idea", idempotency_key="i"),
        lambda: add_note(mentee, **of, text="A note", idempotency_key="n"),
        lambda: record_attainment(mentee, goal_id=goals[0].id, level=0, idempotency_key="l"),
    ]
    for make in makers:
        assert len({row.id for row in await asyncio.gather(make(), make())}) == 1
    assert (len({row.id for row in goals}), await GoalAttainment.all().count()) == (1, 1)


async def test_after_the_end_what_was_shared_is_read_and_own_notes_go_on() -> None:
    mentor, mentee, of = await pair()
    agreement = await write_agreement(mentor, **of, terms=some_terms())
    goal, idea = await add_goal(mentor, **of, form=some_goal()), await add_idea(mentor, **of, text="An idea")
    shared = await add_note(mentor, **of, text="Shared", reach=NoteReach.SHARED)
    await Mentorship.filter(id=of["mentorship_id"]).update(state=MentorshipState.COMPLETED)
    late: list[Awaitable[Any]] = [
        write_agreement(mentor, **of, terms=some_terms()),
        sign_agreement(mentee, agreement_id=agreement.id),
        add_goal(mentor, **of, form=some_goal()),
        record_attainment(mentee, goal_id=goal.id, level=1),
        settle_goal(mentee, goal_id=goal.id, state=GoalState.REACHED),
        add_idea(mentee, **of, text="Too late"),
        try_idea(mentee, idea_id=idea.id),
        add_note(mentee, **of, text="Too late", reach=NoteReach.SHARED),
        edit_note(mentee, note_id=shared.id, text="Too late"),
    ]
    for attempt in late:
        with pytest.raises(Conflict):
            await attempt
    assert set(await queries.visible_goals(mentee, [goal.id])) == {goal.id}
    own = await add_note(mentee, **of, text="What I take with me")
    with pytest.raises(Conflict):
        await share_note(mentee, note_id=own.id)
    await edit_note(mentee, note_id=own.id, text="What I took with me")


@pytest.mark.parametrize("parted_by", ["block", "safety"])
async def test_what_parts_two_hides_what_they_share_from_both_and_leaves_each_their_own(parted_by: str) -> None:
    mentor, mentee, of = await pair()
    agreement = await write_agreement(mentor, **of, terms=some_terms())
    goal, idea = await add_goal(mentor, **of, form=some_goal()), await add_idea(mentee, **of, text="An idea")
    shared = await add_note(mentee, **of, text="Shared", reach=NoteReach.SHARED)
    own = await add_note(mentee, **of, text="Mine")
    if parted_by == "block":
        await Block.create(blocker_id=mentor.user_id, blocked_id=mentee.user_id)
    else:
        await Mentorship.filter(id=of["mentorship_id"]).update(end_reason=EndReason.SAFETY)
    before = await told(mentor)
    for who in (mentor, mentee):
        attempts: list[Awaitable[Any]] = [
            write_agreement(who, **of, terms=some_terms()),
            sign_agreement(who, agreement_id=agreement.id),
            add_goal(who, **of, form=some_goal()),
            record_attainment(who, goal_id=goal.id, level=1),
            try_idea(who, idea_id=idea.id),
            add_note(who, **of, text="x", reach=NoteReach.SHARED),
            edit_note(who, note_id=shared.id, text="x"),
        ]
        for attempt in attempts:
            with pytest.raises(NotFound):
                await attempt
        assert await queries.scores_of(who, list(of.values())) == {}
    await edit_note(mentee, note_id=own.id, text="Still mine")
    assert await told(mentor) == before


async def test_strangers_find_nothing() -> None:
    mentor, mentee, of = await pair()
    stranger = await person("Eve")
    agreement = await write_agreement(mentor, **of, terms=some_terms())
    goal, idea = await add_goal(mentor, **of, form=some_goal()), await add_idea(mentee, **of, text="An idea")
    attempts: list[Awaitable[Any]] = [
        write_agreement(stranger, **of, terms=some_terms()),
        sign_agreement(stranger, agreement_id=agreement.id),
        add_goal(stranger, **of, form=some_goal()),
        edit_goal(stranger, goal_id=goal.id, form=some_goal()),
        tell_result(stranger, idea_id=idea.id, result=IdeaResult.HELPED),
        add_note(stranger, **of, text="x"),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            await attempt


async def test_a_rematch_brings_open_goals_with_their_levels_and_own_notes_and_nothing_of_the_former_mentor() -> None:
    former, mentee, of = await pair()
    goal = await add_goal(former, **of, form=some_goal("Send an invoice"))
    await record_attainment(former, goal_id=goal.id, level=-1, note="A slow start")
    await record_attainment(mentee, goal_id=goal.id, level=0, note="One is paid")
    reached = await add_goal(mentee, **of, form=some_goal("Set a price"))
    await settle_goal(mentee, goal_id=reached.id, state=GoalState.REACHED)
    own = await add_note(mentee, **of, text="Ask about taxes")
    theirs = await add_note(former, **of, text="Jonas is tired")
    shared = await add_note(mentee, **of, text="Rates", reach=NoteReach.SHARED)
    mentor = await person("Grace")
    await room_for(mentor, 1)
    request = await request_row(mentee, mentor, continues_id=of["mentorship_id"])
    fresh = await accept_request(mentor, request_id=request.id)
    copied = await MentorshipGoal.get(mentorship_id=fresh.id)
    assert (copied.title, copied.written_by_id, copied.level, copied.carried_from) == (
        "Send an invoice",
        mentee.user_id,
        0,
        goal.id,
    )
    page = (await queries.attainments_of(mentor, [copied.id], PageRequest(queries.NEWEST_ATTAINMENTS)))[copied.id]
    assert [(row.said_by_id, row.level, row.note) for row in page.items] == [
        (mentee.user_id, 0, "One is paid"),
        (None, -1, ""),
    ]
    notes = {row.id: row.mentorship_id for row in await MentorshipNote.all()}
    assert notes == {own.id: fresh.id, theirs.id: of["mentorship_id"], shared.id: of["mentorship_id"]}
    assert await queries.visible_notes(mentor, list(notes)) == {}
    assert (await MentorshipGoal.get(id=goal.id)).mentorship_id == of["mentorship_id"]


async def test_nothing_is_carried_from_the_mentorship_of_somebody_else() -> None:
    _, mentee, of = await pair()
    await add_goal(mentee, **of, form=some_goal())
    mentor, other = await person("Grace"), await person("Mateo")
    await room_for(mentor, 1)
    request = await request_row(other, mentor, continues_id=of["mentorship_id"])
    fresh = await accept_request(mentor, request_id=request.id)
    assert await MentorshipGoal.filter(mentorship_id=fresh.id).count() == 0


async def test_the_other_is_told_of_a_version_to_sign_and_its_writer_that_it_holds() -> None:
    mentor, mentee, of = await pair()
    written = await write_agreement(mentor, **of, terms=some_terms())
    await react()
    assert await texts_of(mentee) == ["Amara wrote an agreement for you to read and sign: “Send my first invoice”"]
    await sign_agreement(mentee, agreement_id=written.id)
    await react()
    assert await texts_of(mentor) == ["Jonas signed; your agreement holds from now on: “Send my first invoice”"]
