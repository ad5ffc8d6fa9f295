"""The vocabulary through GraphQL: search that forgives, groups up and down, pages."""

from server.domain.actors import VISITOR
from server.schema.core.ids import encode_id
from tests.schema.profile_door import attempt, run

INVOICING = encode_id("Skill", "gig:invoicing")


async def test_a_misspelt_skill_is_found_with_the_way_up_to_the_top() -> None:
    document = """{ skills(text: "invocing", first: 3) { edges { node { matched score skill { id label source
        groups { label parent { label } } } } } } }"""
    edges = (await run(VISITOR, document))["skills"]["edges"]
    assert edges[0]["node"]["skill"]["id"] == INVOICING
    assert edges[0]["node"]["skill"]["source"] == "GIG"
    assert 0 < edges[0]["node"]["score"] <= 1
    assert edges[0]["node"]["skill"]["groups"]


async def test_pages_of_a_search_give_each_hit_once_and_the_best_first() -> None:
    document = """query($after: String) { skills(text: "cleaning", first: 7, after: $after) {
        edges { node { score skill { id } } } pageInfo { hasNextPage endCursor } } }"""
    hits, after = [], None
    while True:
        page = (await run(VISITOR, document, after=after))["skills"]
        hits += [edge["node"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    ids = [hit["skill"]["id"] for hit in hits]
    assert len(ids) == len(set(ids)) > 7
    scores = [hit["score"] for hit in hits]
    assert scores == sorted(scores, reverse=True)
    last = '{ skills(text: "cleaning", last: 2) { edges { node { skill { id } } } } }'
    assert [edge["node"]["skill"]["id"] for edge in (await run(VISITOR, last))["skills"]["edges"]] == ids[-2:]


async def test_a_skill_and_its_groups_by_id_along_every_path() -> None:
    document = "query($id: ID!) { skill(id: $id) { label } node(id: $id) { ... on Skill { label } } }"
    assert await run(VISITOR, document, id=INVOICING) == {
        "skill": {"label": "invoicing"},
        "node": {"label": "invoicing"},
    }
    missing = encode_id("Skill", "gig:there-is-none")
    assert await run(VISITOR, document, id=missing) == {"skill": None, "node": None}
    _, codes = await attempt(VISITOR, document, id="x")
    assert codes == ["not_found"]


async def test_the_hierarchy_can_be_walked_from_the_top() -> None:
    top = (await run(VISITOR, "{ skillGroups { id label groups { id label } } }"))["skillGroups"]
    assert len(top) > 1
    group = next(one for one in top if one["groups"])["groups"][0]
    document = """query($id: ID!) { node(id: $id) { ... on SkillGroup { label parent { label }
        skills(first: 2) { edges { node { label groups { id } } } } } } }"""
    assert (await run(VISITOR, document, id=group["id"]))["node"]["label"] == group["label"]


async def test_any_text_is_taken_and_one_that_says_nothing_finds_nothing() -> None:
    document = "query($text: String!) { skills(text: $text) { edges { cursor } } }"
    for text in ("", "!!!", "\x00", "z" * 5000):
        found = (await run(VISITOR, document, text=text))["skills"]["edges"]
        assert isinstance(found, list)
        if text in {"", "!!!"}:
            assert found == []
