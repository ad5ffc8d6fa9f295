"""What each field of the community that asks for itself is selected by, and its number of statements."""

_GATHERING = "myGatherings({{page}}) {{ edges {{ node {{ {} }} }} }}"
_GUEST = "myGatherings({{page}}) {{ edges {{ node {{ guests(first: 2) {{ edges {{ node {{ {} }} }} }} }} }} }}"

_INTRODUCTION = "myIntroductions({{page}}) {{ edges {{ node {{ {} }} }} }}"
_SMALL_ASK = "mySmallAsks({{page}}) {{ edges {{ node {{ {} }} }} }}"
_KUDOS = "myKudos({{page}}) {{ edges {{ node {{ {} }} }} }}"

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
    "Query.myIntroductions": (_INTRODUCTION.format("words"), 1),
    "Introduction.introducer": (_INTRODUCTION.format("introducer { name }"), 2),
    "Introduction.people": (_INTRODUCTION.format("people { name }"), 2),
    "Query.smallAsks": ("smallAsks({page}) { edges { node { text } } }", 1),
    "Query.mySmallAsks": (_SMALL_ASK.format("text"), 1),
    "SmallAsk.skill": (_SMALL_ASK.format("skill { label }"), 1),
    "SmallAsk.asker": (_SMALL_ASK.format("asker { name }"), 2),
    "SmallAsk.helper": (_SMALL_ASK.format("helper { name }"), 2),
    "SmallAsk.offers": (_SMALL_ASK.format("offers { words }"), 2),
    "SmallAskOffer.helper": (_SMALL_ASK.format("offers { helper { name } }"), 3),
    "Query.myKudos": (_KUDOS.format("words"), 1),
    "Query.kudosOf": ("kudosOf({page}, profileId: $ana) { edges { node { words } } }", 1),
    "Kudos.giver": (_KUDOS.format("giver { name }"), 2),
    "Kudos.receiver": (_KUDOS.format("receiver { name }"), 2),
    "Gathering.guests": (_GUEST.format("state"), 2),
    "GatheringGuest.profile": (_GUEST.format("profile { name }"), 3),
    "GatheringGuest.profile of mine": (_GATHERING.format("myAnswer { profile { name } }"), 3),
}
