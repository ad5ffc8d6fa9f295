"""Calls over /live: words reach one connection and no other, on any worker; whoever is lost leaves."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from server.domain import topics
from server.domain.calls import MAX_CANDIDATES, MAX_SDP_BYTES
from server.models.calls import CallSeat
from tests.factories.people import person
from tests.factories.rooms import meeting, workers
from tests.live_client import Answer, LiveClient

WAIT = 90
OFFER = {"sdp": "v=0\r\no=- 1 2 IN IP4 192.0.2.7\r\n"}
CANDIDATES = {"candidates": [{"candidate": "candidate:1 1 UDP 1 192.0.2.7 9 typ host", "sdpMid": "0"}]}


async def join(client: LiveClient, session_id: UUID, **media: bool) -> dict[str, Any]:
    """Follow the session and come into its call."""
    await client.follow(topics.session(session_id).name, timeout=WAIT)
    answer: dict[str, Any] = await client.command("call.join", {"sessionId": str(session_id), **media}, timeout=WAIT)
    return answer


async def say(client: LiveClient, session_id: UUID, to: str, kind: str = "offer", p: Any = OFFER) -> Any:
    args = {"sessionId": str(session_id), "to": to, "kind": kind, "p": p}
    return await client.command("call.signal", args, timeout=WAIT)


def connection_of(client: LiveClient) -> str:
    """Return the id of a client's newest connection."""
    return str(client.of_type("welcome")[-1]["connection"])


async def refusal(work: Any) -> str:
    with pytest.raises(Answer) as refused:
        await work
    return str(refused.value.frame["code"])


async def test_words_reach_the_one_connection_they_are_for(bell: str) -> None:
    ana, bola, session_id = await meeting()
    async with workers(bell) as (one, two), one.client(ana) as hers, two.client(bola) as his, two.client(bola) as tab:
        await join(hers, session_id, microphone=True)
        seats = (await join(his, session_id, microphone=True, camera=True))["seats"]
        await tab.follow(topics.session(session_id).name, timeout=WAIT)
        assert [seat["connectionId"] for seat in seats] == [connection_of(hers), connection_of(his)]
        await say(hers, session_id, connection_of(his))
        await say(hers, session_id, connection_of(his), "candidates", CANDIDATES)
        offer, candidates = await his.until(lambda: (got := his.of_type("call"))[1:] and got, WAIT)
        await say(his, session_id, connection_of(hers), "answer", OFFER)
        (answer,) = await hers.until(lambda: hers.of_type("call"), WAIT)

    topic = topics.session(session_id).name
    told = {"type": "call", "t": topic, "from": connection_of(hers), "user": str(ana.user_id)}
    assert offer == {**told, "k": "offer", "p": OFFER}
    assert candidates == {**told, "k": "candidates", "p": CANDIDATES}
    assert (answer["k"], answer["from"], answer["p"]) == ("answer", connection_of(his), OFFER)
    assert tab.of_type("call") == []
    assert "192.0.2.7" not in str([frame for frame in tab.frames if frame["type"] != "call"])


async def test_a_lost_connection_leaves_the_call_and_the_others_see_it(bell: str) -> None:
    ana, bola, session_id = await meeting()
    topic = topics.session(session_id).name
    async with workers(bell) as (one, two), one.client(ana) as hers, two.client(bola) as his:
        await join(hers, session_id)
        await join(his, session_id)
        lost = connection_of(his)
        his.may_return.clear()
        await his.cut()
        (left,) = await hers.until(lambda: [e for e in hers.places[topic].log if e["k"] == "call.left"], WAIT)
        assert left["p"] == {"sessionId": str(session_id), "profileId": str(bola.user_id), "connectionId": lost}
        assert await refusal(say(hers, session_id, lost)) == "not_found"


async def test_the_seats_of_a_worker_that_died_are_emptied(bell: str) -> None:
    ana, bola, session_id = await meeting()
    async with workers(bell) as (one, _), one.client(ana) as hers:
        await join(hers, session_id)
        await CallSeat.create(
            session_id=session_id,
            profile_id=bola.user_id,
            connection_id="gone",
            worker_id="a worker that died",
            microphone=True,
            camera=True,
        )
        await CallSeat.filter(profile_id=ana.user_id).update(connection_id="of this worker, but lost")
        async with asyncio.timeout(WAIT):
            while await CallSeat.all().count():
                await asyncio.sleep(0.05)


async def test_what_is_no_word_of_a_call_is_refused(bell: str) -> None:
    ana, bola, session_id = await meeting()
    async with workers(bell) as (one, two), one.client(ana) as hers, two.client(bola) as his:
        await join(hers, session_id)
        assert await refusal(say(hers, session_id, connection_of(his))) == "not_found"
        await join(his, session_id)
        to = connection_of(his)
        for kind, p in (
            ("offer", {"sdp": ""}),
            ("offer", {"sdp": "x" * (MAX_SDP_BYTES + 1)}),
            ("offer", {"sdp": "v=0", "more": 1}),
            ("answer", CANDIDATES),
            ("candidates", OFFER),
            ("candidates", {"candidates": []}),
            ("candidates", {"candidates": [{"candidate": ""}] * (MAX_CANDIDATES + 1)}),
            ("candidates", {"candidates": [{"candidate": "x" * 1025}]}),
            ("offer", None),
        ):
            assert await refusal(say(hers, session_id, to, kind, p)) == "invalid_input", (kind, p)
        assert await refusal(say(hers, session_id, to, "renegotiate")) == "bad_arguments"
        await say(hers, session_id, to)
        (heard,) = await his.until(lambda: his.of_type("call"), WAIT)
        assert heard["p"] == OFFER


async def test_a_stranger_hears_nothing_and_may_say_nothing(bell: str) -> None:
    ana, bola, session_id = await meeting()
    chi = await person("Chi")
    async with workers(bell) as (one, two), one.client(ana) as hers, two.client(bola) as his, one.client(chi) as third:
        await join(hers, session_id)
        await join(his, session_id)
        here = {"sessionId": str(session_id)}
        for op in ("call.join", "call.media", "call.leave", "call.ice"):
            assert await refusal(third.command(op, here, timeout=WAIT)) == "not_found"
        assert await refusal(say(third, session_id, connection_of(his))) == "not_found"


async def test_a_cid_of_a_call_is_for_its_connection(bell: str) -> None:
    ana, _, session_id = await meeting()
    here = {"sessionId": str(session_id)}
    async with workers(bell) as (one, two), one.client(ana) as hers, two.client(ana) as tab:
        first = await hers.command("call.join", here, "j", timeout=WAIT)
        await hers.command("call.media", {**here, "microphone": True}, "m", timeout=WAIT)
        assert await hers.command("call.join", here, "j", timeout=WAIT) == first
        assert (await CallSeat.get()).microphone is True
        assert await refusal(tab.command("call.join", here, "j", timeout=WAIT)) == "conflict"
        assert (await tab.command("call.join", here, "k", timeout=WAIT))["seats"][0]["connectionId"] == connection_of(
            tab
        )
        assert (await tab.command("call.leave", here, timeout=WAIT))["seats"] == []
