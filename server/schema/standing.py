"""How the viewer stands, the code of conduct, the desk's lists and the public counts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from server.domain.errors import invalid
from server.domain.moderation import CaseState, ReportReason
from server.domain.standing import CONSENT_WITHIN, TrustLevel
from server.kit.paging import PageRequest
from server.models.audit import AuditEntry as AuditRow
from server.models.moderation import ConductVersion as ConductRow
from server.models.moderation import TalkOpening as OpeningRow
from server.queries import audit as audit_queries
from server.queries import moderation as case_queries
from server.queries import standing as queries
from server.schema.cases import DeskCase, MyCase
from server.schema.core.batching import batched
from server.schema.core.connection import Connection, connection_field, connection_of
from server.schema.core.context import Info
from server.schema.core.fields import resolved
from server.schema.core.ids import encode_id
from server.services.erasure import export_data

strawberry.enum(TrustLevel, description="How far somebody is known here; it grows with time and deeds.")

QUEUE = (CaseState.OPEN, CaseState.IN_REVIEW, CaseState.APPEALED)
_MOST_DAYS = 3_650


@strawberry.type(description="A version of the code of conduct.")
class ConductVersion:
    """A version, for everybody to read."""

    number: int = strawberry.field(description="Versions count up from 1.")
    text: str = strawberry.field(description="The code of conduct.")
    summary: str = strawberry.field(description="What changed since the version before.")
    published_at: datetime = strawberry.field(description="Since when it is in force.")

    @classmethod
    def of(cls, row: ConductRow) -> "ConductVersion":
        """Return a version as the API shows it."""
        return cls(number=row.number, text=row.text, summary=row.summary, published_at=row.created_at)


@strawberry.type(description="A reading of a private talk of yours by the safety team.")
class TalkReading:
    """What those who are read are told."""

    session_id: strawberry.ID = strawberry.field(description="The session whose talk was opened.")
    reason: str = strawberry.field(description="Why.")
    opened_at: datetime = strawberry.field(description="When.")
    expires_at: datetime = strawberry.field(description="Until when it may be read.")

    @classmethod
    def of(cls, row: OpeningRow) -> "TalkReading":
        """Return a reading as the API shows it."""
        session_id = strawberry.ID(encode_id("Session", row.session_id))
        return cls(session_id=session_id, reason=row.reason, opened_at=row.created_at, expires_at=row.expires_at)


@strawberry.type(description="How you stand with the community; also for you to read while you are suspended.")
class MyStanding:
    """The viewer's standing."""

    trust: TrustLevel = strawberry.field(description="How far you are known here.")
    is_banned: bool = strawberry.field(description="Whether your account is closed for good.")
    suspended_until: datetime | None = strawberry.field(description="Until when you may not take part.")
    warnings: int = strawberry.field(description="How many warnings you have.")
    conduct_to_agree_to: int | None = strawberry.field(
        description="The version of the code of conduct that waits for your agreement."
    )
    agree_until: datetime | None = strawberry.field(description="After this you can ask nobody before you agree.")

    @batched(description="Every reading of a private talk of yours, newest first.")
    @staticmethod
    async def readings(parents: Sequence["MyStanding"], info: Info) -> Sequence[list[TalkReading]]:
        """Return the same readings for each: they are all the viewer."""
        rows = await case_queries.openings_about(info.context.actor)
        return [[TalkReading.of(row) for row in rows] for _ in parents]

    @batched(description="All that is kept about you, as one JSON document. A few times an hour at most.")
    @staticmethod
    async def export(parents: Sequence["MyStanding"], info: Info) -> Sequence[JSON]:
        """Return the same document for each."""
        document = JSON(await export_data(info.context.actor))
        return [document for _ in parents]

    @classmethod
    def of(cls, found: queries.Standing) -> "MyStanding":
        """Return a standing as the API shows it."""
        conduct = found.conduct
        waits = conduct is not None and conduct.agreed < conduct.newest
        return cls(
            trust=found.trust,
            is_banned=found.is_banned,
            suspended_until=found.suspended_until,
            warnings=len(found.warnings),
            conduct_to_agree_to=conduct.newest if conduct is not None and waits else None,
            agree_until=conduct.published_at + CONSENT_WITHIN if conduct is not None and waits else None,
        )


@strawberry.type(description="How many reports gave a reason. Numbers from 1 to 4 are not told: null.")
class SafetyCount:
    """A line of the public counts."""

    reason: ReportReason = strawberry.field(description="The reason.")
    reported: int | None = strawberry.field(description="How many reports gave it.")
    decided: int | None = strawberry.field(description="How many of those were decided.")
    acted_on: int | None = strawberry.field(description="With how many something was done.")


@strawberry.type(description="An act of power, as the audit log has it.")
class AuditEntry:
    """An entry of the audit log."""

    seq: int = strawberry.field(description="Its number; the log has no gaps.")
    at: datetime = strawberry.field(description="When.")
    actor_id: strawberry.ID | None = strawberry.field(description="Whose act it was; null for the system.")
    act: str = strawberry.field(description='What was done, such as "case.decided".')
    subject_key: str | None = strawberry.field(description="The key of what it was done to.")
    detail: str = strawberry.field(description="More about it, as JSON; never anybody's words.")
    hash: str = strawberry.field(description="The hash over it and all before it.")

    @classmethod
    def of(cls, row: AuditRow) -> "AuditEntry":
        """Return an entry as the API shows it."""
        return cls(
            seq=row.seq,
            at=row.created_at,
            actor_id=None if row.actor_id is None else strawberry.ID(encode_id("Profile", row.actor_id)),
            act=row.act,
            subject_key=None if row.subject_id is None else str(row.subject_id),
            detail=row.detail,
            hash=row.hash,
        )


@strawberry.type
class StandingQuery:
    """Reading one's standing, cases, the code of conduct and the counts."""

    @resolved(description="How you stand. Requires: a signed-in user, suspended or not.")
    async def my_standing(self, info: Info) -> MyStanding:
        """Return the viewer's standing."""
        return MyStanding.of(await queries.own_standing(info.context.actor))

    @connection_field(
        order=case_queries.NEWEST_CASES,
        description="Cases you reported, and those decided against you. Requires: a signed-in user, suspended or not.",
    )
    async def my_cases(self, info: Info, page: PageRequest) -> Connection[MyCase]:
        """Return a page of the viewer's cases."""
        actor = info.context.actor
        viewer_id = actor.require_account()
        return connection_of(await case_queries.own_page(actor, page), lambda row: MyCase.of(row, viewer_id))

    @connection_field(
        order=case_queries.OLDEST_CASES,
        description="Cases on the desk, the one that waits longest first. Requires: the role safety_team.",
    )
    async def case_queue(
        self,
        info: Info,
        page: PageRequest,
        states: Annotated[
            list[CaseState] | None, strawberry.argument(description="In these states; null: all that need work.")
        ] = None,
    ) -> Connection[DeskCase]:
        """Return a page of the desk."""
        actor = info.context.actor
        wanted = QUEUE if states is None else states
        viewer_id = actor.require_user()
        return connection_of(
            await case_queries.queue_page(actor, page, states=wanted), lambda row: DeskCase.of(row, viewer_id)
        )

    @connection_field(
        order=audit_queries.NEWEST_ENTRIES,
        description="The audit log, newest first. Requires: the role safety_team or community_manager.",
    )
    async def audit_entries(self, info: Info, page: PageRequest) -> Connection[AuditEntry]:
        """Return a page of the audit log."""
        return connection_of(await audit_queries.newest_page(info.context.actor, page), AuditEntry.of)

    @resolved(description="The code of conduct, or a version of it; null when there is none. For everybody.")
    async def conduct(
        self,
        _info: Info,
        number: Annotated[int | None, strawberry.argument(description="Which version; null: the newest.")] = None,
    ) -> ConductVersion | None:
        """Return a version of the code of conduct."""
        row = await queries.conduct_version(number)
        return None if row is None else ConductVersion.of(row)

    @resolved(description="How many reports were made and decided, by reason. For everybody.")
    async def safety_counts(
        self,
        _info: Info,
        days: Annotated[int, strawberry.argument(description="In so many days until now.")] = 90,
    ) -> list[SafetyCount]:
        """Return the public counts."""
        if not 1 <= days <= _MOST_DAYS:
            raise invalid("days", "out_of_range", f"From 1 to {_MOST_DAYS:,} days.")
        found = await case_queries.counts(days=days)
        return [
            SafetyCount(reason=one.reason, reported=one.reported, decided=one.decided, acted_on=one.acted_on)
            for one in found
        ]
