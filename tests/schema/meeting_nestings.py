"""How many statements meetings and calendars cost: a fixed number, whatever the size of the page."""

_MEETINGS = "mentorships({{page}}) {{ edges {{ node {{ meetings(first: 2) {{ edges {{ node {{ {} }} }} }} }} }} }}"
_PROPOSALS = (
    "mentorships({{page}}) {{ edges {{ node {{ meetingProposals(first: 2) {{ edges {{ node {{ {} }} }} }} }} }} }}"
)
_CALENDAR = "myCalendar(start: $start, end: $end) {{ {} }}"

MEETING_NESTINGS: dict[str, tuple[str, int]] = {
    "Mentorship.meetings": (_MEETINGS.format("startsAt"), 4),
    "MentorshipMeeting.seats": (_MEETINGS.format("seats { outcome }"), 5),
    "MeetingSeat.profile": (_MEETINGS.format("seats { profile { name } }"), 6),
    "Mentorship.meetingProposals": (_PROPOSALS.format("starts"), 4),
    "MeetingProposal.proposer": (_PROPOSALS.format("proposer { name }"), 5),
    "MeetingProposal.meeting": (_PROPOSALS.format("meeting { startsAt }"), 7),
    "CalendarEntry.mentorshipMeeting": (_CALENDAR.format("mentorshipMeeting { title }"), 17),
    "CalendarEntry.circleMeeting": (_CALENDAR.format("circleMeeting { title }"), 17),
    "CalendarEntry.webinar": (_CALENDAR.format("webinar { title }"), 15),
    "CalendarEntry.gathering": (_CALENDAR.format("gathering { title }"), 15),
    "noShowAppeals": ("noShowAppeals({page}) { edges { node { words } } }", 1),
    "NoShowAppeal.profile": ("noShowAppeals({page}) { edges { node { profile { name } } } }", 2),
}
