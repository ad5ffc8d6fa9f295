"""How often Python looks for garbage that counting references does not find."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

ROUNDS = (5_000, 10, 10)
"""Allocations before the youngest are looked through, rounds of them before the next, and of those before all."""


@contextmanager
def not_looked_for() -> Iterator[None]:
    """Look for none while modules are loaded: what they make stays, and to look through it is a fifth of a start."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def leave_what_stays() -> None:
    """Look through all there is once, and never again; look through what comes from now on more seldom. Call it once.

    For a server that has started: its schema and vocabularies live as long as it does. A thousand people who come at
    once are hundreds of thousands of objects that stay, too: by Python's own count everything alive was looked through
    twice while they came, 0.1 s each time in which nobody was served.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*ROUNDS)
