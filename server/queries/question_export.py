"""Reading all of an event's questions with their history, for an export. For hosts and co-hosts."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from server.domain.actors import Actor
from server.domain.errors import NotAllowed, NotFound
from server.domain.question_export import Export, ExportedAuthor, ExportedQuestion, HistoryLine
from server.domain.webinars import WebinarRole, ranks
from server.models.questions import Question, QuestionEvent
from server.models.webinars import Webinar
from server.queries import webinars as webinar_queries
from server.queries.profiles import visible_profiles
from server.queries.question_views import Card, cards_of, staff_view


async def export_of(actor: Actor, webinar_id: UUID) -> Export:
    """Return the export of an event. NotFound: the actor may not see it; NotAllowed: neither host nor co-host."""
    standing = (await webinar_queries.standings_of(actor, [webinar_id])).get(webinar_id)
    if standing is None:
        raise NotFound("webinar")
    if not ranks(standing.role, WebinarRole.COHOST) and standing.role is not WebinarRole.MANAGER:
        raise NotAllowed("the role cohost")
    webinar = await Webinar.get(id=webinar_id)
    rows = await Question.filter(webinar_id=webinar_id).order_by("created_at", "id")
    cards = await cards_of(rows)
    history: dict[UUID, list[HistoryLine]] = defaultdict(list)
    for event in await QuestionEvent.filter(question_id__in=list(cards)).order_by("version"):
        history[event.question_id].append(_line(event))
    named = {card.named_author for card in cards.values() if card.named_author is not None}
    seen = await visible_profiles(actor, named)
    exported = [_exported(cards[row.id], history[row.id], seen) for row in rows]
    return Export(webinar_id=webinar_id, title=webinar.title, questions=exported)


def _line(event: QuestionEvent) -> HistoryLine:
    return HistoryLine(
        action=event.action,
        by=event.actor_id,
        by_author=event.is_authors,
        from_state=event.from_state,
        to_state=event.to_state,
        version=event.version,
        at=event.created_at,
        detail=event.detail,
    )


def _exported(card: Card, history: list[HistoryLine], seen: Collection[UUID]) -> ExportedQuestion:
    view, author = staff_view(card), card.named_author
    return ExportedQuestion(
        id=view.id,
        number=view.number,
        state=view.state,
        before_archive=card.row.before,
        text=view.text,
        original_text=view.original_text,
        author=ExportedAuthor(profile_id=author if author in seen else None, pseudonym=view.author.pseudonym),
        language=view.language,
        labels=view.labels,
        votes=card.votes.votes,
        merged_into=view.merged_into,
        dismiss_reason=view.dismiss_reason,
        staff_note=view.staff_note,
        answers=view.answers,
        follow_up=view.follow_up,
        asked_at=view.asked_at,
        shown_at=view.shown_at,
        version=view.version,
        history=history,
    )
