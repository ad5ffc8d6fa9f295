"""Circles in the small community: Ana leads one with Bola, Di and two managers; others have one of their own."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from server.domain.actors import Actor, Role
from server.domain.circle_meetings import MeetingForm
from server.domain.circles import CircleAction, CircleForm, CircleKind, JoinMode
from server.kit.clock import now
from server.models.circle_talk import CirclePost
from server.models.circles import CircleSeat
from server.services import circle_growth, circle_meetings, circle_room, circle_seats, circle_talk, circles
from server.services.circle_seats import JoinForm
from server.services.circle_talk import ResourceForm, ThreadForm
from tests.factories.circles import proposed

if TYPE_CHECKING:
    from tests.factories.graphql_world import World

COMMUNITY, PROGRAM, SAFETY = (role.value for role in (Role.COMMUNITY_MANAGER, Role.PROGRAM_MANAGER, Role.SAFETY_TEAM))
MEMBERS = ("owner", "party", "estranged", COMMUNITY, PROGRAM)


async def circles_of_the_world(here: "World") -> None:
    """Make the circles. To be called before the blocks are made."""
    ana = here.viewers["owner"]
    main = await proposed(ana, kind=CircleKind.INTEREST)
    for name in MEMBERS[1:]:
        await circle_seats.join_circle(here.viewers[name], circle_id=main.id, form=JoinForm())
    await _lead(ana, main.id, CircleAction.GATHER, CircleAction.START)
    await circles.write_norms(ana, circle_id=main.id, text="What is said here stays here.")
    await _closed_to_others(here, main.id)
    here.parts["Circle"] = here.show("Circle", main.id, *MEMBERS, "admin")
    await _seats(here, main.id)
    await _meetings(here, ana, main.id, MEMBERS)
    await _written(here, ana, main.id, "owner", "party", COMMUNITY, PROGRAM)
    await _written(here, here.viewers["estranged"], main.id, "estranged", "party", COMMUNITY, PROGRAM)
    await _listed(here, main.id)
    await _elsewhere(here)


async def _lead(who: Actor, circle_id: UUID, *actions: CircleAction) -> None:
    for action in actions:
        await circles.move_circle(who, circle_id=circle_id, action=action)


async def _closed_to_others(here: "World", circle_id: UUID) -> None:
    """Let an admin apply, and hide the circle from all who are not in it."""
    ana, name = here.viewers["owner"], "Riders of the north"
    await circles.edit_circle(ana, circle_id=circle_id, form=CircleForm(name, join_mode=JoinMode.APPROVE))
    applied = await circle_seats.join_circle(
        here.viewers["admin"], circle_id=circle_id, form=JoinForm(norms_number=1, message="Let me in")
    )
    here.parts["applied seat"] = here.show("CircleSeat", applied.id, "owner", "admin")
    await circles.edit_circle(ana, circle_id=circle_id, form=CircleForm(name, is_listed=False))


async def _seats(here: "World", circle_id: UUID) -> None:
    for name in MEMBERS:
        seat = await CircleSeat.get(circle_id=circle_id, profile_id=here.viewers[name].user_id)
        here.parts[f"seat of {name}"] = here.show("CircleSeat", seat.id, *MEMBERS)


async def _meetings(here: "World", lead: Actor, circle_id: UUID, members: tuple[str, ...]) -> None:
    """Plan two meetings and start one, in which the second member has the turn."""
    form = MeetingForm("Round", now() + timedelta(minutes=5), times=2)
    live, later = await circle_meetings.plan_meetings(lead, circle_id=circle_id, form=form)
    other = here.viewers[members[1]]
    await circle_meetings.answer_meeting(other, meeting_id=live.id, wants=True)
    await circle_room.start_meeting(lead, meeting_id=live.id)
    await circle_room.enter_room(other, meeting_id=live.id)
    await circle_room.set_hand(other, meeting_id=live.id, is_raised=True)
    await circle_room.give_turn(lead, meeting_id=live.id)
    here.parts.setdefault("live meeting", here.show("CircleMeeting", live.id, *members))
    here.parts.setdefault("meeting to come", here.show("CircleMeeting", later.id, *members))


async def _written(here: "World", who: Actor, circle_id: UUID, *readers: str) -> None:
    thread = await circle_talk.open_thread(who, circle_id=circle_id, form=ThreadForm("Rates", "What do you ask?"))
    form = ResourceForm("https://example.org/rates", "A table of rates")
    resource = await circle_talk.add_resource(who, circle_id=circle_id, form=form)
    post = await CirclePost.get(thread_id=thread.id)
    here.parts.setdefault("thread", here.show("CircleThread", thread.id, *readers))
    here.parts.setdefault("post", here.show("CirclePost", post.id, *readers))
    here.parts.setdefault("resource", here.show("CircleResource", resource.id, *readers))


async def _listed(here: "World", main_id: UUID) -> None:
    """Let a manager lead a circle everybody finds, that Ana is invited to and that wants to join hers."""
    lead, ana = here.viewers[COMMUNITY], here.viewers["owner"]
    found = await proposed(lead, kind=CircleKind.INTEREST, name="Riders of the south")
    await _lead(lead, found.id, CircleAction.GATHER)
    here.parts["listed circle"] = here.show("Circle", found.id)
    own = await CircleSeat.get(circle_id=found.id, profile_id=lead.require_user())
    here.show("CircleSeat", own.id, COMMUNITY)
    invited = await circle_seats.invite_to_circle(lead, circle_id=found.id, profile_id=ana.require_user())
    here.show("CircleSeat", invited.id, "owner", COMMUNITY)
    offer = await circle_growth.offer_merge(lead, circle_id=found.id, into_id=main_id)
    here.parts["merge offer"] = str(offer.id)


async def _elsewhere(here: "World") -> None:
    """Let Eve lead a circle in which neither Ana nor Bola has a seat."""
    eve, guest = here.viewers["stranger"], here.viewers[SAFETY]
    inside = ("stranger", SAFETY)
    of = await proposed(eve, kind=CircleKind.INTEREST, name="Riders of the east")
    await circle_seats.join_circle(guest, circle_id=of.id, form=JoinForm())
    await circles.edit_circle(eve, circle_id=of.id, form=CircleForm(of.name, is_listed=False))
    here.show("Circle", of.id, *inside)
    for row in await CircleSeat.filter(circle_id=of.id):
        here.show("CircleSeat", row.id, *inside)
    await _meetings(here, eve, of.id, inside)
    await _written(here, eve, of.id, *inside)
