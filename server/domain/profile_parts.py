"""What hangs on a profile: skills, languages, stints, transitions, contacts, the support map. Checked and cleaned."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from server.domain.places import language_tag
from server.domain.problems import Problems
from server.domain.profiles import (
    MAX_LANGUAGES,
    Proficiency,
    SkillDirection,
    SkillLevel,
    SupportNeed,
    Visibility,
    WorkPattern,
)

MAX_TAG_CHARACTERS = 80
_EARLIEST = date(1940, 1, 1)
_PLANNED_AHEAD = timedelta(days=366)
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s.]{2,60}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{4,30}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class SkillChoice:
    """A skill to offer or seek: by its id in the vocabulary, or as a free tag. `priority` 1 is the most wanted."""

    direction: SkillDirection
    level: SkillLevel
    skill_id: str | None = None
    tag: str | None = None
    priority: int = 1
    evidence_url: str | None = None


@dataclass(frozen=True)
class LanguageChoice:
    """A language to work in."""

    code: str
    proficiency: Proficiency


@dataclass(frozen=True, kw_only=True)
class StintDraft:
    """A stretch of work; no end means it goes on."""

    pattern: WorkPattern
    title: str
    started_on: date
    ended_on: date | None = None


@dataclass(frozen=True)
class TransitionDraft:
    """A change of trade."""

    from_work: str
    to_work: str
    year: int


@dataclass(frozen=True)
class SupportChoice:
    """A cell of the support map. A need may name who meets it."""

    need: SupportNeed
    is_offer: bool
    note: str = ""
    met_by: str | None = None


class ContactKind(StrEnum):
    """Ways to reach somebody, and social links."""

    MAIL = "mail"
    PHONE = "phone"
    SIGNAL = "signal"
    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    WEBSITE = "website"
    PORTFOLIO = "portfolio"
    LINKEDIN = "linkedin"
    INSTAGRAM = "instagram"
    GITHUB = "github"
    MASTODON = "mastodon"
    OTHER = "other"


@dataclass(frozen=True)
class ContactDraft:
    """A way to reach somebody, and who sees it without a release."""

    kind: ContactKind
    value: str
    visibility: Visibility = Visibility.PRIVATE


_LINKS = frozenset(
    {
        ContactKind.WEBSITE,
        ContactKind.PORTFOLIO,
        ContactKind.LINKEDIN,
        ContactKind.INSTAGRAM,
        ContactKind.GITHUB,
        ContactKind.MASTODON,
    }
)
_PHONES = frozenset({ContactKind.PHONE, ContactKind.SIGNAL, ContactKind.WHATSAPP})


def clean_skill(choice: SkillChoice) -> SkillChoice:
    """Return a choice with its texts cleaned, or refuse. Whether the id is in the vocabulary is not asked here."""
    problems = Problems()
    if (choice.skill_id is None) == (choice.tag is None):
        problems.add("skillId", "exclusive", "Give either a skill or a tag.")
    tag = None if choice.tag is None else problems.line("tag", choice.tag, longest=MAX_TAG_CHARACTERS, shortest=2)
    url = None if choice.evidence_url is None else problems.url("evidenceUrl", choice.evidence_url)
    problems.number("priority", choice.priority, 1, 99)
    problems.refuse_if_any()
    return replace(choice, tag=tag, evidence_url=url)


def clean_languages(choices: Sequence[LanguageChoice]) -> list[LanguageChoice]:
    """Return the languages with tags in their usual spelling, or refuse unknown and repeated ones."""
    problems, cleaned = Problems(), list[LanguageChoice]()
    if len(choices) > MAX_LANGUAGES:
        problems.add("languages", "too_many", f"At most {MAX_LANGUAGES} languages.")
    for at, choice in enumerate(choices[:MAX_LANGUAGES]):
        tag, path = language_tag(choice.code), f"languages.{at}.code"
        if tag is None:
            problems.add(path, "unknown", "A language tag such as pt or pt-BR.")
        elif any(tag == other.code for other in cleaned):
            problems.add(path, "repeated", f"{tag} is there twice.")
        else:
            cleaned.append(LanguageChoice(tag, choice.proficiency))
    problems.refuse_if_any()
    return cleaned


def clean_stint(draft: StintDraft, *, today: date) -> StintDraft:
    """Return a stint with a clean title, or refuse one without title or with impossible dates."""
    problems = Problems()
    title = problems.line("title", draft.title, longest=120, shortest=1)
    if not _EARLIEST <= draft.started_on <= today + _PLANNED_AHEAD:
        problems.add("startedOn", "out_of_range", f"A day from {_EARLIEST} to a year from now.")
    if draft.ended_on is not None and not draft.started_on <= draft.ended_on <= today + 5 * _PLANNED_AHEAD:
        problems.add("endedOn", "out_of_range", "A day not before the start, and at most five years from now.")
    problems.refuse_if_any()
    return replace(draft, title=title)


def clean_transition(draft: TransitionDraft, *, today: date) -> TransitionDraft:
    """Return a transition with clean texts, or refuse."""
    problems = Problems()
    cleaned = TransitionDraft(
        from_work=problems.line("fromWork", draft.from_work, longest=120, shortest=1),
        to_work=problems.line("toWork", draft.to_work, longest=120, shortest=1),
        year=problems.number("year", draft.year, _EARLIEST.year, today.year),
    )
    problems.refuse_if_any()
    return cleaned


def clean_support(choices: Sequence[SupportChoice]) -> list[SupportChoice]:
    """Return the cells with clean texts, or refuse repeated cells and an offer that somebody meets."""
    problems, cleaned = Problems(), list[SupportChoice]()
    for at, choice in enumerate(choices[: 2 * len(SupportNeed) + 1]):
        path = f"entries.{at}"
        if any((choice.need, choice.is_offer) == (other.need, other.is_offer) for other in cleaned):
            problems.add(path, "repeated", f"{choice.need} is there twice.")
        if choice.is_offer and choice.met_by is not None:
            problems.add(f"{path}.metBy", "not_for_offers", "Only a need is met by somebody.")
        note = problems.line(f"{path}.note", choice.note, longest=200)
        met_by = None if choice.met_by is None else problems.line(f"{path}.metBy", choice.met_by, longest=80)
        cleaned.append(replace(choice, note=note, met_by=met_by or None))
    problems.refuse_if_any()
    return cleaned


def clean_contact(draft: ContactDraft) -> ContactDraft:
    """Return a contact with a clean value, or refuse one that its kind cannot be."""
    problems = Problems()
    if draft.kind in _LINKS:
        value = problems.url("value", draft.value)
        if len(value) > 300:
            problems.add("value", "too_long", "At most 300 characters.")
    else:
        value = problems.line("value", draft.value, longest=300, shortest=1)
    if draft.kind is ContactKind.MAIL and not _MAIL.fullmatch(value):
        problems.add("value", "not_a_mail_address", "A mail address such as ana@example.org.")
    if draft.kind in _PHONES and not _PHONE.fullmatch(value):
        problems.add("value", "not_a_number", "A phone number with its country, such as +351 900 000 000.")
    problems.refuse_if_any()
    return replace(draft, value=value)
