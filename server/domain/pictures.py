"""Pictures: what a follower of a topic keeps, and how each fact changes it. The same rule for every client.

A picture is plain JSON: objects by id. Folding is safe against repeats: an entry at or before the picture's position
is left out, and since a snapshot reads its position before its state, a fact the state already shows changes nothing
in the end: rows carry versions, lines carry instants, and the later one stays.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.domain.circle_pictures import CIRCLE_CHANGES
from server.domain.mentorships import GOING_ON
from server.domain.question_pictures import AUDIENCE_CHANGES, STAFF_CHANGES
from server.domain.requests import OPEN_STATES as OPEN_REQUESTS
from server.domain.session_pictures import ROOM_CHANGES, UNHEARD, close_room, room_picture
from server.domain.topics import Topic, TopicKind
from server.kit.naming import camel_keys, snake_keys

MESSAGES_IN_PICTURE = 100
"""The newest lines of a session's chat that a picture holds."""

Json = dict[str, Any]
Change = Callable[[Json, Mapping[str, Any]], None]


@dataclass(frozen=True)
class FoldedEntry:
    """An entry as a follower gets it: its place, its kind, the fact's fields as JSON values."""

    epoch: str
    seq: int
    chain: str
    kind: str
    payload: Mapping[str, Any]


def fold(topic: Topic, snapshot: Json, entries: Iterable[FoldedEntry]) -> Json:
    """Bring a snapshot `{state, pos}` up to date in place and return it. ValueError: an entry is missing between."""
    changes = CHANGES[topic.kind]
    state = snake_keys(snapshot["state"])
    for entry in entries:
        seq = snapshot["pos"]["seq"]
        if entry.seq <= seq:
            continue
        if entry.seq != seq + 1:
            raise ValueError(f"entry {entry.seq} does not follow {seq}")
        change = changes.get(entry.kind)
        if change is not None:
            change(state, snake_keys(entry.payload))
        snapshot["pos"] = {"epoch": entry.epoch, "seq": entry.seq, "chain": entry.chain}
    snapshot["state"] = camel_keys(state)
    return snapshot


def _opened(state: Json, fact: Mapping[str, Any]) -> None:
    session = state["session"]
    if session and session["version"] >= fact["version"]:
        return
    state["session"] = {
        "id": fact["session_id"],
        "mentorship_id": fact["mentorship_id"],
        "title": fact["title"],
        "state": "lobby",
        "opened_by": fact["opened_by"],
        "started_at": None,
        "ended_at": None,
        "version": fact["version"],
    }
    state["participants"] = {
        fact["opened_by"]: {"role": "host", "joined_at": fact["at"], **UNHEARD},
        fact["other_id"]: {"role": "participant", "joined_at": None, **UNHEARD},
    }
    state.update(room_picture())


def _joined(state: Json, fact: Mapping[str, Any]) -> None:
    place = state["participants"].setdefault(fact["profile_id"], dict(UNHEARD))
    place.update(role=fact["role"], joined_at=fact["at"])


def _started(state: Json, fact: Mapping[str, Any]) -> None:
    if state["session"]["version"] < fact["version"]:
        state["session"].update(state="live", started_at=fact["at"], version=fact["version"])


def _ended(state: Json, fact: Mapping[str, Any]) -> None:
    if state["session"]["version"] < fact["version"]:
        state["session"].update(state="ended", ended_at=fact["at"], version=fact["version"])
    close_room(state)


def _said(state: Json, fact: Mapping[str, Any]) -> None:
    lines: list[Json] = state["messages"]
    if any(line["id"] == fact["message_id"] for line in lines):
        return
    lines.append(
        {
            "id": fact["message_id"],
            "author_id": fact["author_id"],
            "text": fact["text"],
            "at": fact["at"],
            "edited_at": None,
            "deleted_at": None,
        }
    )
    # Two lines said at once may commit in the other order than their instants.
    lines.sort(key=lambda line: (_instant(line["at"]), line["id"]))
    del lines[:-MESSAGES_IN_PICTURE]


def _instant(text: str) -> datetime:
    # Not compared as text: an instant on the full second is written without a fraction.
    return datetime.fromisoformat(text)


def _edited(state: Json, fact: Mapping[str, Any]) -> None:
    for line in state["messages"]:
        is_newer = line["edited_at"] is None or _instant(line["edited_at"]) < _instant(fact["at"])
        if line["id"] == fact["message_id"] and line["deleted_at"] is None and is_newer:
            line.update(text=fact["text"], edited_at=fact["at"])


def _deleted(state: Json, fact: Mapping[str, Any]) -> None:
    for line in state["messages"]:
        if line["id"] == fact["message_id"]:
            line.update(text="", deleted_at=fact["at"])


SESSION_CHANGES: Mapping[str, Change] = {
    "session.opened": _opened,
    "participant.joined": _joined,
    "session.started": _started,
    "session.ended": _ended,
    "message.sent": _said,
    "message.edited": _edited,
    "message.deleted": _deleted,
    **ROOM_CHANGES,
}


def _kept(group: str, key: str, fields: tuple[str, ...]) -> Change:
    """Return the change that puts a row into a group of the user's picture, unless a later version is there."""

    def change(state: Json, fact: Mapping[str, Any]) -> None:
        known = state[group].get(fact[key])
        if known is None or known["version"] < fact["version"]:
            state[group][fact[key]] = {field: fact[field] for field in fields}

    return change


def _moved(group: str, key: str, open_states: frozenset[Any], fields: tuple[str, ...]) -> Change:
    """Return the change that moves a row of the user's picture, and drops it when it is over."""

    def change(state: Json, fact: Mapping[str, Any]) -> None:
        known = state[group].get(fact[key])
        if known is None or known["version"] >= fact["version"]:
            return
        if fact["state"] not in open_states:
            del state[group][fact[key]]
        else:
            known.update({field: fact[field] for field in fields})

    return change


def _room_opened(state: Json, fact: Mapping[str, Any]) -> None:
    known = state["sessions"].get(fact["session_id"])
    if known is None or known["version"] < fact["version"]:
        state["sessions"][fact["session_id"]] = {
            "mentorship_id": fact["mentorship_id"],
            "opened_by": fact["opened_by"],
            "state": "lobby",
            "version": fact["version"],
        }


def _room_started(state: Json, fact: Mapping[str, Any]) -> None:
    known = state["sessions"].get(fact["session_id"])
    if known is not None and known["version"] < fact["version"]:
        known.update(state="live", version=fact["version"])


def _room_ended(state: Json, fact: Mapping[str, Any]) -> None:
    state["sessions"].pop(fact["session_id"], None)


def _notified(state: Json, fact: Mapping[str, Any]) -> None:
    if state["notifications"]["version"] < fact["version"]:
        state["notifications"] = {"version": fact["version"], "unread": fact["unread"]}


REQUEST_FIELDS = (
    "sender_id",
    "receiver_id",
    "mentor_id",
    "mentee_id",
    "format",
    "goal",
    "state",
    "version",
    "expires_at",
)
MENTORSHIP_FIELDS = ("mentor_id", "mentee_id", "format", "goal", "state", "version")

_request_kept = _kept("requests", "request_id", REQUEST_FIELDS)
_request_moved = _moved("requests", "request_id", OPEN_REQUESTS, ("state", "version", "expires_at"))

ROAD_KINDS = (
    "mentorship.brief_changed",
    "mentorship.cadence_set",
    "mentorship.closing",
    "mentorship.delivered",
    "mentorship.ended",
    "mentorship.paused",
    "mentorship.resumed",
    "mentorship.trial_over",
)
"""Each moves a mentorship of the user's picture to where it stands now."""

USER_CHANGES: Mapping[str, Change] = {
    "request.sent": _request_kept,
    "request.waitlisted": _request_kept,
    "request.viewed": _request_moved,
    "request.info_asked": _request_moved,
    "request.info_given": _request_moved,
    "request.clock_moved": _request_moved,
    "request.accepted": _request_moved,
    "request.declined": _request_moved,
    "request.withdrawn": _request_moved,
    "request.expired": _request_moved,
    "request.invalidated": _request_moved,
    "request.referred": _request_moved,
    "mentorship.started": _kept("mentorships", "mentorship_id", MENTORSHIP_FIELDS),
    **dict.fromkeys(ROAD_KINDS, _moved("mentorships", "mentorship_id", GOING_ON, ("state", "version"))),
    "session.opened": _room_opened,
    "session.started": _room_started,
    "session.ended": _room_ended,
    "notification.added": _notified,
    "notification.read": _notified,
}

CHANGES: Mapping[TopicKind, Mapping[str, Change]] = {
    TopicKind.USER: USER_CHANGES,
    TopicKind.SESSION: SESSION_CHANGES,
    TopicKind.WEBINAR: AUDIENCE_CHANGES,
    TopicKind.WEBINAR_STAFF: STAFF_CHANGES,
    TopicKind.CIRCLE: CIRCLE_CHANGES,
}
