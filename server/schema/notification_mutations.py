"""What one does with the inbox, and how one wants to be told."""

import strawberry

from server.domain.notification_kinds import MailChoice, NotificationKind
from server.domain.notifications import DigestRhythm, clean_digest, clean_quiet_hours
from server.schema.core.context import Info
from server.schema.core.errors import mutation
from server.schema.core.ids import uuid_of
from server.schema.notifications import (
    Notification,
    NotificationPreference,
    NotificationSettings,
    load_notifications,
    my_preferences,
    my_settings,
)
from server.services import notifications as services
from server.services.notifications import WishChange


@strawberry.input(description="For markNotificationsRead: give either ids or upTo.")
class MarkNotificationsReadInput:
    """Input of markNotificationsRead."""

    ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Which ones, 100 at most.")
    up_to: strawberry.ID | None = strawberry.field(default=None, description="All up to this one, the older ones too.")


@strawberry.type(description="They are read.")
class MarkNotificationsReadPayload:
    """Payload of markNotificationsRead."""

    unread: int = strawberry.field(description="How many are unread now.")


@strawberry.input(description="For dismissNotification.")
class DismissNotificationInput:
    """Input of dismissNotification."""

    notification_id: strawberry.ID = strawberry.field(description="Which one.")


@strawberry.type(description="It is out of the inbox.")
class DismissNotificationPayload:
    """Payload of dismissNotification."""

    notification: Notification | None = strawberry.field(description="The notification.")
    unread: int = strawberry.field(description="How many are unread now.")


@strawberry.input(description="For setNotificationPreference: what is left out stays as it is.")
class SetNotificationPreferenceInput:
    """Input of setNotificationPreference."""

    kinds: list[NotificationKind] = strawberry.field(description="Of which kinds, one at least.")
    in_app: bool | None = strawberry.field(default=None, description="Whether they come into the inbox.")
    mail: MailChoice | None = strawberry.field(default=None, description="How they come by mail.")


@strawberry.type(description="How you hear of every kind.")
class SetNotificationPreferencePayload:
    """Payload of setNotificationPreference."""

    preferences: list[NotificationPreference] = strawberry.field(description="All of them.")


@strawberry.input(description="For setQuietHours: both ends, or neither for none.")
class SetQuietHoursInput:
    """Input of setQuietHours."""

    start_minute: int | None = strawberry.field(default=None, description="The first quiet minute of the local day.")
    end_minute: int | None = strawberry.field(default=None, description="The first minute after them.")
    is_quiet_on_gig: bool = strawberry.field(default=True, description="Whether mails wait until a gig is over.")


@strawberry.type(description="When mails to you wait.")
class SetQuietHoursPayload:
    """Payload of setQuietHours."""

    settings: NotificationSettings = strawberry.field(description="Your settings.")


@strawberry.input(description="For setDigest.")
class SetDigestInput:
    """Input of setDigest."""

    rhythm: DigestRhythm = strawberry.field(description="How often it comes.")
    weekday: int = strawberry.field(default=0, description="The day of a weekly one: 0 is Monday.")
    hour: int = strawberry.field(default=9, description="The hour of your local day, 0 to 23.")


@strawberry.type(description="When your digest comes.")
class SetDigestPayload:
    """Payload of setDigest."""

    settings: NotificationSettings = strawberry.field(description="Your settings.")


@strawberry.type
class NotificationMutation:
    """The mutations of notifications."""

    @mutation(description="Mark notifications read: some, or all up to one. Requires: to be their receiver.")
    async def mark_notifications_read(
        self, info: Info, form: MarkNotificationsReadInput
    ) -> MarkNotificationsReadPayload:
        """Mark notifications read."""
        ids = [uuid_of(one, "Notification", what="notification") for one in form.ids or ()]
        up_to = None if form.up_to is None else uuid_of(form.up_to, "Notification", what="notification")
        unread = await services.mark_read(info.context.actor, ids=ids, up_to=up_to)
        return MarkNotificationsReadPayload(unread=unread)

    @mutation(description="Take a notification out of the inbox. Requires: to be its receiver.")
    async def dismiss_notification(self, info: Info, form: DismissNotificationInput) -> DismissNotificationPayload:
        """Dismiss a notification."""
        key = uuid_of(form.notification_id, "Notification", what="notification")
        unread = await services.dismiss(info.context.actor, notification_id=key)
        found = await load_notifications(info, [key])
        return DismissNotificationPayload(notification=found.get(key), unread=unread)

    @mutation(description="Hear of some kinds otherwise from now on. Requires: a signed-in user.")
    async def set_notification_preference(
        self, info: Info, form: SetNotificationPreferenceInput
    ) -> SetNotificationPreferencePayload:
        """Change how the viewer hears of some kinds."""
        change = WishChange(form.in_app, form.mail)
        await services.set_preferences(info.context.actor, kinds=form.kinds, change=change)
        return SetNotificationPreferencePayload(preferences=await my_preferences(info))

    @mutation(description="Say when mails to you wait; word of the safety team does not. Requires: a signed-in user.")
    async def set_quiet_hours(self, info: Info, form: SetQuietHoursInput) -> SetQuietHoursPayload:
        """Set the viewer's quiet hours."""
        hours = clean_quiet_hours(form.start_minute, form.end_minute)
        await services.set_quiet_hours(info.context.actor, hours=hours, is_quiet_on_gig=form.is_quiet_on_gig)
        return SetQuietHoursPayload(settings=await my_settings(info))

    @mutation(description="Say when your digest comes. Requires: a signed-in user.")
    async def set_digest(self, info: Info, form: SetDigestInput) -> SetDigestPayload:
        """Set when the viewer's digest comes."""
        digest = clean_digest(form.rhythm, form.weekday, form.hour)
        await services.set_digest(info.context.actor, digest=digest)
        return SetDigestPayload(settings=await my_settings(info))
