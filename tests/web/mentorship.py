"""A mentorship of the demo community with something in each of its parts, for tests and pictures."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from tests.flows.harness import Api
from tests.web.browser import Site

WORKING_WEEK = [
    {"weekday": day, "startMinute": start, "endMinute": start + 180} for day in range(5) for start in (540, 960)
]


async def tie_of(site: Site, name: str, other: str) -> str:
    """Return the id of the newest mentorship of two people of the demo."""
    api = await site.api(name)
    asked = "{ mentorships(first: 20) { edges { node { id mentor { name } mentee { name } } } } }"
    for edge in (await api(asked))["mentorships"]["edges"]:
        people = (edge["node"]["mentor"]["name"], edge["node"]["mentee"]["name"])
        if any(one.startswith(other) for one in people):
            return str(edge["node"]["id"])
    message = f"{name} and {other} have no mentorship"
    raise AssertionError(message)


def address(tie: str, part: str = "") -> str:
    """Return where a mentorship is, or a part of its page."""
    return f"/mentorships/{quote(tie)}" + (f"/{part}" if part else "")


def at_five(days: int) -> str:
    """Return an instant in so many days, at five in the afternoon by UTC."""
    there = datetime.now(UTC) + timedelta(days=days)
    return there.replace(hour=17, minute=0, second=0, microsecond=0).isoformat()


async def open_weeks(*people: Api) -> None:
    """Give each a week with hours that the others have too."""
    for one in people:
        await one.do("setAvailability", "__typename", bufferMinutes=0, noticeMinutes=0, windows=WORKING_WEEK)


async def meetings_of(site: Site, tie: str) -> str:
    """Agree on a meeting of Amara's and Jonas's and propose another. Return the id of what is proposed."""
    amara, jonas = await site.api("amara"), await site.api("jonas")
    await jonas.do("updateProfile", "__typename", timeZone="Europe/Lisbon")
    await open_weeks(amara, jonas)
    form = {"mentorshipId": tie, "minutes": 60}
    made = await amara.do("proposeMeeting", "proposal { id }", **form, title="The fourth piece", starts=[at_five(2)])
    await jonas.do("acceptProposal", "__typename", proposalId=made["proposal"]["id"], startsAt=at_five(2))
    offered = await jonas.do(
        "proposeMeeting",
        "proposal { id }",
        **form,
        title="Prices",
        note="I would like to try a talk about money.",
        starts=[at_five(9), at_five(10)],
    )
    return str(offered["proposal"]["id"])
