"""Reading polls: the audience sees no draft and no result before it is shown; nobody sees a result before the close."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from server.domain.actors import Actor
from server.domain.polls import LEAST_BALLOTS, PollForm, PollState, result_of
from server.domain.question_facts import PollShown
from server.domain.webinars import STAFF_TOPIC_ROLES
from server.models.database import connection
from server.models.polls import Poll, PollCount
from server.queries import webinars as webinar_queries

_BALLOTS = "SELECT poll_id, count(*)::int AS n FROM poll_participation WHERE poll_id = ANY($1) GROUP BY poll_id"


@dataclass(frozen=True)
class PollCard:
    """A poll with what its ballots add up to so far."""

    row: Poll
    counts: dict[str, int]
    ballots: int


def form_of(row: Poll) -> PollForm:
    """Return a poll as the rules see it."""
    return PollForm(row.kind, row.prompt, tuple(row.options), tuple(row.correct), row.most_choices, row.scale)


async def cards_of(rows: Sequence[Poll]) -> dict[UUID, PollCard]:
    """Return polls with their counts, for polls the caller was shown."""
    ids = [row.id for row in rows]
    counts: dict[UUID, dict[str, int]] = defaultdict(dict)
    for count in await PollCount.filter(poll_id__in=ids):
        counts[count.poll_id][count.key] = count.count
    _, found = await connection().execute_query(_BALLOTS, [ids])
    ballots = {row["poll_id"]: row["n"] for row in found}
    return {row.id: PollCard(row, counts[row.id], ballots.get(row.id, 0)) for row in rows}


def audience_view(card: PollCard) -> PollShown:
    """Return a poll as the audience sees it: with its results once they are shown."""
    return _view(card, with_results=card.row.results_shown, with_key=card.row.results_shown)


def staff_view(card: PollCard) -> PollShown:
    """Return a poll as the staff sees it: with its results once it is closed and enough took part."""
    enough = card.row.state is PollState.CLOSED and card.ballots >= LEAST_BALLOTS
    return _view(card, with_results=enough, with_key=True)


def _view(card: PollCard, *, with_results: bool, with_key: bool) -> PollShown:
    row = card.row
    return PollShown(
        id=row.id,
        poll_kind=row.kind,
        prompt=row.prompt,
        options=row.options,
        most_choices=row.most_choices,
        scale=row.scale,
        state=row.state,
        correct=row.correct if with_key else None,
        results=result_of(form_of(row), card.counts) if with_results else None,
        ballots=card.ballots if row.state is PollState.CLOSED else None,
        version=row.version,
    )


async def of_webinars(actor: Actor, webinar_ids: Collection[UUID]) -> dict[UUID, list[PollShown]]:
    """Return each event's polls as the actor may see them, oldest first; none where they have no place."""
    standings = await webinar_queries.standings_of(actor, webinar_ids)
    rows = await Poll.filter(webinar_id__in=[key for key, one in standings.items() if one.may_enter]).order_by(
        "created_at", "id"
    )
    cards = await cards_of(rows)
    found: dict[UUID, list[PollShown]] = {key: [] for key in webinar_ids}
    for row in rows:
        if standings[row.webinar_id].role in STAFF_TOPIC_ROLES:
            found[row.webinar_id].append(staff_view(cards[row.id]))
        elif row.state is not PollState.DRAFT:
            found[row.webinar_id].append(audience_view(cards[row.id]))
    return found


async def visible(actor: Actor, poll_ids: Collection[UUID]) -> dict[UUID, PollShown]:
    """Return the polls the actor may see, by id, as they may see them."""
    rows = await Poll.filter(id__in=list(poll_ids))
    shown = await of_webinars(actor, {row.webinar_id for row in rows})
    wanted = set(poll_ids)
    return {poll.id: poll for polls in shown.values() for poll in polls if poll.id in wanted}


async def taken_part(actor: Actor, poll_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the polls the actor took part in."""
    sql = "SELECT poll_id FROM poll_participation WHERE profile_id = $1 AND poll_id = ANY($2)"
    _, rows = await connection().execute_query(sql, [actor.user_id, list(poll_ids)])
    return {row["poll_id"] for row in rows}
