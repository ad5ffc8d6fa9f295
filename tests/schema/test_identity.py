import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType

from server.domain.identity import MailChangeAsked, PasswordResetAsked, SignedUp
from server.kit.clock import clock
from server.models.identity import Login, User
from server.schema.authentication import LoginCookie
from server.schema.core.ids import encode_id
from server.schema.core.nodes import types_without_loader
from tests.factories.everything import MINE, everywhere
from tests.factories.logins import PASSWORD, account, at_once, counting, mailed, sign_in_again, signed_in
from tests.schema.identity_door import Door, door, schema
from tests.statements import counted_statements

pytestmark = pytest.mark.usefixtures("db", "_at_once")
NEW = "nine loud geese flew"
ME = "{ me { email isVerified roles } }"


@pytest.fixture
def _at_once() -> Iterator[None]:
    with at_once():
        yield


@pytest.fixture
async def web() -> AsyncIterator[Door]:
    async with door() as opened:
        yield opened


async def test_from_signing_up_to_signing_out(web: Door) -> None:
    form = {"email": "Ana@example.org", "password": PASSWORD, "displayName": "Ana"}
    assert (await web.do("signUp", form))["__typename"] == "SignUpPayload"
    early = await web.do("signIn", {"email": "ana@example.org", "password": PASSWORD}, "token")
    assert (early["__typename"], early["code"]) == ("NotAllowed", "sign_in_failed")
    await web.do("verifyMail", {"token": (await mailed(SignedUp)).secret})
    new = await web.do("signIn", {"email": "ana@example.org", "password": PASSWORD}, "token login { isCurrent }")
    assert await web.ask(ME, new["token"]) == {"me": {"email": "ana@example.org", "isVerified": True, "roles": []}}
    done = await web.do("signOut", {"clientMutationId": "7"}, "clientMutationId", new["token"])
    assert done["clientMutationId"] == "7"
    assert (await web.send(ME, new["token"])).status_code == 401


async def test_a_visitor_is_nobody(web: Door) -> None:
    assert await web.ask(ME) == {"me": None}
    for name, form in [
        ("signOut", {}),
        ("revokeOtherLogins", {}),
        ("revokeLogin", {"loginId": "x"}),
        ("revokeLogin", {"loginId": encode_id("Login", str(await _some_login()))}),
        ("changePassword", {"currentPassword": PASSWORD, "newPassword": NEW}),
        ("requestMailChange", {"newEmail": "a@example.org", "password": PASSWORD}),
        ("eraseMyAccount", {"password": PASSWORD}),
    ]:
        refused = await web.do(name, form, "__typename")
        assert refused["code"] in ("sign_in_needed", "not_found"), name
    assert await Login.filter(revoked_at=None).count() == 1


async def _some_login() -> Any:
    return (await signed_in("Cy")).actor.login_id


async def test_known_and_unknown_addresses_are_answered_word_for_word_alike(web: Door) -> None:
    ana = await account()
    for name, form in [
        ("signUp", {"password": NEW, "displayName": "Mallory"}),
        ("resendVerification", {}),
        ("requestPasswordReset", {}),
        ("signIn", {"password": "not this one"}),
    ]:
        answers = [await web.send_raw(name, {"email": email, **form}) for email in (ana.email, "new@example.org")]
        assert answers[0] == answers[1], name


async def test_an_ended_token_is_a_401_with_its_code(web: Door) -> None:
    answer = await web.send(ME, "forged")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "unauthenticated"
    assert error["extensions"]["requestId"]


# Cookies


async def cookie_sign_in(web: Door, email: str) -> str:
    query = """mutation($form: SignInInput!) { signIn(input: $form) { ... on SignInPayload { token } } }"""
    answer = await web.send(query, form={"email": email, "password": PASSWORD, "carrier": "COOKIE"})
    assert answer.json() == {"data": {"signIn": {"token": None}}}
    return str(answer.headers["set-cookie"])


async def test_a_cookie_carries_the_login_and_the_token_is_not_shown(web: Door) -> None:
    ana = await account()
    header = await cookie_sign_in(web, ana.email)
    assert header.startswith("__Host-alongside=")
    assert header.endswith("; Path=/; HttpOnly; SameSite=Lax; Max-Age=34560000; Secure")
    assert (await web.ask(ME))["me"]["email"] == ana.email
    out = await web.send("mutation { signOut(input: {}) { __typename } }")
    assert out.headers["set-cookie"].startswith("__Host-alongside=; ")
    assert await web.ask(ME) == {"me": None}


async def test_with_a_cookie_a_foreign_form_gets_nothing(web: Door) -> None:
    await cookie_sign_in(web, (await account()).email)
    body = json.dumps({"query": "mutation { signOut(input: {}) { __typename } }"})
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        answer = await web.http.post("/graphql", content=body, headers={"content-type": kind})
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (403, "csrf")
    foreign = await web.http.post("/graphql", json={"query": ME}, headers={"origin": "https://evil.example"})
    assert foreign.status_code == 403
    bare = await web.http.get("/graphql", params={"query": ME})
    asked = await web.http.get("/graphql", params={"query": ME}, headers={"graphql-require-preflight": "1"})
    assert (bare.status_code, asked.status_code) == (403, 200)


async def test_without_tls_the_cookie_has_a_plain_name() -> None:
    ana = await account()
    async with door(LoginCookie("alongside", is_secure=False)) as web:
        header = await cookie_sign_in(web, ana.email)
    assert header.startswith("alongside=")
    assert "Secure" not in header


async def test_a_cookie_is_refused_where_none_can_be_set(web: Door) -> None:
    ana = await account()
    query = """mutation($form: SignInInput!) {
        signIn(input: $form) { __typename ... on InvalidInput { fields { path code } } } }"""
    form = {"email": ana.email, "password": PASSWORD, "carrier": "COOKIE"}
    answer = await web.http.post(
        "/graphql", json={"query": query, "variables": {"form": form}}, headers={"accept": "text/event-stream"}
    )
    assert '"code":"no_cookie_here"' in answer.text
    assert await Login.all().count() == 0


# Logins


LOGINS = """query($first: Int, $after: String) { me { logins(first: $first, after: $after) {
    edges { cursor node { id userAgent carrier isCurrent } } pageInfo { hasNextPage } } } }"""


async def test_logins_are_listed_newest_first_and_paged(web: Door) -> None:
    ana = await signed_in()
    rest = [await sign_in_again(ana) for _ in range(2)]
    await signed_in("Bo")
    seen: list[Any] = []
    after = None
    for more in (True, True, False):
        page = (await web.ask(LOGINS, ana.token, first=1, after=after))["me"]["logins"]
        (edge,) = page["edges"]
        seen.append(edge["node"])
        after = edge["cursor"]
        assert page["pageInfo"]["hasNextPage"] is more
    assert [login["isCurrent"] for login in seen] == [False, False, True]
    newest_first = [rest[1].actor.login_id, rest[0].actor.login_id, ana.actor.login_id]
    assert [login["id"] for login in seen] == [encode_id("Login", str(login_id)) for login_id in newest_first]
    assert (seen[0]["userAgent"], seen[0]["carrier"]) == ("Tests/1.0", "BEARER")


async def test_the_viewer_and_their_logins_take_three_statements(web: Door) -> None:
    ana = await signed_in()
    for _ in range(5):
        await sign_in_again(ana)
    with counted_statements() as seen:
        await web.ask("{ me { email roles logins(first: 5) { edges { node { id isCurrent } } } } }", ana.token)
    assert len(seen) == 3


async def test_a_login_is_revoked_by_its_id_and_the_others_at_once(web: Door) -> None:
    ana = await signed_in()
    one, two = await sign_in_again(ana), await sign_in_again(ana)
    login_id = encode_id("Login", str(one.actor.login_id))
    assert (await web.do("revokeLogin", {"loginId": login_id}, "loginId", ana.token))["loginId"] == login_id
    assert (await web.send(ME, one.token)).status_code == 401
    assert (await web.do("revokeLogin", {"loginId": login_id}, "loginId", ana.token))["code"] == "not_found"
    assert (await web.do("revokeOtherLogins", {}, "ended", ana.token))["ended"] == 1
    assert (await web.send(ME, two.token)).status_code == 401


@pytest.mark.parametrize("forged", ["", "x", "\x00", "TG9naW46", "é" * 500, encode_id("Me", "x")])
async def test_a_forged_login_id_is_not_found(web: Door, forged: str) -> None:
    ana = await signed_in()
    answer = await web.send(
        "mutation($id: ID!) { revokeLogin(input: {loginId: $id}) { ... on Refusal { code } } }", ana.token, id=forged
    )
    assert answer.status_code in (200, 400)
    assert "not_found" in answer.text or "errors" in answer.json()


async def test_nodes_of_identity_are_found_by_their_owner_alone(web: Door) -> None:
    ana, bo = await signed_in("Ana"), await signed_in("Bo")
    ids = [encode_id("Me", str(ana.actor.user_id)), encode_id("Login", str(ana.actor.login_id))]
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
    assert [node["id"] for node in (await web.ask(query, ana.token, ids=ids))["nodes"]] == ids
    for stranger in (bo.token, None):
        assert await web.ask(query, stranger, ids=ids) == {"nodes": [None, None]}


# Passwords, addresses, erasure


async def test_a_forgotten_password_is_set_anew(web: Door) -> None:
    ana = await signed_in()
    await web.do("requestPasswordReset", {"email": ana.email})
    token = (await mailed(PasswordResetAsked)).secret
    weak = await web.do("resetPassword", {"token": token, "password": "password123"})
    assert weak["fields"] == [{"path": "password", "code": "too_common"}]
    assert (await web.do("resetPassword", {"token": token, "password": NEW}))["__typename"] == "ResetPasswordPayload"
    used = await web.do("resetPassword", {"token": token, "password": NEW})
    assert (used["__typename"], used["code"]) == ("NotFound", "link_unusable")
    assert (await web.send(ME, ana.token)).status_code == 401


async def test_password_and_address_are_changed(web: Door) -> None:
    ana = await signed_in()
    wrong = await web.do("changePassword", {"currentPassword": "no", "newPassword": NEW}, token=ana.token)
    assert wrong["fields"] == [{"path": "currentPassword", "code": "wrong_password"}]
    changed = await web.do("changePassword", {"currentPassword": PASSWORD, "newPassword": NEW}, token=ana.token)
    assert changed["__typename"] == "ChangePasswordPayload"
    await web.do("requestMailChange", {"newEmail": "new@example.org", "password": NEW}, token=ana.token)
    await web.do("confirmMailChange", {"token": (await mailed(MailChangeAsked)).secret})
    assert (await web.ask(ME, ana.token))["me"]["email"] == "new@example.org"


async def test_a_link_that_expired_is_refused(web: Door) -> None:
    ana = await account()
    await web.do("requestPasswordReset", {"email": ana.email})
    token = (await mailed(PasswordResetAsked)).secret
    with clock.moved(by=timedelta(hours=2)):
        assert (await web.do("resetPassword", {"token": token, "password": NEW}))["code"] == "link_unusable"


async def test_one_sees_what_is_kept_and_what_erasing_does_and_then_is_gone(web: Door) -> None:
    ana, _ = await everywhere()
    shown = (await web.ask("{ me { erasurePreview { kind count fate } export } }", ana.token))["me"]
    assert {"kind": "skills", "count": 1, "fate": "DELETED"} in shown["erasurePreview"]
    assert shown["export"]["data"]["account"][0]["email"] == f"{MINE}@example.org"
    assert MINE in shown["export"]["data"]["profile"][0]["bio"]
    kept = await web.do("eraseMyAccount", {"password": "no"}, token=ana.token)
    assert kept["fields"] == [{"path": "password", "code": "wrong_password"}]
    gone = await web.do("eraseMyAccount", {"password": PASSWORD}, token=ana.token)
    assert gone["__typename"] == "EraseMyAccountPayload"
    assert (await web.send(ME, ana.token)).status_code == 401
    assert await User.filter(email=f"{MINE}@example.org").count() == 0


async def test_too_many_tries_say_when_the_next_can_pass(web: Door) -> None:
    with counting():
        for _ in range(20):
            await web.do("signIn", {"email": "ana@example.org", "password": "no"}, "token")
        refused = await web.do("signIn", {"email": "ana@example.org", "password": "no"}, "token")
    assert (refused["__typename"], refused["retryAfter"]) == ("RateLimited", 181)


@pytest.mark.parametrize("text", ["\x00", "\ud800", "x" * 100_000])
async def test_hostile_text_is_a_refusal_or_a_bad_request_and_never_a_crash(web: Door, text: str) -> None:
    ana = await signed_in()
    for name, form in [
        ("signUp", {"email": text, "password": text, "displayName": text}),
        ("signIn", {"email": text, "password": text}),
        ("verifyMail", {"token": text}),
        ("resendVerification", {"email": text}),
        ("requestPasswordReset", {"email": text}),
        ("resetPassword", {"token": text, "password": text}),
        ("changePassword", {"currentPassword": text, "newPassword": text}),
        ("requestMailChange", {"newEmail": text, "password": text}),
        ("confirmMailChange", {"token": text}),
        ("eraseMyAccount", {"password": text}),
    ]:
        answer = await web.send_bytes(name, form, ana.token)
        assert answer.status_code in (200, 400, 413), (name, answer.text[:300])
        if answer.status_code == 200:
            assert answer.json()["data"][name]["__typename"] in ("InvalidInput", "NotFound", "NotAllowed"), name
    assert await User.all().count() == 1


# The schema itself


def test_every_type_and_field_is_described_and_every_node_is_found() -> None:
    core = schema._schema
    kinds = [
        kind
        for name, kind in core.type_map.items()
        if isinstance(kind, GraphQLObjectType | GraphQLInputObjectType | GraphQLInterfaceType)
        and not name.startswith("__")
        and name not in ("Query", "Mutation")
    ]
    assert [kind.name for kind in kinds if not kind.description] == []
    assert [
        f"{kind.name}.{name}" for kind in kinds for name, field in kind.fields.items() if not field.description
    ] == []
    assert types_without_loader(schema) == []
