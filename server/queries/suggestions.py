"""Suggestions as their viewer may see them: who of those found may be put before somebody, and what became of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.domain.actors import Actor, ProfileId
from server.domain.availability import MentoringFormat
from server.domain.mentorships import GOING_ON
from server.domain.profiles import SkillDirection
from server.domain.requests import OPEN_STATES
from server.domain.suggestions import DISMISSED_FOR, MatchSide, SuggestionState
from server.domain.visibility import ProfileField
from server.kit.clock import now
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.database import connection
from server.models.matching import Suggestion
from server.queries.visibility import LISTED, sees, viewer

LATEST_SAVED = Order("suggestions.saved", (datetime, UUID), descending=True)


@dataclass(frozen=True)
class Wanted:
    """What suggestions are asked for. With skills: who offers (seeks, for a mentor) one of them visibly."""

    format: MentoringFormat
    side: MatchSide = MatchSide.LEARNER
    skill_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standing:
    """What became of a suggestion so far; no state when it was never shown."""

    state: SuggestionState | None
    shown_at: datetime | None


def _words(states: Collection[str]) -> str:
    return ", ".join(f"'{state}'" for state in sorted(states))


# $3 the ids, $4 the format, $5 the viewer's seat, $6 skills, $7 their direction, $8 since when a dismissal holds.
_SUGGESTABLE = f"""
{LISTED}
SELECT seen.id, s.state, s.shown_at FROM seen
LEFT JOIN suggestion s ON s.profile_id = $1::uuid AND s.other_id = seen.id AND s.format = $4 AND s.side = $5
WHERE seen.id = ANY($3::uuid[]) AND {sees()}
  AND NOT coalesce(s.state = 'dismissed' AND s.decided_at > $8, false)
  AND NOT EXISTS (
    SELECT FROM mentorship_request r WHERE r.format = $4 AND r.state IN ({_words(OPEN_STATES)})
      AND ((r.sender_id = $1::uuid AND r.receiver_id = seen.id)
        OR (r.sender_id = seen.id AND r.receiver_id = $1::uuid)))
  AND NOT EXISTS (
    SELECT FROM mentorship m WHERE m.format = $4 AND m.state IN ({_words(GOING_ON)})
      AND ((m.mentor_id = $1::uuid AND m.mentee_id = seen.id) OR (m.mentor_id = seen.id AND m.mentee_id = $1::uuid)))
  AND (cardinality($6::text[]) = 0 OR ({sees(ProfileField.SKILLS)} AND EXISTS (
    SELECT FROM profile_skill k WHERE k.profile_id = seen.id AND k.direction = $7 AND k.skill_id = ANY($6::text[]))))
"""  # noqa: S608 - built of constants
_SAVED = f"""
{LISTED}
SELECT s.* FROM suggestion s JOIN seen ON seen.id = s.other_id
WHERE s.profile_id = $1::uuid AND s.state = 'saved' AND {sees()} AND {{bound}}
ORDER BY s.decided_at {{direction}}, s.id {{direction}} LIMIT {{fetch}}
"""  # noqa: S608 - built of constants
_FINDABLE = f"{LISTED} SELECT seen.id FROM seen WHERE seen.id = $3::uuid AND {sees()}"  # noqa: S608


async def saved_page(actor: Actor, page: PageRequest) -> Page[Suggestion]:
    """Return a page of what the actor saved, the latest first; who is hidden from them now is left out."""
    bound = f"(s.decided_at, s.id) {page.comparison} ($3, $4)" if page.bound else "true"
    statement = _SAVED.format(bound=bound, direction=page.direction, fetch=page.fetch)
    _, rows = await connection().execute_query(statement, [*viewer(actor), *(page.bound or ())])
    return cut_page([Suggestion(**dict(row)) for row in rows], page, lambda row: (row.decided_at, row.id))


async def suggestable(actor: Actor, ids: Collection[UUID], wanted: Wanted) -> dict[ProfileId, Standing]:
    """Return those of these people who may be put before the actor now, and where that stands.

    Left out: who is hidden, unlisted or blocked, who was dismissed, and with whom the format is asked for or going on.
    """
    direction = SkillDirection.OFFERED if wanted.side is MatchSide.LEARNER else SkillDirection.SOUGHT
    values = [
        *viewer(actor),
        list(ids),
        wanted.format.value,
        wanted.side.value,
        list(wanted.skill_ids),
        direction.value,
        now() - DISMISSED_FOR,
    ]
    _, rows = await connection().execute_query(_SUGGESTABLE, values)
    return {one: Standing(SuggestionState(state) if state else None, shown) for one, state, shown in rows}


async def is_findable(actor: Actor, profile_id: UUID) -> bool:
    """Tell whether the directory may show somebody to the actor."""
    _, rows = await connection().execute_query(_FINDABLE, [*viewer(actor), profile_id])
    return bool(rows)
