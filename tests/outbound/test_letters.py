import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest

from server.domain import facts
from server.domain.actors import VISITOR
from server.domain.facts import Fact, fact_of
from server.domain.identity import LinkUnusable, LoginCarrier, LoginsEnded, SignedUp, SignInFailed
from server.domain.meeting_facts import MeetingLetter, MeetingLetterDue
from server.kit.clock import now
from server.kit.ids import new_id
from server.models.identity import User
from server.models.streams import FactRecord
from server.outbound.letters import LETTERS, deliver
from server.outbound.mail import Mail, MailUndeliverableError
from server.services import identity
from server.services.logins import SignIn, sign_in
from tests.factories.logins import HERE, PASSWORD, account, at_once, signed_in

pytestmark = pytest.mark.usefixtures("db", "_at_once")
URL = "https://alongside.example.org"


class Letterbox:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        self.mails.append(mail)


@pytest.fixture
def _at_once() -> Iterator[None]:
    with at_once():
        yield


async def letters() -> list[Mail]:
    """Return the mails that follow from the newest fact."""
    record = await FactRecord.all().order_by("-id").first()
    assert record is not None
    box = Letterbox()
    await deliver(fact_of(record.kind, record.payload), box, URL + "/")
    return box.mails


def secret_in(mail: Mail, path: str) -> str:
    found = re.fullmatch(re.escape(URL + path) + r"#token=([\w-]{43})", mail.link or "")
    assert found is not None, mail.link
    return found[1]


async def sign_up(email: str) -> None:
    await identity.sign_up(VISITOR, form=identity.SignUp(email, PASSWORD, "Buy at http://spam.example"), client=HERE)


async def test_a_new_account_gets_a_link_that_verifies_it_and_nothing_the_stranger_wrote() -> None:
    await sign_up("ana@example.org")
    (mail,) = await letters()
    assert (mail.to, "spam" in str(mail)) == ("ana@example.org", False)
    await identity.verify_mail(VISITOR, token=secret_in(mail, "/verify-mail"), client=HERE)


async def test_the_owner_of_a_known_address_is_told_and_can_set_a_new_password() -> None:
    ana = await account()
    await sign_up(ana.email)
    (mail,) = await letters()
    assert (mail.to, "already" in mail.subject) == (ana.email, True)
    secret_in(mail, "/reset-password")


async def test_an_address_a_stranger_signed_up_with_first_is_confirmed_with_the_owners_password_alone() -> None:
    await sign_up("ana@example.org")
    (first,) = await letters()
    await sign_up("ana@example.org")
    (second,) = await letters()
    with pytest.raises(LinkUnusable):
        await identity.verify_mail(VISITOR, token=secret_in(first, "/verify-mail"), client=HERE)
    token = secret_in(second, "/reset-password")
    await identity.reset_password(VISITOR, token=token, password="nine loud geese flew", client=HERE)
    owner = SignIn("ana@example.org", "nine loud geese flew", LoginCarrier.BEARER)
    assert (await sign_in(VISITOR, form=owner, client=HERE)).token
    stranger = SignIn("ana@example.org", PASSWORD, LoginCarrier.BEARER)
    with pytest.raises(SignInFailed):
        await sign_in(VISITOR, form=stranger, client=HERE)


async def test_an_unverified_owner_gets_the_link_again() -> None:
    bo = await account("Bo", is_verified=False)
    await identity.resend_verification(VISITOR, email=bo.email, client=HERE)
    (mail,) = await letters()
    await identity.verify_mail(VISITOR, token=secret_in(mail, "/verify-mail"), client=HERE)


async def test_who_verified_meanwhile_gets_no_second_link() -> None:
    bo = await account("Bo", is_verified=False)
    await identity.resend_verification(VISITOR, email=bo.email, client=HERE)
    asked = await FactRecord.all().order_by("-id").first()
    assert asked is not None
    await User.filter(id=bo.actor.user_id).update(verified_at=now())
    assert await letters() == []


async def test_a_reset_goes_to_the_address_and_a_notice_follows() -> None:
    ana = await account()
    await identity.request_password_reset(VISITOR, email=ana.email, client=HERE)
    (mail,) = await letters()
    token = secret_in(mail, "/reset-password")
    await identity.reset_password(VISITOR, token=token, password="nine loud geese flew", client=HERE)
    (notice,) = await letters()
    assert (notice.to, notice.link) == (ana.email, f"{URL}/reset-password")


async def test_a_move_asks_the_new_address_and_warns_the_old_one_which_can_take_it_back() -> None:
    ana = await signed_in()
    await identity.request_mail_change(ana.actor, new_email="new@example.org", password=PASSWORD, client=HERE)
    warning, confirm = await letters()
    assert (warning.to, warning.link, confirm.to) == (ana.email, f"{URL}/reset-password", "new@example.org")
    token = secret_in(confirm, "/confirm-mail-change")
    await identity.confirm_mail_change(VISITOR, token=token, client=HERE)
    (way_back,) = await letters()
    assert way_back.to == ana.email
    token = secret_in(way_back, "/confirm-mail-change")
    await identity.confirm_mail_change(VISITOR, token=token, client=HERE)
    (again,) = await letters()
    assert again.to == ana.email
    secret_in(again, "/reset-password")


async def test_the_owner_of_an_address_somebody_wanted_is_told() -> None:
    ana, bo = await signed_in("Ana"), await account("Bo")
    await identity.request_mail_change(ana.actor, new_email=bo.email, password=PASSWORD, client=HERE)
    (mail,) = await letters()
    assert (mail.to, mail.link) == (bo.email, None)


@pytest.mark.parametrize("kind", LETTERS, ids=lambda kind: kind.kind)
async def test_nothing_is_sent_to_who_is_gone(kind: type[Any]) -> None:
    names: dict[str, Any] = {field.name: new_id() for field in fields(kind)}
    if kind is MeetingLetterDue:
        names |= {"letter": MeetingLetter.SCHEDULED, "meeting_ids": [new_id()]}
    box = Letterbox()
    await deliver(kind(**names), box, URL)
    assert box.mails == []


async def test_every_mail_says_why_it_came() -> None:
    await sign_up("ana@example.org")
    (mail,) = await letters()
    assert mail.why.startswith("You get this mail because ")
    assert "alongside.example.org" in mail.why


async def test_what_is_refused_for_good_is_not_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    class Wall:
        async def send(self, mail: Mail) -> None:
            raise MailUndeliverableError("nobody here")

    await sign_up("ana@example.org")
    record = await FactRecord.get(kind=SignedUp.kind)
    await deliver(fact_of(record.kind, record.payload), Wall(), URL)
    assert [(line.message, line.answer) for line in caplog.records if line.name == "alongside.mail"] == [
        ("A mail cannot be delivered", "nobody here")
    ]
    assert "example.org" not in caplog.text.replace("alongside.example.org", "")


async def test_a_fact_without_a_letter_sends_none() -> None:
    box = Letterbox()
    await deliver(LoginsEnded(user_id=new_id(), login_ids=[]), box, URL)
    assert box.mails == []


def test_every_fact_that_carries_a_mail_token_has_a_letter() -> None:
    carriers: set[type[Fact]] = {
        kind for kind in facts.REGISTER.values() if "mail_token_id" in getattr(kind, "__dataclass_fields__", {})
    }
    assert carriers
    assert carriers <= set(LETTERS)
