"""The state that followers of a webinar's two topics start from; the position is read before it, in snapshots.py."""

from typing import Any
from uuid import UUID

import msgspec

from server.domain.actors import Actor
from server.domain.errors import NotFound
from server.domain.polls import PollState
from server.domain.question_pictures import TALK_IN_PICTURE, audience_picture, staff_picture
from server.domain.webinar_facts import WebinarShown
from server.domain.webinars import STAFF_TOPIC_ROLES
from server.models.polls import Poll
from server.models.questions import Question
from server.models.webinars import Webinar, WebinarRestriction, WebinarTalk
from server.queries import polls as poll_queries
from server.queries import webinars as webinar_queries
from server.queries.question_views import Card, cards_of, shown_view, staff_view


async def check_audience(actor: Actor, webinar_id: UUID) -> None:
    """Refuse with NotFound whoever has no place in an event."""
    standing = (await webinar_queries.standings_of(actor, [webinar_id])).get(webinar_id)
    if standing is None or not standing.may_enter:
        raise NotFound("topic")


async def audience_state(webinar_id: UUID) -> dict[str, Any]:
    """Return what the audience sees of an event, the same for all of it. For those who were checked."""
    cards = await cards_of(await Question.filter(webinar_id=webinar_id, is_shown=True))
    polls = await poll_queries.cards_of(await Poll.filter(webinar_id=webinar_id).exclude(state=PollState.DRAFT))
    return {
        **audience_picture(),
        "webinar": await _webinar(webinar_id),
        "questions": {key: shown_view(card) for key, card in cards.items()},
        "tallies": _tallies(cards),
        "polls": {key: poll_queries.audience_view(card) for key, card in polls.items()},
    }


async def staff_state(actor: Actor, webinar_id: UUID) -> dict[str, Any]:
    """Return what the staff sees of an event; NotFound for everybody else."""
    standing = (await webinar_queries.standings_of(actor, [webinar_id])).get(webinar_id)
    if standing is None or standing.role not in STAFF_TOPIC_ROLES:
        raise NotFound("topic")
    webinar = await Webinar.get(id=webinar_id)
    cards = await cards_of(await Question.filter(webinar_id=webinar_id))
    polls = await poll_queries.cards_of(await Poll.filter(webinar_id=webinar_id))
    staff = (await webinar_queries.staff_of([webinar_id]))[webinar_id]
    newest = await WebinarTalk.filter(webinar_id=webinar_id).order_by("-id").limit(TALK_IN_PICTURE)
    restrictions = await WebinarRestriction.filter(webinar_id=webinar_id)
    return {
        **staff_picture(),
        "webinar": await _webinar(webinar_id),
        "questions": {key: staff_view(card) for key, card in cards.items()},
        "tallies": _tallies(cards),
        "polls": {key: _poll(card) for key, card in polls.items()},
        "staff": {"version": webinar.staff_version, "staff": webinar_queries.staff_shown(staff)},
        "talk": [{"id": r.id, "author_id": r.author_id, "text": r.text, "at": r.created_at} for r in reversed(newest)],
        "restrictions": {row.id: _restriction(row) for row in restrictions},
        "burst": None if webinar.burst_at is None else {"at": webinar.burst_at},
    }


async def _webinar(webinar_id: UUID) -> WebinarShown:
    row = await Webinar.get(id=webinar_id)
    return (await webinar_queries.shown([row]))[webinar_id]


def _tallies(cards: dict[UUID, Card]) -> dict[UUID, dict[str, int]]:
    return {key: {"votes": card.votes.votes, "revision": card.votes.revision} for key, card in cards.items()}


def _poll(card: poll_queries.PollCard) -> dict[str, Any]:
    view: dict[str, Any] = msgspec.to_builtins(poll_queries.staff_view(card), str_keys=True)
    return {**view, "results_are_shown": card.row.results_shown}


def _restriction(row: WebinarRestriction) -> dict[str, Any]:
    return {
        "restriction": row.kind,
        "shown_as": row.shown_as,
        "until": row.until,
        "is_lifted": row.lifted_at is not None,
        "version": row.version,
    }
