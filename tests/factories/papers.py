"""Terms and goals for tests, right in every value."""

from typing import Any

from server.domain.agreements import AgreementTerms
from server.domain.availability import MentoringFormat
from server.domain.mentorship_goals import GoalForm


def some_terms(**terms: Any) -> AgreementTerms:
    """Return terms that two can sign."""
    values: dict[str, Any] = {"purpose": "My first invoice", "format": MentoringFormat.CLASSIC, **terms}
    return AgreementTerms(**values)


def some_goal(title: str = "Send an invoice", **words: Any) -> GoalForm:
    """Return a goal with its expected outcome."""
    return GoalForm(title=title, **{"expected": "One is sent and paid", **words})
