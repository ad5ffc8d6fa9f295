"""How a made-up request came to where it stands: its moves in order, and its clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from server.domain.mentorships import DeclineReason, RequestState
from server.domain.request_clock import Stop, clock, deadline
from server.domain.request_numbers import DEFAULTS
from server.domain.requests import MACHINE, InvalidationReason
from server.domain.seed_material import Material
from server.domain.seed_shapes import SeedHistory, SeedPerson, SeedRequest, SeedRequestEvent, seeded_id

_WAYS: Mapping[RequestState, tuple[RequestState, ...]] = {
    RequestState.DRAFT: (),
    RequestState.WAITLISTED: (RequestState.WAITLISTED,),
    RequestState.SENT: (RequestState.SENT,),
    RequestState.VIEWED: (RequestState.SENT, RequestState.VIEWED),
    RequestState.INFO_REQUESTED: (RequestState.SENT, RequestState.INFO_REQUESTED),
    RequestState.EXPIRED: (RequestState.SENT, RequestState.EXPIRED),
    RequestState.WITHDRAWN: (RequestState.SENT, RequestState.WITHDRAWN),
    RequestState.INVALIDATED: (RequestState.SENT, RequestState.VIEWED, RequestState.INVALIDATED),
    RequestState.DECLINED: (RequestState.SENT, RequestState.VIEWED, RequestState.DECLINED),
    RequestState.REFERRED: (RequestState.SENT, RequestState.VIEWED, RequestState.REFERRED),
    RequestState.ACCEPTED: (RequestState.SENT, RequestState.VIEWED, RequestState.ACCEPTED),
}
_BY_SENDER = frozenset({RequestState.SENT, RequestState.WAITLISTED, RequestState.WITHDRAWN})
_BY_THE_SYSTEM = frozenset({RequestState.EXPIRED, RequestState.INVALIDATED})
_SAID = {
    RequestState.INFO_REQUESTED: "info_ask",
    RequestState.WITHDRAWN: "withdraw",
}
_RUNNING = frozenset({RequestState.SENT, RequestState.VIEWED})
"""The clock of a request runs in these states."""


@dataclass(frozen=True)
class Moves:
    """Moves requests of a history. `day` is the midnight that counts as today."""

    history: SeedHistory
    material: Material
    day: datetime
    rng: Random

    def lead(self, request: SeedRequest, state: RequestState, until: datetime) -> None:
        """Bring a request from its sending to a state, the last move at `until`, with its lines of history."""
        way = _WAYS[state]
        for place, step in enumerate(way):
            at = request.created_at + (until - request.created_at) * (place / max(1, len(way) - 1))
            self._event(request, step, at)
            if step is RequestState.SENT:
                request.sent_at = at
            elif step is RequestState.VIEWED:
                request.viewed_at = at
            elif step is RequestState.WAITLISTED:
                request.waitlisted_at = at
        request.state, request.version = state, 1 + len(way)
        if not MACHINE[state]:
            request.answered_at = until
        if state is RequestState.DECLINED:
            reasons = [one for one in DeclineReason if one is not DeclineReason.MISFIT]
            request.decline_reason = self.rng.choice(reasons)
            request.note = self.rng.choice(self.material.lines("decline"))
        if state is RequestState.INVALIDATED:
            request.state_reason = InvalidationReason.FOUND_ANOTHER.value

    def set_clock(self, request: SeedRequest, receiver: SeedPerson) -> None:
        """Set when an open request runs out, and which reminders went out before today."""
        if request.state not in _RUNNING or request.sent_at is None:
            return
        allowed, stops = DEFAULTS.allowance(request.format), stops_of(receiver)
        due = [deadline(request.sent_at, allowed * percent / 100, stops) for percent in DEFAULTS.reminders]
        request.reminders_sent = sum(1 for at in due if at is not None and at <= self.day)
        times = clock(request.sent_at, allowed, stops, DEFAULTS.reminders[request.reminders_sent :])
        request.expires_at, request.remind_at = times.expires_at, times.remind_at

    def _event(self, request: SeedRequest, step: RequestState, at: datetime) -> None:
        bank = _SAID.get(step)
        actor = request.sender_id if step in _BY_SENDER else request.receiver_id
        self.history.events.append(
            SeedRequestEvent(
                id=seeded_id(self.rng, at),
                created_at=at,
                request_id=request.id,
                actor_id=None if step in _BY_THE_SYSTEM else actor,
                state=step,
                text="" if bank is None else self.rng.choice(self.material.lines(bank)),
            )
        )


def stops_of(receiver: SeedPerson) -> list[Stop]:
    """Return when the clock of a request to somebody stands still."""
    return [Stop(one.started_at, one.ended_at) for one in receiver.stretches]


def run_out(request: SeedRequest, receiver: SeedPerson) -> datetime | None:
    """Return when a request sent at its birth runs out; None when a stretch without end holds it."""
    return deadline(request.created_at, DEFAULTS.allowance(request.format), stops_of(receiver))


def answer_within(request: SeedRequest, day: datetime, rng: Random) -> datetime:
    """Return an instant at which a request is answered: within its time, and before today."""
    latest = min(request.created_at + DEFAULTS.allowance(request.format) * 0.9, day - timedelta(hours=1))
    return request.created_at + (latest - request.created_at) * rng.uniform(0.1, 1)
