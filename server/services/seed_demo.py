"""The demo community: a few hundred made-up people and some to sign in as, written once per database.

It knows no environment: whoever calls decides whether a demo belongs there. Its password is public.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from importlib.resources import files
from uuid import UUID

from server.domain import sessions, topics
from server.domain.actors import SYSTEM, Actor, Role
from server.domain.audit import Act
from server.domain.errors import NotAllowed
from server.domain.facts import Fact, fact_of
from server.domain.moderation import ReportReason, SubjectKind
from server.domain.seed_demo import demo_history, demo_people
from server.domain.seed_histories import history_of
from server.domain.seed_people import seed_person
from server.domain.seed_shapes import SeedHistory, SeedPerson, SeedSession
from server.domain.seed_sketch import SeedSource
from server.domain.seeding import DEMO_PASSWORD, DEMO_PEOPLE, DEMO_SEED, DemoSeeded
from server.domain.sessions import SessionRole
from server.kit.clock import now
from server.models.identity import RoleGrant, User
from server.models.moderation import ConductConsent, SafetyCase
from server.models.streams import FactRecord
from server.services import audit, conduct, passwords
from server.services.seed_circles import seed_circles
from server.services.seed_community import seed_community
from server.services.seed_material import seed_material
from server.services.seed_papers import seed_papers
from server.services.seed_rows import analyse, copy_history, copy_people, lock_seeding
from server.services.transaction import Work, unit_of_work


@dataclass(frozen=True)
class DemoLogin:
    """Somebody to sign in as, and what they are good for."""

    email: str
    about: str


@dataclass(frozen=True)
class DemoLogins:
    """The logins of the demo community; all have one password."""

    password: str
    logins: tuple[DemoLogin, ...]


async def demo_logins() -> DemoLogins | None:
    """Return the logins of the demo community that are still there, or None when there is no demo community."""
    record = await FactRecord.filter(kind=DemoSeeded.kind).first()
    if record is None:
        return None
    made = fact_of(DemoSeeded.kind, record.payload)
    ids = made.user_ids if isinstance(made, DemoSeeded) else []
    emails = await User.filter(id__in=ids, erased_at=None).values_list("email", flat=True)
    about = {one.login: one.about for one in seed_material().demo}
    found = [(str(email), about.get(str(email).partition("@")[0])) for email in emails if email]
    order = list(about.values())
    known = sorted(((email, text) for email, text in found if text), key=lambda one: order.index(one[1]))
    return DemoLogins(DEMO_PASSWORD, tuple(DemoLogin(email, text) for email, text in known))


async def seed_demo(actor: Actor, *, report: Callable[[int, int], None] | None = None) -> DemoLogins:
    """Write the demo community, unless it is there, and return its logins. Only the system or an admin may.

    `report` is told how many people are written, and of how many; it is not called when they are there already.
    """
    if not actor.has_role(Role.ADMIN):
        raise NotAllowed("the role admin")
    there = await demo_logins()
    if there is not None:
        return there
    password_hash = await passwords.hash_password(DEMO_PASSWORD)
    source = SeedSource(DEMO_SEED, datetime.combine(now().date(), time(), UTC))
    async with unit_of_work() as work:
        await lock_seeding(work)
        if await demo_logins() is None:
            await _write(work, source, password_hash, report)
    await analyse()
    made = await demo_logins()
    if made is None:
        raise RuntimeError("the demo community was written, but is not there")
    return made


async def _write(work: Work, source: SeedSource, password_hash: str, report: Callable[[int, int], None] | None) -> None:
    material = seed_material()
    crowd = [seed_person(material, source, number) for number in range(DEMO_PEOPLE)]
    named = demo_people(material, source)
    for person in named.values():
        person.user.password_hash = password_hash
    story = demo_history(material, source, named)
    background = history_of(material, source, crowd, 0)
    everybody = [*named.values(), *crowd]
    await copy_people(work, everybody)
    await copy_history(work, background)
    await copy_history(work, story)
    for one in material.demo:
        for role in one.roles:
            user_id = named[one.login].user.id
            await RoleGrant.create(user_id=user_id, role=Role(role))
            await audit.note(work, SYSTEM, Act.ROLE_GRANTED, subject_id=user_id, detail={"role": role})
    await _agree_and_report([person.user.id for person in named.values()], crowd[0])
    await seed_circles(named)
    await seed_papers(named)
    await seed_community(named)
    _into_the_book(work, story, named)
    if report is not None:
        report(len(everybody), len(everybody))


async def _agree_and_report(people: Sequence[UUID], spammer: SeedPerson) -> None:
    """Publish the code of conduct, let the demo people agree to it, and give the safety team's desk a case."""
    text = files("server").joinpath("data/conduct.md").read_text("utf-8")
    version = await conduct.publish_conduct(SYSTEM, text=text, summary="The first version.")
    await ConductConsent.bulk_create([ConductConsent(user_id=one, number=version.number) for one in people])
    await SafetyCase.create(
        reporter_id=people[0],
        accused_id=spammer.profile.id,
        subject_kind=SubjectKind.PROFILE,
        subject_id=spammer.profile.id,
        reason=ReportReason.SPAM,
        words="The profile sends everybody to a shop.",
        evidence=json.dumps({"name": spammer.profile.display_name, "headline": spammer.profile.headline}),
    )


def _into_the_book(work: Work, story: SeedHistory, named: Mapping[str, SeedPerson]) -> None:
    """Record the meetings of the demo people, so that their rooms can be replayed; and that all is written."""
    for session in sorted(story.sessions, key=lambda one: one.created_at):
        for fact in _facts_of(session, story):
            work.record(fact, to=[topics.session(session.id)])
    work.record(DemoSeeded(user_ids=[person.user.id for person in named.values()]), to=[])


def _facts_of(session: SeedSession, story: SeedHistory) -> Sequence[Fact]:
    """Return what happened in a room, in its order."""
    other_id = _other_of(session, story)
    opened = sessions.SessionOpened(
        session_id=session.id,
        mentorship_id=session.mentorship_id,
        title=session.title,
        opened_by=session.opened_by,
        other_id=other_id,
        version=1,
        at=session.created_at,
    )
    joined = sessions.ParticipantJoined(
        session_id=session.id, profile_id=other_id, role=SessionRole.PARTICIPANT, at=session.started_at
    )
    started = sessions.SessionStarted(session_id=session.id, version=2, at=session.started_at)
    said = [
        sessions.MessageSent(
            session_id=session.id, message_id=line.id, author_id=line.author_id, text=line.text, at=line.created_at
        )
        for line in story.messages
        if line.session_id == session.id
    ]
    ended = sessions.SessionEnded(
        session_id=session.id, ended_by=session.opened_by, version=session.version, at=session.ended_at
    )
    return [opened, joined, started, *said, ended]


def _other_of(session: SeedSession, story: SeedHistory) -> UUID:
    return next(
        one.profile_id
        for one in story.participants
        if one.session_id == session.id and one.profile_id != session.opened_by
    )
