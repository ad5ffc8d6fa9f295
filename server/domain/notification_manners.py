"""The manner of each kind of notification: its group, how it comes unless told otherwise, its words and its reason.

Words are templates over what is read when the notification is: `{who}` did it, `{what}` it is about, `{when}` an
instant in the reader's zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from server.domain.notification_kinds import MailChoice, NotificationGroup, NotificationKind


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
_ASKED_TO_CHECK_IN = "you are one of the two of this mentorship, and this check-in asks you."
_YOUR_CIRCLE = "you have a seat in this circle."
_YOUR_GATHERING = "you answered to this gathering."
_INTRODUCED = "you are part of this introduction."
_HELPER = "you help with this small ask."

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
    _K.CHECK_IN_OPEN: Manner(
        _G.MENTORSHIPS, _DIGEST, "How is it going? Three taps until {when} are enough: {what}", _ASKED_TO_CHECK_IN
    ),
    # It waits in the app: nobody is written to on a gig, nor chased after it.
    _K.CHECK_IN_ON_GIG: Manner(
        _G.MENTORSHIPS, _OFF, "A few taps about your gig, whenever you like: {what}", _ASKED_TO_CHECK_IN
    ),
    _K.CHECK_IN_NUDGE: Manner(
        _G.MENTORSHIPS, _NOW, "Your check-in of {when} still waits for you: {what}", _ASKED_TO_CHECK_IN
    ),
    _K.CHECK_IN_MAYBE_GIG: Manner(
        _G.MENTORSHIPS, _NOW, "Are you on a gig? Say so, and your check-in waits for you: {what}", _ASKED_TO_CHECK_IN
    ),
    _K.CHECK_IN_ASYNC: Manner(
        _G.MENTORSHIPS,
        _NOW,
        "No time to meet? The two of you can write to each other for a while: {what}",
        _ASKED_TO_CHECK_IN,
    ),
    _K.CHECK_IN_PAUSE: Manner(
        _G.MENTORSHIPS,
        _NOW,
        "You can pause your mentorship, and go on when there is room for it: {what}",
        _ASKED_TO_CHECK_IN,
    ),
    _K.CHECK_IN_LOOKED_AT: Manner(
        _G.MENTORSHIPS,
        _NOW,
        "Your check-in closed without an answer. A person looks whether you need anything: {what}",
        _ASKED_TO_CHECK_IN,
    ),
    _K.MENTORSHIP_PAUSED: Manner(
        _G.MENTORSHIPS, _NOW, "{who} paused your mentorship until {when}: {what}", _ONE_OF_TWO
    ),
    _K.MENTORSHIP_RESUMED: Manner(_G.MENTORSHIPS, _NOW, "The pause of your mentorship is over: {what}", _ONE_OF_TWO),
    _K.MENTORSHIP_PLACE_BACK: Manner(
        _G.MENTORSHIPS,
        _DIGEST,
        "The pause is a long one, so your place is free for somebody else: {what}",
        "you gave a place to this mentorship.",
    ),
    _K.MENTORSHIP_WAITS: Manner(
        _G.MENTORSHIPS, _NOW, "The pause is over; you go on as soon as there is a place again: {what}", _ONE_OF_TWO
    ),
    _K.MENTORSHIP_TRIAL_OVER: Manner(
        _G.MENTORSHIPS, _DIGEST, "The trial is over, and your mentorship goes on: {what}", _ONE_OF_TWO
    ),
    _K.MENTORSHIP_CLOSING: Manner(
        _G.MENTORSHIPS, _NOW, "Your mentorship closes. You can give feedback until {when}: {what}", _ONE_OF_TWO
    ),
    _K.MENTORSHIP_DELIVERED: Manner(_G.MENTORSHIPS, _NOW, "{who} says that it is delivered: {what}", _ONE_OF_TWO),
    _K.FEEDBACK_RELEASED: Manner(
        _G.MENTORSHIPS,
        _NOW,
        "You can read what was said to you in feedback: {what}",
        "you were one of the two of this mentorship.",
    ),
    _K.PROPOSAL_RECEIVED: Manner(
        _G.MENTORSHIPS,
        _NOW,
        "{who} proposes how your mentorship could go on; you can answer until {when}: {what}",
        _ONE_OF_TWO,
    ),
    _K.HAND_OVER_OFFERED: Manner(
        _G.MENTORSHIPS,
        _NOW,
        "{who} knows another mentor who could go on with you; it is up to you until {when}: {what}",
        _ONE_OF_TWO,
    ),
    _K.HAND_OVER_ASKED: Manner(
        _G.MENTORSHIPS,
        _NOW,
        "{who} asks whether you would go on with their mentee; you can answer until {when}: {what}",
        "a mentor thought of you, and their mentee said yes to it.",
    ),
    # The mentorship that follows tells its two by mail.
    _K.PROPOSAL_ACCEPTED: Manner(
        _G.MENTORSHIPS, _OFF, "{who} said yes to what was proposed: {what}", "you know of this proposal."
    ),
    _K.PROPOSAL_CLOSED: Manner(
        _G.MENTORSHIPS, _NOW, "Nothing came of a proposal: {what}", "you know of this proposal."
    ),
    # Proposed, set, moved, called off and soon are letters of their own, with the calendar in them.
    _K.MEETING_PROPOSED: Manner(_G.MENTORSHIPS, _OFF, "{who} proposes when to meet: {what}", _ONE_OF_TWO),
    _K.MEETING_NOT_AGREED: Manner(
        _G.MENTORSHIPS, _NOW, "No time was found for what you proposed: {what}", "you proposed when to meet."
    ),
    _K.MEETING_SCHEDULED: Manner(_G.MENTORSHIPS, _OFF, "You meet {who} on {when}: {what}", _ONE_OF_TWO),
    _K.MEETING_MOVED: Manner(_G.MENTORSHIPS, _OFF, "You meet {who} on {when} instead: {what}", _ONE_OF_TWO),
    _K.MEETING_CANCELLED: Manner(_G.MENTORSHIPS, _OFF, "Your meeting of {when} is called off: {what}", _ONE_OF_TWO),
    _K.MEETING_SOON: Manner(_G.MENTORSHIPS, _OFF, "It starts on {when}: {what}", "this meeting is in your calendar."),
    _K.MEETING_MISSED: Manner(
        _G.MENTORSHIPS,
        _NOW,
        "You are marked as missing at the meeting of {when}: {what}",
        "this meeting was yours, and you can say why you were not there.",
    ),
    _K.MEETING_EXCUSED: Manner(
        _G.MENTORSHIPS, _NOW, "Nobody holds the meeting of {when} against you: {what}", "this meeting was yours."
    ),
    _K.MEETING_APPEALED: Manner(
        _G.MENTORSHIPS,
        _NOW,
        "{who} says why they were not at the meeting of {when}: {what}",
        "this meeting was yours, and you can excuse them.",
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
    _K.GATHERING_MOVED: Manner(
        _G.COMMUNITY, _NOW, "The time or the place is another; it begins on {when}: {what}", _YOUR_GATHERING
    ),
    _K.GATHERING_CANCELLED: Manner(
        _G.COMMUNITY, _NOW, "The gathering of {when} is called off: {what}", _YOUR_GATHERING
    ),
    _K.GATHERING_PLACE: Manner(
        _G.COMMUNITY, _NOW, "A place was free: you are going to {what} on {when}", "you waited for a place there."
    ),
    _K.GATHERING_SOON: Manner(
        _G.COMMUNITY, _NOW, "It begins on {when}: {what}", "you go to this gathering, or host it."
    ),
    _K.GATHERING_HOST_ASKED: Manner(
        _G.COMMUNITY, _NOW, "{who} asks you to host in their place: {what}", "this gathering is for you too."
    ),
    _K.INTRODUCTION_OFFERED: Manner(
        _G.COMMUNITY,
        _NOW,
        "{who} would like to introduce you to somebody; you can answer until {when}",
        "somebody who knows you both thought of it. It is made only if both want it.",
    ),
    _K.INTRODUCTION_MADE: Manner(_G.COMMUNITY, _NOW, "Both said yes: the introduction is made", _INTRODUCED),
    _K.INTRODUCTION_CLOSED: Manner(_G.COMMUNITY, _DIGEST, "Nothing came of an introduction", _INTRODUCED),
    _K.SMALL_ASK_OFFER: Manner(_G.COMMUNITY, _NOW, "{who} offers to help you: {what}", "this small ask is yours."),
    _K.SMALL_ASK_ACCEPTED: Manner(
        _G.COMMUNITY, _NOW, "{who} takes your help, on {when}: {what}", "you offered to help with this small ask."
    ),
    _K.SMALL_ASK_CALLED_OFF: Manner(_G.COMMUNITY, _NOW, "Your help is not needed any more: {what}", _HELPER),
    _K.SMALL_ASK_THANKED: Manner(_G.COMMUNITY, _DIGEST, "{who} thanks you for your help: {what}", _HELPER),
    _K.SMALL_ASK_PASSED_ON: Manner(
        _G.COMMUNITY, _DIGEST, "{who} thinks that you could help: {what}", "somebody passed this small ask on to you."
    ),
    _K.KUDOS_RECEIVED: Manner(
        _G.COMMUNITY,
        _DIGEST,
        "{who} thanks you: {what}",
        "somebody gave you kudos, and you decide who else reads them.",
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
