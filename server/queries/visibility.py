"""The one place where visibility becomes SQL: who the viewer is to each profile, and what they may see of it.

Every statement about other people starts with `SEEN` (some ids) or `LISTED` (the directory) and asks `sees(...)` of
each part it reads. No rule is made here: fields, defaults and relations are in domain/visibility.py.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.visibility import (
    DEFAULT_VISIBILITY,
    MATCHING_MENTORSHIPS,
    SHOWING_REQUESTS,
    ProfileField,
    Relation,
)

# Relations as SQL counts them: the nearest has the smallest number, and a block comes before all.
_BLOCKED = -1
_NUMBERS = {relation: number for number, relation in enumerate(Relation)}
_RELATIONS = dict(enumerate(Relation))
_REACHES = "ARRAY[" + ",".join(str(int(relation.reach)) for relation in Relation) + "]"


def _words(states: Collection[str]) -> str:
    return "(" + ", ".join(f"'{state}'" for state in sorted(states)) + ")"


# $1 is the viewer's profile id (null: a visitor or the system), $2 the number of their relation to a stranger.
# Only the viewer's own blocks, mentorships, requests and circles are read: some rows, whatever number is asked for.
_KNOWN = f"""
known AS (
    SELECT id, min(number) AS number FROM (
        SELECT blocked_id, {_BLOCKED} FROM block WHERE blocker_id = $1::uuid
        UNION ALL SELECT blocker_id, {_BLOCKED} FROM block WHERE blocked_id = $1::uuid
        UNION ALL SELECT mentee_id, {_NUMBERS[Relation.MATCH]} FROM mentorship
            WHERE mentor_id = $1::uuid AND state IN {_words(MATCHING_MENTORSHIPS)}
        UNION ALL SELECT mentor_id, {_NUMBERS[Relation.MATCH]} FROM mentorship
            WHERE mentee_id = $1::uuid AND state IN {_words(MATCHING_MENTORSHIPS)}
        UNION ALL SELECT sender_id, {_NUMBERS[Relation.ASKED]} FROM mentorship_request
            WHERE receiver_id = $1::uuid AND state IN {_words(SHOWING_REQUESTS)}
        UNION ALL SELECT other.profile_id, {_NUMBERS[Relation.CIRCLE]}
            FROM circle_seat mine JOIN circle c ON c.id = mine.circle_id AND c.naming = 'profiles'
            JOIN circle_seat other ON other.circle_id = c.id AND other.state = 'seated' AND other.role <> 'guest'
            WHERE mine.profile_id = $1::uuid AND mine.state = 'seated' AND mine.role <> 'guest'
        UNION ALL SELECT $1::uuid, {_NUMBERS[Relation.SELF]}
    ) AS related (id, number)
    GROUP BY id
)"""  # noqa: S608 - built of constants

_RELATION = f"""
    SELECT p.*, coalesce(known.number, $2::int) AS relation,
           ({_REACHES})[coalesce(known.number, $2::int) + 1] AS reach
    FROM profile p JOIN app_user u ON u.id = p.id LEFT JOIN known ON known.id = p.id
    WHERE known.number IS DISTINCT FROM {_BLOCKED} AND u.erased_at IS NULL"""  # noqa: S608 - built of constants

# Somebody whose mail address was never verified is seen by themselves only.
_VERIFIED = f"(u.verified_at IS NOT NULL OR coalesce(known.number, $2::int) = {_NUMBERS[Relation.SELF]})"

SEEN = f"WITH {_KNOWN}, seen AS ({_RELATION} AND {_VERIFIED} AND p.id = ANY($3::uuid[]))"
"""The profiles among the ids in $3 that are not hidden as a whole, as `seen`: every column, relation and reach."""

LISTED = f"""
WITH {_KNOWN}, seen AS NOT MATERIALIZED (
    {_RELATION} AND u.verified_at IS NOT NULL AND p.is_listed AND p.id <> $1::uuid
)"""
"""The profiles that the directory may show to the viewer, as `seen`. Further parameters start at $3.

Not materialized, so that reading the first few by an index reads no more than those.
"""


def sees(*fields: ProfileField) -> str:
    """Return the SQL condition on a row of `seen`: the viewer may see the profile and all these parts of it."""
    shown = " AND ".join(
        f"coalesce((seen.visibility ->> '{field}')::int, {int(DEFAULT_VISIBILITY[field])}) >= seen.reach"
        for field in dict.fromkeys((ProfileField.NAME, *fields))
    )
    # PostgreSQL takes each comparison for true in one row of three, and a few of them for a plan that fits one row
    # and crawls over thousands. A number that is not zero it takes for likely, as it is.
    return f"(CASE WHEN {shown} THEN 1 ELSE 0 END) <> 0"


def viewer(actor: Actor) -> list[Any]:
    """Return the parameters $1 and $2 for an actor."""
    return [actor.profile_id, _NUMBERS[relation_to_strangers(actor)]]


def relation_to_strangers(actor: Actor) -> Relation:
    """Return how an actor stands to somebody they have nothing to do with.

    The system sees all. A mail address that was not verified makes no member.
    """
    if actor.is_system:
        return Relation.SELF
    return Relation.MEMBER if actor.user_id is not None and actor.is_verified else Relation.VISITOR


def relation_of(number: int) -> Relation:
    """Return the relation of a row of `seen`."""
    return _RELATIONS[number]


def asked(actor: Actor, ids: Collection[UUID]) -> list[Any]:
    """Return the parameters $1 to $3 of a statement that starts with SEEN."""
    return [*viewer(actor), list(ids)]
