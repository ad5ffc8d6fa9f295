"""The next version of a mentorship: proposed by one, agreed on by all it concerns, made in one transaction."""

from datetime import datetime
from uuid import UUID

from server.domain import topics
from server.domain.actors import Actor, ProfileId, UserId
from server.domain.availability import MentoringFormat
from server.domain.errors import Conflict, NotAllowed, NotFound, invalid
from server.domain.mentorship_proposals import (
    LEAST_MINUTES,
    MAX_WORDS,
    OPEN_FOR,
    STEPS,
    MentorshipProposalSettled,
    MentorshipProposed,
    NextVersion,
    ProposalKind,
    ProposalState,
    check_may_answer,
    check_other_format,
    check_proposable,
)
from server.domain.mentorships import GOING_ON, MentorshipState
from server.domain.texts import paragraphs
from server.kit.clock import now
from server.models.mentorship_proposals import MentorshipProposal
from server.models.mentorships import Mentorship, MentorshipRequest
from server.models.profiles import Profile
from server.queries import mentorship_proposals as queries
from server.queries import mentorships as mentorship_queries
from server.queries import requests as request_queries
from server.services import capacity
from server.services.mentorship_moves import claim, finish
from server.services.mentorships import begin
from server.services.safety import take_turn
from server.services.transaction import Work, retrying, unit_of_work

BATCH = 200


@retrying
async def propose_next(
    actor: Actor, *, mentorship_id: UUID, kind: ProposalKind, form: NextVersion
) -> MentorshipProposal:
    """Propose to renew a mentorship that closes or is completed, or to convert one that goes on. The other is asked."""
    form = form.clean()
    async with unit_of_work() as work:
        mentorship = await claim(work, actor, mentorship_id)
        check_proposable(kind, mentorship.state)
        if kind is ProposalKind.CONVERSION:
            check_other_format(mentorship.format, form.format)
        other = mentorship.mentee_id if actor.user_id == mentorship.mentor_id else mentorship.mentor_id
        return await _ask(work, actor, mentorship, _drafted(actor, mentorship, kind, form, asked_id=other))


@retrying
async def hand_over(actor: Actor, *, mentorship_id: UUID, to_profile_id: ProfileId, words: str) -> MentorshipProposal:
    """Propose to hand a mentorship over to another mentor. Its mentor alone may; the mentee is asked first.

    NotFound: no such person for the mentor. Conflict: it cannot be that person, without a word why.
    """
    words = paragraphs("words", words, longest=MAX_WORDS, shortest=1)
    async with unit_of_work() as work:
        # Nobody has no ledger to lock. Who it is that is refused is looked at below, where all are answered alike.
        also = [to_profile_id] if await Profile.exists(id=to_profile_id) else []
        mentorship = await claim(work, actor, mentorship_id, also=also)
        if actor.user_id != mentorship.mentor_id:
            raise NotAllowed("to be the mentor")
        check_proposable(ProposalKind.HAND_OVER, mentorship.state)
        if mentorship.format is MentoringFormat.PEER:
            raise Conflict("Two peers have no mentor who could be another. End it, and find a new peer.")
        if to_profile_id in {mentorship.mentor_id, mentorship.mentee_id}:
            raise invalid("toProfileId", "not_a_peer", "Hand it over to somebody else than the two of you.")
        if not await request_queries.may_ask(actor, to_profile_id):
            raise NotFound("person")
        await _check_can_follow(work, mentorship, to_profile_id)
        minutes = await _minutes_left(mentorship)
        form = NextVersion(mentorship.format, mentorship.goal, minutes, words)
        made = _drafted(actor, mentorship, ProposalKind.HAND_OVER, form, asked_id=mentorship.mentee_id)
        made.to_id = to_profile_id
        return await _ask(work, actor, mentorship, made)


@retrying
async def accept_proposal(actor: Actor, *, proposal_id: UUID) -> MentorshipProposal:
    """Say yes, as whoever is asked. The last yes makes the next version; a mentee's to a hand-over asks the mentor.

    MentorFull, CapacityFull: no place, or not enough minutes.
    """
    async with unit_of_work() as work:
        proposal, mentorship = await _claim(work, actor, proposal_id)
        _check_asked(actor, proposal)
        if proposal.kind is ProposalKind.HAND_OVER and actor.user_id == mentorship.mentee_id:
            assert proposal.to_id is not None
            proposal.asked_id = proposal.to_id
            await proposal.save(update_fields=["asked_id"])
            _tell_asked(work, actor, mentorship, proposal)
            return proposal
        if proposal.to_id is not None:
            await _check_can_follow(work, mentorship, proposal.to_id)
        proposal.next_mentorship_id = (await _make_next(work, mentorship, proposal)).id
        await _settle(work, mentorship, proposal, ProposalState.ACCEPTED, actor)
    return proposal


@retrying
async def decline_proposal(actor: Actor, *, proposal_id: UUID) -> MentorshipProposal:
    """Say no, as whoever is asked. The mentorship stays as it is."""
    async with unit_of_work() as work:
        proposal, mentorship = await _claim(work, actor, proposal_id)
        _check_asked(actor, proposal)
        await _settle(work, mentorship, proposal, ProposalState.DECLINED, actor)
    return proposal


@retrying
async def withdraw_proposal(actor: Actor, *, proposal_id: UUID) -> MentorshipProposal:
    """Take a proposal back, as whoever made it."""
    async with unit_of_work() as work:
        proposal, mentorship = await _claim(work, actor, proposal_id)
        if proposal.proposed_by != actor.user_id:
            raise NotAllowed("to be the one who proposed it")
        check_may_answer(proposal.state, is_asked=True, is_over=False)
        await _settle(work, mentorship, proposal, ProposalState.WITHDRAWN, actor)
    return proposal


async def lapse_due() -> int:
    """Let proposals lapse that nobody answered in time. For the job. Return how many."""
    due = MentorshipProposal.filter(state=ProposalState.ASKED, expires_at__lte=now()).order_by("expires_at", "id")
    done = 0
    for row in await due.limit(BATCH):
        done += await _lapse(row)
    return done


@retrying
async def _lapse(seen: MentorshipProposal) -> int:
    async with unit_of_work() as work:
        mentorship = await Mentorship.select_for_update(skip_locked=True).get_or_none(id=seen.mentorship_id)
        proposal = await MentorshipProposal.get(id=seen.id)
        if mentorship is None or proposal.state is not ProposalState.ASKED:
            return 0
        await _settle(work, mentorship, proposal, ProposalState.LAPSED, None)
    return 1


async def _claim(work: Work, actor: Actor, proposal_id: UUID) -> tuple[MentorshipProposal, Mentorship]:
    """Lock the ledgers of all whom a proposal concerns, its mentorship, and so the proposal itself."""
    actor.require_user()
    seen = (await queries.visible(actor, [proposal_id])).get(proposal_id)
    if seen is None:
        raise NotFound("proposal")
    before = await Mentorship.get(id=seen.mentorship_id)
    concerned = [before.mentor_id, before.mentee_id, *([seen.to_id] if seen.to_id else [])]
    await capacity.lock(work, [ProfileId(one) for one in concerned])
    mentorship = await Mentorship.select_for_update().get(id=seen.mentorship_id)
    return await MentorshipProposal.get(id=proposal_id), mentorship


def _check_asked(actor: Actor, proposal: MentorshipProposal) -> None:
    is_asked = proposal.asked_id == actor.user_id
    check_may_answer(proposal.state, is_asked=is_asked, is_over=proposal.expires_at <= now())


def _drafted(
    actor: Actor, mentorship: Mentorship, kind: ProposalKind, form: NextVersion, *, asked_id: UUID
) -> MentorshipProposal:
    at: datetime = now()
    return MentorshipProposal(
        mentorship_id=mentorship.id,
        kind=kind,
        state=ProposalState.ASKED,
        proposed_by=actor.require_user(),
        asked_id=asked_id,
        format=form.format,
        goal=form.goal,
        minutes=form.minutes,
        words=form.words,
        created_at=at,
        expires_at=at + OPEN_FOR,
    )


async def _ask(work: Work, actor: Actor, mentorship: Mentorship, made: MentorshipProposal) -> MentorshipProposal:
    """Keep a proposal and ask whoever is asked first. One is open at a time."""
    if await MentorshipProposal.exists(mentorship_id=mentorship.id, state=ProposalState.ASKED):
        raise Conflict("A proposal for this mentorship is open. Answer it or take it back first.", current="asked")
    await made.save()
    _tell_asked(work, actor, mentorship, made)
    return made


def _tell_asked(work: Work, actor: Actor, mentorship: Mentorship, proposal: MentorshipProposal) -> None:
    proposed = MentorshipProposed(
        proposal_id=proposal.id,
        mentorship_id=mentorship.id,
        what=proposal.kind,
        proposed_by=proposal.proposed_by,
        asked_id=proposal.asked_id,
        format=proposal.format,
        expires_at=proposal.expires_at,
        at=now(),
    )
    work.record(proposed, to=_who_heard(mentorship, proposal), actor=actor)


def _who_heard(mentorship: Mentorship, proposal: MentorshipProposal) -> list[topics.Topic]:
    heard = {mentorship.mentor_id, mentorship.mentee_id, proposal.asked_id}
    return [topics.user(one) for one in sorted(heard)]


async def _settle(
    work: Work, mentorship: Mentorship, proposal: MentorshipProposal, state: ProposalState, actor: Actor | None
) -> None:
    proposal.state, proposal.decided_at = state, now()
    await proposal.save(update_fields=["state", "decided_at", "next_mentorship_id"])
    settled = MentorshipProposalSettled(
        proposal_id=proposal.id,
        mentorship_id=mentorship.id,
        what=proposal.kind,
        state=state,
        next_mentorship_id=proposal.next_mentorship_id,
        at=proposal.decided_at,
    )
    work.record(settled, to=_who_heard(mentorship, proposal), actor=actor)


async def _make_next(work: Work, old: Mentorship, proposal: MentorshipProposal) -> Mentorship:
    """End the version before, if it goes on, and begin the next one in its place."""
    check_proposable(proposal.kind, old.state)
    if old.state in GOING_ON:
        await finish(work, old, STEPS[proposal.kind])
    following = Mentorship(
        mentor_id=proposal.to_id or old.mentor_id,
        mentee_id=old.mentee_id,
        continues_id=old.id,
        format=proposal.format,
        aspect=old.aspect,
        goal=proposal.goal,
        state=MentorshipState.ACTIVE,
        cadence_days=old.cadence_days if proposal.format is old.format else None,
    )
    await begin(work, following, proposal.minutes)
    return following


async def _check_can_follow(work: Work, mentorship: Mentorship, to_id: UUID) -> None:
    """Refuse a next mentor whom the mentee may not meet. What stands between the two is theirs, so no word why."""
    await take_turn(work, mentorship.mentee_id, to_id)
    mentee = Actor(user_id=UserId(mentorship.mentee_id), is_verified=True)
    if not await request_queries.may_ask(mentee, to_id):
        raise Conflict("This mentorship cannot be handed over to that person.", current="not_possible")


async def _minutes_left(mentorship: Mentorship) -> int:
    """Return the minutes that were stated and not yet met."""
    request = await MentorshipRequest.get_or_none(id=mentorship.request_id)
    stated = 0 if request is None else request.minutes_needed
    return max(LEAST_MINUTES, stated - await mentorship_queries.minutes_met(mentorship.id))
