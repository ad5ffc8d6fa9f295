"""Mails of answers: to those who asked and were not there, and nobody is named in them."""

from datetime import timedelta
from typing import Any

import pytest

from server.domain.availability import StretchKind
from server.domain.facts import fact_of
from server.domain.question_facts import OwnQuestionChanged
from server.domain.question_states import Action
from server.domain.webinars import WebinarAction, WebinarRole
from server.kit.clock import clock, now
from server.models.availability import Stretch
from server.models.identity import User
from server.models.streams import FactRecord
from server.outbound.mail import Mail
from server.outbound.question_letters import answered
from server.services import webinar_people, webinars
from server.services.erasure import erase_account
from tests.factories.logins import PASSWORD, account, at_once
from tests.factories.notices import react
from tests.factories.webinars import acted, event, live

pytestmark = pytest.mark.usefixtures("db")

URL = "https://alongside.example"
QUIET = timedelta(hours=6)


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


async def sent() -> list[str]:
    """Return what the mails say that leave now, by the words of their questions."""
    return [mail.paragraphs[2] for mail in await react() if mail.subject.startswith("Your question")]


async def test_a_letter_waits_for_its_readers_gig_and_leaves_once() -> None:
    of = await event()
    ana, bola = of.attendees[:2]
    begun = now() - timedelta(hours=1)
    await Stretch.create(profile_id=ana.user_id, kind=StretchKind.ON_GIG, started_at=begun, ended_at=now() + QUIET)
    await acted(of.host, await live(of, ana, "Who pays for the waiting?"), Action.ANSWER_TEXT, text="The platform.")
    await acted(of.host, await live(of, bola, "Who pays for the van?"), Action.ANSWER_TEXT, text="You do.")
    assert await sent() == ["Who pays for the van?"]
    with clock.moved(by=QUIET / 2):
        assert await sent() == []
    with clock.moved(by=QUIET + timedelta(minutes=1)):
        assert await sent() == ["Who pays for the waiting?"]
        assert await sent() == []


async def test_what_is_taken_back_while_its_letter_waits_is_not_written_about() -> None:
    of = await event()
    ana = of.attendees[0]
    await Stretch.create(profile_id=ana.user_id, kind=StretchKind.ON_GIG, started_at=now(), ended_at=now() + QUIET)
    question = await live(of, ana)
    await acted(of.host, question, Action.ANSWER_TEXT, text="The platform.")
    assert await sent() == []
    await acted(of.moderator, question, Action.REOPEN)
    await acted(ana, question, Action.WITHDRAW)
    with clock.moved(by=QUIET + timedelta(minutes=1)):
        assert await sent() == []
    assert await FactRecord.filter(kind="question.own_changed", reacted_at=None).count() == 0


@pytest.mark.parametrize("is_erased", [False, True])
async def test_words_that_were_erased_while_a_letter_waits_are_not_written(is_erased: bool) -> None:
    of, chi = await event(), await account("Chi")
    ana = of.attendees[0]
    await webinar_people.appoint(
        of.host, webinar_id=of.id, profile_id=chi.actor.require_user(), role=WebinarRole.PANELIST
    )
    await Stretch.create(profile_id=ana.user_id, kind=StretchKind.ON_GIG, started_at=now(), ended_at=now() + QUIET)
    await acted(chi.actor, await live(of, ana, "Who pays for it?"), Action.ANSWER_TEXT, text="The platform.")
    assert await sent() == []
    if is_erased:
        with at_once():
            await erase_account(chi.actor, password=PASSWORD)
    with clock.moved(by=QUIET + timedelta(minutes=1)):
        assert await sent() == ([] if is_erased else ["Who pays for it?"])
