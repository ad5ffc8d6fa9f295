"""What the wiring decides about the GraphQL door: who is who, tools, limits, deadlines, budgets, trust."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import HTTPConnection

from server.domain.actors import Actor
from server.schema.core.cost import CostBudget
from server.schema.core.documents import TrustMode
from server.schema.core.limits import Limits

Authenticate = Callable[[HTTPConnection], Awaitable[Actor]]


@dataclass(frozen=True)
class SocketLimits:
    """Bounds of graphql-transport-ws. Times in seconds; connections per user, or per host of visitors, and worker."""

    init_seconds: float = 10.0
    ping_seconds: float = 25.0
    silence_seconds: float = 60.0
    send_seconds: float = 30.0
    operations: int = 50
    connections: int = 10
    visitor_connections: int = 100
    queued_messages: int = 256
    message_bytes: int = 65_536


@dataclass(frozen=True)
class EndpointOptions:
    """Settings of both doors. Times in seconds; event streams per user, or per host of visitors, and worker.

    `authenticate` returns who asks (VISITOR without credentials) or raises a Refusal for credentials that do not
    hold. It also reads the token of a socket's connection_init, which is shown to it as an Authorization header.
    `compiled` lets operations run as plans (schema/plans); without it graphql-core executes each.
    """

    authenticate: Authenticate
    tools: Mapping[type[Any], Any] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    socket: SocketLimits = field(default_factory=SocketLimits)
    deadline: float = 10.0
    cost_budget: CostBudget | None = None
    trust_mode: TrustMode = TrustMode.OFF
    trusted_documents: Mapping[str, str] = field(default_factory=dict)
    allowed_origins: frozenset[str] = frozenset()
    introspection: bool = True
    development: bool = False
    compiled: bool = True
    body_bytes: int = 262_144
    body_seconds: float = 10.0
    keep_alive_seconds: float = 12.0
    recheck_seconds: float = 30.0
    streams: int = 100
