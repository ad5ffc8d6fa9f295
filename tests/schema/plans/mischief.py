"""Lets resolvers fail at random, the same way for whoever executes: by what a row holds, not by when it is asked."""

import asyncio
import copy
import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from inspect import iscoroutinefunction
from random import Random
from typing import Any

from asyncpg import Record
from graphql import GraphQLObjectType, GraphQLSchema

from server.domain.errors import NotAllowed, NotFound
from server.schema.core.batching import Batch, BatchedField

_DEFINITION = "strawberry-definition"


class Letters:
    """Something that can be gone through once. It reads the same each time: what a row holds decides what follows."""

    def __init__(self, word: str) -> None:
        self._left = list(word)

    def __iter__(self) -> "Letters":
        return self

    def __next__(self) -> str:
        if not self._left:
            raise StopIteration
        return self._left.pop(0)

    def __repr__(self) -> str:
        return "<letters>"


class Mischief:
    """What goes wrong at the moment: nothing without a seed."""

    seed: int | None = None
    attempt: int | None = None
    """With one, some answers come later than others, so that other ones are first; which ones, the number decides."""

    async def dawdle(self, name: str) -> None:
        """Wait a moment."""
        if self.attempt is not None:
            await asyncio.sleep(Random(f"{self.attempt} {name}").choice([0, 0.01, 0.05]))

    def spoil(self, name: str, about: object, value: Any) -> Any:
        """Return a result as it comes out."""
        if self.seed is None:
            return value
        chance = Random(f"{self.seed} {name} {about!r}")
        return value if chance.random() > 0.35 else self._worse(chance, value)

    def breaks(self, name: str) -> bool:
        """Tell whether a call fails as a whole."""
        return self.seed is not None and Random(f"{self.seed} {name}").random() < 0.08

    def _worse(self, chance: Random, value: Any) -> Any:
        if chance.random() < 0.6:
            if isinstance(value, list) and value:
                place = chance.randrange(len(value))
                return [*value[:place], self._worse(chance, value[place]), *value[place + 1 :]]
            if isinstance(value, tuple | Record) and len(value):
                return self._worse_part(chance, value)
            fields = [name for name in _fields_of(value) if hasattr(value, name)]
            if fields:
                spoilt = copy.copy(value)
                name = chance.choice(fields)
                object.__setattr__(spoilt, name, self._worse(chance, getattr(value, name)))
                return spoilt
        bad: list[Any] = [None, ValueError("spoilt"), NotFound("row"), NotAllowed("luck"), 3.5, "text", True, 2**40]
        return chance.choice([*bad, float("inf"), [], (), {}, Letters("ab"), {"a": 1}])

    def _worse_part(self, chance: Random, row: Sequence[Any]) -> Any:
        """Return a row as it was read with a value that is none of its kind."""
        parts = list(row)
        place = chance.randrange(len(parts))
        parts[place] = self._worse(chance, parts[place])
        kind = type(row)
        return kind._make(parts) if hasattr(kind, "_make") else tuple(parts)


def _fields_of(value: Any) -> Sequence[str]:
    """Return what may be spoilt of an object: its fields, or the slots of a view that reads its row."""
    return tuple(getattr(value, "__dataclass_fields__", ())) or tuple(getattr(type(value), "__slots__", ()))


MISCHIEF = Mischief()


@contextmanager
def spoiling(schema: GraphQLSchema) -> Iterator[Mischief]:
    """Let MISCHIEF have its way with every resolver and every batch of a schema, for the length of the block."""
    kept: list[tuple[Any, str, Any]] = []

    def put(target: Any, name: str, value: Any) -> None:
        kept.append((target, name, getattr(target, name)))
        setattr(target, name, value)

    for kind in schema.type_map.values():
        for name, field in kind.fields.items() if isinstance(kind, GraphQLObjectType) else ():
            declared = field.extensions.get(_DEFINITION)
            label = f"{kind.name}.{name}"
            if isinstance(declared, BatchedField):
                put(declared, "batch", _batch(declared.batch, label))
            elif declared is not None and declared.base_resolver is not None and not declared.is_subscription:
                resolver = declared.base_resolver
                put(resolver, "wrapped_func", _resolver(resolver.wrapped_func, label))
    try:
        yield MISCHIEF
    finally:
        MISCHIEF.seed = MISCHIEF.attempt = None
        for target, name, value in reversed(kept):
            setattr(target, name, value)


def _batch(batch: Batch, label: str) -> Batch:
    async def function(parents: Sequence[Any], *args: Any, **arguments: Any) -> Sequence[Any]:
        results = await batch.function(parents, *args, **arguments)
        await MISCHIEF.dawdle(label)
        if MISCHIEF.breaks(label):
            raise RuntimeError("the whole batch broke")
        return [MISCHIEF.spoil(label, row, result) for row, result in zip(parents, results, strict=True)]

    return Batch(function, batch.arguments, batch.order)


def _resolver(function: Any, label: str) -> Any:
    def outcome(value: Any) -> Any:
        spoilt = MISCHIEF.spoil(label, "", value)
        if isinstance(spoilt, Exception) or MISCHIEF.breaks(label):
            raise spoilt if isinstance(spoilt, Exception) else RuntimeError("the resolver broke")
        return spoilt

    @functools.wraps(function)
    async def later(*args: Any, **arguments: Any) -> Any:
        try:
            value = await function(*args, **arguments)
        finally:
            await MISCHIEF.dawdle(label)
        return outcome(value)

    @functools.wraps(function)
    def now(*args: Any, **arguments: Any) -> Any:
        return outcome(function(*args, **arguments))

    return later if iscoroutinefunction(function) else now
