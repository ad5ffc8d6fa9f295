import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import InvalidInput
from server.domain.identity import Client, clean_display_name, clean_email
from server.domain.identity_passwords import clean_password, presented_password


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ana@Example.ORG ", "ana@example.org"),
        ("zoe\u0308@example.org", "zo\u00eb@example.org"),
        ("a@xn--exmple-cua.org", "a@exämple.org"),
        ("a+b@example.org", "a+b@example.org"),
    ],
)
def test_an_address_has_one_spelling(typed: str, kept: str) -> None:
    assert clean_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "ana", "ana@localhost", "a\x00@example.org", "a\ud800@example.org", "x" * 5000 + "@example.org", "a@[::1]"],
)
def test_what_is_no_address_is_refused_as_input(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        clean_email(typed, path="newEmail")
    assert [(p.path, p.code) for p in refused.value.problems] == [("newEmail", "not_an_address")]


@given(st.text(max_size=300))
def test_any_text_is_an_address_or_a_refusal_and_never_a_crash(text: str) -> None:
    try:
        kept = clean_email(text)
    except InvalidInput:
        return
    assert clean_email(kept) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("short", "length"),
        ("x" * 201, "length"),
        ("long enough \x00", "length"),
        ("long enough \ud800", "length"),
        ("e\u0301" * 500_000, "length"),
        ("Password123", "too_common"),
        ("aaaaaaaaaaaa", "too_common"),
        ("abcabcabcabca", "too_common"),
        ("xyxyxyxyxyxy", "too_common"),
        ("23456789:;<=", "too_common"),
        ("zyxwvutsrqpo", "too_common"),
        ("my MARIA.lopez is here", "has_mail_name"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        clean_password(typed, email="maria.lopez@example.org")
    assert [problem.code for problem in refused.value.problems] == [code]


def test_a_short_mail_name_may_be_part_of_a_password() -> None:
    assert clean_password("seven quiet jo herons", email="jo@example.org") == "seven quiet jo herons"


def test_two_ways_to_type_a_password_are_one_password() -> None:
    assert presented_password("cafe\u0301 au lait noir") == clean_password(
        "caf\u00e9 au lait noir", email="a@example.org"
    )


@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_text_is_a_password_or_a_refusal_and_never_a_crash(text: str) -> None:
    try:
        kept = clean_password(text, email="ana@example.org")
    except InvalidInput:
        return
    assert 10 <= len(kept) <= 200
    assert kept.encode()


@pytest.mark.parametrize("typed", ["", " \n ", "x" * 81, "x" * 100_000, "a\x00", "a\udfff"])
def test_a_name_that_cannot_stand_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        clean_display_name(typed)


def test_a_name_is_kept_as_one_line() -> None:
    assert clean_display_name("  Ana\n\tLópez ") == "Ana López"


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        (None, "unknown"),
        ("testclient", "unknown"),
    ],
)
def test_tries_are_counted_by_the_network_of_one_subscriber(host: str | None, network: str) -> None:
    assert Client(host=host).network == network


def test_a_user_agent_is_shown_as_one_short_line() -> None:
    assert Client(user_agent="Fire\x00fox\n" + "x" * 9000).shown_agent == ("Fire fox " + "x" * 191)
    assert Client(user_agent="\ud800").shown_agent == ""
