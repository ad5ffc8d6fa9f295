"""What may be seen by whom, as a small table; and the paths through the schema that lead to an object, generated.

The tables are the rule that tests/schema/test_authorisation.py holds the whole schema to. A type, field, argument
or mutation that is not in them fails there: whoever adds one says here who may see it.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLUnionType,
    get_named_type,
)

from server.domain.actors import Actor
from server.domain.visibility import ProfileField
from server.kit.clock import now
from tests.factories.graphql import SCHEMA
from tests.factories.graphql_programmes import programme_arguments
from tests.factories.graphql_world import Exhibit, World

Rule = Callable[[World, str, Exhibit], bool]


def everybody(_world: World, _role: str, _exhibit: Exhibit) -> bool:
    """Allow all."""
    return True


def holders(_world: World, role: str, exhibit: Exhibit) -> bool:
    """Allow those whose it is, and no role of the platform."""
    return role in exhibit.holders


def members_without_a_block(world: World, role: str, exhibit: Exhibit) -> bool:
    """Allow oneself, and verified members towards verified members with no block between them."""
    (owner,) = exhibit.holders
    if role == owner:
        return True
    if role == "unverified" or owner == "unverified" or not world.viewers[role].is_verified:
        return False
    return {role, owner} not in ({"owner", "blocked"}, {"owner", "estranged"})


def members_of_any_kind(_world: World, role: str, exhibit: Exhibit) -> bool:
    """Allow everybody signed in to a thing that is published, and those whose it is to one that is not."""
    return role in exhibit.holders if exhibit.holders else role != "visitor"


TYPES: dict[str, Rule] = {
    "Agreement": holders,
    "AgendaItem": holders,
    "CheckIn": holders,
    "Circle": members_of_any_kind,
    "CohortRun": holders,
    "CircleMeeting": holders,
    "CirclePost": holders,
    "CircleResource": holders,
    "CircleSeat": holders,
    "CircleThread": holders,
    "DeskCase": holders,
    "Gathering": holders,
    "Introduction": holders,
    "Kudos": holders,
    "Login": holders,
    "Me": holders,
    "MeetingProposal": holders,
    "Mentorship": holders,
    "MentorshipGoal": holders,
    "MentorshipIdea": holders,
    "MentorshipNote": holders,
    "MentorshipMeeting": holders,
    "MentorshipProposal": holders,
    "MentorshipRequest": holders,
    "MyCase": holders,
    "MyProfile": holders,
    "Notification": holders,
    "OpenAsk": holders,
    "OutcomeQuestion": holders,
    "OwnQuestion": holders,
    "Poll": holders,
    "Profile": members_without_a_block,
    "Programme": holders,
    "Question": holders,
    "SavedSearch": holders,
    "Session": holders,
    "SettledPair": holders,
    "SessionAction": holders,
    "SessionLink": holders,
    "SessionMessage": holders,
    "Skill": everybody,
    "SkillGroup": everybody,
    "SmallAsk": holders,
    "StaffQuestion": holders,
    "WaitingPlace": holders,
    "Webinar": members_of_any_kind,
}

# Fields that everybody sees who sees the object; `GUARDED` has the others.
FIELDS: dict[str, str] = {
    "Agreement": "answerWithinHours boundaries channel confidentiality confidentialityLimit ending format id inForceAt"
    " liveKey meetEveryDays meetingMinutes menteeRole menteeSignedAt mentorRole mentorSignedAt number purpose state"
    " writtenAt writtenBy",
    "AgendaItem": "doneAt id liveKey minutes title",
    "CheckIn": "closesAt dueAt id kind liveKey mentorshipId mine mySilence openedAt state theirs",
    "DeskCase": "accused appealOutcome appealReason appealWords appealedAt claimedUntil closedAt decidedAt decision"
    " decisionReason evidence id isMine liveKey openedAt reason reporter state subjectId subjectKind version words",
    "Circle": "advice confidentiality facilitation feed guestMeeting health heard id isListed joinMode kind least"
    " liveKey meetings mergeOffers most moves mySeat name naming norms placeInLine purpose resources seats state theme"
    " threads topic version withMentor",
    "CircleMeeting": "cap circleId coming endedAt facilitator id isInSeries liveKey mayFacilitate minutes myAnswer"
    " notes recap rsvps startedAt startsAt state talk title turnSeconds version waiting",
    "CirclePost": "at author deletedAt editedAt id liveKey reactions text",
    "CircleResource": "addedAt author id liveKey note title url",
    "CircleSeat": "id isAgreed isMine liveKey message nickname normsNumber pausedUntil profile role since state",
    "CircleThread": "author changedAt circleId id kind liveKey posts startedAt state theme title version",
    "CohortRun": "createdAt done endedAt expiresAt id liveKey previewedAt programme publishedAt seed snapshotHash stage"
    " state total version weights",
    "Gathering": "about audience came cap checkInCode circle city country day endsAt going guests heir host id"
    " interests isMine isOfferedToMe isOnline link liveKey maybe myAnswer place placeInLine startMinute startsAt state"
    " timeZone title version waiting",
    "Introduction": "expiresAt id introducer liveKey madeAt myAnswer offeredAt part people state words",
    "Kudos": "givenAt giver id isPublic liveKey place receiver tie words",
    "SmallAsk": "askedAt asker expiresAt helper id isMine liveKey meetsAt minutes offers skill state text thanks topic"
    " version",
    "Programme": "about createdAt endsOn format id learners listLength liveKey managers memberCount mentors startsOn"
    " title version weights",
    "SettledPair": "id learner liftedAt liveKey mentor reason rule settledAt",
    "Login": "carrier createdAt expiresAt id liveKey isCurrent lastSeenAt userAgent",
    "Me": "createdAt email erasurePreview export id liveKey isVerified logins notificationPreferences"
    " notificationSettings notifications profile roles unreadNotifications",
    "Mentorship": "actions agreement agreements aspect brief cadenceDays checkIns closing continues createdAt endedAt"
    " feedback format goal goalScore goals health id ideas liveKey meetingProposals meetings mentee mentor"
    " nextCheckInAt notes pause request state trialUntil version",
    "MentorshipGoal": "attainments baseline baselineLevel dueOn expected id isCarriedOn less level liveKey more"
    " muchLess muchMore setAt settledAt state title version weight",
    "MentorshipIdea": "author id liveKey loggedAt result resultAt resultNote state text trial triedAt triedBy version",
    "MentorshipNote": "author changedAt id liveKey reach text version writtenAt",
    "MeetingProposal": "answeredAt chosen countersId createdAt everyDays id liveKey meeting mentorshipId minutes note"
    " proposer skipsGigs starts state timeZone times title version",
    "MentorshipMeeting": "cancelNote cancelReason everyDays id liveKey mentorshipId minutes note seats seriesKey"
    " sessionId startsAt state timeZone title version",
    "MentorshipProposal": "createdAt decidedAt expiresAt format goal id isForMe isMine kind liveKey mentorship minutes"
    " nextMentor nextVersion proposer state words",
    "MentorshipRequest": "answeredAt aspect createdAt declineReason events expiresAt format goal id invalidationReason"
    " liveKey mentee mentor message minutesNeeded receiver sender sentAt skillIds state version viewedAt viewerIs"
    " waitingPosition",
    "MyCase": "appealOutcome appealReason appealWords appealableUntil appealedAt closedAt decidedAt decision"
    " decisionReason id liveKey openedAt party reason state subjectId subjectKind version words",
    "MyProfile": "bio blocked bufferMinutes capacity city contactReleases contacts country displayName exceptions goals"
    " headline howIWork id liveKey industries interests isHighSkill isListed isPseudonymous languages meetsRemotely"
    " meetsWithinKm missing muted noticeMinutes pseudonym requestsPausedUntil skills stints stretches support"
    " supportGaps tags timeZone transitions updatedAt version visibility windows workPatterns",
    "Notification": "at group howToStop id kind liveKey state subjectId subjectKind text why",
    "OpenAsk": "answer answerer author createdAt draft endedAt expiresAt goal holder id isAnonymous isHeldByMe"
    " isMine leaseUntil liveKey message minutes request skills state version",
    "OutcomeQuestion": "answeredAt clients closesAt confidenceAfter confidenceBefore dueAt id liveKey mentorship moment"
    " side skillAfter skillBefore ties version",
    "OwnQuestion": "answers askedAt dismissReason id isEdited liveKey note number originalText state text version"
    " webinarId",
    "Poll": "ballots correct id kind liveKey mostChoices options prompt results scale state takenPart version",
    "Profile": "contacts hiddenFields id liveKey isPseudonymous name relation",
    "Question": "answers author id isEdited kinds labels language liveKey mergedIntoId number shownAt stage"
    " state text version voted votes",
    "SavedSearch": "createdAt filter id liveKey name",
    "Session": "actions agenda call currentItem endedAt iceServers id links liveKey mentorship messages notes openedAt"
    " participants startedAt state talk timer title topic version",
    "SessionAction": "addedAt doneAt dueOn id isBeside liveKey owner text version",
    "SessionLink": "addedAt author id liveKey title url",
    "SessionMessage": "at author deletedAt editedAt id liveKey text",
    "Skill": "aliases groups id liveKey label related source",
    "SkillGroup": "groups id liveKey label parent skills",
    "StaffQuestion": "answers askedAt author dismissReason id isShown labels leaseUntil liveKey number originalText"
    " queueRank reviewer screened staffNote stage state text version votes",
    "WaitingPlace": "acceptRate aspect endedAt forecast format goal help id liveKey position request since skill state"
    " version",
    "Webinar": "anonymity capacity crowd description endedAt endsAt highlightedId id labels languages liveKey"
    " mine questionsOpen review slowSeconds speakers staff stages startedAt startsAt state title"
    " topic transparency version",
}
PROFILE_PARTS: dict[str, ProfileField] = {
    "availability": ProfileField.AVAILABILITY,
    "bio": ProfileField.BIO,
    "city": ProfileField.CITY,
    "country": ProfileField.CITY,
    "goals": ProfileField.GOALS,
    "headline": ProfileField.HEADLINE,
    "howIWork": ProfileField.HOW_I_WORK,
    "industries": ProfileField.INDUSTRIES,
    "interests": ProfileField.INTERESTS,
    "isHighSkill": ProfileField.WORK,
    "languages": ProfileField.LANGUAGES,
    "meetsRemotely": ProfileField.CITY,
    "meetsWithinKm": ProfileField.CITY,
    "openPlaces": ProfileField.OPEN_PLACES,
    "openTimes": ProfileField.AVAILABILITY,
    "rhythm": ProfileField.RHYTHM,
    "skills": ProfileField.SKILLS,
    "stints": ProfileField.STINTS,
    "support": ProfileField.SUPPORT,
    "tags": ProfileField.SKILLS,
    "timeZone": ProfileField.TIME_ZONE,
    "transitions": ProfileField.TRANSITIONS,
    "workPatterns": ProfileField.WORK,
}
GUARDED: dict[str, set[str]] = {"MentorshipRequest": {"note"}, "Profile": set(PROFILE_PARTS)}

PUBLIC_MUTATIONS = {
    "confirmMailChange",
    "requestPasswordReset",
    "resendVerification",
    "resetPassword",
    "signIn",
    "signOut",
    "signUp",
    "verifyMail",
}
"""What a visitor may try; each proves who they are by itself, or says the same to everybody."""

IDS_OF: dict[str, str] = {
    "aboutId": "SmallAsk",
    "actionId": "SessionAction",
    "agreementId": "Agreement",
    "circleId": "Circle",
    "askId": "OpenAsk",
    "afterMessageId": "SessionMessage",
    "caseId": "DeskCase",
    "checkInId": "CheckIn",
    "contactId": "Contact",
    "byId": "Profile",
    "draftId": "MentorshipRequest",
    "exceptionId": "AvailabilityException",
    "goalId": "MentorshipGoal",
    "guestMeetingId": "CircleMeeting",
    "ideaId": "MentorshipIdea",
    "gatheringId": "Gathering",
    "guestId": "Profile",
    "helperId": "Profile",
    "heirId": "Profile",
    "intoCircleId": "Circle",
    "intoId": "Question",
    "introductionId": "Introduction",
    "itemId": "AgendaItem",
    "kudosId": "Kudos",
    "learnerId": "Profile",
    "linkId": "SessionLink",
    "mentorId": "Profile",
    "pairId": "SettledPair",
    "profileIds": "Profile",
    "programmeId": "Programme",
    "runId": "CohortRun",
    "loginId": "Login",
    "meetingId": "CircleMeeting",
    "mentorshipId": "Mentorship",
    "mentorshipMeetingId": "MentorshipMeeting",
    "messageId": "SessionMessage",
    "noteId": "MentorshipNote",
    "openingId": "TalkOpening",
    "notificationId": "Notification",
    "ids": "Notification",
    "upTo": "Notification",
    "outcomeId": "OutcomeQuestion",
    "oneId": "Profile",
    "otherId": "Profile",
    "ownCaseId": "MyCase",
    "ownerId": "Profile",
    "placeId": "WaitingPlace",
    "pollId": "Poll",
    "postId": "CirclePost",
    "mentorshipProposalId": "MentorshipProposal",
    "profileId": "Profile",
    "proposalId": "MeetingProposal",
    "questionId": "Question",
    "receiverId": "Profile",
    "requestId": "MentorshipRequest",
    "searchId": "SavedSearch",
    "resourceId": "CircleResource",
    "seatId": "CircleSeat",
    "seatIds": "CircleSeat",
    "smallAskId": "SmallAsk",
    "sessionId": "Session",
    "skillId": "Skill",
    "skillIds": "Skill",
    "skills": "Skill",
    "stintId": "Stint",
    "stretchId": "Stretch",
    "subjectId": "Profile",
    "threadId": "CircleThread",
    "toProfileId": "Profile",
    "toSeatId": "CircleSeat",
    "transitionId": "Transition",
    "webinarId": "Webinar",
}
"""The type whose id each ID in an input takes."""

EVENTS: dict[str, str | None] = {
    "circleEvents": "Circle",
    "cohortProgress": "CohortRun",
    "sessionEvents": "Session",
    "userEvents": None,
    "webinarEvents": "Webinar",
    "webinarStaffEvents": "Webinar",
}
"""Subscriptions: the type whose id it takes; None for one about the viewer alone."""


def arguments_of(parent: str, name: str, world: World) -> list[str]:
    """Return the argument lists with which a field is asked, as GraphQL text. KeyError for one with no entry."""

    def ids(type_name: str, form: str = '(id: "{}")') -> list[str]:
        return [form.format(one.id) for one in world.of(type_name)]

    every, days = [one.id for one in world.exhibits], timedelta(days=9)
    table: dict[str, list[str]] = {
        "Profile.openTimes": ['(start: "2027-03-01T00:00:00Z", end: "2027-03-20T00:00:00Z")'],
        "Query.circles": ["", '(text: "riders")'],
        "Query.kudosOf": ids("Profile", '(profileId: "{}")'),
        "Query.myKudos": ["(box: GIVEN)", "(box: RECEIVED)"],
        "Query.explainMatch": ids("Profile", '(profileId: "{}", format: CLASSIC)'),
        "Query.recommendations": ["(format: CLASSIC)", "(format: CLASSIC, side: MENTOR)"],
        "Query.myCalendar": [f'(start: "{now() - days:%FT%TZ}", end: "{now() + days:%FT%TZ}")'],
        "Query.node": [f'(id: "{one}")' for one in every],
        "Query.nodes": [
            "(ids: [{}])".format(",".join(f'"{one}"' for one in every[start : start + 100]))
            for start in range(0, len(every), 100)
        ],
        "Query.profile": ids("Profile"),
        "Query.requests": ["(box: SENT)", "(box: RECEIVED)"],
        "Query.sessions": ["", *ids("Mentorship", '(mentorshipId: "{}")')],
        "Query.skill": ids("Skill"),
        "Query.smallAsks": ["", '(text: "invoice")'],
        "Query.waitingList": ["", "(onlyWaiting: false)"],
        "Query.skills": ['(text: "invoicing")'],
        **{
            f"Query.{name}": ids("Webinar", '(webinarId: "{}")')
            for name in ("webinarQuestions", "questionsToReview", "webinarPolls", "webinarRecap")
        },
        "Query.webinarExport": ids("Webinar", '(webinarId: "{}", format: JSON)'),
    }
    table |= programme_arguments(world)
    field = SCHEMA.type_map[parent].fields[name]  # type: ignore[attr-defined]  # an object type
    needed = [key for key, argument in field.args.items() if str(argument.type).endswith("!")]
    return table[f"{parent}.{name}"] if needed else table.get(f"{parent}.{name}", [""])


def node_types() -> list[str]:
    """Return the names of all types with a global id."""
    interface = SCHEMA.type_map["Node"]
    assert isinstance(interface, GraphQLInterfaceType)
    return sorted(kind.name for kind in SCHEMA.get_possible_types(interface))


def steps_from(parent: str) -> Iterator[tuple[str, GraphQLField]]:
    """Yield the fields of a type that lead to an object with an id, through no other such object."""
    kind = SCHEMA.type_map[parent]
    assert isinstance(kind, GraphQLObjectType)
    for name, field in kind.fields.items():
        if selection_of(field.type):
            yield name, field


def selection_of(kind: GraphQLOutputType, depth: int = 5) -> str:
    """Return what to select of a type to reach the next objects with an id; empty when there are none."""
    named = get_named_type(kind)
    if named.name == "Node" or named.name in node_types():
        return "{ __typename id }" if named.name != "Node" else "{ __typename ... on Node { id } }"
    if depth == 0 or isinstance(named, GraphQLUnionType) or not isinstance(named, GraphQLObjectType):
        return ""
    inner = {name: selection_of(field.type, depth - 1) for name, field in named.fields.items()}
    found = " ".join(f"{name} {selected}" for name, selected in inner.items() if selected)
    return f"{{ {found} }}" if found else ""


def collected(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the type and the id of every object in an answer."""
    if isinstance(value, dict):
        if "id" in value and "__typename" in value:
            yield value["__typename"], value["id"]
        for item in value.values():
            yield from collected(item)
    elif isinstance(value, list):
        for item in value:
            yield from collected(item)


def is_allowed(world: World, viewer: Actor, type_name: str, global_id: str) -> bool:
    """Return what the table says. KeyError when the table, or the world, does not know the object."""
    known = {one.id: one for one in world.exhibits}
    if type_name in {"Skill", "SkillGroup"}:
        return True
    return TYPES[type_name](world, world.name_of(viewer), known[global_id])
