"""Webinars: the event, the viewer's place in it, its staff, and how many there are."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from server.domain import topics
from server.domain import webinars as rules
from server.domain.webinar_facts import StaffShown, WebinarShown
from server.domain.webinars import AnonymityMode, Pace, RegistrationState, RestrictionKind, WebinarRole, WebinarState
from server.kit.paging import Page, PageRequest
from server.models import webinars as rows
from server.queries import questions as question_queries
from server.queries import webinars as queries
from server.schema.core.batching import batched
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.fields import resolved
from server.schema.core.ids import encode_id, uuid_of
from server.schema.core.nodes import Node, load_node, node_loader
from server.schema.profiles import Profile, keys_of, load_profiles, uuid_key

strawberry.enum(WebinarState, description="Where a webinar stands.")
strawberry.enum(WebinarRole, description="What somebody is in a webinar; a manager watches from outside.")
strawberry.enum(AnonymityMode, description="Whether questions show names, pseudonyms, or what the asker likes.")
strawberry.enum(RegistrationState, description="Where a registration stands.")
strawberry.enum(RestrictionKind, description="What keeps somebody from asking.")
strawberry.enum(Pace, name="WebinarPace", description="What a listener wishes of the speaker.")


@strawberry.type(description="Somebody on a webinar's staff.")
class WebinarStaffMember:
    """A place on the staff."""

    role: WebinarRole = strawberry.field(description="What they are there.")
    profile_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, shown: StaffShown) -> "WebinarStaffMember":
        """Return the place as the API shows it."""
        return cls(role=shown.role, profile_id=shown.profile_id)

    @batched(description="Who it is.")
    @staticmethod
    async def profile(parents: Sequence["WebinarStaffMember"], info: Info) -> Sequence[Profile | None]:
        """Return the person of each."""
        found = await load_profiles(info, {p.profile_id for p in parents})
        return [found.get(p.profile_id) for p in parents]


@strawberry.type(description="How many there are in a webinar.")
class WebinarCrowd:
    """Counts of people."""

    registered: int = strawberry.field(description="Who hold a place.")
    waiting: int = strawberry.field(description="Who wait for one.")
    present: int = strawberry.field(description="Who are inside now.")
    few_present: bool = strawberry.field(description="So few are inside that a pseudonym hides little.")


@strawberry.type(description="The viewer's place in a webinar.")
class WebinarPlace:
    """What the viewer is and has there."""

    role: WebinarRole | None = strawberry.field(description="What the viewer is there; null without a place.")
    registration: RegistrationState | None = strawberry.field(description="The viewer's registration.")
    place_in_line: int | None = strawberry.field(description="While waiting: 1 is next.")


@strawberry.type(description="How many questions were dismissed for a reason.")
class DismissedCount:
    """A reason and its count."""

    reason: str = strawberry.field(description="Why.")
    count: int = strawberry.field(description="How many.")


@strawberry.type(description="What became of what was asked, for everybody.")
class WebinarTransparency:
    """The transparency card: numbers only."""

    received: int = strawberry.field(description="All that was asked.")
    live: int = strawberry.field(description="Up for votes or being answered.")
    answered: int = strawberry.field(description="Answered, also in private.")
    waiting: int = strawberry.field(description="Under review, or back with their authors.")
    withdrawn: int = strawberry.field(description="Taken back by their authors.")
    merged: int = strawberry.field(description="Merged into another.")
    dismissed: list[DismissedCount] = strawberry.field(description="Not taken, by reason.")

    @classmethod
    def of(cls, card: question_queries.TransparencyCard) -> "WebinarTransparency":
        """Return the card as the API shows it."""
        return cls(
            received=card.received,
            live=card.live,
            answered=card.answered,
            waiting=card.waiting,
            withdrawn=card.withdrawn,
            merged=card.merged,
            dismissed=[DismissedCount(reason=reason, count=n) for reason, n in sorted(card.dismissed.items())],
        )


@strawberry.type(description="An event with an audience. Drafts are their staff's alone.")
class Webinar(Node):
    """A webinar as everybody sees it."""

    title: str = strawberry.field(description="Its title.")
    description: str = strawberry.field(description="What it is about.")
    state: WebinarState = strawberry.field(description="Where it stands.")
    starts_at: datetime = strawberry.field(description="When it is to start.")
    ends_at: datetime | None = strawberry.field(description="When it is to end.")
    started_at: datetime | None = strawberry.field(description="When it went live.")
    ended_at: datetime | None = strawberry.field(description="When it ended.")
    capacity: int | None = strawberry.field(description="How many places there are; null for as many as come.")
    languages: list[str] = strawberry.field(description="Codes of the languages spoken.")
    stages: list[str] = strawberry.field(description="Where questions are answered, one at a time on each.")
    labels: list[str] = strawberry.field(description="Labels that questions can be given.")
    questions_open: bool = strawberry.field(description="Questions are taken now.")
    review: bool = strawberry.field(description="Each question is looked at before it is shown.")
    anonymity: AnonymityMode = strawberry.field(description="Whether askers show their names.")
    slow_seconds: int = strawberry.field(description="Seconds between two questions of one person.")
    version: int = strawberry.field(description="Grows with every change.")
    speakers: list[WebinarStaffMember] = strawberry.field(description="Host, co-hosts and panelists.")
    highlighted_key: strawberry.Private[UUID | None]

    @classmethod
    def of(cls, shown: WebinarShown) -> "Webinar":
        """Return the event as the API shows it."""
        return cls(
            key=shown.id,
            title=shown.title,
            description=shown.description,
            state=shown.state,
            starts_at=shown.starts_at,
            ends_at=shown.ends_at,
            started_at=shown.started_at,
            ended_at=shown.ended_at,
            capacity=shown.capacity,
            languages=list(shown.languages),
            stages=list(shown.stages),
            labels=list(shown.labels),
            questions_open=shown.questions_open,
            review=shown.review,
            anonymity=shown.anonymity,
            slow_seconds=shown.slow_seconds,
            version=shown.version,
            speakers=[WebinarStaffMember.of(one) for one in shown.speakers],
            highlighted_key=shown.highlighted_id,
        )

    @resolved(description="The id of the question before everybody's eyes.")
    def highlighted_id(self) -> strawberry.ID | None:
        """Return the highlighted question's id."""
        return None if self.highlighted_key is None else strawberry.ID(encode_id("Question", self.highlighted_key))

    @resolved(description="The name to follow it by, over /live. Requires: a place in it.")
    def topic(self) -> str:
        """Return the audience's topic."""
        return topics.webinar(uuid_key(self)).name

    @batched(description="The viewer's own place.")
    @staticmethod
    async def mine(parents: Sequence["Webinar"], info: Info) -> Sequence[WebinarPlace]:
        """Return what the viewer is in each."""
        actor, keys = info.context.actor, keys_of(parents)
        standings = await queries.standings_of(actor, keys)
        line = await queries.places_in_line(actor, keys)
        places = []
        for key in keys:
            one = standings.get(key)
            role, registration = (None, None) if one is None else (one.role, one.registration)
            places.append(WebinarPlace(role=role, registration=registration, place_in_line=line.get(key)))
        return places

    @batched(description="How many there are.")
    @staticmethod
    async def crowd(parents: Sequence["Webinar"], info: Info) -> Sequence[WebinarCrowd]:  # noqa: ARG004 - the door's shape
        """Return the counts of each."""
        found = await queries.crowds_of(keys_of(parents))
        crowds = [found[uuid_key(p)] for p in parents]
        return [
            WebinarCrowd(
                registered=one.registered,
                waiting=one.waiting,
                present=one.present,
                few_present=one.present < rules.FEW_PRESENT,
            )
            for one in crowds
        ]

    @batched(description="All of the staff; null for others. Requires: to moderate here.")
    @staticmethod
    async def staff(parents: Sequence["Webinar"], info: Info) -> Sequence[list[WebinarStaffMember] | None]:
        """Return the staff of each."""
        keys = keys_of(parents)
        standings = await queries.standings_of(info.context.actor, keys)
        allowed = [key for key, one in standings.items() if one.role in rules.STAFF_TOPIC_ROLES]
        found = await queries.staff_of(allowed)
        return [
            [WebinarStaffMember.of(one) for one in queries.staff_shown(found[key])] if key in found else None
            for key in keys
        ]

    @batched(description="What became of what was asked.")
    @staticmethod
    async def transparency(parents: Sequence["Webinar"], info: Info) -> Sequence[WebinarTransparency]:  # noqa: ARG004 - as above
        """Return the card of each."""
        found = await question_queries.transparency_of(keys_of(parents))
        return [WebinarTransparency.of(found[uuid_key(p)]) for p in parents]


def webinar_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a webinar, or refuse with NotFound."""
    return uuid_of(global_id, "Webinar", what="webinar")


def profile_key_of(global_id: strawberry.ID | None) -> UUID | None:
    """Return the key of a profile, or refuse with NotFound; None for none."""
    return None if global_id is None else uuid_of(global_id, "Profile", what="profile")


@node_loader("Webinar")
async def load_webinars(info: Info, keys: Collection[UUID]) -> Mapping[UUID, Webinar]:
    """Return the webinars whose page the viewer may see."""
    shown = await queries.shown_to(info.context.actor, keys)
    return {key: Webinar.of(one) for key, one in shown.items()}


async def webinar_of(info: Info, key: UUID) -> Webinar | None:
    """Return one webinar, if the viewer may see it."""
    found: Webinar | None = await load_node(info, "Webinar", key)
    return found


async def _connection(page: Page[rows.Webinar]) -> Connection[Webinar]:
    shown = await queries.shown(page.items)
    return connection_of(page, lambda row: Webinar.of(shown[row.id]))


@strawberry.type
class WebinarQuery:
    """What can be asked about webinars."""

    @connection_field(order=queries.SOONEST, description="Webinars to come and under way, soonest first.")
    async def webinars(self, info: Info, page: PageRequest) -> Connection[Webinar]:
        """Return what is published and not over. Requires: a signed-in user."""
        info.context.actor.require_user()
        return await _connection(await queries.coming_page(page))

    @connection_field(order=queries.OWN_NEWEST, description="Webinars I work at, have a place in or wait for.")
    async def my_webinars(self, info: Info, page: PageRequest) -> Connection[Webinar]:
        """Return the viewer's webinars."""
        return await _connection(await queries.own_page(info.context.actor, page))
