"""What happened among a block of made-up people: requests in every state, mentorships, and who is full by now.

A history keeps the rules of the product: one request between two people, at most five open ones of a sender, clocks
that stand still with the receiver's rhythm, no mentor with more than they allow.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import permutations
from random import Random
from uuid import UUID

from server.domain.availability import CapacityKind, MentoringFormat
from server.domain.mentorships import GOING_ON, EndReason, MentorshipState, RequestState
from server.domain.profiles import SkillDirection
from server.domain.request_numbers import DEFAULTS
from server.domain.requests import OPEN_STATES
from server.domain.seed_ledger import Engagement, SeedLedger, givers_of
from server.domain.seed_material import Material
from server.domain.seed_moves import Moves, answer_within, run_out
from server.domain.seed_rooms import Meetings, add_meetings
from server.domain.seed_shapes import SeedHistory, SeedMentorship, SeedPerson, SeedRelease, SeedRequest, seeded_id
from server.domain.seed_sketch import SeedSource

REQUESTS_PER_PERSON = 0.7
_FORMATS = (
    (MentoringFormat.CLASSIC, 40),
    (MentoringFormat.MICRO, 33),
    (MentoringFormat.LONG_ARC, 10),
    (MentoringFormat.PEER, 10),
    (MentoringFormat.REVERSE, 7),
)
# Accepted ones are made first: only then is it known who is full and has a waiting list.
_OUTCOMES = (
    (RequestState.ACCEPTED, 50),
    (RequestState.DECLINED, 12),
    (RequestState.EXPIRED, 8),
    (RequestState.WITHDRAWN, 6),
    (RequestState.REFERRED, 3),
    (RequestState.INVALIDATED, 3),
    (RequestState.SENT, 6),
    (RequestState.VIEWED, 4),
    (RequestState.INFO_REQUESTED, 3),
    (RequestState.DRAFT, 2),
    (RequestState.WAITLISTED, 3),
)
_STATES = (
    (MentorshipState.ACTIVE, 40),
    (MentorshipState.TRIAL, 4),
    (MentorshipState.PAUSED, 5),
    (MentorshipState.CLOSING, 4),
    (MentorshipState.COMPLETED, 37),
    (MentorshipState.ENDED_EARLY, 10),
)


@dataclass(frozen=True)
class Pairing:
    """Somebody who learns, somebody who knows, and what it is about."""

    mentor: SeedPerson
    mentee: SeedPerson
    skill_id: str
    format: MentoringFormat

    @property
    def givers(self) -> tuple[SeedPerson, ...]:
        """Return who gives a place to a mentorship of the two."""
        return givers_of(self.mentor, self.mentee, self.format)

    @property
    def since(self) -> datetime:
        """Return the day from which both were here."""
        return max(self.mentor.user.verified_at, self.mentee.user.verified_at)


@dataclass
class Historian:
    """Makes the history of a block. `day` is the midnight that counts as today."""

    material: Material
    people: Sequence[SeedPerson]
    day: datetime
    rng: Random
    history: SeedHistory = field(default_factory=SeedHistory)
    met: set[frozenset[UUID]] = field(default_factory=set)
    open_requests: Counter[UUID] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.ledger = SeedLedger(self.rng, self.history.entries)
        self.moves = Moves(self.history, self.material, self.day, self.rng)
        self.by_id: dict[UUID, SeedPerson] = {}
        self.teachers: dict[str, list[SeedPerson]] = defaultdict(list)
        for person in self.people:
            self.by_id[person.user.id] = person
            for skill in person.skills_in(SkillDirection.OFFERED):
                self.teachers[skill.skill_id].append(person)

    def write(self) -> SeedHistory:
        """Make as many requests as the block calls for. Two who cannot be brought together are left out."""
        states, weights = [state for state, _ in _OUTCOMES], [weight for _, weight in _OUTCOMES]
        drawn = Counter(self.rng.choices(states, weights=weights, k=round(len(self.people) * REQUESTS_PER_PERSON)))
        for state in states:
            for _ in range(drawn[state]):
                pairing = self.pair()
                if pairing is not None:
                    self.happen(pairing, state)
        return self.history

    def pair(self) -> Pairing | None:
        """Return two people who fit, or None when those drawn do not: strangers to each other, here for some days."""
        mentee = self.rng.choice(self.people)
        sought = mentee.skills_in(SkillDirection.SOUGHT)
        if not sought:
            return None
        skill_id = self.rng.choice(sought).skill_id
        teachers = [one for one in self.teachers.get(skill_id, self.people) if one.can_talk_to(mentee)]
        if not teachers:
            return None
        # The first of a list are asked more often, as those at the top of a directory are.
        mentor = teachers[int(len(teachers) * self.rng.random() ** 1.6)]
        formats = [
            (one, weight) for one, weight in _FORMATS if mentor.account(CapacityKind.CONCURRENT, one).allowed > 0
        ]
        if mentor is mentee or not formats or frozenset((mentor.user.id, mentee.user.id)) in self.met:
            return None
        chosen = self.rng.choices([one for one, _ in formats], weights=[weight for _, weight in formats])[0]
        pairing = Pairing(mentor, mentee, skill_id, chosen)
        return pairing if self.day - pairing.since > timedelta(days=4) else None

    def happen(self, pairing: Pairing, state: RequestState) -> None:
        """Make one request end in a state, or in one that the rules allow instead."""
        if state is RequestState.ACCEPTED:
            self.engage(pairing)
        elif state in OPEN_STATES:
            self.wait(pairing, state)
        else:
            self.close(pairing, state)

    def wait(self, pairing: Pairing, state: RequestState) -> None:
        """Make a request that waits for somebody now, unless its sender has enough of them or its receiver paused."""
        if state is RequestState.WAITLISTED:
            pairing = self.at_full(pairing)
        sender_id = pairing.mentee.user.id
        if self.open_requests[sender_id] >= DEFAULTS.max_open or pairing.mentor.profile.requests_paused_until:
            return
        if state is RequestState.WAITLISTED and not self.ledger.is_full(pairing.mentor, pairing.format):
            state = RequestState.SENT
        hours = self.rng.uniform(1, 12 if pairing.format is MentoringFormat.MICRO else 90)
        sent_at = self.day - timedelta(hours=hours)
        if not self.ledger.may_be_asked(pairing.mentor, sent_at):
            return
        self.open_requests[sender_id] += 1
        request = self.request(pairing, sent_at)
        self.lead(request, state, request.created_at + timedelta(hours=hours * self.rng.uniform(0.1, 0.9)))
        self.moves.set_clock(request, pairing.mentor)

    def lead(self, request: SeedRequest, state: RequestState, until: datetime) -> None:
        """Bring a request to a state, and write what it took of its receiver's week."""
        self.moves.lead(request, state, until)
        if request.sent_at is not None:
            self.ledger.ask(self.by_id[request.receiver_id], request.sent_at, request.id)

    def at_full(self, pairing: Pairing) -> Pairing:
        """Return a pairing of the same mentee with a mentor who has no place left, if there is one for them."""
        mentee = pairing.mentee
        full = [
            Pairing(one, mentee, pairing.skill_id, format_)
            for one in self.people
            for format_ in MentoringFormat
            if one.account(CapacityKind.CONCURRENT, format_).used > 0
            and self.ledger.is_full(one, format_)
            and one is not mentee
            and one.can_talk_to(mentee)
            and frozenset((one.user.id, mentee.user.id)) not in self.met
        ]
        return self.rng.choice(full) if full else pairing

    def close(self, pairing: Pairing, state: RequestState) -> None:
        """Make a request that is over, or a draft that was never sent."""
        sent_at = self.day - (self.day - pairing.since) * self.rng.uniform(0.2, 0.95)
        if not self.ledger.may_be_asked(pairing.mentor, sent_at):
            return
        request = self.request(pairing, sent_at)
        until = answer_within(request, self.day, self.rng)
        if state is RequestState.EXPIRED:
            ran_out = run_out(request, pairing.mentor)
            if ran_out is None or ran_out > self.day:
                state = RequestState.WITHDRAWN
            else:
                until = ran_out
        peers = self.peers(pairing, until) if state is RequestState.REFERRED else []
        if state is RequestState.REFERRED and not peers:
            state = RequestState.DECLINED
        self.lead(request, state, until)
        if peers:
            self.refer(request, Pairing(self.rng.choice(peers), pairing.mentee, pairing.skill_id, pairing.format))

    def peers(self, pairing: Pairing, at: datetime) -> list[SeedPerson]:
        """Return whom the mentor could pass a request to: those who offer the same and are strangers to the mentee."""
        mentee_id = pairing.mentee.user.id
        return [
            one
            for one in self.teachers.get(pairing.skill_id, ())
            if one.user.verified_at < at
            and self.ledger.may_be_asked(one, at)
            and one is not pairing.mentee
            and one.can_talk_to(pairing.mentee)
            and frozenset((one.user.id, mentee_id)) not in self.met
        ]

    def refer(self, referred: SeedRequest, pairing: Pairing) -> None:
        """Make the request that stands for a referred one; it too is over."""
        new = self.request(pairing, referred.answered_at or self.day)
        new.referred_from_id, new.goal, new.message = referred.id, referred.goal, referred.message
        state = self.rng.choice([RequestState.DECLINED, RequestState.WITHDRAWN])
        self.lead(new, state, answer_within(new, self.day, self.rng))

    def request(self, pairing: Pairing, sent_at: datetime, *, is_from_mentor: bool = False) -> SeedRequest:
        """Add a request of a pair; from now on they are no strangers."""
        self.met.add(frozenset((pairing.mentor.user.id, pairing.mentee.user.id)))
        sender, receiver = pairing.mentee, pairing.mentor
        if is_from_mentor:
            sender, receiver = receiver, sender
        label = self.material.labels[pairing.skill_id]
        message = self.rng.choice(self.material.lines("request_message"))
        is_micro = pairing.format is MentoringFormat.MICRO
        request = SeedRequest(
            id=seeded_id(self.rng, sent_at),
            created_at=sent_at,
            sender_id=sender.user.id,
            receiver_id=receiver.user.id,
            mentor_id=pairing.mentor.user.id,
            mentee_id=pairing.mentee.user.id,
            format=pairing.format,
            goal=self.rng.choice(self.material.lines("request_goal")).format(skill=label),
            message="" if is_from_mentor else message.format(name=pairing.mentor.profile.display_name, skill=label),
            skill_ids=[pairing.skill_id],
            minutes_needed=self.rng.choice([30, 45, 60, 90] if is_micro else [60, 120, 180]),
        )
        self.history.requests.append(request)
        return request

    def engage(self, pairing: Pairing) -> None:
        """Make a mentorship with the request it came from, unless there was no room for it."""
        state = self.rng.choices([one for one, _ in _STATES], weights=[weight for _, weight in _STATES])[0]
        started_at, ended_at = self.times(pairing, state)
        engagement = Engagement(pairing.givers, pairing.format, started_at, ended_at, self.rng.choice([30, 60, 90]))
        self.begin(pairing, engagement, state)

    def begin(self, pairing: Pairing, engagement: Engagement, state: MentorshipState) -> None:
        """Make an accepted request and its mentorship, unless mentor or receiver had no room for it."""
        is_from_mentor = pairing.format is MentoringFormat.REVERSE or self.rng.random() < 0.08
        receiver = pairing.mentee if is_from_mentor else pairing.mentor
        sent_at = engagement.started_at - timedelta(hours=self.rng.uniform(1, 20))
        if not self.ledger.has_room(engagement) or not self.ledger.may_be_asked(receiver, sent_at):
            return
        request = self.request(pairing, sent_at, is_from_mentor=is_from_mentor)
        request.minutes_needed = engagement.minutes
        self.lead(request, RequestState.ACCEPTED, engagement.started_at)
        self.mentor(request, engagement, state)

    def times(self, pairing: Pairing, state: MentorshipState) -> tuple[datetime, datetime | None]:
        """Return when a mentorship began and ended, at least a day after both had come."""
        longest = timedelta(days=21 if pairing.format is MentoringFormat.MICRO else 120)
        here = self.day - pairing.since - timedelta(days=1)
        if state in GOING_ON:
            return self.day - min(longest, here) * self.rng.uniform(0.1, 0.9), None
        started_at = pairing.since + timedelta(days=1) + here * self.rng.uniform(0, 0.6)
        return started_at, min(started_at + longest * self.rng.uniform(0.3, 1), self.day - timedelta(hours=6))

    def mentor(self, request: SeedRequest, engagement: Engagement, state: MentorshipState) -> None:
        """Add the mentorship of an accepted request, with its lines in the ledger and its meetings."""
        is_early = state is MentorshipState.ENDED_EARLY
        reasons = [one for one in EndReason if one is not EndReason.SAFETY]
        mentorship = SeedMentorship(
            id=seeded_id(self.rng, engagement.started_at),
            created_at=engagement.started_at,
            mentor_id=request.mentor_id,
            mentee_id=request.mentee_id,
            request_id=request.id,
            format=request.format,
            goal=request.goal,
            state=state,
            end_reason=self.rng.choice(reasons) if is_early else None,
            ended_at=engagement.ended_at,
            version=1 if state is MentorshipState.ACTIVE else 2,
        )
        self.history.mentorships.append(mentorship)
        self.ledger.take(engagement, mentorship.id)
        self.open_contacts(mentorship)
        topic = self.material.labels[request.skill_ids[0]]
        add_meetings(
            self.history, Meetings(mentorship, engagement.ended_at or self.day, topic), self.material, self.rng
        )

    def open_contacts(self, mentorship: SeedMentorship) -> None:
        """Open the contact details of the two to each other, as an accepted request does."""
        at = mentorship.created_at
        for owner, reader in permutations((mentorship.mentor_id, mentorship.mentee_id)):
            self.history.releases.append(
                SeedRelease(id=seeded_id(self.rng, at), created_at=at, profile_id=owner, to_profile_id=reader)
            )


def history_of(material: Material, source: SeedSource, people: Sequence[SeedPerson], block: int) -> SeedHistory:
    """Return what happened among the people of a block; `used` of their capacity accounts is brought up to it."""
    return Historian(material, people, source.day, source.random("history", block)).write()
