"""Proposals of a next version of a mentorship: their type, one's own, and how they are made and answered."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from server.domain.actors import ProfileId
from server.domain.availability import MentoringFormat
from server.domain.mentorship_proposals import NextVersion, ProposalKind, ProposalState
from server.kit.paging import PageRequest
from server.models import mentorship_proposals as rows
from server.queries import mentorship_proposals as queries
from server.schema.core.batching import batched
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.core.ids import uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.mentorships import Mentorship, load_mentorships, mentorship_id_of
from server.schema.profiles import Profile, load_profiles
from server.services import mentorship_proposals as services

strawberry.enum(ProposalKind, description="What the next version of a mentorship is.")
strawberry.enum(ProposalState, description="Where a proposal stands.")

_WHICH = "Which mentorship."
_PROPOSAL = "Which proposal."
_NOW = "The proposal as it is now."
_WORDS = "Words to whoever is asked: at most 1,000 characters."


@strawberry.type(
    description="A next version of a mentorship. Requires: to be one of its two, or the next mentor once asked."
)
class MentorshipProposal(Node):
    """A proposal as those it concerns see it."""

    kind: ProposalKind = strawberry.field(description="What it is.")
    state: ProposalState = strawberry.field(description="Where it stands.")
    format: MentoringFormat = strawberry.field(description="The format of the next version.")
    goal: str = strawberry.field(description="What it is to reach.")
    minutes: int = strawberry.field(description="How many minutes the mentor gives.")
    words: str | None = strawberry.field(description="Words to the other of the two; null for a next mentor.")
    is_for_me: bool = strawberry.field(description="Whether my answer is waited for.")
    is_mine: bool = strawberry.field(description="Whether I made it.")
    created_at: datetime = strawberry.field(description="When it was made.")
    expires_at: datetime = strawberry.field(description="When it lapses.")
    decided_at: datetime | None = strawberry.field(description="When it was settled.")
    mentorship_id: strawberry.Private[UUID]
    next_id: strawberry.Private[UUID | None]
    proposed_by: strawberry.Private[UUID]
    to_id: strawberry.Private[UUID | None]

    @classmethod
    def of(cls, row: rows.MentorshipProposal, viewer_id: UUID | None) -> "MentorshipProposal":
        """Return the proposal as the API shows it to somebody."""
        is_open = row.state is ProposalState.ASKED
        return cls(
            key=row.id,
            kind=row.kind,
            state=row.state,
            format=row.format,
            goal=row.goal,
            minutes=row.minutes,
            words=None if row.to_id == viewer_id else row.words,
            is_for_me=is_open and row.asked_id == viewer_id,
            is_mine=row.proposed_by == viewer_id,
            created_at=row.created_at,
            expires_at=row.expires_at,
            decided_at=row.decided_at,
            mentorship_id=row.mentorship_id,
            next_id=row.next_mentorship_id,
            proposed_by=row.proposed_by,
            to_id=row.to_id,
        )

    @batched(description="The mentorship it is about, if the viewer is one of its two.")
    @staticmethod
    async def mentorship(parents: Sequence["MentorshipProposal"], info: Info) -> Sequence[Mentorship | None]:
        """Return the mentorship of each."""
        found = await load_mentorships(info, {p.mentorship_id for p in parents})
        return [found.get(p.mentorship_id) for p in parents]

    @batched(description="The version that came of it, if the viewer is one of its two.")
    @staticmethod
    async def next_version(parents: Sequence["MentorshipProposal"], info: Info) -> Sequence[Mentorship | None]:
        """Return the next version of each."""
        found = await load_mentorships(info, {p.next_id for p in parents if p.next_id is not None})
        return [None if p.next_id is None else found.get(p.next_id) for p in parents]

    @batched(description="Who made it.")
    @staticmethod
    async def proposer(parents: Sequence["MentorshipProposal"], info: Info) -> Sequence[Profile | None]:
        """Return who made each."""
        found = await load_profiles(info, {p.proposed_by for p in parents})
        return [found.get(p.proposed_by) for p in parents]

    @batched(description="The next mentor of a hand-over.")
    @staticmethod
    async def next_mentor(parents: Sequence["MentorshipProposal"], info: Info) -> Sequence[Profile | None]:
        """Return the next mentor of each."""
        found = await load_profiles(info, {p.to_id for p in parents if p.to_id is not None})
        return [None if p.to_id is None else found.get(p.to_id) for p in parents]


@node_loader("MentorshipProposal")
async def load_proposals(info: Info, keys: Collection[UUID]) -> Mapping[UUID, MentorshipProposal]:
    """Return the proposals the viewer may see."""
    found = await queries.visible(info.context.actor, keys)
    return {key: MentorshipProposal.of(row, info.context.actor.user_id) for key, row in found.items()}


@strawberry.type
class MentorshipProposalQuery:
    """The root fields about proposals."""

    @connection_field(
        order=queries.NEWEST_PROPOSALS,
        description="Next versions that were proposed to me, by me, or about me, newest first. Requires: a sign-in.",
    )
    async def mentorship_proposals(self, info: Info, page: PageRequest) -> Connection[MentorshipProposal]:
        """Return a page of the proposals the viewer may see."""
        actor = info.context.actor
        found = await queries.own_page(actor, page)
        return connection_of(found, lambda row: MentorshipProposal.of(row, actor.user_id))


@strawberry.input(description="For renewMentorship.")
class RenewMentorshipInput:
    """Input of renewMentorship."""

    mentorship_id: strawberry.ID = strawberry.field(description=_WHICH)
    format: MentoringFormat = strawberry.field(description="The format of the next version.")
    goal: str = strawberry.field(description="What it is to reach: at most 300 characters.")
    minutes: int = strawberry.field(description="How many minutes the mentor gives: 15 to 6,000.")
    words: str = strawberry.field(default="", description=_WORDS)


@strawberry.type(description="The other of the two is asked.")
class RenewMentorshipPayload:
    """Payload of renewMentorship."""

    proposal: MentorshipProposal = strawberry.field(description=_NOW)


@strawberry.input(description="For convertMentorship.")
class ConvertMentorshipInput:
    """Input of convertMentorship."""

    mentorship_id: strawberry.ID = strawberry.field(description=_WHICH)
    format: MentoringFormat = strawberry.field(description="The format it is to have.")
    goal: str = strawberry.field(description="What it is to reach: at most 300 characters.")
    minutes: int = strawberry.field(description="How many minutes the mentor gives: 15 to 6,000.")
    words: str = strawberry.field(default="", description=_WORDS)


@strawberry.type(description="The other of the two is asked.")
class ConvertMentorshipPayload:
    """Payload of convertMentorship."""

    proposal: MentorshipProposal = strawberry.field(description=_NOW)


@strawberry.input(description="For handOverMentorship.")
class HandOverMentorshipInput:
    """Input of handOverMentorship."""

    mentorship_id: strawberry.ID = strawberry.field(description=_WHICH)
    to_profile_id: strawberry.ID = strawberry.field(description="The next mentor, asked once the mentee said yes.")
    words: str = strawberry.field(description="Kind words to the mentee: 1 to 1,000 characters.")


@strawberry.type(description="The mentee is asked.")
class HandOverMentorshipPayload:
    """Payload of handOverMentorship."""

    proposal: MentorshipProposal = strawberry.field(description=_NOW)


@strawberry.input(description="For acceptMentorshipProposal.")
class AcceptMentorshipProposalInput:
    """Input of acceptMentorshipProposal."""

    mentorship_proposal_id: strawberry.ID = strawberry.field(description=_PROPOSAL)


@strawberry.type(description="The yes is kept; the last one makes the next version.")
class AcceptMentorshipProposalPayload:
    """Payload of acceptMentorshipProposal."""

    proposal: MentorshipProposal = strawberry.field(description=_NOW)


@strawberry.input(description="For declineMentorshipProposal.")
class DeclineMentorshipProposalInput:
    """Input of declineMentorshipProposal."""

    mentorship_proposal_id: strawberry.ID = strawberry.field(description=_PROPOSAL)


@strawberry.type(description="The mentorship stays as it is.")
class DeclineMentorshipProposalPayload:
    """Payload of declineMentorshipProposal."""

    proposal: MentorshipProposal = strawberry.field(description=_NOW)


@strawberry.input(description="For withdrawMentorshipProposal.")
class WithdrawMentorshipProposalInput:
    """Input of withdrawMentorshipProposal."""

    mentorship_proposal_id: strawberry.ID = strawberry.field(description=_PROPOSAL)


@strawberry.type(description="The proposal is taken back.")
class WithdrawMentorshipProposalPayload:
    """Payload of withdrawMentorshipProposal."""

    proposal: MentorshipProposal = strawberry.field(description=_NOW)


@strawberry.type
class MentorshipProposalMutation:
    """The mutations on next versions."""

    @mutation(description="Propose to renew a mentorship. Requires: to be one of the two.", refuses=[Conflict])
    async def renew_mentorship(self, info: Info, form: RenewMentorshipInput) -> RenewMentorshipPayload:
        """Propose a renewal."""
        row = await services.propose_next(
            info.context.actor,
            mentorship_id=mentorship_id_of(form.mentorship_id),
            kind=ProposalKind.RENEWAL,
            form=NextVersion(form.format, form.goal, form.minutes, form.words),
        )
        return RenewMentorshipPayload(proposal=_shown(info, row))

    @mutation(description="Propose another format. Requires: to be one of the two.", refuses=[Conflict])
    async def convert_mentorship(self, info: Info, form: ConvertMentorshipInput) -> ConvertMentorshipPayload:
        """Propose a conversion."""
        row = await services.propose_next(
            info.context.actor,
            mentorship_id=mentorship_id_of(form.mentorship_id),
            kind=ProposalKind.CONVERSION,
            form=NextVersion(form.format, form.goal, form.minutes, form.words),
        )
        return ConvertMentorshipPayload(proposal=_shown(info, row))

    @mutation(description="Propose to hand a mentorship over. Requires: to be its mentor.", refuses=[Conflict])
    async def hand_over_mentorship(self, info: Info, form: HandOverMentorshipInput) -> HandOverMentorshipPayload:
        """Propose a hand-over."""
        row = await services.hand_over(
            info.context.actor,
            mentorship_id=mentorship_id_of(form.mentorship_id),
            to_profile_id=ProfileId(uuid_of(form.to_profile_id, "Profile", what="person")),
            words=form.words,
        )
        return HandOverMentorshipPayload(proposal=_shown(info, row))

    @mutation(
        description="Say yes to a next version. Requires: to be the one who is asked.",
        refuses=[Conflict, LimitReached],
    )
    async def accept_mentorship_proposal(
        self, info: Info, form: AcceptMentorshipProposalInput
    ) -> AcceptMentorshipProposalPayload:
        """Say yes."""
        row = await services.accept_proposal(info.context.actor, proposal_id=_proposal_id(form.mentorship_proposal_id))
        return AcceptMentorshipProposalPayload(proposal=_shown(info, row))

    @mutation(description="Say no to a next version. Requires: to be the one who is asked.", refuses=[Conflict])
    async def decline_mentorship_proposal(
        self, info: Info, form: DeclineMentorshipProposalInput
    ) -> DeclineMentorshipProposalPayload:
        """Say no."""
        row = await services.decline_proposal(info.context.actor, proposal_id=_proposal_id(form.mentorship_proposal_id))
        return DeclineMentorshipProposalPayload(proposal=_shown(info, row))

    @mutation(description="Take a proposal back. Requires: to be the one who made it.", refuses=[Conflict])
    async def withdraw_mentorship_proposal(
        self, info: Info, form: WithdrawMentorshipProposalInput
    ) -> WithdrawMentorshipProposalPayload:
        """Take a proposal back."""
        row = await services.withdraw_proposal(
            info.context.actor, proposal_id=_proposal_id(form.mentorship_proposal_id)
        )
        return WithdrawMentorshipProposalPayload(proposal=_shown(info, row))


def _proposal_id(global_id: strawberry.ID) -> UUID:
    return uuid_of(global_id, "MentorshipProposal", what="proposal")


def _shown(info: Info, row: rows.MentorshipProposal) -> MentorshipProposal:
    return MentorshipProposal.of(row, info.context.actor.user_id)
