"""Mails of answers: to those who asked and were not there, and nobody is named in them."""

from typing import Any

import pytest

from server.domain.facts import fact_of
from server.domain.question_facts import OwnQuestionChanged
from server.domain.question_states import Action
from server.domain.webinars import WebinarAction
from server.models.identity import User
from server.models.streams import FactRecord
from server.outbound.mail import Mail
from server.outbound.question_letters import answered
from server.services import webinar_people, webinars
from tests.factories.webinars import acted, event, live

pytestmark = pytest.mark.usefixtures("db")

URL = "https://alongside.example"


async def letters() -> list[Mail]:
    """Return the mails of all that authors were told."""
    found: list[Mail] = []
    for row in await FactRecord.filter(kind="question.own_changed").order_by("id"):
        fact: Any = fact_of(row.kind, row.payload)
        assert isinstance(fact, OwnQuestionChanged)
        found += await answered(fact, URL)
    return found


async def test_an_answer_in_text_is_mailed_to_an_asker_who_is_not_there() -> None:
    of = await event()
    question = await live(of, of.attendees[0], "Who pays for the waiting?")
    assert await letters() == []
    await acted(of.host, question, Action.ANSWER_TEXT, text="The platform does.", is_public=False)
    (mail,) = await letters()
    assert mail.to == str((await User.get(id=of.attendees[0].user_id)).email)
    assert mail.subject == "Your question in “How to price an hour” was answered"
    assert {"Who pays for the waiting?", "The answer, for you alone:", "The platform does."} <= set(mail.paragraphs)
    assert mail.link == f"{URL}/webinars/{of.id}"


async def test_who_is_there_saw_it_and_after_the_end_everybody_is_written_to() -> None:
    of = await event()
    ana = of.attendees[0]
    first, second = await live(of, ana, "Is the first one seen?"), await live(of, ana, "Is the second one seen?")
    await webinar_people.note_presence(ana, webinar_id=of.id, is_present=True)
    await acted(of.host, first, Action.ANSWER_LIVE)
    assert await letters() == []
    await webinars.move_webinar(of.host, webinar_id=of.id, action=WebinarAction.END)
    await acted(of.host, second, Action.ANSWER_TEXT, text="Yes, it is.")
    assert [mail.paragraphs[2] for mail in await letters()][-1] == "Is the second one seen?"


async def test_an_answer_on_stage_says_when_and_a_pseudonym_is_kept() -> None:
    of = await event()
    question = await live(of, of.attendees[0], anonymous=True)
    await acted(of.host, question, Action.ANSWER_LIVE)
    (mail,) = await letters()
    assert mail.paragraphs[-1].startswith("It was answered on stage, 0:0")
    assert "nobody was told that it is yours" in mail.why
    text = " ".join([mail.subject, *mail.paragraphs, mail.why, mail.link or ""])
    assert not any(str(who.user_id) in text for who in (of.host, *of.attendees))
    assert "p" + question.pseudonym[1:] not in text


async def test_the_authors_of_merged_questions_are_written_to_as_well() -> None:
    of = await event()
    one, other = await live(of, of.attendees[0]), await live(of, of.attendees[1], "The same in other words?")
    await acted(of.moderator, other, Action.MERGE, into_id=one.id)
    await acted(of.host, one, Action.ANSWER_TEXT, text="For both of you.")
    assert len({mail.to for mail in await letters()}) == 2
