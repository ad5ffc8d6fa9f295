"""A circle from proposal to archive: eight people in six zones, three meetings, turns, a block between two of them.

Everything is asked for through the GraphQL door as each of them; the clock is moved, nobody waits.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
import strawberry

from server.domain import topics
from server.domain.actors import Actor
from server.domain.circle_pictures import circle_picture
from server.domain.pictures import FoldedEntry, fold
from server.kit.clock import clock, now
from server.queries.snapshots import snapshot_of
from server.queries.streams import entries_after
from server.schema.circles import circle_id_of
from server.schema.core.ids import encode_id
from server.services import circle_sweeps
from server.services.safety import block
from tests.factories.graphql import Door, door, follow_once, mutation_document
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")

PEOPLE = {
    "Ana": "Europe/Lisbon",
    "Bola": "Africa/Lagos",
    "Cy": "America/New_York",
    "Di": "America/Los_Angeles",
    "Eve": "Asia/Kolkata",
    "Fay": "Pacific/Auckland",
    "Gus": "Europe/Lisbon",
    "Hana": "Africa/Lagos",
}
EVERYTHING = """
query ($id: ID!) { node(id: $id) { ... on Circle {
  name state seats { id isMine role nickname message profile { id name } } norms { text agreed isAgreed }
  feed(first: 100) { edges { node { kind seat { profile { name } } thread { title } resource { title note } } } }
  meetings(first: 20) { edges { node {
    id title state notes recap coming facilitator { profile { name } }
    rsvps { state wasThere seat { profile { name } } }
    talk { here { profile { name } } queue { profile { name } } turn { round seat { profile { name } } } }
  } } }
  threads(first: 50) { edges { node { id title author { profile { name } } posts(first: 50) { edges { node {
    id text author { profile { name } } reactions { kind total }
  } } } } } }
  resources(first: 50) { edges { node { title note author { profile { name } } } } }
  heard { turns seat { profile { name } } } health { term score why step }
} } }
"""


@dataclass
class Village:
    """The eight, the door they come through, and the circle's global id."""

    http: Door
    people: dict[str, Actor] = field(default_factory=dict)
    circle: str = ""
    since: timedelta = timedelta(0)

    async def do(self, who: str, name: str, selection: str = "__typename", /, **form: Any) -> dict[str, Any]:
        """Run a mutation as somebody; a refusal fails the test. Return its payload."""
        answer = await self.try_to(who, name, selection, **form)
        assert answer["__typename"].endswith("Payload"), (name, answer)
        return answer

    async def try_to(self, who: str, name: str, selection: str = "__typename", /, **form: Any) -> dict[str, Any]:
        """Run a mutation as somebody; return its payload or refusal."""
        data = await self.http.ask(self.people[who], mutation_document(name, selection), input=form)
        answer: dict[str, Any] = data[name]
        return answer

    async def all(self, who: str) -> dict[str, Any]:
        """Return everything somebody can read of the circle."""
        found: dict[str, Any] = (await self.http.ask(self.people[who], EVERYTHING, id=self.circle))["node"]
        return found

    async def seat(self, who: str) -> str:
        """Return the id of somebody's seat, as they see it."""
        query = "query ($id: ID!) { node(id: $id) { ... on Circle { mySeat { id } } } }"
        found = await self.http.ask(self.people[who], query, id=self.circle)
        return str(found["node"]["mySeat"]["id"])

    @property
    def key(self) -> Any:
        """Return the circle's key."""
        return circle_id_of(strawberry.ID(self.circle))

    @contextmanager
    def later(self, **by: float) -> Iterator[None]:
        """Let time pass, on top of what passed before."""
        self.since += timedelta(**by)
        with clock.moved(by=self.since):
            yield


async def founded(http: Door) -> Village:
    """Let Ana propose a circle, the others join with the norms read, and the circle start."""
    here = Village(http, {name: await person(name, time_zone=zone) for name, zone in PEOPLE.items()})
    made = await here.do(
        "Ana", "proposeCircle", "circle { id state }", kind="PEER", name="Freelancers who bill well", least=4, most=8
    )
    here.circle = made["circle"]["id"]
    assert made["circle"]["state"] == "PROPOSED"
    await here.do("Ana", "writeCircleNorms", circleId=here.circle, text="We start on time. What is said stays here.")
    for name in list(PEOPLE)[1:]:
        await here.do(name, "joinCircle", circleId=here.circle, message=f"{name} bills too late", normsNumber=1)
    waiting = [one for one in (await here.all("Ana"))["seats"] if one["role"] == "MEMBER"]
    assert {one["message"] for one in waiting} == {f"{name} bills too late" for name in list(PEOPLE)[1:]}
    await here.do("Ana", "moveCircle", circleId=here.circle, action="GATHER")
    for one in waiting:
        await here.do("Ana", "answerCircleApplication", seatId=one["id"], isYes=True)
    started = await here.do("Ana", "moveCircle", "circle { state }", circleId=here.circle, action="START")
    assert started["circle"]["state"] == "ACTIVE"
    for name in PEOPLE:
        await here.do(name, "agreeToCircleNorms", circleId=here.circle, number=1)
    assert (await here.all("Hana"))["norms"]["agreed"] == 8
    return here


async def meeting_at_a_fair_time(here: Village) -> tuple[str, datetime, dict[str, int]]:
    """Plan the next meeting at the best time found; return it, its start, and what it costs each by their own clock."""
    start = now() + timedelta(days=1)
    query = """query ($id: ID!, $start: DateTime!, $end: DateTime!) {
      circleTimes(circleId: $id, start: $start, end: $end) { startsAt canCome painfulFor myCost } }"""
    given = {"id": here.circle, "start": start.isoformat(), "end": (start + timedelta(days=6)).isoformat()}
    costs = {}
    for name, who in here.people.items():
        best = (await here.http.ask(who, query, **given))["circleTimes"][0]
        costs[name] = best["myCost"]
    planned = await here.do(
        "Ana",
        "planCircleMeetings",
        "meetings { id startsAt }",
        circleId=here.circle,
        title="Round",
        startsAt=best["startsAt"],
        cap=7,
    )
    (made,) = planned["meetings"]
    return made["id"], datetime.fromisoformat(made["startsAt"]), costs


async def held(here: Village, meeting: str) -> list[str]:
    """Hold a meeting with all who are coming: two rounds of turns passed on. Return who facilitated and who spoke."""
    for name in list(PEOPLE):
        await here.do(name, "answerCircleMeeting", meetingId=meeting, isYes=True)
    await here.do("Ana", "startCircleMeeting", meetingId=meeting)
    for name in list(PEOPLE)[1:]:
        await here.do(name, "enterCircleMeeting", meetingId=meeting)
    spoke: list[str] = []
    turn = "meeting { talk { turn { round seat { id } } } }"
    seats = {await here.seat(name): name for name in PEOPLE}
    for number in range(16):
        by = spoke[-1] if spoke else "Ana"
        with clock.moved(by=here.since + timedelta(seconds=60 * (number + 1))):
            given = await here.do(by, "giveCircleTurn", turn, meetingId=meeting)
        seat = given["meeting"]["talk"]["turn"]
        assert seat["round"] == number // 8 + 1
        spoke.append(seats[seat["seat"]["id"]])
    return spoke


def about(name: str) -> list[str]:
    """Return what would give somebody away: their name, and the words that only they used."""
    return [f'"{name}"', f"only {name} says this"]


async def check_apart(here: Village, one: str, other: str) -> None:
    """Hold every way that one could meet the other: everything in the circle, ids, the topic, their own topic."""
    for reader, hidden in ((one, other), (other, one)):
        who, whom = here.people[reader], here.people[hidden]
        told = json.dumps(await here.all(reader))
        for word in about(hidden):
            assert word not in told, (reader, hidden, word)
        snapshot = await snapshot_of(who, topics.circle(here.key))
        entries = await entries_after(topics.circle(here.key).name, 0, 10_000)
        own = await entries_after(topics.user(who.require_user()).name, 0, 10_000)
        payloads = [json.dumps(snapshot), *(row.payload for row in (*entries, *own) if row.kind != "profile.blocked")]
        for word in (*about(hidden), str(whom.user_id)):
            assert all(word not in payload for payload in payloads), (reader, hidden, word)
        for kind, key in await things_of(here, hidden):
            found = await here.http.ask(who, "query ($id: ID!) { node(id: $id) { id } }", id=key)
            assert found == {"node": None}, (reader, kind)
        others = {name for name in PEOPLE if f'"{name}"' in told}
        assert others == set(PEOPLE) - {hidden}, reader


async def things_of(here: Village, name: str) -> list[tuple[str, str]]:
    """Return the discussions and posts of somebody, and themselves, by type and id."""
    mine = await here.all(name)
    threads = [edge["node"] for edge in mine["threads"]["edges"]]
    posts = [edge["node"] for thread in threads for edge in thread["posts"]["edges"]]
    found = [("thread", one["id"]) for one in threads if (one["author"]["profile"] or {}).get("name") == name]
    found += [("post", one["id"]) for one in posts if (one["author"]["profile"] or {}).get("name") == name]
    return [*found, ("profile", encode_id("Profile", here.people[name].require_user()))]


async def written(here: Village, *names: str) -> None:
    """Let each start a discussion, answer in the common one, react, and add a resource, in words of their own."""
    common = await here.do("Ana", "openCircleThread", "thread { id }", **thread(here, "only Ana says this"))
    for name in names:
        words = f"only {name} says this"
        await here.do(name, "openCircleThread", **thread(here, words))
        said = await here.do(
            name, "addCirclePost", "post { id }", threadId=common["thread"]["id"], text=f"{words} as well"
        )
        await here.do("Ana", "reactToCirclePost", postId=said["post"]["id"], kind="THANKS")
        await here.do(
            name, "addCircleResource", circleId=here.circle, url="https://example.org", title=words, note=words
        )


def thread(here: Village, words: str) -> dict[str, Any]:
    return {"circleId": here.circle, "title": words, "text": words, "theme": "money"}


async def folded(here: Village) -> None:
    """Hold that whoever follows from the first entry on has the picture of whoever comes now."""
    topic = topics.circle(here.key)
    rows = await entries_after(topic.name, 0, 10_000)
    entries = [FoldedEntry(row.epoch, row.seq, row.chain, row.kind, json.loads(row.payload)) for row in rows]
    empty = {"state": circle_picture(), "pos": {"epoch": "", "seq": 0, "chain": ""}}
    assert fold(topic, empty, entries) == await snapshot_of(here.people["Cy"], topic)


async def test_a_circle_from_proposal_to_archive_with_eight_people_in_six_zones() -> None:
    async with door() as http:
        here = await founded(http)
        first, starts_at, costs = await meeting_at_a_fair_time(here)
        history = [costs]
        with here.later(seconds=(starts_at - now()).total_seconds()):
            spoke = await held(here, first)
            assert sorted(spoke[:8]) == sorted(spoke[8:]) == sorted(PEOPLE)
            await written(here, "Bola", "Cy")
            await folded(here)
            # In the middle of a meeting, with both inside: from here on neither is shown the other.
            bola, cy = here.people["Bola"], here.people["Cy"]
            await block(bola, profile_id=cy.require_profile())
            await check_apart(here, "Bola", "Cy")
            await here.do("Ana", "endCircleMeeting", meetingId=first)
            await here.do("Cy", "writeCircleMeeting", meetingId=first, notes="only Cy says this: notes")
            await check_apart(here, "Bola", "Cy")
            assert "only Cy says this: notes" in json.dumps(await here.all("Ana"))
        for _ in range(2):
            with here.later(days=7):
                meeting, starts_at, costs = await meeting_at_a_fair_time(here)
                history.append(costs)
                wait = (starts_at - now()).total_seconds()
            with here.later(seconds=wait):
                spoke = await held(here, meeting)
                assert sorted(spoke[:8]) == sorted(PEOPLE)
                await check_apart(here, "Bola", "Cy")
                await here.do("Ana", "endCircleMeeting", meetingId=meeting)
        await rotates(here, history)
        await ends(here)


async def rotates(here: Village, history: list[dict[str, int]]) -> None:
    """Hold that facilitating and the painful hour went round, and that the circle did well."""
    with here.later(hours=1):
        seen = await here.all("Ana")
        meetings = [edge["node"] for edge in seen["meetings"]["edges"]]
        assert [one["state"] for one in meetings] == ["HELD"] * 3
        assert len({one["facilitator"]["profile"]["name"] for one in meetings}) == 3
        assert [one["coming"] for one in meetings] == [7, 7, 7]
        worst = [{name for name, cost in costs.items() if cost == max(costs.values())} for costs in history]
        assert not set.intersection(*worst)
        scores = {line["term"]: line["score"] for line in seen["health"]}
        assert scores["ATTENDANCE"] == 1.0
        assert scores["TURN_EQUITY"] > 0.9
        assert scores["UNANSWERED_ASKS"] is None
        await folded(here)


async def ends(here: Village) -> None:
    """Let the circle fall quiet until it is an archive: it can be read, blocks and all, and not be written in."""
    for days, state in ((61, "DORMANT"), (61, "CLOSING"), (15, "ALUMNI")):
        with here.later(days=days):
            await circle_sweeps.move_due()
            assert (await here.all("Gus"))["state"] == state
    with here.later(days=400):
        refused = await here.try_to("Gus", "openCircleThread", **thread(here, "Still here?"))
        assert refused["code"] == "conflict"
        assert "only Bola says this" in json.dumps(await here.all("Gus"))
        await check_apart(here, "Bola", "Cy")
        heard = f'subscription {{ circleEvents(circleId: "{here.circle}") {{ payload }} }}'
        event = await follow_once(here.people["Bola"], heard)
        assert event["circleEvents"]["payload"]["circle"]["state"] == "alumni"
        assert str(here.people["Cy"].user_id) not in json.dumps(event)
