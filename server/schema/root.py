"""Query, Mutation and Subscription: the shafts joined, and the schema made of them. Nothing else lives here."""

import strawberry

from server.schema.agreements import AgreementMutation
from server.schema.availability_mutations import AvailabilityMutation
from server.schema.calendars import CalendarMutation, CalendarQuery
from server.schema.case_mutations import CaseMutation
from server.schema.check_ins import CheckInMutation
from server.schema.circle_care import CircleCareQuery
from server.schema.circle_meeting_mutations import CircleMeetingMutation
from server.schema.circle_mutations import CircleMutation
from server.schema.circle_room_mutations import CircleRoomMutation
from server.schema.circle_seat_mutations import CircleSeatMutation
from server.schema.circle_talk_mutations import CircleTalkMutation
from server.schema.circles import CircleQuery
from server.schema.cohort_mutations import CohortMutation
from server.schema.cohorts import CohortQuery, CohortSubscription
from server.schema.core.building import build_schema
from server.schema.core.nodes import NodeQuery
from server.schema.credentials import CredentialMutation
from server.schema.directory import DirectoryQuery
from server.schema.fairness import FairnessQuery
from server.schema.gathering_mutations import GatheringMutation
from server.schema.gatherings import GatheringQuery
from server.schema.history_mutations import HistoryMutation
from server.schema.identity import LoginMutation
from server.schema.introductions import IntroductionMutation, IntroductionQuery
from server.schema.kudos import KudosMutation, KudosQuery
from server.schema.live import LiveMutation
from server.schema.match_wish_mutations import MatchWishMutation
from server.schema.match_wishes import MatchWishQuery
from server.schema.me import MeQuery
from server.schema.meeting_mutations import MeetingMutation
from server.schema.meetings import MeetingQuery
from server.schema.mentorship_goal_mutations import MentorshipGoalMutation
from server.schema.mentorship_mutations import MentorshipRoadMutation
from server.schema.mentorship_note_mutations import MentorshipIdeaMutation, MentorshipNoteMutation
from server.schema.mentorship_proposals import MentorshipProposalMutation, MentorshipProposalQuery
from server.schema.mentorships import MentorshipMutation, MentorshipQuery
from server.schema.notification_mutations import NotificationMutation
from server.schema.open_ask_mutations import OpenAskMutation
from server.schema.open_asks import OpenAskQuery
from server.schema.outcomes import OutcomeMutation, OutcomeQuery
from server.schema.polls import PollMutation, PollQuery
from server.schema.profile_mutations import ProfileMutation
from server.schema.profiles import ProfileQuery
from server.schema.programme_mutations import ProgrammeMutation
from server.schema.programmes import ProgrammeQuery
from server.schema.question_acts import QuestionActMutation
from server.schema.question_mutations import QuestionMutation
from server.schema.questions import QuestionQuery
from server.schema.recommendations import RecommendationQuery
from server.schema.request_mutations import RequestMutation
from server.schema.requests import RequestQuery
from server.schema.safety import SafetyMutation
from server.schema.session_agenda_mutations import SessionAgendaMutation
from server.schema.session_floor_mutations import SessionFloorMutation
from server.schema.session_mutations import SessionMutation
from server.schema.session_notes import SessionNotesMutation
from server.schema.session_papers_mutations import SessionPaperMutation
from server.schema.sessions import SessionQuery
from server.schema.skills import SkillQuery
from server.schema.small_ask_mutations import SmallAskMutation
from server.schema.small_asks import SmallAskQuery
from server.schema.standing import StandingQuery
from server.schema.standing_mutations import StandingMutation
from server.schema.subscriptions import Subscription as TopicSubscription
from server.schema.suggestion_mutations import SuggestionMutation
from server.schema.waiting_list_mutations import WaitingListMutation
from server.schema.waiting_lists import WaitingListQuery
from server.schema.webinar_mutations import WebinarMutation
from server.schema.webinar_people_mutations import WebinarPeopleMutation
from server.schema.webinar_recap import WebinarRecapQuery
from server.schema.webinars import WebinarQuery


@strawberry.type(description="Everything that can be asked.")
class Query(
    MeQuery,
    ProfileQuery,
    DirectoryQuery,
    SkillQuery,
    RecommendationQuery,
    MatchWishQuery,
    OpenAskQuery,
    WaitingListQuery,
    ProgrammeQuery,
    CohortQuery,
    FairnessQuery,
    RequestQuery,
    MentorshipQuery,
    OutcomeQuery,
    MeetingQuery,
    MentorshipProposalQuery,
    CircleQuery,
    CircleCareQuery,
    SessionQuery,
    WebinarQuery,
    WebinarRecapQuery,
    CalendarQuery,
    QuestionQuery,
    PollQuery,
    GatheringQuery,
    IntroductionQuery,
    SmallAskQuery,
    KudosQuery,
    StandingQuery,
    NodeQuery,
):
    """The root of queries."""


@strawberry.type(description="Everything that can be done. Each answers with its payload or with a Refusal.")
class Mutation(
    LoginMutation,
    CredentialMutation,
    ProfileMutation,
    HistoryMutation,
    AvailabilityMutation,
    SafetyMutation,
    CaseMutation,
    StandingMutation,
    SuggestionMutation,
    MatchWishMutation,
    OpenAskMutation,
    WaitingListMutation,
    ProgrammeMutation,
    CohortMutation,
    RequestMutation,
    MentorshipMutation,
    AgreementMutation,
    MentorshipGoalMutation,
    MentorshipIdeaMutation,
    MentorshipNoteMutation,
    OutcomeMutation,
    MeetingMutation,
    MentorshipRoadMutation,
    MentorshipProposalMutation,
    CheckInMutation,
    CircleMutation,
    CircleSeatMutation,
    CircleMeetingMutation,
    CircleRoomMutation,
    CircleTalkMutation,
    SessionMutation,
    SessionFloorMutation,
    SessionAgendaMutation,
    SessionPaperMutation,
    SessionNotesMutation,
    WebinarMutation,
    WebinarPeopleMutation,
    CalendarMutation,
    QuestionMutation,
    QuestionActMutation,
    PollMutation,
    NotificationMutation,
    GatheringMutation,
    IntroductionMutation,
    SmallAskMutation,
    KudosMutation,
    LiveMutation,
):
    """The root of mutations."""


@strawberry.type(description="Everything that can be followed.")
class Subscription(TopicSubscription, CohortSubscription):
    """The root of subscriptions."""


schema = build_schema(Query, Mutation, Subscription)
