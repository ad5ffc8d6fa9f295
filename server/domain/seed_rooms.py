"""The meetings of a made-up mentorship: when the two met, and what they said."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from server.domain.seed_material import Material
from server.domain.seed_shapes import (
    SeedHistory,
    SeedMentorship,
    SeedMessage,
    SeedParticipant,
    SeedSession,
    seeded_id,
)
from server.domain.sessions import SessionRole

MOST_MEETINGS = 6
_BETWEEN = timedelta(days=8)
_LONGEST = timedelta(hours=2)


@dataclass(frozen=True)
class Meetings:
    """Which mentorship met, until when, and about what."""

    mentorship: SeedMentorship
    until: datetime
    topic: str


def add_meetings(history: SeedHistory, meetings: Meetings, material: Material, rng: Random) -> None:
    """Add the meetings of a mentorship to a history, at least one where there was time for it, each with its talk."""
    mentorship = meetings.mentorship
    span = meetings.until - mentorship.created_at - _LONGEST
    if span <= timedelta(0):
        return
    count = min(MOST_MEETINGS, 1 + span // _BETWEEN)
    for number in range(count):
        started_at = mentorship.created_at + span * (number + rng.uniform(0.2, 0.8)) / count
        history.sessions.append(_meeting(history, mentorship, started_at, rng))
        session = history.sessions[-1]
        session.title = rng.choice(material.lines("session_title"))
        _talk(history, session, meetings, (material, rng))


def _meeting(history: SeedHistory, mentorship: SeedMentorship, started_at: datetime, rng: Random) -> SeedSession:
    host, other = rng.sample([mentorship.mentor_id, mentorship.mentee_id], k=2)
    opened_at = started_at - timedelta(seconds=rng.randint(20, 400))
    session = SeedSession(
        id=seeded_id(rng, opened_at),
        created_at=opened_at,
        mentorship_id=mentorship.id,
        title="",
        opened_by=host,
        started_at=started_at,
        ended_at=started_at + timedelta(minutes=rng.randint(25, 80)),
    )
    for profile_id, role, joined_at in (
        (host, SessionRole.HOST, opened_at),
        (other, SessionRole.PARTICIPANT, started_at),
    ):
        history.participants.append(
            SeedParticipant(
                id=seeded_id(rng, opened_at),
                created_at=opened_at,
                session_id=session.id,
                profile_id=profile_id,
                role=role,
                joined_at=joined_at,
            )
        )
    return session


def _talk(history: SeedHistory, session: SeedSession, meetings: Meetings, source: tuple[Material, Random]) -> None:
    """Add what was said: the two in turn, in the time of the meeting."""
    material, rng = source
    mentor_id, mentee_id = meetings.mentorship.mentor_id, meetings.mentorship.mentee_id
    turns = rng.randint(1, 4)
    asked, answered = (
        [
            rng.choice(material.lines(f"{who}_hello")),
            *rng.sample(material.lines(f"{who}_line"), k=turns),
            rng.choice(material.lines(f"{who}_bye")),
        ]
        for who in ("mentor", "mentee")
    )
    lines = [said for pair in zip(asked, answered, strict=True) for said in pair]
    step = (session.ended_at - session.started_at) / (len(lines) + 1)
    for place, text in enumerate(lines):
        at = session.started_at + step * (place + rng.uniform(0.1, 0.9))
        history.messages.append(
            SeedMessage(
                id=seeded_id(rng, at),
                created_at=at,
                session_id=session.id,
                author_id=mentee_id if place % 2 else mentor_id,
                text=text.format(skill=meetings.topic),
            )
        )
