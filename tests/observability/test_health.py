import asyncio
import time
from collections.abc import Callable

from structlog.testing import capture_logs

from server.observability.health import Finding, Health, LoopLag, Status, watched_loop


class Probe:
    """A subject that is up, down or silent, and counts how often it is asked."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.asked = 0

    async def __call__(self) -> None:
        self.asked += 1
        if self.error is not None:
            raise self.error


async def silent() -> None:
    await asyncio.Event().wait()


def health(fresh_seconds: float = 0.0) -> Health:
    return Health(LoopLag(), fresh_seconds=fresh_seconds)


async def test_everything_up_is_ok() -> None:
    checked = health()
    checked.add("database", Probe(), when_down=Status.FAILED)
    report = await checked.ready()
    assert (report.status, report.http_status) == (Status.OK, 200)
    assert set(report.checks) == {"database", "loop"}


async def test_redis_down_degrades_and_keeps_traffic() -> None:
    checked = health()
    checked.add("database", Probe(), when_down=Status.FAILED)
    checked.add("redis", Probe(OSError("redis://:hunter22@cache")), when_down=Status.DEGRADED)
    report = await checked.ready()
    assert (report.status, report.http_status) == (Status.DEGRADED, 200)
    assert report.checks["redis"].trouble == "OSError"
    assert "hunter22" not in str(report.as_json())


async def test_database_down_turns_traffic_away() -> None:
    checked = health()
    checked.add("database", Probe(RuntimeError()), when_down=Status.FAILED)
    checked.add("redis", Probe(), when_down=Status.DEGRADED)
    report = await checked.ready()
    assert (report.status, report.http_status) == (Status.FAILED, 503)


async def test_silent_subject_is_down_after_its_time() -> None:
    checked = health()
    checked.add("database", silent, when_down=Status.FAILED, timeout_seconds=0.05)
    report = await checked.ready()
    assert report.checks["database"].trouble == "TimeoutError"
    assert report.checks["database"].milliseconds < 2000


async def test_many_askers_ask_a_subject_once() -> None:
    probe = Probe()
    checked = health(fresh_seconds=60.0)
    checked.add("database", probe, when_down=Status.FAILED)
    reports = await asyncio.gather(*(checked.ready() for _ in range(50)))
    assert probe.asked == 1
    assert len({id(report) for report in reports}) == 1


async def test_old_report_is_not_given_again() -> None:
    probe = Probe()
    checked = health()
    checked.add("database", probe, when_down=Status.FAILED)
    assert (await checked.ready()).status is Status.OK
    probe.error = OSError()
    assert (await checked.ready()).status is Status.FAILED


async def test_draining_turns_traffic_away_at_once_but_is_alive() -> None:
    checked = health(fresh_seconds=60.0)
    assert (await checked.ready()).status is Status.OK
    checked.drain()
    report = await checked.ready()
    assert report.http_status == 503
    assert report.checks["drain"] == Finding(Status.FAILED, 0.0, "draining")
    assert checked.live().status is Status.OK


async def test_change_of_health_is_logged_once() -> None:
    probe = Probe()
    checked = health()
    checked.add("redis", probe, when_down=Status.DEGRADED)
    with capture_logs() as logs:
        await checked.ready()
        probe.error = OSError()
        await checked.ready()
        await checked.ready()
        probe.error = None
        await checked.ready()
    assert [(line["status"], line["troubles"]) for line in logs] == [("degraded", {"redis": "OSError"}), ("ok", {})]


async def test_cancelled_asker_leaves_the_health_usable() -> None:
    checked = health()
    checked.add("database", silent, when_down=Status.FAILED, timeout_seconds=0.2)
    asking = asyncio.create_task(checked.ready())
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.wait([asking])
    assert asking.cancelled()
    assert (await checked.ready()).status is Status.FAILED


async def lag_becomes(lag: LoopLag, condition: Callable[[float], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition(lag.seconds):
            await asyncio.sleep(0.01)


async def test_blocked_loop_is_seen_and_forgotten() -> None:
    async with watched_loop(0.01) as lag:
        checked = Health(lag, max_lag_seconds=0.15)
        await asyncio.sleep(0)
        time.sleep(0.2)  # noqa: ASYNC251 - blocking the loop is the point
        await lag_becomes(lag, lambda seconds: seconds >= 0.15)
        assert checked.live().status is Status.DEGRADED
        await lag_becomes(lag, lambda seconds: seconds < 0.15)
        assert checked.live().status is Status.OK


async def test_watcher_ends_with_its_block() -> None:
    before = asyncio.all_tasks()
    async with watched_loop():
        assert len(asyncio.all_tasks()) == len(before) + 1
    assert asyncio.all_tasks() == before
