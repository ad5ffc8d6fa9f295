"""The register of commands: an operation's name, the shape of its arguments, and what does it.

    @command("session.send", SendMessage)
    async def send(actor: Actor, asked: SendMessage, cid: str) -> MessageFrame: ...

    @setting("hand.raise", OneSession)
    async def raise_hand(actor: Actor, asked: OneSession) -> TalkNow: ...

A handler is a coroutine that calls one service and answers with something msgspec can encode; a Refusal is an answer.
A command of a service that keeps the cid by itself is handed it. For all others the register keeps it, with the answer.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from msgspec import Raw

from server.domain.actors import Actor
from server.services import repeats

Shape = TypeVar("Shape")
Handler = Callable[[Actor, Shape, str], Awaitable[Any]]
Setter = Callable[[Actor, Shape], Awaitable[Any]]


class UnknownCommand(Exception):  # noqa: N818 - an answer, not an error
    """No handler has this name."""


@dataclass(frozen=True)
class _Registered:
    decoder: "msgspec.json.Decoder[Any]"
    handler: Handler[Any]


REGISTER: dict[str, _Registered] = {}
SETTINGS: set[str] = set()
"""The operations whose cid and answer the register keeps."""


def command(op: str, shape: type[Shape]) -> Callable[[Handler[Shape]], Handler[Shape]]:
    """Register a handler under a name that never changes its meaning. Its service does a cid once."""

    def register(handler: Handler[Shape]) -> Handler[Shape]:
        if op in REGISTER:
            message = f"the command {op} has two handlers"
            raise TypeError(message)
        REGISTER[op] = _Registered(msgspec.json.Decoder(shape), handler)
        return handler

    return register


def setting(op: str, shape: type[Shape]) -> Callable[[Setter[Shape]], Setter[Shape]]:
    """Register a handler that runs in one unit of work with its cid: a repeat is given the first answer, as it was."""

    def register(setter: Setter[Shape]) -> Setter[Shape]:
        async def once(actor: Actor, asked: Shape, cid: str) -> Raw:
            async def deed() -> str:
                return msgspec.json.encode(await setter(actor, asked)).decode()

            answer = await repeats.done_once(actor, deed, key=cid, operation=op, content=asked)
            return Raw(answer.encode())

        command(op, shape)(once)
        SETTINGS.add(op)
        return setter

    return register


async def run(actor: Actor, op: str, args: bytes, cid: str) -> Any:
    """Do a command. Raises UnknownCommand, msgspec.ValidationError for arguments of a wrong shape, or a Refusal."""
    registered = REGISTER.get(op)
    if registered is None:
        raise UnknownCommand(op)
    return await registered.handler(actor, registered.decoder.decode(args), cid)
