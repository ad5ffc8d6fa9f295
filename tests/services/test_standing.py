"""Suspensions, trust, the code of conduct and mutes: who may speak to whom, how often, and under which rules."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from server.domain import topics
from server.domain.actors import SYSTEM, VISITOR, Actor, Role
from server.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, RateLimited, SignInNeeded, Suspended
from server.domain.moderation import Decision
from server.domain.standing import CONSENT_WITHIN, ConsentNeeded, Known, TrustLevel, trust_level
from server.kit.clock import clock, now
from server.models.identity import User
from server.models.mentorships import MentorshipRequest
from server.models.moderation import ConductConsent
from server.models.streams import StreamEntry
from server.queries import standing as queries
from server.queries.safety import muted_by, mutes_of
from server.services import conduct, logins, safety
from server.services.erasure import erase_account, export_data
from server.services.logins import recognise
from server.services.ports import ControlSignal, NoPublisher, ports
from tests.factories.cases import suspended
from tests.factories.logins import PASSWORD, Account, at_once, counting, sign_in_again, signed_in
from tests.factories.mentorships import sent
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")


class Controls(NoPublisher):
    """Keeps the words of control."""

    def __init__(self) -> None:
        self.signals: list[ControlSignal] = []

    def control(self, signals: Sequence[ControlSignal]) -> None:
        self.signals += signals


async def back(ana: Account) -> Actor:
    actor = await recognise(ana.token or "")
    assert actor is not None
    return actor


async def test_a_suspended_person_is_a_visitor_who_is_told_until_when_and_comes_back_after() -> None:
    ana, rui = await signed_in(), await person("Rui")
    until = now() + timedelta(days=3)
    await suspended(ana.actor)
    held = await back(ana)
    assert (held.user_id, held.is_verified, held.roles) == (None, False, frozenset())
    with pytest.raises(Suspended) as refusal:
        await sent(held, rui)
    assert refusal.value.code == "suspended"
    assert abs(refusal.value.until - until) < timedelta(minutes=1)
    assert f"{refusal.value.until:%B %Y, %H:%M} UTC" in refusal.value.message
    assert await logins.standing([ana.actor.login_id]) == set()
    with clock.moved(timedelta(days=3, minutes=1)):
        assert (await back(ana)).user_id == ana.actor.user_id
        assert await logins.standing([ana.actor.login_id]) == {ana.actor.login_id}


async def test_a_ban_has_no_end_and_covers_logins_made_later() -> None:
    ana = await signed_in()
    await suspended(ana.actor, days=5)
    await suspended(ana.actor, Decision.BAN, None)
    with at_once():
        again = await sign_in_again(ana)
    for known in (ana, again):
        with pytest.raises(Suspended, match="for good"):
            (await back(known)).require_user()
    standing = await queries.own_standing(await back(ana))
    assert (standing.is_banned, standing.trust) == (True, TrustLevel.NEW)


async def test_the_suspended_may_read_their_standing_export_sign_out_and_leave() -> None:
    ana = await signed_in()
    await suspended(ana.actor)
    held = await back(ana)
    assert (await queries.own_standing(held)).suspended_until is not None
    assert (await export_data(held))["data"]["sanctions"]
    with at_once():
        other = await sign_in_again(ana)
        await logins.sign_out(await back(other))
        assert await recognise(other.token or "") is None
        await erase_account(held, password=PASSWORD)
    assert (await User.get(id=ana.actor.user_id)).erased_at is not None


async def test_open_connections_of_somebody_suspended_are_closed() -> None:
    ana = await signed_in()
    told = Controls()
    ports.publisher = told
    try:
        await suspended(ana.actor)
    finally:
        ports.publisher = NoPublisher()
    assert [(one.topic, one.kind, one.payload) for one in told.signals] == [
        (f"user:{ana.actor.user_id}", topics.LOGIN_ENDED, "{}")
    ]
    kinds = [row.kind for row in await StreamEntry.filter(topic=f"user:{ana.actor.user_id}").order_by("seq")]
    assert kinds[-2:] == ["case.moved", "person.suspended"]


YEAR = timedelta(days=365)


@pytest.mark.parametrize(
    ("known", "level"),
    [
        ((YEAR, False, 9, None), TrustLevel.NEW),
        ((timedelta(days=6), True, 9, None), TrustLevel.NEW),
        ((timedelta(days=8), True, 9, None), TrustLevel.MEMBER),
        ((YEAR, True, 0, None), TrustLevel.MEMBER),
        ((YEAR, True, 1, None), TrustLevel.TRUSTED),
        ((YEAR, True, 1, timedelta(days=29)), TrustLevel.NEW),
        ((YEAR, True, 1, timedelta(days=31)), TrustLevel.MEMBER),
        ((YEAR, True, 1, timedelta(days=181)), TrustLevel.TRUSTED),
    ],
)
def test_trust_grows_with_time_and_deeds_and_falls_with_a_sanction(
    known: tuple[timedelta, bool, int, timedelta | None], level: TrustLevel
) -> None:
    at = now()
    age, is_verified, completed, sanctioned = known
    found = Known(at - age, is_verified, completed, None if sanctioned is None else at - sanctioned)
    assert trust_level(found, at) is level


async def test_whoever_is_new_asks_less_often_than_whoever_is_known() -> None:
    ana = await person("Ana")
    for allowed, joined in ((10, now()), (30, now() - timedelta(days=30))):
        await User.filter(id=ana.user_id).update(created_at=joined)
        with counting() as buckets:
            buckets.taken[f"speech:request:{ana.user_id}"] = allowed - 1
            await sent(ana, await person("Rui"))
            with pytest.raises(RateLimited):
                await sent(ana, await person("Bo"))
            assert buckets.taken[f"speech:request:{ana.user_id}"] == allowed + 1
    assert await MentorshipRequest.all().count() == 2


async def test_a_new_version_of_the_code_of_conduct_is_asked_of_everybody_anew() -> None:
    ana, manager = await person("Ana"), await person("Max", roles=frozenset({Role.COMMUNITY_MANAGER}))
    await sent(ana, await person("P0"))
    first = await conduct.publish_conduct(SYSTEM, text="Be kind.", summary="")
    waiting = await queries.own_standing(ana)
    assert waiting.conduct is not None
    assert (waiting.conduct.newest, waiting.conduct.agreed) == (1, 0)
    await sent(ana, await person("P1"))
    with clock.moved(CONSENT_WITHIN + timedelta(minutes=1)):
        with pytest.raises(ConsentNeeded, match="version 1"):
            await sent(ana, await person("P2"))
        await conduct.agree_to_conduct(ana, number=first.number)
        await conduct.agree_to_conduct(ana, number=first.number)
        await sent(ana, await person("P3"))
        second = await conduct.publish_conduct(manager, text="Be kind. Always.", summary="Always")
        with pytest.raises(Conflict) as refusal:
            await conduct.agree_to_conduct(ana, number=1)
        assert (refusal.value.current, second.number) == ("2", 2)
    with clock.moved(2 * CONSENT_WITHIN + timedelta(minutes=2)), pytest.raises(ConsentNeeded, match="version 2"):
        await sent(ana, await person("P4"))
    assert await ConductConsent.all().count() == 1


async def test_only_a_community_manager_publishes_a_code_of_conduct() -> None:
    for who, refusal in ((VISITOR, SignInNeeded), (await person("Ana"), NotAllowed)):
        with pytest.raises(refusal):
            await conduct.publish_conduct(who, text="Be mine.", summary="")
    with pytest.raises(InvalidInput):
        await conduct.publish_conduct(SYSTEM, text=" ", summary="")


async def test_a_mute_is_mine_alone_and_taken_back() -> None:
    ana, rui = await person("Ana"), await person("Rui")
    for _ in range(2):
        await safety.mute(ana, profile_id=rui.require_profile())
    assert [one.name for one in await mutes_of(ana)] == ["Rui"]
    assert await muted_by(ana.require_user()) == {rui.user_id}
    assert (await mutes_of(rui), await StreamEntry.filter(topic=f"user:{rui.user_id}").count()) == ([], 0)
    await safety.block(rui, profile_id=ana.require_profile())
    assert await mutes_of(ana) == []
    await safety.unmute(ana, profile_id=rui.require_profile())
    with pytest.raises(NotFound):
        await safety.unmute(ana, profile_id=rui.require_profile())
    with pytest.raises(InvalidInput):
        await safety.mute(ana, profile_id=ana.require_profile())
