"""Writes the function of a plan: loops and rows for what is read, a stage for what takes I/O.

    async def run(E, x0):
        ...                       # the root's dict, with None where something is awaited
        R1, = await E.stage(((1, S0),))        # stage 1: one call for each field, over all rows of its place
        for d, v in zip(D0, R1):
            ...                   # v becomes JSON; rows with fields that take I/O are noted for the next stage
            d["profiles"] = v
        return x0, n              # the data, and how many objects it holds

A value that is not as expected raises; nothing is made good here.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from keyword import iskeyword
from typing import Any

from graphql import GraphQLObjectType

from server.schema.plans.tree import LeafShape, ListShape, ObjectShape, Place, PlaceField, Shape
from server.schema.plans.ways import Reads, Rows, Surprise, Unplannable

_TESTED = ("type", "str", "int", "float", "bool", "list", "tuple", "id")


@dataclass(frozen=True)
class Late:
    """A field that takes a call, and the key of its result. A root's has a path, as it is the only one of its kind."""

    key: str
    field: PlaceField
    is_root: bool


@dataclass(frozen=True)
class Code:
    """A compiled function `run(execution, root)`, awaitable when `late` holds fields; `source` is its text."""

    run: Callable[[Any, Any], Any]
    late: tuple[Late, ...]
    source: str


def compile_place(root: Place, mark: str | None, rows: Rows) -> Code:
    """Return the function that makes the data of a root, or raise Unplannable. `mark` is the dialect's."""
    writer = _Writer(mark, rows)
    writer.root(root)
    source = writer.text()
    namespace: dict[str, Any] = dict(writer.constants)
    try:
        exec(compile(source, "<plan>", "exec"), namespace)  # noqa: S102 - text written here, names checked by GraphQL's grammar
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise Unplannable("size") from error
    return Code(namespace["run"], tuple(writer.late), source)


class _Writer:
    """The text of one function. Variables are numbered: x rows, a values, d dicts, S and D what a stage works on."""

    def __init__(self, mark: str | None, rows: Rows) -> None:
        self.mark = mark
        self.rows = rows
        self.lines: list[str] = []
        self.depth = 1
        self.numbers = 0
        self.constants: dict[str, Any] = {"free": rows.free, "check_list": _check_list, "odd_row": _odd_row}
        self._named: dict[int, str] = {}
        self.late: list[Late] = []
        self.waiting: list[tuple[int, int, str]] = []
        """What the next stage does: the number of a late field, that of its place, and where its result goes."""
        self.lists: list[str] = []

    def text(self) -> str:
        """Return the whole function."""
        kind = "async def" if self.late else "def"
        # As locals, what each test looks at is found quickest.
        known = "".join(f", {name}={name}" for name in _TESTED)
        head = [f"{kind} run(E, x0{known}):", *(f"    {name} = []" for name in self.lists), "    n = 0"]
        return "\n".join([*head, *self.lines, ""])

    def root(self, place: Place) -> None:
        """Write the body."""
        self._object(place, "x0", "d0", is_root=True)
        while self.waiting:
            stage, self.waiting = self.waiting, []
            self._stage(stage)
        self._line("return d0, n")

    def _line(self, text: str) -> None:
        self.lines.append("    " * self.depth + text)

    @contextmanager
    def _block(self, head: str) -> Iterator[None]:
        self._line(head)
        self.depth += 1
        yield
        self.depth -= 1

    @contextmanager
    def _unless_null(self, value: str, is_nullable: bool) -> Iterator[None]:
        if is_nullable:
            with self._block(f"if {value} is not None:"):
                yield
        else:
            yield

    def _name(self, letter: str) -> str:
        self.numbers += 1
        return f"{letter}{self.numbers}"

    def _constant(self, letter: str, thing: Any) -> str:
        name = self._named.get(id(thing))
        if name is None:
            name = self._named[id(thing)] = self._name(letter)
            self.constants[name] = thing
        return name

    def _stage(self, stage: list[tuple[int, int, str]]) -> None:
        places = dict.fromkeys(place for _, place, _ in stage)
        with self._block(f"if {' or '.join(f'S{place}' for place in places)}:"):
            results = "".join(f"R{number}, " for number, _, _ in stage)
            asked = "".join(f"({number}, S{place}), " for number, place, _ in stage)
            self._line(f"{results}= await E.stage(({asked}))")
            for number, place, end in stage:
                late = self.late[number]
                row, value = self._name("d"), self._name("a")
                with self._block(f"for {row}, {value} in zip(D{place}, R{number}):"):
                    self._value(_shape_of(late.field), value)
                    self._line(f"{row}{end} = {value}")

    def _value(self, shape: Shape, value: str) -> None:
        """Write what turns a variable's value into its JSON."""
        if isinstance(shape, LeafShape):
            if shape.leaf.is_free:
                self._free(shape, value)
            else:
                self._line(f"{value} = {self._leaf(shape, value, value)}")
        elif isinstance(shape, ListShape):
            self._list(shape, value)
        else:
            with self._unless_null(value, shape.is_nullable):
                self._objects(shape, value)

    def _leaf(self, shape: LeafShape, given: str, again: str) -> str:
        """Return an expression for the JSON of what is `given`, which is read once and is then `again`."""
        leaf, write = shape.leaf, self._constant("w", shape.leaf.write)
        if leaf.test is not None:
            return f"{again} if {_test_of(shape, again)} else {write}({again})"
        first = again if shape.is_nullable else given
        made = f"{write}({first})"
        if leaf.names is not None:
            made = f"{self._constant('e', leaf.names)}.get(id({first})) or {write}({again})"
        return f"None if {given} is None else {made}" if shape.is_nullable else made

    def _free(self, shape: LeafShape, value: str) -> None:
        with self._unless_null(value, shape.is_nullable):
            self._line(f"{value}, m = free({self._constant('w', shape.leaf.write)}({value})); n += m")

    def _list(self, shape: ListShape, value: str) -> None:
        with self._unless_null(value, shape.is_nullable):
            items, item = self._name("l"), self._name("a")
            self._line(f"if type({value}) is not list and type({value}) is not tuple: check_list({value})")
            self._line(f"{items} = []")
            with self._block(f"for {item} in {value}:"):
                self._value(shape.item, item)
                self._line(f"{items}.append({item})")
            self._line(f"{value} = {items}")

    def _objects(self, shape: ObjectShape, value: str) -> None:
        if not shape.is_abstract:
            (place,) = shape.places
            check = f"{self._constant('c', _checker(place.kind))}({value})"
            row = None if place.row is None else self._constant("t", place.row)
            self._line(check if row is None else f"if type({value}) is not {row}: {check}")
            self._object(place, value, value)
            return
        kind = self._name("k")
        self._line(f"{kind} = type({value})")
        if self.mark is not None:
            self._line(f"if hasattr({value}, {self.mark!r}): odd_row({value})")
        for number, place in enumerate(shape.places):
            row = self._constant("t", place.row)
            with self._block(f"{'elif' if number else 'if'} {kind} is {row}:"):
                self._object(place, value, value)
        with self._block("else:" if shape.places else "if True:"):
            self._line(f"odd_row({value})")

    def _object(self, place: Place, row: str, into: str, *, is_root: bool = False) -> None:
        """Write what makes the object of a row. What takes a call is None in it until its stage.

        The root, of which there is one, is a dict: the roots of a mutation are put together.
        """
        entries: list[str] = []
        late: list[tuple[int, str]] = []
        tested: list[tuple[str, LeafShape]] = []
        for key, field in place.fields.items():
            if field.way is None:
                entries.append(repr(place.kind.name))
            elif isinstance(field.way, Reads):
                entries.append(self._entry(_shape_of(field), self._read(field.way, row), tested))
            else:
                late.append((len(self.late), f"[{key!r}]" if is_root else f".{self.rows.attribute_of(len(entries))}"))
                self.late.append(Late(key, field, is_root))
                entries.append("None")
        self._test(tested)
        self._line("n += 1")
        if is_root:
            made = ", ".join(f"{key!r}: {entry}" for key, entry in zip(place.fields, entries, strict=True))
            made = f"{{{made}}}"
        else:
            made = f"{self._constant('t', self.rows.row_class(tuple(place.fields)))}({', '.join(entries)})"
        if not late:
            self._line(f"{into} = {made}")
            return
        self.numbers += 1
        here, made_into = self.numbers, self._name("d")
        self.lists += [f"S{here}", f"D{here}"]
        self._line(f"{made_into} = {made}; S{here}.append({row}); D{here}.append({made_into}); {into} = {made_into}")
        self.waiting += [(number, here, end) for number, end in late]

    def _entry(self, shape: Shape, read: str, tested: list[tuple[str, LeafShape]]) -> str:
        """Return an expression for what is read of a row; those with a test are noted, to be tested together."""
        if isinstance(shape, LeafShape) and not shape.leaf.is_free and shape.leaf.test is None:
            return self._leaf(shape, f"(v := {read})", "v")
        value = self._name("a")
        self._line(f"{value} = {read}")
        if isinstance(shape, LeafShape) and shape.leaf.test is not None:
            tested.append((value, shape))
        else:
            self._value(shape, value)
        return value

    def _test(self, tested: list[tuple[str, LeafShape]]) -> None:
        """Write one condition over all values of a row: where it holds, as it mostly does, none is looked at alone."""
        if not tested:
            return
        with self._block(f"if not ({' and '.join(_test_of(shape, value) for value, shape in tested)}):"):
            for value, shape in tested:
                self._line(f"{value} = {self._leaf(shape, value, value)}")

    def _read(self, way: Reads, row: str) -> str:
        if way.attribute is None:
            return f"{self._constant('f', way.function)}({row})"
        if not way.attribute.isidentifier() or iskeyword(way.attribute):
            raise Unplannable("field")
        return f"{row}.{way.attribute}"


def _test_of(shape: LeafShape, value: str) -> str:
    """Return the condition that a leaf's value is its own JSON."""
    test = (shape.leaf.test or "False").format(v=value)
    return f"({value} is None or {test})" if shape.is_nullable else f"({test})"


def _shape_of(field: PlaceField) -> Shape:
    if field.shape is None:  # pragma: no cover - only __typename has none, and it is written before this is asked
        raise Unplannable("field")
    return field.shape


def _check_list(value: Any) -> None:
    if value is None:
        raise Surprise("null")
    raise Surprise("error" if isinstance(value, Exception) else "list")


def _odd_row(value: Any) -> None:
    if value is None:
        raise Surprise("null")
    raise Surprise("error" if isinstance(value, Exception) else "row")


def _checker(kind: GraphQLObjectType) -> Callable[[Any], None]:
    """Return what looks at a row of a class that is not the usual one."""
    is_type_of: Any = kind.is_type_of

    def check(value: Any) -> None:
        if value is None or isinstance(value, Exception) or hasattr(value, "__await__"):
            _odd_row(value)
        if is_type_of is not None and is_type_of(value, None) is not True:
            raise Surprise("row")

    return check
