"""What time does to circles: asks go stale, quiet circles rest, close, and become archives. Run by the jobs."""

from uuid import UUID

from tortoise.expressions import Q

from server.domain import circles as rules
from server.domain import topics
from server.domain.actors import SYSTEM
from server.domain.circle_facts import CircleChanged, ThreadChanged
from server.domain.circle_talk import ThreadKind, ThreadState
from server.domain.circles import CircleAction, CircleState, Company
from server.kit.clock import now
from server.models.circle_talk import CircleThread
from server.models.circles import Circle
from server.queries.circles import circle_shown
from server.services.transaction import retrying, unit_of_work

BATCH = 200


async def mark_stale_asks() -> int:
    """Mark asks whose time for an answer is up. Return how many."""
    due = CircleThread.filter(kind=ThreadKind.ASK, state=ThreadState.OPEN, stale_at__lte=now())
    ids = await due.order_by("stale_at").limit(BATCH).values_list("id", flat=True)
    done = 0
    for thread_id in ids:
        done += await _mark(thread_id)  # type: ignore[arg-type]  # the values of a column of ids
    return done


@retrying
async def _mark(thread_id: UUID) -> int:
    async with unit_of_work() as work:
        row = await CircleThread.select_for_update().get_or_none(id=thread_id)
        if row is None or row.state is not ThreadState.OPEN or row.stale_at is None or row.stale_at > now():
            return 0
        row.state, row.changed_at, row.version = ThreadState.STALE, now(), row.version + 1
        await row.save(update_fields=["state", "changed_at", "version"])
        told = ThreadChanged(circle_id=row.circle_id, thread_id=row.id, version=row.version, at=row.changed_at)
        work.record(told, to=[topics.circle(row.circle_id)], actor=SYSTEM)
    return 1


async def move_due() -> int:
    """Move the circles that were quiet, or closing, for long enough. Return how many."""
    at = now()
    due = (
        Q(state=CircleState.ACTIVE, active_at__lte=at - rules.QUIET_UNTIL_DORMANT)
        | Q(state=CircleState.DORMANT, state_since__lte=at - rules.DORMANT_UNTIL_CLOSING)
        | Q(state=CircleState.CLOSING, state_since__lte=at - rules.CLOSING_UNTIL_ALUMNI)
    )
    done = 0
    for circle in await Circle.filter(due).order_by("state_since").limit(BATCH):
        done += await _move(circle.id)
    return done


def _due(circle: Circle) -> CircleAction | None:
    return rules.due_action(circle.state, quiet_since=circle.active_at, state_since=circle.state_since, at=now())


@retrying
async def _move(circle_id: UUID) -> int:
    async with unit_of_work() as work:
        circle = await Circle.select_for_update(no_key=True).get(id=circle_id)
        action = _due(circle)
        if action is None:
            return 0
        # Time alone starts no circle, so nobody needs to be counted.
        nobody = Company(0, circle.least, has_mentor=False, needs_mentor=False)
        circle.state, circle.state_since = rules.after(circle.state, action, nobody), now()
        circle.version += 1
        await circle.save()
        work.record(CircleChanged(circle=circle_shown(circle)), to=[topics.circle(circle.id)], actor=SYSTEM)
    return 1
