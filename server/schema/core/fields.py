"""Typed decorators for resolvers: Strawberry's own are untyped under mypy strict, and allow no description.

`resolved` is for fields computed from the object itself and for root fields. A field that needs I/O under a
list is `batched`, and a list of unknown length is a `connection_field`.
"""

from collections.abc import Callable
from typing import Any

import strawberry


def resolved(*, description: str, name: str | None = None) -> Callable[[Callable[..., Any]], Any]:
    """Declare a field over a method `(self, info, **arguments)`, plain or async."""

    def declare(resolver: Callable[..., Any]) -> Any:
        return strawberry.field(resolver=resolver, description=description, name=name)

    return declare


def subscription(*, description: str, name: str | None = None) -> Callable[[Callable[..., Any]], Any]:
    """Declare a subscription over an async generator method `(self, info, **arguments)`."""

    def declare(resolver: Callable[..., Any]) -> Any:
        return strawberry.subscription(resolver=resolver, description=description, name=name)

    return declare
