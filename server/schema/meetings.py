"""Meetings of mentorships and what is proposed for them, as types; appeals that wait to be heard."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from server.domain.meetings import CancelReason, MentorshipMeetingState, ProposalState, SeatOutcome
from server.kit.paging import PageRequest
from server.models import meetings as rows
from server.queries import meetings as queries
from server.schema.core.batching import batched
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.ids import encode_id, uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.profiles import Profile, keys_of, load_profiles, uuid_key

strawberry.enum(
    MentorshipMeetingState, description="Where a meeting stands. LAPSED: its time passed and nobody opened the room."
)
strawberry.enum(
    ProposalState,
    name="MeetingProposalState",
    description="Where a proposal stands. COUNTERED: answered with other times.",
)
strawberry.enum(
    CancelReason, name="MeetingCancelReason", description="Why a meeting was called off. ENDED: the mentorship is over."
)
strawberry.enum(
    SeatOutcome,
    name="MeetingOutcome",
    description="How a meeting went for one of the two. EXCUSED: marked as missing, and an appeal was upheld.",
)


@strawberry.type(description="One of the two at a meeting.")
class MeetingSeat:
    """Whether they confirmed, how it went for them, and what they say to that."""

    confirmed_at: datetime | None = strawberry.field(description="When they said again that they come.")
    outcome: SeatOutcome | None = strawberry.field(description="How it went for them; null before it is known.")
    marked_at: datetime | None = strawberry.field(description="Since when that is known.")
    appealed_at: datetime | None = strawberry.field(description="When they appealed against it.")
    appeal_words: str = strawberry.field(description="What they said to it.")
    appeal_decided_at: datetime | None = strawberry.field(description="When their appeal was heard.")
    appeal_key: str | None = strawberry.field(description="What decideNoShowAppeal calls the appeal; null without one.")
    profile_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: rows.MeetingSeat) -> "MeetingSeat":
        """Return the seat as the API shows it."""
        return cls(
            confirmed_at=row.confirmed_at,
            outcome=row.outcome,
            marked_at=row.marked_at,
            appealed_at=row.appealed_at,
            appeal_words=row.appeal_words,
            appeal_decided_at=row.appeal_decided_at,
            appeal_key=None if row.appealed_at is None else str(row.id),
            profile_id=row.profile_id,
        )

    @batched(description="Whose seat it is.")
    @staticmethod
    async def profile(parents: Sequence["MeetingSeat"], info: Info) -> Sequence[Profile | None]:
        """Return the person of each."""
        found = await load_profiles(info, {p.profile_id for p in parents})
        return [found.get(p.profile_id) for p in parents]


@strawberry.type(description="An agreed time of a mentorship. Requires: to be one of the two.")
class MentorshipMeeting(Node):
    """A meeting as the two see it."""

    title: str = strawberry.field(description="What it is called; may be empty.")
    note: str = strawberry.field(description="What it is to be about, as it was proposed.")
    starts_at: datetime = strawberry.field(description="When it starts.")
    minutes: int = strawberry.field(description="How long it is to be.")
    time_zone: str = strawberry.field(description="The wall clock that a series of it goes by.")
    state: MentorshipMeetingState = strawberry.field(description="Where it stands.")
    series_key: str | None = strawberry.field(description="The same for all meetings of a series; null for one alone.")
    every_days: int | None = strawberry.field(description="How many days lie between those of its series.")
    cancel_reason: CancelReason | None = strawberry.field(description="Why it was called off.")
    cancel_note: str = strawberry.field(description="A word with that.")
    mentorship_id: strawberry.ID = strawberry.field(description="The mentorship that meets.")
    session_id: strawberry.ID | None = strawberry.field(description="The session whose room was opened for it.")
    version: int = strawberry.field(description="Grows with every change; give it back as expectedVersion.")

    @classmethod
    def of(cls, row: rows.Meeting) -> "MentorshipMeeting":
        """Return the meeting as the API shows it."""
        return cls(
            key=row.id,
            title=row.title,
            note=row.note,
            starts_at=row.starts_at,
            minutes=row.minutes,
            time_zone=row.time_zone,
            state=row.state,
            series_key=None if row.series_id is None else str(row.series_id),
            every_days=row.every_days,
            cancel_reason=row.cancel_reason,
            cancel_note=row.cancel_note,
            mentorship_id=strawberry.ID(encode_id("Mentorship", row.mentorship_id)),
            session_id=None if row.session_id is None else strawberry.ID(encode_id("Session", row.session_id)),
            version=row.version,
        )

    @batched(description="The two, and how it went for each.")
    @staticmethod
    async def seats(parents: Sequence["MentorshipMeeting"], info: Info) -> Sequence[list[MeetingSeat]]:  # noqa: ARG004 - the door's shape
        """Return the seats of each."""
        found = await queries.seats_of(keys_of(parents))
        return [[MeetingSeat.of(row) for row in found[uuid_key(p)]] for p in parents]


@strawberry.type(description="Starts that one of the two offers the other. Requires: to be one of the two.")
class MeetingProposal(Node):
    """A proposal as the two see it."""

    title: str = strawberry.field(description="What the meeting is to be called; may be empty.")
    note: str = strawberry.field(description="What it is to be about.")
    starts: list[datetime] = strawberry.field(description="The starts to choose from, earliest first.")
    chosen: datetime | None = strawberry.field(description="The start that was chosen.")
    minutes: int = strawberry.field(description="How long it is to be.")
    time_zone: str = strawberry.field(description="The wall clock that a series goes by.")
    times: int = strawberry.field(description="How many meetings it is to be.")
    every_days: int = strawberry.field(description="How many days lie between them.")
    skips_gigs: bool = strawberry.field(description="Whether later ones that fall into a planned gig are left out.")
    state: ProposalState = strawberry.field(description="Where it stands.")
    created_at: datetime = strawberry.field(description="When it was made.")
    answered_at: datetime | None = strawberry.field(description="When it was closed.")
    version: int = strawberry.field(description="Grows with every change.")
    mentorship_id: strawberry.ID = strawberry.field(description="The mentorship that is to meet.")
    counters_id: strawberry.ID | None = strawberry.field(description="The proposal that it answers.")
    proposed_by: strawberry.Private[UUID]
    meeting_key: strawberry.Private[UUID | None]

    @classmethod
    def of(cls, row: rows.MeetingProposal) -> "MeetingProposal":
        """Return the proposal as the API shows it."""
        counters = row.counters_id
        return cls(
            key=row.id,
            title=row.title,
            note=row.note,
            starts=list(row.offered),
            chosen=row.chosen,
            minutes=row.minutes,
            time_zone=row.time_zone,
            times=row.times,
            every_days=row.every_days,
            skips_gigs=row.skips_gigs,
            state=row.state,
            created_at=row.created_at,
            answered_at=row.answered_at,
            version=row.version,
            mentorship_id=strawberry.ID(encode_id("Mentorship", row.mentorship_id)),
            counters_id=None if counters is None else strawberry.ID(encode_id("MeetingProposal", counters)),
            proposed_by=row.proposed_by,
            meeting_key=row.meeting_id,
        )

    @batched(description="Who proposed it; the other one answers.")
    @staticmethod
    async def proposer(parents: Sequence["MeetingProposal"], info: Info) -> Sequence[Profile | None]:
        """Return the proposer of each."""
        found = await load_profiles(info, {p.proposed_by for p in parents})
        return [found.get(p.proposed_by) for p in parents]

    @batched(description="The meeting that is to move; null for a new one.")
    @staticmethod
    async def meeting(parents: Sequence["MeetingProposal"], info: Info) -> Sequence[MentorshipMeeting | None]:
        """Return the meeting of each that has one."""
        found = await load_meetings(info, {p.meeting_key for p in parents if p.meeting_key is not None})
        return [None if p.meeting_key is None else found.get(p.meeting_key) for p in parents]


@strawberry.type(description="An appeal against a mark as missing. Requires: the role community manager.")
class NoShowAppeal:
    """What those read who hear it."""

    appeal_key: str = strawberry.field(description="What decideNoShowAppeal calls it.")
    words: str = strawberry.field(description="Why the mark is not right.")
    starts_at: datetime = strawberry.field(description="When the meeting was to start.")
    appealed_at: datetime = strawberry.field(description="Since when it waits.")
    profile_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, view: queries.AppealView) -> "NoShowAppeal":
        """Return the appeal as the API shows it."""
        return cls(
            appeal_key=str(view.seat_id),
            words=view.words,
            starts_at=view.starts_at,
            appealed_at=view.appealed_at,
            profile_id=view.profile_id,
        )

    @batched(description="Who appeals.")
    @staticmethod
    async def profile(parents: Sequence["NoShowAppeal"], info: Info) -> Sequence[Profile | None]:
        """Return the person of each."""
        found = await load_profiles(info, {p.profile_id for p in parents})
        return [found.get(p.profile_id) for p in parents]


@node_loader("MentorshipMeeting")
async def load_meetings(info: Info, keys: Collection[UUID]) -> Mapping[UUID, MentorshipMeeting]:
    """Return the viewer's own meetings."""
    found = await queries.visible(info.context.actor, keys)
    return {key: MentorshipMeeting.of(row) for key, row in found.items()}


@node_loader("MeetingProposal")
async def load_proposals(info: Info, keys: Collection[UUID]) -> Mapping[UUID, MeetingProposal]:
    """Return the proposals the viewer made or was made."""
    found = await queries.visible_proposals(info.context.actor, keys)
    return {key: MeetingProposal.of(row) for key, row in found.items()}


def meeting_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a meeting, or refuse with NotFound."""
    return uuid_of(global_id, "MentorshipMeeting", what="meeting")


def proposal_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a proposal, or refuse with NotFound."""
    return uuid_of(global_id, "MeetingProposal", what="proposal")


@strawberry.type
class MeetingQuery:
    """The root field about appeals."""

    @connection_field(
        order=queries.OLDEST_APPEALS,
        description="Appeals that wait to be heard, longest first. Requires: the role community manager.",
    )
    async def no_show_appeals(self, info: Info, page: PageRequest) -> Connection[NoShowAppeal]:
        """Return a page of the appeals."""
        return connection_of(await queries.appeals_page(info.context.actor, page), NoShowAppeal.of)
