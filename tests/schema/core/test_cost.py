import pytest
from graphql import FragmentDefinitionNode, OperationDefinitionNode, get_introspection_query, parse

from server.schema.core.building import core_schema
from server.schema.core.cost import count_objects, plan_cost
from tests.schema.core.toy import schema


def cost(source: str, **variables: object) -> int:
    document = parse(source)
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    operation = next(d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    return plan_cost(core_schema(schema), operation, fragments).cost(variables)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{ echo whoami }", 1),
        ("{ node(id: 1) { id } }", 2),
        ("{ nodes(ids: [1, 2, 3]) { id } }", 4),
        ("{ boxes { number } }", 11),
        # The operation, the connection, its page info, n edges with one node each.
        ("{ pens { pageInfo { endCursor } edges { node { name } } } }", 1 + 1 + 1 + 20 * 2),
        ("{ pens(first: 3) { edges { cursor } } }", 1 + 1 + 3),
        ("{ pens(last: 4) { edges { node { box { number } } } } }", 1 + 1 + 4 * 3),
        ("{ pens(first: 1000000) { edges { cursor } } }", 1 + 1 + 100),
        ("{ pens(first: -5) { edges { cursor } } }", 1 + 1 + 1),
        (
            "{ ...F } fragment F on Query { pens(first: 3) { ...G } } fragment G on PenConnection { edges { cursor } }",
            5,
        ),
        ("{ node(id: 1) { ... on Pen { box { number } } } }", 3),
        ('mutation { renamePen(input: {penId: "1", name: "a"}) { __typename } }', 11),
    ],
)
def test_a_cost_is_the_number_of_objects_an_answer_can_hold(source: str, expected: int):
    assert cost(source) == expected


def test_pages_multiply_through_nesting_with_the_real_variables():
    source = """query ($n: Int, $m: Int) { pens(first: $n) { edges { node { box {
        pens(last: $m) { edges { node { name } } } } } } } }"""
    # 1 operation, 1 connection, n edges with a node with a box with a connection of m edges with a node each.
    assert cost(source, n=10, m=5) == 1 + 1 + 10 * (4 + 5 * 2)
    assert cost(source, n=10) == 1 + 1 + 10 * (4 + 20 * 2)
    assert cost(source, n=10**9, m=10**9) == 1 + 1 + 100 * (4 + 100 * 2)


def test_lists_of_ids_in_variables_count_by_length():
    assert cost("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["a"] * 7) == 8


def test_introspection_has_a_flat_cost():
    assert cost(get_introspection_query()) == 51


def test_a_bomb_of_variables_is_planned_and_evaluated_once_per_fragment():
    body = "box {{ pens(first: $n) {{ edges {{ node {{ ...F{0} }} }} }} }}"
    chain = [f"fragment F{n} on Pen {{ a: {body.format(n + 1)} b: {body.format(n + 1)} }}" for n in range(19)]
    source = (
        "query ($n: Int) { pens { edges { node { ...F0 } } } } " + " ".join(chain) + " fragment F19 on Pen { name }"
    )
    assert cost(source, n=100) > 100**19


def test_objects_are_counted_wherever_they_are():
    assert count_objects(None) == 0
    assert count_objects({"a": 1, "b": [{"c": [[{"d": None}]]}, None, 3], "e": {}}) == 4
