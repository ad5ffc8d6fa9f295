"""Reading the searches that somebody keeps: their own, and nobody else's."""

from collections.abc import Collection
from uuid import UUID

from server.domain.actors import Actor
from server.models.matching import SavedSearch


async def visible(actor: Actor, search_ids: Collection[UUID]) -> dict[UUID, SavedSearch]:
    """Return those of these searches that are the actor's own, by id."""
    if actor.user_id is None:
        return {}
    return {row.id: row for row in await SavedSearch.filter(id__in=list(search_ids), profile_id=actor.user_id)}


async def of_owner(actor: Actor) -> list[SavedSearch]:
    """Return the actor's searches, newest first. Refuses a visitor."""
    return list(await SavedSearch.filter(profile_id=actor.require_profile()).order_by("-created_at", "-id"))
