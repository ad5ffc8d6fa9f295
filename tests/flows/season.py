"""Weeks of people's lives: the clock is moved from hour to hour, the worker goes round, all that is sent is kept.

Nobody waits: an hour is as long as the worker needs, and one in which nothing is due takes no time. What people do is
asked for through the GraphQL door.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.domain.actors import Actor
from server.jobs import JOBS
from server.kit.clock import clock, now
from server.models.database import connection
from server.models.notifications import Notification
from server.outbound.mail import Mail
from tests.factories.graphql import Door, mutation_document
from tests.factories.notices import Postbox, post

HOURLY = {
    "expire-requests",
    "remind-of-requests",
    "move-mentorships",
    "release-feedback",
    "lapse-proposals",
    "open-check-ins",
    "open-check-ins-of-gigs",
    "meet-silence",
    "lapse-check-ins",
    "ask-for-outcomes",
    "remind-of-calendars",
    "settle-meetings",
    "expire-meeting-proposals",
}
"""The jobs that the road of a mentorship takes. Mails and digests are gathered beside them."""
NEXT_DUE = """
SELECT min(at) FROM (
    SELECT due_at FROM fact_record WHERE reacted_at IS NULL
    UNION ALL SELECT unnest(ARRAY[remind_at, expires_at]) FROM mentorship_request WHERE answered_at IS NULL
    UNION ALL SELECT unnest(ARRAY[look_at, check_in_at]) FROM mentorship WHERE ended_at IS NULL
    UNION ALL SELECT given_at + interval '7 days' FROM mentorship_feedback WHERE released_at IS NULL
    UNION ALL SELECT expires_at FROM mentorship_proposal WHERE decided_at IS NULL
    UNION ALL SELECT next_step_at FROM check_in_part WHERE answered_at IS NULL
    UNION ALL SELECT closes_at FROM check_in WHERE state = 'open'
    UNION ALL SELECT unnest(ARRAY[started_at, started_at + (ended_at - started_at) / 2, ended_at]) FROM stretch
    UNION ALL SELECT due_at FROM mentorship_outcome WHERE told_at IS NULL
    UNION ALL SELECT starts_at + unnest(ARRAY['-24 hours', '-1 hour', '15 minutes', '1 hour']::interval[]) FROM meeting
    UNION ALL SELECT last_start FROM meeting_proposal WHERE state = 'open'
    UNION ALL SELECT mail_due_at FROM notification WHERE mail = 'waiting'
    UNION ALL SELECT next_digest_at FROM notification_inbox
) AS due(at) WHERE at > $1
"""
"""When something falls due next. Whatever were missing here would come at a later hour than the tests expect."""
MAILS_WAIT = timedelta(minutes=3)
"""A little more than mails wait for their reader to look into the app."""
HOUR = timedelta(hours=1)
LINE = 100


@dataclass
class Season:
    """Some people, the door they come through, what time it is, and the mails that left, each with its time."""

    http: Door
    at: datetime
    people: dict[str, Actor]
    zones: dict[str, str]
    is_hourly: bool = False
    mails: list[tuple[datetime, str, Mail]] = field(default_factory=list)

    @contextmanager
    def moment(self) -> Iterator[None]:
        """Have it be the season's time, which goes on a little."""
        with clock.moved(by=self.at - now()):
            yield
            self.at = max(self.at + timedelta(seconds=1), now())

    async def do(self, who: str, name: str, selection: str = "__typename", /, **form: Any) -> dict[str, Any]:
        """Run a mutation as somebody; a refusal fails the test. Return its payload."""
        with self.moment():
            data = await self.http.ask(self.people[who], mutation_document(name, selection), input=form)
        answer: dict[str, Any] = data[name]
        assert answer["__typename"].endswith("Payload"), (self.at, name, answer)
        return answer

    async def ask(self, who: str, query: str, **variables: Any) -> dict[str, Any]:
        """Run a query as somebody; any error fails the test."""
        with self.moment():
            return await self.http.ask(self.people[who], query, **variables)

    async def until(self, instant: datetime) -> None:
        """Let time pass until an instant: the worker goes round in each hour in which anything is due, and at the end.

        With `is_hourly` it goes round in every hour, which takes long.
        """
        await self.work()
        while self.at < instant:
            hour = self.at.replace(minute=0, second=0, microsecond=0)
            due = hour + HOUR if self.is_hourly else await self._next_due()
            whole_hours = hour + max(1, -((hour - due) // HOUR)) * HOUR
            self.at = min(whole_hours, instant)
            await self.work()

    async def _next_due(self) -> datetime:
        _, (row,) = await connection().execute_query(NEXT_DUE, [self.at])
        latest = self.at + 12 * HOUR
        return latest if row["min"] is None else min(row["min"], latest)

    async def work(self) -> None:
        """Let the worker do all that is due: its jobs, what follows from facts, and the mails, which wait a little."""
        with self.moment():
            for job in JOBS:
                if job.name in HOURLY:
                    await job.run()
            await self._post()
        soon = self.at + MAILS_WAIT
        if await Notification.filter(mail="waiting", mail_due_at__gt=self.at, mail_due_at__lte=soon).exists():
            self.at = soon
            with self.moment():
                await self._post()

    async def _post(self) -> None:
        postbox = Postbox()
        await post(postbox)
        for mail in postbox.mails:
            self.mails.append((self.at, mail.to.split(".")[0].title(), mail))

    def local(self, name: str, *, at: datetime | None = None) -> datetime:
        """Return what the wall clock of somebody shows."""
        return (at or self.at).astimezone(ZoneInfo(self.zones[name]))

    def letters(self, name: str) -> list[str]:
        """Return the mails to somebody, each with the time on their wall clock and a line of its subject."""
        mine = [(self.local(name, at=at), mail.subject[:LINE]) for at, to, mail in self.mails if to == name]
        return [f"{there:%a %d %b %H:%M} {subject}" for there, subject in mine]

    async def notices(self, name: str) -> list[str]:
        """Return what came to somebody in the app, each with the time on their wall clock and its kind."""
        rows = await Notification.filter(profile_id=self.people[name].user_id).order_by("created_at", "id")
        return [f"{self.local(name, at=row.created_at):%a %d %b %H:%M} {row.kind.value}" for row in rows]
