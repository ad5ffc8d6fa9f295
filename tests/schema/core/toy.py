"""A small schema with every kind of declaration, over lists in memory."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import strawberry

from server.domain import errors as refusals
from server.kit.paging import Order, PageRequest, page_of_sequence
from server.schema.core.batching import batched
from server.schema.core.building import build_schema
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, mutation
from server.schema.core.fields import resolved, subscription
from server.schema.core.ids import uuid_of
from server.schema.core.nodes import Node, NodeQuery, node_loader

BY_NAME = Order("toy.pens", (str, UUID))


@dataclass(frozen=True)
class PenRow:
    id: UUID
    name: str
    box: int


PENS = [PenRow(UUID(int=n), f"pen {n:03}", n % 3) for n in range(1, 31)]
HIDDEN = UUID(int=30)


@dataclass
class Journal:
    """What the toy's batch functions and streams were called with."""

    calls: list[tuple[str, int]] = field(default_factory=list)
    running: int = 0
    closed_streams: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    started: asyncio.Event = field(default_factory=asyncio.Event)

    def enter(self) -> None:
        self.running += 1
        self.started.set()

    async def quiet(self) -> None:
        """Wait, five seconds at most, until nothing runs."""
        async with asyncio.timeout(5):
            while self.running:
                await asyncio.sleep(0.002)


@strawberry.type(description="A pen.")
class Pen(Node):
    name: str = strawberry.field(description="Its name.")
    box_number: strawberry.Private[int]

    @classmethod
    def of(cls, row: PenRow) -> "Pen":
        return cls(key=row.id, name=row.name, box_number=row.box)

    @batched(description="The length of the name, loaded late.")
    @staticmethod
    async def length(parents: Sequence["Pen"], info: Info, times: int = 1) -> Sequence[int]:
        info.context.tool(Journal).calls.append(("length", len(parents)))
        return [len(pen.name) * times for pen in parents]

    @batched(description="The box it lies in.")
    @staticmethod
    async def box(parents: Sequence["Pen"], info: Info) -> Sequence["Box"]:
        info.context.tool(Journal).calls.append(("box", len(parents)))
        return [Box(number=pen.box_number) for pen in parents]

    @batched(description="Fails for every second pen.")
    @staticmethod
    async def moody(parents: Sequence["Pen"], info: Info) -> Sequence[str | None]:
        results: list[str | Exception] = []
        for pen in parents:
            odd = isinstance(pen.key, UUID) and pen.key.int % 2
            results.append(pen.name if odd else refusals.NotFound("mood"))
        return results  # type: ignore[return-value]  # an exception as an item fails that item

    @batched(description="Fails for all.")
    @staticmethod
    async def broken(parents: Sequence["Pen"], info: Info) -> Sequence[str | None]:
        raise ValueError("the batch broke")

    @batched(description="Never comes until the gate opens.")
    @staticmethod
    async def stuck(parents: Sequence["Pen"], info: Info) -> Sequence[str | None]:
        journal = info.context.tool(Journal)
        journal.enter()
        try:
            await journal.gate.wait()
        finally:
            journal.running -= 1
        return ["free"] * len(parents)


@strawberry.type(description="A box of pens.")
class Box:
    number: int = strawberry.field(description="Its number.")

    @batched(description="The pens in it, by name.", order=BY_NAME)
    @staticmethod
    async def pens(parents: Sequence["Box"], info: Info, page: PageRequest) -> Sequence[Connection[Pen]]:
        info.context.tool(Journal).calls.append(("pens", len(parents)))
        return [connection_of(page_of_sequence(_pens_in(box.number), page, _pen_key), Pen.of) for box in parents]


def _pens_in(box: int) -> list[PenRow]:
    return [row for row in PENS if row.box == box]


def _pen_key(row: PenRow) -> tuple[str, UUID]:
    return (row.name, row.id)


@node_loader("Pen")
async def load_pens(info: Info, keys: Collection[UUID]) -> Mapping[UUID, Pen]:
    info.context.tool(Journal).calls.append(("load_pens", len(keys)))
    return {row.id: Pen.of(row) for row in PENS if row.id in keys and row.id != HIDDEN}


@strawberry.type(description="What can be asked.")
class Query(NodeQuery):
    @connection_field(order=BY_NAME, description="All pens, by name.")
    async def pens(self, info: Info, page: PageRequest, named: str = "") -> Connection[Pen]:
        rows = [row for row in PENS if row.name.startswith(named)]
        return connection_of(page_of_sequence(rows, page, _pen_key), Pen.of)

    @resolved(description="Boxes.")
    def boxes(self) -> list[Box]:
        return [Box(number=n) for n in range(3)]

    @resolved(description="Says it back.")
    def echo(self, text: str = "", number: int = 0, fraction: float = 0.0, many: list[int] | None = None) -> str:
        return f"{text}{number}{fraction}{many or ''}"

    @resolved(description="A bug.")
    def bug(self) -> str | None:
        raise ZeroDivisionError("the secret of the bug")

    @resolved(description="A database that does not answer.")
    async def away(self) -> str | None:
        raise ConnectionRefusedError("the address of the database")

    @resolved(description="A refusal in a query.")
    async def refused(self) -> str | None:
        raise refusals.SignInNeeded

    @resolved(description="Never answers until the gate opens.")
    async def slow(self, info: Info) -> str | None:
        journal = info.context.tool(Journal)
        journal.enter()
        try:
            await journal.gate.wait()
        finally:
            journal.running -= 1
        return "done"

    @resolved(description="Who asks.")
    def whoami(self, info: Info) -> str | None:
        return None if info.context.actor.user_id is None else str(info.context.actor.user_id)


@strawberry.input(description="How to rename a pen.")
class RenamePenInput:
    pen_id: strawberry.ID = strawberry.field(description="Which pen.")
    name: str = strawberry.field(description="The new name.")


@strawberry.type(description="A renamed pen.")
class RenamePenPayload:
    pen: Pen = strawberry.field(description="The pen.")


@strawberry.type(description="What can be done.")
class Mutation:
    @mutation(description="Give a pen another name.", refuses=[Conflict])
    async def rename_pen(self, info: Info, form: RenamePenInput) -> RenamePenPayload:
        key = uuid_of(form.pen_id, "Pen", what="pen")
        row = next((row for row in PENS if row.id == key), None)
        if row is None:
            raise refusals.NotFound("pen")
        if form.name == row.name:
            raise refusals.Conflict("It has that name.", current=row.name)
        if not form.name:
            raise refusals.invalid("name", "blank", "A name is needed.")
        if form.name == "full":
            raise refusals.LimitReached("Full.", limit=3)
        if form.name == "bug":
            raise ZeroDivisionError("the secret of the bug")
        return RenamePenPayload(pen=Pen.of(PenRow(row.id, form.name, row.box)))


@strawberry.type(description="What can be followed.")
class Subscription:
    @subscription(description="Counts up.")
    async def count(self, info: Info, to: int = 3) -> AsyncGenerator[int, None]:
        journal = info.context.tool(Journal)
        journal.enter()
        try:
            for number in range(1, to + 1):
                await asyncio.sleep(0)
                yield number
        finally:
            journal.running -= 1
            journal.closed_streams += 1

    @subscription(description="Says one pen, then waits at the gate.")
    async def pen_events(self, info: Info) -> AsyncGenerator[Pen, None]:
        journal = info.context.tool(Journal)
        journal.enter()
        try:
            yield Pen.of(PENS[0])
            await journal.gate.wait()
            yield Pen.of(PENS[1])
        finally:
            journal.running -= 1
            journal.closed_streams += 1

    @subscription(description="Pours out long texts.")
    async def flood(self, info: Info) -> AsyncGenerator[str, None]:
        journal = info.context.tool(Journal)
        journal.enter()
        try:
            while True:
                yield secrets.token_hex(50_000)
        finally:
            journal.running -= 1
            journal.closed_streams += 1

    @subscription(description="Refuses at the start.")
    async def refused_events(self, info: Info) -> AsyncGenerator[int, None]:
        if info.context.actor.user_id is None:
            raise refusals.NotAllowed("a pass")
        yield 1

    @subscription(description="Breaks after the first event.")
    async def breaking_events(self) -> AsyncGenerator[int, None]:
        yield 1
        raise ZeroDivisionError("the secret of the stream")


schema = build_schema(Query, Mutation, Subscription)
