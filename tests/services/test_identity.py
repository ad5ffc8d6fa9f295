import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from server.domain.actors import VISITOR
from server.domain.errors import InvalidInput, RateLimited, SignInNeeded
from server.domain.identity import (
    Client,
    LinkUnusable,
    LoginCarrier,
    MailChangeAsked,
    MailChangeCollided,
    MailChanged,
    MailChangeUndone,
    MailVerified,
    PasswordChanged,
    PasswordResetAsked,
    SignedUp,
    SignInFailed,
    SignUpRepeated,
    VerificationAsked,
)
from server.kit.clock import clock
from server.models.identity import Login, MailToken, User
from server.models.profiles import Profile
from server.models.streams import FactRecord
from server.services import identity, mail_tokens
from server.services.identity_policy import policy
from server.services.logins import SignIn, recognise, sign_in
from tests.factories.logins import (
    HERE,
    PASSWORD,
    Account,
    account,
    at_once,
    counting,
    mailed,
    open_logins,
    sign_in_again,
    signed_in,
)

pytestmark = pytest.mark.usefixtures("db", "_at_once")
NEW = "nine loud geese flew"


@pytest.fixture
def _at_once() -> Iterator[None]:
    with at_once():
        yield


async def sign_up(email: str = "ana@example.org", password: str = PASSWORD, name: str = "Ana") -> None:
    await identity.sign_up(VISITOR, form=identity.SignUp(email, password, name), client=HERE)


async def can_sign_in(email: str, password: str) -> bool:
    try:
        await sign_in(VISITOR, form=SignIn(email, password, LoginCarrier.BEARER), client=HERE)
    except SignInFailed:
        return False
    return True


async def kinds() -> list[str]:
    return [record.kind for record in await FactRecord.all().order_by("id")]


# Signing up and verifying


async def test_signing_up_makes_a_user_and_a_profile_with_one_id_that_work_once_verified() -> None:
    await sign_up("Ana@Example.org")
    user = await User.get(email="ana@example.org")
    profile = await Profile.get(id=user.id)
    assert (profile.display_name, profile.search_document, user.verified_at) == ("Ana", "ana", None)
    assert not await can_sign_in("ana@example.org", PASSWORD)
    await identity.verify_mail(VISITOR, token=(await mailed(SignedUp)).secret, client=HERE)
    assert await can_sign_in("ana@example.org", PASSWORD)


async def test_signing_up_again_changes_nothing_and_tells_the_owner() -> None:
    ana = await account()
    before = dict(await User.get(id=ana.actor.user_id))
    await sign_up(ana.email.upper(), NEW, "Mallory")
    assert dict(await User.get(id=ana.actor.user_id)) == before
    assert await User.all().count() == await Profile.all().count() == 1
    assert await kinds() == [SignUpRepeated.kind]
    assert (await mailed(SignUpRepeated)).is_verified


async def test_no_secret_and_no_address_stands_in_the_book() -> None:
    await sign_up()
    secret = (await mailed(SignedUp)).secret
    for record in await FactRecord.all():
        assert secret not in record.payload
        assert "example.org" not in record.payload


async def test_two_sign_ups_at_once_make_one_account() -> None:
    await asyncio.gather(*(sign_up() for _ in range(5)))
    assert await User.all().count() == await Profile.all().count() == 1
    assert sorted(await kinds()) == [SignUpRepeated.kind] * 4 + [SignedUp.kind]


async def test_a_bad_form_is_refused_with_everything_that_is_wrong_and_makes_nothing() -> None:
    with pytest.raises(InvalidInput) as refused:
        await sign_up("ana", "short", " ")
    assert [problem.path for problem in refused.value.problems] == ["email", "displayName", "password"]
    assert await User.all().count() == 0


@pytest.mark.parametrize("text", ["\x00", "\ud800", "x" * 1_000_000])
async def test_hostile_text_is_refused_in_every_place(text: str) -> None:
    for form in [(text, PASSWORD, "Ana"), ("ana@example.org", text, "Ana"), ("ana@example.org", PASSWORD, text)]:
        with pytest.raises(InvalidInput):
            await sign_up(*form)
    with pytest.raises(LinkUnusable):
        await identity.verify_mail(VISITOR, token=text, client=HERE)
    with pytest.raises(LinkUnusable):
        await identity.reset_password(VISITOR, token=text, password=NEW, client=HERE)
    with pytest.raises(LinkUnusable):
        await identity.confirm_mail_change(VISITOR, token=text, client=HERE)
    assert await User.all().count() == 0


async def test_known_and_unknown_addresses_take_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "even_answer_seconds", 0.8)
    ana = await account()
    bo = await account("Bo", is_verified=False)

    async def spent(call: Any) -> float:
        start = time.perf_counter()
        await call
        return time.perf_counter() - start

    calls = [
        [sign_up(email) for email in (ana.email, "new@example.org")],
        [
            identity.request_password_reset(VISITOR, email=email, client=HERE)
            for email in (ana.email, "nobody@example.org")
        ],
        [
            identity.resend_verification(VISITOR, email=email, client=HERE)
            for email in (bo.email, ana.email, "nobody@example.org")
        ],
    ]
    for group in calls:
        times = await asyncio.gather(*(spent(call) for call in group))
        assert min(times) >= 0.79
        assert max(times) - min(times) < 0.2


async def test_sign_ups_are_counted_by_network_and_mails_by_address() -> None:
    with counting():
        for number in range(policy.rate.sign_ups_per_hour_and_address):
            await identity.sign_up(
                VISITOR,
                form=identity.SignUp(f"p{number}@example.org", PASSWORD, "P"),
                client=Client(host="2001:db8::1"),
            )
        with pytest.raises(RateLimited):
            await identity.sign_up(
                VISITOR, form=identity.SignUp("p@example.org", PASSWORD, "P"), client=Client(host="2001:db8::2")
            )
    for email in ("p1@example.org", "nobody@example.org"):
        with counting():
            for number in range(policy.rate.mails_per_hour_and_account):
                await identity.request_password_reset(VISITOR, email=email, client=Client(host=f"192.0.2.{number}"))
            with pytest.raises(RateLimited):
                await identity.request_password_reset(VISITOR, email=email, client=HERE)


async def test_a_new_verification_link_is_sent_only_where_one_is_needed() -> None:
    bo, ana = await account("Bo", is_verified=False), await account("Ana")
    for email in (bo.email, ana.email, "nobody@example.org"):
        await identity.resend_verification(VISITOR, email=email, client=HERE)
    assert await kinds() == [VerificationAsked.kind]
    await identity.verify_mail(VISITOR, token=(await mailed(VerificationAsked)).secret, client=HERE)
    assert await can_sign_in(bo.email, PASSWORD)


async def test_a_link_works_once_and_for_48_hours() -> None:
    await sign_up()
    issued = await mailed(SignedUp)
    with clock.moved(by=timedelta(hours=48, seconds=1)), pytest.raises(LinkUnusable):
        await identity.verify_mail(VISITOR, token=issued.secret, client=HERE)
    await identity.verify_mail(VISITOR, token=issued.secret, client=HERE)
    with pytest.raises(LinkUnusable):
        await identity.verify_mail(VISITOR, token=issued.secret, client=HERE)
    assert (await kinds()).count(MailVerified.kind) == 1


async def test_of_two_uses_at_once_one_finds_the_link_used() -> None:
    await sign_up()
    secret = (await mailed(SignedUp)).secret
    answers = await asyncio.gather(
        *(identity.verify_mail(VISITOR, token=secret, client=HERE) for _ in range(4)), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["LinkUnusable"] * 3 + ["NoneType"]


async def test_a_link_for_one_thing_does_nothing_else() -> None:
    await sign_up()
    secret = (await mailed(SignedUp)).secret
    with pytest.raises(LinkUnusable):
        await identity.reset_password(VISITOR, token=secret, password=NEW, client=HERE)
    with pytest.raises(LinkUnusable):
        await identity.confirm_mail_change(VISITOR, token=secret, client=HERE)
    await identity.verify_mail(VISITOR, token=secret, client=HERE)


async def test_tries_of_links_are_counted() -> None:
    with counting():
        for _ in range(policy.rate.token_tries_per_hour_and_address):
            with pytest.raises(LinkUnusable):
                await identity.verify_mail(VISITOR, token="guess", client=HERE)
        with pytest.raises(RateLimited):
            await identity.verify_mail(VISITOR, token="guess", client=HERE)


async def test_writing_a_mail_again_makes_its_former_link_useless() -> None:
    await sign_up()
    first, second = await mailed(SignedUp), await mailed(SignedUp)
    with pytest.raises(LinkUnusable):
        await identity.verify_mail(VISITOR, token=first.secret, client=HERE)
    await identity.verify_mail(VISITOR, token=second.secret, client=HERE)
    assert await mail_tokens.issue((await MailToken.get()).id) is None


# Passwords


async def reset_token(known: Account) -> str:
    await identity.request_password_reset(VISITOR, email=known.email, client=HERE)
    return (await mailed(PasswordResetAsked)).secret


async def test_a_reset_sets_the_password_and_ends_every_login() -> None:
    ana = await signed_in()
    token = await reset_token(ana)
    await identity.reset_password(VISITOR, token=token, password=NEW, client=HERE)
    assert await recognise(ana.token or "") is None
    assert (await can_sign_in(ana.email, NEW), await can_sign_in(ana.email, PASSWORD)) == (True, False)
    with pytest.raises(LinkUnusable):
        await identity.reset_password(VISITOR, token=token, password=PASSWORD, client=HERE)
    assert PasswordChanged.kind in await kinds()


async def test_a_reset_verifies_the_address_it_was_sent_to() -> None:
    bo = await account("Bo", is_verified=False)
    await identity.reset_password(VISITOR, token=await reset_token(bo), password=NEW, client=HERE)
    assert await can_sign_in(bo.email, NEW)


async def test_a_reset_link_works_for_an_hour_and_a_weak_password_does_not_use_it_up() -> None:
    ana = await account()
    token = await reset_token(ana)
    with clock.moved(by=timedelta(hours=1, seconds=1)), pytest.raises(LinkUnusable):
        await identity.reset_password(VISITOR, token=token, password=NEW, client=HERE)
    with pytest.raises(InvalidInput):
        await identity.reset_password(VISITOR, token=token, password="password123", client=HERE)
    await identity.reset_password(VISITOR, token=token, password=NEW, client=HERE)


async def test_an_unknown_address_asks_for_nothing() -> None:
    await identity.request_password_reset(VISITOR, email="nobody@example.org", client=HERE)
    assert (await kinds(), await MailToken.all().count()) == ([], 0)


async def test_changing_the_password_needs_the_current_one_and_keeps_this_login_alone() -> None:
    ana = await signed_in()
    other = await sign_in_again(ana)
    with pytest.raises(InvalidInput) as refused:
        await identity.change_password(ana.actor, current="not this one", new=NEW)
    assert [problem.path for problem in refused.value.problems] == ["currentPassword"]
    await identity.change_password(ana.actor, current=PASSWORD, new=NEW)
    assert await recognise(ana.token or "") is not None
    assert await recognise(other.token or "") is None
    assert await can_sign_in(ana.email, NEW)


async def test_a_weak_new_password_is_refused_and_a_visitor_changes_none() -> None:
    ana = await signed_in()
    with pytest.raises(InvalidInput):
        await identity.change_password(ana.actor, current=PASSWORD, new="password123")
    with pytest.raises(SignInNeeded):
        await identity.change_password(VISITOR, current=PASSWORD, new=NEW)


async def test_guessing_the_password_from_a_stolen_login_is_counted() -> None:
    ana = await signed_in()
    with counting():
        for _ in range(policy.rate.sign_ins_per_hour_and_account):
            with pytest.raises(InvalidInput):
                await identity.change_password(ana.actor, current="not this one", new=NEW)
        with pytest.raises(RateLimited):
            await identity.change_password(ana.actor, current=PASSWORD, new=NEW)


async def test_a_stranger_who_signed_up_first_never_gets_their_password_confirmed() -> None:
    await sign_up(password="the strangers words")
    await sign_up(password=NEW)
    await identity.resend_verification(VISITOR, email="ana@example.org", client=HERE)
    await identity.verify_mail(VISITOR, token=(await mailed(VerificationAsked)).secret, client=HERE)
    assert not await can_sign_in("ana@example.org", "the strangers words")


async def test_signing_up_again_leaves_a_verified_account_as_it_is() -> None:
    ana = await account()
    await sign_up(email=ana.email, password=NEW)
    assert (await can_sign_in(ana.email, PASSWORD), await can_sign_in(ana.email, NEW)) == (True, False)


# Another address


async def ask_for(known: Account, new_email: str) -> None:
    await identity.request_mail_change(known.actor, new_email=new_email, password=PASSWORD, client=HERE)


async def test_the_account_moves_when_the_new_address_confirms() -> None:
    ana = await signed_in()
    await ask_for(ana, "Ana.New@example.org")
    issued = await mailed(MailChangeAsked)
    assert (issued.email, issued.account_email) == ("ana.new@example.org", ana.email)
    assert await can_sign_in(ana.email, PASSWORD)
    await identity.confirm_mail_change(VISITOR, token=issued.secret, client=HERE)
    assert (await can_sign_in("ana.new@example.org", PASSWORD), await can_sign_in(ana.email, PASSWORD)) == (True, False)
    assert await recognise(ana.token or "") is not None


async def test_the_former_address_can_take_the_account_back_and_shuts_everybody_out() -> None:
    ana = await signed_in()
    await ask_for(ana, "thief@example.org")
    await identity.confirm_mail_change(VISITOR, token=(await mailed(MailChangeAsked)).secret, client=HERE)
    undo = await mailed(MailChanged)
    assert undo.email == ana.email
    # What a thief does next must not take the way back away.
    await identity.change_password(ana.actor, current=PASSWORD, new=NEW)
    await identity.request_mail_change(ana.actor, new_email="thief2@example.org", password=NEW, client=HERE)
    await identity.confirm_mail_change(VISITOR, token=(await mailed(MailChangeAsked)).secret, client=HERE)
    with clock.moved(by=timedelta(days=6)):
        await identity.confirm_mail_change(VISITOR, token=undo.secret, client=HERE)
        assert (await User.get(id=ana.actor.user_id)).email == ana.email
        assert await open_logins(ana) == 0
        assert not await can_sign_in(ana.email, NEW)
        reset = await mailed(MailChangeUndone)
        assert reset.email == ana.email
        await identity.reset_password(VISITOR, token=reset.secret, password=PASSWORD, client=HERE)
        assert await can_sign_in(ana.email, PASSWORD)


async def test_a_thief_who_moves_on_and_back_leaves_the_way_back_open() -> None:
    ana = await signed_in()
    await ask_for(ana, "thief@example.org")
    await identity.confirm_mail_change(VISITOR, token=(await mailed(MailChangeAsked)).secret, client=HERE)
    way_back = await mailed(MailChanged)
    await ask_for(ana, "thief2@example.org")
    await identity.confirm_mail_change(VISITOR, token=(await mailed(MailChangeAsked)).secret, client=HERE)
    await identity.confirm_mail_change(VISITOR, token=(await mailed(MailChanged)).secret, client=HERE)
    assert (await User.get(id=ana.actor.user_id)).email == "thief@example.org"
    thiefs_reset = (await mailed(MailChangeUndone)).secret
    await identity.confirm_mail_change(VISITOR, token=way_back.secret, client=HERE)
    assert (await User.get(id=ana.actor.user_id)).email == ana.email
    with pytest.raises(LinkUnusable):
        await identity.reset_password(VISITOR, token=thiefs_reset, password=NEW, client=HERE)


async def test_the_first_way_back_closes_the_later_ones() -> None:
    ana = await signed_in()
    await ask_for(ana, "thief@example.org")
    await identity.confirm_mail_change(VISITOR, token=(await mailed(MailChangeAsked)).secret, client=HERE)
    way_back = await mailed(MailChanged)
    await ask_for(ana, "thief2@example.org")
    await identity.confirm_mail_change(VISITOR, token=(await mailed(MailChangeAsked)).secret, client=HERE)
    thiefs_way_back = (await mailed(MailChanged)).secret
    await identity.confirm_mail_change(VISITOR, token=way_back.secret, client=HERE)
    with pytest.raises(LinkUnusable):
        await identity.confirm_mail_change(VISITOR, token=thiefs_way_back, client=HERE)


async def test_a_taken_address_answers_alike_and_its_owner_is_told() -> None:
    ana, bo = await signed_in("Ana"), await account("Bo")
    await ask_for(ana, bo.email)
    assert (await kinds())[-1] == MailChangeCollided.kind
    assert await MailToken.all().count() == 0


async def test_an_address_that_was_taken_meanwhile_is_not_moved_to() -> None:
    ana = await signed_in()
    await ask_for(ana, "later@example.org")
    token = (await mailed(MailChangeAsked)).secret
    await User.create(email="later@example.org")
    with pytest.raises(LinkUnusable):
        await identity.confirm_mail_change(VISITOR, token=token, client=HERE)
    assert (await User.get(id=ana.actor.user_id)).email == ana.email


async def test_a_new_password_stops_a_move_under_way() -> None:
    ana = await signed_in()
    await ask_for(ana, "thief@example.org")
    token = (await mailed(MailChangeAsked)).secret
    await identity.reset_password(VISITOR, token=await reset_token(ana), password=NEW, client=HERE)
    with pytest.raises(LinkUnusable):
        await identity.confirm_mail_change(VISITOR, token=token, client=HERE)


async def test_a_second_wish_replaces_the_first() -> None:
    ana = await signed_in()
    await ask_for(ana, "one@example.org")
    first = (await mailed(MailChangeAsked)).secret
    await ask_for(ana, "two@example.org")
    with pytest.raises(LinkUnusable):
        await identity.confirm_mail_change(VISITOR, token=first, client=HERE)
    await identity.confirm_mail_change(VISITOR, token=(await mailed(MailChangeAsked)).secret, client=HERE)
    assert (await User.get(id=ana.actor.user_id)).email == "two@example.org"


async def test_moving_needs_the_password_another_address_and_a_login() -> None:
    ana = await signed_in()
    with pytest.raises(InvalidInput):
        await identity.request_mail_change(ana.actor, new_email="a@example.org", password="not this", client=HERE)
    with pytest.raises(InvalidInput):
        await ask_for(ana, ana.email)
    with pytest.raises(InvalidInput):
        await ask_for(ana, "nowhere")
    with pytest.raises(SignInNeeded):
        await identity.request_mail_change(VISITOR, new_email="a@example.org", password=PASSWORD, client=HERE)
    assert await Login.all().count() == 1
