import time

import pytest
from graphql import parse

from server.schema.core.limits import Limits, Pass, parse_document
from server.schema.core.problems import RequestProblem


def bomb(fragments: int) -> str:
    """Return nested fragments, each spreading the next twice: 2**fragments fields when expanded."""
    chain = [f"fragment F{n} on Query {{ a {{ ...F{n + 1} }} b {{ ...F{n + 1} }} }}" for n in range(fragments)]
    return "{ ...F0 } " + " ".join(chain) + f" fragment F{fragments} on Query {{ c }}"


def visits(source: str) -> int:
    look = Pass(parse(source), Limits(depth=1_000, root_fields=2**30))
    look.check()
    return look.visits


def test_a_fragment_bomb_is_looked_at_once_per_node():
    # Per fragment: itself, two fields, two spreads. Twice the fragments are twice the work, not its square.
    # Around them: the first spread, and the last fragment with its field.
    assert [visits(bomb(n)) for n in (1, 19, 38)] == [8, 98, 193]


def test_a_flat_bomb_counts_what_it_expands_to_without_expanding():
    chain = [f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(30)]
    source = "{ ...F0 } " + " ".join(chain) + " fragment F30 on Query { c }"
    started = time.perf_counter()
    with pytest.raises(RequestProblem, match="root fields"):
        Pass(parse(source), Limits()).check()
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize(
    ("source", "limits", "words"),
    [
        ("{ a { b { c } } }", Limits(depth=2), "deeper than 2"),
        ("{ ...F } fragment F on Q { a { b { c } } }", Limits(depth=2), "deeper than 2"),
        ("{ ... on Q { a { ... { b { c } } } } }", Limits(depth=2), "deeper than 2"),
        ("{ x: a y: b }", Limits(aliases=1), "1 aliases"),
        ("{ ...F } fragment F on Q { x: a y: b }", Limits(aliases=1), "1 aliases"),
        ("query @a { b @c }", Limits(directives=1), "1 directives"),
        ("query ($v: Int @a) { ... @b { c } }", Limits(directives=1), "1 directives"),
        ("fragment F on Q @a { ...G @b } { ...F }", Limits(directives=1), "1 directives"),
        ("{ a b }", Limits(root_fields=1), "1 root fields"),
        ("mutation { a ... { b } ...F } fragment F on Q { c }", Limits(root_mutations=2), "2 root fields"),
        ("{ a { b b c c } }", Limits(repeats=1), "again more than 1"),
        ("{ a { b ... { b ... on T { c ...F } } ... on T { c ...F } } }", Limits(repeats=2), "again more than 2"),
        ("{ a(x: [1, 2, 3]) }", Limits(list_items=2), "2 items"),
        ("{ a(x: {y: {z: [[1], [1, 2, 3]]}}) }", Limits(list_items=2), "2 items"),
        ("query ($v: [Int] = [1, 2, 3]) { a(v: $v) }", Limits(list_items=2), "2 items"),
        ("{ a @skip(if: [1, 2, 3]) }", Limits(list_items=2), "2 items"),
        ("{ __schema { a { b { c } } } }", Limits(introspection_depth=3), "Introspection"),
        ('{ a(x: {y: "\\u0000"}) }', Limits(), "NUL"),
        ("{ a(x: 123456789012345678901) }", Limits(), "64 bits"),
        ("{ a(x: -1e400) }", Limits(), "64 bits"),
    ],
)
def test_each_limit_is_found_wherever_it_is_broken(source: str, limits: Limits, words: str):
    with pytest.raises(RequestProblem, match=words):
        Pass(parse(source), limits).check()


def test_the_same_fields_of_many_types_are_no_repeats():
    parts = " ".join(f"... on T{n} {{ id name }}" for n in range(30))
    Pass(parse(f"{{ a {{ {parts} }} }}"), Limits(repeats=0)).check()


def test_introspection_is_deeper_than_other_documents_may_be():
    Pass(parse("{ __schema { a { b { c { d } } } } }"), Limits(depth=2)).check()


def test_circles_and_missing_fragments_end_the_pass():
    Pass(parse("{ ...A } fragment A on Q { a { ...B } } fragment B on Q { b { ...A ...Missing } }"), Limits()).check()


@pytest.mark.parametrize(
    ("source", "limits", "words"),
    [
        ("{ a }" + " " * 30, Limits(source_bytes=20), "20 bytes"),
        ("{ a } # \u00e9\u00e9\u00e9\u00e9", Limits(source_bytes=12), "12 bytes"),
        ("{ a b c d e }", Limits(tokens=5), "5 tokens"),
        ("{ a }" + "#\n" * 10, Limits(tokens=5), "5 tokens"),
        ("{ a", Limits(), "Syntax Error"),
    ],
)
def test_the_source_is_bounded_before_it_is_parsed(source: str, limits: Limits, words: str):
    with pytest.raises(RequestProblem, match=words):
        parse_document(source, limits)
