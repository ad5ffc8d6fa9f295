"""The parts of a session's picture beside its chat, and how each fact changes them.

Facts say how things are, never by how much they changed: the later one stays, also over a state that is newer.
"""

from collections.abc import Callable, Mapping
from typing import Any

Json = dict[str, Any]
Change = Callable[[Json, Mapping[str, Any]], None]

UNHEARD: Mapping[str, Any] = {"hand_raised_at": None, "times_heard": 0, "seconds_heard": 0}
"""What a participant's entry says before they raised a hand or had the floor."""


def room_picture() -> Json:
    """Return these parts as they are in a new room."""
    return {
        "floor": None,
        "queue": [],
        "agenda": {"items": {}, "order": [], "current_id": None},
        "timer": {"started_at": None, "ends_at": None, "left_seconds": None},
        "links": {},
        "actions": {},
        "notes": {"number": 0},
        "call": {},
    }


def close_room(state: Json) -> None:
    """Lower all hands and end the call: nobody speaks after the end."""
    for place in state["participants"].values():
        place["hand_raised_at"] = None
    state["queue"], state["call"] = [], {}


def _hand_raised(state: Json, fact: Mapping[str, Any]) -> None:
    state["participants"][fact["profile_id"]]["hand_raised_at"] = fact["at"]
    state["queue"] = fact["queue"]


def _hand_lowered(state: Json, fact: Mapping[str, Any]) -> None:
    state["participants"][fact["profile_id"]]["hand_raised_at"] = None
    state["queue"] = fact["queue"]


def _floor_given(state: Json, fact: Mapping[str, Any]) -> None:
    state["participants"][fact["profile_id"]].update(hand_raised_at=None, times_heard=fact["times"])
    state["floor"] = {"profile_id": fact["profile_id"], "given_by": fact["given_by"], "since": fact["at"]}
    state["queue"] = fact["queue"]


def _floor_ended(state: Json, fact: Mapping[str, Any]) -> None:
    state["participants"][fact["profile_id"]]["seconds_heard"] = fact["seconds"]
    state["floor"], state["queue"] = None, fact["queue"]


def _item_added(state: Json, fact: Mapping[str, Any]) -> None:
    state["agenda"]["items"][fact["item"]["id"]] = fact["item"]
    state["agenda"]["order"] = fact["order"]


def _item_edited(state: Json, fact: Mapping[str, Any]) -> None:
    _change(state["agenda"]["items"].get(fact["item_id"]), fact)


def _item_moved(state: Json, fact: Mapping[str, Any]) -> None:
    state["agenda"]["order"] = fact["order"]


def _item_removed(state: Json, fact: Mapping[str, Any]) -> None:
    state["agenda"]["items"].pop(fact["item_id"], None)
    state["agenda"].update(order=fact["order"], current_id=fact["current_id"])


def _item_taken_up(state: Json, fact: Mapping[str, Any]) -> None:
    state["agenda"]["current_id"] = fact["item_id"]


def _timer_set(state: Json, fact: Mapping[str, Any]) -> None:
    state["timer"] = fact["timer"]


def _link_added(state: Json, fact: Mapping[str, Any]) -> None:
    state["links"][fact["link"]["id"]] = fact["link"]


def _link_removed(state: Json, fact: Mapping[str, Any]) -> None:
    state["links"].pop(fact["link_id"], None)


def _action_added(state: Json, fact: Mapping[str, Any]) -> None:
    state["actions"][fact["action"]["id"]] = fact["action"]


def _action_edited(state: Json, fact: Mapping[str, Any]) -> None:
    _change(state["actions"].get(fact["action_id"]), fact)


def _action_removed(state: Json, fact: Mapping[str, Any]) -> None:
    state["actions"].pop(fact["action_id"], None)


def _notes_written(state: Json, fact: Mapping[str, Any]) -> None:
    state["notes"]["number"] = max(state["notes"]["number"], fact["number"])


def _call_seated(state: Json, fact: Mapping[str, Any]) -> None:
    state["call"][fact["seat"]["profile_id"]] = fact["seat"]


def _call_left(state: Json, fact: Mapping[str, Any]) -> None:
    seat = state["call"].get(fact["profile_id"])
    if seat is not None and seat["connection_id"] == fact["connection_id"]:
        del state["call"][fact["profile_id"]]


def _change(view: Json | None, fact: Mapping[str, Any]) -> None:
    """Bring a view up to date: words that are not given are as they were. What was removed since stays away."""
    if view is not None:
        words = {"title", "text"}
        view.update({key: fact[key] for key in view.keys() & fact.keys() if key not in words or fact[key] is not None})


ROOM_CHANGES: Mapping[str, Change] = {
    "hand.raised": _hand_raised,
    "hand.lowered": _hand_lowered,
    "floor.given": _floor_given,
    "floor.ended": _floor_ended,
    "agenda.item_added": _item_added,
    "agenda.item_edited": _item_edited,
    "agenda.item_moved": _item_moved,
    "agenda.item_removed": _item_removed,
    "agenda.item_taken_up": _item_taken_up,
    "timer.set": _timer_set,
    "link.added": _link_added,
    "link.removed": _link_removed,
    "action.added": _action_added,
    "action.edited": _action_edited,
    "action.removed": _action_removed,
    "notes.written": _notes_written,
    "call.joined": _call_seated,
    "call.changed": _call_seated,
    "call.left": _call_left,
}
