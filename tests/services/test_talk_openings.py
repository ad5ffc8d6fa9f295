"""Reading private talk: for a case, with a reason and an end, told to those who are read, and written down."""

import json
from datetime import timedelta

import pytest

from server.domain import topics
from server.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from server.kit.clock import clock
from server.kit.ids import new_id
from server.models.audit import AuditEntry
from server.models.streams import StreamEntry
from server.queries.moderation import openings_about
from server.services import moderation, talk_openings
from tests.factories.cases import RUDE, moderator, quarrel, reported
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")


async def test_both_are_told_at_once_and_every_reading_is_written_down() -> None:
    between, mo = await quarrel(), await moderator()
    case = await reported(between)
    await moderation.claim_case(mo, case_id=case.id)
    opening = await talk_openings.open_talk(
        mo, case_id=case.id, session_id=between.session.id, reason="To see what was said before", hours=2
    )
    for who in (between.ana, between.rui):
        entry = await StreamEntry.get(topic=topics.user(who.require_user()).name, kind="talk.opened")
        assert json.loads(entry.payload)["reason"] == "To see what was said before"
        assert str(mo.user_id) not in entry.payload
        assert [row.id for row in await openings_about(who)] == [opening.id]
    lines = await talk_openings.read_talk(mo, opening_id=opening.id)
    assert [line.text for line in lines] == ["Good morning", RUDE]
    rest = await talk_openings.read_talk(mo, opening_id=opening.id, after=lines[0].id)
    assert [line.text for line in rest] == [RUDE]
    entries = [(row.act, row.subject_id) for row in await AuditEntry.all().order_by("seq")]
    assert entries[1:] == [("talk.opened", opening.id), ("talk.read", opening.id), ("talk.read", opening.id)]


async def test_an_opening_is_one_persons_and_ends() -> None:
    between, mo, nia = await quarrel(), await moderator(), await moderator("Nia")
    case = await reported(between)
    await moderation.claim_case(mo, case_id=case.id)
    opening = await talk_openings.open_talk(mo, case_id=case.id, session_id=between.session.id, reason="Why", hours=1)
    with pytest.raises(NotFound):
        await talk_openings.read_talk(nia, opening_id=opening.id)
    with clock.moved(timedelta(hours=1, seconds=1)), pytest.raises(NotFound):
        await talk_openings.read_talk(mo, opening_id=opening.id)
    with pytest.raises(NotFound):
        await talk_openings.read_talk(mo, opening_id=opening.id, after=new_id())
    for who in (between.ana, between.rui):
        with pytest.raises(NotAllowed):
            await talk_openings.read_talk(who, opening_id=opening.id)


async def test_nothing_is_opened_without_a_claim_a_reason_and_a_talk_of_the_two() -> None:
    between, elsewhere, mo = await quarrel(), await quarrel(), await moderator()
    case = await reported(between)
    here = between.session.id
    with pytest.raises(Conflict):
        await talk_openings.open_talk(mo, case_id=case.id, session_id=here, reason="Why", hours=1)
    await moderation.claim_case(mo, case_id=case.id)
    for session_id in (elsewhere.session.id, new_id()):
        with pytest.raises(NotFound):
            await talk_openings.open_talk(mo, case_id=case.id, session_id=session_id, reason="Why", hours=1)
    for reason, hours in (("", 1), ("Why", 0), ("Why", 25)):
        with pytest.raises(InvalidInput):
            await talk_openings.open_talk(mo, case_id=case.id, session_id=here, reason=reason, hours=hours)
    with pytest.raises(NotAllowed):
        await talk_openings.open_talk(await person("Eve"), case_id=case.id, session_id=here, reason="Curious", hours=1)
    assert await AuditEntry.filter(act="talk.opened").count() == 0
