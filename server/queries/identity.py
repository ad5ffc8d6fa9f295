"""Reads about one's own account. Nothing here is for anybody else: every function starts from the actor's own id."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from tortoise.expressions import Q

from server.domain.actors import Actor
from server.kit.clock import now
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.identity import Login, User

NEWEST_LOGINS = Order("identity.logins", (datetime, UUID), descending=True)


async def own_user(actor: Actor) -> User | None:
    """Return the actor's row, or None for a visitor."""
    return None if actor.user_id is None else await User.get_or_none(id=actor.user_id, erased_at=None)


async def email_of(user_id: UUID) -> str | None:
    """Return where to write to somebody, for mail that follows from a fact. None when they are gone."""
    user = await User.get_or_none(id=user_id).only("id", "email")
    return None if user is None else user.email


async def own_logins(actor: Actor, page: PageRequest) -> Page[Login]:
    """Return a page of the actor's open logins, newest first."""
    rows = Login.filter(user_id=actor.require_user(), revoked_at=None, expires_at__gt=now())
    if page.bound is not None:
        rows = rows.filter(_beyond(page))
    sign = "-" if page.direction == "DESC" else ""
    found = await rows.order_by(f"{sign}created_at", f"{sign}id").limit(page.fetch)
    return cut_page(found, page, lambda row: (row.created_at, row.id))


async def own_logins_by_ids(actor: Actor, login_ids: Collection[UUID]) -> dict[UUID, Login]:
    """Return those of these logins that are the actor's and open."""
    if actor.user_id is None:
        return {}
    rows = await Login.filter(id__in=login_ids, user_id=actor.user_id, revoked_at=None, expires_at__gt=now())
    return {row.id: row for row in rows}


def _beyond(page: PageRequest) -> Q:
    created_at, login_id = page.bound or ()
    way = "lt" if page.comparison == "<" else "gt"
    return Q(**{f"created_at__{way}": created_at}) | Q(Q(created_at=created_at), Q(**{f"id__{way}": login_id}))
