import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.fields import UUIDField
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

from server.domain.actors import VISITOR
from server.domain.errors import InvalidInput, RateLimited, Refusal, SignInNeeded
from server.domain.facts import fact_of
from server.domain.identity import AccountErased, SignInFailed
from server.domain.identity_erasure import ErasureLine, Fate
from server.domain.mentorships import GOING_ON, MentorshipState, RequestState
from server.domain.profile_changes import ProfileChanges
from server.domain.question_states import Action
from server.domain.requests import OPEN_STATES
from server.domain.sessions import MessageDeleted, MessageSent
from server.domain.webinars import WebinarRole
from server.models.base import APP
from server.models.database import connection
from server.models.identity import Login, User
from server.models.mentorships import Mentorship, MentorshipRequest
from server.models.profiles import Profile
from server.models.sessions import SessionMessage
from server.models.streams import FactRecord, StreamEntry, StreamHead
from server.queries.export import HOLDINGS, erasure_preview
from server.services import profiles, webinar_people
from server.services.book import next_chain
from server.services.erasure import erase_account, export_data
from server.services.logins import recognise
from tests.factories.everything import MINE, THEIRS, everywhere
from tests.factories.logins import PASSWORD, account, at_once, counting, sign_in_again, signed_in
from tests.factories.mentorships import room_for, sent
from tests.factories.people import person
from tests.factories.webinars import acted, event, live

pytestmark = pytest.mark.usefixtures("db", "_at_once")

# Ids in rows that name no person.
_NOT_PEOPLE = {
    ("capacity_entry", "reference"),
    ("check_in", "stretch_id"),
    ("circle_item", "subject_id"),
    ("circle_meeting", "series_id"),
    ("circle_seat", "guest_meeting_id"),
    ("calendar_reminder", "subject_id"),
    ("command_record", "result_id"),
    ("meeting", "series_id"),
    ("safety_case", "subject_id"),
    ("session", "current_item_id"),
    ("cohort_run", "replaces_id"),
    ("suggestion", "request_id"),
    ("webinar", "highlighted_id"),
    ("question", "merged_into"),
    ("mentorship", "continues_id"),
    ("mentorship_proposal", "next_mentorship_id"),
    ("notification", "source_id"),
    ("notification", "subject_id"),
    ("notification_letter", "useful_id"),
    ("mentorship_goal", "carried_from"),
    ("mentorship_request", "continues_id"),
    ("kudos", "tie_id"),
    ("open_ask", "origin_id"),
    ("open_ask", "request_id"),
    ("waiting_offer", "request_id"),
    ("waiting_place", "continues_id"),
    ("waiting_place", "request_id"),
}
# A mentor and a mentee are the sender and the receiver of their request; who granted a role, or moderated, acted for
# the house. To whom one was suggested or proposed, what managers settled about one, and who ruled one out is theirs to
# know; whoever holds an ask, its author asked.
_NAMED_ELSEWHERE = {
    # By whom one is hidden in a circle is theirs.
    ("circle_veil", "hidden_id"),
    ("mentorship_request", "mentor_id"),
    ("mentorship_request", "mentee_id"),
    ("role_grant", "granted_by"),
    ("safety_case", "lease_by"),
    ("safety_case", "decided_by"),
    ("safety_case", "appeal_decided_by"),
    ("talk_opening", "opened_by"),
    ("conduct_version", "published_by"),
    # A next mentor is asked once the mentee said yes, and hears of it then.
    ("mentorship_proposal", "to_id"),
    ("mute", "muted_id"),
    # Whose doing somebody was told of is read anew by whoever was told.
    ("notification", "by_id"),
    ("stream_entry", "actor_id"),
    # To whom an ask was passed on, and by whom, is theirs who passed it on.
    ("small_ask_pass", "to_id"),
    ("match_exclusion", "other_id"),
    ("open_ask", "held_by"),
    ("cohort_proposal", "mentor_id"),
    ("programme_pair", "learner_id"),
    ("programme_pair", "mentor_id"),
    ("suggestion", "other_id"),
    ("webinar_restriction", "put_by"),
    ("question", "edited_by"),
    ("question", "lease_by"),
    ("question", "answering_by"),
    ("question", "dismissal_suggested_by"),
}


@pytest.fixture
def _at_once() -> Iterator[None]:
    with at_once():
        yield


def places_of_people() -> list[tuple[type[Model], str]]:
    """Return every column of every table that can name a person."""
    found = []
    for model in Tortoise.apps[APP].values():
        for name, field in model._meta.fields_map.items():
            if isinstance(field, ForeignKeyFieldInstance):
                if field.related_model in (User, Profile):
                    found.append((model, f"{name}_id"))
            elif isinstance(field, UUIDField) and not field.pk and field.reference is None:
                found.append((model, name))
    return found


async def everything() -> dict[str, list[str]]:
    """Return each row of each table as text."""
    found = {}
    for model in Tortoise.apps[APP].values():
        table = model._meta.db_table
        rows = await connection().execute_query_dict(f"SELECT row_to_json(t)::text AS row FROM {table} t")
        found[table] = [row["row"] for row in rows]
    return found


async def test_every_table_that_can_name_a_person_is_exported_and_erased() -> None:
    ana, _ = await everywhere()
    exported = (await export_data(ana.actor))["data"]
    by_model: dict[type[Model], set[str]] = {}
    for holding in HOLDINGS:
        by_model.setdefault(holding.model, set()).update(str(row["id"]) for row in exported[holding.kind])
    checked = 0
    for model, column in places_of_people():
        table = model._meta.db_table
        if (table, column) in _NOT_PEOPLE | _NAMED_ELSEWHERE:
            continue
        hers: dict[str, Any] = {column: ana.actor.user_id}
        rows = {str(row.pk) for row in await model.filter(**hers)}
        assert rows, f"the test's Ana has no row in {table} by {column}"
        if (table, column) == ("block", "blocked_id"):
            assert not rows & by_model[model], "by whom one is blocked is not for the blocked"
        elif (table, column) == ("mentorship_request", "receiver_id"):
            drafts = {str(row.pk) for row in await MentorshipRequest.filter(**hers, state=RequestState.DRAFT)}
            assert rows - by_model[model] == drafts, "a draft is not for its receiver yet"
        else:
            assert rows <= by_model[model], f"{table}.{column} is not exported"
        checked += 1
    assert checked > 25


async def test_an_export_holds_her_words_and_no_secret_and_nothing_private_of_others() -> None:
    ana, bo = await everywhere()
    await MentorshipRequest.filter(sender_id=ana.actor.user_id).update(note="private to Bo")
    text = json.dumps(await export_data(ana.actor))
    assert text.count(MINE) > 30
    for secret in ("private to Bo", "argon2", "token_hash", f"draft {THEIRS}", "end_reason", "0" * 64):
        assert secret not in text
    assert str(bo.user_id) in text


async def test_nothing_of_hers_is_left_anywhere_and_what_is_theirs_stays() -> None:
    ana, _ = await everywhere()
    before = await everything()
    assert any(MINE in row for row in before["stream_entry"])
    assert any(MINE in row for row in before["fact_record"])
    theirs = sum(THEIRS in row for rows in before.values() for row in rows)
    await erase_account(ana.actor, password=PASSWORD)
    after = await everything()
    assert {table: left for table, rows in after.items() if (left := [row for row in rows if MINE in row])} == {}
    lost = theirs - sum(THEIRS in row for rows in after.values() for row in rows)
    # Her own copies of what Bo told her went with her topic; nothing else of Bo's did.
    hers = [row for row in before["stream_entry"] if f"user:{ana.actor.user_id}" in row and THEIRS in row]
    assert lost == len(hers)


async def test_the_account_is_closed_and_the_address_free() -> None:
    ana = await signed_in()
    other = await sign_in_again(ana)
    await erase_account(ana.actor, password=PASSWORD)
    assert [await recognise(token or "") for token in (ana.token, other.token)] == [None, None]
    assert await Login.all().count() == 0
    with pytest.raises(SignInFailed):
        await sign_in_again(ana)
    user, profile = await User.get(id=ana.actor.user_id), await Profile.get(id=ana.actor.user_id)
    assert (user.email, user.password_hash, profile.display_name) == (None, None, "Former member")
    assert user.erased_at is not None
    await User.create(email=ana.email)
    assert (await FactRecord.all().order_by("-id").first() or FactRecord()).kind == AccountErased.kind


async def test_what_was_open_between_two_ends_and_gives_its_place_back() -> None:
    ana, bo = await everywhere()
    await erase_account(ana.actor, password=PASSWORD)
    assert not await MentorshipRequest.filter(state__in=[*OPEN_STATES]).exists()
    assert not await Mentorship.filter(state__in=list(GOING_ON)).exists()
    assert await Mentorship.filter(state=MentorshipState.ENDED_EARLY).count() == 2
    told = [entry.kind for entry in await StreamEntry.filter(topic=f"user:{bo.user_id}").order_by("seq")]
    assert {"request.withdrawn", "request.invalidated", "mentorship.ended"} <= set(told)


async def test_her_lines_are_taken_back_in_the_room_and_the_book_stays_whole() -> None:
    ana, _ = await everywhere()
    await erase_account(ana.actor, password=PASSWORD)
    for line in await SessionMessage.all():
        assert (line.text == "", line.deleted_at is not None) == (
            (True, True) if line.author_id == ana.actor.user_id else (False, False)
        )
    rooms = await StreamEntry.filter(topic__startswith="session:").order_by("topic", "seq")
    facts = [fact_of(entry.kind, entry.payload) for entry in rooms]
    said = {(fact.author_id == ana.actor.user_id, fact.text == "") for fact in facts if isinstance(fact, MessageSent)}
    assert said == {(True, True), (False, False)}
    assert sum(isinstance(fact, MessageDeleted) for fact in facts) == 2
    for head in await StreamHead.exclude(topic=f"user:{ana.actor.user_id}"):
        chain = ""
        for entry in await StreamEntry.filter(topic=head.topic).order_by("seq"):
            chain = next_chain(chain, entry.seq, entry.id)
        assert chain == head.chain


async def test_a_kind_of_former_times_is_emptied_whole() -> None:
    ana = await signed_in()
    for kind, payload in [("forgotten.kind", f'{{"text":"{MINE}"}}'), (MessageSent.kind, f'{{"text":"{MINE}"}}')]:
        await FactRecord.create(kind=kind, actor_id=ana.actor.user_id, payload=payload)
    await erase_account(ana.actor, password=PASSWORD)
    assert not await FactRecord.filter(payload__contains=MINE).exists()


async def test_the_preview_counts_what_the_erasure_does() -> None:
    ana, _ = await everywhere()
    lines = {line.kind: line for line in await erasure_preview(ana.actor)}
    assert lines["skills"] == ErasureLine("skills", 1, Fate.DELETED)
    assert lines["messages"] == ErasureLine("messages", 2, Fate.EMPTIED)
    assert lines["session_places"].fate is Fate.KEPT
    assert lines["blocks"].count == 1
    for holding in HOLDINGS:
        assert holding.kind in lines, holding.kind


async def test_erasing_needs_the_password_and_a_login() -> None:
    ana = await signed_in()
    with pytest.raises(InvalidInput):
        await erase_account(ana.actor, password="not this one")
    assert await recognise(ana.token or "") is not None
    with pytest.raises(SignInNeeded):
        await erase_account(VISITOR, password=PASSWORD)
    await erase_account(ana.actor, password=PASSWORD)
    with pytest.raises(SignInNeeded):
        await erase_account(ana.actor, password=PASSWORD)


async def test_exports_are_counted_and_not_for_visitors() -> None:
    ana = await account()
    with counting():
        for _ in range(6):
            await export_data(ana.actor)
        with pytest.raises(RateLimited):
            await export_data(ana.actor)
    with pytest.raises(SignInNeeded):
        await export_data(VISITOR)


async def test_an_erasure_leaves_everybody_else_as_they_were() -> None:
    ana, bo = await account("Ana"), await person("Bo", bio="still here")
    before = await Profile.get(id=bo.user_id).values()
    await erase_account(ana.actor, password=PASSWORD)
    assert await Profile.get(id=bo.user_id).values() == before


async def test_no_request_to_or_from_somebody_who_leaves_at_that_moment_stays_open() -> None:
    for _ in range(5):
        ana, bo, chi = await account("Ana"), await person("Bo"), await person("Chi")
        await room_for(ana.actor, 3)
        on_their_way = [sent(bo, ana.actor), sent(chi, ana.actor), sent(ana.actor, bo)]
        outcomes = await asyncio.gather(
            *on_their_way, erase_account(ana.actor, password=PASSWORD), return_exceptions=True
        )
        assert [one for one in outcomes if isinstance(one, BaseException) and not isinstance(one, Refusal)] == []
        assert outcomes[-1] is None
        assert await MentorshipRequest.filter(state__in=list(OPEN_STATES)).count() == 0


async def test_a_change_of_the_profile_that_comes_after_the_erasure_finds_nobody() -> None:
    ana = await account()
    await erase_account(ana.actor, password=PASSWORD)
    with pytest.raises(SignInNeeded):
        await profiles.update_profile(ana.actor, ProfileChanges(bio="still here"))
    assert (await Profile.get(id=ana.actor.user_id)).bio == ""


async def test_answers_are_taken_out_of_what_their_askers_were_told() -> None:
    of, ana = await event(), await account()
    await webinar_people.appoint(
        of.host, webinar_id=of.id, profile_id=ana.actor.require_user(), role=WebinarRole.PANELIST
    )
    one, other = [await live(of, asker, f"Who pays {asker.user_id}?") for asker in of.attendees[:2]]
    await acted(of.moderator, other, Action.MERGE, into_id=one.id)
    await acted(ana.actor, one, Action.ANSWER_TEXT, text=MINE)
    told = [table.filter(payload__contains=MINE) for table in (FactRecord, StreamEntry)]
    assert all([await one.exists() for one in told])
    await erase_account(ana.actor, password=PASSWORD)
    assert [await one.values_list("kind", flat=True) for one in told] == [[], []]
