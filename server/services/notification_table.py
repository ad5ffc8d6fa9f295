"""The one table fact -> who is told of it, as what kind. Each shaft keeps its rows in a file of its own.

A new row: its function in the shaft's `notices_*.py` (a fact in, notices out; reading only), its kind with words and a
reason in domain/notification_manners.py, and for a new kind of subject its title in queries/notification_subjects.py
and its type in schema/notifications.py. The tests hold all of it to that.
"""

from collections.abc import Mapping

from server.domain.facts import Fact
from server.domain.notifications import Notice
from server.services import (
    notices_community,
    notices_meetings,
    notices_mentoring,
    notices_papers,
    notices_road,
    notices_together,
)
from server.services.notices import Row

TABLE: Mapping[type[Fact], Row] = {
    **notices_mentoring.ROWS,
    **notices_road.ROWS,
    **notices_meetings.ROWS,
    **notices_papers.ROWS,
    **notices_together.ROWS,
    **notices_community.ROWS,
}


async def notices_of(fact: Fact) -> list[Notice]:
    """Return who is told of a fact; nobody of one that has no row."""
    row = TABLE.get(type(fact))
    return [] if row is None else await row(fact)
