"""What the safety shaft keeps about people. A case is two people's: neither is given the other's words or name."""

from uuid import UUID

from tortoise.expressions import Q

from server.domain.identity_erasure import Fate
from server.domain.moderation import Decision
from server.models.audit import AuditEntry
from server.models.moderation import ConductConsent, SafetyCase, Sanction, TalkOpening
from server.models.safety import Block, Mute
from server.queries.holdings import Holding, by

_DESK = frozenset({"lease_by", "lease_until", "decided_by", "appeal_decided_by", "evidence"})
_CHAIN = frozenset({"previous", "hash"})


def _decided_against(user_id: UUID) -> Q:
    return Q(accused_id=user_id) & ~Q(decision=None) & ~Q(decision=Decision.NOTHING)


SAFETY_HOLDINGS: tuple[Holding, ...] = (
    # Whom one blocked or muted is one's own; by whom one is blocked or muted is theirs.
    Holding("blocks", Block, by("blocker_id"), Fate.DELETED, taken_along=by("blocked_id")),
    Holding("mutes", Mute, by("muter_id"), Fate.DELETED, taken_along=by("muted_id")),
    Holding(
        "cases_reported",
        SafetyCase,
        by("reporter_id"),
        Fate.EMPTIED,
        hidden=_DESK | {"accused_id", "appeal_words"},
        emptied={"words": ""},
    ),
    # A case that is not decided is not known to whom it is about; what it quotes of them leaves with them all the same.
    Holding(
        "cases_decided_against",
        SafetyCase,
        _decided_against,
        Fate.EMPTIED,
        hidden=_DESK | {"reporter_id", "words"},
        emptied={"evidence": "", "appeal_words": ""},
        taken_along=by("accused_id"),
    ),
    Holding("sanctions", Sanction, by("user_id"), Fate.KEPT),
    Holding(
        "readings_of_talk", TalkOpening, by("session__participants__profile_id"), Fate.KEPT, frozenset({"opened_by"})
    ),
    Holding("conduct_consents", ConductConsent, by("user_id"), Fate.DELETED),
    Holding("audited_acts", AuditEntry, by("actor_id"), Fate.KEPT, _CHAIN),
    Holding("audited_about", AuditEntry, by("subject_id"), Fate.KEPT, _CHAIN | {"actor_id"}),
)
