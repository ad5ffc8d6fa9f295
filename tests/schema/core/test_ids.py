from base64 import urlsafe_b64encode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import NotFound
from server.schema.core.building import build_schema
from server.schema.core.ids import decode_id, encode_id, split_id, uuid_of
from server.schema.core.nodes import node_loader
from tests.schema.core.runner import ask
from tests.schema.core.toy import HIDDEN, Journal, Query

KEY = UUID("01900000-0000-7000-8000-00000000abcd")


def raw(text: bytes) -> str:
    return urlsafe_b64encode(text).decode().rstrip("=")


def test_ids_come_back_as_they_went():
    assert uuid_of(encode_id("Profile", KEY), "Profile") == KEY
    assert decode_id(encode_id("Skill", "gig:invoicing"), "Skill") == "gig:invoicing"


FORGED = [
    "",
    "x",
    "!",
    "é",
    "A" * 1_000,
    str(KEY),
    f"Profile:{KEY}",
    encode_id("Mentorship", KEY),
    encode_id("Profile", "not-a-uuid"),
    encode_id("Profile", str(KEY).upper()),
    encode_id("Profile", KEY.hex),
    encode_id("Profile", KEY) + "=",
    encode_id("Profile", KEY) + "\n",
    raw(b"Profile"),
    raw(b"Profile:\xff\xfe"),
    raw(f"Profile:{KEY}\x00".encode()),
    raw(f"profile:{KEY}".encode()),
]


@pytest.mark.parametrize("text", FORGED)
def test_wrong_type_malformed_and_hidden_answer_alike(text: str):
    with pytest.raises(NotFound) as refused:
        uuid_of(text, "Profile", what="profile")
    assert str(refused.value) == str(NotFound("profile"))


@given(st.text())
def test_any_text_is_an_id_or_not_found(text: str):
    try:
        type_name, key = split_id(text)
    except NotFound:
        return
    assert encode_id(type_name, key) == text


async def test_node_and_nodes_find_what_may_be_seen_with_one_query_per_type():
    journal = Journal()
    ids = [encode_id("Pen", UUID(int=n)) for n in (1, 2, 2)]
    hidden = [encode_id("Pen", HIDDEN), encode_id("Pen", KEY), encode_id("Box", KEY), encode_id("Pen", "x"), "garbage"]
    query = """query ($ids: [ID!]!, $one: ID!, $no: ID!) {
        nodes(ids: $ids) { id ... on Pen { name } }
        one: node(id: $one) { id __typename } none: node(id: $no) { id } }"""
    result = await ask(query, journal, ids=ids + hidden, one=ids[0], no=hidden[0])
    assert result.errors is None
    assert result.data is not None
    names = [None if node is None else node["name"] for node in result.data["nodes"]]
    assert names == ["pen 001", "pen 002", "pen 002", *[None] * 5]
    assert result.data["one"] == {"id": ids[0], "__typename": "Pen"}
    assert result.data["none"] is None
    assert journal.calls == [("load_pens", 4)]


async def test_a_hundred_and_one_nodes_are_refused():
    result = await ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["x"] * 101)
    assert [error.message for error in result.errors or []] == ["At most 100 ids at once."]


def test_a_type_has_one_loader():
    with pytest.raises(TypeError, match="Pen has a node loader"):
        node_loader("Pen")(lambda info, keys: None)  # type: ignore[arg-type,return-value]  # never called


def test_a_node_type_without_a_loader_stops_the_start():
    import strawberry

    from server.schema.core.nodes import Node

    @strawberry.type
    class Orphan(Node):
        pass

    with pytest.raises(TypeError, match="no node loader for Orphan"):
        build_schema(Query, types=[Orphan])
