"""A mentorship's page, and every list of papers on it, cost the same number of statements at any size."""

import pytest

from server.domain.actors import Actor
from server.domain.mentorship_notes import NoteReach
from server.domain.outcomes import ANSWER_WITHIN, OutcomeMoment, OutcomeSide
from server.kit.clock import now
from server.models.outcomes import MentorshipOutcome
from server.schema.core.ids import encode_id
from server.services import agreements, mentorship_goals, mentorship_ideas, mentorship_notes, session_papers, sessions
from tests.factories.graphql import Door, door
from tests.factories.mentorships import mentorship, request_row
from tests.factories.papers import some_goal, some_terms
from tests.factories.people import person
from tests.schema.circle_nestings import last_field_of
from tests.schema.paper_nestings import MENTORSHIP_PAGE, MENTORSHIP_PAGE_STATEMENTS, PAPER_NESTINGS
from tests.statements import counted_statements

pytestmark = pytest.mark.usefixtures("db")

MENTORSHIPS = 6


async def paired(ana: Actor, other: Actor, rounds: int) -> str:
    """Fill a mentorship's papers so many times; return its id."""
    request = await request_row(ana, other)
    tie = await mentorship(other, ana, request_id=request.id)
    room = await sessions.open_session(ana, mentorship_id=tie.id)
    await MentorshipOutcome.create(
        mentorship_id=tie.id,
        profile_id=ana.user_id,
        side=OutcomeSide.MENTEE,
        moment=OutcomeMoment.END,
        due_at=now(),
        closes_at=now() + ANSWER_WITHIN,
    )
    for _ in range(rounds):
        written = await agreements.write_agreement(other, mentorship_id=tie.id, terms=some_terms())
        await agreements.sign_agreement(ana, agreement_id=written.id)
        goal = await mentorship_goals.add_goal(ana, mentorship_id=tie.id, form=some_goal())
        for who in (ana, other):
            await mentorship_goals.record_attainment(who, goal_id=goal.id, level=1)
        idea = await mentorship_ideas.add_idea(ana, mentorship_id=tie.id, text="Ask first")
        await mentorship_ideas.try_idea(other, idea_id=idea.id)
        await mentorship_notes.add_note(other, mentorship_id=tie.id, text="Rates", reach=NoteReach.SHARED)
        form = session_papers.ActionForm("Send it", ana.require_user())
        await session_papers.add_action(ana, session_id=room.id, form=form)
    return encode_id("Mentorship", tie.id)


async def test_each_list_of_papers_takes_its_fixed_number_of_statements_at_any_page_size() -> None:
    ana = await person("Ana")
    ids = [await paired(ana, await person(f"P{number}"), 1 + number % 3) for number in range(MENTORSHIPS)]
    counts: dict[str, list[int]] = {}
    async with door() as http:
        for name, (selection, _) in PAPER_NESTINGS.items():
            pages = [page_of(selection, size) for size in (2, MENTORSHIPS)]
            counts[name] = [await statements_of(http, ana, page, last_field_of(selection)) for page in pages]
        # One with a round of papers, and one with three.
        page = [f'node(id: "{key}") {{ ... on Mentorship {{ {MENTORSHIP_PAGE} }} }}' for key in (ids[0], ids[2])]
        whole = [await statements_of(http, ana, one, "owner") for one in page]
    assert counts == {name: [expected] * 2 for name, (_, expected) in PAPER_NESTINGS.items()}
    assert whole == [MENTORSHIP_PAGE_STATEMENTS] * 2


def page_of(selection: str, size: int) -> str:
    """Return a page of that size with a selection of each mentorship, or the selection with its own page."""
    if "{page}" in selection:
        return selection.replace("{page}", f"first: {size}")
    return f"mentorships(first: {size}) {{ edges {{ node {{ {selection} }} }} }}"


async def statements_of(http: Door, actor: Actor, selection: str, shown: str) -> int:
    """Run a selection; return how many statements it took. It must show something at its end."""
    with counted_statements() as statements:
        data = await http.ask(actor, f"{{ {selection} }}")
    assert f"'{shown}': " in str(data), (selection, data)
    return len(statements)
