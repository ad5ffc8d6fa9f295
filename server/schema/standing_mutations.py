"""Agreeing to the code of conduct and publishing it; opening private talk and reading it."""

from datetime import datetime

import strawberry

from server.models.sessions import SessionMessage as MessageRow
from server.queries.standing import own_standing
from server.schema.cases import desk_case_id
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, mutation
from server.schema.core.ids import encode_id, uuid_of
from server.schema.sessions import session_id_of
from server.schema.standing import ConductVersion, MyStanding
from server.services import conduct, talk_openings


@strawberry.input(description="For agreeToConduct.")
class AgreeToConductInput:
    """Input of agreeToConduct."""

    number: int = strawberry.field(description="The version you read.")


@strawberry.type(description="You agreed to the code of conduct.")
class AgreeToConductPayload:
    """Payload of agreeToConduct."""

    standing: MyStanding = strawberry.field(description="How you stand now.")


@strawberry.input(description="For publishConduct.")
class PublishConductInput:
    """Input of publishConduct."""

    text: str = strawberry.field(description="The code of conduct, 1 to 50,000 characters.")
    summary: str = strawberry.field(default="", description="What changed, at most 500 characters.")


@strawberry.type(description="A version that everybody is asked to agree to.")
class PublishConductPayload:
    """Payload of publishConduct."""

    conduct: ConductVersion = strawberry.field(description="The version.")


@strawberry.input(description="For openTalk.")
class OpenTalkInput:
    """Input of openTalk."""

    case_id: strawberry.ID = strawberry.field(description="A case you have claimed.")
    session_id: strawberry.ID = strawberry.field(description="A session of the two people of the case.")
    reason: str = strawberry.field(description="Why it must be read: those who are read are told at once.")
    hours: int = strawberry.field(default=2, description="For how long, 1 to 24 hours.")


@strawberry.type(description="You may read the talk until then. Both people in it were told.")
class OpenTalkPayload:
    """Payload of openTalk."""

    opening_id: strawberry.ID = strawberry.field(description="For readTalk.")
    expires_at: datetime = strawberry.field(description="Until when.")


@strawberry.input(description="For readTalk.")
class ReadTalkInput:
    """Input of readTalk."""

    opening_id: strawberry.ID = strawberry.field(description="Your opening.")
    after_message_id: strawberry.ID | None = strawberry.field(
        default=None, description="Go on after this line; null: from the beginning."
    )


@strawberry.type(description="A line of an opened talk.")
class OpenedLine:
    """A line as the safety team reads it."""

    message_id: strawberry.ID = strawberry.field(description="The line.")
    author_id: strawberry.ID = strawberry.field(description="Whose line it is.")
    text: str = strawberry.field(description="What was said; empty when it was taken back.")
    at: datetime = strawberry.field(description="When.")

    @classmethod
    def of(cls, row: MessageRow) -> "OpenedLine":
        """Return a line as the API shows it here."""
        return cls(
            message_id=strawberry.ID(encode_id("SessionMessage", row.id)),
            author_id=strawberry.ID(encode_id("Profile", row.author_id)),
            text=row.text,
            at=row.created_at,
        )


@strawberry.type(description="The next lines, at most 200, oldest first. The audit log says that you read them.")
class ReadTalkPayload:
    """Payload of readTalk."""

    lines: list[OpenedLine] = strawberry.field(description="The lines.")


@strawberry.type
class StandingMutation:
    """The mutations on the code of conduct and on opened talk."""

    @mutation(
        description="Agree to the code of conduct that is in force. Requires: a signed-in user.", refuses=[Conflict]
    )
    async def agree_to_conduct(self, info: Info, form: AgreeToConductInput) -> AgreeToConductPayload:
        """Agree to a version."""
        await conduct.agree_to_conduct(info.context.actor, number=form.number)
        return AgreeToConductPayload(standing=MyStanding.of(await own_standing(info.context.actor)))

    @mutation(description="Put a version of the code of conduct in force. Requires: the role community_manager.")
    async def publish_conduct(self, info: Info, form: PublishConductInput) -> PublishConductPayload:
        """Publish a version."""
        row = await conduct.publish_conduct(info.context.actor, text=form.text, summary=form.summary)
        return PublishConductPayload(conduct=ConductVersion.of(row))

    @mutation(
        description="Open a private talk to yourself, for a case, with a reason. Requires: the role safety_team.",
        refuses=[Conflict],
    )
    async def open_talk(self, info: Info, form: OpenTalkInput) -> OpenTalkPayload:
        """Open a talk."""
        row = await talk_openings.open_talk(
            info.context.actor,
            case_id=desk_case_id(form.case_id),
            session_id=session_id_of(form.session_id),
            reason=form.reason,
            hours=form.hours,
        )
        opening_id = strawberry.ID(encode_id("TalkOpening", row.id))
        return OpenTalkPayload(opening_id=opening_id, expires_at=row.expires_at)

    @mutation(description="Read on in a talk you opened. Requires: the role safety_team, and the opening.")
    async def read_talk(self, info: Info, form: ReadTalkInput) -> ReadTalkPayload:
        """Read lines."""
        after = form.after_message_id
        lines = await talk_openings.read_talk(
            info.context.actor,
            opening_id=uuid_of(form.opening_id, "TalkOpening", what="opening"),
            after=None if after is None else uuid_of(after, "SessionMessage", what="message"),
        )
        return ReadTalkPayload(lines=[OpenedLine.of(row) for row in lines])
