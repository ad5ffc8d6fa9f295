"""How a GraphQL client gets into the live layer: a ticket for /live. What happens there is not known here."""

from typing import Protocol

import strawberry

from server.domain.actors import Actor
from server.schema.core.context import Info
from server.schema.core.errors import mutation


class TicketOffice(Protocol):
    """Issues tickets; the wiring puts the live layer here."""

    async def issue_ticket(self, actor: Actor, origin: str) -> str:
        """Return a one-time ticket. SignInNeeded for a visitor, Busy when none can be issued now."""


@strawberry.input(description="Asks for a ticket to /live; nothing need be said.")
class CreateLiveTicketInput:
    """Nothing is asked: the ticket is for who asks, from where they ask."""

    client_mutation_id: str | None = strawberry.field(default=None, description="Given back as it came.")


@strawberry.type(description="A ticket to /live.")
class CreateLiveTicketPayload:
    """The ticket and how to use it."""

    ticket: str = strawberry.field(
        description="Send it in the hello frame within a minute. It works once, from the origin that asked for it."
    )
    client_mutation_id: str | None = strawberry.field(description="What the input said.")


@strawberry.type
class LiveMutation:
    """The way into the live layer."""

    @mutation(description="Get a one-time ticket for the hello frame of /live. Requires: a signed-in user.")
    async def create_live_ticket(self, info: Info, form: CreateLiveTicketInput) -> CreateLiveTicketPayload:
        """Issue a ticket for the viewer, bound to the Origin header of this request."""
        context = info.context
        ticket = await context.tool(TicketOffice).issue_ticket(context.actor, context.origin)  # type: ignore[type-abstract]  # a key
        return CreateLiveTicketPayload(ticket=ticket, client_mutation_id=form.client_mutation_id)
