"""The main job end to end: two people who never met come by mail, find each other, and talk while a server dies."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from websockets.exceptions import ConnectionClosed

from tests.conftest import Servers
from tests.flows.graphql_socket import subscribed
from tests.flows.harness import Api, ServerProcess, serving, working
from tests.flows.people import arrive, ticket
from tests.live_client import PATIENCE, Answer, LiveClient

GROUP_OF = "query($text: String!) { skills(text: $text, first: 1) { edges { node { skill { id groups { id } } } } } }"
FIND = """
query($filter: ProfileFilter) { profiles(filter: $filter, first: 5) { edges { node {
  id name headline openPlaces { format places } skills(direction: OFFERED) { skill { label } level }
  languages { code proficiency }
} } } }
"""
LINES = 20
"""What each says: more than may be said at once, so both also learn to wait."""
BOOK = "SELECT seq, chain, kind, payload FROM stream_entry WHERE topic = $1 AND seq > $2 ORDER BY seq"


@dataclass
class Town:
    """Two serving processes and a worker on one PostgreSQL and one Valkey."""

    servers: Servers
    first: ServerProcess
    second: ServerProcess
    mails: Path

    async def book_of(self, topic: str, after: int) -> list[tuple[int, str, str, Any]]:
        """Return what a topic's book says after a number."""
        plain = await asyncpg.connect(self.servers.database_url)
        try:
            rows = await plain.fetch(BOOK, topic, after)
        finally:
            await plain.close()
        return [(row["seq"], row["chain"], row["kind"], json.loads(row["payload"])) for row in rows]


@pytest.fixture
async def town(clean_servers: Servers, tmp_path: Path) -> AsyncIterator[Town]:
    """Start the processes as an operator would: workers of two kinds, no embedded server."""
    set_up = {
        "ALONGSIDE_MAIL_FOLDER": str(tmp_path / "mail"),
        "ALONGSIDE_DATA_DIR": str(tmp_path / "data"),
        "ALONGSIDE_SECRET_KEY": "k" * 40,
        "ALONGSIDE_LIVE_DRAIN_SECONDS": "1",
    }
    async with AsyncExitStack() as stack:
        first, second, _ = await asyncio.gather(
            stack.enter_async_context(serving(clean_servers, "--no-worker", **set_up)),
            stack.enter_async_context(serving(clean_servers, "--no-worker", **set_up)),
            stack.enter_async_context(working(clean_servers, **set_up)),
        )
        yield Town(clean_servers, first, second, tmp_path / "mail")


async def become_mentor(api: Api, skill: str) -> None:
    """Fill a profile so that others find it."""
    await api.do("updateProfile", "profile { version }", headline="Fifteen years of freelance books", timeZone="UTC")
    await api.do("setSkill", "skill { id }", direction="OFFERED", level="CAN_TEACH", skillId=skill)
    languages = [{"code": "pt", "proficiency": "NATIVE"}, {"code": "en", "proficiency": "FLUENT"}]
    await api.do("setLanguages", "profile { version }", languages=languages)
    await api.do("setCapacity", "profile { capacity { limit } }", kind="CONCURRENT", format="CLASSIC", limit=1)


async def agree(ana: Api, bola: Api) -> str:
    """Let Ana find Bola by a group of skills, ask, answer what Bola asks back; return the mentorship's id."""
    skill = (await ana(GROUP_OF, text="invocing"))["skills"]["edges"][0]["node"]["skill"]
    await become_mentor(bola, skill["id"])
    await ana.do("setSkill", "skill { id }", direction="SOUGHT", level="WITH_HELP", skillId=skill["id"])
    wanted = {"skills": [skill["groups"][0]["id"]], "languages": [{"code": "pt"}], "format": "CLASSIC"}
    (edge,) = (await ana(FIND, filter=wanted))["profiles"]["edges"]
    assert (edge["node"]["name"], edge["node"]["skills"][0]["level"]) == ("Bola", "CAN_TEACH")
    content = {"format": "CLASSIC", "goal": "Send my first invoice", "minutesNeeded": 60, "skillIds": [skill["id"]]}
    asked = await ana.do("sendRequest", "request { id state }", receiverId=edge["node"]["id"], content=content)
    request = asked["request"]["id"]
    steps = [
        (bola, "viewRequest", {}, "VIEWED"),
        (bola, "askForMore", {"text": "Which country?"}, "INFO_REQUESTED"),
        (ana, "answerMore", {"text": "Portugal"}, "SENT"),
    ]
    for api, name, more, state in steps:
        moved = await api.do(name, "request { state }", requestId=request, **more)
        assert moved["request"]["state"] == state
    accepted = await bola.do("acceptRequest", "mentorship { id state }", requestId=request)
    assert accepted["mentorship"]["state"] == "ACTIVE"
    return str(accepted["mentorship"]["id"])


async def say(client: LiveClient, session: str, cid: str) -> None:
    """Say a line as a careful client does: under one cid until it is done, waiting when told to."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                asked = {"sessionId": session, "text": f"line {cid}"}
                await client.command("session.send", asked, cid=cid, timeout=2)
            except (ConnectionError, ConnectionClosed, TimeoutError):
                await asyncio.sleep(0.05)
            except Answer as refused:
                if not refused.frame["temporary"]:
                    raise
                await asyncio.sleep(refused.frame["retryAfter"] / 5)
            else:
                return


def log_of(client: LiveClient, topic: str) -> list[tuple[int, str, str, Any]]:
    return [(frame["s"], frame["c"], frame["k"], frame["p"]) for frame in client.places[topic].log]


async def test_a_worker_meets_a_mentor_and_a_dying_server_loses_none_of_their_talk(town: Town) -> None:
    ana, bola = Api(town.first.url), Api(town.second.url)
    await asyncio.gather(arrive(ana, town.mails, "Ana"), arrive(bola, town.mails, "Bola"))
    async with subscribed(bola, "userEvents") as news:
        assert (await news.until("snapshot"))["payload"]["requests"] == {}
        mentorship = await agree(ana, bola)
        await news.until("request.accepted")
        moves = [kind for kind in news.kinds if kind.startswith(("request.", "mentorship."))]
        assert moves == [
            "request.sent",
            "request.viewed",
            "request.info_asked",
            "request.info_given",
            "mentorship.started",
            "request.accepted",
        ]
        opened = await ana.do("openSession", "session { id liveKey }", mentorshipId=mentorship, title="First steps")
        key = opened["session"]["liveKey"]
        told = (await news.until("session.opened"))["payload"]
        assert (told["sessionId"], told["title"]) == (key, "First steps")
    numbers = [event["position"]["seq"] for event in news.events]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    await talk_through_a_death(town, ana, bola, opened["session"]["id"], key)


async def talk_through_a_death(town: Town, ana: Api, bola: Api, session: str, key: str) -> None:
    """Both talk at once, on two processes; Ana's dies in the middle, and she goes on at the other."""
    topic = f"session:{key}"
    hers = LiveClient(town.first.live_url, lambda: ticket(ana))
    his = LiveClient(town.second.live_url, lambda: ticket(bola))
    hers.backoff = (0.05, 0.2)
    async with hers, his, subscribed(bola, "sessionEvents", sessionId=session) as told:
        await asyncio.gather(hers.follow(topic), his.follow(topic), told.until("snapshot"))
        starts = [hers.places[topic].pos["seq"], his.places[topic].pos["seq"]]  # type: ignore[index]  # followed
        await bola.do("joinSession", "session { state }", sessionId=session)
        await his.until(lambda: [f for f in his.of_type("presence") if f["n"] == 2])

        async def chat(client: LiveClient, name: str, *, pause_at: asyncio.Event | None = None) -> None:
            for number in range(LINES):
                await say(client, key, f"{name}-{number}")
                if number == LINES // 2 and pause_at is not None:
                    pause_at.set()

        midway = asyncio.Event()

        async def die() -> None:
            await midway.wait()
            ana.url, hers.url = town.second.url, town.second.live_url
            await town.first.kill()

        await asyncio.gather(chat(hers, "ana", pause_at=midway), chat(his, "bola"), die())
        book = await town.book_of(topic, 0)
        await asyncio.gather(*(client.until_seq(topic, book[-1][0]) for client in (hers, his)))
        await compare(town, topic, [(hers, starts[0]), (his, starts[1])])
        assert hers.closes == [1006]
        assert hers.places[topic].modes[0] == "snapshot"
        assert "snapshot" not in hers.places[topic].modes[1:]
        await follow_on(town, ana, session, told.events[-3], book)


async def compare(town: Town, topic: str, clients: list[tuple[LiveClient, int]]) -> None:
    """Each client's log is the book after its start: nothing missing, repeated or in another order."""
    for client, start in clients:
        assert log_of(client, topic) == await town.book_of(topic, start)
        assert (client.places[topic].holes, client.places[topic].repeats) == (0, 0)
    lines = [p["text"] for _, _, kind, p in await town.book_of(topic, 0) if kind == "message.sent"]
    said = [f"line {name}-{number}" for name in ("ana", "bola") for number in range(LINES)]
    assert sorted(lines) == sorted(said)
    for name in ("ana", "bola"):
        mine = [text for text in lines if name in text]
        assert mine == [f"line {name}-{number}" for number in range(LINES)]


async def follow_on(town: Town, api: Api, session: str, place: dict[str, Any], book: list[Any]) -> None:
    """A GraphQL subscription goes on from a position that another process gave, and the chat pages to its end."""
    after = [entry for entry in book if entry[0] > place["position"]["seq"]]
    assert after
    async with subscribed(api, "sessionEvents", sessionId=session, after=place["position"]) as resumed:
        async with asyncio.timeout(PATIENCE):
            while len(resumed.events) < len(after):
                await asyncio.sleep(0.01)
    told = [
        (e["position"]["seq"], e["position"]["chain"], e["kind"], e["payload"]) for e in resumed.events[: len(after)]
    ]
    assert told == after
    newest = await api(
        "query($id: ID!) { node(id: $id) { ... on Session { state messages(last: 3) { edges { node { text } } } } } }",
        id=session,
    )
    texts = [payload["text"] for _, _, kind, payload in book if kind == "message.sent"]
    assert newest["node"]["state"] == "LIVE"
    assert [edge["node"]["text"] for edge in newest["node"]["messages"]["edges"]] == texts[-3:]
