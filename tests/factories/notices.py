"""Notices for tests: facts are reacted to, mails kept, inboxes read."""

from dataclasses import dataclass, field

from server.domain.actors import Actor
from server.domain.notifications import NotificationState
from server.kit.paging import PageRequest
from server.outbound.mail import Mail, MailUndeliverableError
from server.queries.notifications import NEWEST_NOTIFICATIONS, NotificationView, own_page
from server.reactions import REACTIONS, Surroundings, react_to_due
from server.services import notification_mail

URL = "https://alongside.example.org"
KEPT = (NotificationState.UNREAD, NotificationState.READ)


@dataclass
class Postbox:
    """Keeps every mail; with `trouble` it raises that instead."""

    mails: list[Mail] = field(default_factory=list)
    trouble: OSError | MailUndeliverableError | None = None

    async def send(self, mail: Mail) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.mails.append(mail)


async def react(postbox: Postbox | None = None) -> list[Mail]:
    """React to all that is due. Return the mails of it."""
    kept = postbox or Postbox()
    while await react_to_due(REACTIONS, Surroundings(kept, URL)):
        pass
    return kept.mails


async def post(postbox: Postbox | None = None) -> list[Mail]:
    """Let the worker go round once: facts, mails that are due, what follows. Return the mails that left."""
    kept = postbox or Postbox()
    await react(kept)
    await notification_mail.gather_due()
    await notification_mail.gather_digests()
    return await react(kept)


async def inbox_of(actor: Actor) -> list[NotificationView]:
    """Return somebody's inbox, oldest first, dismissed ones left out."""
    page = await own_page(actor, PageRequest(NEWEST_NOTIFICATIONS, size=100), states=KEPT)
    return list(reversed(page.items))


async def texts_of(actor: Actor) -> list[str]:
    """Return what somebody's inbox says, oldest first."""
    return [view.text for view in await inbox_of(actor)]
