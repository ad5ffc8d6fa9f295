"""Facts: what happened, past tense. Each shaft defines its own in its domain file; this is the base and the register.

A fact is recorded in the transaction of the change it tells of. Its fields are what a follower needs to bring its
picture up to date without asking again; ids are UUIDs, instants are in UTC. A kind never changes its meaning: a new
meaning is a new kind.

    @dataclass(frozen=True, kw_only=True)
    class RequestAccepted(Fact):
        kind: ClassVar[str] = "request.accepted"
        request_id: UUID
        mentorship_id: UUID
"""

from typing import Any, ClassVar

import msgspec

from server.kit.naming import camel_keys, snake_keys

REGISTER: dict[str, type["Fact"]] = {}


class Fact:
    """What happened. Subclasses are frozen keyword-only dataclasses with a `kind` of their own."""

    kind: ClassVar[str] = ""
    redacts: ClassVar[bool] = False
    """Whether words of earlier entries of its topics left the book with it, and must leave every memory of them."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if not cls.kind or cls.kind in REGISTER:
            message = f"{cls.__name__} needs a kind of its own, not {cls.kind!r}"
            raise TypeError(message)
        REGISTER[cls.kind] = cls


def redacts(kind: str) -> bool:
    """Tell whether words of earlier entries left the book with a fact of this kind."""
    fact = REGISTER.get(kind)
    return fact is not None and fact.redacts


def payload_of(fact: Fact) -> str:
    """Return a fact's fields as JSON text, in their order, named in camelCase as clients read them."""
    return msgspec.json.encode(camel_keys(msgspec.to_builtins(fact, str_keys=True))).decode()


def fact_of(kind: str, payload: bytes | str) -> Fact:
    """Return the fact of a kind from its JSON. KeyError: unknown kind; msgspec.DecodeError: wrong shape."""
    return msgspec.convert(snake_keys(msgspec.json.decode(payload)), type=REGISTER[kind], str_keys=True)
