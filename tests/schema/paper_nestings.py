"""How many statements the papers of mentorships cost under a page of `mentorships`, and one mentorship's page."""

_EDGES = "{}(first: 2) {{ edges {{ node {{ {} }} }} }}"

PAPER_NESTINGS: dict[str, tuple[str, int]] = {
    "Mentorship.agreement": ("agreement { purpose }", 2),
    "Mentorship.agreements": (_EDGES.format("agreements", "number"), 2),
    "Agreement.writtenBy": (_EDGES.format("agreements", "writtenBy { name }"), 3),
    "Mentorship.goals": (_EDGES.format("goals", "title"), 2),
    "Mentorship.goalScore": ("goalScore { now }", 2),
    "MentorshipGoal.attainments": (_EDGES.format("goals", _EDGES.format("attainments", "level")), 3),
    "GoalAttainment.saidBy": (_EDGES.format("goals", _EDGES.format("attainments", "saidBy { name }")), 4),
    "Mentorship.ideas": (_EDGES.format("ideas", "text"), 2),
    "MentorshipIdea.author": (_EDGES.format("ideas", "author { name }"), 3),
    "MentorshipIdea.triedBy": (_EDGES.format("ideas", "triedBy { name }"), 3),
    "Mentorship.notes": (_EDGES.format("notes", "text"), 2),
    "MentorshipNote.author": (_EDGES.format("notes", "author { name }"), 3),
    "OutcomeQuestion.mentorship": ("outcomeQuestions({page}) { edges { node { mentorship { goal } } } }", 2),
}

MENTORSHIP_PAGE = f"""
    goal state mentor {{ name }} mentee {{ name }} request {{ message }}
    agreement {{ number purpose writtenBy {{ name }} }}
    {_EDGES.format("agreements", "number state writtenBy { name }")}
    goalScore {{ now }}
    {_EDGES.format("goals", "title " + _EDGES.format("attainments", "level saidBy { name }"))}
    {_EDGES.format("ideas", "text author { name } triedBy { name }")}
    {_EDGES.format("notes", "text author { name }")}
    {_EDGES.format("actions", "text owner { name }")}
"""
MENTORSHIP_PAGE_STATEMENTS = 6
"""One for each list and each kind of people a list shows, however much there is in it."""
