"""How many statements the desk costs: a fixed number, whatever the size of the page."""

CASE_NESTINGS: dict[str, tuple[str, int]] = {
    "caseQueue": ("caseQueue({page}) { edges { node { words } } }", 1),
    "DeskCase.reporter": ("caseQueue({page}) { edges { node { reporter { name } } } }", 2),
    "DeskCase.accused": ("caseQueue({page}) { edges { node { accused { name } } } }", 2),
    "myCases": ("myCases({page}) { edges { node { state } } }", 1),
    "auditEntries": ("auditEntries({page}) { edges { node { act } } }", 1),
}
