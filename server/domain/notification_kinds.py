"""The kinds of notifications: in which group each is, how it comes unless told otherwise, its words and its reason.

Words are templates over what is read when the notification is: `{who}` did it, `{what}` it is about, `{when}` an
instant in the reader's zone. A new kind is a member here and a line in MANNERS; who is told is in
services/notification_table.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class NotificationGroup(StrEnum):
    """What settings show together."""

    REQUESTS = "requests"
    MENTORSHIPS = "mentorships"
    CIRCLES = "circles"
    WEBINARS = "webinars"
    MATCHING = "matching"
    SAFETY = "safety"


class MailChoice(StrEnum):
    """How a kind comes by mail: as soon as it may, with the next digest, or not at all."""

    IMMEDIATE = "immediate"
    DIGEST = "digest"
    OFF = "off"


class NotificationKind(StrEnum):
    """What somebody is told; what one turns on and off, so it is no finer than that."""

    REQUEST_RECEIVED = "request_received"
    REQUEST_REMINDER = "request_reminder"
    REQUEST_INFO = "request_info"
    REQUEST_ACCEPTED = "request_accepted"
    REQUEST_DECLINED = "request_declined"
    REQUEST_EXPIRED = "request_expired"
    REQUEST_REFERRED = "request_referred"
    REQUEST_CLOSED = "request_closed"
    REQUESTS_PAUSED = "requests_paused"
    WAITING_OFFERED = "waiting_offered"
    WAITING_PASSED_ON = "waiting_passed_on"
    ASK_ANSWERED = "ask_answered"
    ASK_REQUESTED = "ask_requested"
    MENTORSHIP_STARTED = "mentorship_started"
    MENTORSHIP_ENDED = "mentorship_ended"
    AGREEMENT_TO_SIGN = "agreement_to_sign"
    AGREEMENT_SIGNED = "agreement_signed"
    OUTCOME_ASKED = "outcome_asked"
    SESSION_OPENED = "session_opened"
    CIRCLE_SEAT_OFFERED = "circle_seat_offered"
    CIRCLE_SEAT_GIVEN = "circle_seat_given"
    CIRCLE_SEAT_ASKED = "circle_seat_asked"
    CIRCLE_MERGE_OFFERED = "circle_merge_offered"
    CIRCLE_MEETING_PLANNED = "circle_meeting_planned"
    CIRCLE_MEETING_MOVED = "circle_meeting_moved"
    CIRCLE_MEETING_CANCELLED = "circle_meeting_cancelled"
    CIRCLE_MEETING_PLACE = "circle_meeting_place"
    CIRCLE_TURN = "circle_turn"
    CIRCLE_ASK = "circle_ask"
    CIRCLE_REPLY = "circle_reply"
    WEBINAR_PLACE = "webinar_place"
    WEBINAR_SOON = "webinar_soon"
    QUESTION_ANSWERED = "question_answered"
    QUESTION_RETURNED = "question_returned"
    SUGGESTIONS_PUBLISHED = "suggestions_published"
    CASE_DECIDED = "case_decided"
    TALK_READ = "talk_read"
    SUSPENSION_LIFTED = "suspension_lifted"


@dataclass(frozen=True)
class Manner:
    """How a kind comes and what it says. `why` goes on from "You get this because "."""

    group: NotificationGroup
    mail: MailChoice
    says: str
    why: str
    is_urgent: bool = False


_G = NotificationGroup
_NOW, _DIGEST, _OFF = MailChoice.IMMEDIATE, MailChoice.DIGEST, MailChoice.OFF
_K = NotificationKind
_YOUR_REQUEST = "you sent this request."
_ONE_OF_TWO = "you are one of the two of this mentorship."
_YOUR_CIRCLE = "you have a seat in this circle."

MANNERS: Mapping[NotificationKind, Manner] = {
    _K.REQUEST_RECEIVED: Manner(
        _G.REQUESTS, _NOW, "{who} asks you for a mentorship: {what}", "this request was sent to you."
    ),
    _K.REQUEST_REMINDER: Manner(
        _G.REQUESTS, _NOW, "A request waits for your answer until {when}: {what}", "this request was sent to you."
    ),
    _K.REQUEST_INFO: Manner(
        _G.REQUESTS, _NOW, "{who} wrote to you about a request: {what}", "you are a side of this request."
    ),
    _K.REQUEST_ACCEPTED: Manner(_G.REQUESTS, _NOW, "{who} said yes: {what}", _YOUR_REQUEST),
    _K.REQUEST_DECLINED: Manner(_G.REQUESTS, _NOW, "{who} cannot take your request: {what}", _YOUR_REQUEST),
    _K.REQUEST_EXPIRED: Manner(_G.REQUESTS, _NOW, "Your request was not answered in time: {what}", _YOUR_REQUEST),
    _K.REQUEST_REFERRED: Manner(
        _G.REQUESTS, _NOW, "{who} passed your request to somebody they trust: {what}", _YOUR_REQUEST
    ),
    _K.REQUEST_CLOSED: Manner(
        _G.REQUESTS, _OFF, "A request needs no answer any more: {what}", "you are a side of this request."
    ),
    _K.REQUESTS_PAUSED: Manner(
        _G.REQUESTS,
        _NOW,
        "Nobody can ask you for a mentorship until {when}. You can end this pause at any time.",
        "two requests to you in a row were not answered.",
    ),
    _K.WAITING_OFFERED: Manner(
        _G.MATCHING,
        _NOW,
        "A mentor has a place for you and was asked; they have until {when}",
        "you wait in the line for this skill.",
    ),
    _K.WAITING_PASSED_ON: Manner(
        _G.MATCHING,
        _DIGEST,
        "The mentor who was asked for you did not take it up; you keep your turn",
        "you wait in the line for this skill.",
    ),
    _K.ASK_ANSWERED: Manner(_G.MATCHING, _NOW, "{who} answered what you asked: {what}", "you asked this openly."),
    _K.ASK_REQUESTED: Manner(
        _G.MATCHING, _NOW, "{who} offers to work on what you asked: {what}", "you asked this openly."
    ),
    _K.MENTORSHIP_STARTED: Manner(
        _G.MENTORSHIPS,
        _NOW,
        "Your mentorship with {who} has begun: {what}",
        "you are one of the two of this mentorship.",
    ),
    _K.MENTORSHIP_ENDED: Manner(
        _G.MENTORSHIPS,
        _NOW,
        "Your mentorship with {who} has ended: {what}",
        "you were one of the two of this mentorship.",
    ),
    _K.AGREEMENT_TO_SIGN: Manner(
        _G.MENTORSHIPS, _NOW, "{who} wrote an agreement for you to read and sign: {what}", _ONE_OF_TWO
    ),
    _K.AGREEMENT_SIGNED: Manner(
        _G.MENTORSHIPS, _DIGEST, "{who} signed; your agreement holds from now on: {what}", _ONE_OF_TWO
    ),
    _K.OUTCOME_ASKED: Manner(
        _G.MENTORSHIPS,
        _DIGEST,
        "What came of it? You can say until {when}: {what}",
        "you were one of the two of this mentorship, and every answer is up to you.",
    ),
    _K.SESSION_OPENED: Manner(
        _G.MENTORSHIPS, _NOW, "{who} opened a room and is inside: {what}", "you have a place in this session."
    ),
    _K.CIRCLE_SEAT_OFFERED: Manner(
        _G.CIRCLES, _NOW, "You are invited to {what}", "somebody who leads this circle offered you a seat."
    ),
    _K.CIRCLE_SEAT_GIVEN: Manner(
        _G.CIRCLES, _NOW, "You have a seat in {what}", "you asked for a seat in this circle, or waited for one."
    ),
    _K.CIRCLE_SEAT_ASKED: Manner(_G.CIRCLES, _NOW, "Somebody asks for a seat in {what}", "you lead this circle."),
    _K.CIRCLE_MERGE_OFFERED: Manner(
        _G.CIRCLES, _NOW, "Another circle offers to join with yours: {what}", "you lead this circle."
    ),
    _K.CIRCLE_MEETING_PLANNED: Manner(_G.CIRCLES, _DIGEST, "A meeting was planned for {when}: {what}", _YOUR_CIRCLE),
    _K.CIRCLE_MEETING_MOVED: Manner(_G.CIRCLES, _NOW, "A meeting was moved to {when}: {what}", _YOUR_CIRCLE),
    _K.CIRCLE_MEETING_CANCELLED: Manner(_G.CIRCLES, _NOW, "The meeting of {when} was called off: {what}", _YOUR_CIRCLE),
    _K.CIRCLE_MEETING_PLACE: Manner(
        _G.CIRCLES, _NOW, "A place was free: you are coming to {what}", "you waited for a place at this meeting."
    ),
    _K.CIRCLE_TURN: Manner(
        _G.CIRCLES, _NOW, "It is your turn to lead the meeting of {when}: {what}", "leading goes round in this circle."
    ),
    _K.CIRCLE_ASK: Manner(_G.CIRCLES, _DIGEST, "{who} asks your circle: {what}", _YOUR_CIRCLE),
    _K.CIRCLE_REPLY: Manner(
        _G.CIRCLES, _DIGEST, "{who} wrote in a discussion of yours: {what}", "you wrote in this discussion."
    ),
    _K.WEBINAR_PLACE: Manner(
        _G.WEBINARS, _NOW, "A place was free: you are registered for {what}", "you waited for a place in this webinar."
    ),
    _K.WEBINAR_SOON: Manner(
        _G.WEBINARS, _NOW, "A webinar of yours starts at {when}: {what}", "you are registered for this webinar."
    ),
    # The mail of an answer is a letter of its own, with the answer in it.
    _K.QUESTION_ANSWERED: Manner(_G.WEBINARS, _OFF, "Your question was answered: {what}", "you asked this question."),
    _K.QUESTION_RETURNED: Manner(
        _G.WEBINARS, _OFF, "Your question came back from the moderators: {what}", "you asked this question."
    ),
    _K.SUGGESTIONS_PUBLISHED: Manner(
        _G.MATCHING, _NOW, "Your programme has mentors to suggest to you", "you take part in a programme."
    ),
    _K.CASE_DECIDED: Manner(
        _G.SAFETY,
        _NOW,
        "The safety team decided a case that is about you or that you reported",
        "you are a side of this case.",
        is_urgent=True,
    ),
    # Mailed at once by letters of their own, which nobody can turn off.
    _K.TALK_READ: Manner(
        _G.SAFETY,
        _OFF,
        "The safety team reads a private talk of yours until {when}: {what}",
        "nobody reads your private talk without telling you.",
        is_urgent=True,
    ),
    _K.SUSPENSION_LIFTED: Manner(
        _G.SAFETY, _NOW, "Your account is no longer suspended", "this is your account.", is_urgent=True
    ),
}
