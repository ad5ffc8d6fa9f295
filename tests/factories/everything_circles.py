"""Somebody with rows in every table of circles that can hold a person, each text of theirs carrying a marker."""

from datetime import timedelta

from server.domain.actors import Actor
from server.domain.circle_facts import ItemKind
from server.domain.circle_meetings import MeetingState, RsvpState
from server.domain.circle_talk import Reaction, ThreadKind, ThreadState
from server.domain.circles import (
    CircleKind,
    CircleState,
    Confidentiality,
    Facilitation,
    JoinMode,
    Naming,
    SeatRole,
    SeatState,
)
from server.kit.clock import now
from server.models.circle_meetings import CircleMeeting, CircleRsvp, CircleTurn
from server.models.circle_talk import CircleCheck, CirclePost, CircleReaction, CircleResource, CircleThread
from server.models.circles import Circle, CircleItem, CircleMerge, CircleNorms, CircleSeat, CircleVeil


async def circles_of(ana: Actor, bo: Actor, mine: str) -> None:
    """Let Ana lead a circle in which she wrote, met, spoke, hid somebody and said how she is."""
    hers = {"profile_id": ana.user_id}
    circle = await Circle.create(
        name="Riders of the north",
        kind=CircleKind.SUPPORT,
        state=CircleState.ACTIVE,
        join_mode=JoinMode.OPEN,
        confidentiality=Confidentiality.SEALED,
        naming=Naming.NICKNAMES,
        facilitation=Facilitation.LEAD,
        least=3,
        most=8,
        created_by=ana.user_id,
    )
    within = {"circle_id": circle.id}
    seat = await CircleSeat.create(
        **within,
        **hers,
        role=SeatRole.LEAD,
        state=SeatState.SEATED,
        nickname=f"nick {mine}",
        message=mine,
        seated_at=now(),
    )
    await CircleSeat.create(
        **within, profile_id=bo.user_id, role=SeatRole.MEMBER, state=SeatState.INVITED, invited_by=ana.user_id
    )
    await CircleNorms.create(**within, number=1, text="Be kind.", written_by=ana.user_id)
    await CircleItem.create(**within, **hers, kind=ItemKind.SEATED, subject_id=seat.id)
    await CircleVeil.create(**within, **hers, hidden_id=bo.user_id)
    await CircleMerge.create(**within, into_id=circle.id, offered_by=ana.user_id, answered_by=ana.user_id)
    await CircleCheck.create(**within, **hers, level=2, note=f"note {mine}")
    await _written(circle, ana, mine)
    await _met(circle, ana, mine)


async def _written(circle: Circle, ana: Actor, mine: str) -> None:
    thread = await CircleThread.create(
        circle_id=circle.id,
        author_id=ana.user_id,
        kind=ThreadKind.ASK,
        state=ThreadState.OPEN,
        theme=mine,
        title=f"title {mine}",
    )
    post = await CirclePost.create(thread_id=thread.id, author_id=ana.user_id, text=f"text {mine}")
    await CircleReaction.create(post_id=post.id, profile_id=ana.user_id, kind=Reaction.HEART)
    await CircleResource.create(
        circle_id=circle.id, added_by=ana.user_id, url=f"https://example.org/{mine}", title=mine, note=mine
    )


async def _met(circle: Circle, ana: Actor, mine: str) -> None:
    meeting = await CircleMeeting.create(
        circle_id=circle.id,
        title="First round",
        starts_at=now(),
        state=MeetingState.HELD,
        facilitator_id=ana.user_id,
        planned_by=ana.user_id,
        notes=f"notes {mine}",
        notes_by=ana.user_id,
        recap=f"recap {mine}",
        recap_by=ana.user_id,
    )
    within = {"meeting_id": meeting.id, "profile_id": ana.user_id}
    await CircleRsvp.create(**within, state=RsvpState.COMING, was_there=True)
    await CircleTurn.create(
        **within, given_by=ana.user_id, round=1, ends_at=now() + timedelta(seconds=60), ended_at=now()
    )
