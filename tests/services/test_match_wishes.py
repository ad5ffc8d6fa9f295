"""Wishes with their cost, exclusions, pauses, seats, rematches and searches that are kept."""

from datetime import timedelta
from typing import Any

import pytest

from server.domain.availability import CapacityKind, MentoringFormat
from server.domain.directory import MAX_SAVED_SEARCHES, DirectoryFilter
from server.domain.errors import Conflict, InvalidInput, LimitReached, NotAllowed, NotFound
from server.domain.mentorships import EndReason, MentorshipState, RequestState
from server.domain.preferences import MAX_PREFERENCES, ExclusionReason, Strength, TraitKind, Wish, trait
from server.domain.profiles import Visibility
from server.domain.requests import Aspect, ReceiverPaused, RequestContent, SeatTaken
from server.domain.suggestions import MatchSide, SuggestionState
from server.domain.visibility import ProfileField
from server.kit.clock import clock, now
from server.kit.ids import new_id
from server.kit.paging import PageRequest
from server.models.availability import CapacityAccount, WeeklyWindow
from server.models.matching import SavedSearch, Suggestion
from server.models.mentorships import Mentorship, MentorshipRequest
from server.models.profiles import Profile
from server.models.waiting import WaitingPlace
from server.queries import suggestions as suggestion_queries
from server.queries.directory import DIRECTORY
from server.queries.suggestions import Wanted
from server.services import directory_search, match_wishes, recommendations, suggestions, waiting_lists
from server.services.capacity import set_limit
from server.services.mentorships import accept_request
from server.services.recommendations import RECOMMENDED
from server.services.rematch import rematch
from server.services.waiting_lists import serve_lists
from tests.factories.matching import SKILL, learner, mentor, still_engine
from tests.factories.mentorships import mentorship, request_row, sent
from tests.factories.people import person
from tests.factories.profiles import shows

pytestmark = pytest.mark.usefixtures("db")

CLASSIC = MentoringFormat.CLASSIC
COURIER = trait(TraitKind.PATTERN, "gig")


async def suggested(actor: Any) -> list[Any]:
    page = await recommendations.recommend(actor, wanted=Wanted(CLASSIC), page=PageRequest(RECOMMENDED, size=20))
    return [one.profile_id for one in page.items]


async def test_a_must_leaves_out_who_does_not_meet_it_and_says_how_many() -> None:
    worker = await learner("Ana")
    rider = await mentor("Mo", work_patterns=["gig"])
    await mentor("Nia", work_patterns=["freelance"])
    await mentor("Oz")
    wishes = [Wish(COURIER, Strength.MUST), Wish(trait(TraitKind.INDUSTRY, "Food"), Strength.SOMEWHAT)]
    async with still_engine() as engine:
        assert len(await suggested(worker)) == 3
        await match_wishes.set_wishes(worker, wishes=wishes)
        await engine.catch_up()
        assert await suggested(worker) == [rider.user_id]
        costs = await match_wishes.costs_of(worker, kind=CLASSIC)
        assert (costs.possible, costs.left) == (3, 1)
        assert [(one.trait, one.removes) for one in costs.musts] == [(COURIER, 2)]
        why = await recommendations.why_not(worker, profile_id=(await mentor("Pia")).user_id, wanted=Wanted(CLASSIC))
        # A wish is told to nobody, its owner's list aside.
        assert (why.is_available, why.reason) == (False, None)


async def test_what_somebody_hides_meets_no_wish() -> None:
    worker, rider = await learner("Ana"), await mentor("Mo", work_patterns=["gig"])
    await shows(rider, Visibility.PRIVATE, ProfileField.WORK)
    await match_wishes.set_wishes(worker, wishes=[Wish(COURIER, Strength.MUST)])
    async with still_engine():
        assert await suggested(worker) == []


async def test_a_soft_wish_puts_who_meets_it_first() -> None:
    worker = await learner("Ana")
    people = [await mentor(f"Mo{number}", work_patterns=["freelance"]) for number in range(4)]
    rider = await mentor("Nia", work_patterns=["gig"])
    await match_wishes.set_wishes(worker, wishes=[Wish(COURIER, Strength.VERY)])
    async with still_engine():
        best = await recommendations.explain_match(worker, profile_id=rider.user_id, wanted=Wanted(CLASSIC))
        other = await recommendations.explain_match(worker, profile_id=people[0].user_id, wanted=Wanted(CLASSIC))
    assert best.score > other.score


async def test_wishes_are_checked_replaced_and_bounded() -> None:
    worker = await person("Ana")
    await match_wishes.set_wishes(worker, wishes=[Wish(COURIER, Strength.MUST), Wish(COURIER, Strength.VERY)])
    assert await match_wishes.wishes_of(worker) == [Wish(COURIER, Strength.VERY)]
    many = [Wish(trait(TraitKind.INDUSTRY, f"i{number}"), Strength.VERY) for number in range(MAX_PREFERENCES + 1)]
    with pytest.raises(LimitReached):
        await match_wishes.set_wishes(worker, wishes=many)
    assert len(await match_wishes.wishes_of(worker)) == 1
    for kind, value in ((TraitKind.PATTERN, "no"), (TraitKind.LANGUAGE, "zz!"), (TraitKind.INDUSTRY, " ")):
        with pytest.raises(InvalidInput):
            trait(kind, value)


async def test_who_is_ruled_out_is_not_matched_and_hears_nothing_but_a_pause() -> None:
    worker, rival = await learner("Ana"), await mentor("Mo")
    await match_wishes.exclude(rival, profile_id=worker.require_user(), reason=ExclusionReason.CONFLICT_OF_INTEREST)
    async with still_engine():
        assert await suggested(worker) == []
        why = await recommendations.why_not(worker, profile_id=rival.require_user(), wanted=Wanted(CLASSIC))
        assert (why.is_available, why.reason) == (False, None)
    with pytest.raises(ReceiverPaused):
        await sent(worker, rival)
    assert [one.other_id for one in await match_wishes.exclusions_of(rival)] == [worker.user_id]
    assert await match_wishes.exclusions_of(worker) == []
    with pytest.raises(NotFound):
        await match_wishes.readmit(worker, profile_id=rival.require_user())
    await match_wishes.readmit(rival, profile_id=worker.require_user())
    assert (await sent(worker, rival)).state is RequestState.SENT
    for nobody in (new_id(),):
        with pytest.raises(NotFound):
            await match_wishes.exclude(rival, profile_id=nobody, reason=ExclusionReason.OTHER)


async def test_a_pause_is_bounded_and_ends_by_hand() -> None:
    worker, mo = await learner("Ana"), await mentor("Mo")
    with pytest.raises(InvalidInput):
        await match_wishes.pause_requests(mo, until=now() + timedelta(days=91))
    with pytest.raises(InvalidInput):
        await match_wishes.pause_requests(mo, until=now() - timedelta(seconds=1))
    await match_wishes.pause_requests(mo, until=now() + timedelta(days=5))
    with pytest.raises(ReceiverPaused):
        await sent(worker, mo)
    await match_wishes.pause_requests(mo, until=None)
    assert (await sent(worker, mo)).state is RequestState.SENT


async def test_a_seat_is_taken_by_one_mentor_and_the_others_are_free() -> None:
    worker, mo, nia = await learner("Ana"), await mentor("Mo"), await mentor("Nia")
    await mentorship(mo, worker, aspect=Aspect.MONEY.value)
    with pytest.raises(SeatTaken):
        await sent(worker, nia, aspect=Aspect.MONEY)
    assert (await sent(worker, nia, aspect=Aspect.CRAFT)).state is RequestState.SENT


async def test_a_rematch_goes_on_with_the_goal_and_gives_the_place_back() -> None:
    worker, mo = await learner("Ana"), await mentor("Mo")
    with clock.moved(-timedelta(days=9)):
        request = await sent(worker, mo, skill_ids=(SKILL,), goal="Word my invoices")
    with clock.moved(-timedelta(days=6)):
        first = await accept_request(mo, request_id=request.id)
    with pytest.raises(NotAllowed):
        await rematch(mo, mentorship_id=first.id)
    with pytest.raises(NotFound):
        await rematch(await person("Eve"), mentorship_id=first.id)
    place = await rematch(worker, mentorship_id=first.id)
    ended = await Mentorship.get(id=first.id)
    assert (ended.state, ended.end_reason) == (MentorshipState.ENDED_EARLY, EndReason.NO_FAULT)
    used = await CapacityAccount.get(profile_id=mo.user_id, kind=CapacityKind.CONCURRENT, format=CLASSIC)
    assert used.used == 0
    assert (place.goal, place.continues_id) == ("Word my invoices", first.id)
    # Three days were waited before the first mentor, and count again.
    assert timedelta(days=2, hours=23) < now() - place.created_at < timedelta(days=3, hours=1)
    nia = await mentor("Nia")
    await serve_lists()
    offered = await MentorshipRequest.get(id=(await WaitingPlace.get(id=place.id)).request_id)
    assert offered.receiver_id in {mo.user_id, nia.user_id}
    receiver = mo if offered.receiver_id == mo.user_id else nia
    again = await accept_request(receiver, request_id=offered.id)
    assert (again.continues_id, again.goal) == (first.id, "Word my invoices")
    with pytest.raises(Conflict):
        await rematch(worker, mentorship_id=first.id)


async def test_a_rematch_of_who_waits_in_that_line_keeps_the_place_and_the_longer_wait() -> None:
    worker, mo = await learner("Ana"), await mentor("Mo")
    with clock.moved(-timedelta(days=9)):
        request = await sent(worker, mo, skill_ids=(SKILL,), goal="Word my invoices")
    with clock.moved(-timedelta(days=6)):
        first = await accept_request(mo, request_id=request.id)
    with clock.moved(-timedelta(days=2)):
        seeking = RequestContent(format=CLASSIC, goal="Prices", minutes_needed=30, message="", skill_ids=(SKILL,))
        held = await waiting_lists.join(worker, content=seeking)
    place = await rematch(worker, mentorship_id=first.id)
    assert (place.id, place.goal, place.continues_id, place.version) == (held.id, "Prices", first.id, 2)
    # Three days were waited before the first mentor: more than the two in line.
    assert timedelta(days=2, hours=23) < now() - place.created_at < timedelta(days=3, hours=1)
    assert await WaitingPlace.filter(profile_id=worker.user_id).count() == 1
    assert (await Mentorship.get(id=first.id)).state is MentorshipState.ENDED_EARLY


async def test_a_rematch_without_a_known_skill_asks_for_one() -> None:
    worker, mo = await learner("Ana"), await mentor("Mo")
    tie = await mentorship(mo, worker)
    with pytest.raises(InvalidInput):
        await rematch(worker, mentorship_id=tie.id)
    assert (await Mentorship.get(id=tie.id)).state is MentorshipState.ACTIVE
    assert (await rematch(worker, mentorship_id=tie.id, skill_id=SKILL)).skill_id == SKILL


async def suggestion(worker: Any, other: Any, **columns: Any) -> Suggestion:
    values = {"state": SuggestionState.SHOWN, "score": 0.5, "shown_at": now(), "decided_at": now(), **columns}
    return await Suggestion.create(
        profile_id=worker.user_id, other_id=other.user_id, side=MatchSide.LEARNER, format=CLASSIC, **values
    )


async def test_suggestions_end_after_a_month_or_when_the_mentor_is_full_or_paused() -> None:
    worker = await learner("Ana")
    full, paused, old, fine = [await mentor(name) for name in ("Fay", "Pia", "Oz", "Mo")]
    await set_limit(full, kind=CapacityKind.CONCURRENT, allowed=0, mentoring_format=CLASSIC)
    await Profile.filter(id=paused.user_id).update(requests_paused_until=now() + timedelta(days=3))
    for who in (full, paused, fine):
        await suggestion(worker, who)
    await suggestion(worker, old, shown_at=now() - timedelta(days=31))
    assert await suggestions.expire_due() == 3
    assert [row.other_id for row in await Suggestion.filter(state=SuggestionState.SHOWN)] == [fine.user_id]


async def test_saved_suggestions_are_listed_without_who_is_hidden() -> None:
    worker, mo, gone = await learner("Ana"), await mentor("Mo"), await mentor("Gil")
    for who in (mo, gone):
        await suggestion(worker, who)
        await suggestions.save(worker, profile_id=who.require_user(), wanted=Wanted(CLASSIC))
    await shows(gone, Visibility.PRIVATE, ProfileField.NAME)
    page = PageRequest(suggestion_queries.LATEST_SAVED, size=20)
    assert [row.other_id for row in (await suggestion_queries.saved_page(worker, page)).items] == [mo.user_id]
    assert (await suggestion_queries.saved_page(mo, page)).items == []
    request = await request_row(worker, mo)
    await suggestions.mark_requested(request)
    assert (await suggestion_queries.saved_page(worker, page)).items == []
    assert (await Suggestion.get(other_id=mo.user_id)).request_id == request.id


async def test_the_directory_finds_who_can_meet_within_some_days_and_shows_their_calendar() -> None:
    viewer, free, busy, hidden = await learner("Ana"), await mentor("Mo"), await mentor("Bo"), await mentor("Hy")
    await WeeklyWindow.filter(profile_id=busy.user_id).delete()
    await shows(hidden, Visibility.MATCHES, ProfileField.AVAILABILITY)
    async with still_engine():
        for size in (1, 20):
            found = await directory_search.search(
                viewer, DirectoryFilter(can_meet_within_days=10), PageRequest(DIRECTORY, size=size)
            )
            assert [one.profile_id for one in found.items] == [free.user_id]
        with pytest.raises(InvalidInput):
            await directory_search.search(viewer, DirectoryFilter(can_meet_within_days=29), PageRequest(DIRECTORY))


async def test_searches_are_kept_by_name_and_read_back_whole() -> None:
    worker, other = await person("Ana"), await person("Eve")
    wanted = DirectoryFilter(skill_ids=(SKILL,), within_hours=3, can_meet_within_days=10, text="calm")
    row = await directory_search.save_search(worker, name=" Evenings ", wanted=wanted)
    kept = directory_search.kept_filter(await SavedSearch.get(id=row.id))
    assert (row.name, tuple(kept.skill_ids), kept.within_hours, kept.text) == ("Evenings", (SKILL,), 3, "calm")
    with pytest.raises(Conflict):
        await directory_search.save_search(worker, name="Evenings", wanted=wanted)
    with pytest.raises(NotFound):
        await directory_search.delete_search(other, search_id=row.id)
    for number in range(MAX_SAVED_SEARCHES - 1):
        await directory_search.save_search(worker, name=f"s{number}", wanted=wanted)
    with pytest.raises(LimitReached):
        await directory_search.save_search(worker, name="one more", wanted=wanted)
    await directory_search.delete_search(worker, search_id=row.id)
    assert await SavedSearch.filter(id=row.id).count() == 0
