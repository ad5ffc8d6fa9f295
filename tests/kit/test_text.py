"""What is kept of text from outside."""

import sys
import unicodedata

import pytest

from server.kit.text import clean_line, clean_paragraphs, is_storable

EVERY = [chr(number) for number in range(sys.maxunicode + 1)]


def test_a_line_has_a_space_for_every_character_that_unicode_calls_a_control_or_a_break() -> None:
    breaks = {one for one in EVERY if unicodedata.category(one) in {"Cc", "Zl", "Zp"}}
    spaces = {one for one in EVERY if one.isspace()}
    assert {one for one in EVERY if clean_line(f"a{one}b") == "a b"} == breaks | spaces


def test_paragraphs_lose_every_character_that_unicode_calls_a_control_but_tabs_and_line_breaks() -> None:
    controls = {one for one in EVERY if unicodedata.category(one) == "Cc"}
    assert {one for one in EVERY if clean_paragraphs(f"a{one}b") == "ab"} == controls - set("\n\t\r")


@pytest.mark.parametrize(
    ("text", "line", "paragraphs"),
    [
        ("  two\u2028 words \x07", "two words", "two\u2028 words"),
        ("e\u0301\r\n\r\n\tx\ry\x85", "\u00e9 x y", "\u00e9\n\n\tx\ny"),
        ("\x00\x1b", "", ""),
    ],
)
def test_text_is_cleaned_in_one_shape(text: str, line: str, paragraphs: str) -> None:
    assert (clean_line(text), clean_paragraphs(text)) == (line, paragraphs)


@pytest.mark.parametrize(("text", "storable"), [("plain \u00e9", True), ("a\x00", False), ("\ud800", False)])
def test_what_cannot_be_stored_is_told(text: str, storable: bool) -> None:
    assert is_storable(text) is storable
