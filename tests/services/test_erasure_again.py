"""What somebody was still writing in the instant their account was erased goes with the rest."""

from collections.abc import Iterator

import pytest

from server.domain import topics
from server.domain.actors import Actor
from server.domain.sessions import MessageSent
from server.kit.clock import now
from server.models.profiles import ProfileTag
from server.models.sessions import Session, SessionMessage
from server.models.streams import FactRecord, StreamEntry
from server.reactions import REACTIONS, Surroundings, react_to_due
from server.services.erasure import erase_account, erase_latest_again
from server.services.transaction import unit_of_work
from tests.factories.everything import MINE, everywhere
from tests.factories.logins import PASSWORD, at_once
from tests.factories.tables import fingerprint
from tests.test_reactions import NoMail

pytestmark = pytest.mark.usefixtures("db", "_at_once")


@pytest.fixture
def _at_once() -> Iterator[None]:
    with at_once():
        yield


class LostMail(NoMail):
    """Takes every letter and sends none."""

    async def send(self, mail: object) -> None:
        return None


async def write_late(ana: Actor) -> None:
    """Write what an act that began before the erasure commits after it."""
    session = await Session.first()
    assert session is not None
    line = await SessionMessage.create(session_id=session.id, author_id=ana.user_id, text=f"late {MINE}")
    await ProfileTag.create(profile_id=ana.user_id, direction="offered", text=MINE)
    async with unit_of_work() as work:
        sent = MessageSent(
            session_id=session.id, message_id=line.id, author_id=ana.require_user(), text=line.text, at=now()
        )
        work.record(sent, to=[topics.session(session.id)], actor=ana)


async def words_left() -> list[bool]:
    return [
        await SessionMessage.exists(text__contains=MINE),
        await ProfileTag.exists(text=MINE),
        await StreamEntry.exists(payload__contains=MINE),
        await FactRecord.exists(payload__contains=MINE),
    ]


async def test_the_fact_of_the_erasure_takes_what_was_written_in_its_instant() -> None:
    ana, _ = await everywhere()
    await erase_account(ana.actor, password=PASSWORD)
    await write_late(ana.actor)
    assert await words_left() == [True] * 4
    while await react_to_due(REACTIONS, Surroundings(LostMail(), "https://alongside.example.org")):
        pass
    assert await words_left() == [False] * 4


async def test_the_job_takes_what_was_written_even_later_and_leaves_everybody_else_alone() -> None:
    ana, bo = await everywhere()
    await erase_account(ana.actor, password=PASSWORD)
    await write_late(ana.actor)
    assert await erase_latest_again() == 1
    assert await words_left() == [False] * 4
    before = await fingerprint()
    assert await erase_latest_again() == 1
    # The log of changes for the matching engine notes every touch.
    assert {**await fingerprint(), "matching_change": ""} == {**before, "matching_change": ""}
    assert await StreamEntry.exists(topic=topics.user(bo.require_user()).name)
