"""Accounts: signing up, verifying, and changing what one signs in with.

Whether an address has an account is told to its owner by mail and to nobody else: answers, refusals, counts and
times are the same for both. What is mailed follows from the facts recorded here.
"""

from dataclasses import dataclass
from uuid import UUID

from tortoise.exceptions import IntegrityError

from server.domain import topics
from server.domain.actors import Actor, UserId
from server.domain.errors import Conflict, FieldProblem, InvalidInput, SignInNeeded, invalid
from server.domain.identity import (
    Client,
    LinkUnusable,
    MailChangeAsked,
    MailChangeCollided,
    MailChanged,
    MailChangeUndone,
    MailTokenPurpose,
    MailVerified,
    PasswordChanged,
    PasswordResetAsked,
    SignedUp,
    SignUpRepeated,
    VerificationAsked,
    clean_display_name,
    clean_email,
)
from server.domain.identity_passwords import clean_password, presented_password
from server.domain.profile_search import search_document
from server.domain.visibility import ProfileField
from server.kit.clock import now
from server.kit.ids import new_id
from server.models.identity import User
from server.models.profiles import Profile
from server.services import mail_tokens, passwords
from server.services.identity_policy import count_mail, count_password, count_sign_up, count_token, even_answer
from server.services.logins import end_all_logins
from server.services.transaction import Work, retrying, unit_of_work

_INSERT_USER = """
INSERT INTO app_user (id, email, password_hash, locale, created_at) VALUES ($1, $2, $3, 'en', $4)
ON CONFLICT (email) DO NOTHING RETURNING id
"""


@dataclass(frozen=True)
class SignUp:
    """What somebody types to sign up."""

    email: str
    password: str
    display_name: str


async def sign_up(actor: Actor, *, form: SignUp, client: Client) -> None:  # noqa: ARG001 - the actor comes first everywhere
    """Make a user and a profile with one id; when the address has an account, its owner is told by mail instead."""
    form = _checked(form)
    await count_sign_up(client)
    await count_mail(client, form.email)
    async with even_answer():
        await _register(form, await passwords.hash_password(form.password))


def _checked(form: SignUp) -> SignUp:
    """Return the form in the spelling it is kept in, or refuse with everything that is wrong with it."""
    problems: list[FieldProblem] = []
    email = name = password = ""
    try:
        email = clean_email(form.email)
    except InvalidInput as refusal:
        problems += refusal.problems
    try:
        name = clean_display_name(form.display_name)
    except InvalidInput as refusal:
        problems += refusal.problems
    try:
        password = clean_password(form.password, email=email)
    except InvalidInput as refusal:
        problems += refusal.problems
    if problems:
        raise InvalidInput(*problems)
    return SignUp(email, password, name)


@retrying
async def _register(form: SignUp, password_hash: str) -> None:
    async with unit_of_work() as work:
        user_id = new_id()
        words = [user_id, form.email, password_hash, now()]
        made = await work.connection.execute_query_dict(_INSERT_USER, words)
        if made:
            found_by = search_document({}, {ProfileField.NAME: [form.display_name]})
            await Profile.create(id=user_id, display_name=form.display_name, search_document=found_by)
            token_id = await mail_tokens.ask(user_id, MailTokenPurpose.VERIFY_MAIL)
            work.record(SignedUp(user_id=user_id, mail_token_id=token_id), to=[])
            return
        owner = await User.get_or_none(email=form.email)
        # The owner may have moved to another address a moment ago. Signing up again then works.
        if owner is not None:
            # Whoever signed up first may have been a stranger, whose password must not be the one that is confirmed:
            # the owner of the mailbox sets their own, which verifies too.
            await User.filter(id=owner.id, verified_at=None).update(password_hash=None)
            await mail_tokens.void(owner.id, MailTokenPurpose.VERIFY_MAIL)
            token_id = await mail_tokens.ask(owner.id, MailTokenPurpose.RESET_PASSWORD)
            work.record(SignUpRepeated(user_id=owner.id, mail_token_id=token_id), to=[])


async def resend_verification(actor: Actor, *, email: str, client: Client) -> None:  # noqa: ARG001 - the actor comes first everywhere
    """Have a new verification link sent, if there is an account with this address that needs one."""
    email = clean_email(email)
    await count_mail(client, email)
    async with even_answer(), unit_of_work() as work:
        user = await User.get_or_none(email=email, verified_at=None)
        if user is not None:
            token_id = await mail_tokens.ask(user.id, MailTokenPurpose.VERIFY_MAIL)
            work.record(VerificationAsked(user_id=user.id, mail_token_id=token_id), to=[])


async def verify_mail(actor: Actor, *, token: str, client: Client) -> None:  # noqa: ARG001 - the actor comes first everywhere
    """Note that the owner of the account's address was there. Refuses with LinkUnusable."""
    await count_token(client)
    async with unit_of_work() as work:
        used = await mail_tokens.use(token, MailTokenPurpose.VERIFY_MAIL)
        await _note_verified(work, used.user_id)


async def _note_verified(work: Work, user_id: UserId) -> None:
    if await User.filter(id=user_id, verified_at=None, erased_at=None).update(verified_at=now()):
        work.record(MailVerified(user_id=user_id), to=[topics.user(user_id)])


async def request_password_reset(actor: Actor, *, email: str, client: Client) -> None:  # noqa: ARG001 - the actor comes first everywhere
    """Have a link to set a new password sent, if there is an account with this address."""
    email = clean_email(email)
    await count_mail(client, email)
    async with even_answer(), unit_of_work() as work:
        user = await User.get_or_none(email=email)
        if user is not None:
            token_id = await mail_tokens.ask(user.id, MailTokenPurpose.RESET_PASSWORD)
            work.record(PasswordResetAsked(user_id=user.id, mail_token_id=token_id), to=[])


async def reset_password(actor: Actor, *, token: str, password: str, client: Client) -> None:  # noqa: ARG001 - the actor comes first everywhere
    """Set a new password with a token from a mail, which also verifies the address. Every login ends.

    A password that is refused leaves the token as it was.
    """
    await count_token(client)
    email = await mail_tokens.email_behind(token, MailTokenPurpose.RESET_PASSWORD)
    password_hash = await passwords.hash_password(clean_password(password, email=email))
    await _reset(token, password_hash)


@retrying
async def _reset(token: str, password_hash: str) -> None:
    async with unit_of_work() as work:
        used = await mail_tokens.use(token, MailTokenPurpose.RESET_PASSWORD)
        await User.filter(id=used.user_id, erased_at=None).update(password_hash=password_hash)
        await _note_verified(work, used.user_id)
        await _follow_new_password(work, used.user_id, keep_login=None)


async def _follow_new_password(work: Work, user_id: UserId, *, keep_login: UUID | None) -> None:
    # An address that somebody with the old password asked for must not be confirmed any more.
    await mail_tokens.void(user_id, MailTokenPurpose.CHANGE_MAIL, MailTokenPurpose.RESET_PASSWORD)
    await end_all_logins(work, user_id, but=keep_login)
    work.record(PasswordChanged(user_id=user_id), to=[topics.user(user_id)])


async def change_password(actor: Actor, *, current: str, new: str) -> None:
    """Set a new password, knowing the current one. Every login but the actor's ends."""
    actor.require_user()
    user = await confirm_password(actor, password=current, path="currentPassword")
    password = clean_password(new, email=user.email or "", path="newPassword")
    await _change(actor, user, await passwords.hash_password(password))


@retrying
async def _change(actor: Actor, user: User, password_hash: str) -> None:
    async with unit_of_work() as work:
        changed = await User.filter(id=user.id, password_hash=user.password_hash).update(password_hash=password_hash)
        if not changed:
            raise Conflict("Your password was changed elsewhere a moment ago.")
        await _follow_new_password(work, UserId(user.id), keep_login=actor.login_id)


async def confirm_password(actor: Actor, *, password: str, path: str = "password") -> User:
    """Return the actor's own row once they have shown their password; a wrong one is refused with InvalidInput.

    Somebody suspended may show it too: to leave.
    """
    user_id = actor.require_account()
    await count_password(user_id)
    user = await User.get_or_none(id=user_id, erased_at=None)
    if user is None:
        raise SignInNeeded
    if not await passwords.matches(user.password_hash, presented_password(password)):
        raise invalid(path, "wrong_password", "This is not your password.")
    return user


async def request_mail_change(actor: Actor, *, new_email: str, password: str, client: Client) -> None:
    """Have a link sent to another address, and word of it to the present one. The link moves the account."""
    new_email = clean_email(new_email, path="newEmail")
    actor.require_user()
    user = await confirm_password(actor, password=password)
    if new_email == user.email:
        raise invalid("newEmail", "same", "This is your address already.")
    await count_mail(client, new_email)
    async with even_answer(), unit_of_work() as work:
        owner = await User.get_or_none(email=new_email)
        if owner is not None:
            work.record(MailChangeCollided(user_id=owner.id), to=[])
            return
        await mail_tokens.void(user.id, MailTokenPurpose.CHANGE_MAIL)
        token_id = await mail_tokens.ask(user.id, MailTokenPurpose.CHANGE_MAIL, new_email=new_email)
        work.record(MailChangeAsked(user_id=user.id, mail_token_id=token_id), to=[])


async def confirm_mail_change(actor: Actor, *, token: str, client: Client) -> None:  # noqa: ARG001 - the actor comes first everywhere
    """Move an account to the address that the token was sent to, forward or back. Refuses with LinkUnusable."""
    await count_token(client)
    try:
        await _move_mail(token)
    except IntegrityError as taken:
        # Somebody has signed up with that address since.
        raise LinkUnusable from taken


@retrying
async def _move_mail(token: str) -> None:
    async with unit_of_work() as work:
        used = await mail_tokens.use(token, MailTokenPurpose.CHANGE_MAIL, MailTokenPurpose.UNDO_MAIL_CHANGE)
        user = await User.filter(id=used.user_id, erased_at=None).select_for_update().first()
        if user is None or used.new_email is None:
            raise LinkUnusable
        former = user.email
        await User.filter(id=user.id).update(email=used.new_email, verified_at=now())
        await mail_tokens.void(user.id, MailTokenPurpose.RESET_PASSWORD, MailTokenPurpose.VERIFY_MAIL)
        if used.purpose is MailTokenPurpose.CHANGE_MAIL:
            undo_id = await mail_tokens.ask(user.id, MailTokenPurpose.UNDO_MAIL_CHANGE, new_email=former)
            work.record(MailChanged(user_id=user.id, mail_token_id=undo_id), to=[topics.user(user.id)])
        else:
            await _shut_out(work, used.user_id)


async def _shut_out(work: Work, user_id: UserId) -> None:
    """Leave nothing to whoever moved the address: no login, no password, no link."""
    await mail_tokens.void(user_id, MailTokenPurpose.CHANGE_MAIL)
    await User.filter(id=user_id).update(password_hash=None)
    await end_all_logins(work, user_id)
    reset_id = await mail_tokens.ask(user_id, MailTokenPurpose.RESET_PASSWORD)
    work.record(MailChangeUndone(user_id=user_id, mail_token_id=reset_id), to=[topics.user(user_id)])
