"""How people stand: suspensions that hold, trust, consent to the code of conduct. For services, and for oneself."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.domain.actors import Actor
from server.domain.errors import SignInNeeded
from server.domain.moderation import SanctionKind
from server.domain.standing import Known, TrustLevel, trust_level
from server.kit.clock import now
from server.models.database import connection
from server.models.identity import User
from server.models.moderation import ConductVersion, Sanction

HELD = f"""sanction.kind IN ('{SanctionKind.SUSPENSION}', '{SanctionKind.BAN}')
    AND sanction.lifted_at IS NULL AND (sanction.until IS NULL OR sanction.until > $2)"""
"""The condition on a sanction that it keeps its user out at the instant $2."""

_KNOWN = """
SELECT u.id, u.created_at, u.verified_at IS NOT NULL AS is_verified,
       (SELECT count(*) FROM mentorship m WHERE (m.mentor_id = u.id OR m.mentee_id = u.id) AND m.state = 'completed')
           AS completed,
       (SELECT max(s.created_at) FROM sanction s WHERE s.user_id = u.id AND s.lifted_at IS NULL) AS sanctioned_at
FROM app_user u WHERE u.id = $1
"""
_CONDUCT = """
SELECT v.number, v.created_at,
       coalesce((SELECT max(c.number) FROM conduct_consent c WHERE c.user_id = $1), 0) AS agreed
FROM conduct_version v ORDER BY v.number DESC LIMIT 1
"""
_HELD_NOW = f"SELECT kind, until FROM sanction WHERE user_id = $1 AND {HELD}"  # noqa: S608 - made of constants


@dataclass(frozen=True)
class Conduct:
    """The newest version of the code of conduct, since when it is in force, and the newest that somebody agreed to."""

    newest: int
    published_at: datetime
    agreed: int


@dataclass(frozen=True)
class Standing:
    """How somebody stands, for themselves to read."""

    trust: TrustLevel
    is_banned: bool
    suspended_until: datetime | None
    warnings: list[Sanction]
    conduct: Conduct | None


async def trust_of(user_id: UUID) -> TrustLevel:
    """Return how far somebody is known now; nobody is new."""
    _, rows = await connection().execute_query(_KNOWN, [user_id])
    if not rows:
        return TrustLevel.NEW
    row = rows[0]
    known = Known(row["created_at"], row["is_verified"], row["completed"], row["sanctioned_at"])
    return trust_level(known, now())


async def conduct_of(user_id: UUID) -> Conduct | None:
    """Return the code of conduct that is in force for somebody; None while none was published."""
    _, rows = await connection().execute_query(_CONDUCT, [user_id])
    return Conduct(rows[0]["number"], rows[0]["created_at"], rows[0]["agreed"]) if rows else None


async def own_standing(actor: Actor) -> Standing:
    """Return how the actor stands, also when they are suspended. Refuses a visitor."""
    user_id = actor.require_account()
    if not await User.exists(id=user_id, erased_at=None):
        raise SignInNeeded
    _, held = await connection().execute_query(_HELD_NOW, [user_id, now()])
    ends = [row["until"] for row in held]
    return Standing(
        trust=await trust_of(user_id),
        is_banned=None in ends,
        suspended_until=max((end for end in ends if end is not None), default=None),
        warnings=await Sanction.filter(user_id=user_id, kind=SanctionKind.WARNING, lifted_at=None).order_by("id"),
        conduct=await conduct_of(user_id),
    )


async def conduct_version(number: int | None = None) -> ConductVersion | None:
    """Return a version of the code of conduct, or the newest; everybody may read it."""
    versions = ConductVersion.all() if number is None else ConductVersion.filter(number=number)
    return await versions.order_by("-number").first()
