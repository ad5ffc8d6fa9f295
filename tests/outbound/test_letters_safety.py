"""The mails of safety: to whom, why, until when, and what one can do."""

import pytest

from server.domain.facts import fact_of
from server.domain.moderation import Decision, PersonSuspended, TalkOpened
from server.models.streams import FactRecord
from server.outbound.letters import deliver
from server.outbound.mail import Mail
from server.queries.identity import email_of
from server.services import moderation, talk_openings
from tests.factories.cases import moderator, quarrel, reported, suspended
from tests.factories.people import person
from tests.outbound.test_letters import Letterbox

pytestmark = pytest.mark.usefixtures("db")


async def letters(kind: str) -> list[Mail]:
    record = await FactRecord.get(kind=kind)
    box = Letterbox()
    await deliver(fact_of(record.kind, record.payload), box, "https://alongside.example.org")
    return box.mails


@pytest.mark.parametrize(
    ("decision", "days", "end"), [(Decision.SUSPEND, 3, "until "), (Decision.BAN, None, "for good")]
)
async def test_the_suspended_read_why_until_when_and_how_to_appeal(
    decision: Decision, days: int | None, end: str
) -> None:
    ana = await person("Ana")
    await suspended(ana, decision, days)
    (mail,) = await letters(PersonSuspended.kind)
    text = " ".join(mail.paragraphs)
    assert mail.to == await email_of(ana.require_user())
    assert end in text
    assert "That is not how we talk" in text
    assert "appeal" in text


async def test_both_who_are_read_get_the_reason_and_not_the_name_of_the_reader() -> None:
    between, mo = await quarrel(), await moderator("Moderata")
    case = await reported(between)
    await moderation.claim_case(mo, case_id=case.id)
    await talk_openings.open_talk(mo, case_id=case.id, session_id=between.session.id, reason="A threat", hours=1)
    mails = await letters(TalkOpened.kind)
    assert {mail.to for mail in mails} == {await email_of(who.require_user()) for who in (between.ana, between.rui)}
    for mail in mails:
        assert "A threat" in " ".join(mail.paragraphs)
        assert "Moderata" not in str(mail)
