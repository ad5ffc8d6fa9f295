"""Searching the directory with what only the matching engine knows, and keeping searches under a name: C1."""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

import msgspec

from server.domain.actors import Actor
from server.domain.directory import (
    MAX_SAVED_SEARCHES,
    MEETING_SLOTS,
    DirectoryFilter,
    clean_filter,
    search_name,
)
from server.domain.errors import Conflict, LimitReached, NotFound
from server.kit.paging import Page, PageRequest, cut_page
from server.models.matching import SavedSearch
from server.models.profiles import Profile
from server.queries.directory import Found, search_directory
from server.services import repeats
from server.services.matching_snapshot import running
from server.services.transaction import retrying, unit_of_work

_BATCH, _BATCHES = 100, 10
"""People read at once, and how often, to fill a page with those who can meet: a thousand at most."""


async def search(actor: Actor, asked: DirectoryFilter, page: PageRequest) -> Page[Found]:
    """Return a page of the directory, also when it asks who can meet within some days.

    Such a page may be shorter than asked and have another behind it: the search goes on from its last cursor.
    SuggestionsPreparing just after a start.
    """
    if asked.can_meet_within_days is None:
        return await search_directory(actor, asked, page)
    asked = clean_filter(asked)
    step = replace(page, size=_BATCH)
    kept: list[Found] = []
    looked: Found | None = None
    for _ in range(_BATCHES):
        batch = await search_directory(actor, asked, step)
        # The page nearest to the bound comes first, whichever way it is read.
        people = list(reversed(batch.items)) if page.backward else list(batch.items)
        free = await _can_meet(actor, [one.profile_id for one in people], asked.can_meet_within_days or 0)
        kept += [one for one in people if one.profile_id in free]
        more = batch.has_previous if page.backward else batch.has_next
        looked = people[-1] if people else looked
        if not more or len(kept) > page.size or looked is None:
            return cut_page(kept, page, _key)
        step = replace(step, bound=_key(looked))
    return _cut_short(kept, page, looked)


def _cut_short(kept: list[Found], page: PageRequest, looked: Found | None) -> Page[Found]:
    """Return a page of a search that was not read to its end: it goes on even where nothing was found."""
    cut = cut_page(kept, page, _key)
    if not cut.items and looked is not None:
        return cut
    return replace(cut, has_previous=True) if page.backward else replace(cut, has_next=True)


def _key(one: Found) -> tuple[object, ...]:
    return (one.coverage, one.updated_at, one.profile_id)


async def _can_meet(actor: Actor, ids: Collection[UUID], days: int) -> set[UUID]:
    mine = actor.require_verified()
    return await running.ask(lambda picture: picture.can_meet(mine, ids, MEETING_SLOTS, days), mine)


@retrying
async def save_search(
    actor: Actor, *, name: str, wanted: DirectoryFilter, idempotency_key: str | None = None
) -> SavedSearch:
    """Keep a search under a name of its own. InvalidInput, Conflict for a name in use, LimitReached past twenty."""
    mine, name, wanted = actor.require_verified(), search_name(name), clean_filter(wanted)
    async with unit_of_work() as work:
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "saveSearch", [name, wanted])
        if once.previous:
            return await SavedSearch.get(id=once.previous)
        await Profile.filter(id=mine).select_for_update(no_key=True).get()
        if await SavedSearch.exists(profile_id=mine, name=name):
            raise Conflict("You have a search of this name.", current=name)
        if await SavedSearch.filter(profile_id=mine).count() >= MAX_SAVED_SEARCHES:
            raise LimitReached(f"At most {MAX_SAVED_SEARCHES} searches can be kept.", limit=MAX_SAVED_SEARCHES)
        row = await SavedSearch.create(profile_id=mine, name=name, wanted=msgspec.to_builtins(wanted))
        await once.remember(row.id)
    return row


@retrying
async def delete_search(actor: Actor, *, search_id: UUID) -> UUID:
    """Forget a search of one's own. NotFound."""
    async with unit_of_work():
        if not await SavedSearch.filter(id=search_id, profile_id=actor.require_profile()).delete():
            raise NotFound("search")
    return search_id


def kept_filter(row: SavedSearch) -> DirectoryFilter:
    """Return the filter of a kept search."""
    return msgspec.convert(row.wanted, DirectoryFilter, strict=False)
