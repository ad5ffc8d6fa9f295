"""What the matching keeps, for the communities of the GraphQL tests: asks, places in line, wishes, searches."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.availability import MentoringFormat
from server.domain.mentorships import RequestState
from server.domain.open_asks import AskOrigin, AskState
from server.domain.preferences import ExclusionReason, Strength
from server.domain.suggestions import MatchSide, SuggestionState
from server.domain.waiting import OfferOutcome, WaitingState
from server.kit.clock import now
from server.models.asks import AskDraft, OpenAsk
from server.models.matching import MatchExclusion, MatchPreference, SavedSearch, Suggestion
from server.models.waiting import WaitingOffer, WaitingPlace
from tests.factories.mentorships import request_row
from tests.factories.people import person
from tests.factories.profiles import offers

if TYPE_CHECKING:
    from tests.factories.graphql_world import World

RARE = "gig:food-delivery"
"""A skill that nobody in these communities offers but Ana."""


async def ask_of(author: Actor, skill_id: str = RARE, **columns: Any) -> OpenAsk:
    """Make an ask as a row: open, unless said otherwise."""
    values: dict[str, Any] = {
        "goal": "Is the tip mine?",
        "minutes": 15,
        "skill_ids": [skill_id],
        "reach": [skill_id],
        "origin": AskOrigin.WORKER,
        "state": AskState.OPEN,
        "expires_at": now() + timedelta(days=20),
        **columns,
    }
    return await OpenAsk.create(profile_id=author.user_id, **values)


async def place_of(who: Actor, **columns: Any) -> WaitingPlace:
    """Make a place in line as a row: waiting, unless said otherwise."""
    values: dict[str, Any] = {
        "skill_id": RARE,
        "format": MentoringFormat.CLASSIC,
        "goal": "Keep my tips",
        "minutes_needed": 60,
        "is_first": True,
        "state": WaitingState.WAITING,
        **columns,
    }
    return await WaitingPlace.create(profile_id=who.user_id, **values)


def held(by: Actor) -> dict[str, Any]:
    """Return the columns of an ask that somebody holds."""
    return {"held_by": by.user_id, "held_since": now(), "lease_until": now() + timedelta(minutes=30)}


async def matching_things(here: "World", ana: Actor) -> None:
    """Let Ana ask and answer, wait, wish, rule somebody out, keep a search and a suggestion; let Bola do some too."""
    bola = here.viewers["party"]
    await offers(ana, RARE)
    both = ("owner", "party")
    here.parts["ask to take"] = here.show("OpenAsk", (await ask_of(bola)).id, *both)
    taken = await ask_of(bola, **held(ana))
    here.parts["ask held"] = here.show("OpenAsk", taken.id, *both)
    await AskDraft.create(ask_id=taken.id, profile_id=ana.user_id, text="Ask them", updated_at=now())
    told: dict[str, Any] = {"state": AskState.ANSWERED, "answer": "Yes.", "ended_at": now()}
    here.show("OpenAsk", (await ask_of(ana, answered_by=bola.user_id, **told)).id, *both)
    request = await request_row(bola, ana, state=RequestState.WITHDRAWN)
    here.show("MentorshipRequest", request.id, *both)
    made = await ask_of(ana, state=AskState.REQUESTED, request_id=request.id, held_by=bola.user_id)
    here.show("OpenAsk", made.id, *both)
    here.parts["own ask"] = here.show("OpenAsk", (await ask_of(ana, "gig:parcel-delivery")).id, "owner")
    here.show("OpenAsk", (await ask_of(bola, "gig:parcel-delivery")).id, "party")
    here.parts["place"] = here.show("WaitingPlace", (await place_of(ana, request_id=request.id)).id, "owner")
    here.show("WaitingPlace", (await place_of(bola)).id, "party")
    for who, name in ((ana, "owner"), (bola, "party")):
        row = await SavedSearch.create(profile_id=who.user_id, name="Evenings", wanted={"text": "calm"})
        here.parts.setdefault("search", here.show("SavedSearch", row.id, name))
        await MatchPreference.create(profile_id=who.user_id, trait="pattern:gig", strength=Strength.SOMEWHAT)
    over = await request_row(ana, bola, state=RequestState.EXPIRED, skill_ids=["gig:invoicing"])
    here.parts["over request"] = here.show("MentorshipRequest", over.id, *both)
    await _others(here, ana)


async def _others(here: "World", ana: Actor) -> None:
    stranger, admin = here.viewers["stranger"], here.viewers["admin"]
    reason = ExclusionReason.CONFLICT_OF_INTEREST
    await MatchExclusion.create(profile_id=ana.user_id, other_id=stranger.user_id, reason=reason)
    await Suggestion.create(
        profile_id=ana.user_id,
        other_id=admin.user_id,
        side=MatchSide.LEARNER,
        format=MentoringFormat.MICRO,
        state=SuggestionState.SAVED,
        score=0.5,
        decided_at=now(),
    )


async def matching_page(ana: Actor, other: Actor, request_id: UUID) -> None:
    """Give Ana one more of each thing that comes in pages, tied to somebody."""
    fits = await ask_of(other, **held(other))
    await AskDraft.create(ask_id=fits.id, profile_id=ana.user_id, text="Yes", updated_at=now())
    await ask_of(ana, state=AskState.ANSWERED, answer="Yes.", answered_by=other.user_id, request_id=request_id)
    place = await place_of(ana, request_id=request_id)
    await WaitingOffer.create(
        place_id=place.id,
        mentor_id=other.user_id,
        request_id=request_id,
        until=now(),
        outcome=OfferOutcome.ACCEPTED,
        decided_at=now(),
    )
    rival = await person("Rival")
    await MatchExclusion.create(profile_id=ana.user_id, other_id=rival.user_id, reason=ExclusionReason.OTHER)
    await Suggestion.create(
        profile_id=ana.user_id,
        other_id=other.user_id,
        side=MatchSide.MENTOR,
        format=MentoringFormat.PEER,
        state=SuggestionState.SAVED,
        score=0.5,
        decided_at=now(),
    )
