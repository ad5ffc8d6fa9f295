"""May somebody speak to people who did not ask for it? As far as they are known, and under the code of conduct."""

from server.domain.actors import Actor
from server.domain.errors import RateLimited
from server.domain.standing import PER_DAY, Speech, check_consent
from server.kit.clock import now
from server.queries import standing as standing_queries
from server.services.ports import ports

_DAY_SECONDS = 86_400.0


async def count_speech(actor: Actor, speech: Speech) -> None:
    """Count one of the actor's requests, questions or reports, or refuse: RateLimited, ConsentNeeded.

    A report needs no consent: whoever is in trouble is heard first.
    """
    user_id = actor.require_user()
    if speech is not Speech.REPORT:
        await check_conduct(actor)
    allowed = PER_DAY[speech][await standing_queries.trust_of(user_id)]
    wait = await ports.buckets.take(f"speech:{speech}:{user_id}", capacity=allowed, per_seconds=_DAY_SECONDS)
    if wait:
        raise RateLimited(wait)


async def check_conduct(actor: Actor) -> None:
    """Refuse somebody who has not agreed to the code of conduct in time: ConsentNeeded."""
    conduct = await standing_queries.conduct_of(actor.require_user())
    if conduct is not None:
        check_consent(newest=conduct.newest, published_at=conduct.published_at, agreed=conduct.agreed, at=now())
