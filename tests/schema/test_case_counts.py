"""The desk, one's own cases and the audit log cost the same number of statements at any size of the page."""

import pytest

from server.domain.moderation import ReportReason, SubjectKind
from server.services import moderation
from server.services.moderation import Report
from tests.factories.cases import moderator
from tests.factories.graphql import door
from tests.factories.people import person
from tests.schema.case_nestings import CASE_NESTINGS
from tests.statements import counted_statements

pytestmark = pytest.mark.usefixtures("db")

PEOPLE = 12


async def test_each_nesting_takes_its_fixed_number_of_statements_at_any_page_size() -> None:
    mo, desk = await moderator(), await moderator("Nia")
    for number in range(PEOPLE):
        other = await person(f"P{number}")
        form = Report(SubjectKind.PROFILE, other.require_user(), ReportReason.SPAM, "Look")
        case = await moderation.report(mo, form=form)
        await moderation.claim_case(desk, case_id=case.id)
    counts: dict[str, list[int]] = {}
    async with door() as http:
        for name, (selection, _) in CASE_NESTINGS.items():
            viewer = mo if name == "myCases" else desk
            counts[name] = []
            for size in (2, PEOPLE):
                with counted_statements() as statements:
                    data = await http.ask(viewer, f"{{ {selection.replace('{page}', f'first: {size}')} }}")
                assert str(data).count("'node'") == size, (name, data)
                counts[name].append(len(statements))
    assert counts == {name: [expected] * 2 for name, (_, expected) in CASE_NESTINGS.items()}
