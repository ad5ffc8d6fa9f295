"""Notifications as types: the inbox, its settings, and what a notification is about."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

import strawberry

from server.domain.notification_kinds import MailChoice, NotificationGroup, NotificationKind
from server.domain.notification_manners import MANNERS
from server.domain.notification_words import how_to_stop, label, why
from server.domain.notifications import DigestRhythm, NotificationState, SubjectKind, Wish
from server.models import notifications as rows
from server.queries import notifications as queries
from server.queries.notifications import NotificationView
from server.schema.core.context import Info
from server.schema.core.ids import encode_id
from server.schema.core.nodes import Node, node_loader

strawberry.enum(NotificationKind, description="What somebody is told; what one turns on and off.")
strawberry.enum(NotificationGroup, description="Kinds that settings show together.")
strawberry.enum(NotificationState, description="What its receiver did with a notification.")
strawberry.enum(MailChoice, description="How a kind comes by mail: as soon as it may, with the digest, or not at all.")
strawberry.enum(DigestRhythm, description="How often the digest comes.")
strawberry.enum(
    SubjectKind, name="NotificationSubjectKind", description="What a notification is about; each is a type by its id."
)

SUBJECT_TYPES: Mapping[SubjectKind, str] = {
    SubjectKind.REQUEST: "MentorshipRequest",
    SubjectKind.MENTORSHIP: "Mentorship",
    SubjectKind.SESSION: "Session",
    SubjectKind.CIRCLE: "Circle",
    SubjectKind.CIRCLE_MEETING: "CircleMeeting",
    SubjectKind.CIRCLE_THREAD: "CircleThread",
    SubjectKind.WEBINAR: "Webinar",
    SubjectKind.QUESTION: "OwnQuestion",
    SubjectKind.OPEN_ASK: "OpenAsk",
    SubjectKind.WAITING_PLACE: "WaitingPlace",
    SubjectKind.CHECK_IN: "CheckIn",
    SubjectKind.MENTORSHIP_PROPOSAL: "MentorshipProposal",
    SubjectKind.MEETING: "MentorshipMeeting",
    SubjectKind.MEETING_PROPOSAL: "MeetingProposal",
    SubjectKind.GATHERING: "Gathering",
    SubjectKind.INTRODUCTION: "Introduction",
    SubjectKind.SMALL_ASK: "SmallAsk",
    SubjectKind.KUDOS: "Kudos",
    SubjectKind.CASE: "MyCase",
    SubjectKind.ACCOUNT: "Me",
}
"""The type whose id a subject of each kind has."""


@strawberry.type(
    description="Something that happened and concerns you. Requires: to be its receiver. One about somebody with whom"
    " there is a block since is not shown."
)
class Notification(Node):
    """A notification as its receiver reads it now."""

    kind: NotificationKind = strawberry.field(description="What it is; turned on and off in the settings.")
    group: NotificationGroup = strawberry.field(description="The group of its kind.")
    state: NotificationState = strawberry.field(description="What you did with it.")
    at: datetime = strawberry.field(description="When you were told.")
    text: str = strawberry.field(description="What happened, in a sentence; instants are in your time zone.")
    why: str = strawberry.field(description="Why it came to you.")
    how_to_stop: str = strawberry.field(description="How to get no more of its kind.")
    subject_kind: SubjectKind = strawberry.field(description="What it is about.")
    subject_id: strawberry.ID | None = strawberry.field(
        description="The global id of what it is about, for node(id:); null when you do not see that any more."
    )

    @classmethod
    def of(cls, view: NotificationView) -> "Notification":
        """Return the type of a view."""
        subject = None if view.subject_id is None else encode_id(SUBJECT_TYPES[view.subject], view.subject_id)
        return cls(
            key=view.id,
            kind=view.kind,
            group=MANNERS[view.kind].group,
            state=view.state,
            at=view.at,
            text=view.text,
            why=why(view.kind),
            how_to_stop=how_to_stop(view.kind),
            subject_kind=view.subject,
            subject_id=None if subject is None else strawberry.ID(subject),
        )


@strawberry.type(description="How you hear of a kind.")
class NotificationPreference:
    """A kind and the wish for it."""

    kind: NotificationKind = strawberry.field(description="The kind.")
    group: NotificationGroup = strawberry.field(description="Its group.")
    label: str = strawberry.field(description="Its name.")
    why: str = strawberry.field(description="Why such notifications come.")
    in_app: bool = strawberry.field(description="Whether they come into the inbox.")
    mail: MailChoice = strawberry.field(description="How they come by mail.")
    is_urgent: bool = strawberry.field(
        description="Word of the safety team: it goes through quiet hours and gigs, and stays in the inbox."
    )

    @classmethod
    def of(cls, kind: NotificationKind, wish: Wish) -> "NotificationPreference":
        """Return the type of a kind with the viewer's wish."""
        manner = MANNERS[kind]
        return cls(
            kind=kind,
            group=manner.group,
            label=label(kind),
            why=why(kind),
            in_app=wish.in_app,
            mail=wish.mail,
            is_urgent=manner.is_urgent,
        )


@strawberry.type(description="Every day between two minutes of the local day; past midnight when the start is later.")
class QuietHours:
    """Quiet hours."""

    start_minute: int = strawberry.field(description="The first quiet minute of the day, 0 to 1,439.")
    end_minute: int = strawberry.field(description="The first minute after them, 0 to 1,439.")


@strawberry.type(description="When mails to you wait, and when your digest comes.")
class NotificationSettings:
    """The viewer's inbox, its settings."""

    quiet_hours: QuietHours | None = strawberry.field(description="When mails wait; null: at no hour.")
    is_quiet_on_gig: bool = strawberry.field(description="Whether mails wait until a gig or a blackout is over.")
    digest: DigestRhythm = strawberry.field(description="How often the digest comes.")
    digest_weekday: int = strawberry.field(description="The day of a weekly one: 0 is Monday.")
    digest_hour: int = strawberry.field(description="The hour of your local day, 0 to 23.")
    next_digest_at: datetime | None = strawberry.field(description="When the next one is due; null while none is.")

    @classmethod
    def of(cls, row: rows.NotificationInbox) -> "NotificationSettings":
        """Return the settings of an inbox."""
        start, end = row.quiet_start, row.quiet_end
        return cls(
            quiet_hours=None if start is None or end is None else QuietHours(start_minute=start, end_minute=end),
            is_quiet_on_gig=row.is_quiet_on_gig,
            digest=row.digest,
            digest_weekday=row.digest_weekday,
            digest_hour=row.digest_hour,
            next_digest_at=row.next_digest_at,
        )


@node_loader("Notification")
async def load_notifications(info: Info, keys: Collection[UUID]) -> Mapping[UUID, Notification]:
    """Return those that are the viewer's to read."""
    found = await queries.visible(info.context.actor, keys)
    return {key: Notification.of(view) for key, view in found.items()}


async def my_preferences(info: Info) -> list[NotificationPreference]:
    """Return how the viewer hears of each kind."""
    return [
        NotificationPreference.of(kind, wish) for kind, wish in (await queries.own_wishes(info.context.actor)).items()
    ]


async def my_settings(info: Info) -> NotificationSettings:
    """Return when the viewer is left alone."""
    return NotificationSettings.of(await queries.own_inbox(info.context.actor))
