"""One server with the demo community and one browser for the tests of a file."""

from collections.abc import AsyncIterator

import pytest_asyncio
import redis

from tests.conftest import Servers, empty_database
from tests.flows.harness import serving
from tests.web.browser import Site, browsing, build_pages, free_port


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(servers: Servers) -> AsyncIterator[Site]:
    """Serve the built pages with the demo community, and start a browser."""
    pages = build_pages()
    await empty_database(servers.database_url)
    with redis.Redis.from_url(servers.redis_url) as client:
        client.flushall()
    async with (
        serving(servers, "--demo", "--port", str(free_port()), ALONGSIDE_WEB_PATH=str(pages)) as server,
        browsing() as browser,
    ):
        yield Site(browser, server)
