"""Stints and transitions: dates that can be, one's own only, and a repeat that adds nothing."""

from datetime import date, timedelta

import pytest

from server.domain.errors import InvalidInput, LimitReached, NotFound
from server.domain.profile_parts import StintDraft, TransitionDraft
from server.domain.profiles import MAX_STINTS, MAX_TRANSITIONS, WorkPattern
from server.kit.clock import now
from server.models.profiles import Profile, Stint, Transition
from server.services import histories
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")

COURIER = StintDraft(pattern=WorkPattern.GIG, title="Courier", started_on=date(2020, 5, 1))


async def test_a_stint_is_added_ended_and_removed() -> None:
    ana = await person("Ana")
    stint = await histories.add_stint(ana, COURIER)
    ended = StintDraft(
        pattern=WorkPattern.GIG, title="Courier", started_on=date(2020, 5, 1), ended_on=date(2022, 6, 30)
    )
    await histories.change_stint(ana, ended, stint_id=stint.id)
    kept = await Stint.get(id=stint.id)
    assert (kept.title, kept.ended_on) == ("Courier", date(2022, 6, 30))
    assert (await Profile.get(id=ana.user_id)).search_document == "ana courier"
    await histories.remove_stint(ana, stint_id=stint.id)
    assert await Stint.all().count() == 0


async def test_the_same_key_adds_one_stint_and_one_transition() -> None:
    ana = await person("Ana")
    first = await histories.add_stint(ana, COURIER, idempotency_key="a")
    assert (await histories.add_stint(ana, COURIER, idempotency_key="a")).id == first.id
    made = TransitionDraft("courier", "dispatcher", 2023)
    second = await histories.add_transition(ana, made, idempotency_key="b")
    assert (await histories.add_transition(ana, made, idempotency_key="b")).id == second.id
    assert (await Stint.all().count(), await Transition.all().count()) == (1, 1)
    assert (await Profile.get(id=ana.user_id)).version == 3


@pytest.mark.parametrize(
    ("started", "ended", "path"),
    [
        (date(1, 1, 1), None, "startedOn"),
        (date.max, None, "startedOn"),
        (date(2020, 5, 1), date(2020, 4, 30), "endedOn"),
        (date(2020, 5, 1), date.max, "endedOn"),
    ],
)
async def test_dates_that_cannot_be_are_refused(started: date, ended: date | None, path: str) -> None:
    ana = await person("Ana")
    draft = StintDraft(pattern=WorkPattern.GIG, title="", started_on=started, ended_on=ended)
    with pytest.raises(InvalidInput) as refused:
        await histories.add_stint(ana, draft)
    assert [problem.path for problem in refused.value.problems] == ["title", path]


async def test_years_that_cannot_be_are_refused() -> None:
    ana = await person("Ana")
    for year in (1939, (now() + timedelta(days=366)).year, 10**30):
        with pytest.raises(InvalidInput):
            await histories.add_transition(ana, TransitionDraft("a", "b", year))


async def test_what_belongs_to_somebody_else_is_missing() -> None:
    ana, rui = await person("Ana"), await person("Rui")
    stint = await histories.add_stint(ana, COURIER)
    transition = await histories.add_transition(ana, TransitionDraft("a", "b", 2020))
    with pytest.raises(NotFound):
        await histories.change_stint(rui, COURIER, stint_id=stint.id)
    with pytest.raises(NotFound):
        await histories.remove_stint(rui, stint_id=stint.id)
    with pytest.raises(NotFound):
        await histories.remove_transition(rui, transition_id=transition.id)
    await histories.remove_transition(ana, transition_id=transition.id)
    assert (await Stint.all().count(), await Transition.all().count()) == (1, 0)
    assert (await Profile.get(id=rui.user_id)).version == 1


async def test_a_profile_holds_so_many_stints_and_transitions() -> None:
    ana = await person("Ana")
    await Stint.bulk_create(Stint(profile_id=ana.user_id, **vars(COURIER)) for _ in range(MAX_STINTS))
    await Transition.bulk_create(
        Transition(profile_id=ana.user_id, from_work="a", to_work="b", year=2020) for _ in range(MAX_TRANSITIONS)
    )
    with pytest.raises(LimitReached):
        await histories.add_stint(ana, COURIER)
    with pytest.raises(LimitReached):
        await histories.add_transition(ana, TransitionDraft("a", "b", 2020))
