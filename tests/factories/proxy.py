"""A TCP proxy in front of Redis that can go silent, so that a path is half open: nothing errors, nothing comes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit


class Proxy:
    """Forwards bytes. `is_silent` swallows both ways, `is_stalled` reads no more, `refuse` cuts."""

    def __init__(self, target: str) -> None:
        self._target = urlsplit(target)
        self._pairs: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._port = 0
        self.is_silent = False
        self.is_stalled = asyncio.Event()

    @property
    def url(self) -> str:
        """Return where Redis seems to be."""
        return f"redis://127.0.0.1:{self._port}/0"

    async def start(self) -> None:
        """Listen; on the same port as before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Be gone: no connection stays, none is taken."""
        assert self._server is not None
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in tuple(self._pairs):
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._target.scheme == "unix":
            behind = await asyncio.open_unix_connection(self._target.path)
        else:
            behind = await asyncio.open_connection(self._target.hostname, self._target.port)
        self._pairs |= {writer, behind[1]}
        for source, sink in ((reader, behind[1]), (behind[0], writer)):
            task = asyncio.create_task(self._pump(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError):
                while data := await source.read(65536):
                    while self.is_stalled.is_set():
                        await asyncio.sleep(0.01)
                    if not self.is_silent:
                        sink.write(data)
        finally:
            sink.close()
            self._pairs.discard(sink)


@asynccontextmanager
async def proxy_to(target: str) -> AsyncIterator[Proxy]:
    """Run a proxy for the length of the block."""
    proxy = Proxy(target)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.refuse()
