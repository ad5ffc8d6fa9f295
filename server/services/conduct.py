"""The code of conduct: published in versions, each asked of everybody anew: M3."""

from server.domain import topics
from server.domain.actors import Actor, Role
from server.domain.audit import Act
from server.domain.conduct import ConductAgreed, clean_summary, clean_text
from server.domain.errors import Conflict, NotAllowed
from server.models.moderation import ConductConsent, ConductVersion
from server.queries.standing import conduct_version
from server.services import audit
from server.services.transaction import retrying, unit_of_work

_TAKE_TURN = "SELECT pg_advisory_xact_lock(hashtextextended('code of conduct', 0))"


@retrying
async def publish_conduct(actor: Actor, *, text: str, summary: str) -> ConductVersion:
    """Put a new version in force. `summary` says what changed. For community managers, and for the system."""
    if not actor.is_system:
        actor.require_user()
    if not actor.has_role(Role.COMMUNITY_MANAGER):
        raise NotAllowed("the role community_manager")
    text, summary = clean_text(text), clean_summary(summary)
    async with unit_of_work() as work:
        await work.connection.execute_query(_TAKE_TURN)
        newest = await conduct_version()
        number = 1 if newest is None else newest.number + 1
        version = await ConductVersion.create(number=number, text=text, summary=summary, published_by=actor.user_id)
        await audit.note(work, actor, Act.CONDUCT_PUBLISHED, subject_id=version.id, detail={"number": number})
    return version


@retrying
async def agree_to_conduct(actor: Actor, *, number: int) -> None:
    """Agree to the version that is in force; Conflict when there is a newer one. Twice is as good as once."""
    user_id = actor.require_user()
    async with unit_of_work() as work:
        newest = await conduct_version()
        if newest is None or newest.number != number:
            current = None if newest is None else str(newest.number)
            raise Conflict("This is not the version that is in force. Read that one.", current=current)
        _, made = await ConductConsent.get_or_create(user_id=user_id, number=number)
        if made:
            work.record(ConductAgreed(user_id=user_id, number=number), to=[topics.user(user_id)], actor=actor)
