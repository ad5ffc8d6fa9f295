"""Webinars: places and the line for them, staff and lost hosts, settings, the archive, and the end of the key."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from server.domain import topics
from server.domain.actors import SYSTEM
from server.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, Refusal
from server.domain.question_export import rebuilt_state
from server.domain.question_states import Action, AuthorShown, QuestionState
from server.domain.webinars import RegistrationState, RestrictionKind, WebinarAction, WebinarRole, WebinarState
from server.kit.clock import clock, now
from server.models.questions import Question, QuestionTally
from server.models.streams import FactRecord, StreamEntry
from server.models.webinars import WebinarEvent, WebinarKey, WebinarRegistration, WebinarStaff, WebinarTalk
from server.queries import webinars as queries
from server.queries.question_export import export_of
from server.services import questions, webinar_archive, webinar_people, webinars
from server.services.webinars import WebinarForm
from tests.factories.people import person
from tests.factories.webinars import Event, acted, event, live, pending

pytestmark = pytest.mark.usefixtures("db")

REGISTERED, WAITLISTED = RegistrationState.REGISTERED, RegistrationState.WAITLISTED


def form(**fields: Any) -> WebinarForm:
    return WebinarForm(**{"title": "How to price an hour", "starts_at": now() + timedelta(hours=1), **fields})


async def states_of(of: Event) -> dict[UUID, RegistrationState]:
    return {row.profile_id: row.state for row in await WebinarRegistration.filter(webinar_id=of.id)}


async def test_a_repeated_creation_makes_one_webinar_and_its_host() -> None:
    ana, asked = await person("Ana"), form()
    first = await webinars.create_webinar(ana, form=asked, idempotency_key="k")
    again = await webinars.create_webinar(ana, form=asked, idempotency_key="k")
    assert first.id == again.id
    assert [row.role for row in await WebinarStaff.all()] == [WebinarRole.HOST]
    with pytest.raises(NotAllowed):
        await webinars.create_webinar(await person("Bola", is_verified=False), form=asked)


async def test_a_cap_holds_when_many_come_at_once_and_the_line_is_first_come_first_served() -> None:
    of = await event(attendees=0, capacity=3)
    people = [await person(f"P{number}") for number in range(8)]
    await asyncio.gather(*(webinar_people.register(who, webinar_id=of.id) for who in people * 2))
    states = list((await states_of(of)).values())
    assert (states.count(REGISTERED), states.count(WAITLISTED)) == (3, 5)
    line = await WebinarRegistration.filter(webinar_id=of.id, state=WAITLISTED).order_by("queued_at", "id")
    holder = await WebinarRegistration.filter(webinar_id=of.id, state=REGISTERED).first()
    assert holder is not None
    await webinar_people.cancel_registration(
        next(p for p in people if p.user_id == holder.profile_id), webinar_id=of.id
    )
    after = await states_of(of)
    assert (after[holder.profile_id], after[line[0].profile_id]) == (RegistrationState.CANCELLED, REGISTERED)
    assert after[line[1].profile_id] is WAITLISTED
    second = next(p for p in people if p.user_id == line[1].profile_id)
    assert await queries.places_in_line(second, [of.id]) == {of.id: 1}


async def test_a_raised_cap_lets_in_who_waited_longest() -> None:
    of = await event(attendees=0, capacity=1)
    people = [await person(f"P{number}") for number in range(4)]
    for who in people:
        await webinar_people.register(who, webinar_id=of.id)
    await webinars.edit_webinar(of.host, webinar_id=of.id, form=form(capacity=3))
    states = await states_of(of)
    assert [states[p.require_user()] for p in people] == [REGISTERED, REGISTERED, REGISTERED, WAITLISTED]


async def test_a_removed_person_leaves_a_place_for_the_next() -> None:
    of = await event(attendees=0, capacity=1)
    ana, bola = await person("Ana"), await person("Bola")
    for who in (ana, bola):
        await webinar_people.register(who, webinar_id=of.id)
    await webinar_people.restrict_person(
        of.cohost, webinar_id=of.id, profile_id=ana.require_user(), kind=RestrictionKind.BAN
    )
    states = await states_of(of)
    assert (states[ana.require_user()], states[bola.require_user()]) == (RegistrationState.REMOVED, REGISTERED)


async def test_staff_is_appointed_by_role_and_a_lost_host_is_replaced_by_the_next_cohost() -> None:
    of = await event()
    other = await person("Other")
    appoint = webinar_people.appoint
    with pytest.raises(NotAllowed):
        await appoint(of.cohost, webinar_id=of.id, profile_id=other.require_user(), role=WebinarRole.COHOST)
    await appoint(of.host, webinar_id=of.id, profile_id=other.require_user(), role=WebinarRole.COHOST)
    heir = await webinar_people.replace_host(SYSTEM, webinar_id=of.id)
    assert heir == of.cohost.user_id
    roles = {row.profile_id: row.role for row in await WebinarStaff.filter(webinar_id=of.id)}
    assert of.host.user_id not in roles
    assert roles[heir] is WebinarRole.HOST
    await webinar_people.replace_host(of.cohost, webinar_id=of.id)
    roles = {row.profile_id: row.role for row in await WebinarStaff.filter(webinar_id=of.id)}
    assert (roles[other.require_user()], roles[heir]) == (WebinarRole.HOST, WebinarRole.COHOST)


async def test_without_a_cohost_nobody_takes_over() -> None:
    of = await event()
    await webinar_people.dismiss_staff(of.cohost, webinar_id=of.id, profile_id=of.cohost.require_user())
    with pytest.raises(Conflict):
        await webinar_people.replace_host(of.host, webinar_id=of.id)
    with pytest.raises(Conflict):
        await webinar_people.dismiss_staff(of.host, webinar_id=of.id, profile_id=of.host.require_user())


async def test_presence_counts_those_with_a_place() -> None:
    of = await event()
    for who in of.attendees[:2]:
        await webinar_people.note_presence(who, webinar_id=of.id, is_present=True)
    await webinar_people.note_presence(of.attendees[0], webinar_id=of.id, is_present=False)
    crowd = (await queries.crowds_of([of.id]))[of.id]
    assert (crowd.registered, crowd.waiting, crowd.present) == (3, 0, 1)
    with pytest.raises(NotFound):
        await webinar_people.note_presence(await person("Stranger"), webinar_id=of.id, is_present=True)


async def test_the_staffs_talk_is_the_staffs_alone() -> None:
    of = await event()
    said = await webinars.say_to_staff(of.moderator, webinar_id=of.id, text="Two is next.", idempotency_key="k")
    again = await webinars.say_to_staff(of.moderator, webinar_id=of.id, text="Two is next.", idempotency_key="k")
    assert said.id == again.id
    assert await WebinarTalk.all().count() == 1
    for who in (of.panelist, of.attendees[0]):
        with pytest.raises(NotFound):
            await webinars.say_to_staff(who, webinar_id=of.id, text="Hello?")


async def test_a_label_in_use_stays_and_a_highlight_is_of_what_is_shown() -> None:
    of = await event()
    shown, hidden = await live(of, of.attendees[0]), await pending(of, of.attendees[1])
    await webinars.set_labels(of.moderator, webinar_id=of.id, labels=("money", "time"))
    await acted(of.moderator, shown, Action.LABEL, labels=("money",))
    with pytest.raises(Conflict):
        await webinars.set_labels(of.moderator, webinar_id=of.id, labels=("time",))
    await webinars.highlight(of.moderator, webinar_id=of.id, question_id=shown.id)
    with pytest.raises(NotFound):
        await webinars.highlight(of.moderator, webinar_id=of.id, question_id=hidden.id)
    assert (await of.row()).highlighted_id == shown.id


async def test_settings_are_for_their_roles_and_an_old_version_is_a_conflict() -> None:
    of = await event()
    for refused in (
        webinars.set_slow_mode(of.panelist, webinar_id=of.id, seconds=30),
        webinars.open_window(of.moderator, webinar_id=of.id, is_open=False),
        webinars.set_review(of.attendees[0], webinar_id=of.id, review=False),
        webinars.move_webinar(of.host, webinar_id=of.id, action=WebinarAction.END, expected_version=1),
        webinars.move_webinar(of.host, webinar_id=of.id, action=WebinarAction.EDIT),
        webinars.set_slow_mode(of.host, webinar_id=of.id, seconds=31),
    ):
        with pytest.raises((NotAllowed, Conflict, InvalidInput)):
            await refused
    row = await of.row()
    assert (row.slow_seconds, row.questions_open, row.state) == (0, True, WebinarState.LIVE)


async def test_two_who_change_a_state_at_once_change_it_once() -> None:
    of = await event(WebinarState.OPEN)
    outcomes = await asyncio.gather(
        *(webinars.move_webinar(who, webinar_id=of.id, action=WebinarAction.START) for who in (of.host, of.cohost)),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Webinar"]
    assert await WebinarEvent.filter(webinar_id=of.id, action="start").count() == 1


async def ended(of: Event) -> None:
    await webinars.move_webinar(of.host, webinar_id=of.id, action=WebinarAction.END)


async def test_an_archived_question_stays_as_it_was_and_nothing_changes_it() -> None:
    of = await event()
    shown, hidden = await live(of, of.attendees[0]), await pending(of, of.attendees[1])
    await ended(of)
    await webinar_archive.archive_webinar(of.cohost, webinar_id=of.id)
    row = await Question.get(id=shown.id)
    assert (row.state, row.before, row.is_shown) == (QuestionState.ARCHIVED, QuestionState.LIVE, True)
    assert not (await Question.get(id=hidden.id)).is_shown
    for action in Action:
        if action not in (Action.SUBMIT, Action.REDACT):
            with pytest.raises(Refusal):
                await acted(of.host, shown, action)


async def test_the_worker_archives_and_unties_pseudonyms_when_the_time_of_keeping_is_over() -> None:
    of = await event()
    ana = of.attendees[0]
    hidden = await pending(of, ana, anonymous=True)
    await acted(of.moderator, hidden, Action.APPROVE)
    named = await live(of, ana)
    await ended(of)
    assert await webinar_archive.unseal_due() == 0
    with clock.moved(timedelta(days=91)):
        assert await webinar_archive.archive_due() == 1
        assert await webinar_archive.unseal_due() == 1
        assert await webinar_archive.unseal_due() == 0
    assert not await WebinarKey.filter(webinar_id=of.id).exists()
    untied, kept = await Question.get(id=hidden.id), await Question.get(id=named.id)
    assert (untied.author_id, untied.shown_as) == (None, AuthorShown.PSEUDONYM)
    assert kept.author_id == ana.user_id
    # Nothing in the book says any more who asked it.
    for entry in await StreamEntry.filter(topic__startswith="webinar:").all():
        assert entry.actor_id != ana.user_id
    for fact in await FactRecord.filter(payload__contains=str(hidden.id)):
        assert fact.actor_id != ana.user_id
    own = await StreamEntry.filter(topic=topics.user(ana.require_user()).name)
    assert not [entry for entry in own if str(hidden.id) in entry.payload]


async def test_those_who_follow_are_told_when_words_are_erased_also_from_the_archive() -> None:
    of = await event()
    ana, bola = of.attendees[:2]
    one, other = await live(of, ana), await live(of, bola, "What does a courier pay for insurance?")
    hidden = await pending(of, ana)
    await questions.vote(ana, question_id=other.id)
    await ended(of)
    await webinar_archive.archive_webinar(of.host, webinar_id=of.id)
    touched = await webinar_archive.touched_by(ana.require_user())
    assert set(touched) == {one.id, hidden.id}
    await Question.filter(id__in=touched).update(text="", original_text="", author_id=None, shown_as=AuthorShown.NOBODY)
    audience = topics.webinar(of.id)
    told = await StreamEntry.filter(topic=audience.name).count()
    await webinar_archive.tell_erased(touched)
    entries = await StreamEntry.filter(topic=audience.name).order_by("seq").offset(told)
    assert [(entry.kind, str(one.id) in entry.payload) for entry in entries] == [("question.shown", True)]
    assert '"text":""' in entries[0].payload
    export = await export_of(of.host, of.id)
    assert [rebuilt_state(question.history) for question in export.questions] == [QuestionState.ARCHIVED] * 3
    assert (await QuestionTally.get(question_id=other.id)).votes == 1


async def test_the_events_of_a_host_who_is_gone_go_to_their_cohosts() -> None:
    of, alone = await event(), await event()
    await webinar_people.dismiss_staff(alone.cohost, webinar_id=alone.id, profile_id=alone.cohost.require_user())
    for host in (of.host, alone.host):
        await webinar_archive.hand_over_hosted(user_id=host.require_user())
    assert (await WebinarStaff.get(webinar_id=of.id, role=WebinarRole.HOST)).profile_id == of.cohost.user_id
    assert (await WebinarStaff.get(webinar_id=alone.id, role=WebinarRole.HOST)).profile_id == alone.host.user_id


async def test_a_promise_is_kept_by_its_owner_or_a_moderator() -> None:
    of = await event()
    shown = await live(of, of.attendees[0])
    await acted(of.panelist, shown, Action.FOLLOW_UP, due_at=now() + timedelta(days=1))
    with pytest.raises(NotFound):
        await webinar_archive.keep_promise(of.attendees[0], question_id=shown.id)
    assert (await webinar_archive.keep_promise(of.panelist, question_id=shown.id)).done_at is not None


async def test_a_draft_is_not_found_by_others() -> None:
    of = await event(WebinarState.DRAFT)
    somebody = await person("Stranger")
    assert await queries.visible(somebody, [of.id]) == {}
    with pytest.raises(NotFound):
        await webinar_people.register(somebody, webinar_id=of.id)
