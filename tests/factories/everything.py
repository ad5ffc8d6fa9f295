"""Somebody with rows in every table that can hold a person, each text of theirs carrying one marker."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

from server.domain import topics
from server.domain.actors import Actor, Role, UserId
from server.domain.availability import CapacityKind, MentoringFormat, StretchKind
from server.domain.calls import Line, Media
from server.domain.facts import Fact
from server.domain.identity import MailTokenPurpose, SignedIn
from server.domain.mentorship_proposals import ProposalKind, ProposalState
from server.domain.mentorships import MentorshipStarted, MentorshipState, RequestState
from server.domain.open_asks import AskOrigin, AskState
from server.domain.polls import PollKind, PollState
from server.domain.preferences import ExclusionReason, Strength
from server.domain.profiles import Proficiency, SkillDirection, SkillLevel, SupportNeed, WorkPattern
from server.domain.question_states import Action, AnswerKind, AuthorShown, QuestionState
from server.domain.suggestions import MatchSide, SuggestionState
from server.domain.waiting import OfferOutcome, WaitingState
from server.domain.webinars import Pace, RegistrationState, RestrictionKind, WebinarRole, WebinarState
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
from server.models.check_ins import CheckInPart
from server.models.identity import MailToken, RoleGrant, User
from server.models.matching import MatchExclusion, MatchPreference, SavedSearch, Suggestion
from server.models.mentorship_proposals import MentorshipProposal
from server.models.mentorships import Mentorship, MentorshipFeedback, RequestEvent
from server.models.polls import Poll, PollParticipation
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
from server.models.questions import Question, QuestionAnswer, QuestionEvent, QuestionFollowUp, QuestionVote
from server.models.safety import Block
from server.models.streams import CommandRecord, FactRecord
from server.models.waiting import WaitingOffer, WaitingPlace
from server.models.webinars import (
    Webinar,
    WebinarEvent,
    WebinarPace,
    WebinarRegistration,
    WebinarRestriction,
    WebinarStaff,
    WebinarTalk,
)
from server.services import calls, session_agenda, session_floor, session_notes, session_papers, sessions
from server.services.transaction import unit_of_work
from tests.factories.everything_circles import circles_of
from tests.factories.everything_community import community_of
from tests.factories.everything_meetings import meetings_of
from tests.factories.everything_notices import notices_of
from tests.factories.everything_papers import papers_of
from tests.factories.everything_programmes import programmes_of
from tests.factories.everything_safety import safety_of
from tests.factories.logins import Account, signed_in
from tests.factories.mentorships import check_in, mentorship, request_row
from tests.factories.pads import Pad
from tests.factories.people import person

MINE = "xyzzy"
THEIRS = "plugh"


async def everywhere() -> tuple[Account, Actor]:
    """Make Ana with a row of hers in every table, and Bo, whom most of them tie her to."""
    ana, bo = await signed_in("Ana"), await person(f"Bo {THEIRS}")
    await User.filter(id=ana.actor.user_id).update(email=f"{MINE}@example.org")
    await _profile_of(ana.actor)
    await _availability_of(ana.actor)
    await _dealings(ana.actor, bo)
    await _webinar_of(ana.actor)
    await circles_of(ana.actor, bo, MINE)
    await meetings_of(ana.actor, bo, await Mentorship.get(mentee_id=ana.actor.user_id), MINE)
    await community_of(ana.actor, bo, MINE)
    await programmes_of(ana.actor, bo, MINE)
    # A reason is about the pair, and goes with either of the two: none of Bo's words that are his to keep.
    await programmes_of(bo, ana.actor, "As agreed")
    await safety_of(ana.actor, mine=MINE, theirs=THEIRS)
    await notices_of(ana.actor, bo)
    await MailToken.create(
        user_id=ana.actor.user_id,
        purpose=MailTokenPurpose.CHANGE_MAIL,
        token_hash="0" * 64,
        new_email=f"new.{MINE}@example.org",
        expires_at=now() + timedelta(hours=1),
    )
    # A mail server's refusal repeats the address.
    await FactRecord.filter(kind=SignedIn.kind).update(failure=f"550 {MINE}@example.org is not here")
    await RoleGrant.create(user_id=ana.actor.user_id, role=Role.PROGRAM_MANAGER)
    await CommandRecord.create(actor_id=ana.actor.user_id, command_id=MINE, operation="ask", digest="0" * 64)
    return ana, bo


async def _profile_of(ana: Actor) -> None:
    words = {
        name: f"{name} {MINE}" for name in ("display_name", "pseudonym", "headline", "bio", "city", "search_document")
    }
    lists: dict[str, Any] = {name: [f"{name} {MINE}"] for name in ("interests", "industries", "goals")}
    await Profile.filter(id=ana.user_id).update(**words, **lists, how_i_work={"pace": MINE}, country="PT")
    own = {"profile_id": ana.user_id}
    await Stint.create(**own, pattern=WorkPattern.GIG, title=MINE, started_on=date(2024, 1, 1))
    await Transition.create(**own, from_work=MINE, to_work=MINE, year=2024)
    await ProfileSkill.create(
        **own, skill_id="gig:invoicing", direction=SkillDirection.OFFERED, level=SkillLevel.WELL, evidence_url=MINE
    )
    await ProfileTag.create(**own, direction=SkillDirection.SOUGHT, text=MINE)
    await ProfileLanguage.create(**own, code="pt", proficiency=Proficiency.NATIVE)
    await SupportEntry.create(**own, need=SupportNeed.GUIDANCE, is_offer=False, note=MINE, met_by=MINE)
    await ContactDetail.create(**own, kind="phone", value=MINE)


async def _availability_of(ana: Actor) -> None:
    own = {"profile_id": ana.user_id}
    await WeeklyWindow.create(**own, weekday=0, start_minute=0, end_minute=60)
    await AvailabilityException.create(**own, day=date(2026, 1, 1), start_minute=0, end_minute=60, is_open=True)
    await AvailabilityRule.create(**own)
    await Stretch.create(**own, kind=StretchKind.ON_GIG, started_at=now(), note=MINE)
    account = await CapacityAccount.create(**own, kind=CapacityKind.MINUTES, allowed=60)
    await CapacityEntry.create(account_id=account.id, delta=30, reason="mentorship")


async def _dealings(ana: Actor, bo: Actor) -> None:
    """Tie the two together, each saying something in every place."""
    for one, other in ((ana, bo), (bo, ana)):
        await Block.create(blocker_id=one.user_id, blocked_id=(await person("Cy")).user_id)
        await Block.create(blocker_id=(await person("Di")).user_id, blocked_id=one.user_id)
        await ContactRelease.create(profile_id=one.user_id, to_profile_id=other.user_id)
        await Suggestion.create(
            profile_id=one.user_id,
            other_id=other.user_id,
            side=MatchSide.LEARNER,
            format=MentoringFormat.CLASSIC,
            state=SuggestionState.DISMISSED,
            score=0.5,
        )
        word = MINE if one is ana else THEIRS
        asked = await request_row(one, other, goal=f"goal {word}", message=word, note=MINE if other is ana else THEIRS)
        await RequestEvent.create(request_id=asked.id, actor_id=one.user_id, state=RequestState.SENT, text=word)
        await request_row(one, other, goal=f"draft {word}", state=RequestState.DRAFT)
        agreed = await request_row(one, other, goal=f"agreed {word}", state=RequestState.ACCEPTED)
        tie = await mentorship(other, one, goal=agreed.goal, request_id=agreed.id, **_paused(one, word))
        for who, said in ((one, word), (other, _other_word(word))):
            await _feedback(tie, who, said)
        await _proposed(tie, one, other, word)
        await _checked_in(tie, {one.require_user(): word, other.require_user(): _other_word(word)})
        await _ask(one, other, word)
        await _line(one, other, word)
        # Told by nobody in particular, as the services do it, with the words of whoever asked.
        await _started(tie)
        await _room(tie, one, other)
        await papers_of(tie, one, other, {one: word, other: _other_word(word)})


def _paused(one: Actor, word: str) -> dict[str, Any]:
    """Return the columns of a mentorship that one paused once, and of which they wrote what it is to deliver."""
    return {"paused_by": one.user_id, "brief_by": one.user_id, "deliverable": f"brief {word}"}


async def _proposed(tie: Mentorship, one: Actor, other: Actor, word: str) -> None:
    await MentorshipProposal.create(
        mentorship_id=tie.id,
        kind=ProposalKind.RENEWAL,
        state=ProposalState.ASKED,
        proposed_by=one.user_id,
        asked_id=other.user_id,
        format=tie.format,
        goal=f"next goal {word}",
        minutes=60,
        words=f"next words {word}",
        expires_at=now() + timedelta(days=1),
    )


async def _checked_in(tie: Mentorship, words: dict[UserId, str]) -> None:
    await check_in(tie)
    for profile_id, said in words.items():
        await CheckInPart.filter(check_in__mentorship_id=tie.id, profile_id=profile_id).update(words=said)


async def _feedback(tie: Mentorship, who: Actor, word: str) -> None:
    texts = dict.fromkeys(("went_well", "could_be_better", "takeaway", "kudos", "next_need"), word)
    await MentorshipFeedback.create(
        mentorship_id=tie.id, author_id=who.user_id, given_at=now(), released_at=now(), useful=3, **texts
    )


async def _ask(one: Actor, other: Actor, word: str) -> None:
    """Let one ask and answer what the other asks, and write for it."""
    asked: dict[str, Any] = {"minutes": 15, "origin": AskOrigin.WORKER, "expires_at": now() + timedelta(days=1)}
    open_one = await OpenAsk.create(
        profile_id=one.user_id, goal=f"ask {word}", message=word, state=AskState.OPEN, held_by=other.user_id, **asked
    )
    await OpenAsk.create(
        profile_id=other.user_id,
        goal=f"ask {_other_word(word)}",
        state=AskState.ANSWERED,
        answer=f"answer {word}",
        answered_by=one.user_id,
        **asked,
    )
    await AskDraft.create(ask_id=open_one.id, profile_id=other.user_id, text=_other_word(word), updated_at=now())


async def _line(one: Actor, other: Actor, word: str) -> None:
    """Let one wait in line, be offered the other, wish for something, rule the other out, and keep a search."""
    place = await WaitingPlace.create(
        profile_id=one.user_id,
        skill_id="gig:invoicing",
        format=MentoringFormat.CLASSIC,
        goal=f"line {word}",
        message=word,
        minutes_needed=60,
        is_first=True,
        state=WaitingState.OFFERED,
    )
    await WaitingOffer.create(
        place_id=place.id, mentor_id=other.user_id, request_id=place.id, until=now(), outcome=OfferOutcome.OPEN
    )
    await MatchPreference.create(profile_id=one.user_id, trait=f"industry:{word}", strength=Strength.VERY)
    await MatchExclusion.create(profile_id=one.user_id, other_id=other.user_id, reason=ExclusionReason.OTHER)
    await SavedSearch.create(profile_id=one.user_id, name=word, wanted={"text": word})


def _other_word(word: str) -> str:
    """Return the marker of the other of the two."""
    return MINE if word == THEIRS else THEIRS


async def _started(tie: Mentorship) -> None:
    async with unit_of_work() as work:
        fact = MentorshipStarted(
            mentorship_id=tie.id,
            request_id=tie.request_id,
            mentor_id=tie.mentor_id,
            mentee_id=tie.mentee_id,
            format=tie.format,
            goal=tie.goal,
            state=MentorshipState.ACTIVE,
            version=1,
            at=now(),
        )
        work.record(fact, to=[topics.user(tie.mentor_id), topics.user(tie.mentee_id)])


async def _room(tie: Mentorship, one: Actor, other: Actor) -> None:
    mine, theirs = (MINE, THEIRS) if tie.goal.endswith(MINE) else (THEIRS, MINE)
    session = await sessions.open_session(one, mentorship_id=tie.id, title=f"title {mine}")
    await sessions.join_session(other, session_id=session.id)
    said = await sessions.send_message(one, session_id=session.id, text=f"before {mine}")
    await sessions.edit_message(one, message_id=said.id, text=f"after {mine}")
    await sessions.send_message(other, session_id=session.id, text=f"answer {theirs}")
    form = session_agenda.ItemForm(f"item {mine}", 10)
    item = await session_agenda.add_item(one, session_id=session.id, form=form)
    await session_agenda.edit_item(other, item_id=item.id, form=session_agenda.ItemForm(f"item {mine}", 20))
    await session_papers.add_link(one, session_id=session.id, url=f"https://example.org/{mine}", title=mine)
    action = session_papers.ActionForm(f"action {mine}", other.require_user())
    kept = await session_papers.add_action(one, session_id=session.id, form=action)
    await session_papers.edit_action(other, action_id=kept.id, form=action)
    await session_notes.write_notes(one, session_id=session.id, update=Pad().type(f"noted {mine}"))
    await session_notes.write_notes(other, session_id=session.id, update=Pad().type(f"noted {theirs}"))
    line, media = Line(f"line {session.id}", "worker"), Media(microphone=True, camera=True)
    await calls.join_call(one, session_id=session.id, line=line, media=media)
    await session_floor.raise_hand(other, session_id=session.id)
    await session_floor.give_floor(one, session_id=session.id, profile_id=other.require_user())


async def _webinar_of(ana: Actor) -> None:
    """Let Ana hold a webinar in which she asks, answers, votes and talks."""
    hers = {"profile_id": ana.user_id}
    webinar = await Webinar.create(
        title="Taxes", created_by=ana.user_id, state=WebinarState.LIVE, starts_at=now(), languages=["en"]
    )
    within = {"webinar_id": webinar.id}
    await WebinarStaff.create(**within, **hers, role=WebinarRole.HOST)
    await WebinarRegistration.create(**within, **hers, state=RegistrationState.REGISTERED, queued_at=now())
    await WebinarRestriction.create(**within, **hers, kind=RestrictionKind.TIME_OUT, shown_as="Owl", put_by=ana.user_id)
    await WebinarTalk.create(**within, author_id=ana.user_id, text=MINE)
    await WebinarPace.create(**within, **hers, pace=Pace.FINE)
    await WebinarEvent.create(**within, actor_id=ana.user_id, action="open", version=2, detail={"why": MINE})
    question = await Question.create(
        **within,
        author_id=ana.user_id,
        shown_as=AuthorShown.NOBODY,
        state=QuestionState.LIVE,
        text=f"asked {MINE}",
        original_text=f"first {MINE}",
        author_note=MINE,
    )
    await QuestionEvent.create(
        question_id=question.id,
        action=Action.SUBMIT,
        is_authors=True,
        to_state=QuestionState.LIVE,
        version=1,
        detail={"text": f"before {MINE}"},
    )
    await QuestionEvent.create(
        question_id=question.id,
        action=Action.APPROVE,
        actor_id=ana.user_id,
        to_state=QuestionState.LIVE,
        version=2,
    )
    await QuestionVote.create(question_id=question.id, voter_id=ana.user_id)
    await QuestionAnswer.create(question_id=question.id, kind=AnswerKind.TEXT, text=MINE, by_id=ana.user_id)
    await QuestionFollowUp.create(question_id=question.id, owner_id=ana.user_id, due_at=now(), note=MINE)
    poll = await Poll.create(
        **within, kind=PollKind.SINGLE, prompt="Which?", state=PollState.OPEN, created_by=ana.user_id
    )
    await PollParticipation.create(poll_id=poll.id, **hers)
    async with unit_of_work() as work:
        # As the audience hears of a question that nobody is to know the author of.
        fact = QuestionHeard(question_id=question.id, text=question.text, before=f"before {MINE}")
        work.record(fact, to=[topics.webinar(webinar.id)])


@dataclass(frozen=True, kw_only=True)
class QuestionHeard(Fact):
    """A fact that names no person, with somebody's words."""

    kind: ClassVar[str] = "test.question_heard"
    question_id: UUID
    text: str
    before: str
