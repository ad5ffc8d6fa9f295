"""Programmes: made, edited and weighed by their managers, who say who takes part and which pairs are settled.

Every change leaves a fact that names who made it: the audit of a programme. None of them reaches the people matched.
"""

from collections.abc import Collection
from uuid import UUID

from server.domain import programme_facts as facts
from server.domain import programmes as domain
from server.domain.actors import Actor, ProfileId
from server.domain.availability import MentoringFormat
from server.domain.errors import Conflict, LimitReached, NotFound
from server.domain.programmes import PairKind, ProgrammeForm, WeightsForm, stored_weights
from server.domain.suggestions import MatchSide
from server.kit.clock import now
from server.matching.programme import LearnerPart, MentorPart, programme
from server.models.programmes import Programme, ProgrammeManager, ProgrammeMember, ProgrammePair
from server.queries import programmes as queries
from server.queries.profiles import visible_profiles
from server.services import repeats
from server.services.matching_columns import FORMATS
from server.services.transaction import Work, retrying, unit_of_work


def usual_weights(kind: MentoringFormat) -> domain.Weights:
    """Return what a format weighs unless a programme says otherwise."""
    rules = programme(FORMATS[kind])
    own = {
        MatchSide.LEARNER: (LearnerPart, rules.u_weights),
        MatchSide.MENTOR: (MentorPart, rules.v_weights),
    }
    return {
        side: {part: float(weights[parts[part.name].value]) for part in domain.PARTS_OF[side]}
        for side, (parts, weights) in own.items()
    }


@retrying
async def create_programme(actor: Actor, *, form: ProgrammeForm, idempotency_key: str | None = None) -> Programme:
    """Make a programme with the usual weights of its format. Its maker manages it."""
    domain.check_may_create(actor)
    form = form.clean()
    async with unit_of_work() as work:
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "createProgramme", form)
        if once.previous:
            return await Programme.get(id=once.previous)
        mine = actor.require_profile()
        row = Programme(weights=stored_weights(usual_weights(form.format)), created_by=mine, **vars(form))
        await row.save()
        await ProgrammeManager.create(programme_id=row.id, profile_id=mine)
        work.record(facts.ProgrammeCreated(programme_id=row.id), to=[], actor=actor)
        await once.remember(row.id)
    return row


@retrying
async def edit_programme(
    actor: Actor, *, programme_id: UUID, form: ProgrammeForm, expected_version: int | None = None
) -> Programme:
    """Change what a programme says of itself. Its format stays: the weights are made for it."""
    form = form.clean()
    async with unit_of_work() as work:
        row = await claim(actor, programme_id, expected_version)
        if row.format is not form.format:
            raise Conflict("The format of a programme stays. Make another programme.", current=row.format.value)
        await row.update_from_dict({**vars(form), "version": row.version + 1}).save()
        fact = facts.ProgrammeEdited(
            programme_id=row.id,
            learners=row.learners,
            mentors=row.mentors,
            list_length=row.list_length,
            version=row.version,
        )
        work.record(fact, to=[], actor=actor)
    return row


@retrying
async def set_weights(
    actor: Actor, *, programme_id: UUID, form: WeightsForm, expected_version: int | None = None
) -> Programme:
    """Weigh pairs otherwise from the next run on. What was published stays as it is."""
    async with unit_of_work() as work:
        row = await claim(actor, programme_id, expected_version)
        before, after = row.weights, stored_weights(form.clean())
        if before != after:
            row.weights, row.version = after, row.version + 1
            await row.save(update_fields=["weights", "version"])
            fact = facts.WeightsSet(programme_id=row.id, before=before, after=after, version=row.version)
            work.record(fact, to=[], actor=actor)
    return row


@retrying
async def add_members(actor: Actor, *, programme_id: UUID, side: MatchSide, profile_ids: Collection[UUID]) -> Programme:
    """Put people whom the actor can see into a side; who is there already stays. NotFound when one is hidden."""
    domain.check_members(len(profile_ids))
    async with unit_of_work() as work:
        row = await claim(actor, programme_id)
        await _check_seen(actor, profile_ids)
        there = ProgrammeMember.filter(programme_id=row.id, side=side, profile_id__in=list(profile_ids))
        known = {one.profile_id for one in await there}
        fresh = [one for one in dict.fromkeys(profile_ids) if one not in known]
        if fresh:
            places = [ProgrammeMember(programme_id=row.id, side=side, profile_id=one) for one in fresh]
            await ProgrammeMember.bulk_create(places)
            work.record(
                facts.MembersChanged(programme_id=row.id, side=side, added=fresh, removed=[]), to=[], actor=actor
            )
    return row


@retrying
async def remove_members(
    actor: Actor, *, programme_id: UUID, side: MatchSide, profile_ids: Collection[UUID]
) -> Programme:
    """Take people out of a side. What was proposed to them stays theirs to take up."""
    domain.check_members(len(profile_ids))
    async with unit_of_work() as work:
        row = await claim(actor, programme_id)
        there = ProgrammeMember.filter(programme_id=row.id, side=side, profile_id__in=list(profile_ids))
        gone = [one.profile_id for one in await there.order_by("id")]
        if not gone:
            raise NotFound("member")
        await there.delete()
        work.record(facts.MembersChanged(programme_id=row.id, side=side, added=[], removed=gone), to=[], actor=actor)
    return row


@retrying
async def add_manager(actor: Actor, *, programme_id: UUID, profile_id: UUID) -> Programme:
    """Let somebody else manage a programme too; it needs the role of the platform besides."""
    async with unit_of_work() as work:
        row = await claim(actor, programme_id)
        await _check_seen(actor, [profile_id])
        managers = (await queries.managers_of([row.id]))[row.id]
        if profile_id not in managers:
            if len(managers) >= domain.MOST_MANAGERS:
                raise LimitReached(
                    f"A programme has at most {domain.MOST_MANAGERS} managers.", limit=domain.MOST_MANAGERS
                )
            await ProgrammeManager.create(programme_id=row.id, profile_id=profile_id)
            fact = facts.ManagersChanged(programme_id=row.id, profile_id=profile_id, is_manager=True)
            work.record(fact, to=[], actor=actor)
    return row


@retrying
async def remove_manager(actor: Actor, *, programme_id: UUID, profile_id: UUID) -> Programme:
    """Let somebody manage a programme no longer. Conflict for the last one."""
    async with unit_of_work() as work:
        row = await claim(actor, programme_id)
        managers = (await queries.managers_of([row.id]))[row.id]
        if profile_id not in managers:
            raise NotFound("manager")
        if len(managers) == 1:
            raise Conflict("A programme keeps at least one manager.", current="1")
        await ProgrammeManager.filter(programme_id=row.id, profile_id=profile_id).delete()
        fact = facts.ManagersChanged(programme_id=row.id, profile_id=profile_id, is_manager=False)
        work.record(fact, to=[], actor=actor)
    return row


async def lock_pair(
    actor: Actor, *, programme_id: UUID, learner_id: UUID, mentor_id: UUID, reason: str
) -> ProgrammePair:
    """Settle that a learner gets this mentor in every run, as long as no hard rule stands between the two."""
    return await _settle(actor, programme_id, (learner_id, mentor_id), (PairKind.LOCKED, reason))


async def forbid_pair(
    actor: Actor, *, programme_id: UUID, learner_id: UUID, mentor_id: UUID, reason: str
) -> ProgrammePair:
    """Settle that a learner never gets this mentor in a run. Neither of the two hears of it."""
    return await _settle(actor, programme_id, (learner_id, mentor_id), (PairKind.FORBIDDEN, reason))


@retrying
async def lift_pair(actor: Actor, *, pair_id: UUID) -> ProgrammePair:
    """End a lock or a ban; its row stays, as the record of it."""
    actor.require_user()
    async with unit_of_work() as work:
        found = (await queries.pairs(actor, [pair_id])).get(pair_id)
        if found is None:
            raise NotFound("pair")
        await claim(actor, found.programme_id)
        row = await ProgrammePair.select_for_update().get(id=pair_id)
        if row.lifted_at is not None:
            raise Conflict("This pair is settled no longer.", current="lifted")
        row.lifted_at, row.lifted_by = now(), actor.user_id
        await row.save(update_fields=["lifted_at", "lifted_by"])
        fact = facts.PairLifted(programme_id=row.programme_id, pair_id=row.id, rule=row.rule)
        work.record(fact, to=[], actor=actor)
    return row


@retrying
async def _settle(
    actor: Actor, programme_id: UUID, pair: tuple[UUID, UUID], how: tuple[PairKind, str]
) -> ProgrammePair:
    rule, reason = how[0], domain.clean_reason(how[1])
    async with unit_of_work() as work:
        row = await claim(actor, programme_id)
        await _check_seen(actor, pair)
        if pair[0] == pair[1]:
            raise NotFound("person")
        standing = ProgrammePair.filter(programme_id=row.id, lifted_at=None)
        domain.check_room_for_pair(await standing.count())
        await _check_settleable(row.id, pair, rule)
        made = await ProgrammePair.create(
            programme_id=row.id, learner_id=pair[0], mentor_id=pair[1], rule=rule, reason=reason, made_by=actor.user_id
        )
        _tell_settled(work, actor, made)
    return made


def _tell_settled(work: Work, actor: Actor, made: ProgrammePair) -> None:
    fact = facts.PairSettled(
        programme_id=made.programme_id,
        pair_id=made.id,
        learner_id=made.learner_id,
        mentor_id=made.mentor_id,
        rule=made.rule,
    )
    work.record(fact, to=[], actor=actor)


async def _check_settleable(programme_id: UUID, pair: tuple[UUID, UUID], rule: PairKind) -> None:
    """Refuse what contradicts a pair that stands: the same pair settled, or a second mentor locked for a learner."""
    standing = ProgrammePair.filter(programme_id=programme_id, lifted_at=None, learner_id=pair[0])
    same = await standing.filter(mentor_id=pair[1]).first()
    if same is not None:
        raise Conflict("This pair is settled already. Lift that first.", current=same.rule.value)
    if rule is PairKind.LOCKED and await standing.filter(rule=PairKind.LOCKED).exists():
        raise Conflict("Another mentor is locked for this learner. Lift that first.", current=PairKind.LOCKED.value)


async def claim(actor: Actor, programme_id: UUID, expected_version: int | None = None) -> Programme:
    """Return a programme that the actor manages, locked. NotFound for others; Conflict for another version."""
    if not actor.is_system:
        actor.require_user()
    if programme_id not in await queries.visible(actor, [programme_id]):
        raise NotFound("programme")
    row = await Programme.select_for_update().get(id=programme_id)
    domain.check_version(row.version, expected_version)
    return row


async def _check_seen(actor: Actor, profile_ids: Collection[UUID]) -> None:
    seen = await visible_profiles(actor, [ProfileId(one) for one in profile_ids])
    if not all(one in seen for one in profile_ids):
        raise NotFound("person")
