"""Logins: how they begin, are recognised and end. A login's secret is given out once; the row keeps its hash."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from server.domain import topics
from server.domain.actors import Actor, LoginId, Role, Suspension, UserId
from server.domain.errors import NotAllowed, NotFound
from server.domain.identity import (
    MAX_LOGINS,
    SEEN_EVERY,
    Client,
    LoginCarrier,
    LoginsEnded,
    SignedIn,
    SignInFailed,
    clean_email,
)
from server.domain.identity_passwords import presented_password
from server.kit.clock import now
from server.kit.tokens import new_token, token_hash
from server.models.database import connection
from server.models.identity import Login, User
from server.models.reading import read_alone
from server.queries.standing import HELD
from server.services import passwords
from server.services.identity_policy import count_sign_in, policy
from server.services.transaction import Work, retrying, unit_of_work

# One statement: the login is found, and once in a while noted as seen, which also moves its end.
_RECOGNISE = f"""
WITH seen AS (
    UPDATE login SET last_seen_at = $2, expires_at = $3
    WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > $2 AND last_seen_at <= $4
)
SELECT login.id, login.user_id, app_user.verified_at IS NOT NULL AS is_verified,
       ARRAY(SELECT role FROM role_grant WHERE role_grant.user_id = login.user_id) AS roles,
       held.is_held, held.until
FROM login JOIN app_user ON app_user.id = login.user_id CROSS JOIN LATERAL (
    SELECT count(*) > 0 AS is_held, CASE WHEN count(*) = count(until) THEN max(until) END AS until
    FROM sanction WHERE sanction.user_id = login.user_id AND {HELD}
) AS held
WHERE login.token_hash = $1 AND login.revoked_at IS NULL AND login.expires_at > $2 AND app_user.erased_at IS NULL
"""  # noqa: S608 - made of constants

_ACTOR = f"""
SELECT app_user.verified_at IS NOT NULL AS is_verified, count(sanction.id) > 0 AS is_held,
       CASE WHEN count(sanction.id) = count(sanction.until) THEN max(sanction.until) END AS until
FROM app_user LEFT JOIN sanction ON sanction.user_id = app_user.id AND {HELD}
WHERE app_user.id = $1 AND app_user.erased_at IS NULL GROUP BY app_user.id
"""  # noqa: S608 - made of constants

_STANDING = f"""
SELECT login.id FROM login JOIN app_user ON app_user.id = login.user_id
WHERE login.id = ANY($1) AND login.revoked_at IS NULL AND login.expires_at > $2 AND app_user.erased_at IS NULL
  AND NOT EXISTS (SELECT FROM sanction WHERE sanction.user_id = login.user_id AND {HELD})
"""  # noqa: S608 - made of constants


@dataclass(frozen=True)
class SignIn:
    """What somebody types to sign in, and how they want to carry the proof."""

    email: str
    password: str
    carrier: LoginCarrier


@dataclass(frozen=True)
class NewLogin:
    """A login that just began. `token` exists nowhere else."""

    login: Login
    token: str


async def recognise(token: str) -> Actor | None:
    """Return who shows this token, or None when it is unknown, expired or revoked, or its user is gone.

    Somebody suspended comes back as a visitor who says so.
    """
    at = now()
    words = [token_hash(token), at, at + policy.login.lifetime, at - SEEN_EVERY]
    rows = await read_alone(_RECOGNISE, words)
    if not rows:
        return None
    login_id, user_id, is_verified, roles, is_held, until = rows[0]
    if is_held:
        return Actor(login_id=login_id, suspension=Suspension(user_id, until))
    return Actor(
        user_id=user_id,
        login_id=login_id,
        roles=frozenset(Role(role) for role in roles),
        is_verified=is_verified,
    )


async def standing(login_ids: Collection[LoginId]) -> set[LoginId]:
    """Return those of these logins that are open and whose users may take part.

    For doors that keep a connection for longer than a request.
    """
    rows = await connection().execute_query_dict(_STANDING, [list(login_ids), now()])
    return {LoginId(UUID(str(row["id"]))) for row in rows}


async def sign_in(actor: Actor, *, form: SignIn, client: Client) -> NewLogin:  # noqa: ARG001 - the actor comes first everywhere
    """Begin a login. An unknown address, a wrong password and an unverified address are refused alike, as slowly."""
    email = clean_email(form.email)
    await count_sign_in(client, email)
    user = await User.get_or_none(email=email)
    kept = user.password_hash if user is not None else None
    password = presented_password(form.password)
    fits = await passwords.matches(kept, password)
    if user is None or kept is None or password is None or not fits or user.verified_at is None:
        raise SignInFailed
    renewed = await passwords.hash_password(password) if passwords.is_outdated(kept) else kept
    return await _begin(UserId(user.id), form.carrier, client, (kept, renewed))


async def open_login(actor: Actor, *, email: str, user_agent: str) -> NewLogin:
    """Begin a bearer login for an account without its password. Only the system may: somebody with shell access."""
    if not actor.is_system:
        raise NotAllowed("shell access")
    user = await User.get_or_none(email=clean_email(email))
    if user is None:
        raise NotFound("account")
    hashes = (user.password_hash, user.password_hash)
    return await _begin(UserId(user.id), LoginCarrier.BEARER, Client(user_agent=user_agent), hashes)


@retrying
async def sign_out(actor: Actor) -> None:
    """End the login that the actor came with."""
    user_id = actor.require_account()
    async with unit_of_work() as work:
        if actor.login_id is not None:
            await end_logins(work, user_id, [actor.login_id])


@retrying
async def revoke_login(actor: Actor, *, login_id: UUID) -> None:
    """End one of the actor's own logins; one that ended already is not found."""
    user_id = actor.require_user()
    async with unit_of_work() as work:
        if not await end_logins(work, user_id, [login_id]):
            raise NotFound("login")


@retrying
async def revoke_other_logins(actor: Actor) -> int:
    """End all of the actor's logins but the one they came with. Return how many ended."""
    user_id = actor.require_user()
    async with unit_of_work() as work:
        return len(await end_all_logins(work, user_id, but=actor.login_id))


async def end_all_logins(work: Work, user_id: UUID, *, but: UUID | None = None) -> list[UUID]:
    """End every login of a user, except `but`. Return those that ended."""
    rows = await Login.filter(user_id=user_id, revoked_at=None, expires_at__gt=now()).only("id")
    return await end_logins(work, user_id, [row.id for row in rows if row.id != but])


async def end_logins(work: Work, user_id: UUID, login_ids: Collection[UUID]) -> list[UUID]:
    """End those of these logins that are the user's and open, and their live connections. Return them."""
    at = now()
    open_ones = Login.filter(id__in=login_ids, user_id=user_id, revoked_at=None, expires_at__gt=at)
    ended = [row.id for row in await open_ones.order_by("id").select_for_update()]
    if not ended:
        return []
    await Login.filter(id__in=ended).update(revoked_at=at)
    topic = topics.user(user_id)
    for login_id in ended:
        work.control(topic, topics.LOGIN_ENDED, msgspec.json.encode({"loginId": login_id}).decode())
    work.record(LoginsEnded(user_id=user_id, login_ids=ended), to=[topic])
    return ended


@retrying
async def _begin(
    user_id: UserId, carrier: LoginCarrier, client: Client, hashes: tuple[str | None, str | None]
) -> NewLogin:
    """Write the login, if the account still has the hash that was checked; put the renewed hash in its place."""
    kept, renewed = hashes
    at, token = now(), new_token()
    async with unit_of_work() as work:
        # Locked: a password that changes at this moment waits, and then ends this login too.
        user = await User.filter(id=user_id, password_hash=kept, erased_at=None).select_for_update().first()
        if user is None:
            raise SignInFailed
        if renewed != kept:
            await User.filter(id=user_id).update(password_hash=renewed)
        await _make_room(work, user_id, at)
        login = await Login.create(
            user_id=user_id,
            token_hash=token_hash(token),
            carrier=carrier,
            user_agent=client.shown_agent,
            last_seen_at=at,
            expires_at=at + policy.login.lifetime,
        )
        work.record(SignedIn(user_id=user_id, login_id=login.id), to=[topics.user(user_id)])
    return NewLogin(login, token)


async def _make_room(work: Work, user_id: UUID, at: datetime) -> None:
    await Login.filter(user_id=user_id, expires_at__lte=at).delete()
    newest_first = await Login.filter(user_id=user_id, revoked_at=None).order_by("-last_seen_at").only("id")
    await end_logins(work, user_id, [row.id for row in newest_first[MAX_LOGINS - 1 :]])


async def actor_for(user_id: UUID) -> Actor | None:
    """Return who somebody is who shows a secret of theirs that is no login: without roles. None: there is nobody.

    Somebody suspended comes back as a visitor who says so, as from `recognise`.
    """
    rows = await connection().execute_query_dict(_ACTOR, [user_id, now()])
    if not rows:
        return None
    row = rows[0]
    if row["is_held"]:
        return Actor(suspension=Suspension(UserId(user_id), row["until"]))
    return Actor(user_id=UserId(user_id), is_verified=row["is_verified"])
