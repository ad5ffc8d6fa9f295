"""The schema as it is published: the file says what the code does, and documents of old clients still hold."""

from pathlib import Path

import pytest
from graphql import OperationDefinitionNode, build_schema, parse, validate

from server.operations import schema_text
from tests.factories.graphql import SCHEMA

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted((ROOT / "tests/documents").glob("*.graphql"))


def test_the_file_is_the_schema_of_the_code() -> None:
    published = (ROOT / "docs/schema.graphql").read_text()
    assert published == schema_text(), "run `make schema`, and look at what changed before it is committed"


def test_the_file_reads_back_as_a_schema() -> None:
    read = build_schema((ROOT / "docs/schema.graphql").read_text())
    assert set(read.type_map) == set(SCHEMA.type_map)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_documents_of_clients_still_hold(path: Path) -> None:
    document = parse(path.read_text())
    names = [
        node.name.value for node in document.definitions if isinstance(node, OperationDefinitionNode) and node.name
    ]
    assert names, "a document without a named operation"
    assert validate(SCHEMA, document) == []


def test_there_are_documents_for_each_way_of_asking() -> None:
    kinds = {
        node.operation.value
        for path in DOCUMENTS
        for node in parse(path.read_text()).definitions
        if isinstance(node, OperationDefinitionNode)
    }
    assert kinds == {"query", "mutation", "subscription"}
