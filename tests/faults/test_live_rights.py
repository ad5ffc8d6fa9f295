"""Rights in motion, on the bytes themselves: only who is on the staff, and still is, is sent anything of its topic."""

import asyncio
from contextlib import AsyncExitStack

from server.domain import topics
from server.domain.actors import Actor
from server.domain.question_states import Action
from server.domain.topics import Topic
from server.domain.webinars import WebinarRole
from server.realtime.desk import Following
from server.services import webinar_people, webinars
from tests.factories.live import LiveServer, ServiceRules, book_of, live_server, log_of
from tests.factories.webinars import Event, acted, event, pending
from tests.faults.test_live_slow_readers import Member
from tests.live_client import PATIENCE, LiveClient

BEFORE, MEANWHILE, AFTER = "secret-before", "secret-meanwhile", "secret-after"


class DoubtfulRules(ServiceRules):
    """Answers nothing about rights while `certain` is not set."""

    def __init__(self) -> None:
        super().__init__()
        self.certain = asyncio.Event()
        self.certain.set()

    async def audience(self, actor: Actor, topic: Topic) -> Following:
        await self.certain.wait()
        return await super().audience(actor, topic)


async def member_of(server: LiveServer, who: Actor, topic: Topic, stack: AsyncExitStack) -> Member:
    """Return somebody's socket that keeps every byte, once its follow was answered."""
    member = Member(await server.live.issue_ticket(who, ""), topic.name)
    await member.come(server)
    stack.callback(member.transport.abort)
    await heard(member, b'"id":"1"')
    return member


async def heard(member: Member, what: bytes) -> None:
    """Wait until bytes came."""
    async with asyncio.timeout(PATIENCE):
        while what not in member.everything:
            await asyncio.sleep(0.01)


async def keep_secrets(of: Event, text: str, witness: LiveClient) -> None:
    """Let the staff be told things in each way there is, and wait until the host heard them."""
    staff = topics.webinar_staff(of.id)
    for number in range(10):
        await webinars.say_to_staff(of.host, webinar_id=of.id, text=f"{text} {number}")
    await pending(of, of.attendees[2], f"{text} asked")
    await witness.command("signal.send", {"topic": staff.name, "kind": "typing", "p": text})
    await witness.until_seq(staff.name, (await book_of(staff))[-1][0])


async def test_nothing_of_the_staff_is_sent_to_the_audience_or_to_who_was_taken_off(bell: str):
    rules = DoubtfulRules()
    async with live_server(bell, rules=rules) as server, AsyncExitStack() as stack:
        of = await event()
        staff, stage = topics.webinar_staff(of.id), topics.webinar(of.id)
        witness = await stack.enter_async_context(server.client(of.host))
        await witness.follow(staff.name)
        attendee = await member_of(server, of.attendees[0], stage, stack)
        intruder = await member_of(server, of.attendees[1], staff, stack)
        dismissed = await member_of(server, of.moderator, staff, stack)
        await keep_secrets(of, BEFORE, witness)
        await heard(dismissed, BEFORE.encode() + b" asked")
        # Their rights are being looked at for as long as this takes: nothing may come meanwhile.
        rules.certain.clear()
        await webinar_people.dismiss_staff(of.host, webinar_id=of.id, profile_id=of.moderator.require_user())
        await keep_secrets(of, MEANWHILE, witness)
        rules.certain.set()
        await heard(dismissed, b'"type":"rights"')
        await keep_secrets(of, AFTER, witness)
        await acted(of.host, await pending(of, of.attendees[1], "asked in public"), Action.APPROVE)
        await heard(attendee, b"asked in public")

        for text in (MEANWHILE, AFTER):
            assert text.encode() not in dismissed.everything
        for socket in (attendee, intruder):
            assert b"secret" not in socket.everything
        assert b"not_found" in intruder.everything
        assert staff.name.encode() not in attendee.everything
        await witness.until_seq(staff.name, (await book_of(staff))[-1][0])
        assert log_of(witness, staff) == (await book_of(staff))[-len(log_of(witness, staff)) :]


async def test_who_gets_another_role_misses_nothing_of_what_came_while_it_was_looked_at(bell: str):
    rules = DoubtfulRules()
    async with live_server(bell, rules=rules) as server, AsyncExitStack() as stack:
        of = await event()
        staff = topics.webinar_staff(of.id)
        witness = await stack.enter_async_context(server.client(of.host))
        risen = await stack.enter_async_context(server.client(of.moderator))
        await witness.follow(staff.name)
        start = (await risen.follow(staff.name))["pos"]["seq"]
        await keep_secrets(of, BEFORE, witness)
        rules.certain.clear()
        who = of.moderator.require_user()
        await webinar_people.appoint(of.host, webinar_id=of.id, profile_id=who, role=WebinarRole.COHOST)
        await keep_secrets(of, MEANWHILE, witness)
        assert not risen.of_type("rights")
        rules.certain.set()
        await keep_secrets(of, AFTER, witness)
        await risen.until_seq(staff.name, (await book_of(staff))[-1][0])

        assert [frame["role"] for frame in risen.of_type("rights")] == ["cohost"]
        assert log_of(risen, staff) == await book_of(staff, after=start)
        assert (risen.places[staff.name].holes, risen.places[staff.name].repeats) == (0, 0)
