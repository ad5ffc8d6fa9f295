"""The picture of a circle's topic, and how each fact changes it. Seats and numbers: no person, no member's words.

Facts say how things are, never by how much they changed: the later version stays, also over a state that is newer.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

Json = dict[str, Any]
Change = Callable[[Json, Mapping[str, Any]], None]

ITEMS_IN_PICTURE = 50
"""The newest lines of the feed that a picture holds, and as many of its discussions."""
_TO_COME = {"planned", "live"}


def circle_picture() -> Json:
    """Return the picture before anything happened."""
    return {"circle": None, "seats": {}, "meetings": {}, "talks": {}, "items": [], "threads": []}


def _circle_changed(state: Json, fact: Mapping[str, Any]) -> None:
    known = state["circle"]
    if known is None or known["version"] < fact["circle"]["version"]:
        state["circle"] = dict(fact["circle"])


def _seat_changed(state: Json, fact: Mapping[str, Any]) -> None:
    seat = fact["seat"]
    known = state["seats"].get(seat["id"])
    if known is not None and known["version"] >= seat["version"]:
        return
    if seat["state"] == "seated":
        state["seats"][seat["id"]] = dict(seat)
    else:
        state["seats"].pop(seat["id"], None)


def _meeting_changed(state: Json, fact: Mapping[str, Any]) -> None:
    meeting = fact["meeting"]
    known = state["meetings"].get(meeting["id"])
    if known is not None and known["version"] >= meeting["version"]:
        return
    if meeting["state"] in _TO_COME:
        state["meetings"][meeting["id"]] = dict(meeting)
    else:
        state["meetings"].pop(meeting["id"], None)
        state["talks"].pop(meeting["id"], None)


def _talk_changed(state: Json, fact: Mapping[str, Any]) -> None:
    known = state["talks"].get(fact["meeting_id"])
    if known is None or known["version"] < fact["talk"]["version"]:
        state["talks"][fact["meeting_id"]] = dict(fact["talk"])


def _item_added(state: Json, fact: Mapping[str, Any]) -> None:
    line = {"id": fact["item_id"], "item": fact["item"], "at": fact["at"]}
    if all(one["id"] != line["id"] for one in state["items"]):
        state["items"] = _newest([*state["items"], line])


def _thread_changed(state: Json, fact: Mapping[str, Any]) -> None:
    line = {"id": fact["thread_id"], "version": fact["version"], "at": fact["at"]}
    others = [one for one in state["threads"] if one["id"] != line["id"]]
    known = next((one for one in state["threads"] if one["id"] == line["id"]), None)
    if known is None or known["version"] < line["version"]:
        state["threads"] = _newest([*others, line])


def _newest(lines: list[Json]) -> list[Json]:
    """Return the newest lines, newest first."""
    lines.sort(key=lambda one: (datetime.fromisoformat(one["at"]), one["id"]), reverse=True)
    return lines[:ITEMS_IN_PICTURE]


CIRCLE_CHANGES: Mapping[str, Change] = {
    "circle.changed": _circle_changed,
    "circle.seat_changed": _seat_changed,
    "circle.meeting_changed": _meeting_changed,
    "circle.talk_changed": _talk_changed,
    "circle.item_added": _item_added,
    "circle.thread_changed": _thread_changed,
}
