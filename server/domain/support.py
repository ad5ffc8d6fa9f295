"""The support map: which of somebody's needs nobody meets, and one next step for each: A11."""

from collections.abc import Iterable
from dataclasses import dataclass

from server.domain.profiles import SupportNeed


@dataclass(frozen=True)
class SupportGap:
    """A need that nobody meets, and what to do next about it."""

    need: SupportNeed
    next_step: str


_NEXT_STEPS = {
    SupportNeed.GUIDANCE: "Add one skill you seek, then ask the first person the directory shows you.",
    SupportNeed.REFERRALS: "Ask somebody you worked well with to name one client who should know you.",
    SupportNeed.EMOTIONAL: "Ask one person whose work comes like yours for a talk without an agenda.",
    SupportNeed.PRACTICAL: "Ask for a micro mentorship about the one task that is stuck.",
}


def support_gaps(needs: Iterable[tuple[SupportNeed, str | None]]) -> list[SupportGap]:
    """Return the gaps among somebody's needs, each given with who meets it."""
    unmet = {need for need, met_by in needs if not met_by}
    return [SupportGap(need, _NEXT_STEPS[need]) for need in SupportNeed if need in unmet]
