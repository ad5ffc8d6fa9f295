"""How many statements each nesting costs: a fixed number, whatever the size of the page.

The first test finds every field of the schema that needs statements of its own and holds each to a line below, so
that a field that asks once per parent cannot come in unseen.
"""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from graphql import GraphQLObjectType

from server.domain.actors import Actor
from server.domain.availability import StretchKind
from server.domain.calls import IceSettings, Line, Media
from server.domain.identity import LoginCarrier
from server.domain.mentorships import MentorshipState, RequestState
from server.kit.clock import now
from server.models.availability import Stretch, WeeklyWindow
from server.models.identity import Login
from server.models.mentorships import RequestEvent
from server.models.profiles import ContactRelease
from server.schema.core.batching import BatchedField
from server.schema.core.ids import encode_id
from server.services import (
    calls,
    session_agenda,
    session_floor,
    session_notes,
    session_papers,
    sessions,
    webinar_people,
    webinars,
)
from tests.factories.graphql import SCHEMA, Door, door
from tests.factories.graphql_matching import RARE, matching_page
from tests.factories.matching import still_engine
from tests.factories.mentorships import check_in, mentorship, proposal, request_row
from tests.factories.pads import Pad
from tests.factories.people import person
from tests.factories.profiles import full_person, offers, seeks, speaks
from tests.factories.webinars import ask_two, open_event, some_poll
from tests.schema.case_nestings import CASE_NESTINGS
from tests.schema.circle_nestings import CIRCLE_NESTINGS
from tests.schema.community_nestings import COMMUNITY_NESTINGS
from tests.schema.meeting_nestings import MEETING_NESTINGS
from tests.schema.paper_nestings import PAPER_NESTINGS
from tests.schema.programme_nestings import PROGRAMME_NESTINGS
from tests.statements import counted_statements

pytestmark = pytest.mark.usefixtures("db")

PEOPLE = 22

# The selection, and how many statements it takes. {page} stands for the page's size.
NESTINGS: dict[str, tuple[str, int]] = {
    "profiles": ("profiles({page}) { edges { node { id name } } }", 1),
    "Profile.skills": ("profiles({page}) { edges { node { skills { level skill { label } } } } }", 2),
    "Profile.tags": ("profiles({page}) { edges { node { tags { text } } } }", 2),
    "Profile.languages": ("profiles({page}) { edges { node { languages { code } } } }", 2),
    "Profile.stints": ("profiles({page}) { edges { node { stints { title } } } }", 2),
    "Profile.transitions": ("profiles({page}) { edges { node { transitions { year } } } }", 2),
    "Profile.support": ("profiles({page}) { edges { node { support { need } } } }", 2),
    "Profile.contacts": ("profiles({page}) { edges { node { contacts { kind } } } }", 2),
    "Profile.openPlaces": ("profiles({page}) { edges { node { openPlaces { places } } } }", 2),
    "Profile.availability": ("profiles({page}) { edges { node { availability { timeZone } } } }", 2),
    "Profile.rhythm": ("profiles({page}) { edges { node { rhythm { isOnGig } } } }", 2),
    "Profile.openTimes": ("profiles({page}) { edges { node { openTimes(start: $start, end: $end) { start } } } }", 4),
    "mentors with skills, languages, open places": (
        "profiles({page}) { edges { node { name headline skills { level skill { label } } languages { code }"
        " openPlaces { format places } } } }",
        2,
    ),
    "recommendations": ("recommendations(format: MICRO, {page}) { edges { node { score } } }", 2),
    "Recommendation.profile": (
        "recommendations(format: MICRO, {page}) { edges { node { profile { name } } } }",
        3,
    ),
    "Recommendation.explanation": (
        "recommendations(format: MICRO, {page}) { edges { node { explanation { score } } } }",
        3,
    ),
    "SkillEvidence.needed": (
        "recommendations(format: MICRO, {page}) { edges { node { explanation { evidence { needed { label } } } } } }",
        3,
    ),
    "SkillEvidence.offered": (
        "recommendations(format: MICRO, {page}) { edges { node { explanation { evidence { offered { label } } } } } }",
        3,
    ),
    "savedSuggestions": ("savedSuggestions({page}) { edges { node { profile { name } } } }", 2),
    "openAsks": ("openAsks({page}) { edges { node { goal } } }", 1),
    "OpenAsk.skills": ("openAsks({page}) { edges { node { skills { label } } } }", 1),
    "OpenAsk.author": ("openAsks({page}) { edges { node { author { name } } } }", 2),
    "OpenAsk.holder": ("openAsks({page}) { edges { node { holder { name } } } }", 2),
    "OpenAsk.answerer": ("myOpenAsks({page}) { edges { node { answerer { name } } } }", 2),
    "OpenAsk.request": ("myOpenAsks({page}) { edges { node { request { goal } } } }", 2),
    "OpenAsk.draft": ("openAsks({page}) { edges { node { draft } } }", 2),
    "AskDraft.ask": ("myAskDrafts({page}) { edges { node { ask { goal } } } }", 2),
    "WaitingPlace.skill": ("waitingList({page}) { edges { node { skill { label } } } }", 1),
    "WaitingPlace.position": ("waitingList({page}) { edges { node { position } } }", 3),
    "WaitingPlace.forecast": ("waitingList({page}) { edges { node { forecast { served } } } }", 3),
    "WaitingPlace.acceptRate": ("waitingList({page}) { edges { node { acceptRate } } }", 3),
    "WaitingPlace.request": ("waitingList({page}) { edges { node { request { goal } } } }", 2),
    "WaitingPlace.help": ("waitingList({page}) { edges { node { help { webinars { title } } } } }", 4),
    "MatchExclusion.profile": ("matchExclusions { profile { name } }", 2),
    "MentorSeat.mentorships": ("mentorSeats { mentorships { goal } }", 2),
    "requests": ("requests(box: RECEIVED, {page}) { edges { node { goal state } } }", 1),
    "MentorshipRequest.sender": ("requests(box: RECEIVED, {page}) { edges { node { sender { name } } } }", 2),
    "MentorshipRequest.receiver": ("requests(box: RECEIVED, {page}) { edges { node { receiver { name } } } }", 2),
    "MentorshipRequest.mentor": ("requests(box: RECEIVED, {page}) { edges { node { mentor { name } } } }", 2),
    "MentorshipRequest.mentee": ("requests(box: RECEIVED, {page}) { edges { node { mentee { name } } } }", 2),
    "MentorshipRequest.waitingPosition": ("requests(box: RECEIVED, {page}) { edges { node { waitingPosition } } }", 2),
    "MentorshipRequest.events": (
        "requests(box: RECEIVED, {page}) { edges { node { events(first: 3) { edges { node { text } } } } } }",
        3,
    ),
    "RequestEvent.actor": (
        "requests(box: RECEIVED, {page}) { edges { node { events(first: 3) { edges { node { actor { name } } } } } } }",
        4,
    ),
    "requests with sender's skills and history": (
        "requests(box: RECEIVED, {page}) { edges { node { sender { name skills { skill { label } } }"
        " events(first: 3) { edges { node { actor { name } } } } } } }",
        5,
    ),
    "mentorships": ("mentorships({page}) { edges { node { goal } } }", 1),
    "Mentorship.mentor": ("mentorships({page}) { edges { node { mentor { name } } } }", 2),
    "Mentorship.mentee": ("mentorships({page}) { edges { node { mentee { name } } } }", 2),
    "Mentorship.request": ("mentorships({page}) { edges { node { request { goal } } } }", 2),
    "Mentorship.continues": ("mentorships({page}) { edges { node { continues { goal } } } }", 2),
    "Mentorship.feedback": ("mentorships({page}) { edges { node { feedback { canGive } } } }", 5),
    "Mentorship.checkIns": (
        "mentorships({page}) { edges { node { checkIns(first: 3) { edges { node { kind } } } } } }",
        3,
    ),
    "Mentorship.health": ("mentorships({page}) { edges { node { health { step } } } }", 2),
    "mentorshipProposals": ("mentorshipProposals({page}) { edges { node { goal } } }", 1),
    "MentorshipProposal.mentorship": ("mentorshipProposals({page}) { edges { node { mentorship { goal } } } }", 2),
    "MentorshipProposal.nextVersion": ("mentorshipProposals({page}) { edges { node { nextVersion { goal } } } }", 2),
    "MentorshipProposal.proposer": ("mentorshipProposals({page}) { edges { node { proposer { name } } } }", 2),
    "MentorshipProposal.nextMentor": ("mentorshipProposals({page}) { edges { node { nextMentor { name } } } }", 2),
    "sessions": ("sessions({page}) { edges { node { title } } }", 1),
    "Session.mentorship": ("sessions({page}) { edges { node { mentorship { goal } } } }", 2),
    "Session.participants": ("sessions({page}) { edges { node { participants { role } } } }", 3),
    "SessionParticipant.profile": ("sessions({page}) { edges { node { participants { profile { name } } } } }", 4),
    "Session.messages": ("sessions({page}) { edges { node { messages(last: 3) { edges { node { text } } } } } }", 3),
    "SessionMessage.author": (
        "sessions({page}) { edges { node { messages(last: 3) { edges { node { author { name } } } } } } }",
        4,
    ),
    "Session.talk": ("sessions({page}) { edges { node { talk { hands { timesHeard } } } } }", 4),
    "SessionHand.profile": ("sessions({page}) { edges { node { talk { hands { profile { name } } } } } }", 5),
    "SessionFloor.profile": ("sessions({page}) { edges { node { talk { floor { profile { name } } } } } }", 5),
    "Session.agenda": ("sessions({page}) { edges { node { agenda { title } } } }", 3),
    "Session.currentItem": ("sessions({page}) { edges { node { currentItem { title } } } }", 3),
    "Session.links": ("sessions({page}) { edges { node { links { url } } } }", 3),
    "SessionLink.author": ("sessions({page}) { edges { node { links { author { name } } } } }", 4),
    "Session.notes": ("sessions({page}) { edges { node { notes { text vector update } } } }", 3),
    "Session.call": ("sessions({page}) { edges { node { call { microphone } } } }", 3),
    "CallSeat.profile": ("sessions({page}) { edges { node { call { profile { name } } } } }", 4),
    "Session.iceServers": ("sessions({page}) { edges { node { iceServers { urls username } } } }", 2),
    "Session.actions": ("sessions({page}) { edges { node { actions { text } } } }", 3),
    "SessionAction.owner": ("sessions({page}) { edges { node { actions { owner { name } } } } }", 4),
    "Mentorship.actions": (
        "mentorships({page}) { edges { node { actions(first: 3) { edges { node { text } } } } } }",
        2,
    ),
    "Me.logins": ("me { logins({page}) { edges { node { createdAt } } } }", 2),
    "ContactRelease.to": ("me { profile { contactReleases { to { name } } } }", 4),
    "nodes": ("nodes(ids: $ids) { ... on Profile { name } ... on Session { title } }", 3),
    "myWebinars": ("myWebinars({page}) { edges { node { title } } }", 2),
    "Webinar.mine": ("myWebinars({page}) { edges { node { mine { role } } } }", 4),
    "Webinar.crowd": ("myWebinars({page}) { edges { node { crowd { present } } } }", 3),
    "Webinar.staff": ("myWebinars({page}) { edges { node { staff { role } } } }", 4),
    "Webinar.transparency": ("myWebinars({page}) { edges { node { transparency { received } } } }", 3),
    "WebinarStaffMember.profile": ("myWebinars({page}) { edges { node { speakers { profile { name } } } } }", 3),
    "webinarQuestions": ("webinarQuestions(webinarId: $webinar, {page}) { edges { node { votes } } }", 1),
    "Question.voted": ("webinarQuestions(webinarId: $webinar, {page}) { edges { node { voted } } }", 2),
    "QuestionAuthor.profile": (
        "webinarQuestions(webinarId: $webinar, {page}) { edges { node { author { profile { name } } } } }",
        2,
    ),
    "Answer.by": ("webinarQuestions(webinarId: $webinar, {page}) { edges { node { answers { by { name } } } } }", 2),
    "StaffQuestion.reviewer": (
        "questionsToReview(webinarId: $webinar, {page}) { edges { node { reviewer { name } } } }",
        8,
    ),
    "Poll.takenPart": ("webinarPolls(webinarId: $webinar) { takenPart }", 5),
    "Skill.groups": ('skills(text: "invoicing", {page}) { edges { node { skill { groups { label } } } } }', 0),
    "SkillGroup.groups": ("skillGroups { groups { label } }", 0),
    "SkillGroup.parent": ("skillGroups { groups { parent { label } } }", 0),
    "SkillGroup.skills": ("skillGroups { groups { skills({page}) { edges { node { label } } } } }", 0),
}
# Of the viewer alone: there is one parent, so a page of parents does not exist.
ALONE = {"Me", "MyProfile", "MyStanding", "QuestionPayload", "AskQuestionPayload"}


def test_every_field_that_asks_for_itself_is_counted() -> None:
    found = {
        f"{kind.name}.{name}"
        for kind in SCHEMA.type_map.values()
        if isinstance(kind, GraphQLObjectType) and kind.name not in ALONE
        for name, field in kind.fields.items()
        if isinstance(field.extensions.get("strawberry-definition"), BatchedField)
    }
    counted = (
        NESTINGS,
        PROGRAMME_NESTINGS,
        CIRCLE_NESTINGS,
        CASE_NESTINGS,
        PAPER_NESTINGS,
        MEETING_NESTINGS,
        COMMUNITY_NESTINGS,
    )
    assert found - {name for table in counted for name in table} == set()


async def _papers(ana: Actor, other: Actor, room_id: UUID) -> None:
    """Fill a room with what it can hold beside its chat."""
    await session_notes.write_notes(ana, session_id=room_id, update=Pad().type("Rates"))
    line, media = Line(str(room_id), "worker"), Media(microphone=True, camera=False)
    await calls.join_call(ana, session_id=room_id, line=line, media=media)
    await session_floor.give_floor(ana, session_id=room_id, profile_id=other.require_user())
    item = await session_agenda.add_item(ana, session_id=room_id, form=session_agenda.ItemForm("Rates", 10))
    await session_agenda.take_up_item(ana, item_id=item.id)
    await session_papers.add_link(ana, session_id=room_id, url="https://example.org")
    form = session_papers.ActionForm("Send the invoice", other.require_user())
    await session_papers.add_action(ana, session_id=room_id, form=form)


async def village() -> tuple[Actor, list[str], str]:
    """Make Ana with more than a page of everything, ids of what a page of `nodes` may hold, and a webinar's id."""
    ana = await person("Ana", how_i_work={"pace": "async"})
    await seeks(ana, "gig:invoicing")
    await speaks(ana, "pt")
    await offers(ana, RARE)
    await mentorship(await person("Mo"), ana)
    webinar = await webinars_of(ana)
    ids: list[str] = []
    for number in range(PEOPLE):
        other = await full_person(f"P{number}")
        await WeeklyWindow.create(profile_id=other.user_id, weekday=0, start_minute=0, end_minute=600)
        await Stretch.create(profile_id=other.user_id, kind=StretchKind.ON_GIG, started_at=now())
        asked = await request_row(other, ana, state=RequestState.WAITLISTED, waitlisted_at=now())
        for text in ("When?", "Now."):
            await RequestEvent.create(request_id=asked.id, actor_id=other.user_id, state=RequestState.SENT, text=text)
        earlier = await mentorship(ana, other, state=MentorshipState.RENEWED)
        tie = await mentorship(ana, other, request_id=asked.id, continues_id=earlier.id)
        await check_in(tie)
        await proposal(tie, ana, other, next_mentorship_id=earlier.id, to_id=other.user_id)
        room = await sessions.open_session(ana, mentorship_id=tie.id, title=f"Room {number}")
        await sessions.join_session(other, session_id=room.id)
        for who in (ana, other):
            await sessions.send_message(who, session_id=room.id, text="Good morning")
        await _papers(ana, other, room.id)
        await matching_page(ana, other, asked.id)
        for one, reader in ((ana, other), (other, ana)):
            await ContactRelease.create(profile_id=one.user_id, to_profile_id=reader.user_id)
        await Login.create(
            user_id=ana.user_id,
            carrier=LoginCarrier.BEARER,
            token_hash=f"{number:064}",
            last_seen_at=now(),
            expires_at=now() + timedelta(days=1),
        )
        ids += [encode_id("Profile", other.require_user()), encode_id("Session", room.id)]
    return ana, ids, webinar


async def webinars_of(ana: Actor) -> str:
    """Let Ana host more than a page of webinars, one with more than a page of questions; return its id."""
    for _ in range(PEOPLE - 1):
        await webinars.create_webinar(ana, form=webinars.WebinarForm(title="How to price", starts_at=now()))
    first = await open_event(ana, await person("Bola"))
    for number in range(PEOPLE):
        asker = await person(f"Asker{number}")
        await webinar_people.register(asker, webinar_id=first.id)
        await ask_two(ana, asker, first.id)
    await some_poll(ana, first.id, is_open=True)
    return encode_id("Webinar", first.id)


async def test_each_nesting_takes_its_fixed_number_of_statements_at_any_page_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(calls.policy, "ice", IceSettings(turn_urls=("turn:turn.example.org",), turn_secret="north"))
    ana, ids, webinar = await village()
    counts: dict[str, list[int]] = {}
    async with still_engine(), door() as http:
        # Counted as shown once a day: from here on, looking writes nothing.
        await http.ask(ana, "{ recommendations(format: MICRO, first: 100) { edges { cursor } } }")
        for name, (selection, _) in NESTINGS.items():
            counts[name] = [
                await statements_of(http, ana, selection, [*ids[: 2 * size], webinar], size) for size in (2, 20)
            ]
    assert counts == {name: [expected] * 2 for name, (_, expected) in NESTINGS.items()}


async def statements_of(http: Door, actor: Actor, selection: str, ids: list[str], size: int) -> int:
    """Run a selection; return how many statements it took. It must show something in each place it asks."""
    given = {"start": "2027-03-01T00:00:00Z", "end": "2027-03-08T00:00:00Z", "ids": ids[:-1], "webinar": ids[-1]}
    kinds = {"start": "DateTime!", "end": "DateTime!", "ids": "[ID!]!", "webinar": "ID!"}
    used = [name for name in given if f"${name}" in selection]
    declared = ", ".join(f"${name}: {kinds[name]}" for name in used)
    head = f"query({declared})" if used else ""
    document = f"{head} {{ {selection.replace('{page}', f'first: {size}')} }}"
    with counted_statements() as statements:
        data = await http.ask(actor, document, **{name: given[name] for name in used})
    # Nothing at the end of the way would make any number true.
    last = re.findall(r"(\w+) }", selection)[-1]
    assert f"'{last}': " in str(data), (selection, data)
    return len(statements)
