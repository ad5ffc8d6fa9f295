"""Places with a bound and a line for them, first come first served: the arithmetic every such list shares."""


def has_place(*, cap: int | None, taken: int) -> bool:
    """Tell whether somebody more fits. Without a cap everybody does."""
    return cap is None or taken < cap


def free_places(*, cap: int | None, taken: int, waiting: int) -> int:
    """Return how many of those who wait get a place now; they are given in the order of the line."""
    return waiting if cap is None else max(0, min(waiting, cap - taken))
