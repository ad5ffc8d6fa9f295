"""What the viewer tells the matching: wishes, exclusions, a pause, searches to keep."""

from datetime import datetime

import strawberry

from server.domain.preferences import ExclusionReason, Strength, TraitKind, Wish, trait
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.core.ids import uuid_of
from server.schema.directory import ProfileFilter, check_skill_or_group, filter_of
from server.schema.match_wishes import MatchExclusion, MatchWish, SavedSearch, search_id_of
from server.schema.my_profile import MyProfile, my_profile
from server.services import directory_search
from server.services import match_wishes as services


@strawberry.input(description="A wish for whom one is matched with.")
class MatchWishInput:
    """A wish, as typed."""

    kind: TraitKind = strawberry.field(description="What it is about.")
    value: str = strawberry.field(description="A work pattern in lower case, a language tag, or an industry.")
    strength: Strength = strawberry.field(description="How much it matters.")


@strawberry.input(description="For setMatchWishes.")
class SetMatchWishesInput:
    """What SetMatchWishes takes."""

    wishes: list[MatchWishInput] = strawberry.field(description="All of them; at most 12.")


@strawberry.type(description="The wishes as they are kept.")
class SetMatchWishesPayload:
    """What SetMatchWishes gives."""

    wishes: list[MatchWish] = strawberry.field(description="All of them.")


@strawberry.input(description="For excludeFromMatching.")
class ExcludeFromMatchingInput:
    """What ExcludeFromMatching takes."""

    profile_id: strawberry.ID = strawberry.field(description="Whom not to be matched with.")
    reason: ExclusionReason = strawberry.field(description="Why, for yourself alone.")


@strawberry.type(description="Whom you ruled out.")
class ExcludeFromMatchingPayload:
    """What ExcludeFromMatching gives."""

    exclusions: list[MatchExclusion] = strawberry.field(description="All of them, latest first.")


@strawberry.input(description="For readmitToMatching.")
class ReadmitToMatchingInput:
    """What ReadmitToMatching takes."""

    profile_id: strawberry.ID = strawberry.field(description="Whom you ruled out.")


@strawberry.type(description="Whom you still rule out.")
class ReadmitToMatchingPayload:
    """What ReadmitToMatching gives."""

    exclusions: list[MatchExclusion] = strawberry.field(description="All of them, latest first.")


@strawberry.input(description="For pauseRequests.")
class PauseRequestsInput:
    """What PauseRequests takes."""

    until: datetime | None = strawberry.field(description="Until when, 90 days away at most; null ends a pause.")


@strawberry.type(description="Until then nobody can ask you.")
class PauseRequestsPayload:
    """What PauseRequests gives."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.input(description="For saveSearch.")
class SaveSearchInput:
    """What SaveSearch takes."""

    name: str = strawberry.field(description="1 to 60 characters.")
    filter: ProfileFilter = strawberry.field(description="What is searched for.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="A search that is kept.")
class SaveSearchPayload:
    """What SaveSearch gives."""

    search: SavedSearch = strawberry.field(description="The search.")


@strawberry.input(description="For deleteSearch.")
class DeleteSearchInput:
    """What DeleteSearch takes."""

    search_id: strawberry.ID = strawberry.field(description="Which search.")


@strawberry.type(description="A search that is forgotten.")
class DeleteSearchPayload:
    """What DeleteSearch gives."""

    search_id: strawberry.ID = strawberry.field(description="The id it had.")


@strawberry.type
class MatchWishMutation:
    """The mutations of what the viewer tells the matching."""

    @mutation(
        description="Say what you wish of whom you are matched with; this replaces what you said before."
        " Requires: a signed-in user.",
        refuses=[LimitReached],
    )
    async def set_match_wishes(self, info: Info, form: SetMatchWishesInput) -> SetMatchWishesPayload:
        """Replace the viewer's wishes."""
        wishes = [Wish(trait(one.kind, one.value), one.strength) for one in form.wishes]
        kept = await services.set_wishes(info.context.actor, wishes=wishes)
        return SetMatchWishesPayload(wishes=[MatchWish.of(one) for one in kept])

    @mutation(
        description="Not be matched with somebody, either way; they see no difference. Requires: a signed-in user.",
        refuses=[LimitReached],
    )
    async def exclude_from_matching(self, info: Info, form: ExcludeFromMatchingInput) -> ExcludeFromMatchingPayload:
        """Rule somebody out."""
        actor, other = info.context.actor, uuid_of(form.profile_id, "Profile", what="profile")
        await services.exclude(actor, profile_id=other, reason=form.reason)
        rows = await services.exclusions_of(actor)
        return ExcludeFromMatchingPayload(exclusions=[MatchExclusion.of(row) for row in rows])

    @mutation(description="Take an exclusion back. Requires: a signed-in user.")
    async def readmit_to_matching(self, info: Info, form: ReadmitToMatchingInput) -> ReadmitToMatchingPayload:
        """Take an exclusion back."""
        actor, other = info.context.actor, uuid_of(form.profile_id, "Profile", what="exclusion")
        await services.readmit(actor, profile_id=other)
        rows = await services.exclusions_of(actor)
        return ReadmitToMatchingPayload(exclusions=[MatchExclusion.of(row) for row in rows])

    @mutation(description="Take no new requests for a while; open ones stand still. Requires: a signed-in user.")
    async def pause_requests(self, info: Info, form: PauseRequestsInput) -> PauseRequestsPayload:
        """Pause requests, or end the pause."""
        await services.pause_requests(info.context.actor, until=form.until)
        return PauseRequestsPayload(profile=await my_profile(info))

    @mutation(
        description="Keep a search of the directory under a name. Requires: a verified mail address.",
        refuses=[Conflict, LimitReached],
    )
    async def save_search(self, info: Info, form: SaveSearchInput) -> SaveSearchPayload:
        """Keep a search."""
        for one in form.filter.skills:
            check_skill_or_group(one)
        row = await directory_search.save_search(
            info.context.actor, name=form.name, wanted=filter_of(form.filter), idempotency_key=form.idempotency_key
        )
        return SaveSearchPayload(search=SavedSearch.of(row))

    @mutation(description="Forget a search. Requires: to be the one who keeps it.")
    async def delete_search(self, info: Info, form: DeleteSearchInput) -> DeleteSearchPayload:
        """Forget a search."""
        await directory_search.delete_search(info.context.actor, search_id=search_id_of(form.search_id))
        return DeleteSearchPayload(search_id=form.search_id)
