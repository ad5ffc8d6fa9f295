"""Rights in motion, drains, commands and signals on open connections."""

import asyncio
import json
from dataclasses import replace
from uuid import UUID

import pytest
from msgspec import Struct

from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import Conflict
from server.kit.ids import new_id
from server.realtime.commands.registry import command
from server.realtime.frames import Position
from server.realtime.streams import Started, StreamEntry
from server.services import repeats
from server.services.ports import ports
from server.services.transaction import unit_of_work
from tests.factories.live import (
    QUICK,
    ToySaid,
    book_of,
    live_server,
    log_of,
    login_of,
    published,
    room,
    say,
    someone,
    two_workers,
)
from tests.live_client import PATIENCE, Answer


class ToySay(Struct):
    topic: str
    text: str


class ToyKept(Struct):
    id: UUID


@command("toy.say", ToySay)
async def toy_say(actor: Actor, asked: ToySay, cid: str) -> ToyKept:
    """Record a line once per cid."""
    async with unit_of_work() as work:
        once = await repeats.claim(work, actor.require_user(), cid, "toy.say", [asked.topic, asked.text])
        if once.previous:
            return ToyKept(once.previous)
        if asked.text == "no":
            raise Conflict("Not now.", current="closed")
        said = ToyKept(new_id())
        await once.remember(said.id)
        work.record(ToySaid(text=asked.text), to=[topics.parse(asked.topic)], actor=actor, command_id=cid)
    return said


async def test_repeated_command_is_done_once_and_answered_alike_on_another_worker(bell: str):
    topic, ana = room(), someone()
    async with two_workers(bell) as (one, two), one.client(ana) as first, two.client(ana) as second:
        await first.follow(topic.name)
        args = {"topic": topic.name, "text": "hi"}
        answers = [await client.command("toy.say", args, cid="same") for client in (first, second, first)]
        await first.until_seq(topic.name, 1)

        assert answers[0] == answers[1] == answers[2]
        assert len(await book_of(topic)) == 1


@pytest.mark.parametrize(
    ("op", "args", "code"),
    [
        ("toy.say", {"topic": "x"}, "bad_arguments"),
        ("toy.say", 5, "bad_arguments"),
        ("toy.none", {}, "unknown_command"),
        ("toy.say", {"topic": "session:" + "0" * 36, "text": "no"}, "conflict"),
        ("signal.send", {"topic": str(room().name), "kind": "typing"}, "not_following"),
    ],
)
async def test_refused_command_says_why(bell: str, op: str, args: object, code: str):
    async with live_server(bell) as server, server.client() as client:
        with pytest.raises(Answer) as refused:
            await client.command(op, args)  # type: ignore[arg-type] # wrong on purpose
        assert refused.value.frame["code"] == code
        assert not refused.value.frame["temporary"]


async def test_signal_reaches_the_others_and_the_latest_of_a_burst_wins(bell: str):
    topic, ana = room().name, someone()
    settings = replace(QUICK, signals_per_second_and_topic=0.5)
    async with two_workers(bell, settings) as (one, two), one.client(ana) as first, two.client() as second:
        await first.follow(topic)
        await second.follow(topic)
        sent = [first.command("signal.send", {"topic": topic, "kind": "typing", "p": number}) for number in range(8)]
        await asyncio.gather(*sent)
        await second.until(lambda: second.of_type("signal") and second.of_type("signal")[-1]["p"] == 7)

        assert len(second.of_type("signal")) < 8
        assert second.of_type("signal")[0]["key"] == str(ana.user_id)


async def test_signals_are_limited_per_person_and_topic(bell: str):
    topic = room().name
    async with live_server(bell, replace(QUICK, publishes_per_second=0.1)) as server, server.client() as client:
        await client.follow(topic)
        sent = [client.command("signal.send", {"topic": topic, "kind": "typing", "p": n}) for n in range(12)]
        with pytest.raises(Answer) as refused:
            await asyncio.gather(*sent)
        assert (refused.value.frame["code"], refused.value.frame["temporary"]) == ("rate_limited", True)


async def test_removed_person_is_told_and_hears_no_more(bell: str):
    topic, ana = room(), someone()
    async with live_server(bell) as server, server.client(ana) as client, server.client() as other:
        await client.follow(topic.name)
        await other.follow(topic.name)
        server.rules.removed.add(ana.require_user())
        async with unit_of_work() as work:
            work.control(topic, topics.RIGHTS_CHANGED, json.dumps({"userId": str(ana.user_id)}))
        await client.until(lambda: client.of_type("rights"))
        await say(topic, "secret")
        await other.until_seq(topic.name, 1)

        assert client.of_type("rights") == [{"type": "rights", "t": topic.name, "role": None, "rev": 1}]
        assert log_of(client, topic) == []
        with pytest.raises(Answer) as refused:
            await client.follow(topic.name, {"epoch": "", "seq": 0, "chain": ""})
        assert refused.value.frame["code"] == "not_found"


async def test_lost_word_of_control_is_healed_by_the_sweep(bell: str):
    topic, ana, ben = room(), someone(), someone()
    settings = replace(QUICK, rights_sweep_seconds=0.2)
    async with live_server(bell, settings) as server, server.client(ana) as client, server.client(ben) as promoted:
        await client.follow(topic.name)
        await promoted.follow(topic.name)
        server.rules.removed.add(ana.require_user())
        server.rules.roles[ben.require_user()] = "host"
        await client.until(lambda: client.of_type("rights"))
        await promoted.until(lambda: promoted.of_type("rights"))
        assert promoted.of_type("rights")[0]["role"] == "host"
        await say(topic, "a")
        await promoted.until_seq(topic.name, 1)
        assert log_of(client, topic) == []


async def test_ended_login_closes_its_connections_and_no_others(bell: str):
    ana = someone()
    other_login = replace(ana, login_id=None)
    async with two_workers(bell) as (one, two), two.client(ana) as ended, one.client(other_login) as kept:
        async with unit_of_work() as work:
            work.control(
                topics.user(ana.require_user()), topics.LOGIN_ENDED, json.dumps({"loginId": str(ana.login_id)})
            )
        await ended.until(lambda: ended.closes)
        assert ended.closes == [4503]
        assert (await kept.follow(room().name))["type"] == "followed"


async def test_drained_client_moves_without_a_gap(bell: str):
    topic = room()
    async with two_workers(bell) as (one, two), one.client() as client:
        await client.follow(topic.name)
        saying = asyncio.create_task(say(topic, *(str(number) for number in range(60))))
        client.url, client.haste = two.url, 0.01
        await one.live.drain(20.0)
        await saying
        await client.until_seq(topic.name, 60)

        assert client.moves == 1
        assert log_of(client, topic) == await book_of(topic)
        assert client.closes == [1000]


async def test_client_that_ignores_a_drain_is_closed_and_comes_back(bell: str):
    topic = room()
    async with two_workers(bell) as (one, two), one.client() as client:
        await client.follow(topic.name)
        client._move = _stay_put  # type: ignore[method-assign] # a client that does not know drains
        client.url, client.backoff = two.url, (0.01, 0.1)
        await one.live.drain(0.2)
        await say(topic, "a")
        await client.until_seq(topic.name, 1)
        assert client.closes == [4000]


async def _stay_put(*_: object) -> None:
    """Do nothing."""


async def test_old_connection_is_asked_to_move(bell: str):
    settings = replace(QUICK, connection_min_age_seconds=0.2, connection_max_age_seconds=0.3, drain_seconds=0.1)
    async with live_server(bell, settings) as server, server.client() as client:
        await client.follow(room().name)
        await client.until(lambda: client.moves >= 1)


async def test_stream_catches_up_goes_live_and_ends_with_its_rights(bell: str):
    topic, ana = room(), someone()
    async with live_server(bell) as server:
        await say(topic, "a", "b")
        await published(server.live, topic, 2)
        async with await server.live.subscribe(ana, topic, Position("", 0, "")) as stream:
            started = await anext(stream)
            assert isinstance(started, Started)
            assert (started.mode, started.pos.seq, started.role) == ("replay", 0, "participant")
            await say(topic, "c")
            heard = [await anext(stream) for _ in range(3)]
            assert all(isinstance(event, StreamEntry) for event in heard)
            assert [(event.position.seq, event.position.chain) for event in heard] == await book_of(topic)
            server.rules.removed.add(ana.require_user())
            ports.publisher.control([])
            async with unit_of_work() as work:
                work.control(topic, topics.RIGHTS_CHANGED)
            async with asyncio.timeout(PATIENCE):
                with pytest.raises(StopAsyncIteration):
                    await anext(stream)


async def test_what_came_with_an_ended_login_is_closed_by_the_sweep_when_no_word_came(bell: str):
    ana, topic = someone(), room()
    settings = replace(QUICK, rights_sweep_seconds=0.2)
    async with (
        live_server(bell, settings) as server,
        server.client(ana) as client,
        await server.live.subscribe(ana, topic) as stream,
    ):
        assert isinstance(await anext(stream), Started)
        server.rules.ended |= {login_of(ana)}
        await client.until(lambda: client.closes)
        assert client.closes[0] == 4503
        async with asyncio.timeout(PATIENCE):
            with pytest.raises(StopAsyncIteration):
                await anext(stream)
