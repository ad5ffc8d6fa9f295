"""How a mentorship does, as types."""

import strawberry

from server.domain.mentorship_health import Health, HealthStep, HealthTerm, TermValue

strawberry.enum(HealthTerm, description="What the health of a mentorship is made of.")
strawberry.enum(HealthStep, description="A step that is suggested to the two of a mentorship.")


@strawberry.type(description="One term of the health of a mentorship, and what it rests on.")
class MentorshipHealthTerm:
    """A term."""

    term: HealthTerm = strawberry.field(description="Which term.")
    value: float | None = strawberry.field(description="From 0 to 1; null where nothing is known yet.")
    weight: float = strawberry.field(description="How much it weighs beside the other terms that are known.")
    count: int = strawberry.field(description="What it rests on: so many ...")
    out_of: int = strawberry.field(description="... out of so many.")

    @classmethod
    def of(cls, term: TermValue) -> "MentorshipHealthTerm":
        """Return a term as the API shows it."""
        return cls(term=term.term, value=term.value, weight=term.weight, count=term.count, out_of=term.out_of)


@strawberry.type(description="How a mentorship does. For its two alone, and no judgement of either.")
class MentorshipHealth:
    """The health of a mentorship."""

    score: float | None = strawberry.field(description="The weighted mean of what is known, 0 to 1; null: too little.")
    terms: list[MentorshipHealthTerm] = strawberry.field(description="What it is made of.")
    step: HealthStep = strawberry.field(description="The one step that would help most now.")

    @classmethod
    def of(cls, found: Health) -> "MentorshipHealth":
        """Return the health of a mentorship as the API shows it."""
        return cls(score=found.score, terms=[MentorshipHealthTerm.of(term) for term in found.terms], step=found.step)
