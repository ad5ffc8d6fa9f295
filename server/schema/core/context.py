"""What every resolver may reach: who acts, the request's id, the batches, and tools given by the wiring.

One Context per operation; a subscription gets a fresh one for each event. No rule about the domain lives here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import strawberry

from server.domain.actors import Actor
from server.schema.core.scheduler import Scheduler

Tool = TypeVar("Tool")


@dataclass
class Context:
    """The surroundings of one operation. `tools` maps a class to the one object of it that resolvers may use.

    `response_cookies` takes whole Set-Cookie values, which the HTTP door sends along. None where no header can be set
    any more: in a socket and in an event stream. `at_once` takes an event of a subscription, with True, if it can be
    answered without waiting: its source need not yield that one.
    """

    actor: Actor
    request_id: str
    tools: Mapping[type[Any], Any] = field(default_factory=dict)
    client_host: str | None = None
    user_agent: str = ""
    origin: str = ""
    response_cookies: list[str] | None = None
    at_once: Callable[[Any], bool] | None = None
    batches: Scheduler = field(default_factory=Scheduler)

    def tool(self, kind: type[Tool]) -> Tool:
        """Return the tool of a class, such as the hub. A missing one is an error of the wiring."""
        return cast("Tool", self.tools[kind])


Info = strawberry.Info[Context, None]
