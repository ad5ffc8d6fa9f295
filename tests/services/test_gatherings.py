"""Gatherings: whom they are for, the cap and the line under everything that moves them, the door, and the block."""

import asyncio
from datetime import timedelta

import pytest

from server.domain import topics
from server.domain.actors import VISITOR, Actor, ProfileId
from server.domain.circles import CircleKind
from server.domain.errors import Conflict, InvalidInput, LimitReached, NotAllowed, NotFound, RateLimited
from server.domain.gatherings import MAX_TO_COME, Rsvp, code_at
from server.kit.clock import clock, now
from server.kit.ids import new_id
from server.kit.paging import PageRequest
from server.models.gatherings import Gathering, GatheringAnswer
from server.models.safety import Block
from server.models.streams import StreamEntry
from server.outbound.mail import Mail
from server.queries import gatherings as queries
from server.reactions import REACTIONS, Surroundings, react_to_due
from server.services import circle_seats, gathering_guests, gathering_sweeps, gatherings, safety
from server.services.gatherings import Invited
from tests.factories.circles import ring
from tests.factories.gatherings import announced, answers_to, gathering_form
from tests.factories.logins import counting
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")


class NoMail:
    async def send(self, mail: Mail) -> None:
        raise AssertionError(mail.subject)


async def react() -> None:
    while await react_to_due(REACTIONS, Surroundings(NoMail(), "https://alongside.example.org")):
        pass


async def say(who: Actor, of: Gathering, rsvp: Rsvp = Rsvp.YES) -> None:
    await gathering_guests.answer(who, gathering_id=of.id, rsvp=rsvp)


async def heard(who: Actor) -> list[str]:
    topic = topics.user(who.require_user()).name
    return [row.kind for row in await StreamEntry.filter(topic=topic).order_by("seq")]


async def full_of_two() -> tuple[Gathering, list[Actor]]:
    """Make a gathering for two, with two who go and two who wait."""
    people = [await person(name) for name in ("Host", "Ana", "Bo", "Cy", "Di")]
    of = await announced(people[0], cap=2)
    for who in people[1:]:
        await say(who, of)
    return of, people


async def test_the_line_moves_up_by_itself_in_its_order_when_somebody_leaves() -> None:
    of, (_, ana, bo, cy, di) = await full_of_two()
    assert list((await answers_to(of)).values()) == ["going", "going", "waiting", "waiting"]
    assert await queries.places_in_line(di, [of.id]) == {of.id: 2}
    await say(cy, of)
    assert await queries.places_in_line(cy, [of.id]) == {of.id: 1}, "a repeated yes keeps the place in the line"
    await say(ana, of, Rsvp.MAYBE)
    assert await answers_to(of) == {
        bo.user_id: "going",
        cy.user_id: "going",
        di.user_id: "waiting",
        ana.user_id: "maybe",
    }
    await say(ana, of)
    assert (await answers_to(of))[ana.user_id] == "waiting"
    assert await heard(cy) == ["gathering.answered"] * 2


async def test_a_higher_cap_lets_the_line_in_and_a_lower_one_takes_a_place_from_nobody() -> None:
    of, (host, _, _, _, di) = await full_of_two()
    with pytest.raises(InvalidInput):
        await gatherings.edit(host, gathering_id=of.id, form=gathering_form(cap=1))
    with pytest.raises(Conflict):
        await gatherings.edit(host, gathering_id=of.id, form=gathering_form(cap=3), expected_version=7)
    await gatherings.edit(host, gathering_id=of.id, form=gathering_form(cap=3), expected_version=1)
    assert list((await answers_to(of)).values()) == ["going", "going", "going", "waiting"]
    await gatherings.edit(host, gathering_id=of.id, form=gathering_form(cap=None), expected_version=2)
    assert set((await answers_to(of)).values()) == {"going"}
    assert await heard(di) == ["gathering.answered", "gathering.changed", "gathering.changed", "gathering.answered"]


async def test_many_answers_at_once_never_go_past_the_cap() -> None:
    host, people = await person("Host"), [await person(f"P{number}") for number in range(12)]
    of = await announced(host, cap=4)
    await asyncio.gather(*(say(who, of) for who in people))
    assert sorted((await answers_to(of)).values()) == ["going"] * 4 + ["waiting"] * 8
    going = [who for who in people if (await answers_to(of))[who.user_id] == "going"]
    await asyncio.gather(*(say(who, of, Rsvp.NO) for who in going))
    assert sorted((await answers_to(of)).values()) == ["going"] * 4 + ["not_going"] * 4 + ["waiting"] * 4


async def test_it_is_seen_by_those_it_is_for_and_by_nobody_else() -> None:
    of = await ring(3)
    lead, member, outsider = of.lead, of.people[1], await person("Out")
    mine = await announced(lead, invited=Invited(circle_id=of.id))
    assert set(await queries.visible(member, [mine.id])) == {mine.id}
    for nobody in (outsider, VISITOR, await person("Uma", is_verified=False)):
        assert await queries.visible(nobody, [mine.id]) == {}
    for refused in (outsider, await person("Pia")):
        with pytest.raises(NotFound):
            await say(refused, mine)
        with pytest.raises(NotFound):
            await announced(refused, invited=Invited(circle_id=of.id))
    with pytest.raises(NotFound):
        await announced(lead, invited=Invited(programme_id=new_id()))
    with pytest.raises(InvalidInput):
        await announced(lead, invited=Invited(circle_id=of.id, programme_id=new_id()))


async def test_a_circle_of_nicknames_is_not_gathered() -> None:
    of = await ring(3, kind=CircleKind.SUPPORT)
    with pytest.raises(Conflict) as refused:
        await announced(of.lead, invited=Invited(circle_id=of.id))
    assert refused.value.current == "nicknames"


async def test_who_leaves_the_circle_leaves_its_gatherings_and_the_line_moves_up() -> None:
    of = await ring(4)
    mine = await announced(of.lead, invited=Invited(circle_id=of.id), cap=1)
    for who in of.people[1:3]:
        await say(who, mine)
    await circle_seats.leave_circle(of.people[1], circle_id=of.id)
    await react()
    assert list((await answers_to(mine)).values()) == ["gone", "going"]


async def test_a_block_hides_it_silently_and_gives_the_place_on() -> None:
    of, (host, ana, _, cy, _) = await full_of_two()
    before = await heard(host), await heard(ana)
    await safety.block(ana, profile_id=ProfileId(host.require_user()))
    await react()
    assert (await answers_to(of))[ana.user_id] == "gone"
    assert (await answers_to(of))[cy.user_id] == "going"
    assert (await heard(host), [kind for kind in await heard(ana) if kind != "profile.blocked"]) == before
    with pytest.raises(NotFound):
        await say(ana, of)
    with pytest.raises(NotFound):
        await gathering_guests.note_guest(host, gathering_id=of.id, profile_id=ana.require_user(), came=True)


async def test_two_guests_with_a_block_both_go_and_neither_is_shown_the_other() -> None:
    of, (host, ana, bo, _, _) = await full_of_two()
    await Block.create(blocker_id=ana.user_id, blocked_id=bo.user_id)
    page = PageRequest(queries.GUESTS, size=20)

    async def seen(who: Actor) -> list[object]:
        return [row.profile_id for row in (await queries.guests_of(who, [of.id], page))[of.id].items]

    assert await seen(ana) == [ana.user_id]
    assert await seen(bo) == [bo.user_id]
    assert len(await seen(host)) == 4
    assert await seen(await person("Eve")) == []


async def test_one_checks_in_with_the_code_of_the_minute_and_a_free_place_is_theirs() -> None:
    of, (host, ana, _, cy, _) = await full_of_two()
    with clock.moved(of.starts_at - now()):
        code = code_at(of.code_key, now())
        await gathering_guests.check_in(ana, gathering_id=of.id, code=code)
        with pytest.raises(LimitReached):
            await gathering_guests.check_in(cy, gathering_id=of.id, code=code)
        await say(await person("Late"), of, Rsvp.NO)
        await say(ana, of, Rsvp.NO)
        assert (await answers_to(of))[cy.user_id] == "going"
        await gathering_guests.check_in(cy, gathering_id=of.id, code=code)
        await gathering_guests.note_guest(host, gathering_id=of.id, profile_id=cy.require_user(), came=False)
        row = await GatheringAnswer.get(gathering_id=of.id, profile_id=cy.user_id)
        assert (row.came_at, row.came_by) == (None, None)
    with pytest.raises(Conflict):
        await gathering_guests.check_in(ana, gathering_id=of.id, code=code_at(of.code_key, now()))


async def test_codes_are_not_to_be_guessed() -> None:
    host, ana = await person("Host"), await person("Ana")
    of = await announced(host)
    with clock.moved(of.starts_at - now()), counting():
        wrong = f"{(int(code_at(of.code_key, now())) + 7) % 10**6:06d}"
        refusals = []
        for _ in range(12):
            with pytest.raises((InvalidInput, RateLimited)) as refused:
                await gathering_guests.check_in(ana, gathering_id=of.id, code=wrong)
            refusals.append(refused.type)
    assert RateLimited in refusals


async def test_a_gathering_is_called_off_by_its_host_until_it_begins_and_whoever_answered_is_told() -> None:
    of, (host, ana, _, _, di) = await full_of_two()
    with pytest.raises(NotAllowed):
        await gatherings.cancel(ana, gathering_id=of.id)
    with clock.moved(of.starts_at - now()), pytest.raises(Conflict):
        await gatherings.cancel(host, gathering_id=of.id)
    await gatherings.cancel(host, gathering_id=of.id, expected_version=1)
    assert [(await heard(who))[-1] for who in (ana, di)] == ["gathering.cancelled"] * 2
    with pytest.raises(Conflict):
        await say(ana, of, Rsvp.NO)


async def test_a_host_hands_over_to_who_agrees_and_the_new_hosts_blocks_hold() -> None:
    of, (host, ana, bo, cy, di) = await full_of_two()
    stranger = await person("Uma", is_verified=False)
    for nobody in (host, stranger):
        with pytest.raises(NotFound):
            await gatherings.offer_host(host, gathering_id=of.id, profile_id=nobody.require_user())
    await gatherings.offer_host(host, gathering_id=of.id, profile_id=ana.require_user())
    with pytest.raises(NotFound):
        await gatherings.answer_host(bo, gathering_id=of.id, accept=True)
    await Block.create(blocker_id=bo.user_id, blocked_id=ana.user_id)
    await gatherings.answer_host(ana, gathering_id=of.id, accept=True)
    assert (await Gathering.get(id=of.id)).host_id == ana.user_id
    states = await answers_to(of)
    assert (states[bo.user_id], states[cy.user_id], states[di.user_id]) == ("gone", "going", "waiting")
    with pytest.raises(NotAllowed):
        await gatherings.cancel(host, gathering_id=of.id)


async def test_reminders_go_to_who_goes_and_to_the_host_once_each() -> None:
    of, (host, ana, _, cy, _) = await full_of_two()
    with clock.moved(of.starts_at - now() - timedelta(hours=23)):
        assert (await gathering_sweeps.remind_due(), await gathering_sweeps.remind_due()) == (1, 0)
    with clock.moved(of.starts_at - now() - timedelta(hours=1)):
        assert await gathering_sweeps.remind_due() == 1
    assert [(await heard(who)).count("gathering.reminded") for who in (host, ana, cy)] == [2, 2, 0]
    late = await announced(host, timedelta(hours=1), title="Spontaneous")
    assert (late.reminded, await gathering_sweeps.remind_due()) == (2, 0)


async def test_one_hosts_so_many_at_a_time_and_a_key_announces_once() -> None:
    host = await person("Host")
    form = gathering_form()
    first, again = [
        await gatherings.announce(host, form=form, invited=Invited(), idempotency_key="once") for _ in range(2)
    ]
    assert first.id == again.id
    for _ in range(MAX_TO_COME - 1):
        await announced(host)
    with pytest.raises(LimitReached):
        await announced(host)


async def test_the_page_of_what_is_to_come_is_narrowed_by_city_interest_and_time() -> None:
    host, viewer = await person("Host"), await person("Vi")
    here = await announced(host, interests=("Cycling",))
    online = await announced(host, timedelta(days=2), is_online=True, interests=("tax",))
    there = await announced(host, timedelta(days=9), city="Porto")
    await gatherings.cancel(host, gathering_id=(await announced(host)).id)

    async def found(**wanted: object) -> list[object]:
        asked = queries.Wanted(**{"until": now() + timedelta(days=99), **wanted})  # type: ignore[arg-type]  # the test's own
        page = await queries.coming_page(viewer, PageRequest(queries.SOONEST, size=20), asked)
        return [row.id for row in page.items]

    assert await found() == [online.id, here.id, there.id]
    assert await found(city=" LISBON ") == [here.id]
    assert await found(interest="cycling") == [here.id]
    assert await found(until=now() + timedelta(days=4)) == [online.id, here.id]


async def test_calendars_are_given_what_each_person_hosts_or_goes_to() -> None:
    of, (host, ana, _, cy, _) = await full_of_two()
    ids = [who.require_user() for who in (host, ana, cy)]
    found = await queries.gatherings_of(ids, now(), now() + timedelta(days=9))
    assert {key: [row.id for row in rows] for key, rows in found.items()} == {
        host.user_id: [of.id],
        ana.user_id: [of.id],
        cy.user_id: [],
    }
    later = await queries.gatherings_of(ids, now() + timedelta(days=9), now() + timedelta(days=19))
    assert set(map(len, later.values())) == {0}
