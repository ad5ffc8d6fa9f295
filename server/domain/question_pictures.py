"""The pictures of a webinar's two topics, and how each fact and each signal changes them.

Folding is safe against repeats and against a state newer than its position: whole views with versions, the later stays.
"""

from collections.abc import Callable, Mapping
from typing import Any

Json = dict[str, Any]
Change = Callable[[Json, Mapping[str, Any]], None]

VOTES_SIGNAL = "question.votes"
"""The signal that carries a question's absolute number of votes, keyed by the question's id."""

TALK_IN_PICTURE = 200
"""The newest lines of the staff's talk that a picture holds."""


def audience_picture() -> Json:
    """Return the audience's picture before anything happened."""
    return {"webinar": None, "questions": {}, "tallies": {}, "polls": {}}


def staff_picture() -> Json:
    """Return the staff's picture before anything happened."""
    return {**audience_picture(), "staff": {"version": 0, "staff": []}, "talk": [], "restrictions": {}, "burst": None}


def apply_signal(state: Json, kind: str, key: str, payload: Mapping[str, Any]) -> None:
    """Bring a picture up to date with a signal; only the votes are part of it."""
    if kind == VOTES_SIGNAL and key in state["questions"]:
        _tally(state, {"question_id": key, **payload})


def _keep(group: Json, view: Mapping[str, Any]) -> None:
    known = group.get(view["id"])
    if known is None or known["version"] < view["version"]:
        group[view["id"]] = dict(view)


def _tally(state: Json, tally: Mapping[str, Any]) -> None:
    known = state["tallies"].get(tally["question_id"])
    if known is None or known["revision"] < tally["revision"]:
        state["tallies"][tally["question_id"]] = {"votes": tally["votes"], "revision": tally["revision"]}


def _webinar_changed(state: Json, fact: Mapping[str, Any]) -> None:
    known = state["webinar"]
    if known is None or known["version"] < fact["webinar"]["version"]:
        state["webinar"] = dict(fact["webinar"])


def _question_kept(state: Json, fact: Mapping[str, Any]) -> None:
    _keep(state["questions"], fact["question"])
    _tally(state, fact["tally"])


def _question_gone(state: Json, fact: Mapping[str, Any]) -> None:
    known = state["questions"].get(fact["question_id"])
    if known is not None and known["version"] < fact["version"]:
        del state["questions"][fact["question_id"]]
        state["tallies"].pop(fact["question_id"], None)


def _tallied(state: Json, fact: Mapping[str, Any]) -> None:
    for tally in fact["tallies"]:
        # A question that is gone from the picture by a later fact must not leave its votes behind.
        if tally["question_id"] in state["questions"]:
            _tally(state, tally)


def _poll_shown(state: Json, fact: Mapping[str, Any]) -> None:
    _keep(state["polls"], fact["poll"])


def _poll_moved(state: Json, fact: Mapping[str, Any]) -> None:
    if fact["is_deleted"]:
        state["polls"].pop(fact["poll"]["id"], None)
        return
    _keep(state["polls"], {**fact["poll"], "results_are_shown": fact["results_are_shown"]})


def _staff_changed(state: Json, fact: Mapping[str, Any]) -> None:
    if state["staff"]["version"] < fact["version"]:
        state["staff"] = {"version": fact["version"], "staff": fact["staff"]}


def _staff_said(state: Json, fact: Mapping[str, Any]) -> None:
    talk: list[Json] = state["talk"]
    if any(line["id"] == fact["talk_id"] for line in talk):
        return
    talk.append({"id": fact["talk_id"], "author_id": fact["author_id"], "text": fact["text"], "at": fact["at"]})
    # The key is made at the instant it is said, so it sorts as the lines do.
    talk.sort(key=lambda line: line["id"])
    del talk[:-TALK_IN_PICTURE]


def _restricted(state: Json, fact: Mapping[str, Any]) -> None:
    known = state["restrictions"].get(fact["restriction_id"])
    if known is not None and known["version"] >= fact["version"]:
        return
    state["restrictions"][fact["restriction_id"]] = {
        "restriction": fact["restriction"],
        "shown_as": fact["shown_as"],
        "until": fact["until"],
        "is_lifted": fact["is_lifted"],
        "version": fact["version"],
    }


def _burst(state: Json, fact: Mapping[str, Any]) -> None:
    state["burst"] = {"at": fact["at"]}


AUDIENCE_CHANGES: Mapping[str, Change] = {
    "webinar.changed": _webinar_changed,
    "question.shown": _question_kept,
    "question.gone": _question_gone,
    "questions.tallied": _tallied,
    "poll.shown": _poll_shown,
}
STAFF_CHANGES: Mapping[str, Change] = {
    "webinar.changed": _webinar_changed,
    "webinar.staff_changed": _staff_changed,
    "webinar.staff_said": _staff_said,
    "webinar.person_restricted": _restricted,
    "webinar.burst_noticed": _burst,
    "question.moved": _question_kept,
    "questions.tallied": _tallied,
    "poll.moved": _poll_moved,
}
