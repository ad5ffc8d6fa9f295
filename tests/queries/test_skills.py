"""The shipped vocabulary: its rules, what people type and what they find, and text that means harm."""

import re
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.skill_search import MAX_HITS
from server.domain.skill_words import normalise
from server.domain.skills import Skill, SkillGroupCode, SkillId, SkillSource
from server.queries import skills

# What is typed, and the id or the label of the skill meant. The meant one is among the first three.
TYPED = {
    "invocing": "gig:invoicing",
    "invoiceing": "gig:invoicing",
    "invoci": "gig:invoicing",
    "how to bill": "gig:invoicing",
    "car driver": "gig:car-driving-for-work",
    "driving cars": "gig:car-driving-for-work",
    "cardriver": "gig:car-driving-for-work",
    "trans": "gig:translating-documents",
    "transaltor": "gig:translating-documents",
    "traslation": "gig:translating-documents",
    "translatoin memory": "gig:translation-memory-tools",
    "subtitels": "gig:subtitling-and-captions",
    "proof reading": "gig:proofreading",
    "fotograpy": "photography",
    "fotografer": "gig:freelance-photography",
    "photo editting": "gig:photo-editing-and-retouching",
    "photo shop": "Adobe Photoshop",
    "bike curier": "gig:bike-courier-work",
    "Courier, bike!": "gig:bike-courier-work",
    "fixing a punctur": "gig:bike-repair-and-upkeep",
    "uber driver": "gig:ride-hail-driving",
    "clener": "gig:home-cleaning",
    "house cleening": "gig:home-cleaning",
    "airbnb cleaning": "gig:holiday-let-turnover-cleaning",
    "elderly caer": "gig:elder-care-at-home",
    "babysiter": "gig:childminding-and-babysitting",
    "dog waking": "gig:dog-walking",
    "plummer": "gig:basic-plumbing",
    "someone to fix my kitchen tap": "gig:basic-plumbing",
    "elektrician": "gig:basic-electrical-repairs",
    "ikea": "gig:flat-pack-furniture-assembly",
    "furnature assembly": "gig:flat-pack-furniture-assembly",
    "bar tender": "gig:bar-work",
    "CAFE work": "gig:barista-work",
    "fork lift": "gig:forklift-driving",
    "pick and pack": "gig:order-picking",
    "drop shiping": "gig:dropshipping",
    "market traders": "gig:market-stall-selling",
    "logo desing": "gig:logo-and-brand-design",
    "web developement": "gig:web-development",
    "no-code": "gig:no-code-automation",
    "data labeling": "gig:data-labelling-and-microtasks",
    "chat gpt": "gig:prompting-and-using-ai-tools",
    "c++": "C++",
    "C#": "C#",
    "tik tok": "gig:short-video-making",
    "streeming": "gig:live-streaming",
    "socialmedia": "social media management",
    "tuter": "gig:private-tutoring",
    "virtual asistant": "gig:virtual-assistance",
    "how much to charge": "gig:setting-prices",
    "paid late": "gig:getting-paid-on-time",
    "late paymnet": "gig:getting-paid-on-time",
    "client wont pay": "gig:taking-a-non-payer-to-court",
    "taxs": "gig:taxes-for-self-employed",
    "help with my taxes": "gig:taxes-for-self-employed",
    "scope crep": "gig:handling-scope-creep",
    "dificult client": "gig:difficult-clients",
    "first customers": "gig:finding-first-clients",
    "negociation": "gig:negotiating",
    "bad reveiw": "gig:bad-reviews-and-replies",
    "low rating": "gig:platform-ratings",
    "deactivaton appeal": "gig:account-deactivation-appeals",
    "banned from the app": "gig:account-deactivation-appeals",
    "insurence": "gig:insurance-for-self-employed",
    "burn out": "gig:avoiding-burnout",
    "lonely": "gig:working-alone",
    "time managment": "gig:time-management-between-gigs",
    "resumé": "gig:cv-with-gig-work-on-it",
    "job interveiw": "gig:job-interviews",
    "career chnage": "gig:career-change",
    "permanent job": "gig:moving-from-gigs-to-employment",
    "phishng": "gig:account-and-identity-security",
}

HOSTILE = [
    "",
    " ",
    "\x00",
    "\ud800",
    "\u202e\u200d",
    "🚲" * 3_000,
    "a" * 10_000,
    "a b " * 2_500,
    "zqxwv " * 2_000,
    "\ufdfa" * 10_000,
    "e\u0301" * 5_000,
    "%_'\";--<script>",
    "(" * 10_000,
    "++++####",
    "٣٤٥",
    "翻訳 перевод ترجمة",
]


def gig_skills() -> list[Skill]:
    return [skill for skill in skills.vocabulary().skills.values() if skill.source is SkillSource.GIG]


@pytest.mark.parametrize(("typed", "meant"), TYPED.items())
def test_what_people_type_finds_what_they_mean(typed: str, meant: str) -> None:
    found = [hit.skill.id if meant.startswith("gig:") else hit.skill.label for hit in skills.search(typed, 3)]
    assert meant in found


def test_misspelt_invoicing_comes_first() -> None:
    assert skills.search("invocing")[0].skill.id == "gig:invoicing"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_answered(text: str) -> None:
    hits = skills.search(text, 10_000)
    assert len(hits) <= MAX_HITS
    assert skills.vocabulary().map_tag(text) is None


@settings(deadline=None)
@given(st.text(max_size=200) | st.lists(st.sampled_from(sorted(TYPED)), max_size=20).map("".join))
def test_any_text_finds_a_bounded_ordered_list(text: str) -> None:
    hits = skills.search(text, MAX_HITS)
    places = [(-hit.score, hit.skill.id) for hit in hits]
    assert len(hits) <= MAX_HITS
    assert places == sorted(set(places))
    assert all(0 < hit.score <= 1 and hit.matched in (hit.skill.label, *hit.skill.aliases) for hit in hits)


@settings(deadline=None)
@given(st.data())
def test_every_skill_is_found_by_its_label(data: st.DataObject) -> None:
    skill = data.draw(st.sampled_from(list(skills.vocabulary().skills.values())))
    assert skill.label in [hit.skill.label for hit in skills.search(skill.label, 3)]


def test_pages_meet_without_gap_or_repeat() -> None:
    whole = skills.search("clean", MAX_HITS)
    pages = []
    after: tuple[float, SkillId] | None = None
    while page := skills.search("clean", 7, after=after):
        pages += page
        after = (page[-1].score, page[-1].skill.id)
    assert pages == whole


def test_all_of_esco_and_the_gig_vocabulary_is_there() -> None:
    known = skills.vocabulary()
    assert sum(skill.source is SkillSource.ESCO for skill in known.skills.values()) == 13_412
    assert len(gig_skills()) >= 300


def test_gig_ids_are_slugs() -> None:
    assert [one.id for one in gig_skills() if not re.fullmatch(r"gig:[a-z0-9]+(-[a-z0-9]+)*", one.id)] == []


def test_gig_names_belong_to_one_skill_each() -> None:
    names = [normalise(name) for skill in gig_skills() for name in (skill.label, *skill.aliases)]
    assert sorted(name for name in set(names) if names.count(name) > 1 or not name) == []


def test_gig_labels_are_not_esco_labels() -> None:
    esco = {one.label for one in skills.vocabulary().skills.values() if one.source is SkillSource.ESCO}
    assert {one.label for one in gig_skills()} & esco == set()


def test_each_gig_skill_stands_in_one_second_level_gig_group_and_has_aliases() -> None:
    groups = skills.vocabulary().groups
    for skill in gig_skills():
        (own,) = [groups[code] for code in skill.group_ids if code.startswith("gig-group:")]
        assert own.parent is not None
        assert groups[own.parent].parent is None
        assert 2 <= len(skill.aliases) <= 8


def test_related_skills_are_esco_skills() -> None:
    related = {one for skill in gig_skills() for one in skill.related_ids}
    found = skills.skills_by_ids(related)
    assert set(found) == related
    assert {one.source for one in found.values()} == {SkillSource.ESCO}


def test_a_gig_group_means_the_skills_of_its_trades() -> None:
    expanded = skills.vocabulary().expand(["gig-group:business"])
    assert {"gig:invoicing", "gig:platform-ratings"} <= expanded
    assert "gig:home-cleaning" not in expanded


def test_an_esco_group_holds_gig_skills_too() -> None:
    assert "gig:tax-returns" in skills.vocabulary().expand(["K0411"])


def test_free_tags_map_in() -> None:
    known = skills.vocabulary()
    tags = ("Scope Creep", "banned from app", "PHOTOGRAPHY", "no such thing at all")
    found = [known.map_tag(tag) for tag in tags]
    assert [skill and skill.label for skill in found] == [
        "handling scope creep",
        "account deactivation appeals",
        "photography",
        None,
    ]


def test_reads_by_id_leave_out_the_unknown() -> None:
    invoicing, money = SkillId("gig:invoicing"), SkillGroupCode("gig-group:money")
    assert list(skills.skills_by_ids([invoicing, SkillId("gig:nothing")])) == [invoicing]
    assert skills.groups_by_ids([money, SkillGroupCode("")])[money].label == "pricing and getting paid"


def test_threads_share_one_vocabulary() -> None:
    with ThreadPoolExecutor(4) as pool:
        loaded = list(pool.map(lambda _: (skills.vocabulary(), skills.skill_index()), range(8)))
    assert len({(id(vocabulary), id(index)) for vocabulary, index in loaded}) == 1


def test_the_notice_of_esco_ships_with_it() -> None:
    notice = files("server") / "data" / "esco" / "NOTICE"
    assert skills.ESCO_NOTICE in notice.read_text("utf-8")
