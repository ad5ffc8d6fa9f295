"""Outcomes: who is asked what and when, and what managers are shown of the answers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server.domain import topics
from server.domain.actors import VISITOR, Actor, Role
from server.domain.availability import MentoringFormat
from server.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, SignInNeeded
from server.domain.mentorships import EndReason
from server.domain.outcomes import ANSWER_WITHIN, OutcomeAnswers, OutcomeMeasure, OutcomeMoment, OutcomeSide
from server.domain.sessions import SessionState
from server.kit.clock import clock, now
from server.kit.paging import PageRequest
from server.models.mentorships import Mentorship
from server.models.outcomes import MentorshipOutcome
from server.models.sessions import Session
from server.models.streams import StreamEntry
from server.queries import outcomes as queries
from server.services import outcomes
from server.services.mentorships import end_mentorship
from tests.factories.mentorships import mentorship
from tests.factories.notices import react, texts_of
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")

DAY = timedelta(days=1)
MID = datetime(2026, 2, 10, tzinfo=UTC)
QUARTER: dict[str, Any] = {"year": 2026, "quarter": 1, "moment": OutcomeMoment.END, "side": OutcomeSide.MENTEE}


async def ended(reason: EndReason | None = None) -> tuple[Actor, Actor, Mentorship]:
    """Let two meet and end."""
    mentor, mentee = await person("Amara"), await person("Jonas")
    tie = await mentorship(mentor, mentee)
    await Session.create(
        mentorship_id=tie.id, opened_by=mentor.user_id, title="", state=SessionState.ENDED, started_at=now()
    )
    return mentor, mentee, await end_mentorship(mentor, mentorship_id=tie.id, reason=reason)


async def open_for(who: Actor) -> list[MentorshipOutcome]:
    return list((await queries.open_page(who, PageRequest(queries.FIRST_DUE))).items)


async def test_both_are_asked_at_the_end_and_after_30_and_90_days_each_once() -> None:
    mentor, mentee, tie = await ended()
    for _ in range(2):
        await outcomes.ask_after(mentorship_id=tie.id)
    seen: list[tuple[int, list[OutcomeMoment], int]] = []
    for days in (0, 29, 31, 91):
        with clock.moved(days * DAY):
            open_ones = [row.moment for row in await open_for(mentee)]
            seen.append((days, open_ones, await outcomes.tell_due()))
    end, month, quarter = OutcomeMoment
    assert seen == [(0, [end], 2), (29, [end], 0), (31, [month], 2), (91, [quarter], 2)]
    kinds = [entry.kind for entry in await StreamEntry.filter(topic=topics.user(mentor.require_user()).name)]
    assert kinds.count("outcome.asked") == 3


@pytest.mark.parametrize("reason", [EndReason.SAFETY, None])
async def test_nobody_is_asked_after_safety_or_without_a_meeting(reason: EndReason | None) -> None:
    _, _, tie = await ended(reason)
    if reason is None:
        await Session.all().delete()
    await outcomes.ask_after(mentorship_id=tie.id)
    assert await MentorshipOutcome.all().count() == 0


async def test_one_answers_in_part_and_anew_until_it_closes() -> None:
    mentor, mentee, tie = await ended()
    await outcomes.ask_after(mentorship_id=tie.id)
    (asked,) = await open_for(mentee)
    first = await outcomes.answer_outcome(mentee, outcome_id=asked.id, answers=OutcomeAnswers(ties=2))
    again = OutcomeAnswers(skill_before=1, skill_after=3)
    with pytest.raises(Conflict) as refusal:
        await outcomes.answer_outcome(mentee, outcome_id=asked.id, answers=again, expected_version=1)
    assert (first.version, refusal.value.current) == (2, "2")
    second = await outcomes.answer_outcome(mentee, outcome_id=asked.id, answers=again, expected_version=2)
    assert (second.ties, second.skill_before, second.skill_after) == (None, 1, 3)
    assert await open_for(mentee) == []
    with clock.moved(ANSWER_WITHIN + DAY), pytest.raises(Conflict):
        await outcomes.answer_outcome(mentee, outcome_id=asked.id, answers=again)
    for other in (mentor, await person("Eve", roles=frozenset({Role.ADMIN}))):
        with pytest.raises(NotFound):
            await outcomes.answer_outcome(other, outcome_id=asked.id, answers=again)
    later = await MentorshipOutcome.get(profile_id=mentee.user_id, moment=OutcomeMoment.DAY_30)
    with pytest.raises(NotFound):
        await outcomes.answer_outcome(mentee, outcome_id=later.id, answers=again)


async def answered(kind: MentoringFormat, *answers: dict[str, int], at: datetime = MID) -> list[Actor]:
    """Let so many mentees have answered at the end of mentorships in a format."""
    mentor = await person("Amara")
    people = []
    for given in answers:
        mentee = await person("Somebody")
        tie = await mentorship(mentor, mentee, format=kind)
        await MentorshipOutcome.create(
            mentorship_id=tie.id,
            profile_id=mentee.user_id,
            side=OutcomeSide.MENTEE,
            moment=OutcomeMoment.END,
            due_at=at,
            closes_at=at + ANSWER_WITHIN,
            answered_at=at,
            **given,
        )
        people.append(mentee)
    return people


async def figures(manager: Actor) -> dict[OutcomeMeasure, queries.Figures]:
    return {one.measure: one for one in await queries.statistics(manager, **QUARTER)}


async def test_managers_see_means_over_five_people_by_format_and_nothing_smaller() -> None:
    manager = await person("Pam", roles=frozenset({Role.PROGRAM_MANAGER}))
    await answered(MentoringFormat.CLASSIC, *[{"skill_before": 1, "skill_after": 3}] * 6)
    await answered(MentoringFormat.MICRO, *[{"skill_before": 2, "skill_after": 2}] * 5, {"ties": 4})
    await answered(MentoringFormat.CLASSIC, {"skill_before": 0, "skill_after": 0}, at=MID + 60 * DAY)
    shown = await figures(manager)
    skill, ties = shown[OutcomeMeasure.SKILL], shown[OutcomeMeasure.TIES]
    assert skill.total == queries.Figure(11, 1.5, 2.5)
    of = {kind: figure for kind, figure in skill.by_format.items() if figure}
    assert of == {
        MentoringFormat.CLASSIC: queries.Figure(6, 1.0, 3.0),
        MentoringFormat.MICRO: queries.Figure(5, 2.0, 2.0),
    }
    assert set(skill.by_format) == set(MentoringFormat)
    assert (ties.total, set(ties.by_format.values())) == (None, {None})


async def test_a_small_format_cannot_be_had_by_subtraction() -> None:
    manager = await person("Pam", roles=frozenset({Role.COMMUNITY_MANAGER}))
    await answered(MentoringFormat.CLASSIC, *[{"ties": 2}] * 7)
    await answered(MentoringFormat.MICRO, *[{"ties": 1}] * 5)
    await answered(MentoringFormat.PEER, *[{"ties": 9}] * 2)
    ties = (await figures(manager))[OutcomeMeasure.TIES]
    assert ties.total == queries.Figure(14, None, 2.6)
    assert {kind for kind, figure in ties.by_format.items() if figure} == {MentoringFormat.CLASSIC}


async def test_somebody_who_ended_twice_counts_once_with_their_newest_answer() -> None:
    manager = await person("Pam", roles=frozenset({Role.PROGRAM_MANAGER}))
    people = await answered(MentoringFormat.CLASSIC, *[{"ties": 1}] * 4)
    tie = await mentorship(await person("Grace"), people[0])
    row = await MentorshipOutcome.get(profile_id=people[0].user_id)
    await MentorshipOutcome.create(
        mentorship_id=tie.id,
        profile_id=row.profile_id,
        side=row.side,
        moment=row.moment,
        due_at=MID + DAY,
        closes_at=MID + ANSWER_WITHIN,
        answered_at=MID,
        ties=9,
    )
    assert (await figures(manager))[OutcomeMeasure.TIES].total is None
    await answered(MentoringFormat.CLASSIC, {"ties": 3})
    assert (await figures(manager))[OutcomeMeasure.TIES].total == queries.Figure(5, None, 3.0)


async def test_nobody_but_managers_asks_and_no_quarter_is_shown_before_its_answers_are_in() -> None:
    with pytest.raises(SignInNeeded):
        await queries.statistics(VISITOR, **QUARTER)
    for roles in (frozenset[Role](), frozenset({Role.SAFETY_TEAM})):
        with pytest.raises(NotAllowed):
            await queries.statistics(await person("Eve", roles=roles), **QUARTER)
    manager = await person("Pam", roles=frozenset({Role.PROGRAM_MANAGER}))
    with pytest.raises(InvalidInput):
        await queries.statistics(manager, **{**QUARTER, "year": now().year + 1})


async def test_those_asked_are_told_until_when_they_can_answer() -> None:
    mentor, mentee, tie = await ended()
    await react()
    await outcomes.tell_due()
    await react()
    for who in (mentor, mentee):
        (told,) = [text for text in await texts_of(who) if text.startswith("What came of it?")]
        assert told.endswith(f": “{tie.goal}”")
