"""A webinar under lock, with who acts in it: where every use case of webinars, questions and polls begins.

All that staff and askers do to one event is done one after the other; votes and ballots go past this lock.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import NotFound
from server.domain.topics import Topic
from server.domain.webinar_facts import WebinarChanged
from server.domain.webinars import STAFF_TOPIC_ROLES, WebinarAction, WebinarRole, check_action
from server.models.database import connection
from server.models.webinars import Webinar, WebinarEvent
from server.queries import webinars as webinar_queries
from server.services.transaction import Work

# Not FOR UPDATE: rows that refer to the event (registrations, questions) may be made meanwhile.
_LOCK = "SELECT id FROM webinar WHERE id = $1 FOR NO KEY UPDATE"


@dataclass
class Scene:
    """A locked event and the actor's standing in it. The system has every right and no role.

    `what` is what was asked for: an event that may not be seen answers like a question or poll that is not there.
    """

    work: Work
    webinar: Webinar
    actor: Actor
    role: WebinarRole | None
    standing: webinar_queries.Standing | None
    what: str = "webinar"

    @property
    def audience(self) -> Topic:
        """Return the audience's topic."""
        return topics.webinar(self.webinar.id)

    @property
    def staff(self) -> Topic:
        """Return the staff's topic."""
        return topics.webinar_staff(self.webinar.id)

    def check(self, action: WebinarAction) -> None:
        """Refuse what the actor's role or the event's state does not allow, and move the event where it leads."""
        role = WebinarRole.HOST if self.actor.is_system else self.role
        self.webinar.state = check_action(self.webinar.state, role, action)

    def check_staff(self) -> None:
        """Refuse, as if there were nothing, what only those on the staff's topic may know of."""
        if not self.actor.is_system and self.role not in STAFF_TOPIC_ROLES:
            raise NotFound(self.what)

    async def changed(self, action: str, **detail: Any) -> None:
        """Keep the changed event, its history, and tell both topics."""
        webinar = self.webinar
        webinar.version += 1
        await webinar.save()
        await self.note(action, **detail)
        shown = (await webinar_queries.shown([webinar]))[webinar.id]
        self.work.record(WebinarChanged(webinar=shown), to=[self.audience, self.staff], actor=self.actor)

    async def note(self, action: str, **detail: Any) -> None:
        """Keep a line of the event's history."""
        await WebinarEvent.create(
            webinar_id=self.webinar.id,
            actor_id=self.actor.user_id,
            action=action,
            version=self.webinar.version,
            detail=detail,
        )


async def enter(work: Work, actor: Actor, webinar_id: UUID, *, what: str = "webinar") -> Scene:
    """Lock an event the actor may see; NotFound of `what` when they may not."""
    await connection().execute_query(_LOCK, [webinar_id])
    standing = (await webinar_queries.standings_of(actor, [webinar_id])).get(webinar_id)
    if standing is None and not actor.is_system:
        actor.require_user()
        raise NotFound(what)
    webinar = await Webinar.get_or_none(id=webinar_id)
    if webinar is None:
        raise NotFound(what)
    return Scene(work, webinar, actor, None if standing is None else standing.role, standing, what)
