from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise

import pytest

from server.domain.places import COUNTRIES, language_tag, time_zones
from server.domain.profile_changes import Feedback, HowIWork, Pace, ProfileChanges, check_pseudonym, clean_changes
from server.domain.profile_parts import (
    ContactDraft,
    ContactKind,
    LanguageChoice,
    StintDraft,
    SupportChoice,
    TransitionDraft,
    clean_contact,
    clean_languages,
    clean_stint,
    clean_support,
    clean_transition,
)
from server.domain.profiles import SkillDirection, Visibility
from server.domain.seed_people import mail_name, seed_person
from server.domain.seed_shapes import SeedPerson
from server.domain.seed_sketch import SeedSource
from server.queries.skills import vocabulary
from server.services.seed_material import seed_material

DAY = datetime(2026, 3, 2, tzinfo=UTC)
SOURCE = SeedSource(7, DAY)


@cache
def crowd() -> tuple[SeedPerson, ...]:
    return tuple(seed_person(seed_material(), SOURCE, number) for number in range(600))


def test_the_same_seed_and_number_make_the_same_person() -> None:
    assert seed_person(seed_material(), SOURCE, 41) == crowd()[41]


def test_another_seed_makes_other_people() -> None:
    others = [seed_person(seed_material(), SeedSource(8, DAY), number) for number in range(20)]
    assert all(one.profile.id != two.profile.id for one, two in zip(others, crowd(), strict=False))
    assert [one.profile.display_name for one in others] != [one.profile.display_name for one in crowd()[:20]]


def test_nobody_shares_an_id_or_an_address() -> None:
    assert len({person.user.id for person in crowd()}) == len(crowd())
    assert len({person.user.email for person in crowd()}) == len(crowd())


def test_ids_are_uuids_of_version_7_that_tell_when_somebody_came() -> None:
    for person in crowd()[:50]:
        assert person.user.id.version == 7
        assert person.user.id.int >> 80 == int(person.user.created_at.timestamp() * 1000)


def test_every_profile_is_one_that_a_person_could_have_saved() -> None:
    for person in crowd():
        profile = person.profile
        card = profile.how_i_work
        written = {
            name: getattr(profile, name)
            for name in (
                "display_name", "pseudonym", "headline", "bio", "work_patterns", "interests", "industries", "goals",
                "time_zone", "city", "country", "meets_within_km",
            )
        }  # fmt: skip
        kept = clean_changes(
            ProfileChanges(
                **{**written, "work_patterns": []},
                how_i_work=HowIWork(
                    Pace(card["pace"]), Feedback(card["feedback"]), card["camera_off_is_fine"], card["note"]
                ),
            )
        )
        assert kept == {**written, "work_patterns": [], "how_i_work": card}
        check_pseudonym(is_pseudonymous=profile.is_pseudonymous, pseudonym=profile.pseudonym)


def test_every_part_is_one_that_a_person_could_have_saved() -> None:
    for person in crowd():
        for stint in person.stints:
            draft = StintDraft(
                pattern=stint.pattern, title=stint.title, started_on=stint.started_on, ended_on=stint.ended_on
            )
            assert clean_stint(draft, today=DAY.date()) == draft
        for change in person.transitions:
            move = TransitionDraft(change.from_work, change.to_work, change.year)
            assert clean_transition(move, today=DAY.date()) == move
        for contact in person.contacts:
            way = ContactDraft(ContactKind(contact.kind), contact.value, Visibility(contact.visibility))
            assert clean_contact(way) == way
        cells = [SupportChoice(one.need, one.is_offer, one.note, one.met_by) for one in person.support]
        assert clean_support(cells) == cells
        spoken = [LanguageChoice(one.code, one.proficiency) for one in person.languages]
        assert clean_languages(spoken) == spoken


def test_every_skill_is_in_the_vocabulary_and_stands_once_per_direction() -> None:
    for person in crowd():
        keys = [(skill.direction, skill.skill_id) for skill in person.skills]
        assert len(set(keys)) == len(keys)
        assert all(vocabulary().get(skill.skill_id) for skill in person.skills)
        assert not {one.skill_id for one in person.skills_in(SkillDirection.OFFERED)} & {
            one.skill_id for one in person.skills_in(SkillDirection.SOUGHT)
        }


def test_skills_are_popular_like_words_are_and_both_vocabularies_are_used() -> None:
    counts = Counter(skill.skill_id for person in crowd() for skill in person.skills)
    ranked = [count for _, count in counts.most_common()]
    assert ranked[0] > 5 * ranked[20] > 0
    assert len(ranked) > 200
    esco = sum(count for skill_id, count in counts.items() if not skill_id.startswith("gig:"))
    assert 0.1 < esco / sum(ranked) < 0.5


def test_people_come_from_many_places() -> None:
    assert len({person.profile.city for person in crowd()}) > 40
    assert len({person.profile.time_zone for person in crowd()}) > 25
    assert {person.trade for person in crowd()} == set(seed_material().trades)
    assert {person.profile.time_zone for person in crowd()} <= time_zones()
    assert {person.profile.country for person in crowd()} <= COUNTRIES


def test_there_are_twelve_cultures_with_names_enough() -> None:
    cultures = {culture.key: culture for city in seed_material().cities for culture in city.cultures}
    assert len(cultures) >= 12
    assert min(len(set(culture.given)) for culture in cultures.values()) >= 25
    assert min(len(set(culture.family)) for culture in cultures.values()) >= 25
    assert all(language_tag(culture.language) == culture.language for culture in cultures.values())


@pytest.mark.parametrize(
    ("share", "least", "most"),
    [
        (lambda one: bool(one.profile.visibility), 0.15, 0.35),
        (lambda one: one.profile.is_pseudonymous, 0.04, 0.14),
        (lambda one: len(one.languages) > 1, 0.4, 0.95),
        (lambda one: any(s.started_at <= DAY and (s.ended_at is None or s.ended_at > DAY) for s in one.stretches), 0.15, 0.35),  # noqa: E501 - a row of a table
        (lambda one: any(s.started_at > DAY for s in one.stretches), 0.1, 0.35),
        (lambda one: any(s.ended_at is not None and s.ended_at < DAY for s in one.stretches), 0.5, 0.9),
        (lambda one: bool(one.exceptions), 0.25, 0.55),
        (lambda one: bool(one.transitions), 0.25, 0.55),
    ],
    ids=["visibility", "pseudonyms", "languages", "on a gig", "planned", "past", "exceptions", "transitions"],
)  # fmt: skip
def test_a_plausible_share_of_people(share: Callable[[SeedPerson], bool], least: float, most: float) -> None:
    assert least < sum(1 for person in crowd() if share(person)) / len(crowd()) < most


def test_the_times_of_a_person_do_not_overlap() -> None:
    for person in crowd():
        windows = sorted((one.weekday, one.start_minute, one.end_minute) for one in person.windows)
        assert all(one[0] < two[0] or one[2] <= two[1] for one, two in pairwise(windows))
        stretches = sorted(person.stretches, key=lambda one: one.started_at)
        assert all(one.ended_at is not None and one.ended_at <= two.started_at for one, two in pairwise(stretches))
        assert len({one.day for one in person.exceptions}) == len(person.exceptions)


def test_nobody_did_anything_after_today_or_before_they_came() -> None:
    for person in crowd():
        assert DAY - timedelta(days=731) < person.user.created_at < DAY
        assert person.user.created_at <= person.profile.updated_at <= DAY
        assert all(person.user.created_at <= one.created_at <= DAY for one in person.stretches)


def test_members_find_a_pseudonymous_person_by_no_part_of_their_name() -> None:
    hidden = [one.profile for one in crowd() if one.profile.is_pseudonymous and one.profile.search_document]
    assert hidden
    for profile in hidden:
        words = set(profile.search_document.split())
        assert mail_name(profile.display_name.split()[0]) not in words


def test_a_mail_name_is_plain_ascii() -> None:
    assert mail_name("Łukasz", "Dela Cruz") == "lukasz.delacruz"
    assert mail_name("Hương", "Nguyễn") == "huong.nguyen"
    assert mail_name("Y\u0131ld\u0131z", "Đặng") == "yildiz.dang"
