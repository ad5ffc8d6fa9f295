"""Gatherings for tests: announced by the service, soon or some days ahead."""

from datetime import timedelta
from typing import Any

from server.domain.actors import Actor
from server.domain.gatherings import GatheringForm, wall_time_of
from server.kit.clock import now
from server.models.gatherings import Gathering, GatheringAnswer
from server.services import gatherings
from server.services.gatherings import Invited


def gathering_form(ahead: timedelta = timedelta(days=3), **form: Any) -> GatheringForm:
    """Return the form of a gathering that begins some time from now, to the minute, at the riders' café in Lisbon."""
    zone = form.pop("time_zone", "Europe/Lisbon")
    day, minute = wall_time_of(now() + ahead, zone)
    usual = {"title": "Breakfast for riders", "place": "Café Central", "city": "Lisbon", "country": "PT"}
    return GatheringForm(**{**usual, "day": day, "start_minute": minute, "time_zone": zone, **form})


async def announced(
    host: Actor, ahead: timedelta = timedelta(days=3), invited: Invited | None = None, **form: Any
) -> Gathering:
    """Announce a gathering."""
    return await gatherings.announce(host, form=gathering_form(ahead, **form), invited=invited or Invited())


async def answers_to(gathering: Gathering) -> dict[Any, str]:
    """Return what each person's answer came to, in the order of the line."""
    rows = await GatheringAnswer.filter(gathering_id=gathering.id).order_by("queued_at", "id")
    return {row.profile_id: row.state.value for row in rows}
