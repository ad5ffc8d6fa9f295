"""Suggestions on real rows: who is found, who is not, what is told, and how soon a change is seen."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from server.domain.actors import VISITOR, Actor, ProfileId
from server.domain.availability import CapacityKind, MentoringFormat, StretchKind
from server.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, SignInNeeded
from server.domain.mentorships import DeclineReason, MentorshipState, RequestState
from server.domain.profile_changes import ProfileChanges
from server.domain.profiles import SkillLevel, Visibility
from server.domain.requests import RequestContent
from server.domain.rhythm import StretchDraft
from server.domain.suggestions import (
    IMPRESSION_EVERY,
    LASTS,
    MatchSide,
    SkillNearness,
    SuggestionsPreparing,
    SuggestionState,
    WhyNot,
    WhyNotReason,
)
from server.domain.visibility import ProfileField
from server.kit.clock import clock, now
from server.kit.paging import Page, PageRequest, decode_cursor
from server.models.availability import CapacityAccount
from server.models.identity import User
from server.models.matching import Suggestion
from server.models.mentorships import MentorshipRequest
from server.models.profiles import Profile
from server.queries.suggestions import Wanted
from server.services import availability, capacity, matching, recommendations, safety, suggestions
from server.services.matching_snapshot import FOLLOW_SECONDS, Engine, engine_running
from server.services.profiles import update_profile
from server.services.recommendations import RECOMMENDED, Suggested, recommend
from tests.factories.matching import SKILL, learner, mentor, ready_engine, seen_by_engine
from tests.factories.people import person
from tests.factories.profiles import mentorship_between, offers, request_from, shows

pytestmark = pytest.mark.usefixtures("db")

OTHER_SKILL = "gig:truck-and-lorry-driving"
CLASSIC = Wanted(MentoringFormat.CLASSIC)
AS_MENTOR = Wanted(MentoringFormat.CLASSIC, MatchSide.MENTOR)


@pytest.fixture
async def engine() -> AsyncIterator[Engine]:
    async with ready_engine() as running:
        yield running


async def page_for(who: Actor, wanted: Wanted = CLASSIC, size: int = 20) -> Page[Suggested]:
    await seen_by_engine()
    return await recommend(who, wanted=wanted, page=PageRequest(RECOMMENDED, size))


async def found_by(who: Actor, wanted: Wanted = CLASSIC) -> set[UUID]:
    return {one.profile_id for one in (await page_for(who, wanted)).items}


def uid(who: Actor) -> ProfileId:
    return who.require_profile()


async def test_whoever_teaches_what_is_sought_is_found_from_both_sides(engine: Engine) -> None:
    lea, mo = await learner(), await mentor()
    await mentor("Other", OTHER_SKILL)
    assert (await page_for(lea)).items[0].profile_id == uid(mo)
    assert await found_by(mo, AS_MENTOR) == {uid(lea)}


async def test_a_hidden_unlisted_unverified_blocked_or_erased_mentor_is_not_found(engine: Engine) -> None:
    lea = await learner()
    seen = await mentor("Seen")
    await mentor("Unlisted", is_listed=False)
    await mentor("Hidden", visibility={"name": 1})
    await mentor("Unverified", is_verified=False)
    blocker, blocked = await mentor("Blocker"), await mentor("Blocked")
    await safety.block(blocker, profile_id=uid(lea))
    await safety.block(lea, profile_id=uid(blocked))
    assert await found_by(lea) == {uid(seen)}


async def test_nobody_is_found_whose_asking_is_open_going_on_or_cooling_off(engine: Engine) -> None:
    lea = await learner()
    asked, going, declined, over = [await mentor(name) for name in ("Asked", "Going", "Declined", "Over")]
    await request_from(lea, asked)
    await mentorship_between(going, lea)
    await mentorship_between(over, lea, state=MentorshipState.COMPLETED)
    row = await request_from(lea, declined, state=RequestState.DECLINED)
    await MentorshipRequest.filter(id=row.id).update(answered_at=now(), decline_reason=DeclineReason.NO_TIME)
    assert await found_by(lea) == {uid(over)}
    assert await recommendations.why_not(lea, profile_id=uid(declined), wanted=CLASSIC) == WhyNot(
        False, WhyNotReason.DECLINED, 90
    )


async def _no_place(mo: Actor, _lea: Actor | None = None) -> None:
    await capacity.set_limit(mo, kind=CapacityKind.CONCURRENT, allowed=0, mentoring_format=MentoringFormat.CLASSIC)


async def _unlisted(mo: Actor, _lea: Actor) -> None:
    await update_profile(mo, changes=ProfileChanges(is_listed=False))


async def _blacked_out(mo: Actor, _lea: Actor) -> None:
    at = now()
    draft = StretchDraft(StretchKind.BLACKOUT, at, at + timedelta(days=60))
    await availability.plan_stretch(mo, draft=draft)


async def _blocked(mo: Actor, lea: Actor) -> None:
    await safety.block(mo, profile_id=uid(lea))


async def _not_verified(mo: Actor, _lea: Actor) -> None:
    await User.filter(id=mo.user_id).update(verified_at=None)


Change = Callable[[Actor, Actor], Awaitable[None]]


@pytest.mark.parametrize("change", [_no_place, _unlisted, _blacked_out, _blocked, _not_verified])
async def test_a_change_is_seen_by_every_process(change: Change) -> None:
    lea, mo = await learner(), await mentor()
    async with ready_engine() as one, engine_running() as other:
        await other.ready.wait()

        async def finds(engine: Engine) -> bool:
            found = await engine.ask(lambda p: p.top(uid(lea), MentoringFormat.CLASSIC, MatchSide.LEARNER), uid(lea))
            return uid(mo) in {match.profile_id for match in found}

        assert await finds(one)
        assert await finds(other)
        await change(mo, lea)
        async with asyncio.timeout(30):
            while await finds(one) or await finds(other):
                await asyncio.sleep(0.01)
    # Each process looks this often, and a look is short: within a second on a machine that is not overloaded.
    assert FOLLOW_SECONDS <= 0.25


async def test_somebody_new_and_a_new_skill_are_found_by_those_who_wait(engine: Engine) -> None:
    lea = await learner()
    assert await found_by(lea) == set()
    mo = await mentor("New")
    assert await found_by(lea) == {uid(mo)}
    ola = await mentor("Later", OTHER_SKILL)
    assert await found_by(lea) == {uid(mo)}
    await offers(ola, SKILL)
    assert await found_by(lea) == {uid(mo), uid(ola)}


async def test_a_change_under_way_is_not_missed_when_it_ends_after_later_ones(engine: Engine) -> None:
    from server.services.transaction import unit_of_work

    lea, slow, quick = await learner(), await mentor("Slow"), await mentor("Quick")
    assert await found_by(lea) == {uid(slow), uid(quick)}
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def hide_slowly() -> None:
        async with unit_of_work():
            await Profile.filter(id=slow.user_id).update(is_listed=False)
            begun.set()
            await go_on.wait()

    task = asyncio.create_task(hide_slowly())
    await begun.wait()
    await Profile.filter(id=quick.user_id).update(is_listed=False)
    await engine.catch_up()
    go_on.set()
    await task
    await engine.catch_up()
    found = await engine.ask(lambda p: p.top(uid(lea), MentoringFormat.CLASSIC, MatchSide.LEARNER), uid(lea))
    assert found == []


async def test_the_same_community_gives_the_same_list_in_every_process() -> None:
    lea = await learner()
    for number in range(30):
        await mentor(f"Mentor {number}")
    lists = []
    for _ in range(2):
        async with ready_engine():
            lists.append([(one.profile_id, one.score) for one in (await page_for(lea)).items])
    assert lists[0] == lists[1]
    assert len(lists[0]) == 20


async def test_pages_follow_each_other_without_gap_or_repetition(engine: Engine) -> None:
    lea = await learner()
    everybody = {uid(await mentor(f"Mentor {number}")) for number in range(25)}
    first = await page_for(lea, size=10)
    seen = [one.profile_id for one in first.items]
    cut = first
    while cut.has_next:
        await suggestions.dismiss(lea, profile_id=seen[-1], wanted=CLASSIC)
        bound = decode_cursor(RECOMMENDED, cut.cursors[-1])
        cut = await recommend(lea, wanted=CLASSIC, page=PageRequest(RECOMMENDED, 10, bound))
        seen += [one.profile_id for one in cut.items]
    assert len(seen) == len(set(seen)) == 25
    assert set(seen) == everybody


async def test_a_filter_of_skills_keeps_those_who_visibly_have_one(engine: Engine) -> None:
    lea = await learner("Lea", SKILL, OTHER_SKILL)
    one, other, shy = await mentor("One"), await mentor("Two", OTHER_SKILL), await mentor("Shy")
    await shows(shy, Visibility.PRIVATE, ProfileField.SKILLS)
    assert await found_by(lea) == {uid(one), uid(other), uid(shy)}
    assert await found_by(lea, Wanted(MentoringFormat.CLASSIC, skill_ids=(SKILL,))) == {uid(one)}
    with pytest.raises(InvalidInput):
        await page_for(lea, Wanted(MentoringFormat.CLASSIC, skill_ids=(SKILL,) * 21))


async def test_the_shares_of_the_parts_add_up_to_the_score(engine: Engine) -> None:
    lea, mo = await learner(), await mentor()
    (found,) = (await page_for(lea)).items
    explained = await recommendations.explain_match(lea, profile_id=uid(mo), wanted=CLASSIC)
    assert sum(part.share for part in explained.parts) == pytest.approx(explained.score, abs=1e-9)
    # Lists are drawn in single precision.
    assert explained.score == pytest.approx(found.score, abs=1e-6)
    assert explained.evidence is not None
    (line,) = explained.evidence
    assert (line.needed, line.offered, line.nearness) == (SKILL, SKILL, SkillNearness.SAME)
    assert explained.starts is not None
    assert len(explained.starts) == 3
    assert explained.raises


async def test_what_the_other_side_hides_gives_no_evidence_and_no_times(engine: Engine) -> None:
    lea, mo = await learner(), await mentor()
    await shows(mo, Visibility.PRIVATE, ProfileField.SKILLS, ProfileField.AVAILABILITY)
    await seen_by_engine()
    explained = await recommendations.explain_match(lea, profile_id=uid(mo), wanted=CLASSIC)
    assert (explained.evidence, explained.starts) == (None, None)
    with pytest.raises(NotAllowed):
        await recommendations.common_starts(lea, profile_id=uid(mo), minutes=60, count=3)


async def test_private_reasons_read_not_available(engine: Engine) -> None:
    lea, full, unlisted = await learner(), await mentor("Full"), await mentor("Unlisted", is_listed=False)
    beginner = await person("Beginner")
    await offers(beginner, SKILL, level=SkillLevel.WITH_HELP)
    await CapacityAccount.create(
        profile_id=uid(full), kind=CapacityKind.CONCURRENT, format=MentoringFormat.CLASSIC, allowed=1, used=1
    )
    await seen_by_engine()

    async def why(other: Actor) -> WhyNot:
        return await recommendations.why_not(lea, profile_id=uid(other), wanted=CLASSIC)

    assert await why(full) == WhyNot(False, WhyNotReason.NO_PLACE, 1)
    assert await why(unlisted) == WhyNot(False)
    # Nobody sees by how much, unless the calendar is open to them.
    assert await why(beginner) == WhyNot(False, WhyNotReason.TIME)
    await shows(full, Visibility.PRIVATE, ProfileField.OPEN_PLACES)
    assert await why(full) == WhyNot(False)
    closed = await mentor("Closed")
    await _no_place(closed)
    await seen_by_engine()
    assert await why(closed) == WhyNot(False, WhyNotReason.FORMAT)
    await safety.block(full, profile_id=uid(lea))
    for use in (why(full), recommendations.explain_match(lea, profile_id=uid(full), wanted=CLASSIC)):
        with pytest.raises(NotFound):
            await use
    free = await mentor("Free")
    await seen_by_engine()
    assert await why(free) == WhyNot(True)


async def test_common_starts_are_in_the_wall_time_of_both(engine: Engine) -> None:
    lea = await learner(time_zone="Asia/Tokyo")
    mo = await mentor(time_zone="Europe/Lisbon")
    starts = await recommendations.common_starts(lea, profile_id=uid(mo), minutes=60, count=5)
    assert len(starts) == 5
    for one in starts:
        assert one.theirs is not None
        assert one.at == one.yours == one.theirs
        for local in (one.yours, one.theirs):
            assert 480 <= local.hour * 60 + local.minute <= 1200 - 60
        assert one.at > now()
    with pytest.raises(InvalidInput):
        await recommendations.common_starts(lea, profile_id=uid(mo), minutes=0, count=5)
    with pytest.raises(InvalidInput):
        await recommendations.common_starts(lea, profile_id=uid(mo), minutes=60, count=29)


async def test_a_suggestion_is_shown_once_a_day_then_dismissed_or_saved_or_requested(engine: Engine) -> None:
    lea, mo = await learner(), await mentor()
    await page_for(lea)
    await page_for(lea)
    row = await Suggestion.get()
    assert (row.state, row.shown_count, row.other_id) == (SuggestionState.SHOWN, 1, uid(mo))
    with clock.moved(by=IMPRESSION_EVERY + timedelta(minutes=1)):
        await page_for(lea)
    assert (await Suggestion.get()).shown_count == 2
    await suggestions.dismiss(lea, profile_id=uid(mo), wanted=CLASSIC)
    assert await found_by(lea) == set()
    await suggestions.save(lea, profile_id=uid(mo), wanted=CLASSIC)
    assert [one.state for one in (await page_for(lea)).items] == [SuggestionState.SAVED]
    content = RequestContent(format=MentoringFormat.CLASSIC, goal="Send an invoice", minutes_needed=60)
    asked = matching.NewRequest(receiver_id=uid(mo), content=content)
    request = await matching.send_request(lea, asked=asked)
    row = await Suggestion.get()
    assert (row.state, row.request_id) == (SuggestionState.REQUESTED, request.id)
    with pytest.raises(Conflict):
        await suggestions.dismiss(lea, profile_id=uid(mo), wanted=CLASSIC)
    assert await found_by(lea) == set()


async def test_nobody_decides_about_what_was_not_suggested_to_them(engine: Engine) -> None:
    lea, mo = await learner(), await mentor()
    await page_for(lea)
    for who, other in ((mo, lea), (await learner("Else"), mo)):
        with pytest.raises(NotFound):
            await suggestions.dismiss(who, profile_id=uid(other), wanted=CLASSIC)
        with pytest.raises(NotFound):
            await suggestions.save(who, profile_id=uid(other), wanted=AS_MENTOR)
    assert (await Suggestion.get()).state is SuggestionState.SHOWN


async def test_an_offer_ends_after_a_month_or_when_its_ground_is_gone(engine: Engine) -> None:
    lea, mo, ola = await learner(), await mentor(), await mentor("Ola")
    await page_for(lea)
    await _no_place(mo)
    with clock.moved(by=IMPRESSION_EVERY + timedelta(minutes=1)):
        await page_for(lea)
    states = {row.other_id: row.state for row in await Suggestion.all()}
    assert states == {uid(mo): SuggestionState.SUPERSEDED, uid(ola): SuggestionState.SHOWN}
    assert await suggestions.expire_due() == 0
    with clock.moved(by=LASTS + IMPRESSION_EVERY + timedelta(hours=1)):
        assert await suggestions.expire_due() == 1
    assert (await Suggestion.get(other_id=uid(ola))).state is SuggestionState.EXPIRED


async def test_visitors_and_unverified_members_are_refused_and_so_is_everybody_before_the_engine_is_ready() -> None:
    nobody = await person("New", is_verified=False)
    for who, refusal in ((VISITOR, SignInNeeded), (nobody, NotAllowed), (await learner(), SuggestionsPreparing)):
        with pytest.raises(refusal):
            await recommend(who, wanted=CLASSIC, page=PageRequest(RECOMMENDED))
