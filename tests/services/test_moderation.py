"""Cases: what is reported is kept, nobody judges alone or twice, both sides are told, and every act is in the log."""

import asyncio
import json
from datetime import timedelta

import pytest

from server.domain import topics
from server.domain.actors import VISITOR, Actor
from server.domain.circles import CircleKind
from server.domain.errors import Conflict, InvalidInput, LimitReached, NotAllowed, NotFound, RateLimited, SignInNeeded
from server.domain.mentorships import EndReason
from server.domain.moderation import (
    APPEAL_WITHIN,
    LEASE,
    AppealOutcome,
    CaseState,
    Decision,
    ReportReason,
    Ruling,
    SubjectKind,
)
from server.kit.clock import clock
from server.kit.ids import new_id
from server.kit.paging import PageRequest
from server.models.audit import AuditEntry
from server.models.circle_talk import CirclePost
from server.models.mentorships import Mentorship
from server.models.moderation import SafetyCase, Sanction
from server.models.sessions import SessionMessage
from server.models.streams import StreamEntry
from server.queries import moderation as queries
from server.services import circle_seats, circle_talk, mentorships, moderation, safety, sessions
from server.services.circle_seats import JoinForm
from server.services.circle_talk import ThreadForm
from server.services.moderation import Report
from tests.factories.cases import RUDE, decided, moderator, quarrel, reported
from tests.factories.circles import proposed
from tests.factories.logins import counting
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")


async def told(who: Actor) -> list[tuple[str, str | None]]:
    rows = await StreamEntry.filter(topic=topics.user(who.require_user()).name, kind="case.moved").order_by("seq")
    return [(entry["state"], entry["decision"]) for entry in (json.loads(row.payload) for row in rows)]


async def acts() -> list[str]:
    return [entry.act for entry in await AuditEntry.all().order_by("seq")]


async def test_what_was_said_is_kept_as_it_was_whatever_becomes_of_it() -> None:
    between = await quarrel()
    case = await reported(between)
    await sessions.edit_message(between.rui, message_id=between.message.id, text="what a lovely day")
    await sessions.delete_message(between.rui, message_id=between.message.id)
    evidence = json.loads((await SafetyCase.get(id=case.id)).evidence)
    assert evidence["text"] == RUDE
    assert [line["text"] for line in evidence["around"]] == ["Good morning"]
    assert (case.state, case.accused_id, case.words) == (CaseState.OPEN, between.rui.user_id, "He shouts at me")


async def test_the_accused_hears_of_a_case_when_it_is_decided_and_never_who_reported_it() -> None:
    between, mo = await quarrel(), await moderator()
    case = await reported(between)
    await moderation.claim_case(mo, case_id=case.id)
    assert (await told(between.ana), await told(between.rui)) == ([("open", None), ("in_review", None)], [])
    assert await queries.own(between.rui, [case.id]) == {}
    await moderation.decide_case(mo, case_id=case.id, ruling=Ruling(Decision.WARN, "That is not how we talk"))
    assert await told(between.ana) == [("open", None), ("in_review", None), ("decided", "warn")]
    assert await told(between.rui) == [("decided", "warn")]
    assert list(await queries.own(between.rui, [case.id])) == [case.id]
    entries = await StreamEntry.filter(topic=topics.user(between.rui.require_user()).name, kind="case.moved")
    assert not any(str(between.ana.user_id) in entry.payload for entry in entries)


async def test_a_case_without_consequence_is_told_to_the_reporter_alone() -> None:
    between = await quarrel()
    await decided(await reported(between), await moderator(), Decision.NOTHING)
    assert (await told(between.ana))[-1] == ("decided", "nothing")
    assert await told(between.rui) == []


async def test_one_moderator_at_a_time_and_after_a_while_anybody() -> None:
    case, mo, nia = await reported(await quarrel()), await moderator(), await moderator("Nia")
    claims = await asyncio.gather(
        *(moderation.claim_case(who, case_id=case.id) for who in (mo, nia)), return_exceptions=True
    )
    assert [type(claim) for claim in claims if isinstance(claim, BaseException)] == [Conflict]
    holder, other = (mo, nia) if not isinstance(claims[0], BaseException) else (nia, mo)
    with pytest.raises(Conflict):
        await moderation.decide_case(other, case_id=case.id, ruling=Ruling(Decision.NOTHING, "No"))
    with clock.moved(LEASE + timedelta(seconds=1)):
        with pytest.raises(Conflict):
            await moderation.decide_case(holder, case_id=case.id, ruling=Ruling(Decision.NOTHING, "No"))
        await moderation.claim_case(other, case_id=case.id)
        released = await moderation.release_case(other, case_id=case.id)
    assert (released.lease_by, released.state) == (None, CaseState.IN_REVIEW)


async def test_removing_takes_the_words_from_the_room_and_the_book_and_keeps_the_evidence() -> None:
    between = await quarrel()
    case = await decided(await reported(between), await moderator(), Decision.REMOVE)
    assert (await SessionMessage.get(id=between.message.id)).text == ""
    assert not await StreamEntry.filter(payload__contains=RUDE).exists()
    assert RUDE in case.evidence
    assert (await acts())[-2:] == ["case.decided", "content.removed"]


async def test_an_appeal_goes_to_somebody_else_and_can_undo_what_was_laid_on_somebody() -> None:
    between, mo, nia = await quarrel(), await moderator(), await moderator("Nia")
    case = await decided(await reported(between), mo, Decision.SUSPEND, 7)
    with pytest.raises(NotFound):
        await moderation.appeal(between.ana, case_id=case.id, words="I am the reporter")
    await moderation.appeal(between.rui, case_id=case.id, words="It was a joke between us")
    with pytest.raises(Conflict):
        await moderation.appeal(between.rui, case_id=case.id, words="again")
    with pytest.raises(NotAllowed):
        await moderation.claim_case(mo, case_id=case.id)
    await moderation.claim_case(nia, case_id=case.id)
    closed = await moderation.decide_appeal(
        nia, case_id=case.id, outcome=AppealOutcome.OVERTURNED, reason="The talk before shows that it was a joke"
    )
    assert (closed.state, closed.appeal_outcome) == (CaseState.CLOSED, AppealOutcome.OVERTURNED)
    assert (await Sanction.get(case_id=case.id)).lifted_at is not None
    assert (await told(between.ana))[-1] == (await told(between.rui))[-1] == ("closed", "suspend")
    assert await acts() == [
        "case.claimed",
        "case.decided",
        "person.sanctioned",
        "case.claimed",
        "appeal.decided",
        "sanction.lifted",
    ]


async def test_an_appeal_comes_in_time_and_a_case_nobody_appeals_is_closed() -> None:
    between = await quarrel()
    case = await decided(await reported(between), await moderator())
    assert await moderation.close_due() == 0
    with clock.moved(APPEAL_WITHIN + timedelta(minutes=1)):
        with pytest.raises(Conflict):
            await moderation.appeal(between.rui, case_id=case.id, words="too late")
        assert (await moderation.close_due(), await moderation.close_due()) == (1, 0)
    assert (await SafetyCase.get(id=case.id)).state is CaseState.CLOSED


async def test_nobody_works_on_a_case_they_are_part_of_and_nobody_else_sees_the_desk() -> None:
    between = await quarrel()
    case, mo = await reported(between), await moderator()
    against_mo = await moderation.report(
        between.ana, form=Report(SubjectKind.PROFILE, mo.require_user(), ReportReason.OTHER)
    )
    with pytest.raises(NotFound):
        await moderation.claim_case(mo, case_id=against_mo.id)
    assert list(await queries.on_the_desk(mo, [case.id, against_mo.id])) == [case.id]
    for nobody in (between.ana, between.rui, await person("Eve")):
        assert await queries.on_the_desk(nobody, [case.id]) == {}
        with pytest.raises(NotAllowed):
            await moderation.claim_case(nobody, case_id=case.id)
        with pytest.raises(NotAllowed):
            await queries.queue_page(nobody, PageRequest(queries.OLDEST_CASES, 10), states=[CaseState.OPEN])
    page = await queries.queue_page(mo, PageRequest(queries.OLDEST_CASES, 10), states=[CaseState.OPEN])
    assert [row.id for row in page.items] == [case.id]


@pytest.mark.parametrize(
    ("ruling", "code"),
    [
        (Ruling(Decision.SUSPEND, "why"), "mismatch"),
        (Ruling(Decision.WARN, "why", 3), "mismatch"),
        (Ruling(Decision.SUSPEND, "why", 0), "out_of_range"),
        (Ruling(Decision.SUSPEND, "why", 366), "out_of_range"),
        (Ruling(Decision.WARN, " "), "too_short"),
        (Ruling(Decision.WARN, "x" * 2_001), "too_long"),
    ],
)
def test_a_ruling_that_makes_no_sense_is_refused(ruling: Ruling, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        ruling.clean()
    assert refusal.value.problems[0].code == code


async def test_a_person_cannot_be_removed_like_content() -> None:
    ana, rui, mo = await person("Ana"), await person("Rui"), await moderator()
    case = await moderation.report(ana, form=Report(SubjectKind.PROFILE, rui.require_user(), ReportReason.SPAM))
    await moderation.claim_case(mo, case_id=case.id)
    with pytest.raises(InvalidInput):
        await moderation.decide_case(mo, case_id=case.id, ruling=Ruling(Decision.REMOVE, "Gone"))


async def test_only_what_one_was_shown_can_be_reported_and_after_a_block_still() -> None:
    between, eve = await quarrel(), await person("Eve")
    for kind, subject_id in (
        (SubjectKind.MESSAGE, between.message.id),
        (SubjectKind.SESSION, between.session.id),
        (SubjectKind.PROFILE, new_id()),
        (SubjectKind.QUESTION, new_id()),
        *((kind, new_id()) for kind in SubjectKind),
    ):
        with pytest.raises(NotFound):
            await moderation.report(eve, form=Report(kind, subject_id, ReportReason.SPAM))
    with pytest.raises(SignInNeeded):
        await moderation.report(VISITOR, form=Report(SubjectKind.PROFILE, eve.require_user(), ReportReason.SPAM))
    with pytest.raises(InvalidInput):
        await moderation.report(eve, form=Report(SubjectKind.PROFILE, eve.require_user(), ReportReason.SPAM))
    await safety.block(between.ana, profile_id=between.rui.require_profile())
    after = [
        await moderation.report(between.ana, form=Report(kind, subject_id, ReportReason.THREAT))
        for kind, subject_id in (
            (SubjectKind.MESSAGE, between.message.id),
            (SubjectKind.SESSION, between.session.id),
            (SubjectKind.PROFILE, between.rui.require_user()),
        )
    ]
    assert {case.accused_id for case in after} == {between.rui.user_id}


async def test_the_same_thing_reported_again_is_one_case_and_there_is_a_limit() -> None:
    between = await quarrel()
    first, again = await reported(between), await reported(between)
    assert first.id == again.id
    form = Report(SubjectKind.SESSION, between.session.id, ReportReason.THREAT)
    keyed = [await moderation.report(between.ana, form=form, idempotency_key="once") for _ in range(2)]
    assert keyed[0].id == keyed[1].id
    for number in range(18):
        other = await person(f"P{number}")
        await moderation.report(between.ana, form=Report(SubjectKind.PROFILE, other.require_user(), ReportReason.SPAM))
    one_more = Report(SubjectKind.PROFILE, (await person("Last")).require_user(), ReportReason.SPAM)
    with pytest.raises(LimitReached):
        await moderation.report(between.ana, form=one_more)


async def test_reports_are_counted_by_how_far_somebody_is_known() -> None:
    ana = await person("Ana")
    with counting() as buckets:
        for number in range(10):
            other = await person(f"P{number}")
            await moderation.report(ana, form=Report(SubjectKind.PROFILE, other.require_user(), ReportReason.SPAM))
        last = Report(SubjectKind.PROFILE, (await person("Last")).require_user(), ReportReason.SPAM)
        with pytest.raises(RateLimited):
            await moderation.report(ana, form=last)
    assert list(buckets.taken) == [f"speech:report:{ana.user_id}"]


async def test_a_mentorship_ended_for_safety_opens_a_case_once() -> None:
    between = await quarrel()
    tie = await Mentorship.get(mentor_id=between.ana.user_id)
    await mentorships.end_mentorship(between.rui, mentorship_id=tie.id, reason=EndReason.SAFETY)
    for _ in range(2):
        await moderation.open_for_end(mentorship_id=tie.id)
    case = await SafetyCase.get()
    assert (case.reporter_id, case.accused_id) == (between.rui.user_id, between.ana.user_id)
    assert json.loads(case.evidence)["mentorshipEndedForSafety"] == str(tie.id)


async def test_an_end_for_another_reason_opens_none() -> None:
    between = await quarrel()
    tie = await Mentorship.get(mentor_id=between.ana.user_id)
    await mentorships.end_mentorship(between.rui, mentorship_id=tie.id, reason=EndReason.MISFIT)
    await moderation.open_for_end(mentorship_id=tie.id)
    assert not await SafetyCase.exists()


@pytest.mark.parametrize(
    ("kind", "is_anonymous"), [(CircleKind.INTEREST, False), (CircleKind.SUPPORT, True)], ids=["names", "nicknames"]
)
async def test_a_post_in_a_circle_is_reported_by_who_reads_it_and_taken_away(
    kind: CircleKind, is_anonymous: bool
) -> None:
    lead, eve = await person("Lead"), await person("Eve")
    circle = await proposed(lead, kind)
    bola = await person("Bola")
    await circle_seats.join_circle(bola, circle_id=circle.id, form=JoinForm(nickname="Wren"))
    thread = await circle_talk.open_thread(lead, circle_id=circle.id, form=ThreadForm("Rates", RUDE, "money"))
    post = await CirclePost.get(thread_id=thread.id)
    form = Report(SubjectKind.CIRCLE_POST, post.id, ReportReason.HATE)
    with pytest.raises(NotFound):
        await moderation.report(eve, form=form)
    case = await moderation.report(bola, form=form)
    evidence = json.loads(case.evidence)
    assert (evidence["text"], evidence["isAnonymous"]) == (RUDE, is_anonymous)
    await decided(case, await moderator(), Decision.REMOVE)
    assert (await CirclePost.get(id=post.id)).text == ""


async def test_public_counts_name_nobody_by_being_small() -> None:
    mo = await moderator()
    for number in range(5):
        case = await reported(await quarrel())
        if number == 0:
            await decided(case, mo)
    spammer = await person("Spammer")
    await moderation.report(mo, form=Report(SubjectKind.PROFILE, spammer.require_user(), ReportReason.SPAM))
    found = {one.reason: (one.reported, one.decided, one.acted_on) for one in await queries.counts(days=30)}
    assert found[ReportReason.HARASSMENT] == (5, None, None)
    assert found[ReportReason.SPAM] == (None, 0, 0)
    assert found[ReportReason.HATE] == (0, 0, 0)
