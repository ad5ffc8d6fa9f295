"""Who is in the live rooms of events: those in them are there, and a lost host is replaced by a co-host who is.

Only who was seen in the room can be lost there. While nobody knows who is
in the room, nothing is decided.
"""

from uuid import UUID

from server.domain import topics
from server.domain.actors import SYSTEM
from server.domain.webinars import HostWatch, WebinarRole, WebinarState
from server.kit.clock import now
from server.models.webinars import Webinar, WebinarStaff
from server.queries import webinars as webinar_queries
from server.services.ports import ports
from server.services.transaction import retrying, unit_of_work
from server.services.webinar_people import make_host, note_arrivals
from server.services.webinar_scene import enter


async def look_into_rooms() -> int:
    """Note who came to the events under way, and replace the hosts that are lost. Return how many that were.

    Run by the worker every few seconds.
    """
    done = 0
    for webinar in await Webinar.filter(state__in=[WebinarState.OPEN, WebinarState.LIVE]).only("id"):
        present = await _present(webinar.id)
        if present is not None:
            done += await note_arrivals(webinar_id=webinar.id, present=present)
            done += await _look_for_host(webinar.id, present)
    return done


async def _present(webinar_id: UUID) -> frozenset[UUID] | None:
    """Return who is in either room of an event; None when one of them is not known."""
    among_staff = await ports.rooms.present(topics.webinar_staff(webinar_id).name)
    in_audience = await ports.rooms.present(topics.webinar(webinar_id).name)
    return None if among_staff is None or in_audience is None else among_staff | in_audience


@retrying
async def _look_for_host(webinar_id: UUID, present: frozenset[UUID]) -> bool:
    async with unit_of_work() as work:
        scene = await enter(work, SYSTEM, webinar_id)
        webinar, at = scene.webinar, now()
        if webinar.state is not WebinarState.LIVE:
            return False
        staff = (await webinar_queries.staff_of([webinar_id]))[webinar_id]
        before = HostWatch(webinar.host_seen_at, webinar.host_missing_since)
        watch = before.after(is_present=_host_of(staff) in present, at=at)
        heir = next((one for one in staff if one.role is WebinarRole.COHOST and one.profile_id in present), None)
        if heir is not None and watch.is_lost(at):
            await make_host(scene, heir.profile_id)
            return True
        if watch != before:
            webinar.host_seen_at, webinar.host_missing_since = watch.seen_at, watch.missing_since
            await webinar.save(update_fields=["host_seen_at", "host_missing_since"])
    return False


def _host_of(staff: list[WebinarStaff]) -> UUID | None:
    return next((one.profile_id for one in staff if one.role is WebinarRole.HOST), None)
