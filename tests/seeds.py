"""Where chance comes from: the same in every run of the suite, so that a red run tells of a change.

`make faults` draws anew. ALONGSIDE_TEST_SEED decides: a number repeats a printed run, `random` looks for new ones.
"""

import os
import secrets
import zlib

from hypothesis import settings

_CHOICE = os.environ.get("ALONGSIDE_TEST_SEED", "")


def seed_of(name: str) -> int:
    """Return the seed of a test, below 2**32. Whoever asks prints it."""
    if _CHOICE == "random":
        return secrets.randbits(32)
    return int(_CHOICE) if _CHOICE else zlib.crc32(name.encode())


def steady_hypothesis() -> None:
    """Let hypothesis draw the same examples each time unless new ones are asked for, without a clock over them."""
    settings.register_profile("alongside", deadline=None, derandomize=_CHOICE != "random", print_blob=True)
    settings.load_profile("alongside")
