"""The vocabulary: its hierarchy, what a group means, and which free tag names which skill."""

import pytest

from server.domain.skill_tables import parse_groups, parse_skills
from server.domain.skills import Skill, SkillGroup, SkillGroupCode, SkillId, SkillSource, Vocabulary

GROUPS = "code\tlabel\tparent\nK\tknowledge\t\nK1\tlanguages\tK\nS\tskills\t\nS1\twriting\tS\nS11\tletters\tS1\n"
ESCO = (
    "esco_id\tlabel\tgroups\taliases\n"
    "e-1\ttranslate texts\tK1|S1\ttranslating texts|translation\n"
    "e-2\twrite letters\tS11\tcorrespondence|help customers\n"
    "e-3\tproofread text\tS1\thelp customers|?\n"
    "e-4\tC++\tK\t\n"
    "e-5\tC#\tK\t\n"
)
GIG = "id\tlabel\tgroups\taliases\trelated\ngig:translating\ttranslating\tK1\ttranslation|café letters\te-1|e-2\n"


def vocabulary() -> Vocabulary:
    return Vocabulary(
        [*parse_skills(GIG, SkillSource.GIG), *parse_skills(ESCO, SkillSource.ESCO)], parse_groups(GROUPS)
    )


def codes(groups: list[SkillGroup]) -> list[str]:
    return [group.code for group in groups]


def test_a_line_becomes_a_skill() -> None:
    assert vocabulary().get("gig:translating") == Skill(
        id=SkillId("gig:translating"),
        label="translating",
        group_ids=(SkillGroupCode("K1"),),
        aliases=("translation", "café letters"),
        source=SkillSource.GIG,
        related_ids=(SkillId("e-1"), SkillId("e-2")),
    )


def test_an_unknown_skill_is_none_and_has_no_groups() -> None:
    assert vocabulary().get("e-9") is None
    assert vocabulary().parents(SkillId("e-9")) == []
    assert vocabulary().ancestors(SkillId("e-9")) == []


def test_parents_are_direct_and_ancestors_reach_the_top() -> None:
    assert codes(vocabulary().parents(SkillId("e-1"))) == ["K1", "S1"]
    assert codes(vocabulary().ancestors(SkillId("e-1"))) == ["K1", "K", "S1", "S"]


def test_children_are_listed_level_by_level() -> None:
    known = vocabulary()
    assert codes(list(known.subgroups(None))) == ["K", "S"]
    assert codes(list(known.subgroups(SkillGroupCode("S1")))) == ["S11"]
    assert [skill.id for skill in known.members(SkillGroupCode("S1"))] == ["e-1", "e-3"]
    assert known.members(SkillGroupCode("nowhere")) == ()


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ([], set()),
        (["e-1"], {"e-1"}),
        (["S11"], {"e-2"}),
        (["S"], {"e-1", "e-2", "e-3"}),
        (["S1", "S11", "e-4"], {"e-1", "e-2", "e-3", "e-4"}),
        (["unknown", "", "e-2"], {"e-2"}),
    ],
)
def test_a_group_means_every_skill_below_it(asked: list[str], meant: set[str]) -> None:
    assert vocabulary().expand(asked) == meant


@pytest.mark.parametrize(
    ("tag", "meant"),
    [
        ("Translate Texts", "e-1"),
        ("  write   LETTERS ", "e-2"),
        ("write-letters!", "e-2"),
        ("translation", "gig:translating"),
        ("Cafe Letters", "gig:translating"),
        ("CAFÉ letters", "gig:translating"),
        ("c++", "e-4"),
        ("C#", "e-5"),
        ("c", None),
        ("help customers", None),
        ("?", None),
        ("", None),
        ("\x00", None),
        ("juggling " * 5000, None),
    ],
)
def test_a_free_tag_names_a_skill_or_none(tag: str, meant: str | None) -> None:
    found = vocabulary().map_tag(tag)
    assert (found.id if found else None) == meant


@pytest.mark.parametrize(
    ("skills", "groups", "complaint"),
    [
        (ESCO + "e-1\tagain\tK\t\n", GROUPS, "e-1 is there twice"),
        (ESCO + "e-6\tlost\tZ\t\n", GROUPS, "unknown group Z"),
        (ESCO, GROUPS + "S\tagain\t\n", "S is there twice"),
        (ESCO, GROUPS + "T\torphan\tZ\n", "no way to the top"),
        (ESCO, GROUPS + "T\tround\tU\nU\tround\tT\n", "no way to the top"),
        (ESCO + "e-6\t\tK\t\n", GROUPS, "needs an id, a label"),
        (ESCO + "e-6\tshort\n", GROUPS, "needs an id, a label"),
    ],
)
def test_a_broken_file_is_refused(skills: str, groups: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Vocabulary(parse_skills(skills, SkillSource.ESCO), parse_groups(groups))
