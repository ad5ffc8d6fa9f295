"""Names become comparable words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.skill_words import (
    MAX_WORD_LENGTH,
    MAX_WORDS,
    fold,
    normalise,
    normalise_all,
    query_words,
    stem,
)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("  Bike-Courier   work ", "bike courier work"),
        ("client's façade", "clients facade"),
        ("client\u2019s Straße", "clients strasse"),
        ("C++, C# & node.js", "c++ c# node js"),
        ("#hashtag + more", "hashtag more"),
        ("100 % / 24-7", "100 24 7"),
        ("a\tb\nc\x00d", "a b c d"),
        ("ﬁx", "fix"),
        ("翻訳", "翻訳"),
        ("🚲🚲", ""),
        ("???", ""),
    ],
)
def test_text_is_normalised(written: str, plain: str) -> None:
    assert normalise(written) == plain


@settings(deadline=None)
@given(st.lists(st.text().map(lambda text: text.replace("\n", " ")), min_size=1))
def test_many_lines_are_normalised_as_each_alone(lines: list[str]) -> None:
    assert normalise_all(lines) == tuple(normalise(line) for line in lines)


@settings(deadline=None)
@given(st.text())
def test_normal_text_stays_as_it_is(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    "family",
    [
        ["drive", "drives", "driver", "drivers", "driving"],
        ["translate", "translator", "translating", "translation", "translations"],
        ["delivery", "deliveries"],
        ["tax", "taxes"],
        ["planner", "planning", "plan"],
        ["invoice", "invoices", "invoicing"],
        ["business", "businesses"],
    ],
)
def test_kin_share_a_stem(family: list[str]) -> None:
    assert len({stem(word) for word in family}) == 1


@pytest.mark.parametrize(("one", "other"), [("tax", "taxi"), ("bus", "bu"), ("care", "car"), ("string", "str")])
def test_short_words_keep_their_meaning(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize(("one", "other"), [("fotografy", "photography"), ("kourier", "courrier"), ("sitty", "city")])
def test_words_that_sound_alike_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_small_talk_is_left_out_unless_there_is_nothing_else() -> None:
    assert query_words("How do I get help with my taxes?") == ["taxes"]
    assert query_words("how do I") == ["how", "do", "i"]


def test_a_word_typed_twice_counts_once() -> None:
    assert query_words("bike bike Bike courier") == ["bike", "courier"]


@settings(deadline=None)
@given(st.text())
def test_a_query_is_bounded(text: str) -> None:
    words = query_words(text * 50)
    assert len(words) <= MAX_WORDS
    assert all(0 < len(word) <= MAX_WORD_LENGTH for word in words)
