"""Topics: what one can follow. A topic's name is its only identity, on the wire and in the book."""

import re
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from server.domain.errors import NotFound

RIGHTS_CHANGED = "rights.changed"
"""Control: look again at who may follow this topic. `{"userId": ...}`, or `{}` for all who do. On a person's topic:
their platform roles changed, so their connections are made anew."""

LOGIN_ENDED = "login.revoked"
"""Control on a person's topic: close their connections. `{"loginId": ...}`, or `{}` for those of every login."""


class TopicKind(StrEnum):
    """The families of topics. The staff topic of a webinar is a family of its own: nothing is filtered per listener."""

    USER = "user"
    SESSION = "session"
    WEBINAR = "webinar"
    WEBINAR_STAFF = "webinar_staff"
    CIRCLE = "circle"


class Topic(NamedTuple):
    """A family and the id of the thing followed."""

    kind: TopicKind
    id: UUID

    @property
    def name(self) -> str:
        """Return the name on the wire: `session:{id}`, `webinar:{id}:staff`."""
        if self.kind is TopicKind.WEBINAR_STAFF:
            return f"webinar:{self.id}:staff"
        return f"{self.kind.value}:{self.id}"


_PATTERN = re.compile(r"(user|session|webinar|circle):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(:staff)?")


def parse(name: str) -> Topic:
    """Return the topic of a name; anything else is refused as NotFound, like a topic one may not follow."""
    match = _PATTERN.fullmatch(name) if len(name) <= 64 else None
    if match is None:
        raise NotFound("topic")
    family, key, staff = match.groups()
    if staff:
        if family != TopicKind.WEBINAR:
            raise NotFound("topic")
        return Topic(TopicKind.WEBINAR_STAFF, UUID(key))
    return Topic(TopicKind(family), UUID(key))


def user(user_id: UUID) -> Topic:
    """Return the private topic of a person."""
    return Topic(TopicKind.USER, user_id)


def session(session_id: UUID) -> Topic:
    """Return the topic of a live mentoring session."""
    return Topic(TopicKind.SESSION, session_id)


def webinar(webinar_id: UUID) -> Topic:
    """Return the audience's topic of a webinar."""
    return Topic(TopicKind.WEBINAR, webinar_id)


def webinar_staff(webinar_id: UUID) -> Topic:
    """Return the staff's topic of a webinar."""
    return Topic(TopicKind.WEBINAR_STAFF, webinar_id)


def circle(circle_id: UUID) -> Topic:
    """Return the topic of a circle."""
    return Topic(TopicKind.CIRCLE, circle_id)
