"""Requests: their type, the two boxes, and every move but the yes, which makes a mentorship (mentorships.py)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from server.domain.actors import Actor
from server.domain.availability import MentoringFormat
from server.domain.mentorships import DeclineReason, RequestState
from server.domain.requests import Aspect, InvalidationReason, Party, RequestContent, SiblingChoice
from server.kit.paging import Order, PageRequest, page_of_sequence
from server.models import mentorships as rows
from server.queries import requests as queries
from server.queries.requests import Box
from server.schema.core.batching import batched
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.ids import decode_id, encode_id, uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.profiles import Profile, keys_of, load_profiles, uuid_key
from server.services.matching import NewRequest

strawberry.enum(RequestState, description="Where a request stands.")
strawberry.enum(DeclineReason, description="Why a request was declined.")
strawberry.enum(InvalidationReason, description="Why a request lost its ground.")
strawberry.enum(Aspect, description="The seat a mentor takes, when a worker has several.")
strawberry.enum(SiblingChoice, description="What becomes of the mentee's other requests for the same seat at a yes.")
strawberry.enum(Party, name="RequestParty", description="A side of a request.")
strawberry.enum(Box, name="RequestBox", description="Requests I sent, or requests I received.")

EVENTS_OLDEST = Order("request_events.oldest", (datetime, UUID))


@strawberry.type(description="A line of a request's history.")
class RequestEvent:
    """A move, with what was asked or told."""

    state: RequestState = strawberry.field(description="The state it led to.")
    text: str = strawberry.field(description="What was asked or told; empty for other moves.")
    at: datetime = strawberry.field(description="When.")
    actor_id: strawberry.Private[UUID | None]

    @classmethod
    def of(cls, row: rows.RequestEvent) -> "RequestEvent":
        """Return the line as the API shows it."""
        return cls(state=row.state, text=row.text, at=row.created_at, actor_id=row.actor_id)

    @batched(description="Who did it; null when time did, or when they may not be seen any more.")
    @staticmethod
    async def actor(parents: Sequence["RequestEvent"], info: Info) -> Sequence[Profile | None]:
        """Return the actor of each line."""
        found = await load_profiles(info, {p.actor_id for p in parents if p.actor_id is not None})
        return [None if p.actor_id is None else found.get(p.actor_id) for p in parents]


@strawberry.type(description="A request for a mentorship. Requires: to be its sender, or its receiver once it is sent.")
class MentorshipRequest(Node):
    """A request as one of its two sides sees it."""

    format: MentoringFormat = strawberry.field(description="The format asked for.")
    aspect: Aspect | None = strawberry.field(description="The seat asked for, if one was named.")
    goal: str = strawberry.field(description="What is to be reached.")
    message: str = strawberry.field(description="What the sender wrote.")
    skill_ids: list[strawberry.ID] = strawberry.field(description="The skills it is about.")
    minutes_needed: int = strawberry.field(description="How many minutes of the mentor it needs.")
    state: RequestState = strawberry.field(description="Where it stands.")
    version: int = strawberry.field(description="Grows with every change; give it back as expectedVersion.")
    viewer_is: Party = strawberry.field(description="Which side the viewer is.")
    decline_reason: DeclineReason | None = strawberry.field(description="Why it was declined.")
    invalidation_reason: InvalidationReason | None = strawberry.field(description="Why it lost its ground.")
    note: str | None = strawberry.field(description="The receiver's note to themselves. Requires: the receiver.")
    created_at: datetime = strawberry.field(description="When it was first kept.")
    sent_at: datetime | None = strawberry.field(description="When it was sent.")
    viewed_at: datetime | None = strawberry.field(description="When the receiver first opened it.")
    answered_at: datetime | None = strawberry.field(description="When it was over.")
    expires_at: datetime | None = strawberry.field(
        description="When it runs out, as far as is known; null while its clock stands still."
    )
    sender_id: strawberry.Private[UUID]
    receiver_id: strawberry.Private[UUID]
    mentor_id: strawberry.Private[UUID]
    mentee_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: rows.MentorshipRequest, viewer: Actor) -> "MentorshipRequest":
        """Return the request as the viewer, one of its sides, sees it."""
        is_receiver = row.receiver_id == viewer.user_id
        return cls(
            key=row.id,
            format=row.format,
            aspect=Aspect(row.aspect) if row.aspect else None,
            goal=row.goal,
            message=row.message,
            skill_ids=[strawberry.ID(encode_id("Skill", skill_id)) for skill_id in row.skill_ids],
            minutes_needed=row.minutes_needed,
            state=row.state,
            version=row.version,
            viewer_is=Party.RECEIVER if is_receiver else Party.SENDER,
            decline_reason=row.decline_reason,
            invalidation_reason=InvalidationReason(row.state_reason) if row.state_reason else None,
            note=row.note if is_receiver else None,
            created_at=row.created_at,
            sent_at=row.sent_at,
            viewed_at=row.viewed_at,
            answered_at=row.answered_at,
            expires_at=row.expires_at,
            sender_id=row.sender_id,
            receiver_id=row.receiver_id,
            mentor_id=row.mentor_id,
            mentee_id=row.mentee_id,
        )

    @batched(description="Who asks.")
    @staticmethod
    async def sender(parents: Sequence["MentorshipRequest"], info: Info) -> Sequence[Profile | None]:
        """Return the sender of each."""
        found = await load_profiles(info, {p.sender_id for p in parents})
        return [found.get(p.sender_id) for p in parents]

    @batched(description="Who is asked.")
    @staticmethod
    async def receiver(parents: Sequence["MentorshipRequest"], info: Info) -> Sequence[Profile | None]:
        """Return the receiver of each."""
        found = await load_profiles(info, {p.receiver_id for p in parents})
        return [found.get(p.receiver_id) for p in parents]

    @batched(description="Who would mentor.")
    @staticmethod
    async def mentor(parents: Sequence["MentorshipRequest"], info: Info) -> Sequence[Profile | None]:
        """Return the mentor of each."""
        found = await load_profiles(info, {p.mentor_id for p in parents})
        return [found.get(p.mentor_id) for p in parents]

    @batched(description="Who would be mentored.")
    @staticmethod
    async def mentee(parents: Sequence["MentorshipRequest"], info: Info) -> Sequence[Profile | None]:
        """Return the mentee of each."""
        found = await load_profiles(info, {p.mentee_id for p in parents})
        return [found.get(p.mentee_id) for p in parents]

    @batched(description="The place in the mentor's line, from 1; null when it does not wait there.")
    @staticmethod
    async def waiting_position(parents: Sequence["MentorshipRequest"], info: Info) -> Sequence[int | None]:
        """Return the position of each that waits."""
        waiting = [uuid_key(p) for p in parents if p.state is RequestState.WAITLISTED]
        found = await queries.waiting_positions_of(info.context.actor, waiting) if waiting else {}
        return [found.get(uuid_key(p)) for p in parents]

    @batched(description="Its history, oldest first.", order=EVENTS_OLDEST)
    @staticmethod
    async def events(
        parents: Sequence["MentorshipRequest"], info: Info, page: PageRequest
    ) -> Sequence[Connection[RequestEvent]]:
        """Return a page of the history of each."""
        found = await queries.events_of(info.context.actor, keys_of(parents))
        pages = [page_of_sequence(found[uuid_key(p)], page, lambda row: (row.created_at, row.id)) for p in parents]
        return [connection_of(each, RequestEvent.of) for each in pages]


@node_loader("MentorshipRequest")
async def load_requests(info: Info, keys: Collection[UUID]) -> Mapping[UUID, MentorshipRequest]:
    """Return the requests the viewer is a side of."""
    found = await queries.visible(info.context.actor, keys)
    return {key: MentorshipRequest.of(row, info.context.actor) for key, row in found.items()}


@strawberry.type
class RequestQuery:
    """The root fields about requests."""

    @connection_field(
        order=queries.NEWEST_REQUESTS, description="My requests, newest first. Requires: a signed-in user."
    )
    async def requests(
        self,
        info: Info,
        page: PageRequest,
        box: Annotated[Box, strawberry.argument(description="Which side I am on.")],
        states: Annotated[
            list[RequestState] | None, strawberry.argument(description="Only in these states; null: in any.")
        ] = None,
    ) -> Connection[MentorshipRequest]:
        """Return a page of the viewer's box."""
        actor = info.context.actor
        found = await queries.own_page(actor, page, box=box, states=states or ())
        return connection_of(found, lambda row: MentorshipRequest.of(row, actor))


@strawberry.input(description="What a request says.")
class RequestContentInput:
    """The content of a request, as typed."""

    format: MentoringFormat = strawberry.field(description="The format asked for.")
    goal: str = strawberry.field(description="What is to be reached: 3 to 300 characters.")
    minutes_needed: int = strawberry.field(description="Minutes of the mentor it needs: 15 to 6,000.")
    message: str = strawberry.field(default="", description="A few words: at most 2,000 characters.")
    skill_ids: list[strawberry.ID] = strawberry.field(default_factory=list, description="At most 10 skills.")
    aspect: Aspect | None = strawberry.field(default=None, description="The seat asked for.")
    siblings: SiblingChoice = strawberry.field(
        default=SiblingChoice.KEEP, description="What becomes of my other requests for the same seat at a yes."
    )

    def content(self) -> RequestContent:
        """Return the content as the services take it."""
        return RequestContent(
            format=self.format,
            goal=self.goal,
            minutes_needed=self.minutes_needed,
            message=self.message,
            skill_ids=tuple(decode_id(each, "Skill", what="skill") for each in self.skill_ids),
            aspect=self.aspect,
            siblings=self.siblings,
        )


def asked_of(receiver_id: strawberry.ID, content: RequestContentInput, as_mentor: bool) -> NewRequest:
    """Return a request as the services take it."""
    return NewRequest(uuid_of(receiver_id, "Profile", what="person"), content.content(), as_mentor)


def request_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a request, or refuse with NotFound."""
    return uuid_of(global_id, "MentorshipRequest", what="request")
