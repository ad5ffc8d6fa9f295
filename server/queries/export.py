"""Everything kept about one person: the table of where it is, and all of it as one document for themselves.

A new table with people in it gets a line here, or the test of the exports fails. The line also says what becomes of
its rows when the account is erased, which services/erasure.py does.
"""

from typing import Any
from uuid import UUID

import msgspec
from tortoise.expressions import Q
from tortoise.models import Model

from server.domain import topics
from server.domain.actors import Actor, UserId
from server.domain.identity_erasure import ErasureLine, Fate
from server.domain.mentorships import RequestState
from server.domain.open_asks import AskState
from server.kit.clock import now
from server.models.asks import AskDraft, OpenAsk
from server.models.availability import (
    AvailabilityException,
    AvailabilityRule,
    CapacityAccount,
    CapacityEntry,
    Stretch,
    WeeklyWindow,
)
from server.models.calls import CallSeat
from server.models.identity import Login, MailToken, RoleGrant, User
from server.models.matching import Suggestion
from server.models.mentorships import Mentorship, MentorshipRequest, RequestEvent
from server.models.profiles import (
    ContactDetail,
    ContactRelease,
    Profile,
    ProfileLanguage,
    ProfileSkill,
    ProfileTag,
    Stint,
    SupportEntry,
    Transition,
)
from server.models.session_notes import SessionNotes, SessionNotesPen, SessionNotesUpdate
from server.models.session_room import AgendaItem, SessionAction, SessionFloor, SessionLink
from server.models.sessions import Session, SessionMessage, SessionParticipant
from server.models.streams import CommandRecord, FactRecord, StreamEntry
from server.queries.circle_holdings import CIRCLE_HOLDINGS
from server.queries.community_holdings import COMMUNITY_HOLDINGS
from server.queries.holdings import Holding, by
from server.queries.matching_holdings import MATCHING_HOLDINGS
from server.queries.meeting_holdings import MEETING_HOLDINGS
from server.queries.mentorship_holdings import MENTORSHIP_HOLDINGS
from server.queries.notification_holdings import NOTIFICATION_HOLDINGS
from server.queries.paper_holdings import PAPER_HOLDINGS
from server.queries.programme_holdings import PROGRAMME_HOLDINGS
from server.queries.safety_holdings import SAFETY_HOLDINGS
from server.queries.webinar_holdings import WEBINAR_HOLDINGS

FORMAT = 1


def _goal_writer(user_id: UUID) -> Q:
    return Q(request__sender_id=user_id) | Q(request_id=None, mentee_id=user_id)


def _received(user_id: UUID) -> Q:
    return Q(receiver_id=user_id) & ~Q(state=RequestState.DRAFT)


def _told(user_id: UUID) -> Q:
    return Q(topic=topics.user(user_id).name)


_OF_PROFILE = by("profile_id")

# In the order of their erasure: nothing is looked for by what was emptied before it.
HOLDINGS: tuple[Holding, ...] = (
    Holding("logins", Login, by("user_id"), Fate.DELETED, hidden=frozenset({"token_hash"})),
    Holding("mail_tokens", MailToken, by("user_id"), Fate.DELETED, hidden=frozenset({"token_hash"})),
    Holding("roles", RoleGrant, by("user_id"), Fate.DELETED, hidden=frozenset({"granted_by"})),
    Holding("stints", Stint, _OF_PROFILE, Fate.DELETED),
    Holding("transitions", Transition, _OF_PROFILE, Fate.DELETED),
    Holding("skills", ProfileSkill, _OF_PROFILE, Fate.DELETED),
    Holding("tags", ProfileTag, _OF_PROFILE, Fate.DELETED),
    Holding("languages", ProfileLanguage, _OF_PROFILE, Fate.DELETED),
    Holding("support_map", SupportEntry, _OF_PROFILE, Fate.DELETED),
    Holding("contact_details", ContactDetail, _OF_PROFILE, Fate.DELETED),
    Holding("contact_releases", ContactRelease, by("profile_id", "to_profile_id"), Fate.DELETED),
    *SAFETY_HOLDINGS,
    # Who is put before somebody, and dismissed, is for them alone to know.
    Holding("suggestions", Suggestion, _OF_PROFILE, Fate.DELETED, taken_along=by("other_id")),
    *MATCHING_HOLDINGS,
    Holding("ask_drafts", AskDraft, _OF_PROFILE, Fate.DELETED),
    # Who holds or answered an ask is theirs; what they answered is the author's to read as well.
    Holding(
        "asks",
        OpenAsk,
        _OF_PROFILE,
        Fate.EMPTIED,
        hidden=frozenset({"held_by", "answered_by"}),
        emptied={"goal": "", "message": "", "state": AskState.WITHDRAWN},
    ),
    Holding(
        "asks_answered",
        OpenAsk,
        by("answered_by"),
        Fate.EMPTIED,
        # An anonymous author stays unknown, and an ask is its author's.
        hidden=frozenset({"profile_id", "goal", "message", "origin_id", "held_by"}),
        emptied={"answer": ""},
    ),
    Holding("weekly_windows", WeeklyWindow, _OF_PROFILE, Fate.DELETED),
    Holding("availability_exceptions", AvailabilityException, _OF_PROFILE, Fate.DELETED),
    Holding("availability_rules", AvailabilityRule, _OF_PROFILE, Fate.DELETED),
    Holding("stretches", Stretch, _OF_PROFILE, Fate.DELETED),
    Holding("capacity_entries", CapacityEntry, by("account__profile_id"), Fate.DELETED),
    Holding("capacity_accounts", CapacityAccount, _OF_PROFILE, Fate.DELETED),
    Holding("request_lines", RequestEvent, by("actor_id"), Fate.EMPTIED, emptied={"text": ""}),
    Holding("mentorship_goals", Mentorship, _goal_writer, Fate.EMPTIED, frozenset({"end_reason"}), {"goal": ""}),
    Holding(
        "requests_sent",
        MentorshipRequest,
        by("sender_id"),
        Fate.EMPTIED,
        # The note is the receiver's own.
        hidden=frozenset({"note"}),
        emptied={"goal": "", "message": "", "skill_ids": []},
    ),
    Holding(
        "requests_received",
        MentorshipRequest,
        _received,
        Fate.EMPTIED,
        # What becomes of other requests is between the mentee and us.
        hidden=frozenset({"siblings"}),
        emptied={"note": ""},
    ),
    *MENTORSHIP_HOLDINGS,
    *PAPER_HOLDINGS,
    *MEETING_HOLDINGS,
    Holding("messages", SessionMessage, by("author_id"), Fate.EMPTIED, emptied={"text": ""}),
    Holding("sessions_opened", Session, by("opened_by"), Fate.EMPTIED, emptied={"title": ""}),
    Holding("sessions", Session, by("participants__profile_id"), Fate.KEPT),
    Holding("agenda_items", AgendaItem, by("written_by"), Fate.EMPTIED, emptied={"title": ""}),
    Holding("session_links", SessionLink, by("added_by"), Fate.DELETED),
    Holding("actions_written", SessionAction, by("written_by"), Fate.EMPTIED, emptied={"text": ""}),
    Holding("actions_to_do", SessionAction, by("owner_id"), Fate.KEPT),
    Holding("times_on_the_floor", SessionFloor, by("profile_id", "given_by"), Fate.KEPT),
    Holding("session_places", SessionParticipant, _OF_PROFILE, Fate.KEPT),
    # Shared text: everybody in the room may take a copy. Before this, erasing takes out what the person wrote.
    Holding(
        "session_notes",
        SessionNotes,
        by("session__participants__profile_id"),
        Fate.KEPT,
        hidden=frozenset({"state", "state_number", "told_number"}),
    ),
    Holding("notes_updates", SessionNotesUpdate, by("author_id"), Fate.DELETED),
    Holding("notes_pens", SessionNotesPen, _OF_PROFILE, Fate.KEPT),
    Holding("call_seats", CallSeat, _OF_PROFILE, Fate.DELETED, hidden=frozenset({"worker_id"})),
    *WEBINAR_HOLDINGS,
    *PROGRAMME_HOLDINGS,
    *CIRCLE_HOLDINGS,
    *NOTIFICATION_HOLDINGS,
    *COMMUNITY_HOLDINGS,
    Holding("commands", CommandRecord, by("actor_id"), Fate.DELETED, hidden=frozenset({"digest"})),
    Holding("notices", StreamEntry, _told, Fate.DELETED, hidden=frozenset({"chain"})),
    Holding(
        "deeds",
        FactRecord,
        by("actor_id"),
        Fate.EMPTIED,
        hidden=frozenset({"attempts", "due_at", "reacted_at", "failure"}),
    ),
    Holding("profile", Profile, by("id"), Fate.EMPTIED, hidden=frozenset({"search_document"})),
    Holding("account", User, by("id"), Fate.EMPTIED, hidden=frozenset({"password_hash"})),
)


async def everything_about(actor: Actor) -> dict[str, Any]:
    """Return all that is kept about the actor, as values JSON knows: one list of rows for each kind."""
    user_id = actor.require_user()
    document = {holding.kind: await _rows_of(holding, user_id) for holding in HOLDINGS}
    exported: dict[str, Any] = msgspec.to_builtins({"format": FORMAT, "exported_at": now(), "data": document})
    return exported


async def erasure_preview(actor: Actor) -> list[ErasureLine]:
    """Return what erasing the actor's account would do, kind by kind, leaving out what there is none of."""
    user_id = actor.require_user()
    lines = []
    for holding in HOLDINGS:
        count = len(await ids_of(holding.model, holding.which(user_id)))
        if count:
            lines.append(ErasureLine(holding.kind, count, holding.fate))
    return lines


async def ids_of(model: type[Model], which: Q) -> list[Any]:
    """Return the keys of the rows that meet a condition, each once, in their order."""
    rows = await model.filter(which).order_by("id").distinct().values("id")
    return [row["id"] for row in rows]


async def _rows_of(holding: Holding, user_id: UserId) -> list[dict[str, Any]]:
    ids = await ids_of(holding.model, holding.which(user_id))
    columns = [name for name in holding.model._meta.db_fields if name not in holding.hidden]  # noqa: SLF001 - Tortoise's list of columns
    return list(await holding.model.filter(pk__in=ids).order_by("id").values(*columns))
