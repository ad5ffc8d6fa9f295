"""GraphQL over server-sent events, distinct connections: `next` and `complete`, comments to keep it alive."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import orjson
from starlette.types import Message, Receive, Send

from server.schema.core.runs import Answer

KEEP_ALIVE = b":\n\n"
COMPLETE = b"event: complete\ndata: \n\n"
SEND_SECONDS = 30.0

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


def next_event(payload: Any) -> bytes:
    """Return a response as one event."""
    text = payload.json if isinstance(payload, Answer) else orjson.dumps(payload)
    return b"event: next\ndata: " + text + b"\n\n"


async def disconnected(receive: Receive) -> None:
    """Return when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def stream_events(
    receive: Receive,
    send: Send,
    events: AsyncGenerator[bytes, None],
    *,
    headers: list[tuple[bytes, bytes]],
    keep_alive: float,
    on_pause: Callable[[], Awaitable[bytes | None]],
) -> None:
    """Send events until they end or the client leaves; the generator is closed in any case.

    After `keep_alive` seconds without an event a comment is sent and `on_pause` is asked; what it returns is the
    last event.
    """
    await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, *headers]})
    gone = asyncio.ensure_future(disconnected(receive))
    upcoming = asyncio.ensure_future(anext(events, None))
    try:
        while not gone.done():
            await asyncio.wait({gone, upcoming}, timeout=keep_alive, return_when=asyncio.FIRST_COMPLETED)
            last: bytes | None = None
            if upcoming.done():
                event = upcoming.result()
                if event is None:
                    break
                await _send(send, {"type": "http.response.body", "body": event, "more_body": True})
                upcoming = asyncio.ensure_future(anext(events, None))
            elif not gone.done():
                await _send(send, {"type": "http.response.body", "body": KEEP_ALIVE, "more_body": True})
                last = await on_pause()
            if last is not None:
                await _send(send, {"type": "http.response.body", "body": last, "more_body": True})
                break
        if not gone.done():
            await _send(send, {"type": "http.response.body", "body": COMPLETE, "more_body": False})
    except (TimeoutError, OSError):
        # The client reads nothing any more, or has gone: there is nobody left to tell.
        return
    finally:
        await _end(gone, upcoming)
        await events.aclose()


async def _send(send: Send, message: Message) -> None:
    async with asyncio.timeout(SEND_SECONDS):
        await send(message)


async def _end(*futures: asyncio.Future[Any]) -> None:
    for future in futures:
        future.cancel()
    await asyncio.gather(*futures, return_exceptions=True)
