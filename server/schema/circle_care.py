"""How a member is, as types: checks for themselves alone, and where to turn."""

from datetime import datetime
from typing import Annotated

import strawberry

from server.domain.circle_care import Helpline as HelplineFact
from server.domain.circle_care import lines_for
from server.kit.paging import PageRequest
from server.models.circle_talk import CircleCheck as CheckRow
from server.queries import circle_talk
from server.queries.helplines import helplines as known_helplines
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.fields import resolved


@strawberry.type(description="Where to turn when it is too much.")
class Helpline:
    """A line to call."""

    name: str = strawberry.field(description="What it is called.")
    phone: str = strawberry.field(description="The number as it is dialled there; empty for a directory.")
    hours: str = strawberry.field(description="When it answers.")
    url: str = strawberry.field(description="Where that is said.")

    @classmethod
    def of(cls, fact: HelplineFact) -> "Helpline":
        """Return the line as the API shows it."""
        return cls(name=fact.name, phone=fact.phone, hours=fact.hours, url=fact.url)


@strawberry.type(description="How the viewer said they were. For them alone.")
class CircleCheck:
    """A wellbeing check."""

    level: int = strawberry.field(description="1 (very bad) to 5 (very well).")
    note: str = strawberry.field(description="What they wrote for themselves.")
    at: datetime = strawberry.field(description="When.")

    @classmethod
    def of(cls, row: CheckRow) -> "CircleCheck":
        """Return the check as the API shows it."""
        return cls(level=row.level, note=row.note, at=row.created_at)


@strawberry.type
class CircleCareQuery:
    """What can be asked about how one is."""

    @connection_field(order=circle_talk.NEWEST_CHECKS, description="How I said I was, newest first. Mine alone.")
    async def my_checks(self, info: Info, page: PageRequest) -> Connection[CircleCheck]:
        """Return a page of the viewer's own checks."""
        return connection_of(await circle_talk.own_checks(info.context.actor, page), CircleCheck.of)

    @resolved(description="Helplines of a country by its ISO code; where to find one for a country without.")
    def helplines(
        self, country: Annotated[str, strawberry.argument(description="Two letters, such as DE.")]
    ) -> list[Helpline]:
        """Return the helplines of a country. For everybody."""
        return [Helpline.of(one) for one in lines_for(country, known_helplines())]
