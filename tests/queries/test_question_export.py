"""Exports: what was exported can be rebuilt, from JSON and from CSV, and the history leads to where things stand."""

from datetime import timedelta

import pytest

from server.domain.errors import NotAllowed, NotFound
from server.domain.question_export import from_csv, from_json, rebuilt_state, to_csv, to_json
from server.domain.question_states import Action, DismissReason
from server.domain.webinars import WebinarAction, WebinarState
from server.kit.clock import now
from server.queries.question_export import export_of
from server.services import questions, webinar_archive, webinars
from tests.factories.people import person
from tests.factories.webinars import Event, acted, event, live, pending

pytestmark = pytest.mark.usefixtures("db")


async def eventful() -> Event:
    of = await event()
    ana, bola, chi = of.attendees
    one = await live(of, ana, "=1+1, is that what I charge?", anonymous=True)
    two, three = await live(of, bola, "'Quoted, with a \"comma\"?'"), await pending(of, chi, "-5 stars; what now?")
    await questions.vote(chi, question_id=one.id)
    await webinars.set_labels(of.host, webinar_id=of.id, labels=("money", "=stars"))
    await acted(of.moderator, one, Action.LABEL, labels=("money", "=stars"))
    await acted(of.moderator, two, Action.MERGE, into_id=one.id)
    await acted(of.moderator, three, Action.DISMISS, reason=DismissReason.PERSONAL, note="@you: another day")
    await acted(of.panelist, one, Action.FOLLOW_UP, due_at=now() + timedelta(days=3))
    await acted(of.host, one, Action.ANSWER_TEXT, text="It depends:\n- on the hour\n- on the town")
    return of


async def test_an_export_rebuilds_to_what_was_exported() -> None:
    of = await eventful()
    export = await export_of(of.host, of.id)
    assert from_json(to_json(export)) == export
    assert from_csv(to_csv(export)) == list(export.questions)
    assert [rebuilt_state(question.history) for question in export.questions] == [
        question.state for question in export.questions
    ]
    assert [len(question.history) for question in export.questions] == [5, 3, 2]


async def test_no_cell_of_a_spreadsheet_is_a_formula() -> None:
    of = await eventful()
    text = to_csv(await export_of(of.host, of.id))
    assert "'=1+1, is that" in text
    assert '"=1+1' not in text
    assert "'-5 stars" in text
    assert "'@you" in text


async def test_an_export_names_no_author_that_was_not_shown() -> None:
    of = await eventful()
    text = to_json(await export_of(of.host, of.id))
    ana, bola, _ = of.attendees
    assert str(ana.user_id) not in text
    assert str(bola.user_id) in text


async def test_exports_are_for_hosts_and_cohosts() -> None:
    of = await event()
    await export_of(of.cohost, of.id)
    for who in (of.moderator, of.panelist, of.attendees[0], await person("Stranger")):
        with pytest.raises(NotAllowed):
            await export_of(who, of.id)
    draft = await event(WebinarState.DRAFT)
    with pytest.raises(NotFound):
        await export_of(await person("Stranger"), draft.id)


async def test_the_archive_exports_the_same_questions() -> None:
    of = await eventful()
    before = await export_of(of.host, of.id)
    await webinars.move_webinar(of.host, webinar_id=of.id, action=WebinarAction.END)
    await webinar_archive.archive_webinar(of.host, webinar_id=of.id)
    after = await export_of(of.host, of.id)
    assert [(one.text, one.votes, one.answers, one.author) for one in after.questions] == [
        (one.text, one.votes, one.answers, one.author) for one in before.questions
    ]
    assert from_json(to_json(after)) == after


def test_a_history_with_a_hole_is_noticed() -> None:
    with pytest.raises(ValueError, match="no history"):
        rebuilt_state([])
    with pytest.raises(ValueError, match="not an export"):
        from_csv("a,b\n1,2\n")
