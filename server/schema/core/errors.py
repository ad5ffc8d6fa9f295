"""Refusals as GraphQL types, and mutations that answer with them.

`interface Refusal { code message }`; a mutation is `verbNoun(input: VerbNounInput!): VerbNounResult!`, a union of
its payload and the refusals it can give. Nothing here decides; services refuse, this file words it in GraphQL.
"""

import functools
import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Union

import strawberry

from server.domain import errors as domain
from server.schema.core.connection import set_signature


@strawberry.interface(description="An expected no. Clients select `... on Refusal { code message }`.")
class Refusal:
    """What every refusal tells."""

    code: str = strawberry.field(description="For programs; it never changes.")
    message: str = strawberry.field(description="For people: what happened, and what they can do.")


@strawberry.type(description="What is wrong with one value.")
class FieldProblem:
    """One problem of an InvalidInput."""

    path: str = strawberry.field(description="Where the value is, from the root of the input.")
    code: str = strawberry.field(description="For programs; it never changes.")
    message: str = strawberry.field(description="For people.")


@strawberry.type(description="A value in the input cannot be taken.")
class InvalidInput(Refusal):
    """The GraphQL face of domain InvalidInput."""

    fields: list[FieldProblem] = strawberry.field(description="Each value that is wrong.")


@strawberry.type(description="Missing, hidden or foreign: one answer for all three.")
class NotFound(Refusal):
    """The GraphQL face of domain NotFound."""


@strawberry.type(description="The viewer may see the thing, but not do this.")
class NotAllowed(Refusal):
    """The GraphQL face of domain NotAllowed and SignInNeeded."""

    needs: str = strawberry.field(description="What would allow it.")


@strawberry.type(description="The thing is no longer in the state this action starts from.")
class Conflict(Refusal):
    """The GraphQL face of domain Conflict, and of refusals of a kind of their own."""

    current: str | None = strawberry.field(description="Where it is now, when that may be told.")


@strawberry.type(description="A bound of the product was met.")
class LimitReached(Refusal):
    """The GraphQL face of domain LimitReached."""

    limit: int = strawberry.field(description="The bound.")


@strawberry.type(description="Too many tries.")
class RateLimited(Refusal):
    """The GraphQL face of domain RateLimited."""

    retry_after: int = strawberry.field(description="Seconds until the next try can pass.")


ALWAYS: tuple[type[Refusal], ...] = (InvalidInput, NotFound, NotAllowed, RateLimited)
REFUSAL_TYPES: tuple[type[Refusal], ...] = (*ALWAYS, Conflict, LimitReached)


def refusal_view(refusal: domain.Refusal) -> Refusal:
    """Return the GraphQL object for a refusal. One without a kind of its own reads as a conflict."""
    words = {"code": refusal.code, "message": refusal.message}
    view: Refusal = Conflict(**words, current=None)
    match refusal:
        case domain.InvalidInput(problems=problems):
            fields = [FieldProblem(path=p.path, code=p.code, message=p.message) for p in problems]
            view = InvalidInput(**words, fields=fields)
        case domain.NotFound():
            view = NotFound(**words)
        case domain.NotAllowed(needs=needs):
            view = NotAllowed(**words, needs=needs)
        case domain.LimitReached(limit=limit):
            view = LimitReached(**words, limit=limit)
        case domain.RateLimited(retry_after=retry_after):
            view = RateLimited(**words, retry_after=retry_after)
        case domain.Conflict(current=current):
            view = Conflict(**words, current=current)
    return view


def mutation(*, description: str, refuses: Sequence[type[Refusal]] = ()) -> Callable[..., Any]:
    """Declare `verbNoun(input: VerbNounInput!): VerbNounResult!` over an async method that returns its payload.

    The method takes self, info and one input object. The result is a union of the payload, the refusals that
    any mutation can give, and those named in `refuses` (Conflict, LimitReached). A refusal outside the union
    becomes a top-level error with its code.
    """

    def declare(method: Callable[..., Awaitable[Any]]) -> Any:
        signature, stem = inspect.signature(method), _stem(method.__name__)
        payload = signature.return_annotation
        members = tuple(dict.fromkeys((payload, *ALWAYS, *refuses)))
        answerable = tuple(kind for kind in members if kind is not payload)

        @functools.wraps(method)
        async def answer(self: Any, **arguments: Any) -> Any:
            try:
                return await method(self, **arguments)
            except domain.Refusal as refusal:
                view = refusal_view(refusal)
                if isinstance(view, answerable):
                    return view
                raise

        set_signature(answer, _with_named_input(signature, stem))
        union = strawberry.union(f"{stem}Result", description=f"What {stem[0].lower()}{stem[1:]} can answer.")
        result = _annotated(Union.__getitem__(members), union)
        return strawberry.field(resolver=answer, description=description, graphql_type=result)

    return declare


def _stem(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def _with_named_input(signature: inspect.Signature, stem: str) -> inspect.Signature:
    """Show the one argument as `input`, whatever it is called in Python; its type must be VerbNounInput."""
    this, info, *given = signature.parameters.values()
    definition = getattr(given[0].annotation, "__strawberry_definition__", None) if len(given) == 1 else None
    if definition is None or definition.name != f"{stem}Input":
        raise TypeError(f"a mutation named {stem} takes one argument of type {stem}Input")
    shown = strawberry.argument(name="input", description="What is asked for.")
    named = _annotated(given[0].annotation, shown)
    return signature.replace(parameters=[this, info, given[0].replace(annotation=named)])


def _annotated(kind: Any, note: Any) -> Any:
    special: Any = Annotated  # as a value: a type checker reads Annotated[...] as a written type
    return special[kind, note]
