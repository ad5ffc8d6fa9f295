"""The rows of the community shaft that can hold somebody, each text of theirs carrying a marker."""

from datetime import timedelta
from typing import Any

from server.domain.actors import Actor
from server.domain.gatherings import AnswerState, Audience, CameBy
from server.kit.clock import now
from server.models.gatherings import Gathering, GatheringAnswer


async def community_of(ana: Actor, bo: Actor, mine: str) -> None:
    """Let Ana host a gathering, go to one of Bo's and be asked to host it."""
    when: dict[str, Any] = {
        "audience": Audience.MEMBERS,
        "starts_at": now() + timedelta(days=1),
        "ends_at": now() + timedelta(days=1, hours=2),
        "time_zone": "Etc/UTC",
        "cap": 5,
        "code_key": "0" * 64,
    }
    words = {name: f"{name} {mine}" for name in ("title", "about", "place")}
    await Gathering.create(
        **when, **words, host_id=ana.user_id, link=f"https://example.org/{mine}", interests=[f"interest {mine}"]
    )
    other = await Gathering.create(**when, title="Helmets on", host_id=bo.user_id, heir_id=ana.user_id)
    await GatheringAnswer.create(
        gathering_id=other.id, profile_id=ana.user_id, state=AnswerState.GOING, came_at=now(), came_by=CameBy.CODE
    )
