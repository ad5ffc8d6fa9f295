"""Signing up, in and out, and what one signs in with. No rule is here: services/identity.py and logins.py decide.

Answers that could tell whether an address has an account are the same for all; the mail tells its owner.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

import strawberry

from server.domain.actors import LoginId, Role
from server.domain.errors import invalid
from server.domain.identity import Client, LoginCarrier
from server.models.identity import Login as LoginRow
from server.queries import identity as queries
from server.schema.authentication import LoginCookie
from server.schema.core.context import Context, Info
from server.schema.core.errors import Conflict, mutation
from server.schema.core.ids import encode_id, uuid_of
from server.schema.core.nodes import Node, node_loader
from server.services import erasure, identity, logins

strawberry.enum(
    LoginCarrier,
    description="How the proof of identity travels: a token in the Authorization header, or an HttpOnly cookie.",
)
strawberry.enum(Role, description="A role for the whole platform.")

_MAILED = "If this address needs one, a mail is on its way."


@strawberry.type(description="A proof of identity that is in force. Requires: to be one's own.")
class Login(Node):
    """One open login of the viewer."""

    created_at: datetime = strawberry.field(description="When it began.")
    last_seen_at: datetime = strawberry.field(description="When it was last used, to five minutes.")
    expires_at: datetime = strawberry.field(description="When it ends if it is not used before.")
    user_agent: str = strawberry.field(description="What the client called itself; it may lie.")
    carrier: LoginCarrier = strawberry.field(description="How it travels.")
    is_current: bool = strawberry.field(description="Whether this very request came with it.")

    @classmethod
    def of(cls, row: LoginRow, current: LoginId | None) -> "Login":
        """Return the view of a row."""
        return cls(
            key=row.id,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            expires_at=row.expires_at,
            user_agent=row.user_agent,
            carrier=row.carrier,
            is_current=row.id == current,
        )


@node_loader("Login")
async def load_logins(info: Info, keys: Collection[UUID]) -> Mapping[UUID, Login]:
    """Return those that are the viewer's own."""
    actor = info.context.actor
    rows = await queries.own_logins_by_ids(actor, keys)
    return {key: Login.of(row, actor.login_id) for key, row in rows.items()}


def client_of(context: Context) -> Client:
    """Return where the request comes from, as the services count tries."""
    return Client(host=context.client_host, user_agent=context.user_agent)


@strawberry.input(description="A new account.")
class SignUpInput:
    """Input of signUp."""

    email: str = strawberry.field(description="Where a link to verify the address is sent.")
    password: str = strawberry.field(description="10 to 200 characters; not a common one, without the mail name.")
    display_name: str = strawberry.field(description="How others see you: 1 to 80 characters.")


@strawberry.type(description="The sign-up was taken.")
class SignUpPayload:
    """Payload of signUp; the same whether or not the address has an account."""

    notice: str = strawberry.field(description="What to tell the person.")


@strawberry.input(description="A link from a mail.")
class VerifyMailInput:
    """Input of verifyMail."""

    token: str = strawberry.field(description="What follows `token=` in the link.")


@strawberry.type(description="The address is verified.")
class VerifyMailPayload:
    """Payload of verifyMail."""

    notice: str = strawberry.field(description="What to tell the person.")


@strawberry.input(description="An address that waits for its link.")
class ResendVerificationInput:
    """Input of resendVerification."""

    email: str = strawberry.field(description="The address.")


@strawberry.type(description="The wish was taken.")
class ResendVerificationPayload:
    """Payload of resendVerification; the same for every address."""

    notice: str = strawberry.field(description="What to tell the person.")


@strawberry.input(description="Who you are, and how to carry the proof.")
class SignInInput:
    """Input of signIn."""

    email: str = strawberry.field(description="The address of the account.")
    password: str = strawberry.field(description="Its password.")
    carrier: LoginCarrier = strawberry.field(
        default=LoginCarrier.BEARER, description="COOKIE works over plain HTTP requests only, not in sockets."
    )


@strawberry.type(description="A login began.")
class SignInPayload:
    """Payload of signIn."""

    token: str | None = strawberry.field(description="For the Authorization header; null when a cookie was set.")
    login: Login = strawberry.field(description="The login.")


@strawberry.input(description="Nothing has to be said.")
class SignOutInput:
    """Input of signOut."""

    client_mutation_id: str | None = strawberry.field(default=None, description="Given back as it came.")


@strawberry.type(description="The login ended.")
class SignOutPayload:
    """Payload of signOut."""

    client_mutation_id: str | None = strawberry.field(description="As it came.")


@strawberry.input(description="One of your logins.")
class RevokeLoginInput:
    """Input of revokeLogin."""

    login_id: strawberry.ID = strawberry.field(description="Which login.")


@strawberry.type(description="The login ended.")
class RevokeLoginPayload:
    """Payload of revokeLogin."""

    login_id: strawberry.ID = strawberry.field(description="Which login ended.")


@strawberry.input(description="Nothing has to be said.")
class RevokeOtherLoginsInput:
    """Input of revokeOtherLogins."""

    client_mutation_id: str | None = strawberry.field(default=None, description="Given back as it came.")


@strawberry.type(description="Every other login ended.")
class RevokeOtherLoginsPayload:
    """Payload of revokeOtherLogins."""

    client_mutation_id: str | None = strawberry.field(description="As it came.")
    ended: int = strawberry.field(description="How many ended.")


@strawberry.input(description="Leaving for good.")
class EraseMyAccountInput:
    """Input of eraseMyAccount."""

    password: str = strawberry.field(description="Your password, once more.")


@strawberry.type(description="The account is erased.")
class EraseMyAccountPayload:
    """Payload of eraseMyAccount."""

    notice: str = strawberry.field(description="What to tell the person.")


@strawberry.type
class LoginMutation:
    """Mutations about accounts and logins."""

    @mutation(description="Make an account. The answer is the same when the address has one; its owner gets a mail.")
    async def sign_up(self, info: Info, form: SignUpInput) -> SignUpPayload:
        """Sign up."""
        asked = identity.SignUp(email=form.email, password=form.password, display_name=form.display_name)
        await identity.sign_up(info.context.actor, form=asked, client=client_of(info.context))
        return SignUpPayload(notice="We have sent you a mail. Follow its link, then sign in.")

    @mutation(description="Verify the address of an account with the link from a mail. It works once, for 48 hours.")
    async def verify_mail(self, info: Info, form: VerifyMailInput) -> VerifyMailPayload:
        """Verify an address."""
        await identity.verify_mail(info.context.actor, token=form.token, client=client_of(info.context))
        return VerifyMailPayload(notice="Your address is verified. You can sign in.")

    @mutation(description="Send a new link to verify an address. The answer is the same for every address.")
    async def resend_verification(self, info: Info, form: ResendVerificationInput) -> ResendVerificationPayload:
        """Send the verification mail again."""
        await identity.resend_verification(info.context.actor, email=form.email, client=client_of(info.context))
        return ResendVerificationPayload(notice=_MAILED)

    @mutation(description="Begin a login. A wrong password, an unknown and an unverified address are refused alike.")
    async def sign_in(self, info: Info, form: SignInInput) -> SignInPayload:
        """Sign in."""
        context, carries_cookie = info.context, form.carrier is LoginCarrier.COOKIE
        if carries_cookie and context.response_cookies is None:
            raise invalid("carrier", "no_cookie_here", "A cookie cannot be set here. Send a plain HTTP request.")
        asked = logins.SignIn(email=form.email, password=form.password, carrier=form.carrier)
        new = await logins.sign_in(context.actor, form=asked, client=client_of(context))
        login = Login.of(new.login, None)
        if carries_cookie and context.response_cookies is not None:
            context.response_cookies.append(context.tool(LoginCookie).carrying(new.token))
            return SignInPayload(token=None, login=login)
        return SignInPayload(token=new.token, login=login)

    @mutation(description="End the login this request came with, and its live connections. Requires: a signed-in user.")
    async def sign_out(self, info: Info, form: SignOutInput) -> SignOutPayload:
        """Sign out."""
        _clear_cookie(info.context)
        await logins.sign_out(info.context.actor)
        return SignOutPayload(client_mutation_id=form.client_mutation_id)

    @mutation(description="End one of your logins, and its live connections. Requires: a signed-in user.")
    async def revoke_login(self, info: Info, form: RevokeLoginInput) -> RevokeLoginPayload:
        """End a login."""
        login_id = uuid_of(form.login_id, "Login", what="login")
        await logins.revoke_login(info.context.actor, login_id=login_id)
        return RevokeLoginPayload(login_id=strawberry.ID(encode_id("Login", login_id)))

    @mutation(description="End all your logins but the one this request came with. Requires: a signed-in user.")
    async def revoke_other_logins(self, info: Info, form: RevokeOtherLoginsInput) -> RevokeOtherLoginsPayload:
        """End every other login."""
        ended = await logins.revoke_other_logins(info.context.actor)
        return RevokeOtherLoginsPayload(client_mutation_id=form.client_mutation_id, ended=ended)

    @mutation(
        description="Erase your account for good: see erasurePreview first. Requires: a signed-in user.",
        refuses=[Conflict],
    )
    async def erase_my_account(self, info: Info, form: EraseMyAccountInput) -> EraseMyAccountPayload:
        """Erase the viewer's account."""
        await erasure.erase_account(info.context.actor, password=form.password)
        _clear_cookie(info.context)
        return EraseMyAccountPayload(notice="Your account is erased. Thank you for having been here.")


def _clear_cookie(context: Context) -> None:
    if context.response_cookies is not None:
        context.response_cookies.append(context.tool(LoginCookie).cleared())
