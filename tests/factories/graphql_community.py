"""What the community does in the world of the GraphQL tests: gatherings, and what people do for each other."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from server.domain.actors import Role
from server.domain.gatherings import Rsvp, code_at
from server.kit.clock import now
from server.models.gatherings import Gathering
from server.schema.core.ids import encode_id
from server.services import gathering_guests, gatherings
from server.services.gatherings import Invited
from tests.factories.gatherings import announced

if TYPE_CHECKING:
    from tests.factories.graphql_world import World

COMMUNITY, PROGRAM, SAFETY = (role.value for role in (Role.COMMUNITY_MANAGER, Role.PROGRAM_MANAGER, Role.SAFETY_TEAM))
UNTIL_DOOR = timedelta(minutes=20)
"""The gatherings of the world begin so soon that one can check in."""
FORM = {"minutes": 60, "cap": 20, "country": "PT", "interests": ["cycling"], "link": "https://example.org/room"}


async def community_of_the_world(here: "World") -> None:
    """Make what there is between people. To be called after the circles, and before the blocks are made."""
    await _gatherings(here)


async def _gatherings(here: "World") -> None:
    """Let Ana host a gathering for all, and be asked to host another one of her circle's."""
    ana, bola, eve = (here.viewers[name] for name in ("owner", "party", "stranger"))
    members = [name for name, who in here.viewers.items() if who.is_verified and name not in {"blocked", "estranged"}]
    main = await announced(ana, UNTIL_DOOR)
    here.parts["Gathering"] = here.show("Gathering", main.id, *members)
    for name in ("party", "blocked", "estranged", COMMUNITY):
        await gathering_guests.answer(here.viewers[name], gathering_id=main.id, rsvp=Rsvp.YES)
    circle_id = UUID(str(next(one.key for one in here.of("Circle"))))
    other = await announced(bola, UNTIL_DOOR, Invited(circle_id=circle_id), title="Helmets on")
    here.parts["offered gathering"] = here.show(
        "Gathering", other.id, "owner", "party", "estranged", COMMUNITY, PROGRAM
    )
    for name in ("estranged", "owner"):
        await gathering_guests.answer(here.viewers[name], gathering_id=other.id, rsvp=Rsvp.YES)
    await gatherings.offer_host(bola, gathering_id=other.id, profile_id=ana.require_user())
    east = UUID(str(here.of("Circle")[-1].key))
    elsewhere = await announced(eve, UNTIL_DOOR, Invited(circle_id=east), title="Not for all")
    here.show("Gathering", elsewhere.id, "stranger", SAFETY)
    here.code_key = (await Gathering.get(id=other.id)).code_key


def community_values(here: "World") -> dict[str, Any]:
    """Return values that are good for Ana for the fields of the community."""
    return {
        "gatheringId": here.parts["Gathering"],
        "guestId": encode_id("Profile", here.viewers["party"].require_user()),
        "heirId": encode_id("Profile", here.viewers[COMMUNITY].require_user()),
        "checkInCode": code_at(here.code_key, now()),
        "day": "2027-03-09",
    }


def community_inputs(here: "World") -> dict[str, dict[str, Any]]:
    """Return what the mutations of the community want other than `community_values` have it."""
    offered = {"gatheringId": here.parts["offered gathering"]}
    return {
        "announceGathering": {**FORM, "circleId": None, "programmeId": None},
        "answerGathering": offered,
        "answerGatheringHost": offered,
        "checkInToGathering": offered,
        "editGathering": FORM,
    }
