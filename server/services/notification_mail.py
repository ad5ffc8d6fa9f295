"""Mails of notifications: gathered when their reader is not left alone, claimed before they leave, never sent twice.

What is told within two minutes, or was held back by quiet hours or a gig, goes into one mail. A mail is claimed
(SENDING) in a unit of work of its own before it leaves: a worker that dies meanwhile leaves it claimed, and nobody
sends it again.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from server.domain import notifications as rules
from server.domain import topics
from server.domain.actors import Actor, UserId
from server.domain.errors import NotFound
from server.domain.notification_kinds import MailChoice, NotificationKind
from server.domain.notifications import (
    DigestRhythm,
    DigestTime,
    LetterState,
    MailState,
    NotificationMailReady,
    NotificationSettingsChanged,
    Wish,
)
from server.kit.clock import now
from server.models.database import connection
from server.models.notifications import Notification, NotificationInbox, NotificationLetter
from server.models.profiles import Profile
from server.queries import notifications as queries
from server.queries.notifications import NotificationView
from server.queries.standing import HELD
from server.queries.useful_things import Useful, useful_for
from server.services.notifications import held_inbox, keep_wish
from server.services.transaction import Work, retrying, unit_of_work

BATCH = 200
LOOK_AGAIN = timedelta(hours=1)
"""Where nobody can say when the quiet ends, and after the tries of the reactions ran out."""
GIVEN_UP = timedelta(days=3)
"""A mail that could not be handed over for this long is old news."""
DIGEST_SCOPE = "digest"

_WHO_WAITS = """
SELECT profile_id FROM notification WHERE mail = 'waiting' AND mail_due_at <= $1
GROUP BY profile_id ORDER BY min(mail_due_at) LIMIT $2
"""
# Nobody is written to whose address is not verified, who may not take part, or who is gone.
_ADDRESS = f"""
SELECT u.email FROM app_user u WHERE u.id = $1 AND u.erased_at IS NULL AND u.verified_at IS NOT NULL
  AND NOT EXISTS (SELECT FROM sanction WHERE sanction.user_id = u.id AND {HELD})
"""  # noqa: S608 - made of constants


@dataclass(frozen=True)
class Letter:
    """A mail to be written: to whom, what it tells, and the secret that ends mails like it."""

    id: UUID
    email: str
    is_digest: bool
    lines: Sequence[NotificationView]
    useful: Useful | None
    unsubscribe: str


async def gather_due() -> int:
    """Put what waits into mails for those who may be written to now. Return how many mails. For the scheduled job."""
    _, rows = await connection().execute_query(_WHO_WAITS, [now(), BATCH])
    gathered = [await _gather(row["profile_id"]) for row in rows]
    return sum(gathered) + await _again()


@retrying
async def _gather(profile_id: UUID) -> bool:
    at = now()
    async with unit_of_work() as work:
        await NotificationInbox.filter(profile_id=profile_id).select_for_update()
        due = await Notification.filter(profile_id=profile_id, mail=MailState.WAITING, mail_due_at__lte=at)
        ends_at = (await queries.peace_of([profile_id]))[profile_id].ends_at(at)
        if ends_at != at:
            held = [row.id for row in due if not rules.is_urgent([row.kind])]
            await Notification.filter(id__in=held).update(mail_due_at=ends_at or at + LOOK_AGAIN)
            due = [row for row in due if row.id not in held]
        if not due:
            return False
        await _put_into_letter(work, profile_id, [row.id for row in due], is_digest=False)
    return True


async def _put_into_letter(work: Work, profile_id: UUID, ids: Sequence[UUID], *, is_digest: bool) -> None:
    letter = await NotificationLetter.create(
        profile_id=profile_id, is_digest=is_digest, state=LetterState.DUE, tried_at=now()
    )
    await Notification.filter(id__in=list(ids)).update(mail=MailState.TAKEN, mail_due_at=None, letter_id=letter.id)
    work.record(NotificationMailReady(letter_id=letter.id), to=[])


async def _again() -> int:
    """Have mails tried again that the reactions gave up on; claiming drops those that are too old."""
    at = now()
    tired = NotificationLetter.filter(state=LetterState.DUE, tried_at__lte=at - LOOK_AGAIN)
    async with unit_of_work() as work:
        letters = await tired.order_by("tried_at").limit(BATCH).select_for_update(skip_locked=True)
        for letter in letters:
            work.record(NotificationMailReady(letter_id=letter.id), to=[])
            letter.tried_at = at
            await letter.save(update_fields=["tried_at"])
    return len(letters)


async def gather_digests() -> int:
    """Make the digests whose time has come. Return how many. For the scheduled job."""
    due = NotificationInbox.filter(next_digest_at__lte=now()).order_by("next_digest_at").limit(BATCH)
    return sum([await _digest(row.profile_id) for row in await due])


@retrying
async def _digest(profile_id: UUID) -> bool:
    at = now()
    async with unit_of_work() as work:
        inbox = await NotificationInbox.filter(profile_id=profile_id).select_for_update().get()
        if inbox.next_digest_at is None or inbox.next_digest_at > at:
            return False
        ends_at = (await queries.peace_of([profile_id]))[profile_id].ends_at(at)
        if ends_at != at:
            inbox.next_digest_at = ends_at or at + LOOK_AGAIN
            await inbox.save(update_fields=["next_digest_at"])
            return False
        zone = ZoneInfo((await Profile.get(id=profile_id)).time_zone)
        inbox.next_digest_at = DigestTime(inbox.digest, inbox.digest_weekday, inbox.digest_hour).next_after(at, zone)
        await inbox.save(update_fields=["next_digest_at"])
        ids = await Notification.filter(profile_id=profile_id, mail=MailState.DIGEST).values_list("id", flat=True)
        await _put_into_letter(work, profile_id, ids, is_digest=True)  # type: ignore[arg-type]  # the values of a column of ids
    return True


@retrying
async def claim(*, letter_id: UUID) -> Letter | None:
    """Take a mail to write and send it. None: it was taken before, has nothing left to tell, or its reader is quiet."""
    async with unit_of_work() as work:
        row = await NotificationLetter.filter(id=letter_id, state=LetterState.DUE).select_for_update().first()
        if row is None:
            return None
        row.tried_at = now()
        letter = await _written(work, row)
        row.state = LetterState.DROPPED if letter is None else LetterState.SENDING
        await row.save(update_fields=["state", "tried_at", "useful_id"])
    return letter


async def _written(work: Work, row: NotificationLetter) -> Letter | None:
    _, found = await work.connection.execute_query(_ADDRESS, [row.profile_id, row.tried_at])
    if not found or row.created_at <= row.tried_at - GIVEN_UP:
        return None
    reader = Actor(user_id=UserId(row.profile_id), is_verified=True)
    lines = await queries.in_letter(reader, row.id)
    if not rules.is_urgent([line.kind for line in lines]) and await _is_held_back(row):
        return None
    useful = await useful_for(reader, known=await _named_before(row)) if row.is_digest else None
    row.useful_id = None if useful is None else useful.subject_id
    if not lines and useful is None:
        return None
    inbox = await held_inbox(work, row.profile_id)
    scope = DIGEST_SCOPE if row.is_digest else ",".join(sorted({line.kind.value for line in lines}))
    return Letter(row.id, found[0]["email"], row.is_digest, lines, useful, link_token(inbox, scope))


async def _named_before(row: NotificationLetter) -> set[UUID]:
    earlier = NotificationLetter.filter(profile_id=row.profile_id, useful_id__isnull=False).exclude(id=row.id)
    return {one.useful_id for one in await earlier if one.useful_id is not None}


async def _is_held_back(row: NotificationLetter) -> bool:
    """Put what a mail has to tell back in line when its reader became quiet since it was gathered."""
    ends_at = (await queries.peace_of([row.profile_id]))[row.profile_id].ends_at(row.tried_at)
    if ends_at == row.tried_at:
        return False
    lines = Notification.filter(letter_id=row.id)
    await lines.update(mail=MailState.WAITING, mail_due_at=ends_at or row.tried_at + LOOK_AGAIN, letter_id=None)
    return True


async def note_sent(*, letter_id: UUID) -> None:
    """Note that a mail was handed over."""
    claimed = NotificationLetter.filter(id=letter_id, state=LetterState.SENDING)
    await claimed.update(state=LetterState.SENT, sent_at=now())


async def note_failed(*, letter_id: UUID, is_hopeless: bool) -> None:
    """Give a claimed mail back to be tried again, or leave it when that is hopeless."""
    state = LetterState.DROPPED if is_hopeless else LetterState.DUE
    await NotificationLetter.filter(id=letter_id, state=LetterState.SENDING).update(state=state)


def link_token(inbox: NotificationInbox, scope: str) -> str:
    """Return the secret of a link that ends mails of a scope: kinds joined by commas, or the digest. It has no end."""
    signed = f"{inbox.profile_id}:{scope}"
    return urlsafe_b64encode(f"{signed}:{_signature(inbox, signed)}".encode()).decode().rstrip("=")


def _signature(inbox: NotificationInbox, signed: str) -> str:
    return hmac.new(inbox.mail_key.encode(), signed.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Ending:
    """Whose mails a link ends, and which: some kinds, or the digest."""

    profile_id: UUID
    kinds: tuple[NotificationKind, ...]

    @property
    def is_digest(self) -> bool:
        """Tell whether it is the digest that ends."""
        return not self.kinds


async def ending_of(token: str) -> Ending:
    """Return what a link ends, changing nothing. NotFound for one that is forged or cut, or of nobody any more."""
    try:
        raw = urlsafe_b64decode((token + "=" * (-len(token) % 4)).encode("ascii")).decode()
        profile, scope, signature = raw.split(":")
        profile_id = UUID(profile)
        kinds = () if scope == DIGEST_SCOPE else tuple(NotificationKind(one) for one in scope.split(","))
    except (Error, ValueError) as error:
        raise NotFound("link") from error
    inbox = await NotificationInbox.get_or_none(profile_id=profile_id)
    if inbox is None or not hmac.compare_digest(_signature(inbox, f"{profile_id}:{scope}"), signature):
        raise NotFound("link")
    return Ending(profile_id, kinds)


@retrying
async def end_mails(token: str) -> Ending:
    """Do what a link says, for whoever holds it. Again changes nothing. NotFound."""
    ending = await ending_of(token)
    reader = Actor(user_id=UserId(ending.profile_id))
    async with unit_of_work() as work:
        inbox = await held_inbox(work, ending.profile_id)
        if ending.is_digest:
            inbox.digest, inbox.next_digest_at = DigestRhythm.NEVER, None
            await inbox.save(update_fields=["digest", "next_digest_at"])
        wishes = await queries.own_wishes(reader)
        for kind in ending.kinds:
            await keep_wish(ending.profile_id, kind, Wish(wishes[kind].in_app, MailChoice.OFF))
        changed = NotificationSettingsChanged(profile_id=ending.profile_id)
        work.record(changed, to=[topics.user(ending.profile_id)])
    return ending
