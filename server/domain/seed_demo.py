"""The people of the demo community one can sign in as, and what happened between them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from server.domain.availability import MentoringFormat
from server.domain.mentorships import MentorshipState, RequestState
from server.domain.profile_search import search_document
from server.domain.profiles import Proficiency, SkillDirection, SkillLevel
from server.domain.seed_histories import Historian, Pairing
from server.domain.seed_ledger import Engagement
from server.domain.seed_material import DemoPerson, Material
from server.domain.seed_people import MAIL_DOMAIN, person_of, searchable
from server.domain.seed_shapes import SeedHistory, SeedLanguage, SeedPerson, SeedSkill, seeded_id
from server.domain.seed_sketch import SeedSource, Sketch

_HERE_FOR = timedelta(days=120)
_TAUGHT: Mapping[str, str] = {
    "amara": "gig:user-interface-design",
    "mateo": "gig:private-hire-licences-and-permits",
    "grace": "gig:spreadsheets-and-formulas",
}
"""What the mentors among them are asked for."""
_SOUGHT: Mapping[str, str] = {
    "jonas": "gig:user-interface-design",
    "noor": "gig:user-interface-design",
    "mateo": "gig:spreadsheets-and-formulas",
}


def demo_people(material: Material, source: SeedSource) -> dict[str, SeedPerson]:
    """Return the people with logins by login name: with every default of visibility, open for requests, off gig."""
    return {one.login: _demo_person(one, material, source) for one in material.demo}


def demo_history(material: Material, source: SeedSource, people: Mapping[str, SeedPerson]) -> SeedHistory:
    """Return what happened among them: one mentorship with its meetings, one that is over, two that wait."""
    writer = Historian(material, list(people.values()), source.day, source.random("demo history"))
    amara, jonas, noor = people["amara"], people["jonas"], people["noor"]
    mateo, grace = people["mateo"], people["grace"]
    day, skill = source.day, _TAUGHT["amara"]
    arc = Engagement((amara,), MentoringFormat.CLASSIC, day - timedelta(days=40), None, 60)
    writer.begin(Pairing(amara, jonas, skill, arc.format), arc, MentorshipState.ACTIVE)
    brief = Engagement((grace,), MentoringFormat.MICRO, day - timedelta(days=70), day - timedelta(days=55), 45)
    writer.begin(Pairing(grace, mateo, _TAUGHT["grace"], brief.format), brief, MentorshipState.COMPLETED)
    writer.wait(Pairing(amara, noor, skill, MentoringFormat.CLASSIC), RequestState.SENT)
    writer.wait(Pairing(mateo, jonas, _TAUGHT["mateo"], MentoringFormat.MICRO), RequestState.VIEWED)
    return writer.history


def _demo_person(one: DemoPerson, material: Material, source: SeedSource) -> SeedPerson:
    rng = source.random("demo", one.login)
    city = material.city(one.city)
    born_at = source.day - _HERE_FOR
    sketch = Sketch(
        id=seeded_id(rng, born_at),
        born_at=born_at,
        name=one.name,
        email=f"{one.login}@{MAIL_DOMAIN}",
        city=city,
        culture=city.cultures[0],
        trade=material.trades[one.trade],
    )
    person = person_of(sketch, material, source, rng)
    person.user.locale = "en"
    _open_up(person)
    if all(spoken.code != "en" for spoken in person.languages):
        person.languages.append(
            SeedLanguage(id=seeded_id(rng, born_at), profile_id=sketch.id, code="en", proficiency=Proficiency.FLUENT)
        )
    person.skills = [
        *_told(person, SkillDirection.OFFERED, _TAUGHT.get(one.login)),
        *_told(person, SkillDirection.SOUGHT, _SOUGHT.get(one.login)),
    ]
    profile = person.profile
    profile.search_document = search_document(profile.visibility, searchable(material, person))
    return person


def _open_up(person: SeedPerson) -> None:
    """Make somebody easy to find and to ask."""
    profile = person.profile
    profile.visibility, profile.is_listed, profile.requests_paused_until = {}, True, None
    profile.is_pseudonymous, profile.pseudonym, profile.meets_remotely = False, None, True
    person.stretches = []
    for account in person.accounts:
        account.allowed = max(account.allowed, 3)


def _told(person: SeedPerson, direction: SkillDirection, needed: str | None) -> Sequence[SeedSkill]:
    """Return the skills of a direction, the first of them turned into the one that the story needs."""
    skills = person.skills_in(direction)
    if needed is None:
        return skills
    first = skills[0]
    first.skill_id = needed
    first.level = SkillLevel.CAN_TEACH if direction is SkillDirection.OFFERED else SkillLevel.WITH_HELP
    return [first, *(one for one in skills[1:] if one.skill_id != needed)]
