"""What the capacity ledger holds: open places as others may see them, and a person's own accounts."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from server.domain.actors import Actor, ProfileId
from server.domain.availability import CapacityKind, MentoringFormat
from server.domain.capacity import DEFAULT_PLACES, WINDOWS, default_limit, every_account
from server.domain.visibility import ProfileField
from server.kit.clock import now
from server.models.database import connection
from server.models.reading import read
from server.queries.visibility import SEEN, asked, sees

_FORMATS = {one.value: one for one in MentoringFormat}


@dataclass(slots=True)
class AccountView:
    """An account of the ledger: what it allows and what is taken of it now."""

    kind: CapacityKind
    format: MentoringFormat | None
    allowed: int
    used: int

    @property
    def open(self) -> int:
        """Return how many units are left; 0 when a lowered limit lies below what is used."""
        return max(self.allowed - self.used, 0)


_OPEN_PLACES = f"""
{SEEN}
SELECT seen.id, a.format, greatest(a.allowed - a.used, 0) AS places
FROM seen LEFT JOIN capacity_account a ON a.profile_id = seen.id AND a.kind = '{CapacityKind.CONCURRENT}'
WHERE {sees(ProfileField.OPEN_PLACES)}
"""  # noqa: S608 - built of constants
_LEDGER = """
SELECT a.kind, a.format, a.allowed, CASE WHEN since.at IS NULL THEN a.used ELSE (
    SELECT coalesce(sum(e.delta), 0)::int FROM capacity_entry e WHERE e.account_id = a.id AND e.created_at > since.at
) END AS used
FROM capacity_account a LEFT JOIN unnest($2::text[], $3::timestamptz[]) AS since (kind, at) ON since.kind = a.kind
WHERE a.profile_id = $1
"""


async def open_places_of(actor: Actor, ids: Collection[UUID]) -> dict[ProfileId, dict[MentoringFormat, int]]:
    """Return the open places per format of those whose places the actor may see; others are left out."""
    rows = await read(_OPEN_PLACES, asked(actor, ids))
    found: dict[ProfileId, dict[MentoringFormat, int]] = {}
    for profile_id, mentoring_format, places in rows:
        mine = found.get(profile_id)
        if mine is None:
            mine = found[profile_id] = dict(DEFAULT_PLACES)
        if mentoring_format is not None:
            mine[_FORMATS[mentoring_format]] = places
    return found


async def ledger_of(actor: Actor) -> list[AccountView]:
    """Return every account of the actor, with its default where they have said nothing. Refuses a visitor."""
    profile_id = actor.require_profile()
    since = [now() - window for window in WINDOWS.values()]
    _, rows = await connection().execute_query(_LEDGER, [profile_id, list(WINDOWS), since])
    kept = {(kind, mentoring_format): (allowed, used) for kind, mentoring_format, allowed, used in rows}
    ledger = []
    for key in every_account(profile_id):
        allowed, used = kept.get((key.kind, key.format or ""), (default_limit(key.kind, key.format), 0))
        ledger.append(AccountView(key.kind, key.format, allowed, used))
    return ledger
