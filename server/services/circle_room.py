"""The room of a circle's meeting: come in, raise a hand, turns that go round with a timer, and the end.

The timer is told as instants; nobody is cut off by the clock, but every second counts for who is heard next.
"""

from datetime import timedelta
from uuid import UUID

from server.domain import circle_meetings as rules
from server.domain.actors import Actor
from server.domain.circle_facts import TalkChanged
from server.domain.circle_meetings import MeetingState
from server.domain.errors import Conflict, NotAllowed, NotFound
from server.kit.clock import now
from server.models.circle_meetings import CircleMeeting, CircleRsvp, CircleTurn
from server.queries.circle_meetings import MeetingTalk, talk_in
from server.services import repeats
from server.services.circle_meetings import MeetingScene, dismiss_guests, enter_meeting
from server.services.transaction import Work, retrying, unit_of_work


@retrying
async def start_meeting(actor: Actor, *, meeting_id: UUID) -> CircleMeeting:
    """Open a meeting's room and go in. Requires to facilitate it. Conflict: too early, over, or another one is live."""
    async with unit_of_work() as work:
        found = await enter_meeting(work, actor, meeting_id)
        rules.check_facilitator(is_facilitator=found.is_facilitator)
        row, at = found.meeting, now()
        rules.check_may_start(row.state, row.starts_at, at)
        if await CircleMeeting.filter(circle_id=row.circle_id, state=MeetingState.LIVE).exists():
            raise Conflict("Another meeting of this circle is under way.", current="live")
        row.state, row.started_at = MeetingState.LIVE, at
        await found.save()
        await found.scene.stir()
        await _come_in(found)
        await _tell(found)
    return row


@retrying
async def enter_room(actor: Actor, *, meeting_id: UUID) -> MeetingTalk:
    """Go into a live meeting; whoever was in was there. Going in again changes nothing."""
    async with unit_of_work() as work:
        found = await _live(work, actor, meeting_id)
        if await _come_in(found):
            await _tell(found)
        return await talk_in(found.meeting)


async def _come_in(found: MeetingScene) -> bool:
    row, _ = await CircleRsvp.get_or_create(meeting_id=found.meeting.id, profile_id=found.scene.actor_id)
    if row.here_since is not None:
        return False
    row.here_since, row.was_there = now(), True
    await row.save(update_fields=["here_since", "was_there"])
    return True


async def _live(work: Work, actor: Actor, meeting_id: UUID) -> MeetingScene:
    found = await enter_meeting(work, actor, meeting_id)
    rules.check_live(found.meeting.state)
    return found


async def _tell(found: MeetingScene) -> None:
    """Tell the circle how the talk goes now."""
    found.meeting.talk_version += 1
    await CircleMeeting.filter(id=found.meeting.id).update(talk_version=found.meeting.talk_version)
    talk = (await talk_in(found.meeting)).shown()
    told = TalkChanged(circle_id=found.scene.circle.id, meeting_id=found.meeting.id, talk=talk, at=now())
    found.scene.work.record(told, to=[found.scene.topic], actor=found.scene.actor)


@retrying
async def leave_room(actor: Actor, *, meeting_id: UUID) -> MeetingTalk:
    """Leave a live meeting before its end: the hand goes down, the turn is over. They were there all the same."""
    async with unit_of_work() as work:
        found = await _live(work, actor, meeting_id)
        row = await _place(found)
        if row.here_since is not None:
            turn = await CircleTurn.get_or_none(meeting_id=meeting_id, ended_at=None)
            if turn is not None and turn.profile_id == found.scene.actor_id:
                await _end_turn(turn)
            row.here_since, row.hand_raised_at = None, None
            await row.save(update_fields=["here_since", "hand_raised_at"])
            await _tell(found)
        return await talk_in(found.meeting)


async def _place(found: MeetingScene) -> CircleRsvp:
    row = await CircleRsvp.get_or_none(meeting_id=found.meeting.id, profile_id=found.scene.actor_id)
    if row is None or row.was_there is not True:
        raise Conflict("Go into the meeting first.", current="outside")
    return row


@retrying
async def set_hand(actor: Actor, *, meeting_id: UUID, is_raised: bool) -> MeetingTalk:
    """Raise one's hand, or take it down; one that is so already stays as it was. Conflict: outside, or not live."""
    async with unit_of_work() as work:
        found = await _live(work, actor, meeting_id)
        row = await _place(found)
        if row.here_since is None:
            raise Conflict("Go into the meeting first.", current="outside")
        if (row.hand_raised_at is not None) is not is_raised:
            row.hand_raised_at = now() if is_raised else None
            await row.save(update_fields=["hand_raised_at"])
            await _tell(found)
        return await talk_in(found.meeting)


@retrying
async def give_turn(
    actor: Actor, *, meeting_id: UUID, seat_id: UUID | None = None, idempotency_key: str | None = None
) -> MeetingTalk:
    """Give the turn to somebody inside, or to whoever is next; the turn before is over. Requires to facilitate.

    Whoever has the turn may pass it on to the next. NotFound: they are not inside. Conflict: nobody is next.
    """
    async with unit_of_work() as work:
        content = [meeting_id, seat_id]
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "giveCircleTurn", content)
        found = await _live(work, actor, meeting_id)
        talk = await talk_in(found.meeting)
        if once.previous:
            return talk
        await once.remember(meeting_id)
        is_own = talk.turn is not None and talk.turn.profile_id == found.scene.actor_id
        if not (is_own and seat_id is None):
            rules.check_facilitator(is_facilitator=found.is_facilitator)
        if seat_id is not None and seat_id not in talk.people:
            raise NotFound("seat")
        if talk.turn is not None:
            await _end_turn(talk.turn)
            talk = await talk_in(found.meeting) if seat_id is not None else talk
        chosen = seat_id or next(iter(talk.queue), None)
        if chosen is None:
            raise Conflict("Nobody else is inside.", current="alone")
        await _begin_turn(found, talk, chosen)
        await _tell(found)
        return await talk_in(found.meeting)


async def _begin_turn(found: MeetingScene, talk: MeetingTalk, seat_id: UUID) -> None:
    at, profile_id = now(), talk.people[seat_id]
    await CircleTurn.create(
        meeting_id=found.meeting.id,
        profile_id=profile_id,
        given_by=found.scene.actor_id,
        round=rules.round_of(talk.heard, seat_id),
        created_at=at,
        ends_at=at + timedelta(seconds=found.meeting.turn_seconds),
    )
    await CircleRsvp.filter(meeting_id=found.meeting.id, profile_id=profile_id).update(hand_raised_at=None)


async def _end_turn(turn: CircleTurn) -> None:
    turn.ended_at = now()
    await turn.save(update_fields=["ended_at"])


@retrying
async def end_turn(actor: Actor, *, meeting_id: UUID) -> MeetingTalk:
    """End the turn that is on: by whoever has it, or who facilitates. Nothing changes when nobody has it."""
    async with unit_of_work() as work:
        found = await _live(work, actor, meeting_id)
        turn = await CircleTurn.get_or_none(meeting_id=meeting_id, ended_at=None)
        if turn is not None:
            if turn.profile_id != found.scene.actor_id and not found.is_facilitator:
                raise NotAllowed("to have the turn, or to facilitate the meeting")
            await _end_turn(turn)
            await _tell(found)
        return await talk_in(found.meeting)


@retrying
async def end_meeting(actor: Actor, *, meeting_id: UUID) -> CircleMeeting:
    """Close the room: the meeting was held, and who never came in was not there. Requires to facilitate it."""
    async with unit_of_work() as work:
        found = await _live(work, actor, meeting_id)
        rules.check_facilitator(is_facilitator=found.is_facilitator)
        turn = await CircleTurn.get_or_none(meeting_id=meeting_id, ended_at=None)
        if turn is not None:
            await _end_turn(turn)
        rows = CircleRsvp.filter(meeting_id=meeting_id)
        await rows.filter(was_there=None).update(was_there=False)
        await rows.update(here_since=None, hand_raised_at=None)
        found.meeting.state, found.meeting.ended_at = MeetingState.HELD, now()
        await dismiss_guests(found)
        await found.save()
        await found.scene.stir()
    return found.meeting
