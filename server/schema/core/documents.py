"""Documents ready to run: parsed, within limits, validated, with a cost plan and compiled; and trusted ones.

Whatever is known of a document hangs on it here, and goes with it.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from server.schema.core.asks import Ask
from server.schema.core.cost import CostPlan, plan_cost
from server.schema.core.limits import Limits, Pass, parse_document, too_complex
from server.schema.core.problems import DocumentProblem, RequestProblem
from server.schema.core.shaping import Shapes
from server.schema.plans.plan import Plans
from server.schema.plans.tree import Asked, Language
from server.schema.plans.variables import Variables

MAX_VALIDATION_ERRORS = 20
CACHED_DOCUMENTS = 1_000

# Built once: rule classes made per request would defeat any cache and cost more than the validation itself.
RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
RULES_WITHOUT_INTROSPECTION = (*RULES, NoSchemaIntrospectionCustomRule)


class TrustMode(StrEnum):
    """OFF takes no document ids, ALLOW takes ids and free text, ENFORCE takes ids only."""

    OFF = "off"
    ALLOW = "allow"
    ENFORCE = "enforce"


@dataclass(frozen=True)
class Operation:
    """One operation of a valid document, ready to be executed."""

    document: DocumentNode
    node: OperationDefinitionNode
    cost: CostPlan
    asked: Asked
    variables: Variables
    shapes: Shapes | None = field(default=None, compare=False)
    """What executing it has taught; None where a directive can change what is selected from one time to the next."""
    plans: Plans | None = field(default=None, compare=False)
    """What it is compiled to; None where nothing is compiled."""

    @property
    def kind(self) -> OperationType:
        """Return whether this is a query, a mutation or a subscription."""
        return self.node.operation

    @cached_property
    def kind_name(self) -> str:
        """Return it as a word."""
        return self.node.operation.value

    @property
    def name(self) -> str | None:
        """Return the operation's name, if it has one."""
        return self.node.name.value if self.node.name else None


@dataclass(frozen=True)
class Prepared:
    """A valid document within limits, and its operations by name."""

    operations: Mapping[str | None, Operation]

    def pick(self, name: str | None) -> Operation:
        """Return the operation to run; one of several must be named."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is None:
            raise RequestProblem("unknown_operation", "The document holds several operations: name one.")
        if name not in self.operations:
            raise RequestProblem("unknown_operation", "The document holds no operation of that name.")
        return self.operations[name]


class Documents:
    """Prepares documents and keeps the last 1,000 of them; those of the manifest are prepared at once."""

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: Limits,
        *,
        mode: TrustMode = TrustMode.OFF,
        manifest: Mapping[str, str] | None = None,
        with_suggestions: bool = False,
        with_introspection: bool = True,
        language: Language | None = None,
    ) -> None:
        self._schema = schema
        self._language = language
        self._limits = limits
        self._takes_ids = mode is not TrustMode.OFF
        self._takes_text = mode is not TrustMode.ENFORCE
        self._hide_suggestions = not with_suggestions
        self._rules = RULES if with_introspection else RULES_WITHOUT_INTROSPECTION
        self._recent: OrderedDict[str, Prepared] = OrderedDict()
        self._trusted = {key: self._trust(key, text) for key, text in (manifest or {}).items()}

    def find(self, ask: Ask) -> Prepared:
        """Return the document of a request, prepared, or refuse it."""
        if ask.document_id is not None and self._takes_ids:
            trusted = self._trusted.get(ask.document_id)
            if trusted is not None:
                return trusted
        if not self._takes_text:
            raise RequestProblem("document_required", "Only documents registered beforehand run here.")
        if ask.query is None:
            # Apollo's clients look for exactly this message and code, and send the text along next time.
            raise RequestProblem("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
        if ask.document_id is not None and ask.document_id != _digest(ask.query):
            raise RequestProblem("bad_request", "The document id is not the SHA-256 of the query.")
        return self._prepare(ask.query)

    def _prepare(self, source: str) -> Prepared:
        known = self._recent.get(source)
        if known is not None:
            self._recent.move_to_end(source)
            return known
        prepared = self._build(source)
        self._recent[source] = prepared
        if len(self._recent) > CACHED_DOCUMENTS:
            self._recent.popitem(last=False)
        return prepared

    def _build(self, source: str) -> Prepared:
        document = parse_document(source, self._limits)
        try:
            Pass(document, self._limits).check()
        except RecursionError as error:
            raise too_complex("The document is nested too deeply.") from error
        errors = validate(
            self._schema,
            document,
            self._rules,
            max_errors=MAX_VALIDATION_ERRORS,
            hide_suggestions=self._hide_suggestions,
        )
        if errors:
            raise DocumentProblem("invalid_document", errors)
        fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        nodes = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        if not nodes:
            raise RequestProblem("unknown_operation", "The document holds no operation.")
        language = self._language
        return Prepared(
            {
                node.name.value if node.name else None: Operation(
                    document,
                    node,
                    plan_cost(self._schema, node, fragments),
                    Asked.of(document, node),
                    Variables(self._schema, node),
                    shapes=None if "@" in source else {},
                    plans=None if language is None else Plans(language, Asked.of(document, node)),
                )
                for node in nodes
            }
        )

    def _trust(self, key: str, text: str) -> Prepared:
        if key != _digest(text):
            raise ValueError(f"trusted document {key} is not filed under the SHA-256 of its text")
        prepared = self._build(text)
        for operation in prepared.operations.values():
            if operation.plans is not None:
                operation.plans.prepare()
        return prepared


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
