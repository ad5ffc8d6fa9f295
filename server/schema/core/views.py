"""Leaves of a type that shows a row as it was read: each is taken from the object's `view` when it is asked for.

A page makes hundreds of objects, and most operations ask for a few of their fields.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from strawberry.types.field import StrawberryField


class ViewField(StrawberryField):
    """A field that is an attribute of its object's view, or what a plain function makes of that view."""

    make: Callable[[Any], Any] | None = None

    def reader(self) -> Callable[[Any], Any]:
        """Return what a plan reads it by."""
        make = self.make
        if make is None:
            return attrgetter(f"view.{self.python_name}")
        return lambda source: make(source.view)

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: Any) -> Any:  # noqa: ARG002 - Strawberry calls it
        """Return its value, for graphql-core."""
        return getattr(source.view, self.python_name) if self.make is None else self.make(source.view)

    def __copy__(self) -> "ViewField":
        copied = super().__copy__()
        copied.make = self.make
        return copied


def viewed(*, description: str, make: Callable[[Any], Any] | None = None, name: str | None = None) -> Any:
    """Declare a field of a type with a `view`: its attribute of the same name, or what `make` makes of the view."""
    field = ViewField(graphql_name=name, description=description)
    field.init = field.repr = field.compare = False
    field.make = make
    return field
