"""How hits are ranked, shown on a vocabulary small enough to read. The shipped one: tests/queries/test_skills.py."""

import pytest

from server.domain.skill_search import MAX_HITS, SkillIndex
from server.domain.skills import Skill, SkillGroup, SkillGroupCode, SkillId, SkillSource, Vocabulary

TOP = SkillGroupCode("K")


def skill(skill_id: str, label: str, *aliases: str) -> Skill:
    source = SkillSource.GIG if skill_id.startswith("gig:") else SkillSource.ESCO
    return Skill(SkillId(skill_id), label, (TOP,), aliases, source)


def index_of(*skills: Skill) -> SkillIndex:
    return SkillIndex(Vocabulary(skills, [SkillGroup(TOP, "knowledge", None)]))


def ids(index: SkillIndex, text: str) -> list[str]:
    return [hit.skill.id for hit in index.search(text)]


def test_a_label_outranks_the_same_alias() -> None:
    assert ids(index_of(skill("a", "filing", "billing"), skill("b", "billing")), "billing") == ["b", "a"]


def test_a_whole_word_outranks_a_beginning_and_a_beginning_a_correction() -> None:
    index = index_of(skill("a", "norma"), skill("b", "formats"), skill("c", "form"))
    assert ids(index, "form") == ["c", "b"]
    assert ids(index, "forma") == ["b", "c", "a"]


def test_a_gig_skill_outranks_its_equal() -> None:
    assert ids(index_of(skill("a", "billing"), skill("gig:b", "billing")), "billing") == ["gig:b", "a"]


def test_word_order_matters_little() -> None:
    index = index_of(skill("a", "bike courier"), skill("b", "bike repair"))
    assert ids(index, "courier bike")[0] == "a"


@pytest.mark.parametrize("typed", ["photoshop", "photo shop", "Photo-Shop", "fotoshop", "photoshp", "photosh"])
def test_a_word_is_found_however_it_is_typed(typed: str) -> None:
    assert ids(index_of(skill("a", "photoshop"), skill("b", "wood")), typed) == ["a"]


@pytest.mark.parametrize("typed", ["social media", "socialmedia", "media social", "social medai", "socal media"])
def test_two_words_are_found_however_they_are_typed(typed: str) -> None:
    assert ids(index_of(skill("a", "social media"), skill("b", "wood")), typed) == ["a"]


def test_a_hit_says_which_name_matched_as_it_is_written() -> None:
    (hit,) = index_of(skill("a", "Repairs", "Façade work", "Odd jobs")).search("facade")
    assert (hit.skill.id, hit.matched) == ("a", "Façade work")
    assert 0 < hit.score <= 1


def test_each_skill_is_found_once() -> None:
    assert ids(index_of(skill("a", "tax returns", "tax filing", "tax forms")), "tax") == ["a"]


def test_equals_are_ordered_by_id_and_pages_meet_without_gap() -> None:
    index = index_of(*(skill(f"s{number}", f"task {number:02}") for number in range(30)))
    whole = index.search("task", 30)
    first = index.search("task", 10)
    rest = index.search("task", 30, after=(first[-1].score, first[-1].skill.id))
    assert [(-hit.score, hit.skill.id) for hit in whole] == sorted((-hit.score, hit.skill.id) for hit in whole)
    assert first + rest == whole


def test_no_more_than_the_bound_is_found() -> None:
    index = index_of(*(skill(f"s{number}", f"task {number}") for number in range(MAX_HITS + 50)))
    assert len(index.search("task", 10_000)) == MAX_HITS


@pytest.mark.parametrize("limit", [0, -1])
def test_no_limit_finds_nothing(limit: int) -> None:
    assert index_of(skill("a", "task")).search("task", limit) == []


@pytest.mark.parametrize("typed", ["", "   ", "?!", "🚲", "\x00", "the", "qqqqqqqq", "ab"])
def test_text_that_says_nothing_finds_nothing(typed: str) -> None:
    assert index_of(skill("a", "billing"), skill("b", "wood work")).search(typed) == []


def test_an_empty_vocabulary_finds_nothing() -> None:
    assert index_of().search("billing") == []
