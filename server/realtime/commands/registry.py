"""The register of commands: an operation's name, the shape of its arguments, and what does it.

    @command("session.send", SendMessage)
    async def send(actor: Actor, asked: SendMessage, cid: str) -> MessageFrame: ...

    @setting("hand.raise", OneSession)
    async def raise_hand(actor: Actor, asked: OneSession) -> TalkNow: ...

    @connected("call.signal", SayWord)
    async def say(actor: Actor, asked: SayWord, caller: Caller) -> None: ...

A handler is a coroutine that calls one service and answers with something msgspec can encode; a Refusal is an answer.
A command of a service that keeps the cid by itself is handed it. For all others the register keeps it, with the answer.
What belongs to the connection it came by is handed the caller; under another connection its cid is another command's.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from msgspec import Raw

from server.domain.actors import Actor, UserId
from server.domain.calls import Line
from server.services import repeats

Shape = TypeVar("Shape")
Handler = Callable[[Actor, Shape, str], Awaitable[Any]]
Setter = Callable[[Actor, Shape], Awaitable[Any]]


@dataclass(frozen=True)
class Caller:
    """The connection a command came by.

    `pass_on` takes a person, one of their connections and a frame for it; `seated` is told that the line has a seat.
    """

    line: Line
    pass_on: Callable[[UserId, str, bytes], Awaitable[None]]
    seated: Callable[[], None]


Connected = Callable[[Actor, Shape, Caller], Awaitable[Any]]
_Handler = Callable[[Actor, Any, str, Caller | None], Awaitable[Any]]


class UnknownCommand(Exception):  # noqa: N818 - an answer, not an error
    """No handler has this name."""


@dataclass(frozen=True)
class _Registered:
    decoder: "msgspec.json.Decoder[Any]"
    handler: _Handler


REGISTER: dict[str, _Registered] = {}
SETTINGS: set[str] = set()
"""The operations whose cid and answer the register keeps."""


def command(op: str, shape: type[Shape]) -> Callable[[Handler[Shape]], Handler[Shape]]:
    """Register a handler under a name that never changes its meaning. Its service does a cid once."""

    def register(handler: Handler[Shape]) -> Handler[Shape]:
        async def handle(actor: Actor, asked: Shape, cid: str, _: Caller | None) -> Any:
            return await handler(actor, asked, cid)

        _register(op, shape, handle)
        return handler

    return register


def setting(op: str, shape: type[Shape]) -> Callable[[Setter[Shape]], Setter[Shape]]:
    """Register a handler that runs in one unit of work with its cid: a repeat is given the first answer, as it was."""

    def register(setter: Setter[Shape]) -> Setter[Shape]:
        async def handle(actor: Actor, asked: Shape, cid: str, _: Caller | None) -> Raw:
            return await _once(actor, (op, cid), asked, lambda: setter(actor, asked))

        _register(op, shape, handle)
        SETTINGS.add(op)
        return setter

    return register


def connected(op: str, shape: type[Shape]) -> Callable[[Connected[Shape]], Connected[Shape]]:
    """Register a handler that sets nothing and wants to know its connection."""

    def register(handler: Connected[Shape]) -> Connected[Shape]:
        async def handle(actor: Actor, asked: Shape, _: str, caller: Caller | None) -> Any:
            return await handler(actor, asked, _known(op, caller))

        _register(op, shape, handle)
        return handler

    return register


def connected_setting(op: str, shape: type[Shape]) -> Callable[[Connected[Shape]], Connected[Shape]]:
    """Register a handler as `setting` does, that wants to know its connection; the cid is for that connection."""

    def register(setter: Connected[Shape]) -> Connected[Shape]:
        async def handle(actor: Actor, asked: Shape, cid: str, caller: Caller | None) -> Raw:
            known = _known(op, caller)
            content = [asked, known.line.connection_id]
            return await _once(actor, (op, cid), content, lambda: setter(actor, asked, known))

        _register(op, shape, handle)
        SETTINGS.add(op)
        return setter

    return register


async def run(actor: Actor, op: str, args: bytes, cid: str, caller: Caller | None = None) -> Any:
    """Do a command. Raises UnknownCommand, msgspec.ValidationError for arguments of a wrong shape, or a Refusal."""
    registered = REGISTER.get(op)
    if registered is None:
        raise UnknownCommand(op)
    return await registered.handler(actor, registered.decoder.decode(args), cid, caller)


def _register(op: str, shape: type[Any], handler: _Handler) -> None:
    if op in REGISTER:
        message = f"the command {op} has two handlers"
        raise TypeError(message)
    REGISTER[op] = _Registered(msgspec.json.Decoder(shape), handler)


def _known(op: str, caller: Caller | None) -> Caller:
    if caller is None:
        raise UnknownCommand(op)
    return caller


async def _once(actor: Actor, named: tuple[str, str], content: object, act: Callable[[], Awaitable[Any]]) -> Raw:
    """Do a command under its cid, or return what was answered to it."""
    op, cid = named

    async def deed() -> str:
        return msgspec.json.encode(await act()).decode()

    return Raw((await repeats.done_once(actor, deed, key=cid, operation=op, content=content)).encode())
