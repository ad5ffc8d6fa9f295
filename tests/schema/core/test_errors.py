from typing import Any

import pytest
import strawberry
from graphql import print_type

from server.domain import errors as refusals
from server.schema.core.building import core_schema
from server.schema.core.context import Info
from server.schema.core.errors import REFUSAL_TYPES, mutation, refusal_view
from server.schema.core.ids import encode_id
from tests.schema.core.runner import ask
from tests.schema.core.toy import PENS, schema

RENAME = """mutation ($i: RenamePenInput!) { renamePen(input: $i) { __typename
    ... on RenamePenPayload { pen { name } } ... on Refusal { code message }
    ... on InvalidInput { fields { path code } } ... on Conflict { current } } }"""
PEN = encode_id("Pen", PENS[0].id)


async def rename(name: str, pen: str = PEN) -> Any:
    result = await ask(RENAME, i={"penId": pen, "name": name})
    assert result.errors is None
    assert result.data is not None
    return result.data["renamePen"]


async def test_a_mutation_answers_with_its_payload():
    assert await rename("quill") == {"__typename": "RenamePenPayload", "pen": {"name": "quill"}}


async def test_a_refusal_is_a_member_of_the_result():
    assert await rename("quill", pen="x") == {
        "__typename": "NotFound",
        "code": "not_found",
        "message": "There is no such pen, or you may not see it.",
    }
    invalid = await rename("")
    assert (invalid["__typename"], invalid["fields"]) == ("InvalidInput", [{"path": "name", "code": "blank"}])
    conflict = await rename("pen 001")
    assert (conflict["__typename"], conflict["current"]) == ("Conflict", "pen 001")


async def test_a_refusal_outside_the_result_is_a_top_level_error():
    result = await ask(RENAME, i={"penId": PEN, "name": "full"})
    assert result.data is None
    cause = (result.errors or [])[0].original_error
    assert isinstance(cause, refusals.LimitReached)


def test_the_result_names_every_refusal_and_the_input_is_called_input():
    core = core_schema(schema)
    union = print_type(core.type_map["RenamePenResult"])
    assert union.endswith(
        "union RenamePenResult = RenamePenPayload | InvalidInput | NotFound | NotAllowed | RateLimited | Conflict"
    )
    fields: Any = core.type_map["Mutation"]
    assert [(name, str(a.type)) for name, a in fields.fields["renamePen"].args.items()] == [
        ("input", "RenamePenInput!")
    ]


class MentorFull(refusals.LimitReached):
    code = "mentor_full"


class Odd(refusals.Refusal):
    code = "odd"


@pytest.mark.parametrize(
    ("refusal", "type_name", "extra"),
    [
        (refusals.invalid("name", "blank", "No."), "InvalidInput", {}),
        (refusals.NotFound("pen"), "NotFound", {}),
        (refusals.NotAllowed("a key"), "NotAllowed", {"needs": "a key"}),
        (refusals.SignInNeeded(), "NotAllowed", {"needs": "a signed-in user"}),
        (refusals.Conflict("Gone.", current="closed"), "Conflict", {"current": "closed"}),
        (refusals.LimitReached("Full.", limit=3), "LimitReached", {"limit": 3}),
        (MentorFull("Full.", limit=4), "LimitReached", {"limit": 4}),
        (refusals.RateLimited(9), "RateLimited", {"retry_after": 9}),
        (Odd("Odd."), "Conflict", {"current": None}),
    ],
)
def test_every_refusal_has_a_face_that_keeps_its_code(refusal: refusals.Refusal, type_name: str, extra: dict[str, Any]):
    view = refusal_view(refusal)
    assert type(view) in REFUSAL_TYPES
    assert type(view).__name__ == type_name
    assert (view.code, view.message) == (refusal.code, refusal.message)
    assert {name: getattr(view, name) for name in extra} == extra


def test_a_mutation_that_breaks_the_convention_does_not_start():
    @strawberry.input
    class Other:
        name: str

    async def rename_pen(self: Any, info: Info, form: Other) -> None: ...

    async def cut_pen(self: Any, info: Info, name: str) -> None: ...

    async def drop_pen(self: Any, info: Info) -> None: ...

    for method in (rename_pen, cut_pen, drop_pen):
        with pytest.raises(TypeError, match="takes one argument of type"):
            mutation(description="x")(method)
