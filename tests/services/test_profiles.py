"""Changing a profile: all problems at once, limits that hold, and a search text that tells only what members see."""

import asyncio
from typing import Any

import pytest

from server.domain.actors import VISITOR, Actor
from server.domain.errors import Conflict, InvalidInput, LimitReached, NotFound, SignInNeeded
from server.domain.profile_changes import Feedback, HowIWork, Pace, ProfileChanges
from server.domain.profile_parts import LanguageChoice, SkillChoice, SupportChoice
from server.domain.profiles import (
    MAX_SKILLS,
    MAX_TAGS,
    Proficiency,
    SkillDirection,
    SkillLevel,
    SupportNeed,
    Visibility,
    WorkPattern,
)
from server.domain.visibility import ProfileField
from server.models.profiles import Profile, ProfileSkill, ProfileTag
from server.models.streams import StreamEntry
from server.queries import profiles as reads
from server.queries.skills import vocabulary
from server.services import profiles
from tests.factories.people import person
from tests.factories.profiles import full_person

pytestmark = pytest.mark.usefixtures("db")


def _offer(**choice: Any) -> SkillChoice:
    return SkillChoice(**{"direction": SkillDirection.OFFERED, "level": SkillLevel.WELL, **choice})


async def _document(who: Actor) -> str:
    return (await Profile.get(id=who.user_id)).search_document


async def test_an_update_changes_what_is_given_and_leaves_the_rest() -> None:
    ana = await person("Ana", bio="Before.", city="Porto")
    changes = ProfileChanges(
        headline="  Courier\twho bills ",
        work_patterns=[WorkPattern.GIG, WorkPattern.REMOTE, WorkPattern.GIG],
        interests=["Film", "film", "Bikes"],
        how_i_work=HowIWork(pace=Pace.ASYNC, feedback=Feedback.DIRECT, note="Agenda first"),
        time_zone="Europe/Lisbon",
        country="pt",
        meets_within_km=20,
        is_high_skill=True,
    )
    profile = await profiles.update_profile(ana, changes)
    assert await Profile.get(id=ana.user_id) == profile
    kept = await Profile.get(id=ana.user_id)
    assert (kept.bio, kept.city, kept.headline) == ("Before.", "Porto", "Courier who bills")
    assert (kept.work_patterns, kept.interests) == (["gig", "remote"], ["Film", "Bikes"])
    assert kept.how_i_work == {
        "pace": "async",
        "feedback": "direct",
        "camera_off_is_fine": True,
        "note": "Agenda first",
    }
    assert (kept.time_zone, kept.country, kept.meets_within_km, kept.version) == ("Europe/Lisbon", "PT", 20, 2)
    [entry] = await StreamEntry.filter(topic=f"user:{ana.user_id}")
    assert entry.kind == "profile.updated"
    assert '"version":2' in entry.payload


async def test_every_problem_of_an_update_is_told_at_once_and_nothing_is_written() -> None:
    ana = await person("Ana")
    before = await Profile.filter(id=ana.user_id).values()
    changes = ProfileChanges(
        display_name=" \t ",
        pseudonym="x",
        headline="h" * 161,
        bio="NUL \x00",
        interests=["fine", "\ud800"],
        goals=["g"] * 5 + [f"goal {n}" for n in range(5)],
        how_i_work=HowIWork(note="n" * 301),
        time_zone="Europe/Atlantis",
        country="ZZ",
        city="c" * 81,
        meets_within_km=-1,
    )
    with pytest.raises(InvalidInput) as refused:
        await profiles.update_profile(ana, changes)
    assert sorted((problem.path, problem.code) for problem in refused.value.problems) == [
        ("bio", "not_text"),
        ("city", "too_long"),
        ("country", "unknown"),
        ("displayName", "too_short"),
        ("goals", "too_many"),
        ("headline", "too_long"),
        ("howIWork.note", "too_long"),
        ("interests.1", "not_text"),
        ("meetsWithinKm", "out_of_range"),
        ("pseudonym", "too_short"),
        ("timeZone", "unknown"),
    ]
    assert await Profile.filter(id=ana.user_id).values() == before


async def test_a_change_of_nothing_is_no_change() -> None:
    ana = await person("Ana")
    assert (await profiles.update_profile(ana, ProfileChanges())).version == 1
    assert await StreamEntry.all().count() == 0


async def test_an_update_of_an_older_version_is_refused() -> None:
    ana = await person("Ana")
    await profiles.update_profile(ana, ProfileChanges(bio="One."), expected_version=1)
    with pytest.raises(Conflict) as refused:
        await profiles.update_profile(ana, ProfileChanges(bio="Two."), expected_version=1)
    assert refused.value.current == "2"
    assert (await Profile.get(id=ana.user_id)).bio == "One."


async def test_a_name_is_hidden_only_behind_a_pseudonym() -> None:
    ana = await person("Ana")
    with pytest.raises(InvalidInput):
        await profiles.update_profile(ana, ProfileChanges(is_pseudonymous=True))
    await profiles.update_profile(ana, ProfileChanges(is_pseudonymous=True, pseudonym="Nightrider"))
    with pytest.raises(InvalidInput):
        await profiles.update_profile(ana, ProfileChanges(pseudonym=None))
    assert await _document(ana) == "nightrider"


async def test_a_visitor_changes_nothing() -> None:
    with pytest.raises(SignInNeeded):
        await profiles.update_profile(VISITOR, ProfileChanges(bio="x"))


async def test_the_search_text_holds_what_members_see_and_follows_every_change() -> None:
    ana = await full_person("Ána", goals=["secretgoal"])
    await profiles.update_profile(ana, ProfileChanges(headline="Düsseldorf nights"))
    skill = vocabulary().get("gig:invoicing")
    assert skill is not None
    document = await _document(ana)
    for word in ("ana", "dusseldorf", "bike whispering", "dispatcher", "bike courier", "porto", "film", "logistics"):
        assert word in document
    assert skill.label.casefold() in document
    assert "secretgoal" not in document
    await profiles.set_visibility(
        ana,
        {
            ProfileField.GOALS: Visibility.MEMBERS,
            ProfileField.SKILLS: Visibility.MATCHES,
            ProfileField.CITY: Visibility.PRIVATE,
        },
    )
    document = await _document(ana)
    assert "secretgoal" in document
    for word in ("bike whispering", "porto", skill.label.casefold()):
        assert word not in document
    await profiles.set_visibility(ana, {ProfileField.NAME: Visibility.MATCHES})
    assert await _document(ana) == ""


async def test_a_skill_is_set_once_and_then_changed() -> None:
    ana = await person("Ana")
    await profiles.set_skill(ana, _offer(skill_id="gig:invoicing"))
    await profiles.set_skill(
        ana, _offer(skill_id="gig:invoicing", level=SkillLevel.CAN_TEACH, evidence_url="https://example.org/work")
    )
    await profiles.set_skill(ana, _offer(skill_id="gig:invoicing", direction=SkillDirection.SOUGHT))
    rows = await ProfileSkill.filter(profile_id=ana.user_id).order_by("direction")
    assert [(row.direction, row.level, row.evidence_url) for row in rows] == [
        (SkillDirection.OFFERED, SkillLevel.CAN_TEACH, "https://example.org/work"),
        (SkillDirection.SOUGHT, SkillLevel.WELL, None),
    ]
    await profiles.remove_skill(ana, direction=SkillDirection.SOUGHT, skill_id="gig:invoicing")
    with pytest.raises(NotFound):
        await profiles.remove_skill(ana, direction=SkillDirection.SOUGHT, skill_id="gig:invoicing")


async def test_a_tag_becomes_the_skill_it_names_and_stays_a_tag_otherwise() -> None:
    ana = await person("Ana")
    skill = vocabulary().get("gig:invoicing")
    assert skill is not None
    known = await profiles.set_skill(ana, _offer(tag=skill.label.upper()))
    own = await profiles.set_skill(ana, _offer(tag="bike  whispering"))
    again = await profiles.set_skill(ana, _offer(tag="bike whispering"))
    assert isinstance(known, ProfileSkill)
    assert known.skill_id == "gig:invoicing"
    assert isinstance(own, ProfileTag)
    assert isinstance(again, ProfileTag)
    assert (own.text, own.id) == ("bike whispering", again.id)
    await profiles.remove_tag(ana, direction=SkillDirection.OFFERED, text="bike whispering")
    with pytest.raises(NotFound):
        await profiles.remove_tag(ana, direction=SkillDirection.OFFERED, text="bike whispering")


@pytest.mark.parametrize(
    ("choice", "paths"),
    [
        ({}, ["skillId"]),
        ({"skill_id": "gig:invoicing", "tag": "invoicing"}, ["skillId"]),
        ({"skill_id": "gig:there-is-none"}, ["skillId"]),
        ({"tag": "x"}, ["tag"]),
        ({"tag": "t" * 81, "evidence_url": "javascript:alert(1)", "priority": 0}, ["tag", "evidenceUrl", "priority"]),
        ({"skill_id": "gig:invoicing", "evidence_url": "https://user:secret@example.org/"}, ["evidenceUrl"]),
        ({"skill_id": "gig:invoicing", "evidence_url": "http://[broken"}, ["evidenceUrl"]),
        ({"skill_id": "gig:invoicing", "evidence_url": "https://example.org/\x00"}, ["evidenceUrl"]),
        ({"skill_id": "gig:invoicing", "evidence_url": "https://e.org/" + "a" * 500}, ["evidenceUrl"]),
    ],
)
async def test_a_skill_that_cannot_be_meant_is_refused(choice: dict[str, Any], paths: list[str]) -> None:
    ana = await person("Ana")
    with pytest.raises(InvalidInput) as refused:
        await profiles.set_skill(ana, _offer(**choice))
    assert [problem.path for problem in refused.value.problems] == paths
    assert await ProfileSkill.all().count() + await ProfileTag.all().count() == 0


async def test_the_limit_of_skills_holds_when_many_come_at_once() -> None:
    ana = await person("Ana")
    ids = list(vocabulary().skills)[: MAX_SKILLS + 10]
    outcomes = await asyncio.gather(
        *(profiles.set_skill(ana, _offer(skill_id=one)) for one in ids), return_exceptions=True
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert [type(one) for one in refused] == [LimitReached] * 10
    assert await ProfileSkill.all().count() == MAX_SKILLS
    assert (await Profile.get(id=ana.user_id)).version == 1 + MAX_SKILLS


async def test_a_tag_longer_than_any_is_not_found() -> None:
    ana = await person("Ana")
    with pytest.raises(NotFound):
        await profiles.remove_tag(ana, direction=SkillDirection.OFFERED, text="t" * 81)


async def test_the_limit_of_tags_holds() -> None:
    ana = await person("Ana")
    for number in range(MAX_TAGS):
        await profiles.set_skill(ana, _offer(tag=f"whispering {number}"))
    with pytest.raises(LimitReached) as refused:
        await profiles.set_skill(ana, _offer(tag="one more whisper"))
    assert refused.value.limit == MAX_TAGS


async def test_languages_are_replaced_in_the_order_given_and_spelt_as_usual() -> None:
    ana = await person("Ana")
    choices = [
        LanguageChoice("PT-br", Proficiency.NATIVE),
        LanguageChoice("zh-hant", Proficiency.TEXT_ONLY),
        LanguageChoice("en", Proficiency.WORKING),
    ]
    await profiles.set_languages(ana, choices)
    own = ana.require_profile()
    assert [(one.code, one.proficiency) for one in (await reads.languages_of(ana, [own]))[own]] == [
        ("pt-BR", Proficiency.NATIVE),
        ("zh-Hant", Proficiency.TEXT_ONLY),
        ("en", Proficiency.WORKING),
    ]
    await profiles.set_languages(ana, choices[2:])
    assert [one.code for one in (await reads.languages_of(ana, [own]))[own]] == ["en"]


@pytest.mark.parametrize("code", ["", "und", "x", "english", "en_GB", "en-GB-oed-x", "p\u0442", "en\x00", "e" * 17])
async def test_what_is_no_language_is_refused(code: str) -> None:
    ana = await person("Ana")
    with pytest.raises(InvalidInput) as refused:
        await profiles.set_languages(ana, [LanguageChoice(code, Proficiency.BASIC)])
    assert refused.value.problems[0].path == "languages.0.code"


async def test_a_language_twice_and_too_many_languages_are_refused() -> None:
    ana = await person("Ana")
    twice = [LanguageChoice("en", Proficiency.BASIC), LanguageChoice("EN", Proficiency.NATIVE)]
    with pytest.raises(InvalidInput, match="twice"):
        await profiles.set_languages(ana, twice)
    with pytest.raises(InvalidInput, match="At most 20"):
        await profiles.set_languages(ana, twice[:1] * 21)


async def test_the_support_map_is_replaced_whole() -> None:
    ana = await person("Ana")
    await profiles.set_support(ana, [SupportChoice(SupportNeed.EMOTIONAL, is_offer=False)])
    cells = [
        SupportChoice(SupportNeed.GUIDANCE, is_offer=False, met_by=" "),
        SupportChoice(SupportNeed.GUIDANCE, is_offer=True, note="Fridays"),
    ]
    await profiles.set_support(ana, cells)
    own = ana.require_profile()
    kept = (await reads.support_of(ana, [own]))[own]
    assert [(one.need, one.is_offer, one.note, one.met_by) for one in kept] == [
        (SupportNeed.GUIDANCE, False, "", None),
        (SupportNeed.GUIDANCE, True, "Fridays", None),
    ]
    with pytest.raises(InvalidInput) as refused:
        await profiles.set_support(ana, [*cells, SupportChoice(SupportNeed.GUIDANCE, is_offer=True, met_by="Rui")])
    assert [problem.code for problem in refused.value.problems] == ["repeated", "not_for_offers"]
