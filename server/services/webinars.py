"""The event itself: made, published, opened, started, ended, and the settings a host reaches within a second.

People (registration, staff, restrictions) are in webinar_people, what happens after the end in webinar_archive.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.domain import webinars as rules
from server.domain.actors import Actor
from server.domain.availability import Interval
from server.domain.calendars import USUAL_WEBINAR
from server.domain.errors import Conflict, NotFound, invalid
from server.domain.question_states import Action, QuestionState
from server.domain.texts import line
from server.domain.webinar_facts import StaffSaid
from server.domain.webinars import AnonymityMode, WebinarAction, WebinarRole, WebinarState
from server.kit.clock import now
from server.models.questions import Question
from server.models.webinars import Webinar, WebinarKey, WebinarStaff, WebinarTalk
from server.services import repeats
from server.services.bookings import Booking, book
from server.services.question_acts import act
from server.services.questions import tally_for_good
from server.services.transaction import retrying, unit_of_work
from server.services.webinar_people import fill_places, note_departures, tell_staff
from server.services.webinar_scene import Scene, enter

MAX_LANGUAGES = 10


@dataclass(frozen=True)
class WebinarForm:
    """What an event is to be. `review` has every question looked at before it is shown."""

    title: str
    starts_at: datetime
    ends_at: datetime | None = None
    description: str = ""
    capacity: int | None = None
    languages: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    review: bool = True
    anonymity: AnonymityMode = AnonymityMode.OPTIONAL


@retrying
async def create_webinar(actor: Actor, *, form: WebinarForm, idempotency_key: str | None = None) -> Webinar:
    """Draft an event; whoever does is its host. Requires a verified mail address."""
    actor_id = actor.require_user()
    actor.require_verified()
    async with unit_of_work() as work:
        once = await repeats.claim(work, actor_id, idempotency_key, "createWebinar", form)
        if once.previous:
            return await Webinar.get(id=once.previous)
        webinar = Webinar(created_by=actor_id, state=WebinarState.DRAFT, version=0)
        _fill(webinar, form)
        webinar.review, webinar.anonymity = form.review, form.anonymity
        webinar.stages = rules.stage_names(form.stages)
        await webinar.save()
        await WebinarKey.create(webinar_id=webinar.id, key=secrets.token_bytes(32))
        await WebinarStaff.create(webinar_id=webinar.id, profile_id=actor_id, role=WebinarRole.HOST)
        scene = Scene(work, webinar, actor, WebinarRole.HOST, None)
        await scene.changed("create")
        await tell_staff(scene)
        await once.remember(webinar.id)
    return webinar


def _fill(webinar: Webinar, form: WebinarForm) -> None:
    rules.check_capacity(form.capacity)
    rules.check_times(form.starts_at, form.ends_at)
    if len(form.languages) > MAX_LANGUAGES:
        raise invalid("languages", "too_many", f"At most {MAX_LANGUAGES} languages.")
    webinar.title = rules.webinar_title(form.title)
    webinar.description = rules.webinar_description(form.description)
    webinar.starts_at, webinar.ends_at, webinar.capacity = form.starts_at, form.ends_at, form.capacity
    webinar.languages = [line("languages", code, longest=12, shortest=2) for code in form.languages]


async def _book_host(scene: Scene) -> None:
    """Refuse to announce an event at a time at which its host has something else. A draft takes up nobody's time."""
    webinar = scene.webinar
    if webinar.state in (WebinarState.PUBLISHED, WebinarState.OPEN):
        host = await WebinarStaff.get(webinar_id=webinar.id, role=WebinarRole.HOST)
        span = Interval(webinar.starts_at, webinar.ends_at or webinar.starts_at + USUAL_WEBINAR)
        await book(scene.work, Booking([host.profile_id], [span], "The host has"), leaving_out=[webinar.id])


@retrying
async def edit_webinar(
    actor: Actor, *, webinar_id: UUID, form: WebinarForm, expected_version: int | None = None
) -> Webinar:
    """Change what an event is about, when, and for how many. A higher cap lets in who waited longest."""
    async with unit_of_work() as work:
        scene = await enter(work, actor, webinar_id)
        scene.check(WebinarAction.EDIT)
        _check_version(scene, expected_version)
        _fill(scene.webinar, form)
        await _book_host(scene)
        await scene.changed(WebinarAction.EDIT)
        await fill_places(scene)
    return scene.webinar


def _check_version(scene: Scene, expected: int | None) -> None:
    webinar = scene.webinar
    if expected is not None and expected != webinar.version:
        current = f"{webinar.state.value}@{webinar.version}"
        raise Conflict("Somebody changed this webinar meanwhile.", current=current)


@retrying
async def move_webinar(
    actor: Actor, *, webinar_id: UUID, action: WebinarAction, expected_version: int | None = None
) -> Webinar:
    """Publish, open, start or end an event; a community manager may close it in an emergency."""
    async with unit_of_work() as work:
        scene = await enter(work, actor, webinar_id)
        webinar, before = scene.webinar, scene.webinar.state
        scene.check(action)
        _check_version(scene, expected_version)
        if webinar.state is before:
            raise invalid("action", "unknown", "This action leads to no other state.")
        if before is WebinarState.DRAFT:
            await _book_host(scene)
        if webinar.state is WebinarState.LIVE:
            webinar.started_at = now()
        if webinar.state is WebinarState.ENDED:
            await _end(scene)
        await scene.changed(action)
    return webinar


async def _end(scene: Scene) -> None:
    """Clear the stages, write the votes down for good, and set when the pseudonyms' key goes."""
    webinar = scene.webinar
    on_stage = await Question.filter(webinar_id=webinar.id, state=QuestionState.ANSWERING)
    webinar.ended_at, webinar.questions_open = now(), False
    webinar.sealed_until = webinar.ended_at + rules.RETENTION
    await webinar.save()
    for row in on_stage:
        # Whoever ends the event answers for it: a community manager has no place on its staff.
        await act(await _someone_in_charge(scene), question_id=row.id, action=Action.RELEASE)
    await webinar.refresh_from_db(fields=["frozen_at", "next_number"])
    await tally_for_good(scene)
    await note_departures(webinar_id=webinar.id)


async def _someone_in_charge(scene: Scene) -> Actor:
    if scene.role in (WebinarRole.HOST, WebinarRole.COHOST):
        return scene.actor
    host = await WebinarStaff.get(webinar_id=scene.webinar.id, role=WebinarRole.HOST)
    return Actor(user_id=host.profile_id)  # type: ignore[arg-type]  # a profile's id is its user's


@retrying
async def open_window(actor: Actor, *, webinar_id: UUID, is_open: bool) -> Webinar:
    """Take questions from now on, or take none; closing writes the votes down for good."""
    async with unit_of_work() as work:
        scene = await enter(work, actor, webinar_id)
        scene.check(WebinarAction.SET_WINDOW)
        if scene.webinar.questions_open is not is_open:
            scene.webinar.questions_open = is_open
            if not is_open:
                await tally_for_good(scene)
            await scene.changed(WebinarAction.SET_WINDOW, is_open=is_open)
    return scene.webinar


@retrying
async def set_slow_mode(actor: Actor, *, webinar_id: UUID, seconds: int) -> Webinar:
    """Let so many seconds lie between two questions of one person: 0, 15, 30, 60 or 300."""
    actor.require_user()
    rules.check_slow_mode(seconds)
    async with unit_of_work() as work:
        scene = await enter(work, actor, webinar_id)
        scene.check(WebinarAction.SET_SLOW_MODE)
        scene.webinar.slow_seconds = seconds
        await scene.changed(WebinarAction.SET_SLOW_MODE, seconds=seconds)
    return scene.webinar


@retrying
async def set_anonymity(actor: Actor, *, webinar_id: UUID, mode: AnonymityMode) -> Webinar:
    """Ask for names, for pseudonyms, or leave it to the asker. What was asked before stays as it is."""
    async with unit_of_work() as work:
        scene = await enter(work, actor, webinar_id)
        scene.check(WebinarAction.SET_ANONYMITY)
        scene.webinar.anonymity = mode
        await scene.changed(WebinarAction.SET_ANONYMITY, mode=mode)
    return scene.webinar


@retrying
async def set_review(actor: Actor, *, webinar_id: UUID, review: bool) -> Webinar:
    """Have questions looked at before they are shown, or show them at once."""
    async with unit_of_work() as work:
        scene = await enter(work, actor, webinar_id)
        scene.check(WebinarAction.SET_REVIEW)
        scene.webinar.review = review
        await scene.changed(WebinarAction.SET_REVIEW, review=review)
    return scene.webinar


@retrying
async def set_labels(actor: Actor, *, webinar_id: UUID, labels: tuple[str, ...]) -> Webinar:
    """Name the labels questions can be given, at most 20. One that is in use stays."""
    actor.require_user()
    kept = rules.label_names(labels)
    async with unit_of_work() as work:
        scene = await enter(work, actor, webinar_id)
        scene.check(WebinarAction.SET_LABELS)
        rows = await Question.filter(webinar_id=webinar_id).only("id", "labels")
        in_use = {label for row in rows for label in row.labels}
        if not in_use <= set(kept):
            raise Conflict("A label that is in use cannot go.", current=", ".join(sorted(in_use - set(kept))))
        scene.webinar.labels = kept
        await scene.changed(WebinarAction.SET_LABELS)
    return scene.webinar


@retrying
async def highlight(actor: Actor, *, webinar_id: UUID, question_id: UUID | None) -> Webinar:
    """Put a question that is shown before everybody's eyes, or none."""
    async with unit_of_work() as work:
        scene = await enter(work, actor, webinar_id)
        scene.check(WebinarAction.HIGHLIGHT)
        found = Question.filter(id=question_id, webinar_id=webinar_id, is_shown=True)
        if question_id is not None and not await found.exists():
            raise NotFound("question")
        scene.webinar.highlighted_id = question_id
        await scene.changed(WebinarAction.HIGHLIGHT)
    return scene.webinar


@retrying
async def say_to_staff(actor: Actor, *, webinar_id: UUID, text: str, idempotency_key: str | None = None) -> WebinarTalk:
    """Say a line to the others on the staff."""
    actor_id, text = actor.require_user(), rules.talk_text(text)
    async with unit_of_work() as work:
        once = await repeats.claim(work, actor_id, idempotency_key, "sayToStaff", [webinar_id, text])
        if once.previous:
            return await WebinarTalk.get(id=once.previous)
        scene = await enter(work, actor, webinar_id)
        scene.check_staff()
        scene.check(WebinarAction.TALK)
        talk = await WebinarTalk.create(webinar_id=webinar_id, author_id=actor.require_user(), text=text)
        said = StaffSaid(
            webinar_id=webinar_id, talk_id=talk.id, author_id=talk.author_id, text=text, at=talk.created_at
        )
        work.record(said, to=[scene.staff], actor=actor)
        await once.remember(talk.id)
    return talk
