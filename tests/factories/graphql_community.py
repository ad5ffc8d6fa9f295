"""What the community does in the world of the GraphQL tests: gatherings, and what people do for each other."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from server.domain.actors import Actor, Role
from server.domain.gatherings import Rsvp, code_at
from server.domain.kudos import KudosPlace, KudosTie
from server.domain.small_asks import HelpForm, SmallAskForm
from server.kit.clock import now
from server.models.gatherings import Gathering
from server.models.mentorships import Mentorship
from server.schema.core.ids import encode_id
from server.services import gathering_guests, gatherings, introductions, kudos, small_asks
from server.services.gatherings import Invited
from server.services.kudos import KudosForm
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
    await _introductions(here)
    await _small_asks(here)
    await _kudos(here)


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


async def _introductions(here: "World") -> None:
    """Let Ana be introduced to a manager by Bola, offer an introduction herself, and be made known to one before."""
    ana, bola, eve, safety = (here.viewers[name] for name in ("owner", "party", "stranger", SAFETY))
    program, community = here.viewers[PROGRAM], here.viewers[COMMUNITY]

    async def offered(by: Actor, one: Actor, other: Actor) -> UUID:
        ids = {"one_id": one.require_user(), "other_id": other.require_user()}
        return (await introductions.offer(by, **ids, words="You two should talk")).id

    waits = await offered(bola, ana, program)
    here.parts["introduction"] = here.show("Introduction", waits, "owner", "party", PROGRAM)
    own = await offered(ana, bola, safety)
    here.parts["own introduction"] = here.show("Introduction", own, "owner", "party", SAFETY)
    made = await offered(bola, ana, community)
    here.parts["made introduction"] = here.show("Introduction", made, "owner", "party", COMMUNITY)
    for side in (ana, community):
        await introductions.answer(side, introduction_id=made, agree=True)
    # Of the two who have a block later: it vanishes for both, and stays with who offered it.
    parted = await offered(community, ana, here.viewers["estranged"])
    here.show("Introduction", parted, COMMUNITY)
    here.show("Introduction", await offered(eve, safety, program), "stranger", SAFETY, PROGRAM)


async def _small_asks(here: "World") -> None:
    """Let Ana ask twice, help with one of Bola's and offer to another; let others ask and help among themselves."""
    ana, bola, eve = (here.viewers[name] for name in ("owner", "party", "stranger"))
    members = [name for name, who in here.viewers.items() if who.is_verified]
    unparted = [name for name in members if name not in {"blocked", "estranged"}]
    when = HelpForm(now() + timedelta(hours=5), "Gladly")

    async def posted(by: Actor, text: str) -> UUID:
        return (await small_asks.post(by, form=SmallAskForm(text, "money", "gig:invoicing"))).id

    own = await posted(ana, "Look over my first invoice")
    here.parts["own small ask"] = here.show("SmallAsk", own, *unparted)
    for helper in (bola, here.viewers["estranged"]):
        await small_asks.offer_help(helper, ask_id=own, form=when)
    agreed = await posted(ana, "Which bag holds in the rain?")
    here.parts["agreed small ask"] = here.show("SmallAsk", agreed, "owner", "party")
    await small_asks.offer_help(bola, ask_id=agreed, form=when)
    await small_asks.agree(ana, ask_id=agreed, helper_id=bola.require_user())
    other = await posted(bola, "How do I ask for a deposit?")
    here.parts["small ask"] = here.show("SmallAsk", other, *members)
    await small_asks.offer_help(ana, ask_id=other, form=when)
    done = await posted(bola, "Does this sentence sound right?")
    here.parts["done small ask"] = here.show("SmallAsk", done, "owner", "party")
    await small_asks.offer_help(ana, ask_id=done, form=when)
    await small_asks.agree(bola, ask_id=done, helper_id=ana.require_user())
    await small_asks.finish(ana, ask_id=done)
    elsewhere = await posted(eve, "Where do you buy boxes?")
    await small_asks.offer_help(here.viewers[SAFETY], ask_id=elsewhere, form=when)
    await small_asks.agree(eve, ask_id=elsewhere, helper_id=here.viewers[SAFETY].require_user())
    here.show("SmallAsk", elsewhere, "stranger", SAFETY)


async def _kudos(here: "World") -> None:
    """Let Ana have received kudos for all to read, given some, and have some with who is parted from her later."""
    ana, bola, di = (here.viewers[name] for name in ("owner", "party", "estranged"))
    unparted = [name for name, who in here.viewers.items() if who.is_verified and name not in {"blocked", "estranged"}]
    for other in (bola, di):
        # One tie each: there is an allowance for a day.
        tie = await Mentorship.filter(mentor_id=other.user_id, mentee_id=ana.user_id).order_by("id").first()
        assert tie is not None
        form = KudosForm(ana.require_user(), KudosTie.MENTORSHIP, tie.id, "She asks the right thing")
        received = await kudos.give(other, form=form)
        await kudos.place(ana, kudos_id=received.id, where=KudosPlace.PUBLIC)
        form = KudosForm(other.require_user(), KudosTie.MENTORSHIP, tie.id, "He listens first")
        given = await kudos.give(ana, form=form)
        if other is bola:
            here.parts["received kudos"] = here.show("Kudos", received.id, *unparted)
            here.parts["given kudos"] = here.show("Kudos", given.id, "owner", "party")
        else:
            here.show("Kudos", received.id)
            here.show("Kudos", given.id)


def community_values(here: "World") -> dict[str, Any]:
    """Return values that are good for Ana for the fields of the community."""
    return {
        "gatheringId": here.parts["Gathering"],
        "guestId": encode_id("Profile", here.viewers["party"].require_user()),
        "heirId": encode_id("Profile", here.viewers[COMMUNITY].require_user()),
        "checkInCode": code_at(here.code_key, now()),
        "day": "2027-03-09",
        "aboutId": here.parts["done small ask"],
        "freeAt": (now() + timedelta(hours=9)).isoformat(),
        "helperId": encode_id("Profile", here.viewers["party"].require_user()),
        "introductionId": here.parts["introduction"],
        "kudosId": here.parts["received kudos"],
        "oneId": encode_id("Profile", here.viewers["party"].require_user()),
        "otherId": encode_id("Profile", here.viewers[PROGRAM].require_user()),
        "smallAskId": here.parts["own small ask"],
    }


def community_inputs(here: "World") -> dict[str, dict[str, Any]]:
    """Return what the mutations of the community want other than `community_values` have it."""
    others, agreed = {"smallAskId": here.parts["small ask"]}, {"smallAskId": here.parts["agreed small ask"]}
    said = {"words": "You two should talk"}
    offered = {"gatheringId": here.parts["offered gathering"]}
    return {
        "announceGathering": {**FORM, "circleId": None, "programmeId": None},
        "answerGathering": offered,
        "answerGatheringHost": offered,
        "checkInToGathering": offered,
        "editGathering": FORM,
        "finishSmallAsk": agreed,
        "giveKudos": {"receiverId": encode_id("Profile", here.viewers["party"].require_user()), **said},
        "offerIntroduction": said,
        "noteIntroductionMet": {"introductionId": here.parts["made introduction"]},
        "offerSmallHelp": {**others, **said},
        "passSmallAskOn": others,
        "reopenSmallAsk": agreed,
        "takeKudosBack": {"kudosId": here.parts["given kudos"]},
        "takeSmallHelpBack": others,
        "thankForSmallAsk": agreed,
        "withdrawIntroduction": {"introductionId": here.parts["own introduction"]},
    }
