"""The directory: who is found, in which order, and what nobody can learn from it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from server.domain.actors import VISITOR, Actor
from server.domain.availability import CapacityKind, MentoringFormat
from server.domain.directory import DirectoryFilter, LanguageWish
from server.domain.errors import InvalidInput, NotAllowed, SignInNeeded
from server.domain.profile_changes import ProfileChanges
from server.domain.profiles import Proficiency, SkillDirection, SkillLevel, Visibility
from server.domain.visibility import ProfileField
from server.kit.clock import now
from server.kit.paging import PageRequest, decode_cursor
from server.models.identity import User
from server.models.profiles import Profile
from server.queries.directory import DIRECTORY, search_directory
from server.queries.skills import vocabulary
from server.services.capacity import set_limit
from server.services.profiles import set_visibility, update_profile
from tests.factories.people import person
from tests.factories.profiles import (
    block_of,
    full_person,
    mentorship_between,
    offers,
    seeks,
    shows,
    speaks,
)
from tests.statements import counted_statements

pytestmark = pytest.mark.usefixtures("db")

Search = Callable[..., Awaitable[list[str]]]


async def _names(viewer: Actor, page: PageRequest | None = None, **asked: Any) -> list[str]:
    """Return the names of those found on the first page, in order."""
    found = await search_directory(viewer, DirectoryFilter(**asked), page or PageRequest(DIRECTORY, size=100))
    names = dict(await Profile.all().values_list("id", "display_name"))
    return [str(names[one.profile_id]) for one in found.items]


async def _aged(*people: Actor) -> None:
    """Let people have changed their profiles a day apart, the first one last."""
    for age, who in enumerate(people):
        await Profile.filter(id=who.user_id).update(updated_at=now() - timedelta(days=age))


@pytest.fixture
async def viewer() -> Actor:
    return await person("Viewer", time_zone="Europe/Lisbon")


async def test_whoever_covers_more_of_what_i_seek_comes_first_then_better_then_later(viewer: Actor) -> None:
    await seeks(viewer, "gig:invoicing", "gig:setting-prices")
    one, both, well, none, low, late = [await person(name) for name in ("One", "Both", "Well", "None", "Low", "Late")]
    await offers(both, "gig:invoicing", "gig:setting-prices", level=SkillLevel.ALONE)
    await offers(one, "gig:invoicing", level=SkillLevel.ALONE)
    await offers(well, "gig:setting-prices", level=SkillLevel.CAN_TEACH)
    await offers(low, "gig:setting-prices", level=SkillLevel.WITH_HELP)
    await seeks(none, "gig:invoicing")
    await _aged(late, low, none, one, well, both)
    assert await _names(viewer) == ["Both", "Well", "One", "Late", "Low", "None"]


async def test_a_skill_filter_finds_who_offers_it_and_a_group_finds_what_is_below(viewer: Actor) -> None:
    skill = vocabulary().get("gig:invoicing")
    assert skill is not None
    teacher, learner, other = await person("Teacher"), await person("Learner"), await person("Other")
    await offers(teacher, "gig:invoicing", level=SkillLevel.WELL)
    await seeks(learner, "gig:invoicing")
    await offers(other, next(one for one in vocabulary().skills if one.startswith("gig:") and one != "gig:invoicing"))
    top = vocabulary().ancestors(skill.id)[-1]
    assert await _names(viewer, skill_ids=["gig:invoicing"]) == ["Teacher"]
    assert await _names(viewer, skill_ids=["gig:invoicing"], direction=SkillDirection.SOUGHT) == ["Learner"]
    assert await _names(viewer, skill_ids=["gig:invoicing"], least_level=SkillLevel.CAN_TEACH) == []
    assert "Teacher" in await _names(viewer, skill_ids=[top.code])
    assert await _names(viewer, skill_ids=["there-is-none"]) == []


async def test_languages_with_at_least_a_proficiency(viewer: Actor) -> None:
    brazil, text, both = await person("Brazil"), await person("Text"), await person("Both")
    await speaks(brazil, "pt-BR", Proficiency.NATIVE)
    await speaks(text, "pt", Proficiency.TEXT_ONLY)
    await speaks(both, "pt", Proficiency.WORKING)
    await speaks(both, "en", Proficiency.WORKING)
    await _aged(brazil, text, both)
    assert await _names(viewer, languages=[LanguageWish("pt")]) == ["Brazil", "Text", "Both"]
    assert await _names(viewer, languages=[LanguageWish("PT-br")]) == ["Brazil"]
    assert await _names(viewer, languages=[LanguageWish("pt", Proficiency.FLUENT)]) == ["Brazil"]
    assert await _names(viewer, languages=[LanguageWish("pt"), LanguageWish("en")]) == ["Both"]


async def test_zones_whose_clocks_are_near_mine(viewer: Actor) -> None:
    zones = {"Same": "Africa/Casablanca", "Near": "Europe/Helsinki", "Far": "Asia/Tokyo", "Round": "Pacific/Auckland"}
    people = [await person(name, time_zone=zone) for name, zone in zones.items()]
    await _aged(*people)
    assert await _names(viewer, within_hours=3) == ["Same", "Near"]
    assert await _names(viewer, within_hours=12) == ["Same", "Near", "Far", "Round"]
    await update_profile(viewer, ProfileChanges(time_zone="Pacific/Honolulu"))
    assert await _names(viewer, within_hours=3) == ["Round"]


async def test_open_places_by_format_with_defaults_limits_and_pauses(viewer: Actor) -> None:
    usual, full, paused = await person("Usual"), await person("Full"), await person("Paused")
    await _aged(usual, full, paused)
    for mentoring_format in MentoringFormat:
        await set_limit(full, kind=CapacityKind.CONCURRENT, allowed=0, mentoring_format=mentoring_format)
    await Profile.filter(id=paused.user_id).update(requests_paused_until=now() + timedelta(days=1))
    assert await _names(viewer, has_open_places=True) == ["Usual"]
    await set_limit(full, kind=CapacityKind.CONCURRENT, allowed=1, mentoring_format=MentoringFormat.PEER)
    assert await _names(viewer, has_open_places=True) == ["Usual", "Full"]
    assert await _names(viewer, mentoring_format=MentoringFormat.PEER) == ["Usual", "Full"]
    assert await _names(viewer, mentoring_format=MentoringFormat.MICRO) == ["Usual"]


async def test_text_finds_beginnings_of_words_whatever_their_case_and_accents(viewer: Actor) -> None:
    jose = await person("José")
    await update_profile(jose, ProfileChanges(headline="Rider & Übersetzer"))
    for text in ("jose", "JOSÉ ride", "uber", "über,  jos"):
        assert await _names(viewer, text=text) == ["José"], text
    for text in ("ose", "jose tailor", "!!!", "'':* | !", "\\"):
        assert await _names(viewer, text=text) == [], text


async def test_goals_interests_and_industries(viewer: Actor) -> None:
    ana = await full_person("Ana", interests=["Film"], industries=["Logistics"], goals=["A steady income"])
    await shows(ana, Visibility.MEMBERS, ProfileField.GOALS)
    assert await _names(viewer, interest="film", industry="LOGISTICS", goal="a steady income") == ["Ana"]
    assert await _names(viewer, interest="fil") == []


async def test_who_is_never_found(viewer: Actor) -> None:
    blocked, blocker, erased, private = [await person(name) for name in ("Blocked", "Blocker", "Erased", "Private")]
    await person("Unlisted", is_listed=False)
    await person("Unverified", is_verified=False)
    await person("There")
    await block_of(viewer, blocked)
    await block_of(blocker, viewer)
    await User.filter(id=erased.user_id).update(erased_at=now())
    await shows(private, Visibility.MATCHES, ProfileField.NAME)
    assert await _names(viewer) == ["There"]
    await mentorship_between(viewer, private)
    assert sorted(await _names(viewer)) == ["Private", "There"]


SKILL = {"skill_ids": ["gig:invoicing"]}
FILTERS: list[tuple[dict[str, Any], ProfileField]] = [
    (SKILL, ProfileField.SKILLS),
    ({"languages": [LanguageWish("pt")]}, ProfileField.LANGUAGES),
    ({"within_hours": 1}, ProfileField.TIME_ZONE),
    ({"has_open_places": True}, ProfileField.OPEN_PLACES),
    ({"mentoring_format": MentoringFormat.CLASSIC}, ProfileField.OPEN_PLACES),
    ({"goal": "a steady income"}, ProfileField.GOALS),
    ({"interest": "film"}, ProfileField.INTERESTS),
    ({"industry": "logistics"}, ProfileField.INDUSTRIES),
]


@pytest.mark.parametrize(("asked", "field"), FILTERS)
async def test_a_hidden_field_finds_nobody_for_members_and_still_finds_for_matches(
    viewer: Actor, asked: dict[str, Any], field: ProfileField
) -> None:
    ana = await full_person("Ana")
    await shows(ana, Visibility.MEMBERS, field)
    assert await _names(viewer, **asked) == ["Ana"]
    await shows(ana, Visibility.MATCHES, field)
    assert await _names(viewer, **asked) == []
    await mentorship_between(viewer, ana)
    assert await _names(viewer, **asked) == ["Ana"]


async def test_hidden_skills_do_not_show_in_the_order(viewer: Actor) -> None:
    await seeks(viewer, "gig:invoicing")
    hidden, other = await person("Hidden"), await person("Other")
    await offers(hidden, "gig:invoicing")
    await shows(hidden, Visibility.MATCHES, ProfileField.SKILLS)
    await _aged(other, hidden)
    found = await search_directory(viewer, DirectoryFilter(), PageRequest(DIRECTORY))
    assert [(one.profile_id, one.coverage) for one in found.items] == [(other.profile_id, 0), (hidden.profile_id, 0)]
    assert decode_cursor(DIRECTORY, found.cursors[1])[0] == 0


TEXT_FIELDS = {
    "courier who bills": ProfileField.HEADLINE,
    "ten years": ProfileField.BIO,
    "whispering": ProfileField.SKILLS,
    "film": ProfileField.INTERESTS,
    "logistics": ProfileField.INDUSTRIES,
    "steady": ProfileField.GOALS,
    "porto": ProfileField.CITY,
    "dispatcher": ProfileField.TRANSITIONS,
}


@pytest.mark.parametrize(("text", "field"), list(TEXT_FIELDS.items()))
async def test_text_finds_a_field_exactly_when_every_member_sees_it(
    viewer: Actor, text: str, field: ProfileField
) -> None:
    ana = await full_person("Ana")
    for width in Visibility:
        await set_visibility(ana, {field: width})
        assert (await _names(viewer, text=text) == ["Ana"]) is (width >= Visibility.MEMBERS), width


async def test_a_pseudonymous_person_is_found_by_the_pseudonym_only(viewer: Actor) -> None:
    ana = await person("Anastasia")
    await update_profile(ana, ProfileChanges(pseudonym="Nightrider", is_pseudonymous=True))
    assert await _names(viewer, text="nightrider") == ["Anastasia"]
    assert await _names(viewer, text="anastasia") == []


async def test_the_directory_is_for_members(viewer: Actor) -> None:
    unverified = await person("New", is_verified=False)
    for who, refusal in ((VISITOR, SignInNeeded), (unverified, NotAllowed)):
        with pytest.raises(refusal):
            await search_directory(who, DirectoryFilter(), PageRequest(DIRECTORY))


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ({"skill_ids": [f"s{n}" for n in range(21)]}, "skillIds"),
        ({"languages": [LanguageWish("en")] * 21}, "languages"),
        ({"languages": [LanguageWish("klingon!")]}, "languages.0.code"),
        ({"within_hours": -1}, "withinHours"),
        ({"within_hours": 10**40}, "withinHours"),
        ({"text": "x" * 201}, "text"),
        ({"text": "\x00"}, "text"),
        ({"goal": "\ud800"}, "goal"),
        ({"interest": "i" * 61}, "interest"),
    ],
)
async def test_a_filter_that_cannot_be_meant_is_refused(viewer: Actor, asked: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await _names(viewer, **asked)
    assert [problem.path for problem in refused.value.problems] == [path]


async def _walk(viewer: Actor, size: int, *, backward: bool = False, between: Sequence[Any] = ()) -> list[Any]:
    """Page through the directory; run one of `between` after each page."""
    seen: list[Any] = []
    bound: tuple[Any, ...] | None = None
    steps = list(between)
    while True:
        page = await search_directory(viewer, DirectoryFilter(), PageRequest(DIRECTORY, size, bound, backward))
        ids = [one.profile_id for one in page.items]
        seen = ids + seen if backward else seen + ids
        if not (page.has_previous if backward else page.has_next):
            return seen
        bound = decode_cursor(DIRECTORY, page.cursors[0 if backward else -1])
        if steps:
            await steps.pop(0)()


async def test_pages_in_both_directions_give_everybody_once_in_the_same_order(viewer: Actor) -> None:
    await seeks(viewer, "gig:invoicing")
    people = [await person(f"P{number}") for number in range(13)]
    for who in people[::3]:
        await offers(who, "gig:invoicing")
    same = now()
    await Profile.all().update(updated_at=same)
    whole = await _walk(viewer, 100)
    assert len(whole) == 13
    for size in (1, 4, 13):
        assert await _walk(viewer, size) == whole
        assert await _walk(viewer, size, backward=True) == whole


async def test_paging_under_writes_repeats_nobody_and_misses_nobody_who_stayed(viewer: Actor) -> None:
    people = [await person(f"P{number}") for number in range(9)]
    await _aged(*people)

    async def insert() -> None:
        await person("New")

    async def delete() -> None:
        await User.filter(id=people[4].user_id).update(erased_at=now())

    async def move() -> None:
        await update_profile(people[7], ProfileChanges(bio="Later."))

    seen = await _walk(viewer, 2, between=[insert, delete, move])
    assert len(seen) == len(set(seen))
    stayed = {who.profile_id for number, who in enumerate(people) if number not in {4, 7}}
    assert stayed <= set(seen)


@pytest.mark.parametrize("size", [1, 12])
async def test_a_search_is_one_statement_for_any_number_of_people(viewer: Actor, size: int) -> None:
    await seeks(viewer, "gig:invoicing")
    for number in range(size):
        await offers(await person(f"P{number}"), "gig:invoicing")
    with counted_statements() as statements:
        await search_directory(viewer, DirectoryFilter(), PageRequest(DIRECTORY, size=100))
    assert len(statements) == 1
