"""A small community in which everybody stands differently to Ana, and a list of every object in it with an id."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from server.domain.actors import VISITOR, Actor, Role
from server.domain.availability import CapacityKind, MentoringFormat, StretchKind
from server.domain.calls import Line, Media
from server.domain.identity import LoginCarrier
from server.domain.mentorships import MentorshipState, RequestState
from server.domain.profiles import SkillDirection, SkillLevel
from server.domain.suggestions import MatchSide, SuggestionState
from server.domain.webinars import RestrictionKind
from server.kit.clock import now
from server.models.availability import AvailabilityException, Stretch, WeeklyWindow
from server.models.identity import Login
from server.models.matching import Suggestion
from server.models.mentorships import RequestEvent
from server.models.profiles import (
    ContactDetail,
    ContactRelease,
    Profile,
    ProfileSkill,
    ProfileTag,
    Stint,
    Transition,
)
from server.models.safety import Block
from server.schema.core.ids import encode_id
from server.services import calls, questions, session_agenda, session_papers, sessions, webinar_people, webinars
from server.services.capacity import set_limit
from tests.factories.graphql_cases import show_cases
from tests.factories.graphql_circles import circles_of_the_world
from tests.factories.graphql_community import community_of_the_world
from tests.factories.graphql_matching import matching_things
from tests.factories.graphql_meetings import meetings_of_tie
from tests.factories.graphql_notices import notices_of_the_world
from tests.factories.graphql_papers import papers_of_the_tie
from tests.factories.graphql_programmes import programmes_of_the_world
from tests.factories.graphql_road import road_of_the_world
from tests.factories.logins import Account, at_once, signed_in
from tests.factories.mentorships import mentorship, request_row
from tests.factories.people import person
from tests.factories.profiles import full_person, seeks, speaks
from tests.factories.webinars import ask_two, open_event, some_poll

SKILL = "gig:invoicing"
GROUP, TOP = "gig-group:money", "gig-group:business"
NOTE = "what Bola notes for himself"


@dataclass(frozen=True)
class Exhibit:
    """An object with a global id: its GraphQL type, its key, and whose it is (one person, or the sides of a tie)."""

    type_name: str
    key: UUID | str
    holders: frozenset[str] = frozenset()

    @cached_property
    def id(self) -> str:
        """Return the global id."""
        return encode_id(self.type_name, self.key)


@dataclass
class World:
    """Who looks, by the role they have towards Ana; what there is; ids of what Ana has, by type or by state."""

    viewers: dict[str, Actor] = field(default_factory=dict)
    exhibits: list[Exhibit] = field(default_factory=list)
    parts: dict[str, str] = field(default_factory=dict)
    account: Account | None = None
    code_key: str = ""

    def of(self, type_name: str) -> list[Exhibit]:
        """Return the exhibits of a type."""
        return [one for one in self.exhibits if one.type_name == type_name]

    def name_of(self, actor: Actor) -> str:
        """Return the role that an actor plays."""
        return next(name for name, one in self.viewers.items() if one is actor)

    def show(self, type_name: str, key: UUID | str, *holders: str) -> str:
        """Add an exhibit; return its id."""
        self.exhibits.append(Exhibit(type_name, key, frozenset(holders)))
        return self.exhibits[-1].id


async def world() -> World:
    """Make the community: Ana owns things, Bola shares some with her, Di did, Cy is blocked, the others are others."""
    here = World()
    with at_once():
        here.account = await signed_in("Anabel")
    ana = replace(here.account.actor, roles=frozenset({Role.PROGRAM_MANAGER}))
    others = {
        "party": await full_person("Bola"),
        "blocked": await full_person("Cy"),
        "estranged": await full_person("Di"),
        "stranger": await full_person("Eve"),
        "unverified": await person("Uma", is_verified=False),
        **{role.value: await person(role.value, roles=frozenset({role})) for role in Role},
    }
    here.viewers = {"owner": ana, **others, "visitor": VISITOR}
    for name, actor in here.viewers.items():
        if actor.user_id is not None:
            for type_name in ("Me", "MyProfile", "Profile"):
                here.show(type_name, actor.user_id, name)
    here.show("Skill", SKILL)
    for group in (GROUP, TOP):
        here.show("SkillGroup", group)
    await _own_things(here, ana)
    await _webinar(here, ana)
    await _tie(here, ana, "party")
    await _tie(here, ana, "estranged")
    await road_of_the_world(here)
    await circles_of_the_world(here)
    await programmes_of_the_world(here)
    await community_of_the_world(here)
    for name in ("blocked", "estranged"):
        await Block.create(blocker_id=ana.user_id, blocked_id=others[name].user_id)
    await _seeking(ana, others[Role.COMMUNITY_MANAGER.value])
    await matching_things(here, ana)
    await show_cases(here, ana, others["stranger"])
    await notices_of_the_world(here, ana)
    return here


async def _seeking(ana: Actor, manager: Actor) -> None:
    """Let both seek what most others teach, at the same pace, and let one be suggested to the other."""
    for who in (ana, manager):
        await seeks(who, SKILL)
        await speaks(who, "pt")
        await Profile.filter(id=who.user_id).update(how_i_work={"pace": "async"})
    await Suggestion.create(
        profile_id=ana.user_id,
        other_id=manager.user_id,
        side=MatchSide.LEARNER,
        format=MentoringFormat.CLASSIC,
        state=SuggestionState.SHOWN,
        score=0.5,
    )


async def _own_things(here: World, ana: Actor) -> None:
    own: dict[str, Any] = {"profile_id": ana.user_id}
    parts: dict[str, Any] = {
        "Stint": await Stint.create(**own, pattern="gig", title="Courier", started_on=now().date()),
        "Transition": await Transition.create(**own, from_work="courier", to_work="dispatcher", year=2024),
        "Contact": await ContactDetail.create(**own, kind="mail", value="reach@example.org"),
        "Stretch": await Stretch.create(**own, kind=StretchKind.ON_GIG, started_at=now()),
        "AvailabilityException": await AvailabilityException.create(
            **own, day=now().date(), start_minute=0, end_minute=60, is_open=True
        ),
    }
    here.parts |= {name: encode_id(name, row.id) for name, row in parts.items()}
    await ProfileSkill.create(**own, skill_id=SKILL, direction=SkillDirection.OFFERED, level=SkillLevel.WELL)
    await ProfileTag.create(**own, direction=SkillDirection.OFFERED, text="bike whispering")
    await _requests(here, ana)
    await WeeklyWindow.create(**own, weekday=0, start_minute=0, end_minute=60)
    await ContactRelease.create(**own, to_profile_id=here.viewers["party"].user_id)
    for login in await Login.filter(user_id=ana.user_id):
        here.show("Login", login.id, "owner")
    bola = here.viewers["party"]
    other = await Login.create(
        user_id=bola.user_id,
        carrier=LoginCarrier.BEARER,
        token_hash="1" * 64,
        created_at=now(),
        last_seen_at=now(),
        expires_at=now().replace(year=now().year + 1),
        user_agent="x",
    )
    here.show("Login", other.id, "party")


async def _webinar(here: World, ana: Actor) -> None:
    """Let Ana host a webinar in which Bola asked twice and votes in a poll, and draft another one."""
    bola = here.viewers["party"]
    managers = (Role.COMMUNITY_MANAGER.value, Role.ADMIN.value)
    of = await open_event(ana, bola)
    here.parts["Webinar"] = here.show("Webinar", of.id)
    later = webinars.WebinarForm(title="Not yet", starts_at=now() + timedelta(days=5))
    draft = await webinars.create_webinar(ana, form=later)
    here.show("Webinar", draft.id, "owner", *managers)
    shown, hidden = await ask_two(ana, bola, of.id)
    here.show("Question", shown.id, "owner", "party", *managers)
    other = await questions.ask_question(bola, webinar_id=of.id, form=questions.AskForm(text="Is there a third way?"))
    here.parts["other question"] = here.show("StaffQuestion", other.id, "owner", *managers)
    here.show("OwnQuestion", other.id, "party")
    put = await webinar_people.restrict_author(ana, question_id=other.id, kind=RestrictionKind.TIME_OUT)
    await webinar_people.lift_restriction(ana, restriction_id=put.id)
    here.parts["restriction"] = str(put.id)
    for question in (shown, hidden):
        here.parts["claimed question"] = here.show("StaffQuestion", question.id, "owner", *managers)
        here.show("OwnQuestion", question.id, "party")
    for is_open in (True, False):
        poll = await some_poll(ana, of.id, is_open=is_open)
        here.parts["Poll"] = here.show("Poll", poll.id, "owner", *(("party",) if is_open else ()), *managers)
    await _webinar_elsewhere(here)


async def _webinar_elsewhere(here: World) -> None:
    """Let Eve host a webinar in which neither Ana nor Bola has a place."""
    eve, guest = here.viewers["stranger"], here.viewers[Role.SAFETY_TEAM.value]
    managers = (Role.COMMUNITY_MANAGER.value, Role.ADMIN.value)
    of = await open_event(eve, guest)
    here.show("Webinar", of.id)
    for question in await ask_two(eve, guest, of.id):
        here.show("StaffQuestion", question.id, "stranger", *managers)
        here.show("OwnQuestion", question.id, Role.SAFETY_TEAM.value)
        if question.is_shown:
            here.show("Question", question.id, "stranger", Role.SAFETY_TEAM.value, *managers)


async def _requests(here: World, ana: Actor) -> None:
    """Let Ana owe somebody an answer, and let somebody else be full."""
    asked = await request_row(ana, here.viewers["stranger"], state=RequestState.INFO_REQUESTED)
    here.parts["asked back"] = here.show("MentorshipRequest", asked.id, "owner", "stranger")
    full = here.viewers[Role.SAFETY_TEAM.value]
    await set_limit(full, kind=CapacityKind.CONCURRENT, allowed=0, mentoring_format=MentoringFormat.CLASSIC)


async def _papers(here: World, room_id: UUID, ana: Actor, *inside: str) -> None:
    """Let Ana put an item, a link and an action into a room."""
    item = await session_agenda.add_item(ana, session_id=room_id, form=session_agenda.ItemForm("Rates", 10))
    await session_agenda.take_up_item(ana, item_id=item.id)
    link = await session_papers.add_link(ana, session_id=room_id, url="https://example.org/rates")
    form = session_papers.ActionForm("Send the invoice", ana.require_user())
    action = await session_papers.add_action(ana, session_id=room_id, form=form)
    line, media = Line(str(room_id), "worker"), Media(microphone=True, camera=False)
    await calls.join_call(ana, session_id=room_id, line=line, media=media)
    here.show("AgendaItem", item.id, *inside)
    here.show("SessionLink", link.id, *inside)
    here.show("SessionAction", action.id, *inside)


async def _tie(here: World, ana: Actor, name: str) -> None:
    """Let Ana and somebody have a request, a draft, a mentorship, a room and a talk."""
    other = here.viewers[name]
    agreed = await request_row(ana, other, state=RequestState.ACCEPTED, note=NOTE, decline_reason=None)
    for who in (ana, other):
        await RequestEvent.create(request_id=agreed.id, actor_id=who.user_id, state=RequestState.SENT, text="?")
    draft = await request_row(ana, other, state=RequestState.DRAFT, sent_at=None)
    open_one = await request_row(other, ana)
    here.show("MentorshipRequest", agreed.id, "owner", name)
    here.parts.setdefault("draft", here.show("MentorshipRequest", draft.id, "owner"))
    here.parts.setdefault("received", here.show("MentorshipRequest", open_one.id, "owner", name))
    tie = await mentorship(other, ana, request_id=agreed.id, state=MentorshipState.ACTIVE)
    here.show("Mentorship", tie.id, "owner", name)
    await papers_of_the_tie(here, tie.id, ana, name)
    room = await sessions.open_session(ana, mentorship_id=tie.id, title="First steps")
    await sessions.join_session(other, session_id=room.id)
    # A block between the two hides the room from both.
    inside = () if name == "estranged" else ("owner", name)
    here.show("Session", room.id, *inside)
    await meetings_of_tie(here, ana, other, tie, *inside)
    await _papers(here, room.id, ana, *inside)
    for who in (ana, other):
        line = await sessions.send_message(who, session_id=room.id, text="Good morning")
        here.show("SessionMessage", line.id, *inside)
