"""The people of an event: places and the line for them, the staff, and who may not ask.

Somebody asking under a pseudonym is timed out or banned by their question; the staff is not told who it is.
"""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

import msgspec

from server.domain import topics
from server.domain import webinars as rules
from server.domain.actors import Actor
from server.domain.errors import Conflict, NotAllowed, NotFound, invalid
from server.domain.places_in_line import free_places
from server.domain.question_states import AuthorShown
from server.domain.webinar_facts import PersonRestricted, RegistrationChanged, StaffChanged
from server.domain.webinars import RegistrationState, RestrictionKind, WebinarAction, WebinarRole
from server.kit.clock import now
from server.models.profiles import Profile
from server.models.questions import Question
from server.models.webinars import WebinarRegistration, WebinarRestriction, WebinarStaff
from server.queries import safety
from server.queries import webinars as webinar_queries
from server.services import repeats
from server.services.transaction import Work, retrying, unit_of_work
from server.services.webinar_scene import Scene, enter

REGISTERED, WAITLISTED = RegistrationState.REGISTERED, RegistrationState.WAITLISTED
LONGEST_TIME_OUT = timedelta(days=1)
_ACTIONS = {RestrictionKind.BAN: WebinarAction.BAN, RestrictionKind.TIME_OUT: WebinarAction.TIME_OUT}


@retrying
async def register(actor: Actor, *, webinar_id: UUID) -> WebinarRegistration:
    """Take a place, or one's place in the line when the event is full. Registering again changes nothing."""
    actor_id = actor.require_user()
    async with unit_of_work() as work:
        scene = await enter(work, actor, webinar_id)
        if scene.standing is not None and scene.standing.is_banned:
            raise NotAllowed("a place in the webinar", "You were removed from this webinar.")
        row = await WebinarRegistration.get_or_none(webinar_id=webinar_id, profile_id=actor_id)
        if row is not None and row.state in (REGISTERED, WAITLISTED):
            return row
        at = now()
        row = row or WebinarRegistration(webinar_id=webinar_id, profile_id=actor_id, queued_at=at, version=0)
        row.queued_at = at
        taken = await _taken(scene)
        state = rules.place_for(scene.webinar.state, capacity=scene.webinar.capacity, taken=taken)
        await _move(scene, row, state)
    return row


async def _taken(scene: Scene) -> int:
    return await WebinarRegistration.filter(webinar_id=scene.webinar.id, state=REGISTERED).count()


async def _move(scene: Scene, row: WebinarRegistration, state: RegistrationState) -> None:
    row.state, row.version = state, row.version + 1
    await row.save()
    told = RegistrationChanged(webinar_id=row.webinar_id, profile_id=row.profile_id, state=state, at=now())
    # What one did oneself one is not told of by notice or mail.
    own = scene.actor if scene.actor.user_id == row.profile_id else None
    scene.work.record(told, to=[topics.user(row.profile_id)], actor=own)
    _look_again(scene.work, row.webinar_id, row.profile_id)


def _look_again(work: Work, webinar_id: UUID, profile_id: UUID) -> None:
    """Have the rights of one person looked at now, wherever they are connected."""
    payload = msgspec.json.encode({"userId": profile_id}).decode()
    for topic in (topics.webinar(webinar_id), topics.webinar_staff(webinar_id)):
        work.control(topic, topics.RIGHTS_CHANGED, payload)


@retrying
async def cancel_registration(actor: Actor, *, webinar_id: UUID) -> WebinarRegistration:
    """Give up one's place, or one's place in the line; who waited longest gets it."""
    async with unit_of_work() as work:
        scene = await enter(work, actor, webinar_id)
        row = await WebinarRegistration.get_or_none(webinar_id=webinar_id, profile_id=actor.require_user())
        if row is None:
            raise NotFound("registration")
        if row.state in (REGISTERED, WAITLISTED):
            await _move(scene, row, RegistrationState.CANCELLED)
            await fill_places(scene)
    return row


async def fill_places(scene: Scene) -> None:
    """Give the places that are free to those who waited longest, in the order they came."""
    if scene.webinar.state not in rules.ASKING_STATES:
        return
    line = WebinarRegistration.filter(webinar_id=scene.webinar.id, state=WAITLISTED)
    free = free_places(cap=scene.webinar.capacity, taken=await _taken(scene), waiting=await line.count())
    if free:
        for row in await line.order_by("queued_at", "id").limit(free):
            await _move(scene, row, REGISTERED)


@retrying
async def note_presence(actor: Actor, *, webinar_id: UUID, is_present: bool) -> None:
    """Keep who was there and until when: attendance. Only those with a place count."""
    async with unit_of_work():
        row = await WebinarRegistration.select_for_update().get_or_none(
            webinar_id=webinar_id, profile_id=actor.require_user(), state=REGISTERED
        )
        if row is None:
            raise NotFound("webinar")
        at = now()
        if is_present:
            row.joined_at, row.left_at = row.joined_at or at, None
        elif row.joined_at is not None:
            row.left_at = at
        await row.save(update_fields=["joined_at", "left_at"])


_CAME = """
WITH came AS (
    UPDATE webinar_registration SET joined_at = coalesce(joined_at, $3), left_at = NULL
    WHERE webinar_id = $1 AND profile_id = ANY($2) AND state = 'registered'
      AND (joined_at IS NULL OR left_at IS NOT NULL) RETURNING id
)
SELECT count(*)::int AS n FROM came
"""


async def note_arrivals(*, webinar_id: UUID, present: Collection[UUID]) -> int:
    """Keep that those who are in an event's live room are there, also when they never said so. Return how many came."""
    async with unit_of_work() as work:
        _, rows = await work.connection.execute_query(_CAME, [webinar_id, list(present), now()])
    return int(rows[0]["n"])


async def note_departures(*, webinar_id: UUID) -> None:
    """Keep that everybody left: the event is over."""
    inside = WebinarRegistration.filter(webinar_id=webinar_id, joined_at__isnull=False, left_at=None)
    await inside.update(left_at=now())


async def tell_staff(scene: Scene) -> None:
    """Tell the staff who is on it now."""
    staff = (await webinar_queries.staff_of([scene.webinar.id]))[scene.webinar.id]
    told = StaffChanged(
        webinar_id=scene.webinar.id,
        staff=webinar_queries.staff_shown(staff),
        version=scene.webinar.staff_version,
    )
    scene.work.record(told, to=[scene.staff], actor=scene.actor)


@retrying
async def appoint(actor: Actor, *, webinar_id: UUID, profile_id: UUID, role: WebinarRole) -> list[WebinarStaff]:
    """Give somebody a role on the staff, or another one than they have. Return the staff."""
    actor.require_user()
    if role in (WebinarRole.ATTENDEE, WebinarRole.MANAGER):
        raise invalid("role", "not_staff", "This is no role on the staff.")
    async with unit_of_work() as work:
        scene = await enter(work, actor, webinar_id)
        staff = (await webinar_queries.staff_of([webinar_id]))[webinar_id]
        row = next((one for one in staff if one.profile_id == profile_id), None)
        rules.check_appointment(scene.role, before=None if row is None else row.role, after=role)
        if row is None:
            rules.check_has_room(len(staff))
            # A block between the two answers as if there were nobody: an appointment is a way to reach somebody.
            apart = await safety.blocked_between({actor.require_user(), profile_id})
            if apart or not await Profile.filter(id=profile_id).exists():
                raise NotFound("profile")
            row = WebinarStaff(webinar_id=webinar_id, profile_id=profile_id)
        row.role = role
        await row.save()
        await _staff_changed(scene, profile_id, "appoint", role=role)
        return (await webinar_queries.staff_of([webinar_id]))[webinar_id]


@retrying
async def dismiss_staff(actor: Actor, *, webinar_id: UUID, profile_id: UUID) -> list[WebinarStaff]:
    """Take somebody off the staff. Everybody but the host may leave it by themselves."""
    async with unit_of_work() as work:
        scene = await enter(work, actor, webinar_id)
        row = await WebinarStaff.get_or_none(webinar_id=webinar_id, profile_id=profile_id)
        is_own = profile_id == actor.user_id and row is not None and row.role is not WebinarRole.HOST
        # Asked before the row is missed: who moderates is not told to everybody.
        if not is_own:
            rules.check_appointment(scene.role, before=None if row is None else row.role, after=None)
        if row is None:
            raise NotFound("profile")
        await row.delete()
        await _staff_changed(scene, profile_id, "dismiss_staff")
        return (await webinar_queries.staff_of([webinar_id]))[webinar_id]


@retrying
async def replace_host(actor: Actor, *, webinar_id: UUID) -> UUID:
    """Let the next co-host take over: by the host stepping down, or by the system when the host is lost.

    Returns the new host's profile id. Conflict when there is no co-host.
    """
    async with unit_of_work() as work:
        scene = await enter(work, actor, webinar_id)
        if not actor.is_system and scene.role is not WebinarRole.HOST:
            raise NotAllowed("the role host")
        staff = (await webinar_queries.staff_of([webinar_id]))[webinar_id]
        heir_id = rules.next_host([row.profile_id for row in staff if row.role is WebinarRole.COHOST])
        if actor.is_system:
            # Whoever is gone from the platform leaves the staff; one who steps down stays on it.
            await WebinarStaff.filter(webinar_id=webinar_id, role=WebinarRole.HOST).delete()
        await make_host(scene, heir_id)
    return heir_id


async def make_host(scene: Scene, heir_id: UUID) -> None:
    """Let a co-host be the host; who was it until now, if they are on the staff still, is the last of the co-hosts."""
    staff = WebinarStaff.filter(webinar_id=scene.webinar.id)
    before = await staff.filter(role=WebinarRole.HOST).first()
    if before is not None:
        await staff.filter(id=before.id).update(role=WebinarRole.COHOST, created_at=now())
        _look_again(scene.work, scene.webinar.id, before.profile_id)
    await staff.filter(profile_id=heir_id).update(role=WebinarRole.HOST)
    scene.webinar.host_seen_at = scene.webinar.host_missing_since = None
    await _staff_changed(scene, heir_id, "replace_host")


async def _staff_changed(scene: Scene, profile_id: UUID, action: str, **detail: str) -> None:
    scene.webinar.staff_version += 1
    await scene.changed(action, profile_id=str(profile_id), **detail)
    await tell_staff(scene)
    _look_again(scene.work, scene.webinar.id, profile_id)


@retrying
async def restrict_author(
    actor: Actor,
    *,
    question_id: UUID,
    kind: RestrictionKind,
    lasting: timedelta | None = None,
    idempotency_key: str | None = None,
) -> WebinarRestriction:
    """Time out or ban whoever asked a question. Without a length a time-out lasts to the end of the event."""
    async with unit_of_work() as work:
        content = [question_id, kind, lasting]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "restrictAuthor", content)
        if once.previous:
            return await WebinarRestriction.get(id=once.previous)
        question = await Question.get_or_none(id=question_id)
        if question is None:
            raise NotFound("question")
        scene = await enter(work, actor, question.webinar_id, what="question")
        scene.check_staff()
        if question.author_id is None:
            raise NotFound("question")
        shown_as = question.pseudonym if question.shown_as is not AuthorShown.NAME else str(question.author_id)
        row = await _restrict(scene, question.author_id, kind, lasting, shown_as or "-")
        await once.remember(row.id)
    return row


@retrying
async def restrict_person(
    actor: Actor, *, webinar_id: UUID, profile_id: UUID, kind: RestrictionKind, lasting: timedelta | None = None
) -> WebinarRestriction:
    """Time out or ban somebody who is known by name."""
    async with unit_of_work() as work:
        scene = await enter(work, actor, webinar_id)
        scene.check_staff()
        scene.check(_ACTIONS[kind])
        if not await Profile.filter(id=profile_id).exists():
            raise NotFound("profile")
        # Not asked of the author of a question: the refusal would tell that a pseudonym is one of the staff.
        if await WebinarStaff.filter(webinar_id=webinar_id, profile_id=profile_id).exists():
            raise Conflict("Take them off the staff first.", current="staff")
        return await _restrict(scene, profile_id, kind, lasting, str(profile_id))


async def _restrict(
    scene: Scene, profile_id: UUID, kind: RestrictionKind, lasting: timedelta | None, shown_as: str
) -> WebinarRestriction:
    action = _ACTIONS[kind]
    scene.check(action)
    if lasting is not None and not timedelta(0) < lasting <= LONGEST_TIME_OUT:
        raise invalid("seconds", "out_of_range", "A time-out lasts up to a day, or to the end of the event.")
    row = WebinarRestriction(
        webinar_id=scene.webinar.id,
        profile_id=profile_id,
        kind=kind,
        shown_as=shown_as,
        put_by=scene.actor.require_user(),
        until=None if lasting is None or kind is RestrictionKind.BAN else now() + lasting,
    )
    await row.save()
    _tell_restriction(scene, row)
    await scene.note(action, restriction_id=str(row.id), shown_as=shown_as)
    if kind is RestrictionKind.BAN:
        await _send_out(scene, profile_id)
    return row


async def _send_out(scene: Scene, profile_id: UUID) -> None:
    place = await WebinarRegistration.get_or_none(webinar_id=scene.webinar.id, profile_id=profile_id)
    if place is not None and place.state in (REGISTERED, WAITLISTED):
        await _move(scene, place, RegistrationState.REMOVED)
        await fill_places(scene)
    _look_again(scene.work, scene.webinar.id, profile_id)


def _tell_restriction(scene: Scene, row: WebinarRestriction) -> None:
    told = PersonRestricted(
        webinar_id=row.webinar_id,
        restriction_id=row.id,
        restriction=row.kind,
        shown_as=row.shown_as,
        until=row.until,
        is_lifted=row.lifted_at is not None,
        version=row.version,
    )
    scene.work.record(told, to=[scene.staff], actor=scene.actor)


@retrying
async def lift_restriction(actor: Actor, *, restriction_id: UUID) -> WebinarRestriction:
    """Let somebody ask again, or come back: a banned person registers anew."""
    async with unit_of_work() as work:
        row = await WebinarRestriction.select_for_update().get_or_none(id=restriction_id)
        if row is None:
            raise NotFound("restriction")
        scene = await enter(work, actor, row.webinar_id, what="restriction")
        scene.check_staff()
        scene.check(_ACTIONS[row.kind])
        if row.lifted_at is None:
            row.lifted_at, row.version = now(), row.version + 1
            await row.save()
            _tell_restriction(scene, row)
            await scene.note("lift_restriction", restriction_id=str(row.id))
    return row
