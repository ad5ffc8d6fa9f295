"""How many statements the community costs: a fixed number for each nesting, whatever the size of the page."""

import re
from datetime import timedelta

import pytest

from server.domain.actors import Actor
from server.domain.gatherings import AnswerState, Audience
from server.kit.clock import now
from server.models.gatherings import Gathering, GatheringAnswer
from tests.factories.circles import proposed
from tests.factories.graphql import door
from tests.factories.people import person
from tests.schema.community_nestings import COMMUNITY_NESTINGS
from tests.statements import counted_statements

pytestmark = pytest.mark.usefixtures("db")

PAGE = 20


async def gatherings_of(ana: Actor, others: list[Actor]) -> None:
    """Let Ana host more than a page of gatherings of a circle, full of people, one of whom is to host it."""
    circle = await proposed(ana)
    for number in range(PAGE + 1):
        row = await Gathering.create(
            host_id=ana.user_id,
            heir_id=others[0].user_id,
            audience=Audience.CIRCLE,
            circle_id=circle.id,
            title=f"Round {number}",
            starts_at=now() + timedelta(days=1, minutes=number),
            ends_at=now() + timedelta(days=2),
            time_zone="Etc/UTC",
            link="https://example.org",
            cap=2,
            code_key="0" * 64,
        )
        for who in (ana, *others):
            await GatheringAnswer.create(gathering_id=row.id, profile_id=who.user_id, state=AnswerState.WAITING)


async def test_each_nesting_takes_its_fixed_number_of_statements_at_any_page_size() -> None:
    ana = await person("Ana")
    await gatherings_of(ana, [await person("Bola"), await person("Cy")])
    counts: dict[str, list[int]] = {}
    async with door() as http:
        for name, (selection, _) in COMMUNITY_NESTINGS.items():
            counts[name] = []
            for size in (2, PAGE):
                with counted_statements() as statements:
                    data = await http.ask(ana, f"{{ {selection.replace('{page}', f'first: {size}')} }}")
                last = re.findall(r"\w+", selection)[-1]
                assert str(data).count(f"'{last}': ") >= size, (name, data)
                counts[name].append(len(statements))
    assert counts == {name: [expected] * 2 for name, (_, expected) in COMMUNITY_NESTINGS.items()}
