"""A session's room on two processes, one of which is killed: its seat in the call ends, and no typed word is lost."""

import asyncio
import contextlib
import signal
from uuid import UUID

from server.domain import topics
from server.models.calls import CallSeat
from server.queries.session_notes import notes_in
from server.services import session_notes
from tests.conftest import Servers
from tests.factories.rooms import LOST, FrontEnd, meeting
from tests.faults.processes import worker_processes
from tests.live_client import PATIENCE, LiveClient

SETTINGS = {"commands_per_second": 10_000, "commands_burst": 10_000, "lease_seconds": 1, "lease_renew_seconds": 0.2}
OFFER = {"sdp": "v=0\r\n"}


async def join_call(client: LiveClient, session_id: UUID) -> str:
    """Come into the call; return the connection that is in it."""
    await client.command("call.join", {"sessionId": str(session_id), "microphone": True}, timeout=PATIENCE)
    return str(client.of_type("welcome")[-1]["connection"])


async def type_on(end: FrontEnd, name: str, words: int) -> None:
    """Type words at the end, whether or not there is a line to send them by."""
    for number in range(words):
        end.pad.type(f"{name}{number} ", len(end.pad.text))
        with contextlib.suppress(*LOST):
            await end.send()


async def agree(session_id: UUID, *ends: FrontEnd) -> str:
    """Wait until everybody has what is kept; return it. Meanwhile the worker's job is done."""
    async with asyncio.timeout(PATIENCE):
        while True:
            await session_notes.tell_written()
            for end in ends:
                with contextlib.suppress(*LOST):
                    await end.sync()
            kept = (await notes_in([session_id]))[session_id]
            if {kept.text, kept.document().text} == {end.pad.text for end in ends}:
                return kept.text
            await asyncio.sleep(0.05)


async def test_a_room_outlives_the_death_of_a_process(bell: str, servers: Servers) -> None:
    ana, bola, session_id = await meeting()
    topic = topics.session(session_id).name
    async with (
        worker_processes(servers, 2, SETTINGS) as (one, two),
        one.client(ana) as hers,
        two.client(bola) as his,
        FrontEnd(hers, session_id) as left,
        FrontEnd(his, session_id) as right,
    ):
        mine, lost = await join_call(hers, session_id), await join_call(his, session_id)
        args = {"sessionId": str(session_id), "to": mine, "kind": "offer", "p": OFFER}
        await his.command("call.signal", args, timeout=PATIENCE)
        (offer,) = await hers.until(lambda: hers.of_type("call"), PATIENCE)
        assert (offer["from"], offer["p"]) == (lost, OFFER)
        assert his.of_type("call") == []

        typing = asyncio.gather(type_on(left, "a", 20), type_on(right, "b", 20))
        await his.until(lambda: right.number > 5, PATIENCE)
        his.url = one.url
        two.send_signal(signal.SIGKILL)
        await typing
        text = await agree(session_id, left, right)
        assert sorted(text.split()) == sorted(f"{name}{number}" for name in "ab" for number in range(20))

        (gone,) = await hers.until(lambda: [e for e in hers.places[topic].log if e["k"] == "call.left"], PATIENCE)
        assert gone["p"]["connectionId"] == lost
        assert [seat.connection_id for seat in await CallSeat.all()] == [mine]
