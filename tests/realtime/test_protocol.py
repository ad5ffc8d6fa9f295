"""The protocol as literals: messages and instants in, events out. No socket, no task, no clock."""

import json
from dataclasses import replace

import pytest
from msgspec import Raw

from server.config import LiveSettings
from server.realtime.codes import Close
from server.realtime.frames import Ack, Command, Err, FollowTopic, Hello, LeaveTopic, Ping, Position, Refresh
from server.realtime.protocol import MAX_REFUSED, Break, LiveProtocol, Send, Stage

SETTINGS = LiveSettings()
HELLO = '{"type":"hello","ticket":"t"}'


def opened(settings: LiveSettings = SETTINGS) -> LiveProtocol:
    """Return a connection past its hello at instant 0."""
    protocol = LiveProtocol(settings, 0.0)
    assert protocol.receive(HELLO, 0.0) == [Hello("t")]
    protocol.opened(0.0)
    return protocol


def test_frames_come_out_as_what_they_are():
    protocol = opened()
    topic = "session:0190a6d0-0000-7000-8000-000000000000"
    assert protocol.receive(
        json.dumps(
            [
                {"type": "follow", "id": "1", "topic": topic},
                {"type": "follow", "id": "2", "topic": topic, "pos": {"epoch": "e", "seq": 3, "chain": "c"}},
                {"type": "leave", "topic": topic},
                {"type": "command", "id": "3", "cid": "x", "op": "session.send", "args": {"text": "hi"}},
                {"type": "refresh", "ticket": "u"},
                {"type": "ack", "topic": topic, "seq": 3},
                {"type": "pong"},
            ]
        ),
        1.0,
    ) == [
        FollowTopic("1", topic),
        FollowTopic("2", topic, Position("e", 3, "c")),
        LeaveTopic(topic),
        Command("3", "x", "session.send", Raw(b'{"text": "hi"}')),
        Refresh("u"),
        Ack(topic, 3),
    ]


@pytest.mark.parametrize(
    "message",
    [
        "",
        "null",
        "1",
        '"x"',
        "{}",
        "[[]]",
        "{",
        '{"type":"unknown"}',
        '{"type":"entry","t":"x"}',
        '{"type":"follow","topic":"x"}',
        '{"type":"follow","id":1,"topic":"x"}',
        '{"type":"follow","id":"1","topic":""}',
        '{"type":"follow","id":"1","topic":"x","pos":{"epoch":"e","seq":-1,"chain":""}}',
        '{"type":"follow","id":"1","topic":"x","pos":{"epoch":"e","seq":1e400,"chain":""}}',
        '{"type":"follow","id":"1","topic":"x","pos":{"epoch":"e","seq":99999999999999999999,"chain":""}}',
        '{"type":"command","id":"1","cid":"","op":"x"}',
        '{"type":"command","id":"1","cid":"' + "c" * 65 + '","op":"x"}',
        "[" * 50_000,
        '{"a":' * 10_000,
        '["' + "\ud800" + '"]',
        b"\x00\xff",
        "[" + ",".join(['{"type":"pong"}'] * 65) + "]",
        '{"type":"hello","ticket":"again"}',
    ],
)
def test_broken_frame_closes(message: str | bytes):
    protocol = opened()
    (event,) = protocol.receive(message, 1.0)
    assert isinstance(event, Break)
    assert event.code is Close.PROTOCOL
    assert protocol.stage is Stage.CLOSED
    assert protocol.receive('{"type":"pong"}', 2.0) == []


def test_message_may_be_64_kib_and_not_one_byte_more():
    frame = '{"type":"command","id":"1","cid":"c","op":"x","args":"%s"}'
    room = SETTINGS.frame_bytes - len(frame % "")
    (event,) = opened().receive(frame % ("a" * room), 1.0)
    assert isinstance(event, Command)
    (event,) = opened().receive(frame % ("a" * (room + 1)), 1.0)
    assert event == Break(Close.PROTOCOL, "the message is too long")


def test_hello_comes_first():
    protocol = LiveProtocol(SETTINGS, 0.0)
    assert protocol.receive('{"type":"pong"}', 0.0) == [Break(Close.PROTOCOL, "hello comes first")]


def test_late_hello_closes_so_that_the_client_returns():
    protocol = LiveProtocol(SETTINGS, 10.0)
    assert protocol.deadline == 15.0
    assert protocol.tick(14.9) == []
    assert protocol.tick(15.0) == [Break(Close.HELLO_LATE)]
    assert Close.HELLO_LATE.may_return


def test_silence_is_pinged_and_then_closed():
    protocol = opened()
    assert protocol.tick(24.9) == []
    assert protocol.tick(25.0) == [Send(Ping())]
    assert protocol.deadline == 35.0
    assert protocol.tick(35.0) == [Break(Close.NO_PONG)]


def test_anything_that_comes_in_is_a_sign_of_life():
    protocol = opened()
    protocol.tick(25.0)
    protocol.receive('{"type":"ack","topic":"x","seq":1}', 30.0)
    assert protocol.deadline == 55.0
    assert protocol.tick(35.0) == []


def test_ticket_runs_out_unless_it_is_renewed():
    settings = replace(SETTINGS, ping_seconds=10_000.0)
    protocol = opened(settings)
    assert protocol.deadline == 900.0 + 25.0
    protocol.refreshed(800.0)
    assert protocol.tick(925.0) == []
    assert protocol.tick(1725.0) == [Break(Close.EXPIRED)]


def test_commands_above_the_burst_are_refused_and_flow_again_at_the_rate():
    protocol = opened()
    command = '{"type":"command","id":"1","cid":"c","op":"x"}'
    taken = [protocol.receive(command, 1.0)[0] for _ in range(41)]
    assert [type(event) for event in taken] == [Command] * 40 + [Send]
    refused = taken[-1]
    assert isinstance(refused, Send)
    assert isinstance(refused.frame, Err)
    assert (refused.frame.code, refused.frame.temporary, refused.frame.retry_after) == ("rate_limited", True, 1)
    assert isinstance(protocol.receive(command, 1.06)[0], Command)


def test_client_that_does_not_slow_down_is_closed():
    protocol = opened()
    leave = '{"type":"leave","topic":"x"}'
    for _ in range(40):
        protocol.receive(leave, 1.0)
    for _ in range(MAX_REFUSED):
        assert protocol.receive(leave, 1.0) == []
    assert protocol.receive(leave, 1.0) == [Break(Close.RATE)]
