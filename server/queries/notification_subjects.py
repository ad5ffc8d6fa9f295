"""The titles of what notifications are about, as their reader may see them. One function for each kind of subject."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from uuid import UUID

from server.domain.actors import Actor
from server.domain.notifications import SubjectKind
from server.domain.skills import SkillId
from server.queries import (
    check_ins,
    circle_meetings,
    circle_talk,
    circles,
    gatherings,
    introductions,
    kudos,
    meetings,
    mentorship_proposals,
    mentorships,
    moderation,
    open_asks,
    questions,
    requests,
    sessions,
    small_asks,
    waiting,
    webinars,
)
from server.queries.skills import skills_by_ids

Titles = Callable[[Actor, Collection[UUID]], Awaitable[dict[UUID, str]]]


async def _requests(actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    return {key: row.goal for key, row in (await requests.visible(actor, ids)).items()}


async def _mentorships(actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    return {key: row.goal for key, row in (await mentorships.visible(actor, ids)).items()}


async def _sessions(actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    return {key: row.title for key, row in (await sessions.visible(actor, ids)).items()}


async def _circles(actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    return {key: row.name for key, row in (await circles.visible(actor, ids)).items()}


async def _meetings(actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    return {key: row.title for key, row in (await circle_meetings.visible_meetings(actor, ids)).items()}


async def _threads(actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    return {key: row.title for key, row in (await circle_talk.visible_threads(actor, ids)).items()}


async def _webinars(actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    return {key: row.title for key, row in (await webinars.visible(actor, ids)).items()}


async def _questions(actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    return {key: card.row.text for key, card in (await questions.seen(actor, ids)).own.items()}


async def _asks(actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    return {key: row.goal for key, row in (await open_asks.visible(actor, ids)).items()}


async def _places(actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    rows = await waiting.visible(actor, ids)
    skills = skills_by_ids({SkillId(row.skill_id) for row in rows.values()})
    return {key: skills[SkillId(row.skill_id)].label if row.skill_id in skills else "" for key, row in rows.items()}


async def _check_ins(actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    views = await check_ins.views(actor, ids)
    goals = await _mentorships(actor, {view.row.mentorship_id for view in views.values()})
    return {key: goals.get(view.row.mentorship_id, "") for key, view in views.items()}


async def _mentorship_proposals(actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    return {key: row.goal for key, row in (await mentorship_proposals.visible(actor, ids)).items()}


async def _own_meetings(actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    return {key: row.title for key, row in (await meetings.visible(actor, ids)).items()}


async def _meeting_proposals(actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    return {key: row.title for key, row in (await meetings.visible_proposals(actor, ids)).items()}


async def _gatherings(actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    return {key: row.title for key, row in (await gatherings.visible(actor, ids)).items()}


async def _introductions(actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    # Who is introduced to whom, and what was said of them, is read on its own page.
    return dict.fromkeys(await introductions.visible(actor, ids), "")


async def _small_asks(actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    return {key: row.text for key, row in (await small_asks.visible(actor, ids)).items()}


async def _kudos(actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    return {key: row.words for key, row in (await kudos.visible(actor, ids)).items()}


async def _cases(actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    # The words of a case are read on its own page.
    return dict.fromkeys(await moderation.own(actor, ids), "")


async def _account(actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    return {key: "" for key in ids if key == actor.user_id}


TITLES: Mapping[SubjectKind, Titles] = {
    SubjectKind.REQUEST: _requests,
    SubjectKind.MENTORSHIP: _mentorships,
    SubjectKind.SESSION: _sessions,
    SubjectKind.CIRCLE: _circles,
    SubjectKind.CIRCLE_MEETING: _meetings,
    SubjectKind.CIRCLE_THREAD: _threads,
    SubjectKind.WEBINAR: _webinars,
    SubjectKind.QUESTION: _questions,
    SubjectKind.OPEN_ASK: _asks,
    SubjectKind.WAITING_PLACE: _places,
    SubjectKind.CHECK_IN: _check_ins,
    SubjectKind.MENTORSHIP_PROPOSAL: _mentorship_proposals,
    SubjectKind.MEETING: _own_meetings,
    SubjectKind.MEETING_PROPOSAL: _meeting_proposals,
    SubjectKind.GATHERING: _gatherings,
    SubjectKind.INTRODUCTION: _introductions,
    SubjectKind.SMALL_ASK: _small_asks,
    SubjectKind.KUDOS: _kudos,
    SubjectKind.CASE: _cases,
    SubjectKind.ACCOUNT: _account,
}


async def titles_of(
    actor: Actor, subjects: Collection[tuple[SubjectKind, UUID]]
) -> dict[tuple[SubjectKind, UUID], str]:
    """Return the title of each subject the actor may see, empty for one without. A few statements for each kind."""
    found: dict[tuple[SubjectKind, UUID], str] = {}
    for kind in SubjectKind:
        ids = {key for one, key in subjects if one is kind}
        if ids:
            found |= {(kind, key): title for key, title in (await TITLES[kind](actor, ids)).items()}
    return found
