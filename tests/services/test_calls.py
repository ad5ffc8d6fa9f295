"""Calls: who is in, who may say a word to whom, and what helps browsers find each other."""

import hashlib
import hmac
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from server.domain import calls as rules
from server.domain import topics
from server.domain.actors import VISITOR, Actor, ProfileId
from server.domain.calls import IceServer, IceSettings, Line, Media, Seat
from server.domain.errors import Conflict, LimitReached, NotFound, RateLimited
from server.kit.ids import new_id
from server.models.calls import CallSeat
from server.models.sessions import SessionParticipant
from server.models.streams import StreamEntry
from server.queries.calls import calls_in, calls_of
from server.services import calls, safety, sessions
from server.services.ports import ports
from tests.factories.people import person
from tests.factories.rooms import meeting

pytestmark = pytest.mark.usefixtures("db")

BOTH, NOTHING = Media(microphone=True, camera=True), Media(microphone=False, camera=False)
HERE, THERE = Line("here", "w1"), Line("there", "w2")


async def in_call(*lines: tuple[Actor, Line], session_id: UUID) -> list[Seat]:
    seats: list[Seat] = []
    for who, line in lines:
        seats = await calls.join_call(who, session_id=session_id, line=line, media=BOTH)
    return seats


async def kinds(session_id: UUID) -> list[str]:
    rows = await StreamEntry.filter(topic=topics.session(session_id).name, kind__startswith="call.").order_by("seq")
    return [row.kind for row in rows]


async def test_two_come_into_a_call_and_leave_it_where_all_see() -> None:
    ana, bola, session_id = await meeting()
    seats = await in_call((ana, HERE), (bola, THERE), session_id=session_id)
    assert [(seat.profile_id, seat.connection_id) for seat in seats] == [(ana.user_id, "here"), (bola.user_id, "there")]
    (mine, _) = await calls.set_media(ana, session_id=session_id, line=HERE, media=NOTHING)
    assert (mine.microphone, mine.camera) == (False, False)
    await calls.set_media(ana, session_id=session_id, line=HERE, media=NOTHING)
    (left,) = await calls.leave_call(ana, session_id=session_id, line=HERE)
    assert left.profile_id == bola.user_id
    assert len(await calls.leave_call(ana, session_id=session_id, line=HERE)) == 1
    assert await kinds(session_id) == ["call.joined", "call.joined", "call.changed", "call.left"]


async def test_a_person_is_in_a_call_with_one_connection() -> None:
    ana, _, session_id = await meeting()
    await in_call((ana, HERE), (ana, HERE), (ana, THERE), session_id=session_id)
    assert [row.connection_id for row in await CallSeat.all()] == ["there"]
    assert await kinds(session_id) == ["call.joined", "call.left", "call.joined"]
    await calls.drop_connection("here")
    with pytest.raises(Conflict):
        await calls.set_media(ana, session_id=session_id, line=HERE, media=BOTH)
    assert len(await calls.leave_call(ana, session_id=session_id, line=HERE)) == 1


async def test_a_lost_connection_and_a_dead_worker_leave_the_call() -> None:
    ana, bola, session_id = await meeting()
    await in_call((ana, HERE), (bola, THERE), session_id=session_id)
    await calls.drop_connection("here")
    assert [seat.profile_id for seat in (await calls_in([session_id]))[session_id]] == [bola.user_id]
    assert (await calls.drop_worker("w2"), await calls.drop_worker("w2")) == (1, 0)
    assert await CallSeat.all().count() == 0
    assert await kinds(session_id) == ["call.joined", "call.joined", "call.left", "call.left"]


async def test_only_those_inside_an_open_session_come_into_its_call() -> None:
    ana, bola, session_id = await meeting()
    with pytest.raises(NotFound):
        await in_call((await person("Chi"), HERE), session_id=session_id)
    await SessionParticipant.filter(profile_id=bola.user_id).update(joined_at=None)
    with pytest.raises(Conflict):
        await in_call((bola, HERE), session_id=session_id)
    await in_call((ana, HERE), session_id=session_id)
    for who, seen in ((ana, 1), (bola, 1), (await person("Dan"), 0), (VISITOR, 0)):
        assert len((await calls_of(who, [session_id]))[session_id]) == seen
    await sessions.end_session(ana, session_id=session_id)
    assert await CallSeat.all().count() == 0
    with pytest.raises(Conflict):
        await in_call((ana, HERE), session_id=session_id)


async def test_a_call_has_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_SEATS", 1)
    ana, bola, session_id = await meeting()
    await in_call((ana, HERE), (ana, THERE), session_id=session_id)
    with pytest.raises(LimitReached):
        await in_call((bola, HERE), session_id=session_id)


async def test_a_word_goes_to_one_connection_in_the_same_call() -> None:
    ana, bola, session_id = await meeting()
    with pytest.raises(Conflict):
        await calls.recipient_of(ana, session_id=session_id, line=HERE, connection_id="there")
    await in_call((ana, HERE), (bola, THERE), session_id=session_id)
    assert await calls.recipient_of(ana, session_id=session_id, line=HERE, connection_id="there") == bola.user_id
    for wrong in ("here", "elsewhere", ""):
        with pytest.raises(NotFound):
            await calls.recipient_of(ana, session_id=session_id, line=HERE, connection_id=wrong)
    with pytest.raises(Conflict):
        await calls.recipient_of(ana, session_id=session_id, line=Line("other tab", "w1"), connection_id="there")


async def test_no_word_goes_to_another_session_or_under_anothers_seat() -> None:
    ana, bola, session_id = await meeting()
    chi, _, elsewhere = await meeting()
    await in_call((ana, HERE), (bola, THERE), session_id=session_id)
    await in_call((chi, Line("far", "w1")), session_id=elsewhere)
    with pytest.raises(NotFound):
        await calls.recipient_of(ana, session_id=session_id, line=HERE, connection_id="far")
    with pytest.raises(NotFound):
        await calls.recipient_of(bola, session_id=session_id, line=HERE, connection_id="there")
    with pytest.raises(NotFound):
        await calls.recipient_of(chi, session_id=session_id, line=Line("far", "w1"), connection_id="here")


async def test_no_word_goes_through_after_a_block_a_removal_or_the_end() -> None:
    ana, bola, session_id = await meeting()
    await in_call((ana, HERE), (bola, THERE), session_id=session_id)
    await SessionParticipant.filter(profile_id=bola.user_id).update(removed_at=datetime.now(UTC))
    with pytest.raises(NotFound):
        await calls.recipient_of(ana, session_id=session_id, line=HERE, connection_id="there")
    with pytest.raises(NotFound):
        await calls.recipient_of(bola, session_id=session_id, line=THERE, connection_id="here")
    await SessionParticipant.filter(profile_id=bola.user_id).update(removed_at=None)
    await safety.block(bola, profile_id=ProfileId(ana.require_user()))
    for who, line, to in ((ana, HERE, "there"), (bola, THERE, "here")):
        with pytest.raises(NotFound):
            await calls.recipient_of(who, session_id=session_id, line=line, connection_id=to)
    await safety.unblock(bola, profile_id=ProfileId(ana.require_user()))
    await sessions.end_session(ana, session_id=session_id)
    with pytest.raises(Conflict):
        await calls.recipient_of(ana, session_id=session_id, line=HERE, connection_id="there")


class Empty:
    """Buckets without room."""

    async def take(self, key: str, *, capacity: int, per_seconds: float) -> int:
        assert key.startswith("call:")
        return 3


async def test_words_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    ana, _, session_id = await meeting()
    monkeypatch.setattr(ports, "buckets", Empty())
    with pytest.raises(RateLimited) as refused:
        await calls.recipient_of(ana, session_id=session_id, line=HERE, connection_id="there")
    assert refused.value.retry_after == 3


TURN = IceSettings(("stun:stun.example.org",), ("turn:turn.example.org",), "north", timedelta(hours=1))


def test_turn_credentials_are_as_the_servers_compute_them() -> None:
    someone, at = new_id(), datetime(2026, 11, 22, 10, 0, 0, 5, UTC)
    stun, turn = rules.ice_servers(TURN, someone, at)
    ends = int(at.timestamp()) + 3600
    assert stun == IceServer(["stun:stun.example.org"])
    assert (turn.username, turn.expires_at) == (f"{ends}:{someone}", datetime(2026, 11, 22, 11, 0, tzinfo=UTC))
    expected = hmac.new(b"north", f"{ends}:{someone}".encode(), hashlib.sha1).digest()
    assert turn.credential == b64encode(expected).decode()
    assert rules.ice_servers(IceSettings(), someone, at) == []
    assert rules.ice_servers(replace(TURN, turn_secret=None), someone, at) == [stun]


async def test_only_those_inside_are_given_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls.policy, "ice", TURN)
    ana, bola, session_id = await meeting()
    servers = await calls.ice_servers(ana, session_id=session_id)
    assert str(servers[1].username).endswith(f":{ana.user_id}")
    with pytest.raises(NotFound):
        await calls.ice_servers(await person("Chi"), session_id=session_id)
    await SessionParticipant.filter(profile_id=bola.user_id).update(joined_at=None)
    with pytest.raises(Conflict):
        await calls.ice_servers(bola, session_id=session_id)
    found = {who: (await calls.ice_servers_of(who, [session_id]))[session_id] for who in (ana, bola)}
    assert (len(found[ana]), found[bola]) == (2, [])
    await sessions.end_session(ana, session_id=session_id)
    with pytest.raises(Conflict):
        await calls.ice_servers(ana, session_id=session_id)
    assert (await calls.ice_servers_of(ana, [session_id]))[session_id] == []
