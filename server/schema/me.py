"""The viewer: the one type that reaches every shaft. Other shafts hang their fields on Me here."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from server.domain.actors import Role
from server.domain.identity_erasure import Fate
from server.domain.notification_kinds import NotificationKind
from server.domain.notifications import NotificationState
from server.kit.paging import PageRequest
from server.models.identity import User
from server.queries import identity as queries
from server.queries import notifications as notification_queries
from server.queries.export import erasure_preview
from server.queries.notifications import NEWEST_NOTIFICATIONS
from server.schema.core.batching import batched
from server.schema.core.connection import Connection, connection_of
from server.schema.core.context import Info
from server.schema.core.fields import resolved
from server.schema.core.nodes import Node, load_node, node_loader
from server.schema.identity import Login
from server.schema.my_profile import MyProfile, my_profile
from server.schema.notifications import (
    Notification,
    NotificationPreference,
    NotificationSettings,
    my_preferences,
    my_settings,
)
from server.services.erasure import export_data

strawberry.enum(
    Fate, name="ErasureFate", description="What erasing does: rows go, stay without your words, or stay for the others."
)


@strawberry.type(description="One line of what erasing your account would do.")
class ErasurePreviewLine:
    """One kind of thing in the preview."""

    kind: str = strawberry.field(description="What kind of thing, as the export names it.")
    count: int = strawberry.field(description="How many there are.")
    fate: Fate = strawberry.field(description="What becomes of them.")


@strawberry.type(description="Yourself, as only you see you. Requires: a signed-in user.")
class Me(Node):
    """The viewer. Its key is the user's id, which is the profile's too."""

    email: str = strawberry.field(description="The address of the account.")
    is_verified: bool = strawberry.field(description="Whether the address is verified.")
    roles: list[Role] = strawberry.field(description="Roles for the whole platform.")
    created_at: datetime = strawberry.field(description="When the account was made.")

    @batched(description="Your open logins, newest first.", order=queries.NEWEST_LOGINS)
    @staticmethod
    async def logins(parents: Sequence["Me"], info: Info, page: PageRequest) -> Sequence[Connection[Login]]:
        """Return the viewer's logins; there is one viewer, however often they are asked for."""
        actor = info.context.actor
        rows = await queries.own_logins(actor, page)
        return [connection_of(rows, lambda row: Login.of(row, actor.login_id)) for _ in parents]

    @batched(description="Your profile, whole.")
    @staticmethod
    async def profile(parents: Sequence["Me"], info: Info) -> Sequence[MyProfile]:
        """Return the viewer's own profile."""
        return [await my_profile(info)] * len(parents)

    @batched(description="What eraseMyAccount would do, kind by kind.")
    @staticmethod
    async def erasure_preview(parents: Sequence["Me"], info: Info) -> Sequence[list[ErasurePreviewLine]]:
        """Return the same preview for each."""
        found = await erasure_preview(info.context.actor)
        lines = [ErasurePreviewLine(kind=line.kind, count=line.count, fate=line.fate) for line in found]
        return [lines for _ in parents]

    @batched(description="All that is kept about you, as one JSON document. A few times an hour at most.")
    @staticmethod
    async def export(parents: Sequence["Me"], info: Info) -> Sequence[JSON]:
        """Return the same document for each."""
        document = JSON(await export_data(info.context.actor))
        return [document for _ in parents]

    @batched(description="What you were told, newest first.", order=NEWEST_NOTIFICATIONS)
    @staticmethod
    async def notifications(
        parents: Sequence["Me"],
        info: Info,
        page: PageRequest,
        states: Annotated[
            list[NotificationState] | None,
            strawberry.argument(description="In these states only; left out: unread and read."),
        ] = None,
        kinds: Annotated[
            list[NotificationKind] | None, strawberry.argument(description="Of these kinds only; left out: of all.")
        ] = None,
    ) -> Sequence[Connection[Notification]]:
        """Return the viewer's inbox; there is one viewer, however often they are asked for."""
        shown = [NotificationState.UNREAD, NotificationState.READ] if states is None else states
        rows = await notification_queries.own_page(info.context.actor, page, states=shown, kinds=kinds or ())
        return [connection_of(rows, Notification.of) for _ in parents]

    @batched(description="How many notifications are unread.")
    @staticmethod
    async def unread_notifications(parents: Sequence["Me"], info: Info) -> Sequence[int]:
        """Return the same number for each."""
        mine = info.context.actor.require_user()
        return [(await notification_queries.unread_of([mine]))[mine]] * len(parents)

    @batched(description="How you hear of each kind of notification.")
    @staticmethod
    async def notification_preferences(parents: Sequence["Me"], info: Info) -> Sequence[list[NotificationPreference]]:
        """Return the same list for each."""
        return [await my_preferences(info)] * len(parents)

    @batched(description="When mails of notifications wait, and when your digest comes.")
    @staticmethod
    async def notification_settings(parents: Sequence["Me"], info: Info) -> Sequence[NotificationSettings]:
        """Return the same settings for each."""
        return [await my_settings(info)] * len(parents)

    @classmethod
    def of(cls, row: User, roles: Collection[Role]) -> "Me":
        """Return the view of the viewer's own row."""
        return cls(
            key=row.id,
            email=row.email or "",
            is_verified=row.verified_at is not None,
            roles=sorted(roles),
            created_at=row.created_at,
        )


@node_loader("Me")
async def load_me(info: Info, keys: Collection[UUID]) -> Mapping[UUID, Me]:
    """Return the viewer, if theirs is among the keys."""
    actor = info.context.actor
    if actor.user_id not in keys:
        return {}
    row = await queries.own_user(actor)
    return {} if row is None else {row.id: Me.of(row, actor.roles)}


@strawberry.type
class MeQuery:
    """The root field of the viewer."""

    @resolved(description="Yourself; null for a visitor, refused to the suspended, who have myStanding.")
    async def me(self, info: Info) -> Me | None:
        """Return the viewer."""
        actor = info.context.actor
        user_id = actor.require_user() if actor.suspension is not None else actor.user_id
        found: Me | None = None if user_id is None else await load_node(info, "Me", user_id)
        return found
