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
    return {"floor": None, "queue": []}


def close_room(state: Json) -> None:
    """Lower all hands: nobody speaks after the end."""
    for place in state["participants"].values():
        place["hand_raised_at"] = None
    state["queue"] = []


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


ROOM_CHANGES: Mapping[str, Change] = {
    "hand.raised": _hand_raised,
    "hand.lowered": _hand_lowered,
    "floor.given": _floor_given,
    "floor.ended": _floor_ended,
}
