from pathlib import Path

import pytest

from tests.contracts.graphql_clients import install, is_node_here, run_contract
from tests.schema.core.toy import Journal
from tests.schema.harness import served, toy_options

pytestmark = pytest.mark.skipif(not is_node_here(), reason="node and npm are needed to run other people's clients")


@pytest.fixture(scope="module", name="clients")
def installed_clients() -> Path:
    return install()


async def test_every_audit_of_graphql_http_passes_without_a_warning(clients: Path):
    async with served(toy_options()) as address:
        audits = await run_contract(clients, "audits", f"http://{address}/graphql")
    assert len(audits) > 50
    assert [audit for audit in audits if audit["status"] != "ok"] == []


@pytest.mark.parametrize("kind", ["ws", "sse"])
async def test_the_npm_client_runs_a_subscription(clients: Path, kind: str):
    journal = Journal()
    async with served(toy_options(journal)) as address:
        seen = await run_contract(clients, kind, f"http://{address}/graphql", "subscription { count(to: 3) }")
    assert seen == [{"data": {"count": number}} for number in (1, 2, 3)]
    assert journal.closed_streams == 1
