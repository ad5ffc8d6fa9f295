"""Who is told of gatherings, introductions, small asks and kudos. Each of their facts is for one person already.

The facts name nobody else; where somebody's name belongs into the words, who it was is read from the rows.
"""

from server.domain import gatherings as gathering_facts
from server.domain import introductions as introduction_facts
from server.domain import small_asks as ask_facts
from server.domain.facts import Fact
from server.domain.gatherings import AnswerState
from server.domain.introductions import IntroductionState
from server.domain.kudos import KudosGiven
from server.domain.notification_kinds import NotificationKind as Kind
from server.domain.notifications import Notice, SubjectKind
from server.domain.small_asks import SmallAskState
from server.models.gatherings import Gathering
from server.models.introductions import Introduction
from server.models.kudos import Kudos
from server.models.small_asks import SmallAsk, SmallAskOffer, SmallAskPass
from server.services.notices import Row, when

_TO_HELPER = {
    SmallAskState.AGREED: Kind.SMALL_ASK_ACCEPTED,
    SmallAskState.WITHDRAWN: Kind.SMALL_ASK_CALLED_OFF,
    SmallAskState.THANKED: Kind.SMALL_ASK_THANKED,
}
_CAME_TO_NOTHING = (IntroductionState.DECLINED, IntroductionState.EXPIRED, IntroductionState.WITHDRAWN)


async def _changed(fact: gathering_facts.GatheringChanged) -> list[Notice]:
    return [_of_gathering(fact, Kind.GATHERING_MOVED)] if fact.is_moved else []


async def _cancelled(fact: gathering_facts.GatheringCancelled) -> list[Notice]:
    return [_of_gathering(fact, Kind.GATHERING_CANCELLED)]


async def _answered(fact: gathering_facts.GatheringAnswered) -> list[Notice]:
    has_place = fact.has_moved_up and fact.answer is AnswerState.GOING
    return [_of_gathering(fact, Kind.GATHERING_PLACE)] if has_place else []


async def _reminded(fact: gathering_facts.GatheringReminded) -> list[Notice]:
    return [_of_gathering(fact, Kind.GATHERING_SOON)]


async def _host_asked(fact: gathering_facts.GatheringHostAsked) -> list[Notice]:
    row = await Gathering.get_or_none(id=fact.gathering_id)
    if row is None or row.heir_id != fact.profile_id:
        # The offer was taken back, or taken up.
        return []
    subject = (SubjectKind.GATHERING, row.id)
    return [Notice(fact.profile_id, Kind.GATHERING_HOST_ASKED, *subject, by=row.host_id)]


def _of_gathering(fact: gathering_facts.GatheringNews, kind: Kind) -> Notice:
    # By nobody: whoever goes is to know that it is called off, also when they muted its host.
    return Notice(fact.profile_id, kind, SubjectKind.GATHERING, fact.gathering_id, detail=when(fact.starts_at))


async def _offered(fact: introduction_facts.IntroductionOffered) -> list[Notice]:
    row = await Introduction.get_or_none(id=fact.introduction_id)
    if row is None:
        return []
    subject, detail = (SubjectKind.INTRODUCTION, row.id), when(row.expires_at)
    return [Notice(fact.profile_id, Kind.INTRODUCTION_OFFERED, *subject, by=row.introducer_id, detail=detail)]


async def _introduction_moved(fact: introduction_facts.IntroductionMoved) -> list[Notice]:
    # Told of what they are shown, so that a no and an offer that ran out are the same to the other side.
    subject = (SubjectKind.INTRODUCTION, fact.introduction_id)
    if fact.state is IntroductionState.MADE:
        return [Notice(fact.profile_id, Kind.INTRODUCTION_MADE, *subject)]
    if fact.state in _CAME_TO_NOTHING:
        return [Notice(fact.profile_id, Kind.INTRODUCTION_CLOSED, *subject)]
    return []


async def _help_offered(fact: ask_facts.SmallAskHelpOffered) -> list[Notice]:
    offers = await SmallAskOffer.filter(ask_id=fact.small_ask_id, created_at__lte=fact.at)
    # Of several nobody tells whose this one is: an offer may have been made anew, for another time.
    by = offers[0].profile_id if len(offers) == 1 else None
    subject = (SubjectKind.SMALL_ASK, fact.small_ask_id)
    return [Notice(fact.profile_id, Kind.SMALL_ASK_OFFER, *subject, by=by)] if offers else []


async def _ask_moved(fact: ask_facts.SmallAskMoved) -> list[Notice]:
    # Agreed on, taken back or thanked for: the asker did that. Of the rest no row tells who did it.
    kind = None if fact.is_mine else _TO_HELPER.get(fact.state)
    ask = await SmallAsk.get_or_none(id=fact.small_ask_id)
    if kind is None or ask is None or ask.helper_id != fact.profile_id:
        return []
    subject, detail = (SubjectKind.SMALL_ASK, ask.id), when(ask.meets_at)
    return [Notice(fact.profile_id, kind, *subject, by=ask.profile_id, detail=detail)]


async def _passed_on(fact: ask_facts.SmallAskPassedOn) -> list[Notice]:
    # They are told the first time alone.
    first = await SmallAskPass.filter(ask_id=fact.small_ask_id, to_id=fact.profile_id).order_by("created_at").first()
    subject = (SubjectKind.SMALL_ASK, fact.small_ask_id)
    return [] if first is None else [Notice(fact.profile_id, Kind.SMALL_ASK_PASSED_ON, *subject, by=first.profile_id)]


async def _kudos(fact: KudosGiven) -> list[Notice]:
    row = await Kudos.get_or_none(id=fact.kudos_id)
    if row is None or row.removed_at is not None:
        return []
    return [Notice(row.receiver_id, Kind.KUDOS_RECEIVED, SubjectKind.KUDOS, row.id, by=row.giver_id)]


ROWS: dict[type[Fact], Row] = {
    gathering_facts.GatheringChanged: _changed,
    gathering_facts.GatheringCancelled: _cancelled,
    gathering_facts.GatheringAnswered: _answered,
    gathering_facts.GatheringReminded: _reminded,
    gathering_facts.GatheringHostAsked: _host_asked,
    introduction_facts.IntroductionOffered: _offered,
    introduction_facts.IntroductionMoved: _introduction_moved,
    ask_facts.SmallAskHelpOffered: _help_offered,
    ask_facts.SmallAskMoved: _ask_moved,
    ask_facts.SmallAskPassedOn: _passed_on,
    KudosGiven: _kudos,
}
