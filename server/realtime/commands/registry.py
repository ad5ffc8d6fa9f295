"""The register of commands: an operation's name, the shape of its arguments, and what does it.

    @command("session.send", SendMessage)
    async def send(actor: Actor, asked: SendMessage, cid: str) -> MessageFrame: ...

A handler is a coroutine that calls one service and answers with something msgspec can encode; a Refusal is an answer.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from server.domain.actors import Actor

Shape = TypeVar("Shape")
Handler = Callable[[Actor, Shape, str], Awaitable[Any]]


class UnknownCommand(Exception):  # noqa: N818 - an answer, not an error
    """No handler has this name."""


@dataclass(frozen=True)
class _Registered:
    decoder: "msgspec.json.Decoder[Any]"
    handler: Handler[Any]


REGISTER: dict[str, _Registered] = {}


def command(op: str, shape: type[Shape]) -> Callable[[Handler[Shape]], Handler[Shape]]:
    """Register a handler under a name that never changes its meaning."""

    def register(handler: Handler[Shape]) -> Handler[Shape]:
        if op in REGISTER:
            message = f"the command {op} has two handlers"
            raise TypeError(message)
        REGISTER[op] = _Registered(msgspec.json.Decoder(shape), handler)
        return handler

    return register


async def run(actor: Actor, op: str, args: bytes, cid: str) -> Any:
    """Do a command. Raises UnknownCommand, msgspec.ValidationError for arguments of a wrong shape, or a Refusal."""
    registered = REGISTER.get(op)
    if registered is None:
        raise UnknownCommand(op)
    return await registered.handler(actor, registered.decoder.decode(args), cid)
