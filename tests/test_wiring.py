"""What a serving process says of itself and puts on every answer."""

import pytest

from server.app import _varying_once
from server.observability.health import Health, LoopLag, Status
from server.wiring import _watch_over

pytestmark = pytest.mark.usefixtures("db")


class LiveInTrouble:
    """A live layer whose bell is silent."""

    def checks(self) -> dict:
        async def bell() -> str:
            return "no probe of our own is heard"

        async def relay() -> None:
            return None

        return {"bell": bell, "relay": relay}


async def test_a_degraded_bell_says_what_is_wrong_with_it() -> None:
    health = Health(LoopLag(), fresh_seconds=0)
    _watch_over(health, LiveInTrouble())  # type: ignore[arg-type]  # all that is asked of it
    report = await health.ready()
    assert (report.status, report.checks["bell"].trouble) == (Status.DEGRADED, "no probe of our own is heard")
    assert report.checks["relay"].trouble is None


def test_an_answer_names_each_header_it_varies_by_once() -> None:
    said = [(b"vary", b"Accept, Origin"), (b"date", b"today"), (b"Vary", b"Origin")]
    assert _varying_once(said) == [(b"date", b"today"), (b"vary", b"Accept, Origin")]
    assert _varying_once([(b"date", b"today")]) == [(b"date", b"today")]
