"""The innermost loop of the live layer: who gets what of a batch, in which order, and who is left to the outbox."""

from dataclasses import dataclass, field

from server.realtime.chorus import WRITE_BYTES, YIELD_EVERY, Chorus
from server.realtime.shared import Entry, Shared


class Line:
    """Keeps what is written to it, as frames' texts run together."""

    def __init__(self, deflate_above: int = 1 << 60) -> None:
        self.is_clear = True
        self.deflate_above = deflate_above
        self.written: list[bytes] = []
        self.direct = self.written.append


@dataclass(eq=False)
class Voice:
    cursor: int = 0
    offered: list[tuple[int, int]] = field(default_factory=list)

    def offer(self, entry: Entry) -> None:
        self.offered.append((self.cursor, entry.seq))
        self.cursor = entry.seq


class Conductor:
    def __init__(self) -> None:
        self.added: list[Chorus] = []

    def add(self, one: Chorus) -> None:
        one.is_dirty = True
        self.added.append(one)


def entry(seq: int, size: int = 10) -> Entry:
    return Entry(seq, f"chain {seq}", "toy.said", b"{}", Shared(b"%04d" % seq + b"x" * (size - 4)))


def frames(*seqs: int) -> bytes:
    return b"".join(entry(seq).shared.plain for seq in seqs)


def sing(chorus: Chorus, *seqs: int) -> None:
    for seq in seqs:
        chorus.sing(entry(seq))


def test_entries_of_a_tick_are_one_write_for_each():
    chorus, conductor, lines = Chorus(), Conductor(), [Line(), Line()]
    for line in lines:
        chorus.join(Voice(), line, conductor)
    sing(chorus, 1, 2, 3)
    assert conductor.added == [chorus]
    assert chorus.flush() == 2 * len(frames(1, 2, 3))
    sing(chorus, 4)
    chorus.flush()
    assert [line.written for line in lines] == [[frames(1, 2, 3), frames(4)]] * 2


def test_who_joins_gets_nothing_of_what_waits_and_who_leaves_nothing_more():
    chorus, conductor = Chorus(), Conductor()
    early, late, leaver, voice = Line(), Line(), Line(), Voice()
    chorus.join(Voice(), early, conductor)
    chorus.join(voice, leaver, conductor)
    sing(chorus, 1)
    chorus.join(Voice(), late, conductor)
    sing(chorus, 2)
    chorus.leave(voice, leaver)
    chorus.flush()
    assert (early.written, late.written, leaver.written) == ([frames(1, 2)], [frames(2)], [])


def test_whoever_joins_while_entries_wait_leaves_them_one_write_for_the_others():
    chorus, conductor, early = Chorus(), Conductor(), Line()
    chorus.join(Voice(), early, conductor)
    newcomers = []
    for seq in range(1, 6):
        chorus.sing(entry(seq))
        newcomers.append(Line())
        chorus.join(Voice(), newcomers[-1], conductor)
    chorus.flush()
    assert early.written == [frames(1, 2, 3, 4, 5)]
    assert [line.written for line in newcomers] == [[frames(*range(seq + 1, 6))] for seq in range(1, 5)] + [[]]


def test_who_joins_and_leaves_while_entries_wait_is_told_which_it_was_not_sent():
    chorus, conductor, line, voice = Chorus(), Conductor(), Line(), Voice()
    chorus.join(Voice(), Line(), conductor)
    sing(chorus, 1, 2)
    chorus.join(voice, line, conductor)
    assert chorus.leave(voice, line) is None
    chorus.join(voice, line, conductor)
    sing(chorus, 3)
    assert chorus.leave(voice, line) == 3
    chorus.flush()
    assert line.written == []


def test_line_that_is_not_clear_is_left_to_its_outbox_from_the_right_place():
    chorus, conductor = Chorus(), Conductor()
    clear, busy, voice = Line(), Line(), Voice(cursor=3)
    chorus.join(Voice(), clear, conductor)
    chorus.join(voice, busy, conductor)
    sing(chorus, 4)
    chorus.flush()
    busy.is_clear = False
    sing(chorus, 5, 6)
    chorus.flush()
    assert busy.written == [frames(4)]
    assert voice.offered == [(4, 5), (5, 6)]
    assert clear.written == [frames(4), frames(5, 6)]


def test_long_entries_are_deflated_once_for_those_who_take_it():
    chorus, conductor, plain, packed = Chorus(), Conductor(), Line(), Line(deflate_above=512)
    chorus.join(Voice(), plain, conductor)
    chorus.join(Voice(), packed, conductor)
    short, long = entry(1), entry(2, 5_000)
    chorus.sing(short)
    chorus.sing(long)
    chorus.flush()
    assert plain.written == [short.shared.plain + long.shared.plain]
    assert packed.written == [short.shared.plain + long.shared.deflated]


def test_a_crowd_is_written_to_in_turns_and_keeps_its_order():
    chorus, conductor, lines = Chorus(), Conductor(), [Line() for _ in range(YIELD_EVERY + 10)]
    voices = [Voice() for _ in lines]
    for line, voice in zip(lines, voices, strict=True):
        chorus.join(voice, line, conductor)
    sing(chorus, 1)
    assert chorus.weight == YIELD_EVERY
    chorus.flush()
    assert sum(len(line.written) for line in lines) == YIELD_EVERY
    chorus.leave(voices[-1], lines[-1])
    sing(chorus, 2)
    while chorus.is_dirty:
        chorus.flush()
    assert {tuple(line.written) for line in lines[:-1]} == {(frames(1), frames(2))}
    assert lines[-1].written == []


def test_more_than_a_write_takes_is_split():
    chorus, conductor, line = Chorus(), Conductor(), Line()
    chorus.join(Voice(), line, conductor)
    for seq in range(1, 4):
        chorus.sing(entry(seq, WRITE_BYTES))
    chorus.flush()
    assert [len(data) // WRITE_BYTES for data in line.written] == [1, 1, 1]


def test_following_again_over_the_same_line_is_one_voice():
    chorus, conductor, line, first, second = Chorus(), Conductor(), Line(), Voice(), Voice()
    chorus.join(first, line, conductor)
    chorus.join(second, line, conductor)
    chorus.leave(first, line)
    sing(chorus, 1)
    chorus.flush()
    assert line.written == [frames(1)]
