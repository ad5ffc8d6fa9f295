"""Changing what one signs in with: the password and the address. No rule is here: services/identity.py decides."""

import strawberry

from server.schema.core.context import Info
from server.schema.core.errors import Conflict, mutation
from server.schema.identity import client_of
from server.services import identity


@strawberry.input(description="An address whose password is forgotten.")
class RequestPasswordResetInput:
    """Input of requestPasswordReset."""

    email: str = strawberry.field(description="The address.")


@strawberry.type(description="The wish was taken.")
class RequestPasswordResetPayload:
    """Payload of requestPasswordReset; the same for every address."""

    notice: str = strawberry.field(description="What to tell the person.")


@strawberry.input(description="A link from a mail, and the password to be.")
class ResetPasswordInput:
    """Input of resetPassword."""

    token: str = strawberry.field(description="What follows `token=` in the link.")
    password: str = strawberry.field(description="10 to 200 characters; not a common one, without the mail name.")


@strawberry.type(description="The password is set, and every login has ended.")
class ResetPasswordPayload:
    """Payload of resetPassword."""

    notice: str = strawberry.field(description="What to tell the person.")


@strawberry.input(description="The password that is and the one to be.")
class ChangePasswordInput:
    """Input of changePassword."""

    current_password: str = strawberry.field(description="The password you have.")
    new_password: str = strawberry.field(description="10 to 200 characters; not a common one, without the mail name.")


@strawberry.type(description="The password is changed, and every other login has ended.")
class ChangePasswordPayload:
    """Payload of changePassword."""

    notice: str = strawberry.field(description="What to tell the person.")


@strawberry.input(description="Another address for your account.")
class RequestMailChangeInput:
    """Input of requestMailChange."""

    new_email: str = strawberry.field(description="The address to move to. A link is sent there.")
    password: str = strawberry.field(description="Your password, once more.")


@strawberry.type(description="The wish was taken.")
class RequestMailChangePayload:
    """Payload of requestMailChange; the same whether or not the new address has an account."""

    notice: str = strawberry.field(description="What to tell the person.")


@strawberry.input(description="A link from a mail.")
class ConfirmMailChangeInput:
    """Input of confirmMailChange."""

    token: str = strawberry.field(description="What follows `token=` in the link.")


@strawberry.type(description="The account has the address that the link was sent to.")
class ConfirmMailChangePayload:
    """Payload of confirmMailChange."""

    notice: str = strawberry.field(description="What to tell the person.")


@strawberry.type
class CredentialMutation:
    """Mutations about what one signs in with."""

    @mutation(description="Send a link to set a new password. The answer is the same for every address.")
    async def request_password_reset(self, info: Info, form: RequestPasswordResetInput) -> RequestPasswordResetPayload:
        """Ask for a reset."""
        await identity.request_password_reset(info.context.actor, email=form.email, client=client_of(info.context))
        return RequestPasswordResetPayload(notice="If this address has an account, a mail is on its way.")

    @mutation(description="Set a new password with the link from a mail: once, within an hour. Every login ends.")
    async def reset_password(self, info: Info, form: ResetPasswordInput) -> ResetPasswordPayload:
        """Reset the password."""
        client = client_of(info.context)
        await identity.reset_password(info.context.actor, token=form.token, password=form.password, client=client)
        return ResetPasswordPayload(notice="Your password is set. Sign in with it.")

    @mutation(
        description="Change your password. Every other login ends. Requires: a signed-in user.", refuses=[Conflict]
    )
    async def change_password(self, info: Info, form: ChangePasswordInput) -> ChangePasswordPayload:
        """Change the password."""
        await identity.change_password(info.context.actor, current=form.current_password, new=form.new_password)
        return ChangePasswordPayload(notice="Your password is changed. You were signed out everywhere else.")

    @mutation(description="Ask to move your account to another address. Requires: a signed-in user.")
    async def request_mail_change(self, info: Info, form: RequestMailChangeInput) -> RequestMailChangePayload:
        """Ask for another address."""
        await identity.request_mail_change(
            info.context.actor, new_email=form.new_email, password=form.password, client=client_of(info.context)
        )
        return RequestMailChangePayload(notice="We have sent a link to the new address. Follow it within 48 hours.")

    @mutation(description="Move an account to the address a link was sent to, or take it back to the former one.")
    async def confirm_mail_change(self, info: Info, form: ConfirmMailChangeInput) -> ConfirmMailChangePayload:
        """Confirm another address."""
        await identity.confirm_mail_change(info.context.actor, token=form.token, client=client_of(info.context))
        return ConfirmMailChangePayload(notice="The account has this address now.")
