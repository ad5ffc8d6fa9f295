"""The agreement of a mentorship as types and mutations: versions, who signed them, which one holds."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from server.domain.agreements import SAFETY_LIMIT, AgreementState, AgreementTerms, Discretion, MeetingChannel
from server.domain.availability import MentoringFormat
from server.models import mentorship_papers as rows
from server.queries import mentorship_papers as queries
from server.schema.core.batching import batched
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.core.ids import uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.profiles import Profile, load_profiles
from server.services import agreements

strawberry.enum(
    AgreementState,
    description="Where a version stands. PROPOSED waits for a signature; REPLACED was in force until a later one was;"
    " DROPPED was followed by another before both had signed.",
)
strawberry.enum(MeetingChannel, description="Where the two mostly meet. ROOM: a live room of the platform.")
strawberry.enum(
    Discretion,
    name="AgreementConfidentiality",
    description="What may be told of what is said: nothing, nothing that shows who it was, or all.",
)


@strawberry.type(description="A version of an agreement. Its words never change. Requires: to be one of the two.")
class Agreement(Node):
    """A version as the two read it."""

    number: int = strawberry.field(description="1 for the first; give the newest back as expectedVersion.")
    state: AgreementState = strawberry.field(description="Where it stands.")
    purpose: str = strawberry.field(description="What the mentorship is for.")
    format: MentoringFormat = strawberry.field(description="In which format they work.")
    mentor_role: str = strawberry.field(description="What the mentor does, and does not.")
    mentee_role: str = strawberry.field(description="What the mentee does, and does not.")
    meet_every_days: int = strawberry.field(description="Days from one meeting to the next.")
    meeting_minutes: int = strawberry.field(description="Minutes of a meeting.")
    channel: MeetingChannel = strawberry.field(description="Where they mostly meet.")
    answer_within_hours: int = strawberry.field(description="Within how many hours each answers the other.")
    confidentiality: Discretion = strawberry.field(description="What may be told to others.")
    confidentiality_limit: str = strawberry.field(description="When silence is broken.")
    boundaries: str = strawberry.field(description="What is out of bounds.")
    ending: str = strawberry.field(description="How one of them ends it.")
    written_at: datetime = strawberry.field(description="When it was written.")
    mentor_signed_at: datetime | None = strawberry.field(description="When the mentor signed.")
    mentee_signed_at: datetime | None = strawberry.field(description="When the mentee signed.")
    in_force_at: datetime | None = strawberry.field(description="Since when it holds, or from when it held.")
    written_by_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: rows.Agreement) -> "Agreement":
        """Return the version as the API shows it."""
        return cls(
            key=row.id,
            number=row.number,
            state=row.state,
            purpose=row.purpose,
            format=row.format,
            mentor_role=row.mentor_role,
            mentee_role=row.mentee_role,
            meet_every_days=row.meet_every_days,
            meeting_minutes=row.meeting_minutes,
            channel=row.channel,
            answer_within_hours=row.answer_within_hours,
            confidentiality=row.confidentiality,
            confidentiality_limit=row.confidentiality_limit,
            boundaries=row.boundaries,
            ending=row.ending,
            written_at=row.created_at,
            mentor_signed_at=row.mentor_signed_at,
            mentee_signed_at=row.mentee_signed_at,
            in_force_at=row.in_force_at,
            written_by_id=row.written_by_id,
        )

    @batched(description="Who wrote it, and by that signed it.")
    @staticmethod
    async def written_by(parents: Sequence["Agreement"], info: Info) -> Sequence[Profile | None]:
        """Return the writer of each."""
        found = await load_profiles(info, {p.written_by_id for p in parents})
        return [found.get(p.written_by_id) for p in parents]


@node_loader("Agreement")
async def load_agreements(info: Info, keys: Collection[UUID]) -> Mapping[UUID, Agreement]:
    """Return the versions the viewer may read."""
    found = await queries.visible_agreements(info.context.actor, keys)
    return {key: Agreement.of(row) for key, row in found.items()}


@strawberry.input(description="For writeAgreement.")
class WriteAgreementInput:
    """What WriteAgreement takes."""

    mentorship_id: strawberry.ID = strawberry.field(description="Which mentorship.")
    purpose: str = strawberry.field(description="1 to 500 characters.")
    format: MentoringFormat = strawberry.field(description="In which format you work.")
    mentor_role: str = strawberry.field(default="", description="At most 1,000 characters.")
    mentee_role: str = strawberry.field(default="", description="At most 1,000 characters.")
    meet_every_days: int = strawberry.field(default=14, description="1 to 90.")
    meeting_minutes: int = strawberry.field(default=60, description="10 to 240.")
    channel: MeetingChannel = strawberry.field(default=MeetingChannel.ROOM, description="Where you mostly meet.")
    answer_within_hours: int = strawberry.field(default=48, description="1 to 336.")
    confidentiality: Discretion = strawberry.field(
        default=Discretion.BETWEEN_US, description="What may be told to others."
    )
    confidentiality_limit: str = strawberry.field(
        default=SAFETY_LIMIT, description="When silence is broken; 1 to 1,000 characters."
    )
    boundaries: str = strawberry.field(default="", description="At most 1,000 characters.")
    ending: str = strawberry.field(default="", description="At most 1,000 characters.")
    expected_version: int | None = strawberry.field(
        default=None, description="The number of the newest version you read, 0 for none; else Conflict."
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )

    def terms(self) -> AgreementTerms:
        """Return the terms as the rules take them."""
        return AgreementTerms(
            purpose=self.purpose,
            format=self.format,
            mentor_role=self.mentor_role,
            mentee_role=self.mentee_role,
            meet_every_days=self.meet_every_days,
            meeting_minutes=self.meeting_minutes,
            channel=self.channel,
            answer_within_hours=self.answer_within_hours,
            confidentiality=self.confidentiality,
            confidentiality_limit=self.confidentiality_limit,
            boundaries=self.boundaries,
            ending=self.ending,
        )


@strawberry.type(description="A version that was written.")
class WriteAgreementPayload:
    """What WriteAgreement gives."""

    agreement: Agreement = strawberry.field(description="The new version, with the writer's signature.")


@strawberry.input(description="For signAgreement.")
class SignAgreementInput:
    """What SignAgreement takes."""

    agreement_id: strawberry.ID = strawberry.field(description="Which version, as you read it.")


@strawberry.type(description="A version that was signed.")
class SignAgreementPayload:
    """What SignAgreement gives."""

    agreement: Agreement = strawberry.field(description="The version as it is now.")


@strawberry.type
class AgreementMutation:
    """The mutations on agreements."""

    @mutation(
        description="Write the next version of the agreement, and sign it. Requires: to be one of the two.",
        refuses=[Conflict, LimitReached],
    )
    async def write_agreement(self, info: Info, form: WriteAgreementInput) -> WriteAgreementPayload:
        """Write a version."""
        row = await agreements.write_agreement(
            info.context.actor,
            mentorship_id=uuid_of(form.mentorship_id, "Mentorship", what="mentorship"),
            terms=form.terms(),
            expected_version=form.expected_version,
            idempotency_key=form.idempotency_key,
        )
        return WriteAgreementPayload(agreement=Agreement.of(row))

    @mutation(
        description="Sign the newest version; it holds once both have. Requires: to be one of the two.",
        refuses=[Conflict],
    )
    async def sign_agreement(self, info: Info, form: SignAgreementInput) -> SignAgreementPayload:
        """Sign a version."""
        row = await agreements.sign_agreement(
            info.context.actor, agreement_id=uuid_of(form.agreement_id, "Agreement", what="agreement")
        )
        return SignAgreementPayload(agreement=Agreement.of(row))
