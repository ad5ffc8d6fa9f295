"""One server with the demo community and one browser for the tests of a file."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.conftest import Servers
from tests.web.browser import Site, demo_site


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """Serve the built pages with the demo community, and start a browser."""
    async with demo_site(servers, tmp_path_factory.mktemp("mails")) as found:
        yield found
