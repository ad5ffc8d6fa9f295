"""Waiting lists by skill as types: my places, where they stand, how long it may take, and what helps meanwhile."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import strawberry

from server.domain import waiting as rules
from server.domain.availability import MentoringFormat
from server.domain.requests import Aspect
from server.domain.waiting import WaitingState
from server.kit.clock import now
from server.kit.paging import PageRequest
from server.models import waiting as rows
from server.queries import open_asks, webinars
from server.queries import waiting as queries
from server.schema.core.batching import batched
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.fields import resolved
from server.schema.core.ids import uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.profiles import uuid_key
from server.schema.requests import MentorshipRequest, load_requests
from server.schema.skills import Skill, load_skills
from server.schema.webinars import Webinar
from server.services.request_policy import policy

strawberry.enum(WaitingState, description="Where a place on a waiting list stands.")

_LATELY = timedelta(days=30)
_WEBINARS = 3


@strawberry.type(
    description="When it may be one's turn, measured by how the list fared lately: right four times in five."
)
class WaitingForecast:
    """A forecast."""

    earliest_days: float = strawberry.field(description="In how many days at the earliest.")
    latest_days: float = strawberry.field(description="In how many days at the latest.")
    served: int = strawberry.field(description="People served in the time it was measured over.")
    over_days: float = strawberry.field(description="Over how many days it was measured.")


@strawberry.type(description="What there is to do while one waits.")
class WaitingHelp:
    """Help meanwhile."""

    asks_answered: int = strawberry.field(description="Open asks about this skill answered in the last 30 days.")
    hours_to_answer: float | None = strawberry.field(description="Half of them within so many hours; null: none were.")
    webinars: list[Webinar] = strawberry.field(description="The next webinars.")


@strawberry.type(description="A place on the waiting list of a skill. Requires: to be the one who waits.")
class WaitingPlace(Node):
    """A place as its owner sees it."""

    format: MentoringFormat = strawberry.field(description="The format waited for.")
    aspect: Aspect | None = strawberry.field(description="The seat waited for.")
    goal: str = strawberry.field(description="What is to be reached.")
    state: WaitingState = strawberry.field(description="Where it stands.")
    since: datetime = strawberry.field(description="Since when the wait counts.")
    ended_at: datetime | None = strawberry.field(description="When it ended.")
    version: int = strawberry.field(description="Grows with every change.")
    skill_id: strawberry.Private[str]
    request_id: strawberry.Private[UUID | None]

    @classmethod
    def of(cls, row: rows.WaitingPlace) -> "WaitingPlace":
        """Return the place as the API shows it."""
        return cls(
            key=row.id,
            format=row.format,
            aspect=Aspect(row.aspect) if row.aspect else None,
            goal=row.goal,
            state=row.state,
            since=row.created_at,
            ended_at=row.ended_at,
            version=row.version,
            skill_id=row.skill_id,
            request_id=row.request_id,
        )

    @batched(description="The skill waited for.")
    @staticmethod
    async def skill(parents: Sequence["WaitingPlace"], info: Info) -> Sequence[Skill | None]:
        """Return the skill of each."""
        found = await load_skills(info, {one.skill_id for one in parents})
        return [found.get(one.skill_id) for one in parents]

    @batched(description="How many offers until it is one's turn, from 1; null when one does not wait now.")
    @staticmethod
    async def position(parents: Sequence["WaitingPlace"], info: Info) -> Sequence[int | None]:  # noqa: ARG004 - what every batch takes
        """Return the position of each."""
        places = await _positions(parents)
        return [place and place[0] for place in places]

    @batched(description="When it may be one's turn; null where too few were served to tell, or one does not wait.")
    @staticmethod
    async def forecast(parents: Sequence["WaitingPlace"], info: Info) -> Sequence[WaitingForecast | None]:  # noqa: ARG004 - what every batch takes
        """Return the forecast of each."""
        told = [place and rules.forecast(*place) for place in await _positions(parents)]
        return [WaitingForecast(**vars(one)) if one else None for one in told]

    @batched(description="The share of offers of this list that were accepted in the last 60 days; null without any.")
    @staticmethod
    async def accept_rate(parents: Sequence["WaitingPlace"], info: Info) -> Sequence[float | None]:  # noqa: ARG004 - what every batch takes
        """Return how often mentors say yes on each list."""
        lines = await queries.lines_of([(one.skill_id, one.format) for one in parents])
        return [lines[one.skill_id, one.format].pace.accept_rate for one in parents]

    @batched(description="The mentor asked in one's name, now or last; null while nobody was.")
    @staticmethod
    async def request(parents: Sequence["WaitingPlace"], info: Info) -> Sequence[MentorshipRequest | None]:
        """Return the request of each."""
        wanted = {one.request_id for one in parents if one.request_id is not None}
        found = await load_requests(info, wanted) if wanted else {}
        return [None if one.request_id is None else found.get(one.request_id) for one in parents]

    @batched(description="What there is to do meanwhile.")
    @staticmethod
    async def help(parents: Sequence["WaitingPlace"], info: Info) -> Sequence[WaitingHelp]:  # noqa: ARG004 - what every batch takes
        """Return what helps each."""
        answered = await open_asks.answered_lately([one.skill_id for one in parents], now() - _LATELY)
        coming = await webinars.coming_page(PageRequest(webinars.SOONEST, size=_WEBINARS))
        shown = await webinars.shown(coming.items)
        events = [Webinar.of(shown[row.id]) for row in coming.items]
        found = [answered[one.skill_id] for one in parents]
        return [WaitingHelp(asks_answered=one.count, hours_to_answer=one.hours, webinars=events) for one in found]


@node_loader("WaitingPlace")
async def load_places(info: Info, keys: Collection[UUID]) -> Mapping[UUID, WaitingPlace]:
    """Return the places that are the viewer's own."""
    found = await queries.visible(info.context.actor, keys)
    return {key: WaitingPlace.of(row) for key, row in found.items()}


@strawberry.type(description="The order of waiting lists: who has waited longest is offered the next mentor who fits.")
class WaitingListOrder:
    """What the order goes by."""

    newcomer_every: int | None = strawberry.field(
        description="Each offer of this number goes to who has waited longest of those who never had a mentor here;"
        " null when none does."
    )
    offer_hours: int = strawberry.field(description="How long an offer holds before it passes on.")


@strawberry.type
class WaitingListQuery:
    """The root fields about waiting lists."""

    @connection_field(
        order=queries.NEWEST_PLACES,
        description="My places on waiting lists of skills, newest first. Requires: a signed-in user.",
    )
    async def waiting_list(
        self,
        info: Info,
        page: PageRequest,
        only_waiting: Annotated[bool, strawberry.argument(description="Only those not over.")] = True,
    ) -> Connection[WaitingPlace]:
        """Return a page of the viewer's places."""
        found = await queries.own_page(info.context.actor, page, only_waiting=only_waiting)
        return connection_of(found, WaitingPlace.of)

    @resolved(description="The rule by which waiting lists are served, in words for everybody.")
    async def waiting_list_rule(self) -> str:
        """Return the rule in force."""
        return rules.rule_text(policy.numbers.equity_every)

    @resolved(description="The same rule in numbers, for words of one's own.")
    async def waiting_list_order(self) -> WaitingListOrder:
        """Return the numbers in force."""
        every = policy.numbers.equity_every
        hours = int(rules.OFFER_HOLDS.total_seconds() // 3600)
        return WaitingListOrder(newcomer_every=every if every >= 1 else None, offer_hours=hours)


def place_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a place, or refuse with NotFound."""
    return uuid_of(global_id, "WaitingPlace", what="waiting place")


async def _positions(parents: Sequence[WaitingPlace]) -> list[tuple[int, rules.Pace] | None]:
    """Return the position of each that waits, and the pace of its list."""
    lines = await queries.lines_of([(one.skill_id, one.format) for one in parents])
    every = policy.numbers.equity_every
    orders = {key: rules.serving_order(line.waiting, line.offers_made, every) for key, line in lines.items()}
    found: list[tuple[int, rules.Pace] | None] = []
    for one in parents:
        order = orders[one.skill_id, one.format]
        is_in = uuid_key(one) in order
        found.append((order.index(uuid_key(one)) + 1, lines[one.skill_id, one.format].pace) if is_in else None)
    return found
