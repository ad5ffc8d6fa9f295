"""Arguments converted by what was looked up once, against Strawberry's own conversion."""

from enum import Enum
from typing import Any

import pytest
import strawberry
from strawberry.relay import GlobalID
from strawberry.types.arguments import convert_arguments
from strawberry.types.unset import UNSET

from server.schema.plans.strawberry_arguments import Arguments


@strawberry.enum
class Colour(Enum):
    RED = "red"


@strawberry.input
class Inner:
    number: int
    words: list[str] = strawberry.field(default_factory=list)


@strawberry.input
class Outer:
    text: str
    colour: Colour | None
    inner: Inner | None = None
    many: list[Inner] | None = UNSET
    rows: list[list[int]] = strawberry.field(default_factory=list)
    named: str | None = strawberry.field(default=None, name="otherName")


@strawberry.input
class Nested:
    number: int
    inside: "Nested | None" = None


@strawberry.type
class Query:
    @strawberry.field
    def asked(
        self,
        outer: Outer | None = None,
        plain: int = 3,
        wanted: list[Colour] | None = None,
        nested: Nested | None = None,
    ) -> str:
        return ""

    @strawberry.field
    def odd(self, global_id: GlobalID | None = None, maybe: strawberry.Maybe[int] = None) -> str:
        return ""


SCHEMA = strawberry.Schema(Query)
FIELDS: Any = Query.__strawberry_definition__.fields  # type: ignore[attr-defined]  # Strawberry adds it
DECLARED = [argument for field in FIELDS for argument in field.arguments]
INNER = {"number": 1, "words": ["a"]}
CASES: list[dict[str, Any]] = [
    {},
    {"plain": 4},
    {"plain": None},
    {"outer": None},
    {"outer": UNSET},
    {"outer": {"text": "x"}},
    {"outer": {"text": "x", "colour": Colour.RED, "inner": INNER, "many": [INNER, {"number": 2}], "otherName": "n"}},
    {"outer": {"text": "x", "colour": None, "inner": None, "many": None, "rows": [[1, 2], []]}},
    {"wanted": [Colour.RED]},
    {"wanted": None},
    {"nested": {"number": 1, "inside": {"number": 2, "inside": None}}},
    {"globalId": "VHlwZTpr"},
    {"maybe": 5},
]


@pytest.mark.parametrize("given", CASES, ids=str)
def test_arguments_are_those_that_strawberry_makes(given: dict[str, Any]) -> None:
    registry: Any = SCHEMA.schema_converter.scalar_registry
    take = Arguments(SCHEMA.config, registry).taking(DECLARED)
    assert take(given, None) == convert_arguments(given, DECLARED, registry, SCHEMA.config)


def test_a_list_is_copied_since_a_default_is_the_same_for_all() -> None:
    take = Arguments(SCHEMA.config, SCHEMA.schema_converter.scalar_registry).taking(DECLARED)
    wanted = [Colour.RED]
    taken = take({"wanted": wanted}, None)["wanted"]
    assert taken == wanted
    assert taken is not wanted
