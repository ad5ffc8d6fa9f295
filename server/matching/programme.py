"""What a programme asks of a pair and how it weighs it. A frozen tuple of numbers, so compiled loops can read it."""

from collections.abc import Mapping
from enum import Enum, IntEnum
from typing import NamedTuple

import numpy as np

from server.matching.kernel import Doubles
from server.matching.overlap import MAX_SLOTS
from server.matching.timegrid import SLOTS, SLOTS_PER_DAY


class Format(IntEnum):
    """Bit of a format in the masks, and its column in `places`."""

    CLASSIC = 0
    MICRO = 1
    LONG_ARC = 2
    REVERSE = 3
    PEER = 4
    GROUP = 5


class Operator(IntEnum):
    """How two sides become one score. All are homogeneous of degree one, so parts can be shared out exactly.

    WEIGHTED is u^theta v^(1 - theta): theta .5 is the geometric mean, another theta one that was learned.
    """

    WEIGHTED = 0
    HARMONIC = 1
    MIN = 2


class LearnerPart(Enum):
    """Parts of u, what the learner gains."""

    COVERAGE = 0
    AVAILABILITY = 1
    GOAL = 2
    CONTEXT = 3
    RELIABILITY = 4
    SOFT = 5
    REPLY = 6
    EXCHANGE = 7


class MentorPart(Enum):
    """Parts of v, what the mentor gains."""

    TOPICS = 0
    AVAILABILITY = 1
    CLARITY = 2
    HEADROOM = 3
    SOFT = 4


U_PARTS, V_PARTS = len(LearnerPart), len(MentorPart)
PARTS = U_PARTS + V_PARTS
_U = np.array([0.45, 0.15, 0.10, 0.10, 0.10, 0.10, 0.0, 0.0])
_V = np.array([0.40, 0.20, 0.15, 0.15, 0.10])
_CLASSIC_GAIN = (0.0, 0.0, 0.0, 0.0, 0.3, 0.85, 1.0, 1.0, 0.95)
_PEER_GAIN = (0.0, 0.0, 0.4, 0.85, 1.0, 0.85, 0.5, 0.2, 0.1)


class Programme(NamedTuple):
    """Hard limits and weights. Slots are 15 minutes of the snapshot's grid, levels 0 to 4."""

    format: int
    slots: int
    """Length of a meeting."""
    min_days: int
    """Days with a common start in the window that a pair must have, and the number that counts as plenty."""
    full_days: int
    first_slot: int
    last_slot: int
    min_gap: int
    """Offered level less the level held, of at least one needed skill."""
    max_gap: int
    minutes: int
    """That the mentor must have left this week."""
    max_needs: int
    """Only the heaviest needs count."""
    today: int
    """Day of the epoch, against which declines expire."""
    operator: int
    theta: float
    gain: Doubles
    """(9,) what a level gap of -4 to 4 is worth."""
    u_weights: Doubles
    v_weights: Doubles


_PRESETS: dict[Format, dict[str, object]] = {
    Format.CLASSIC: {},
    Format.LONG_ARC: {},
    Format.MICRO: {"slots": 2, "min_days": 1, "full_days": 3, "minutes": 30, "max_needs": 2},
    Format.REVERSE: {},
    Format.PEER: {"min_gap": -1, "max_gap": 1, "gain": np.array(_PEER_GAIN)},
    Format.GROUP: {"min_gap": 0},
}


def programme(
    kind: Format, *, now_slot: int = 0, today: int = 0, changes: Mapping[str, object] | None = None
) -> Programme:
    """Return a format's usual limits and weights, with changes to them.

    Raises ValueError on weights that do not sum to 1, and on a meeting or gains that make no sense.
    """
    window = 7 * SLOTS_PER_DAY if kind is Format.MICRO else SLOTS
    usual: dict[str, object] = {
        "format": int(kind),
        "slots": 4,
        "min_days": 2,
        "full_days": 8,
        "first_slot": now_slot,
        "last_slot": min(SLOTS, now_slot + window),
        "min_gap": 1,
        "max_gap": 4,
        "minutes": 0,
        "max_needs": 64,
        "today": today,
        "operator": int(Operator.WEIGHTED),
        "theta": 0.5,
        "gain": np.array(_CLASSIC_GAIN),
        "u_weights": u_weights(kind),
        "v_weights": _V.copy(),
    }
    made = Programme(**{**usual, **_PRESETS[kind], **(changes or {})})  # type: ignore[arg-type]  # checked by the fields
    if not 1 <= made.slots <= MAX_SLOTS or len(made.gain) != 9:
        raise ValueError(f"a meeting has 1 to {MAX_SLOTS} slots, and nine level gaps have a gain")
    for weights, count in ((made.u_weights, U_PARTS), (made.v_weights, V_PARTS)):
        if len(weights) != count or not np.all(weights >= 0) or abs(float(np.sum(weights)) - 1.0) > 1e-9:
            raise ValueError(f"{count} weights of 0 or more that sum to 1, not {weights}")
    return made


def u_weights(kind: Format) -> Doubles:
    """Return the learner's weights: micro gives reply speed .25, formats that go both ways the exchange .10."""
    weights = _U.copy()
    extra = {Format.MICRO: (LearnerPart.REPLY, 0.25)}
    extra |= dict.fromkeys((Format.REVERSE, Format.PEER), (LearnerPart.EXCHANGE, 0.10))
    if kind in extra:
        part, share = extra[kind]
        weights *= 1.0 - share
        weights[part.value] = share
    return weights
