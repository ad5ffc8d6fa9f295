"""What the demo community does together: a breakfast to come, a small ask that stands open, and an introduction.

Made by the services, as people make them, inside the unit of work that writes the demo.
"""

from collections.abc import Mapping
from datetime import timedelta

from server.domain.actors import Actor, UserId
from server.domain.gatherings import GatheringForm, Rsvp
from server.domain.seed_shapes import SeedPerson
from server.domain.small_asks import HelpForm, SmallAskForm
from server.kit.clock import now
from server.services import gathering_guests, gatherings, introductions, small_asks
from server.services.gatherings import Invited


async def seed_community(named: Mapping[str, SeedPerson]) -> None:
    """Make what the demo's people do together. For use inside the demo's unit of work."""
    people = {name: Actor(user_id=UserId(one.user.id), is_verified=True) for name, one in named.items()}
    amara, jonas, noor, mateo = (people[name] for name in ("amara", "jonas", "noor", "mateo"))
    form = GatheringForm(
        title="Breakfast for people who work alone",
        day=(now() + timedelta(days=9)).date(),
        start_minute=8 * 60 + 30,
        time_zone="Europe/Lisbon",
        minutes=90,
        about="Coffee, and one thing each that went well.",
        place="Café Central, the long table",
        city="Lisbon",
        country="PT",
        cap=8,
        interests=("freelancing",),
    )
    breakfast = await gatherings.announce(amara, form=form, invited=Invited())
    for who, rsvp in ((jonas, Rsvp.YES), (noor, Rsvp.YES), (mateo, Rsvp.MAYBE)):
        await gathering_guests.answer(who, gathering_id=breakfast.id, rsvp=rsvp)
    asked = SmallAskForm("Would somebody read my reminder to a client who does not pay?", topic="late invoices")
    ask = await small_asks.post(mateo, form=asked)
    await small_asks.offer_help(noor, ask_id=ask.id, form=HelpForm(now() + timedelta(days=1), "Gladly."))
    await introductions.offer(
        noor,
        one_id=jonas.require_user(),
        other_id=mateo.require_user(),
        words="You both began on your own this year. I think you would have a lot to tell each other.",
    )
