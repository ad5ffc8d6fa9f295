"""Webinars, questions and polls through the GraphQL door: what each role can do, read and never reads."""

import json
from collections.abc import Mapping
from datetime import timedelta
from inspect import isawaitable
from typing import Any

import pytest
from graphql import ExecutionResult, execute, parse

from server.domain.actors import VISITOR, Actor, Role
from server.domain.polls import Ballot, PollAction, PollForm, PollKind
from server.domain.question_states import Action, DismissReason
from server.domain.webinars import AnonymityMode
from server.kit.clock import now
from server.schema.core.building import core_schema
from server.schema.core.context import Context
from server.schema.core.ids import encode_id
from server.schema.root import schema as root_schema
from server.services import polls, questions, webinars
from tests.factories.graphql import follow_once
from tests.factories.people import person
from tests.factories.webinars import Event, acted, event, live, pending
from tests.statements import counted_statements

pytestmark = pytest.mark.usefixtures("db")

schema = core_schema(root_schema)
REFUSAL = "... on Refusal { __typename code message ... on Conflict { current } ... on RateLimited { retryAfter } }"
LIST = """
query ($id: ID!, $sort: QuestionSort!, $first: Int, $after: String) {
  webinarQuestions(webinarId: $id, sort: $sort, first: $first, after: $after) {
    edges { cursor node { id number text state votes voted isEdited kinds labels stage shownAt version mergedIntoId
      author { pseudonym profile { id name } } answers { kind text by { name } at offsetSeconds } } }
    pageInfo { hasNextPage endCursor }
  }
  questionsToReview(webinarId: $id) { edges { node { id text version author { pseudonym profile { id } } } } }
  webinarPolls(webinarId: $id) { id prompt state results { label count } correct ballots takenPart }
  myQuestions(webinarId: $id) { edges { node { id text state note answers { text isPublic } } } }
}
"""
VOTE = "mutation ($i: VoteForQuestionInput!) { voteForQuestion(input: $i) { ... on Refusal { code message } } }"
EXPORT = """
query ($id: ID!) { json: webinarExport(webinarId: $id, format: JSON) csv: webinarExport(webinarId: $id, format: CSV) }
"""


async def answer(who: Actor, query: str, **variables: Any) -> ExecutionResult:
    context = Context(actor=who, request_id="test")
    try:
        result: Any = execute(schema, parse(query), context_value=context, variable_values=variables)
        return await result if isawaitable(result) else result
    finally:
        await context.batches.close()


async def ask(who: Actor, query: str, **variables: Any) -> Any:
    result = await answer(who, query, **variables)
    assert result.errors is None, result.errors
    return result.data


async def mutate(who: Actor, name: str, shows: str, **given: Any) -> dict[str, Any]:
    """Run a mutation by its name and return what it answered."""
    stem = name[0].upper() + name[1:]
    query = f"mutation ($input: {stem}Input!) {{ {name}(input: $input) {{ {shows} {REFUSAL} }} }}"
    data = await ask(who, query, input=given)
    found: dict[str, Any] = data[name]
    return found


def gid(of: Event) -> str:
    return encode_id("Webinar", of.id)


SHOWS = "... on QuestionPayload { question { id number state } staffView { id version state } ownView { id state } }"
SHOWS_WEBINAR = "... on WebinarPayload { webinar { id state version questionsOpen slowSeconds highlightedId } }"


async def test_a_webinar_goes_from_draft_to_archive() -> None:
    hana, ana = await person("Hana"), await person("Ana")
    start = (now() + timedelta(hours=1)).isoformat()
    made = await mutate(hana, "createWebinar", SHOWS_WEBINAR, title="How to price an hour", startsAt=start)
    key = made["webinar"]["id"]
    seen = "query ($id: ID!) { node(id: $id) { ... on Webinar { title mine { role } staff { role } } } }"
    assert (await ask(ana, seen, id=key))["node"] is None
    for step in ("publishWebinar", "openWebinar", "startWebinar"):
        await mutate(hana, step, SHOWS_WEBINAR, webinarId=key)
    place = "... on WebinarPayload { webinar { mine { role registration } crowd { registered fewPresent } } }"
    taken = await mutate(ana, "registerForWebinar", place, webinarId=key)
    assert taken["webinar"] == {
        "mine": {"role": "ATTENDEE", "registration": "REGISTERED"},
        "crowd": {"registered": 1, "fewPresent": True},
    }
    await mutate(ana, "joinWebinar", place, webinarId=key)
    await mutate(ana, "leaveWebinar", place, webinarId=key)
    node = (await ask(ana, seen, id=key))["node"]
    assert (node["mine"], node["staff"]) == ({"role": "ATTENDEE"}, None)
    refused = await mutate(ana, "endWebinar", SHOWS_WEBINAR, webinarId=key)
    assert refused["code"] == "not_allowed"
    await mutate(hana, "endWebinar", SHOWS_WEBINAR, webinarId=key)
    again = await mutate(hana, "endWebinar", SHOWS_WEBINAR, webinarId=key)
    assert (again["code"], again["current"]) == ("conflict", "ended")
    assert (await mutate(hana, "archiveWebinar", SHOWS_WEBINAR, webinarId=key))["webinar"]["state"] == "ARCHIVED"
    mine = "{ myWebinars { edges { node { id transparency { received dismissed { reason } } } } } }"
    assert len((await ask(ana, mine))["myWebinars"]["edges"]) == 1
    assert (await ask(ana, "{ webinars { edges { node { id } } } }"))["webinars"]["edges"] == []


async def test_a_question_is_asked_reviewed_voted_for_and_answered() -> None:
    of = await event()
    ana, bola = of.attendees[:2]
    shows = "... on AskQuestionPayload { fewPresent question { id } ownView { id state } staffView { id } }"
    asked = await mutate(ana, "askQuestion", shows, webinarId=gid(of), text="What do I ask for an hour?")
    assert (asked["question"], asked["staffView"], asked["fewPresent"]) == (None, None, True)
    own = asked["ownView"]["id"]
    waiting = (await ask(of.moderator, LIST, id=gid(of), sort="RECENT"))["questionsToReview"]["edges"]
    staff = waiting[0]["node"]
    claimed = await mutate(of.moderator, "claimQuestion", SHOWS, questionId=staff["id"], expectedVersion=1)
    assert claimed["staffView"]["version"] == 2
    stale = await mutate(of.host, "approveQuestion", SHOWS, questionId=staff["id"], expectedVersion=1)
    assert (stale["__typename"], stale["current"]) == ("Conflict", "pending@2")
    shown = await mutate(of.moderator, "approveQuestion", SHOWS, questionId=staff["id"], expectedVersion=2)
    key = shown["question"]["id"]
    votes = "... on VotePayload { votes revision }"
    assert (await mutate(bola, "voteForQuestion", votes, questionId=key))["votes"] == 1
    assert (await mutate(ana, "voteForQuestion", votes, questionId=own))["code"] == "not_allowed"
    assert (await mutate(bola, "takeVoteBack", votes, questionId=key))["votes"] == 0
    await mutate(of.host, "queueQuestion", SHOWS, questionId=key, rank=1)
    await mutate(of.host, "startAnswering", SHOWS, questionId=key)
    await mutate(of.host, "markAnsweredLive", SHOWS, questionId=key)
    text = await mutate(of.panelist, "answerInText", SHOWS, questionId=key, text="It depends.")
    assert text["question"]["state"] == "ANSWERED"
    edges = (await ask(bola, LIST, id=gid(of), sort="POPULAR"))["webinarQuestions"]["edges"]
    node = edges[0]["node"]
    assert (node["number"], node["kinds"], node["author"]["profile"]["name"]) == (1, ["LIVE", "TEXT"], "Attendee0")
    assert [one["text"] for one in node["answers"]] == ["", "It depends."]
    mine = (await ask(ana, LIST, id=gid(of), sort="POPULAR"))["myQuestions"]["edges"]
    assert mine[0]["node"]["id"] == own


async def test_every_action_of_the_table_is_a_mutation() -> None:
    of = await event()
    ana, bola, chi = of.attendees
    one, two = await live(of, ana), await live(of, bola)
    await webinars.set_labels(of.host, webinar_id=of.id, labels=("money",))
    first, second = encode_id("Question", one.id), encode_id("Question", two.id)
    due = (now() + timedelta(days=1)).isoformat()
    steps: list[tuple[Actor, str, dict[str, Any], str]] = [
        (of.panelist, "suggestDismissal", {}, "LIVE"),
        (of.moderator, "labelQuestion", {"labels": ["money"]}, "LIVE"),
        (of.moderator, "mergeQuestion", {"intoId": second}, "MERGED"),
        (of.moderator, "unmergeQuestion", {}, "LIVE"),
        (of.host, "startAnswering", {"stage": "main"}, "ANSWERING"),
        (of.host, "releaseFromStage", {}, "LIVE"),
        (of.panelist, "followUpQuestion", {"dueAt": due, "note": "Figures."}, "LIVE"),
        (of.panelist, "keepFollowUp", {}, "LIVE"),
        (of.moderator, "dismissQuestion", {"reason": "OFF_TOPIC"}, "DISMISSED"),
        (of.moderator, "reopenQuestion", {}, "LIVE"),
        (of.moderator, "hideQuestion", {}, "PENDING"),
        (of.moderator, "claimQuestion", {}, "PENDING"),
        (of.moderator, "releaseClaim", {}, "PENDING"),
        (of.moderator, "returnQuestion", {"note": "Say where."}, "RETURNED"),
        (ana, "rewordQuestion", {"text": "What do I ask for an hour in town?"}, "PENDING"),
        (of.moderator, "approveQuestion", {"text": "What is an hour worth in town?"}, "LIVE"),
        (ana, "undoQuestionEdit", {}, "RETURNED"),
        (ana, "withdrawQuestion", {}, "WITHDRAWN"),
        (ana, "removeMyName", {}, "WITHDRAWN"),
        (of.cohost, "archiveQuestion", {}, "ARCHIVED"),
    ]
    shows = "... on QuestionPayload { question { state } staffView { state } ownView { state } }"
    for who, name, given, state in steps:
        done = await mutate(who, name, shows, questionId=first, **given)
        views = [view["state"] for key in ("question", "staffView", "ownView") if (view := done.get(key))]
        assert set(views) == {state}, (name, done)
    await pending(of, chi, anonymous=True)
    named = await mutate(
        chi, "revealMyName", "... on RevealMyNamePayload { questions { ownView { state } } }", webinarId=gid(of)
    )
    assert len(named["questions"]) == 1


async def test_staff_settings_and_restrictions_are_at_hand() -> None:
    of = await event()
    shown = await live(of, of.attendees[0], anonymous=True)
    key = encode_id("Question", shown.id)
    done = await mutate(of.moderator, "setSlowMode", SHOWS_WEBINAR, webinarId=gid(of), seconds=30)
    assert done["webinar"]["slowSeconds"] == 30
    await mutate(of.host, "setAnonymity", SHOWS_WEBINAR, webinarId=gid(of), mode="FORCED")
    await mutate(of.host, "setReview", SHOWS_WEBINAR, webinarId=gid(of), review=False)
    await mutate(of.host, "setWebinarLabels", SHOWS_WEBINAR, webinarId=gid(of), labels=["money"])
    lit = await mutate(of.host, "highlightQuestion", SHOWS_WEBINAR, webinarId=gid(of), questionId=key)
    assert lit["webinar"]["highlightedId"] == key
    put = await mutate(
        of.host,
        "restrictAuthor",
        "... on RestrictionPayload { restrictionKey kind isLifted }",
        questionId=key,
        kind="BAN",
    )
    assert put["kind"] == "BAN"
    lifted = await mutate(
        of.host,
        "liftRestriction",
        "... on RestrictionPayload { isLifted }",
        restrictionKey=put["restrictionKey"],
    )
    assert lifted["isLifted"]
    other = encode_id("Profile", of.attendees[1].require_user())
    shows = "... on RestrictionPayload { kind }"
    await mutate(of.host, "restrictPerson", shows, webinarId=gid(of), profileId=other, kind="TIME_OUT")
    appointed = await mutate(
        of.host, "appointStaff", SHOWS_WEBINAR, webinarId=gid(of), profileId=other, role="MODERATOR"
    )
    assert appointed["webinar"]
    await mutate(of.host, "dismissStaff", SHOWS_WEBINAR, webinarId=gid(of), profileId=other)
    said = await mutate(of.host, "sayToStaff", "... on SayToStaffPayload { text }", webinarId=gid(of), text="Hello.")
    assert said["text"] == "Hello."
    await mutate(of.host, "setQuestionWindow", SHOWS_WEBINAR, webinarId=gid(of), isOpen=False)
    start = (now() + timedelta(hours=2)).isoformat()
    await mutate(of.host, "editWebinar", SHOWS_WEBINAR, webinarId=gid(of), title="Another title", startsAt=start)
    await mutate(of.attendees[2], "cancelRegistration", SHOWS_WEBINAR, webinarId=gid(of))
    await mutate(of.host, "stepDownAsHost", SHOWS_WEBINAR, webinarId=gid(of))
    manager = await person("Manager", roles=frozenset({Role.COMMUNITY_MANAGER}))
    closed = await mutate(manager, "closeWebinarInEmergency", SHOWS_WEBINAR, webinarId=gid(of))
    assert closed["webinar"]["state"] == "ENDED"


async def test_a_poll_runs_through_the_door() -> None:
    of = await event()
    shows = "... on PollPayload { poll { id state version results { label count } takenPart } }"
    made = await mutate(
        of.host, "draftPoll", shows, webinarId=gid(of), kind="SINGLE", prompt="Which?", options=["a", "b"]
    )
    key = made["poll"]["id"]
    await mutate(of.host, "openPoll", shows, pollId=key)
    for who in of.attendees:
        assert (await mutate(who, "castBallot", shows, pollId=key, choices=[1]))["poll"]["takenPart"]
    again = await mutate(of.attendees[0], "castBallot", shows, pollId=key, choices=[0])
    assert (again["code"], again["current"]) == ("conflict", "taken_part")
    await mutate(of.host, "closePoll", shows, pollId=key)
    await mutate(of.host, "showPollResults", shows, pollId=key)
    seen = (await ask(of.attendees[0], LIST, id=gid(of), sort="POPULAR"))["webinarPolls"]
    assert seen[0]["results"] == [{"label": "a", "count": 0}, {"label": "b", "count": 3}]
    await mutate(of.host, "hidePollResults", shows, pollId=key)
    draft = await mutate(of.host, "draftPoll", shows, webinarId=gid(of), kind="RATING", prompt="How was it?")
    gone = await mutate(of.host, "deletePoll", shows, pollId=draft["poll"]["id"])
    assert gone["poll"] is None
    given = await mutate(
        of.attendees[0], "sendReaction", "... on SendReactionPayload { total }", webinarId=gid(of), kind="heart"
    )
    assert given["total"] == 1
    await mutate(of.attendees[0], "setPace", "... on SetPacePayload { pace }", webinarId=gid(of), pace="SLOWER")


@pytest.mark.parametrize("sort", ["POPULAR", "RECENT", "OLDEST_UNANSWERED", "TRENDING", "FAIR"])
async def test_orders_are_connections_that_page_without_a_repeat(sort: str) -> None:
    of = await event(attendees=4)
    for number, who in enumerate(of.attendees):
        shown = await live(of, who, f"Question number {number} of four?")
        await questions.vote(of.attendees[number - 1], question_id=shown.id)
    found, after = [], None
    for _ in range(2):
        page = (await ask(of.attendees[0], LIST, id=gid(of), sort=sort, first=2, after=after))["webinarQuestions"]
        found += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
    assert len(set(found)) == 4
    assert not page["pageInfo"]["hasNextPage"]
    wrong = "RECENT" if sort != "RECENT" else "POPULAR"
    bad = await answer(of.attendees[0], LIST, id=gid(of), sort=wrong, first=2, after=after)
    assert bad.errors


async def test_what_attendees_read_through_the_door_holds_nothing_hidden() -> None:
    of = await event(anonymity=AnonymityMode.OPTIONAL)
    ana, bola, chi = of.attendees
    hidden = await pending(of, ana, "Secret pending question, is it?")
    gone = await live(of, ana, "Secret dismissed question, is it?")
    await acted(of.moderator, gone, Action.DISMISS, reason=DismissReason.PERSONAL, note="secret note")
    shown = await live(of, ana, "Public question of nobody known?", anonymous=True)
    await acted(of.moderator, shown, Action.ANSWER_TEXT, text="secret private answer", is_public=False)
    await webinars.say_to_staff(of.moderator, webinar_id=of.id, text="secret talk")
    poll = await polls.draft_poll(of.host, webinar_id=of.id, form=PollForm(PollKind.QUIZ, "Secret?", ("a", "b"), (1,)))
    read = []
    for who in (chi, bola, of.panelist, await person("Stranger"), VISITOR):
        sorts = ("POPULAR", "RECENT", "FAIR", "TRENDING", "QUEUE", "OLDEST_UNANSWERED")
        read += [await answer(who, LIST, id=gid(of), sort=sort) for sort in sorts]
        for kind, key in (
            ("Question", hidden.id),
            ("Question", gone.id),
            ("StaffQuestion", shown.id),
            ("OwnQuestion", shown.id),
            ("Poll", poll.id),
        ):
            node = await answer(who, "query ($id: ID!) { node(id: $id) { id } }", id=encode_id(kind, key))
            assert node.data == {"node": None}
            read.append(await answer(who, VOTE, i={"questionId": encode_id(kind, key)}))
    text = json.dumps([_plain(result) for result in read])
    for secret in ("ecret", str(ana.user_id), encode_id("Profile", ana.require_user())):
        assert secret not in text
    assert "Public question" in text
    await polls.move_poll(of.host, poll_id=poll.id, action=PollAction.OPEN)
    await polls.cast_ballot(bola, poll_id=poll.id, ballot=Ballot((1,)))
    opened = (await ask(chi, LIST, id=gid(of), sort="RECENT"))["webinarPolls"][0]
    assert (opened["results"], opened["correct"], opened["ballots"]) == (None, None, None)


def _plain(result: ExecutionResult) -> Mapping[str, Any]:
    return {"data": result.data, "errors": [error.formatted for error in result.errors or []]}


async def test_a_page_costs_the_same_whatever_its_size() -> None:
    of = await event(attendees=6)
    counts = []
    for number in (2, 6):
        for who in of.attendees[number - 2 if number == 2 else 2 : number]:
            await live(of, who, f"Question of number {number}?")
        with counted_statements() as statements:
            await ask(of.attendees[0], LIST, id=gid(of), sort="FAIR", first=50)
        counts.append(len(statements))
    assert counts[0] == counts[1]


async def test_an_export_is_for_hosts() -> None:
    of = await event()
    await live(of, of.attendees[0])
    data = await ask(of.host, EXPORT, id=gid(of))
    assert json.loads(data["json"])["format"] == "alongside.questions.v1"
    assert data["csv"].startswith("id,number,state")
    refused = await answer(of.moderator, EXPORT, id=gid(of))
    assert refused.errors


async def test_each_topic_is_followed_by_those_it_is_for_and_starts_from_its_picture() -> None:
    of = await event()
    await pending(of, of.attendees[0], "Secret pending question, is it?")
    stranger = await person("Stranger")
    for name, allowed in (
        ("webinarEvents", {of.host, of.moderator, of.panelist, of.attendees[1]}),
        ("webinarStaffEvents", {of.host, of.moderator}),
    ):
        for who in (of.host, of.moderator, of.panelist, of.attendees[1], stranger):
            told = await follow_once(who, f'subscription {{ {name}(webinarId: "{gid(of)}") {{ kind payload }} }}')
            assert isinstance(told, dict) == (who in allowed), (name, who)
            if who in allowed:
                assert told[name]["kind"] == "snapshot"
                assert ("Secret" in str(told)) == (name == "webinarStaffEvents")
