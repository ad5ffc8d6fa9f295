"""Gatherings: announce, change, call off, hand over.

What the guests do is in services/gathering_guests.py, what time and blocks do in services/gathering_sweeps.py. Each
takes the gathering's lock first, so that its cap holds however many come at once.
"""

import secrets
from dataclasses import dataclass
from uuid import UUID

from server.domain import gatherings as rules
from server.domain import topics
from server.domain.actors import SYSTEM, Actor, UserId
from server.domain.circles import Naming
from server.domain.errors import Conflict, NotFound, invalid
from server.domain.gatherings import HOLDING, AnswerState, Audience, GatheringForm, GatheringState
from server.domain.places_in_line import free_places
from server.kit.clock import now
from server.models.circles import Circle
from server.models.database import connection
from server.models.gatherings import Gathering, GatheringAnswer
from server.models.profiles import Profile
from server.queries import circles as circle_queries
from server.queries import gatherings as queries
from server.queries import programmes as programme_queries
from server.queries.profiles import visible_profiles
from server.services import repeats
from server.services.standing import check_conduct
from server.services.transaction import Work, retrying, unit_of_work

# Not FOR UPDATE: answers that refer to the gathering may be made meanwhile.
_LOCK = "SELECT id FROM gathering WHERE id = $1 FOR NO KEY UPDATE"
_ONE_AT_A_TIME = "SELECT id FROM profile WHERE id = $1 FOR NO KEY UPDATE"


@dataclass(frozen=True)
class Invited:
    """Whom a gathering is for: every member, or those of one circle or of one programme."""

    circle_id: UUID | None = None
    programme_id: UUID | None = None

    @property
    def audience(self) -> Audience:
        """Return which of the three. InvalidInput for two at once."""
        if self.circle_id is not None and self.programme_id is not None:
            raise invalid("programmeId", "exclusive", "For a circle or for a programme, not for both.")
        if self.circle_id is not None:
            return Audience.CIRCLE
        return Audience.MEMBERS if self.programme_id is None else Audience.PROGRAMME


@dataclass
class Scene:
    """A locked gathering, who acts in it, and where it stands."""

    work: Work
    actor: Actor
    gathering: Gathering

    @property
    def actor_id(self) -> UserId:
        """Return who acts."""
        return self.actor.require_user()

    @property
    def state(self) -> GatheringState:
        """Return where the gathering stands now."""
        return state_of(self.gathering)

    @property
    def is_host(self) -> bool:
        """Tell whether the actor hosts it."""
        return self.gathering.host_id == self.actor.user_id

    def news(self, profile_id: UUID) -> rules.GatheringNews:
        """Return what every fact about the gathering says, told to somebody."""
        row = self.gathering
        return rules.GatheringNews(
            gathering_id=row.id, profile_id=profile_id, starts_at=row.starts_at, version=row.version, at=now()
        )

    async def going(self) -> int:
        """Return how many have a place."""
        return await GatheringAnswer.filter(gathering_id=self.gathering.id, state=AnswerState.GOING).count()

    async def save(self) -> None:
        """Keep the changed gathering."""
        self.gathering.version += 1
        await self.gathering.save()

    async def set_answer(self, row: GatheringAnswer, state: AnswerState, *, has_moved_up: bool = False) -> None:
        """Keep an answer and tell the person. Everybody is told of theirs alone."""
        row.state = state
        await row.save()
        told = rules.GatheringAnswered(**vars(self.news(row.profile_id)), answer=state, has_moved_up=has_moved_up)
        self.work.record(told, to=[topics.user(row.profile_id)])

    async def fill_places(self) -> None:
        """Give free places to those who waited longest, in the order they came."""
        if self.state not in rules.TO_COME:
            return
        line = GatheringAnswer.filter(gathering_id=self.gathering.id, state=AnswerState.WAITING)
        free = free_places(cap=self.gathering.cap, taken=await self.going(), waiting=await line.count())
        if free:
            for row in await line.order_by("queued_at", "id").limit(free):
                await self.set_answer(row, AnswerState.GOING, has_moved_up=True)

    async def let_go(self) -> int:
        """Take the answers of those the gathering is not for any more, and give their places on. Return how many."""
        strangers = await queries.strangers_in(self.gathering.id)
        # Without a word: what one may not see is not spoken of either.
        await GatheringAnswer.filter(id__in=strangers).update(state=AnswerState.GONE)
        if strangers:
            await self.fill_places()
        return len(strangers)

    async def held_by(self) -> list[UUID]:
        """Return those who want to hear of it: who goes, waits or may come, in the order of their ids."""
        held = GatheringAnswer.filter(gathering_id=self.gathering.id, state__in=list(HOLDING))
        return [row.profile_id for row in await held.order_by("profile_id")]


def state_of(row: Gathering) -> GatheringState:
    """Return where a gathering stands now."""
    return rules.state_at(
        starts_at=row.starts_at, ends_at=row.ends_at, is_cancelled=row.cancelled_at is not None, at=now()
    )


async def lock(gathering_id: UUID) -> None:
    """Lock a gathering to the end of the unit of work; nothing happens when there is none."""
    await connection().execute_query(_LOCK, [gathering_id])


async def enter(work: Work, actor: Actor, gathering_id: UUID) -> Scene:
    """Lock a gathering the actor may see; NotFound when they may not."""
    actor.require_user()
    await lock(gathering_id)
    # Read under the lock: what it says now is what it will say at the commit.
    row = (await queries.visible(actor, [gathering_id])).get(gathering_id)
    if row is None:
        raise NotFound("gathering")
    return Scene(work, actor, await Gathering.get(id=gathering_id))


async def enter_as_host(work: Work, actor: Actor, gathering_id: UUID) -> Scene:
    """Lock a gathering the actor hosts. NotFound, NotAllowed."""
    scene = await enter(work, actor, gathering_id)
    rules.check_host(is_host=scene.is_host)
    return scene


@retrying
async def announce(
    actor: Actor, *, form: GatheringForm, invited: Invited, idempotency_key: str | None = None
) -> Gathering:
    """Announce a gathering.

    InvalidInput; NotFound for a circle one is not in, or a programme one does not manage; LimitReached.
    """
    mine = actor.require_verified()
    await check_conduct(actor)
    form, audience = rules.cleaned(form, now()), invited.audience
    async with unit_of_work() as work:
        content = [form, invited]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "announceGathering", content)
        if once.previous:
            return await Gathering.get(id=once.previous)
        await work.connection.execute_query(_ONE_AT_A_TIME, [mine])
        await _check_inside(actor, invited)
        to_come = Gathering.filter(host_id=mine, cancelled_at=None, ends_at__gt=now())
        rules.check_may_announce(await to_come.count())
        row = Gathering(
            host_id=mine,
            audience=audience,
            circle_id=invited.circle_id,
            programme_id=invited.programme_id,
            code_key=secrets.token_hex(32),
        )
        _put(row, form)
        await row.save(force_create=True)
        scene = Scene(work, actor, row)
        work.record(rules.GatheringAnnounced(**vars(scene.news(mine))), to=[topics.user(mine)], actor=actor)
        await once.remember(row.id)
    return row


async def _check_inside(actor: Actor, invited: Invited) -> None:
    """Refuse to gather a circle that one is no member of, or a programme that one does not manage."""
    if invited.circle_id is not None:
        if invited.circle_id not in await circle_queries.memberships_of(actor, [invited.circle_id]):
            raise NotFound("circle")
        # Whoever comes is seen by their profile: it would tell whose nickname is whose.
        if (await Circle.get(id=invited.circle_id)).naming is Naming.NICKNAMES:
            raise Conflict("A circle of nicknames has meetings, not gatherings.", current="nicknames")
    # Its members do not see the programme itself, so that only a manager can name it.
    if invited.programme_id is not None and not await programme_queries.visible(actor, [invited.programme_id]):
        raise NotFound("programme")


def _put(row: Gathering, form: GatheringForm) -> None:
    row.title, row.about, row.interests = form.title, form.about, list(form.interests)
    row.starts_at, row.ends_at, row.time_zone = form.starts_at, form.ends_at, form.time_zone
    row.is_online, row.link = form.is_online, form.link
    row.place, row.city, row.country = form.place, form.city, form.country
    row.cap = rules.MAX_CAP if form.cap is None else form.cap
    # A reminder that is late already does not go out.
    row.announced_at = now()
    row.reminded = rules.reminder_due(row.starts_at, 0, row.announced_at, row.announced_at)


@retrying
async def edit(
    actor: Actor, *, gathering_id: UUID, form: GatheringForm, expected_version: int | None = None
) -> Gathering:
    """Change a gathering that has not begun. A higher cap lets in who waited longest. Conflict, InvalidInput."""
    form = rules.cleaned(form, now())
    async with unit_of_work() as work:
        scene = await enter_as_host(work, actor, gathering_id)
        rules.check_announced(scene.state)
        row = scene.gathering
        rules.check_version(expected_version, row.version)
        await scene.let_go()
        rules.check_cap(form.cap or rules.MAX_CAP, await scene.going())
        before = _whereabouts(row)
        _put(row, form)
        await scene.save()
        is_moved = _whereabouts(row) != before
        for profile_id in await scene.held_by():
            told = rules.GatheringChanged(**vars(scene.news(profile_id)), is_moved=is_moved)
            work.record(told, to=[topics.user(profile_id)])
        await scene.fill_places()
    return row


def _whereabouts(row: Gathering) -> tuple[object, ...]:
    return row.starts_at, row.ends_at, row.is_online, row.place, row.city, row.country, row.link


@retrying
async def cancel(actor: Actor, *, gathering_id: UUID, expected_version: int | None = None) -> Gathering:
    """Call a gathering off that has not begun; who answered is told. NotAllowed, Conflict."""
    async with unit_of_work() as work:
        scene = await enter_as_host(work, actor, gathering_id)
        rules.check_announced(scene.state)
        rules.check_version(expected_version, scene.gathering.version)
        await call_off(scene)
    return scene.gathering


async def call_off(scene: Scene) -> None:
    """Call a gathering off that is under lock; those who answered are told."""
    await scene.let_go()
    scene.gathering.cancelled_at, scene.gathering.heir_id = now(), None
    await scene.save()
    for profile_id in await scene.held_by():
        told = rules.GatheringCancelled(**vars(scene.news(profile_id)))
        scene.work.record(told, to=[topics.user(profile_id)])


async def remove(*, gathering_id: UUID) -> None:
    """Call off what was reported and empty its words, for the desk; over already, only its words go."""
    async with unit_of_work() as work:
        await lock(gathering_id)
        row = await Gathering.get_or_none(id=gathering_id)
        if row is None:
            return
        row.title = row.about = row.place = row.link = ""
        row.interests = []
        scene = Scene(work, SYSTEM, row)
        if scene.state in rules.TO_COME:
            await call_off(scene)
        else:
            await scene.save()


@retrying
async def offer_host(actor: Actor, *, gathering_id: UUID, profile_id: UUID | None) -> Gathering:
    """Ask somebody the gathering is for to host it; None takes the offer back. NotFound, NotAllowed, Conflict."""
    async with unit_of_work() as work:
        scene = await enter_as_host(work, actor, gathering_id)
        rules.check_to_come(scene.state)
        if profile_id is not None:
            await _check_heir(scene, profile_id)
        if scene.gathering.heir_id != profile_id:
            scene.gathering.heir_id = profile_id
            await scene.save()
            if profile_id is not None:
                work.record(rules.GatheringHostAsked(**vars(scene.news(profile_id))), to=[topics.user(profile_id)])
    return scene.gathering


async def _check_heir(scene: Scene, profile_id: UUID) -> None:
    heir = Actor(user_id=UserId(profile_id), is_verified=True)
    is_other = profile_id != scene.actor_id
    is_seen = bool(await visible_profiles(scene.actor, [profile_id])) and await Profile.exists(id=profile_id)
    if not (is_other and is_seen and await queries.visible(heir, [scene.gathering.id])):
        raise NotFound("profile")


@retrying
async def answer_host(actor: Actor, *, gathering_id: UUID, accept: bool) -> Gathering:
    """Take a gathering over, or leave it with its host. NotFound without an offer to oneself."""
    actor.require_verified()
    async with unit_of_work() as work:
        scene = await enter(work, actor, gathering_id)
        row = scene.gathering
        if row.heir_id != scene.actor_id:
            raise NotFound("offer")
        rules.check_to_come(scene.state)
        row.heir_id = None
        if not accept:
            await scene.save()
            return row
        row.host_id = scene.actor_id
        await scene.save()
        told = rules.GatheringAnnounced(**vars(scene.news(scene.actor_id)))
        work.record(told, to=[topics.user(scene.actor_id)], actor=actor)
        # The new host's blocks hold now: whom they hide from has no place any more.
        await scene.let_go()
    return row


async def leave_all(actor: Actor) -> None:
    """Call off what the actor hosts and give up every place of theirs, as they leave the platform."""
    mine, at = actor.require_user(), now()
    for row in await Gathering.filter(host_id=mine, cancelled_at=None, ends_at__gt=at).order_by("id"):
        async with unit_of_work() as work:
            await lock(row.id)
            await call_off(Scene(work, actor, await Gathering.get(id=row.id)))
    held = GatheringAnswer.filter(profile_id=mine, state__in=list(HOLDING), gathering__ends_at__gt=at)
    for answer in await held.order_by("gathering_id"):
        async with unit_of_work() as work:
            await lock(answer.gathering_id)
            await GatheringAnswer.filter(id=answer.id).update(state=AnswerState.NOT_GOING)
            await Scene(work, actor, await Gathering.get(id=answer.gathering_id)).fill_places()
    await Gathering.filter(heir_id=mine).update(heir_id=None)
