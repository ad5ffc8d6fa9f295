"""Small markets for the matching tests: two people who fit, and a community of a few hundred."""

from functools import cache

import numpy as np

from benchmarks.matching_community import Community, community
from server.matching import snapshot as columns
from server.matching import taxonomy
from server.matching.graph import Market
from server.matching.index import build, learners_of, mentors_of
from server.matching.programme import Format, Programme, programme
from server.matching.snapshot import Snapshot
from server.matching.taxonomy import Taxonomy

LEARNER, MENTOR = 0, 1
SKILLS = 8
GROUP_OF_4 = np.array([[child, 7] for child in range(4)])
"""Skills 0 to 3 are siblings under 7; 4 is a child of 0; 5 is related to 0; 6 stands alone."""
PARENTS = np.concatenate([GROUP_OF_4, [[4, 0]]])
RELATED = np.array([[0, 5]])


def tree() -> Taxonomy:
    return taxonomy.build(SKILLS, PARENTS, RELATED)


def market_of(people: Snapshot, rules: Programme | None = None, skills: Taxonomy | None = None) -> Market:
    rules = programme(Format.CLASSIC) if rules is None else rules
    skills = tree() if skills is None else skills
    return Market(
        people=people,
        taxonomy=skills,
        helps=taxonomy.reversed_rows(skills),
        programme=rules,
        offered=build(people.offers, mentors_of(people, rules.format), len(people.idf)),
        needed=build(people.needs, learners_of(people, rules.format), len(people.idf)),
    )


def crowd(learners: int, mentors: int, places: int = 1) -> Snapshot:
    """Learners who all need skill 0 and mentors who all teach it: every pair fits, and all score the same."""
    rows = learners + mentors
    needs = columns.entries(rows, np.arange(learners), *(np.full(learners, value) for value in (0, 1, 1)))
    offers = columns.entries(rows, np.arange(learners, rows), *(np.full(mentors, value) for value in (0, 4, 1)))
    people = columns.blank(rows, SKILLS)._replace(needs=needs, offers=offers)
    people.person["flags"] = columns.ACTIVE | columns.VERIFIED
    people.person["sought"][:learners] = people.person["given"][learners:] = 0b111111
    people.person["languages"] = 1
    people.person["places"] = people.person["places_total"] = places
    people.person["minutes"] = 60
    people.free[:] = np.uint64(0xFFFFFFFFFFFFFFFF)
    return people


def pair() -> Snapshot:
    """A learner in row 0 and a mentor in row 1 between whom nothing stands."""
    return crowd(1, 1)


@cache
def town() -> Community:
    """A community of 300 learners and 150 mentors. Nobody may change it."""
    return community(300, 150, seed=11, skills=240)


@cache
def town_market() -> Market:
    return town().market()
