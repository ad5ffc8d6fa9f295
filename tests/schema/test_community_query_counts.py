"""How many statements the community costs: a fixed number for each nesting, whatever the size of the page."""

import re
from datetime import timedelta

import pytest

from server.domain.actors import Actor
from server.domain.gatherings import AnswerState, Audience
from server.domain.introductions import IntroductionState
from server.domain.kudos import KudosPlace, KudosTie
from server.domain.small_asks import SmallAskState
from server.kit.clock import now
from server.models.gatherings import Gathering, GatheringAnswer
from server.models.introductions import Introduction
from server.models.kudos import Kudos
from server.models.small_asks import SmallAsk, SmallAskOffer
from server.schema.core.ids import encode_id
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


async def help_of(ana: Actor, bola: Actor, cy: Actor) -> None:
    """Let Ana have more than a page of introductions, small asks and kudos."""
    later = now() + timedelta(days=3)
    for _ in range(PAGE + 1):
        ids = {"introducer_id": bola.user_id, "one_id": ana.user_id, "other_id": cy.user_id}
        await Introduction.create(**ids, words="Talk", state=IntroductionState.OFFERED, expires_at=later)
        words = {"text": "Where?", "skill_id": "gig:invoicing", "expires_at": later}
        await SmallAsk.create(**words, profile_id=cy.user_id, state=SmallAskState.OPEN)
        mine = await SmallAsk.create(
            **words, profile_id=ana.user_id, helper_id=bola.user_id, state=SmallAskState.AGREED
        )
        await SmallAskOffer.create(ask_id=mine.id, profile_id=bola.user_id, free_at=later, words="Gladly")
        await Kudos.create(
            giver_id=bola.user_id,
            receiver_id=ana.user_id,
            tie=KudosTie.SMALL_ASK,
            tie_id=mine.id,
            words="Thank you",
            place=KudosPlace.PUBLIC,
        )


def asked(selection: str, ana: Actor, size: int) -> str:
    """Return a selection as a query for a page of some size."""
    whose = f'"{encode_id("Profile", ana.require_user())}"'
    return f"{{ {selection.replace('{page}', f'first: {size}').replace('$ana', whose)} }}"


async def test_each_nesting_takes_its_fixed_number_of_statements_at_any_page_size() -> None:
    ana = await person("Ana")
    bola, cy = await person("Bola"), await person("Cy")
    await gatherings_of(ana, [bola, cy])
    await help_of(ana, bola, cy)
    counts: dict[str, list[int]] = {}
    async with door() as http:
        for name, (selection, _) in COMMUNITY_NESTINGS.items():
            counts[name] = []
            for size in (2, PAGE):
                with counted_statements() as statements:
                    data = await http.ask(ana, asked(selection, ana, size))
                last = re.findall(r"\w+", selection)[-1]
                assert str(data).count(f"'{last}': ") >= size, (name, data)
                counts[name].append(len(statements))
    assert counts == {name: [expected] * 2 for name, (_, expected) in COMMUNITY_NESTINGS.items()}
