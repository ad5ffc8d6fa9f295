"""The server as it runs, held by other people's clients: graphql-http's audits, a subscription by each npm client."""

from pathlib import Path

import pytest

from tests.conftest import Servers
from tests.contracts.graphql_clients import install, is_node_here, run_contract
from tests.flows.harness import Api, serving
from tests.flows.people import arrive

pytestmark = pytest.mark.skipif(not is_node_here(), reason="node and npm are needed to run other people's clients")


async def test_the_running_server_passes_every_audit_and_serves_the_npm_clients(
    clean_servers: Servers, tmp_path: Path
) -> None:
    clients = install()
    mails = tmp_path / "mail"
    async with serving(clean_servers, ALONGSIDE_MAIL_FOLDER=str(mails)) as server:
        audits = await run_contract(clients, "audits", f"{server.url}/graphql")
        assert len(audits) > 50
        assert [audit for audit in audits if audit["status"] != "ok"] == []
        ana = Api(server.url)
        await arrive(ana, mails, "Ana")
        for kind in ("ws", "sse"):
            query = "subscription { userEvents { kind payload } }"
            first, *_ = await run_contract(clients, kind, f"{server.url}/graphql", query, ana.token or "")
            assert first["data"]["userEvents"]["kind"] == "snapshot"
            assert first["data"]["userEvents"]["payload"]["requests"] == {}
