"""The recap: what is left of an event, for those with a place in it, and nothing before its end."""

from datetime import timedelta

import pytest

from server.domain.question_states import Action
from server.domain.webinars import WebinarAction
from server.kit.clock import clock, now
from server.queries.webinar_recap import Recap, recap_of
from server.services import polls, webinar_archive, webinar_people, webinars
from server.services.webinar_afterwards import leave_asks
from tests.factories.people import person
from tests.factories.webinars import acted, event, live

pytestmark = pytest.mark.usefixtures("db")


async def test_a_recap_says_who_came_what_was_answered_when_and_what_is_left() -> None:
    of = await event()
    ana, bola, chi = of.attendees
    started = (await of.row()).started_at
    assert started is not None
    for who in (ana, bola):
        await webinar_people.note_presence(who, webinar_id=of.id, is_present=True)
    first, second = await live(of, ana), await live(of, bola, "And what for half an hour?")
    await live(of, chi, "And who pays for the waiting?")
    for kind in ("heart", "heart", "laugh"):
        await polls.react(ana, webinar_id=of.id, kind=kind)
    with clock.moved(by=started + timedelta(seconds=90) - now()):
        await acted(of.host, second, Action.ANSWER_LIVE)
    with clock.moved(by=started + timedelta(seconds=200) - now()):
        await acted(of.host, first, Action.ANSWER_LIVE)
    assert await recap_of(ana, of.id) is None
    with clock.moved(by=started + timedelta(seconds=3_600) - now()):
        await webinars.move_webinar(of.host, webinar_id=of.id, action=WebinarAction.END)
    await leave_asks(webinar_id=of.id)
    recap = await recap_of(ana, of.id)
    assert recap is not None
    assert recap.duration_seconds is not None
    assert 3_599 <= recap.duration_seconds <= 3_630
    assert [question for _, question in recap.on_stage] == [second.id, first.id]
    assert [round(at, -1) for at, _ in recap.on_stage] == [90, 200]
    assert (recap.registered, recap.came, recap.asks) == (3, 2, 1)
    assert recap.reactions == {"heart": 2, "laugh": 1}
    await webinar_archive.archive_webinar(of.host, webinar_id=of.id)
    assert await recap_of(bola, of.id) == recap


async def test_a_recap_is_for_those_with_a_place() -> None:
    of = await event()
    await webinars.move_webinar(of.host, webinar_id=of.id, action=WebinarAction.END)
    assert isinstance(await recap_of(of.panelist, of.id), Recap)
    assert await recap_of(await person("Stranger"), of.id) is None
