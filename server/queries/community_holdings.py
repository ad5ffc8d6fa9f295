"""Where the community shaft keeps people. What one hosts stays for those who came, without the host's words."""

from server.domain.identity_erasure import Fate
from server.domain.kudos import KudosPlace
from server.domain.small_asks import SmallAskState
from server.models.gatherings import Gathering, GatheringAnswer
from server.models.introductions import Introduction
from server.models.kudos import Kudos
from server.models.small_asks import SmallAsk, SmallAskOffer, SmallAskPass
from server.queries.holdings import Holding, by

_OTHERS = frozenset({"words", "state", "closed_at"})

COMMUNITY_HOLDINGS: tuple[Holding, ...] = (
    Holding("gathering_answers", GatheringAnswer, by("profile_id"), Fate.DELETED),
    Holding(
        "gatherings",
        Gathering,
        by("host_id"),
        Fate.EMPTIED,
        hidden=frozenset({"code_key"}),
        emptied={"title": "", "about": "", "place": "", "link": "", "interests": []},
    ),
    # Who offers an introduction sees states, and a side its own answer: neither learns what the others said.
    Holding(
        "introductions_offered",
        Introduction,
        by("introducer_id"),
        Fate.EMPTIED,
        hidden=frozenset({"one_agrees", "other_agrees"}),
        emptied={"words": ""},
    ),
    Holding("introductions_as_one", Introduction, by("one_id"), Fate.KEPT, hidden=_OTHERS | {"other_agrees"}),
    Holding("introductions_as_other", Introduction, by("other_id"), Fate.KEPT, hidden=_OTHERS | {"one_agrees"}),
    Holding("small_ask_offers", SmallAskOffer, by("profile_id"), Fate.DELETED),
    # Who passed an ask on to somebody is not told to them.
    Holding("small_asks_passed_on", SmallAskPass, by("profile_id"), Fate.DELETED, taken_along=by("to_id")),
    Holding(
        "small_asks",
        SmallAsk,
        by("profile_id"),
        Fate.EMPTIED,
        hidden=frozenset({"helper_id"}),
        emptied={"text": "", "topic": "", "thanks": "", "state": SmallAskState.WITHDRAWN},
    ),
    Holding("small_asks_helped_with", SmallAsk, by("helper_id"), Fate.KEPT, hidden=frozenset({"text", "topic"})),
    Holding("kudos_given", Kudos, by("giver_id"), Fate.EMPTIED, hidden=frozenset({"place"}), emptied={"words": ""}),
    Holding("kudos_received", Kudos, by("receiver_id"), Fate.EMPTIED, emptied={"place": KudosPlace.HIDDEN}),
    # Until they say yes, it is another's.
    Holding(
        "gatherings_offered",
        Gathering,
        by("heir_id"),
        Fate.KEPT,
        hidden=frozenset({"code_key", "title", "about", "place", "link", "interests"}),
    ),
)
