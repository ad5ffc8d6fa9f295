"""What time does with check-ins: they open, silence is met step by step, they lapse. Run by jobs; safe beside itself.

Two with a block between them are asked nothing any more.
"""

from datetime import datetime, timedelta
from uuid import UUID

from tortoise.expressions import Q

from server.domain import topics
from server.domain.check_in_facts import CheckInOpened, CheckInSilence
from server.domain.check_ins import (
    GIG_CHECK_IN_LASTS,
    LADDER,
    SHORTEST_GIG,
    CheckInKind,
    CheckInState,
    Silence,
    gig_marks,
)
from server.domain.mentorship_facts import LookReason
from server.domain.mentorships import UNDER_WAY
from server.kit.clock import now
from server.models.check_ins import CheckIn, CheckInPart
from server.models.mentorships import Mentorship
from server.queries import check_ins as queries
from server.services.check_in_clock import next_step_of, window_of
from server.services.check_ins import look, settle
from server.services.transaction import Work, retrying, unit_of_work

BATCH = 200
GIGS_LOOKED_BACK = timedelta(days=1)
"""A gig that is entered later than this after its start is asked nothing about its start."""


async def open_due() -> int:
    """Open the check-ins whose window begins. Return how many opened."""
    due = Mentorship.filter(check_in_at__lte=now(), state__in=list(UNDER_WAY))
    done = 0
    for row in await due.order_by("check_in_at", "id").limit(BATCH):
        done += await _open(row.id)
    return done


@retrying
async def _open(mentorship_id: UUID) -> int:
    async with unit_of_work() as work:
        mentorship = await Mentorship.select_for_update(skip_locked=True).get_or_none(id=mentorship_id)
        if mentorship is None or mentorship.state not in UNDER_WAY or mentorship.check_in_at is None:
            return 0
        counted = await window_of(mentorship)
        is_due = counted.opens_at is not None and counted.opens_at <= now()
        # While one is open, nothing is counted: the next begins when it is settled.
        mentorship.check_in_at = None if is_due else counted.opens_at
        await mentorship.save(update_fields=["check_in_at"])
        if not is_due or await queries.are_apart(mentorship_id):
            return 0
        check_in = await CheckIn.create(
            mentorship_id=mentorship_id,
            kind=CheckInKind.CADENCE,
            state=CheckInState.OPEN,
            counted_from=mentorship.check_in_from or mentorship.created_at,
            cadence_days=mentorship.cadence_days,
            due_at=counted.due_at,
            closes_at=counted.closes_at,
        )
        await _ask(work, check_in, [mentorship.mentor_id, mentorship.mentee_id])
    return 1


async def open_for_gigs() -> int:
    """Open the quiet check-ins at the start, middle and end of gigs. Return how many opened."""
    at = now()
    done = 0
    for gig in await queries.gigs_around(at - GIGS_LOOKED_BACK, at, SHORTEST_GIG):
        for kind, mark in gig_marks(gig.started_at, gig.ended_at):
            if at - GIGS_LOOKED_BACK < mark <= at:
                done += await _open_for_gig(gig, kind, mark)
    return done


@retrying
async def _open_for_gig(gig: queries.Gig, kind: CheckInKind, mark: datetime) -> int:
    async with unit_of_work() as work:
        mentorship = await Mentorship.select_for_update(skip_locked=True).get_or_none(id=gig.mentorship_id)
        if mentorship is None or mentorship.state not in UNDER_WAY:
            return 0
        known = CheckIn.filter(mentorship_id=gig.mentorship_id, kind=kind, stretch_id=gig.stretch_id)
        if await known.exists() or await queries.are_apart(mentorship.id):
            return 0
        check_in = await CheckIn.create(
            mentorship_id=mentorship.id,
            kind=kind,
            state=CheckInState.OPEN,
            stretch_id=gig.stretch_id,
            counted_from=mark,
            cadence_days=0,
            closes_at=mark + GIG_CHECK_IN_LASTS,
        )
        await _ask(work, check_in, [gig.profile_id])
    return 1


async def _ask(work: Work, check_in: CheckIn, profile_ids: list[UUID]) -> None:
    for profile_id in profile_ids:
        part = CheckInPart(check_in_id=check_in.id, profile_id=profile_id)
        part.next_step_at = await next_step_of(check_in, part)
        await part.save()
        opened = CheckInOpened(
            mentorship_id=check_in.mentorship_id,
            check_in_id=check_in.id,
            what=check_in.kind,
            due_at=check_in.due_at,
            closes_at=check_in.closes_at,
            is_quiet=check_in.kind is not CheckInKind.CADENCE,
            at=now(),
        )
        work.record(opened, to=[topics.user(profile_id)])


async def meet_silence() -> int:
    """Take the steps that are due towards those who have not answered. Return how many were taken."""
    due = CheckInPart.filter(next_step_at__lte=now(), answered_at=None).order_by("next_step_at", "id").limit(BATCH)
    done = 0
    for part in await due.select_related("check_in"):
        done += await _meet(part.id, part.check_in.mentorship_id)
    return done


@retrying
async def _meet(part_id: UUID, mentorship_id: UUID) -> int:
    async with unit_of_work() as work:
        mentorship = await Mentorship.select_for_update(skip_locked=True).get_or_none(id=mentorship_id)
        if mentorship is None:
            return 0
        part = await CheckInPart.get(id=part_id)
        check_in = await CheckIn.get(id=part.check_in_id)
        if part.next_step_at is None or check_in.state is not CheckInState.OPEN:
            return 0
        if mentorship.state not in UNDER_WAY or await queries.are_apart(mentorship_id):
            await settle(work, mentorship, check_in, CheckInState.LAPSED)
            return 0
        part.next_step_at = await next_step_of(check_in, part)
        if part.next_step_at is None or part.next_step_at > now():
            await part.save(update_fields=["next_step_at"])
            return 0
        await _take_step(work, mentorship, check_in, part)
    return 1


async def _take_step(work: Work, mentorship: Mentorship, check_in: CheckIn, part: CheckInPart) -> None:
    """Tell the next step to whoever is silent. After the last one a person looks, and the check-in lapses."""
    step = LADDER[part.steps_told]
    part.steps_told += 1
    part.next_step_at = await next_step_of(check_in, part)
    await part.save(update_fields=["steps_told", "next_step_at"])
    silence = CheckInSilence(
        mentorship_id=mentorship.id,
        check_in_id=check_in.id,
        profile_id=part.profile_id,
        step=step,
        due_at=check_in.due_at,
        at=now(),
    )
    work.record(silence, to=[topics.user(part.profile_id)])
    if step is Silence.A_PERSON_LOOKS:
        look(work, mentorship.id, part.profile_id, LookReason.SILENCE)
        await settle(work, mentorship, check_in, CheckInState.LAPSED)


async def lapse_due() -> int:
    """Let check-ins lapse whose gig is long over, or whose mentorship pauses, closes or is over. Return how many."""
    over = Q(cadence_days=0, closes_at__lte=now()) | ~Q(mentorship__state__in=list(UNDER_WAY))
    done = 0
    for row in await CheckIn.filter(over, state=CheckInState.OPEN).order_by("id").limit(BATCH):
        done += await _lapse(row)
    return done


@retrying
async def _lapse(seen: CheckIn) -> int:
    async with unit_of_work() as work:
        mentorship = await Mentorship.select_for_update(skip_locked=True).get_or_none(id=seen.mentorship_id)
        check_in = await CheckIn.get(id=seen.id)
        if mentorship is None or check_in.state is not CheckInState.OPEN:
            return 0
        await settle(work, mentorship, check_in, CheckInState.LAPSED)
    return 1


@retrying
async def recount(*, profile_id: UUID) -> None:
    """Count the check-ins of somebody's mentorships afresh. For the reaction to a change of their rhythm."""
    own = Q(mentor_id=profile_id) | Q(mentee_id=profile_id)
    async with unit_of_work():
        rows = Mentorship.filter(own, state__in=list(UNDER_WAY)).order_by("id")
        for mentorship in await rows.select_for_update():
            open_one = await CheckIn.get_or_none(
                mentorship_id=mentorship.id, kind=CheckInKind.CADENCE, state=CheckInState.OPEN
            )
            counted = await window_of(mentorship)
            if open_one is None:
                if mentorship.check_in_from is not None:
                    mentorship.check_in_at = counted.opens_at
                    await mentorship.save(update_fields=["check_in_at"])
                continue
            open_one.due_at, open_one.closes_at = counted.due_at, counted.closes_at
            await open_one.save(update_fields=["due_at", "closes_at"])
            for part in await CheckInPart.filter(check_in_id=open_one.id, answered_at=None):
                part.next_step_at = await next_step_of(open_one, part)
                await part.save(update_fields=["next_step_at"])
