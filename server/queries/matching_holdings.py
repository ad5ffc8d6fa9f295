"""What the matching keeps about somebody: wishes, exclusions, saved searches, places in line and offers."""

from server.domain.identity_erasure import Fate
from server.domain.waiting import WaitingState
from server.models.matching import MatchExclusion, MatchPreference, SavedSearch
from server.models.waiting import WaitingOffer, WaitingPlace
from server.queries.holdings import Holding, by

MATCHING_HOLDINGS: tuple[Holding, ...] = (
    Holding("match_preferences", MatchPreference, by("profile_id"), Fate.DELETED),
    # Whom one ruled out is one's own; by whom one was is theirs.
    Holding("exclusions", MatchExclusion, by("profile_id"), Fate.DELETED, taken_along=by("other_id")),
    Holding("saved_searches", SavedSearch, by("profile_id"), Fate.DELETED),
    # Whom a list asked, and what they said, is how it is measured: the lines stay, without the words.
    Holding("waiting_offers", WaitingOffer, by("mentor_id"), Fate.KEPT, hidden=frozenset({"place_id"})),
    Holding(
        "waiting_places",
        WaitingPlace,
        by("profile_id"),
        Fate.EMPTIED,
        emptied={"goal": "", "message": "", "state": WaitingState.LEFT},
    ),
)
