"""What each field of the community that asks for itself is selected by, and its number of statements."""

_GATHERING = "myGatherings({{page}}) {{ edges {{ node {{ {} }} }} }}"
_GUEST = "myGatherings({{page}}) {{ edges {{ node {{ guests(first: 2) {{ edges {{ node {{ {} }} }} }} }} }} }}"

COMMUNITY_NESTINGS: dict[str, tuple[str, int]] = {
    "Query.myGatherings": (_GATHERING.format("title"), 1),
    "Query.gatherings": ("gatherings({page}) { edges { node { title } } }", 1),
    "Gathering.host": (_GATHERING.format("host { name }"), 2),
    "Gathering.heir": (_GATHERING.format("heir { name }"), 2),
    "Gathering.circle": (_GATHERING.format("circle { name }"), 3),
    "Gathering.link": (_GATHERING.format("link"), 2),
    "Gathering.going": (_GATHERING.format("going"), 2),
    "Gathering.waiting": (_GATHERING.format("waiting"), 2),
    "Gathering.maybe": (_GATHERING.format("maybe"), 2),
    "Gathering.came": (_GATHERING.format("came"), 2),
    "Gathering.myAnswer": (_GATHERING.format("myAnswer { state }"), 2),
    "Gathering.placeInLine": (_GATHERING.format("placeInLine"), 2),
    "Gathering.guests": (_GUEST.format("state"), 2),
    "GatheringGuest.profile": (_GUEST.format("profile { name }"), 3),
    "GatheringGuest.profile of mine": (_GATHERING.format("myAnswer { profile { name } }"), 3),
}
