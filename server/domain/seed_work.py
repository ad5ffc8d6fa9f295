"""The work of a made-up person: their path, skills, languages, support map, and the words they say it in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from server.domain.profiles import Proficiency, SkillDirection, SkillLevel, SupportNeed, WorkPattern
from server.domain.seed_material import Material
from server.domain.seed_shapes import (
    SeedLanguage,
    SeedPerson,
    SeedSkill,
    SeedStint,
    SeedSupport,
    SeedTag,
    SeedTransition,
    seeded_id,
)
from server.domain.seed_sketch import Sketch
from server.domain.skills import SkillId

_OFFERED_LEVELS = (SkillLevel.WITH_HELP, SkillLevel.ALONE, SkillLevel.WELL, SkillLevel.CAN_TEACH)
_SOUGHT_LEVELS = (SkillLevel.CANNOT, SkillLevel.WITH_HELP, SkillLevel.ALONE)
_HELPERS = ("my sister", "a colleague", "my circle", "an old friend")
_SECOND_LANGUAGE = (Proficiency.TEXT_ONLY, Proficiency.BASIC, Proficiency.WORKING, Proficiency.FLUENT)


def stints_of(sketch: Sketch, day: datetime, rng: Random) -> list[SeedStint]:
    """Return one to four stints, oldest first; mostly the last goes on."""
    count = rng.choices([1, 2, 3, 4], weights=[35, 35, 20, 10])[0]
    start = (day - timedelta(days=rng.randint(200, 5000))).date()
    length = (day.date() - start) // count
    stints = []
    for number, job in enumerate(rng.choices(sketch.trade.jobs, k=count)):
        started_on = start + length * number
        is_last = number == count - 1
        ended_on = None if is_last and rng.random() < 0.8 else started_on + length * rng.uniform(0.5, 0.95)
        stints.append(
            SeedStint(
                id=seeded_id(rng, sketch.born_at),
                profile_id=sketch.id,
                pattern=WorkPattern(rng.choice(sketch.trade.patterns)),
                title=job,
                started_on=started_on,
                ended_on=ended_on,
            )
        )
    return stints


def transitions_of(sketch: Sketch, material: Material, stints: list[SeedStint], rng: Random) -> list[SeedTransition]:
    """Return the change of trade that four of ten people made."""
    if rng.random() > 0.4:
        return []
    before = material.trades[rng.choice(sketch.trade.next_trades)]
    return [
        SeedTransition(
            id=seeded_id(rng, sketch.born_at),
            profile_id=sketch.id,
            from_work=before.title,
            to_work=sketch.trade.title,
            year=stints[0].started_on.year,
        )
    ]


def skills_of(sketch: Sketch, material: Material, rng: Random) -> list[SeedSkill]:
    """Return what somebody offers, mostly of their trade, and what they seek, each in the order of importance."""
    offered = sketch.trade.skills.draw(rng, rng.randint(2, 7))
    if rng.random() < 0.4:
        offered = list(dict.fromkeys([*offered, *material.self_run.draw(rng, 2)]))
    sought = material.sought.draw(rng, rng.randint(1, 4))
    if rng.random() < 0.4:
        sought = [*material.trades[rng.choice(sketch.trade.next_trades)].skills.draw(rng, 1), *sought]
    sought = [one for one in dict.fromkeys(sought) if one not in offered]
    return [
        *(_skill(sketch, SkillDirection.OFFERED, one, place, rng) for place, one in enumerate(offered, 1)),
        *(_skill(sketch, SkillDirection.SOUGHT, one, place, rng) for place, one in enumerate(sought, 1)),
    ]


def _skill(sketch: Sketch, direction: SkillDirection, skill_id: SkillId, priority: int, rng: Random) -> SeedSkill:
    is_offered = direction is SkillDirection.OFFERED
    has_evidence = is_offered and sketch.trade.is_high_skill and rng.random() < 0.2
    return SeedSkill(
        id=seeded_id(rng, sketch.born_at),
        profile_id=sketch.id,
        skill_id=skill_id,
        direction=direction,
        level=rng.choices(_OFFERED_LEVELS, weights=[4, 24, 44, 28])[0]
        if is_offered
        else rng.choices(_SOUGHT_LEVELS, weights=[45, 40, 15])[0],
        priority=priority,
        evidence_url=f"https://work.example.org/{sketch.id.hex[-8:]}/{priority}" if has_evidence else None,
    )


def tags_of(sketch: Sketch, material: Material, rng: Random) -> list[SeedTag]:
    """Return a skill in own words, for every eighth person."""
    if rng.random() > 0.12:
        return []
    text = rng.choice(material.lines("tag"))
    return [
        SeedTag(id=seeded_id(rng, sketch.born_at), profile_id=sketch.id, direction=SkillDirection.OFFERED, text=text)
    ]


def languages_of(sketch: Sketch, rng: Random) -> list[SeedLanguage]:
    """Return one to three languages: the native one, the city's, perhaps English."""
    spoken = {sketch.culture.language: Proficiency.NATIVE}
    if sketch.city.languages[0] not in spoken:
        spoken[sketch.city.languages[0]] = rng.choices(_SECOND_LANGUAGE, weights=[10, 20, 35, 35])[0]
    for code in ("en", *sketch.city.languages[1:]):
        if code not in spoken and len(spoken) < 3 and rng.random() < 0.5:
            spoken[code] = rng.choices(_SECOND_LANGUAGE, weights=[15, 30, 35, 20])[0]
    return [
        SeedLanguage(id=seeded_id(rng, sketch.born_at), profile_id=sketch.id, code=code, proficiency=level)
        for code, level in spoken.items()
    ]


def support_of(sketch: Sketch, material: Material, rng: Random) -> list[SeedSupport]:
    """Return some cells of the support map: needs, half of them met by somebody, and offers."""
    cells = [(need, is_offer) for need in SupportNeed for is_offer in (False, True)]
    return [
        SeedSupport(
            id=seeded_id(rng, sketch.born_at),
            profile_id=sketch.id,
            need=need,
            is_offer=is_offer,
            note=rng.choice(material.lines(f"need_{need.value}")) if rng.random() < 0.6 else "",
            met_by=rng.choice(["my sister", "a colleague", "my circle"])
            if not is_offer and rng.random() < 0.5
            else None,
        )
        for need, is_offer in sorted(rng.sample(cells, k=rng.randint(0, 4)))
    ]


@dataclass(frozen=True)
class Words:
    """How somebody puts it."""

    headline: str
    bio: str
    goals: list[str]


def words_of(sketch: Sketch, material: Material, person: SeedPerson, rng: Random) -> Words:
    """Return headline, bio and one to three goals in words that fit the trade and the person's path."""
    trade = sketch.trade
    since = person.stints[0].started_on
    offered = _sayable(person, SkillDirection.OFFERED)
    beside = material.trades[trade.next_trades[0]]
    said = {
        "title": trade.title,
        "city": sketch.city.name,
        "since": since.year,
        "years": _years(since, person),
        "job": person.stints[-1].title,
        "before": person.transitions[0].from_work if person.transitions else beside.title,
        "offered": material.labels[offered],
        "sought": material.labels[_sayable(person, SkillDirection.SOUGHT)],
    }
    bio = [*rng.sample(material.lines("bio", trade.key), k=rng.randint(1, 3)), rng.choice(material.lines("wish"))]
    return Words(
        headline=_sentence(rng.choice(material.lines("headline", trade.key)).format_map(said)),
        bio=" ".join(line.format_map(said) for line in bio),
        goals=rng.sample(material.lines("goal", trade.key), k=rng.randint(1, 3)),
    )


def _sayable(person: SeedPerson, direction: SkillDirection) -> str:
    """Return a skill to speak of: a gig skill where there is one, since those are named as people say them."""
    skills = person.skills_in(direction) or person.skills
    return min(skills, key=lambda one: (not one.skill_id.startswith("gig:"), one.priority)).skill_id


def _years(since: date, person: SeedPerson) -> int:
    return max(2, person.profile.updated_at.year - since.year)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
