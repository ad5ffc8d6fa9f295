"""Making up a person: the same seed, day and number always give the same one. Pure; nothing here knows a table."""

import unicodedata
from datetime import timedelta
from random import Random

from server.domain import profile_search
from server.domain.profile_changes import Feedback, Pace
from server.domain.profile_parts import ContactKind
from server.domain.profiles import Visibility
from server.domain.seed_material import Material, Trade
from server.domain.seed_rhythm import accounts_of, exceptions_of, rule_of, stretches_of, windows_of
from server.domain.seed_shapes import SeedContact, SeedPerson, SeedProfile, SeedUser, seeded_id
from server.domain.seed_sketch import SeedSource, Sketch
from server.domain.seed_work import (
    languages_of,
    skills_of,
    stints_of,
    support_of,
    tags_of,
    transitions_of,
    words_of,
)
from server.domain.visibility import ProfileField

MAIL_DOMAIN = "example.org"
"""Kept for examples by RFC 2606: no letter sent there reaches anybody."""

_LETTERS_WITHOUT_A_BASE = str.maketrans(
    {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "\N{LATIN SMALL LETTER DOTLESS I}": "i", "ß": "ss"}
)
_MEMBER_FOR_DAYS = 730


def seed_person(material: Material, source: SeedSource, number: int) -> SeedPerson:
    """Return the person of a number, whoever else is made."""
    rng = source.random("person", number)
    city = rng.choices(material.cities, weights=[city.weight for city in material.cities])[0]
    culture = rng.choices(city.cultures, weights=city.culture_weights)[0]
    trades = list(material.trades.values())
    trade = rng.choices(trades, weights=[trade.weight for trade in trades])[0]
    given, family = rng.choice(culture.given), rng.choice(culture.family)
    born_at = source.day - timedelta(days=rng.triangular(1, _MEMBER_FOR_DAYS, 60))
    sketch = Sketch(
        id=seeded_id(rng, born_at),
        born_at=born_at,
        name=f"{family} {given}" if culture.is_family_first else f"{given} {family}",
        email=f"{mail_name(given, family)}.{source.seed}-{number}@{MAIL_DOMAIN}",
        city=city,
        culture=culture,
        trade=trade,
    )
    return person_of(sketch, material, source, rng)


def mail_name(*names: str) -> str:
    """Return names as the part of an address before the @: small ASCII letters joined by points."""
    plain = unicodedata.normalize("NFKD", ".".join(names).translate(_LETTERS_WITHOUT_A_BASE)).encode("ascii", "ignore")
    return "".join(char for char in plain.decode().lower() if char.isalnum() or char == ".")


def person_of(sketch: Sketch, material: Material, source: SeedSource, rng: Random) -> SeedPerson:
    """Return everything about somebody who is sketched."""
    stints = stints_of(sketch, source.day, rng)
    skills = skills_of(sketch, material, rng)
    user = SeedUser(
        id=sketch.id,
        created_at=sketch.born_at,
        email=sketch.email,
        verified_at=sketch.born_at + timedelta(minutes=rng.randint(1, 600)),
        locale=sketch.culture.language,
    )
    person = SeedPerson(
        user=user,
        profile=_profile(sketch, material, source, rng),
        trade=sketch.trade.key,
        rule=rule_of(sketch, rng),
        stints=stints,
        transitions=transitions_of(sketch, material, stints, rng),
        skills=skills,
        tags=tags_of(sketch, material, rng),
        languages=languages_of(sketch, rng),
        support=support_of(sketch, material, rng),
        contacts=_contacts(sketch, rng),
        windows=windows_of(sketch, rng),
        exceptions=exceptions_of(sketch, source.day, rng),
        stretches=stretches_of(sketch, material, source.day, rng),
        accounts=accounts_of(sketch, rng),
    )
    words = words_of(sketch, material, person, rng)
    profile = person.profile
    profile.headline, profile.bio, profile.goals = words.headline, words.bio, words.goals
    profile.search_document = profile_search.search_document(profile.visibility, searchable(material, person))
    return person


def searchable(material: Material, person: SeedPerson) -> dict[ProfileField, list[str]]:
    """Return the texts of the parts by which members find a made-up person."""
    labels = [material.labels[skill.skill_id] for skill in person.skills]
    history = profile_search.HistoryTexts(
        skills=[*labels, *(tag.text for tag in person.tags)],
        stints=[stint.title for stint in person.stints],
        transitions=[(one.from_work, one.to_work) for one in person.transitions],
    )
    return profile_search.searchable(person.profile, history)


def _profile(sketch: Sketch, material: Material, source: SeedSource, rng: Random) -> SeedProfile:
    is_pseudonymous = rng.random() < 0.08
    meets_remotely = rng.random() < 0.9
    return SeedProfile(
        id=sketch.id,
        display_name=sketch.name,
        pseudonym=rng.choice(material.lines("pseudonym")) if is_pseudonymous else None,
        is_pseudonymous=is_pseudonymous,
        headline="",
        bio="",
        work_patterns=_work_patterns(sketch.trade, rng),
        is_high_skill=sketch.trade.is_high_skill,
        interests=rng.sample(material.lines("interest"), k=rng.randint(1, 4)),
        industries=rng.sample(sketch.trade.industries, k=rng.randint(1, len(sketch.trade.industries))),
        goals=[],
        how_i_work=_how_i_work(material, rng),
        time_zone=sketch.city.zone,
        city=sketch.city.name,
        country=sketch.city.country,
        meets_remotely=meets_remotely,
        meets_within_km=rng.choice([5, 10, 20, 50]) if not meets_remotely or rng.random() < 0.35 else None,
        visibility=_visibility(rng),
        is_listed=rng.random() < 0.96,
        requests_paused_until=source.day + timedelta(days=rng.randint(3, 40)) if rng.random() < 0.03 else None,
        created_at=sketch.born_at,
        # Half of all people changed something in the newest tenth of their time here.
        updated_at=sketch.born_at + (source.day - sketch.born_at) * rng.random() ** 0.15,
    )


def _work_patterns(trade: Trade, rng: Random) -> list[str]:
    patterns = rng.sample(trade.patterns, k=rng.randint(1, len(trade.patterns)))
    more = rng.choices(["", "jobseeker", "career_change", "alumnus"], weights=[70, 15, 10, 5])[0]
    return [*patterns, more] if more else patterns


def _how_i_work(material: Material, rng: Random) -> dict[str, object]:
    return {
        "pace": rng.choice(list(Pace)).value,
        "feedback": rng.choice(list(Feedback)).value,
        "camera_off_is_fine": rng.random() < 0.7,
        "note": rng.choice(material.lines("agenda")) if rng.random() < 0.4 else "",
    }


def _visibility(rng: Random) -> dict[str, int]:
    """Return the choices of somebody; three of four people keep the defaults."""
    if rng.random() < 0.75:
        return {}
    fields = rng.sample([one for one in ProfileField if one is not ProfileField.NAME], k=rng.randint(1, 3))
    chosen = {one.value: int(rng.choice(list(Visibility))) for one in fields}
    if rng.random() < 0.1:
        chosen[ProfileField.NAME.value] = int(Visibility.MATCHES)
    return chosen


def _contacts(sketch: Sketch, rng: Random) -> list[SeedContact]:
    name = mail_name(*sketch.name.split())
    values = {
        ContactKind.MAIL: f"{name}@mail.{MAIL_DOMAIN}",
        ContactKind.WEBSITE: f"https://{name.replace('.', '-')}.{MAIL_DOMAIN}",
        ContactKind.MASTODON: f"https://social.{MAIL_DOMAIN}/@{name.replace('.', '_')}",
    }
    return [
        SeedContact(
            id=seeded_id(rng, sketch.born_at),
            created_at=sketch.born_at,
            profile_id=sketch.id,
            kind=kind.value,
            value=values[kind],
            visibility=int(rng.choices(list(Visibility), weights=[25, 45, 10, 15, 5])[0]),
        )
        for kind in rng.sample(list(values), k=rng.randint(1, 3))
    ]
