"""Deleting what nobody can use any more, so that no table grows for ever. Facts and streams are kept."""

from datetime import timedelta

from server.domain.notifications import KEPT_FOR
from server.kit.clock import now
from server.models.identity import Login, MailToken
from server.models.notifications import Notification, NotificationLetter
from server.models.streams import CommandRecord

KEEP_REPEATS = timedelta(days=7)
"""A client that was away longer than this starts afresh and repeats nothing."""
KEEP_ENDED = timedelta(days=30)
"""How long an ended login or an expired mail token can still be told from one that never was."""


async def prune_expired() -> int:
    """Delete old answers to repeats, logins and mail tokens after their end, old notifications. Return how many."""
    at = now()
    repeats = await CommandRecord.filter(at__lt=at - KEEP_REPEATS).delete()
    tokens = await MailToken.filter(expires_at__lt=at - KEEP_ENDED).delete()
    logins = await Login.filter(expires_at__lt=at - KEEP_ENDED).delete()
    told = await Notification.filter(created_at__lt=at - KEPT_FOR).delete()
    mailed = await NotificationLetter.filter(created_at__lt=at - KEPT_FOR).delete()
    return repeats + tokens + logins + told + mailed
