"""Sixty days of a community through the real services with the clock moved: arrivals, no, silence, leaves, gigs.

How long people wait for a yes, whether anybody for whom there is a mentor waits past four weeks, and whether an
accepted pair was ever moved. Mentors and workers act by a seeded die; the system does all the rest.
"""

import asyncio
import random
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from benchmarks._support import percentile_of, run_with_database
from server.domain.actors import Actor, UserId
from server.domain.availability import MentoringFormat, StretchKind
from server.domain.errors import LimitReached, Refusal
from server.domain.mentorships import GOING_ON, DeclineReason, EndReason, RequestState
from server.domain.profiles import Proficiency, SkillDirection, SkillLevel
from server.domain.requests import AlreadyAnswered, RequestContent, SiblingChoice
from server.domain.suggestions import MatchSide
from server.domain.waiting import ON_THE_LIST
from server.embedded import EmbeddedServers
from server.kit.clock import clock, now
from server.kit.ids import drawn_by, new_id
from server.models.availability import Stretch, WeeklyWindow
from server.models.database import migrate_database
from server.models.identity import User
from server.models.mentorships import Mentorship, MentorshipRequest
from server.models.profiles import Profile, ProfileLanguage, ProfileSkill
from server.models.waiting import WaitingPlace
from server.services import matching_snapshot, request_sweeps, suggestions, waiting_lists
from server.services.matching import NewRequest, send_request, withdraw_request
from server.services.matching_picture import Found
from server.services.matching_snapshot import Engine
from server.services.mentorships import accept_request, end_mentorship
from server.services.rematch import rematch
from server.services.request_answers import decline_request

KIND = MentoringFormat.CLASSIC
SKILLS = ("gig:invoicing", "gig:food-delivery", "gig:parcel-delivery", "gig:cargo-bike-delivery")
_OPEN = [RequestState.SENT, RequestState.VIEWED]
_LONGEST = timedelta(days=28)
_BEGIN = datetime(2026, 11, 2, 9, tzinfo=UTC)
"""The first morning. Ids are drawn by a die too; only when the engine builds its picture anew still differs."""
_ASKED_AT_ONCE, _PATIENCE = 3, timedelta(days=3)
"""Requests that a worker has open at most, and how long they wait before they send another."""
_SWEEPS: tuple[Callable[[], Awaitable[int]], ...] = (
    request_sweeps.expire_due,
    request_sweeps.remind_due,
    request_sweeps.serve_waitlist,
    waiting_lists.serve_lists,
    suggestions.expire_due,
)


@dataclass(frozen=True)
class Town:
    """How big, how long, and how people are: chances are a day's, but those of a mentor's character."""

    mentors: int
    arrivals: int
    days: int = 60
    seed: int = 1
    says_yes: float = 0.35
    says_no: float = 0.15
    is_silent: float = 0.15
    goes_on_gig: float = 0.02
    ends: float = 0.04
    gives_up: float = 0.004


@dataclass
class Seen:
    """What was seen: the wait of each who was served, who waits, who waited too long though there was somebody.

    `past`: whose wait passed four weeks. `overdue`: who could have been served on more than 28 days of it, because a
    mentor who answers at all fitted and had a place; `longest`: the most such days of anybody.
    """

    waits: list[float] = field(default_factory=list)
    arrived: int = 0
    gave_up: int = 0
    waiting: int = 0
    waiting_without_mentor: int = 0
    overdue: set[UUID] = field(default_factory=set)
    past: set[UUID] = field(default_factory=set)
    longest: int = 0
    moved: int = 0
    requests: int = 0
    from_lists: int = 0
    rematched: int = 0

    @property
    def p95(self) -> float:
        """Return the wait in days that 95 of 100 of those served did not pass."""
        return percentile_of(self.waits, 95)


class Days:
    """A town as its days pass."""

    def __init__(self, town: Town, engine: Engine) -> None:
        self.town, self.engine, self.seen = town, engine, Seen()
        self.die = random.Random(town.seed)
        self.mentors: dict[UUID, bool] = {}
        self.since: dict[UUID, datetime] = {}
        self.pairs: dict[UUID, tuple[UUID, UUID]] = {}
        self.could: Counter[UUID] = Counter()

    async def run(self) -> Seen:
        """Let the days pass; return what was seen."""
        with clock.stopped(_BEGIN):
            for _ in range(self.town.mentors):
                await self._arrive(SkillDirection.OFFERED)
        for day in range(self.town.days):
            # Time stands still within each: what is due in three days is due three days later, however long this takes.
            for hours, part in ((1, self._morning), (6, self._afternoon), (11, self._evening)):
                with clock.stopped(_BEGIN + timedelta(days=day, hours=hours)):
                    await part()
        self.seen.waiting = len(self.since)
        return self.seen

    async def _morning(self) -> None:
        """Workers come, give up, ask, and wait in line when there is nobody to ask."""
        for _ in range(self._count(self.town.arrivals)):
            await self._arrive(SkillDirection.SOUGHT)
        await self.engine.catch_up()
        for worker in list(self.since):
            if self._happens(self.town.gives_up):
                await self._give_up(worker)
            else:
                await self._look(worker)

    async def _afternoon(self) -> None:
        """Mentors answer or do not, go on gigs, and end what they began."""
        for request in await MentorshipRequest.filter(state__in=_OPEN).order_by("id"):
            await self._answer(request)
        for mentor in self.mentors:
            if self._happens(self.town.goes_on_gig):
                end = now() + timedelta(days=self.die.randint(2, 9))
                await Stretch.create(profile_id=mentor, kind=StretchKind.ON_GIG, started_at=now(), ended_at=end)
        for tie in await Mentorship.filter(state__in=list(GOING_ON)).order_by("id"):
            if self._happens(self.town.ends):
                await self._part(tie)

    async def _evening(self) -> None:
        """The jobs run as they do all day, and the day is looked at."""
        for sweep in _SWEEPS:
            await sweep()
        await self.engine.catch_up()
        await self._count_served()
        await self._look_for_overdue()

    async def _arrive(self, way: SkillDirection) -> None:
        who = await _person(self.die.choice(SKILLS), way, self.die)
        if way is SkillDirection.OFFERED:
            self.mentors[who] = self._happens(self.town.is_silent)
        else:
            self.since[who], self.seen.arrived = now(), self.seen.arrived + 1

    async def _look(self, worker: UUID) -> None:
        """Ask the best of the list, or wait in line when the list is empty or nobody on it can be asked."""
        asked = await MentorshipRequest.filter(sender_id=worker, state__in=_OPEN)
        if len(asked) >= _ASKED_AT_ONCE or any(now() - one.created_at < _PATIENCE for one in asked):
            return
        found = await self._found_for(worker)
        skill_ids = (await _need(worker),)
        content = RequestContent(KIND, "Stand on my own", 60, skill_ids=skill_ids, siblings=SiblingChoice.LET_GO)
        for one in found[:3]:
            try:
                await send_request(_actor(worker), asked=NewRequest(one.profile_id, content))
            except Refusal:
                continue
            self.seen.requests += 1
            return
        if not asked and not await WaitingPlace.exists(profile_id=worker, state__in=list(ON_THE_LIST)):
            await waiting_lists.join(_actor(worker), content=content)

    async def _answer(self, request: MentorshipRequest) -> None:
        if self.mentors[request.receiver_id]:
            return
        receiver, luck = _actor(request.receiver_id), self.die.random()
        try:
            if luck < self.town.says_yes:
                await accept_request(receiver, request_id=request.id)
            elif luck < self.town.says_yes + self.town.says_no:
                await decline_request(receiver, request_id=request.id, reason=DeclineReason.NO_TIME)
        except AlreadyAnswered:
            # Let go meanwhile: the worker found somebody this very day.
            return
        except LimitReached:
            await decline_request(receiver, request_id=request.id, reason=DeclineReason.NO_TIME)

    async def _part(self, tie: Mentorship) -> None:
        """End a mentorship without fault: the mentee goes on with somebody else, or is done."""
        if self._happens(0.3):
            await rematch(_actor(tie.mentee_id), mentorship_id=tie.id, skill_id=await _need(tie.mentee_id))
            self.since[tie.mentee_id], self.seen.rematched = now(), self.seen.rematched + 1
        else:
            await end_mentorship(_actor(tie.mentor_id), mentorship_id=tie.id, reason=EndReason.NO_FAULT)

    async def _give_up(self, worker: UUID) -> None:
        for request in await MentorshipRequest.filter(sender_id=worker, state__in=_OPEN):
            await withdraw_request(_actor(worker), request_id=request.id)
        for place in await WaitingPlace.filter(profile_id=worker, state__in=list(ON_THE_LIST)):
            await waiting_lists.leave(_actor(worker), place_id=place.id)
        del self.since[worker]
        self.seen.gave_up += 1

    async def _count_served(self) -> None:
        """Count who found somebody, and hold every pair to who it was made of."""
        for tie in await Mentorship.all():
            pair = (tie.mentor_id, tie.mentee_id)
            if tie.id not in self.pairs:
                self.pairs[tie.id] = pair
                since = self.since.pop(tie.mentee_id, None)
                del self.could[tie.mentee_id]
                if since is not None:
                    self.seen.waits.append((tie.created_at - since) / timedelta(days=1))
            self.seen.moved += self.pairs[tie.id] != pair
        places = await WaitingPlace.filter(state="served")
        self.seen.from_lists = len(places)
        for place in await WaitingPlace.filter(profile_id__not_in=list(self.since) or [new_id()], state="waiting"):
            await waiting_lists.leave(_actor(place.profile_id), place_id=place.id)

    async def _look_for_overdue(self) -> None:
        """Count the days on which somebody waits though a mentor who answers fits and has a place this evening."""
        self.seen.waiting_without_mentor = 0
        for worker, since in self.since.items():
            found = await self._found_for(worker)
            self.seen.waiting_without_mentor += not found
            if now() - since > _LONGEST:
                self.seen.past.add(worker)
            if any(not self.mentors[one.profile_id] for one in found):
                self.could[worker] += 1
                self.seen.longest = max(self.seen.longest, self.could[worker])
            if timedelta(days=self.could[worker]) > _LONGEST:
                self.seen.overdue.add(worker)

    async def _found_for(self, worker: UUID) -> list[Found]:
        return await self.engine.ask(lambda picture: picture.top(worker, KIND, MatchSide.LEARNER), worker)

    def _happens(self, chance: float) -> bool:
        return self.die.random() < chance

    def _count(self, mean: int) -> int:
        return sum(self._happens(0.5) for _ in range(2 * mean))


async def simulate(town: Town) -> Seen:
    """Return what was seen of a town. Needs an empty database that is open."""
    with drawn_by(random.Random(town.seed)):
        async with _engine() as engine:
            return await Days(town, engine).run()


@asynccontextmanager
async def _engine() -> AsyncIterator[Engine]:
    """Run an engine that takes in what changed when it is told to."""
    engine = Engine()
    await engine.catch_up()
    await engine.warm()
    matching_snapshot.running.engine = engine
    try:
        yield engine
    finally:
        matching_snapshot.running.engine = None
        await engine.close()


async def _person(skill_id: str, way: SkillDirection, die: random.Random) -> UUID:
    """Make somebody who teaches or seeks a skill, on some evenings, in one of two languages."""
    who = new_id()
    await User.create(id=who, email=f"{who}@example.org", verified_at=now())
    await Profile.create(id=who, display_name="Somebody", time_zone=die.choice(("Europe/Lisbon", "Europe/Warsaw")))
    level = SkillLevel.CAN_TEACH if way is SkillDirection.OFFERED else SkillLevel.WITH_HELP
    await ProfileSkill.create(profile_id=who, skill_id=skill_id, direction=way, level=level)
    languages: Iterable[str] = ("en", "pt") if die.random() < 0.3 else (die.choice(("en", "en", "pt")),)
    for code in languages:
        await ProfileLanguage.create(profile_id=who, code=code, proficiency=Proficiency.FLUENT)
    for weekday in die.sample(range(7), 3):
        await WeeklyWindow.create(profile_id=who, weekday=weekday, start_minute=16 * 60, end_minute=22 * 60)
    return who


async def _need(worker: UUID) -> str:
    row = await ProfileSkill.get(profile_id=worker, direction=SkillDirection.SOUGHT)
    return row.skill_id


def _actor(user_id: UUID) -> Actor:
    return Actor(user_id=UserId(user_id), is_verified=True)


def lines_of(town: Town, seen: Seen) -> list[str]:
    """Return what was seen in words."""
    return [
        f"{town.days} days, {town.mentors} mentors, {seen.arrived} workers arrived, {seen.rematched} rematched",
        f"  served {len(seen.waits)}, gave up {seen.gave_up}, still waiting {seen.waiting}"
        f" (of whom {seen.waiting_without_mentor} have nobody with a place)",
        f"  days to a yes: p50 {percentile_of(seen.waits, 50):.1f}, p95 {seen.p95:.1f}",
        f"  waited past 28 days: {len(seen.past)}; on more than 28 days of it somebody who answers had a place:"
        f" {len(seen.overdue)} (at most {seen.longest} such days)",
        f"  accepted pairs moved: {seen.moved}; requests sent {seen.requests}, served from lists {seen.from_lists}",
    ]


def run() -> list[str]:
    """Return the lines of the report, on servers of its own."""
    town = Town(mentors=90, arrivals=3)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        servers = EmbeddedServers.for_tests(Path(folder) / "servers")
        urls = servers.start()
        try:
            asyncio.run(migrate_database(urls.database_url))
            return run_with_database(urls.database_url, lambda: _measure(town))
        finally:
            servers.stop()


async def _measure(town: Town) -> list[str]:
    return lines_of(town, await simulate(town))


if __name__ == "__main__":
    print("\n".join(run()))
