"""What a plan has done of a mutation, handed to graphql-core, which answers the operation without doing it again."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from graphql import GraphQLObjectType
from graphql.execution import Executor

from server.schema.plans.running import Kept

TContext = TypeVar("TContext")


class ReplayingExecutor(Executor[TContext], Generic[TContext]):
    """graphql-core's executor; roots that `kept` holds are not resolved a second time."""

    kept: Kept | None = None

    def execute_field(
        self, parent_type: GraphQLObjectType, source: Any, field_details_list: Any, path: Any, position_context: Any
    ) -> Any:
        """Return a field's value, for a root as far as the plan had come with it."""
        kept = self.kept
        if kept is None or path.prev is not None:
            return super().execute_field(parent_type, source, field_details_list, path, position_context)
        # Those that were whole are given as they were: what hangs on them was read before the next root changed it.
        completed: Mapping[str, Any] = kept.completed
        if path.key in completed:
            return kept.plain(completed[path.key])
        outcome = kept.resolved.get(path.key)
        field = self.schema.get_field(parent_type, field_details_list[0].node.name.value)
        if outcome is None or field is None:
            return super().execute_field(parent_type, source, field_details_list, path, position_context)
        nodes = [detail.node for detail in field_details_list]
        info = self.build_resolve_info(field, nodes, parent_type, path)
        return self.complete_awaitable_value(
            field.type, field_details_list, info, path, outcome.again(), position_context
        )
