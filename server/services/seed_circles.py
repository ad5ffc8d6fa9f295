"""Circles of the demo community: one at work, with a meeting ahead and talk in it, and one that is being proposed.

Made by the services, as people make them, inside the unit of work that writes the demo.
"""

from collections.abc import Mapping
from datetime import timedelta

from server.domain.actors import Actor, UserId
from server.domain.circle_meetings import MeetingForm
from server.domain.circle_talk import Reaction, ThreadKind
from server.domain.circles import CircleAction, CircleForm, CircleKind, JoinMode
from server.domain.seed_shapes import SeedPerson
from server.kit.clock import now
from server.models.circles import Circle
from server.services import circle_meetings, circle_seats, circle_talk, circles
from server.services.circle_seats import JoinForm
from server.services.circle_talk import ResourceForm, ThreadForm

_NORMS = "We start on time. What is said here can be used, but not who said it. Nobody has to turn their camera on."


async def seed_circles(named: Mapping[str, SeedPerson]) -> None:
    """Make the circles of the demo's people. For use inside the demo's unit of work."""
    people = {name: Actor(user_id=UserId(one.user.id), is_verified=True) for name, one in named.items()}
    circle = await _at_work(people)
    await _talk(people, circle)
    await circles.propose_circle(
        people["grace"],
        kind=CircleKind.PRACTICE,
        form=CircleForm(
            "Spreadsheets for the self-employed",
            theme="money",
            purpose="Bring a sheet that hurts; leave with one that works.",
        ),
    )


async def _at_work(people: Mapping[str, Actor]) -> Circle:
    lead, others = people["amara"], [people[name] for name in ("jonas", "noor", "mateo")]
    form = CircleForm(
        "First year on my own",
        theme="freelancing",
        purpose="Six of us, every second week: what came in, what went out, what we dare next.",
        join_mode=JoinMode.OPEN,
    )
    circle = await circles.propose_circle(lead, kind=CircleKind.PEER, form=form)
    await circles.write_norms(lead, circle_id=circle.id, text=_NORMS)
    for who in others:
        await circle_seats.join_circle(who, circle_id=circle.id, form=JoinForm(norms_number=1))
    for action in (CircleAction.GATHER, CircleAction.START):
        await circles.move_circle(lead, circle_id=circle.id, action=action)
    starts_at = (now() + timedelta(days=5)).replace(hour=17, minute=0, second=0, microsecond=0)
    meetings = await circle_meetings.plan_meetings(
        lead, circle_id=circle.id, form=MeetingForm("Round", starts_at, times=3, every_days=14)
    )
    for who in (lead, *others[:2]):
        await circle_meetings.answer_meeting(who, meeting_id=meetings[0].id, wants=True)
    return circle


async def _talk(people: Mapping[str, Actor], circle: Circle) -> None:
    amara, jonas, noor = people["amara"], people["jonas"], people["noor"]
    talk = await circle_talk.open_thread(
        noor, circle_id=circle.id, form=ThreadForm("A day rate", "How did you find yours?", theme="money")
    )
    post = await circle_talk.add_post(
        amara, thread_id=talk.id, text="I counted the days I can sell in a year: fewer than I had thought."
    )
    await circle_talk.react_to_post(noor, post_id=post.id, kind=Reaction.THANKS, is_given=True)
    ask = ThreadForm("Who reads my first offer?", "Two pages, by Friday.", theme="clients", kind=ThreadKind.ASK)
    await circle_talk.open_thread(jonas, circle_id=circle.id, form=ask)
    form = ResourceForm("https://example.org/offer", "An offer on one page", "What to say, and in which order.")
    await circle_talk.add_resource(amara, circle_id=circle.id, form=form)
