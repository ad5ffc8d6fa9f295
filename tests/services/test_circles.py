"""Circles: the road from proposal to archive, seats and the line, norms, and what time alone does."""

import asyncio
from datetime import timedelta

import pytest

from server.domain.actors import Actor
from server.domain.circles import CircleAction, CircleForm, CircleKind, CircleState, JoinMode, SeatRole, SeatState
from server.domain.errors import Conflict, InvalidInput, LimitReached, NotAllowed, NotFound
from server.domain.profiles import Visibility
from server.domain.visibility import ProfileField
from server.kit.clock import clock
from server.models.circles import CircleSeat
from server.models.profiles import Profile
from server.models.safety import Block
from server.queries import circles as queries
from server.queries.profiles import visible_profiles
from server.services import circle_seats, circle_sweeps, circle_talk, circles
from server.services.circle_seats import JoinForm
from server.services.circle_talk import ThreadForm
from tests.factories.circles import Ring, proposed, ring
from tests.factories.people import person
from tests.factories.profiles import shows

pytestmark = pytest.mark.usefixtures("db")


async def joins(who: Actor, circle_id: object, **form: object) -> CircleSeat:
    return await circle_seats.join_circle(who, circle_id=circle_id, form=JoinForm(**form))  # type: ignore[arg-type]  # as given


async def states(of: Ring) -> dict[SeatState, int]:
    rows = await CircleSeat.filter(circle_id=of.id)
    return {state: sum(1 for row in rows if row.state is state) for state in {row.state for row in rows}}


async def test_a_kind_sets_where_a_circle_begins_and_its_proposer_leads_it() -> None:
    ana = await person("Ana")
    circle = await circles.propose_circle(ana, kind=CircleKind.PEER, form=CircleForm("Couriers of Porto"))
    assert (circle.state, circle.join_mode, circle.least, circle.most, circle.with_mentor) == (
        CircleState.PROPOSED,
        JoinMode.APPROVE,
        4,
        8,
        False,
    )
    seat = await CircleSeat.get(circle_id=circle.id)
    assert (seat.profile_id, seat.role, seat.state) == (ana.user_id, SeatRole.LEAD, SeatState.SEATED)
    with pytest.raises(InvalidInput):
        await circles.propose_circle(ana, kind=CircleKind.SUPPORT, form=CircleForm("No nickname"))
    with pytest.raises(InvalidInput):
        await proposed(ana, least=2)
    with pytest.raises(InvalidInput):
        await proposed(ana, least=6, most=5)


async def test_nobody_has_more_than_three_circles_that_have_not_begun() -> None:
    ana = await person("Ana")
    for number in range(circles.MAX_PROPOSED):
        await proposed(ana, name=f"Circle {number}")
    with pytest.raises(LimitReached):
        await proposed(ana)


async def test_the_road_leads_from_proposal_to_archive_and_too_few_do_not_begin() -> None:
    ana = await person("Ana")
    circle = await proposed(ana)

    async def move(action: CircleAction) -> CircleState:
        return (await circles.move_circle(ana, circle_id=circle.id, action=action)).state

    with pytest.raises(Conflict):
        await move(CircleAction.START)
    assert await move(CircleAction.GATHER) is CircleState.FORMING
    with pytest.raises(Conflict) as refused:
        await move(CircleAction.START)
    assert refused.value.current == "too_few"
    for name in ("Bola", "Cy"):
        await joins(await person(name), circle.id)
    assert await move(CircleAction.START) is CircleState.ACTIVE
    assert await move(CircleAction.REST) is CircleState.DORMANT
    assert await move(CircleAction.WAKE) is CircleState.ACTIVE
    assert await move(CircleAction.CLOSE) is CircleState.CLOSING
    assert await move(CircleAction.KEEP) is CircleState.ACTIVE
    await move(CircleAction.CLOSE)
    assert await move(CircleAction.FINISH) is CircleState.ALUMNI
    with pytest.raises(Conflict):
        await move(CircleAction.WAKE)


async def test_a_circle_with_a_mentor_begins_with_one() -> None:
    ana, mo = await person("Ana"), await person("Mo")
    circle = await proposed(ana, CircleKind.GROUP_MENTORING)
    await circles.move_circle(ana, circle_id=circle.id, action=CircleAction.GATHER)
    for name in ("Bola", "Cy"):
        await joins(await person(name), circle.id)
    with pytest.raises(Conflict) as refused:
        await circles.move_circle(ana, circle_id=circle.id, action=CircleAction.START)
    assert refused.value.current == "no_mentor"
    await circle_seats.invite_to_circle(ana, circle_id=circle.id, profile_id=mo.require_user(), role=SeatRole.MENTOR)
    await circle_seats.answer_invitation(mo, circle_id=circle.id, accept=True, form=JoinForm())
    started = await circles.move_circle(ana, circle_id=circle.id, action=CircleAction.START)
    assert started.state is CircleState.ACTIVE


async def test_an_open_circle_seats_until_it_is_full_and_then_lines_up() -> None:
    of = await ring(3, most=3)
    later = [await person("Eve"), await person("Fay")]
    assert [(await joins(who, of.id)).state for who in later] == [SeatState.WAITLISTED] * 2
    assert (await joins(later[0], of.id)).state is SeatState.WAITLISTED
    assert await queries.places_in_line(later[1], [of.id]) == {of.id: 2}
    await circle_seats.leave_circle(of.people[1], circle_id=of.id)
    assert [(await of.seat_of(who)).state for who in later] == [SeatState.SEATED, SeatState.WAITLISTED]


async def test_of_many_at_once_exactly_as_many_get_in_as_there_are_seats() -> None:
    of = await ring(3, most=6)
    crowd = [await person(f"P{number}") for number in range(12)]
    rows = await asyncio.gather(*(joins(who, of.id) for who in crowd))
    assert sorted(row.state.value for row in rows) == ["seated"] * 3 + ["waitlisted"] * 9
    assert await states(of) == {SeatState.SEATED: 6, SeatState.WAITLISTED: 9}


async def test_approval_invitation_waitlist_and_closed_let_in_as_they_say() -> None:
    ana, bola = await person("Ana"), await person("Bola")
    circle = await proposed(ana, join_mode=JoinMode.APPROVE)
    applied = await joins(bola, circle.id, message="I ride nights")
    assert applied.state is SeatState.APPLIED
    with pytest.raises(NotAllowed):
        await circle_seats.answer_application(bola, seat_id=applied.id, accept=True)
    taken = await circle_seats.answer_application(ana, seat_id=applied.id, accept=True)
    assert taken.state is SeatState.SEATED
    with pytest.raises(Conflict):
        await circle_seats.answer_application(ana, seat_id=applied.id, accept=False)

    async def set_to(mode: JoinMode) -> None:
        await circles.edit_circle(ana, circle_id=circle.id, form=CircleForm(circle.name, join_mode=mode))

    await set_to(JoinMode.INVITE)
    cy = await person("Cy")
    with pytest.raises(NotAllowed):
        await joins(cy, circle.id)
    await circle_seats.invite_to_circle(ana, circle_id=circle.id, profile_id=cy.require_user())
    assert (await joins(cy, circle.id)).state is SeatState.SEATED
    await set_to(JoinMode.CLOSED)
    with pytest.raises(Conflict):
        await joins(await person("Di"), circle.id)
    await set_to(JoinMode.WAITLIST)
    eve = await person("Eve")
    assert (await joins(eve, circle.id)).state is SeatState.WAITLISTED
    await circle_seats.admit_line(ana, circle_id=circle.id)
    assert (await CircleSeat.get(circle_id=circle.id, profile_id=eve.user_id)).state is SeatState.SEATED


async def test_who_was_declined_waits_and_who_was_removed_needs_an_invitation() -> None:
    ana, bola = await person("Ana"), await person("Bola")
    circle = await proposed(ana, join_mode=JoinMode.APPROVE)
    applied = await joins(bola, circle.id)
    await circle_seats.answer_application(ana, seat_id=applied.id, accept=False)
    with pytest.raises(Conflict):
        await joins(bola, circle.id)
    with clock.moved(by=timedelta(days=31)):
        again = await joins(bola, circle.id)
        assert again.state is SeatState.APPLIED
        await circle_seats.answer_application(ana, seat_id=again.id, accept=True)
        await circle_seats.remove_from_circle(ana, seat_id=again.id)
        with pytest.raises(NotAllowed):
            await joins(bola, circle.id)


async def test_somebody_with_a_block_to_a_member_finds_the_circle_full_until_it_is_lifted() -> None:
    of = await ring(3)
    eve = await person("Eve")
    block = await Block.create(blocker_id=of.people[1].user_id, blocked_id=eve.user_id)
    assert (await joins(eve, of.id)).state is SeatState.WAITLISTED
    fay = await person("Fay")
    assert (await joins(fay, of.id)).state is SeatState.SEATED
    await block.delete()
    await circle_seats.leave_circle(fay, circle_id=of.id)
    assert (await of.seat_of(eve)).state is SeatState.SEATED


async def test_a_lead_who_leaves_is_followed_by_a_co_lead_and_the_last_one_ends_it() -> None:
    of = await ring(3)
    ana, bola, cy = of.people
    await circle_seats.change_role(ana, seat_id=(await of.seat_of(cy)).id, role=SeatRole.CO_LEAD)
    await circle_seats.leave_circle(ana, circle_id=of.id)
    assert (await of.seat_of(cy)).role is SeatRole.LEAD
    await circle_seats.leave_circle(cy, circle_id=of.id)
    assert (await of.seat_of(bola)).role is SeatRole.LEAD
    await circle_seats.leave_circle(bola, circle_id=of.id)
    assert (await of.row()).state is CircleState.CLOSING


async def test_roles_are_given_from_above() -> None:
    of = await ring(4)
    ana, bola, cy, di = of.people
    seats = {who: (await of.seat_of(who)).id for who in of.people}
    await circle_seats.change_role(ana, seat_id=seats[bola], role=SeatRole.CO_LEAD)
    await circle_seats.change_role(bola, seat_id=seats[cy], role=SeatRole.MENTOR)
    for who, seat, role in ((bola, cy, SeatRole.CO_LEAD), (cy, di, SeatRole.MENTOR)):
        with pytest.raises(NotAllowed):
            await circle_seats.change_role(who, seat_id=seats[seat], role=role)
    with pytest.raises(NotAllowed):
        await circle_seats.remove_from_circle(bola, seat_id=seats[ana])
    await circle_seats.change_role(ana, seat_id=seats[bola], role=SeatRole.LEAD)
    assert ((await of.seat_of(ana)).role, (await of.seat_of(bola)).role) == (SeatRole.CO_LEAD, SeatRole.LEAD)


async def test_norms_are_read_to_join_and_all_are_asked_again_when_somebody_does() -> None:
    of = await ring(3)
    ana, bola, _ = of.people
    await circles.write_norms(ana, circle_id=of.id, text="What is said here stays here.")
    with pytest.raises(Conflict):
        await circles.agree_to_norms(bola, circle_id=of.id, number=7)
    await circles.agree_to_norms(bola, circle_id=of.id, number=1)

    async def agreed() -> set[object]:
        circle = await of.row()
        rows = await CircleSeat.filter(circle_id=of.id, norms_number=circle.norms_number)
        return {row.profile_id for row in rows if row.norms_agreed_at and row.norms_agreed_at >= circle.norms_asked_at}

    assert await agreed() == {ana.user_id, bola.user_id}
    eve = await person("Eve")
    with pytest.raises(Conflict):
        await joins(eve, of.id)
    await joins(eve, of.id, norms_number=1)
    assert await agreed() == {eve.user_id}
    await circles.agree_to_norms(bola, circle_id=of.id, number=1)
    assert await agreed() == {eve.user_id, bola.user_id}


async def test_an_unlisted_circle_is_not_there_for_others_and_nobody_else_sees_its_seats() -> None:
    of = await ring(3)
    await circles.edit_circle(of.lead, circle_id=of.id, form=CircleForm("Quiet riders", is_listed=False))
    eve = await person("Eve")
    assert await queries.visible(eve, [of.id]) == {}
    with pytest.raises(NotFound):
        await joins(eve, of.id)
    assert await queries.seats_of(eve, [of.id]) == {of.id: []}
    assert len((await queries.seats_of(of.people[1], [of.id]))[of.id]) == 3


async def test_quiet_circles_rest_close_and_become_archives_that_can_be_read_and_not_written() -> None:
    of = await ring(3)
    ana = of.lead
    thread = await circle_talk.open_thread(ana, circle_id=of.id, form=ThreadForm("Hello", "Good morning"))
    seen = []
    for days in (59, 61, 125, 140):
        with clock.moved(by=timedelta(days=days)):
            await circle_sweeps.move_due()
            seen.append((await of.row()).state)
    assert seen == [CircleState.ACTIVE, CircleState.DORMANT, CircleState.CLOSING, CircleState.ALUMNI]
    with pytest.raises(Conflict):
        await circle_talk.add_post(ana, thread_id=thread.id, text="Still here?")
    assert list(await queries.memberships_of(of.people[1], [of.id])) == [of.id]


async def test_a_word_wakes_a_dormant_circle() -> None:
    of = await ring(3)
    await circles.move_circle(of.lead, circle_id=of.id, action=CircleAction.REST)
    await circle_talk.open_thread(of.people[2], circle_id=of.id, form=ThreadForm("Hello", "Anybody?"))
    assert (await of.row()).state is CircleState.ACTIVE


async def test_what_is_shown_to_circles_is_shown_to_those_of_ones_own_and_not_behind_nicknames() -> None:
    of = await ring(3)
    ana, bola, _ = of.people
    stranger = await person("Eve")
    await shows(bola, Visibility.CIRCLES, ProfileField.BIO)
    await Profile.filter(id=bola.user_id).update(bio="Ten years on a bike.")

    async def read_by(who: Actor) -> str | None:
        return (await visible_profiles(who, [bola.require_user()]))[bola.require_profile()].bio

    assert (await read_by(ana), await read_by(stranger)) == ("Ten years on a bike.", None)
    named = await proposed(stranger, CircleKind.SUPPORT, join_mode=JoinMode.OPEN)
    await joins(bola, named.id, nickname="Owl")
    assert await read_by(stranger) is None
    await circle_seats.leave_circle(ana, circle_id=of.id)
    assert await read_by(ana) is None
