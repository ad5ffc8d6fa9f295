"""What an operation may cost: the number of objects its answer can hold.

The plan is made once per document and cached with it; only page sizes and id lists given as variables are left
open. Fragments are planned once for each type they are spread on, so a fragment bomb is a small plan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)

from server.kit.paging import DEFAULT_SIZE, MAX_SIZE
from server.schema.core.limits import INTROSPECTION_ROOTS

ASSUMED_LIST = 10
INTROSPECTION_COST = 50
MUTATION_COST = 10
PAGE_ARGUMENTS = ("first", "last")


class CostBudget(Protocol):
    """A leaky bucket for each actor. The implementation lives with the live store and is injected.

    When its store is away it lets requests through: a budget is no reason to answer nobody.
    """

    async def charge(self, actor_key: str, cost: int) -> int | None:
        """Take cost out of the actor's bucket; return the seconds to wait when it does not hold that much."""

    async def refund(self, actor_key: str, cost: int) -> None:
        """Put back what was charged but not used."""


@dataclass(frozen=True)
class Multiplier:
    """How many objects a list can hold: a number, or variables that tell (the largest of them counts)."""

    known: int
    variables: tuple[str, ...] = ()

    def value(self, variables: Mapping[str, Any]) -> int:
        """Return the number for the real variables, as a page can at most have it."""
        largest = None
        for name in self.variables:
            size = _size_of(variables.get(name))
            if size is not None and (largest is None or size > largest):
                largest = size
        return self.known if largest is None else largest


ONE = Multiplier(1)


@dataclass(frozen=True, eq=False)
class CostPlan:
    """A cost: a fixed part, and parts that are multiplied by a number."""

    fixed: int
    parts: tuple[tuple[Multiplier, "CostPlan"], ...] = ()

    def cost(self, variables: Mapping[str, Any]) -> int:
        """Return the cost for the real variables."""
        return _evaluate(self, variables, {})


def _evaluate(plan: CostPlan, variables: Mapping[str, Any], known: dict[int, int]) -> int:
    if not plan.parts:
        return plan.fixed
    cost = known.get(id(plan))
    if cost is None:
        cost = plan.fixed
        for multiplier, part in plan.parts:
            times = multiplier.value(variables) if multiplier.variables else multiplier.known
            cost += times * (_evaluate(part, variables, known) if part.parts else part.fixed)
        known[id(plan)] = cost
    return cost


def _size_of(value: Any) -> int | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return min(max(value, 1), MAX_SIZE)
    return len(value) if isinstance(value, list) else None


def plan_cost(
    schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> CostPlan:
    """Return the cost plan of a valid operation."""
    root = schema.get_root_type(operation.operation)
    if root is None:
        return CostPlan(0)
    plan = _Planner(schema, fragments).selections(operation.selection_set, root, None)
    extra = MUTATION_COST if operation.operation is OperationType.MUTATION else 1
    return CostPlan(plan.fixed + extra, plan.parts)


@dataclass
class _Planner:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    planned: dict[tuple[str, Multiplier | None], CostPlan] = field(default_factory=dict)

    def selections(self, selected: SelectionSetNode, parent: GraphQLCompositeType, page: Multiplier | None) -> CostPlan:
        fixed, parts = 0, []
        for selection in selected.selections:
            if isinstance(selection, FieldNode):
                multiplier, plan = self.field(selection, parent, page)
            elif isinstance(selection, FragmentSpreadNode):
                multiplier, plan = ONE, self.fragment(selection.name.value, page)
            elif isinstance(selection, InlineFragmentNode):
                multiplier, plan = ONE, self.inline(selection, parent, page)
            else:  # pragma: no cover - the grammar has no other kind
                continue
            if plan.parts or multiplier.variables:
                parts.append((multiplier, plan))
            else:
                fixed += multiplier.known * plan.fixed
        return CostPlan(fixed, tuple(parts))

    def field(
        self, node: FieldNode, parent: GraphQLCompositeType, page: Multiplier | None
    ) -> tuple[Multiplier, CostPlan]:
        definition = self.schema.get_field(parent, node.name.value)
        if definition is None or node.selection_set is None:
            return ONE, CostPlan(0)
        if node.name.value in INTROSPECTION_ROOTS:
            return ONE, CostPlan(INTROSPECTION_COST)
        named = get_named_type(definition.type)
        if not is_composite_type(named):  # pragma: no cover - validation refuses a selection on a leaf
            return ONE, CostPlan(0)
        below = self.selections(node.selection_set, named, _page_of(definition, node))
        multiplier = ONE
        if is_list_type(get_nullable_type(definition.type)):
            multiplier = page or _ids_of(node) or Multiplier(ASSUMED_LIST)
        return multiplier, CostPlan(below.fixed + 1, below.parts)

    def fragment(self, name: str, page: Multiplier | None) -> CostPlan:
        key = (name, page)
        if key not in self.planned:
            node = self.fragments[name]
            named = self.schema.get_type(node.type_condition.name.value)
            self.planned[key] = (
                self.selections(node.selection_set, named, page) if is_composite_type(named) else CostPlan(0)
            )
        return self.planned[key]

    def inline(self, node: InlineFragmentNode, parent: GraphQLCompositeType, page: Multiplier | None) -> CostPlan:
        condition = node.type_condition
        named = parent if condition is None else self.schema.get_type(condition.name.value)
        return self.selections(node.selection_set, named, page) if is_composite_type(named) else CostPlan(0)


def _page_of(definition: GraphQLField, node: FieldNode) -> Multiplier | None:
    """Return the page size of a connection field, for the lists right below it."""
    if "first" not in definition.args:
        return None
    values = {a.name.value: a.value for a in node.arguments or () if a.name.value in PAGE_ARGUMENTS}
    return _multiplier(list(values.values()), otherwise=DEFAULT_SIZE)


def _ids_of(node: FieldNode) -> Multiplier | None:
    """Return the length of the one list among a field's arguments, when there is one."""
    lists = [a.value for a in node.arguments or () if isinstance(a.value, ListValueNode | VariableNode)]
    return _multiplier(lists, otherwise=ASSUMED_LIST) if lists else None


def _multiplier(values: Sequence[ValueNode], *, otherwise: int) -> Multiplier:
    known = otherwise
    for value in values:
        if isinstance(value, IntValueNode):
            known = min(max(int(value.value), 1), MAX_SIZE)
        elif isinstance(value, ListValueNode):
            known = len(value.values)
    return Multiplier(known, tuple(v.name.value for v in values if isinstance(v, VariableNode)))


def count_objects(data: Any) -> int:
    """Return how many objects a result holds."""
    count, stack = 0, [data]
    while stack:
        item = stack.pop()
        kind = type(item)
        if kind is list:
            stack += item
        elif kind is dict:
            count += 1
            for each in item.values():
                # Most are leaves: they are left out before they cost a turn.
                if type(each) is dict or type(each) is list:
                    stack.append(each)
    return count
