"""The body of a request that came with its head: a server may offer it in the scope, and nobody has to wait for it."""

from collections.abc import Callable, MutableMapping
from typing import Any

_WHOLE_BODY = "alongside.whole_body"


def offer_body(scope: MutableMapping[str, Any], take: Callable[[], bytes | None]) -> None:
    """Offer a body. `take` returns it, once, or None when it is not there as a whole: then it is for `receive`."""
    scope.setdefault("extensions", {})[_WHOLE_BODY] = take


def body_offered(scope: MutableMapping[str, Any]) -> bytes | None:
    """Return the body that was offered, once; None where `receive` is to be asked."""
    extensions = scope.get("extensions")
    # Taken away: what offers knows the scope, and both would wait for the garbage collector.
    take: Callable[[], bytes | None] | None = extensions.pop(_WHOLE_BODY, None) if extensions else None
    return None if take is None else take()
