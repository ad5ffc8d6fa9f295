"""The rows of the community shaft that can hold somebody, each text of theirs carrying a marker."""

from datetime import timedelta
from typing import Any

from server.domain.actors import Actor
from server.domain.gatherings import AnswerState, Audience, CameBy
from server.domain.introductions import IntroductionState
from server.domain.kudos import KudosTie
from server.domain.small_asks import SmallAskState
from server.kit.clock import now
from server.models.gatherings import Gathering, GatheringAnswer
from server.models.introductions import Introduction
from server.models.kudos import Kudos
from server.models.small_asks import SmallAsk, SmallAskOffer, SmallAskPass
from tests.factories.people import person


async def help_of(ana: Actor, bo: Actor, mine: str) -> None:
    """Let Ana introduce, be introduced, ask, help, pass on, give kudos and receive them."""
    at = now() + timedelta(days=3)
    cy = await person("Cy")
    offered: dict[str, Any] = {"state": IntroductionState.OFFERED, "expires_at": at}
    await Introduction.create(
        **offered, introducer_id=ana.user_id, one_id=bo.user_id, other_id=cy.user_id, words=f"words {mine}"
    )
    for one, other in ((ana, cy), (cy, ana)):
        sides = {"one_id": one.user_id, "other_id": other.user_id}
        await Introduction.create(**offered, **sides, introducer_id=bo.user_id, one_agrees=True, other_agrees=True)
    asked: dict[str, Any] = {"state": SmallAskState.AGREED, "expires_at": at, "meets_at": at}
    words = {name: f"{name} {mine}" for name in ("text", "topic", "thanks")}
    ask = await SmallAsk.create(**asked, **words, profile_id=ana.user_id, helper_id=bo.user_id)
    other = await SmallAsk.create(**asked, text="Where?", profile_id=bo.user_id, helper_id=ana.user_id)
    await SmallAskOffer.create(ask_id=other.id, profile_id=ana.user_id, free_at=at, words=f"words {mine}")
    await SmallAskPass.create(ask_id=other.id, profile_id=ana.user_id, to_id=cy.user_id)
    await SmallAskPass.create(ask_id=ask.id, profile_id=bo.user_id, to_id=ana.user_id)
    for giver, receiver, said in ((ana, bo, f"kudos {mine}"), (bo, ana, "Thank you")):
        ids = {"giver_id": giver.user_id, "receiver_id": receiver.user_id}
        await Kudos.create(**ids, tie=KudosTie.SMALL_ASK, tie_id=ask.id, words=said)


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
    await help_of(ana, bo, mine)
