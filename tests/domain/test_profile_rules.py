"""Small rules of profiles: tags and zones, addresses, search words, what is missing, needs nobody meets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.completeness import ProfilePart, missing_parts
from server.domain.directory import proficiencies_from, zones_within
from server.domain.errors import InvalidInput
from server.domain.places import COUNTRIES, language_tag, time_zones
from server.domain.problems import Problems
from server.domain.profile_search import MAX_QUERY_WORDS, search_document, words_sought
from server.domain.profiles import Proficiency, SupportNeed, Visibility
from server.domain.support import support_gaps
from server.domain.visibility import ProfileField
from server.kit.clock import now


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("en", "en"),
        ("PT-br", "pt-BR"),
        ("zh-HANT-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("haw", "haw"),
        ("und", None),
        ("english", None),
        ("en-GB-oed", None),
        ("e\u0442", None),
        ("", None),
    ],
)
def test_language_tags_are_spelt_as_usual_or_refused(text: str, tag: str | None) -> None:
    assert language_tag(text) == tag


@given(st.text(max_size=20))
def test_no_text_breaks_a_language_tag_and_a_good_one_stays(text: str) -> None:
    tag = language_tag(text)
    assert tag is None or language_tag(tag) == tag


def test_zones_and_countries_are_the_real_ones() -> None:
    assert {"Europe/Lisbon", "Etc/UTC", "Asia/Kolkata"} <= time_zones()
    assert not {"Factory", "localtime", "Mars/Base"} & time_zones()
    assert len(COUNTRIES) == 249


@pytest.mark.parametrize(
    ("text", "is_good"),
    [
        ("https://example.org/a?b=c", True),
        ("http://127.0.0.1:8000", True),
        ("https://", False),
        ("//example.org", False),
        ("javascript:alert(1)", False),
        ("https://user@example.org", False),
        ("https://exa mple.org", False),
        ("https://example.org/\u202e", False),
        ("https://[::1", False),
        ("data:text/html,x", False),
    ],
)
def test_only_plain_web_addresses_are_links(text: str, is_good: bool) -> None:
    problems = Problems()
    problems.url("url", text)
    if is_good:
        problems.refuse_if_any()
    else:
        with pytest.raises(InvalidInput):
            problems.refuse_if_any()


@given(st.text(max_size=300))
def test_any_typed_text_gives_words_a_query_can_hold(text: str) -> None:
    words = words_sought(text)
    assert len(words) <= MAX_QUERY_WORDS
    assert all(word and "'" not in word and "\\" not in word and " " not in word for word in words)


def test_the_search_text_leaves_out_what_members_do_not_see() -> None:
    parts = {ProfileField.NAME: ["Zoë"], ProfileField.GOALS: ["secret"], ProfileField.BIO: ["Night  rides"]}
    assert search_document({}, parts) == "zoe night rides"
    assert search_document({"bio": int(Visibility.CIRCLES)}, parts) == "zoe"
    assert search_document({"name": int(Visibility.MATCHES)}, parts) == ""


def test_each_missing_part_says_what_it_would_change() -> None:
    everything = missing_parts([])
    assert [one.part for one in everything] == list(ProfilePart)
    assert all(one.changes.endswith(".") for one in everything)
    assert missing_parts(list(ProfilePart)) == []


def test_a_need_without_somebody_has_one_next_step() -> None:
    needs = [(SupportNeed.EMOTIONAL, None), (SupportNeed.GUIDANCE, "Rui"), (SupportNeed.PRACTICAL, "")]
    assert [gap.need for gap in support_gaps(needs)] == [SupportNeed.EMOTIONAL, SupportNeed.PRACTICAL]
    assert all(gap.next_step for gap in support_gaps([(need, None) for need in SupportNeed]))


def test_clocks_go_round_in_the_zones_near_mine() -> None:
    near = zones_within(2, "Pacific/Auckland", now())
    assert "Pacific/Honolulu" in near
    assert "Europe/London" not in near
    assert set(zones_within(12, "Etc/UTC", now())) == time_zones()


def test_proficiencies_run_from_text_only_to_native() -> None:
    assert proficiencies_from(Proficiency.FLUENT) == [Proficiency.FLUENT, Proficiency.NATIVE]
    assert proficiencies_from(Proficiency.TEXT_ONLY) == list(Proficiency)
