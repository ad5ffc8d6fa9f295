"""A clean database and an empty Valkey for each test of the live layer."""

import pytest
from redis.asyncio import Redis

from tests.conftest import Servers


@pytest.fixture
async def bell(servers: Servers, db: None) -> str:
    """Return the URL of a Valkey with no key in it, beside an open, empty database."""
    async with Redis.from_url(servers.redis_url) as redis:
        await redis.flushall()
    return servers.redis_url
