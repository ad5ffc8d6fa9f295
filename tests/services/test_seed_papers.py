"""The papers of the demo community."""

from types import SimpleNamespace
from typing import Any

import pytest

from server.domain.agreements import AgreementState
from server.kit.paging import PageRequest
from server.models.mentorship_papers import Agreement
from server.queries import mentorship_papers as queries
from server.services.seed_papers import seed_papers
from server.services.transaction import unit_of_work
from tests.factories.mentorships import mentorship
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")


async def test_the_mentorship_of_the_demo_has_papers_to_show() -> None:
    mentor, mentee = await person("amara"), await person("jonas")
    tie = await mentorship(mentor, mentee)
    people = {"amara": mentor, "jonas": mentee}
    named: dict[str, Any] = {
        name: SimpleNamespace(user=SimpleNamespace(id=who.user_id)) for name, who in people.items()
    }
    async with unit_of_work():
        await seed_papers(named)
    assert [row.state for row in await Agreement.all()] == [AgreementState.IN_FORCE]
    assert (await queries.scores_of(mentee, [tie.id]))[tie.id].goals == 2
    for read, order in ((queries.ideas_of, queries.NEWEST_IDEAS), (queries.goals_of, queries.OLDEST_GOALS)):
        assert len((await read(mentee, [tie.id], PageRequest(order)))[tie.id].items) == 2
