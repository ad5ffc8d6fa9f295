"""Shared notes: all who type at once end with one text, here and in the database; nothing else gets in."""

import asyncio
import random
import sys
from typing import Any
from uuid import UUID

import pytest
from pycrdt import Array, Doc, Map, Text, XmlFragment

from server.domain import session_notes as rules
from server.domain import topics
from server.domain.actors import VISITOR, Actor, ProfileId
from server.domain.errors import Conflict, InvalidInput, LimitReached, NotAllowed, NotFound, Refusal, SignInNeeded
from server.kit import yjs
from server.kit.yjs import Run
from server.models.session_notes import SessionNotes, SessionNotesPen, SessionNotesUpdate
from server.models.sessions import Session, SessionParticipant
from server.models.streams import StreamEntry
from server.queries.export import everything_about
from server.queries.session_notes import Notes, notes_in, notes_of
from server.services import erasure, safety, session_notes, sessions
from tests.factories.logins import PASSWORD, signed_in
from tests.factories.mentorships import mentorship
from tests.factories.pads import Pad
from tests.factories.people import person
from tests.seeds import seed_of

pytestmark = pytest.mark.usefixtures("db")

SEED = seed_of("notes of sessions")


async def room(one: Actor | None = None, other: Actor | None = None) -> tuple[Actor, Actor, Session]:
    one, other = one or await person("Ana"), other or await person("Bola")
    session = await sessions.open_session(one, mentorship_id=(await mentorship(one, other)).id)
    await sessions.join_session(other, session_id=session.id)
    return one, other, session


async def kept(session_id: UUID) -> Notes:
    return (await notes_in([session_id]))[session_id]


async def test_what_two_type_at_once_becomes_one_text() -> None:
    ana, bola, session = await room()
    hers, his = Pad(), Pad()
    first = hers.type("Rates: ")
    await session_notes.write_notes(ana, session_id=session.id, update=first)
    his.take(first)
    one, other = hers.type("40 an hour", 7), his.type("My ", 0)
    await asyncio.gather(
        session_notes.write_notes(ana, session_id=session.id, update=one),
        session_notes.write_notes(bola, session_id=session.id, update=other),
    )
    hers.take(other)
    his.take(one)
    notes = await kept(session.id)
    assert hers.text == his.text == notes.text == notes.document().text == "My Rates: 40 an hour"
    assert notes.number == 3


async def test_the_same_update_twice_changes_nothing() -> None:
    ana, _, session = await room()
    pad = Pad()
    update, deletion = pad.type("abc"), pad.delete(0, 1)
    for data in (update, update, deletion, deletion, update):
        notes = await session_notes.write_notes(ana, session_id=session.id, update=data)
    assert (notes.number, notes.text, await SessionNotesUpdate.all().count()) == (2, "bc", 2)


async def test_updates_become_part_of_the_state_at_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "UPDATES_KEPT", 5)
    ana, _, session = await room()
    pad = Pad()
    for number in range(13):
        notes = await session_notes.write_notes(ana, session_id=session.id, update=pad.type(f"{number} "))
        assert notes.text == notes.document().text == pad.text
    assert (notes.number, len(notes.updates)) == (13, 1)
    fresh = Pad()
    fresh.take(notes.document().since(None))
    assert fresh.text == pad.text


async def test_notes_can_be_read_by_both_after_the_end_and_by_nobody_else() -> None:
    ana, bola, session = await room()
    await session_notes.write_notes(ana, session_id=session.id, update=Pad().type("Agreed"))
    await sessions.end_session(bola, session_id=session.id)
    with pytest.raises(Conflict):
        await session_notes.write_notes(ana, session_id=session.id, update=Pad().type("more"))
    for who, text in ((ana, "Agreed"), (bola, "Agreed"), (await person("Chi"), ""), (VISITOR, "")):
        assert (await notes_of(who, [session.id]))[session.id].text == text


async def test_only_those_inside_may_write() -> None:
    ana, bola = await person("Ana"), await person("Bola")
    session = await sessions.open_session(ana, mentorship_id=(await mentorship(ana, bola)).id)
    refused: list[tuple[Actor, type[Refusal]]] = [
        (VISITOR, SignInNeeded),
        (await person("Chi"), NotFound),
        (bola, Conflict),
    ]
    for who, refusal in refused:
        with pytest.raises(refusal):
            await session_notes.write_notes(who, session_id=session.id, update=Pad().type("no"))
    await sessions.join_session(bola, session_id=session.id)
    await SessionParticipant.filter(profile_id=bola.user_id).update(role="guest")
    await session_notes.write_notes(bola, session_id=session.id, update=Pad().type("yes"))
    await safety.block(ana, profile_id=ProfileId(bola.require_user()))
    with pytest.raises(NotFound):
        await session_notes.write_notes(bola, session_id=session.id, update=Pad().type("no"))
    assert (await kept(session.id)).text == "yes"


async def test_nobody_writes_under_a_client_id_of_somebody_else() -> None:
    ana, bola, session = await room()
    hers, copy = Pad(7), Pad(7)
    await session_notes.write_notes(ana, session_id=session.id, update=hers.type("Hers"))
    copy.take((await kept(session.id)).document().since(None))
    with pytest.raises(NotAllowed):
        await session_notes.write_notes(bola, session_id=session.id, update=copy.type("not "))
    await session_notes.write_notes(ana, session_id=session.id, update=hers.type("Still ", 0))
    assert (await kept(session.id)).text == hers.text == "Still Hers"


async def test_what_builds_on_something_missing_is_told_to_synchronise() -> None:
    ana, bola, session = await room()
    pad = Pad()
    lost = pad.type("lost ")
    for later in (pad.type("later"), pad.delete(0, 2)):
        with pytest.raises(Conflict) as refused:
            await session_notes.write_notes(ana, session_id=session.id, update=later)
        assert refused.value.current == "behind"
    his = Pad()
    his.take(lost)
    with pytest.raises(Conflict):
        await session_notes.write_notes(bola, session_id=session.id, update=his.type("on it", 3))
    vector = (await kept(session.id)).document().vector
    await session_notes.write_notes(ana, session_id=session.id, update=pad.doc.get_update(vector))
    assert (await kept(session.id)).text == pad.text


async def test_the_difference_to_an_equal_state_vector_still_deletes() -> None:
    """What a copy sends that does not know which of its updates were answered: once too often changes nothing."""
    ana, _, session = await room()
    pad = Pad()
    await session_notes.write_notes(ana, session_id=session.id, update=pad.type("not kept"))
    pad.delete(0, 4)
    vector = (await kept(session.id)).document().vector
    assert vector == pad.vector
    for _ in range(2):
        notes = await session_notes.write_notes(ana, session_id=session.id, update=pad.doc.get_update(vector))
    assert (notes.number, notes.text) == (2, "kept")


def nested(value: Any) -> bytes:
    doc: Doc[Any] = Doc()
    doc.get("notes", type=Map)["key"] = value
    return doc.get_update()


def formatted() -> bytes:
    doc: Doc[Text] = Doc()
    text = doc.get("notes", type=Text)
    text.insert(0, "bold", {"bold": True})
    return doc.get_update()


def embedded() -> bytes:
    doc: Doc[Text] = Doc()
    doc.get("notes", type=Text).insert_embed(0, {"image": "x"})
    return doc.get_update()


def of_root(name: str) -> bytes:
    doc: Doc[Text] = Doc()
    doc.get(name, type=Text).insert(0, "elsewhere")
    return doc.get_update()


def xml() -> bytes:
    doc: Doc[Any] = Doc()
    doc.get("notes", type=XmlFragment).children.append("text")
    return doc.get_update()


GOOD = Pad(9).type("good")
ROOT = b"\x05notes"
HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "one byte": b"\x01",
    "noise": b"\xff" * 64,
    "cut short": GOOD[:-2],
    "a byte too many": GOOD + b"\x00",
    "a map": nested("value"),
    "a text in a map": nested(Text("x")),
    "an array in a map": nested(Array([1])),
    "a format": formatted(),
    "an embed": embedded(),
    "XML": xml(),
    "another root": of_root("other"),
    "a root without a name": of_root(""),
    "a clock beyond all": b"\x01\x01\x09\xff\xff\xff\xff\x07\x04\x01" + ROOT + b"\x01x\x00",
    "a length beyond all": b"\x01\x01\x09\x00\x01\x01" + ROOT + b"\xff\xff\xff\xff\x0f\x00",
    "a number without end": b"\x80" * 32,
    "more clients than bytes": b"\xff\xff\xff\xff\x0f",
    "one client twice": b"\x02" + 2 * (b"\x01\x09\x00\x04\x01" + ROOT + b"\x01x") + b"\x00",
    "no length": b"\x01\x01\x09\x00\x04\x01" + ROOT + b"\x00\x00",
    "half a character": b"\x01\x01\x09\x00\x04\x01" + ROOT + b"\x01\xc3\x00",
    "too large": Pad(9).type("x" * (rules.MAX_UPDATE_BYTES + 1)),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_updates_are_refused_and_change_nothing(data: bytes) -> None:
    ana, _, session = await room()
    await session_notes.write_notes(ana, session_id=session.id, update=Pad(3).type("as it was"))
    before = await kept(session.id)
    with pytest.raises((InvalidInput, Conflict)):
        await session_notes.write_notes(ana, session_id=session.id, update=data)
    assert await kept(session.id) == before


async def test_things_that_wait_for_each_other_are_refused_whole() -> None:
    ana, _, session = await room()
    # Each of the two stands after the other one, which comes first nowhere.
    circle = b"\x02\x01\x0a\x00\x84\x09\x00\x01x\x01\x09\x00\x84\x0a\x00\x01y\x00"
    with pytest.raises(Conflict):
        await session_notes.write_notes(ana, session_id=session.id, update=circle)
    assert (await kept(session.id)).text == ""


async def test_notes_have_a_size_and_can_always_be_made_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    ana, _, session = await room()
    pad = Pad()
    await session_notes.write_notes(ana, session_id=session.id, update=pad.type("x" * 100))
    monkeypatch.setattr(rules, "MAX_CHARACTERS", 100)
    over = Pad()
    over.take(pad.doc.get_update())
    with pytest.raises(LimitReached):
        await session_notes.write_notes(ana, session_id=session.id, update=over.type("y"))
    monkeypatch.setattr(rules, "MAX_STATE_BYTES", 10)
    monkeypatch.setattr(rules, "MAX_CHARACTERS", 1_000)
    with pytest.raises(LimitReached):
        await session_notes.write_notes(ana, session_id=session.id, update=over.doc.get_update(pad.vector))
    smaller = await session_notes.write_notes(ana, session_id=session.id, update=pad.delete(0, 60))
    assert smaller.text == pad.text == "x" * 40
    monkeypatch.setattr(rules, "MAX_PENS", 1)
    with pytest.raises(LimitReached):
        await session_notes.write_notes(ana, session_id=session.id, update=Pad().type("y"))


async def test_random_edits_of_three_with_losses_and_repeats_converge() -> None:
    sys.stdout.write(f"ALONGSIDE_TEST_SEED={SEED}\n")
    chance = random.Random(SEED)
    ana, bola, session = await room()
    writers = [(ana, Pad()), (bola, Pad()), (ana, Pad())]
    for _ in range(60):
        who, pad = chance.choice(writers)
        for _ in range(chance.randint(1, 3)):
            pad.at_random(chance)
        known = await kept(session.id)
        if chance.random() < 0.6:
            pad.take(known.document().since(pad.vector))
        update = pad.doc.get_update(known.document().vector)
        for _ in range(chance.choice((0, 1, 1, 2))):
            await session_notes.write_notes(who, session_id=session.id, update=update)
    for who, pad in writers:
        missing = pad.doc.get_update((await kept(session.id)).document().vector)
        await session_notes.write_notes(who, session_id=session.id, update=missing)
    notes = await kept(session.id)
    for _, pad in writers:
        pad.take(notes.document().since(pad.vector))
        assert pad.text == notes.text == notes.document().text


async def test_word_of_what_was_written_is_one_entry_however_much_was_typed() -> None:
    ana, _, session = await room()
    pad, topic = Pad(), topics.session(session.id).name
    for letter in "typing":
        await session_notes.write_notes(ana, session_id=session.id, update=pad.type(letter))
    assert await StreamEntry.filter(topic=topic, kind="notes.written").count() == 0
    assert [await session_notes.tell_written() for _ in range(3)] == [1, 0, 0]
    entry = await StreamEntry.get(topic=topic, kind="notes.written")
    assert '"number":6' in entry.payload
    assert "typing" not in entry.payload


async def test_erasing_takes_the_persons_words_and_leaves_the_others() -> None:
    ana = await signed_in("Ana")
    bola, _, session = await room(other=ana.actor)
    hers, his = Pad(), Pad()
    update = hers.type("xyzzy and more")
    await session_notes.write_notes(ana.actor, session_id=session.id, update=update)
    await session_notes.write_notes(ana.actor, session_id=session.id, update=hers.delete(5, 9))
    his.take(hers.doc.get_update())
    await session_notes.write_notes(bola, session_id=session.id, update=his.type(" plugh ", 5))
    exported = await everything_about(ana.actor)
    assert exported["data"]["session_notes"][0]["text"] == "xyzzy plugh  more"
    await erasure.erase_account(ana.actor, password=PASSWORD)
    notes = await kept(session.id)
    assert notes.text == notes.document().text == " plugh "
    row = await SessionNotes.get(session_id=session.id)
    assert all(word not in bytes(row.state) for word in (b"xyzzy", b"and", b"more"))
    assert await SessionNotesUpdate.all().count() == 0
    his.take(notes.document().since(his.vector))
    assert his.text == " plugh "


def test_what_is_deleted_is_said_as_yjs_says_it() -> None:
    pad = Pad(2**40)
    pad.type("abcdef")
    pad.take(yjs.deletion_of([Run(2**40, 1, 3)]))
    assert pad.text == "adef"
    assert yjs.read_update(yjs.deletion_of([Run(5, 0, 300)])).deleted == (Run(5, 0, 300),)
    assert yjs.read_vector(pad.vector) == {2**40: 6}


async def test_pens_are_kept_once() -> None:
    ana, _, session = await room()
    pad = Pad(11)
    for word in ("a", "b"):
        await session_notes.write_notes(ana, session_id=session.id, update=pad.type(word))
    rows = await SessionNotesPen.all()
    assert [(row.client_id, row.profile_id) for row in rows] == [(11, ana.user_id)]
