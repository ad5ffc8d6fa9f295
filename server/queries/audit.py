"""Reading the audit log: a page for those who may, and the check that it is whole."""

from dataclasses import dataclass
from uuid import UUID

from server.domain.actors import Actor, Role
from server.domain.audit import BEGINNING, Link, link_hash
from server.domain.errors import NotAllowed, Refusal
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.audit import AuditEntry

NEWEST_ENTRIES = Order("audit.newest", (int, UUID), descending=True)
_PAGE = 1_000


class AuditBroken(Refusal):
    """The log is not what it was: an entry was changed, taken out or put in between."""

    code = "audit_broken"

    def __init__(self, seq: int, what: str) -> None:
        super().__init__(f"The audit log is broken at entry {seq}: {what}.")
        self.seq = seq


@dataclass(frozen=True)
class WholeLog:
    """A log that was found whole: how many entries it has, and the hash it ends with."""

    entries: int
    hash: str


async def verify(*, anchor: tuple[int, str] | None = None) -> WholeLog:
    """Follow the chain from its beginning; AuditBroken where it does not hold.

    `anchor` is a number and a hash kept elsewhere from an earlier check: without one nobody can tell whether the end of
    the log was cut off.
    """
    seq, chain = 0, BEGINNING
    while entries := await AuditEntry.filter(seq__gt=seq).order_by("seq").limit(_PAGE):
        for entry in entries:
            _check(entry, seq + 1, chain)
            seq, chain = entry.seq, entry.hash
            if anchor is not None and anchor[0] == seq and anchor[1] != chain:
                raise AuditBroken(seq, "it has another hash than it had")
    if anchor is not None and anchor[0] > seq:
        raise AuditBroken(seq + 1, f"{anchor[0] - seq} entries that were there are gone")
    return WholeLog(seq, chain)


def _check(entry: AuditEntry, seq: int, chain: str) -> None:
    if entry.seq != seq:
        raise AuditBroken(seq, "it is missing")
    link = Link(entry.seq, entry.created_at, entry.actor_id, entry.act, entry.subject_id, entry.detail)
    if entry.previous != chain or entry.hash != link_hash(chain, link):
        raise AuditBroken(seq, "it does not follow from the entries before it")


async def newest_page(actor: Actor, page: PageRequest) -> Page[AuditEntry]:
    """Return a page of the log, newest first. For the safety team and community managers."""
    actor.require_user()
    if not (actor.has_role(Role.SAFETY_TEAM) or actor.has_role(Role.COMMUNITY_MANAGER)):
        raise NotAllowed("the role safety_team or community_manager")
    rows = AuditEntry.all()
    if page.bound is not None:
        rows = rows.filter(**{f"seq__{'lt' if page.comparison == '<' else 'gt'}": page.bound[0]})
    sign = "-" if page.direction == "DESC" else ""
    return cut_page(await rows.order_by(f"{sign}seq").limit(page.fetch), page, lambda row: (row.seq, row.id))
