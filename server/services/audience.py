"""May this actor follow this topic, as what? Asked at every follow, every replay, and by the sweep that heals."""

from dataclasses import dataclass

from server.domain.actors import Actor
from server.domain.errors import NotFound
from server.domain.topics import Topic, TopicKind
from server.domain.webinars import SPEAKER_ROLES, STAFF_TOPIC_ROLES, WebinarRole
from server.queries import circles, sessions, webinars

OWNER = "owner"


@dataclass(frozen=True)
class Following:
    """A right to follow: the role it gives, and a revision that grows whenever the right may have changed."""

    role: str
    rev: int


async def audience_of(actor: Actor, topic: Topic) -> Following:
    """Return the actor's right to follow a topic; NotFound when there is none, or no such topic."""
    if topic.kind is TopicKind.USER:
        if actor.user_id != topic.id:
            raise NotFound("topic")
        return Following(OWNER, 0)
    if topic.kind is TopicKind.SESSION:
        place = (await sessions.places_of(actor, [topic.id])).get(topic.id)
        if place is None:
            raise NotFound("topic")
        return Following(place.role.value, place.version)
    if topic.kind is TopicKind.CIRCLE:
        return await _of_circle(actor, topic)
    if topic.kind in (TopicKind.WEBINAR, TopicKind.WEBINAR_STAFF):
        return await _of_webinar(actor, topic)
    raise NotFound("topic")


async def _of_webinar(actor: Actor, topic: Topic) -> Following:
    """The audience's topic is for whoever has a place, the staff's for those who see questions under review."""
    standing = (await webinars.standings_of(actor, [topic.id])).get(topic.id)
    is_staffs = topic.kind is TopicKind.WEBINAR_STAFF
    if standing is None or standing.role is None or not standing.may_enter:
        raise NotFound("topic")
    if is_staffs and standing.role not in STAFF_TOPIC_ROLES:
        raise NotFound("topic")
    role = standing.role
    if not is_staffs and role not in SPEAKER_ROLES:
        # Presence tells a room the roles of those in it, and who moderates is told to the staff alone.
        role = WebinarRole.ATTENDEE
    return Following(role.value, standing.rev)


async def _of_circle(actor: Actor, topic: Topic) -> Following:
    """A circle's topic is for its members, and for a guest until their meeting is over."""
    standing = (await circles.standings_of(actor, [topic.id])).get(topic.id)
    if standing is None or standing.role is None or not standing.is_inside:
        raise NotFound("topic")
    return Following(standing.role.value, standing.rev)
