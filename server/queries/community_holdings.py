"""Where the community shaft keeps people. What one hosts stays for those who came, without the host's words."""

from server.domain.identity_erasure import Fate
from server.models.gatherings import Gathering, GatheringAnswer
from server.queries.holdings import Holding, by

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
    # Until they say yes, it is another's.
    Holding(
        "gatherings_offered",
        Gathering,
        by("heir_id"),
        Fate.KEPT,
        hidden=frozenset({"code_key", "title", "about", "place", "link", "interests"}),
    ),
)
