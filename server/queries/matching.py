"""What the matching reads of the database: rows of people in batches, and whose rows changed since.

For the engine alone, which is nobody's view: nothing of it may reach a door but through queries/suggestions.py.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from server.domain.availability import CapacityKind, StretchKind
from server.domain.capacity import WINDOWS
from server.domain.profiles import Visibility
from server.domain.visibility import DEFAULT_VISIBILITY, ProfileField
from server.models.database import connection

Rows = list[Any]
RECENT = timedelta(days=180)
"""How far back answers say how reliable somebody is."""
DECLINED_FOR = timedelta(days=90)
MISFIT_FOR = timedelta(days=180)
UNANSWERED_FOR = timedelta(days=30)
SHOWN_IN = timedelta(days=7)


@dataclass(frozen=True)
class People:
    """Rows of some people, table by table; those of tables with an owner start with its id."""

    persons: Rows
    skills: Rows
    languages: Rows
    windows: Rows
    exceptions: Rows
    blackouts: Rows
    accounts: Rows
    answers: Rows
    shown: Rows
    blocks: Rows
    declines: Rows


@dataclass(frozen=True)
class Changes:
    """Who changed, and where to look from next time. `ids` are those of the lines read."""

    floor: int
    ids: frozenset[int]
    profiles: frozenset[UUID]


# A transaction under way has a number of at least the floor: what it changed is looked for again next time.
_CHANGES = """
SELECT s.floor, c.id, c.profile_id
FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS floor) s
LEFT JOIN matching_change c ON c.xid >= $1
"""
_FORGET = """
WITH gone AS (DELETE FROM matching_change WHERE at < $1 RETURNING 1) SELECT count(*) AS gone FROM gone
"""
_BATCH = "SELECT id FROM profile WHERE id > $1 ORDER BY id LIMIT $2"
_COMMON_LANGUAGES = """
SELECT split_part(lower(code), '-', 1) AS name FROM profile_language GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 64
"""
_COMMON_INDUSTRIES = """
SELECT lower(one) AS name FROM profile, unnest(industries) AS one GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 64
"""


def _shows(part: ProfileField) -> str:
    """Return the SQL condition on a profile `p` that every member may see a part of it."""
    default = int(DEFAULT_VISIBILITY[part])
    return f"coalesce((p.visibility ->> '{part}')::int, {default}) >= {int(Visibility.MEMBERS)}"


_PERSONS = f"""
SELECT p.id, p.time_zone, p.work_patterns, p.industries, p.goals, p.how_i_work ->> 'pace' AS pace,
       u.verified_at IS NOT NULL AND u.erased_at IS NULL AS takes_part,
       p.is_listed AND {_shows(ProfileField.NAME)} AS is_found,
       coalesce(p.requests_paused_until > $2, false) AS is_paused, u.locale,
       {_shows(ProfileField.WORK)} AS shows_work, {_shows(ProfileField.LANGUAGES)} AS shows_languages,
       {_shows(ProfileField.INDUSTRIES)} AS shows_industries,
       ARRAY(SELECT m.strength || ' ' || m.trait FROM match_preference m WHERE m.profile_id = p.id) AS wishes
FROM profile p JOIN app_user u ON u.id = p.id WHERE p.id = ANY($1::uuid[])
"""  # noqa: S608 - built of constants
_OF = "WHERE profile_id = ANY($1::uuid[])"
_SKILLS = f"SELECT profile_id, skill_id, direction, level, priority FROM profile_skill {_OF}"  # noqa: S608
_LANGUAGES = f"SELECT profile_id, split_part(lower(code), '-', 1) FROM profile_language {_OF}"  # noqa: S608
_WINDOWS = f"SELECT profile_id, weekday, start_minute, end_minute FROM weekly_window {_OF}"  # noqa: S608
_EXCEPTIONS = f"""
SELECT profile_id, day, start_minute, end_minute, is_open FROM availability_exception
{_OF} AND day BETWEEN $2 AND $3
"""  # noqa: S608 - built of constants
_BLACKOUTS = f"""
SELECT profile_id, started_at, ended_at FROM stretch
{_OF} AND kind = '{StretchKind.BLACKOUT}' AND started_at < $3 AND (ended_at IS NULL OR ended_at > $2)
"""  # noqa: S608 - built of constants
_ACCOUNTS = """
SELECT a.profile_id, a.kind, a.format, a.allowed, CASE WHEN since.at IS NULL THEN a.used ELSE (
    SELECT coalesce(sum(e.delta), 0)::int FROM capacity_entry e WHERE e.account_id = a.id AND e.created_at > since.at
) END AS used
FROM capacity_account a LEFT JOIN unnest($2::text[], $3::timestamptz[]) AS since (kind, at) ON since.kind = a.kind
WHERE a.profile_id = ANY($1::uuid[])
"""
_ANSWERS = """
SELECT receiver_id, count(*) FILTER (WHERE state IN ('accepted', 'declined', 'referred', 'info_requested')) AS timely,
       count(*) FILTER (WHERE state = 'expired') AS late,
       avg(extract(epoch FROM answered_at - sent_at)::float8 / 3600)
           FILTER (WHERE state IN ('accepted', 'declined', 'referred')) AS hours,
       count(*) FILTER (WHERE state IN ('sent', 'viewed')) AS unanswered
FROM mentorship_request WHERE receiver_id = ANY($1::uuid[]) AND sent_at > $2 GROUP BY receiver_id
"""
_SHOWN = """
SELECT other_id, count(*) FROM suggestion
WHERE other_id = ANY($1::uuid[]) AND side = 'learner' AND shown_at > $2 GROUP BY other_id
"""
# Whom somebody ruled out is kept apart from them like whom they blocked, and as silently.
_BLOCKS = """
SELECT blocker_id, blocked_id FROM block WHERE blocker_id = ANY($1::uuid[])
UNION SELECT blocker_id, blocked_id FROM block WHERE blocked_id = ANY($1::uuid[])
UNION SELECT profile_id, other_id FROM match_exclusion WHERE profile_id = ANY($1::uuid[])
UNION SELECT profile_id, other_id FROM match_exclusion WHERE other_id = ANY($1::uuid[])
"""
# Who asked was declined for a while as who they would have been; a misfit keeps both from both seats. Who let a request
# run out is not put before the same person again for a month: dated back, so that it is over sooner than a no.
_DECLINES = """
WITH declined AS (
    SELECT mentee_id, mentor_id, answered_at AS since, decline_reason = 'misfit' AS is_misfit FROM mentorship_request
    WHERE (mentee_id = ANY($1::uuid[]) OR mentor_id = ANY($1::uuid[])) AND state = 'declined' AND answered_at > $2
    UNION ALL
    SELECT mentee_id, mentor_id, answered_at - $3::interval, false FROM mentorship_request
    WHERE (mentee_id = ANY($1::uuid[]) OR mentor_id = ANY($1::uuid[])) AND answered_at > $2
      AND (state = 'expired' OR (state = 'invalidated' AND state_reason = 'passed_on'))
    UNION ALL
    SELECT mentee_id, mentor_id, ended_at, true FROM mentorship
    WHERE (mentee_id = ANY($1::uuid[]) OR mentor_id = ANY($1::uuid[]))
      AND end_reason IN ('misfit', 'safety') AND ended_at > $2
)
SELECT mentee_id, mentor_id, since, coalesce(is_misfit, false) FROM declined
UNION ALL SELECT mentor_id, mentee_id, since, true FROM declined WHERE is_misfit
"""


async def changes_since(floor: int) -> Changes:
    """Return whose rows changed in transactions with a number of at least `floor`, some perhaps once more."""
    rows = await _read(_CHANGES, floor)
    lines = [row for row in rows if row["id"] is not None]
    return Changes(rows[0]["floor"], frozenset(row["id"] for row in lines), frozenset(row[2] for row in lines))


async def forget_changes(before: datetime) -> int:
    """Delete the notes of changes before an instant. Return how many."""
    return int((await _read(_FORGET, before))[0]["gone"])


async def profile_ids_after(last: UUID, count: int) -> list[UUID]:
    """Return the next profiles in the order of their ids."""
    return [row["id"] for row in await _read(_BATCH, last, count)]


async def common_languages() -> list[str]:
    """Return the 64 most spoken languages, without their regions."""
    return [row["name"] for row in await _read(_COMMON_LANGUAGES)]


async def common_industries() -> list[str]:
    """Return the 64 most named industries, in lower case."""
    return [row["name"] for row in await _read(_COMMON_INDUSTRIES)]


async def read_people(ids: Collection[UUID], *, start: datetime, end: datetime, at: datetime) -> People:
    """Return what the matching needs of these people; times between `start` and `end`. Eleven statements."""
    who = list(ids)
    days = [(start - timedelta(days=1)).date(), (end + timedelta(days=1)).date()]
    since = [at - window for window in WINDOWS.values()]
    return People(
        persons=await _read(_PERSONS, who, at),
        skills=await _read(_SKILLS, who),
        languages=await _read(_LANGUAGES, who),
        windows=await _read(_WINDOWS, who),
        exceptions=await _read(_EXCEPTIONS, who, *days),
        blackouts=await _read(_BLACKOUTS, who, start, end),
        accounts=await _read(_ACCOUNTS, who, [CapacityKind(kind).value for kind in WINDOWS], since),
        answers=await _read(_ANSWERS, who, at - RECENT),
        shown=await _read(_SHOWN, who, at - SHOWN_IN),
        blocks=await _read(_BLOCKS, who),
        declines=await _read(_DECLINES, who, at - MISFIT_FOR, DECLINED_FOR - UNANSWERED_FOR),
    )


async def _read(statement: str, *values: Any) -> Rows:
    _, rows = await connection().execute_query(statement, list(values))
    return list(rows)
