from datetime import timedelta

import pytest
from starlette.requests import HTTPConnection

from server.domain.actors import VISITOR
from server.domain.identity import Unauthenticated
from server.kit.clock import clock
from server.kit.tokens import new_token
from server.schema.authentication import Authenticator, LoginCookie
from server.services.logins import sign_out
from tests.factories.logins import sign_in_again, signed_in

pytestmark = pytest.mark.usefixtures("db")
COOKIE = LoginCookie(name="__Host-alongside", is_secure=True)
authenticate = Authenticator(COOKIE)


def connection(kind: str = "http", **headers: str) -> HTTPConnection:
    lines = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    return HTTPConnection({"type": kind, "headers": lines})


async def test_nothing_shown_is_a_visitor() -> None:
    assert await authenticate(connection()) == VISITOR
    assert await authenticate(connection(cookie="theme=dark; other")) == VISITOR


@pytest.mark.parametrize("kind", ["http", "websocket"])
async def test_a_bearer_token_or_a_cookie_says_who_it_is(kind: str) -> None:
    ana = await signed_in()
    for headers in (
        {"authorization": f"Bearer {ana.token}"},
        {"authorization": f"bearer   {ana.token} "},
        {"cookie": f"theme=dark; __Host-alongside={ana.token}"},
    ):
        actor = await authenticate(connection(kind, **headers))
        assert (actor.user_id, actor.login_id) == (ana.actor.user_id, ana.actor.login_id)


async def test_a_header_counts_before_a_cookie() -> None:
    ana, bo = await signed_in("Ana"), await signed_in("Bo")
    shown = connection(authorization=f"Bearer {ana.token}", cookie=f"__Host-alongside={bo.token}")
    assert (await authenticate(shown)).user_id == ana.actor.user_id


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer x", "Basic YTpi", "Bearer " + "x" * 100_000, "Bearer \xff\x01", "x y z"]
)
async def test_a_header_that_proves_nothing_is_refused(header: str) -> None:
    with pytest.raises(Unauthenticated):
        await authenticate(connection(authorization=header))


async def test_ended_expired_and_forged_tokens_are_refused_alike() -> None:
    ended, expired = await signed_in("Ana"), await signed_in("Bo")
    await sign_out(ended.actor)
    messages = set()
    with clock.moved(by=timedelta(days=31)):
        for token in (ended.token, expired.token, new_token()):
            with pytest.raises(Unauthenticated) as refused:
                await authenticate(connection(authorization=f"Bearer {token}"))
            messages.add((refused.value.code, refused.value.message))
    assert len(messages) == 1


async def test_a_cookie_of_an_ended_login_makes_a_visitor_who_can_sign_in_again() -> None:
    ana = await signed_in()
    await sign_out(ana.actor)
    assert await authenticate(connection(cookie=f"__Host-alongside={ana.token}")) == VISITOR
    again = await sign_in_again(ana)
    assert (await authenticate(connection(cookie=f"__Host-alongside={again.token}"))).user_id == ana.actor.user_id


async def test_a_cookie_under_another_name_is_not_ours() -> None:
    ana = await signed_in()
    assert await authenticate(connection(cookie=f"alongside={ana.token}")) == VISITOR


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites() -> None:
    assert COOKIE.carrying("abc") == ("__Host-alongside=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=34560000; Secure")
    assert COOKIE.cleared() == "__Host-alongside=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure"
    assert LoginCookie("alongside", is_secure=False).carrying("abc") == (
        "alongside=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=34560000"
    )
