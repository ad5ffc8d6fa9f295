"""What each field of circles that asks for itself is selected by, under `myCircles`, and its number of statements."""

import re

_MEETING = "meetings(first: 2) {{ edges {{ node {{ {} }} }} }}"
_TALK = "meetings(first: 2) {{ edges {{ node {{ talk {{ {} }} }} }} }}"
_FEED = "feed(first: 4) {{ edges {{ node {{ {} }} }} }}"
_THREAD = "threads(first: 2) {{ edges {{ node {{ {} }} }} }}"
_POST = "threads(first: 2) {{ edges {{ node {{ posts(first: 2) {{ edges {{ node {{ {} }} }} }} }} }} }}"

CIRCLE_NESTINGS: dict[str, tuple[str, int]] = {
    "Query.myCircles": ("name", 1),
    "Circle.mySeat": ("mySeat { role }", 2),
    "Circle.placeInLine": ("placeInLine", 2),
    "Circle.moves": ("moves", 2),
    "Circle.guestMeeting": ("guestMeeting { title }", 2),
    "Circle.seats": ("seats { role }", 3),
    "CircleSeat.profile": ("seats { profile { name } }", 4),
    "Circle.norms": ("norms { text }", 4),
    "Circle.feed": (_FEED.format("kind"), 3),
    "CircleItem.seat": (_FEED.format("seat { role }"), 5),
    "CircleItem.thread": (_FEED.format("thread { title }"), 4),
    "CircleItem.meeting": (_FEED.format("meeting { title }"), 6),
    "CircleItem.resource": (_FEED.format("resource { url }"), 4),
    "Circle.meetings": (_MEETING.format("title"), 4),
    "CircleMeeting.coming": (_MEETING.format("coming"), 5),
    "CircleMeeting.waiting": (_MEETING.format("waiting"), 5),
    "CircleMeeting.mayFacilitate": (_MEETING.format("mayFacilitate"), 6),
    "CircleMeeting.facilitator": (_MEETING.format("facilitator { role }"), 7),
    "CircleMeeting.rsvps": (_MEETING.format("rsvps { seat { role } }"), 6),
    "CircleMeeting.myAnswer": (_MEETING.format("myAnswer"), 5),
    "CircleMeeting.talk": (_TALK.format("version"), 9),
    "CircleTalk.here": (_TALK.format("here { role }"), 11),
    "CircleTalk.hands": (_TALK.format("hands { role }"), 11),
    "CircleTalk.queue": (_TALK.format("queue { role }"), 11),
    "CircleTurn.seat": (_TALK.format("turn { seat { role } }"), 11),
    "Circle.threads": (_THREAD.format("title"), 3),
    "CircleThread.author": (_THREAD.format("author { role }"), 5),
    "CircleThread.posts": (_POST.format("text"), 4),
    "CirclePost.author": (_POST.format("author { role }"), 6),
    "CirclePost.reactions": (_POST.format("reactions { total }"), 5),
    "Circle.resources": ("resources(first: 2) { edges { node { url } } }", 3),
    "CircleResource.author": ("resources(first: 2) { edges { node { author { role } } } }", 5),
    "Circle.heard": ("heard { turns }", 3),
    "CircleHeard.seat": ("heard { seat { role } }", 5),
    "Circle.health": ("health { why }", 5),
    "Circle.advice": ("advice { __typename }", 5),
    "CircleAdvice.staying": ("advice { staying { role } }", 7),
    "CircleAdvice.moving": ("advice { moving { role } }", 7),
    "CircleAdvice.partners": ("advice { partners { name } }", 7),
    "Circle.mergeOffers": ("mergeOffers { offerKey }", 3),
    "CircleMergeOffer.circle": ("mergeOffers { circle { name } }", 5),
    "a whole feed": (
        _FEED.format(
            "kind seat { profile { name } } thread { author { role } posts(last: 2) { edges { node { text } } } }"
        ),
        10,
    ),
}


def last_field_of(selection: str) -> str:
    """Return the innermost field at the end of a selection."""
    return re.findall(r"\w+", selection)[-1]
