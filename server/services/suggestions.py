"""What becomes of suggestions: shown, dismissed, saved, requested, over. Who is suggested is in recommendations.py."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from server.domain.actors import Actor, ProfileId
from server.domain.errors import NotFound
from server.domain.suggestions import LASTS, LISTED_STATES, MatchSide, SuggestionState, check_decidable
from server.kit.clock import now
from server.kit.ids import new_id
from server.models.matching import Suggestion
from server.models.mentorships import MentorshipRequest
from server.queries.suggestions import Wanted
from server.services.transaction import retrying, unit_of_work

_SHOW = """
INSERT INTO suggestion (id, created_at, profile_id, other_id, side, format, state, score, shown_count, shown_at,
                        decided_at)
SELECT id, $3, $4, other_id, $5, $6, 'shown', score, 1, $3, $3
FROM unnest($1::uuid[], $2::uuid[], $7::float8[]) AS fresh (id, other_id, score) ORDER BY other_id
ON CONFLICT (profile_id, side, format, other_id) DO UPDATE SET
    state = CASE WHEN suggestion.state = 'saved' THEN 'saved' ELSE 'shown' END, score = excluded.score,
    shown_count = suggestion.shown_count + 1, shown_at = excluded.shown_at, decided_at = excluded.decided_at
"""
_SUPERSEDE = """
UPDATE suggestion SET state = 'superseded', decided_at = $1
WHERE profile_id = $2 AND side = $3 AND format = $4 AND state IN ('generated', 'shown') AND other_id <> ALL($5::uuid[])
"""
# A mentor who has a place again is shown again: the row comes back to life with the next look at the list.
_EXPIRE_FULL = """
WITH full_mentor AS (
    SELECT profile_id, format FROM capacity_account WHERE kind = 'concurrent' AND used >= allowed
), ended AS (
    UPDATE suggestion s SET state = 'expired', decided_at = $1
    WHERE s.state IN ('generated', 'shown') AND s.side = 'learner' AND (
        EXISTS (SELECT FROM full_mentor f WHERE f.profile_id = s.other_id AND f.format = s.format)
        OR EXISTS (SELECT FROM profile p WHERE p.id = s.other_id AND p.requests_paused_until > $1))
    RETURNING 1
)
SELECT count(*) AS ended FROM ended
"""


@retrying
async def note_shown(actor: Actor, *, wanted: Wanted, scores: Mapping[ProfileId, float], still: Sequence[UUID]) -> None:
    """Count an impression of each of `scores`; offers to the actor that are not among `still` are superseded."""
    at, mine = now(), actor.require_profile()
    others = sorted(scores)
    async with unit_of_work() as work:
        ids = [new_id() for _ in others]
        worth = [scores[one] for one in others]
        await work.connection.execute_query(
            _SHOW, [ids, others, at, mine, wanted.side.value, wanted.format.value, worth]
        )
        await work.connection.execute_query(_SUPERSEDE, [at, mine, wanted.side.value, wanted.format.value, list(still)])


@retrying
async def dismiss(actor: Actor, *, profile_id: UUID, wanted: Wanted) -> Suggestion:
    """Do not show this suggestion again for a while. The other side never hears of it."""
    return await _decide(actor, profile_id, wanted, SuggestionState.DISMISSED)


@retrying
async def save(actor: Actor, *, profile_id: UUID, wanted: Wanted) -> Suggestion:
    """Keep a suggestion for later, also one that was dismissed."""
    return await _decide(actor, profile_id, wanted, SuggestionState.SAVED)


async def mark_requested(request: MentorshipRequest) -> None:
    """Note that a suggestion became a request, when there was one. Within the unit of work that sends it."""
    side = MatchSide.LEARNER if request.sender_id == request.mentee_id else MatchSide.MENTOR
    await Suggestion.filter(
        profile_id=request.sender_id,
        other_id=request.receiver_id,
        side=side,
        format=request.format,
        state__in=list(LISTED_STATES),
    ).update(state=SuggestionState.REQUESTED, request_id=request.id, decided_at=now())


async def expire_due() -> int:
    """End the offers that nobody took up in time, and those of mentors who have no place left. Return how many."""
    at = now()
    stale = Suggestion.filter(state__in=[SuggestionState.GENERATED, SuggestionState.SHOWN], shown_at__lt=at - LASTS)
    ended = await stale.update(state=SuggestionState.EXPIRED, decided_at=at)
    async with unit_of_work() as work:
        _, rows = await work.connection.execute_query(_EXPIRE_FULL, [at])
        return ended + int(rows[0]["ended"])


async def _decide(actor: Actor, profile_id: UUID, wanted: Wanted, state: SuggestionState) -> Suggestion:
    mine = actor.require_profile()
    async with unit_of_work():
        row = await Suggestion.select_for_update().get_or_none(
            profile_id=mine, other_id=profile_id, side=wanted.side, format=wanted.format
        )
        if row is None:
            raise NotFound("suggestion")
        if row.state is not state:
            check_decidable(row.state)
            row.state, row.decided_at = state, now()
            await row.save(update_fields=["state", "decided_at"])
    return row
