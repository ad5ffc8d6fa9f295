"""Inputs for every mutation: good ones from a small world, and bad values of every type."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from graphql import GraphQLEnumType, GraphQLInputType

from server.kit.binary import text_of
from server.kit.clock import now
from server.kit.ids import new_id
from server.schema.core.ids import encode_id
from tests.factories.graphql import example, input_of_mutation, leaves, with_value
from tests.factories.graphql_community import community_inputs, community_values
from tests.factories.graphql_meetings import meeting_inputs, meeting_values
from tests.factories.graphql_papers import paper_inputs, paper_values
from tests.factories.graphql_programmes import programme_inputs, programme_values
from tests.factories.graphql_road import road_inputs
from tests.factories.graphql_world import SKILL, World
from tests.factories.logins import PASSWORD
from tests.factories.pads import Pad

BIG = "a number of 5,000 digits"
"""Stands for a number that Python does not write down; `body_of` puts the digits in."""

_LONE = "\ud800"
_TEXTS: list[Any] = [
    "",
    " ",
    "\x00",
    f"a{_LONE}b",
    "9" * 5_000,
    "x" * 100_000,
    "\u202e" * 3,
    "'; --",
    None,
    7,
    True,
    {},
    [[]],
]
_NUMBERS: list[Any] = [-1, 0, 2**31, -(2**63), 2**64, BIG, 1.5, float("nan"), float("inf"), "1", "", None, True, {}, []]
_TIMES: list[Any] = [
    "",
    "soon",
    "\x00",
    _LONE,
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2027-02-30T00:00:00Z",
    "2027-03-09T10:00:00",
    "9" * 5_000,
    None,
    5,
    BIG,
    {},
]
_DAYS: list[Any] = [
    "",
    "\x00",
    _LONE,
    "0000-01-01",
    "0001-01-01",
    "9999-12-31",
    "2027-02-30",
    "9" * 5_000,
    None,
    5,
    BIG,
]
_SWITCHES: list[Any] = ["", "true", 1, None, {}, [], float("nan")]
_CHOICES: list[Any] = ["", "NOPE", "\x00", _LONE, 0, None, True, {}, "X" * 100_000]
BAD: dict[str, list[Any]] = {
    "Boolean": _SWITCHES,
    "Date": _DAYS,
    "DateTime": _TIMES,
    "Float": _NUMBERS,
    "Int": _NUMBERS,
    "String": _TEXTS,
}


def known_values(here: World) -> dict[str, Any]:
    """Return a value that is good for Ana for each field that a plain one does not suit."""

    def of_type(type_name: str, number: int) -> str:
        return here.of(type_name)[number].id

    stranger = encode_id("Profile", here.viewers["community_manager"].require_user())
    return {
        "actionId": own(here, "SessionAction"),
        "afterMessageId": None,
        "askId": here.parts["ask held"],
        "bufferMinutes": 10,
        "byId": encode_id("Profile", here.viewers["owner"].require_user()),
        "capacity": 30,
        "caseId": of_type("DeskCase", 0),
        "circleId": here.parts["Circle"],
        "code": "pt",
        "contactId": here.parts["Contact"],
        "correct": [0],
        "country": "PT",
        "currentPassword": PASSWORD,
        "draftId": here.parts["draft"],
        "dueAt": "2027-03-20T10:00:00Z",
        "email": "somebody.new@example.org",
        "dueOn": "2027-03-20",
        "endMinute": 120,
        "endedAt": "2027-03-10T10:00:00Z",
        "endedOn": "2024-05-01",
        "endsAt": "2027-03-09T12:00:00Z",
        "evidenceUrl": "https://example.org/work",
        "exceptionId": here.parts["AvailabilityException"],
        "goal": "Send my first invoice",
        "intoCircleId": here.parts["listed circle"],
        "intoId": of_type("Question", 1),
        "isPseudonymous": False,
        "itemId": own(here, "AgendaItem"),
        "labels": ["money"],
        "limit": 3,
        "linkId": own(here, "SessionLink"),
        "loginId": own(here, "Login"),
        "meetingId": here.parts["meeting to come"],
        "mentorshipId": own(here, "Mentorship"),
        "mostChoices": 1,
        "messageId": own(here, "SessionMessage"),
        "minutesNeeded": 60,
        "number": 1,
        "openingId": here.parts["TalkOpening"],
        "ownCaseId": here.parts["decided case"],
        "newEmail": "ana.new@example.org",
        "newPassword": "nine loud herons",
        "noticeMinutes": 60,
        "notificationId": own(here, "Notification"),
        "options": ["this", "that"],
        "ownerId": encode_id("Profile", here.viewers["owner"].require_user()),
        "password": PASSWORD,
        "placeId": here.parts["place"],
        "pollId": of_type("Poll", 0),
        "postId": here.parts["post"],
        "profileId": stranger,
        "position": 0,
        "prompt": "Which one do you like?",
        "rank": 3,
        "questionId": of_type("Question", 0),
        "receiverId": stranger,
        "requestId": here.parts["received"],
        "resourceId": here.parts["resource"],
        "restrictionKey": here.parts["restriction"],
        "scale": 5,
        "subjectId": stranger,
        "searchId": here.parts["search"],
        "seatId": here.parts["seat of party"],
        "seatIds": [here.parts["seat of party"], here.parts["seat of program_manager"]],
        "sessionId": own(here, "Session"),
        "update": text_of(Pad().type("Rates")),
        "skillId": encode_id("Skill", SKILL),
        "skillIds": [encode_id("Skill", SKILL)],
        "skills": [encode_id("Skill", SKILL)],
        "seconds": 60,
        "stage": "main",
        "stages": ["main"],
        "startedAt": "2027-03-09T10:00:00Z",
        "startedOn": "2024-01-01",
        "startMinute": 60,
        "startsAt": "2027-03-09T10:00:00Z",
        "url": "https://example.org/work",
        "stintId": here.parts["Stint"],
        "stretchId": here.parts["Stretch"],
        "tag": None,
        "threadId": here.parts["thread"],
        "timeZone": "Europe/Lisbon",
        "toProfileId": stranger,
        "toSeatId": here.parts["seat of party"],
        "token": "a-token-that-nobody-was-sent",
        "transitionId": here.parts["Transition"],
        "value": "ana@example.org",
        "words": ["calm"],
        "webinarId": of_type("Webinar", 0),
        "year": 2020,
        **paper_values(here),
        **meeting_values(here),
        **programme_values(here),
        **community_values(here),
    }


def known_for(here: World, name: str) -> dict[str, Any]:
    """Return what a mutation wants other than `known_values` have it: an object in the right state, who fits."""

    def profile(role: str) -> str:
        return encode_id("Profile", here.viewers[role].require_user())

    account = here.account
    pending, claimed = here.parts["other question"], here.of("StaffQuestion")[2].id
    special: dict[str, dict[str, Any]] = {
        **circle_inputs(here),
        **road_inputs(here),
        "acceptRequest": {"siblings": None, "trialDays": 14},
        **community_inputs(here),
        "postSmallAsk": {"topic": "money"},
        "joinSkillWaitingList": {"skillId": encode_id("Skill", SKILL)},
        "pauseRequests": {"until": (now() + timedelta(days=5)).isoformat()},
        "postAsk": {"minutes": 30},
        "readmitToMatching": {"profileId": profile("stranger")},
        "rematchMentorship": {"skillId": encode_id("Skill", SKILL)},
        "saveSearch": {"canMeetWithinDays": 10, "withinHours": 3, "code": "pt", "goal": "", "name": "Mornings"},
        "setMatchWishes": {"kind": "LANGUAGE", "value": "pt"},
        "takeAsk": {"askId": here.parts["ask to take"]},
        "waitWithRequest": {"requestId": here.parts["over request"]},
        "withdrawAsk": {"askId": here.parts["own ask"]},
        "answerMore": {"requestId": here.parts["asked back"]},
        **{key: {"questionId": pending} for key in ("approveQuestion", "claimQuestion")},
        **{key: {"questionId": claimed} for key in ("releaseClaim", "returnQuestion")},
        **{key: {"pollId": here.of("Poll")[1].id} for key in ("deletePoll", "openPoll")},
        "appointStaff": {"role": "MODERATOR"},
        "castBallot": {"choices": [0], "rating": None, "words": []},
        "appealDecision": {"words": "It was a joke"},
        "reportSubject": {"words": "He sells things"},
        "decideCase": {"decision": "NOTHING", "days": None},
        "unmuteProfile": {"profileId": profile("party")},
        "createWebinar": {"languages": ["en"]},
        "draftPoll": {"options": ["this", "that"], "kind": "SINGLE", "correct": [], "scale": 5},
        "editWebinar": {"languages": ["en"]},
        "giveFloor": {"profileId": profile("party")},
        "joinWaitingList": {"receiverId": profile("safety_team")},
        "markNotificationsRead": {"ids": [own(here, "Notification")], "upTo": None},
        "setDigest": {"weekday": 0, "hour": 9},
        "setNotificationPreference": {"kinds": ["REQUEST_RECEIVED"], "inApp": True},
        "labelQuestion": {"labels": ["money"]},
        "publishWebinar": {"webinarId": here.of("Webinar")[1].id},
        "lowerHand": {"profileId": profile("party")},
        "referRequest": {"toProfileId": profile("admin")},
        "releaseContacts": {"profileId": profile("party")},
        "removeTag": {"text": "bike whispering"},
        "revokeContacts": {"profileId": profile("party")},
        "sendDraft": {"requestId": here.parts["draft"]},
        "sendReaction": {"kind": "heart"},
        "setSupportMap": {"isOffer": False},
        "signIn": {"email": account.email if account else ""},
        "unblockProfile": {"profileId": profile("blocked")},
        **paper_inputs(here),
        **meeting_inputs(here),
        **programme_inputs(here),
        "withdrawRequest": {"requestId": here.parts["asked back"]},
    }
    return special.get(name, {})


def circle_inputs(here: World) -> dict[str, dict[str, Any]]:
    """Return what the mutations on circles want other than most."""
    live, listed = here.parts["live meeting"], here.parts["listed circle"]
    meeting = {"minutes": 60, "cap": 10, "turnSeconds": 60}
    guest = {"role": "MEMBER", "guestMeetingId": None, "profileId": encode_id("Profile", user_of(here, "stranger"))}
    setup = {"least": 3, "most": 8, "joinMode": None}
    inside = (
        "enterCircleMeeting",
        "stepOutOfCircleMeeting",
        "setCircleHand",
        "giveCircleTurn",
        "endCircleTurn",
        "endCircleMeeting",
        "noteCircleAttendance",
        "writeCircleMeeting",
    )
    return {
        **{name: {"meetingId": live} for name in inside},
        "answerCircleApplication": {"seatId": here.parts["applied seat"]},
        "answerCircleInvitation": {"circleId": listed, "normsNumber": None},
        "answerCircleMerge": {"offerKey": here.parts["merge offer"]},
        "editCircle": setup,
        "inviteToCircle": guest,
        "joinCircle": {"circleId": listed, "normsNumber": None},
        "moveCircle": {"action": "REST"},
        "moveCircleMeeting": meeting,
        "pauseCircleSeat": {"until": None},
        "planCircleMeetings": {**meeting, "times": 2, "everyDays": 7},
        "proposeCircle": setup,
    }


def user_of(here: World, role: str) -> UUID:
    """Return the id of whoever plays a role."""
    return here.viewers[role].require_user()


def own(here: World, type_name: str) -> str:
    """Return the id of the first of Ana's objects of a type."""
    return next(one.id for one in here.of(type_name) if "owner" in one.holders)


def good_input(here: World, name: str) -> dict[str, Any]:
    """Return an input of a mutation that is right in every value."""
    value: dict[str, Any] = example(input_of_mutation(name), {**known_values(here), **known_for(here, name)})
    return value


def bad_ids(here: World, type_name: str) -> list[Any]:
    """Return values for an id of a type: foreign, missing, of another type, and no ids at all."""
    foreign = [one.id for one in here.of(type_name) if one.holders == {"party"}]
    other = "Session" if type_name != "Session" else "Mentorship"
    upper = encode_id(type_name, str(new_id()).upper())
    nul = encode_id(type_name, "\x00")
    never = [encode_id(type_name, new_id()), encode_id(other, new_id()), upper, nul, encode_id(type_name, "")]
    return [*foreign, *never, "", "\x00", _LONE, "9" * 5_000, "=" * 399, 5, BIG, None, {}, []]


def bad_inputs(here: World, name: str, type_of_id: dict[str, str]) -> Iterator[tuple[str, list[Any]]]:
    """Yield paths into the input of a mutation, each with inputs that are good but for the value there."""
    kind = input_of_mutation(name)
    good = good_input(here, name)
    yield "input", [{}, {**good, "nobodyKnowsThis": 1}, [], None, 5, "x", BIG]
    for path, leaf in leaves(kind):
        where = ".".join(str(step) for step in path)
        yield where, [with_value(good, path, value) for value in _bad_values(here, path, leaf, type_of_id)]
        if 0 in path:
            up_to = path[: path.index(0)]
            item = good[str(up_to[0])] if len(up_to) == 1 else [None]
            lists: list[Any] = [item * 101, item * 20_000, [item], [None], "x", None, BIG]
            yield f"{where} (the list)", [with_value(good, up_to, value) for value in lists]


def _bad_values(
    here: World, path: tuple[str | int, ...], leaf: GraphQLInputType, type_of_id: dict[str, str]
) -> list[Any]:
    if isinstance(leaf, GraphQLEnumType):
        return _CHOICES
    name = leaf.name  # type: ignore[union-attr]  # a scalar
    if name == "ID":
        field = next(step for step in reversed(path) if isinstance(step, str))
        return bad_ids(here, type_of_id[field])
    return BAD[name]


def body_of(document: str, value: Any) -> bytes:
    """Return a request as bytes, with lone surrogates, NaN and numbers of 5,000 digits as JSON can have them."""
    text = json.dumps({"query": document, "variables": {"input": value}})
    return text.replace(f'"{BIG}"', "9" * 5_000).encode("ascii")
