"""The agreement of a mentorship: whoever writes a version has signed it; it holds once the other signs too."""

from dataclasses import asdict
from uuid import UUID

from server.domain import agreements as rules
from server.domain.actors import Actor
from server.domain.agreements import AgreementSigned, AgreementState, AgreementTerms, AgreementWritten
from server.domain.errors import NotFound
from server.kit.clock import now
from server.models.mentorship_papers import Agreement
from server.queries.mentorship_papers import visible_agreements
from server.services import repeats
from server.services.mentorship_access import Desk, sit_down
from server.services.transaction import retrying, unit_of_work


@retrying
async def write_agreement(
    actor: Actor,
    *,
    mentorship_id: UUID,
    terms: AgreementTerms,
    expected_version: int | None = None,
    idempotency_key: str | None = None,
) -> Agreement:
    """Write the next version, signed by its writer; one that waits for a signature is dropped.

    `expected_version` is the number of the newest one the writer read, 0 for none. NotFound, Conflict, InvalidInput,
    LimitReached.
    """
    cleaned = terms.clean()
    async with unit_of_work() as work:
        content = [mentorship_id, cleaned]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "writeAgreement", content)
        if once.previous:
            return await Agreement.get(id=once.previous)
        desk = await sit_down(work, actor, mentorship_id)
        newest = await _newest(mentorship_id)
        number = rules.check_next_version(newest.number if newest else 0, expected_version)
        await _follow(mentorship_id, AgreementState.PROPOSED)
        at = now()
        row = await Agreement.create(
            mentorship_id=mentorship_id,
            number=number,
            state=AgreementState.PROPOSED,
            written_by_id=desk.actor_id,
            mentor_signed_at=at if desk.is_mentor else None,
            mentee_signed_at=None if desk.is_mentor else at,
            created_at=at,
            **asdict(cleaned),
        )
        await once.remember(row.id)
        written = AgreementWritten(
            mentorship_id=mentorship_id, agreement_id=row.id, number=number, written_by=desk.actor_id, at=at
        )
        desk.tell(written, command_id=idempotency_key)
    return row


@retrying
async def sign_agreement(actor: Actor, *, agreement_id: UUID) -> Agreement:
    """Sign the newest version; again changes nothing. With both signatures it holds, and the one before no longer.

    NotFound; Conflict when a newer one was written, or the mentorship is over.
    """
    async with unit_of_work() as work:
        actor.require_user()
        seen = (await visible_agreements(actor, [agreement_id])).get(agreement_id)
        if seen is None:
            raise NotFound("agreement")
        desk = await sit_down(work, actor, seen.mentorship_id, what="agreement")
        row = await Agreement.get(id=agreement_id)
        newest = await _newest(row.mentorship_id)
        rules.check_signable(row.state, newest.number if newest else row.number)
        if not _has_signed(row, desk):
            await _sign(row, desk)
    return row


async def _sign(row: Agreement, desk: Desk) -> None:
    at = now()
    if desk.is_mentor:
        row.mentor_signed_at = at
    else:
        row.mentee_signed_at = at
    row.state = rules.state_after_signing(row.mentor_signed_at, row.mentee_signed_at)
    is_in_force = row.state is AgreementState.IN_FORCE
    if is_in_force:
        await _follow(row.mentorship_id, AgreementState.IN_FORCE, but=row.id)
        row.in_force_at = at
    await row.save(update_fields=["mentor_signed_at", "mentee_signed_at", "state", "in_force_at"])
    signed = AgreementSigned(
        mentorship_id=row.mentorship_id,
        agreement_id=row.id,
        number=row.number,
        signed_by=desk.actor_id,
        is_in_force=is_in_force,
        at=at,
    )
    desk.tell(signed)


def _has_signed(row: Agreement, desk: Desk) -> bool:
    return (row.mentor_signed_at if desk.is_mentor else row.mentee_signed_at) is not None


async def _newest(mentorship_id: UUID) -> Agreement | None:
    return await Agreement.filter(mentorship_id=mentorship_id).order_by("-number").first()


async def _follow(mentorship_id: UUID, state: AgreementState, *, but: UUID | None = None) -> None:
    """Put the versions before one that is as far as `state` behind it."""
    current = [AgreementState.PROPOSED, AgreementState.IN_FORCE]
    for row in await Agreement.filter(mentorship_id=mentorship_id, state__in=current):
        after = rules.state_when_followed(row.state, state)
        if row.id != but and after is not row.state:
            await Agreement.filter(id=row.id).update(state=after)
