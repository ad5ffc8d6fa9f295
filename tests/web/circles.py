"""The circle of the demo community, for tests and pictures."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from tests.flows.harness import Api
from tests.web.browser import Site

CIRCLE = "First year on my own"
PARTS = ("", "meetings", "shared", "care", "desk")


async def demo_circle(site: Site) -> str:
    """Return the id of the circle that Amara leads."""
    lead = await site.api("amara")
    edges = (await lead("{ myCircles(first: 20) { edges { node { id name } } } }"))["myCircles"]["edges"]
    return str(next(edge["node"]["id"] for edge in edges if edge["node"]["name"] == CIRCLE))


async def kept_as(who: Api, step: str, **form: object) -> str:
    """Propose a circle of equals, or change it; return its id."""
    stem = step[0].upper() + step[1:]
    shows = f"... on {stem}Payload {{ circle {{ id }} }} ... on Refusal {{ message }}"
    done = (await who(f"mutation($form: {stem}Input!) {{ {step}(input: $form) {{ {shows} }} }}", form=form))[step]
    assert "circle" in done, done
    return str(done["circle"]["id"])


async def next_meeting(site: Site, circle: str) -> str:
    """Return the id of the circle's next meeting."""
    lead = await site.api("amara")
    asked = "... on Circle { meetings(first: 1, states: [PLANNED]) { edges { node { id } } } }"
    (edge,) = (await lead(f'{{ node(id: "{circle}") {{ {asked} }} }}'))["node"]["meetings"]["edges"]
    return str(edge["node"]["id"])


def circle_path(circle: str, part: str = "") -> str:
    """Return where a circle is, or a part of its page."""
    return f"/circles/{quote(circle)}" + (f"/{part}" if part else "")


def meeting_path(circle: str, meeting: str) -> str:
    """Return where a circle's meeting is."""
    return circle_path(circle, f"meetings/{quote(meeting)}")


async def round_under_way(site: Site, circle: str) -> str:
    """Let three go into a meeting, one of whom speaks while another's hand is up. Return the meeting's id."""
    amara, noor, jonas = [await site.api(name) for name in ("amara", "noor", "jonas")]
    starts_at = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    form = {"circleId": circle, "title": "What we dare", "startsAt": starts_at, "turnSeconds": 600}
    planned = await amara.do("planCircleMeetings", "meetings { id }", **form)
    meeting = str(planned["meetings"][0]["id"])
    await amara.do("startCircleMeeting", "__typename", meetingId=meeting)
    for one in (noor, jonas):
        await one.do("enterCircleMeeting", "__typename", meetingId=meeting)
    await jonas.do("setCircleHand", "__typename", meetingId=meeting, isRaised=True)
    for _ in range(2):
        await amara.do("giveCircleTurn", "__typename", meetingId=meeting)
    return meeting
