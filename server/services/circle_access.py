"""A circle under lock, with who acts in it: where every use case of circles begins.

Seats, answers and turns of one circle are changed one after the other, so bounds hold however many come at once.
"""

from dataclasses import dataclass
from uuid import UUID

from server.domain import circles as rules
from server.domain import topics
from server.domain.actors import Actor, UserId
from server.domain.circle_facts import CircleChanged, ItemAdded, ItemKind, OwnSeatChanged, SeatChanged
from server.domain.circles import CircleState, SeatRole, SeatState
from server.domain.errors import NotAllowed, NotFound
from server.domain.topics import Topic
from server.kit.clock import now
from server.kit.ids import new_id
from server.models.circles import Circle, CircleItem, CircleSeat
from server.models.database import connection
from server.queries import circles as queries
from server.services.transaction import Work

# Not FOR UPDATE: rows that refer to the circle may be made meanwhile.
_LOCK = "SELECT id FROM circle WHERE id = $1 FOR NO KEY UPDATE"
_APART = """
SELECT EXISTS (SELECT 1 FROM circle_seat s JOIN circle c ON c.id = s.circle_id
    JOIN block b ON (b.blocker_id = s.profile_id AND b.blocked_id = $2)
                 OR (b.blocked_id = s.profile_id AND b.blocker_id = $2)
    WHERE s.circle_id = $1 AND s.state = 'seated' AND c.naming = 'profiles') AS apart
"""


@dataclass
class Scene:
    """A locked circle and how the actor stands to it."""

    work: Work
    actor: Actor
    circle: Circle
    standing: queries.Standing

    @property
    def topic(self) -> Topic:
        """Return the circle's topic."""
        return topics.circle(self.circle.id)

    @property
    def actor_id(self) -> UserId:
        """Return who acts."""
        return self.actor.require_user()

    def check_member(self) -> None:
        """Refuse what is for members, in a circle that can be written in. NotAllowed, Conflict for an archive."""
        if not self.standing.is_member:
            raise NotAllowed("a seat in the circle")
        rules.check_working(self.circle.state)

    def check_lead(self) -> None:
        """Refuse what is for the leads of a circle that can be written in."""
        rules.check_lead(self.standing.role if self.standing.is_member else None)
        rules.check_working(self.circle.state)

    def own_doing(self, profile_id: UUID) -> Actor | None:
        """Return the actor where they are this very person: what one did oneself one is not told of."""
        return self.actor if self.actor.user_id == profile_id else None

    async def seated(self) -> int:
        """Return how many seats are taken; a guest takes none."""
        return await CircleSeat.filter(
            circle_id=self.circle.id, state=SeatState.SEATED, role__not=SeatRole.GUEST
        ).count()

    async def asked_by(self, profile_id: UUID) -> rules.Asked:
        """Return how somebody finds the circle's door."""
        _, rows = await connection().execute_query(_APART, [self.circle.id, profile_id])
        circle = self.circle
        return rules.Asked(circle.state, circle.join_mode, await self.seated(), circle.most, bool(rows[0]["apart"]))

    async def save(self) -> None:
        """Keep the changed circle and tell its followers."""
        self.circle.version += 1
        await self.circle.save()
        self.work.record(CircleChanged(circle=queries.circle_shown(self.circle)), to=[self.topic], actor=self.actor)

    async def move_to(self, state: CircleState) -> None:
        """Put the circle into another state, from now on."""
        self.circle.state, self.circle.state_since = state, now()
        await self.save()

    async def stir(self) -> None:
        """Note that the circle is alive; a dormant one wakes."""
        if self.circle.state is CircleState.DORMANT:
            self.circle.active_at = now()
            await self.move_to(CircleState.ACTIVE)
        else:
            await Circle.filter(id=self.circle.id).update(active_at=now())

    async def add_item(self, kind: ItemKind, profile_id: UUID, subject_id: UUID) -> None:
        """Put a line on the feed, about somebody's doing."""
        item = await CircleItem.create(
            id=new_id(), circle_id=self.circle.id, kind=kind, profile_id=profile_id, subject_id=subject_id
        )
        added = ItemAdded(circle_id=self.circle.id, item_id=item.id, item=kind, at=item.created_at)
        self.work.record(added, to=[self.topic])

    async def save_seat(self, row: CircleSeat, *, is_new: bool = False, came_in: bool = False) -> None:
        """Keep a changed seat; tell the person, and the circle's followers when it is or was taken."""
        row.version += 0 if is_new else 1
        await row.save(force_create=is_new)
        self.circle.seats_version += 1
        await Circle.filter(id=self.circle.id).update(seats_version=self.circle.seats_version)
        at = now()
        if row.seated_at is not None:
            told = SeatChanged(circle_id=self.circle.id, seat=queries.seat_shown(row), at=at)
            self.work.record(told, to=[self.topic])
        own = OwnSeatChanged(
            circle_id=self.circle.id, seat_id=row.id, role=row.role, state=row.state, at=at, came_in=came_in
        )
        self.work.record(own, to=[topics.user(row.profile_id)], actor=self.own_doing(row.profile_id))
        self.work.control(self.topic, topics.RIGHTS_CHANGED, f'{{"userId":"{row.profile_id}"}}')


async def enter(work: Work, actor: Actor, circle_id: UUID, *, what: str = "circle") -> Scene:
    """Lock a circle the actor may see; NotFound of `what` when they may not."""
    actor.require_user()
    await connection().execute_query(_LOCK, [circle_id])
    standing = (await queries.standings_of(actor, [circle_id])).get(circle_id)
    if standing is None:
        raise NotFound(what)
    return Scene(work, actor, await Circle.get(id=circle_id), standing)


async def lock_circle(work: Work, actor: Actor, circle_id: UUID) -> Scene:
    """Lock a circle whose page the actor need not see, for what they were asked about it. NotFound: there is none."""
    await connection().execute_query(_LOCK, [circle_id])
    circle = await Circle.get_or_none(id=circle_id)
    if circle is None:
        raise NotFound("circle")
    standing = (await queries.standings_of(actor, [circle_id])).get(circle_id)
    nobody = queries.Standing(circle_id, circle.state, circle.naming, False, None, None, None, None, 0)
    return Scene(work, actor, circle, standing or nobody)


async def enter_as_member(work: Work, actor: Actor, circle_id: UUID, *, what: str = "circle") -> Scene:
    """Lock a circle the actor is a member of, in which can be written. NotFound of `what`, NotAllowed, Conflict."""
    scene = await enter(work, actor, circle_id, what=what)
    scene.check_member()
    return scene


async def enter_as_lead(work: Work, actor: Actor, circle_id: UUID, *, what: str = "circle") -> Scene:
    """Lock a circle the actor leads, in which can be written. NotFound of `what`, NotAllowed, Conflict."""
    scene = await enter(work, actor, circle_id, what=what)
    scene.check_lead()
    return scene
