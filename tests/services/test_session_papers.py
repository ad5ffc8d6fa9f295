"""Links and actions: what can be put into a room, by whom, and what outlives it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import pytest

from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import Conflict, InvalidInput, LimitReached, NotAllowed, NotFound
from server.domain.session_papers import MAX_ACTIONS, MAX_ACTIONS_BESIDE, MAX_LINKS
from server.domain.sessions import SessionRole
from server.kit.clock import clock
from server.kit.paging import PageRequest
from server.models.safety import Block
from server.models.session_room import SessionAction, SessionLink
from server.models.sessions import Session, SessionParticipant
from server.models.streams import StreamEntry
from server.queries.session_room import NEWEST_ACTIONS, actions_of_mentorships
from server.services import session_papers as papers
from server.services import sessions
from server.services.session_papers import ActionForm
from tests.factories.mentorships import mentorship
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")

DAY = date(2027, 3, 9)


async def room() -> tuple[Actor, Actor, Session]:
    one, other = await person("Ana"), await person("Bola")
    return one, other, await sessions.open_session(one, mentorship_id=(await mentorship(one, other)).id)


def to_do(who: Actor, text: str = "Send the invoice", *, is_done: bool = False) -> ActionForm:
    return ActionForm(text, who.require_user(), DAY, is_done)


async def test_either_of_the_two_puts_links_and_takes_them_out() -> None:
    one, other, session = await room()
    link = await papers.add_link(one, session_id=session.id, url=" https://example.org/a ", title=" Rates ")
    assert (link.url, link.title, link.added_by) == ("https://example.org/a", "Rates", one.user_id)
    assert await papers.remove_link(other, link_id=link.id) == session.id
    with pytest.raises(NotFound):
        await papers.remove_link(other, link_id=link.id)


@pytest.mark.parametrize(
    "url",
    ["", "javascript:alert(1)", "data:text/html,x", "//example.org", "https://", "https://a b", "https://me:pw@a.org"],
)
async def test_only_web_addresses_are_taken(url: str) -> None:
    one, _, session = await room()
    with pytest.raises(InvalidInput) as refusal:
        await papers.add_link(one, session_id=session.id, url=url)
    assert refusal.value.problems[0].path == "url"
    assert await SessionLink.all().count() == 0


async def test_repeated_commands_make_one_of_each() -> None:
    one, _, session = await room()
    here: dict[str, Any] = {"session_id": session.id}
    links = [papers.add_link(one, **here, url="https://a.org", idempotency_key="l") for _ in range(3)]
    actions = [papers.add_action(one, **here, form=to_do(one), idempotency_key="a") for _ in range(3)]
    assert len({row.id for row in await asyncio.gather(*links)}) == 1
    assert len({row.id for row in await asyncio.gather(*actions)}) == 1
    assert (await SessionLink.all().count(), await SessionAction.all().count()) == (1, 1)


async def test_a_session_holds_so_many_links_and_actions() -> None:
    one, _, session = await room()
    await SessionLink.bulk_create(
        SessionLink(session_id=session.id, added_by=one.user_id, url="https://a.org", title="")
        for _ in range(MAX_LINKS)
    )
    await SessionAction.bulk_create(
        SessionAction(session_id=session.id, owner_id=one.user_id, written_by=one.user_id, text="x")
        for _ in range(MAX_ACTIONS)
    )
    with pytest.raises(LimitReached):
        await papers.add_link(one, session_id=session.id, url="https://a.org")
    with pytest.raises(LimitReached):
        await papers.add_action(one, session_id=session.id, form=to_do(one))


async def test_an_action_outlives_the_session_and_links_stay_as_they_were() -> None:
    one, other, session = await room()
    link = await papers.add_link(one, session_id=session.id, url="https://a.org")
    action = await papers.add_action(one, session_id=session.id, form=to_do(other))
    await sessions.end_session(one, session_id=session.id)
    done = await papers.edit_action(other, action_id=action.id, form=to_do(other, is_done=True))
    with clock.moved(timedelta(days=1)):
        again = await papers.edit_action(one, action_id=action.id, form=to_do(one, "Send both", is_done=True))
    assert (again.done_at, again.owner_id, again.written_by) == (done.done_at, one.user_id, one.user_id)
    with pytest.raises(Conflict):
        await papers.add_action(one, session_id=session.id, form=to_do(one))
    with pytest.raises(Conflict):
        await papers.remove_link(one, link_id=link.id)
    assert await papers.remove_action(one, action_id=action.id) == session.id


async def test_an_action_is_for_somebody_in_the_session() -> None:
    one, _, session = await room()
    stranger = await person("Chi")
    with pytest.raises(NotFound):
        await papers.add_action(one, session_id=session.id, form=to_do(stranger))
    action = await papers.add_action(one, session_id=session.id, form=to_do(one))
    with pytest.raises(NotFound):
        await papers.edit_action(one, action_id=action.id, form=to_do(stranger))


async def test_a_mentorship_lists_the_actions_of_all_its_sessions_to_its_two_alone() -> None:
    one, other, session = await room()
    first = await papers.add_action(one, session_id=session.id, form=to_do(one, "first"))
    await sessions.end_session(one, session_id=session.id)
    next_one = await sessions.open_session(other, mentorship_id=session.mentorship_id)
    second = await papers.add_action(other, session_id=next_one.id, form=to_do(one, "second"))
    page = PageRequest(NEWEST_ACTIONS, 10)

    async def seen(who: Actor) -> list[SessionAction]:
        found = await actions_of_mentorships(who, [session.mentorship_id], page)
        return list(found[session.mentorship_id].items)

    assert await seen(one) == await seen(other) == [second, first]
    assert await seen(await person("Chi")) == []
    await Block.create(blocker_id=one.user_id, blocked_id=other.user_id)
    assert await seen(one) == await seen(other) == []


Attempt = Callable[[Actor, Session, SessionLink, SessionAction], Awaitable[Any]]
ATTEMPTS: dict[str, Attempt] = {
    "add link": lambda who, session, _, __: papers.add_link(who, session_id=session.id, url="https://a.org"),
    "remove link": lambda who, _, link, __: papers.remove_link(who, link_id=link.id),
    "add action": lambda who, session, _, __: papers.add_action(who, session_id=session.id, form=to_do(who)),
    "edit action": lambda who, _, __, action: papers.edit_action(who, action_id=action.id, form=to_do(who)),
    "remove action": lambda who, _, __, action: papers.remove_action(who, action_id=action.id),
}


@pytest.mark.parametrize("name", ATTEMPTS)
async def test_strangers_find_nothing_and_guests_change_nothing(name: str) -> None:
    one, _, session = await room()
    link = await papers.add_link(one, session_id=session.id, url="https://a.org")
    action = await papers.add_action(one, session_id=session.id, form=to_do(one))
    guest = await person("Chi")
    with pytest.raises(NotFound):
        await ATTEMPTS[name](guest, session, link, action)
    await SessionParticipant.create(session_id=session.id, profile_id=guest.user_id, role=SessionRole.GUEST)
    with pytest.raises(NotAllowed):
        await ATTEMPTS[name](guest, session, link, action)


async def beside() -> tuple[Actor, Actor, dict[str, Any]]:
    one, other = await person("Ana"), await person("Bola")
    return one, other, {"mentorship_id": (await mentorship(one, other)).id}


async def test_the_two_agree_on_actions_beside_their_sessions_too() -> None:
    one, other, of = await beside()
    action = await papers.add_action_beside(one, **of, form=to_do(other))
    session = await sessions.open_session(one, **of)
    inside = await papers.add_action(one, session_id=session.id, form=to_do(one))
    page = PageRequest(NEWEST_ACTIONS, 10)
    for who in (one, other):
        found = (await actions_of_mentorships(who, list(of.values()), page))[of["mentorship_id"]]
        assert [row.id for row in found.items] == [inside.id, action.id]
    first = (await actions_of_mentorships(one, list(of.values()), PageRequest(NEWEST_ACTIONS, 1)))[of["mentorship_id"]]
    assert ([row.id for row in first.items], first.has_next) == ([inside.id], True)
    done = await papers.edit_action(other, action_id=action.id, form=to_do(other, is_done=True), expected_version=1)
    assert (done.done_at is not None, done.version) == (True, 2)
    assert await papers.remove_action(one, action_id=action.id) is None
    kinds = [row.kind for row in await StreamEntry.filter(topic=topics.user(other.require_user()).name).order_by("seq")]
    assert [kind for kind in kinds if kind.startswith("mentorship.")] == ["mentorship.action_changed"] * 3


async def test_of_two_who_change_an_action_at_once_one_is_told_its_version() -> None:
    one, other, of = await beside()
    action = await papers.add_action_beside(one, **of, form=to_do(other))
    edits = [
        papers.edit_action(who, action_id=action.id, form=to_do(who, f"As {number}"), expected_version=1)
        for number, who in enumerate((one, other))
    ]
    ended = await asyncio.gather(*edits, return_exceptions=True)
    (refused,) = [one for one in ended if isinstance(one, Conflict)]
    assert refused.current == "2"


async def test_an_action_beside_the_sessions_is_for_one_of_the_two_and_hidden_by_a_block() -> None:
    one, other, of = await beside()
    stranger = await person("Chi")
    with pytest.raises(NotFound):
        await papers.add_action_beside(one, **of, form=to_do(stranger))
    with pytest.raises(NotFound):
        await papers.add_action_beside(stranger, **of, form=to_do(stranger))
    action = await papers.add_action_beside(one, **of, form=to_do(one))
    await Block.create(blocker_id=one.user_id, blocked_id=other.user_id)
    for who in (one, other, stranger):
        with pytest.raises(NotFound):
            await papers.edit_action(who, action_id=action.id, form=to_do(one))


async def test_beside_its_sessions_a_mentorship_holds_so_many_actions() -> None:
    one, _, of = await beside()
    rows = [
        SessionAction(**of, owner_id=one.user_id, written_by=one.user_id, text="x") for _ in range(MAX_ACTIONS_BESIDE)
    ]
    await SessionAction.bulk_create(rows)
    with pytest.raises(LimitReached):
        await papers.add_action_beside(one, **of, form=to_do(one))
